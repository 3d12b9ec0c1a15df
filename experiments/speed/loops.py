"""The care loops that are timed, as text, and how the compiled engine's work and memory are counted."""

import time
from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.compiled import tables as t
from pathsim.compiled.replication import Run
from pathsim.language import read_system, read_text
from pathsim.plan import Plan, lay_out
from pathsim.study.run import encode

AREA = 20_000  # citizens
PLACES = {"plain": (5, 290, 450), "hours": (20, 290, 450)}  # for so many citizens

PLAIN = """
units:
  gp:        {sector: practice}
  ward:      {sector: hospital}
  municipal: {sector: municipality}
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
  gp:        {open: {mon-fri: 8-16}}
  ward:      {sector: hospital}
  municipal: {sector: municipality}
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
    """There are places in proportion to the people. `areas` is `hours` with doctors of its own for each 20,000 citizens."""
    text, first = {"plain": (PLAIN, "plain"), "hours": (HOURS, "hours"), "areas": (HOURS, "hours")}[name]
    places = [max(1, round(n * citizens / AREA)) for n in PLACES[first]]
    raw = read_text(text)
    for unit, n in zip(("gp", "ward", "municipal"), places, strict=True):
        raw["units"][unit] = {"slots" if unit == "gp" else "beds": n} | raw["units"][unit]
    if name == "areas" and citizens > AREA:
        areas = [f"area_{i}" for i in range(citizens // AREA)]
        raw["attributes"]["area"] = dict.fromkeys(areas[1:], 1 / len(areas)) | {areas[0]: "rest"}
        raw["units"]["gp"] |= {"per": "area", "slots": round(places[0] / len(areas))}
    system = read_system({**raw, "population": {"citizens": citizens, "starts": "living"}})
    plan = lay_out(system, days)
    return Loop(plan, *encode(plan, None), tuple(places))


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


class Counted(NamedTuple):
    """What a run took: CPU seconds, events, bytes of rows in use and bytes set aside for each citizen."""

    seconds: float
    events: int
    in_use: float
    set_aside: float


def counted(a_loop: Loop, seed: int = 1) -> Counted:
    """The compiled engine where nobody keeps the contacts: they are counted, and what that takes is not the engine's."""
    events, counting = 0, 0.0

    def take(chunk) -> None:
        nonlocal events, counting
        seconds, found = timed(count_events, chunk.contacts)
        events, counting = events + found, counting + seconds

    start = time.process_time()
    run = Run(*a_loop[:4], seed, 0)
    run.to_the_end(take)
    seconds = time.process_time() - start - counting
    people = len(a_loop.citizens)
    return Counted(seconds, events, in_use(run) / people, sum(array.nbytes for array in run.world.tables.values()) / people)


def in_use(run: Run) -> int:
    """Bytes of all rows that were ever in use at one time, of what is kept of the citizens of day 0, and of the calendar."""
    tables, used = run.world.tables, run.world.used
    rows = {
        "people": t.PEOPLE, "walks": t.WALKS, "cares": t.CARES, "places": t.PLACES, "requests": t.REQUESTS, "contacts": t.CONTACTS, "events": t.EVENTS,
        "pieces": t.PIECES,
    }
    found = sum(int(used[which]) * tables[name].itemsize for name, which in rows.items())
    found += sum(int(used[t.PEOPLE]) * width * tables[name].itemsize for name, width in run.widths.items())
    return found + sum(tables[name].nbytes for name in ("citizens", "names", "buckets"))
