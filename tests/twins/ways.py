"""Random steps: the six verbs, in a person's own walk and in tasks.

Steps stand in an order. Where no time passes a step leads to later ones only, so that nobody comes
back at the same instant; where time passes it leads anywhere.
"""

from __future__ import annotations

from typing import Any

from .values import actions, drawn, shares, value
from .world import World

DIED, WELL = "died", "gone"
LEAVES = {DIED: {"leave": "dead"}, WELL: {"leave": "well"}}


class Ways:
    """The steps of one kind of walk. `home` is where it ends: home, or the end of a task."""

    def __init__(self, world: World, order: list[str], in_task: bool):
        self.world, self.order, self.in_task = world, order, in_task
        self.home = "end" if in_task else "home"
        self.steps: dict[str, dict] = {}

    def later(self, name: str) -> list[str]:
        return self.order[self.order.index(name) + 1:] if name in self.order else []

    def onward(self, name: str, timeless: bool) -> str:
        """The next step: home, a later one, any one if time passes, or out of the model."""
        dice, later = self.world.dice, self.later(name)
        if not timeless and self.world.leaves and dice.chance(5 if self.in_task else 12):
            return dice.pick(self.world.leaves)
        if not timeless and (later or not self.in_task) and dice.chance(15):
            return dice.pick([step for step in self.order if step != name] or [self.home])
        return dice.pick([*later, self.home] if later and dice.chance(75) else [self.home])

    def step(self, name: str) -> dict[str, Any]:
        verbs = ("wait", "at", "at", "at", "handover", "wait", "handover", "choose", "do")
        return getattr(self, self.world.dice.pick(verbs))(name)

    # What is done
    def at_once(self, name: str) -> dict:
        """Actions at the instant of coming here: they lead to what is later than this."""
        world = self.world
        tasks = sorted(world.slow_tasks) if self.in_task else world.names["task"]
        return actions(world, tasks, () if self.in_task else self.later(name))

    def in_time(self) -> dict:
        return actions(self.world, self.world.names["task"], self.world.own[1:])

    def done(self, name: str, step: dict, timeless: bool) -> dict:
        dice = self.world.dice
        if dice.chance(30):
            step["begun"] = self.at_once(name)
        if dice.chance(45):
            step["done"] = self.at_once(name) if timeless else self.in_time()
        if dice.chance(15):
            step["acute"] = dice.chance(50)
        if dice.chance(35):
            step["hold"] = True
        return step

    # Verbs
    def wait(self, name: str) -> dict[str, Any]:
        dice = self.world.dice
        timeless = dice.chance(15)
        step = {"wait": drawn(self.world, zero=60) if timeless else drawn(self.world)}
        if dice.chance(25):
            step["where"] = "home"
        return {**self.done(name, step, timeless), "then": self.onward(name, timeless)}

    def handover(self, name: str) -> dict[str, Any]:
        world, dice = self.world, self.world.dice
        timeless = dice.chance(10)
        step = {"handover": dice.pick(("municipality", "practice", "hospital")), "takes": drawn(world, zero=60) if timeless else drawn(world)}
        if dice.chance(75):
            step["complete"] = value(world, lambda: dice.pick((0.5, 0.2, 1, 0, 0.8)))
        step = {**self.done(name, step, timeless), "then": self.onward(name, timeless)}
        if dice.chance(50):
            step["lost"] = self.onward(name, timeless)
        return step

    def choose(self, name: str) -> dict[str, Any]:
        later = self.later(name)
        options = self.world.dice.some([self.home, *later], 1, 3)
        if self.in_task and self.home not in options:
            options = [self.home, *options[:2]]
        if WELL in self.world.leaves and self.world.dice.chance(15):
            options.append(WELL)
        return {"choose": shares(self.world, options)}

    def do(self, name: str) -> dict[str, Any]:
        return {"do": self.at_once(name), "then": self.onward(name, True)}

    def at(self, name: str) -> dict[str, Any]:
        world, dice = self.world, self.world.dice
        places = [*world.slots, *world.slots, *world.diaries, *world.diaries] if self.in_task else [*world.beds, *world.beds, *world.slots, *world.diaries]
        return self.visit(name, dice.pick(places))

    def visit(self, name: str, unit: str) -> dict[str, Any]:
        """At a unit, with whatever may be asked for there."""
        world, dice = self.world, self.world.dice
        diary, beds = unit in world.diaries, unit in world.beds
        limited = "queue" in world.units[unit]
        timeless = not diary and dice.chance(8)
        step: dict[str, Any] = {"at": unit}
        if not diary:
            step["for"] = drawn(world, zero=60) if timeless else drawn(world, short=not beds)
            others = [slot for slot in world.slots if slot > unit]
            if others and dice.chance(30):
                step["with"] = dice.pick((dice.some(others, 1, 2), others[0]))
        elif dice.chance(60):
            step["notice"] = dice.pick(("1 d", "6 h", "0 d", "2 d"))
        if dice.chance(35):
            step["priority"] = value(world, lambda: dice.pick((5, 1, 9, 3)), often=50)
        step = self.done(name, step, timeless)
        if diary and dice.chance(60):
            step["comes"] = value(world, lambda: dice.pick((0.5, 0.9, 0, 1)))
        if dice.chance(40) or (beds and "hold" in step and dice.chance(85)):
            step["patience"] = drawn(world, zero=25, short=dice.chance(60))
        if limited or "patience" in step or "comes" in step:
            step["else"] = self.onward(name, True)
        if not self.in_task and not diary and dice.chance(30):
            step["already"] = self.already()
        return {**step, "then": self.onward(name, timeless)}

    def already(self) -> dict[str, Any]:
        world, dice = self.world, self.world.dice
        found: dict[str, Any] = {"in": dice.number(1, 5), "waiting": dice.number(0, 3)}
        if dice.chance(75):
            found["left"] = dice.pick(("part", "part", "fresh", {"uniform": {"low": "1 h", "high": "stay"}}, drawn(world, zero=20)))
        if dice.chance(50):
            found["with"] = actions(world, effects=False)
        return found


def own_steps(world: World) -> dict[str, dict]:
    """A person's own walk: the first step leads to all others, so that all can be reached."""
    ways = Ways(world, world.own, in_task=False)
    first, *others = world.own
    for name in others:
        ways.steps[name] = ways.step(name)
    return {first: {"choose": shares(world, others)}, **ways.steps}


def task_steps(world: World) -> dict[str, dict]:
    """The steps of tasks, the first of which leads to all others too."""
    ways = Ways(world, world.care, in_task=True)
    first, *others = world.care
    for name in others:
        ways.steps[name] = ways.step(name)
    return {first: {"choose": shares(world, [*others, "end"])}, **ways.steps}


def visits(world: World, steps: dict[str, dict]) -> dict[str, dict]:
    """A visit to each unit at which none of the steps takes place, reached from the first step."""
    used = {name for step in steps.values() for name in (step.get("at"), *_listed(step.get("with", [])))}
    idle = [name for name in world.all_units if name not in used]
    world.own += [f"x{name}" for name in idle]
    ways = Ways(world, world.own, in_task=False)
    return {f"x{name}": ways.visit(f"x{name}", name) for name in idle}


def _listed(names: Any) -> list:
    return names if isinstance(names, list) else [names]
