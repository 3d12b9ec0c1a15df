"""Whether two records are the same: every row, every word, every bit; and if not, where they first part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from pathsim.engine import Record


def difference(first: Record, second: Record) -> str | None:
    """The first difference of two records in plain words; None if there is none."""
    for table in ("contacts", "citizens", "events"):
        found = _frames(getattr(first, table), getattr(second, table))
        if found:
            return f"{table}: {found}"
    found = _things(first.meta, second.meta, "meta")
    return found or None


def _frames(first: pd.DataFrame, second: pd.DataFrame) -> str | None:
    if list(first.columns) != list(second.columns):
        return f"columns {list(first.columns)} and {list(second.columns)}"
    rows = min(len(first), len(second))
    apart = {name: _rows_apart(first[name].iloc[:rows], second[name].iloc[:rows]) for name in first.columns}
    earliest = min((found[0] for found in apart.values() if len(found)), default=rows)
    if earliest < rows:
        names = [name for name, found in apart.items() if len(found) and found[0] == earliest]
        given = ", ".join(f"{name} {first[name].iloc[earliest]!r} and {second[name].iloc[earliest]!r}" for name in names)
        return f"row {earliest} of {len(first)} and {len(second)}: {given}\n  first:  {_told(first, earliest)}\n  second: {_told(second, earliest)}"
    if len(first) != len(second):
        longer, which = (first, "first") if len(first) > len(second) else (second, "second")
        return f"{len(first)} and {len(second)} rows; the {which} goes on with {_told(longer, rows)}"
    for name in first.columns:
        meant = _meaning(first[name]), _meaning(second[name])
        if len(first) and meant[0] != meant[1]:
            return f"column {name}: {meant[0]} and {meant[1]}"
    return None


def _meaning(column: pd.Series) -> Any:
    """What a column holds: numbers of a kind, or words of a list."""
    return tuple(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype.kind


def _rows_apart(first: pd.Series, second: pd.Series) -> np.ndarray:
    one, other = _plain(first), _plain(second)
    if one.dtype.kind != other.dtype.kind:
        return np.arange(len(one))
    if one.dtype.kind == "f":
        nan = np.isnan(one) & np.isnan(other)
        return np.flatnonzero((one.astype(np.float64).view(np.int64) != other.astype(np.float64).view(np.int64)) & ~nan)
    return np.flatnonzero(one != other)


def _plain(column: pd.Series) -> np.ndarray:
    """Numbers as they are; words as words, none as an empty one."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = np.array([*column.cat.categories, ""], dtype=object)
        return words[column.cat.codes.to_numpy()]
    return column.to_numpy()


def _told(frame: pd.DataFrame, row: int) -> str:
    return ", ".join(f"{name}={value}" for name, value in frame.iloc[row].to_dict().items())


def _things(first: Any, second: Any, path: str) -> str | None:
    """The first difference of nested plain data, numbers by their bits."""
    if isinstance(first, dict) and isinstance(second, dict):
        if list(first) != list(second):
            return f"{path}: {list(first)} and {list(second)}"
        return next((found for key in first if (found := _things(first[key], second[key], f"{path}.{key}"))), None)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)) and len(first) == len(second):
        return next((found for i, pair in enumerate(zip(first, second, strict=True)) if (found := _things(*pair, f"{path}[{i}]"))), None)
    if isinstance(first, float) and isinstance(second, float) and math.isnan(first) and math.isnan(second):
        return None
    same = first == second and isinstance(first, float) == isinstance(second, float)
    return None if same else f"{path}: {first!r} and {second!r}"
