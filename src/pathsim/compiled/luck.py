"""Draws: the person's n-th for a decision, as in `engine.luck`."""

from __future__ import annotations

from ..draws import CONSTANT, draw, uniform
from ..draws.jit import jit_inner as jit
from ..engine.luck import SHARED


@jit
def count_of(w, p, decision):
    """How often this person has come to this decision; from now on once more."""
    column = w.columns[decision]
    if column < 0:
        return 0  # drawn once in a life
    count = w.counts[p * w.n_counts + column]
    w.counts[p * w.n_counts + column] = count + 1
    return count


@jit
def uniform_of(w, p, decision):
    """The person's next uniform number for this decision."""
    person = w.people[p]
    return uniform(w.seed, w.replication, person.who, person.stream, w.decisions[decision], count_of(w, p, decision))


@jit
def happens(w, p, decision, chance):
    """Whether something of this chance happens; it counts as a time also where it is certain."""
    if 0.0 < chance < 1.0:
        return uniform_of(w, p, decision) < chance
    count_of(w, p, decision)
    return chance >= 1.0


@jit
def drawn(w, amount, who, stream, decision, count):
    """A time of a distribution, in ms, without what multiplies it."""
    if amount.kind == CONSTANT:
        return amount.a
    u = uniform(w.seed, w.replication, who, stream, w.decisions[decision], count)
    if amount.kind < 0:
        return _observed(w, u, amount.seen, amount.seen_last - 1)
    return draw(amount.kind, amount.a, amount.b, amount.c, u)


@jit
def _observed(w, u, first, last):
    """An observed time by its quantiles, as `draws.observed`."""
    position = u * (last - first)
    i = int(position)
    if first + i >= last:
        return w.observed[last]
    return w.observed[first + i] + (position - i) * (w.observed[first + i + 1] - w.observed[first + i])


@jit
def shared(w, name, decision):
    """One number for all who share a value of an attribute."""
    return uniform(w.seed, w.replication, name, SHARED, w.decisions[decision], 0)
