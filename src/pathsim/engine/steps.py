"""What the six verbs mean: one short function for each kind of step, in the order of the language.

Each takes (simulation, walk, step) and returns the next step. Where time passes it yields, and the
walk is woken by its alarm or by being called to a place.
"""

from __future__ import annotations

from ..plan.model import NEVER, Step
from .log import COMPLETED, GAVE_UP, REFUSED
from .places import Request
from .walks import GONE, whole

REFUSED_AT_ONCE = object()


def at(sim, walk, step: Step):
    """At a unit for a time: ask for a place, wait for it, be cared for, go on."""
    walk.bring(step.hold)
    unit = sim.plan.units[step.unit]
    contact = record(sim, walk, step, unit.name, "at")
    contact.patient_travel = whole(sim.value(unit.patient_travel)(walk.person, sim.now))
    if unit.diary:
        return (yield from appointment(sim, walk, step, contact))
    place = ask(sim, walk, step)
    if place is None:
        place = yield
        if place is None:
            return give_up(sim, walk, step, GAVE_UP)
    elif place is REFUSED_AT_ONCE:
        return give_up(sim, walk, step, REFUSED)
    yield from companions(sim, walk, step, place)
    begin(sim, walk, step, place)
    walk.sleep(sim.now + stay(sim, walk, step, unit))
    yield
    return complete(sim, walk, step)


def record(sim, walk, step: Step, unit: str | None, kind: str):
    """The contact that is open in this walk from now on."""
    contact = walk.contact = sim.log.contact(walk, step.name, unit, kind, sim.now)
    if step.acute is not None:
        contact.acute = step.acute
    return contact


def ask(sim, walk, step: Step):
    """A place at once, REFUSED_AT_ONCE, or None: then one waits (rules 9–12)."""
    person, now = walk.person, sim.now
    pool = sim.pool(step.unit, person)
    walk.contact.pool = pool.name or None
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
        patience = whole(sim.time(step.patience)(person, now, step.patience_decision))
        if patience <= 0:
            return REFUSED_AT_ONCE
    walk.request = Request(walk, pool, owner, holding)
    since = walk.due if pool.unit.due_first and walk.due >= 0 else now
    pool.wait(walk.request, int(sim.value(step.priority)(person, now)), since)
    if patience < NEVER:
        walk.sleep(now + patience)
    return None


def give_up(sim, walk, step: Step, how: str) -> int:
    """Patience ended, or the queue is full: somewhere else."""
    if walk.request is not None:
        walk.request.pool.withdraw(walk.request)
        walk.request = None
    walk.contact.how, walk.contact.ended = how, sim.now
    walk.contact = None
    return step.otherwise


def companions(sim, walk, step: Step, first):
    """Places at the other units, taken one after the other; what has been taken is kept meanwhile."""
    if not step.companions:
        return
    held = first.contact is not None  # a place that one goes on in (rule 9) is still that of the contact before
    if not held:
        walk.others.append(first)
        first.contact = walk.contact
    for index in step.companions:
        pool = sim.pool(index, walk.person)
        contact = sim.log.contact(walk, step.name, pool.unit.name, "at", sim.now)
        contact.joint, contact.pool, contact.acute = True, pool.name or None, walk.contact.acute
        owner = pool.owner_of(walk.person)
        if pool.has_room():
            place = pool.take(owner)
        else:
            walk.request = Request(walk, pool, owner, True)
            pool.wait(walk.request, int(sim.value(step.priority)(walk.person, sim.now)), sim.now)
            walk.joining = contact
            place = yield
            walk.joining = None
        place.contact = contact
        walk.others.append(place)
    if not held:
        walk.others.remove(first)
    for place in walk.others:
        place.contact.begun = sim.now


def begin(sim, walk, step: Step, place) -> None:
    """Care begins: the place brought along is given back, the actions of beginning are carried out."""
    contact = walk.contact
    contact.begun, contact.in_surge = sim.now, place.in_surge
    kept, place.contact = place.contact, contact
    if kept is not None and kept is not contact:
        kept.given_back = sim.now
    walk.obtained(place)
    if place.in_surge:
        sim.perform(walk.person, sim.actions(place.pool.unit.surge_done))
    sim.perform(walk.person, sim.actions(step.begun))


def stay(sim, walk, step: Step, unit) -> int:
    """How long the place is taken: travel of the staff, and the time drawn now that care begins."""
    travel = sim.value(unit.staff_travel)(walk.person, sim.now)
    return whole(travel + sim.time(step.time)(walk.person, sim.now, step.time_decision))


def complete(sim, walk, step: Step) -> int:
    """Care is completed: what it does is done, then the next step is found (rule 3)."""
    contact, walk.contact = walk.contact, None
    contact.how, contact.ended = COMPLETED, sim.now
    others, walk.others = walk.others, []
    for place in others:
        place.contact.how, place.contact.ended = COMPLETED, sim.now
        sim.give_back(place)
    sim.perform(walk.person, sim.actions(step.done))
    return step.then


def appointment(sim, walk, step: Step, contact):
    """A date offered by a diary; who does not come leaves it empty."""
    person, now = walk.person, sim.now
    diary, contact.pool = sim.diary(step.unit, person)
    patience = NEVER if step.patience is None else whole(sim.time(step.patience)(person, now, step.patience_decision))
    date = diary.next_free(now + step.notice)
    if date - now > patience:
        return give_up(sim, walk, step, REFUSED)
    diary.book(date)
    comes = sim.luck.uniform(person, step.decision) < sim.value(step.share)(person, now)
    walk.sleep(date)
    yield
    if not comes:
        return give_up(sim, walk, step, GAVE_UP)
    contact.begun = sim.now
    walk.give_back_slot()
    sim.perform(person, sim.actions(step.begun))
    walk.sleep(sim.now + diary.length)
    yield
    contact.given_back = sim.now
    return complete(sim, walk, step)


def wait(sim, walk, step: Step):
    """Time passes, at home if it says so."""
    walk.bring(step.hold and not step.go_home)
    contact = record(sim, walk, step, None, "wait")
    contact.begun = sim.now
    sim.perform(walk.person, sim.actions(step.begun))
    walk.sleep(sim.now + whole(sim.time(step.time)(walk.person, sim.now, step.time_decision)))
    yield
    contact.given_back = sim.now
    return complete(sim, walk, step)


def choose(sim, walk, step: Step) -> int:
    """One of several steps, by shares."""
    return sim.choice(step.choice)(walk.person, sim.now, sim.luck.uniform(walk.person, step.decision))


def handover(sim, walk, step: Step):
    """A message to another sector: the walk goes on when it arrives, whole or not."""
    walk.bring(step.hold)
    contact = record(sim, walk, step, None, "handover")
    contact.begun = sim.now
    sim.perform(walk.person, sim.actions(step.begun))
    walk.sleep(sim.now + whole(sim.time(step.time)(walk.person, sim.now, step.time_decision)))
    yield
    whole_ = sim.luck.uniform(walk.person, step.decision) < sim.value(step.share)(walk.person, sim.now)
    contact.complete, contact.given_back = float(whole_), sim.now
    sim.inform(walk.person, whole_)
    following = complete(sim, walk, step)
    return following if whole_ else step.lost


def do(sim, walk, step: Step) -> int:
    """Something happens at once."""
    sim.perform(walk.person, sim.actions(step.done))
    return step.then


def leave(sim, walk, step: Step) -> int:
    """Out of the model; all tasks end (rules 27 and 29)."""
    sim.leave(walk.person, step.reason, walk)
    return GONE


VERBS = {"at": at, "wait": wait, "choose": choose, "handover": handover, "do": do, "leave": leave}
