"""One patient's story in sentences, from the record alone: what is not in it is not told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..contacts import Run
from ..faults import fail
from ..language.quantities import DAY, HOUR, MINUTE

OF_THE_RECORD = {"person", "slot", "generation", "stream", "entered", "left", "reason", "id"}


class Sentence(NamedTuple):
    time: int
    order: int
    text: str


def most_seen(run: Run) -> int:
    """The person with the most contacts; of equals the first."""
    if not len(run.contacts):
        raise fail("person", "nobody had a contact in this time. Simulate longer: days=365")
    return int(np.bincount(run.contacts["person"]).argmax())


def story(run: Run, person: int) -> list[str]:
    """The story of a person (a row of `citizens`), in order of time. Raises Faults."""
    if not 0 <= person < len(run.citizens):
        raise fail("person", f"{person} was given. Allowed: 0 to {len(run.citizens) - 1}")
    who = run.citizens.iloc[person]
    contacts = run.contacts[run.contacts["person"] == person]
    told = [_contact(row, order) for order, row in enumerate(contacts.itertuples(index=False))]
    told += [_event(row, order - 1_000_000) for order, row in enumerate(run.events[run.events["person"] == person].itertuples(index=False))]
    told += _coming_and_going(who)
    told.sort(key=lambda sentence: (sentence.time, sentence.order))
    start = datetime.combine(run.meta["day_0"], datetime.min.time())
    return [_introduction(who, person), *(f"{_when(start, sentence.time)}  {sentence.text}" for sentence in told)]


def _introduction(who: pd.Series, person: int) -> str:
    facts = []
    for name, value in who.items():
        if name in OF_THE_RECORD or str(name).startswith("group."):
            continue
        if isinstance(value, (bool, np.bool_)):
            facts += [_spoken(name)] if value else []
        else:
            facts.append(f"{_spoken(name)} {_spoken(value)}")
    return f"Person {person}: {', '.join(facts) or 'nothing else is known'}."


def _coming_and_going(who: pd.Series) -> list[Sentence]:
    told = []
    if who["entered"] > 0 or isinstance(who["stream"], str):
        by = f", by {_spoken(who['stream'])}" if isinstance(who["stream"], str) else ""
        told.append(Sentence(int(who["entered"]), -2_000_000, f"Comes into the model{by}."))
    if who["left"] >= 0:
        told.append(Sentence(int(who["left"]), 2_000_000, f"Leaves the model: {_spoken(who['reason'])}."))
    return told


def _event(row: Any, order: int) -> Sentence:
    name, value = _spoken(row.name), row.value
    said = {
        "strike": f"{name.capitalize()} strikes.", "effect": f"From now on: {name}.", "enrolled": f"Is enrolled in {name}.",
        "fact": f"{name.capitalize()}: {_spoken(value)}.",
    }
    return Sentence(int(row.time), order, said.get(row.what, f"{_spoken(row.what).capitalize()}: {name}."))


def _contact(row: Any, order: int) -> Sentence:
    about = f" (for {_spoken(row.task)})" if isinstance(row.task, str) else ""
    kinds = {"at": _care, "wait": _wait, "handover": _handover}
    if row.kind not in kinds:
        return Sentence(int(max(row.asked, row.ended)), order, f"{_spoken(row.task).capitalize()} is missed.")
    return Sentence(int(row.asked), order, f"{_spoken(row.step).capitalize()}{about}: {kinds[row.kind](row)}.")


def _care(row: Any) -> str:
    unit = _spoken(row.unit)
    waited = row.begun - row.asked
    if row.begun < 0:
        if row.ended < 0:
            return f"waits for a place at {unit}, still at the end"
        return f"waits {_span(row.ended - row.asked)} for a place at {unit} and has none: {_spoken(row.how)}"
    said = f"at {unit}" if waited == 0 else f"waits {_span(waited)} for a place at {unit}, and is there"
    if row.ended < 0:
        return f"{said}, still at the end"
    said += f" for {_span(row.ended - row.begun)}"
    kept = row.given_back - row.ended
    said += f", and keeps the place {_span(kept)} more" if row.given_back >= 0 and kept > 0 else ""
    return said + ("" if row.how == "completed" else f": {_spoken(row.how)}") + (", in an extra place" if row.in_surge else "")


def _wait(row: Any) -> str:
    return "is waiting at the end" if row.ended < 0 else f"takes {_span(row.ended - row.asked)}"


def _handover(row: Any) -> str:
    if row.ended < 0:
        return "the message has not arrived at the end"
    whole = "whole" if row.complete == 1 else "not whole"
    return f"the message arrives after {_span(row.ended - row.asked)}, {whole}"


def _when(start: datetime, time: int) -> str:
    at = start + timedelta(milliseconds=time)
    return f"day {time // DAY:4}  {at:%a %Y-%m-%d %H:%M}"


def _span(time: int) -> str:
    """A time as people say it.

    >>> _span(90 * 60_000), _span(50 * 3_600_000)
    ('1.5 h', '2.1 d')
    """
    for name, unit in (("d", DAY), ("h", HOUR)):
        if time >= unit * (2 if name == "d" else 1):
            return f"{time / unit:.1f} {name}"
    return f"{time / MINUTE:.0f} min"


def _spoken(word: Any) -> str:
    return str(word).replace("_", " ")
