"""What the futures of a study say: of each indicator how much and how surely, which unknowns it hangs on, where it turns, and whether more futures
would change what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...contacts.registry import REGISTRY
from ...inputs.unknowns import Unknowns
from . import enough as stopping
from .components import components, expected, means_of, probably_better
from .sensitivity import indices, one_way, one_way_design
from .surrogate import LEAST_DRAWS, Surrogate, fit, predict
from .table import Futures
from .thresholds import Frontier, frontier, thresholds
from .verdict import best_of, verdict_of

HEADLINE = ("readmission_30", "bed_days", "acute_admissions", "delayed_days", "days_at_home", "staff_hours", "cost")
LOOKED_AT = 8  # unknowns whose threshold is looked for: those told of
ASSUMED = ("assumed", "scenario")
LEAST = 0.005  # of the variance: less is not told of
FIRST = 5  # of the unknowns that an indicator hangs on: if one of them is assumed, the result is an illustration


class Influence(NamedTuple):
    """What one indicator hangs on. table: a row for each unknown, the largest first: `first` and `total` are shares of the variance that inputs make
    (Sobol), at_low and at_high the difference at the ends of what is held possible (90 %). groups: the same shares by group."""

    indicator: str
    surrogate: Surrogate
    table: pd.DataFrame
    groups: pd.DataFrame
    turns: pd.DataFrame
    pair: Frontier | None

    @property
    def first(self) -> list[str]:
        return self.table.loc[self.table["total"] >= LEAST, "name"].head(FIRST).tolist()


def headline(futures: Futures) -> list[str]:
    return [name for name in HEADLINE if futures.has(name)]


def verdicts(futures: Futures, model: str) -> pd.DataFrame:
    """Every row of the table of indicators: its difference from the first care model, chance and inputs apart."""
    found = []
    for indicator, group, level in futures.rows:
        if indicator not in REGISTRY:
            continue
        y = futures.difference(indicator, model, group, level)
        if not np.isfinite(y).any():
            continue
        told = verdict_of(y, REGISTRY[indicator].better)
        parts = told.parts
        found.append({
            "model": model, "against": futures.models[0], "indicator": indicator, "group": group, "level": level, "unit": REGISTRY[indicator].unit,
            "base": _level(futures, indicator, futures.models[0], group, level), "value": _level(futures, indicator, model, group, level),
            "difference": parts.mean, "low": told.year_low, "high": told.year_high, "expected_low": told.low, "expected_high": told.high,
            "better": told.better, "better_in_a_year": told.year_better, "verdict": told.verdict, "sd_inputs": np.sqrt(parts.inputs),
            "sd_chance": np.sqrt(parts.chance), "share_of_chance": parts.share_of_chance, "se": parts.se, "futures": parts.futures,
            "replications": parts.replications,
        })
    return pd.DataFrame(found)


def _level(futures: Futures, *row: str) -> float:
    """The mean over futures of what an indicator is, and not of a difference."""
    indicator, model, group, level = row
    y = futures.of(indicator, model, group, level)
    return components(y).mean if np.isfinite(y).any() else np.nan


def best(futures: Futures) -> pd.DataFrame:
    """In what share of futures each care model is the best, by indicator."""
    rows = []
    for name in futures.indicators():
        if name in REGISTRY and REGISTRY[name].better != "neutral":
            values = np.stack([np.zeros(futures.values.shape[2]), *[expected(futures.difference(name, model)) for model in futures.models[1:]]], axis=1)
            values = values[np.isfinite(values).all(axis=1)]
            if len(values):
                rows += [(name, model, share) for model, share in zip(futures.models, best_of(values, REGISTRY[name].better), strict=True)]
    return pd.DataFrame(rows, columns=["indicator", "model", "best"])


def influences(futures: Futures, unknowns: Unknowns, model: str, names: Sequence[str]) -> list[Influence]:
    """Of some indicators; none where there are too few futures for a surrogate."""
    return [influence(futures, unknowns, model, name) for name in names if futures.number >= LEAST_DRAWS]


def influence(futures: Futures, unknowns: Unknowns, model: str, indicator: str) -> Influence:
    """What the difference of one indicator hangs on."""
    y = futures.difference(indicator, model)
    number, chance = np.isfinite(y).sum(axis=1), components(y).chance
    found = fit(futures.z, means_of(y), futures.names, chance / np.maximum(number, 1) if np.isfinite(chance) else None)
    group_of = {name: one.group for name, one in unknowns.by_name.items()}
    shares = indices(found, group_of)
    design = one_way_design(futures.names)
    tornado = one_way(design, predict(found, design.z).mean, most=len(futures.names))
    table = shares[shares["kind"] == "input"].drop(columns="kind").merge(tornado[["name", "at_low", "middle", "at_high"]], on="name")
    groups = shares[shares["kind"] == "group"].drop(columns="kind").reset_index(drop=True)
    turns, pair = _turns(found, unknowns, table["name"].head(LOOKED_AT).tolist(), REGISTRY[indicator].better == "higher")
    return Influence(indicator, found, table, groups, turns, pair)


def _turns(surrogate: Surrogate, unknowns: Unknowns, names: list[str], larger_is_better: bool) -> tuple[pd.DataFrame, Frontier | None]:
    """Where the difference turns; nothing where the surrogate is too poor to say."""
    if not surrogate.quality.usable:
        return pd.DataFrame(), None
    written = {name: unknowns.written(name) for name in names}
    labels = {name: (unknowns.by_name[name].title, unknowns.by_name[name].title_da) for name in names}
    turns = thresholds(surrogate, names, written, larger_is_better, labels)
    pair = frontier(surrogate, names[0], names[1], written, larger_is_better, labels) if len(names) > 1 else None
    return turns, pair


def settled(futures: Futures, model: str, names: Sequence[str]) -> list[stopping.Look]:
    """Whether more futures would change what is said of some indicators."""
    sure = [name for name in names if REGISTRY[name].better != "neutral"]
    better = np.full((len(sure), futures.values.shape[2]), np.nan)
    for row, name in enumerate(sure):
        better[row] = probably_better(futures.difference(name, model), REGISTRY[name].better)
    return stopping.judge(better, sure, {name: (REGISTRY[name].title("en"), REGISTRY[name].title("da")) for name in sure})


def illustration(found: Sequence[Influence], unknowns: Unknowns) -> list[str]:
    """The unknowns among the first few of any indicator whose numbers are assumed: with one of them a result is an illustration, and has no verdict."""
    matter = [name for one in found for name in one.first] or list(unknowns.by_name)  # before it is known which: all of them
    return list(dict.fromkeys(name for name in matter if set(unknowns.by_name[name].roles) & set(ASSUMED)))
