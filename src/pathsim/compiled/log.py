"""What a run leaves behind: contacts as they are over, events as they happen, who came and who left."""

from __future__ import annotations

from ..draws.jit import jit as jit_entry
from ..draws.jit import jit_inner as jit
from .tables import CENSORED, CONTACTS, NONE
from .world import give_row, take_row


@jit
def new_contact(w, i, step, unit, kind):
    """A contact of a walk, open from now on."""
    c = take_row(w, CONTACTS, w.contacts)
    contact, walk = w.contacts[c], w.walks[i]
    person = w.people[walk.person]
    contact.number, contact.person, contact.enrolled = w.contact_number, person.number, person.enrolled
    w.contact_number += 1
    contact.step, contact.unit, contact.kind, contact.asked = step, unit, kind, w.now
    contact.cause, contact.from_step, contact.acute = walk.cause, walk.came_from, walk.acute
    contact.task, contact.due = NONE, NONE
    if walk.care != NONE:
        contact.task, contact.due = w.cares[walk.care].index, w.cares[walk.care].due
    contact.begun, contact.ended, contact.given_back = NONE, NONE, NONE
    contact.in_surge, contact.joint, contact.placed, contact.complete, contact.pool = 0, 0, 0, NONE, NONE
    contact.from_start = 1 if contact.number == w.marked else 0
    contact.how, contact.patient_travel = CENSORED, 0
    return c


@jit
def contact_over(w, c):
    """Nothing more will be known of this contact: it is written down."""
    w.out_contacts[w.n_contacts] = w.contacts[c]
    w.n_contacts += 1
    w.contacts[c].number = NONE  # the row is free
    give_row(w, CONTACTS, w.contacts, c)


@jit
def log_event(w, p, what, name, value):
    event = w.out_events[w.n_events]
    event.person, event.time, event.what, event.name, event.value = w.people[p].number, w.now, what, name, value
    w.n_events += 1


@jit
def log_came(w, p, arrival):
    """Who came, with the facts they came with."""
    came, person = w.out_came[w.n_came], w.people[p]
    came.number, came.entered, came.slot, came.arrival = person.number, w.now, person.slot, arrival
    came.generation = person.stream if person.slot >= 0 else 0
    for a in range(w.n_attributes):
        w.out_facts[w.n_came * w.n_attributes + a] = w.facts[p * w.n_attributes + a]
    w.n_came += 1


@jit
def log_left(w, p, reason):
    left = w.out_left[w.n_left]
    left.number, left.left, left.reason = w.people[p].number, w.now, reason
    w.n_left += 1


@jit_entry
def close_all(w, first):
    """At the horizon: contacts that are still open go out as they are, from row `first` on; the row to go on at."""
    for c in range(first, w.used[CONTACTS]):
        if w.n_contacts == len(w.out_contacts):
            return c
        if w.contacts[c].number >= 0:
            w.out_contacts[w.n_contacts] = w.contacts[c]
            w.n_contacts += 1
    return w.used[CONTACTS]

