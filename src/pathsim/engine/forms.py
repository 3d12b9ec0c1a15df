"""A step as it is carried out: the numbers of the plan, and its values as functions made once.

What is drawn or looked up each time someone comes is ready to be called, so that the verbs read as
they are told and nothing is searched for on the way.
"""

from __future__ import annotations

from collections.abc import Callable

from ..plan.expressions import Constant
from ..plan.model import Step, Unit
from .steps import VERBS


class Form:
    """One form of a step, base or altered by levers. Values are f(person, t); `time` is f(person, t, decision)."""

    __slots__ = (
        "index", "name", "verb", "instant", "unit", "pools", "pool_by", "companions", "patient_travel", "staff_travel", "time", "time_decision",
        "priority", "patience", "patience_decision", "otherwise", "hold", "begun", "done", "surge_done", "acute", "choice", "decision", "share",
        "lost", "notice", "reason", "then", "levers", "fidelity", "forms",
    )

    def __init__(self, sim, step: Step):
        self.index, self.name = step.index, step.name
        self.verb, self.instant = VERBS[step.verb], step.verb in ("choose", "do", "leave")
        for field in (
            "companions", "time_decision", "patience_decision", "otherwise", "acute", "decision", "lost", "notice", "reason", "then", "levers", "fidelity",
        ):
            setattr(self, field, getattr(step, field))
        self.hold = step.hold and not step.go_home
        self.time, self.patience = (None if written is None else sim.time(written) for written in (step.time, step.patience))
        self.priority, self.share = (None if written is None else sim.value(written) for written in (step.priority, step.share))
        self.choice = None if step.choice is None else sim.choice(step.choice)
        self.begun, self.done = sim.actions(step.begun), sim.actions(step.done)
        self.forms = {levers: Form(sim, form) for levers, form in step.forms.items()}
        self._at(sim, sim.plan.units[step.unit] if step.unit >= 0 else None)

    def _at(self, sim, unit: Unit | None) -> None:
        self.unit = unit
        if unit is not None:
            self.pools, self.pool_by = sim.pools[unit.index], unit.pool_by
            self.patient_travel, self.staff_travel = _unless_none(sim, unit.patient_travel), _unless_none(sim, unit.staff_travel)
            self.surge_done = sim.actions(unit.surge_done)

    def pool(self, person):
        """Whose places are asked for, by what the person is now (rule 14)."""
        return self.pools[0 if self.pool_by is None else person.facts[self.pool_by]]


def _unless_none(sim, expression) -> Callable | None:
    return None if expression == Constant(0.0) else sim.value(expression)
