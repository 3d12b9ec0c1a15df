"""Claim: a pilot is worth what the decision gains by its result, and no more than knowing the effect for sure.

Options are columns of `benefit` [draw, option]: what each is worth in each future, per person-year. A pilot tells of one number, the effect,
with a standard error that follows from how many take part and for how long. The expected value of its sample information (EVSI) lies
between nothing and that of knowing the effect (EVPPI), which is at most that of knowing all (EVPI). Three ways, from the
most special to the most general: closed form (the effect is normal and is itself the benefit), matching of moments (Heath, Manolopoulou
and Baio 2018), weighting of draws (Menzies 2016).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .information import worth
from .smoother import bases, smooth

BLOCK = 4_000_000  # weights held at a time


def unit_loss(z: np.ndarray | float) -> np.ndarray | float:
    """What a standard normal number exceeds z by, on average, where it does.

    >>> round(float(unit_loss(0.0)), 4), round(float(unit_loss(-3.0)), 4)
    (0.3989, 3.0004)
    """
    return np.exp(-0.5 * np.square(z)) / np.sqrt(2 * np.pi) - z * ndtr(np.negative(z))


def normal_evsi(mean: float, sd: float, se: float) -> float:
    """Closed form: to do it or not to do it, its benefit is normal, and a pilot shows it with standard error `se`.

    >>> round(normal_evsi(0.0, 1.0, 0.0), 4), normal_evsi(0.0, 1.0, float("inf"))
    (0.3989, 0.0)
    """
    moves = sd * np.sqrt(told(sd, se))  # how far the mean will move
    return float(moves * unit_loss(abs(mean) / moves)) if moves > 0 else 0.0


def told(sd: float, se: np.ndarray | float) -> np.ndarray | float:
    """The share of what was uncertain of the effect that a pilot with this standard error resolves.

    >>> float(told(1.0, 1.0)), float(told(0.0, 1.0))
    (0.5, 0.0)
    """
    return sd**2 / (sd**2 + np.asarray(se, dtype=float) ** 2) if sd > 0 else 0.0 * np.asarray(se, dtype=float)


def expected_by(benefit: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """The benefit expected by the effect alone, a smooth function of it [draw, option]; `information.worth` of it is the EVPPI of the effect.

    >>> effect = np.linspace(-1.0, 1.0, 51)
    >>> bool(np.allclose(expected_by(np.column_stack([0 * effect, 3 * effect]), effect)[:, 1], 3 * effect, atol=1e-3))
    True
    """
    z = ((effect - effect.mean()) / effect.std())[:, None]
    sets = bases(z)
    return np.column_stack([smooth(column, sets).fit(column) for column in np.asarray(benefit, dtype=float).T])


def matched_evsi(expected: np.ndarray, sd: float, se: float) -> float:
    """EVSI by matching of moments: what is expected by the effect (`expected_by`), drawn towards its mean by what the pilot leaves open."""
    mean = expected.mean(axis=0)
    return worth(mean + np.sqrt(told(sd, se)) * (expected - mean))


def weighted_evsi(expected: np.ndarray, effect: np.ndarray, se: float, seed: int, pilots: int = 2000) -> float:
    """EVSI by weighting: pilots of effects drawn are simulated, and each weighs all draws by how well they agree with it.

    Asks for no normal prior. The weights are scaled so that the draws keep their mean over all pilots; few draws and small `se` leave few to weigh.
    """
    random = np.random.default_rng(seed)
    true = np.resize(random.permutation(len(effect)), pilots)  # each draw equally often
    seen = effect[true] + se * random.standard_normal(pilots)
    best, after = [], []
    step = max(1, BLOCK // len(effect))
    for first in range(0, pilots, step):
        distance = (seen[first : first + step, None] - effect[None, :]) / se
        weights = np.exp(-0.5 * (distance**2 - (distance**2).min(axis=1, keepdims=True)))
        benefit = weights @ expected / weights.sum(axis=1, keepdims=True)
        best.append(benefit.max(axis=1))
        after.append(benefit)
    return max(0.0, float(np.concatenate(best).mean() - np.concatenate(after).mean(axis=0).max()))


class Spread(NamedTuple):
    """How much the benefit of a person-year differs by chance: between people, and from year to year of the same person; `practices` in all,
    between which the mean differs by `clusters` (0: drawn by person)."""

    between: float
    within: float
    clusters: float = 0.0
    practices: int = 0


def standard_error(persons: np.ndarray | float, years: np.ndarray | float, spread: Spread) -> np.ndarray:
    """Of a pilot in which half of `persons` get it, each followed for `years`.

    >>> float(standard_error(400, 1, Spread(6.0, 8.0))), round(float(standard_error(400, 1e9, Spread(6.0, 8.0))), 6)
    (1.0, 0.6)
    """
    one = spread.between**2 + spread.within**2 / np.asarray(years, dtype=float)
    shared = 4 * spread.clusters**2 / spread.practices if spread.practices else 0.0
    return np.sqrt(4 * one / np.asarray(persons, dtype=float) + shared)


class Stake(NamedTuple):
    """Who is decided for: people who would have it until `horizon` (years from now); and what a pilot costs: once, and for each person-year in it."""

    people: float
    horizon: float
    once: float = 0.0
    person_year: float = 0.0


def sizes(mean: float, sd: float, spread: Spread, stake: Stake, persons: list[float], years: list[float]) -> pd.DataFrame:
    """Each size and length of a pilot of a normal effect: its standard error, EVSI, cost and net worth (ENBS), in money.

    While the pilot runs everybody else gets what is best by what is known now, so that a result counts from its end only.
    """
    table = pd.DataFrame([(n, t) for n in persons for t in years], columns=["persons", "years"])
    table["se"] = standard_error(table["persons"], table["years"], spread)
    left = stake.people * np.maximum(stake.horizon - table["years"], 0.0)
    table["evsi"] = left * [normal_evsi(mean, sd, se) for se in table["se"]]
    table["evppi"] = left * normal_evsi(mean, sd, 0.0)
    table["cost"] = stake.once + stake.person_year * table["persons"] * table["years"]
    table["enbs"] = table["evsi"] - table["cost"]
    return table


def best_size(table: pd.DataFrame) -> pd.Series | None:
    """The size with the largest net worth; None where no pilot is worth its cost."""
    row = table.loc[table["enbs"].idxmax()]
    return row if row["enbs"] > 0 else None
