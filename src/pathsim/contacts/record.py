"""Claim: the contact is the unit of record; all that a run says about care can be read from it.

One row for each contact, in the shape of a register extract, so simulated and real care are
counted by the same code. Times are int64 milliseconds from midnight of day 0; -1 means that it
did not happen (before the horizon). A place is in use from `begun` to `given_back`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pathsim.contacts.window import Window
from pathsim.faults import Fault, Faults

NEVER = -1
WORD, TIME, YES_NO = "word", "time", "yes_no"

# column: (what it holds, what stands where an extract has no such column)
CONTACTS = {
    "person": ("int", None),
    "step": (WORD, None),
    "unit": (WORD, None),
    "kind": (WORD, "at"),
    "task": (WORD, None),
    "cause": (WORD, None),
    "from_step": (WORD, None),
    "pool": (WORD, None),
    "asked": (TIME, "begun"),
    "begun": (TIME, None),
    "ended": (TIME, None),
    "given_back": (TIME, "ended"),
    "how": (WORD, "completed"),
    "acute": (YES_NO, False),
    "in_surge": (YES_NO, False),
    "joint": (YES_NO, False),
    "complete": ("float", math.nan),
    "from_start": (YES_NO, False),
    "enrolled": ("int", 0),
    "due": (TIME, NEVER),
    "patient_travel": ("int", 0),
}
CITIZENS = {
    "person": ("int", None),
    "slot": ("int", -1),
    "generation": ("int", 0),
    "stream": (WORD, None),
    "entered": (TIME, 0),
    "left": (TIME, NEVER),
    "reason": (WORD, None),
}
EVENTS = {
    "person": ("int", None),
    "time": (TIME, None),
    "what": (WORD, None),
    "name": (WORD, None),
    "value": (WORD, None),
}
NEEDED = {
    "contacts": ("person", "unit", "begun", "ended"),
    "citizens": ("person",),
    "events": ("person", "time", "what", "name"),
}


@dataclass(frozen=True)
class Run:
    """One replication, or one register extract: its four parts, brought to the record's types.

    contacts, citizens, events: frames with the columns above; what an extract lacks is filled
    in (asked = begun, given_back = ended, everything completed and planned). Persons may have any
    numbers; inside a run `person` is the row in `citizens`, and `id` keeps the original.
    meta: `horizon` (ms, needed), `warm_up` (ms, 0), `day_0` (date), `units` {name: {kind, sector,
    places, staff, open_hours_per_week}}, `costs`, `groups`, `emergency`, `routine_hours`, `citizens`
    (whether there are any: needed only where a run is told in blocks).

    Raises Faults: a column that is needed and missing, a contact or event of an unknown person.
    """

    contacts: pd.DataFrame
    citizens: pd.DataFrame
    events: pd.DataFrame | None = None
    meta: dict | None = None

    def __post_init__(self):
        meta = dict(self.meta or {})
        events = pd.DataFrame(columns=list(EVENTS)) if self.events is None else self.events
        frames = {"contacts": self.contacts, "citizens": self.citizens, "events": events}
        faults = [
            Fault(f"{name}.{column}", "this column is needed and is not there. Add it")
            for name, frame in frames.items()
            for column in NEEDED[name]
            if column not in frame
        ]
        if "horizon" not in meta:
            faults.append(Fault("meta.horizon", "the end of the record is needed, in ms from day 0"))
        if faults:
            raise Faults(faults)
        citizens = _typed(self.citizens, CITIZENS)
        row = _rows_of(citizens)
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        put("meta", meta)
        put("citizens", citizens)
        contacts = _typed(self.contacts, CONTACTS)
        if "how" not in self.contacts:
            contacts["how"] = _how(contacts)
        put("contacts", _of_persons(contacts, row, "contacts"))
        put("events", _of_persons(_typed(events, EVENTS), row, "events"))
        self._every_unit_has_a_code()

    def _every_unit_has_a_code(self):
        """Units in the order of `meta`, also those nobody came to: a zero is a finding too."""
        unit = self.contacts["unit"].cat
        names = list(self.meta.get("units", {}))
        names += [u for u in unit.categories if u not in set(names)]
        if names != list(unit.categories):
            self.contacts["unit"] = unit.set_categories(names)

    @cached_property
    def known(self) -> dict:
        """What has been worked out of this record (see `once`)."""
        return {}

    @cached_property
    def counted(self) -> np.ndarray:
        """Who is counted: where there are citizens, they alone; people from elsewhere only fill the units.

        A block need not have a citizen to know that there are some: then meta["citizens"] says so.
        """
        here = self.citizens["slot"].to_numpy() >= 0
        return here if self.meta.get("citizens", here.any()) else np.ones(len(here), dtype=bool)

    @property
    def window(self) -> Window:
        """The measured time: after the warm-up, before the horizon."""
        return Window(int(self.meta.get("warm_up", 0)), int(self.meta["horizon"]))

    @cached_property
    def released(self) -> np.ndarray:
        """When the place was given back; the horizon if it is still in use, -1 if there was none."""
        back, begun = self.contacts["given_back"].to_numpy(), self.contacts["begun"].to_numpy()
        still = np.where(begun >= 0, self.window.end, NEVER)
        return np.where((back >= 0) & (begun >= 0), back, still)

    @cached_property
    def left(self) -> np.ndarray:
        """When each citizen left the model; the horizon if still there."""
        left = self.citizens["left"].to_numpy()
        return np.where(left >= 0, left, self.window.end)

    @cached_property
    def dead(self) -> np.ndarray:
        """Whether each citizen left by death."""
        reason = self.citizens["reason"] == "dead"
        return reason.to_numpy(dtype=bool) & (self.citizens["left"].to_numpy() >= 0)


def is_yes(column: pd.Series) -> np.ndarray:
    """Yes or no, however an extract spells it.

    >>> is_yes(pd.Series(["yes", "no", None])).tolist()
    [True, False, False]
    """
    if column.dtype == bool:
        return column.to_numpy()
    return column.isin([True, "yes", "true", "True", "1"]).to_numpy(dtype=bool)


def _instead(frame: pd.DataFrame, what: str, otherwise):
    """A column that an extract lacks."""
    if otherwise is None:
        return pd.Categorical.from_codes(np.full(len(frame), -1, dtype=np.int8), categories=[])
    if isinstance(otherwise, str) and otherwise in frame:
        return frame[otherwise]
    if what == WORD:
        return pd.Categorical.from_codes(np.zeros(len(frame), dtype=np.int8), categories=[otherwise])
    return otherwise


def _typed(frame: pd.DataFrame, columns: dict) -> pd.DataFrame:
    frame = frame.reset_index(drop=True).copy(deep=False)
    for name, (what, otherwise) in columns.items():
        if name not in frame:
            frame[name] = _instead(frame, what, otherwise)
        column = frame[name]
        if what == WORD:
            if not isinstance(column.dtype, pd.CategoricalDtype):
                frame[name] = column.astype("category")
        elif what in (TIME, "int"):
            if column.dtype != np.int64:
                frame[name] = column.fillna(NEVER).astype(np.int64)
        elif what == YES_NO:
            frame[name] = is_yes(column)
        else:
            frame[name] = column.astype(float)
    return frame


def _how(contacts: pd.DataFrame) -> pd.Categorical:
    """An extract that does not say how contacts ended: completed, unless still there."""
    there = (contacts["given_back"] < 0).to_numpy()
    return pd.Categorical.from_codes(there.astype(np.int8), categories=["completed", "censored"])


def _rows_of(citizens: pd.DataFrame) -> pd.Index:
    """Where each person stands in `citizens`."""
    person = citizens["person"].to_numpy()
    if np.array_equal(person, np.arange(len(person))):
        return pd.RangeIndex(len(person))
    if len(np.unique(person)) < len(person):
        raise Faults([Fault("citizens.person", "one person has two rows. Keep one row a person")])
    citizens["id"] = person
    citizens["person"] = np.arange(len(person))
    first = int(person[0])
    following = np.array_equal(person, np.arange(first, first + len(person)))
    return pd.RangeIndex(first, first + len(person)) if following else pd.Index(person)


def _of_persons(frame: pd.DataFrame, row: pd.Index, name: str) -> pd.DataFrame:
    person = frame["person"].to_numpy()
    rows = row.get_indexer(person)
    if (rows < 0).any():
        unknown = person[rows < 0][0]
        raise Faults([Fault(f"{name}.person", f"{unknown} is not in citizens. Add that person")])
    frame["person"] = rows.astype(np.int64)
    return frame
