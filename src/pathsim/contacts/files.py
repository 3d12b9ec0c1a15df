"""Claim: a kept run is three tables and a description, and a run told in blocks is kept as it is told.

Contacts, citizens and events are Parquet, one row group a block, and meta.json. Rows are in the order
of the blocks, and inside a block as they are there; persons have their numbers in the whole run.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pathsim.contacts.blocks import joined, numbered
from pathsim.contacts.record import Run

TABLES = ("contacts", "citizens", "events")
WHOLE = 2**26  # rows: the most that Parquet takes into one row group


def save(run: Run, folder: str | Path) -> Path:
    """Write a run; the folder appears whole or not at all. Raises FileExistsError if it is there already."""
    for _ in saved([run], run.meta, folder):
        pass
    return Path(folder)


def saved(blocks: Iterable[Run], meta: dict, folder: str | Path) -> Iterator[Run]:
    """Write blocks as they pass; the folder appears when the last one has, or not at all.

    Raises FileExistsError if it is there already.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / f".{folder.name}.{uuid.uuid4().hex}"
    part.mkdir()
    try:
        text = json.dumps(_plain(meta), indent=1, allow_nan=False)
        (part / "meta.json").write_text(text, encoding="utf-8")
        with ExitStack() as files:
            writers: dict[str, pq.ParquetWriter] = {}
            first = 0
            for block in blocks:
                for name in TABLES:
                    rows = pa.Table.from_pandas(numbered(getattr(block, name), first), preserve_index=False)
                    if name not in writers:
                        writers[name] = files.enter_context(pq.ParquetWriter(part / f"{name}.parquet", _schema(rows)))
                    writers[name].write_table(rows.cast(writers[name].schema), row_group_size=WHOLE)
                first += len(block.citizens)
                yield block
                del block  # before the next one is made
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _schema(rows: pa.Table) -> pa.Schema:
    """The columns of the first block, with room for the words of the others."""
    schema = rows.schema
    for i, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            words = pa.large_string() if pa.types.is_null(field.type.value_type) else field.type.value_type
            schema = schema.set(i, field.with_type(pa.dictionary(pa.int32(), words)))
        elif pa.types.is_null(field.type):
            schema = schema.set(i, field.with_type(pa.large_string()))
    return schema


def load(folder: str | Path) -> Run:
    """Read what `save` wrote. Raises FileNotFoundError."""
    folder = Path(folder)
    frames = {name: _read(folder / f"{name}.parquet") for name in TABLES}
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if "day_0" in meta:
        meta["day_0"] = date.fromisoformat(meta["day_0"])
    for unit in meta.get("units", {}).values():
        places = unit.get("places")
        if isinstance(places, dict):
            unit["places"] = {k: math.inf if n == "unlimited" else n for k, n in places.items()}
        elif places == "unlimited":
            unit["places"] = math.inf
    return Run(**frames, meta=meta)


def _read(path: Path) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        groups = range(file.num_row_groups)
        return joined([file.read_row_group(i).to_pandas() for i in groups]) if groups else file.read().to_pandas()


def _plain(value):
    """As JSON can hold it: dates as text, endless places as the language's own word."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isinf(value):
        return "unlimited"
    return value
