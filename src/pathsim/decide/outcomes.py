"""Claim: what scenarios cost and what good they do is compared future by future, with the first scenario as base.

A future is one draw of all uncertain numbers together, the same for every scenario, so differences are paired. A higher
effect is better: whoever calls turns an indicator round. The effect measure of the model is days alive and at home;
nothing here is a quality-adjusted life year, since the model has no sourced weights of health to make one from.
Intervals over futures hold what is uncertain about the inputs and, where a future is an average of few replications, some
chance as well: they are then a little too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pathsim.faults import Fault, Faults

MIDDLE = (2.5, 97.5)  # percentiles: the middle 95 % of futures


class Outcomes(NamedTuple):
    """Cost and effect [draw, scenario] of the futures in which every scenario has both; the first scenario is the base."""

    cost: np.ndarray
    effect: np.ndarray
    names: tuple[str, ...]

    def against_base(self) -> tuple[np.ndarray, np.ndarray]:
        """Extra cost and extra effect of every scenario but the base [draw, scenario - 1]."""
        return self.cost[:, 1:] - self.cost[:, :1], self.effect[:, 1:] - self.effect[:, :1]


class Spread(NamedTuple):
    """A number over futures: its mean, and the ends of the middle 95 %."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def outcomes(cost: np.ndarray, effect: np.ndarray, names: Sequence[str]) -> Outcomes:
    """Cost and effect, checked; futures that lack a value are left out.

    >>> outcomes([[1.0, 2.0], [1.0, np.nan], [0.0, 4.0]], np.zeros((3, 2)), ["relay", "team"]).cost.tolist()
    [[1.0, 2.0], [0.0, 4.0]]
    """
    cost, effect, names = np.asarray(cost, dtype=float), np.asarray(effect, dtype=float), tuple(str(name) for name in names)
    faults = []
    if cost.ndim != 2 or cost.shape != effect.shape:
        faults.append(Fault("cost, effect", f"have the shapes {cost.shape} and {effect.shape}. Give both as [draw, scenario]"))
    elif cost.shape[1] != len(names) or len(names) < 2 or len(set(names)) < len(names):
        faults.append(Fault("scenarios", f"{len(names)} names were given for {cost.shape[1]} columns. Give two or more different ones, one a column"))
    if faults:
        raise Faults(faults)
    whole = np.isfinite(cost).all(axis=1) & np.isfinite(effect).all(axis=1)
    if whole.sum() < 2:
        raise Faults([Fault("cost, effect", f"{whole.sum()} of {len(whole)} futures have every number. Two or more are needed: run more draws")])
    return Outcomes(cost[whole], effect[whole], names)


def spread(values: np.ndarray) -> Spread:
    """Mean and middle 95 % over the first axis, which is futures.

    >>> spread(np.arange(101.0))
    Spread(mean=np.float64(50.0), low=np.float64(2.5), high=np.float64(97.5))
    """
    low, high = np.percentile(values, MIDDLE, axis=0)
    return Spread(np.mean(values, axis=0), low, high)


def positive(value: float, where: str) -> float:
    """A number above nothing, such as a threshold."""
    if not np.isfinite(value) or value < 0:
        raise Faults([Fault(where, f"{value} was given. Allowed: a number of 0 or more")])
    return float(value)
