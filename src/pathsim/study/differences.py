"""What differs between two care models, for the same people with the same luck: paired differences.

Base and model are means over the replications in which both have a value, so that their difference
is the difference told. The interval holds chance alone; how sure the inputs are is another matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..contacts.registry import REGISTRY
from .stopping import interval

KEYS = ["indicator", "group", "level"]
INDICATORS = ["model", "replication", *KEYS, "value", "numerator", "denominator", "unit"]
DIFFERENCES = ["model", "against", *KEYS, "unit", "base", "value", "difference", "low", "high", "n"]
MEANS = ["model", *KEYS, "unit", "value", "low", "high", "n"]


def differences(indicators: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Every model against the first: a row for each indicator, group and level (columns DIFFERENCES).

    A level that only one of two models knows has its mean and no difference.
    """
    rows = _rows(indicators)
    base = _values(indicators, models[0], rows)
    return pd.concat([_against(rows, base, _values(indicators, model, rows), model, models[0]) for model in models[1:]], ignore_index=True)


def means(indicators: pd.DataFrame, model: str) -> pd.DataFrame:
    """One model alone: the mean of each indicator over replications, with its interval (columns MEANS)."""
    rows = _rows(indicators)
    found = interval(_values(indicators, model, rows))
    return rows.assign(model=model, value=found.mean, low=found.low, high=found.high, n=found.n)[MEANS]


def paired(indicators: pd.DataFrame, models: Sequence[str], key: tuple[str, str, str]) -> np.ndarray:
    """Differences of one indicator [model but the first, replication]; NaN where one of two is missing."""
    row = pd.DataFrame([key], columns=KEYS)
    base, *others = (_values(indicators, model, row) for model in models)
    return np.concatenate([other - base for other in others])


def _rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """All indicators, groups and levels with their unit, in the order of the registry, then of appearance."""
    rows = indicators.drop_duplicates(KEYS)[[*KEYS, "unit"]]
    order = {name: i for i, name in enumerate(REGISTRY)}
    return rows.sort_values("indicator", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _values(indicators: pd.DataFrame, model: str, rows: pd.DataFrame) -> np.ndarray:
    """Values of one model [row, replication]."""
    mine = indicators[indicators["model"] == model]
    values = np.full((len(rows), int(indicators["replication"].max()) + 1), np.nan)
    at = pd.MultiIndex.from_frame(rows[KEYS]).get_indexer(pd.MultiIndex.from_frame(mine[KEYS]))
    values[at[at >= 0], mine["replication"].to_numpy()[at >= 0]] = mine["value"].to_numpy()[at >= 0]
    return values


def _against(rows: pd.DataFrame, base: np.ndarray, value: np.ndarray, model: str, against: str) -> pd.DataFrame:
    return rows.assign(model=model, against=against, **told(base, value))[DIFFERENCES]


def told(base: np.ndarray, value: np.ndarray) -> dict[str, np.ndarray]:
    """What is told of two models [row, replication] with the same luck: base, value, difference, low, high, n of each row."""
    found = interval(value - base)
    both = np.isfinite(value - base)
    pairs = found.n > 0

    def mean(values: np.ndarray) -> np.ndarray:
        return np.where(pairs, interval(np.where(both, values, np.nan)).mean, interval(values).mean)

    return {"base": mean(base), "value": mean(value), "difference": found.mean, "low": found.low, "high": found.high, "n": found.n}
