"""Claim: an estimate is where the likelihood is highest, and its standard error is how sharply it falls from there.

One way to a maximum for everything that is fitted here. Parameters are unbounded (logarithms of what
is positive), so an interval on their scale never holds an impossible value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution
STEP = 1e-4
FARTHEST = 50.0  # a logarithm beyond this is no estimate
WIDEST = 10.0  # nor is one with a larger standard error: the likelihood rises for ever, and only ever more slowly


class Fit(NamedTuple):
    """theta [k]; covariance [k, k] from the observed information; robust [k, k]: by cluster; log_likelihood."""

    theta: np.ndarray
    covariance: np.ndarray
    robust: np.ndarray
    log_likelihood: float

    @property
    def aic(self) -> float:
        return 2 * len(self.theta) - 2 * self.log_likelihood


def maximise(terms: Callable[[np.ndarray], np.ndarray], start: np.ndarray, cluster: np.ndarray | None = None) -> Fit | None:
    """The maximum of the sum of `terms(theta)` [n]; None if there is none inside.

    cluster [n]: whole numbers from 0; terms of one cluster (a person) may depend on each other.

    >>> fit = maximise(lambda t: 7 * t - np.exp(t) * np.ones(1), np.zeros(1))     # 7 events in 1 year
    >>> round(float(np.exp(fit.theta[0])), 4), round(float(fit.covariance[0, 0] * 7), 4)
    (7.0, 1.0)
    """
    start = np.asarray(start, dtype=float)
    size = max(len(terms(start)), 1)

    def cost(theta: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            total = -float(np.sum(terms(theta))) / size
        return total if np.isfinite(total) else 1e10

    theta = minimize(cost, start, method="BFGS", options={"gtol": 1e-7}).x
    for _ in range(3):  # Newton, since a gradient by differences stops BFGS a little early
        information, gradient = _curvature(lambda t: cost(t) * size, theta)
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return None
        if not cost(theta - step) <= cost(theta):
            break
        theta = theta - step
    information, _ = _curvature(lambda t: cost(t) * size, theta)
    if np.abs(theta).max(initial=0) > FARTHEST or not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() < WIDEST**-2:
        return None
    covariance = np.linalg.inv(information)
    robust = covariance if cluster is None else covariance @ _meat(terms, theta, cluster) @ covariance
    return Fit(theta, covariance, robust, -cost(theta) * size)


def _curvature(function: Callable[[np.ndarray], float], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The matrix of second derivatives and the gradient, by central differences."""
    k = len(at)
    steps = np.eye(k) * STEP
    here = function(at)
    up, down = np.array([function(at + s) for s in steps]), np.array([function(at - s) for s in steps])
    second = np.diag((up - 2 * here + down) / STEP**2)
    for i in range(k):
        for j in range(i):
            corners = function(at + steps[i] + steps[j]) - function(at + steps[i] - steps[j])
            corners += function(at - steps[i] - steps[j]) - function(at - steps[i] + steps[j])
            second[i, j] = second[j, i] = corners / (4 * STEP**2)
    return second, (up - down) / (2 * STEP)


def _meat(terms: Callable[[np.ndarray], np.ndarray], theta: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """The sum over clusters of the outer products of their scores."""
    people = int(cluster.max()) + 1
    scores = np.empty((people, len(theta)))
    for i, step in enumerate(np.eye(len(theta)) * STEP):
        slope = (terms(theta + step) - terms(theta - step)) / (2 * STEP)
        scores[:, i] = np.bincount(cluster, slope, minlength=people)
    return scores.T @ scores


def delta(function: Callable[[np.ndarray], float], theta: np.ndarray, covariance: np.ndarray) -> tuple[float, float]:
    """A function of the parameters and its standard error, to first order.

    >>> delta(lambda t: float(np.exp(t[0])), np.zeros(1), np.array([[0.04]]))
    (1.0, 0.2)
    """
    slope = np.array([(function(theta + s) - function(theta - s)) / (2 * STEP) for s in np.eye(len(theta)) * STEP])
    return function(theta), float(round(np.sqrt(max(slope @ covariance @ slope, 0.0)), 9))


def interval(value: float, se: float) -> tuple[float, float]:
    """The 95 % interval of something positive, symmetric for its logarithm.

    >>> [round(x, 3) for x in interval(2.0, 0.2)]
    [1.644, 2.433]
    """
    if not value > 0:
        return value, value
    width = np.exp(Z * se / value)
    return float(value / width), float(value * width)
