"""Claim: the rise of risk after a discharge fades exponentially, and it either adds to a person's own risk or multiplies it.

Added:      h(s) = m · base + E · exp(−s / τ)
Multiplied: h(s) = m · base · (1 + A · exp(−s / τ))

m is the person's own multiplier, s the time since discharge. Without people who differ the two are one;
where they do, the likelihood can tell them apart, and both are fitted and shown with their AIC.
Rates per year, τ in days; beyond `memory` there is no excess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pathsim.language.quantities import DAY

from .exposure import AtHome, Events, interval_of, within
from .extract import Extract
from .likelihood import Fit, maximise
from .rates import YEAR_MS, Level, held

DAYS_A_YEAR = 365.0


class Risk(NamedTuple):
    """Time at risk by interval [n]: early (from s0 to s1 days after discharge), later (years); events: interval,
    s in days (NaN: later). person [n]; offset, own: log multipliers held and design of free levels, by interval."""

    person: np.ndarray
    s0: np.ndarray
    s1: np.ndarray
    later: np.ndarray
    event: np.ndarray
    s: np.ndarray
    offset: np.ndarray
    design: np.ndarray
    excess_offset: np.ndarray


class Excess(NamedTuple):
    """theta: log base (per y), log multipliers of the free levels, log of E (per y) or A, log τ (days)."""

    fit: Fit
    levels: list[Level]
    early: int
    early_persons: int


def time_at_risk(extract: Extract, home: AtHome, events: Events, levels: Sequence[Level], memory: int, excess_offset: np.ndarray | None = None) -> Risk:
    """`memory`: ms after discharge beyond which there is no excess. excess_offset [people]: log multipliers of E."""
    begin, end = within(extract, home, 0, memory)
    origin = np.where(end > begin, home.discharged, begin)
    later_begin, later_end = within(extract, home, memory, None)
    place = interval_of(home, events)
    at, time = place[place >= 0], events.time[place >= 0]
    early = (time > begin[at]) & (time <= end[at])
    late = (time > later_begin[at]) & (time <= later_end[at])
    s = np.where(early, (time - origin[at]) / DAY, np.nan)
    free = [level for level in levels if level.free]
    design = np.column_stack([np.ones(len(home.person)), *(level.who[home.person] for level in free)])
    more = np.zeros(extract.people) if excess_offset is None else excess_offset
    return Risk(
        home.person, (begin - origin) / DAY, (end - origin) / DAY, (later_end - later_begin) / YEAR_MS, at[early | late], s[early | late],
        held(levels, extract.people)[home.person], design, more[home.person],
    )


def fit_excess(risk: Risk, levels: Sequence[Level], added: bool = True) -> Excess | None:
    """Either form by maximum likelihood, robust by person; None without a maximum."""
    free = [level for level in levels if level.free]
    early = ~np.isnan(risk.s)
    years = (risk.s1 - risk.s0).sum() / DAYS_A_YEAR
    if not early.any() or early.all() or risk.later.sum() <= 0:
        return None
    k = risk.design.shape[1]
    base = (~early).sum() / (risk.later * np.exp(risk.offset)).sum()
    rise = max(early.sum() / max(years, 1e-9) - base, base / 2)

    def terms(theta: np.ndarray) -> np.ndarray:
        own = np.exp(np.minimum(risk.design @ theta[:k] + risk.offset, 50.0))
        size, tau = np.exp(np.minimum(theta[k : k + 2], 50.0))
        height = size * (np.exp(risk.excess_offset) if added else own)
        faded = np.exp(-risk.s0 / tau) - np.exp(-risk.s1 / tau)
        found = -own * (risk.later + (risk.s1 - risk.s0) / DAYS_A_YEAR) - height * tau / DAYS_A_YEAR * faded
        now = own[risk.event] + np.where(early, height[risk.event] * np.exp(-np.where(early, risk.s, 0.0) / tau), 0.0)
        return found + np.bincount(risk.event, np.log(np.maximum(now, 1e-300)), minlength=len(found))

    start = np.concatenate([[np.log(base)], np.zeros(k - 1), [np.log(2 * rise if added else 2 * rise / base), np.log(10.0)]])
    fit = maximise(terms, start, _ranks(risk.person))
    if fit is None:
        return None
    people = risk.person[risk.event[early]]
    return Excess(fit, free, int(early.sum()), len(np.unique(people)))


def band_mean(theta: np.ndarray, low: float, high: float) -> float:
    """The mean of exp(−s / τ) from `low` to `high` days, τ the last of theta (its log).

    >>> round(band_mean(np.log([10.0]), 0.0, 10.0), 4)
    0.6321
    """
    tau = float(np.exp(theta[-1]))
    return float(tau * (np.exp(-low / tau) - np.exp(-high / tau)) / (high - low))


def _ranks(person: np.ndarray) -> np.ndarray:
    return np.unique(person, return_inverse=True)[1]
