"""Random care systems of the whole language: small, crowded, with many events at the same time.

`cases()` gives a system with the care model, the seed and the length of a run; `systems()` the systems alone.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st

from . import care, changes, people, places, ways
from .dice import Dice
from .world import world

AT_ONCE = 10  # so many systems from one seed; hypothesis would make further ones from parts of these


class Case(NamedTuple):
    raw: dict[str, Any]
    model: str
    days: float
    seed: int


@st.composite
def cases(draw) -> Case:
    dice = Dice(draw)
    its = world(dice)
    raw: dict[str, Any] = {"day_0": its.day_0.isoformat()}
    if dice.chance(50):
        raw["holidays"] = [(its.day_0 + datetime.timedelta(days=day)).isoformat() for day in dice.some(range(its.days), 1, 3)]
    raw["attributes"] = people.attributes(its)
    raw["groups"] = people.groups(its)
    its.slow_tasks = {name for name in its.names["task"] if dice.chance(50)}
    raw["units"] = places.units(its)
    steps = ways.task_steps(its)
    visits = ways.visits(its, steps)
    steps |= visits
    steps |= {name: step for name, step in ways.own_steps(its).items() if name not in visits}
    raw["steps"] = steps | ways.LEAVES
    raw["effects"] = care.effects(its)
    raw["tasks"] = care.tasks(its)
    outside = dice.number(0, 9)
    if outside < 9:
        raw["population"] = people.population(its, its.own, "age" in raw["attributes"])
    raw["arrivals"] = care.arrivals(its, its.own[0], 1 if outside >= 4 else 0)
    raw["risks"] = care.risks(its, None if raw["arrivals"] else its.own[0])
    used = _mentioned(raw)
    its.leaves = [name for name in ways.LEAVES if name in used]  # what only a lever led to could not be reached without it
    raw["steps"] = {name: step for name, step in raw["steps"].items() if name not in ways.LEAVES or name in used}
    raw["levers"] = changes.levers(its, raw)
    raw["care_models"] = {"as_it_is": {"levers": []}, "changed": {"levers": list(raw["levers"])}, "some": {"levers": _some(dice, raw["levers"])}}
    model = dice.pick(("changed", "changed", "changed", "some", "as_it_is"))
    return Case(raw, model, its.days - dice.pick((0, 0.25, 0.001)), dice.number(1, 1000))


def systems() -> st.SearchStrategy[dict[str, Any]]:
    return cases().map(lambda case: case.raw)


def _some(dice: Dice, levers: dict[str, dict]) -> list[str]:
    """Some of the levers, each with the one whose members it takes."""
    chosen = dice.some(list(levers), 0, 2)
    for name in chosen:
        parent = levers[name].get("who")
        if isinstance(parent, str) and parent in levers and parent not in chosen:
            chosen.append(parent)
    return sorted(chosen)


def _mentioned(node: Any) -> set[str]:
    """Every word that stands somewhere: where a step leads is a word."""
    if isinstance(node, dict):
        options = {name for name, value in node.items() if not (isinstance(value, dict) and "leave" in value)}
        return options | {part for value in node.values() for part in _mentioned(value)}
    if isinstance(node, list):
        return {part for value in node for part in _mentioned(value)}
    return {node} if isinstance(node, str) else set()
