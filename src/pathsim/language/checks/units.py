"""Units: places for everyone who may ask, somewhere to go for whoever does not get one."""

from __future__ import annotations

from collections.abc import Iterator

from ...faults import Fault
from ..domain import companions
from ..facts import Fact
from ..system import System
from ..values import Lookup
from ..words import At, Unit
from . import names


def check(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    for name, unit in system.units.items():
        yield from _pools(name, unit, facts)
    _, in_tasks = names.walks(system)
    for path, step in names.all_steps(system):
        unit = system.units.get(step.at) if isinstance(step, At) else None
        if unit is not None:
            yield from _asking(path, step, unit)
            step_name = path.removeprefix("steps.").split(" ")[0]
            for other in (step.at, *companions(step)):
                if step_name in in_tasks and other in system.units and system.units[other].beds is not None:
                    yield Fault(path, f"a task comes here, and a task never takes a bed ('{other}' has beds)")
    for name, unit in system.units.items():
        if unit.beds is not None and unit.sector == "home":
            yield Fault(f"units.{name}.sector", "'home' is ordinary life. Name the sector that runs the beds")


def _pools(name: str, unit: Unit, facts: dict[str, Fact]) -> Iterator[Fault]:
    path = f"units.{name}"
    for key in ("per", "shared_by"):
        fact = facts.get(getattr(unit, key) or "")
        if fact is not None and (fact.kind != "attribute" or not fact.words):
            yield Fault(f"{path}.{key}", f"'{fact.name}' has no words that could name the places. Use an attribute of words")
    if unit.own_first and not unit.shared_by:
        yield Fault(f"{path}.own_first", "nobody shares these places. Add shared_by: ATTRIBUTE, or remove it")
    if unit.own_first and not owners(unit):
        yield Fault(f"{path}.own_first", "it is not said whose the places are. Write the places as a table, or add per: ATTRIBUTE")
    if isinstance(unit.places, Lookup) and unit.places.by in ("hour", "weekday", "month", "date", "crowded", "full"):
        yield Fault(f"{path}.{'beds' if unit.beds is not None else 'slots'}", "places don't depend on the time. Use open, or a lever")
    if unit.diary is not None and unit.shared_by and unit.own_first:
        yield Fault(path, "a diary gives dates in the order of asking. Remove own_first")
    if unit.routine and unit.slots is None:
        yield Fault(f"{path}.routine", "routine work takes slots, and this unit has beds")


def owners(unit: Unit) -> str | None:
    """The attribute by whose values a unit's places are written."""
    return unit.per or (unit.places.by if isinstance(unit.places, Lookup) else None)


def _asking(path: str, step: At, unit: Unit) -> Iterator[Fault]:
    if unit.diary is None:
        if step.for_ is None:
            yield Fault(path, "how long? Add  for: TIME")
        for key, default in (("notice", 0.0), ("comes", 1.0)):
            if getattr(step, key) != default:
                yield Fault(f"{path}.{key}", f"'{step.at}' keeps no diary. Add diary: 30 min to the unit, or remove it")
    elif step.for_ is not None:
        yield Fault(f"{path}.for", f"an appointment at '{step.at}' lasts what its diary says. Remove it")
    elif step.with_:
        yield Fault(f"{path}.with", f"'{step.at}' keeps a diary, and its dates can't wait for another unit")
    if step.patience is not None and step.else_ is None:
        yield Fault(path, "patience, but nowhere to go. Add  else: STEP")
    if unit.queue != "unlimited" and step.else_ is None:
        yield Fault(path, f"the queue of '{step.at}' is limited, and there is nowhere to go. Add  else: STEP")
    if unit.diary is not None and step.comes != 1.0 and step.else_ is None:
        yield Fault(path, "some don't come, and then there is nowhere to go. Add  else: STEP")
    if step.at in companions(step):
        yield Fault(f"{path}.with", f"'{step.at}' is taken already. Name other units")


def unused(system: System) -> set[str]:
    """Units at which no step takes place and no routine work is done."""
    used = {name for name, unit in system.units.items() if unit.routine}
    for _, step in names.all_steps(system):
        if isinstance(step, At):
            used |= {step.at, *companions(step)}
    return set(system.units) - used
