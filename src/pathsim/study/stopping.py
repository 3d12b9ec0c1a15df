"""Chance is told by a 95 % t interval over replications, and a study ends when it is narrow enough.

One looks only at fixed numbers of replications, counted in their order: first a minimum, then after
each batch. So the end does not depend on how many processes worked or which was first. Looking
several times makes the interval cover a little less than it says; the minimum keeps that small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95


class Interval(NamedTuple):
    """Means of rows of values, with the ends of their intervals and how many values there were."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray

    @property
    def half_width(self) -> np.ndarray:
        return (self.high - self.low) / 2


def interval(values: np.ndarray) -> Interval:
    """The 95 % t interval of the mean of each row [row, replication]; NaN is no value.

    Without two values there is no interval (NaN); without one no mean.

    >>> found = interval(np.array([[1.0, 2.0, 3.0, np.nan]]))
    >>> found.mean.tolist(), found.n.tolist(), found.half_width.round(3).tolist()
    ([2.0], [3], [2.484])
    """
    there = np.isfinite(values)
    n = there.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=1) / n
        squares = (np.where(there, values - mean[:, None], 0.0) ** 2).sum(axis=1)
        error = np.sqrt(squares / (n - 1) / n)
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), (1 + LEVEL) / 2) * error, np.nan)
    return Interval(np.where(n > 0, mean, np.nan), mean - half, mean + half, n)


def looks(minimum: int, batch: int, most: int) -> Iterator[int]:
    """How many replications there are at each look.

    >>> list(looks(10, 5, 22))
    [10, 15, 20, 22]
    """
    done = min(minimum, most)
    while done < most:
        yield done
        done += batch
    yield most


def enough(values: np.ndarray, half_width: float) -> bool:
    """Whether the mean of every row is known to within `half_width`. A row without interval is not."""
    return bool(len(values)) and bool(np.all(interval(values).half_width <= half_width))
