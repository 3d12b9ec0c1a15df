"""Claim: a definition is best explained, and tested, on a run small enough to write by hand.

Times are in hours from midnight of day 0, and the horizon in days.

>>> from pathsim.contacts.stays import stays
>>> run = run_of(contact(0, "ward", 0, 10), contact(0, "other_ward", 14, 30))
>>> stays(run)[["contacts", "admission"]].values.tolist()
[[2, True]]
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, HOUR

UNITS = {
    "ward": {"kind": "beds", "sector": "hospital", "places": {"": 2}, "staff": {"nurse": 0.5}},
    "other_ward": {"kind": "beds", "sector": "hospital", "places": {"": 2}},
    "emergency": {"kind": "beds", "sector": "hospital", "places": {"": 4}},
    "asylum": {"kind": "beds", "sector": "psychiatry", "places": {"": 2}},
    "temporary": {"kind": "beds", "sector": "municipality", "places": {"a": 1, "b": 1}},
    "gp": {"kind": "slots", "sector": "practice", "places": {"": 1}, "open_hours_per_week": 84},
}


def ms(hours) -> int:
    """Hours as ms; None is what did not happen."""
    return -1 if hours is None else round(hours * HOUR)


def contact(person, unit, begun, ended=None, **more) -> dict:
    """A contact in hours: asked = begun and given back = ended unless told otherwise."""
    row = {"person": person, "unit": unit, "kind": "at", "asked": begun, "begun": begun, "ended": ended}
    row |= {"given_back": ended, "how": "completed" if ended is not None else "censored"} | more
    for column in ("asked", "begun", "ended", "given_back"):
        row[column] = ms(row[column])
    return row


def run_of(*contacts, people=2, days=365, warm_up=0, events=(), units=None, citizens=None, **meta) -> Run:
    """A run of so many days; `events` are (person, hours, fact, value)."""
    frame = pd.DataFrame(list(contacts) or None, columns=None if contacts else ["person", "unit", "begun", "ended"])
    citizens = {"person": np.arange(people)} | (citizens or {})
    facts = [(p, ms(t), "fact", name, value) for p, t, name, value in events]
    return Run(
        contacts=frame,
        citizens=pd.DataFrame(citizens),
        events=pd.DataFrame(facts, columns=["person", "time", "what", "name", "value"]),
        meta={"horizon": days * DAY, "warm_up": warm_up * DAY, "units": units or UNITS} | meta,
    )


def value(table, indicator, group="all", level="all", column="value") -> float:
    """One cell of the table of indicators. Raises ValueError unless there is just one."""
    row = table.query("indicator == @indicator and group == @group and level == @level")
    if len(row) != 1:
        raise ValueError(f"{len(row)} rows for {indicator}, {group}, {level}")
    return row[column].item()
