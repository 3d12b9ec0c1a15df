"""Claim: an extract that contradicts itself is mended by who knows it, not guessed at here.

Everything that is wrong is said in one message, each kind with its rows; nothing is estimated from what is left.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .extract import NEVER
from .rows import Told, may_say, rows_of

CODES_SHOWN = 5


def check_words(told: Told, column: pd.Series, allowed: set[str], where: str, mend: str, persons: pd.Series, needed: bool = False) -> None:
    """Every word is one that the care system knows."""
    missing = column.isna().to_numpy()
    if needed:
        told.rows(where, missing, "missing. Fill in every row")
    wrong = ~missing & ~column.isin(allowed).to_numpy()
    values = list(dict.fromkeys(column[wrong]))
    numbers = set(persons[wrong].astype(str)) if wrong.any() else set()
    for value in values[:CODES_SHOWN]:
        told.whole(where, f"{rows_of(wrong & (column == value).to_numpy(bool), told.numbers)}: {may_say(value, numbers)} is not known. {mend}")
    if len(values) > CODES_SHOWN:
        told.whole(where, f"{len(values) - CODES_SHOWN} more words are not known. {mend}")


def check_times(told: Told, rows: pd.DataFrame, start: int, end: int, strict: bool) -> None:
    """Begins before ends, all of it in the window. strict: the window was given, and contacts over before it have no place."""
    asked, begun, ended = (rows[name].to_numpy() for name in ("asked", "begun", "ended"))
    negative = (begun != NEVER) & (ended != NEVER) & (ended < begun)
    told.rows("contacts: ended", negative, "ends before it begins (a negative stay). Correct the row, or its time zone")
    told.rows("contacts: asked", (asked != NEVER) & (begun != NEVER) & (begun < asked), "begins before it was asked for. Correct the row")
    told.rows("contacts: begun", (begun != NEVER) & (begun > end), "begins after the window of the extract. Correct it, its time zone, or --until")
    late = (ended != NEVER) & (ended > end)
    told.rows("contacts: ended", late, "ends after the window of the extract. Correct it, its time zone, or --until; leave it empty if it goes on")
    if strict:
        told.rows("contacts: ended", (ended != NEVER) & (ended < start), "is over before the window of the extract. Leave it out, or correct --from")


def check_people(told: Told, rows: pd.DataFrame, citizens: pd.DataFrame, day: int) -> None:
    """Contacts belong to someone who was born, and lived."""
    person = rows["person"].to_numpy()
    known = person >= 0
    told.rows("contacts: person", ~known, "this person is not among the citizens. Add the row of the person, or leave the contact out")
    left = np.where(known, citizens["left"].to_numpy()[person], NEVER)
    dead = known & citizens["dead"].to_numpy()[person]
    born = np.where(known, citizens["born"].to_numpy()[person], NEVER)
    begun, ended = rows["begun"].to_numpy(), rows["ended"].to_numpy()
    gone = (left != NEVER) & (begun != NEVER)
    told.rows("contacts: begun", gone & dead & (begun > left), "begins after the person's death. Correct it, or the date of death")
    told.rows("contacts: begun", gone & ~dead & (begun > left), "begins after the person has left. Correct it, or the date of leaving")
    told.rows("contacts: ended", gone & dead & (begun <= left) & (ended != NEVER) & (ended > left + day), "goes on for more than a day after death. Correct it")
    told.rows("contacts: begun", (born != NEVER) & (begun != NEVER) & (begun < born), "begins before the person's birth. Correct it, or the date of birth")


def check_twice(told: Told, rows: pd.DataFrame, identity: pd.Series | None, end: int) -> None:
    """No contact is there twice, and nobody is in two beds at a time."""
    own = [name for name in ("person", "unit", "step", "kind", "task", "asked", "begun", "ended") if name in rows]
    twice = rows.duplicated(subset=own, keep="first").to_numpy()
    if identity is not None:
        same = (identity.notna() & identity.duplicated(keep="first")).to_numpy() & ~twice
        told.rows("contacts: contact", same, "this contact's number is there already. Keep one row a contact")
    told.rows("contacts", twice, "the same contact is there already (person, unit, times). Keep one row a contact")
    begun = rows["begun"].to_numpy()
    beds = np.flatnonzero(rows["bed"].to_numpy() & (begun != NEVER) & (rows["person"].to_numpy() >= 0) & ~twice)
    its = rows.iloc[beds]
    order = np.lexsort((its["ended"].to_numpy(), its["begun"].to_numpy(), its["person"].to_numpy()))
    beds = beds[order]
    person, begun = rows["person"].to_numpy()[beds], begun[beds]
    ended = rows["ended"].to_numpy()[beds]
    stop = np.maximum(np.where(ended == NEVER, end, ended), begun)
    if not len(beds):
        return
    low = int(min(begun.min(), stop.min()))
    lift = np.cumsum(np.append(0, np.diff(person) != 0)) * (int(stop.max()) - low + 1)
    furthest = np.maximum.accumulate(stop - low + lift) - lift + low
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[beds[1:]] = (np.diff(person) == 0) & (begun[1:] < furthest[:-1])
    told.rows("contacts: begun", wrong, "overlapping admissions: this person is in another bed already. End the one before, or join them")
