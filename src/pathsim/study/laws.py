"""Laws that hold on every run, whatever the distributions: a run that breaks one is wrong.

No statistics here: counts that must come out exactly. Little's law, the utilisation law, the
flow balance and the order of times are the identities of the record; added here are what a record
can satisfy and a queue cannot do.
"""

from __future__ import annotations

import numpy as np

from pathsim.contacts import Run
from pathsim.contacts.identities import identities
from pathsim.contacts.occupancy import levels
from pathsim.contacts.places import pools
from pathsim.contacts.window import Window
from pathsim.study.measures import View, held, queued


def broken_laws(run: Run) -> list[str]:
    """What a run does that it cannot do; empty if all is well.

    Never more in care than places; nobody waits while a place is free; who came has left or is
    somewhere. For units always open and without surge, whose places are all for everybody.
    """
    table = identities(run)
    wrong = table[table["error"] != 0]
    view = View(run, 0, int(run.meta["horizon"]))
    return [
        *(f"{row.unit}: {row.name} is off by {row.error}" for row in wrong.itertuples(index=False)),
        *_nobody_lost(view),
        *(law for name, unit in run.meta["units"].items() for law in _places(view, name, sum(pools(unit).values()))),
    ]


def _nobody_lost(view: View) -> list[str]:
    still_in = int((view.citizens["left"] < 0).sum())
    cut_off = view.contacts.loc[view.contacts["how"] == "censored", "person"].nunique()
    return [] if still_in == cut_off else [f"flow: {still_in} have not left, {cut_off} are somewhere at the end"]


def _places(view: View, unit: str, limit: float) -> list[str]:
    care = _staircase(*held(view, unit), view.horizon)
    queue = _staircase(*queued(view.contacts[view.contacts["unit"] == unit], view.horizon), view.horizon)
    broken = []
    if care[1].max() > limit:
        broken.append(f"{unit}: {care[1].max()} in care at {limit:g} places")
    moments = np.concatenate([care[0], queue[0]])
    if ((_level(queue, moments) > 0) & (_level(care, moments) < limit)).any():
        broken.append(f"{unit}: somebody waits while a place is free")
    return broken


def _staircase(since: np.ndarray, until: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Times of change and how many are there from then on; nobody at 0."""
    steps = levels(np.zeros(len(since), dtype=np.int64), since, until, Window(0, horizon))
    return np.append(-1, steps["at"]), np.append(0, steps["level"])


def _level(staircase: tuple[np.ndarray, np.ndarray], moments: np.ndarray) -> np.ndarray:
    times, number = staircase
    return number[np.searchsorted(times, moments, side="right") - 1]
