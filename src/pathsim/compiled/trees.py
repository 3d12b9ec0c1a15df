"""Values as trees of questions: a node asks and leads on, a leaf is the number of what was found.

A reference is a node if it is 0 or more, else the leaf ~reference. Groups, tests and lookups all
become such trees, so the kernel knows one way to decide. What is multiplied and added stands at the
leaf, in order; a factor that is itself modified is worked out for each of its cases beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plan.expressions import OBSERVED, Adjusted, Ask, Constant, Every, Expression, Is, Not, Sample, Some, Table
from ..plan.model import DO, DRAW, SET, STOP, Action, Choice, Plan
from . import tables as t


class Trees:
    """All trees of one plan, with the tables that their leaves point into."""

    def __init__(self, plan: Plan, sizes: list[int]):
        """sizes: how many codes each attribute can have."""
        self.plan, self.sizes = plan, sizes
        self.nodes: list[tuple] = []
        self.targets: list[int] = []
        self.amounts: list[tuple] = []
        self.changes: list[tuple] = []
        self.seen: list[float] = []  # observed times
        self.constants: list[float] = []
        self.weights: list[tuple] = []
        self.shares: list[float] = []
        self.odds: list[tuple] = []
        self.choices: list[tuple] = []
        self.options: list[tuple] = []
        self.outcomes: list[tuple] = []
        self.actions: list[tuple] = []
        self.lists: list[tuple] = [(0, 0)]
        self._interned: dict[Any, Any] = {}
        self._keep: list[Any] = []  # what is known by its id must live

    # Nodes
    def _intern(self, table: list, row: Any) -> int:
        key = (id(table), row)
        if key not in self._interned:
            self._interned[key] = len(table)
            table.append(row)
        return self._interned[key]

    def _once(self, key: tuple, thing: Any, make: Callable[[], int]) -> int:
        if key not in self._interned:
            self._keep.append(thing)
            self._interned[key] = make()
        return self._interned[key]

    def node(self, ask: Ask, targets: list[int]) -> int:
        """The tree that asks and goes on at one of `targets`."""
        if all(target == targets[0] for target in targets):
            return targets[0]
        if ask.kind == "group":
            return self.branch(self.plan.groups[ask.index], targets[1], targets[0])
        if ask.kind == "lever" and ask.index < 0:
            return targets[0]  # not switched on
        if ask.kind == "crowded":
            return self._spread(self.plan.units[ask.index].crowded, lambda limit: self._row(ask, targets, limit))
        return self._row(ask, targets, 0.0)

    def _row(self, ask: Ask, targets: list[int], limit: float) -> int:
        key = ("node", ask, limit, tuple(targets))
        if key not in self._interned:
            self._interned[key] = len(self.nodes)
            self.nodes.append((t.ASKS.index(ask.kind), ask.index, len(self.targets), limit))
            self.targets += targets
        return self._interned[key]

    def branch(self, test: Any, yes: int, no: int) -> int:
        """The tree of a test on people."""
        if test is None:
            return yes
        if isinstance(test, Is):
            size = max(self._size(test.ask), max(test.codes, default=0) + 1)
            return self.node(test.ask, [yes if code in test.codes else no for code in range(size)])
        if isinstance(test, Not):
            return self.branch(test.part, no, yes)
        for part in reversed(test.parts):
            if isinstance(test, Every):
                yes = self.branch(part, yes, no)
            else:
                assert isinstance(test, Some)
                no = self.branch(part, yes, no)
        if not test.parts:
            return yes if isinstance(test, Every) else no
        return yes if isinstance(test, Every) else no

    def _size(self, ask: Ask) -> int:
        """How many answers a question has."""
        if ask.kind == "attribute":
            return self.sizes[ask.index]
        fixed = {"hour": 24, "weekday": 8, "month": 12}
        return fixed.get(ask.kind) or (len(self.plan.dates[ask.index]) + 1 if ask.kind == "date" else 2)

    def test(self, test: Any) -> int:
        """A tree with the leaves 1 (holds) and 0."""
        return self.branch(test, ~1, ~0)

    def _spread(self, expression: Expression, leaf: Callable[[Any], int]) -> int:
        """The tree of an expression worked out for each of its cases."""
        if isinstance(expression, Constant):
            return leaf(expression.value)
        if isinstance(expression, Table):
            entries = {id(entry): entry for entry in expression.entries}  # many codes share an entry
            trees = {key: self._spread(entry, leaf) for key, entry in entries.items()}
            return self.node(expression.ask, [trees[id(entry)] for entry in expression.entries])
        parts = [(0, part) for part in expression.times] + [(1, part) for part in expression.plus]

        def further(value: Any, rest: list) -> int:
            if not rest:
                return leaf(value)
            (adds, part), *others = rest
            return self._spread(part, lambda x: further(value + x if adds else value * x, others))

        return self._spread(expression.base, lambda value: further(value, parts))

    # Leaves
    def factor(self, expression: Expression) -> int:
        """A tree whose leaves are numbers."""
        return self._once(("factor", id(expression)), expression, lambda: self._spread(
            expression, lambda value: ~self._intern(self.constants, float(value))))

    def amount(self, expression: Expression | None, changes: tuple = ()) -> int:
        """A tree whose leaves are numbers or distributions, with what multiplies or is added; NONE if there is none."""
        if expression is None:
            return t.NOTHING
        return self._once(("amount", id(expression), changes), expression, lambda: self._amount(expression, changes))

    def _amount(self, expression: Expression, changes: tuple) -> int:
        if isinstance(expression, Table):
            return self.node(expression.ask, [self.amount(entry, changes) for entry in expression.entries])
        if isinstance(expression, Adjusted):
            inner = tuple((0, self.factor(x)) for x in expression.times) + tuple((1, self.factor(x)) for x in expression.plus)
            return self.amount(expression.base, inner + changes)
        value = expression.value
        sample = value if isinstance(value, Sample) else Sample(0, float(value))
        first = self._rows(self.changes, changes)
        seen = self._rows(self.seen, sample.observed)
        kind = sample.kind if sample.kind != OBSERVED else -1
        row = (sample.a, sample.b, sample.c, kind, first, first + len(changes), seen, seen + len(sample.observed))
        return ~self._intern(self.amounts, row)

    def _rows(self, table: list, rows: tuple) -> int:
        key = ("rows", id(table), rows)
        if key not in self._interned:
            self._interned[key] = len(table)
            table += rows
        return self._interned[key]

    def choice(self, choice: Choice | None) -> int:
        """The number of a choice: a tree of weights, and its options."""
        if choice is None:
            return t.NONE
        first = len(self.options)
        self.options += [option if isinstance(option, tuple) else (option, option) for option in choice.options]
        node = self._spread(choice.weights, self._weights)
        self.choices.append((node, first, len(choice.options)))
        return len(self.choices) - 1

    def _weights(self, weights: Any) -> int:
        key = ("weights", id(weights))
        return self._once(key, weights, lambda: ~self._new_weights(weights))

    def _new_weights(self, weights: Any) -> int:
        odds = tuple((option, self.factor(factor)) for option, factor in weights.odds)
        first = self._rows(self.shares, tuple(weights.weights))
        start = self._rows(self.odds, odds)
        self.weights.append((first, start, start + len(odds)))
        return len(self.weights) - 1

    # Actions
    def list_of(self, actions: tuple[Action, ...]) -> int:
        """The number of a list of actions; 0 is the empty one."""
        if not actions:
            return 0
        return self._once(("list", id(actions)), actions, lambda: self._list(actions))

    def _list(self, actions: tuple[Action, ...]) -> int:
        first = len(self.actions)
        self.actions += [
            (t.ACTIONS.index(a.kind), a.target, self._spread(a.outcome, self._outcome), a.decision) for a in actions
        ]
        self.lists.append((first, len(self.actions)))
        return len(self.lists) - 1

    def _outcome(self, outcome: tuple) -> int:
        kind, what = outcome
        if kind == DRAW:
            return self._once(("draw", id(what)), what, lambda: ~self._intern(self.outcomes, (0.0, t.DRAW, self.choice(what))))
        row = {DO: lambda: (float(what), t.DO, 1), STOP: lambda: (0.0, t.STOP, 0), SET: lambda: (0.0, t.SET, int(what))}[kind]()
        return ~self._intern(self.outcomes, row)
