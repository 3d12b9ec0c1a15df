"""People: who they are when they come, and what befalls them: risks, birthdays, levers, a new walk."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..engine.luck import ARRIVALS
from ..language.quantities import OLDEST, YEAR
from .actions import lever_changed, perform, record_fact, schedule_for
from .ask import decide, pick, whole
from .going import next_goes
from .levers import may_enrol, meet, plan_enrolment
from .log import log_came, log_event
from .luck import uniform_of
from .risks import NOT_DRAWN, changed, enter_risks, project, set_alarm
from .tables import BIRTHDAY, DIED, DISPLACED, ENROLLED, LEAVE, NONE, NOTHING, NOWHERE, PEOPLE, STRUCK
from .tasks import start_standing
from .walks import free_walk, new_walk, stop
from .world import take_row


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
