"""What would have turned the Odense trial: one change to how it was carried out at a time, then all of them.

    python experiments/odense/turned.py [replications]
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import pathsim

OLDER = "levers.odense_older"
STEPS = f"{OLDER}.changes.steps"
CHANGES = {
    "as it was carried out": [],
    "every patient sorted gets a plan": [f"{STEPS}.plan_or_not.choose.plan_hour=1"],
    "what is agreed is done each time": [f"{OLDER}.fidelity=1", "levers.odense_sick_leave.fidelity=1"],
    "nobody writes twice": [f"{STEPS}.call_gp.for.plus='0 min'", f"{STEPS}.nurse_visit.for.plus='0 min'"],
    "plans set no more care going": [
        f"{STEPS}.palette.do={{training: 0, daily_nursing: 0, team_visits: 0, sent_to_clinic: 0}}",
        f"{STEPS}.plan_reviewed.done={{training: 0, daily_nursing: 0, sent_to_clinic: 0}}",
    ],
    "a plan works as in the best reviews": [f"{OLDER}.changes.effects.shared_plan_made.worsening={{0-180 d: 0.85}}"],
}
CHANGES["all of these"] = [change for changes in CHANGES.values() for change in changes]
SHOWN = ["contacts", "readmission_30", "acute_admissions", "bed_days", "preventable_stays", "sick_leave_weeks", "staff_hours", "cost"]


def table(replications: int) -> pd.DataFrame:
    """The difference to relay with its interval, a row for each change and indicator."""
    found = []
    for name, changes in CHANGES.items():
        system = pathsim.load("scenario=odense_integrated_care", *changes)
        all_of_them = pathsim.compare(system, replications=replications, minimum=replications)
        rows = all_of_them[(all_of_them["group"] == "all") & all_of_them["indicator"].isin(SHOWN)]
        found.append(rows[["indicator", "base", "difference", "low", "high"]].assign(change=name))
    return pd.concat(found, ignore_index=True)


def main() -> None:
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    result = table(replications)
    result.to_csv(Path(__file__).with_name("turned.csv"), index=False, float_format="%.5g")
    for indicator in SHOWN:
        rows = result[result["indicator"] == indicator]
        print(f"\n{indicator}: relay {rows['base'].iloc[0]:,.4g}")
        for row in rows.itertuples():
            print(f"  {row.change:38} {row.difference:+12,.4g}   {row.low:+,.4g} to {row.high:+,.4g}")


if __name__ == "__main__":
    main()
