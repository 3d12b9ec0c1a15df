"""Walks: where a walk holds what, how it stops, and the tasks that go on beside a life (rules 7–9, 20, 23–27).

A walk is a row that says in which phase of which step it stands, so that it can be stopped at any
moment and leaves nothing behind.
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .actions import task_changed
from .calendar import cancel, schedule
from .log import contact_over, log_left
from .places import give_back, withdraw
from .risks import forget_risks, moved
from .tables import (
    CARES,
    DIED,
    DISPLACED,
    IN_CARE,
    MOVE_IN,
    NONE,
    PEOPLE,
    POSTPONED,
    WAKE,
    WALKS,
)
from .world import give_row, take_row


@jit
def new_walk(w, p, cause, acute):
    i = take_row(w, WALKS, w.walks)
    walk = w.walks[i]
    walk.person, walk.form, walk.cause, walk.acute, walk.came_from, walk.phase, walk.joined = p, NONE, cause, acute, NONE, IN_CARE, 0
    walk.event, walk.bed, walk.slot, walk.request, walk.granted = NONE, NONE, NONE, NONE, NONE
    walk.contact, walk.joining, walk.others, walk.first, walk.care = NONE, NONE, NONE, NONE, NONE
    return i


@jit
def free_walk(w, i):
    walk = w.walks[i]
    if walk.care != NONE:
        give_row(w, CARES, w.cares, walk.care)
    give_row(w, WALKS, w.walks, i)


@jit
def sleep(w, i, until):
    w.walks[i].event = schedule(w, until, WAKE, i, 0)


# Places
@jit
def append_place(w, i, place):
    """A place at a companion unit, after the others."""
    w.places[place].next = NONE
    last = w.walks[i].others
    if last == NONE:
        w.walks[i].others = place
        return
    while w.places[last].next != NONE:
        last = w.places[last].next
    w.places[last].next = place


@jit
def give_back_list(w, place):
    while place != NONE:
        following = w.places[place].next
        give_back(w, place)
        place = following


@jit
def give_back_slot(w, i):
    slot = w.walks[i].slot
    w.walks[i].slot = NONE
    if slot != NONE:
        give_back(w, slot)


@jit
def give_back_all(w, i):
    walk = w.walks[i]
    if walk.care == NONE and (walk.bed != NONE or walk.slot != NONE or walk.others != NONE):
        whereabouts(w, walk.person, 0)  # a task never takes a bed, so it moves nobody
    give_back_places(w, i)


@jit
def give_back_places(w, i):
    """The slot, the bed, and the places at companion units, which are a list."""
    walk = w.walks[i]
    slot, bed, others = walk.slot, walk.bed, walk.others
    walk.slot, walk.bed, walk.others = NONE, NONE, NONE
    if slot != NONE:
        give_back(w, slot)
    if bed != NONE:
        give_back(w, bed)
    give_back_list(w, others)


@jit
def bring(w, i, hold):
    """Each step decides about the place brought to it (rules 7 and 8)."""
    if not hold:
        give_back_all(w, i)
    elif w.walks[i].bed != NONE:
        give_back_slot(w, i)


@jit
def obtained(w, i, place):
    """Care begins in this place; a place held until now is given back (rule 8)."""
    walk = w.walks[i]
    unit = w.units[w.pools[w.places[place].pool].unit]
    bed, slot = walk.bed, walk.slot
    if unit.beds:
        walk.bed, walk.slot = place, NONE
        if walk.care == NONE:
            whereabouts(w, walk.person, unit.sector)
        if bed != NONE and bed != place:
            give_back(w, bed)
    else:
        walk.slot = place
    if slot != NONE and slot != place:
        give_back(w, slot)


# Stopping
@jit
def stop(w, i, how):
    """Ends what is queued or in progress in a person's own walk, at once; the contact says how."""
    _let_go(w, i, how)
    give_back_all(w, i)


@jit
def stop_task(w, i, how):
    """The same for a task, whose end moves nobody."""
    _let_go(w, i, how)
    give_back_places(w, i)


@jit
def _let_go(w, i, how):
    """Alarm, request and contacts of a walk end; the place it was called to is given back."""
    walk = w.walks[i]
    cancel(w, walk.event)
    walk.event = NONE
    if walk.request != NONE:
        withdraw(w, walk.request)
    place = walk.others
    while place != NONE:
        _cut_off(w, w.places[place].contact, how)
        place = w.places[place].next
    contact, joining, granted = walk.contact, walk.joining, walk.granted
    walk.contact, walk.joining, walk.granted = NONE, NONE, NONE
    _cut_off(w, contact, how)
    _cut_off(w, joining, how)
    if granted != NONE:
        give_back(w, granted)


@jit
def _cut_off(w, c, how):
    if c == NONE:
        return
    contact = w.contacts[c]
    contact.how, contact.ended = how, w.now
    if contact.begun >= 0:
        contact.given_back = w.now
    if not contact.placed:  # else it is over when the place is given back
        contact_over(w, c)


# Whereabouts
@jit
def whereabouts(w, p, where):
    person = w.people[p]
    before = person.where
    if where == before:
        return
    person.where = where
    if person.gone:
        return
    moved(w, p, before)
    care = person.tasks
    while care != NONE:
        following = w.cares[care].sibling
        _task_moved(w, p, care)
        care = following


@jit
def may_be(w, care):
    """Whether the whereabouts allow the task now."""
    c = w.cares[care]
    return (w.tasks[c.form].where >> w.people[w.walks[c.walk].person].where) & 1 != 0


@jit
def _task_moved(w, p, care):
    """Away: what is under way is displaced, and postponed or dropped. Back: it begins again."""
    c = w.cares[care]
    i, allowed = c.walk, may_be(w, care)
    walk = w.walks[i]
    if c.postponed and allowed and walk.event == NONE:
        walk.event = schedule(w, w.now, WAKE, i, 0)
    elif c.active and not allowed:
        stop_task(w, i, DISPLACED)
        c.active = 0
        if w.tasks[c.form].drop:
            end_task(w, i)
        else:
            walk.phase, c.postponed = POSTPONED, 1


# Tasks
@jit
def link_task(w, p, i, index, form):
    """The task is under way: in the list of the person's tasks, in the order of their numbers."""
    k = take_row(w, CARES, w.cares)
    care = w.cares[k]
    care.walk, care.index, care.form, care.started, care.expiry = i, index, form, w.now, NONE
    care.active, care.postponed, care.due = 0, 0, NONE
    w.walks[i].care = k
    previous, following = NONE, w.people[p].tasks
    while following != NONE and w.cares[following].index < index:
        previous, following = following, w.cares[following].sibling
    care.sibling = following
    if previous == NONE:
        w.people[p].tasks = k
    else:
        w.cares[previous].sibling = k
    return k


@jit
def end_task(w, i):
    """The task is over: not under way any more, and its row is free."""
    k = w.walks[i].care
    care, p = w.cares[k], w.walks[i].person
    cancel(w, care.expiry)
    care.expiry = NONE
    previous, found = NONE, w.people[p].tasks
    while found != k:
        previous, found = found, w.cares[found].sibling
    if previous == NONE:
        w.people[p].tasks = care.sibling
    else:
        w.cares[previous].sibling = care.sibling
    index = care.index
    free_walk(w, i)
    task_changed(w, p, index)


@jit
def stop_and_end(w, i, how):
    stop_task(w, i, how)
    end_task(w, i)


# Leaving
@jit
def leave_model(w, i, reason):
    """Out of the model: every walk and task ends; a citizen who died may be replaced (rules 27 and 29)."""
    p = w.walks[i].person
    person = w.people[p]
    how = DIED if reason == 0 else DISPLACED
    person.gone = 1
    log_left(w, p, reason)
    give_back_all(w, i)
    own = person.walk
    if own != NONE and own != i:
        stop(w, own, how)
        free_walk(w, own)
    person.walk = NONE
    care = person.tasks
    while care != NONE:
        following, walk = w.cares[care].sibling, w.cares[care].walk
        if walk != i:
            stop_and_end(w, walk, how)
        care = following
    forget_risks(w, p)
    if reason == 0 and w.replaced and person.slot >= 0:
        schedule(w, w.now, MOVE_IN, person.slot, person.stream + 1)


@jit
def let_go(w, p):
    """The row of who has left is free, once nothing names it any more."""
    person = w.people[p]
    if person.gone == 1 and person.pending == 0 and person.walk == NONE and person.tasks == NONE:
        person.gone = 2
        give_row(w, PEOPLE, w.people, p)
