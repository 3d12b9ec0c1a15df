"""Claim: what to expect of the next place is not the pooled mean but the spread of places around it.

Random effects: places differ (τ), trials are noisy (standard errors). The restricted likelihood of τ is maximised on a
grid-free bounded search (scipy); the mean has the modified Hartung–Knapp error. The prediction for a new place holds the
mean's error and τ together (Higgins, Thompson and Spiegelhalter 2009: Student's t with two degrees of freedom less than studies).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

WIDEST_TAU = 2.0  # on the log scale: a factor of seven between places


class Pooled(NamedTuple):
    """A pooled effect on the log scale: its mean and error, how much places differ, and from how many studies."""

    mean: float
    error: float
    tau: float
    studies: int

    def predicted(self, z: float) -> float:
        """The effect in a new place at the normal quantile z."""
        freedom = max(self.studies - 2, 1)
        t = float(stats.t.ppf(stats.norm.cdf(z), max(freedom, 3)))  # fewer than three would have no variance
        return self.mean + t * float(np.hypot(self.error, self.tau))


def pooled(effects: Sequence[float], errors: Sequence[float]) -> Pooled:
    """Studies' log effects and standard errors pooled. Raises ValueError for fewer than two.

    >>> same = pooled([0.1, 0.1, 0.1], [0.2, 0.2, 0.2])
    >>> round(same.mean, 6), same.tau < 1e-4
    (0.1, True)
    """
    y, v = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float) ** 2
    if len(y) < 2:
        raise ValueError("one study says nothing of how places differ. Pool two or more")

    def lacking(tau: float) -> float:
        w = 1 / (v + tau**2)
        mean = (w @ y) / w.sum()
        return 0.5 * (np.log(v + tau**2).sum() + np.log(w.sum()) + w @ (y - mean) ** 2)

    inner = optimize.minimize_scalar(lacking, bounds=(0.0, WIDEST_TAU), method="bounded", options={"xatol": 1e-8})
    tau = float(inner.x) if inner.fun < lacking(0.0) else 0.0
    w = 1 / (v + tau**2)
    mean = float((w @ y) / w.sum())
    scatter = max(float(w @ (y - mean) ** 2) / (len(y) - 1), 1.0)
    return Pooled(mean, float(np.sqrt(scatter / w.sum())), tau, len(y))
