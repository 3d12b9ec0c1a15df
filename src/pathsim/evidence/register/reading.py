"""Claim: an extract stays where it is; what is taken out of it is a table in memory and a fingerprint.

Parquet, or CSV in UTF-8 with commas or semicolons. Its path and name go nowhere.
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pathsim.faults import fail
from pathsim.language.quantities import parse_time

from .clock import ZONE, midnight

READ_AT_ONCE = 2**24


class Raw(NamedTuple):
    """The tables as they are written, their fingerprint, and what a kept run says of itself (`meta.json` beside it)."""

    contacts: pd.DataFrame
    citizens: pd.DataFrame | None
    sha256: str
    meta: dict[str, Any]


def read_files(contacts: str | Path, citizens: str | Path | None = None) -> Raw:
    """The extract in these files; citizens.parquet or .csv beside the contacts is taken if none is named. Raises Faults."""
    contacts = Path(contacts)
    if citizens is None:
        beside = [contacts.with_name(f"citizens{suffix}") for suffix in (contacts.suffix, ".parquet", ".csv")]
        citizens = next((path for path in beside if path.is_file() and path != contacts), None)
    digest = hashlib.sha256()
    frames = [read_table(Path(path), name, digest) for path, name in ((contacts, "contacts"), (citizens, "citizens")) if path is not None]
    meta = contacts.with_name("meta.json")
    return Raw(frames[0], frames[1] if len(frames) > 1 else None, digest.hexdigest(), _meta(meta) if meta.is_file() else {})


def read_table(path: Path, name: str, digest: Any) -> pd.DataFrame:
    """One file; every cell of a CSV file is text, and an empty one is missing."""
    readers = {".parquet": _parquet, ".csv": _csv}
    if path.suffix.lower() not in readers:
        raise fail(name, f"'{path.suffix}' was given. Allowed: {', '.join(readers)}. Convert the file")
    try:
        with path.open("rb") as file:
            while block := file.read(READ_AT_ONCE):
                digest.update(block)
        return readers[path.suffix.lower()](path)
    except FileNotFoundError:
        raise fail(name, "no such file") from None
    except (OSError, ValueError, csv.Error, pa.ArrowException) as problem:
        raise fail(name, f"cannot be read as {path.suffix[1:]} ({type(problem).__name__}). Mend or convert the file") from None


def _parquet(path: Path) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        frame = file.read().to_pandas()
    words = [name for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    return frame.astype({name: object for name in words})


def _csv(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
    separator = ";" if header.count(";") > header.count(",") else ","
    frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False)
    return frame.astype(object).where(frame != "", None)


def _meta(path: Path) -> dict[str, Any]:
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return meta if isinstance(meta, dict) and "horizon" in meta else {}


def fingerprint(*frames: pd.DataFrame | None) -> str:
    """SHA-256 of tables that came from no file."""
    digest = hashlib.sha256()
    for frame in frames:
        if frame is not None:
            digest.update(frame.astype(str).to_csv(index=False).encode())
    return digest.hexdigest()


def moment(given: Any, day_0: date | None, where: str) -> int:
    """The edge of a window in ms from day 0: a date (its midnight in Copenhagen), a time with its offset, or a time since day 0.

    >>> moment("2 d", None, "from"), moment("2023-01-03", date(2023, 1, 1), "from"), moment(5, None, "from")
    (172800000, 172800000, 5)
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    text = given.isoformat() if isinstance(given, date) else str(given)
    try:
        return round(parse_time(text))
    except ValueError:
        pass
    try:
        when = pd.Timestamp(text)
    except ValueError:
        raise fail(where, f"{text[:40]!r} is no time. Write a date such as 2023-01-31, or a time since day 0 such as 365 d") from None
    if day_0 is None:
        raise fail(where, "a date was given, but not that of day 0, from which the extract counts. Add --day-0")
    when = when.tz_localize(ZONE) if when.tzinfo is None else when
    return round((when.tz_convert("UTC") - midnight(day_0)).total_seconds() * 1000)


def day_of(given: Any, where: str) -> date | None:
    """A date as written; None if none was given."""
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given)[:10])
    except ValueError:
        raise fail(where, f"{str(given)[:40]!r} is not a date. Write it as 2023-01-31") from None
