"""The store holds one Parquet file for each unit that is done, under a name that says what it depends on.

A file appears whole or not at all. One that was cut off on its way here, by whoever copied it, is not whole
and counts as not there. No locks: two who write the same file write the same bytes.

Everybody's indicators are the first row group, so that who wants no more need not read the rest.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .whole import whole

EVERYBODY = "all"
MAGIC, FOOTER = b"PAR1", 12
DIGITS = 40  # of the name of a scenario: two never share it
WARNINGS = b"warnings"


class Done(NamedTuple):
    """A file of the store and the replications that are in it."""

    replications: range
    path: Path


class Damaged(Exception):
    """A file of the store that is not what was written."""

    def __init__(self, path: Path):
        super().__init__(f"{path}: is damaged")
        self.path = path


def path_of(store: Path, key: str, first: int, number: int) -> Path:
    """
    >>> str(path_of(Path("units"), "ab" * 32, 8, 4).name).removeprefix("ab" * 20)
    '.8-11.parquet'
    """
    return store / key[:2] / f"{key[:DIGITS]}.{first}-{first + number - 1}.parquet"


def done(store: Path, keys: Iterable[str]) -> dict[str, list[Done]]:
    """What there is of these scenarios; nothing for those of which there is nothing."""
    wanted = {key[:DIGITS]: key for key in keys}
    found: dict[str, list[Done]] = {}
    for part in sorted({key[:2] for key in wanted}):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(store / part) as entries:
            for name in sorted(entry.name for entry in entries):
                key, _, rest = name.partition(".")
                if key in wanted and (replications := _range(rest)) and is_whole(path := store / part / name):
                    found.setdefault(wanted[key], []).append(Done(replications, path))
    return found


def _range(text: str) -> range | None:
    first, _, last = text.removesuffix(".parquet").partition("-")
    if not text.endswith(".parquet") or not first.isdigit() or not last.isdigit():
        return None
    return range(int(first), int(last) + 1)


def is_whole(path: Path) -> bool:
    """Whether the beginning and the end are there, and all that the end speaks of fits between them."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            if size < FOOTER:
                return False
            file.seek(-8, io.SEEK_END)
            footer = file.read(8)
            file.seek(0)
            return file.read(4) == MAGIC and footer[4:] == MAGIC and int.from_bytes(footer[:4], "little") <= size - FOOTER
    except OSError:
        return False


def write(path: Path, indicators: pd.DataFrame, warnings: list[list]) -> None:
    """One unit. Raises OSError where there is no room or no right to write, and leaves nothing half."""
    everybody = (indicators["group"] == EVERYBODY).to_numpy()
    table = pa.Table.from_pandas(indicators, preserve_index=False).replace_schema_metadata({WARNINGS: json.dumps(warnings).encode()})
    mask = pa.array(everybody)
    how = {"compression": "zstd", "write_statistics": False, "write_page_checksum": True}
    with whole(path) as part, part.open("wb") as file, pq.ParquetWriter(file, table.schema, **how) as writer:
        writer.write_table(table.filter(mask))
        if not everybody.all():
            writer.write_table(table.filter(pa.compute.invert(mask)))


def read(path: Path, everybody: bool) -> pa.Table:
    """The rows of everybody, or all rows. Raises Damaged."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
            return file.read_row_group(0, use_threads=False) if everybody else file.read(use_threads=False)  # small: whoever reads many has threads
    except (OSError, ValueError, pa.ArrowException):
        raise Damaged(path) from None


def warnings_of(table: pa.Table) -> list[list]:
    return json.loads((table.schema.metadata or {}).get(WARNINGS, b"[]"))


def set_aside(path: Path) -> Path:
    """A damaged file under another name, so that its unit is run again."""
    aside = path.with_name(path.name + ".damaged")
    os.replace(path, aside)
    return aside
