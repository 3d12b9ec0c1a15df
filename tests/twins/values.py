"""Random values: times on a coarse grid, so that most events tie; lookups, multipliers, tests and actions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from .world import NUMBERS, WORDS, YES_NO, World

GRID = ("1 h", "30 min", "2 h", "6 h", "12 h", "1 d", "2 d")
SHORT = ("30 min", "1 h", "2 h")
FACTORS = (0.5, 1, 2, 1.5)
CHANCES = (0.5, 1, 0, 0.25, 0.9)


def lookup(world: World, scope: str, leaf: Callable[[], Any], dated: bool = True) -> dict:
    name = world.asked(scope, dated)
    return {"by": name, **{key: leaf() for key in cases(world, name)}}


def cases(world: World, name: str, whole: bool = True) -> list[str]:
    """The cases of a lookup by a fact: all of its values, or some of them and the rest."""
    dice = world.dice
    if name in ("crowded", "full"):
        found = dice.some(world.all_units, 1, 2)
        return [*found, "rest"] if whole else found
    if name == "date":
        days = [(world.day_0 + datetime.timedelta(days=day)).isoformat() for day in dice.some(range(world.days + 2), 1, 2)]
        return [f"until {days[0]}", *(f"from {day}" for day in days)] if dice.chance(50) else ["rest", *(f"from {day}" for day in days)]
    tables = {
        "hour": (["8-16"], ["0-6", "6-12", "18"], ["0-12", "12-24"]),
        "weekday": (["mon-fri", "sat-sun"], ["sat-mon"], ["mon-sat", "sun", "holiday"], ["holiday"]),
        "month": (["1-2"], ["1-3", "12"], ["1-6", "7-12"]),
        "age": (["0-64", "65+"], ["18-64"], ["0-39", "40-79"]),
        "count": (["0", "1+"], ["2-4"], ["0-3", "5"]),
    }
    if name in tables:
        found = list(dice.pick(tables[name]))
        full = found in (["0-12", "12-24"], ["mon-fri", "sat-sun"], ["mon-sat", "sun", "holiday"], ["1-6", "7-12"], ["0-64", "65+"], ["0", "1+"])
        return found if full or not whole else [*found, "rest"]
    words = WORDS.get(name, YES_NO)
    found = dice.some(words, 1, len(words))
    return found if len(found) == len(words) or not whole else [*found, "rest"]


def value(world: World, leaf: Callable[[], Any], scope: str = "any", often: int = 20, depth: int = 1) -> Any:
    """A value: plain, with its evidence, or a lookup, which may hold another."""
    kind = world.dice.number(0, 99)
    if kind >= 100 - often:
        return lookup(world, scope, lambda: value(world, leaf, scope, often if depth else 0, depth - 1))
    return {"value": leaf(), "role": "assumed"} if kind >= 96 - often else leaf()


def multipliers(world: World, scope: str, factors=FACTORS, most: int = 2) -> dict:
    """Multipliers by facts; what is not named counts 1."""
    found: dict[str, Any] = {}
    for _ in range(world.dice.number(1, most)):
        name = world.asked(scope, dated=False)
        if world.yes_no(name) and world.dice.chance(60):
            found[name] = value(world, lambda: world.dice.pick(factors), scope, 10)
        else:
            found[name] = {key: world.dice.pick(factors) for key in cases(world, name, whole=False)}
    return found


# Times
def time(world: World, zero: bool = False, short: bool = False) -> str:
    return "0 d" if zero else world.dice.pick(SHORT if short else GRID)


def drawn(world: World, scope: str = "any", zero: int = 0, short: bool = False, depth: int = 1) -> Any:
    """A drawn time. `zero` of a hundred are no time at all, wholly or in some case."""
    dice = world.dice

    def leaf() -> Any:
        if zero and dice.chance(zero):
            return "0 d"
        return distribution(world, scope, short) if dice.chance(25) else time(world, short=short)

    if dice.chance(12) and depth:
        return lookup(world, scope, lambda: drawn(world, scope, zero, short, depth - 1))
    return leaf()


def distribution(world: World, scope: str, short: bool = False) -> dict:
    dice = world.dice

    def mean() -> Any:
        return value(world, lambda: time(world, short=short), scope, 8, 0)

    def number(*options) -> Any:
        return value(world, lambda: dice.pick(options), scope, 8, 0)

    kind = dice.pick(("constant", "exponential", "lognormal", "gamma", "weibull", "normal", "uniform", "triangular", "observed"))
    found = {kind: {
        "constant": mean, "exponential": mean,
        "lognormal": lambda: {"mean": mean(), **dice.pick(({"cv": number(0.5, 0, 1.5)}, {"sd": mean()}, {"median": "20 min"}))},
        "gamma": lambda: {"mean": mean(), "cv": number(0.5, 1, 2)},
        "weibull": lambda: {"scale": mean(), "shape": number(1, 2, 0.7)},
        "normal": lambda: {"mean": mean(), "sd": mean()} | ({"low": "5 min"} if dice.chance(50) else {}),
        "uniform": lambda: {"low": "10 min", "high": mean()},
        "triangular": lambda: {"low": "10 min", "mode": "30 min", "high": mean()},
        "observed": lambda: dice.pick((["1 h"], ["30 min", "1 h", "1 h", "6 h"], ["2 h", "1 h"])),
    }[kind]()}
    if dice.chance(25):
        found["times"] = multipliers(world, scope)
    if dice.chance(20):
        found["plus"] = mean()
    return found


# Shares
def shares(world: World, options: list[str], scope: str = "any", odds: bool = True, depth: int = 1) -> dict:
    """Shares of all the options, or tables of them read by a fact; every option stands somewhere."""
    dice = world.dice
    if depth and dice.chance(20):
        name = world.asked(scope)
        keys = cases(world, name)
        found = {"by": name, **{key: shares(world, options, scope, odds, 0) for key in keys}}
    elif len(options) == 1:
        found = {options[0]: dice.pick((1, "rest"))}
    else:
        found = _plain_shares(world, options, scope, odds)
    if odds and dice.chance(20):
        factor = (2, 0, 0.5, 5)
        found["odds"] = {name: dice.pick(factor) if dice.chance(30) else multipliers(world, scope, factor) for name in dice.some(options, 1, 2)}
    return found


def _plain_shares(world: World, options: list[str], scope: str, looked_up: bool) -> dict:
    dice = world.dice
    if len(options) == 2 and dice.chance(20):
        return dict(zip(options, dice.pick(((0.5, 0.5), (1, 0), (0.25, 0.75))), strict=True))
    each = 0.9 / (len(options) - 1)
    last = dice.number(0, len(options) - 1)
    return {
        name: "rest" if i == last else value(world, lambda: round(each * dice.pick((1, 0.5, 0)), 3), scope, 8 if looked_up else 0, 0)
        for i, name in enumerate(options)
    }


# Tests
def test(world: World, scope: str = "any", depth: int = 1) -> Any:
    dice = world.dice
    kind = dice.number(0, 9) if depth else dice.number(0, 5)
    if kind >= 8:
        return [test(world, scope, depth - 1) for _ in range(dice.number(1, 2))]
    if kind >= 6:
        return {"not": test(world, scope, depth - 1)}
    found = {}
    for _ in range(dice.number(1, 2)):
        name = world.asked(scope, dated=False)
        if kind < 3 and world.yes_no(name):
            return name
        words = cases(world, name, whole=False)
        found[name] = words[0] if len(words) == 1 or dice.chance(50) else words
    return found


# Actions
def actions(world: World, tasks=(), steps=(), most: int = 2, effects: bool = True, scope: str = "any") -> dict:
    """What is done: facts, and the effects, tasks and steps that may be done here."""
    dice = world.dice
    things = ["fact", "fact", *(("effect",) * 2 if effects else ()), *(("task",) * 3 if tasks else ()), *(("step",) if steps else ())]
    found: dict[str, Any] = {}
    for _ in range(dice.number(1, most)):
        kind = dice.pick(things)
        if kind == "fact":
            name = dice.pick([name for name in world.names["attribute"] if name != "area"])
            found[name] = _set(world, name, scope)
        else:
            name = dice.pick({"effect": world.names["effect"], "task": list(tasks), "step": list(steps)}[kind])
            found[name] = _done(world, scope, 25 if kind == "step" else 0)
    return found


def _done(world: World, scope: str, rare: int) -> Any:
    """Yes, no or a chance, or a lookup of these; a diversion is mostly a chance, or nobody would get anywhere."""
    def leaf() -> Any:
        return world.dice.pick((True, 0.5, True, 0.8, False, 1, 0, 0.25) if not rare else (0.25, 0.5, True, False))

    return lookup(world, scope, leaf) if world.dice.chance(20) else leaf()


def _set(world: World, name: str, scope: str) -> Any:
    dice = world.dice
    words = None if name in NUMBERS else WORDS.get(name, YES_NO)

    def leaf() -> Any:
        if words is None:
            return str(dice.number(*NUMBERS[name]))
        if words == YES_NO:
            return dice.pick((True, False, 0.5, 1, 0))
        return shares(world, dice.some(words, 2, 3), scope, depth=0) if dice.chance(40) else dice.pick(words)

    return lookup(world, scope, leaf) if dice.chance(15) else leaf()
