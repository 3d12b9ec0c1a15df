"""Random risks, effects, tasks and arrivals: what befalls people, and what is done beside their lives."""

from __future__ import annotations

from typing import Any

from .values import actions, distribution, drawn, lookup, multipliers, test, value
from .ways import DIED
from .world import World

RATES = ("20 per y", "60 per y", "1 per w", "5 per y", "0.3 per d")
BANDS = (
    ("0-1 d", "1-3 d"), ("0+ d",), ("0-6 h", "6-12 h", "12-48 h"), ("0-2 d", "2+ d"), ("0-1 d",), ("0-12 h", "12-24 h", "24+ h"),
)


def effects(world: World) -> dict[str, Any]:
    return {name: effect(world) for name in world.names["effect"]}


def effect(world: World) -> dict[str, Any]:
    """An effect on one or two risks, each with bands of its own."""
    dice = world.dice
    return {
        risk: {band: value(world, lambda: dice.pick((5, 0.5, 0, 2, 1)), "steady", 20) for band in dice.pick(BANDS)}
        for risk in dice.some(world.risks, 1, 2)
    }


def where(world: World) -> Any:
    dice, sectors = world.dice, sorted({*world.sectors.values()})
    return dice.pick(("home", "anywhere", *sectors, dice.some(["home", *sectors], 1, 3)))


def risks(world: World, first: str | None) -> dict[str, dict]:
    """Risks strike often. `first` is where the first of them leads, unless it strikes otherwise."""
    found = {name: risk(world) for name in world.risks}
    if first is not None:
        found[world.risks[0]]["then"] = first
    return found


def risk(world: World) -> dict[str, Any]:
    dice = world.dice
    seasonal = dice.chance(20)
    found: dict[str, Any] = {"rate": value(world, lambda: dice.pick(RATES), "calendar" if seasonal else "steady", 30)}
    if dice.chance(35):
        found["who"] = test(world, "steady")
    if dice.chance(50):
        found["times"] = multipliers(world, "steady", (0.5, 2, 0, 5)) | (multipliers(world, "calendar", (0.5, 2, 0)) if dice.chance(40) else {})
    if dice.chance(50):
        found["where"] = where(world)
    if dice.chance(50):
        found["done"] = actions(world, world.names["task"], world.own[1:] if dice.chance(40) else ())
    if dice.chance(65):
        found["then"] = DIED if dice.chance(35) else dice.pick(world.own)
    return found


def tasks(world: World) -> dict[str, dict]:
    """Tasks: the first leads to the first step of tasks, from where all are reached."""
    found = {name: task(world, name, world.care) for name in world.names["task"]}
    found[world.names["task"][0]]["then"] = world.care[0]
    return found


def task(world: World, name: str, steps: list[str], standing: bool | None = None) -> dict[str, Any]:
    dice = world.dice
    found: dict[str, Any] = {"then": dice.pick(steps)}
    if dice.chance(35) if standing is None else standing:
        found["who"] = test(world, "any")
    if name in world.slow_tasks:
        found["after"] = drawn(world, short=True)
    elif dice.chance(50):
        found["after"] = drawn(world, zero=40, short=True)
    if dice.chance(45):
        found["every"] = "0 d" if dice.chance(3) else dice.pick(("6 h", "1 d", "12 h", "2 h")) if dice.chance(70) else drawn(world)
        if dice.chance(40):
            found["while"] = test(world, "any")
    if dice.chance(50):
        found["where"] = where(world)
    if dice.chance(40):
        found["away"] = dice.pick(("drop", "postpone"))
    if dice.chance(65):
        found["due"] = dice.pick(("0 d", "6 h", "0 d", "1 d", "2 h"))
    if dice.chance(35):
        found["expires"] = dice.pick(("2 h", "6 h", "12 h", "1 d", "2 d", "3 d"))
        if dice.chance(70):
            found["missed"] = actions(world, world.names["task"], world.own[1:])
    return found


def arrivals(world: World, first: str, least: int) -> dict[str, dict]:
    """Streams of people from outside; the first of them comes to the step `first`."""
    dice = world.dice
    found = {}
    for i in range(dice.number(least, 2)):
        stream: dict[str, Any] = {}
        if dice.chance(50):
            stream["rate"] = value(world, lambda: dice.pick(("3 per d", "0 per d", "6 per d", "1 per d")), "calendar", 60)
        elif dice.chance(70):
            stream["every"] = dice.pick(("12 h", "6 h", "4 h", "8 h"))
        else:
            drawn_ = {**distribution(world, "calendar"), "plus": "2 h"}
            stream["every"] = drawn_ if dice.chance(50) else lookup(world, "calendar", lambda: dice.pick(("3 h", "12 h", "6 h")))
        if dice.chance(60):
            stream["with"] = actions(world, effects=False)
        found[f"a{i}"] = {**stream, "then": first if i == 0 else dice.pick(world.own)}
    return found
