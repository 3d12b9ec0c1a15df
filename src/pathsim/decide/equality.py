"""Claim: who gains and who loses is told beside the mean: how unequal levels are, what a care model does to that, and who gets worse.

Measures are of grouped data: one value a level, weighted by the level's own denominator (person-years of a rate, discharges of a
share of discharges). Functions take arrays whose first axis is the level and whose others are what one likes, such as [draw,
replication]. Differences between care models are paired: the same people with the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from ..contacts.registry import REGISTRY
from ..study.differences import told
from ..study.futures.components import components
from ..study.futures.table import Futures
from ..study.futures.verdict import verdict_of
from ..study.stopping import interval

RATES = ("readmission_30", "readmission_30_standardised", "acute_admission_rate", "bed_day_rate", "emergency_visit_rate", "preventable_stay_rate",
         "contact_within_7", "psychiatric_readmission_30", "psychiatric_bed_day_rate", "death_rate", "days_at_home", "cost_per_person_year")
"""What is told per person, or per discharge."""

NOT_HARM = ("cost_per_person_year",)  # more money spent on somebody is no harm to them
RUNS = ["draw", "replication"]
EVERYBODY = "all"
FALSE = 0.05  # share of false names among those named, at most and on average
WORSE_IN = 0.80  # of the futures, at least: a group that gets worse
FEWEST = 4  # replications before anybody is named for sure: of two or three, equal counts can come by chance


def slope_index(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Slope index of inequality [level, …] → […]: what a straight line through the levels says of the top rank less the bottom one.

    Levels are in order from the lowest; a level without weight is not there.

    >>> round(float(slope_index(np.array([10.0, 20.0]), np.array([1.0, 1.0]))), 9)
    20.0
    """
    values, share, rank = _ranked(values, weights)
    middle = (share * rank).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (share * (rank - middle) * values).sum(axis=0) / (share * (rank - middle) ** 2).sum(axis=0)


def concentration_index(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Relative concentration index [level, …] → […]: 0 where all levels are alike, below 0 where more of it is at the lower levels.

    >>> concentration_index(np.array([0.0, 1.0]), np.array([3.0, 1.0])).tolist()
    0.75
    """
    values, share, rank = _ranked(values, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * (share * values * rank).sum(axis=0) / (share * values).sum(axis=0) - 1


def spread(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Highest level less the lowest [level, …] → […]."""
    there = np.where(np.asarray(weights) > 0, values, np.nan)
    return np.fmax.reduce(there, axis=0) - np.fmin.reduce(there, axis=0)


def deviation(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Standard deviation between levels, weighted [level, …] → […]."""
    values, share, _ = _ranked(values, weights)
    return np.sqrt((share * (values - (share * values).sum(axis=0)) ** 2).sum(axis=0))


def theil(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Theil's index between levels [level, …] → […]: 0 where all are alike; not changed by another unit."""
    values, share, _ = _ranked(values, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_mean = values / (share * values).sum(axis=0)
        return (share * np.where(of_mean > 0, of_mean * np.log(of_mean), of_mean * 0)).sum(axis=0)


def _ranked(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, share of the people, and rank of the middle of each level."""
    values, weights = (np.asarray(some, dtype=float) for some in (values, weights))
    weights = np.broadcast_to(weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim)), values.shape)
    weights = np.where(np.isfinite(weights), weights, 0.0)
    with np.errstate(invalid="ignore"):
        share = weights / weights.sum(axis=0)
    return np.where(weights > 0, values, 0.0), share, np.cumsum(share, axis=0) - share / 2


ORDERED = {"slope": slope_index, "concentration": concentration_index}
BETWEEN = {"range": spread, "deviation": deviation, "theil": theil}


def inequality(table: pd.DataFrame, group: str, levels: Sequence[str], measures: dict = ORDERED, names: Sequence[str] = RATES) -> pd.DataFrame:
    """Each measure in each run: indicator, measure, model, (draw,) replication, value.

    table: rows of indicators; with a column `draw`, each draw is told apart. levels: in order, the lowest first.
    """
    runs = ["model", *(name for name in RUNS if name in table)]
    mine = table[(table["group"] == group) & table["level"].isin(levels) & table["indicator"].isin(names)]
    found = []
    for name in (name for name in names if (mine["indicator"] == name).any()):
        both = mine[mine["indicator"] == name].pivot(index="level", columns=runs, values=["value", "denominator"]).reindex(list(levels))
        values, weights = both["value"], both["denominator"]
        found += [pd.DataFrame({"value": of(values.to_numpy(), weights.to_numpy())}, index=values.columns).assign(indicator=name, measure=measure)
                  for measure, of in measures.items()]
    if not found:
        return pd.DataFrame(columns=["indicator", "measure", *runs, "value"])
    return pd.concat(found).reset_index()[["indicator", "measure", *runs, "value"]]


def against_first(rows: pd.DataFrame, models: Sequence[str], keys: Sequence[str] = ("indicator", "measure")) -> pd.DataFrame:
    """Each model against the first: keys, model, against, base, value, difference, low, high, n; the interval holds chance alone."""
    wide = rows.pivot(index=list(keys), columns=["model", *(name for name in RUNS if name in rows)], values="value")
    wide = wide.reindex(list(dict.fromkeys(rows[list(keys)].itertuples(index=False, name=None))))
    found = []
    for model in models[1:]:
        base, value = wide[models[0]], wide[model]
        base = base.reindex(columns=value.columns)
        head = wide.index.to_frame(index=False)
        found.append(head.assign(model=model, against=models[0], **told(base.to_numpy(), value.to_numpy())))
    return pd.concat(found, ignore_index=True)


class Worse(NamedTuple):
    """table: a row for each comparison that was looked at, with `reading` worse, maybe_worse, better, maybe_better or unclear.
    same: how many more were the same in every replication."""

    table: pd.DataFrame
    same: int

    def named(self, reading: str) -> pd.DataFrame:
        """Those who read so, the surest first."""
        return self.table[self.table["reading"] == reading].sort_values("p", kind="stable")


def who_gets_worse(table: pd.DataFrame, models: Sequence[str], groups: Sequence[str], names: Sequence[str] = RATES, false: float = FALSE) -> Worse:
    """Every level of the groups under every model against the first, in every indicator that has a good direction and is no cost.

    worse: told from zero in the bad direction after control of the false discovery rate over all comparisons (Benjamini and
    Hochberg); maybe_worse: by its own 95 % interval only. Levels of the same people, such as the only municipality and everybody, count once.
    """
    names = harms(names)
    rows = table[table["group"].isin([EVERYBODY, *groups]) & table["indicator"].isin(names) & table["value"].notna()]
    found = against_first(_told_apart(rows, [EVERYBODY, *groups]), models, ("group", "level", "indicator"))
    found = found[found["n"] > 1]
    same = (found["difference"] == 0) & (found["low"] == found["high"])
    found = found[~same].reset_index(drop=True)
    found = found.assign(p=chance_of(*(found[name].to_numpy(dtype=float) for name in ("difference", "low", "high", "n"))))
    sign = np.array([1.0 if REGISTRY[name].better == "higher" else -1.0 for name in found["indicator"]])
    good = np.sign(found["difference"].to_numpy()) * sign > 0
    sure = discoveries(found["p"].to_numpy(), false) & (found["n"].to_numpy() >= FEWEST)
    plain = (found["low"] > 0) | (found["high"] < 0)
    reading = np.select([sure & good, sure, plain & good, plain], ["better", "worse", "maybe_better", "maybe_worse"], "unclear")
    return Worse(found.assign(reading=reading), int(same.sum()))


def harms(names: Sequence[str] = RATES) -> list[str]:
    """Indicators in which a group may get worse: those with a good direction that are no cost; a standardised one is told by the plain one."""
    return [name for name in names if name not in NOT_HARM and REGISTRY[name].better != "neutral" and not name.endswith("_standardised")]


def worse_in_futures(verdicts: pd.DataFrame, groups: Sequence[str], least: float = WORSE_IN, false: float = FALSE) -> Worse:
    """Levels of the groups by what is told of them over futures, in the indicators of `harms`: worse or not.

    verdicts: rows of a table of futures. worse: the expected difference is worse in at least so many of them, and the mean of all is told
    from zero after control of the false discovery rate. The second is for small groups, whose chance may hide that inputs matter: then all of
    the futures are expected to be like their mean, and that may be chance.
    """
    place = {group: number for number, group in enumerate([EVERYBODY, *groups])}
    rows = verdicts[verdicts["group"].isin(place) & verdicts["indicator"].isin(harms()) & verdicts["se"].notna()]
    rows = rows.sort_values("group", key=lambda names: names.map(place), kind="stable")
    rows = rows[~rows.duplicated(["model", "indicator", "base", "difference", "se"]) & (rows["group"] != EVERYBODY)]  # the same people count once
    same = (rows["difference"] == 0) & (rows["se"] == 0)
    found = rows[~same].reset_index(drop=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(found["difference"].to_numpy(dtype=float)) / found["se"].to_numpy(dtype=float)
    p = 2 * stdtr(found["futures"].to_numpy(dtype=float) - 1, -t)
    worse = (found["better"].to_numpy(dtype=float) <= 1 - least + 1e-9) & discoveries(p, false)
    return Worse(found.assign(p=p, reading=np.where(worse, "worse", "")), int(same.sum()))


SLOPES = ["indicator", "group", "model", "against", "base", "value", "difference", "low", "high", "expected_low", "expected_high", "se",
          "share_of_chance", "futures"]


def slopes(futures: Futures, model: str, group: str, levels: Sequence[str]) -> pd.DataFrame:
    """The slope index of a care model against the first, over futures (columns SLOPES): low … high holds inputs and chance, expected_low …
    expected_high inputs alone. Levels are weighted by their person-years, those of shares too, as futures hold no denominators."""
    def rates(name: str, of: str) -> np.ndarray:
        return np.stack([futures.of(name, of, group, level) for level in levels])

    found, first = [], futures.models[0]
    there = [name for name in ("person_years", *RATES) if all(futures.has(name, group, level) for level in levels)]
    for name in there[1:] if len(levels) > 1 and there[:1] == ["person_years"] else []:
        base, value = (slope_index(rates(name, of), rates("person_years", of)) for of in (first, model))
        if np.isfinite(value - base).any():
            one = verdict_of(value - base, "neutral")
            found.append((name, group, model, first, components(base).mean, components(value).mean, one.parts.mean, one.year_low, one.year_high,
                          one.low, one.high, one.parts.se, one.parts.share_of_chance, one.parts.futures))
    return pd.DataFrame(found, columns=SLOPES)


def _told_apart(rows: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Rows of levels whose people are neither everybody nor those of a level before: then all of their values are the same."""
    wide = rows.pivot(index=["group", "level"], columns=["indicator", "model", *(name for name in RUNS if name in rows)], values="value")
    place = {group: number for number, group in enumerate(groups)}
    wide = wide.sort_index(level="group", key=lambda names: names.map(place) if names.name == "group" else names, sort_remaining=False, kind="stable")
    kept = wide.index[~wide.duplicated()]
    levels = pd.MultiIndex.from_frame(rows[["group", "level"]])
    return rows[levels.isin(kept) & (rows["group"] != EVERYBODY).to_numpy()]


def chance_of(difference: np.ndarray, low: np.ndarray, high: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Two-sided p of a paired difference with its 95 % t interval.

    >>> values = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> one = interval(values)
    >>> chance_of(one.mean, one.low, one.high, one.n).round(4).tolist()
    [0.0305]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(difference) / ((high - low) / 2 / stdtrit(np.maximum(n - 1, 1), 0.975))
    return 2 * stdtr(np.maximum(n - 1, 1), -t)


def discoveries(p: np.ndarray, false: float = FALSE) -> np.ndarray:
    """Which of many comparisons stand when at most so large a share of them is false on average (Benjamini and Hochberg 1995).

    >>> discoveries(np.array([0.001, 0.5, 0.02, 0.04]), 0.05).tolist()
    [True, False, True, False]
    """
    order = np.argsort(p, kind="stable")
    under = np.flatnonzero(np.asarray(p)[order] <= false * np.arange(1, len(order) + 1) / max(len(order), 1))
    found = np.zeros(len(order), dtype=bool)
    found[order[: under.max() + 1 if len(under) else 0]] = True
    return found


def share_worse(differences: np.ndarray, better: str) -> np.ndarray:
    """Share of futures in which a difference [row, draw, replication] is in the bad direction, by its mean over replications."""
    mean = np.stack([interval(row).mean for row in np.asarray(differences, dtype=float)])
    there = np.isfinite(mean)
    with np.errstate(invalid="ignore"):
        return (there & (mean > 0 if better == "lower" else mean < 0)).sum(axis=1) / there.sum(axis=1)
