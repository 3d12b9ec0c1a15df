"""The units of a sweep as one table, in the order of its plan.

Wide: a row for each scenario, care model and replication, a column for each indicator of everybody.
Long: a row for each indicator, group and level as well.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from ...contacts.registry import REGISTRY
from .plan import Plan

WIDE = ("model", "replication", "indicator", "value")
LONG = ("model", "replication", "indicator", "group", "level", "value", "numerator", "denominator", "unit")


class Part(NamedTuple):
    """Rows of one scenario, counted from 0, with the columns of the table that they are for."""

    scenario: int
    table: pa.Table


def wide(plan: Plan, parts: list[Part]) -> pa.Table:
    """A row for each scenario, care model and replication, a column for each indicator of everybody."""
    if not parts:
        return pa.table(parameters(plan, np.zeros(0, dtype=np.int64)))
    rows = pa.concat_tables([part.table for part in parts])
    scenario = np.repeat([part.scenario for part in parts], [part.table.num_rows for part in parts])
    rank = {name: i for i, name in enumerate(dict.fromkeys(model for one in plan.scenarios for model in one.models))}
    models, replication = _codes(rows["model"], list(rank)), rows["replication"].to_numpy()
    found = set(pa.compute.unique(rows["indicator"]).to_pylist())
    names = [name for name in REGISTRY if name in found]
    row, column = (scenario * plan.replications + replication) * len(rank) + models, _codes(rows["indicator"], names)
    lines, at = np.unique(row, return_inverse=True)
    values = np.full((len(names), len(lines)), np.nan)
    values[column, at] = rows["value"].to_numpy()
    model = lines % len(rank)
    head = parameters(plan, lines // len(rank) // plan.replications)
    who = {"model": pa.DictionaryArray.from_arrays(pa.array(model.astype(np.int32)), list(rank)).cast(pa.string()),
           "replication": lines // len(rank) % plan.replications}
    return pa.table(head | who | {name: _told(values[i]) for i, name in enumerate(names)})


def long(plan: Plan, parts: list[Part]) -> pa.Table:
    """A row for each scenario, care model, replication, indicator, group and level."""
    if not parts:
        return pa.table(parameters(plan, np.zeros(0, dtype=np.int64)))
    rows = pa.concat_tables([part.table for part in parts])
    scenario = np.repeat([part.scenario for part in parts], [part.table.num_rows for part in parts])
    return pa.table(parameters(plan, scenario) | {name: rows[name] for name in LONG})


def _codes(column: pa.ChunkedArray, words: list[str]) -> np.ndarray:
    return pa.compute.index_in(column, pa.array(words)).to_numpy()


def _told(values: np.ndarray) -> pa.Array:
    return pa.array(values, from_pandas=True)


def parameters(plan: Plan, scenario: np.ndarray) -> dict[str, Any]:
    """The number of the scenario, counted from 1, and a column for each parameter: numbers where all its values are."""
    columns: dict[str, Any] = {"scenario": scenario + 1}
    for place, name in enumerate(plan.parameters):
        values = [one.values[place] for one in plan.scenarios]
        alike = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        written = pd.Series(values if alike else [str(value) for value in values])
        column = name if name not in ("scenario", *LONG, *REGISTRY) else f"parameter_{name}"
        columns[column] = pa.array(written).take(pa.array(scenario))
    return columns
