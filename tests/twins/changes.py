"""Random levers: who is in them, how well they are carried out, and what they add and alter."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from .care import effect, task
from .places import changed
from .values import actions, lookup, shares, test, value
from .ways import DIED, Ways
from .world import World

TIMES = {"wait": "wait", "at": "for", "handover": "takes"}


def levers(world: World, raw: dict[str, Any]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for name in world.names["lever"]:
        found[name] = lever(world, name, list(found), raw)
    return found


def _among(world: World, earlier: list[str]) -> World:
    """The world as far as it is known before a lever: nobody can be the first in a circle of levers."""
    return dataclasses.replace(world, names=world.names | {"lever": earlier, "group": world.names["steady"]})


def lever(world: World, name: str, earlier: list[str], raw: dict[str, Any]) -> dict[str, Any]:
    dice = world.dice
    found: dict[str, Any] = {}
    who = dice.number(0, 9)
    if who >= 7 and earlier:
        found["who"] = dice.pick(earlier)
    elif who >= 4:
        found["who"] = test(_among(world, earlier), "any")
    if dice.chance(60):
        found["reach"] = value(world, lambda: dice.pick((0.8, 0.5, 1, 0)), often=25)
    if dice.chance(30):
        found["together"] = dice.pick(("town", "severity", *world.names["attribute"]))
    if dice.chance(30):
        found["at"] = dice.pick([*world.own, *world.care])
    if dice.chance(40):
        found["begins"] = dice.pick(("6 h", "1 d", "2 d"))
    if dice.chance(40):
        found["ramp"] = value(world, lambda: dice.pick(("1 d", "3 d", "0 d")), often=25)
    if dice.chance(60):
        found["fidelity"] = value(world, lambda: dice.pick((0.5, 0.8, 0, 1)), often=25)
        if dice.chance(50):
            found["fidelity_by"] = dice.pick(("town", *world.names["attribute"]))
            if dice.chance(75):
                found["alike"] = value(world, lambda: dice.pick((0.5, 0.8, 0)), often=25)
    found["changes"] = changes(world, name, raw, found)
    if earlier:
        found["over"] = earlier
    return found


def changes(world: World, name: str, raw: dict[str, Any], entry: dict[str, Any]) -> dict[str, dict]:
    """What it alters, and what it adds: a unit, an attribute, a group, an effect, steps and tasks of its own."""
    dice = world.dice
    found: dict[str, dict] = {}
    tasks = list(world.names["task"])
    if dice.chance(60):
        tasks += _added(world, name, found)
    if dice.chance(70):
        entry["enrolled"] = actions(world, tasks, world.own[1:] if dice.chance(30) else ())
    if dice.chance(50):
        found.setdefault("units", {}).update({unit: changed(world, unit) for unit in dice.some(world.all_units, 1, 2)})
    steps = {name: step for name, step in raw["steps"].items() if name != DIED}
    last = name == world.names["lever"][-1]  # only then are there no more words to be put beside another verb
    found.setdefault("steps", {}).update({name: altered_step(world, name, steps[name], last) for name in dice.some(list(steps), 1, 4)})
    if dice.chance(50):
        found.setdefault("tasks", {}).update({name: altered_task(world, name, raw["tasks"][name]) for name in dice.some(list(raw["tasks"]), 1, 2)})
    return found


def _added(world: World, name: str, found: dict[str, dict]) -> list[str]:
    """Additions, known to this lever alone; the tasks among them."""
    dice = world.dice
    mine = copy.copy(world)
    mine.names = {kind: list(names) for kind, names in world.names.items()}
    mine.units, mine.slots = dict(world.units), list(world.slots)
    found["effects"] = {f"{name}e": effect(world)}
    mine.names["effect"].append(f"{name}e")
    if dice.chance(40):
        found["attributes"] = {f"{name}a": [False, True]}
        mine.names["attribute"].append(f"{name}a")
    if dice.chance(40):
        found["groups"] = {f"{name}g": test(mine, "any")}
        mine.names["group"].append(f"{name}g")
    unit = f"{name}u"
    found["units"] = {unit: {"slots": dice.number(1, 2), "sector": "municipality"} | ({"open": {"mon-fri": "8-16"}} if dice.chance(50) else {})}
    mine.units[unit] = found["units"][unit]
    mine.slots.append(unit)
    mine.care = [f"{name}s0", f"{name}s1"]
    ways = Ways(mine, mine.care, in_task=True)
    first, second = ways.visit(mine.care[0], unit), ways.step(mine.care[1])
    first["then"] = mine.care[1]
    found["steps"] = {mine.care[0]: first, mine.care[1]: second}
    found["tasks"] = {f"{name}k": {**task(mine, f"{name}k", [mine.care[0]], standing=dice.chance(60))}}
    return [f"{name}k"]


def modified(world: World, written: Any) -> Any:
    """A time with modifiers, or another in its place."""
    dice = world.dice

    def factor() -> Any:
        return lookup(world, "any", lambda: dice.pick((0.5, 2, 1))) if dice.chance(30) else dice.pick((0.5, 2))

    return dice.pick(({"times": factor()}, {"plus": "30 min"}, {"times": factor(), "plus": "1 h"}, {"exponential": "2 h"}, "6 h"))


def altered_step(world: World, name: str, step: dict[str, Any], last: bool) -> dict[str, Any]:
    dice = world.dice
    if "leave" in step:
        return {"leave": "elsewhere"}
    if "choose" in step:
        options = [option for case in _tables(step["choose"]) for option in case]
        odds = {"odds": {dice.pick(options): dice.pick((2, 0, 5, {"severity": {"mild": 3}}))}}
        return {"choose": odds if "by" in step["choose"] or dice.chance(50) else shares(world, options, depth=0)}
    ways = Ways(world, world.care if name in world.care else world.own, in_task=name in world.care)
    if "do" in step:
        return {"do": ways.at_once(name)}
    if last and dice.chance(15) and "already" not in step:
        return dice.pick((
            {"wait": "2 h", "then": ways.onward(name, False), "hold": True}, {"handover": "practice", "takes": "1 h", "then": ways.home},
            {"leave": "elsewhere"}, {"do": ways.at_once(name), "then": ways.onward(name, True)},
        ))
    found: dict[str, Any] = {}
    for verb, word in TIMES.items():
        if word in step and verb in step:
            found[word] = modified(world, step[word])
    if "priority" in step:
        found["priority"] = dice.pick((1, {"times": 0.5}, {"plus": 1}, 9))
    if "patience" in step and dice.chance(60):
        found["patience"] = modified(world, step["patience"])
    if "complete" in step:
        found["complete"] = dice.pick((0.9, {"times": 0.5}))
    if "comes" in step and dice.chance(50):
        found["comes"] = dice.pick((1, 0.5, {"times": 0.5}))
    if "hold" in step and dice.chance(30):
        found["hold"] = False
    if dice.chance(40):
        found["done"] = ways.at_once(name)
    if dice.chance(20):
        found["acute"] = dice.chance(50)
    return found or {"note": "as it was"}


def _tables(table: dict[str, Any]) -> list[list[str]]:
    """The options of each table of shares in a choice."""
    if "by" in table:
        return [options for key, case in table.items() if key not in ("by", "odds") for options in _tables(case)]
    return [[option for option in table if option != "odds"]]


def altered_task(world: World, name: str, task_: dict[str, Any]) -> dict[str, Any]:
    dice = world.dice
    found: dict[str, Any] = {}
    if "after" in task_:
        found["after"] = modified(world, task_["after"])
    if "every" in task_:
        found["every"] = modified(world, task_["every"])
    elif dice.chance(15):
        found["every"] = "6 h"
    if dice.chance(25):
        found["due"] = dice.pick(("3 h", "1 d"))
    if dice.chance(25):
        found["expires"] = dice.pick(("4 h", "1 d"))
    if dice.chance(25):
        found["where"] = "anywhere"
    if dice.chance(20):
        found["away"] = dice.pick(("drop", "postpone"))
    if dice.chance(30):
        found["missed"] = actions(world, sorted(world.slow_tasks), world.own[1:])
    if dice.chance(20):
        found["then"] = world.care[-1]
    return found or {"note": "as it was"}
