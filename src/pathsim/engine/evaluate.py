"""Expressions and tests as functions of a person and a time: f(person, t)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

from ..language.quantities import DAY, HOUR
from ..plan.expressions import Adjusted, Ask, Constant, Every, Expression, Is, Not, Sample, Some, Table
from ..plan.model import Plan


class Evaluator:
    """Turns a plan's expressions into functions. `crowded(unit, person)` and `full` are asked of the engine."""

    def __init__(self, plan: Plan, crowded: Callable, full: Callable):
        self.plan = plan
        self._crowded, self._full = crowded, full
        self._weekday, self._month = plan.weekday_of_day.tolist(), plan.month_of_day.tolist()
        self._groups: dict[int, Callable] = {}

    def value(self, expression: Expression) -> Callable:
        """f(person, t) → the value; base × factors + additions, from left to right."""
        if isinstance(expression, Constant):
            constant = expression.value
            return lambda person, t: constant
        if isinstance(expression, Table):
            ask, entries = self.ask(expression.ask), tuple(self.value(entry) for entry in expression.entries)
            if all(isinstance(entry, Constant) for entry in expression.entries):
                constants = tuple(entry.value for entry in expression.entries)
                return lambda person, t: constants[ask(person, t)]
            return lambda person, t: entries[ask(person, t)](person, t)
        base, times, plus = self._parts(expression)

        def adjusted(person, t):
            value = base(person, t)
            for factor in times:
                value *= factor(person, t)
            for added in plus:
                value += added(person, t)
            return value

        return adjusted

    def _parts(self, expression: Adjusted):
        parts = (self.value(expression.base), [self.value(x) for x in expression.times], [self.value(x) for x in expression.plus])
        return parts

    def time(self, expression: Expression, luck) -> Callable:
        """f(person, t, decision) → a drawn time in ms, as a float."""
        if isinstance(expression, Adjusted):
            base = self.time(expression.base, luck)
            times, plus = [self.value(x) for x in expression.times], [self.value(x) for x in expression.plus]

            def adjusted(person, t, decision):
                value = base(person, t, decision)
                for factor in times:
                    value *= factor(person, t)
                for added in plus:
                    value += added(person, t)
                return value

            return adjusted
        if isinstance(expression, Constant):
            sample = _ready(expression.value)
            return lambda person, t, decision: luck.sample(person, decision, sample)
        ask, entries = self.ask(expression.ask), tuple(self.time(entry, luck) for entry in expression.entries)
        return lambda person, t, decision: entries[ask(person, t)](person, t, decision)

    def ask(self, ask: Ask) -> Callable:
        """f(person, t) → the code of the answer."""
        kind, index = ask.kind, ask.index
        if kind == "attribute":
            return lambda person, t: person.facts[index]
        if kind == "group":
            return self._group(index)
        if kind == "effect":
            lasts = self.plan.effects[index].lasts
            return lambda person, t: 1 if t - person.effects.get(index, t - lasts) < lasts else 0
        if kind == "task":
            return lambda person, t: 1 if index in person.tasks else 0
        if kind == "lever":
            return lambda person, t: person.enrolled >> index & 1 if index >= 0 else 0
        if kind == "informed":
            return lambda person, t: person.informed
        if kind == "crowded":
            return lambda person, t: self._crowded(index, person)
        if kind == "full":
            return lambda person, t: self._full(index, person)
        if kind == "hour":
            return lambda person, t: t % DAY // HOUR
        days = {"weekday": self._weekday, "month": self._month}.get(kind)
        if days is not None:
            return lambda person, t: days[t // DAY]
        cuts = self.plan.dates[index]
        return lambda person, t: bisect_right(cuts, t)

    def _group(self, index: int) -> Callable:
        if index not in self._groups:
            test = self.test(self.plan.groups[index])
            self._groups[index] = lambda person, t: 1 if test(person, t) else 0
        return self._groups[index]

    def test(self, test: Any) -> Callable:
        """f(person, t) → whether a test holds."""
        if isinstance(test, Is):
            ask, codes = self.ask(test.ask), test.codes
            return lambda person, t: ask(person, t) in codes
        if isinstance(test, Not):
            part = self.test(test.part)
            return lambda person, t: not part(person, t)
        parts = [self.test(part) for part in test.parts]
        if isinstance(test, Every):
            return lambda person, t: all(part(person, t) for part in parts)
        assert isinstance(test, Some)
        return lambda person, t: any(part(person, t) for part in parts)

    def choice(self, choice) -> Callable:
        """f(person, t, u) → the option that u falls on, weights read now."""
        weights_at, options = self.value(choice.weights), choice.options
        if isinstance(choice.weights, Constant) and not choice.weights.value.odds:
            return lambda person, t, u: _pick(options, choice.weights.value.weights, u)
        factors = {id(w): [(i, self.value(x)) for i, x in w.odds] for w in _leaves(choice.weights)}

        def pick(person, t, u):
            found = weights_at(person, t)
            weights = list(found.weights)
            for i, factor in factors[id(found)]:
                weights[i] *= factor(person, t)
            return _pick(options, weights, u)

        return pick


def _pick(options, weights, u: float):
    """The option on which u × the sum of the weights falls; the last with any weight at the edge."""
    total = 0.0
    for weight in weights:
        total += weight
    mark, passed, last = u * total, 0.0, options[0]
    for option, weight in zip(options, weights, strict=True):
        if weight > 0.0:
            passed += weight
            last = option
            if mark < passed:
                return option
    return last


def _leaves(expression):
    if isinstance(expression, Constant):
        yield expression.value
    else:
        for entry in expression.entries:
            yield from _leaves(entry)


def _ready(sample: Sample) -> Sample:
    """A sample as the samplers take it: observed times as an array that nobody can change."""
    if not sample.observed:
        return sample
    quantiles = np.array(sample.observed, dtype=np.float64)
    quantiles.flags.writeable = False
    return Sample(sample.kind, sample.a, sample.b, sample.c, quantiles)  # type: ignore[arg-type]


def holds(test: Any, codes: np.ndarray, plan: Plan) -> np.ndarray:
    """Whether a test on attributes holds, for all rows of codes [person, attribute]."""
    if isinstance(test, Not):
        return ~holds(test.part, codes, plan)
    if isinstance(test, Is) and test.ask.kind == "group":
        return holds(plan.groups[test.ask.index], codes, plan) == (1 in test.codes)
    if isinstance(test, Is):
        return np.isin(codes[:, test.ask.index], sorted(test.codes))
    parts = [holds(part, codes, plan) for part in test.parts]
    return np.logical_and.reduce(parts) if isinstance(test, Every) else np.logical_or.reduce(parts)
