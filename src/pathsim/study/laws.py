"""Laws that hold on every run, whatever the distributions: a run that breaks one is wrong.

No statistics here: each law is a count in whole milliseconds that must come out exactly.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pathsim.study.measures import View, held, occupancy, queued


def broken_laws(run: Any) -> list[str]:
    """What a run of always open units without surge places does that it cannot do; empty if all is well.

    Order in time; never more in care than places; nobody waits while a place is free; Little's
    law (time integral of the queue = sum of the waits); the utilisation law (time integral of
    the places in use = sum of the times held); flow balance (who came has left or is there).
    """
    view = View(run, 0, int(run.meta["horizon"]))
    return [*_order(view), *_flow(view), *(law for unit in run.meta["units"] for law in _places(view, run, unit))]


def _order(view: View) -> list[str]:
    latest = view.contacts["asked"].to_numpy()
    broken = []
    for column in ("begun", "ended", "given_back"):
        times = view.contacts[column].to_numpy()
        if ((times >= 0) & (times < latest)).any():
            broken.append(f"order: {column} before what comes before it")
        latest = np.where(times >= 0, times, latest)
    return broken


def _flow(view: View) -> list[str]:
    still_in = int((view.citizens["left"] < 0).sum())
    cut_off = view.contacts.loc[view.contacts["how"] == "censored", "person"].nunique()
    if still_in != cut_off:
        return [f"flow: {still_in} have not left, {cut_off} are somewhere at the end"]
    return []


def _places(view: View, run: Any, unit: str) -> list[str]:
    rows = view.contacts[view.contacts["unit"] == unit]
    since, until = held(view, unit)
    times, here = occupancy(since, until)
    lasting = np.diff(np.append(times, view.horizon))
    limit = sum(run.meta["units"][unit]["places"].values())
    broken = []
    if (here[lasting > 0] > limit).any():
        broken.append(f"{unit}: {here[lasting > 0].max()} in care at {limit} places")
    if int((here * lasting).sum()) != int((until - since).sum()):
        broken.append(f"{unit}: utilisation law")
    asked, called = queued(rows, view.horizon)
    when, waiting = occupancy(asked, called)
    spent = np.diff(np.append(when, view.horizon))
    if int((waiting * spent).sum()) != int((called - asked).sum()):
        broken.append(f"{unit}: Little's law")
    if math.isfinite(limit) or (waiting[spent > 0] > 0).any():
        # how many are in care in each stretch in which somebody waits; both change only at events
        moments = np.union1d(times, when)
        moments = moments[moments < view.horizon]
        in_care = here[np.searchsorted(times, moments, side="right") - 1]
        in_queue = waiting[np.searchsorted(when, moments, side="right") - 1]
        if ((in_queue > 0) & (in_care < limit)).any():
            broken.append(f"{unit}: somebody waits while a place is free")
    return broken
