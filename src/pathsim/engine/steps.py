"""What the six verbs mean: one short function for each kind of step, in the order of the language.

Each takes (simulation, walk, step) and returns the next step. Where time passes it yields, and the
walk is woken by its alarm or by being called to a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan.model import NEVER
from .log import COMPLETED, GAVE_UP, REFUSED
from .places import Request
from .walks import GONE, whole

if TYPE_CHECKING:
    from .forms import Form

REFUSED_AT_ONCE = object()


def at(sim, walk, step: Form):
    """At a unit for a time: ask for a place, wait for it, be cared for, go on."""
    walk.bring(step.hold)
    contact = record(sim, walk, step, step.unit.name, "at")
    if step.patient_travel is not None:
        contact.patient_travel = whole(step.patient_travel(walk.person, sim.now))
    if step.unit.diary:
        return (yield from appointment(sim, walk, step, contact))
    place = ask(sim, walk, step)
    if place is None:
        place = yield
        if place is None:
            return give_up(sim, walk, step, GAVE_UP)
    elif place is REFUSED_AT_ONCE:
        return give_up(sim, walk, step, REFUSED)
    if step.companions:
        yield from companions(sim, walk, step, place)
    begin(sim, walk, step, place)
    walk.sleep(end_of_care(sim, walk, step))
    yield
    return complete(sim, walk, step)


def record(sim, walk, step: Form, unit: str | None, kind: str):
    """The contact that is open in this walk from now on."""
    contact = walk.contact = sim.log.contact(walk, step.name, unit, kind, sim.now)
    if step.acute is not None:
        contact.acute = step.acute
    return contact


def ask(sim, walk, step: Form):
    """A place at once, REFUSED_AT_ONCE, or None: then one waits (rules 9–12)."""
    person, now = walk.person, sim.now
    pool = step.pool(person)
    walk.contact.pool = pool.name
    held = walk.bed if pool.unit.beds else walk.slot
    if held is not None and held.pool is pool:
        return held
    owner = pool.owner_of(person)
    if pool.has_room():
        return pool.take(owner)
    holding = walk.bed is not None or walk.slot is not None
    if not holding and pool.waiting_without_place >= pool.unit.queue:
        return REFUSED_AT_ONCE
    patience = NEVER
    if step.patience is not None:
        patience = whole(step.patience(person, now, step.patience_decision))
        if patience <= 0:
            return REFUSED_AT_ONCE
    walk.request = Request(walk, pool, owner, holding)
    since = walk.due if pool.unit.due_first and walk.due >= 0 else now
    pool.wait(walk.request, int(step.priority(person, now)), since)
    if patience < NEVER:
        walk.sleep(now + patience)
    return None


def give_up(sim, walk, step: Form, how: str) -> int:
    """Patience ended, or the queue is full: somewhere else."""
    if walk.request is not None:
        walk.request.pool.withdraw(walk.request)
        walk.request = None
    walk.contact.how, walk.contact.ended = how, sim.now
    walk.contact = None
    return step.otherwise


def companions(sim, walk, step: Form, first):
    """Places at the other units, taken one after the other; what has been taken is kept meanwhile."""
    held = first.contact is not None  # a place that one goes on in (rule 9) is still that of the contact before
    if not held:
        walk.others.append(first)
        first.contact = walk.contact
    for index in step.companions:
        pool = sim.pool(index, walk.person)
        contact = sim.log.contact(walk, step.name, pool.unit.name, "at", sim.now)
        contact.joint, contact.pool, contact.acute = True, pool.name, walk.contact.acute
        owner = pool.owner_of(walk.person)
        if pool.has_room():
            place = pool.take(owner)
        else:
            walk.request = Request(walk, pool, owner, True)
            pool.wait(walk.request, int(step.priority(walk.person, sim.now)), sim.now)
            walk.joining = contact
            place = yield
            walk.joining = None
        place.contact = contact
        walk.others.append(place)
    if not held:
        walk.others.remove(first)
    for place in walk.others:
        place.contact.begun = sim.now


def begin(sim, walk, step: Form, place) -> None:
    """Care begins: the place brought along is given back, the actions of beginning are carried out."""
    contact, now = walk.contact, sim.now
    contact.begun, contact.in_surge = now, place.in_surge
    kept, place.contact = place.contact, contact
    if kept is not None and kept is not contact:
        kept.given_back = now
    walk.obtained(place)
    if place.in_surge:
        sim.perform(walk.person, step.surge_done)
    if step.begun:
        sim.perform(walk.person, step.begun)


def end_of_care(sim, walk, step: Form) -> int:
    """Until when the place is taken: travel of the staff, and the time drawn now that care begins."""
    person, now = walk.person, sim.now
    time = step.time(person, now, step.time_decision)
    return now + whole(time if step.staff_travel is None else step.staff_travel(person, now) + time)


def complete(sim, walk, step: Form) -> int:
    """Care is completed: what it does is done, then the next step is found (rule 3)."""
    contact, walk.contact = walk.contact, None
    contact.how, contact.ended = COMPLETED, sim.now
    if step.companions:
        others, walk.others = walk.others, []
        for place in others:
            place.contact.how, place.contact.ended = COMPLETED, sim.now
            sim.give_back(place)
    if step.done:
        sim.perform(walk.person, step.done)
    return step.then


def appointment(sim, walk, step: Form, contact):
    """A date offered by a diary; who does not come leaves it empty."""
    person, now = walk.person, sim.now
    pool = step.pool(person)
    diary, contact.pool = pool.diary, pool.name
    patience = NEVER if step.patience is None else whole(step.patience(person, now, step.patience_decision))
    date = diary.next_free(now + step.notice)
    if date - now > patience:
        return give_up(sim, walk, step, REFUSED)
    diary.book(date)
    comes = sim.luck.uniform(person, step.decision) < step.share(person, now)
    walk.sleep(date)
    yield
    if not comes:
        return give_up(sim, walk, step, GAVE_UP)
    contact.begun = sim.now
    walk.give_back_slot()
    sim.perform(person, step.begun)
    walk.sleep(sim.now + diary.length)
    yield
    contact.given_back = sim.now
    return complete(sim, walk, step)


def wait(sim, walk, step: Form):
    """Time passes, at home if it says so."""
    walk.bring(step.hold)
    contact = record(sim, walk, step, None, "wait")
    now = contact.begun = sim.now
    if step.begun:
        sim.perform(walk.person, step.begun)
    walk.sleep(now + whole(step.time(walk.person, now, step.time_decision)))
    yield
    contact.given_back = sim.now
    return complete(sim, walk, step)


def choose(sim, walk, step: Form) -> int:
    """One of several steps, by shares."""
    return step.choice(walk.person, sim.now, sim.luck.uniform(walk.person, step.decision))


def handover(sim, walk, step: Form):
    """A message to another sector: the walk goes on when it arrives, whole or not."""
    walk.bring(step.hold)
    contact = record(sim, walk, step, None, "handover")
    now = contact.begun = sim.now
    if step.begun:
        sim.perform(walk.person, step.begun)
    walk.sleep(now + whole(step.time(walk.person, now, step.time_decision)))
    yield
    whole_ = sim.luck.uniform(walk.person, step.decision) < step.share(walk.person, sim.now)
    contact.complete, contact.given_back = float(whole_), sim.now
    sim.inform(walk.person, whole_)
    following = complete(sim, walk, step)
    return following if whole_ else step.lost


def do(sim, walk, step: Form) -> int:
    """Something happens at once."""
    sim.perform(walk.person, step.done)
    return step.then


def leave(sim, walk, step: Form) -> int:
    """Out of the model; all tasks end (rules 27 and 29)."""
    sim.leave(walk.person, step.reason, walk)
    return GONE


VERBS = {"at": at, "wait": wait, "choose": choose, "handover": handover, "do": do, "leave": leave}
