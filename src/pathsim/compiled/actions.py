"""What is done: facts, effects, tasks, diversion, in that order; then the hazards that ask about them go on."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from .ask import decide, option
from .calendar import schedule
from .log import log_event
from .luck import happens, uniform_of
from .risks import changed, touch
from .tables import DIVERT, DO, DRAW, EFFECT, EFFECT_BEGUN, FACT, FACT_SET, NONE, SET, START_TASK, STOP, STOP_TASK, TASK_ACTION


@jit
def schedule_for(w, time, what, p, more):
    """An event that names a person: the row is kept until it is over."""
    if schedule(w, time, what, p, more) != NONE:
        w.people[p].pending += 1


@jit
def perform(w, p, actions):
    if actions == 0 or w.people[p].gone:
        return
    for i in range(w.lists[actions].first, w.lists[actions].last):
        action = w.actions[i]
        outcome = w.outcomes[decide(w, action.node, p, w.now)]
        kind, code = outcome.kind, outcome.code
        if kind == DRAW:
            choice = w.choices[code]
            kind, code = SET, option(w, choice, p, w.now, uniform_of(w, p, action.decision))
        elif kind == DO and not happens(w, p, action.decision, outcome.chance):
            continue
        if action.kind == FACT:
            record_fact(w, p, action.target, code)
        elif action.kind == EFFECT:
            set_effect(w, p, action.target, kind)
        elif action.kind == TASK_ACTION:
            schedule_for(w, w.now, STOP_TASK if kind == STOP else START_TASK, p, action.target)
        elif kind != STOP:
            schedule_for(w, w.now, DIVERT, p, action.target)
    changed(w, p)


@jit
def record_fact(w, p, attribute, code):
    w.facts[p * w.n_attributes + attribute] = code
    if w.people[p].here:  # what one comes with is not an event
        log_event(w, p, FACT_SET, attribute, code)
    touch(w, attribute)


@jit
def set_effect(w, p, effect, kind):
    if kind == STOP:
        w.effects[p * w.n_effects + effect] = NONE
    else:
        w.effects[p * w.n_effects + effect] = w.now
        log_event(w, p, EFFECT_BEGUN, effect, NONE)
    touch(w, w.n_attributes + effect)


@jit
def task_changed(w, p, task):
    if not w.people[p].gone:
        touch(w, w.n_attributes + w.n_effects + task)
        changed(w, p)


@jit
def lever_changed(w, p, lever):
    touch(w, w.n_attributes + w.n_effects + w.n_tasks + lever)
    changed(w, p)


@jit
def inform(w, p, whole):
    person = w.people[p]
    if person.informed != whole:
        person.informed = whole
        touch(w, len(w.watch) - 1)
        changed(w, p)
