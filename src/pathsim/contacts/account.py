"""Claim: all that is counted of a run is counted in one pass over its blocks, so no run is too large for memory.

What is added up is added up; what has to be seen whole is kept small: a value for each median or
percentile, and 16 bytes for each stay in use. One block gives the same as the plain functions
(`indicators`, `curves`, `warnings`, `identities`, `discharged`), because these are the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pathsim.contacts.curves import Curves
from pathsim.contacts.identities import Books
from pathsim.contacts.indicators import Indicators
from pathsim.contacts.occupancy import Use
from pathsim.contacts.record import Run
from pathsim.contacts.warnings import Caution, Signs


class Account:
    """What has been counted of the blocks so far."""

    def __init__(self) -> None:
        self._use = Use()
        self._indicators, self._books = Indicators(self._use), Books(self._use)
        self._curves, self._signs = Curves(), Signs()

    def add(self, block: Run) -> None:
        """One block more; it is not kept."""
        for part in (self._use, self._indicators, self._books, self._curves, self._signs):
            part.add(block)

    def indicators(self, standard: pd.Series | None = None) -> pd.DataFrame:
        """As `indicators` of the whole run; `standard` is by default all of its citizens."""
        return self._indicators.table(standard)

    def discharged(self) -> pd.Series | None:
        """As `discharged` of the whole run."""
        return self._indicators.standards.discharged()

    def curves(self) -> pd.DataFrame:
        """As `curves` of the whole run."""
        return self._curves.table()

    def warnings(self) -> list[Caution]:
        """As `warnings` of the whole run."""
        return self._signs.found()

    def identities(self) -> pd.DataFrame:
        """As `identities` of the whole run."""
        return self._books.table()


def account(blocks: Iterable[Run]) -> Account:
    """The account of a run told in blocks (see `split`); there is at least one, if an empty one."""
    found = Account()
    for block in blocks:
        found.add(block)
        del block  # before the next one is made
    return found
