"""The default comparison in a thousand possible futures, and the unknowns that matter most moved by the simulator itself.

    python experiments/futures/run.py              # half an hour on two cores; goes on where it was stopped
    python experiments/futures/run.py --draws 100

Writes the tables beside this file: what is told of each indicator, what it hangs on, where it turns, what it is worth to know.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

from pathsim.cli import main

HERE = Path(__file__).parent
TABLES = ("futures.csv", "influence.csv", "groups.csv", "thresholds.csv", "pairs.csv", "information.csv", "payers.csv", "quadrants.csv", "settled.csv",
          "money.csv", "freed.csv", "tornado.png")
SHOWN = ("readmission_30", "bed_days", "acute_admissions", "delayed_days", "days_at_home", "staff_hours", "cost")


def kept(folder: Path) -> None:
    """The tables, those of everybody and of the indicators that are told of."""
    import pandas as pd

    for name in TABLES:
        if name.endswith(".png"):
            shutil.copy(folder / name, HERE / name)
            continue
        table = pd.read_csv(folder / name)
        if name == "futures.csv":
            table = table[table["group"].isin(["all", "education"]) & (table["indicator"].isin(SHOWN) | (table["group"] == "all"))]
        if name in ("influence.csv", "groups.csv"):
            table = table[table["total"] >= 0.005]
        table.to_csv(HERE / name, index=False, lineterminator="\n", float_format="%.5g")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--results", default="results")
    given = parser.parse_args()
    began = time.monotonic()
    code = main(["futures", "--all", "--draws", str(given.draws), "name=futures", f"results={given.results}"])
    print(f"{time.monotonic() - began:.0f} s")
    if code == 0:
        kept(Path(given.results) / "futures")
