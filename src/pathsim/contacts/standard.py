"""Claim: whom results are standardised to is said once, and then the same for all that is compared.

By default the citizens of day 0; in a comparison those discharged in the first care model.
"""

from __future__ import annotations

import pandas as pd

from pathsim.contacts.counted import Counted
from pathsim.contacts.groups import standard_of, strata
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.record import Run

FOLLOWED = 30


class Standards:
    """Citizens, and index discharges, by age band and sex: of one block after another."""

    def __init__(self) -> None:
        self._citizens, self._discharged = Counted(1, int), Counted(1, int)
        self.known = True  # age and sex are recorded

    def add(self, run: Run) -> None:
        self.known = self.known and strata(run) is not None
        if self.known:
            index = within(run, readmissions(run, True), FOLLOWED)["person"].to_numpy()
            for counted, number in ((self._citizens, standard_of(run)), (self._discharged, standard_of(run, index))):
                counted.add(list(number.index), number.to_numpy()[:, None])

    def citizens(self) -> pd.Series | None:
        """None if age or sex is not recorded."""
        return _series(self._citizens) if self.known else None

    def discharged(self) -> pd.Series | None:
        """None if age or sex is not recorded, or nobody is discharged."""
        return _series(self._discharged) if self.known and self._discharged.words else None


def _series(counted: Counted) -> pd.Series:
    return pd.Series(counted.values[:, 0], index=counted.words, name="count").sort_index()


def discharged(run: Run) -> pd.Series | None:
    """The standard population of a comparison: age and sex of who is discharged in the first care model.

    None if age or sex is not recorded, or nobody is discharged.
    """
    found = Standards()
    found.add(run)
    return found.discharged()
