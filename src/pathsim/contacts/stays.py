"""Claim: a stay is what a register makes of contacts, and there are two honest ways to make it.

*Official* (eSundhed, G001, G002): hospital contacts of one branch that overlap or are at most 4 h
apart are one stay; a stay of 12 h or more, from the earliest in to the latest out, is an
admission; a shorter one is an acute contact. *Raw*: only beds that follow each other without a
break (the next asked for before the last was given back) are one stay, and every stay counts.
All in whole milliseconds, so a gap of exactly 4 h joins and a stay of exactly 12 h counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.once import once
from pathsim.contacts.places import branch, code
from pathsim.contacts.record import Run
from pathsim.contacts.window import HOUR

JOINED = 4 * HOUR
COUNTED = 12 * HOUR


@once
def stays(run: Run, official: bool = True) -> pd.DataFrame:
    """One row per stay of those who are counted (see `groups`), ordered by branch, person, start.

    Columns: person; branch (0 somatic, 1 psychiatric); unit (code of the first); asked (of the
    first), start, end in ms (the horizon if still in); closed: has ended; alive: closed, and not by
    death; acute: began acutely; admission; from_start: was in on day 0; contacts: how many.
    """
    rows = run.contacts
    branches, released = branch(run), run.released
    begun = rows["begun"].to_numpy()
    at = np.flatnonzero((branches >= 0) & (begun >= 0) & run.counted[rows["person"].to_numpy()])
    key = branches[at] * len(run.citizens) + rows["person"].to_numpy()[at]
    order = np.argsort(key * (run.window.end + 1) + begun[at], kind="stable")
    at, key = at[order], key[order]
    asked, begun, released = rows["asked"].to_numpy()[at], begun[at], released[at]
    first = _firsts(key, begun if official else asked, released, JOINED if official else 0)
    if not len(at):
        first = np.zeros(0, dtype=np.int64)
    ends = np.maximum.reduceat(released, first) if len(first) else first
    closed = np.minimum.reduceat(rows["given_back"].to_numpy()[at], first) >= 0 if len(first) else first > 0
    person = rows["person"].to_numpy()[at][first]
    died = run.dead[person] & (run.left[person] <= ends)
    start = begun[first]
    return pd.DataFrame(
        {
            "person": person,
            "branch": branches[at][first],
            "unit": code(run)[at][first],
            "asked": asked[first],
            "start": start,
            "end": ends,
            "closed": closed,
            "alive": closed & ~died,
            "acute": rows["acute"].to_numpy()[at][first],
            "admission": ends - start >= COUNTED if official else np.ones(len(first), dtype=bool),
            "from_start": rows["from_start"].to_numpy()[at][first],
            "contacts": np.diff(np.append(first, len(at))),
        }
    )


def _firsts(key: np.ndarray, begin: np.ndarray, end: np.ndarray, gap: int) -> np.ndarray:
    """Where a new stay begins: a new person, or more than `gap` after all before has ended.

    >>> _firsts(np.array([0, 0, 0]), np.array([0, 2, 20]), np.array([9, 3, 25]), 10).tolist()
    [0, 2]
    """
    if not len(key):
        return np.zeros(0, dtype=np.int64)
    # the furthest end so far, restarted for each key by lifting each key above the one before
    rank = np.cumsum(np.append(0, np.diff(key) != 0))
    lift = rank * (int(end.max()) + 1)
    furthest = np.maximum.accumulate(end + lift) - lift
    new = np.append(True, (np.diff(key) != 0) | (begin[1:] - furthest[:-1] > gap))
    return np.flatnonzero(new)
