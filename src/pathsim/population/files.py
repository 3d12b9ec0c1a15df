"""Citizens may come from a file of one's own: one row a citizen, one column an attribute.

The file is read as strictly as a care system: every declared attribute is there and no other,
every word is declared, whole numbers are whole, nothing is missing. All faults are reported
together, with the first rows that have them (row 1 is the first citizen).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pathsim.faults import Fault, Faults, fail, nearest

MOST_CITIZENS = 10_000_000
ROWS_SHOWN = 3
VALUES_SHOWN = 3
WORD = r"[a-z][a-z0-9_]*"
YES_NO = {"yes": True, "no": False, "true": True, "false": False}

Kind = type | Sequence[str]
"""What an attribute may be: bool (yes or no), int, float, str (any word), or its words."""


def read_citizens(path: str | Path, declared: Mapping[str, Kind]) -> pd.DataFrame:
    """`from_table` of a .parquet or .csv file (UTF-8, commas, a header). Raises Faults."""
    path = Path(path)
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {".parquet": _parquet, ".csv": _csv}
    if path.suffix.lower() not in readers:
        raise fail(
            str(path), f"'{path.suffix}' was given. Allowed: {', '.join(readers)}. Convert the file"
        )
    try:
        frame = readers[path.suffix.lower()](path)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise fail(
            str(path), f"cannot be read as {path.suffix[1:]} ({error}). Mend or convert the file"
        ) from None
    return from_table(frame, declared, str(path))


def from_table(
    frame: pd.DataFrame, declared: Mapping[str, Kind], file: str = "citizens"
) -> pd.DataFrame:
    """The citizens of a table, checked, in declared order of columns: the shape `synthesise` gives.

    Words become categories in declared order, yes/no becomes bool, numbers int64 or float64.
    Whole numbers may be written 3.0; yes and no also true and false. Raises Faults.

    >>> table = pd.DataFrame({"age": ["70", "81"], "copd": ["no", "yes"]})
    >>> from_table(table, {"age": int, "copd": bool})["copd"].tolist()
    [False, True]
    """
    if not 0 < len(frame) <= MOST_CITIZENS:
        allowed = f"Allowed: 1 to {MOST_CITIZENS:,}. Give fewer, or more than none"
        raise fail(file, f"{len(frame):,} citizens were given. {allowed}")
    faults = _column_faults([str(name) for name in frame.columns], declared, file)
    columns = {}
    for name, kind in declared.items():
        if list(frame.columns).count(name) == 1:
            values, wrong = _column(frame[name].reset_index(drop=True), kind)
            columns[name] = values
            faults += [Fault(f"{file}: {name}", message) for message in wrong]
    if faults:
        raise Faults(faults)
    return pd.DataFrame(columns)


def _column_faults(given: list[str], declared: Mapping[str, Kind], file: str) -> list[Fault]:
    faults = []
    for name in dict.fromkeys(given):
        if name not in declared:
            mend = nearest(name, [word for word in declared if word not in given])
            faults.append(
                Fault(f"{file}: {name}", f"is no attribute. {mend}, or take the column out")
            )
        elif given.count(name) > 1:
            faults.append(Fault(f"{file}: {name}", "is there more than once. Keep one column"))
    for name in declared:
        if name not in given:
            faults.append(Fault(f"{file}: {name}", "is missing. Add the column"))
    return faults


def _column(values: pd.Series, kind: Kind) -> tuple[object, list[str]]:
    """The column in its type, and what is wrong with it."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    missing = values.isna().to_numpy() | (values == "").fillna(False).to_numpy(bool)
    wrong = [f"is missing in {_rows(missing)}. Fill in every row"] if missing.any() else []
    if kind is bool:
        read, ok = _yes_no(values)
        allowed = "yes or no"
    elif kind in (int, float):
        read, ok = _number(values, whole=kind is int)
        allowed = "whole numbers" if kind is int else "finite numbers"
    elif kind is str:
        ok = values.astype(str).str.fullmatch(WORD).to_numpy(bool)
        read, allowed = (
            pd.Categorical(values.astype(str)),
            "words of a-z, 0-9 and _ that begin with a letter",
        )
    else:
        words = list(kind)  # type: ignore[arg-type]
        ok = values.isin(words).to_numpy(bool)
        read, allowed = pd.Categorical(values.where(ok), categories=words), ", ".join(words)
    bad = ~ok & ~missing
    shown = values[bad].drop_duplicates().head(VALUES_SHOWN)
    for value in shown:
        mend = nearest(str(value), words) if not isinstance(kind, type) else "Correct it"
        where = _rows(bad & (values == value).fillna(False).to_numpy(bool))
        wrong.append(f"{value!r} was given in {where}. Allowed: {allowed}. {mend}")
    return read, wrong


def _yes_no(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Truth, and where it could be read. Numbers are not taken for yes and no."""
    is_flag = values.map(lambda value: isinstance(value, bool | np.bool_)).to_numpy(bool)
    text = values.astype(str).str.lower()
    is_word = values.map(lambda value: isinstance(value, str)).to_numpy(bool)
    ok = (is_flag | is_word) & text.isin(list(YES_NO)).to_numpy(bool)
    return text.map(YES_NO).eq(True).to_numpy(bool), ok


def _number(values: pd.Series, whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, and where there was one (a whole one, at most 2^53)."""
    if values.dtype.kind in "mM":  # dates, which pandas would count as nanoseconds
        values = values.astype(str)
    is_flag = values.map(lambda value: isinstance(value, bool | np.bool_)).to_numpy(bool)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(float, na_value=np.nan)
    ok = np.isfinite(numbers) & ~is_flag
    if whole:
        ok &= (np.abs(numbers) <= 2**53) & (np.floor(numbers) == numbers)
        return np.where(ok, numbers, 0).astype(np.int64), ok
    return numbers, ok


def _rows(where: np.ndarray) -> str:
    """The first rows of many.

    >>> _rows(np.array([False, True, True, True, True]))
    'rows 2, 3, 4 and 1 more'
    """
    rows = np.flatnonzero(where) + 1
    text = ("row " if len(rows) == 1 else "rows ") + ", ".join(map(str, rows[:ROWS_SHOWN]))
    return text + (f" and {len(rows) - ROWS_SHOWN} more" if len(rows) > ROWS_SHOWN else "")


def _parquet(path: Path) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows > MOST_CITIZENS:
            raise ValueError(f"{file.metadata.num_rows:,} rows; allowed: at most {MOST_CITIZENS:,}")
        if any(pa.types.is_nested(column.type) for column in file.schema_arrow):
            raise ValueError("a column holds lists; allowed: one value in each cell")
        return file.read().to_pandas(ignore_metadata=True)


def _csv(path: Path) -> pd.DataFrame:
    """All as text: words such as `none` and NA stay what they are; an empty cell is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if len(header) == 1 and ";" in header[0]:
            raise ValueError("columns are separated by semicolons; allowed: commas")
        rows = []
        for number, row in enumerate(reader, start=1):
            if number > MOST_CITIZENS:
                raise ValueError(f"more than {MOST_CITIZENS:,} rows")
            if row and len(row) != len(header):
                raise ValueError(f"row {number} has {len(row)} cells and the header {len(header)}")
            if row:
                rows.append(row)
    return pd.DataFrame(rows, columns=header, dtype=object)
