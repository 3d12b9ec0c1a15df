"""Claim: "how many do we need" has an interval for an answer: the fewest places with which an indicator meets its target, and how sure that is.

More places never do harm to the indicator in the long run: a monotone (isotonic) regression through the means of all
capacities says so, and borrows strength from the neighbours. Replications are drawn again whole, all capacities with the
same luck together. A few replications spread too little about their mean, so each draw's distance from it is widened as a t
interval is wider than a normal one. The interval holds chance alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import ndtri, stdtrit

NONE = np.inf
"""The answer where none of the capacities tried suffices."""


class Need(NamedTuple):
    """capacities: in order, with the mean of the indicator and that of the monotone regression. answer, low, high: a capacity, or NONE.

    An answer, or an end of the interval, that is the fewest tried may be too many. suffices: how likely it is that each capacity is
    enough. against: neighbours of which the larger is surely worse, so that a monotone answer may mislead.
    """

    capacities: tuple[float, ...]
    mean: np.ndarray
    fitted: np.ndarray
    answer: float
    low: float
    high: float
    suffices: np.ndarray
    against: tuple[tuple[float, float], ...]

    @property
    def fewest_suffices(self) -> bool:
        return self.answer == self.capacities[0]

    @property
    def none_suffices(self) -> bool:
        return self.answer == NONE


def need(
    capacities: Sequence[float], y: np.ndarray, target: float, at_most: bool = True, level: float = 0.95, draws: int = 2000, seed: int = 1,
) -> Need:
    """The smallest capacity at which the mean of y[capacity, replication] is at most (or at least) the target. Raises ValueError.

    >>> found = need([1, 2, 3], np.array([[0.9, 0.8], [0.4, 0.2], [0.0, 0.1]]), 0.35)
    >>> found.answer, found.fitted.round(2).tolist()
    (2, [0.85, 0.3, 0.05])
    """
    order = np.argsort(capacities, kind="stable")
    ordered, y = tuple(capacities[i] for i in order), np.asarray(y, dtype=float)[order]
    n = y.shape[1]
    if len(set(ordered)) < len(ordered) or n < 2 or not np.isfinite(y).all():
        raise ValueError("needs different capacities, and two replications or more with a value at each")
    mean = y.mean(axis=1)
    drawn = y[:, np.random.default_rng(seed).integers(n, size=(draws, n))].mean(axis=2).T
    wider = np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 + level) / 2) / ndtri((1 + level) / 2)
    places = _enough(mean + wider * (drawn - mean), target, at_most)
    low, high = np.quantile(places, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf").astype(int)
    steps = [*ordered, NONE]
    return Need(
        ordered, mean, isotonic_regression(mean, increasing=not at_most).x, steps[int(_enough(mean, target, at_most))], steps[low], steps[high],
        np.array([np.mean(places <= place) for place in range(len(ordered))]), _against(ordered, y, at_most, level),
    )


def _enough(mean: np.ndarray, target: float, at_most: bool) -> np.ndarray:
    """The first place [...] at which the monotone regression of means [..., capacity] meets the target; one beyond the last if none does.

    Those before it are the first few that together miss the target by most: so the regression need not be worked out for each draw.
    """
    missed = np.cumsum((mean - target) * (1 if at_most else -1), axis=-1)
    return np.argmax(np.concatenate([np.zeros((*missed.shape[:-1], 1)), missed], axis=-1), axis=-1)


def _against(capacities: Sequence[float], y: np.ndarray, at_most: bool, level: float) -> tuple[tuple[float, float], ...]:
    """Neighbours of which the larger is worse by more than chance, all pairs together."""
    worse = np.diff(y, axis=0) * (1 if at_most else -1)
    n = y.shape[1]
    error = worse.std(axis=1, ddof=1) / np.sqrt(n)
    sure = worse.mean(axis=1) > stdtrit(n - 1, 1 - (1 - level) / max(1, len(worse))) * error
    return tuple((capacities[i], capacities[i + 1]) for i in np.flatnonzero(sure))
