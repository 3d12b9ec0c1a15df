"""Claim: a verdict follows from probabilities by rule, and stands beside them. There are two: in how many futures the *expected* difference is
better, and in how many a single year would show it. The verdict is of the first; the interval that is told holds both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from .components import Components, components, expected, probably_better, shaken

COVERS = 0.95
VERDICTS = ((0.95, "very likely"), (0.80, "likely"), (0.20, "unclear"), (0.05, "unlikely"), (0.0, "very unlikely"))
"""At least so probable that it is better."""
STEPS = ndtri((np.arange(21) + 0.5) / 21)  # a normal distribution in equal parts


class Verdict(NamedTuple):
    """year_low … year_high: what a year shows in 95 of 100 futures: both. low … high: what is to be expected: inputs alone.
    better, year_better: shares of futures."""

    parts: Components
    low: float
    high: float
    year_low: float
    year_high: float
    better: float
    year_better: float
    verdict: str


def verdict_of(y: np.ndarray, direction: str) -> Verdict:
    """Of differences [future, replication]. direction: of the registry: which way is better."""
    found, mean, years = components(y), expected(y), _weighted(y)
    mean = (mean[np.isfinite(mean)][:, None] + shaken(y) * STEPS).ravel()  # all of them may be off together
    low, high = _ends(mean, np.ones(len(mean)))
    sure = probably_better(y, direction)
    better = float(np.nanmean(sure)) if np.isfinite(sure).any() else np.nan
    return Verdict(found, low, high, *_ends(*years), better, share_better(years[0], direction, years[1]), said(better, direction))


def said(better: float, direction: str) -> str:
    """
    >>> said(0.97, "lower"), said(0.5, "lower"), said(0.97, "neutral")
    ('very likely', 'unclear', '')
    """
    if direction == "neutral" or not np.isfinite(better):
        return ""
    return next(words for least, words in VERDICTS if better >= least)


def share_better(values: np.ndarray, direction: str, weights: np.ndarray | None = None) -> float:
    """The share that is better than no difference; no difference at all counts half. NaN where no way is better."""
    if direction == "neutral" or not len(values):
        return np.nan
    wins = np.sign(values) * (1 if direction == "higher" else -1)
    return float(np.average((wins + 1) / 2, weights=weights))


def best_of(values: np.ndarray, direction: str) -> np.ndarray:
    """The share of futures in which each of several scenarios is best, of expected values [future, scenario]; ties are shared."""
    best = (values.max if direction == "higher" else values.min)(axis=1, keepdims=True)
    wins = values == best
    return (wins / wins.sum(axis=1, keepdims=True)).mean(axis=0)


def _weighted(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All replications, those of a future together as much as those of any other."""
    there = np.isfinite(y)
    weights = np.broadcast_to(1 / np.maximum(there.sum(axis=1, keepdims=True), 1), y.shape)
    return y[there], weights[there]


def _ends(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The quantiles between which COVERS of them lie."""
    if len(values) < 2:
        return np.nan, np.nan
    order = np.argsort(values, kind="stable")
    at = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    low, high = np.interp([(1 - COVERS) / 2, (1 + COVERS) / 2], at, values[order])
    return float(low), float(high)
