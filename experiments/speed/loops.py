"""The two care loops that are timed, as text, and how the compiled engine's work and memory are counted."""

import time
from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.compiled import tables as t
from pathsim.compiled.frames import Words, contacts_frame, together
from pathsim.compiled.replication import Run
from pathsim.compiled.tables import CARES, CONTACTS, EVENTS, NONE, PEOPLE, PIECES, PLACES, REQUESTS, WALKS
from pathsim.language import read_system, read_text
from pathsim.plan import Plan, lay_out
from pathsim.study.run import encode

PLACES_FOR_20_000 = {"plain": (5, 290, 450), "hours": (20, 290, 450)}

PLAIN = """
units:
  gp:        {slots: GP}
  ward:      {beds: WARD, sector: hospital}
  municipal: {beds: MUNICIPAL, sector: municipality}
steps:
  living:         {wait: {exponential: 90 d}, then: gp_visit}
  gp_visit:       {at: gp, for: {lognormal: {mean: 0.02 d, cv: 0.5}}, then: referral}
  referral:       {choose: {ward_stay: 0.25, living: rest}}
  ward_stay:      {at: ward, for: {lognormal: {mean: 5 d, cv: 0.8}}, then: municipal_stay}
  municipal_stay: {at: municipal, for: {lognormal: {mean: 8 d, cv: 0.7}}, hold: yes, then: living}
"""

HOURS = """
attributes:
  urgent: 0.2
units:
  gp:        {slots: GP, open: {mon-fri: 8-16}}
  ward:      {beds: WARD, sector: hospital}
  municipal: {beds: MUNICIPAL, sector: municipality}
steps:
  living:         {wait: {exponential: 90 d}, then: gp_visit}
  gp_visit:
    at: gp
    for: {lognormal: {mean: 0.02 d, cv: 0.5}}
    priority: {by: urgent, yes: 1, no: 2}
    patience: {exponential: 2 d}
    else: living
    then: referral
  referral:       {choose: {ward_stay: 0.25, living: rest}}
  ward_stay:
    at: ward
    for: {lognormal: {mean: 5 d, cv: 0.8}}
    priority: {by: urgent, yes: 1, no: 2}
    patience: {exponential: 2 d}
    else: living
    then: municipal_stay
  municipal_stay: {at: municipal, for: {lognormal: {mean: 8 d, cv: 0.7}}, hold: yes, then: living}
"""


class Loop(NamedTuple):
    """A care loop for so many people, ready to run; `places`: of the three units."""

    plan: Plan
    citizens: np.ndarray
    names: np.ndarray
    given: frozenset[int]
    places: tuple[int, ...]


def loop(name: str, citizens: int, days: float) -> Loop:
    """There are places in proportion to the people."""
    places = tuple(max(1, round(n * citizens / 20_000)) for n in PLACES_FOR_20_000[name])
    text = {"plain": PLAIN, "hours": HOURS}[name]
    for word, n in zip(("GP", "WARD", "MUNICIPAL"), places, strict=True):
        text = text.replace(word, str(n))
    system = read_system({**read_text(text), "population": {"citizens": citizens, "starts": "living"}})
    plan = lay_out(system, days)
    return Loop(plan, *encode(plan, None), places)


def timed(function, *arguments) -> tuple[float, object]:
    """CPU seconds, and what came of it."""
    start = time.process_time()
    found = function(*arguments)
    return time.process_time() - start, found


def count_events(contacts) -> int:
    """Requests, grants and releases, of a record or of rows of the compiled engine."""
    visit = np.asarray(contacts["kind"] == ("at" if isinstance(contacts, pd.DataFrame) else t.AT_UNIT))
    return sum(int((visit & (np.asarray(contacts[time]) >= 0)).sum()) for time in ("asked", "begun", "given_back"))


def compiled(a_loop: Loop, seed: int = 1) -> list:
    """The compiled engine, from the plan to all contacts in its own form."""
    chunks: list = []
    Run(*a_loop[:4], seed, 0).to_the_end(chunks.append)
    return chunks


def frame(a_loop: Loop, chunks: list) -> pd.DataFrame:
    return contacts_frame(a_loop.plan, Words(a_loop.plan), together(chunks).contacts)


def counted(a_loop: Loop, seed: int = 1) -> tuple[float, int, float, float]:
    """The compiled engine without a record that grows: CPU seconds, events, bytes in use and bytes set aside for each citizen."""
    events = 0

    def take(chunk) -> None:
        nonlocal events
        spent = time.process_time()
        events += count_events(chunk.contacts)
        own.append(time.process_time() - spent)

    own: list[float] = []  # what the counting takes is not the engine's
    start = time.process_time()
    run = Run(*a_loop[:4], seed, 0)
    run.to_the_end(take)
    seconds = time.process_time() - start - sum(own)
    people = len(a_loop.citizens)
    return seconds, events, in_use(run) / people, sum(array.nbytes for array in run.world.tables.values()) / people


def in_use(run: Run) -> int:
    """Bytes of the rows that were ever in use at one time, of all tables that grow with people, and of the buckets."""
    tables, used, widths = run.world.tables, run.world.used, run.widths
    rows = {
        "people": PEOPLE, "walks": WALKS, "cares": CARES, "places": PLACES, "requests": REQUESTS, "contacts": CONTACTS, "events": EVENTS, "pieces": PIECES,
    }
    found = sum(int(used[which]) * tables[name].itemsize for name, which in rows.items())
    found += sum(int(used[PEOPLE]) * width * tables[name].itemsize for name, width in widths.items())
    return found + sum(tables[name].nbytes for name in ("citizens", "names", "buckets", "booked", "later"))


__all__ = ["NONE", "Loop", "compiled", "count_events", "counted", "frame", "in_use", "loop", "timed"]
