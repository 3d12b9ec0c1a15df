"""Claim: a length of stay is estimated from all stays that were seen, also those whose begin or end was not.

A stay that goes on at the end of the extract lasted at least so long (right-censored); one that was under
way at its beginning is there because it had lasted until then (left-truncated: it counts from its delayed
entry). Leaving either out makes stays look shorter, or longer, than they are. The family is chosen by AIC
(Akaike 1974); of those within 2 of the best the one with fewer parameters (Burnham and Anderson 2002). The
interval is of the chosen family and does not hold the choice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .families import FAMILIES, Family
from .likelihood import Fit, maximise
from .rounding import log_chance, log_tail

SAME = 0.01  # a cv below it is no chance: a constant time
ALIKE = 2.0  # AIC
FEWEST = 5  # completed stays of two lengths, below which nothing is fitted


class Stays(NamedTuple):
    """Stays at one place, times in days [n]: length seen, delayed entry (0: seen from the beginning),
    ended (not censored), person (whole numbers); grid: to what times are written."""

    length: np.ndarray
    entry: np.ndarray
    ended: np.ndarray
    person: np.ndarray
    grid: float


class Length(NamedTuple):
    """What was fitted: the family (None: a constant), its parameters, and all families' AIC."""

    family: Family | None
    fit: Fit | None
    constant: float
    aic: dict[str, float]


def fit_lengths(stays: Stays, families: tuple[Family, ...] = FAMILIES) -> Length | None:
    """The best family for these stays; None where there are too few, or none has a maximum.

    >>> days = np.random.default_rng(1).exponential(5.0, 4000)
    >>> found = fit_lengths(Stays(days, np.zeros(4000), np.ones(4000, bool), np.arange(4000), 1e-6), families=(FAMILIES[0],))
    >>> bool(abs(found.family.mean(found.fit.theta) - days.mean()) < 1e-4)
    True
    """
    seen = stays.length[stays.ended]
    if len(seen) < FEWEST:
        return None
    mean, spread = float(seen.mean()), float(seen.std())
    if spread <= max(SAME * mean, stays.grid / 2 if mean > stays.grid else 0.0):
        return Length(None, None, float(np.median(seen)), {}) if stays.ended.mean() > 0.5 else None
    mean = max(mean, stays.grid / 2)
    total = float(np.maximum(stays.length - stays.entry, 0).sum()) / len(seen)
    found: dict[str, tuple[Family, Fit]] = {}
    rough = max(total, stays.grid / 2), float(np.clip(spread / mean, 0.1, 3))
    alike, times = _alike(stays)
    for family in families:
        fit = maximise(lambda theta, family=family: times * log_terms(family, theta, alike), family.start(*rough))
        if fit is not None and family.allowed(fit.theta):
            found[family.name] = family, fit
    if not found:
        return None
    best = min(fit.aic for _, fit in found.values())
    family, fit = min((pair for pair in found.values() if pair[1].aic <= best + ALIKE), key=lambda pair: (len(pair[1].theta), pair[1].aic))
    return Length(family, fit, np.nan, {name: fit.aic for name, (_, fit) in found.items()})


def _alike(stays: Stays) -> tuple[Stays, np.ndarray]:
    """Each kind of stay once, and how many there are of it: few kinds where times are written in days."""
    kinds, times = np.unique(np.stack([stays.length, stays.entry, stays.ended]), axis=1, return_counts=True)
    return Stays(kinds[0], kinds[1], kinds[2] > 0, np.arange(len(times)), stays.grid), times


def log_terms(family: Family, theta: np.ndarray, stays: Stays) -> np.ndarray:
    """The log-likelihood of each stay [n]."""
    terms = np.empty(len(stays.length))
    done = stays.ended
    terms[done] = log_chance(family, stays.length[done], theta, stays.grid)
    terms[~done] = log_tail(family, stays.length[~done], theta, stays.grid)
    late = stays.entry > 0
    if late.any():
        terms[late] -= log_tail(family, stays.entry[late], theta, stays.grid)
    return terms
