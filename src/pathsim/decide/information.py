"""Claim: to know more is worth what the better choice would gain, and chance is nothing that one could know.

With net benefit nb[draw, scenario] the expected value of perfect information is E[max nb] − max E[nb], and that of knowing some
inputs only the same with nb replaced by what is expected given those inputs, found by regression over futures (Strong, Oakley and
Brennan 2014). It is in the units of nb: kroner a year for the place simulated, for one decision.

A future is an average of few replications, so its net benefit holds chance as well, and the plain formula takes chance for something
worth knowing: it is biased upwards. What is known only with an error is therefore drawn towards its mean, until it varies as much
as it would without the error: variance of the whole less variance of the error. This is exact for two scenarios where both are
normal. With more scenarios each is drawn in by itself, and they keep the correlation they have with chance in it. The error is

- `chance_variance` where it is given: that of the mean over replications of each scenario's difference from the base, by draw;
- else, with inputs z, all that a smooth function of z does not explain: what it misses is then lost (biased downwards; badly where
  inputs are a third as many as draws or more, so give `chance_variance` there);
- else none: the plain formula.

With both, what z explains keeps its shape and the rest of the real variance is added to it. For a group of inputs the error of the
regression is drawn in likewise: it explains what adjusted R² says. What remains of bias is estimated by simulation and told (`bias`),
not subtracted: where the choice is nearly certain it is upwards, since a value is never below zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.faults import Fault, Faults

from .smoother import Smooth, bases, smooth

SIMULATIONS = 200
COLUMNS = ["group", "inputs", "value", "se", "bias", "share", "terms", "explained"]


class Value(NamedTuple):
    """The value of knowing: its standard error, the bias that remains by simulation, which terms, the share of variance explained."""

    value: float
    se: float
    bias: float
    terms: str
    explained: float


def worth(nb: np.ndarray) -> float:
    """E[max nb] − max E[nb] of nb[draw, scenario]: the plain formula.

    >>> worth(np.array([[0.0, 5.0], [0.0, -1.0]]))
    0.5
    """
    chosen = int(np.argmax(nb.mean(axis=0)))
    return float((nb.max(axis=1) - nb[:, chosen]).mean())


def evpi(
    nb: np.ndarray, z: np.ndarray | None = None, chance_variance: np.ndarray | float | None = None, seed: int = 0, simulations: int = SIMULATIONS
) -> Value:
    """The expected value of perfect information, without what is chance (see above).

    `z` [draw, input] are inputs that nb may depend on smoothly, `chance_variance` [draw] or [draw, scenario - 1] (or one number) the
    variance of each draw's difference from the base. With neither it is the plain formula.
    """
    more = _differences(nb)
    inputs = np.zeros((len(more), 0)) if z is None else _inputs(z, len(more))
    if chance_variance is None and z is None:
        chance_variance = 0.0
    return _value(more, inputs, None if chance_variance is None else _chance(chance_variance, more), seed, simulations)


def evppi(
    nb: np.ndarray,
    z: np.ndarray,
    groups: Mapping[str, Sequence[int]],
    chance_variance: np.ndarray | float | None = None,
    seed: int = 0,
    simulations: int = SIMULATIONS,
) -> pd.DataFrame:
    """The value of knowing each group of inputs (name: columns of z), most valuable first: columns COLUMNS.

    `share` is of the EVPI with the same z and chance_variance; a group is never worth more than that, and is cut to it. Values of groups
    do not sum to the EVPI.
    """
    more = _differences(nb)
    inputs = _inputs(z, len(more))
    faults = [
        Fault(f"groups.{name}", f"{list(members)} was given. Allowed: one or more columns of z, 0 to {inputs.shape[1] - 1}")
        for name, members in groups.items()
        if not len(members) or not all(0 <= i < inputs.shape[1] for i in members)
    ]
    if faults:
        raise Faults(faults)
    whole = evpi(nb, inputs, chance_variance, seed, simulations=0).value
    values = {name: _value(more, inputs[:, list(members)], None, seed, simulations) for name, members in groups.items()}
    if chance_variance is None:  # then it is known too low, and to know all is worth no less than to know a part
        whole = max([whole, *(found.value for found in values.values())])
    rows = []
    for name, found in values.items():
        value = min(found.value, whole)
        rows.append((name, len(groups[name]), value, found.se, found.bias, value / whole if whole > 0 else 0.0, found.terms, found.explained))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _value(more: np.ndarray, inputs: np.ndarray, chance: np.ndarray | None, seed: int, simulations: int) -> Value:
    """The value of knowing what is expected given the inputs, or, with chance, of all but chance."""
    sets = bases(inputs)
    smooths = [smooth(column, sets) for column in more.T]
    expected = _expected(more, smooths, chance)
    value = _worth(expected)
    again = _simulated(more, expected, smooths, chance, np.random.default_rng(seed), simulations)
    total = more.var(axis=0, ddof=1)
    explained = max((1 - s.rest / v for s, v in zip(smooths, total, strict=True) if v > 0), default=0.0)
    terms = " | ".join(dict.fromkeys(s.name for s in smooths))
    se, bias = (again.std(ddof=1), again.mean() - value) if simulations > 1 else (np.nan, np.nan)
    return Value(value, float(se), float(bias), terms, max(0.0, float(explained)))


def _expected(more: np.ndarray, smooths: list[Smooth], chance: np.ndarray | None) -> np.ndarray:
    """Differences from the base as they would be without error [draw, scenario - 1]."""
    found = np.empty_like(more)
    for j, each in enumerate(smooths):
        y = more[:, j]
        fitted = each.fit(y)
        rest = each.rest_of(y, fitted)
        error = rest if chance is None else chance[j]
        real = 1 - error / rest if rest > error else 0.0  # of what is not smooth
        found[:, j] = _varying(fitted + np.sqrt(real) * (y - fitted), max(y.var(ddof=1) - error, 0.0))
    return found


def _varying(values: np.ndarray, variance: float) -> np.ndarray:
    """Values drawn to or from their mean until they have this variance."""
    mean, now = values.mean(), values.var(ddof=1)
    return mean + (values - mean) * (np.sqrt(variance / now) if now > 0 else 0.0)


def _simulated(more, expected, smooths: list[Smooth], chance, rng: np.random.Generator, simulations: int) -> np.ndarray:
    """The same estimate from futures and errors drawn again, as if `expected` were true."""
    n = len(more)
    errors = more - np.column_stack([each.fit(y) for each, y in zip(smooths, more.T, strict=True)])
    wanted = [each.rest for each in smooths] if chance is None else chance
    errors = np.column_stack([_varying(e - e.mean(), v) for e, v in zip(errors.T, wanted, strict=True)])  # scenarios err together
    found = np.empty(simulations)
    for s in range(simulations):
        again = _expected(expected + errors[rng.integers(n, size=n)], smooths, chance)
        found[s] = _worth(again[rng.integers(n, size=n)])
    return found


def _worth(more: np.ndarray) -> float:
    """The plain formula, of differences from the base."""
    return worth(np.column_stack([np.zeros(len(more)), more]))


def _differences(nb: np.ndarray) -> np.ndarray:
    nb = np.asarray(nb, dtype=float)
    if nb.ndim != 2 or nb.shape[1] < 2 or len(nb) < 5 or not np.isfinite(nb).all():
        raise Faults([Fault("nb", f"has the shape {nb.shape}. Give [draw, scenario]: five draws or more, two scenarios or more, no gaps")])
    return nb[:, 1:] - nb[:, :1]


def _inputs(z: np.ndarray, draws: int) -> np.ndarray:
    z = np.asarray(z, dtype=float)
    if z.ndim != 2 or len(z) != draws or not np.isfinite(z).all():
        raise Faults([Fault("z", f"has the shape {z.shape}. Give the inputs as [draw, input], {draws} draws, no gaps")])
    return z


def _chance(variance: np.ndarray | float, more: np.ndarray) -> np.ndarray:
    """Mean chance variance of each difference."""
    variance = np.asarray(variance, dtype=float)
    variance = variance[:, None] if variance.ndim == 1 and more.shape[1] == 1 else variance
    if variance.ndim and variance.shape != more.shape or not np.isfinite(variance).all() or (variance < 0).any():
        raise Faults([Fault("chance_variance", f"has the shape {variance.shape}. Give numbers of 0 or more, by draw and difference: {more.shape}")])
    return np.broadcast_to(variance, more.shape).mean(axis=0)
