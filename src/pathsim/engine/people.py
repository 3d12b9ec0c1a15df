"""A person: what is known of them, where they are, and the luck that is theirs."""

from __future__ import annotations

from ..plan.model import NEVER


class Person:
    """One person in the model.

    number: row among all who were ever here. who, stream: the key of their luck.
    facts: codes of the attributes now; first: those of day 0 (a replacement inherits them).
    where: code of the whereabouts (0 home). enrolled: bit mask of levers.
    """

    __slots__ = (
        "number", "slot", "generation", "who", "stream", "facts", "first", "where", "walk", "tasks", "effects", "informed",
        "enrolled", "counts", "budgets", "rates", "paths", "strikes", "next_strike", "alarm", "gone", "entered", "left", "reason", "sim",
        "arrival", "here",
    )

    def __init__(self, sim, number: int, slot: int, generation: int, who: int, stream: int, facts: list[int], arrival: str | None = None):
        self.sim, self.number, self.slot, self.generation = sim, number, slot, generation
        self.who, self.stream, self.facts, self.first = who, stream, facts, tuple(facts)
        self.where, self.walk, self.tasks, self.effects = 0, None, {}, {}
        self.informed, self.enrolled, self.counts = 1, 0, {}
        self.budgets, self.rates, self.paths, self.strikes, self.next_strike, self.alarm = [], [], [], [], (NEVER, -1), None
        self.gone, self.entered, self.left, self.reason = False, sim.now, -1, None
        self.arrival, self.here = arrival, False

    def struck(self, _) -> None:
        self.sim.risks.strike(self)
