"""Claim: a readmission is counted from discharge, and whoever died or is still followed is known.

*Official* (G003): an acute admission that starts within k days of discharge from an admission of
the same branch. *Raw*: the next request for a hospital bed, whether or not a bed was had in the
end; this is the time that theory speaks of, queues left out. Each discharge alive is an index,
also a readmission. Shares are of index discharges with all k days before the horizon; the rows
here carry time and outcome for every index, for curves with censoring.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.once import once
from pathsim.contacts.places import branch
from pathsim.contacts.record import Run
from pathsim.contacts.stays import stays
from pathsim.contacts.window import DAY

OUTCOMES = ("readmitted", "died", "left", "censored")


@once
def readmissions(run: Run, official: bool = True) -> pd.DataFrame:
    """One row per index: discharges alive from an admission, inside the measured window.

    Columns: person, branch, discharged (ms), after (ms until the outcome), outcome (one of
    OUTCOMES, whichever came first; censored at the horizon).
    """
    table = stays(run, official)
    index = table["admission"] & table["alive"] & run.window.happens(table["end"])
    found = table[index.to_numpy()]
    person, discharged = found["person"].to_numpy(), found["end"].to_numpy()
    again = _next_admission(table)[index.to_numpy()] if official else _next_request(run, found)
    dead = np.where(run.dead[person], run.left[person], run.window.end + 1)
    gone = np.where(run.citizens["left"].to_numpy()[person] >= 0, run.left[person], run.window.end + 1)
    ends = np.stack([again, dead, gone, np.full(len(found), run.window.end)])
    ends[0][again < 0] = run.window.end + 1
    first = ends.argmin(axis=0)
    return pd.DataFrame(
        {
            "person": person,
            "branch": found["branch"].to_numpy(),
            "discharged": discharged,
            "after": ends.min(axis=0) - discharged,
            "outcome": pd.Categorical.from_codes(first, categories=list(OUTCOMES)),
        }
    )


def within(run: Run, index: pd.DataFrame, days: float, outcome: str = "readmitted") -> pd.DataFrame:
    """The index discharges followed for `days`, with `yes`: the outcome came within them."""
    there = run.window.followed(index["discharged"].to_numpy(), days)
    yes = (index["outcome"].cat.codes.to_numpy() == OUTCOMES.index(outcome)) & (index["after"].to_numpy() <= round(days * DAY))
    return index.assign(yes=yes)[there]


def _next_admission(table: pd.DataFrame) -> np.ndarray:
    """Start of the next acute admission of the same person and branch; -1 if none."""
    start, person, branches = (table[c].to_numpy() for c in ("start", "person", "branch"))
    counts = np.flatnonzero(table["admission"] & table["acute"])
    place = np.searchsorted(counts, np.arange(len(table)), side="right")
    there = place < len(counts)
    following = np.append(counts, 0)[np.where(there, place, len(counts))]
    if not len(table):
        return np.zeros(0, dtype=np.int64)
    same = there & (person[following] == person) & (branches[following] == branches)
    return np.where(same, start[following], -1)


def _next_request(run: Run, found: pd.DataFrame) -> np.ndarray:
    """The next asking for a bed of the same branch after discharge; -1 if none."""
    branches = branch(run)
    at = branches >= 0
    span, people = run.window.end + 1, len(run.citizens)
    place = branches[at] * people + run.contacts["person"].to_numpy()[at]
    keys = np.sort(place * span + run.contacts["asked"].to_numpy()[at])
    mine = (found["branch"].to_numpy() * people + found["person"].to_numpy()) * span
    return first_after(keys, mine, found["end"].to_numpy() + 1, span)


def first_after(keys: np.ndarray, mine: np.ndarray, time: np.ndarray, span: int) -> np.ndarray:
    """The first time at or after `time` among sorted keys (whose * span + when); -1 if none.

    >>> first_after(np.array([103, 108, 204]), np.array([100, 200]), np.array([4, 5]), 100).tolist()
    [8, -1]
    """
    place = np.searchsorted(keys, mine + time, side="left")
    found = np.append(keys, -1)[place]
    return np.where((place < len(keys)) & (found < mine + span), found - mine, -1)
