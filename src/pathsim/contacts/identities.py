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

from pathsim.contacts.occupancy import levels
from pathsim.contacts.places import code, in_bed, is_at, queue_exit, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import Window


def identities(run: Run) -> pd.DataFrame:
    """One row per unit and identity: unit, name, left, right, error (all int64)."""
    rows, codes, window = run.contacts, code(run), run.window
    n = len(rows["unit"].cat.categories)
    begun, ended, back = (rows[c].to_numpy() for c in ("begun", "ended", "given_back"))
    asked, there = rows["asked"].to_numpy(), (rows["how"] == "censored").to_numpy(dtype=bool)
    kept = (rows["how"] == "completed").to_numpy(dtype=bool) & (ended >= 0) & (back < 0)  # care done, bed not given back
    used = np.flatnonzero(is_at(run) & (begun >= 0))
    asking = np.flatnonzero(is_at(run) & ~rows["joint"].to_numpy())
    still = queue_exit(run)
    found = {
        "little": _little(codes[used], begun[used], run.released[used], n, window),
        "queue": _little(codes[asking], asked[asking], still[asking], n, window),
        "flow": _flow(codes[used], begun[used], back[used], (there | kept)[used], n, window),
        "queue_flow": _flow(
            codes[asking],
            asked[asking],
            np.where(begun >= 0, begun, ended)[asking],
            (there & (begun < 0))[asking],
            n,
            window,
        ),
        "utilisation": _utilisation(run, codes[used], begun[used], run.released[used], n),
    }
    names = rows["unit"].cat.categories
    parts = [pd.DataFrame({"unit": names, "name": name, "left": left, "right": right}) for name, (left, right) in found.items()]
    parts.append(pd.DataFrame([("all", "one_bed", _in_two_beds(run), 0), ("all", "order", _disorder(run), 0)]))
    parts[-1].columns = ["unit", "name", "left", "right"]
    table = pd.concat(parts, ignore_index=True).astype({"left": np.int64, "right": np.int64})
    limited = np.isfinite(units(run).set_index("unit")["places"])
    endless = table["name"].eq("utilisation") & ~table["unit"].map(limited).fillna(True).astype(bool)
    return table[~endless].assign(error=lambda t: t["left"] - t["right"]).reset_index(drop=True)


def little(run: Run) -> pd.DataFrame:
    """Little's law as numbers, per unit: present (mean number), per_day (arrivals), days (mean time
    of those who came in the window), edges (mean number owed to the edges of the window).

    present = per_day * days + edges, exactly; without warm-up and with everyone gone edges are 0.
    """
    rows, codes, window = run.contacts, code(run), run.window
    n = len(rows["unit"].cat.categories)
    begun = rows["begun"].to_numpy()
    used = np.flatnonzero(is_at(run) & (begun >= 0))
    unit, begin, end = codes[used], begun[used], run.released[used]
    came = window.happens(begin)
    spent = np.bincount(unit[came], (end - begin)[came], minlength=n)
    number = np.bincount(unit[came], minlength=n)
    total = _staircase(unit, begin, end, n, window)
    days = window.length / 86_400_000
    with np.errstate(invalid="ignore"):
        mean = spent / number / 86_400_000
    return pd.DataFrame(
        {
            "unit": rows["unit"].cat.categories,
            "present": total / window.length,
            "per_day": number / days,
            "days": mean,
            "edges": (total - spent) / window.length,
        }
    )


def _staircase(unit, begin, end, n: int, window: Window) -> np.ndarray:
    """Number present, added up over the window, from the census alone."""
    steps = levels(unit, begin, end, window)
    return _sum(steps["group"], steps["level"] * steps["lasts"], n)


def _little(unit, begin, end, n: int, window: Window) -> tuple[np.ndarray, np.ndarray]:
    came = window.happens(begin)
    before = (begin < window.start) & (end > window.start)
    after = (end > window.end) & (begin < window.end)
    spent = _sum(unit[came], (end - begin)[came], n)
    had_left = _sum(unit[before], end[before] - window.start, n)
    have_left = _sum(unit[after], end[after] - window.end, n)
    return _staircase(unit, begin, end, n, window), spent + had_left - have_left


def _flow(unit, begin, end, there, n: int, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """`end` is -1 for who has not left; the record must say of just these that they are still there."""
    count = lambda which: np.bincount(unit[which], minlength=n)  # noqa: E731
    before = (begin < window.start) & ((end < 0) | (end >= window.start))
    left = (end >= window.start) & (end <= window.end)
    return count(before) + count(window.happens(begin)), count(left) + count(there)


def _utilisation(run: Run, unit, begin, end, n: int) -> tuple[np.ndarray, np.ndarray]:
    """In use + idle - above = places x time, with idle and above from the census."""
    places = units(run)["places"].to_numpy()
    whole = np.where(np.isfinite(places), places, 0).astype(np.int64)
    steps = levels(unit, begin, end, run.window)
    at, level, lasts = (steps[c].to_numpy() for c in ("group", "level", "lasts"))
    idle = _sum(at, np.maximum(whole[at] - level, 0) * lasts, n)
    idle += whole * (run.window.length - _sum(at, lasts, n))
    above = _sum(at, np.maximum(level - whole[at], 0) * lasts, n)
    used = _sum(unit, run.window.inside(begin, end), n)
    return used + idle - above, whole * run.window.length


def _in_two_beds(run: Run) -> int:
    """Milliseconds in which somebody was in more than one bed."""
    begun = run.contacts["begun"].to_numpy()
    rows = np.flatnonzero(in_bed(run) & (begun >= 0))
    person = run.contacts["person"].to_numpy()[rows]
    whole = Window(0, run.window.end)
    steps = levels(person, begun[rows], run.released[rows], whole)
    return int(np.sum(np.maximum(steps["level"] - 1, 0) * steps["lasts"]))


def _disorder(run: Run) -> int:
    """Contacts whose times are not in order, or lie beyond the horizon."""
    rows = run.contacts[is_at(run)]
    asked, begun, ended, back = (rows[c].to_numpy() for c in ("asked", "begun", "ended", "given_back"))
    wrong = (begun >= 0) & (begun < asked)
    wrong |= (ended >= 0) & (ended < np.maximum(begun, asked))
    wrong |= (back >= 0) & (begun >= 0) & (back < np.maximum(ended, begun))
    wrong |= np.max([asked, begun, ended, back], axis=0) > run.window.end if len(rows) else False
    return int(np.sum(wrong))


def _sum(group, amount, n: int) -> np.ndarray:
    """Whole numbers added up by group; np.bincount would add them as floats."""
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, np.asarray(group), np.asarray(amount, dtype=np.int64))
    return total
