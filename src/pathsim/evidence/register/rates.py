"""Claim: a rate is events over time at risk, and people, not events, are what chance draws.

Standard errors are robust by person (Liang and Zeger 1986): one person with ten admissions is one piece of
evidence about how many people have, not ten. Rates per person-year of 365 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .exposure import AtHome, Events, interval_of, within
from .extract import Extract
from .likelihood import Fit, maximise

YEAR_MS = 365 * 24 * 3_600_000


class Level(NamedTuple):
    """One word or band of an attribute: whom it is true of [people], and the multiplier that the system has for it."""

    attribute: str
    word: str
    who: np.ndarray
    held: float
    free: bool = True


class Rate(NamedTuple):
    value: float
    se: float
    n: int
    persons: int


def ratio(events: np.ndarray, years: np.ndarray) -> Rate:
    """Events over person-years, both by person [people].

    >>> found = ratio(np.array([1, 0, 2, 1]), np.ones(4))
    >>> float(found.value), round(float(found.se), 4), found.n, found.persons
    (1.0, 0.3536, 4, 3)
    """
    total = years.sum()
    if total <= 0:
        return Rate(np.nan, np.nan, 0, 0)
    value = events.sum() / total
    return Rate(value, float(np.sqrt(((events - value * years) ** 2).sum()) / total), int(events.sum()), int((events > 0).sum()))


def by_band(extract: Extract, home: AtHome, events: Events, bands: Sequence[tuple[int, int | None]]) -> tuple[np.ndarray, np.ndarray]:
    """Events and person-years [people, bands], bands in ms since discharge (the last may have no end)."""
    counts, years = np.zeros((extract.people, len(bands))), np.zeros((extract.people, len(bands)))
    place = interval_of(home, events)
    there = place >= 0
    for b, (low, high) in enumerate(bands):
        begin, end = within(extract, home, low, high)
        years[:, b] = np.bincount(home.person, (end - begin) / YEAR_MS, minlength=extract.people)
        at, time = place[there], events.time[there]
        inside = (time > begin[at]) & (time <= end[at])
        counts[:, b] = np.bincount(events.person[there][inside], minlength=extract.people)
    return counts, years


class Regression(NamedTuple):
    """A Poisson regression: log rate (per year), then the free levels, then the bands but the last."""

    fit: Fit
    levels: list[Level]
    bands: list[int]


def held(levels: Sequence[Level], people: int) -> np.ndarray:
    """Log multipliers that are taken from the system [people]."""
    total = np.zeros(people)
    for level in levels:
        if not level.free:
            total[level.who] += np.log(level.held)
    return total


def poisson(counts: np.ndarray, years: np.ndarray, levels: Sequence[Level], free_bands: Sequence[int] = ()) -> Regression | None:
    """Rate × multipliers of the levels × multipliers of the bands, by maximum likelihood; None without a maximum."""
    free = [level for level in levels if level.free]
    seen = np.flatnonzero(years.sum(axis=1) > 0)
    counts, years, offset = counts[seen], years[seen], held(levels, len(years))[seen]
    design = np.column_stack([np.ones(len(seen)), *(level.who[seen] for level in free)])
    of_band = np.zeros((counts.shape[1], len(free_bands)))
    for i, b in enumerate(free_bands):
        of_band[b, i] = 1.0
    if counts.sum() == 0:
        return None

    def terms(theta: np.ndarray) -> np.ndarray:
        log_rate = (design @ theta[: design.shape[1]] + offset)[:, None] + (of_band @ theta[design.shape[1] :])[None, :]
        return (counts * log_rate - years * np.exp(np.minimum(log_rate, 50.0))).sum(axis=1)

    start = np.zeros(design.shape[1] + len(free_bands))
    start[0] = np.log(counts.sum() / max((years.sum(axis=1) * np.exp(offset)).sum(), 1e-9))
    fit = maximise(terms, start, np.arange(len(seen)))
    return None if fit is None else Regression(fit, free, list(free_bands))


def usable(levels: list[Level], events: np.ndarray, smallest: int) -> list[Level]:
    """Levels with too few events or people keep the system's multiplier; what nobody has is left out."""
    found = []
    for level in levels:
        enough = events[level.who].sum() >= smallest and (events[level.who] > 0).sum() >= smallest
        if level.who.any():
            found.append(level._replace(free=level.free and enough))
    return found
