"""The graph of steps: all can be reached, tasks come to an end, no places lock."""

from __future__ import annotations

from collections.abc import Iterator

from ...faults import Fault
from ..domain import companions, targets
from ..system import System
from ..words import At, Choose, Do, Leave
from . import names
from .circles import circles


def check(system: System) -> Iterator[Fault]:
    yield from _tasks_end(system)
    yield from _locks(system)


def unreached(system: System) -> set[str]:
    """Steps to which nothing leads: no arrival, risk, task, action or other step."""
    own, in_tasks = names.walks(system)
    return set(system.steps) - own - in_tasks


def _tasks_end(system: System) -> Iterator[Fault]:
    """Every step of a task can come to the end (or out of the model)."""
    _, in_tasks = names.walks(system)
    ends = {name for name in in_tasks for form in system.steps_and_forms(name)
            if isinstance(form, Leave) or "end" in targets(form).values()}
    while more := {name for name in in_tasks - ends for form in system.steps_and_forms(name)
                   if set(targets(form).values()) & ends}:
        ends |= more
    stuck = {name for name in in_tasks - ends
             if all(target in system.steps for form in system.steps_and_forms(name) for target in targets(form).values())}
    for name in sorted(stuck):
        yield Fault(f"steps.{name}", "a task that comes here never ends. Lead some way on to end")


def _locks(system: System) -> Iterator[Fault]:
    """Beds held in a circle can lock (rule 16), unless someone in it has patience."""
    edges: dict[str, set[str]] = {}
    for name in system.steps:
        for form in system.steps_and_forms(name):
            if isinstance(form, At) and form.at in system.units and system.units[form.at].beds is not None:
                edges.setdefault(form.at, set()).update(_waited_for_in(system, form))
    edges = {unit: waited - {unit} for unit, waited in edges.items()}
    for circle in circles(edges):
        yield Fault("steps", f"{' → '.join((*circle, circle[0]))} are held in a circle and can lock. Give one a patience")
    together: dict[str, set[str]] = {}
    for _, step in names.all_steps(system):
        if isinstance(step, At):
            taken = [step.at, *companions(step)]
            for first, then in zip(taken, taken[1:], strict=False):
                together.setdefault(first, set()).add(then)
    for circle in circles({unit: following - {unit} for unit, following in together.items()}):
        yield Fault("steps", f"{' → '.join((*circle, circle[0]))} are taken together in different orders and can lock. Begin all with the same unit")


def _waited_for_in(system: System, step: At) -> set[str]:
    """The units for whose beds one waits without patience in the bed of this step."""
    found: set[str] = set()
    seen: set[str] = set()
    todo = [name for name in targets(step).values() if name in system.steps]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for form in system.steps_and_forms(name):
            if isinstance(form, (Choose, Do)):
                onward = True
            elif isinstance(form, At):
                onward = False
                unit = system.units.get(form.at)
                if form.hold and unit is not None:
                    if unit.beds is None:
                        onward = True
                    elif form.patience is None and unit.queue == "unlimited":
                        found.add(form.at)
            else:
                onward = bool(getattr(form, "hold", False))
            if onward:
                todo += [target for target in targets(form).values() if target in system.steps]
    return found
