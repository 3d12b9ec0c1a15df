"""Tasks: care beside life, how it starts and how it ends before it is done (rules 23–27)."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .actions import perform, task_changed
from .ask import has_task, time, whole
from .calendar import schedule
from .levers import task_form
from .log import contact_over, new_contact
from .luck import uniform_of
from .tables import DELAYED, DISPLACED, EXPIRE, MISSED, MISSED_TASK, NONE, NOTHING
from .walks import end_task, link_task, new_walk, sleep, stop_and_end, stop_task


@jit
def start_task(w, p, task, phase):
    """At most once a person: started again while under way, it goes on undisturbed (rule 23).

    phase: the delay, where it is not drawn; else below 0.
    """
    person = w.people[p]
    if person.gone or has_task(w, p, task) != NONE:
        return
    f = task_form(w, p, task)
    form = w.tasks[f]
    cause = w.walks[person.walk].cause if person.walk != NONE else NONE
    i = new_walk(w, p, cause, 0)
    care = w.cares[link_task(w, p, i, task, f)]
    if form.due >= 0:
        care.due = w.now + form.due
    if form.expires >= 0:
        care.expiry = schedule(w, w.now + form.expires, EXPIRE, i, 0)
    task_changed(w, p, task)
    delay = phase if phase >= 0.0 else time(w, form.after, p, w.now, form.after_decision)
    w.walks[i].phase = DELAYED
    sleep(w, i, w.now + whole(max(delay, 0.0)))


@jit
def start_standing(w, p, task):
    """A standing task begins at a random phase of its period, or of its delay."""
    form = w.tasks[task]
    if form.every != NOTHING:
        length = time(w, form.every, p, w.now, form.every_decision)
    else:
        length = time(w, form.after, p, w.now, form.after_decision)
    start_task(w, p, task, length * uniform_of(w, p, form.phase_decision))


@jit
def expired(w, i):
    """A task done once that has not finished is missed; a repeated one has had its course."""
    walk = w.walks[i]
    care, p = w.cares[walk.care], walk.person
    care.expiry = NONE
    form = w.tasks[care.form]
    if form.every != NOTHING:
        stop_and_end(w, i, DISPLACED)
        return
    was_open = walk.contact != NONE
    stop_task(w, i, MISSED)
    if not was_open:
        c = new_contact(w, i, form.then, NONE, MISSED_TASK)
        contact = w.contacts[c]
        contact.asked, contact.how, contact.ended, contact.given_back = care.started, MISSED, w.now, w.now
        contact_over(w, c)
    end_task(w, i)
    perform(w, p, form.missed)


@jit
def stop_started(w, p, task):
    care = has_task(w, p, task)
    if care != NONE:
        stop_and_end(w, w.cares[care].walk, DISPLACED)
