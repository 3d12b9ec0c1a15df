"""Claim: a register writes times to the minute or the day, and what is lost by that can be counted exactly.

If begin and end are both cut to a grid of width g at a phase that chance decides, the difference is k·g
with chance  F1(k + 1) − 2 F1(k) + F1(k − 1), F1 being the integral of the distribution function in units
of g: a stay written as 0 days is one that lasted less than a day, not no stay. For stays much longer than
the grid this is the density times g, and that is used.
"""

from __future__ import annotations

import numpy as np

from .families import Family

SHORT = 30  # grid widths; above it the density is as good (the error is of the order of 1 / SHORT²)
TINY = 1e-300


def integral(family: Family, x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """F1: the integral of the distribution function from 0 to x [n], in days."""
    return np.where(x > 0, x * family.share(x, theta) - family.below(x, theta), 0.0)


def log_chance(family: Family, x: np.ndarray, theta: np.ndarray, grid: float) -> np.ndarray:
    """Log of the chance that a stay is written as x days [n] on a grid of `grid` days.

    >>> from .families import EXPONENTIAL
    >>> days = np.arange(200.0)
    >>> round(float(np.exp(log_chance(EXPONENTIAL, days, np.log([5.0]), 1.0)).sum()), 4)
    1.0
    """
    found = family.log_density(np.maximum(x, grid), theta) + np.log(grid)
    short = x < SHORT * grid
    at = x[short]
    if len(at):
        second = integral(family, at + grid, theta) - 2 * integral(family, at, theta) + integral(family, np.maximum(at - grid, 0), theta)
        found[short] = np.log(np.maximum(second / grid, TINY))
    return found


def log_tail(family: Family, x: np.ndarray, theta: np.ndarray, grid: float) -> np.ndarray:
    """Log of the chance that a stay whose begin was cut to the grid still goes on x days later [n]."""
    found = family.log_tail(np.maximum(x - grid / 2, 0), theta)
    short = (x < SHORT * grid) & (x > 0)
    at = x[short]
    if len(at):
        low = np.maximum(at - grid, 0)
        share = (integral(family, at, theta) - integral(family, low, theta)) / (at - low)
        found[short] = np.log(np.maximum(1 - share, TINY))
    return np.where(x > 0, found, 0.0)
