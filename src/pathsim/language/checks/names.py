"""Names: each is one thing, and each name used is the name of something."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from ...faults import Fault, nearest
from ..domain import companions, names_in, sectors_of, targets, where_names
from ..facts import RESERVED, Fact
from ..quantities import OLDEST
from ..system import System
from ..words import At, Handover
from .circles import circles
from .kept import kept

ALMOST = 0.8
UNIQUE = ("attributes", "groups", "effects", "tasks", "steps", "levers")


def check(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    yield from _unique(system)
    yield from _steps(system)
    yield from _walks(system)
    yield from _units(system)
    yield from _whereabouts(system)
    yield from _others(system, facts)
    if not system.names.get("steps"):
        yield Fault("steps", "no steps. Write what happens to people")
    if not system.population and not system.names.get("arrivals"):
        yield Fault("", "nobody comes. Add population: or arrivals:")


def _unique(system: System) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for heading in UNIQUE:
        for name in system.names.get(heading, ()):
            if name in RESERVED:
                yield Fault(f"{heading}.{name}", f"'{name}' is a word of the language. Choose another name")
            elif name in owner:
                yield Fault(f"{heading}.{name}", f"there is a '{name}' under {owner[name]} too. Give one of them another name")
            owner.setdefault(name, heading)
    for name in system.names.get("units", ()):
        if name in RESERVED - {"home", "end"}:
            yield Fault(f"units.{name}", f"'{name}' is a word of the language. Choose another name")


def all_steps(system: System) -> Iterator[tuple[str, Any]]:
    """Every step with every form that levers give it, with its path."""
    for name, step in system.steps.items():
        yield f"steps.{name}", step
    for (heading, name), forms in system.forms.items():
        if heading == "steps":
            for levers, step in forms.items():
                yield f"steps.{name} (with {' and '.join(levers)})", step


def all_tasks(system: System) -> Iterator[tuple[str, Any]]:
    for name, task in system.tasks.items():
        yield f"tasks.{name}", task
    for (heading, name), forms in system.forms.items():
        if heading == "tasks":
            for levers, task in forms.items():
                yield f"tasks.{name} (with {' and '.join(levers)})", task


def _missing(where: str, name: str, kind: str, known) -> Iterator[Fault]:
    if name not in known:
        yield Fault(where, f"no {kind} '{name}'. {nearest(name, known)}")


def _steps(system: System) -> Iterator[Fault]:
    steps = {*system.names.get("steps", ()), "home", "end"}
    for path, step in all_steps(system):
        for edge, name in targets(step).items():
            yield from _missing(f"{path}.{edge}", name, "step", steps)
    for heading in ("arrivals", "risks"):
        for name, entry in system.entries[heading].items():
            if entry.then is not None:
                yield from _missing(f"{heading}.{name}.then", entry.then, "step", steps - {"end"})
    for path, task in all_tasks(system):
        yield from _missing(f"{path}.then", task.then, "step", steps - {"home", "end"})
    if system.population:
        yield from _missing("population.starts", system.population.starts, "step", steps - {"end"})
    for name, lever in system.levers.items():
        if lever.at and name in system.levers_on:
            yield from _missing(f"levers.{name}.at", lever.at, "step", steps - {"end", "home"})


def _walks(system: System) -> Iterator[Fault]:
    """A person's own walk goes home or leaves; a task's walk comes to its end."""
    own, tasks = walks(system)
    for name in system.steps:
        leads_to = {t for form in system.steps_and_forms(name) for t in targets(form).values()}
        if name in own and "end" in leads_to:
            yield Fault(f"steps.{name}", "leads to 'end', but a person's own walk comes here. Lead it to home")
        if name in tasks and "home" in leads_to:
            yield Fault(f"steps.{name}", "leads to 'home', but a task comes here. Lead it to end")


@kept
def walks(system: System) -> tuple[set[str], set[str]]:
    """The steps that a person's own walk can come to, and those that a task can."""
    own = {entry.then for heading in ("arrivals", "risks") for entry in system.entries[heading].values() if entry.then}
    if system.population:
        own.add(system.population.starts)
    own |= {name for name, step in system.steps.items() if isinstance(step, At) and step.already}
    own |= {name for _, _, done in _all_actions(system) for name in done if name in system.steps}
    return reach(system, own), reach(system, {task.then for _, task in all_tasks(system)})


def _all_actions(system: System):
    from .amounts import actions

    return actions(system)


def reach(system: System, roots: set[str]) -> set[str]:
    """The steps that can be come to from `roots`."""
    seen: set[str] = set()
    todo = [name for name in roots if name in system.steps]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for form in system.steps_and_forms(name):
            todo += [target for target in targets(form).values() if target in system.steps]
    return seen


def _units(system: System) -> Iterator[Fault]:
    units = system.names.get("units", ())
    for path, step in all_steps(system):
        if isinstance(step, At):
            yield from _missing(f"{path}.at", step.at, "unit", units)
            for name in companions(step):
                yield from _missing(f"{path}.with", name, "unit", units)
    priced = {*units, *_units_of_levers(system)}
    for name in system.costs:
        yield from _missing(f"costs.{name}", name, "unit", priced)


def _units_of_levers(system: System) -> set[str]:
    """Units that some lever adds: they have a price also in care models without it."""
    levers = system.raw.get("levers")  # as written: one that can't be read has said so
    changes = [lever.get("changes") for lever in levers.values() if isinstance(lever, dict)] if isinstance(levers, dict) else []
    added = [one.get("units") for one in changes if isinstance(one, dict)]
    return {name for units in added if isinstance(units, dict) for name in units}


def _whereabouts(system: System) -> Iterator[Fault]:
    sectors = {"home", "anywhere", *sectors_of(system)}
    risks = [(f"risks.{name}", risk) for name, risk in system.risks.items()]
    for path, entry in (*risks, *all_tasks(system)):
        for where in where_names(entry.where):
            yield from _missing(f"{path}.where", where, "sector with beds", sectors)
    known = {unit.sector for unit in system.units.values()}
    for path, step in all_steps(system):
        to = step.handover if isinstance(step, Handover) else None
        if to is not None and to not in known and difflib.get_close_matches(to, known, 1, ALMOST):
            yield Fault(f"{path}.handover", f"no unit is of the sector '{to}'. {nearest(to, known)}")


def _others(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    attributes = system.names.get("attributes", ())
    for name, unit in system.units.items():
        for key in ("per", "shared_by"):
            if getattr(unit, key):
                yield from _missing(f"units.{name}.{key}", getattr(unit, key), "attribute", attributes)
        for group in unit.routine:
            yield from _missing(f"units.{name}.routine", group, "group", system.names.get("groups", ()))
    for name, lever in system.levers.items():
        for key in ("together", "fidelity_by"):
            if getattr(lever, key):
                yield from _missing(f"levers.{name}.{key}", getattr(lever, key), "attribute", attributes)
        for other in [lever.over] if isinstance(lever.over, str) else lever.over:
            yield from _missing(f"levers.{name}.over", other, "lever", system.names["levers"])
    for name, effect in system.effects.items():
        for risk in effect:
            yield from _missing(f"effects.{name}", risk, "risk", system.names.get("risks", ()))
    age = facts.get("age")
    if system.population and system.population.birthdays and (age is None or age.words or age.high > OLDEST):
        yield Fault("population.birthdays", f"there is no attribute 'age' in years up to {OLDEST} that could grow. Add it, or remove birthdays")
    yield from _circles(system)


def _circles(system: System) -> Iterator[Fault]:
    """Groups that ask each other, and levers whose members are each other's."""
    groups = {name: {other for other in names_in(test) if other in system.groups} for name, test in system.groups.items()}
    for circle in circles(groups):
        yield Fault(f"groups.{circle[0]}", f"a circle of groups: {' → '.join((*circle, circle[0]))}. Write one of them out")
    levers = {name: {other for other in names_in(lever.who) if other in system.levers} for name, lever in system.levers.items()}
    for circle in circles(levers):
        yield Fault(f"levers.{circle[0]}.who", f"nobody can be the first in {' → '.join((*circle, circle[0]))}. Let one of them ask something else")
