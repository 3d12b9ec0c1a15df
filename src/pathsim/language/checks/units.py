"""Units: places for everyone who may ask, somewhere to go for whoever does not get one."""

from __future__ import annotations

from collections.abc import Iterator

from ...faults import Fault
from ..domain import companions, owner_of
from ..facts import CALENDAR, Fact
from ..system import System
from ..values import Lookup
from ..words import At, Unit
from . import names
from .amounts import walk
from .attributes import behind


def check(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    for name, unit in system.units.items():
        yield from _pools(name, unit, facts, system)
    yield from _costs(system)
    _, in_tasks = names.walks(system)
    for path, step in names.all_steps(system):
        unit = system.units.get(step.at) if isinstance(step, At) else None
        if unit is not None:
            yield from _asking(path, step, unit)
            step_name = path.removeprefix("steps.").split(" ")[0]
            for other in (step.at, *companions(step)):
                if step_name in in_tasks and other in system.units and system.units[other].beds is not None:
                    yield Fault(path, f"a task comes here, and a task never takes a bed ('{other}' has beds)")
            for other in companions(step):
                if other in system.units and other != step.at and (system.units[other].diary or system.units[other].beds is not None):
                    what = "keeps a diary" if system.units[other].diary else "has beds"
                    yield Fault(f"{path}.with", f"'{other}' {what}, and can't be taken beside another unit. Name a unit with slots")
    for name, unit in system.units.items():
        if unit.beds is not None and unit.sector in ("home", "anywhere"):
            yield Fault(f"units.{name}.sector", f"'{unit.sector}' is a word of the language. Name the sector that runs the beds")


def _costs(system: System) -> Iterator[Fault]:
    for name, cost in system.costs.items():
        for key in ("price", "waiting"):
            if isinstance(getattr(cost, key), Lookup):
                yield Fault(f"costs.{name}.{key}", "a price is one number. Write it without a table")
        for key in ("payer", "operator"):
            written = getattr(cost, key)
            if isinstance(written, Lookup) and (written.by != "date" or not all(isinstance(case, str) for case in written.cases.values())):
                yield Fault(f"costs.{name}.{key}", "is a word or a table by date: {by: date, until 2027-01-01: municipality, from 2027-01-01: region}")


def _pools(name: str, unit: Unit, facts: dict[str, Fact], system: System) -> Iterator[Fault]:
    path = f"units.{name}"
    owner = owner_of(unit)
    kind = "beds" if unit.beds is not None else "slots"
    timed = owner in (*CALENDAR, "crowded", "full")
    for key, name_ in (("per", unit.per), ("shared_by", unit.shared_by), (kind, None if unit.per or timed else owner)):
        fact = facts.get(name_ or "")
        if fact is not None and (fact.kind != "attribute" or not fact.words):
            yield Fault(f"{path}.{key}", f"'{fact.name}' has no words that could name the places. Use an attribute of words")
    if unit.own_first and not unit.shared_by:
        yield Fault(f"{path}.own_first", "nobody shares these places. Add shared_by: ATTRIBUTE, or remove it")
    if unit.own_first and not owner:
        yield Fault(f"{path}.own_first", "it is not said whose the places are. Write the places as a table, or add per: ATTRIBUTE")
    if timed:
        yield Fault(f"{path}.{kind}", "places don't depend on the time. Use open, or a lever")
    if unit.open != "always" and {hours for day, hours in unit.open.items() if day != "holiday"} <= {"closed"}:
        yield Fault(f"{path}.open", "is closed on all its days. Name a day with hours")
    if any(isinstance(node, Lookup) and behind(node.by, system) & {"crowded", "full"} for _, node in walk(unit.crowded, "")):
        yield Fault(f"{path}.crowded", "when a unit is crowded can't depend on what is crowded. Use an attribute or the hour")
    if unit.diary is not None and unit.shared_by and unit.own_first:
        yield Fault(path, "a diary gives dates in the order of asking. Remove own_first")
    if unit.routine and unit.slots is None:
        yield Fault(f"{path}.routine", "routine work takes slots, and this unit has beds")


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
    if unit.diary is not None and step.already is not None:
        yield Fault(f"{path}.already", f"'{step.at}' keeps a diary, and nobody is there on day 0. Remove it")
    if step.patience is not None and step.else_ is None:
        yield Fault(path, "patience, but nowhere to go. Add  else: STEP")
    if unit.queue != "unlimited" and step.else_ is None:
        yield Fault(path, f"the queue of '{step.at}' is limited, and there is nowhere to go. Add  else: STEP")
    if unit.diary is not None and step.comes != 1.0 and step.else_ is None:
        yield Fault(path, "some don't come, and then there is nowhere to go. Add  else: STEP")
    taken = [step.at, *companions(step)]
    for name in sorted({name for name in taken if taken.count(name) > 1}):
        yield Fault(f"{path}.with", f"'{name}' is taken already. Name other units")


def unused(system: System) -> set[str]:
    """Units at which no step takes place and no routine work is done."""
    used = {name for name, unit in system.units.items() if unit.routine}
    for _, step in names.all_steps(system):
        if isinstance(step, At):
            used |= {step.at, *companions(step)}
    return set(system.units) - used
