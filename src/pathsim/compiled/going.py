"""Walks under way: from step to step until time passes, and tasks that begin, are done, and begin again."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .ask import decide, time, whole
from .levers import step_form, task_form
from .steps import arrived, at, at_appointment, choose, complete, do, give_up, handover, has_place, joined, leave, wait
from .tables import (
    ASKED,
    AT,
    BOOKED,
    CHOOSE,
    DELAYED,
    DO_,
    GAVE_UP,
    HANDOVER,
    JOINING,
    NONE,
    NOTHING,
    PAUSED,
    POSTPONED,
    SEEN,
    SENT,
    THERE,
    TIME_PASSES,
    WAIT,
    WAITS,
)
from .walks import end_task, free_walk, give_back_all, let_go, may_be, sleep


@jit
def wake(w, i):
    """The walk goes on, with the place that it was called to, if any."""
    walk = w.walks[i]
    place = walk.granted
    walk.granted, walk.event = NONE, NONE
    phase = walk.phase
    if phase in (DELAYED, POSTPONED):
        begin_task(w, i)
    elif phase == PAUSED:
        task = w.tasks[w.cares[walk.care].form]
        if decide(w, task.keeps_on, walk.person, w.now) == 1:
            begin_task(w, i)
        else:
            finish(w, i)
    else:
        form = w.forms[walk.form]
        following = go_on(w, i, form, place)
        if following != TIME_PASSES:
            if phase != THERE:
                walk.came_from = form.index
            next_goes(w, i, following)


@jit
def next_goes(w, i, step):
    """This walk goes to a step, as the last thing of the present event."""
    w.going, w.going_to = i, step


@jit
def go(w):
    """Step after step, until time passes, or home, the end, or out of the model."""
    i, step = w.going, w.going_to
    if i == NONE:
        return
    w.going = NONE
    walk = w.walks[i]
    while step >= 0:
        walk.form = step_form(w, walk.person, step)
        form = w.forms[walk.form]
        step = begin_step(w, i, form)
        if step == TIME_PASSES:
            return
        walk.came_from = form.index
    if walk.care == NONE:
        finish(w, i)
    else:
        repeat_task(w, i)


@jit
def finish(w, i):
    """Home again, or the task done: nothing is held any more."""
    walk = w.walks[i]
    p = walk.person
    if walk.care != NONE:
        give_back_all(w, i)
        end_task(w, i)
    else:
        if not w.people[p].gone:
            give_back_all(w, i)
        if w.people[p].walk == i:
            w.people[p].walk = NONE
        free_walk(w, i)
    let_go(w, p)


@jit
def begin_task(w, i):
    """Where the whereabouts allow it the task is done now, else when they do."""
    walk = w.walks[i]
    care = w.cares[walk.care]
    if not may_be(w, walk.care):
        care.postponed, walk.phase = 1, POSTPONED
        return
    care.postponed, care.active = 0, 1
    walk.came_from = NONE
    next_goes(w, i, w.tasks[care.form].then)


@jit
def repeat_task(w, i):
    """Done once: over, or again after a while."""
    walk = w.walks[i]
    care, p = w.cares[walk.care], walk.person
    care.active = 0
    give_back_all(w, i)
    if w.people[p].gone or w.tasks[care.form].every == NOTHING:
        finish(w, i)
        return
    care.form = task_form(w, p, care.index)
    form = w.tasks[care.form]
    if form.every == NOTHING:
        finish(w, i)
        return
    walk.phase = PAUSED
    sleep(w, i, w.now + whole(time(w, form.every, p, w.now, form.every_decision)))


# Which verb
@jit
def begin_step(w, i, form):
    """What the verb of a step does first."""
    if form.verb == AT:
        return at(w, i, form)
    if form.verb == CHOOSE:
        return choose(w, i, form)
    if form.verb == WAIT:
        return wait(w, i, form)
    if form.verb == HANDOVER:
        return handover(w, i, form)
    if form.verb == DO_:
        return do(w, i, form)
    return leave(w, i, form)


@jit
def go_on(w, i, form, place):
    """What a step does when its walk wakes up, called to a place or because its time has come."""
    phase = w.walks[i].phase
    if phase == ASKED:
        return give_up(w, i, form, GAVE_UP) if place == NONE else has_place(w, i, form, place)
    if phase == JOINING:
        return joined(w, i, form, place)
    if phase == BOOKED:
        return at_appointment(w, i, form)
    if phase == SENT:
        return arrived(w, i, form)
    if phase in (WAITS, SEEN):
        w.contacts[w.walks[i].contact].given_back = w.now
    return complete(w, i, form)
