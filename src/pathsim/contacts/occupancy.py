"""Claim: a bed is in use from the moment care began until it is given back, whoever lies in it.

So boarders count where they lie, and who waits in a bed for a place elsewhere counts too. The
census is measured against staffed beds: places without the surge, so occupancy may exceed 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.census import Census, area, daily_census, levels
from pathsim.contacts.once import once
from pathsim.contacts.places import code, is_at, units
from pathsim.contacts.record import Run

__all__ = ["Use", "census", "daily_census", "in_use", "levels", "occupancy", "use_of", "used"]


@once
def in_use(run: Run) -> np.ndarray:
    """The contacts (rows) that had a place, joint ones included."""
    return np.flatnonzero(is_at(run) & (run.contacts["begun"].to_numpy() >= 0))


@once
def used(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit (code), begin and end of the time in which each of `in_use` had its place."""
    rows = in_use(run)
    return code(run)[rows], run.contacts["begun"].to_numpy()[rows], run.released[rows]


class Use:
    """Places in use, of one block after another: the census of every unit."""

    def __init__(self) -> None:
        self.blocks = 0

    def add(self, run: Run) -> None:
        if not self.blocks:
            self.units, self.window = units(run), run.window
            self.census = Census(self.window)
        elif list(self.units["unit"]) != list(units(run)["unit"]):
            raise ValueError("blocks of one run must know the same units in the same order")
        self.blocks += 1
        self.census.add(*used(run))
        self._at: list[np.ndarray] | None = None

    def at_each_level(self) -> list[np.ndarray]:
        """For each unit, ms with 0, 1, 2, ... places in use."""
        if self._at is None:
            self._at = [self.census.time_with([i]) for i in range(len(self.units))]
        return self._at

    def total(self) -> np.ndarray:
        """For each unit, ms in use inside the window, all places together."""
        return np.array([area(at) for at in self.at_each_level()], dtype=np.int64)

    def by_unit(self) -> pd.DataFrame:
        """One row per unit (see `occupancy`)."""
        table = self.units
        places = table["places"].to_numpy()
        return self._rows(table["unit"], table["bed"], places, places * table["open_share"].to_numpy(), self.at_each_level())

    def by_sector(self) -> pd.DataFrame:
        """One row per sector with beds, its beds taken together."""
        beds = self.units[self.units["bed"]]
        beds = beds.assign(offered=beds["places"] * beds["open_share"])
        together = beds.groupby("sector", sort=False)[["places", "offered"]].sum()
        at = [self.census.time_with(list(beds.index[beds["sector"] == sector])) for sector in together.index]
        return self._rows(list(together.index), True, together["places"].to_numpy(), together["offered"].to_numpy(), at)

    def _rows(self, names, bed, places, offered, at: list[np.ndarray]) -> pd.DataFrame:
        time = np.array([area(some) for some in at], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.isfinite(offered), time / (offered * self.window.length), np.nan)
        return pd.DataFrame(
            {
                "name": names,
                "bed": bed,
                "places": np.asarray(places, dtype=float),
                "offered": np.asarray(offered, dtype=float) * self.window.length,
                "time": time,
                "mean": time / self.window.length,
                "share": share,
                "above": np.array([some[np.arange(len(some)) > limit].sum() for some, limit in zip(at, places, strict=True)], dtype=float),
            }
        )


@once
def use_of(run: Run) -> Use:
    """The places in use in one run."""
    use = Use()
    use.add(run)
    return use


def occupancy(run: Run, by: str = "unit") -> pd.DataFrame:
    """One row per unit, or (by="sector") one per sector with beds, beds of the sector taken together.

    Columns: name, bed, places, time (ms in use inside the window), mean (number in use), offered and
    share (of the places there are while open), above (ms with more in use than places).
    """
    return use_of(run).by_unit() if by == "unit" else use_of(run).by_sector()


def census(run: Run, unit: str) -> pd.DataFrame:
    """The census of one unit over the measured window: at (ms), level, lasts (ms).

    Raises KeyError if there is no such unit.
    """
    names = run.contacts["unit"].cat.categories
    if unit not in names:
        raise KeyError(unit)
    codes, begin, end = used(run)
    mine = codes == names.get_loc(unit)
    return levels(np.zeros(mine.sum(), dtype=np.int64), begin[mine], end[mine], run.window).drop(columns="group")
