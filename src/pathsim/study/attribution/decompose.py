"""Claim: the difference between two care models is told as parts, one a lever, that add up to it in every replication.

All coalitions have the same replications, so each part is known in each of them, and its interval is the spread between
them. Where orders are sampled, how sure that makes the parts is told apart from chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..stopping import interval
from . import shapley as game
from .players import Players

MOST_EXACT = 256  # coalitions: eight levers of which none hangs on another
ORDERS = 20
SHAPLEY, STEPS = "shapley", "steps"
LEVER, INTERACTION, TOTAL = "lever", "interaction", "total"
EXACT, SAMPLED = "exact", "sampled"

Run = Callable[[Iterable[tuple[Any, ...]]], list[dict[str, float]]]  # trials (levers, replication) → figures by indicator


class Attribution(NamedTuple):
    """table: a row for each indicator and lever, then the interaction and the total; pairs: the interaction of each two levers.
    how: steps, exact or sampled. coalitions: how many were run beside the two ends; orders: how many were sampled."""

    table: pd.DataFrame
    pairs: pd.DataFrame
    how: str
    coalitions: int
    orders: int
    replications: int


def attribute(players: Players, run: Run, ends: tuple[pd.DataFrame, pd.DataFrame], indicators: Sequence[str], method: str = SHAPLEY, orders: int | None = None,
              seed: int = 1) -> Attribution:
    """The parts of the difference of each indicator. `ends`: its values without the players and with all of them,
    [replication, indicator]; `orders`: sample so many, also where all coalitions could be run."""
    pairs = -(-(orders or ORDERS) // 2)
    how = STEPS if method == STEPS else SAMPLED if orders or game.how_many(players.above) > MOST_EXACT else EXACT
    sampled = game.drawn_orders(pairs, players.above, seed) if how == SAMPLED else []
    worth = _worth(players, _wanted(players.above, how, sampled), run, ends, indicators)
    parts = _parts(worth, players.above, how, sampled)
    together = game.interactions(worth, players.above) if how == EXACT else {}
    return Attribution(_table(players, indicators, worth, parts), _pairs(players, indicators, together), how, len(worth) - 2, 2 * len(sampled), len(ends[0]))


def _wanted(above: game.Above, how: str, sampled: Sequence[tuple[list[int], list[int]]]) -> set[int]:
    """The coalitions to be known."""
    if how == EXACT:
        return set(game.closed(above))
    whole = (1 << len(above)) - 1
    steps = {one for i in range(len(above)) for one in (game.up(i, above), game.up(i, above) | 1 << i, whole & ~game.down(i, above))}
    return steps | {coalition for pair in sampled for order in pair for coalition in game.met(order)}


def _worth(players: Players, wanted: set[int], run: Run, ends: tuple[pd.DataFrame, pd.DataFrame], indicators: Sequence[str]) -> dict[int, np.ndarray]:
    """What each coalition gives [indicator, replication]. A replication in which one of them has no value of an indicator
    has none for all of them."""
    whole, n = (1 << len(players.names)) - 1, len(ends[0])
    inner = sorted(wanted - {0, whole}, key=lambda coalition: (coalition.bit_count(), coalition))
    found = iter(run([(players.levers(coalition), replication) for coalition in inner for replication in range(n)]))
    worth = {0: ends[0][list(indicators)].to_numpy().T, whole: ends[1][list(indicators)].to_numpy().T}
    for coalition in inner:
        worth[coalition] = np.array([[figures.get(name, np.nan) for name in indicators] for figures in (next(found) for _ in range(n))]).T
    lacking = ~np.isfinite(np.array(list(worth.values()))).all(axis=0)
    return {coalition: np.where(lacking, np.nan, values) for coalition, values in worth.items()}


def _parts(worth: game.Worth, above: game.Above, how: str, sampled: list) -> dict[str, np.ndarray]:
    """Each kind of part [lever, indicator, replication], and the sampling error of the values [lever, indicator]."""
    found = {"first_in": game.first_in(worth, above), "last_out": game.last_out(worth, above)}
    if how == EXACT:
        found |= {"shapley": game.shapley(worth, above), "shared": game.shared(worth, above)}
    if how == SAMPLED:
        values = np.array([np.mean([game.along(worth, order) for order in pair], axis=0) for pair in sampled])
        found["shapley"] = values.mean(axis=0)
        found["sampling_error"] = _mean(values).std(axis=0, ddof=1) / np.sqrt(len(sampled))
    return found


def _mean(values: np.ndarray) -> np.ndarray:
    """Means over the last axis of what is there."""
    shape = values.shape
    return interval(values.reshape(-1, shape[-1])).mean.reshape(shape[:-1])


def _table(players: Players, indicators: Sequence[str], worth: game.Worth, parts: dict[str, np.ndarray]) -> pd.DataFrame:
    whole = max(worth)
    total = worth[whole] - worth[0]
    rows = []
    for k, indicator in enumerate(indicators):
        mean = {"base": interval(worth[0][k : k + 1]).mean[0], "value": interval(worth[whole][k : k + 1]).mean[0]}
        lines = [(LEVER, name, {what: part[i, k] for what, part in parts.items()}) for i, name in enumerate(players.names)]
        rest = {what: total[k] - part[:, k].sum(axis=0) for what, part in parts.items() if what in ("first_in", "last_out")}
        lines += [(INTERACTION, "", rest), (TOTAL, "", {what: total[k] for what in parts if what != "sampling_error"})]
        for kind, name, line in lines:
            row: dict[str, Any] = {"indicator": indicator, "kind": kind, "lever": name} | mean
            for what in ("first_in", "last_out", "shapley", "shared"):
                row |= _told(what, line.get(what))
            rows.append(row | {"sampling_error": _sampling(kind, line, "shapley" in parts, "sampling_error" in parts), "n": int(np.isfinite(total[k]).sum())})
    return pd.DataFrame(rows)


def _told(what: str, values: np.ndarray | None) -> dict[str, float]:
    """A part with its interval over replications; the value itself is bounded by `low` and `high`."""
    before = "" if what == "shapley" else f"{what}_"
    if values is None:
        return {what: np.nan, f"{before}low": np.nan, f"{before}high": np.nan}
    found = interval(values[None])
    return {what: found.mean[0], f"{before}low": found.low[0], f"{before}high": found.high[0]}


def _sampling(kind: str, line: dict, valued: bool, sampled: bool) -> float:
    """The standard error that comes of not having gone through all orders: none where all were."""
    if not valued or kind == INTERACTION:
        return np.nan
    return float(line["sampling_error"]) if sampled and kind == LEVER else 0.0


def _pairs(players: Players, indicators: Sequence[str], found: dict[tuple[int, int], np.ndarray]) -> pd.DataFrame:
    rows = []
    for k, indicator in enumerate(indicators):
        for (i, j), values in found.items():
            told, hangs = interval(values[k : k + 1]), bool(game.up(i, players.above) >> j & 1 or game.up(j, players.above) >> i & 1)
            rows.append({"indicator": indicator, "lever": players.names[i], "other": players.names[j], "hangs": hangs,
                         "interaction": told.mean[0], "low": told.low[0], "high": told.high[0], "n": int(told.n[0])})
    return pd.DataFrame(rows, columns=["indicator", "lever", "other", "hangs", "interaction", "low", "high", "n"])
