"""Claim: a fact about a person holds from the moment it is recorded until it is changed.

Before the first record it is what the person came with (the column of that name in `citizens`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.record import Run, is_yes


def recorded(run: Run, name: str) -> bool:
    """Whether the run knows of the fact at all."""
    return name in run.citizens or bool((run.events["name"] == name).any())


def changes(run: Run, name: str) -> pd.DataFrame:
    """Every time the fact is set: person, time, yes; the state on entry first. By person and time."""
    citizens, events = run.citizens, run.events
    at_first = pd.DataFrame(
        {
            "person": citizens["person"],
            "time": citizens["entered"],
            "yes": is_yes(citizens[name]) if name in citizens else np.zeros(len(citizens), dtype=bool),
        }
    )
    said = events[(events["what"] == "fact") & (events["name"] == name)]
    later = pd.DataFrame({"person": said["person"], "time": said["time"], "yes": is_yes(said["value"])})
    both = pd.concat([at_first, later], ignore_index=True)
    return both.sort_values(["person", "time"], kind="stable", ignore_index=True)


def held(run: Run, name: str) -> pd.DataFrame:
    """The stretches in which the fact was `yes`: person, begin, end in ms (the horizon at the latest)."""
    said = changes(run, name)
    person = said["person"].to_numpy()
    following = np.append(said["time"].to_numpy()[1:], 0)
    last = np.append(person[1:] != person[:-1], True)
    stretch = pd.DataFrame(
        {
            "person": person,
            "begin": said["time"],
            "end": np.where(last, run.left[person], np.minimum(following, run.left[person])),
        }
    )
    return stretch[said["yes"].to_numpy() & (stretch["end"] > stretch["begin"])].reset_index(drop=True)


def holds(run: Run, name: str, person: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Whether the fact was `yes` for each person at each time; a change at that instant counts."""
    said = changes(run, name)
    span = run.window.end + 1
    keys = said["person"].to_numpy() * span + said["time"].to_numpy()
    place = np.searchsorted(keys, np.asarray(person) * span + time, side="right") - 1
    theirs = said["person"].to_numpy()[place] == person
    return theirs & said["yes"].to_numpy()[place]
