"""Which numbers of an arrangement matter most: each with a range is set to its ends, one at a time.

    python experiments/catalogue/influence.py [row ...]

The swing is the difference between the two ends in the row's own indicator, and in cost; one replication with the same luck,
of a year, so that small swings are chance. Those with the largest relative swing come first. Written to influence.csv.
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pandas as pd
from catalogue import Row, indicators_of, pick, ready, rows

import pathsim
from pathsim.evidence.drawn import replaced
from pathsim.evidence.numbers import Number, of_study
from pathsim.study import pool
from pathsim.study.compose import Composed

HERE = Path(__file__).parent


def numbers_of(system: Composed, row: Row) -> list[Number]:
    """The numbers with a range: of the levers that the base has not, and of the prices of the units that these bring."""
    models = system.raw["care_models"]
    levers = [lever for lever in models[row.care_model]["levers"] if lever not in models[row.base]["levers"]]
    units = {unit for lever in levers for unit in (system.raw["levers"][lever].get("changes") or {}).get("units", {})}

    def mine(number: Number) -> bool:
        heading, name = number.path[:2]
        return (heading == "levers" and name in levers) or (heading == "costs" and name in units)

    return [number for number in of_study(system) if number.range is not None and mine(number)]


def told(system: Composed, row: Row, number: Number, value: Any) -> tuple[float, float]:
    """The row's indicator and cost with one number changed."""
    raw = replaced(system.raw, [number], {number.name: value})
    changed = system._replace(raw=raw, settings=system.settings.model_copy(update={"replications": 1}))
    table = indicators_of(changed, row.care_model)
    return float(pick(table, row.indicator)["value"]), float(pick(table, "cost")["value"])


def influence(name: str) -> pd.DataFrame:
    row = rows()[name]
    system = pathsim.load(*row.choose, *row.quick, "years=1")
    found = []
    for number in numbers_of(system, row):
        low, high = (told(system, row, number, end) for end in number.range)
        found.append({
            "row": name, "number": number.name, "role": number.role, "low": number.range[0], "high": number.range[1],
            "swing": high[0] - low[0], "relative": abs(high[0] - low[0]) / max(abs(low[0]), 1e-9),
            "swing_cost": high[1] - low[1], "relative_cost": abs(high[1] - low[1]) / max(abs(low[1]), 1e-9),
        })
    columns = ["row", "number", "role", "low", "high", "swing", "relative", "swing_cost", "relative_cost"]
    table = pd.DataFrame(found, columns=columns)
    table["weight"] = table[["relative", "relative_cost"]].max(axis=1)
    table = table.sort_values("weight", ascending=False, kind="stable").drop(columns="weight")
    table.insert(1, "rank", range(1, len(table) + 1))
    return table


def main() -> None:
    names = sys.argv[1:] or list(rows())
    file = HERE / "influence.csv"
    with pool.processes(pool.cores(), ready) as submit:
        def job(i: int) -> Future[pd.DataFrame]:
            return submit(influence, names[i])

        for part, name in zip(pool.in_order(job, len(names), pool.cores()), names, strict=True):
            kept = pd.read_csv(file) if file.exists() else part.iloc[:0]
            table = pd.concat([kept[kept["row"] != name], part], ignore_index=True).sort_values(["row", "rank"])
            table.to_csv(file, index=False, float_format="%.5g")  # what was found is kept if the rest is stopped
            print(f"{name}: {len(part)} numbers", file=sys.stderr)


if __name__ == "__main__":
    main()
