"""All arrangements of the catalogue against the system without them, as one table.

    python experiments/catalogue/run.py [row ...]

Each is compared with its own base: the same citizens, the same luck. What is shown is the difference a year, and only where
its 95 % interval (chance alone) leaves zero; a dot is "not told apart from nothing". Written to table.csv and table.txt.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from catalogue import Row, better, differences, pick, ready, rows

from pathsim.contacts.registry import REGISTRY
from pathsim.study import pool

HERE = Path(__file__).parent
REPLICATIONS = 4


class Column(NamedTuple):
    """One indicator of the table: head, indicator, what it is multiplied by, decimals."""

    head: str
    indicator: str
    times: float
    decimals: int


COLUMNS = (
    Column("readmitted %-p.", "readmission_30", 100, 1),
    Column("acute adm.", "acute_admissions", 1, 0),
    Column("bed-days", "bed_days", 1, 0),
    Column("delayed d.", "delayed_days", 1, 0),
    Column("preventable", "preventable_stays", 1, 0),
    Column("deaths", "deaths", 1, 0),
    Column("sick weeks", "sick_leave_weeks", 1, 0),
    Column("travel h", "patient_travel", 1, 0),
    Column("staff h", "staff_hours", 1, 0),
    Column("on duty h", "staff_hours_on_duty", 1, 0),
    Column("cost M", "cost", 1e-6, 1),
)
PRICES = ("patient_travel", "staff_hours", "staff_hours_on_duty", "cost")


def compared(name: str, replications: int) -> pd.DataFrame:
    """The differences of one row, with its own seconds."""
    row = rows()[name]
    began = time.perf_counter()
    found = differences(row, [], replications=replications, workers=1)
    wanted = {column.indicator for column in COLUMNS} | {row.indicator.split(":")[0]}
    told = found[found["indicator"].isin(wanted)].drop(columns=["against", "n"])
    return told.assign(row=name, seconds=time.perf_counter() - began)


def all_compared(names: list[str], replications: int) -> pd.DataFrame:
    with pool.processes(pool.cores(), ready) as submit:
        def job(i: int) -> Future[pd.DataFrame]:
            return submit(compared, names[i], replications)

        found = []
        for i, part in enumerate(pool.in_order(job, len(names), pool.cores()), start=1):
            found.append(part)
            print(f"{i} of {len(names)}: {part['row'].iloc[0]}, {part['seconds'].iloc[0]:.0f} s", file=sys.stderr)
    return pd.concat(found, ignore_index=True)


def told_apart(found: pd.Series) -> bool:
    """Whether its interval leaves zero."""
    return found["low"] > 0 or found["high"] < 0


def suspect(table: pd.DataFrame) -> bool:
    """Better on something, and dearer or worse on nothing that is told apart from zero: some price is missing."""
    known = [pick(table, c.indicator) for c in COLUMNS if _has(table, c.indicator)]
    gains = [better(found["indicator"]) * found["difference"] for found in known if told_apart(found)]
    return bool(gains) and min(gains) > 0


def illustration(name: str) -> bool:
    """Whether an assumed number is among the five that matter most for the row (see influence.py)."""
    file = HERE / "influence.csv"
    influence = pd.read_csv(file) if file.exists() else pd.DataFrame(columns=["row", "rank", "role"])
    first = influence[(influence["row"] == name) & (influence["rank"] <= 5)]
    return first.empty or "assumed" in set(first["role"])


def cell(table: pd.DataFrame, column: Column) -> str:
    """A difference that is told apart from nothing; a dash where the system knows no such thing."""
    if not _has(table, column.indicator):
        return "–"
    found = pick(table, column.indicator)
    if not told_apart(found):
        return "·"
    value = found["difference"] * column.times
    return f"{value:+,.{column.decimals}f}" if round(value, column.decimals) else f"{value:+.1g}"


def _has(table: pd.DataFrame, indicator: str) -> bool:
    return bool(((table["indicator"] == indicator) & (table["group"] == "all")).any())


def text(table: pd.DataFrame, replications: int) -> str:
    """The table as it is printed."""
    known = rows()
    wide = max(map(len, known)) + 1
    heads = [f"{column.head:>{max(len(column.head), 8)}}" for column in COLUMNS]
    lines = ["  ".join([" " * wide, *heads, "what it is for"])]
    for name, row in known.items():
        mine = table[table["row"] == name]
        cells = [f"{cell(mine, column):>{max(len(column.head), 8)}}" for column in COLUMNS]
        lines.append("  ".join([f"{name:{wide}}", *cells, _purpose(mine, row, name)]))
    assumed = [name for name in known if illustration(name)]
    listed = [name for name in known if suspect(table[table["row"] == name])]
    lines += [
        "",
        f"Differences a year to the system without it, {replications} replications; a dot is not told apart from nothing (95 %, chance alone).",
        f"Suspect, since they win and lose nothing that shows: {', '.join(listed) or 'none'}.",
        f"Illustration, since an assumed number is among the five that matter most: {'all' if len(assumed) == len(known) else ', '.join(assumed) or 'none'}.",
    ]
    return "\n".join(lines)


def _purpose(table: pd.DataFrame, row: Row, name: str) -> str:
    found = pick(table, row.indicator)
    unit = REGISTRY[row.indicator.split(":")[0]]
    sign = better(row.indicator) * found["difference"]
    says = "not told apart" if not told_apart(found) else "better" if sign > 0 else "worse"
    return f"{row.indicator.replace(':all:all', '')} {found['base']:,.{unit.decimals}f} → {found['value']:,.{unit.decimals}f}, {says}" + (
        " (illustration)" if illustration(name) else "")


def main() -> None:
    file, names = HERE / "table.csv", sys.argv[1:] or list(rows())
    began = time.perf_counter()
    table = all_compared(names, REPLICATIONS).drop(columns="seconds")
    if sys.argv[1:] and file.exists():
        kept = pd.read_csv(file)
        table = pd.concat([kept[~kept["row"].isin(names)], table], ignore_index=True)
    table.sort_values("row", kind="stable").to_csv(file, index=False, float_format="%.6g")
    said = text(table, REPLICATIONS)
    (HERE / "table.txt").write_text(said + "\n", encoding="utf-8")
    print(said)
    print(f"{len(names)} arrangements in {time.perf_counter() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
