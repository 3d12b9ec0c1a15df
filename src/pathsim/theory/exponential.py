"""Plans within the reach of a Markov chain: their values as functions of what can be asked about.

In such a plan every time is exponential and nothing depends on the calendar, so what has happened
tells nothing beyond who is where, and who waits for what in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from ..draws import CONSTANT, EXPONENTIAL
from ..plan.expressions import Adjusted, Ask, Choice, Constant, Every, Expression, Is, Not, Some, Table
from ..plan.model import Plan

Answer = Callable[[Ask], int]


def check_reach(plan: Plan) -> None:
    """ValueError with a plain sentence if some part of the plan is not within reach."""
    for sentence in _out_of_reach(plan):
        raise ValueError(sentence)


def _out_of_reach(plan: Plan) -> Iterator[str]:
    for what in ("tasks", "effects", "levers", "already"):
        if getattr(plan, what):
            yield f"a Markov chain has no {what} here. Leave them out"
    if plan.birthdays is not None:
        yield "birthdays come at known times, and a Markov chain has none"
    for unit in plan.units:
        for there, what in (
            (unit.opening, "opening hours"), (unit.diary, "a diary"), (unit.routine, "routine work"), (any(unit.surge), "surge places"),
            (unit.owner_by is not None, "places that go to their owners first"), (unit.staff_travel != Constant(0.0), "travel of the staff"),
        ):
            if there:
                yield f"units.{unit.name}: a Markov chain has no {what} here"
    for step in plan.steps:
        if step.companions:
            yield f"steps.{step.name}: places at several units at once are not within reach"
    for risk in plan.risks:
        if risk.season:
            yield f"risks.{risk.name}: its rate changes with the calendar, that of a Markov chain never"
    entries = [*plan.steps, *plan.risks, *plan.arrivals]
    for entry in entries:
        for action in (*getattr(entry, "begun", ()), *getattr(entry, "done", ()), *getattr(entry, "with_", ())):
            if action.kind != "fact":
                yield f"{entry.name}: an action on a {action.kind}. Only facts can be set here"


def value(expression: Expression, answer: Answer) -> Any:
    """The value of an expression; `answer` gives the code of whatever is asked about."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Table):
        return value(expression.entries[answer(expression.ask)], answer)
    found = value(expression.base, answer)
    for factor in expression.times:
        found *= value(factor, answer)
    return found + sum(value(added, answer) for added in expression.plus)


def holds(test: Any, answer: Answer) -> bool:
    """Whether a test on a person holds; no test always does."""
    if test is None:
        return True
    if isinstance(test, Is):
        return answer(test.ask) in test.codes
    if isinstance(test, Not):
        return not holds(test.part, answer)
    assert isinstance(test, (Every, Some))
    return (all if isinstance(test, Every) else any)(holds(part, answer) for part in test.parts)


def ending_rate(expression: Expression, answer: Answer, name: str) -> float:
    """The rate per ms at which an exponential time ends; infinite for no time at all. ValueError for any other time."""
    if isinstance(expression, Table):
        return ending_rate(expression.entries[answer(expression.ask)], answer, name)
    if isinstance(expression, Adjusted):
        if expression.plus:
            raise ValueError(f"steps.{name}: a time with something added is not exponential")
        rate = ending_rate(expression.base, answer, name)
        for factor in expression.times:
            times = value(factor, answer)
            rate = rate / times if times > 0 else inf
        return rate
    sample = expression.value
    if sample.kind == CONSTANT and sample.a == 0:
        return inf
    if sample.kind != EXPONENTIAL:
        raise ValueError(f"steps.{name}: a time that is not exponential. Write  exponential: MEAN")
    return 1 / sample.a if sample.a > 0 else inf


def chances(choice: Choice, answer: Answer) -> list[float]:
    """The chance of each option of a choice; if no option has any weight, the first is taken (rule 54).

    >>> from pathsim.plan.expressions import Weights
    >>> chances(Choice(("a", "b"), Constant(Weights((0.5, 0.5), ((0, Constant(3.0)),)))), None)
    [0.75, 0.25]
    """
    table = value(choice.weights, answer)
    weights = list(table.weights)
    for option, factor in table.odds:
        weights[option] *= value(factor, answer)
    total = sum(weights)
    return [weight / total for weight in weights] if total > 0 else [1.0] + [0.0] * (len(weights) - 1)
