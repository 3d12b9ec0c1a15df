"""Claim: a bed held after care was completed is a delayed discharge, unless a ward is what lacks.

The days between *ended* and *given back* of a hospital bed are delayed-discharge days. If the
person was in that time in the queue for another bed of the same sector, and the bed was given
back at the instant that queue was left, the hospital waits for itself: an internal wait.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.once import once
from pathsim.contacts.places import branch, code, in_bed, of_unit, queue_exit, units
from pathsim.contacts.record import Run


@once
def delays(run: Run) -> pd.DataFrame:
    """One row per hospital bed held after care was completed.

    Columns: person; branch; unit (code); begin (care completed), end (bed given back, or the
    horizon) in ms; internal: waited for a bed of the same sector; waits_for: code of the unit
    whose bed was then had (or is still waited for), -1 if none.
    """
    rows = run.contacts
    branches, released, codes = branch(run), run.released, code(run)
    ended = rows["ended"].to_numpy()
    held = np.flatnonzero((branches >= 0) & (ended >= 0) & (released > ended) & (rows["begun"] >= 0))
    person = rows["person"].to_numpy()
    successor, internal = _successors(run, person[held], released[held], branches[held])
    return pd.DataFrame(
        {
            "person": person[held],
            "branch": branches[held],
            "unit": codes[held],
            "begin": ended[held],
            "end": released[held],
            "internal": internal,
            "waits_for": successor,
        }
    )


def _successors(run: Run, person, release, branches) -> tuple[np.ndarray, np.ndarray]:
    """Which unit's bed the release went with, and whether a bed of the same sector was queued for."""
    bed, exits, codes = in_bed(run), queue_exit(run), code(run)
    rows = run.contacts
    span = run.window.end + 1
    key = rows["person"].to_numpy() * span + exits
    mine = person * span + release

    there = rows["begun"].to_numpy() >= 0
    waiting = ~there & (rows["ended"].to_numpy() < 0)
    had = np.flatnonzero(bed & (there | waiting))
    had = had[np.argsort(key[had], kind="stable")]
    place = np.searchsorted(key[had], mine)
    found = np.append(had, -1)[np.minimum(place, len(had))]
    match = (found >= 0) & (np.append(key, -1)[found] == mine)
    successor = np.where(match, np.append(codes, -1)[found], -1)

    same = bed & (of_unit(codes, units(run)["branch"], -1) >= 0)
    in_branch = of_unit(codes, units(run)["branch"], -1)[same]
    queued = key[same] * 2 + in_branch
    return successor, np.isin(mine * 2 + branches, queued)
