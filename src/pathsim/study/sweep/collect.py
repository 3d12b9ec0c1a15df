"""One table of a sweep, ready for pandas or R. It depends on the plan and the units alone: the same bytes however these came about.

Wide: a row for each scenario, care model and replication, a column for each indicator of everybody.
Long: a row for each indicator, group and level as well.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from ...contacts.registry import REGISTRY
from ...contacts.warnings import Caution
from . import plan as plans
from .plan import Plan
from .store import EVERYBODY, Damaged, read, set_aside, warnings_of
from .whole import whole

READERS = 4
ROWS = 1 << 20  # of a row group of a long table
LONG = ("model", "replication", "indicator", "group", "level", "value", "numerator", "denominator", "unit")


class Collected(NamedTuple):
    """damaged: files that were set aside, so that their units are missing. warnings: by model, as the first scenario that has it tells it,
    with the number of scenarios that have it."""

    rows: int
    damaged: list[Path]
    warnings: list[tuple[str, Caution, int]]


class _Part(NamedTuple):
    scenario: int
    table: pa.Table


def collect(plan: Plan, folder: Path, target: Path, groups: Sequence[str] | None = None) -> Collected:
    """Writes the table of what is done. groups: whose rows a long table holds; a wide one without. Raises OSError."""
    everybody = groups is None or list(groups) == [EVERYBODY]
    parts, damaged, warnings = _parts(plan, folder, everybody)
    table = _wide(plan, parts) if groups is None else _long(plan, parts, groups)
    with whole(target) as part, part.open("wb") as file:
        if target.suffix == ".csv":
            csv.write_csv(table, file)
        else:
            pq.write_table(table, file, compression="zstd", row_group_size=ROWS, write_statistics=False)
    return Collected(table.num_rows, damaged, warnings)


def everybody(plan: Plan, folder: Path) -> pd.DataFrame:
    """The wide table of what is done, to work with."""
    parts, _, _ = _parts(plan, folder, everybody=True)
    return _wide(plan, parts).to_pandas()


def _parts(plan: Plan, folder: Path, everybody: bool) -> tuple[list[_Part], list[Path], list[tuple[str, Caution, int]]]:
    """The rows of each scenario in the order of the plan, each replication once."""
    found = plans.there(plan, folder)
    wanted = [(number, one.path, keep) for number, scenario in enumerate(plan.scenarios)
              for one, keep in _each_once(found.get(scenario.key, []), plan.replications)]
    parts, damaged, told = [], [], {}
    with ThreadPoolExecutor(READERS) as pool:
        for (number, path, keep), table in zip(wanted, pool.map(lambda one: _read(one[1], everybody), wanted), strict=True):
            if table is None:
                damaged.append(path)
                continue
            for model, *caution in warnings_of(table):
                told.setdefault((model, *caution[:3]), {}).setdefault(number, Caution(*caution))
            if keep is not None:
                table = table.filter(pa.array(np.isin(table["replication"].to_numpy(), keep)))
            parts.append(_Part(number, table.replace_schema_metadata(None)))
    for path in set(damaged):
        with contextlib.suppress(OSError):
            set_aside(path)
    warnings = [(model, next(iter(where.values())), len(where)) for (model, *_), where in sorted(told.items())]
    return parts, sorted(set(damaged)), warnings


def _read(path: Path, everybody: bool) -> pa.Table | None:
    try:
        return read(path, everybody)
    except Damaged:
        return None


def _each_once(files: list[Any], replications: int) -> list[tuple[Any, list[int] | None]]:
    """Files in the order of their replications, with those to take of each; None for all of them. Files may overlap, or hold more than is asked for."""
    taken, chosen = 0, []
    for one in sorted(files, key=lambda one: (one.replications.start, -one.replications.stop)):
        keep = range(max(taken, one.replications.start), min(one.replications.stop, replications))
        if keep:
            chosen.append((one, None if keep == one.replications else list(keep)))
            taken = keep.stop
    return chosen


def _wide(plan: Plan, parts: list[_Part]) -> pa.Table:
    if not parts:
        return pa.table(_parameters(plan, np.zeros(0, dtype=np.int64)))
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
    head = _parameters(plan, lines // len(rank) // plan.replications)
    who = {"model": pa.DictionaryArray.from_arrays(pa.array(model.astype(np.int32)), list(rank)).cast(pa.string()),
           "replication": lines // len(rank) % plan.replications}
    return pa.table(head | who | {name: _told(values[i]) for i, name in enumerate(names)})


def _long(plan: Plan, parts: list[_Part], groups: Sequence[str]) -> pa.Table:
    chosen = [_Part(part.scenario, part.table.filter(pa.compute.is_in(part.table["group"], pa.array(groups))) if groups else part.table) for part in parts]
    if not chosen:
        return pa.table(_parameters(plan, np.zeros(0, dtype=np.int64)))
    rows = pa.concat_tables([part.table for part in chosen])
    scenario = np.repeat([part.scenario for part in chosen], [part.table.num_rows for part in chosen])
    return pa.table(_parameters(plan, scenario) | {name: rows[name] for name in LONG})


def _codes(column: pa.ChunkedArray, words: list[str]) -> np.ndarray:
    return pa.compute.index_in(column, pa.array(words)).to_numpy()


def _told(values: np.ndarray) -> pa.Array:
    return pa.array(values, from_pandas=True)


def _parameters(plan: Plan, scenario: np.ndarray) -> dict[str, Any]:
    """The number of the scenario, counted from 1, and a column for each parameter: numbers where all its values are."""
    columns: dict[str, Any] = {"scenario": scenario + 1}
    for place, name in enumerate(plan.parameters):
        values = [one.values[place] for one in plan.scenarios]
        alike = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        whole = pd.Series(values if alike else [str(value) for value in values])
        column = name if name not in ("scenario", *LONG, *REGISTRY) else f"parameter_{name}"
        columns[column] = pa.array(whole).take(pa.array(scenario))
    return columns
