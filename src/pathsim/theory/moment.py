"""One instant of a plan with exponential times: what follows at once from what has happened.

Told by the rules of the language, and by nothing of the engines. People have no names: a state says
who is where and who waits for what in which order, and those who are alike are only counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

from ..plan.expressions import Ask
from ..plan.model import DO, DRAW, HOME, Action, Arrival, Plan, Risk, Step
from .exponential import chances, ending_rate, holds, value

NONE = -1  # no place


class Person(NamedTuple):
    """Someone in the model, without a name: who is alike is the same."""

    step: int = HOME  # in care, waiting, or queueing for this step
    rate: float = 0.0  # per ms: how fast the care, the wait or the patience ends
    priority: int = 0  # of who queues
    bed: int = NONE  # the places one has: numbers of pools
    slot: int = NONE
    facts: tuple[int, ...] = ()
    replaced: bool = False  # whether a newcomer moves in after a death, with the facts of entry
    entry: tuple[int, ...] = ()
    tagged: bool = False  # one person may be followed


class State(NamedTuple):
    crowd: tuple[tuple[Person, int], ...]  # everyone who does not queue, and how many are alike
    queues: tuple[tuple[Person, ...], ...]  # of each pool, the head first

    @property
    def tagged(self) -> bool:
        return any(who.tagged for who, _ in self.crowd) or any(who.tagged for queue in self.queues for who in queue)

    @property
    def people(self) -> int:
        return sum(n for _, n in self.crowd) + sum(map(len, self.queues))


class Follow(NamedTuple):
    """Whom to follow: whoever does `since` at a step, until they do `until` there, or one of `lost`."""

    step: int
    since: str
    until: str
    lost: tuple[str, ...] = ()


class Pool(NamedTuple):
    unit: int
    beds: bool
    sector: int
    places: float
    queue: float


class Places:
    """The pools of a plan, numbered through all its units."""

    def __init__(self, plan: Plan):
        self.first, self.pools = [], []
        for unit in plan.units:
            self.first.append(len(self.pools))
            self.pools += [Pool(unit.index, unit.beds, unit.sector, places, unit.queue) for places in unit.places]


class Moment:
    """One instant: from a state through what happens in it, luck as given, to the state that follows."""

    def __init__(self, plan: Plan, places: Places, state: State, luck: list[list], follow: Follow | None = None):
        self.plan, self.first_pool, self.pools = plan, places.first, places.pools
        self.crowd, self.queues = dict(state.crowd), [list(queue) for queue in state.queues]
        self.in_use = [0] * len(self.pools)
        for who, n in (*state.crowd, *((who, 1) for queue in state.queues for who in queue)):
            for pool in (who.bed, who.slot):
                if pool != NONE:
                    self.in_use[pool] += n
        self.luck, self.picked = luck, 0
        self.follow, self.tagging = follow, follow is not None and not state.tagged
        self.called: deque[tuple[Person, int]] = deque()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.reached = False  # whoever is followed has done what they are followed for

    def finish(self) -> State:
        """Those who were called to a place go on, in the order of the calls."""
        while self.called:
            self.begin(*self.called.popleft())
        return State(tuple(sorted(item for item in self.crowd.items() if item[1])), tuple(map(tuple, self.queues)))

    def pick(self, shares: list[float]) -> int:
        """One of several options; where only one is possible there is no luck in it."""
        possible = [i for i, share in enumerate(shares) if share > 0]
        if len(possible) == 1:
            return possible[0]
        if self.picked == len(self.luck):
            self.luck.append([possible[0], shares])
        self.picked += 1
        return self.luck[self.picked - 1][0]

    # What can be asked
    def answer(self, who: Person) -> Callable[[Ask], int]:
        def of(ask: Ask) -> int:
            if ask.kind == "attribute":
                return who.facts[ask.index]
            if ask.kind == "group":
                return int(holds(self.plan.groups[ask.index], of))
            if ask.kind == "full":
                return int(not self.has_room(self.pool_of(ask.index, who)))
            if ask.kind == "crowded":
                pool = self.pool_of(ask.index, who)
                return int(self.in_use[pool] >= value(self.plan.units[ask.index].crowded, of) * self.pools[pool].places)
            raise ValueError(f"something depends on '{ask.kind}', which a Markov chain can't ask about here")

        return of

    def pool_of(self, unit: int, who: Person) -> int:
        by = self.plan.units[unit].pool_by
        return self.first_pool[unit] + (0 if by is None else who.facts[by])

    def has_room(self, pool: int) -> bool:
        return self.in_use[pool] < self.pools[pool].places

    def hazards(self, who: Person) -> Iterator[tuple[float, Risk]]:
        """The risks whose clocks run where this person is (rules 6 and 17)."""
        where, answer = 0 if who.bed == NONE else self.pools[who.bed].sector, self.answer(who)
        for risk in self.plan.risks:
            if (risk.where is None or where in risk.where) and holds(risk.who, answer):
                rate = value(risk.rate, answer)
                if rate > 0:
                    yield rate, risk

    def rate_of(self, arrival: Arrival) -> float:
        nobody = self.answer(Person())
        return value(arrival.rate, nobody) if arrival.rate is not None else ending_rate(arrival.every, nobody, arrival.name)

    def note(self, what: str, step: int, who: Person) -> Person:
        """Counts what someone does at a step, and begins or ends to follow them."""
        self.counts[what, self.plan.steps[step].name] += 1
        if self.follow is not None and step == self.follow.step:
            if self.tagging and what == self.follow.since:
                self.tagging = False
                return who._replace(tagged=True)
            if who.tagged and what in (self.follow.until, *self.follow.lost):
                self.reached |= what == self.follow.until
                return who._replace(tagged=False)
        return who

    # What happens
    def arrive(self, arrival: Arrival) -> None:
        self.counts["arrived", arrival.name] += 1
        who = Person(facts=tuple(attribute.first for attribute in self.plan.attributes))
        for index in self.plan.drawing_order:
            choice = self.plan.attributes[index].choice
            if choice is not None:
                low, high = choice.options[self.pick(chances(choice, self.answer(who)))]
                who = _set(who, index, low + self.pick([1 / (high - low + 1)] * (high - low + 1)))
        self.go(self.perform(who, arrival.with_), arrival.then)

    def complete(self, who: Person) -> None:
        """Care or a wait has ended: what it does is done, then the next step is found (rule 3)."""
        step = self.plan.steps[who.step]
        self.crowd[who] -= 1
        who = self.note("completed", who.step, who)
        then = step.then
        if step.verb == "handover":
            whole = value(step.share, self.answer(who))
            then = (step.then, step.lost)[self.pick([whole, 1 - whole])]
        self.go(self.perform(who._replace(step=HOME, rate=0.0), step.done), then)

    def give_up(self, pool: int, position: int) -> None:
        who = self.queues[pool].pop(position)
        who = self.note("gave_up", who.step, who)
        self.go(who._replace(step=HOME, rate=0.0, priority=0), self.plan.steps[who.step].otherwise)

    def strike(self, who: Person, risk: Risk, queueing: tuple[int, int] | None = None) -> None:
        """A risk strikes; with `then` it ends what the person is doing (rule 20)."""
        self.counts["struck", risk.name] += 1
        if queueing:
            self.queues[queueing[0]].pop(queueing[1])
        else:
            self.crowd[who] -= 1
        struck = self.perform(who, risk.done)
        if risk.then is None and queueing:
            self.queues[queueing[0]].insert(queueing[1], struck)
        elif risk.then is None:
            self.add(struck)
        else:
            if who.step >= 0:
                dies = risk.then >= 0 and self.plan.steps[risk.then].reason == "dead"
                struck = self.note("died" if dies else "displaced", who.step, struck)
            self.go(self.bring(struck._replace(step=HOME, rate=0.0, priority=0), False), risk.then)

    def perform(self, who: Person, actions: tuple[Action, ...]) -> Person:
        for action in actions:
            kind, given = value(action.outcome, self.answer(who))
            if kind == DO and self.pick([given, 1 - given]) == 1:
                continue
            if kind == DRAW:
                given = given.options[self.pick(chances(given, self.answer(who)))]
            who = _set(who, action.target, 1 if kind == DO else given)
        return who

    # Walking
    def go(self, who: Person, step: int) -> None:
        """On from step to step, until time passes."""
        while step >= 0:
            form = self.plan.steps[step]
            if form.verb == "choose":
                step = form.choice.options[self.pick(chances(form.choice, self.answer(who)))]
            elif form.verb == "do":
                who, step = self.perform(who, form.done), form.then
            elif form.verb == "leave":
                self.leave(who, form)
                return
            else:
                who = self.bring(who, form.hold and not form.go_home)
                who = self.note("asked", step, who)
                if form.verb != "at":
                    self.care(who, form)
                    return
                if self.ask(who, form):
                    return
                who = self.note("refused", step, who)
                step = form.otherwise
        self.add(self.bring(who, False))

    def leave(self, who: Person, form: Step) -> None:
        self.counts["left", form.name] += 1
        self.bring(who, False)
        if form.reason == "dead" and who.replaced:
            self.go(Person(facts=who.entry, replaced=True, entry=who.entry), self.plan.starts)

    def ask(self, who: Person, form: Step) -> bool:
        """A place at once, or a place in the queue; False if refused (rules 9 to 12)."""
        pool, answer = self.pool_of(form.unit, who), self.answer(who)
        if pool in (who.bed, who.slot):
            self.begin(who._replace(step=form.index), pool)
            return True
        if self.has_room(pool):
            self.in_use[pool] += 1
            self.begin(who._replace(step=form.index), pool)
            return True
        without_place = sum(other.bed == other.slot == NONE for other in self.queues[pool])
        if who.bed == who.slot == NONE and without_place >= self.pools[pool].queue:
            return False
        rate = 0.0 if form.patience is None else ending_rate(form.patience, answer, form.name)
        if rate == inf:
            return False
        who = self.note("queued", form.index, who)
        priority = int(value(form.priority, answer))
        position = bisect_right(self.queues[pool], priority, key=lambda other: other.priority)
        self.queues[pool].insert(position, who._replace(step=form.index, rate=rate, priority=priority))
        return True

    def begin(self, who: Person, pool: int) -> None:
        """Care begins in this place; the places it replaces are given back (rule 8)."""
        had = {who.slot} if not self.pools[pool].beds else {who.bed, who.slot}
        who = who._replace(slot=pool) if not self.pools[pool].beds else who._replace(bed=pool, slot=NONE)
        for old in sorted(had - {NONE, pool}):
            self.give_back(old)
        self.care(who, self.plan.steps[who.step])

    def care(self, who: Person, form: Step) -> None:
        """Time passes in a step; how long is settled now (rule 15)."""
        who = self.perform(who._replace(step=form.index, priority=0), form.begun)
        rate = ending_rate(form.time, self.answer(who), form.name)
        if rate == inf:
            raise ValueError(f"steps.{form.name}: it may take no time at all. Write a time above 0")
        self.add(self.note("begun", form.index, who)._replace(rate=rate))

    def bring(self, who: Person, hold: bool) -> Person:
        """What is not kept is given back; of a bed and a slot only the bed can be kept (rules 7 and 8)."""
        kept = who._replace(slot=NONE) if hold and who.bed != NONE else who if hold else who._replace(bed=NONE, slot=NONE)
        for old in (who.bed if kept.bed == NONE else NONE, who.slot if kept.slot == NONE else NONE):
            if old != NONE:
                self.give_back(old)
        return kept

    def give_back(self, pool: int) -> None:
        """A free place goes to the head of the queue at once (rule 2)."""
        self.in_use[pool] -= 1
        if self.queues[pool] and self.has_room(pool):
            self.in_use[pool] += 1
            self.called.append((self.queues[pool].pop(0), pool))

    def add(self, who: Person) -> None:
        self.crowd[who] = self.crowd.get(who, 0) + 1


def _set(who: Person, attribute: int, code: int) -> Person:
    return who._replace(facts=(*who.facts[:attribute], code, *who.facts[attribute + 1:]))
