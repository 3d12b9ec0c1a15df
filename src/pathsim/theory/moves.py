"""What can happen next in a plan with exponential times, and every way in which it can go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from math import prod

from ..plan.model import Arrival, Plan
from .moment import Follow, Moment, Person, Places, State


class Moves:
    """The moves of a plan: from a state to what can happen in it, and on to the states that follow."""

    def __init__(self, plan: Plan):
        self.plan, self.places = plan, Places(plan)

    def first_states(self, citizens) -> set[State]:
        """All states in which a run can begin: everyone at the step `starts`."""

        def begin(moment: Moment) -> None:
            for facts in citizens:
                facts = tuple(int(code) for code in facts)
                replaced = self.plan.deaths_replaced
                moment.go(Person(facts=facts, replaced=replaced, entry=facts if replaced else ()), self.plan.starts)

        empty = State((), ((),) * len(self.places.pools))
        return {state for _, state, _ in self.ways(empty, begin)}

    def from_state(self, state: State) -> Iterator[tuple[float, Arrival | None, Callable[[Moment], None]]]:
        """What can happen: (rate per ms, the arrival if it is one, what it does)."""
        moment = Moment(self.plan, self.places, state, [])
        for arrival in self.plan.arrivals:
            yield moment.rate_of(arrival), arrival, lambda m, arrival=arrival: m.arrive(arrival)
        for who, n in state.crowd:
            if who.rate:
                yield n * who.rate, None, lambda m, who=who: m.complete(who)
            for rate, risk in moment.hazards(who):
                yield n * rate, None, lambda m, who=who, risk=risk: m.strike(who, risk)
        for pool, queue in enumerate(state.queues):
            position = 0
            for who, alike in groupby(queue):
                n = len(list(alike))
                if who.rate:
                    yield n * who.rate, None, lambda m, pool=pool, position=position: m.give_up(pool, position)
                for rate, risk in moment.hazards(who):
                    yield n * rate, None, lambda m, who=who, risk=risk, at=(pool, position): m.strike(who, risk, at)
                position += n

    def ways(self, state: State, happens: Callable[[Moment], None], follow: Follow | None = None) -> Iterator[tuple[float, State, Moment]]:
        """Every way in which it can go: (chance, state that follows, the moment with what it counted)."""
        luck: list[list] = []  # [the option taken, chances of the options] of each choice on the way
        while True:
            moment = Moment(self.plan, self.places, state, luck, follow)
            happens(moment)
            following, chance = moment.finish(), prod(shares[option] for option, shares in luck)
            yield chance, following, moment
            while luck and luck[-1][0] == max(i for i, share in enumerate(luck[-1][1]) if share > 0):
                luck.pop()
            if not luck:
                return
            option, shares = luck[-1]
            luck[-1][0] = next(i for i, share in enumerate(shares) if share > 0 and i > option)
