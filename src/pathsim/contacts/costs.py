"""Claim: care costs where it is given, and who pays may change on a date.

A contact is charged when it begins, a day for the time the place is in use, an hour from begun to
ended, staff travel included. Time across a change of payer is split at that midnight. `waiting` is what a day costs in a bed whose owner waits for this unit:
the unit's payer pays it to the operator of the bed. Staff hours are time in use (staff travel is in
it, as the place is taken meanwhile) times staff per place, and the standing load of routine care.
Freed hours are not saved money.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from pathsim.contacts.delays import delays
from pathsim.contacts.occupancy import Use, in_use, use_of
from pathsim.contacts.places import code, of_unit, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, HOUR, Window
from pathsim.faults import fail, nearest

PER = ("contact", "d", "h")
NOBODY = "nobody named"


def charges(run: Run) -> pd.DataFrame:
    """Every charge inside the window: person, unit (code), payer, operator (words), amount.

    Read from meta["costs"]: {unit: {price, per (contact, d, h), payer, operator, waiting}}; a payer
    or operator is a word, or a list of (from date, word). Raises Faults for an unknown `per`.
    """
    costs = run.meta.get("costs") or {}
    names = list(units(run)["unit"])
    for unit, cost in costs.items():
        if cost.get("per", "contact") not in PER:
            raise fail(f"costs.{unit}.per", f"'{cost['per']}'. {nearest(cost['per'], PER)}")
    spans = _spans(run, costs)
    found = [_charged(run, costs, names, span) for span in spans]
    found += [_waited(run, costs, names, span) for span in spans]
    charged = pd.concat(found, ignore_index=True)
    return charged


def _charged(run: Run, costs: dict, names: list[str], span: Window) -> pd.DataFrame:
    """What contacts cost between two changes of payer."""
    rows = in_use(run)
    codes = code(run)[rows]
    price = [(costs.get(name) or {}).get("price") or 0.0 for name in names]
    per = [PER.index((costs.get(name) or {}).get("per", "contact")) for name in names]
    paid = of_unit(codes, price, 0.0) != 0
    rows, codes = rows[paid], codes[paid]
    begun, ended = (run.contacts[c].to_numpy()[rows] for c in ("begun", "ended"))
    come = ~(run.contacts["joint"] | run.contacts["from_start"]).to_numpy()[rows]
    quantity = np.choose(
        of_unit(codes, per, 0),
        [
            (span.happens(begun) & come).astype(float),
            span.inside(begun, run.released[rows]) / DAY,
            span.inside(begun, np.where(ended >= 0, ended, span.end)) / HOUR,
        ],
    )
    return _words(costs, names, span, run, codes, codes).assign(person=run.contacts["person"].to_numpy()[rows], amount=quantity * of_unit(codes, price, 0.0))


def _waited(run: Run, costs: dict, names: list[str], span: Window) -> pd.DataFrame:
    """What waiting for a unit in someone else's bed costs."""
    price = [(costs.get(name) or {}).get("waiting") or 0.0 for name in names]
    if not any(price):
        return _words(costs, names, span, run, *[np.zeros(0, dtype=int)] * 2).assign(person=0, amount=0.0)
    held = delays(run)
    waits_for = held["waits_for"].to_numpy()
    held = held[~held["internal"].to_numpy() & (of_unit(waits_for, price, 0.0) != 0)]
    days = span.inside(held["begin"].to_numpy(), held["end"].to_numpy()) / DAY
    waits_for = held["waits_for"].to_numpy()
    return _words(costs, names, span, run, waits_for, held["unit"].to_numpy()).assign(
        person=held["person"].to_numpy(), amount=days * of_unit(waits_for, price, 0.0)
    )


def _words(costs, names, span, run, payer_of, operator_of) -> pd.DataFrame:
    """Payer and operator of each charge, as they are at the beginning of the span."""

    def words(key, codes):
        known = sorted({word for cost in costs.values() for word in _all_words(cost.get(key))} | {NOBODY})
        said = [_dated(run, (costs.get(name) or {}).get(key) or NOBODY, span.start) for name in names]
        named = of_unit(codes, [known.index(word) for word in said], known.index(NOBODY))
        return pd.Categorical.from_codes(named, categories=known)

    return pd.DataFrame({"unit": payer_of, "payer": words("payer", payer_of), "operator": words("operator", operator_of)})


def _spans(run: Run, costs: dict) -> list[Window]:
    """The measured window, cut where a payer or operator changes."""
    window = run.window
    dates = {
        _moment(run, when) for cost in costs.values() for key in ("payer", "operator") if isinstance(cost.get(key), (list, tuple)) for when, _ in cost[key]
    }
    cuts = [window.start, *sorted(d for d in dates if window.start < d < window.end), window.end]
    return [Window(a, b) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]


def _all_words(value) -> list[str]:
    """Every word that a payer or operator may be, now or later."""
    if not value:
        return [NOBODY]
    return [value] if isinstance(value, str) else [word for _, word in value]


def _dated(run: Run, value, time: int) -> str:
    """The word at a time; before the first date, the first word."""
    if isinstance(value, str):
        return value
    dated = sorted(((_moment(run, when), word) for when, word in value), key=lambda pair: pair[0])
    return [word for when, word in dated if when <= time or when == dated[0][0]][-1]


def _moment(run: Run, when) -> int:
    """A date as ms from day 0; None is the beginning of time. A whole number is already in ms."""
    if when is None:
        return -(2**62)
    if isinstance(when, int):
        return when
    day_0 = run.meta.get("day_0")
    if day_0 is None:
        raise fail("meta.day_0", "a payer changes on a date, so the date of day 0 is needed. Add it")
    return (_date(when) - _date(day_0)).days * DAY


def _date(value) -> date:
    return date.fromisoformat(str(value)[:10])


def staff_hours(run: Run) -> pd.DataFrame:
    """Hours of staff in one run (see `hours_of`)."""
    return hours_of(use_of(run), run.meta.get("routine_hours") or {})


def hours_of(use: Use, routine: dict) -> pd.DataFrame:
    """Hours inside the window: unit, profession, hours (given to contacts), routine (standing load),
    on_duty (paid: all places while open, used or not; what is used where places are unlimited).

    routine: hours a week by unit. A joint contact takes the staff of both units.
    """
    table, window = use.units, use.window
    given = use.total() / HOUR
    standing = np.array([routine.get(unit, 0.0) for unit in table["unit"]]) * window.weeks
    staffed = table["places"].to_numpy() * table["open_share"].to_numpy() * window.length / HOUR
    duty = np.where(np.isinf(staffed), given, staffed) + standing
    lines = [
        (unit, profession, given[i] * number, standing[i] * number, duty[i] * number)
        for i, (unit, staff) in enumerate(zip(table["unit"], table["staff"], strict=True))
        for profession, number in staff.items()
    ]
    return pd.DataFrame(lines, columns=["unit", "profession", "hours", "routine", "on_duty"])
