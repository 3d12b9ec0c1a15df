"""Small runs written by hand, in hours and days, for the tests of contacts."""

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


def ms(hours):
    """Hours as ms; None is what did not happen."""
    return -1 if hours is None else round(hours * HOUR)


def contact(person, unit, begun, ended=None, **more):
    """A contact in hours: asked = begun and given back = ended unless told otherwise."""
    row = {"person": person, "unit": unit, "kind": "at", "asked": begun, "begun": begun, "ended": ended}
    row |= {"given_back": ended, "how": "completed" if ended is not None else "censored"} | more
    for column in ("asked", "begun", "ended", "given_back"):
        row[column] = ms(row[column])
    return row


def run_of(*contacts, people=2, days=365, warm_up=0, events=(), units=None, citizens=None, **meta):
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


def value(table, indicator, group="all", level="all", column="value"):
    """One cell of the table of indicators."""
    row = table.query("indicator == @indicator and group == @group and level == @level")
    assert len(row) == 1, f"{len(row)} rows for {indicator}, {group}, {level}"
    return row[column].item()
