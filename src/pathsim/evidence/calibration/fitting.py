"""Claim: fitting ends in a range and not in a point, and says which quantities the targets cannot tell apart.

One run of a municipality is noisy, and slopes taken between two runs are noisier: with thirty free quantities a search
that follows them fits chance. So slopes come from many runs at once. In each round trials are drawn around where one
is, all quantities moved together and each trial with luck of its own; every figure is regressed on the quantities; the
straight lines are solved for the targets under the priors (scipy's bounded linear least squares), and the next round is
drawn there, as wide as the posterior. As the mean of a curve is not the curve at the mean, the lines of the last round
are at the end laid through what several runs show at the very point. What they miss is reported (`explained`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import lsq_linear

from ..tries import Tries
from .problem import trial_of
from .targets import Targets

ROUNDS = 3
FIRST = 0.6  # spread of the first round's trials, in prior standard deviations
LEAST = 0.15  # of later rounds, at least, beside the posterior's own
CORRECTIONS, RUNS = 2, 12  # how often, and with how many runs, the lines are laid through what is seen at the point
FARTHEST = 2.5  # prior standard deviations from what is written


class Posterior(NamedTuple):
    """Normal posterior of the free quantities, and how it was come by."""

    names: list[str]
    mean: np.ndarray
    covariance: np.ndarray
    prior: np.ndarray  # standard deviations
    explained: dict[str, float]  # of each target's spread between the trials, by the straight lines
    trials: int  # of the last round

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


class Lines(NamedTuple):
    """Figures as straight lines of the quantities: level [target] at a point, slopes [target, quantity], error of the level."""

    at: np.ndarray
    level: np.ndarray
    slopes: np.ndarray
    error: np.ndarray
    explained: np.ndarray


def fit(targets: Targets, tries: Tries, each: int, say: Callable[[str], None] = lambda text: None) -> Posterior:
    """The free quantities fitted to the targets. `each`: trials of a round; more than there are quantities."""
    goal = list(targets.fitted)
    prior = np.array([parameter.prior for parameter in targets.parameters.values()])

    def figures(points: np.ndarray, first: int) -> np.ndarray:
        found = tries([trial_of(x, first + i) for i, x in enumerate(points)])
        return np.array([[one[name] for name in goal] for one in found])

    mean, spread = np.zeros(len(prior)), np.diag((FIRST * prior) ** 2)
    for turn in range(ROUNDS):
        say(f"round {turn + 1} of {ROUNDS}: {each} trials")
        rng = np.random.default_rng([targets.study.seed, turn])
        points = mean + rng.standard_normal((each, len(prior))) @ np.linalg.cholesky(spread).T
        points = np.clip(points, -FARTHEST * prior, FARTHEST * prior)
        lines = _lines(points, figures(points, turn * each))
        mean, covariance = _solved(targets, lines, prior)
        spread = covariance + np.diag((LEAST * prior) ** 2)
    of_slopes = lines.error
    for turn in range(CORRECTIONS):
        say(f"{RUNS} runs at the point")
        seen = figures(np.repeat(mean[None], RUNS, axis=0), ROUNDS * each + turn * RUNS)
        lines = lines._replace(at=mean, level=seen.mean(axis=0), error=np.hypot(of_slopes, seen.std(axis=0, ddof=1) / np.sqrt(RUNS)))
        mean, covariance = _solved(targets, lines, prior)
    return Posterior(list(targets.parameters), mean, covariance, prior, dict(zip(goal, lines.explained.tolist(), strict=True)), each)


def _lines(points: np.ndarray, seen: np.ndarray) -> Lines:
    """Each figure regressed on the quantities."""
    middle = points.mean(axis=0)
    x = np.column_stack([np.ones(len(points)), points - middle])
    coefficients, *_ = np.linalg.lstsq(x, seen, rcond=None)
    left = seen - x @ coefficients
    spare = max(len(points) - x.shape[1], 1)
    error = np.sqrt((left**2).sum(axis=0) / spare * x.shape[1] / len(points))  # of the fitted line, not of one run
    return Lines(middle, coefficients[0], coefficients[1:].T, error, 1 - left.var(axis=0) / np.maximum(seen.var(axis=0), 1e-300))


def _solved(targets: Targets, lines: Lines, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the quantities under normal priors and tolerances; the lines' error counts as tolerance."""
    value, sd = (np.array([getattr(target, part) for target in targets.fitted.values()]) for part in ("value", "sd"))
    tolerance = np.hypot(sd, lines.error)
    a = np.vstack([lines.slopes / tolerance[:, None], np.diag(1 / prior)])
    b = np.concatenate([(value - lines.level + lines.slopes @ lines.at) / tolerance, np.zeros(len(prior))])
    mean = lsq_linear(a, b, (-FARTHEST * prior, FARTHEST * prior), method="bvls").x
    return mean, np.linalg.inv(a.T @ a)


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
