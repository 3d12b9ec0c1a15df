"""Risks consume a budget: one unit-exponential draw a risk and episode, spent at the speed of the hazard.

Care changes the speed, never the draw (rules 17–22). The hazard is constant between known dates, so
the moment at which a budget is spent is computed exactly, and moved when something changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..draws import EXPONENTIAL
from ..language.quantities import DAY
from ..plan.calendar import Season, season
from ..plan.expressions import CALENDAR, Ask, Sample, asks
from ..plan.model import NEVER, Plan, Risk

ASLEEP = ((0, 0.0),)  # the path of a clock that stands still
EXEMPT = ((-1, 0.0),)  # … because the risk is for others: only a change of facts can wake it
UNIT_EXPONENTIAL = Sample(EXPONENTIAL, 1.0)


class Clock:
    """The clock of one risk: how fast it runs for a person, and when it strikes."""

    def __init__(self, risk: Risk, plan: Plan, evaluator, luck):
        self.risk, self.index = risk, risk.index
        self.where, self.luck = risk.where, luck
        self.rate = evaluator.value(risk.rate)
        self.rate_keeps = not any(ask.kind == "effect" for ask in risk.asks)  # `asks` sees through groups
        self.who = evaluator.test(risk.who) if risk.who is not None else None
        self.who_keeps = risk.who is not None and not any(ask.kind == "effect" for ask in risk.asked_by_who)
        self.season = season_of(risk.season, plan, evaluator)
        self.effects = [
            (effect, [start for start, _, _ in bands], [NEVER if end is None else end for _, end, _ in bands], [evaluator.value(x) for *_, x in bands])
            for effect, bands in risk.effects
        ]
        self.edges_of = {effect for effect, *_ in self.effects} | {ask.index for ask in risk.asks if ask.kind == "effect"}
        self.band_edges = {effect: sorted({*starts, *ends} - {0}) for effect, starts, ends, _ in self.effects}
        self.lasts = [effect.lasts for effect in plan.effects]
        self.horizon = plan.horizon

    def speed(self, person, t: int) -> float:
        """The hazard per ms at t, without season."""
        if self.where is not None and person.where not in self.where:
            return 0.0
        if self.who is not None and not self.who(person, t):
            return 0.0
        speed = person.rates[self.index]
        if speed is None:
            speed = self.rate(person, t)
            if self.rate_keeps:  # until a fact is set that it asks about
                person.rates[self.index] = speed
        for effect, starts, ends, factors in self.effects:
            begun = person.effects.get(effect)
            if begun is not None:
                band = bisect_right(starts, t - begun) - 1
                if band >= 0 and t - begun < ends[band]:
                    speed *= factors[band](person, t)
        return speed

    def next_edge(self, person, t: int) -> int:
        """When the hazard next changes by itself: the end of a band of an effect."""
        edge = NEVER
        if not person.effects:
            return edge
        for effect in self.edges_of:
            begun = person.effects.get(effect)
            if begun is None:
                continue
            for end in (*self.band_edges.get(effect, ()), self.lasts[effect]):
                if t - begun < end and begun + end < edge:
                    edge = begun + end
        return edge

    def project(self, person, t: int) -> tuple[Sequence[tuple[int, float]], int]:
        """The hazard from t on, as (from, speed) pairs, and when the budget will be spent.

        A budget is drawn when its clock first runs.
        """
        if self.who_keeps and not self.who(person, t):
            return EXEMPT, NEVER
        if not person.effects and self.speed(person, t) == 0.0:
            return ASLEEP, NEVER
        budget = person.budgets[self.index]
        path = []
        while t < self.horizon:
            speed = self.speed(person, t)
            path.append((t, speed))
            edge = self.next_edge(person, t)
            if speed > 0.0:
                if budget is None:
                    budget = person.budgets[self.index] = self.draw(person)
                strike = self._spent(t, budget / speed)
                if strike <= edge:
                    return path, (max(int(strike + 0.5), t) if strike < self.horizon else NEVER)
                budget -= self._consumed(t, edge, speed)
                budget = max(budget, 0.0)
            t = edge
        return path, NEVER

    def draw(self, person) -> float:
        return self.luck.sample(person, self.risk.decision, UNIT_EXPONENTIAL)

    def left(self, path: Sequence[tuple[int, float]], budget: float | None, now: int) -> float | None:
        """What is left of a budget at `now`, having run along its path; None if it never ran."""
        if budget is None:
            return None
        for i, (start, speed) in enumerate(path):
            if start >= now:
                break
            end = min(path[i + 1][0], now) if i + 1 < len(path) else now
            if speed > 0.0:
                budget -= self._consumed(start, end, speed)
        return max(budget, 0.0)

    def _spent(self, t: int, amount: float) -> float:
        if self.season is None:
            return t + amount
        return self.season.reach(self.season.elapsed(t) + amount)

    def _consumed(self, start: int, end: int, speed: float) -> float:
        if self.season is None:
            return speed * (end - start)
        return speed * (self.season.elapsed(end) - self.season.elapsed(start))


def season_of(factors, plan: Plan, evaluator) -> Season | None:
    """The season of the factors that ask the calendar; None if there are none."""
    if not factors:
        return None
    functions = [evaluator.value(factor) for factor in factors]

    def speed(t: int) -> float:
        value = 1.0
        for function in functions:
            value *= function(None, t)
        return value

    by_hour = any(ask.kind == "hour" for factor in factors for ask in asks(factor) if ask.kind in CALENDAR)
    return season(speed, plan.horizon // DAY + 1, by_hour)


class Risks:
    """All risks of all people: budgets, paths and the one alarm a person has for the first to strike."""

    def __init__(self, sim):
        self.sim = sim
        self.clocks = [Clock(risk, sim.plan, sim.evaluator, sim.luck) for risk in sim.plan.risks]
        self.done = [sim.actions(risk.done) for risk in sim.plan.risks]
        self.by_ask: dict[Ask, list[int]] = {}
        self.by_move: dict[tuple[int, int], list[int]] = {}
        for clock in self.clocks:
            asked = {*clock.risk.asks, *(Ask("effect", effect) for effect in clock.edges_of)}
            for ask in asked:
                self.by_ask.setdefault(ask, []).append(clock.risk.index)

    def enter(self, person) -> None:
        """Budgets for a newcomer, all clocks set."""
        now = self.sim.now
        person.budgets, person.rates = [None] * len(self.clocks), [None] * len(self.clocks)
        person.paths, person.strikes = [], []
        for clock in self.clocks:
            path, strike = clock.project(person, now)
            person.paths.append(path)
            person.strikes.append(strike)
        self._set_alarm(person)

    def changed(self, person, questions) -> None:
        """Something was set that some hazards ask about: they go on at their new speed."""
        touched = {index for ask in questions for index in self.by_ask.get(ask, ())}
        if touched and person.paths:  # no clock runs before a newcomer has entered
            for i in touched:
                person.rates[i] = None
            self._refresh(person, sorted(touched))

    def moved(self, person, before: int) -> None:
        """Whereabouts changed: clocks that run in one place and not in the other start or stop."""
        move = (before, person.where)
        if move not in self.by_move:
            self.by_move[move] = [
                clock.index for clock in self.clocks if clock.where is not None and (before in clock.where) != (person.where in clock.where)
            ]
        touched = [i for i in self.by_move[move] if person.paths[i] is not EXEMPT]
        if touched:
            self._refresh(person, touched)

    def _refresh(self, person, touched: list[int]) -> None:
        now = self.sim.now
        for i in touched:
            clock = self.clocks[i]
            person.budgets[i] = clock.left(person.paths[i], person.budgets[i], now)
            person.paths[i], person.strikes[i] = clock.project(person, now)
        self._set_alarm(person)

    def _set_alarm(self, person) -> None:
        """One alarm, at the first strike; it is moved only if the first strike changes."""
        strikes = person.strikes
        first = min(strikes, default=NEVER)
        which = strikes.index(first) if first < NEVER else -1
        if (first, which) == person.next_strike:
            return
        person.next_strike = (first, which)
        if person.alarm is not None:
            person.alarm.cancel()
        person.alarm = self.sim.alarm(first, person.struck) if which >= 0 else None

    def strike(self, person) -> None:
        """The first risk strikes: a new budget, what it does, and where it sends the person."""
        now, i = self.sim.now, person.next_strike[1]
        risk, clock = self.clocks[i].risk, self.clocks[i]
        person.alarm, person.next_strike = None, (NEVER, -1)
        self.sim.log.event(person, now, "strike", risk.name)
        person.budgets[i] = None
        person.paths[i], person.strikes[i] = clock.project(person, now)
        self.sim.perform(person, self.done[i])
        if not person.gone:
            self._set_alarm(person)
            if risk.then is not None:
                self.sim.send(person, risk.then, cause=risk.name, acute=True)
