"""What differs between care models, scenario by scenario: paired differences of everybody's indicators, as a comparison tells them.

The intervals hold chance alone. Of many scenarios, one in twenty intervals misses the mean of its scenario.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from ...contacts.registry import REGISTRY
from ...faults import fail
from ..differences import told
from .plan import Plan
from .tables import parameters


def effects(plan: Plan, table: pd.DataFrame) -> pa.Table:
    """Of a wide table: a row for each scenario, care model but the first, and indicator. Raises Faults where there is nothing to compare."""
    if all(len(scenario.models) < 2 for scenario in plan.scenarios):
        raise fail("--differences", "every scenario has one care model. Leave it out")
    names = [name for name in REGISTRY if name in table]
    by_scenario = dict(tuple(table.groupby("scenario")))
    found = [rows for number, scenario in enumerate(plan.scenarios, start=1) if number in by_scenario
             for rows in _of(by_scenario[number], number, scenario.models, names)]
    if not found:
        return pa.table(parameters(plan, np.zeros(0, dtype=np.int64)))
    rows = pd.concat(found, ignore_index=True)
    return pa.table(parameters(plan, rows.pop("scenario").to_numpy() - 1) | {name: pa.array(rows[name], from_pandas=True) for name in rows})


def _of(table: pd.DataFrame, number: int, models: tuple[str, ...], names: list[str]) -> list[pd.DataFrame]:
    """The differences of one scenario, model by model."""
    size = int(table["replication"].max()) + 1

    def values(model: str) -> np.ndarray:
        mine, found = table[table["model"] == model], np.full((len(names), size), np.nan)
        found[:, mine["replication"].to_numpy()] = mine[names].to_numpy().T
        return found

    base, units = values(models[0]), [REGISTRY[name].unit for name in names]
    return [
        pd.DataFrame({"scenario": number, "model": model, "against": models[0], "indicator": names, "unit": units, **told(base, values(model))})
        for model in models[1:]
    ]
