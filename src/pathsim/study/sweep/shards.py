"""A sweep is handed to others as a list of units, of which shard i of N takes every N-th from the i-th on."""

from __future__ import annotations

from pathlib import Path

from ...faults import fail
from . import plan as plans
from .plan import Plan
from .units import Unit


def write_list(folder: Path, units: list[Unit]) -> Path:
    """A list for one submission: a line a unit, its scenario, first replication and number. Lists before it stay as they are."""
    number = 1
    while True:
        path = folder / f"todo-{number}.txt"
        try:
            with path.open("x", encoding="ascii") as file:
                file.writelines(f"{unit.scenario} {unit.first} {unit.number}\n" for unit in units)
            return path
        except FileExistsError:
            number += 1


def read_list(plan: Plan, path: Path) -> list[Unit]:
    """Raises Faults."""
    try:
        units = [Unit(*map(int, line.split())) for line in path.read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError, TypeError) as problem:
        raise fail(str(path), f"can't be read as a list of units ({type(problem).__name__})") from None
    if not all(0 <= unit.scenario < len(plan.scenarios) for unit in units):
        raise fail(str(path), "names scenarios that the plan has not. Run the command of the sweep again")
    return units


def still_to_do(plan: Plan, folder: Path, units: list[Unit]) -> list[Unit]:
    """Those that nobody has done meanwhile."""
    found = plans.done(plans.store_of(folder), {plan.scenarios[unit.scenario].key for unit in units})

    def is_done(unit: Unit) -> bool:
        there = [one.replications for one in found.get(plan.scenarios[unit.scenario].key, ())]
        return all(any(replication in one for one in there) for replication in range(unit.first, unit.first + unit.number))

    return [unit for unit in units if not is_done(unit)]
