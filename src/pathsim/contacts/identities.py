"""Claim: a record of a closed system of books must balance to the millisecond, edges included.

Each identity is computed in two ways that share nothing but the record: from the staircase of the
census, and from the rows one by one. Over a window [s, e) and for every unit:

- little:      number present, added up over time = time spent by those who came in the window
               + what those already there had left - what those still there have left at e;
- queue:       the same for those who wait without care having begun;
- flow:        there at s + came = left + still there at e, the last as the record marks them;
- utilisation: in use + idle - above the places = places x time (where places are limited).

And for each person: never in two beds at once (`one_bed`), and asked <= begun <= ended <= given
back (`order`). `error` is left - right, in whole ms or contacts: it is 0 or the record is wrong.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.census import Census, area, levels
from pathsim.contacts.counted import whole_sums
from pathsim.contacts.occupancy import Use, in_use, use_of, used
from pathsim.contacts.places import code, in_bed, is_at, is_own, queue_exit, says, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, Window

FROM_ROWS = ("little", "queue", "flow: came", "flow: left", "queue_flow: came", "queue_flow: left", "in use")


class Books:
    """Both sides of every identity, of one block after another. `use` is filled by its owner."""

    def __init__(self, use: Use):
        self._use, self._rows, self._two_beds, self._disorder = use, {}, 0, 0

    def add(self, run: Run) -> None:
        n, window = len(units(run)), run.window
        if not self._rows:
            self._queue = Census(window)
            self._rows = {name: np.zeros(n, dtype=np.int64) for name in FROM_ROWS}
        begun, ended, back = (run.contacts[c].to_numpy() for c in ("begun", "ended", "given_back"))
        there = says(run, "how", "censored")
        kept = says(run, "how", "completed") & (ended >= 0) & (back < 0)  # care done, bed not given back
        unit, begin, end = used(run)
        rows = in_use(run)
        asking = np.flatnonzero(is_own(run))
        queue = code(run)[asking], run.contacts["asked"].to_numpy()[asking], queue_exit(run)[asking]
        exits = np.where(begun >= 0, begun, ended)[asking]
        self._queue.add(*queue)
        sides = [
            _owed(unit, begin, end, n, window),
            _owed(*queue, n, window),
            *_flow(unit, begin, back[rows], (there | kept)[rows], n, window),
            *_flow(queue[0], queue[1], exits, (there & (begun < 0))[asking], n, window),
            whole_sums(unit, window.inside(begin, end), n),
        ]
        for name, side in zip(FROM_ROWS, sides, strict=True):
            self._rows[name] += side
        self._two_beds += _in_two_beds(run)
        self._disorder += _disorder(run)

    def table(self) -> pd.DataFrame:
        """One row per unit and identity (see `identities`)."""
        use, rows, n = self._use, self._rows, len(self._use.units)
        found = {
            "little": (use.total(), rows["little"]),
            "queue": (np.array([area(self._queue.time_with([i])) for i in range(n)], dtype=np.int64), rows["queue"]),
            "flow": (rows["flow: came"], rows["flow: left"]),
            "queue_flow": (rows["queue_flow: came"], rows["queue_flow: left"]),
            "utilisation": _utilisation(use, rows["in use"]),
        }
        names = use.units["unit"]
        parts = [pd.DataFrame({"unit": names, "name": name, "left": left, "right": right}) for name, (left, right) in found.items()]
        people = [("all", "one_bed", self._two_beds, 0), ("all", "order", self._disorder, 0)]
        parts.append(pd.DataFrame(people, columns=["unit", "name", "left", "right"]))
        table = pd.concat(parts, ignore_index=True).astype({"left": np.int64, "right": np.int64})
        endless = table["name"].eq("utilisation") & table["unit"].isin(names[np.isinf(use.units["places"])])
        return table[~endless].assign(error=lambda t: t["left"] - t["right"]).reset_index(drop=True)


def identities(run: Run) -> pd.DataFrame:
    """One row per unit and identity: unit, name, left, right, error (all int64)."""
    books = Books(use_of(run))
    books.add(run)
    return books.table()


def little(run: Run) -> pd.DataFrame:
    """Little's law as numbers, per unit: present (mean number), per_day (arrivals), days (mean time
    of those who came in the window), edges (mean number owed to the edges of the window).

    present = per_day * days + edges, exactly; without warm-up and with everyone gone edges are 0.
    """
    names, window, (unit, begin, end) = units(run)["unit"], run.window, used(run)
    came = window.happens(begin)
    spent = whole_sums(unit[came], (end - begin)[came], len(names))
    number = np.bincount(unit[came], minlength=len(names))
    total = use_of(run).total()
    with np.errstate(invalid="ignore"):
        mean = spent / number / DAY
    return pd.DataFrame(
        {
            "unit": names,
            "present": total / window.length,
            "per_day": number / (window.length / DAY),
            "days": mean,
            "edges": (total - spent) / window.length,
        }
    )


def _owed(unit, begin, end, n: int, window: Window) -> np.ndarray:
    """The same from the rows one by one: the time of who came, and what those there before had left,
    less what those still there have left."""
    came = window.happens(begin)
    before = (begin < window.start) & (end > window.start)
    after = (end > window.end) & (begin < window.end)
    spent = whole_sums(unit[came], (end - begin)[came], n)
    had_left = whole_sums(unit[before], end[before] - window.start, n)
    return spent + had_left - whole_sums(unit[after], end[after] - window.end, n)


def _flow(unit, begin, end, there, n: int, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """There at the start and came; left and still there. `end` is -1 for who has not left, and the record
    must say of just these that they are still there."""
    count = lambda which: np.bincount(unit[which], minlength=n)  # noqa: E731
    before = (begin < window.start) & ((end < 0) | (end >= window.start))
    left = (end >= window.start) & (end <= window.end)
    return count(before) + count(window.happens(begin)), count(left) + count(there)


def _utilisation(use: Use, in_use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In use + idle - above = places x time, with idle and above from the census."""
    places = use.units["places"].to_numpy()
    whole = np.where(np.isfinite(places), places, 0).astype(np.int64)
    spare = [(limit - np.arange(len(at))) @ at for limit, at in zip(whole, use.at_each_level(), strict=True)]
    return in_use + np.array(spare, dtype=np.int64), whole * use.window.length


def _in_two_beds(run: Run) -> int:
    """Milliseconds in which somebody was in more than one bed."""
    begun = run.contacts["begun"].to_numpy()
    rows = np.flatnonzero(in_bed(run) & (begun >= 0))
    person, begun, released = run.contacts["person"].to_numpy()[rows], begun[rows], run.released[rows]
    order = np.lexsort((begun, person))
    twice = (np.diff(person[order]) == 0) & (begun[order][1:] < released[order][:-1])
    if not twice.any():  # whoever is in two beds takes the second before the one before it is given back
        return 0
    number = np.unique(person, return_inverse=True)[1]
    steps = levels(number, begun, released, Window(0, run.window.end))
    return int(np.sum(np.maximum(steps["level"] - 1, 0) * steps["lasts"]))


def _disorder(run: Run) -> int:
    """Contacts whose times are not in order, or lie beyond the horizon."""
    asked, begun, ended, back = (run.contacts[c].to_numpy() for c in ("asked", "begun", "ended", "given_back"))
    wrong = (begun >= 0) & (begun < asked)
    wrong |= (ended >= 0) & (ended < np.maximum(begun, asked))
    wrong |= (back >= 0) & (begun >= 0) & (back < np.maximum(ended, begun))
    for time in (asked, begun, ended, back):
        wrong |= time > run.window.end
    return int(np.sum(wrong & is_at(run)))
