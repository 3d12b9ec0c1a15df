"""Values laid out: every lookup a table over the codes of one fact, every name a number.

An expression is a constant, a table read by a fact, or a base with factors and an addition. Both
engines interpret the same expressions, in the same order of operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

MOST_CASES = 100_000


@dataclass(frozen=True)
class Ask:
    """A question with a small whole number as its answer.

    kind: attribute, group, effect, task, lever (yes or no but for attributes), informed, hour, weekday,
    month, date (how many of a list of dates have passed), crowded, full (is this unit so).
    index: which attribute, group …; for dates which list.
    """

    kind: str
    index: int = 0


CALENDAR = frozenset({"hour", "weekday", "month", "date"})


@dataclass(frozen=True)
class Constant:
    value: Any


@dataclass(frozen=True)
class Table:
    ask: Ask
    entries: tuple[Expression, ...]

    @cached_property
    def cases(self) -> int:
        """How many values it holds, those of the tables in it included."""
        return sum(entry.cases if isinstance(entry, Table) else 1 for entry in self.entries)


@dataclass(frozen=True)
class Adjusted:
    """base × each of times + each of plus, from left to right."""

    base: Expression
    times: tuple[Expression, ...] = ()
    plus: tuple[Expression, ...] = ()


Expression = Constant | Table | Adjusted


OBSERVED = -1  # the kind of a sample that is a list of quantiles


@dataclass(frozen=True)
class Sample:
    """A distribution with its parameters as the samplers take them; `observed` is a list of quantiles."""

    kind: int
    a: float
    b: float = 0.0
    c: float = 0.0
    observed: tuple[float, ...] = ()


@dataclass(frozen=True)
class Weights:
    """Weights of the options of a choice, and what multiplies them."""

    weights: tuple[float, ...]
    odds: tuple[tuple[int, Expression], ...] = ()


@dataclass(frozen=True)
class Choice:
    """One of several options (steps, codes or ranges of codes), by weights read when it is made."""

    options: tuple[Any, ...]
    weights: Expression  # of Weights


def lift(combine: Callable, *parts: Expression) -> Expression:
    """An expression of `combine(values…)` from expressions of its arguments.

    >>> lift(lambda a, b: a + b, Constant(1), Table(Ask("hour"), (Constant(10), Constant(20))))
    Table(ask=Ask(kind='hour', index=0), entries=(Constant(value=11), Constant(value=21)))
    """
    if prod(part.cases for part in parts if isinstance(part, Table)) > MOST_CASES:
        raise ValueError(f"its lookups make more than {MOST_CASES:,} cases together. Ask fewer things")
    for i, part in enumerate(parts):
        if isinstance(part, Table):
            entries = (lift(combine, *parts[:i], entry, *parts[i + 1:]) for entry in part.entries)
            return Table(part.ask, tuple(entries))
        if isinstance(part, Adjusted):
            raise ValueError("a modified number can't stand here. Modify the whole of it")
    return Constant(combine(*(part.value for part in parts)))


def asks(expression: Any) -> Iterator[Ask]:
    """Every question that a value depends on."""
    if isinstance(expression, Table):
        yield expression.ask
        for entry in {id(entry): entry for entry in expression.entries}.values():  # many codes share an entry
            yield from asks(entry)
    elif isinstance(expression, Adjusted):
        for part in (expression.base, *expression.times, *expression.plus):
            yield from asks(part)
    elif isinstance(expression, Constant):
        yield from asks(expression.value)
    elif isinstance(expression, Weights):
        for _, factor in expression.odds:
            yield from asks(factor)
    elif isinstance(expression, Choice):
        yield from asks(expression.weights)


# Tests on people
@dataclass(frozen=True)
class Is:
    ask: Ask
    codes: frozenset[int]


@dataclass(frozen=True)
class Every:
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Not:
    part: Any


def test_asks(test: Any) -> Iterator[Ask]:
    if isinstance(test, Is):
        yield test.ask
    elif isinstance(test, Not):
        yield from test_asks(test.part)
    elif test is not None:
        for part in test.parts:
            yield from test_asks(part)
