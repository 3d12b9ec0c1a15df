"""Random people: attributes of every form, groups, and the population."""

from __future__ import annotations

from typing import Any

from .values import cases, multipliers, shares, test, value
from .world import NUMBERS, WORDS, YES_NO, World

BANDS = {"age": (("0-17", "18-64", "65-99"), ("0-64", "65-99"), ("0-0", "1-79", "80-99")), "count": (("0", "1-3", "4-7"), ("0-7",))}
LISTS = ("severity", "told")  # what only actions change


def attributes(world: World) -> dict[str, Any]:
    """Attributes in an order in which each may depend on those before."""
    dice = world.dice
    found: dict[str, Any] = {}
    for name in ("town", "area", *dice.some(("age", "practice", "sex", "copd", "alone", "ill", "count", "frailty"), 2, 6), *LISTS):
        if name == "area":
            found[name] = {"by": "town", **dice.pick(({"north": "coast", "rest": "inland"}, {"north": "coast", "south": "inland", "west": "coast"}))}
        elif name in LISTS:
            found[name] = [{"no": False, "yes": True}.get(word, word) for word in WORDS[name]]
        elif name in NUMBERS:
            found[name] = _numbers(world, name)
        else:
            found[name] = _yes_no(world) if WORDS[name] == YES_NO else _words(world, name)
        world.names["attribute"].append(name)
    return found


def _numbers(world: World, name: str) -> dict:
    bands = list(world.dice.pick(BANDS[name]))
    return shares(world, bands, "drawing", depth=1 if world.names["attribute"] else 0)


def _words(world: World, name: str) -> Any:
    """All words in the first case, so that they are known in this order; then what comes in other cases."""
    dice, words = world.dice, list(WORDS[name])
    if not world.names["attribute"] or dice.chance(50):
        return shares(world, words, "drawing", odds=bool(world.names["attribute"]), depth=0)
    fact = world.asked("drawing")
    first, *others = cases(world, fact)
    found = {"by": fact, first: shares(world, words, "drawing", depth=0)}
    found |= {key: dice.pick((words[0], [words[-1], words[0]], {words[0]: 0.5, words[1]: "rest"})) for key in others}
    if dice.chance(30):
        found["odds"] = {words[0]: multipliers(world, "drawing", (2, 0, 0.5))}
    return found


def _yes_no(world: World) -> Any:
    def leaf() -> Any:
        return world.dice.pick((0.5, 0.2, 0, 1))

    return value(world, leaf, "drawing", 30) if world.names["attribute"] else leaf()


def groups(world: World) -> dict[str, Any]:
    """Groups of attributes alone, of what a clock can follow, and of anything; each may ask those before."""
    found = {}
    for name in world.names["groups to be"]:
        kind = world.dice.pick(("drawing", "steady", "any"))
        found[name] = test(world, kind)
        for known in {"drawing": ("fixed", "steady", "group"), "steady": ("steady", "group"), "any": ("group",)}[kind]:
            world.names[known].append(name)
    return found


def population(world: World, starts: list[str], birthdays: bool) -> dict[str, Any]:
    """Citizens; `starts` are the steps in which a run may begin."""
    dice = world.dice
    found: dict[str, Any] = {"citizens": dice.number(3, 25)}
    if world.replaced:
        found["deaths"] = "replaced"
    if starts and dice.chance(35):
        found["starts"] = dice.pick(starts)
    if birthdays and dice.chance(70):
        found["birthdays"] = True
    return found
