"""Claim: a bed is in use from the moment care began until it is given back, whoever lies in it.

So boarders count where they lie, and who waits in a bed for a place elsewhere counts too. The
census is measured against staffed beds: places without the surge, so occupancy may exceed 1.
Waits are those of everyone who asked in the window and joined the queue, also of those who gave
up and of those still waiting at the horizon (whose wait so far is a lower bound).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.places import code, is_at, of_unit, queue_exit, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, HOUR, Window


def in_use(run: Run) -> np.ndarray:
    """The contacts (rows) that had a place, joint ones included."""
    return np.flatnonzero(is_at(run) & (run.contacts["begun"].to_numpy() >= 0))


def levels(group: np.ndarray, begin: np.ndarray, end: np.ndarray, window: Window) -> pd.DataFrame:
    """The census as a staircase: group, at (ms), level, lasts (ms), for the steps inside the window.

    A group without anybody has no steps; between its first arrival and last departure there are
    also steps of level 0. What is missing of the window is level 0 as well.

    >>> levels(np.array([0, 0]), np.array([0, 5]), np.array([8, 9]), Window(0, 10)).level.tolist()
    [1, 2, 1, 0]
    """
    begin, end = np.maximum(begin, window.start), np.minimum(end, window.end)
    there = end > begin
    group, begin, end = group[there], begin[there], end[there]
    place = np.concatenate([group, group])
    time = np.concatenate([begin, end])
    change = np.repeat([1, -1], len(begin))
    order = np.lexsort((time, place))
    place, time = place[order], time[order]
    level = np.cumsum(change[order])  # each group comes back to zero, so one sum serves all
    following = np.append(time[1:], window.end)
    last = np.append(place[1:] != place[:-1], True)
    lasts = np.where(last, window.end, following) - time
    steps = pd.DataFrame({"group": place, "at": time, "level": level, "lasts": lasts})
    return steps[steps["lasts"] > 0].reset_index(drop=True)


def census(run: Run, unit: str) -> pd.DataFrame:
    """The census of one unit over the measured window: at (ms), level, lasts (ms).

    Raises KeyError if there is no such unit.
    """
    names = run.contacts["unit"].cat.categories
    if unit not in names:
        raise KeyError(unit)
    rows = in_use(run)
    rows = rows[code(run)[rows] == names.get_loc(unit)]
    begun = run.contacts["begun"].to_numpy()[rows]
    steps = levels(np.zeros(len(rows), dtype=np.int64), begun, run.released[rows], run.window)
    return steps.drop(columns="group")


def occupancy(run: Run, by: str = "unit") -> pd.DataFrame:
    """One row per unit, or (by="sector") one per sector with beds, beds of the sector taken together.

    Columns: name, bed, places, time (ms in use inside the window), mean (number in use),
    share (of the places there are while open), above (ms with more in use than places).
    """
    table = units(run)
    if by == "unit":
        names, group = list(table["unit"]), np.arange(len(table))
    else:
        names = list(dict.fromkeys(table.loc[table["bed"], "sector"]))
        where = {name: i for i, name in enumerate(names)}
        group = np.where(table["bed"], table["sector"].map(where).fillna(-1), -1).astype(int)
    open_places = pd.Series((table["places"] * table["open_share"]).to_numpy())
    places = table["places"].groupby(group).sum().reindex(range(len(names)), fill_value=0.0).to_numpy()
    offered = open_places.groupby(group).sum().reindex(range(len(names)), fill_value=0.0).to_numpy()
    rows = in_use(run)
    mine = of_unit(code(run)[rows], group, -1)
    rows, mine = rows[mine >= 0], mine[mine >= 0]
    steps = levels(mine, run.contacts["begun"].to_numpy()[rows], run.released[rows], run.window)
    at, level, lasts = (steps[c].to_numpy() for c in ("group", "level", "lasts"))
    time = np.bincount(at, level * lasts, minlength=len(names))
    above = np.bincount(at, np.where(level > np.append(places, 0)[at], lasts, 0), minlength=len(names))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isfinite(offered), time / (offered * run.window.length), np.nan)
    return pd.DataFrame(
        {
            "name": names,
            "bed": np.ones(len(names), dtype=bool) if by != "unit" else table["bed"],
            "places": places,
            "offered": offered * run.window.length,
            "time": time,
            "mean": time / run.window.length,
            "share": share,
            "above": above,
        }
    )


def daily_census(begin: np.ndarray, end: np.ndarray, days: int) -> np.ndarray:
    """Mean number present on each of the first `days` days, exact.

    >>> daily_census(np.array([0]), np.array([DAY + DAY // 2]), 3).tolist()
    [1.0, 0.5, 0.0]
    """
    edges = np.arange(days + 1) * DAY

    def elapsed(moments):
        """Total time since the moments that lie before each edge."""
        moments = np.sort(moments)
        before = np.searchsorted(moments, edges)
        return before * edges - np.append(0, np.cumsum(moments))[before]

    return np.diff(elapsed(begin) - elapsed(end)) / DAY


def waits(run: Run) -> pd.DataFrame:
    """One row per unit: asked, mean_h, p90_h, waited (number), gave_up, refused, still_waiting."""
    rows, codes = run.contacts, code(run)
    asked, begun, ended = (rows[c].to_numpy() for c in ("asked", "begun", "ended"))
    came = is_at(run) & ~rows["joint"].to_numpy() & ~rows["from_start"].to_numpy()
    at = np.flatnonzero(came & run.window.happens(asked))
    how = rows["how"].iloc[at]
    unit, hours = codes[at], (queue_exit(run)[at] - asked[at]) / HOUR
    refused = (how == "refused").to_numpy(dtype=bool)
    queued = ~refused
    n = len(rows["unit"].cat.categories)
    count = lambda which: np.bincount(unit[which], minlength=n)  # noqa: E731
    total = np.bincount(unit[queued], hours[queued], minlength=n)
    with np.errstate(invalid="ignore"):
        mean = total / count(queued)
    return pd.DataFrame(
        {
            "unit": rows["unit"].cat.categories,
            "asked": count(slice(None)),
            "queued": count(queued),
            "total_h": total,
            "mean_h": mean,
            "p90_h": _quantile(unit[queued], hours[queued], n, 0.9),
            "waited": count(queued & (hours > 0)),
            "gave_up": count((how == "gave_up").to_numpy(dtype=bool)),
            "refused": count(refused),
            "still_waiting": count((begun[at] < 0) & (ended[at] < 0)),
        }
    )


def _quantile(group: np.ndarray, value: np.ndarray, n: int, q: float) -> np.ndarray:
    """The q-quantile of each group; NaN for an empty one."""
    order = np.lexsort((value, group))
    parts = np.split(value[order], np.searchsorted(group[order], np.arange(1, n)))
    return np.array([np.quantile(part, q) if len(part) else np.nan for part in parts[:n]])
