"""A place takes people: who is on duty for it while it is open, and how many must be employed for that.

A nurse on a round-the-clock place is 8,760 hours a year; who is employed full time is at work for some 1,600 of them.
"""

from __future__ import annotations

from ..faults import fail, nearest
from ..plan import Plan
from ..plan.model import Unit

HOURS_A_YEAR = 1600.0
"""Assumed: 52 weeks of 37 hours are 1,924; holidays, days of rest, illness and training take about a sixth."""
WEEKS = 365 / 7
KINDS = ("beds", "slots")


def unit_name(path: str) -> str:
    """The unit of a capacity: `units.NAME.slots`, `levers.L.changes.units.NAME.beds`, or with whose places they are after that. Raises Faults.

    >>> unit_name("levers.team.changes.units.acute_team.slots")
    'acute_team'
    """
    parts = path.split(".")
    place = max((i for i in range(len(parts) - 2) if parts[i] == "units" and parts[i + 2] in KINDS), default=None)
    if place is None or parts[0] not in ("units", "levers"):
        raise fail(path, "is no capacity. Write units.NAME.slots or units.NAME.beds, or what a lever sets: levers.LEVER.changes.units.NAME.slots")
    return parts[place + 1]


def unit_of(path: str, plan: Plan) -> Unit:
    """The unit of a capacity as it is laid out. Raises Faults."""
    name = unit_name(path)
    found = {unit.name: unit for unit in plan.units}
    if name not in found:
        raise fail(path, f"no unit '{name}' in this care model. {nearest(name, found)}")
    return found[name]


def places_at(path: str, unit: Unit) -> float:
    """How many places there are at the path of a capacity: all, or those of the one whose they are."""
    whose = path.rpartition(".")[2]
    return unit.places[unit.pools.index(whose)] if whose in unit.pools else sum(unit.places)


def employed(unit: Unit, hours_a_year: float = HOURS_A_YEAR) -> dict[str, float]:
    """Full-time people that one more place takes, by profession."""
    return {job: number * unit.open_hours * WEEKS / hours_a_year for job, number in unit.staff.items() if number}
