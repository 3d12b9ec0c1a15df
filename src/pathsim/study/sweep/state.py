"""Where a sweep stands, seen from any machine that sees its folder: what is in the store, beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import plan as plans
from .beats import beats
from .failures import failures
from .plan import Plan
from .units import Unit


class State(NamedTuple):
    """to_do: units that are not done, those that failed among them. running: how many are being run. silent: who has said nothing for a
    minute. seconds: until the end at the speed of those who work now; None where nobody has finished anything."""

    units: int
    to_do: list[Unit]
    failed: list[dict[str, Any]]
    running: int
    silent: list[dict[str, Any]]
    seconds: float | None

    @property
    def done(self) -> int:
        return max(0, self.units - len(self.to_do))

    @property
    def missing(self) -> int:
        """Neither done nor failed, nor being run."""
        return max(0, len(self.to_do) - len(self.failed) - self.running)


def state(plan: Plan, folder: Path, looked: bool = True) -> State:
    """looked: as in the store."""
    left = plans.to_do(plan, plans.there(plan, folder, looked))
    alive, silent = beats(folder)
    names = {plans.unit_name(plan, unit) for unit in left}
    failed = [failure for failure in failures(folder) if failure["unit"] in names]
    speed = sum(sign["done"] / sign["seconds"] for sign in alive if sign["done"] and sign["seconds"])
    running = min(sum(sign["workers"] for sign in alive), len(left))
    return State(len(plans.all_units(plan)), left, failed, running, silent, len(left) / speed if speed and left else None)


def failed_units(plan: Plan, failed: Sequence[dict[str, Any]]) -> list[Unit]:
    return [plans.unit_of(plan, failure["unit"]) for failure in failed]
