"""Time passes in every circle: of steps, of tasks that start each other, of diversions.

A run would never end if people could come back to where they were at the very instant. What takes
less than a second for somebody counts as taking no time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...faults import Fault
from ..domain import targets
from ..quantities import SECOND
from ..system import System
from ..words import At, Choose, Do, Handover, Leave, Wait
from .circles import circles
from .ranges import least

NEWCOMER = "whoever moves in"


def check(system: System) -> Iterator[Fault]:
    edges: dict[str, set[str]] = {}
    for name in system.steps:
        edges[f"steps.{name}"] = _from_step(name, system)
    for name in system.tasks:
        edges[f"tasks.{name}"] = _from_task(name, system)
    edges[NEWCOMER] = _of_a_newcomer(system)
    for circle in circles(edges):
        path = " → ".join((*circle, circle[0]))
        if NEWCOMER in circle:
            yield Fault(path, "who replaces someone who died can die at once. Let time pass before")
            continue
        if all(part.startswith("steps.") for part in circle):
            path = circle[0] + path.removeprefix(circle[0]).replace("steps.", "")
        yield Fault(path, "a circle in which no time passes. Add a wait, or lead out of it")
    for name, arrival in system.arrivals.items():
        if arrival.every is not None and least(arrival.every) < 1.0:
            yield Fault(f"arrivals.{name}.every", "no time passes between arrivals in some case. Write at least 1 s")


def _of_a_newcomer(system: System) -> set[str]:
    """Where one who has just moved in can be at once: the first step, standing tasks, what enrolment starts."""
    if system.population is None or system.population.deaths != "replaced":
        return set()
    found = {f"steps.{system.population.starts}"}
    found |= {f"tasks.{name}" for name, task in system.tasks.items() if task.who is not None and least(task.every or task.after) < SECOND}
    for name in system.levers_on:
        lever = system.levers.get(name)
        if lever is not None and lever.at is None and lever.begins < SECOND:
            found |= _started(lever.enrolled, system)
    return found


def _from_step(name: str, system: System) -> set[str]:
    """Where one can be at the instant at which this step was come to."""
    found: set[str] = set()
    for form in system.steps_and_forms(name):
        found |= {f"steps.{target}" for edge, target in targets(form).items() if target in system.steps and _timeless(form, edge)}
        found |= _started(getattr(form, "begun", {}), system)
        if isinstance(form, Leave) and form.leave == "dead":
            found.add(NEWCOMER)
        if isinstance(form, At) and form.at in system.units and system.units[form.at].surge is not None:
            found |= _started(system.units[form.at].surge.done, system)
        if isinstance(form, Do):
            found |= _started(form.do, system)
        elif hasattr(form, "done") and _timeless(form, "then"):
            found |= _started(form.done, system)
    return found


def _from_task(name: str, system: System) -> set[str]:
    """The first step if it comes at once; itself again if it ends at once and repeats at once."""
    found: set[str] = set()
    for task in (system.tasks[name], *system.forms.get(("tasks", name), {}).values()):
        if least(task.after) < SECOND and task.then in system.steps:
            found.add(f"steps.{task.then}")
        if task.expires is not None and task.expires < SECOND:
            found |= _started(task.missed, system)
        if task.every is not None and least(task.every) < SECOND and _can_end_at_once(task.then, system):
            found.add(f"tasks.{name}")
    return found


def _can_end_at_once(first: str, system: System) -> bool:
    seen: set[str] = set()
    todo = [first]
    while todo:
        name = todo.pop()
        if name == "end":
            return True
        if name in seen or name not in system.steps:
            continue
        seen.add(name)
        for form in system.steps_and_forms(name):
            todo += [target for edge, target in targets(form).items() if _timeless(form, edge)]
    return False


def _started(actions: dict[str, Any], system: System) -> set[str]:
    """The steps and tasks that actions lead to at once."""
    return {f"{heading}.{name}" for name in actions for heading in ("steps", "tasks") if name in system.entries[heading]}


def _timeless(step: Any, edge: str) -> bool:
    """Whether the step can be left by this edge at the instant at which it was come to."""
    if isinstance(step, (Choose, Do)):
        return True
    if edge == "else":
        return True  # a full queue, or no patience, answers at once
    time = step.for_ if isinstance(step, At) else step.wait if isinstance(step, Wait) else step.takes if isinstance(step, Handover) else None
    return time is not None and least(time) < SECOND


