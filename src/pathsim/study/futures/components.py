"""Claim: what a difference is in one future is not what a year of it shows, and the two spreads can be told apart.

In future i the difference is expected to be μᵢ; a replication j of it shows yᵢⱼ = μᵢ + εᵢⱼ. Var μ is what is uncertain about the inputs, Var ε is
chance: a year in a place of this size. Both are estimated from futures some of which have two replications or more (analysis of variance with
unequal numbers; O'Hagan, Stevenson & Madan, Health Economics 16, 2007). The μᵢ are told by means of replications, pulled towards the mean of all
so far that their spread is Var μ and no more (constrained empirical Bayes: Louis, JASA 79, 1984); means themselves spread too much.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr


class Components(NamedTuple):
    """mean: over futures. se: its standard error. inputs, chance: variances, chance that of one replication. futures, replications: how many."""

    mean: float
    se: float
    inputs: float
    chance: float
    futures: int
    replications: int

    @property
    def share_of_chance(self) -> float:
        """Of the variance of what a single year shows."""
        whole = self.inputs + self.chance
        return self.chance / whole if whole > 0 else np.nan


def components(y: np.ndarray) -> Components:
    """Of [future, replication]; NaN is not run, or no value.

    >>> rng = np.random.default_rng(1)
    >>> y = rng.normal(5, 2, (2000, 1)) + rng.normal(0, 1, (2000, 2))
    >>> found = components(y)
    >>> round(found.inputs), round(found.chance)
    (4, 1)
    """
    number = np.isfinite(y).sum(axis=1)
    y, number = y[number > 0], number[number > 0]
    if len(y) < 2:
        return Components(float(np.nanmean(y)) if y.size else np.nan, np.nan, np.nan, np.nan, len(y), int(number.sum()))
    means = means_of(y)
    chance = chance_of(y, number, means)
    inputs = max(means.var(ddof=1) - chance * np.mean(1 / number), 0.0) if np.isfinite(chance) else np.nan
    return Components(float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(y))), float(inputs), float(chance), len(y), int(number.sum()))


def means_of(y: np.ndarray) -> np.ndarray:
    """The mean of what was run of each future; NaN where nothing was."""
    there = np.isfinite(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(there, y, 0.0).sum(axis=1) / there.sum(axis=1)


def chance_of(y: np.ndarray, number: np.ndarray, means: np.ndarray) -> float:
    """The variance within futures; NaN where none has two replications."""
    free = (number - 1).sum()
    return float(np.nansum((y - means[:, None]) ** 2) / free) if free else np.nan


def expected(y: np.ndarray) -> np.ndarray:
    """The expected difference of each future [future, replication]; NaN where it has none. Its mean is that of all, its variance that of the inputs."""
    number, found, means = np.isfinite(y).sum(axis=1), components(y), means_of(y)
    whole = found.inputs + found.chance / np.maximum(number, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(whole > 0, np.sqrt(found.inputs / whole), 0.0)
    return found.mean + kept * (means - found.mean)


def shaken(y: np.ndarray) -> float:
    """The standard error of the mean of all that chance makes: by so much all expected differences may be off together."""
    number = np.isfinite(y).sum(axis=1)
    number = number[number > 0]
    chance = components(y).chance
    return float(np.sqrt(chance * np.sum(1 / number)) / len(number)) if len(number) and np.isfinite(chance) else 0.0


def probably_better(y: np.ndarray, direction: str) -> np.ndarray:
    """For each future the probability that what is expected in it is better than no difference; NaN where it has none, or no way is better."""
    mean, error = expected(y), shaken(y)
    toward = mean * (1 if direction == "higher" else -1)
    if direction == "neutral":
        return np.full(len(y), np.nan)
    if error > 0:
        return ndtr(toward / error)
    return np.where(np.isfinite(mean), (np.sign(toward) + 1) / 2, np.nan)


def replications_worth(found: Components, of_a_future: float, of_a_replication: float, most: int = 20) -> int:
    """How many replications of each future tell most of the mean for the time they take: the root of (chance ÷ inputs) × (time that a future takes
    before any replication ÷ time of a replication), at least one.

    >>> replications_worth(Components(0, 0, 1.0, 16.0, 100, 200), 0.25, 1.0), replications_worth(Components(0, 0, 1.0, 1.0, 100, 200), 0.25, 1.0)
    (2, 1)
    """
    if not found.inputs > 0:
        return most if found.chance > 0 else 1
    return int(np.clip(round(np.sqrt(found.chance / found.inputs * of_a_future / of_a_replication)), 1, most))
