"""Random units: beds, slots and diaries, few places for many people."""

from __future__ import annotations

from typing import Any

from .values import actions, lookup, time, value
from .world import BED_SECTORS, World

OPEN = (
    {"mon-fri": "8-16"}, {"mon-sun": "7-22"}, {"mon-thu": "8-16", "fri-sun": "9-12"}, {"mon-sun": "always", "holiday": "closed"},
    {"mon-fri": "0-24", "sat": "8-12"}, {"mon-sat": "6-24", "sun": "0-6", "holiday": "10-12"}, {"mon-wed": "12-24", "thu-sun": "0-12"},
)


def units(world: World) -> dict[str, dict]:
    """All units of the system; what they do to whoever gets an extra place starts slow tasks only."""
    world.units = {name: unit(world, name) for name in world.all_units}
    return world.units


def unit(world: World, name: str) -> dict[str, Any]:
    dice = world.dice
    beds, diary = name in world.beds, name in world.diaries
    found: dict[str, Any] = {}
    owner = _places(world, found, "beds" if beds else "slots")
    found["sector"] = dice.pick(BED_SECTORS) if beds else dice.pick(("practice", "municipality"))
    if beds:
        world.sectors[name] = found["sector"]
    if owner and dice.chance(60):
        found["shared_by"] = "area"
        if not diary and dice.chance(60):
            found["own_first"] = True
    if dice.chance(70 if diary else 35):
        found["open"] = dice.pick(OPEN)
    if diary:
        found["diary"] = dice.pick(("30 min", "1 h", "45 min"))
    else:
        if dice.chance(25):
            found["queue"] = dice.number(0, 3)
        if dice.chance(25):
            by_pool = owner and "shared_by" not in found and dice.chance(30)
            found["surge"] = {"places": {"by": "town", "north": 1, "rest": 2} if by_pool else dice.number(1, 2)}
            if dice.chance(70):
                found["surge"]["done"] = actions(world, sorted(world.slow_tasks), most=2)
    if dice.chance(30 if "beds" in found else 60):
        found["order"] = "due_first"
    if dice.chance(30):
        found["crowded"] = value(world, lambda: dice.pick((0.5, 1, 0.8, 0)), "threshold", 40)
    if dice.chance(20):
        found["staff_travel"] = value(world, lambda: dice.pick(("15 min", "30 min", "0 d")), often=40)
    if dice.chance(20):
        found["patient_travel"] = value(world, lambda: dice.pick(("20 min", "30 min")), often=40)
    if not beds and world.names["fixed"] and dice.chance(25):
        found["routine"] = {group: value(world, lambda: dice.pick(("3 h per d", "20 h per w")), "any", 30) for group in dice.some(world.names["fixed"], 1, 2)}
    if dice.chance(10):
        found["staff"] = {"nurse": 0.5, "doctor": {"value": 1, "role": "assumed"}}
    return found


def _places(world: World, found: dict, kind: str) -> bool:
    """How many places, and whether they are for each value of an attribute."""
    dice = world.dice
    form = dice.number(0, 9)
    if form == 9:
        found[kind] = "unlimited"
    elif form == 8:
        found |= {kind: dice.number(1, 2), "per": "town"}
    elif form == 7:
        found[kind] = {"by": "town", "north": dice.number(0, 2), "rest": dice.number(1, 2)}
    elif form == 6:
        found |= {kind: {"by": "town", "north": dice.number(1, 2), "south": 1, "west": dice.number(0, 1)}, "per": "town"}
    else:
        found[kind] = dice.number(0, 3) if form < 1 else dice.number(1, 3)
    return form in (6, 7, 8)


def changed(world: World, name: str) -> dict[str, Any]:
    """What a lever changes in a unit, for everybody."""
    dice, unit_ = world.dice, world.units[name]
    found: dict[str, Any] = {}
    kind = "beds" if name in world.beds else "slots"
    if not isinstance(unit_[kind], str):
        number = dice.pick((dice.number(1, 4), {"plus": 1}, {"times": 2}, {"times": 2, "plus": 1}))
        found[kind] = {"plus": 1} if isinstance(unit_[kind], dict) else number
    if dice.chance(30):
        found["patient_travel"] = {"plus": "5 min"} if "patient_travel" in unit_ else time(world, short=True)
    if "staff_travel" in unit_ and dice.chance(50):
        found["staff_travel"] = {"times": dice.pick((0, 0.5, lookup(world, "any", lambda: dice.pick((0.5, 2)))))}
    if "open" in unit_ and dice.chance(40):
        found["open"] = "always"
    if dice.chance(20):
        found["crowded"] = 0.7
    if "queue" in unit_ and dice.chance(50):
        found["queue"] = dice.pick((1, "unlimited"))
    if "surge" in unit_ and dice.chance(50):
        found["surge"] = {"places": 1}
    return found or {"note": "as it was"}
