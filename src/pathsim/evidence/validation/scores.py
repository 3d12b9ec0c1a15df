"""Claim: a forecast is judged as a whole, by what happened, and against the forecast that nothing happens.

The continuous ranked probability score is the mean distance from what was seen, less half the spread of the forecast
itself (Gneiting and Raftery 2007): the smaller the better, in the unit of what is forecast, and no forecast gains by
being vaguer or surer than it is.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats


def crps(draws: np.ndarray, seen: float) -> float:
    """Of a forecast given as draws, each as likely.

    >>> crps(np.array([1.0, 1.0]), 3.0)
    2.0
    """
    draws = np.sort(np.asarray(draws, dtype=float))
    n = len(draws)
    between = 2 * float((2 * np.arange(1, n + 1) - n - 1) @ draws) / n**2  # mean |x - x'|
    return float(np.mean(np.abs(draws - seen))) - between / 2


def crps_normal(mean: float, sd: float, seen: float) -> float:
    """Of a normal forecast.

    >>> round(crps_normal(0, 1, 0), 4)
    0.2337
    """
    z = (seen - mean) / sd
    return sd * (z * (2 * float(stats.norm.cdf(z)) - 1) + 2 * float(stats.norm.pdf(z)) - 1 / math.sqrt(math.pi))
