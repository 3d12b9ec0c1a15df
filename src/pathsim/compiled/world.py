"""Rows of the world's tables: taken, given back, and whether there are enough of them.

Tables grow between events only, never while a row of theirs is in someone's hands: before each event
the kernel makes sure that every table has room for the most that one event can ask for, and pauses
if not.
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .tables import CARES, CONTACTS, EVENTS, NONE, PEOPLE, PIECES, PLACES, REQUESTS, WALKS


@jit
def take_row(w, which, table):
    """A free row of a table: one that was given back, or the next."""
    i = w.free[which]
    if i == NONE:
        i = w.used[which]
        w.used[which] = i + 1
    else:
        w.free[which] = table[i].next
    return i


@jit
def give_row(w, which, table, i):
    table[i].next = w.free[which]
    w.free[which] = i


@jit
def must_pause(w):
    """Whether tables must be made larger, or records taken away, before the next event."""
    used, spare = w.used, w.spare
    called = spare + w.waiting  # opening a unit may call everyone who waits
    return (
        w.n_contacts + spare > len(w.out_contacts) or w.n_events + spare > len(w.out_events) or w.n_came + 2 > len(w.out_came)
        or w.n_left + 2 > len(w.out_left) or used[PEOPLE] + 2 > len(w.people) or used[PIECES] + w.spare_pieces > len(w.pieces)
        or used[WALKS] + spare > len(w.walks) or used[CARES] + spare > len(w.cares) or used[REQUESTS] + spare > len(w.requests)
        or used[CONTACTS] + spare > len(w.contacts) or used[PLACES] + called > len(w.places) or used[EVENTS] + called > len(w.events)
    )


@jit
def last_piece(pieces, low, high, key, passed):
    """Of the pieces of a season or a diary, from `low` on, the last that begins at or before `key`: by time, or by what has passed."""
    while high - low > 1:
        middle = (low + high) // 2
        found = pieces[middle].passed if passed else pieces[middle].since
        if found <= key:
            low = middle
        else:
            high = middle
    return low
