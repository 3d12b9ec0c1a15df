"""The graph of steps: all can be reached, tasks come to an end, time passes in every circle, no beds lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...faults import Fault
from ..domain import targets
from ..system import System
from ..words import At, Choose, Do, Handover, Leave, Wait
from . import names


def check(system: System) -> Iterator[Fault]:
    yield from _tasks_end(system)
    yield from _timeless_circles(system)
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


def _timeless(step: Any, edge: str) -> bool:
    """Whether the step can be left by this edge at the instant at which it was come to."""
    if isinstance(step, (Choose, Do)):
        return True
    if edge == "else":
        return True  # a full queue, or no patience, answers at once
    time = step.for_ if isinstance(step, At) else step.wait if isinstance(step, Wait) else step.takes if isinstance(step, Handover) else None
    return isinstance(time, float) and time < 0.5


def _timeless_circles(system: System) -> Iterator[Fault]:
    edges: dict[str, set[str]] = {}
    for name in system.steps:
        for form in system.steps_and_forms(name):
            edges.setdefault(name, set()).update(
                target for edge, target in targets(form).items() if target in system.steps and _timeless(form, edge)
            )
    for circle in circles(edges):
        path = " → ".join(f"steps.{name}" if i == 0 else name for i, name in enumerate((*circle, circle[0])))
        yield Fault(path, "a circle in which no time passes. Add a wait, or lead out of it")


def circles(edges: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """One circle for each strongly connected part of a graph (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(sorted(edges.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, following = work[-1]
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(edges.get(target, ())))))
                    break
                if target in stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = set(stack[stack.index(node):])
                    del stack[stack.index(node):]
                    if len(part) > 1 or node in edges.get(node, ()):
                        found.append(_one_circle(edges, part))
    return found


def _one_circle(edges: dict[str, set[str]], part: set[str]) -> tuple[str, ...]:
    path = [min(part)]
    while True:
        following = sorted(edges[path[-1]] & part)
        again = [name for name in following if name in path]
        if again:
            return tuple(path[path.index(again[0]):])
        path.append(following[0])


def _locks(system: System) -> Iterator[Fault]:
    """Beds held in a circle can lock (rule 16), unless someone in it has patience."""
    edges: dict[str, set[str]] = {}
    for name, step in system.steps.items():
        for form in system.steps_and_forms(name):
            if isinstance(form, At) and form.at in system.units and system.units[form.at].beds is not None:
                edges.setdefault(form.at, set()).update(_waited_for_in(system, form))
    edges = {unit: waited - {unit} for unit, waited in edges.items()}
    for circle in circles(edges):
        yield Fault("steps", f"{' → '.join((*circle, circle[0]))} are held in a circle and can lock. Give one a patience")


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
