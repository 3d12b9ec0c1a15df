"""Claim: which uncertain numbers matter is told three ways that can be held against each other.

Sobol indices: the shares of the variance that come from an input, or from a group, alone (first) and with all it takes part
in (total). They are exact sums of squared coefficients of the surrogate; SALib's sampling estimates them again as a check.
Morris: the change of the simulator itself when one input moves over its range, from many places, by SALib.
One-way (tornado): the change when one input alone moves from its low to its high end, the others at their middle.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ...faults import fail
from ..stopping import interval
from .surrogate import Surrogate, Term, basis

INPUT, GROUP = "input", "group"
REACH = 1.645  # an input moves over the middle 90 % of what is held possible
LEVELS = 4  # of a Morris design: an even number, by SALib
LEVEL = 0.95
ENDS = (50 - 50 * LEVEL, 50 + 50 * LEVEL)
RESAMPLES = 500
TOLD = 8  # rows of a tornado


class Design(NamedTuple):
    """Points to be run: z [point, input]."""

    names: tuple[str, ...]
    z: np.ndarray


def indices(surrogate: Surrogate, groups: Mapping[str, str] | None = None, seed: int = 1) -> pd.DataFrame:
    """First-order and total indices of each input, and of each group (input → group), the largest first.

    A squared coefficient is too large by the variance of the coefficient, which is taken off. Intervals are of a wild
    bootstrap: the sign of each draw's residual is thrown anew. Shares are of what the surrogate tells, not of what it misses.
    """
    names = surrogate.names
    rows: list[tuple[str, str, set[int]]] = [(INPUT, name, {i}) for i, name in enumerate(names)]
    for group in sorted(set((groups or {}).values())):
        rows.append((GROUP, group, {i for i, name in enumerate(names) if (groups or {}).get(name) == group}))
    members = [row[2] for row in rows]
    scores, coefficients = surrogate.scores[1:], surrogate.coefficients[1:, None]
    lean = (scores**2).sum(axis=1)[:, None]
    again = coefficients + scores @ (2.0 * np.random.default_rng(seed).integers(0, 2, (scores.shape[1], RESAMPLES)) - 1)
    table = pd.DataFrame({"kind": [row[0] for row in rows], "name": [row[1] for row in rows]})
    for key, mask in zip(("first", "total"), _masks(surrogate.terms, members), strict=True):
        found = _shares(coefficients**2 - lean, mask)
        off = np.percentile(_shares(again**2 - lean, mask) - _shares(coefficients**2, mask), ENDS, axis=1)
        for column, values in ((key, found[:, 0]), (f"{key}_low", found[:, 0] + off[0]), (f"{key}_high", found[:, 0] + off[1])):
            table[column] = np.clip(values, 0.0, 1.0)
    return table.sort_values(["kind", "total"], ascending=[False, False], kind="stable", ignore_index=True)


def sobol_check(surrogate: Surrogate, points: int = 512, seed: int = 1) -> pd.DataFrame:
    """The indices of the surrogate as it stands, once from its coefficients and once by SALib from points × (inputs + 2) values of it.
    The halves are of SALib's 95 % intervals. points: a power of two."""
    sample, analyze = _salib("SALib.sample.sobol"), _salib("SALib.analyze.sobol")
    names = surrogate.names
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    u = np.clip(sample.sample(problem, points, calc_second_order=False, seed=seed), 1e-12, 1 - 1e-12)
    y = np.concatenate([basis(stats.norm.ppf(part), surrogate.terms) @ surrogate.coefficients for part in np.array_split(u, len(names) + 2)])
    found = analyze.analyze(problem, y, calc_second_order=False, seed=seed, conf_level=LEVEL)
    first, total = _masks(surrogate.terms, [{i} for i in range(len(names))])
    squares = surrogate.coefficients[1:, None] ** 2
    return pd.DataFrame({
        "name": names, "first": _shares(squares, first)[:, 0], "salib_first": found["S1"], "salib_first_half": found["S1_conf"],
        "total": _shares(squares, total)[:, 0], "salib_total": found["ST"], "salib_total_half": found["ST_conf"],
    })


def morris_design(names: Sequence[str], trajectories: int, seed: int = 1) -> Design:
    """Trajectories × (inputs + 1) points: each input moves once in a trajectory, between four levels even in probability."""
    low, high = stats.norm.cdf([-REACH, REACH])
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[low, high]] * len(names)}
    return Design(tuple(names), stats.norm.ppf(_salib("SALib.sample.morris").sample(problem, trajectories, num_levels=LEVELS, seed=seed)))


def morris_effects(design: Design, y: np.ndarray, seed: int = 1) -> pd.DataFrame:
    """Elementary effects of y [point] or [point, replication], as changes over the whole range of the input, the largest first.

    mu_star: the mean of their sizes; sigma: their spread, of curves and of products with others; with 95 % intervals of a bootstrap over
    trajectories. chance: what mu_star would be were there luck alone; it takes two replications, with the same luck at all points.
    A trajectory of which a point failed (NaN) is left out.
    """
    inputs, analyze = len(design.names), _salib("SALib.analyze.morris")
    y = np.asarray(y, dtype=float).reshape(len(design.z), -1)
    paths = y.reshape(-1, inputs + 1, y.shape[1])
    whole = np.isfinite(paths).all(axis=(1, 2))
    if whole.sum() < 2:
        raise fail("morris", f"{whole.sum()} of {len(whole)} trajectories are whole. Allowed: 2 or more. Run more trajectories")
    z = design.z.reshape(-1, inputs + 1, inputs)[whole]
    problem = {"num_vars": inputs, "names": list(design.names), "bounds": [[0.0, 1.0]] * inputs}
    flat = paths[whole].mean(axis=2).ravel()
    found = analyze.analyze(problem, z.reshape(-1, inputs), flat, num_levels=LEVELS, seed=seed)
    effects = _elementary(z, paths[whole])
    chosen = np.random.default_rng(seed).integers(0, len(effects), (RESAMPLES, len(effects)))
    means = effects.mean(axis=2)
    star = np.percentile(np.abs(means)[chosen].mean(axis=1), ENDS, axis=0)
    spread = np.percentile(means[chosen].std(axis=1, ddof=1), ENDS, axis=0)
    luck = effects.var(axis=2, ddof=1) / y.shape[1] if y.shape[1] > 1 else np.full(means.shape, np.nan)
    table = pd.DataFrame({
        "name": design.names, "mu": np.asarray(found["mu"]), "mu_star": np.asarray(found["mu_star"]), "mu_star_low": star[0], "mu_star_high": star[1],
        "sigma": np.asarray(found["sigma"]), "sigma_low": spread[0], "sigma_high": spread[1],
        "chance": np.sqrt(luck.mean(axis=0) * 2 / np.pi), "trajectories": len(effects),
    })
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)


def one_way_design(names: Sequence[str], reach: float = REACH) -> Design:
    """The middle, then each input at its low and its high end, the others at their middle."""
    z = np.zeros((1 + 2 * len(names), len(names)))
    for i in range(len(names)):
        z[1 + 2 * i, i], z[2 + 2 * i, i] = -reach, reach
    return Design(tuple(names), z)


def one_way(design: Design, y: np.ndarray, most: int = TOLD) -> pd.DataFrame:
    """A tornado of y [point] or [point, replication] at a one-way design: a row for each input, the widest first, `told` for the first `most`.

    width: from the smallest to the largest of low end, middle and high end. change: from the low end to the high end, with the 95 %
    interval of paired replications. bends: both ends lie on the same side of the middle. Failed points (NaN) come last.
    """
    y = np.asarray(y, dtype=float).reshape(len(design.z), -1)
    middle, low, high = y[:1], y[1::2], y[2::2]
    change = interval(high - low)
    ends = np.stack([low.mean(axis=1), np.repeat(middle.mean(axis=1), len(low)), high.mean(axis=1)])
    table = pd.DataFrame({
        "name": design.names, "at_low": ends[0], "middle": ends[1], "at_high": ends[2], "width": ends.max(axis=0) - ends.min(axis=0),
        "change": ends[2] - ends[0], "change_low": change.low, "change_high": change.high,
        "bends": (ends[0] - ends[1]) * (ends[2] - ends[1]) > 0,
    }).sort_values("width", ascending=False, kind="stable", ignore_index=True, na_position="last")
    return table.assign(told=(np.arange(len(table)) < most) & np.isfinite(table["width"]))


def _masks(terms: Sequence[Term], members: Sequence[set[int]]) -> tuple[np.ndarray, np.ndarray]:
    """[set, term]: which terms hold no input but those of a set, and which hold one of them. The constant, the first term, is left out."""
    alone = [[set(term) <= some for term in terms[1:]] for some in members]
    part = [[bool(set(term) & some) for term in terms[1:]] for some in members]
    return np.array(alone, dtype=float), np.array(part, dtype=float)


def _shares(squares: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """[set, column] of squares [term, column]; NaN where there is no variance to share."""
    whole = squares.sum(axis=0)
    return np.divide(mask @ squares, whole, out=np.full((len(mask), squares.shape[1]), np.nan), where=whole > 0)


def _elementary(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z [trajectory, point, input], y [trajectory, point, replication] → effects [trajectory, input, replication], as SALib takes them."""
    step = np.diff(z, axis=1)
    moved = np.abs(step).argmax(axis=2)
    slope = np.sign(step.sum(axis=2))[:, :, None] * np.diff(y, axis=1) * 2 * (LEVELS - 1) / LEVELS
    found = np.empty_like(slope)
    np.put_along_axis(found, moved[:, :, None], slope, axis=1)
    return found


def _salib(module: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(module)
    except ModuleNotFoundError:
        raise fail("sensitivity", "needs SALib, which is not installed. Write: pip install 'pathsim-care[sensitivity]'") from None
