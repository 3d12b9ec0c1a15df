"""Claim: what a patient meets after discharge is the first contact anywhere but a hospital bed.

A municipal bed entered at the moment of discharge is such a contact, after no time at all. A
return to a hospital bed, or death, before any contact means that nobody came in time: these
compete, they are not censored.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.once import once
from pathsim.contacts.places import branch, is_own
from pathsim.contacts.readmissions import first_after
from pathsim.contacts.record import Run
from pathsim.contacts.stays import stays


@once
def first_contacts(run: Run) -> pd.DataFrame:
    """One row per admission discharged alive in the window.

    Columns: person, branch, discharged (ms), after (ms to the first contact; -1 if a hospital bed,
    death or the horizon came first).
    """
    table = stays(run, True)
    found = table[(table["admission"] & table["alive"] & run.window.happens(table["end"])).to_numpy()]
    person, discharged = found["person"].to_numpy(), found["end"].to_numpy()
    begun = run.contacts["begun"].to_numpy()
    span = run.window.end + 1
    key = run.contacts["person"].to_numpy() * span + begun
    hospital = branch(run) >= 0
    contact = is_own(run) & ~hospital & (begun >= 0)
    met = first_after(np.sort(key[contact]), person * span, discharged, span)
    back = first_after(np.sort(key[hospital & (begun >= 0)]), person * span, discharged, span)
    limit = np.minimum(np.where(back >= 0, back, span), run.left[person])
    return pd.DataFrame(
        {
            "person": person,
            "branch": found["branch"].to_numpy(),
            "discharged": discharged,
            "after": np.where((met >= 0) & (met <= limit), met - discharged, -1),
        }
    )
