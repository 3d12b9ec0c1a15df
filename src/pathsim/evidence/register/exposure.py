"""Claim: someone can be admitted only while at home, so time at risk is time alive, here, watched, and in no bed.

The clock since discharge begins when the last hospital bed is left. Whoever has not been seen to be
discharged may have been, before the records begin: their time counts only when they have been watched for
as long as the last band, so that "long ago" is known and not supposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .extract import HOSPITAL, NEVER, Extract


class AtHome(NamedTuple):
    """Intervals at risk [n], times in ms: person, begin, end; discharged (NEVER if none seen);
    watched: since when this person's contacts are recorded."""

    person: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    discharged: np.ndarray
    watched: np.ndarray


class Episodes(NamedTuple):
    """Time in beds [n]: person, begin, end (ms), hospital, acute (of the first contact), seen (the begin was)."""

    person: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    hospital: np.ndarray
    acute: np.ndarray
    seen: np.ndarray


class Events(NamedTuple):
    """What struck [n]: person, time (ms)."""

    person: np.ndarray
    time: np.ndarray


def episodes(extract: Extract, where: tuple[str, ...] = ("home",)) -> Episodes:
    """Beds that follow each other without a break, in sectors in which one is not at risk."""
    rows = extract.contacts
    away = rows["bed"].to_numpy() & (rows["begun"].to_numpy() != NEVER) & ~rows["sector"].isin(where).to_numpy(bool)
    rows = rows[away]
    order = np.lexsort((rows["released"].to_numpy(), rows["begun"].to_numpy(), rows["person"].to_numpy()))
    rows = rows.iloc[order]
    person, begun, end = (rows[name].to_numpy() for name in ("person", "begun", "released"))
    if not len(person):
        none = np.zeros(0, dtype=np.int64)
        return Episodes(none, none, none, none.astype(bool), none.astype(bool), none.astype(bool))
    lift = np.cumsum(np.append(0, np.diff(person) != 0)) * (2 * (int(np.abs(end).max()) + 1))
    furthest = np.maximum.accumulate(end + lift) - lift
    first = np.flatnonzero(np.append(True, (np.diff(person) != 0) | (begun[1:] > furthest[:-1])))
    hospital = np.logical_or.reduceat(rows["sector"].isin(HOSPITAL).to_numpy(bool), first)
    return Episodes(person[first], begun[first], np.maximum.reduceat(end, first), hospital, rows["acute"].to_numpy()[first], rows["seen"].to_numpy()[first])


def at_home(extract: Extract, away: Episodes, counted: np.ndarray) -> AtHome:
    """The intervals of those who are counted, within the records (not yet cut to the window)."""
    citizens = extract.citizens
    assert citizens is not None
    entered, left = citizens["entered"].to_numpy(), citizens["left"].to_numpy()
    enter = np.maximum(entered, extract.observed)
    leave = np.where(left == NEVER, extract.end, np.minimum(left, extract.end))
    people = np.flatnonzero(counted & (leave > enter))
    here = np.isin(away.person, people)
    here &= (away.end > enter[away.person]) & (away.begin < leave[away.person])
    who = away.person[here]
    begin = np.maximum(away.begin[here], enter[who])
    end = np.minimum(away.end[here], leave[who])
    person = np.concatenate([people, who])
    starts = np.concatenate([enter[people], end])
    discharged = np.concatenate([np.full(len(people), NEVER), np.where(away.hospital[here], end, NEVER)])
    order = np.lexsort((np.append(np.zeros(len(people)), np.ones(len(who))), starts, person))
    ends = np.concatenate([leave[people], begin])
    closing = np.lexsort((np.append(np.ones(len(people)), np.zeros(len(who))), ends, person))
    person = person[order]
    return AtHome(person, starts[order], ends[closing], _carried(person, discharged[order]), enter[person])


def _carried(person: np.ndarray, when: np.ndarray) -> np.ndarray:
    """The last time known for this person, NEVER before the first."""
    place = np.where(when == NEVER, -1, np.arange(len(when)))
    first = np.flatnonzero(np.append(True, np.diff(person) != 0))
    place = np.maximum.accumulate(place)
    began = np.repeat(first, np.diff(np.append(first, len(person))))
    return np.where(place >= began, when[np.maximum(place, 0)], NEVER)


def admissions(away: Episodes, extract: Extract) -> Events:
    """Acute admissions from home whose begin was seen, inside the window; all where the extract does not say acute."""
    chosen = away.hospital & away.seen & (away.begin >= extract.start) & (away.begin < extract.end)
    if "acute" in extract.given:
        chosen &= away.acute
    return Events(away.person[chosen], away.begin[chosen])


def within(extract: Extract, home: AtHome, low: int, high: int | None, memory: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """From when to when each interval is in the window and `low` to `high` ms after a discharge [n].

    high None: after `low`, or never discharged within `memory` (default `low`) of being watched.
    """
    begin, end = np.maximum(home.begin, extract.start), np.minimum(home.end, extract.end)
    known = home.discharged != NEVER
    since = np.where(known, home.discharged, home.watched if memory is None else home.watched + (memory - low))
    begin = np.maximum(begin, since + low)
    if high is not None:
        end = np.where(known, np.minimum(end, since + high), begin)
    return begin, np.maximum(begin, end)


def interval_of(home: AtHome, events: Events) -> np.ndarray:
    """In which interval each event falls; -1 for none. An event at the end of an interval is in it."""
    low = min(int(home.begin.min(initial=0)), int(events.time.min(initial=0)))
    span = max(int(home.end.max(initial=0)), int(events.time.max(initial=0))) - low + 2
    place = np.searchsorted(home.person * span + home.begin - low, events.person * span + events.time - low, side="left") - 1
    # an event at the very begin of an interval, such as an admission at the instant of entry, has no time at risk
    there = (place >= 0) & (home.person[np.maximum(place, 0)] == events.person) & (home.end[np.maximum(place, 0)] >= events.time)
    return np.where(there, place, -1)
