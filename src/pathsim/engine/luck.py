"""Luck belongs to the patient: a person's n-th draw for a decision is the same in every system.

A draw is a function of (seed, replication, who, stream, decision, how-manieth time). Citizens draw
in the stream of their generation (0, and 1, 2, … for who moves in after a death), arrivals in the
stream of their name; so no order of events can change anyone's luck.
"""

from __future__ import annotations

from ..draws import CONSTANT, keyed_draw, keyed_observed, uniform

ARRIVALS = 1 << 31  # streams from here on are arrivals, below are generations of citizens
SHARED = ARRIVALS - 1  # the stream of those who are in or out together


class Luck:
    """All draws of one replication."""

    def __init__(self, seed: int, replication: int, decisions: list[int]):
        self.seed, self.replication, self.decisions = seed, replication, decisions

    def uniform(self, person, decision: int) -> float:
        """The person's next uniform number for this decision."""
        count = person.counts.get(decision, 0)
        person.counts[decision] = count + 1
        return uniform(self.seed, self.replication, person.who, person.stream, self.decisions[decision], count)

    def happens(self, person, decision: int, chance: float) -> bool:
        """Whether something of this chance happens; it counts as a time also where it is certain."""
        if 0.0 < chance < 1.0:
            return self.uniform(person, decision) < chance
        person.counts[decision] = person.counts.get(decision, 0) + 1
        return chance >= 1.0

    def sample(self, person, decision: int, sample) -> float:
        """The person's next time for this decision, in ms."""
        count = person.counts.get(decision, 0)
        person.counts[decision] = count + 1
        if sample.kind == CONSTANT:
            return sample.a
        name = self.decisions[decision]
        if sample.kind < 0:
            return keyed_observed(sample.observed, self.seed, self.replication, person.who, person.stream, name, count)
        return keyed_draw(sample.kind, sample.a, sample.b, sample.c, self.seed, self.replication, person.who, person.stream, name, count)

    def shared(self, name: int, decision: int) -> float:
        """One number for all who share a value of an attribute."""
        return uniform(self.seed, self.replication, name, SHARED, self.decisions[decision], 0)
