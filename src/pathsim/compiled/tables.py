"""The tables of the compiled engine: one row for each person, walk, place, request, contact and event.

Rows are reused: what has gone leaves its row to whoever comes next, and `next` links the free ones.
`NONE` stands where there is nothing. Times are int64 milliseconds.
"""

from __future__ import annotations

import numpy as np

NONE = -1
NOTHING = 2**31 - 1  # no tree


def _row(fields: list) -> np.dtype:
    """Fields that can be read as attributes, compiled or not."""
    return np.dtype((np.record, np.dtype(fields, align=True)))


PERSON = _row([
    ("number", "i8"), ("enrolled", "i8"),
    ("who", "u4"), ("stream", "u4"),  # the key of their luck; of a citizen the stream is the generation
    ("slot", "i4"), ("walk", "i4"), ("tasks", "i4"), ("strike", "i4"),  # own walk, first of the tasks, event of the next strike
    ("pending", "i4"),  # events that name this row: it is not reused before they are over
    ("which", "i2"), ("where", "i2"), ("informed", "i1"), ("gone", "i1"), ("entered", "i1"), ("here", "i1"), ("next", "i4"),
])

CLOCK = _row([  # one risk of one person: the path of its hazard is (since, speed) and then the pieces from `more` on
    ("budget", "f8"), ("speed", "f8"), ("since", "i8"), ("strike", "i8"), ("more", "i4"),
])

PIECE = _row([("since", "i8"), ("speed", "f8"), ("next", "i4")])

WALK = _row([
    ("person", "i4"), ("form", "i4"), ("event", "i4"), ("bed", "i4"), ("slot", "i4"), ("request", "i4"), ("granted", "i4"),
    ("contact", "i4"), ("joining", "i4"), ("others", "i4"), ("first", "i4"), ("care", "i4"), ("next", "i4"),
    ("came_from", "i2"), ("cause", "i2"), ("phase", "i1"), ("acute", "i1"), ("joined", "i1"),
])

CARE = _row([  # what a walk has beyond this if it is a task
    ("due", "i8"), ("started", "i8"), ("walk", "i4"), ("form", "i4"), ("expiry", "i4"), ("sibling", "i4"), ("index", "i2"),
    ("active", "i1"), ("postponed", "i1"), ("next", "i4"),
])

PLACE = _row([("pool", "i4"), ("owner", "i4"), ("contact", "i4"), ("in_surge", "i1"), ("next", "i4")])

REQUEST = _row([
    ("since", "i8"), ("asked", "i8"), ("walk", "i4"), ("pool", "i4"), ("owner", "i4"), ("priority", "i4"),
    ("before", "i4"), ("after", "i4"), ("holding", "i1"), ("next", "i4"),
])

EVENT = _row([
    ("time", "i8"), ("number", "i8"), ("who", "i4"), ("what", "i4"), ("previous", "i4"), ("next", "i4"), ("more", "i4"),
])

DUE = _row([("time", "i8"), ("number", "i8"), ("event", "i4")])  # an entry of the heap of the present bucket

CONTACT = _row([
    ("number", "i8"), ("person", "i8"), ("asked", "i8"), ("begun", "i8"), ("ended", "i8"), ("given_back", "i8"),
    ("due", "i8"), ("enrolled", "i8"), ("patient_travel", "i8"),
    ("pool", "i4"), ("next", "i4"), ("step", "i2"), ("unit", "i2"), ("task", "i2"), ("cause", "i2"), ("from_step", "i2"),
    ("kind", "i1"), ("how", "i1"), ("acute", "i1"), ("in_surge", "i1"), ("joint", "i1"), ("from_start", "i1"),
    ("complete", "i1"), ("placed", "i1"),  # placed: a place knows of it
])

LOGGED = _row([("person", "i8"), ("time", "i8"), ("what", "i2"), ("name", "i2"), ("value", "i4")])
CAME = _row([("number", "i8"), ("entered", "i8"), ("slot", "i4"), ("generation", "i4"), ("arrival", "i4")])
LEFT = _row([("number", "i8"), ("left", "i8"), ("reason", "i4")])

# What the plan is laid out as
NODE = _row([("ask", "i4"), ("index", "i4"), ("first", "i4"), ("limit", "f8")])
AMOUNT = _row([  # a number or a distribution, and what multiplies or is added to it, in order
    ("a", "f8"), ("b", "f8"), ("c", "f8"), ("kind", "i4"), ("first", "i4"), ("last", "i4"), ("seen", "i4"), ("seen_last", "i4"),
])
CHANGE = _row([("adds", "i4"), ("node", "i4")])
ODDS = _row([("option", "i4"), ("node", "i4")])
WEIGHTS = _row([("first", "i4"), ("odds", "i4"), ("odds_last", "i4")])
OPTION = _row([("low", "i4"), ("high", "i4")])
CHOICE = _row([("node", "i4"), ("first", "i4"), ("count", "i4")])
OUTCOME = _row([("chance", "f8"), ("kind", "i4"), ("code", "i4")])
ACTION = _row([("kind", "i4"), ("target", "i4"), ("node", "i4"), ("decision", "i4")])
SPAN = _row([("first", "i4"), ("last", "i4")])

UNIT = _row([
    ("queue", "f8"), ("length", "i8"), ("first_pool", "i4"), ("pools", "i4"), ("pool_by", "i4"), ("owner_by", "i4"), ("sector", "i4"),
    ("periods", "i4"), ("periods_last", "i4"), ("slots", "i4"), ("opening", "i4"), ("openings", "i4"), ("beds", "i1"), ("due_first", "i1"),
])
POOL = _row([
    ("places", "f8"), ("surge", "f8"), ("in_use", "i8"), ("waiting", "i8"), ("asked", "i8"), ("unit", "i4"), ("owner", "i4"), ("owners", "i4"),
    ("head", "i4"), ("tail", "i4"), ("diary", "i8"), ("open", "i1"),
])
FORM = _row([
    ("notice", "i8"), ("index", "i4"), ("verb", "i4"), ("unit", "i4"), ("then", "i4"), ("otherwise", "i4"), ("lost", "i4"),
    ("time", "i4"), ("time_decision", "i4"), ("patience", "i4"), ("patience_decision", "i4"), ("priority", "i4"), ("share", "i4"),
    ("decision", "i4"), ("choice", "i4"), ("begun", "i4"), ("done", "i4"), ("surge", "i4"), ("patient_travel", "i4"), ("staff_travel", "i4"),
    ("companions", "i4"), ("companions_last", "i4"), ("variant", "i4"), ("variants", "i4"), ("first_form", "i4"), ("reason", "i4"),
    ("hold", "i1"), ("acute", "i1"), ("diary", "i1"),
])
TASK = _row([
    ("where", "i8"), ("due", "i8"), ("expires", "i8"), ("index", "i4"), ("then", "i4"), ("who", "i4"), ("after", "i4"), ("after_decision", "i4"),
    ("every", "i4"), ("every_decision", "i4"), ("phase_decision", "i4"), ("keeps_on", "i4"), ("missed", "i4"), ("lever", "i4"),
    ("variant", "i4"), ("variants", "i4"), ("first_form", "i4"), ("drop", "i1"),
])
VARIANT = _row([("lever", "i4"), ("decision", "i4")])
LEVER = _row([
    ("begins", "i8"), ("who", "i4"), ("parent", "i4"), ("reach", "i4"), ("together", "i4"), ("at", "i4"), ("ramp", "i4"), ("fidelity", "i4"),
    ("fidelity_by", "i4"), ("alike", "i4"), ("enrolled", "i4"), ("decision", "i4"), ("practice_decision", "i4"),
])
RISK = _row([
    ("where", "i8"), ("rate", "i4"), ("who", "i4"), ("decision", "i4"), ("done", "i4"), ("then", "i4"), ("season", "i4"), ("seasons", "i4"),
    ("effects", "i4"), ("effects_last", "i4"), ("edges", "i4"), ("edges_last", "i4"),
])
BANDED = _row([("effect", "i4"), ("first", "i4"), ("last", "i4")])
BAND = _row([("start", "i8"), ("end", "i8"), ("node", "i4")])
EDGE = _row([("end", "i8"), ("effect", "i4")])
SEASON = _row([("since", "i8"), ("speed", "f8"), ("passed", "f8")])
STREAM = _row([
    ("spent", "f8"), ("n", "i8"), ("stream", "i8"), ("decision", "i4"), ("every", "i4"), ("season", "i4"), ("seasons", "i4"),
    ("then", "i4"), ("with_", "i4"),
])
ALREADY = _row([
    ("low", "f8"), ("stream", "i8"), ("step", "i4"), ("inside", "i4"), ("waiting", "i4"), ("left", "i4"), ("time", "i4"), ("with_", "i4"),
    ("decision", "i4"),
])
ATTRIBUTE = _row([("choice", "i4"), ("decision", "i4"), ("within", "i4"), ("first", "i4"), ("name", "i4")])
OPENING = _row([("time", "i8"), ("opens", "i1")])
PERIOD = _row([("since", "i8"), ("passed", "i8")])  # of a diary: its start, and the appointments before it

# Tables whose rows are reused
PEOPLE, PIECES, WALKS, CARES, PLACES, REQUESTS, CONTACTS, EVENTS = range(8)

# Codes
ASKS = ("attribute", "effect", "task", "lever", "informed", "hour", "weekday", "month", "date", "crowded", "full")
(ATTRIBUTE_, EFFECT_, TASK_, LEVER_, INFORMED_, HOUR_, WEEKDAY_, MONTH_, DATE_, CROWDED_, FULL_) = range(len(ASKS))
VERBS = ("at", "wait", "choose", "handover", "do", "leave")
AT, WAIT, CHOOSE, HANDOVER, DO_, LEAVE = range(len(VERBS))
KINDS = ("at", "wait", "handover", "task")
AT_UNIT, WAITING_TIME, MESSAGE, MISSED_TASK = range(len(KINDS))
HOWS = ("completed", "gave_up", "refused", "displaced", "died", "missed", "censored")
COMPLETED, GAVE_UP, REFUSED, DISPLACED, DIED, MISSED, CENSORED = range(len(HOWS))
ACTIONS = ("fact", "effect", "task", "step")
FACT, EFFECT, TASK_ACTION, STEP_ACTION = range(len(ACTIONS))
OUTCOMES = ("do", "stop", "set", "draw")
DO, STOP, SET, DRAW = range(len(OUTCOMES))
WHATS = ("strike", "fact", "effect", "enrolled")
STRUCK, FACT_SET, EFFECT_BEGUN, ENROLLED = range(len(WHATS))
FRESH, PART, UNIFORM_LEFT, DRAWN_LEFT = range(4)

# What an event is
WAKE, STRIKE, OPEN, ARRIVE, BIRTHDAY, START_TASK, STOP_TASK, DIVERT, ENROL, EXPIRE, MOVE_IN = range(11)
# Where a walk stands
ASKED, JOINING, IN_CARE, THERE, BOOKED, SEEN, WAITS, SENT, DELAYED, POSTPONED, PAUSED = range(11)

HOME, END, GONE, TIME_PASSES, NOWHERE = -1, -2, -3, -9, -10
