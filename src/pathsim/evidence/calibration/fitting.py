"""Claim: fitting ends in a range and not in a point, and says which quantities the targets cannot tell apart.

Two stages. Least squares (scipy's trust region) finds the neighbourhood, with slopes from differences between trials of
the same luck. Then trials are drawn around it, each with a replication of its own, every figure is regressed on the
free quantities, and the posterior of that linear model under the normal priors is taken: chance and curvature are
averaged over many trials instead of resting on one. What the straight lines miss is reported (`explained`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from ..tries import Tries
from .problem import trial_of
from .targets import Targets

STEP = 0.4  # of a prior's standard deviation, between two trials of a slope
FARTHEST = 2.5  # prior standard deviations from what is written
ROUNDS = 6
SPREAD = 1.0  # how far the second stage's trials lie, in standard deviations of the first posterior
LEAST = 0.15  # but at least this share of the prior's


class Posterior(NamedTuple):
    """Normal posterior of the free quantities, and how it was come by."""

    names: list[str]
    mean: np.ndarray
    covariance: np.ndarray
    prior: np.ndarray  # standard deviations
    first: np.ndarray  # where least squares ended
    explained: dict[str, float]  # of each target's spread between the trials, by the straight lines
    trials: int

    @property
    def sd(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> np.ndarray:
        return self.covariance / np.outer(self.sd, self.sd)

    def draws(self, number: int, seed: int) -> np.ndarray:
        """[number, quantity] values as sure as the targets make them."""
        root = np.linalg.cholesky(self.covariance)
        return self.mean + np.random.default_rng(seed).standard_normal((number, len(self.mean))) @ root.T


def fit(targets: Targets, tries: Tries, draws: int, say: Callable[[str], None] = lambda text: None) -> Posterior:
    """The free quantities fitted to the targets. `draws`: trials of the second stage; more than there are quantities."""
    names, goal = list(targets.parameters), targets.fitted
    prior = np.array([parameter.prior for parameter in targets.parameters.values()])
    value, sd = (np.array([getattr(target, part) for target in goal.values()]) for part in ("value", "sd"))

    def figures(points: np.ndarray, replications: np.ndarray) -> np.ndarray:
        found = tries([trial_of(x, r) for x, r in zip(points, replications, strict=True)])
        return np.array([[one[name] for name in goal] for one in found])

    first, slopes = _searched(figures, value, sd, prior, say)
    precision = (slopes / sd[:, None]).T @ (slopes / sd[:, None]) + np.diag(prior**-2.0)
    around = np.linalg.cholesky(np.linalg.inv(precision) * SPREAD**2 + np.diag((LEAST * prior) ** 2))
    points = first + np.random.default_rng(targets.study.seed).standard_normal((draws, len(names))) @ around.T
    points = np.clip(points, -FARTHEST * prior, FARTHEST * prior)
    say(f"{draws} trials around it")
    seen = figures(points, np.arange(draws))
    return _posterior(names, goal, points, seen, value, sd, prior, first)


def _searched(figures: Callable, value: np.ndarray, sd: np.ndarray, prior: np.ndarray, say: Callable[[str], None]) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of replication 0: where it ended, and the slopes [target, quantity] there."""
    slopes = np.zeros((len(value), len(prior)))

    def residuals(x: np.ndarray) -> np.ndarray:
        off = (figures(x[None], np.zeros(1))[0] - value) / sd
        say(f"misfit {float(off @ off):.1f} over {len(value)} targets")
        return np.concatenate([off, x / prior])

    def jacobian(x: np.ndarray) -> np.ndarray:
        step = np.where(x > 0, -1, 1) * STEP * prior
        seen = figures(np.vstack([x, x + np.diag(step)]), np.zeros(len(prior) + 1))
        slopes[:] = ((seen[1:] - seen[0]) / step[:, None]).T
        return np.vstack([slopes / sd[:, None], np.diag(1 / prior)])

    edge = FARTHEST * prior
    ended = least_squares(residuals, np.zeros(len(prior)), jacobian, (-edge, edge), x_scale=prior, max_nfev=ROUNDS, ftol=0.01, xtol=1e-3)
    return ended.x, slopes


def _posterior(names, goal, points, seen, value, sd, prior, first) -> Posterior:
    """The posterior of y = a + B x under normal priors and tolerances; the error of the regression counts as tolerance."""
    center = points.mean(axis=0)
    x = np.column_stack([np.ones(len(points)), points - center])
    coefficients, *_ = np.linalg.lstsq(x, seen, rcond=None)
    left = seen - x @ coefficients
    spare = max(len(points) - x.shape[1], 1)
    error = np.sqrt((left**2).sum(axis=0) / spare * x.shape[1] / len(points))  # of the fitted line, not of one run
    level, slopes = coefficients[0], coefficients[1:].T
    tolerance = np.hypot(sd, error)
    a = np.vstack([slopes / tolerance[:, None], np.diag(1 / prior)])
    b = np.concatenate([(value - level) / tolerance, -center / prior])
    covariance = np.linalg.inv(a.T @ a)
    mean = np.clip(center + covariance @ (a.T @ b), -FARTHEST * prior, FARTHEST * prior)
    explained = 1 - left.var(axis=0) / seen.var(axis=0)
    return Posterior(names, mean, covariance, prior, first, dict(zip(goal, explained.tolist(), strict=True)), len(points))


def alike(posterior: Posterior, least: float = 0.6) -> list[tuple[str, str, float]]:
    """Pairs of quantities that the targets cannot tell apart: strongly correlated afterwards."""
    found = []
    for i, one in enumerate(posterior.names):
        for j, other in enumerate(posterior.names[:i]):
            if abs(posterior.correlation[i, j]) >= least:
                found.append((other, one, float(posterior.correlation[i, j])))
    return sorted(found, key=lambda pair: -abs(pair[2]))


def unlearned(posterior: Posterior, least: float = 0.8) -> list[tuple[str, float]]:
    """Quantities of which the targets say little: the share of the prior's spread that is left."""
    kept = posterior.sd / posterior.prior
    return sorted(((name, float(share)) for name, share in zip(posterior.names, kept, strict=True) if share >= least), key=lambda pair: -pair[1])
