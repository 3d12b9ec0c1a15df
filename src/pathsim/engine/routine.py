"""Routine work: standing load of people in groups, which takes slots from day 0 on."""

from __future__ import annotations

import numpy as np

from ..language.quantities import HOUR, WEEK
from ..plan.model import Plan
from .evaluate import Evaluator, holds


def routine_slots(plan: Plan, evaluator: Evaluator, citizens: np.ndarray) -> dict[int, list[float]]:
    """Slots taken, by unit and pool: the hours of the work over the opening hours. citizens: codes [citizen, attribute]."""
    found = {}
    for unit in plan.units:
        if not unit.routine:
            continue
        load = [0.0] * len(unit.pools)
        for group, work in unit.routine:
            per_person = evaluator.value(work)
            for facts in citizens[holds(plan.groups[group], citizens, plan)].tolist():
                load[0 if unit.pool_by is None else facts[unit.pool_by]] += per_person(_Bare(facts), 0)
        share_open = unit.open_hours * HOUR / WEEK
        found[unit.index] = [places / share_open for places in load]
    return found


class _Bare:
    """Facts without a person: what can be asked about before anyone lives."""

    def __init__(self, facts):
        self.facts, self.effects, self.tasks, self.enrolled, self.informed = facts, {}, {}, 0, 1
