"""Levers at work: who is enrolled and when, and what is carried out for them (rules 35–40)."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..plan.model import NEVER
from .actions import schedule_for
from .ask import decide, value, whole
from .luck import shared, uniform_of
from .tables import ENROL, NONE, NOTHING


@jit
def meet(w, p):
    """A newcomer meets the levers: those without a step or a parent are decided now."""
    for l in range(w.n_levers):  # noqa: E741
        if w.levers[l].at == NOTHING and w.levers[l].parent == NONE:
            plan_enrolment(w, p, l)


@jit
def seen(w, p, step):
    """A step at which levers enrol, seen for the first time after their start."""
    enrolled = w.people[p].enrolled
    for l in range(w.n_levers):  # noqa: E741
        lever = w.levers[l]
        if lever.at == step and not (enrolled >> l) & 1 and (lever.parent == NONE or (enrolled >> lever.parent) & 1) and _time(w, p, l) <= w.now:
            schedule_for(w, w.now, ENROL, p, l)


@jit
def _shared(w, p, attribute, decision):
    """The draw of all who share a value of an attribute; it belongs to the word, wherever that is listed."""
    code, name = int(w.facts[p * w.n_attributes + attribute]), w.attributes[attribute].name
    return shared(w, w.name_ids[name + code] if name != NONE else code, decision)


@jit
def _time(w, p, l):  # noqa: E741
    """When this person would be enrolled: the lower the draw the sooner; NEVER if not."""
    lever = w.levers[l]
    reach = value(w, lever.reach, p, w.now)
    draw = _shared(w, p, lever.together, lever.decision) if lever.together != NONE else uniform_of(w, p, lever.decision)
    if draw >= reach:
        return NEVER
    return lever.begins + whole(value(w, lever.ramp, p, w.now) * (draw / reach))


@jit
def plan_enrolment(w, p, l):  # noqa: E741
    time = _time(w, p, l)
    if time < NEVER:
        schedule_for(w, max(time, w.now), ENROL, p, l)


@jit
def form_of(w, p, variant, variants, first, by_set, otherwise):
    """The form of a step or task that is carried out for this person, now."""
    if variant == variants or w.people[p].enrolled == 0:
        return otherwise
    enrolled, chosen = w.people[p].enrolled, 0
    for i in range(variant, variants):
        entry = w.variants[i]
        if (enrolled >> entry.lever) & 1 and _carried_out(w, p, entry.lever, entry.decision):
            chosen |= 1 << (i - variant)
    return by_set[first + chosen]


@jit
def _carried_out(w, p, l, decision):  # noqa: E741
    lever = w.levers[l]
    fidelity = value(w, lever.fidelity, p, w.now)
    draw = uniform_of(w, p, decision)
    if lever.fidelity_by != NONE:
        alike = value(w, lever.alike, p, w.now)
        if draw < alike:
            draw = _shared(w, p, lever.fidelity_by, lever.practice_decision)
        else:
            draw = (draw - alike) / (1.0 - alike)
    return draw < fidelity


@jit
def step_form(w, p, step):
    """The form in which a step is carried out."""
    seen(w, p, step)
    form = w.forms[step]
    return form_of(w, p, form.variant, form.variants, form.first_form, w.form_of, step)


@jit
def task_form(w, p, task):
    form = w.tasks[task]
    return form_of(w, p, form.variant, form.variants, form.first_form, w.task_of, task)


@jit
def may_enrol(w, p, l):  # noqa: E741
    person = w.people[p]
    return not person.gone and not (person.enrolled >> l) & 1 and decide(w, w.levers[l].who, p, w.now) == 1
