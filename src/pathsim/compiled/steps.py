"""What the six verbs mean: one function for each kind of step, under the names of `engine.steps`.

Each takes (world, walk, form) and returns the next step, or TIME_PASSES: then the phase of the walk
says what its next wake-up goes on with (`going`).
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..plan.model import NEVER
from .actions import inform, perform
from .ask import has_room, option, pool_of, time, value, whole
from .log import contact_over, new_contact
from .luck import uniform_of
from .places import book, join_queue, next_free, owner_of, take, time_of, withdraw
from .tables import (
    ASKED,
    AT_UNIT,
    BOOKED,
    COMPLETED,
    GAVE_UP,
    GONE,
    IN_CARE,
    JOINING,
    MESSAGE,
    NONE,
    NOTHING,
    REFUSED,
    SEEN,
    SENT,
    TIME_PASSES,
    WAITING_TIME,
    WAITS,
)
from .walks import append_place, bring, give_back_list, give_back_slot, leave_model, obtained, sleep

REFUSED_AT_ONCE = -2


@jit
def at(w, i, form):
    """At a unit for a time: ask for a place, wait for it, be cared for, go on."""
    bring(w, i, form.hold)
    walk = w.walks[i]
    c = record(w, i, form, form.unit, AT_UNIT)
    if form.patient_travel != NOTHING:
        w.contacts[c].patient_travel = whole(value(w, form.patient_travel, walk.person, w.now))
    if form.diary:
        return appointment(w, i, form)
    place = ask(w, i, form)
    if place == NONE:
        walk.phase = ASKED
        return TIME_PASSES
    if place == REFUSED_AT_ONCE:
        return give_up(w, i, form, REFUSED)
    return has_place(w, i, form, place)


@jit
def record(w, i, form, unit, kind):
    """The contact that is open in this walk from now on."""
    c = new_contact(w, i, form.index, unit, kind)
    w.walks[i].contact = c
    if form.acute != NONE:
        w.contacts[c].acute = form.acute
    return c


@jit
def ask(w, i, form):
    """A place at once, REFUSED_AT_ONCE, or NONE: then one waits (rules 9–12)."""
    walk = w.walks[i]
    p, unit = walk.person, w.units[form.unit]
    pool = pool_of(w, form.unit, p)
    w.contacts[walk.contact].pool = pool
    held = walk.bed if unit.beds else walk.slot
    if held != NONE and w.places[held].pool == pool:
        return held
    owner = owner_of(w, pool, p)
    if has_room(w, w.pools[pool]):
        return take(w, pool, owner)
    holding = walk.bed != NONE or walk.slot != NONE
    if not holding and w.pools[pool].waiting >= unit.queue:
        return REFUSED_AT_ONCE
    patience = NEVER
    if form.patience != NOTHING:
        patience = whole(time(w, form.patience, p, w.now, form.patience_decision))
        if patience <= 0:
            return REFUSED_AT_ONCE
    since = w.now
    if unit.due_first and walk.care != NONE and w.cares[walk.care].due >= 0:
        since = w.cares[walk.care].due
    join_queue(w, i, pool, owner, 1 if holding else 0, int(value(w, form.priority, p, w.now)), since)
    if patience < NEVER:
        sleep(w, i, w.now + patience)
    return NONE


@jit
def give_up(w, i, form, how):
    """Patience ended, or the queue is full: somewhere else."""
    walk = w.walks[i]
    if walk.request != NONE:
        withdraw(w, walk.request)
    c = walk.contact
    walk.contact = NONE
    w.contacts[c].how, w.contacts[c].ended = how, w.now
    contact_over(w, c)
    return form.otherwise


@jit
def has_place(w, i, form, place):
    """There is a place: now the others, if any, and care begins."""
    walk = w.walks[i]
    walk.first, walk.joined = place, 0
    if form.companions < form.companions_last:
        if w.places[place].contact == NONE:  # not one that one goes on in (rule 9), which is still that of the contact before
            append_place(w, i, place)
            w.places[place].contact = walk.contact
            w.contacts[walk.contact].placed = 1
        return companions(w, i, form)
    return care(w, i, form)


@jit
def companions(w, i, form):
    """Places at the other units, taken one after the other; what has been taken is kept meanwhile."""
    walk = w.walks[i]
    p = walk.person
    while form.companions + walk.joined < form.companions_last:
        unit = w.companions[form.companions + walk.joined]
        pool = pool_of(w, unit, p)
        c = new_contact(w, i, form.index, unit, AT_UNIT)
        contact = w.contacts[c]
        contact.joint, contact.pool, contact.acute = 1, pool, w.contacts[walk.contact].acute
        owner = owner_of(w, pool, p)
        if not has_room(w, w.pools[pool]):
            join_queue(w, i, pool, owner, 1, int(value(w, form.priority, p, w.now)), w.now)
            walk.joining, walk.phase = c, JOINING
            return TIME_PASSES
        join(w, i, take(w, pool, owner), c)
    if walk.others == walk.first:  # the first place belongs to the walk from now on
        walk.others = w.places[walk.first].next
        w.places[walk.first].next = NONE
    place = walk.others
    while place != NONE:
        w.contacts[w.places[place].contact].begun = w.now
        place = w.places[place].next
    return care(w, i, form)


@jit
def join(w, i, place, c):
    w.places[place].contact = c
    w.contacts[c].placed = 1
    append_place(w, i, place)
    w.walks[i].joined += 1


@jit
def joined(w, i, form, place):
    """Called to a place at a companion unit."""
    c = w.walks[i].joining
    w.walks[i].joining = NONE
    join(w, i, place, c)
    return companions(w, i, form)


@jit
def care(w, i, form):
    """Care begins, and lasts for the time that is drawn now."""
    begin(w, i, form, w.walks[i].first)
    sleep(w, i, end_of_care(w, i, form))
    w.walks[i].phase = IN_CARE
    return TIME_PASSES


@jit
def begin(w, i, form, place):
    """Care begins: the place brought along is given back, the actions of beginning are carried out."""
    walk = w.walks[i]
    c, p = walk.contact, walk.person
    contact, here = w.contacts[c], w.places[place]
    in_surge = here.in_surge
    contact.begun, contact.in_surge, contact.placed = w.now, in_surge, 1
    kept = here.contact
    here.contact = c
    if kept != NONE and kept != c:
        w.contacts[kept].given_back = w.now
        contact_over(w, kept)
    obtained(w, i, place)
    if in_surge:
        perform(w, p, form.surge)
    perform(w, p, form.begun)


@jit
def end_of_care(w, i, form):
    """Until when the place is taken: travel of the staff, and the time drawn now that care begins."""
    p = w.walks[i].person
    lasts = time(w, form.time, p, w.now, form.time_decision)
    if form.staff_travel != NOTHING:
        lasts = value(w, form.staff_travel, p, w.now) + lasts
    return w.now + whole(lasts)


@jit
def complete(w, i, form):
    """Care is completed: what it does is done, then the next step is found (rule 3)."""
    walk = w.walks[i]
    c, p, others = walk.contact, walk.person, walk.others
    walk.contact = NONE
    w.contacts[c].how, w.contacts[c].ended = COMPLETED, w.now
    if not w.contacts[c].placed:  # else it is over when the place is given back
        contact_over(w, c)
    if others != NONE:
        walk.others = NONE
        place = others
        while place != NONE:
            contact = w.contacts[w.places[place].contact]
            contact.how, contact.ended = COMPLETED, w.now
            place = w.places[place].next
        give_back_list(w, others)
    perform(w, p, form.done)
    return form.then


@jit
def appointment(w, i, form):
    """A date offered by a diary; who does not come leaves it empty."""
    walk = w.walks[i]
    p = walk.person
    pool = pool_of(w, form.unit, p)
    w.contacts[walk.contact].pool = pool
    patience = NEVER
    if form.patience != NOTHING:
        patience = whole(time(w, form.patience, p, w.now, form.patience_decision))
    number = next_free(w, form.unit, pool, w.now + form.notice)
    date = time_of(w, form.unit, number)
    if date - w.now > patience:
        return give_up(w, i, form, REFUSED)
    book(w, form.unit, pool, number)
    comes = uniform_of(w, p, form.decision) < value(w, form.share, p, w.now)
    walk.joined = 1 if comes else 0
    sleep(w, i, date)
    walk.phase = BOOKED
    return TIME_PASSES


@jit
def at_appointment(w, i, form):
    walk = w.walks[i]
    if not walk.joined:
        return give_up(w, i, form, GAVE_UP)
    w.contacts[walk.contact].begun = w.now
    give_back_slot(w, i)
    perform(w, walk.person, form.begun)
    sleep(w, i, w.now + w.units[form.unit].length)
    walk.phase = SEEN
    return TIME_PASSES


@jit
def wait(w, i, form):
    """Time passes, at home if it says so."""
    let_time_pass(w, i, form, WAITING_TIME)
    w.walks[i].phase = WAITS
    return TIME_PASSES


@jit
def let_time_pass(w, i, form, kind):
    bring(w, i, form.hold)
    p = w.walks[i].person
    c = record(w, i, form, NONE, kind)
    w.contacts[c].begun = w.now
    perform(w, p, form.begun)
    sleep(w, i, w.now + whole(time(w, form.time, p, w.now, form.time_decision)))


@jit
def choose(w, i, form):
    """One of several steps, by shares."""
    p = w.walks[i].person
    return option(w, w.choices[form.choice], p, w.now, uniform_of(w, p, form.decision))


@jit
def handover(w, i, form):
    """A message to another sector: the walk goes on when it arrives, whole or not."""
    let_time_pass(w, i, form, MESSAGE)
    w.walks[i].phase = SENT
    return TIME_PASSES


@jit
def arrived(w, i, form):
    walk = w.walks[i]
    p = walk.person
    is_whole = uniform_of(w, p, form.decision) < value(w, form.share, p, w.now)
    contact = w.contacts[walk.contact]
    contact.complete, contact.given_back = (1 if is_whole else 0), w.now
    inform(w, p, 1 if is_whole else 0)
    following = complete(w, i, form)
    return following if is_whole else form.lost


@jit
def do(w, i, form):
    """Something happens at once."""
    perform(w, w.walks[i].person, form.done)
    return form.then


@jit
def leave(w, i, form):
    """Out of the model; all tasks end (rules 27 and 29)."""
    leave_model(w, i, form.reason)
    return GONE
