"""Claim: three curves tell most of a pathway: beds in use by day, and by day after discharge who is
seen and who comes back.

Each is told as a numerator and a denominator a day, so that blocks and replications can be added up.
The readmission curve ends at the official 30-day share, because both have the same discharges.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.census import Daily
from pathsim.contacts.followup import first_contacts
from pathsim.contacts.occupancy import used
from pathsim.contacts.places import BRANCHES, branch, of_unit, units
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY

COLUMNS = ["curve", "day", "value", "of"]
SHOWN_DAYS = 364  # 52 whole weeks of the first measured year
FOLLOWED = 30
HOSPITAL = "hospital"


class Curves:
    """What the curves are made of, of one block after another."""

    def __init__(self) -> None:
        self._beds: Daily | None = None
        self._there = [False for _ in BRANCHES]  # whether anybody was ever asked into a bed of the branch
        self._after = [{"readmitted": _Cumulative(), "contact": _Cumulative()} for _ in BRANCHES]

    def add(self, run: Run) -> None:
        self._add_beds(run)
        index, met = readmissions(run, True), first_contacts(run)
        for b, after in enumerate(self._after):
            self._there[b] |= bool((branch(run) == b).any())
            back = within(run, index[index["branch"] == b], FOLLOWED)
            after["readmitted"].add(back["after"].where(back["outcome"] == "readmitted", -1).to_numpy())
            seen = met[(met["branch"] == b) & run.window.followed(met["discharged"], FOLLOWED)]
            after["contact"].add(seen["after"].to_numpy())

    def _add_beds(self, run: Run) -> None:
        window, mine = run.window, _hospital(units(run))
        days = min(int(window.length // DAY), SHOWN_DAYS)
        if not mine.any() or days < 1:
            return
        self._beds = self._beds or Daily(window.start, days)
        unit, begin, end = used(run)
        here = of_unit(unit, mine, False)
        self._beds.add(begin[here], end[here])

    def table(self) -> pd.DataFrame:
        """Rows (see `curves`). After discharge from somatic admissions; from psychiatric ones where there are no others."""
        beds = pd.DataFrame(columns=COLUMNS)
        if self._beds is not None:
            beds = pd.DataFrame({"curve": "beds", "day": np.arange(self._beds.days), "value": self._beds.present(), "of": 1.0})
        told = [self._after[self._there.index(True)]] if any(self._there) else []
        return pd.concat([beds, *(cumulative.curve(name) for after in told for name, cumulative in after.items())], ignore_index=True)[COLUMNS]


class _Cumulative:
    """How many of all it has happened to by each day; -1 is never."""

    def __init__(self) -> None:
        self._by_day, self._of = np.zeros(FOLLOWED + 1, dtype=np.int64), 0

    def add(self, after: np.ndarray) -> None:
        came = np.sort(after[after >= 0])
        self._by_day += np.searchsorted(came, np.arange(FOLLOWED + 1) * DAY, side="right")
        self._of += len(after)

    def curve(self, name: str) -> pd.DataFrame:
        return pd.DataFrame({"curve": name, "day": np.arange(FOLLOWED + 1), "value": self._by_day, "of": float(self._of)})


def curves(run: Run) -> pd.DataFrame:
    """Rows of curve (beds, readmitted, contact), day, value, of (denominator)."""
    found = Curves()
    found.add(run)
    return found.table()


def staffed(run: Run) -> float:
    """Staffed beds of the hospital; inf where they are unlimited, 0 where there are none."""
    table = units(run)
    return float(table.loc[_hospital(table), "places"].sum())


def _hospital(table: pd.DataFrame) -> pd.Series:
    return table["bed"] & (table["sector"] == HOSPITAL)
