"""Claim: with at least the confidence asked for, the chosen alternative is the best or within δ of the best, whatever their means are.

All alternatives meet the same luck, replication by replication, so two are told apart by their paired differences. At looks
fixed beforehand an alternative is out once another is surely better, by the one-sided t bound of their difference: the
screening of Nelson, Swann, Goldsman and Song (2001). It ends when one is surely within δ of all that are left.

Why it holds. Let b be the best of k. From each of the others there is one bound of its difference from b at each of J
looks, wrong with probability α / (k − 1) / J if differences are normal; so with probability 1 − α none is, however they are
correlated (Bonferroni). Then b is never out, as a bound would have to say that another is better than the best; and whoever
is surely within δ of all that are left is within δ of b. Stopping at δ is the indifference zone of Kim and Nelson (2001);
their triangular bounds are proven for a best that is δ better than the next, these bounds for any means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

GROWTH = 1.5  # each look has half as many replications again as the one before

Sample = Callable[[Sequence[int], int, int], np.ndarray]
"""(alternatives, first, number) -> y[alternative, replication]: replications `first` … `first + number − 1`, the same luck for all."""


class Selection(NamedTuple):
    """chosen: the number of an alternative. survivors: those that are not surely worse, the chosen among them. used: replications of each.

    tolerance: with the confidence asked for the chosen is within this of the best. finished: whether that is the δ asked for; if not, the
    limit came first and the guarantee is only of the tolerance reached. y[alternative, replication]: NaN where not run.
    """

    chosen: int
    survivors: tuple[int, ...]
    used: np.ndarray
    tolerance: float
    finished: bool
    looks: tuple[int, ...]
    y: np.ndarray

    @property
    def not_told_apart(self) -> tuple[int, ...]:
        """Others that may be the best."""
        return tuple(one for one in self.survivors if one != self.chosen)

    @property
    def means(self) -> np.ndarray:
        """Of each, over the replications that it has."""
        return np.nanmean(self.y, axis=1)


def looks_of(first: int, most: int) -> tuple[int, ...]:
    """How many replications there are at each look.

    >>> looks_of(6, 30)
    (6, 9, 14, 21, 30)
    """
    found = [min(first, most)]
    while found[-1] < most:
        found.append(min(most, int(np.ceil(found[-1] * GROWTH))))
    return tuple(found)


def select(sample: Sample, k: int, delta: float, confidence: float = 0.95, first: int = 6, most: int = 60, largest: bool = False) -> Selection:
    """The alternative with the smallest mean (or `largest`), or one within delta of it. first: replications of the first look; most: the limit.

    Raises ValueError for what can't be done, and where a value is missing.
    """
    if not (k >= 1 and delta > 0 and 0 < confidence < 1 and 2 <= first <= most):
        raise ValueError(f"k={k}, delta={delta:g}, confidence={confidence:g}, first={first}, most={most}: needs k ≥ 1, delta > 0, 2 ≤ first ≤ most")
    looks, left, y = looks_of(first, most), list(range(k)), np.full((k, most), np.nan)
    alpha = (1 - confidence) / max(1, k - 1) / len(looks)
    sign, done = -1.0 if largest else 1.0, 0
    for look in looks:
        new = np.asarray(sample(left, done, look - done), dtype=float)
        if new.shape != (len(left), look - done) or not np.isfinite(new).all():
            raise ValueError("every alternative that is left must have a value in every replication")
        y[left, done:look] = new
        done = look
        above = bounds(sign * y[left, :done], alpha)
        stay = ~(above < 0).any(axis=0)
        left, above = [one for one, stays in zip(left, stay, strict=True) if stays], above[np.ix_(stay, stay)]
        best = int(np.argmin(sign * y[left, :done].mean(axis=1)))
        tolerance = max(0.0, float(above[best].max()))
        if tolerance <= delta:
            break
    return Selection(left[best], tuple(left), np.isfinite(y).sum(axis=1), tolerance, tolerance <= delta, looks, y)


def bounds(y: np.ndarray, alpha: float) -> np.ndarray:
    """What the mean of a row may be above that of another [row, other], each wrong with probability alpha; y[alternative, replication].

    >>> bounds(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 3.0]]), 0.5).round(9).tolist()
    [[0.0, -1.0], [1.0, 0.0]]
    """
    n = y.shape[1]
    difference = y[:, None, :] - y[None, :, :]
    mean, spread = difference.mean(axis=2), difference.std(axis=2, ddof=1)
    return mean + stdtrit(n - 1, 1 - alpha) * spread / np.sqrt(n)
