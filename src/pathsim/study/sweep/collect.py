"""One table of a sweep, ready for pandas or R. It depends on the plan and the units alone: the same bytes however these came about."""

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

from ...contacts.warnings import Caution
from . import plan as plans
from .effects import effects
from .plan import Plan
from .store import EVERYBODY, Damaged, read, set_aside, warnings_of
from .tables import WIDE, Part, long, wide
from .whole import whole

READERS = 4
ROWS = 1 << 20  # of a row group of a long table


class Collected(NamedTuple):
    """damaged: files that were set aside, so that their units are missing. warnings: by model, as the first scenario that has it tells it,
    with the number of scenarios that have it."""

    rows: int
    damaged: list[Path]
    warnings: list[tuple[str, Caution, int]]


def collect(plan: Plan, folder: Path, target: Path, groups: Sequence[str] | None = None, differences: bool = False) -> Collected:
    """Writes the table of what is done: wide; with `groups` a long one of these; or differences of care models. Raises OSError, and Faults where
    there is nothing to compare."""
    parts, damaged, warnings = _parts(plan, folder, groups)
    table = effects(plan, wide(plan, parts).to_pandas()) if differences else wide(plan, parts) if groups is None else long(plan, parts)
    with whole(target) as part, part.open("wb") as file:
        if target.suffix == ".csv":
            csv.write_csv(table, file)
        else:
            pq.write_table(table, file, compression="zstd", row_group_size=ROWS, write_statistics=False)
    return Collected(table.num_rows, damaged, warnings)


def everybody(plan: Plan, folder: Path) -> pd.DataFrame:
    """The wide table of what is done, to work with."""
    parts, _, _ = _parts(plan, folder, None)
    return wide(plan, parts).to_pandas()


def all_rows(plan: Plan, folder: Path, groups: Sequence[str]) -> pd.DataFrame:
    """The rows of some groups of what is done, to work with; scenarios are counted from 0."""
    parts, _, _ = _parts(plan, folder, groups)
    found = long(plan, parts).to_pandas()
    return found.assign(scenario=found["scenario"] - 1)


def _parts(plan: Plan, folder: Path, groups: Sequence[str] | None) -> tuple[list[Part], list[Path], list[tuple[str, Caution, int]]]:
    """The rows of each scenario in the order of the plan, each replication once."""
    found = plans.there(plan, folder, looked=False)
    wanted = [(number, one.path, keep) for number, scenario in enumerate(plan.scenarios)
              for one, keep in _each_once(found.get(scenario.key, []), plan.replications)]
    parts, damaged, told = [], [], {}
    with ThreadPoolExecutor(READERS) as pool:
        for (number, path, keep), table in zip(wanted, pool.map(lambda one: _read(one[1], groups), wanted), strict=True):
            if table is None:
                damaged.append(path)
                continue
            for model, *caution in warnings_of(table):
                told.setdefault((model, *caution[:3]), {}).setdefault(number, Caution(*caution))
            if keep is not None:
                table = table.filter(pa.array(np.isin(table["replication"].to_numpy(), keep)))
            parts.append(Part(number, table.replace_schema_metadata(None)))
    for path in set(damaged):
        with contextlib.suppress(OSError):
            set_aside(path)
    warnings = [(model, next(iter(where.values())), len(where)) for (model, *_), where in sorted(told.items())]
    return parts, sorted(set(damaged)), warnings


def _read(path: Path, groups: Sequence[str] | None) -> pa.Table | None:
    """None where it is damaged. What is not asked for is let go at once: all of a large sweep is more than memory holds."""
    try:
        table = read(path, groups is None or list(groups) == [EVERYBODY], WIDE if groups is None else None)
    except Damaged:
        return None
    if groups is None:
        return table.select(WIDE)  # in that order
    return table.filter(pa.compute.is_in(table["group"], pa.array(groups))) if groups else table


def _each_once(files: list[Any], replications: int) -> list[tuple[Any, list[int] | None]]:
    """Files in the order of their replications, with those to take of each; None for all of them. Files may overlap, or hold more than is asked for."""
    taken, chosen = 0, []
    for one in sorted(files, key=lambda one: (one.replications.start, -one.replications.stop)):
        keep = range(max(taken, one.replications.start), min(one.replications.stop, replications))
        if keep:
            chosen.append((one, None if keep == one.replications else list(keep)))
            taken = keep.stop
    return chosen
