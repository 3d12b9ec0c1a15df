"""Claim: in a trial time runs from recruitment, so the same record, moved to that clock, is counted by the same indicator code.

Each participant's times are moved so that recruitment is at one instant, the beginning of the
measured window; the record is cut where the window ends, as every record is at its horizon.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...contacts import Run
from ...contacts.record import CITIZENS, CONTACTS, EVENTS, NEVER, TIME
from .compose import ARM, ASKED, CONTROL, INTERVENTION, RECRUITED, TREATED

TIMES = {
    "contacts": [name for name, (what, _) in CONTACTS.items() if what == TIME],
    "citizens": [name for name, (what, _) in CITIZENS.items() if what == TIME],
    "events": [name for name, (what, _) in EVENTS.items() if what == TIME],
}
FIRST = {"contacts": "asked", "events": "time"}  # what is after the end by this time has not happened


def people(run: Run) -> pd.DataFrame:
    """Everyone who was asked, in order of time: person, slot, time (ms), recruited (yes or no), treated (whether they were offered it)."""
    events = run.events[(run.events["what"] == "enrolled").to_numpy()]
    when = {name: events[(events["name"] == name).to_numpy()].set_index("person")["time"] for name in (ASKED, RECRUITED, INTERVENTION)}
    found = when[ASKED].rename("time").reset_index()
    found["slot"] = run.citizens["slot"].to_numpy()[found["person"]]
    found["recruited"] = found["person"].isin(when[RECRUITED].index)
    found["treated"] = found["person"].isin(when[INTERVENTION].index)
    return found.sort_values(["time", "slot"], kind="stable", ignore_index=True)


def participants(run: Run, most: int | None) -> pd.DataFrame:
    """Those who were recruited, the first `most` of them (see `people`), with their arm: as they were allotted, whatever became of it."""
    found = people(run)
    found = found[found["recruited"]].head(most if most is not None else len(found)).reset_index(drop=True)
    arm = run.citizens[ARM].astype(str).to_numpy()[found["person"]]
    return found.assign(arm=np.where(np.isin(arm, [TREATED, CONTROL]), arm, np.where(found["treated"], TREATED, CONTROL)))


def on_the_clock(run: Run, who: pd.DataFrame, length: int, before: int = 0) -> Run:
    """The record of these people (columns person, time), as rows 0, 1, … in their order, with recruitment at one instant.

    The measured window is `length` ms from recruitment; or, with `before`, so many ms up to it.
    """
    zero = run.window.end  # so that nobody's past is before the beginning of time
    end = zero if before else zero + length
    row = np.full(len(run.citizens), -1)
    row[who["person"].to_numpy()] = np.arange(len(who))
    shift = zero - who["time"].to_numpy()
    citizens = run.citizens.iloc[who["person"].to_numpy()].drop(columns="id", errors="ignore")
    frames = {"citizens": citizens.assign(person=np.arange(len(who)))}
    for name in ("contacts", "events"):
        frame = getattr(run, name)
        place = row[frame["person"].to_numpy()]
        there = place >= 0
        frames[name] = frame[there].assign(person=place[there])
    for name, frame in frames.items():
        frames[name] = _moved(frame, TIMES[name], shift[frame["person"].to_numpy()], end, FIRST.get(name))
    meta = run.meta | {"horizon": end, "warm_up": zero - before, "citizens": True}
    return Run(frames["contacts"], frames["citizens"], frames["events"], meta)


def _moved(frame: pd.DataFrame, columns: list[str], shift: np.ndarray, end: int, first: str | None) -> pd.DataFrame:
    """Times moved, and those at or after the end have not come."""
    moved = {}
    for name in columns:
        time = frame[name].to_numpy()
        later = np.where(time >= 0, time + shift, NEVER)
        moved[name] = np.where(later < end, later, NEVER)
    frame = frame.assign(**moved)
    return frame if first is None else frame[moved[first] >= 0]
