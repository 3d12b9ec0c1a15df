"""Questions and values: trees walked down to their leaves, as `engine.evaluate` does with closures."""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..language.quantities import DAY, HOUR
from .luck import count_of, drawn
from .tables import (
    ATTRIBUTE_,
    CROWDED_,
    DATE_,
    EFFECT_,
    HOUR_,
    INFORMED_,
    LEVER_,
    MONTH_,
    NONE,
    TASK_,
    WEEKDAY_,
)


@jit
def pool_of(w, unit, p):
    """Whose places are asked for, by what the person is now (rule 14)."""
    u = w.units[unit]
    return u.first_pool + (w.facts[p * w.n_attributes + u.pool_by] if u.pool_by != NONE else 0)


@jit
def has_room(w, pool):
    return pool.open != 0 and pool.in_use < pool.places + pool.surge


@jit
def has_task(w, p, index):
    """The walk of this task, NONE if it is not under way."""
    care = w.people[p].tasks
    while care != NONE and w.cares[care].index < index:
        care = w.cares[care].sibling
    return care if care != NONE and w.cares[care].index == index else NONE


@jit
def dates_passed(w, index, t):
    """How many dates of a list have come by t."""
    first, last = w.date_spans[index], w.date_spans[index + 1]
    passed = 0
    while first + passed < last and w.dates[first + passed] <= t:
        passed += 1
    return passed


@jit
def answer(w, node, p, t):
    """The code of the answer to the question of a node."""
    ask, index = node.ask, node.index
    if ask == ATTRIBUTE_:
        return int(w.facts[p * w.n_attributes + index])
    if ask == EFFECT_:
        begun = w.effects[p * w.n_effects + index]
        return 1 if begun >= 0 and t - begun < w.lasts[index] else 0
    if ask == TASK_:
        return 1 if has_task(w, p, index) != NONE else 0
    if ask == LEVER_:
        return (w.people[p].enrolled >> index) & 1
    if ask == INFORMED_:
        return int(w.people[p].informed)
    if ask == HOUR_:
        return t % DAY // HOUR
    if ask == WEEKDAY_:
        return w.weekdays[t // DAY]
    if ask == MONTH_:
        return w.months[t // DAY]
    if ask == DATE_:
        return dates_passed(w, index, t)
    pool = w.pools[pool_of(w, index, p)]
    if ask == CROWDED_:
        return 1 if pool.in_use >= node.limit * pool.places else 0
    return 0 if has_room(w, pool) else 1


@jit
def decide(w, tree, p, t):
    """The leaf to which a tree leads for this person now."""
    while tree >= 0:
        node = w.nodes[tree]
        tree = w.targets[node.first + answer(w, node, p, t)]
    return ~tree


@jit
def changed_by(w, amount, value, p, t):
    """What multiplies and is added, from left to right."""
    for i in range(amount.first, amount.last):
        change = w.changes[i]
        other = w.constants[decide(w, change.node, p, t)]
        if change.adds:
            value += other
        else:
            value *= other
    return value


@jit
def value(w, tree, p, t):
    """A number."""
    amount = w.amounts[decide(w, tree, p, t)]
    return changed_by(w, amount, amount.a, p, t)


@jit
def time(w, tree, p, t, decision):
    """A drawn time in ms."""
    amount, person = w.amounts[decide(w, tree, p, t)], w.people[p]
    return changed_by(w, amount, drawn(w, amount, person.who, person.stream, decision, count_of(w, p, decision)), p, t)


@jit
def whole(time):
    """A time as whole milliseconds."""
    return int(time + 0.5)


@jit
def pick(w, choice, p, t, u):
    """The number of the option on which u × the sum of the weights falls; the last with any weight at the edge."""
    weights = w.weights[decide(w, choice.node, p, t)]
    mine = w.scratch
    for i in range(choice.count):
        mine[i] = w.shares[weights.first + i]
    for i in range(weights.odds, weights.odds_last):
        odds = w.odds[i]
        mine[odds.option] *= w.constants[decide(w, odds.node, p, t)]
    total = 0.0
    for i in range(choice.count):
        total += mine[i]
    mark, passed, last = u * total, 0.0, 0
    for i in range(choice.count):
        if mine[i] > 0.0:
            passed += mine[i]
            last = i
            if mark < passed:
                return i
    return last


@jit
def option(w, choice, p, t, u):
    """The step or code that is chosen."""
    return w.options[choice.first + pick(w, choice, p, t, u)].low
