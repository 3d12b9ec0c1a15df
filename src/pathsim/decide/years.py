"""Claim: a unit runs out in the first year from which its yearly mean is at its limit or above, and how sure that year is can be said.

Through the yearly means goes the nearest line that never falls (isotonic regression), straight between two years: a need that
grows is followed, and a year that luck made busy is not the end. -inf is a unit that is out in the first year already, inf
one that is not by the last.

Two intervals, which must not be taken for each other. Of replications of what is written: a bootstrap over whole ones, which are the same
lives in every year and care model; it holds chance alone, and narrows with more of them. Of futures, each a draw of all that is
uncertain with luck of its own, the same in every year: each has a year of its own, and told is where nearly all of these lie; it holds
inputs and chance, and more futures don't narrow it. To resample futures would tell how well their mean is known, and not that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from ..study.stopping import Interval, interval
from .discounting import present_value

BEDS, SLOTS = "beds", "slots"
KEYS = ["year", "model", "replication"]
USE = {"occupancy": BEDS, "utilisation": SLOTS}
TOLD = ("occupancy", "utilisation", "share_gave_up", "share_refused", "time_above_full")
OUT = ["group", "level", "kind", "model", "year", "low", "high", "n", "enough_at_last", "than_first", "out_by_last"]
WORST = 2.0  # times its limit: who is so far out is out, and weighs no more
LEVEL = 0.95
RESAMPLES = 1000


class Limits(NamedTuple):
    """When a unit is out: mean occupancy of its beds, use of its visiting places while open, or share of those who asked that had no place."""

    full: float = 0.95
    busy: float = 0.90
    lost: float = 0.05


LIMITS = Limits()


class RunsOut(NamedTuple):
    """year: as estimated, with the ends of its interval. draws: of the bootstrap, or of the futures."""

    year: float
    low: float
    high: float
    draws: np.ndarray


def pressure(table: pd.DataFrame, limits: Limits = LIMITS) -> pd.DataFrame:
    """How full each unit is: a row for each unit (or sector with beds), year, model and replication.

    table: rows of indicators with `year`. use: share of beds, or of visiting places while open; 1 where people ask and routine work has
    left no place. lost: share of those who asked that gave up or were turned away. load: use if nobody had been lost. pressure: the use, or for
    visiting places the share lost, as a part of its limit; from 1 on a unit is out.
    """
    rows = table[table["group"].isin(["unit", "sector"]) & table["indicator"].isin(TOLD)]
    found = rows.set_index(["group", "level", *KEYS, "indicator"])["value"].unstack("indicator").reindex(columns=list(TOLD))
    limited = rows[rows["indicator"] == "utilisation"].set_index(["group", "level", *KEYS]).index
    gone = found.index.isin(limited) & found["utilisation"].isna() & found["share_gave_up"].notna()
    use = found["occupancy"].where(found["occupancy"].notna(), found["utilisation"].where(~gone, 1.0))
    lost, beds = found["share_gave_up"].fillna(0) + found["share_refused"].fillna(0), found["occupancy"].notna()
    load = (use / (1 - lost)).where(lost < 1)
    share = (use / limits.full).where(beds, np.maximum(use / limits.busy, lost / limits.lost))
    told = pd.DataFrame({"kind": np.where(beds, BEDS, SLOTS), "use": use, "lost": lost, "load": load, "time_above_full": found["time_above_full"],
                         "pressure": share})
    return told[use.notna()].reset_index()


def trend(rows: pd.DataFrame, models: Sequence[str], futures: bool = False) -> pd.DataFrame:
    """Means by year and model: indicator, group, level, year, model, value, low, high, n, and the paired difference from the first model.

    rows: indicator, group, level, year, model, replication, value. futures: replications are futures; low and high are then where most lie.
    """
    span = across if futures else interval
    keys = ["indicator", "group", "level", "year"]
    wide = rows.pivot(index=keys, columns=["model", "replication"], values="value")
    wide = wide.reindex(rows.drop_duplicates(keys).set_index(keys).index)
    head, found = wide.index.to_frame(index=False), []
    first = wide[models[0]]
    for model in models:
        mine = wide[model].reindex(columns=first.columns).to_numpy()
        one = span(mine)
        row = head.assign(model=model, value=one.mean, low=one.low, high=one.high, n=one.n)
        if model != models[0]:
            two = span(mine - first.to_numpy())
            row = row.assign(difference=two.mean, difference_low=two.low, difference_high=two.high)
        found.append(row[row["n"] > 0])
    return pd.concat(found, ignore_index=True)


def present_value_of(rows: pd.DataFrame, models: Sequence[str], group: str = "all", level: str = "all", futures: bool = False) -> pd.DataFrame:
    """What each model costs beyond the first over all the years, as one amount of the first year: model, value, low, high.

    Discounted (3.5 % a year); years between those that were run lie on straight lines between them. rows: as for `trend`, `cost` among them.
    """
    mine = rows[(rows["indicator"] == "cost") & (rows["group"] == group) & (rows["level"] == level)]
    wide = mine.pivot(index="year", columns=["model", "replication"], values="value")
    found, span = [], across if futures else interval
    for model in models[1:]:
        if model not in wide or models[0] not in wide:
            continue
        more = (wide[model] - wide[models[0]]).dropna(axis=1)
        every = np.arange(more.index[0], more.index[-1] + 1) if len(more) else np.zeros(0)
        streams = np.stack([np.interp(every, more.index, more[column]) for column in more]) if more.size else np.zeros((0, 1))
        one = span(present_value(streams)[None, :])
        found.append((model, float(one.mean[0]), float(one.low[0]), float(one.high[0])))
    return pd.DataFrame(found, columns=["model", "value", "low", "high"])


def melted(told: pd.DataFrame) -> pd.DataFrame:
    """What `pressure` says, as rows for `trend`."""
    keys = ["group", "level", *KEYS]
    return told.melt(keys, ["use", "lost", "load", "time_above_full", "pressure"], "indicator").dropna(subset="value")


def run_out(told: pd.DataFrame, models: Sequence[str], futures: bool = False, seed: int = 1, resamples: int = RESAMPLES) -> pd.DataFrame:
    """When each unit runs out under each care model: group, level, kind, model, year, low, high, n, and how that differs from the first model.

    told: of `pressure`. futures: its replications are futures. than_first: later, earlier or same where 95 % of the bootstrap, or of the
    futures, say so, else unclear. enough_at_last: it was out, and in the last year it is not. out_by_last: the share of futures in
    which it is out by then.
    """
    found = []
    for (group, level), mine in told.groupby(["group", "level"], sort=False):
        first: np.ndarray | None = None
        for model in models:
            rows = mine[mine["model"] == model]
            if rows.empty:
                continue
            wide = rows.pivot(index="year", columns="replication", values="pressure")
            values, years = wide.dropna(axis=1), wide.index.to_numpy(dtype=float)
            one = in_futures(years, wide.to_numpy(), 1.0) if futures else crossing(years, np.minimum(values.to_numpy(), WORST), 1.0, seed, resamples)
            than = "" if model == models[0] or first is None else compared(first, one.draws)
            first = one.draws if model == models[0] else first
            enough = one.year < np.inf and values.iloc[-1].mean() < 1
            share = float(np.mean(one.draws[~np.isnan(one.draws)] < np.inf)) if futures and values.shape[1] else np.nan
            found.append((group, level, rows["kind"].iloc[0], model, one.year, one.low, one.high, values.shape[1], enough, than, share))
    return pd.DataFrame(found, columns=OUT)


def compared(first: np.ndarray, other: np.ndarray) -> str:
    """Whether another model runs out later than the first, in draws of the same replications, or in the same futures."""
    for word, which in (("same", other == first), ("later", other > first), ("earlier", other < first)):
        if which.mean() >= LEVEL:
            return word
    return "unclear"


def crossing(years: np.ndarray, values: np.ndarray, limit: float, seed: int = 1, resamples: int = RESAMPLES) -> RunsOut:
    """When values [year, replication] reach a limit for good.

    Whole replications are drawn anew; how far their mean then lies from the mean is widened as a t interval of so few is. With one
    replication there is no interval.

    >>> one = crossing(np.array([2026.0, 2030.0]), np.array([[0.9, 0.9], [1.1, 1.1]]), 1.0)
    >>> one.year, one.low, one.high
    (2028.0, 2028.0, 2028.0)
    """
    number = values.shape[1]
    if number == 0:
        return RunsOut(np.nan, np.nan, np.nan, np.full(resamples, np.nan))
    mean = values.mean(axis=1)
    year = float(reached(years, mean, limit))
    if number == 1:
        return RunsOut(year, np.nan, np.nan, np.full(resamples, np.nan))
    drawn = np.random.default_rng(seed).integers(number, size=(resamples, number))
    widened = np.sqrt(number / (number - 1)) * stdtrit(number - 1, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)
    draws = reached(years, mean + widened * (values[:, drawn].mean(axis=2).T - mean), limit)
    ordered = np.sort(draws)
    out = (1 - LEVEL) / 2 * resamples
    return RunsOut(year, float(ordered[int(out)]), float(ordered[int(resamples - 1 - out)]), draws)


def in_futures(years: np.ndarray, values: np.ndarray, limit: float) -> RunsOut:
    """When values [year, future] reach a limit for good, future by future: the year by which half of them have, and where most lie.

    >>> one = in_futures(np.array([2026.0, 2030.0]), np.array([[0.9, 0.9, 0.9], [1.1, 1.3, 0.9]]), 1.0)
    >>> one.year, one.low, one.high
    (2028.0, 2027.0, inf)
    """
    there = ~np.isnan(values).any(axis=0)
    draws = np.where(there, reached(years, np.where(there, values, 0.0).T, limit), np.nan)
    low, high = ends(draws)
    return RunsOut(float(np.sort(draws)[(there.sum() - 1) // 2]) if there.any() else np.nan, float(low), float(high), draws)


def across(values: np.ndarray) -> Interval:
    """The mean of each row [row, future], and where most of the futures lie; NaN is no value."""
    n = (~np.isnan(values)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return Interval(np.where(n > 0, np.nansum(values, axis=1) / np.maximum(n, 1), np.nan), *ends(values), n)


def ends(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which most of the last axis lies: so many of them that one more would lie there with a chance of `held`."""
    ordered, n = np.sort(values, axis=-1), (~np.isnan(values)).sum(axis=-1)
    out = outside(n)
    low, high = (np.take_along_axis(ordered, np.maximum(at, 0)[..., None], axis=-1)[..., 0] for at in (out, n - 1 - out))
    return np.where(n > 1, low, np.nan), np.where(n > 1, high, np.nan)


def outside(n: np.ndarray) -> np.ndarray:
    """How many of n futures are left out at each end."""
    return np.maximum(np.floor((n + 1) * (1 - LEVEL) / 2 + 1e-9).astype(int) - 1, 0)


def held(n: int) -> float:
    """The chance that one more future lies between the `ends` of n: of 39 it is 95 %, of fewer it is less.

    >>> round(held(9), 9), round(held(39), 9), round(held(999), 9)
    (0.8, 0.95, 0.95)
    """
    return 1 - 2 * float(outside(np.array(n)) + 1) / (n + 1)


def reached(years: np.ndarray, means: np.ndarray, limit: float) -> np.ndarray:
    """Where the rising line through means [..., year] is at the limit first: -inf at the first year already, inf not by the last.

    >>> reached(np.array([2026.0, 2028.0, 2030.0]), np.array([[1, 2, 3], [0, 4, 2], [0, 0, 0]]), 2.0).tolist()
    [2028.0, 2027.3333333333333, inf]
    """
    line = rising(means)
    over = line >= limit
    at = np.argmax(over, axis=-1)
    before = np.maximum(at - 1, 0)
    low, high = (np.take_along_axis(line, place[..., None], axis=-1)[..., 0] for place in (before, at))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(high > low, (limit - low) / (high - low), 0.0)
    found = years[before] + part * (years[at] - years[before])
    return np.where(over[..., 0], -np.inf, np.where(over.any(axis=-1), found, np.inf))


def rising(values: np.ndarray) -> np.ndarray:
    """The nearest values [..., year] that never fall (least squares).

    >>> rising(np.array([1.0, 3.0, 2.0, 4.0])).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    values = np.asarray(values, dtype=float)
    number = values.shape[-1]
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    first, last = np.indices((number, number))
    means = np.where(first <= last, (sums[..., last + 1] - sums[..., first]) / np.maximum(last - first + 1, 1), np.inf)
    least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]  # over all ends from each year on, of each beginning
    least = np.where(first <= last, least, -np.inf)
    return least.max(axis=-2)
