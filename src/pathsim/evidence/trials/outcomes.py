"""Claim: what a trial counts is what the indicators count, person by person.

Every outcome is a number and what it is over, for each participant: (event, 1) for a risk, (count,
person-years alive) for a rate, (amount, 1) for a difference, (event, days until it or until
follow-up ends) for a hazard. Who can't have the outcome (no discharge, no sick leave) is over 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...contacts import Run
from ...contacts.costs import charges
from ...contacts.facts import held
from ...contacts.indicators import SICK_LEAVE
from ...contacts.life import deaths, time_at_risk
from ...contacts.places import BRANCHES, branch, code, has_come, of_unit, units
from ...contacts.readmissions import readmissions
from ...contacts.stays import stays
from ...contacts.window import DAY, YEAR
from .clock import on_the_clock
from .design import HAZARD, RATE, RISK, Outcome

PRACTICE = "practice"  # the sector of general practice


class Counts(NamedTuple):
    """amount, over: of each participant, in their order (floats)."""

    amount: np.ndarray
    over: np.ndarray


def some(counts: Counts, rows: np.ndarray) -> Counts:
    """Those of some participants."""
    return Counts(counts.amount[rows], counts.over[rows])


class Clocks:
    """The records of one run on the trial's clock, each made once."""

    def __init__(self, run: Run, who: pd.DataFrame, follow_up: int):
        self.run, self.who, self.follow_up = run, who, follow_up
        self._made: dict[tuple[int, int], Run] = {}

    def record(self, length: int, before: int = 0) -> Run:
        """The record of so many ms after recruitment, or before it."""
        if (length, before) not in self._made:
            self._made[length, before] = on_the_clock(self.run, self.who, length, before)
        return self._made[length, before]

    def counts(self, outcome: Outcome) -> Counts:
        """The outcome of each participant after recruitment."""
        if outcome.what == "readmitted":
            return _readmitted(self.record(self.follow_up + outcome.length(self.follow_up)), outcome, self.follow_up)
        record = self.record(outcome.length(self.follow_up))
        if outcome.measured == HAZARD:
            return _timed(record, outcome)
        if outcome.what == "sick_leave_ended":
            return _ended(record)
        return _over(record, outcome, amounts(record, outcome))

    def before(self, outcome: Outcome, length: int) -> Counts:
        """The same in so many ms before recruitment."""
        record = self.record(0, length)
        return _over(record, outcome, amounts(record, outcome))


def _over(record: Run, outcome: Outcome, amount: np.ndarray) -> Counts:
    if outcome.measured == RATE:
        return Counts(amount, time_at_risk(record) / YEAR)
    return Counts((amount > 0).astype(float) if outcome.measured == RISK else amount, np.ones(len(amount)))


def amounts(run: Run, outcome: Outcome) -> np.ndarray:
    """How much of it each citizen has in the window: a number of events, days or money."""
    person, weight = _items(run, outcome)
    return np.bincount(person, weight, minlength=len(run.citizens)).astype(float)


def _items(run: Run, outcome: Outcome) -> tuple[np.ndarray, np.ndarray | None]:
    """Whose, and how much."""
    match outcome.what:
        case "died":
            return deaths(run), None
        case "admissions" | "acute_admissions":
            came = _admissions(run, outcome)
            return came["person"].to_numpy(), None
        case "bed_days":
            begun = run.contacts["begun"].to_numpy()
            rows = np.flatnonzero(_in_branch(branch(run), outcome) & (begun >= 0))
            return run.contacts["person"].to_numpy()[rows], run.window.inside(begun[rows], run.released[rows]) / DAY
        case "cost":
            charged = charges(run)
            return charged["person"].to_numpy(), charged["amount"].to_numpy()
        case _:
            there = has_come(run) & of_unit(code(run), _counted_units(run, outcome), False)
            return run.contacts["person"].to_numpy()[there], None


def _admissions(run: Run, outcome: Outcome) -> pd.DataFrame:
    """Admissions that begin in the window, as the indicators count them."""
    found = stays(run, True)
    there = found["admission"].to_numpy() & ~found["from_start"].to_numpy() & run.window.happens(found["start"])
    there &= _in_branch(found["branch"].to_numpy(), outcome)
    return found[there & found["acute"].to_numpy()] if outcome.what == "acute_admissions" else found[there]


def _in_branch(branches: np.ndarray, outcome: Outcome) -> np.ndarray:
    """Rows of the hospital, or of the one branch of it that is asked about."""
    return branches >= 0 if outcome.branch is None else branches == BRANCHES.index(outcome.branch)


def _counted_units(run: Run, outcome: Outcome) -> np.ndarray:
    """Whether each unit is one whose contacts are counted."""
    table = units(run)
    if outcome.what == "gp_contacts":
        return (table["sector"] == PRACTICE).to_numpy()
    if outcome.what == "emergency_contacts":
        return table["unit"].isin(run.meta.get("emergency") or [name for name in table["unit"] if "emergency" in name]).to_numpy()
    return np.ones(len(table), dtype=bool) if outcome.at is None else (table["unit"] == outcome.at).to_numpy()


def _readmitted(run: Run, outcome: Outcome, follow_up: int) -> Counts:
    """From the first discharge in the follow-up."""
    index, within = readmissions(run, True), outcome.length(follow_up)
    index = index[_in_branch(index["branch"].to_numpy(), outcome)].sort_values(["person", "discharged"], kind="stable").drop_duplicates("person")
    index = index[(index["discharged"] <= run.window.start + follow_up).to_numpy()]
    person, after = index["person"].to_numpy(), index["after"].to_numpy()
    yes = (index["outcome"] == "readmitted").to_numpy() & (after <= within)
    amount, over = np.zeros((2, len(run.citizens)))
    amount[person] = yes
    over[person] = np.minimum(after, within) / DAY if outcome.measured == HAZARD else 1.0
    return Counts(amount, over)


def _timed(run: Run, outcome: Outcome) -> Counts:
    """Whether, and after how many days, it came first; death and the end of follow-up end the wait."""
    if outcome.what == "sick_leave_ended":
        return _ended(run, timed=True)
    first = run.left.copy()
    person, time = (deaths(run), run.left[deaths(run)]) if outcome.what == "died" else _admissions(run, outcome)[["person", "start"]].to_numpy().T
    np.minimum.at(first, person, time)
    event = np.zeros(len(first))
    event[person] = 1.0
    return Counts(event, (first - run.window.start) / DAY)


def _ended(run: Run, timed: bool = False) -> Counts:
    """Of those on sick leave at recruitment: whether it ended while they lived, and after how many days."""
    off, start = held(run, SICK_LEAVE), run.window.start
    amount, over = np.zeros((2, len(run.citizens)))
    end = np.zeros(len(run.citizens), dtype=np.int64)
    for person, begin, until in off[["person", "begin", "end"]].to_numpy():
        if begin <= start < until or begin == end[person] > start:  # a fact told again goes on
            end[person] = until
    on = end > start
    amount[on] = end[on] < run.left[on]
    over[on] = (end[on] - start) / DAY if timed else 1.0
    return Counts(amount, over)


def level(counts: Counts) -> float:
    """The mean of all of them: a share, a number a person-year, an amount a person, events a day."""
    total = counts.over.sum()
    return float(counts.amount.sum() / total) if total else float("nan")


