"""A unit of work is some replications of one scenario: long enough that nothing else counts, short enough to lose.

Its length follows from the configuration, never from timing. What is missing is counted in replications:
30 after 20 run the ten that are missing, whatever the units were that made the twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..citizens import SYNTHETIC
from ..settings import YEAR, Settings

AIM = 15.0  # seconds a unit: laying a scenario out, a quarter of a second, is then little
LONGEST = 50  # replications
PER_RUN = 0.1  # seconds that a run takes whoever is in it
PER_PERSON_YEAR = 2e-5  # seconds a model, citizen and year: the shipped municipality on one core of 2026
SIMULATED = 0.37  # of the inhabitants of a municipality


class Unit(NamedTuple):
    """Replications `first` … `first + number − 1` of the scenario of that number in a plan."""

    scenario: int
    first: int
    number: int


def seconds(raw: dict[str, Any], settings: Settings, models: int) -> float:
    """About how long one replication of a scenario takes, to plan with."""
    return models * (PER_RUN + PER_PERSON_YEAR * _citizens(raw, settings) * settings.days / YEAR)


def _citizens(raw: dict[str, Any], settings: Settings) -> float:
    population = raw.get("population")
    if not isinstance(population, dict):
        return 0
    if population.get("from") == SYNTHETIC:
        return SIMULATED * sum(one.inhabitants for one in settings.synthesis.municipalities.values())
    number = population.get("citizens", 0)
    return number if isinstance(number, (int, float)) else 0


def length(each: float) -> int:
    """Replications a unit where each takes so many seconds.

    >>> length(3.3), length(100), length(0.01)
    (5, 1, 50)
    """
    return max(1, min(LONGEST, round(AIM / each)))


def missing(scenario: int, done: Iterable[range], replications: int, size: int) -> Iterator[Unit]:
    """The units that are still to be run, cut at multiples of `size` so that two machines cut alike.

    >>> [tuple(unit) for unit in missing(0, [range(0, 8), range(8, 10)], 20, 8)]
    [(0, 10, 6), (0, 16, 4)]
    """
    there = bytearray(replications)
    for one in done:
        there[one.start:one.stop] = b"\1" * len(range(replications)[one.start:one.stop])
    first = 0
    while (first := there.find(b"\0", first)) >= 0:
        limit = min(replications, (first // size + 1) * size)
        taken = there.find(b"\1", first, limit)
        last = limit if taken < 0 else taken
        yield Unit(scenario, first, last - first)
        first = last
