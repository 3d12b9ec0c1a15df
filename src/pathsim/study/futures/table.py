"""The futures of a study as arrays: values by care model, row (indicator, group, level), future and replication, and what was drawn in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...inputs.unknowns import Unknown

ROW = ["indicator", "group", "level"]
EVERYBODY = ("all", "all")


@dataclass(frozen=True)
class Futures:
    """rows: indicator, group, level. values[model, row, future, replication], NaN where there is none. z[future, unknown]: standard normal.
    names: of the unknowns, which are told of in `unknowns`."""

    models: tuple[str, ...]
    rows: pd.MultiIndex
    values: np.ndarray
    z: np.ndarray
    names: tuple[str, ...]
    unknowns: Mapping[str, Unknown]

    @property
    def number(self) -> int:
        """Futures that were run."""
        return int(np.isfinite(self.values).any(axis=(0, 1, 3)).sum())

    def of(self, indicator: str, model: str, group: str = "all", level: str = "all") -> np.ndarray:
        """Values [future, replication] of a care model. Raises KeyError for a row that there is not."""
        return self.values[self.models.index(model), self.rows.get_loc((indicator, group, level))]

    def difference(self, indicator: str, model: str, group: str = "all", level: str = "all") -> np.ndarray:
        """A care model less the first, replication by replication."""
        return self.of(indicator, model, group, level) - self.of(indicator, self.models[0], group, level)

    def has(self, indicator: str, group: str = "all", level: str = "all") -> bool:
        return (indicator, group, level) in self.rows

    def indicators(self) -> list[str]:
        """Those of everybody."""
        return [name for name, *which in self.rows if tuple(which) == EVERYBODY]

    def levels(self, indicator: str, group: str) -> list[str]:
        return [level for name, one, level in self.rows if (name, one) == (indicator, group)]


def values_of(table: pd.DataFrame, models: tuple[str, ...], futures: int, replications: int) -> tuple[pd.MultiIndex, np.ndarray]:
    """Of a long table with columns model, future (from 0), replication, indicator, group, level, value."""
    rows = pd.MultiIndex.from_frame(table[ROW].drop_duplicates())
    values = np.full((len(models), len(rows), futures, replications), np.nan)
    model = pd.Categorical(table["model"], categories=models).codes
    row = rows.get_indexer(pd.MultiIndex.from_frame(table[ROW]))
    values[model, row, table["future"].to_numpy(), table["replication"].to_numpy()] = table["value"].to_numpy()
    return rows, values
