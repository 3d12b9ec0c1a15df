"""Claim: three curves tell most of a pathway: beds in use by day, and by day after discharge who is
seen and who comes back.

Each is told as a numerator and a denominator a day, so that replications can be added up. The
readmission curve ends at the official 30-day share, because both have the same discharges.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts import Run
from pathsim.contacts.followup import first_contacts
from pathsim.contacts.occupancy import daily_census, in_use
from pathsim.contacts.places import branch, code, of_unit, units
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.stays import stays
from pathsim.contacts.window import DAY

COLUMNS = ["curve", "day", "value", "of"]
SHOWN_DAYS = 364  # 52 whole weeks of the first measured year
FOLLOWED = 30
HOSPITAL = "hospital"


def curves(run: Run) -> pd.DataFrame:
    """Rows of curve (beds, readmitted, contact), day, value, of (denominator)."""
    return pd.concat([_beds(run), *_after_discharge(run)], ignore_index=True)[COLUMNS]


def staffed(run: Run) -> float:
    """Staffed beds of the hospital; inf where they are unlimited, 0 where there are none."""
    table = units(run)
    return float(table.loc[_hospital(table), "places"].sum())


def _hospital(table: pd.DataFrame) -> pd.Series:
    return table["bed"] & (table["sector"] == HOSPITAL)


def _beds(run: Run) -> pd.DataFrame:
    table, window = units(run), run.window
    mine = _hospital(table)
    days = min(int(window.length // DAY), SHOWN_DAYS)
    if not mine.any() or days < 1:
        return pd.DataFrame(columns=COLUMNS)
    rows = in_use(run)
    rows = rows[of_unit(code(run)[rows], mine, False)]
    begin, end = run.contacts["begun"].to_numpy()[rows], run.released[rows]
    present = daily_census(begin - window.start, end - window.start, days)
    return pd.DataFrame({"curve": "beds", "day": np.arange(days), "value": present, "of": 1.0})


def _after_discharge(run: Run) -> list[pd.DataFrame]:
    """Of discharges from somatic admissions (psychiatric where there are no other): came back, were seen."""
    here = branch(run)
    which = 0 if (here == 0).any() else 1
    if not (here == which).any():
        return []
    official = stays(run)
    index = readmissions(run, True, official)
    back = within(run, index[index["branch"] == which], FOLLOWED)
    met = first_contacts(run, official)
    met = met[(met["branch"] == which) & run.window.followed(met["discharged"], FOLLOWED)]
    again = back["after"].where(back["outcome"] == "readmitted", -1)
    return [_cumulative("readmitted", again.to_numpy()), _cumulative("contact", met["after"].to_numpy())]


def _cumulative(name: str, after: np.ndarray) -> pd.DataFrame:
    """How many of all it has happened to by each day; -1 is never."""
    days = np.arange(FOLLOWED + 1)
    came = np.sort(after[after >= 0])
    return pd.DataFrame({"curve": name, "day": days, "value": np.searchsorted(came, days * DAY, side="right"), "of": float(len(after))})
