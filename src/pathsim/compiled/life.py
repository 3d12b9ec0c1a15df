"""Lives: walks that go from step to step, tasks that start and end, newcomers, and what befalls them."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..engine.luck import ARRIVALS
from ..language.facts import OLDEST
from ..language.quantities import YEAR
from .actions import lever_changed, perform, record_fact, schedule_for, task_changed
from .ask import decide, has_task, pick, time, whole
from .calendar import schedule
from .levers import may_enrol, meet, plan_enrolment, step_form, task_form
from .log import contact_over, log_came, log_event, new_contact
from .luck import uniform_of
from .risks import NOT_DRAWN, changed, enter_risks, project, set_alarm
from .steps import begin_step, go_on
from .tables import (
    BIRTHDAY,
    DELAYED,
    DIED,
    DISPLACED,
    ENROLLED,
    EXPIRE,
    LEAVE,
    MISSED,
    MISSED_TASK,
    NONE,
    NOTHING,
    NOWHERE,
    PAUSED,
    PEOPLE,
    POSTPONED,
    STRUCK,
    THERE,
    TIME_PASSES,
)
from .walks import end_task, free_walk, give_back_all, let_go, link_task, may_be, new_walk, sleep, stop, stop_and_end, stop_task
from .world import take_row


# Walks
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
def send(w, p, step, cause, acute):
    """A new walk of the person's own; what the old one was doing ends as displaced (rule 20)."""
    person = w.people[p]
    if person.gone:
        return
    old = person.walk
    if old != NONE:
        dies = step >= 0 and w.forms[step].verb == LEAVE and w.forms[step].reason == 0 and w.forms[step].variant == w.forms[step].variants
        person.walk = NONE
        person.gone = 1 if dies else 0  # so that tasks end by the death, not by leaving a bed
        stop(w, old, DIED if dies else DISPLACED)
        free_walk(w, old)
    if step >= 0:
        i = new_walk(w, p, cause, acute)
        person.walk = i
        next_goes(w, i, step)


@jit
def divert(w, p, step):
    """Only from home; in a bed it is forgotten (rule 30)."""
    person = w.people[p]
    if not person.gone and person.where == 0:
        cause, acute = NONE, 0
        if person.walk != NONE:
            cause, acute = w.walks[person.walk].cause, w.walks[person.walk].acute
        send(w, p, step, cause, acute)


# Tasks
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


# People
@jit
def enter(w, slot, who, stream):
    """A row for a person; facts are still to be set."""
    p = take_row(w, PEOPLE, w.people)
    person = w.people[p]
    person.number, person.slot, person.who, person.stream = w.person_number, slot, who, stream
    w.person_number += 1
    person.enrolled, person.walk, person.tasks, person.strike, person.pending = 0, NONE, NONE, NONE, 0
    person.which, person.where, person.informed, person.gone, person.entered, person.here = NONE, 0, 1, 0, 0, 0
    for e in range(w.n_effects):
        w.effects[p * w.n_effects + e] = NONE
    for d in range(w.n_counts):
        w.counts[p * w.n_counts + d] = 0
    return p


@jit
def be_like(w, p, slot):
    """The facts of a citizen of day 0."""
    for a in range(w.n_attributes):
        w.facts[p * w.n_attributes + a] = w.citizens[slot * w.n_attributes + a]


@jit
def draw_facts(w, p, citizen):
    """What is known of a person, in order of dependence (rule 28); what is given of a citizen stands."""
    for k in range(len(w.drawing_order)):
        a = w.drawing_order[k]
        attribute = w.attributes[a]
        if (citizen and w.given[a]) or attribute.choice == NONE:
            continue
        choice = w.choices[attribute.choice]
        o = choice.first
        if choice.count > 1:
            o += pick(w, choice, p, 0, uniform_of(w, p, attribute.decision))
        low, high = w.options[o].low, w.options[o].high
        if high > low:
            low += int(uniform_of(w, p, attribute.within) * (high - low + 1))
        w.facts[p * w.n_attributes + a] = low


@jit
def newcomer(w, n, stream, arrival, with_):
    """Someone from outside: facts are drawn, then what is known of those who come is set."""
    p = enter(w, NONE, n, ARRIVALS | stream)
    for a in range(w.n_attributes):
        w.facts[p * w.n_attributes + a] = w.attributes[a].first
    draw_facts(w, p, False)
    perform(w, p, with_)
    log_came(w, p, arrival)
    settle(w, p)
    return p


@jit
def settle(w, p):
    """A newcomer: budgets and clocks, levers, standing tasks of citizens, birthdays."""
    person = w.people[p]
    person.here = 1
    enter_risks(w, p)
    meet(w, p)
    if person.slot >= 0:
        for k in range(w.starting[0], w.starting[1]):
            if decide(w, w.tasks[w.standing[k]].who, p, w.now) == 1:
                start_standing(w, p, w.standing[k])
        if w.birthdays >= 0:
            schedule_for(w, w.now + whole(uniform_of(w, p, w.birthday_decision) * YEAR), BIRTHDAY, p, 0)


@jit
def birthday(w, p):
    if not w.people[p].gone:
        record_fact(w, p, w.birthdays, min(w.facts[p * w.n_attributes + w.birthdays] + 1, OLDEST))
        changed(w, p)
        schedule_for(w, w.now + YEAR, BIRTHDAY, p, 0)


@jit
def strike(w, p):
    """The first risk strikes: a new budget, what it does, and where it sends the person."""
    person = w.people[p]
    r = int(person.which)
    risk = w.risks[r]
    person.strike, person.which = NONE, NONE
    log_event(w, p, STRUCK, r, NONE)
    w.clocks[p * w.n_risks + r].budget = NOT_DRAWN
    project(w, p, r)
    perform(w, p, risk.done)
    set_alarm(w, p)
    if risk.then != NOWHERE:
        send(w, p, risk.then, r, 1)


@jit
def enrol(w, p, l):  # noqa: E741
    if not may_enrol(w, p, l):
        return
    person = w.people[p]
    person.enrolled |= 1 << l
    log_event(w, p, ENROLLED, l, NONE)
    lever_changed(w, p, l)
    perform(w, p, w.levers[l].enrolled)
    for k in range(w.starting[l + 1], w.starting[l + 2]):
        if decide(w, w.tasks[w.standing[k]].who, p, w.now) == 1:
            start_standing(w, p, w.standing[k])
    for child in range(w.n_levers):
        if w.levers[child].parent == l and w.levers[child].at == NOTHING:
            plan_enrolment(w, p, child)
