"""Places and queues: a free place is taken at once, a place given back goes to the head of the queue.

Rules 2 and 8–14, as in `engine.places`. A queue is a list in the order (priority, since, asked); who
comes is put in from its end.
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..plan.model import NEVER
from .ask import has_room
from .calendar import cancel, schedule
from .log import contact_over
from .tables import NONE, PLACES, REQUESTS, WAKE
from .world import give_row, last_piece, take_row


@jit
def take(w, pool, owner):
    """A place; with owners, one of one's own first, else the first that is free."""
    q = w.pools[pool]
    q.in_use += 1
    if q.owners > 0:
        owner = _owner_of_place(w, q, owner)
        w.own_use[q.owner + owner] += 1
    i = take_row(w, PLACES, w.places)
    place = w.places[i]
    place.pool, place.owner, place.contact, place.next = pool, owner, NONE, NONE
    place.in_surge = 1 if q.places < q.in_use <= q.places + q.surge else 0
    return i


@jit
def _owner_of_place(w, q, own):
    if w.own_use[q.owner + own] < w.owned[q.owner + own]:
        return own
    for i in range(q.owners):
        if w.own_use[q.owner + i] < w.owned[q.owner + i]:
            return i
    return own


@jit
def owner_of(w, pool, p):
    """Whose places come first for this person, where they are anyone's."""
    q = w.pools[pool]
    return int(w.facts[p * w.n_attributes + w.units[q.unit].owner_by]) if q.owners > 0 else NONE


@jit
def join_queue(w, i, pool, owner, holding, priority, since):
    """The walk waits; `holding` counts not towards a limited queue."""
    q = w.pools[pool]
    r = take_row(w, REQUESTS, w.requests)
    request = w.requests[r]
    q.asked += 1
    request.walk, request.pool, request.owner, request.holding = i, pool, owner, holding
    request.priority, request.since, request.asked = priority, since, q.asked
    before = q.tail
    while before != NONE and _comes_before(request, w.requests[before]):
        before = w.requests[before].before
    after = q.head if before == NONE else w.requests[before].after
    request.before, request.after = before, after
    if before == NONE:
        q.head = r
    else:
        w.requests[before].after = r
    if after == NONE:
        q.tail = r
    else:
        w.requests[after].before = r
    if not holding:
        q.waiting += 1
    w.waiting += 1
    w.walks[i].request = r


@jit
def _comes_before(a, b):
    """Of two requests; one that asked later never comes first among equals."""
    return a.priority < b.priority or (a.priority == b.priority and a.since < b.since)


@jit
def withdraw(w, r):
    """Who gives up, is displaced or is called waits no more."""
    request = w.requests[r]
    q = w.pools[request.pool]
    if request.before == NONE:
        q.head = request.after
    else:
        w.requests[request.before].after = request.after
    if request.after == NONE:
        q.tail = request.before
    else:
        w.requests[request.after].before = request.before
    if not request.holding:
        q.waiting -= 1
    w.waiting -= 1
    w.walks[request.walk].request = NONE
    give_row(w, REQUESTS, w.requests, r)


@jit
def give_back(w, i):
    """The place is free; the contact that was written down as being in it is over."""
    place = w.places[i]
    if place.contact != NONE:
        w.contacts[place.contact].given_back = w.now
        contact_over(w, place.contact)
    pool, owner = place.pool, place.owner
    give_row(w, PLACES, w.places, i)
    q = w.pools[pool]
    q.in_use -= 1
    if q.owners > 0:
        w.own_use[q.owner + owner] -= 1
    call(w, pool, owner)


@jit
def call(w, pool, owner):
    """Free places go to the head of the queue; with owners, to the first of one's own, if any."""
    q = w.pools[pool]
    while q.head != NONE and has_room(w, q):
        r = _next(w, q, owner)
        i, asker = w.requests[r].walk, w.requests[r].owner
        withdraw(w, r)
        called(w, i, take(w, pool, asker))


@jit
def _next(w, q, owner):
    if q.owners > 0:
        r = q.head
        while r != NONE and w.requests[r].owner != owner:
            r = w.requests[r].after
        if r != NONE:
            return r
    return q.head


@jit
def called(w, i, place):
    """A place came free for this walk; it goes on at this instant, as the next event."""
    walk = w.walks[i]
    cancel(w, walk.event)
    walk.granted = place
    walk.event = schedule(w, w.now, WAKE, i, 0)


# Diaries
@jit
def next_free(w, unit, pool, earliest):
    """The number of the first appointment at or after `earliest` that is free; the last number is none."""
    u, q = w.units[unit], w.pools[pool]
    last = u.slots
    if q.places < 1.0:
        return last
    i = _at_or_after(w, u, earliest)
    while i < last and w.later[q.diary + i] != i:
        further = w.later[q.diary + i]
        w.later[q.diary + i] = w.later[q.diary + further]  # next time, what is full is passed over at once
        i = further
    return i


@jit
def book(w, unit, pool, i):
    u, q = w.units[unit], w.pools[pool]
    if i < u.slots:
        w.booked[q.diary + i] += 1
        if w.booked[q.diary + i] >= q.places:
            w.later[q.diary + i] = i + 1


@jit
def time_of(w, unit, number):
    """When an appointment is; NEVER if it is none."""
    u = w.units[unit]
    if number >= u.slots:
        return NEVER
    period = w.periods[last_piece(w.periods, u.periods, u.periods_last, number, True)]
    return period.since + (number - period.passed) * u.length


@jit
def _at_or_after(w, u, t):
    """The number of the first appointment that does not begin before t."""
    i = last_piece(w.periods, u.periods, u.periods_last, t, False)
    period = w.periods[i]
    if t <= period.since:
        return period.passed
    return min(period.passed + -(-(t - period.since) // u.length), w.periods[i + 1].passed)
