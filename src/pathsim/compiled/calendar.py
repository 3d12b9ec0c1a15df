"""The calendar of events, in order of (time, number); the number is given when an event is scheduled.

Time is cut into buckets of one width. Events of later buckets hang in lists without order; when
their bucket comes they move into a small heap. The one test for later is an integer division.
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .memory import fetch_ahead
from .tables import EVENTS, NONE, WAKE
from .world import give_row, take_row

IN_HEAP, CANCELLED = -2, -1


@jit
def schedule(w, time, what, who, more):
    """An event; what falls at or after the horizon does not happen (NONE)."""
    if time >= w.horizon:
        return NONE
    i = take_row(w, EVENTS, w.events)
    event = w.events[i]
    event.time, event.number, event.what, event.who, event.more = time, w.event_number, what, who, more
    w.event_number += 1
    bucket = time // w.width
    if bucket <= w.bucket:
        _push(w, time, event.number, i)
        event.previous = IN_HEAP
    else:
        head = w.buckets[bucket]
        event.previous, event.next = NONE, head
        if head != NONE:
            w.events[head].previous = i
        w.buckets[bucket] = i
    return i


@jit
def cancel(w, i):
    """The event does not happen; NONE is none."""
    if i == NONE:
        return
    event = w.events[i]
    if event.previous == IN_HEAP:
        event.what = CANCELLED  # passed over when its turn comes
        return
    if event.previous == NONE:
        w.buckets[event.time // w.width] = event.next
    else:
        w.events[event.previous].next = event.next
    if event.next != NONE:
        w.events[event.next].previous = event.previous
    give_row(w, EVENTS, w.events, i)


@jit
def next_event(w):
    """The next event, taken out; NONE at the horizon."""
    while True:
        while w.in_heap == 0:
            w.bucket += 1
            if w.bucket >= len(w.buckets):
                return NONE
            _move_in(w, w.buckets[w.bucket])
        i = _pop(w)
        if w.events[i].what != CANCELLED:
            w.now = w.events[i].time
            return i
        give_row(w, EVENTS, w.events, i)


@jit
def _move_in(w, i):
    """The events of a bucket go into the heap. What they will need is fetched ahead, as most of it lies far apart:
    with a million people this halves the time of a run."""
    while i != NONE:
        event = w.events[i]
        if event.what == WAKE:
            fetch_ahead(w.walks, event.who)
        following = event.next
        event.previous = IN_HEAP
        _push(w, event.time, event.number, i)
        i = following
    for k in range(w.in_heap):
        event = w.events[w.heap[k].event]
        if event.what == WAKE:
            walk = w.walks[event.who]
            fetch_ahead(w.people, walk.person)
            fetch_ahead(w.counts, walk.person * w.n_counts)
            fetch_ahead(w.contacts, walk.contact)


@jit
def _push(w, time, number, event):
    heap, i = w.heap, w.in_heap
    w.in_heap += 1
    while i > 0:
        above = heap[(i - 1) >> 1]
        if above.time < time or (above.time == time and above.number < number):
            break
        due = heap[i]
        due.time, due.number, due.event = above.time, above.number, above.event
        i = (i - 1) >> 1
    due = heap[i]
    due.time, due.number, due.event = time, number, event


@jit
def _pop(w):
    heap = w.heap
    first = heap[0].event
    w.in_heap -= 1
    n = w.in_heap
    last = heap[n]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= n:
            break
        if below + 1 < n and _before(heap[below + 1], heap[below]):
            below += 1
        if not _before(heap[below], last):
            break
        due, child = heap[i], heap[below]
        due.time, due.number, due.event = child.time, child.number, child.event
        i = below
    due = heap[i]
    due.time, due.number, due.event = last.time, last.number, last.event
    return first


@jit
def _before(a, b):
    return a.time < b.time or (a.time == b.time and a.number < b.number)
