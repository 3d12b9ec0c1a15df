"""The store holds one Parquet file for each unit that is done, under a name that says what it depends on.

A file appears whole or not at all. One that was cut off on its way here, by whoever copied it, is not whole
and counts as not there. No locks: two who write the same file write the same bytes.

Damage is seen as well: the pages of a Parquet file have checksums, and before its end, which says what it
holds and has none, stands the digest of that; readers of Parquet take no notice of it.

Everybody's indicators are the first row group, so that who wants no more need not read the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .whole import whole

EVERYBODY = "all"
MAGIC, TAIL = b"PAR1", 8  # a file ends with what it holds, how long that is (4 bytes), and the magic word
DIGEST = 32
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


def done(store: Path, keys: Iterable[str], looked: bool = True) -> dict[str, list[Done]]:
    """What there is of these scenarios; nothing for those of which there is nothing. looked: files that are not whole count as not there;
    without it, by their names alone, for who has read them or is about to."""
    wanted = {key[:DIGITS]: key for key in keys}
    found: dict[str, list[Done]] = {}
    for part in sorted({key[:2] for key in wanted}):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(store / part) as entries:
            for name in sorted(entry.name for entry in entries):
                key, _, rest = name.partition(".")
                path = store / part / name
                if key in wanted and (replications := _range(rest)) and (not looked or is_whole(path)):
                    found.setdefault(wanted[key], []).append(Done(replications, path))
    return found


def _range(text: str) -> range | None:
    first, _, last = text.removesuffix(".parquet").partition("-")
    if not text.endswith(".parquet") or not first.isdigit() or not last.isdigit():
        return None
    return range(int(first), int(last) + 1)


def is_whole(path: Path) -> bool:
    """Whether the beginning and the end are there, and the end is as it was written: nothing is missing between them."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(max(0, size - TAIL))
            length = _length_of_end(file.read())
            file.seek(max(0, size - length - DIGEST))
            digest, end = file.read(DIGEST), file.read()
            file.seek(0)
            return len(end) == length and hashlib.sha256(end).digest() == digest and file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _length_of_end(tail: bytes) -> int:
    return int.from_bytes(tail[:4], "little") + TAIL


def write(path: Path, indicators: pd.DataFrame, warnings: list[list]) -> None:
    """One unit. Raises OSError where there is no room or no right to write, and leaves nothing half."""
    everybody = (indicators["group"] == EVERYBODY).to_numpy()
    table = pa.Table.from_pandas(indicators, preserve_index=False).replace_schema_metadata({WARNINGS: json.dumps(warnings).encode()})
    mask = pa.array(everybody)
    how = {"compression": "zstd", "write_statistics": False, "write_page_checksum": True}
    memory = io.BytesIO()
    with pq.ParquetWriter(memory, table.schema, **how) as writer:
        writer.write_table(table.filter(mask))
        if not everybody.all():
            writer.write_table(table.filter(pa.compute.invert(mask)))
    data = memory.getvalue()
    end = data[-_length_of_end(data[-TAIL:]):]
    with whole(path) as part:
        part.write_bytes(data[:-len(end)] + hashlib.sha256(end).digest() + end)


def read(path: Path, everybody: bool, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of everybody, or all rows; some columns, or all. Raises Damaged where what is read is."""
    if not is_whole(path):
        raise Damaged(path)
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
            how = {"columns": columns, "use_threads": False}  # small: whoever reads many has threads
            return file.read_row_group(0, **how) if everybody else file.read(**how)
    except (OSError, ValueError, pa.ArrowException):
        raise Damaged(path) from None


def warnings_of(table: pa.Table) -> list[list]:
    return json.loads((table.schema.metadata or {}).get(WARNINGS, b"[]"))


def set_aside(path: Path) -> Path:
    """A damaged file under another name, so that its unit is run again."""
    aside = path.with_name(path.name + ".damaged")
    os.replace(path, aside)
    return aside
