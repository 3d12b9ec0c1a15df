"""One replication: how it begins, and event after event until the horizon or until its records must be taken away."""

from __future__ import annotations

from ..draws import uniform
from ..draws.jit import jit as jit_entry
from ..draws.jit import jit_inner as jit
from ..draws.samplers import exponential
from ..engine.luck import ARRIVALS
from .ask import changed_by, decide, pool_of, time, whole
from .calendar import next_event, schedule
from .going import go, next_goes, wake
from .log import log_came
from .luck import drawn, uniform_of
from .people import be_like, birthday, divert, draw_facts, enrol, enter, newcomer, send, settle, strike
from .places import call, owner_of, take
from .risks import reach
from .steps import end_of_care, record
from .tables import (
    ARRIVE,
    AT_UNIT,
    BIRTHDAY,
    DIVERT,
    DRAWN_LEFT,
    ENROL,
    EVENTS,
    EXPIRE,
    FRESH,
    MOVE_IN,
    NONE,
    OPEN,
    PART,
    PEOPLE,
    START_TASK,
    STOP_TASK,
    STRIKE,
    THERE,
    WAKE,
)
from .tasks import expired, start_task, stop_started
from .walks import let_go, new_walk, obtained, sleep
from .world import give_row, must_pause

AGAIN, DONE = 0, 1
THERE_ALREADY, CITIZENS, EVENTS_COME = range(3)


@jit_entry
def draw_citizens(w):
    """What is not known of the citizens of day 0 is drawn, before anyone lives."""
    for slot in range(w.n_citizens):
        w.used[PEOPLE] = 0  # any row will do
        p = enter(w, slot, w.names[slot], 0)
        be_like(w, p, slot)
        draw_facts(w, p, True)
        for a in range(w.n_attributes):
            w.citizens[slot * w.n_attributes + a] = w.facts[p * w.n_attributes + a]
    w.used[PEOPLE], w.person_number = 0, 0


@jit_entry
def open_units(w):
    """Opening hours begin: what opens at midnight of day 0 is open, and the first change to come is an event."""
    for u in range(w.n_units):
        if w.units[u].openings > w.units[u].opening:
            w.opening_next[u] = w.units[u].opening
            if w.openings[w.opening_next[u]].time == 0:
                change_opening(w, u)
            else:
                schedule(w, w.openings[w.opening_next[u]].time, OPEN, u, 0)


@jit
def change_opening(w, u):
    """Opens or closes; who is being served when it closes is served to the end (rule 13)."""
    unit = w.units[u]
    while True:
        opens = w.openings[w.opening_next[u]].opens
        for q in range(unit.first_pool, unit.first_pool + unit.pools):
            w.pools[q].open = opens
            call(w, q, NONE)
        w.opening_next[u] += 1
        if w.opening_next[u] == unit.openings:
            return
        following = w.openings[w.opening_next[u]].time
        if following > 0:
            schedule(w, following, OPEN, u, 0)
            return


@jit
def already_there(w, k, n):
    """The n-th of those who are in a step on day 0: first those inside, then the queue (rule 33)."""
    there = w.already[k]
    p = newcomer(w, n, there.stream, w.n_streams + k, there.with_)
    form = w.forms[there.step]
    i = new_walk(w, p, NONE, 1 if form.acute == 1 else 0)
    w.people[p].walk = i
    w.marked = w.contact_number
    if n < there.inside:
        _inside(w, i, there)
    else:
        next_goes(w, i, there.step)


@jit
def _inside(w, i, there):
    """Inside on day 0, even beyond the places there are: nobody is put out."""
    walk = w.walks[i]
    walk.form = there.step
    form, p = w.forms[there.step], walk.person
    pool = pool_of(w, form.unit, p)
    contact = w.contacts[record(w, i, form, form.unit, AT_UNIT)]
    place = take(w, pool, owner_of(w, pool, p))
    w.places[place].contact = walk.contact
    contact.pool, contact.begun, contact.in_surge, contact.placed = pool, 0, w.places[place].in_surge, 1
    obtained(w, i, place)
    walk.phase = THERE
    sleep(w, i, _left(w, i, form, there))


@jit
def _left(w, i, form, there):
    """What is left of a stay that began before day 0."""
    p = w.walks[i].person
    if there.left == DRAWN_LEFT:
        return whole(time(w, there.time, p, 0, there.decision))
    length = end_of_care(w, i, form)  # from day 0 on
    if there.left == FRESH:
        return length
    low = 0.0 if there.left == PART else there.low
    return whole(low + uniform_of(w, p, there.decision) * max(length - low, 0.0))


@jit
def enter_citizens(w):
    """Everyone's row, in the order of the citizens, before anything happens to anyone."""
    w.free[PEOPLE] = NONE  # citizens have new rows, one after the other
    w.first_citizen = w.used[PEOPLE]
    for slot in range(w.n_citizens):
        p = enter(w, slot, w.names[slot], 0)
        be_like(w, p, slot)


@jit
def begins(w, p):
    """A citizen begins to live."""
    log_came(w, p, NONE)
    settle(w, p)
    send(w, p, w.starts, NONE, 0)


@jit
def move_in(w, slot, generation):
    """Who moves in where a citizen died, as like them as on day 0."""
    p = enter(w, slot, w.names[slot], generation)
    be_like(w, p, slot)
    begins(w, p)


@jit
def next_arrival(w, k):
    """A rate is a hazard that consumes one exponential budget for each arrival."""
    stream = w.streams[k]
    who = ARRIVALS | stream.stream
    if stream.season != NONE:
        stream.spent += exponential(uniform(w.seed, w.replication, stream.n, who, w.decisions[stream.decision], 0), 1.0)
        at = reach(w, stream.season, stream.seasons, stream.spent)
        when = whole(at) if at < w.horizon else w.horizon
    else:
        amount = w.amounts[decide(w, stream.every, 0, w.now)]
        when = w.now + whole(changed_by(w, amount, drawn(w, amount, stream.n, who, stream.decision, 0), 0, w.now))
    schedule(w, when, ARRIVE, k, 0)


@jit
def arrive(w, k):
    stream = w.streams[k]
    n = stream.n
    stream.n += 1
    next_arrival(w, k)
    p = newcomer(w, n, stream.stream, k, stream.with_)
    send(w, p, stream.then, w.n_risks + k, 0)


@jit
def begin_on(w):
    """What comes before the first event, one thing at a time: who is there already, the citizens, the arrivals; whether that was all."""
    if w.stage == THERE_ALREADY:
        if w.doing == w.n_already:
            w.stage, w.doing = CITIZENS, 0
            enter_citizens(w)
        elif w.doing_n == w.already[w.doing].inside + w.already[w.doing].waiting:
            w.doing, w.doing_n = w.doing + 1, 0
        else:
            already_there(w, w.doing, w.doing_n)
            w.doing_n += 1
    elif w.doing < w.n_citizens:
        begins(w, w.first_citizen + w.doing)
        w.doing += 1
    else:
        for k in range(w.n_streams):
            next_arrival(w, k)
        w.stage = EVENTS_COME


@jit_entry
def run_on(w):
    """Events in their order; DONE at the horizon, AGAIN where the world must first be made larger."""
    while not must_pause(w):
        if w.stage != EVENTS_COME:
            begin_on(w)
        elif not happen(w):
            return DONE
        go(w)
        w.marked = NONE
    return AGAIN


@jit
def happen(w):
    """The next event happens; False at the horizon."""
    e = next_event(w)
    if e == NONE:
        return False
    event = w.events[e]
    what, who, more = event.what, event.who, event.more
    give_row(w, EVENTS, w.events, e)
    if what == WAKE:
        wake(w, who)
    elif what == STRIKE:
        strike(w, who)
    elif what == OPEN:
        change_opening(w, who)
    elif what == ARRIVE:
        arrive(w, who)
    elif what == EXPIRE:
        expired(w, who)
    elif what == MOVE_IN:
        move_in(w, who, more)
    else:
        for_person(w, what, who, more)
        w.people[who].pending -= 1
        let_go(w, who)
    return True


@jit
def for_person(w, what, p, more):
    """An event that names a person."""
    if what == BIRTHDAY:
        birthday(w, p)
    elif what == START_TASK:
        start_task(w, p, more, -1.0)
    elif what == STOP_TASK:
        stop_started(w, p, more)
    elif what == DIVERT:
        divert(w, p, more)
    elif what == ENROL:
        enrol(w, p, more)
