"""Claim: time in the model is either spent in a bed somewhere or lived at home.

Person-years are time in the model inside the window; days at home are what is left of them when
time in beds (of any sector) is taken away. The dead live no days, so deaths stand beside.
"""

from __future__ import annotations

import numpy as np

from pathsim.contacts.places import code, in_bed, of_unit, units
from pathsim.contacts.record import Run

HOME = "home"


def time_at_risk(run: Run) -> np.ndarray:
    """Milliseconds in the model inside the window, for each citizen."""
    return run.window.inside(run.citizens["entered"].to_numpy(), run.left)


def time_in_bed(run: Run) -> np.ndarray:
    """Milliseconds in any bed inside the window, for each citizen."""
    begun = run.contacts["begun"].to_numpy()
    rows = np.flatnonzero(in_bed(run) & (begun >= 0))
    inside = run.window.inside(begun[rows], run.released[rows])
    return np.bincount(run.contacts["person"].to_numpy()[rows], inside, minlength=len(run.citizens))


def deaths(run: Run) -> np.ndarray:
    """The citizens (rows) who died inside the window."""
    return np.flatnonzero(run.dead & run.window.happens(run.citizens["left"].to_numpy()))


def place_of_death(run: Run) -> np.ndarray:
    """For each of `deaths`: the sector of the bed that the death gave back, else home."""
    sector = units(run)["sector"].to_numpy(dtype=object)
    back = run.contacts["given_back"].to_numpy()
    person = run.contacts["person"].to_numpy()
    last = in_bed(run) & (back >= 0) & (back == run.citizens["left"].to_numpy()[person])
    place = np.full(len(run.citizens), HOME, dtype=object)
    place[person[last]] = of_unit(code(run)[last], sector, HOME)
    return place[deaths(run)]
