"""Claim: a register extract is contacts, the people who could have had them, and the time in which both were watched.

What has been read and found sound, in pathsim's own units. Nobody's number is in it: a person is a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pathsim.language.quantities import DAY

NEVER = np.iinfo(np.int64).min  # a time that is not there; times before day 0 are negative
HOSPITAL = ("hospital", "psychiatry")


@dataclass(frozen=True)
class Extract:
    """One extract, sound.

    contacts: one row each; person (row in citizens), unit, step, kind (at, wait, handover), task, cause,
    from_step (words or None), asked, begun, ended, released (int64 ms, NEVER), how, acute, bed (bool),
    sector (of the unit's bed, else None), seen (its begin was seen: False for whoever was there before all records).
    citizens: one row each; entered, left (ms, NEVER), dead, counted (bool), stream, attributes. None if not given.
    start, end: the window in ms. observed: since when contacts are recorded (start, or earlier).
    given: columns that the extract had. grid: to what times are written, ms.
    """

    contacts: pd.DataFrame
    citizens: pd.DataFrame | None
    people: int
    start: int
    end: int
    observed: int
    given: frozenset[str]
    grid: int
    source: str
    notes: list[str] = field(default_factory=list)

    @property
    def days(self) -> float:
        return (self.end - self.start) / DAY

    def attribute(self, name: str) -> pd.Series | None:
        """An attribute of all citizens, or None if the extract does not tell it."""
        if self.citizens is None or name not in self.citizens or self.citizens[name][self.counted].isna().any():
            return None
        return self.citizens[name]

    @property
    def counted(self) -> np.ndarray:
        """Who is counted as living here [people]."""
        return np.zeros(self.people, dtype=bool) if self.citizens is None else self.citizens["counted"].to_numpy()
