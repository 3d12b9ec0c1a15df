"""What partnership does to relay under each disputed mechanism: table.csv, units.csv and table.txt.

    python experiments/structure/run.py            # some five minutes of one core; what is done is not done again

It is this sweep, read twice: care model by care model, and unit by unit.

    pathsim sweep -m structure=default,… replications=6 workers=1 name=structure
    pathsim collect results/structure --differences
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pathsim import folders
from pathsim.study.overrides import groups

HERE = Path(__file__).parent
REPLICATIONS = 6
TOGETHER = ("[partnership_no_effect,partnership_same_stays]", "[partnership_no_effect,partnership_same_stays,partnership_same_routes]")
UNITS = {"gp": "utilisation", "medical_ward": "mean_in_use", "geriatric_ward": "mean_in_use", "acute_team": "utilisation"}


class Column(NamedTuple):
    """One indicator of the table: head, indicator, what it is multiplied by, decimals."""

    head: str
    indicator: str
    times: float
    decimals: int


COLUMNS = (
    Column("readm. %-p.", "readmission_30", 100, 2),
    Column("bed-days", "bed_days", 1, 0),
    Column("acute adm.", "acute_admissions", 1, 0),
    Column("delayed d.", "delayed_days", 1, 0),
    Column("staff 1000 h", "staff_hours", 1e-3, 1),
    Column("cost M", "cost", 1e-6, 1),
    Column("home d./1000", "days_at_home", 1000, 0),
)


def structures() -> list[str]:
    """All of the group, the default first, and those together that leave partnership little, and nothing, but its work."""
    return ["default", *(name for name in groups(folders.configs())["structure"] if name != "default"), *TOGETHER]


def pathsim(*words: str) -> str:
    """What a command writes to stdout."""
    return subprocess.run([sys.executable, "-m", "pathsim", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def swept() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The differences between the care models, and the units' own rows."""
    said = pathsim("sweep", "-m", f"structure={','.join(structures())}", f"replications={REPLICATIONS}", "workers=1", "name=structure")
    folder = Path(said.splitlines()[-1]).parent  # of this sweep: another of the same name has a number
    pathsim("collect", str(folder), "--differences")
    pathsim("collect", str(folder), "--groups", "unit", "--to", str(folder / "units.parquet"))
    wanted = [column.indicator for column in COLUMNS]
    differences = pd.read_parquet(folder / "differences.parquet")
    units = pd.read_parquet(folder / "units.parquet")
    units = units[units["level"].map(UNITS) == units["indicator"]]
    means = units.groupby(["structure", "level", "indicator", "model"])["value"].mean().unstack("model").reset_index()
    return differences[differences["indicator"].isin(wanted)], means


def cell(found: pd.Series, column: Column) -> str:
    """A difference with its interval."""
    value, low, high = (column.times * found[name] for name in ("difference", "low", "high"))
    return f"{value:+,.{column.decimals}f} ({low:+,.{column.decimals}f} to {high:+,.{column.decimals}f})"


def text(differences: pd.DataFrame, units: pd.DataFrame) -> str:
    """Both tables, as they are printed."""
    found = differences.set_index(["structure", "indicator"])
    rows = {name: [cell(found.loc[name, column.indicator], column) for column in COLUMNS] for name in structures()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[column.head for column in COLUMNS])
    use = units.pivot(index="structure", columns="level", values=["relay", "partnership"]).swaplevel(axis=1)
    use = use.sort_index(axis=1, ascending=[True, False])
    return "\n".join([
        f"Partnership less relay, a year, all citizens: mean of {REPLICATIONS} replications and its 95 % interval (chance alone).",
        table.to_string(), "",
        f"Use of units: {', '.join(f'{unit} {what}' for unit, what in UNITS.items())}.",
        use.loc[structures()].round(3).to_string(),
    ])


def main() -> None:
    differences, units = swept()
    wanted = ["structure", "indicator", "unit", "base", "value", "difference", "low", "high", "n"]
    differences[wanted].to_csv(HERE / "table.csv", index=False, float_format="%.6g")
    units.to_csv(HERE / "units.csv", index=False, float_format="%.6g")
    said = text(differences, units)
    (HERE / "table.txt").write_text(said + "\n", encoding="utf-8")
    print(said)


if __name__ == "__main__":
    main()
