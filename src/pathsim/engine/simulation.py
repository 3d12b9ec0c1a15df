"""The reference engine: one replication of a care system, on SimPy.

Events happen in order of (time, number), the number given when the event is scheduled; SimPy keeps
that order, and nothing else decides. The engine knows no seed policy, no files and no processes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import simpy

from ..language.quantities import OLDEST, YEAR
from ..plan.expressions import Ask
from ..plan.model import DO, DRAW, SET, STOP, Plan
from .evaluate import Evaluator
from .forms import Form
from .levers import Levers
from .log import DIED, DISPLACED, Log
from .luck import Luck
from .people import Person
from .places import Pool
from .risks import Risks
from .walks import TaskWalk, Walk, whole


class Alarm:
    """An entry in SimPy's queue of events that calls one function and can be cancelled."""

    __slots__ = ("callbacks",)
    _ok = True

    def __init__(self, callback: Callable):
        self.callbacks = (callback,)

    def cancel(self) -> None:
        self.callbacks = ()


class Simulation:
    """One replication. `citizens` holds the codes of the attributes of day 0, a row for each citizen."""

    def __init__(self, plan: Plan, citizens: np.ndarray, seed: int, replication: int, names: np.ndarray | None = None):
        self.plan, self.env, self.log = plan, simpy.Environment(), Log()
        self.luck = Luck(seed, replication, plan.decisions)
        self.evaluator = Evaluator(plan, self._crowded, self._full)
        self._made: dict[int, Callable] = {}
        self.people: list[Person] = []
        self.pools = [[Pool(unit, i, plan.horizon) for i in range(len(unit.pools))] for unit in plan.units]
        self.steps = [Form(self, step) for step in plan.steps]
        self._thresholds = [self.value(unit.crowded) for unit in plan.units]
        self.levers = Levers(self)
        self.risks = Risks(self)
        self.standing = [task for task in plan.tasks if task.who is not None and task.lever is None]
        self.horizon = plan.horizon
        self.routine: dict[int, list[float]] = {}
        self._citizens = citizens
        self._names = np.arange(len(citizens)) if names is None else names

    # Time
    @property
    def now(self) -> int:
        return self.env._now

    def alarm(self, time: int, callback: Callable) -> Alarm:
        """An event at `time`; what falls at or after the horizon does not happen."""
        alarm = Alarm(callback)
        if time < self.horizon:
            env = self.env
            env.schedule(alarm, delay=time - env._now)
        return alarm

    def run(self) -> None:
        from .begin import begin

        begin(self, self._citizens, self._names)
        self.env.run(until=self.plan.horizon)

    def let_go(self) -> None:
        """Loosens what people, walks and events hold of each other, so that memory is free at once."""
        for person in self.people:
            for walk in (person.walk, *person.tasks.values()):
                if walk is not None:
                    walk.script.close()
                    walk.alarm = None
            person.walk, person.tasks, person.alarm = None, {}, None
        self.people, self.log = [], Log()
        self.env._queue.clear()

    def places(self) -> list[float]:
        """Places by pool, all units in their order."""
        return [pool.places for pools in self.pools for pool in pools]

    # Expressions, each made once
    def value(self, expression) -> Callable:
        return self._made.get(id(expression)) or self._make(expression, self.evaluator.value(expression))

    def time(self, expression) -> Callable:
        return self._made.get(id(expression)) or self._make(expression, self.evaluator.time(expression, self.luck))

    def test(self, test) -> Callable:
        return self._made.get(id(test)) or self._make(test, self.evaluator.test(test))

    def choice(self, choice) -> Callable:
        return self._made.get(id(choice)) or self._make(choice, self.evaluator.choice(choice))

    def actions(self, actions):
        """Actions with their outcomes as functions."""
        return self._made.get(id(actions)) or self._make(actions, [(a, self.evaluator.value(a.outcome)) for a in actions])

    def _make(self, key, made):
        self._made[id(key)] = made
        return made

    # Places
    def pool(self, unit: int, person: Person) -> Pool:
        by = self.plan.units[unit].pool_by
        return self.pools[unit][0 if by is None else person.facts[by]]

    def give_back(self, place) -> None:
        if place.contact is not None:
            place.contact.given_back = self.now
        place.pool.give_back(place)

    def _crowded(self, unit: int, person: Person) -> int:
        pool = self.pool(unit, person)
        return 1 if pool.in_use >= self._thresholds[unit](person, self.now) * pool.places else 0

    def _full(self, unit: int, person: Person) -> int:
        return 0 if self.pool(unit, person).has_room() else 1

    # People
    def enter(self, slot: int, generation: int, who: int, stream: int, facts: list[int], arrival: str | None = None) -> Person:
        person = Person(self, len(self.people), slot, generation, who, stream, facts, arrival)
        self.people.append(person)
        return person

    def settle(self, person: Person) -> None:
        """A newcomer: budgets and clocks, levers, standing tasks of citizens, birthdays."""
        person.here = True
        self.risks.enter(person)
        self.levers.meet(person)
        if person.slot >= 0:
            for task in self.standing:
                if self.test(task.who)(person, self.now):
                    self.start_standing(person, task)
            if self.plan.birthdays is not None:
                first = whole(self.luck.uniform(person, self.plan.birthday_decision) * YEAR)
                self.alarm(self.now + first, lambda _: self._birthday(person))

    def _birthday(self, person: Person) -> None:
        if not person.gone:
            age = self.plan.birthdays
            self.set_fact(person, age, min(person.facts[age] + 1, OLDEST))
            self.alarm(self.now + YEAR, lambda _: self._birthday(person))

    def send(self, person: Person, step: int, cause: str | None, acute: bool) -> None:
        """A new walk of the person's own; what the old one was doing ends as displaced (rule 20)."""
        if person.gone:
            return
        if person.walk is not None:
            form = self.plan.steps[step] if step >= 0 else None
            dies = form is not None and form.verb == "leave" and form.reason == "dead" and not form.levers
            walk, person.walk = person.walk, None
            person.gone = dies  # so that tasks end by the death, not by leaving a bed
            walk.stop(DIED if dies else DISPLACED)
        if step >= 0:
            person.walk = Walk(self, person, cause, acute)
            person.walk.start(person.walk.steps(step))

    def leave(self, person: Person, reason: str, walk: Walk) -> None:
        """Out of the model: every walk and task ends; a citizen who died may be replaced."""
        how = DIED if reason == "dead" else DISPLACED
        person.gone, person.left, person.reason = True, self.now, reason
        walk.give_back_all()
        if person.walk is not None and person.walk is not walk:
            person.walk.stop(how)
        for task in sorted(person.tasks):
            if person.tasks[task] is not walk:
                person.tasks[task].stop(how)
                person.tasks[task].over()
        if person.alarm is not None:
            person.alarm.cancel()
        person.walk = None
        person.paths = person.strikes = person.budgets = ()
        if reason == "dead" and self.plan.deaths_replaced and person.slot >= 0:
            self.alarm(self.now, lambda _: self._moves_in(person))

    def _moves_in(self, person: Person) -> None:
        """Who moves in where a citizen died, as like them as on day 0; at that instant, as the next event."""
        newcomer = self.enter(person.slot, person.generation + 1, person.who, person.stream + 1, list(person.first))
        self.settle(newcomer)
        self.send(newcomer, self.plan.starts, None, False)

    def whereabouts(self, person: Person, where: int) -> None:
        before = person.where
        if where != before:
            person.where = where
            if not person.gone:
                self.risks.moved(person, before)
                for task in sorted(person.tasks) if person.tasks else ():
                    if task in person.tasks:
                        person.tasks[task].whereabouts_changed()

    # Actions
    def perform(self, person: Person, actions) -> None:
        """Facts, effects, tasks, diversion: in that order, then the hazards that ask about them go on."""
        if not actions or person.gone:
            return
        now, changed = self.now, []
        for action, outcome in actions:
            kind, value = outcome(person, now)
            if kind == DRAW:
                kind, value = SET, self.choice(value)(person, now, self.luck.uniform(person, action.decision))
            elif kind == DO and not self.luck.happens(person, action.decision, value):
                continue
            changed += getattr(self, f"_{action.kind}")(person, action.target, kind, value)
        if changed:
            self.risks.changed(person, changed)

    def _fact(self, person: Person, attribute: int, kind: str, code) -> list:
        code = 1 if kind == DO else 0 if kind == STOP else code
        return self._record_fact(person, attribute, code)

    def set_fact(self, person: Person, attribute: int, code: int) -> None:
        self.risks.changed(person, self._record_fact(person, attribute, code))

    def _record_fact(self, person: Person, attribute: int, code: int) -> list:
        person.facts[attribute] = code
        known = self.plan.attributes[attribute]
        if person.here:  # what one comes with is not an event
            self.log.event(person, self.now, "fact", known.name, known.words[code] if known.words else str(code))
        return [Ask("attribute", attribute)]

    def _effect(self, person: Person, effect: int, kind: str, _) -> list:
        if kind == STOP:
            person.effects.pop(effect, None)
        else:
            person.effects[effect] = self.now
            self.log.event(person, self.now, "effect", self.plan.effects[effect].name)
        return [Ask("effect", effect)]

    def _task(self, person: Person, task: int, kind: str, _) -> list:
        if kind == STOP:
            self.alarm(self.now, lambda _: self._stop_task(person, task))
        else:
            self.alarm(self.now, lambda _: self.start_task(person, self.plan.tasks[task]))
        return []

    def _step(self, person: Person, step: int, kind: str, _) -> list:
        if kind != STOP:
            self.alarm(self.now, lambda _: self._divert(person, step))
        return []

    def _divert(self, person: Person, step: int) -> None:
        """Only from home; in a bed it is forgotten (rule 30)."""
        if not person.gone and person.where == 0:
            cause, acute = (person.walk.cause, person.walk.acute) if person.walk is not None else (None, False)
            self.send(person, step, cause, acute)

    # Tasks
    def start_task(self, person: Person, task, phase: float | None = None) -> None:
        """At most once a person: started again while under way, it goes on undisturbed (rule 23)."""
        if person.gone or task.index in person.tasks:
            return
        form = self.carried_out_task(person, task)
        walk = person.tasks[task.index] = TaskWalk(self, person, form)
        self.task_changed(person, task.index)
        delay = phase if phase is not None else self.time(form.after)(person, self.now, form.decisions["after"])
        walk.start(walk.life(delay))

    def start_standing(self, person: Person, task) -> None:
        """A standing task begins at a random phase of its period, or of its delay."""
        period = task.every if task.every is not None else task.after
        length = self.time(period)(person, self.now, task.decisions["every" if task.every is not None else "after"])
        self.start_task(person, task, length * self.luck.uniform(person, task.decisions["phase"]))

    def _stop_task(self, person: Person, task: int) -> None:
        if task in person.tasks:
            walk = person.tasks[task]
            walk.stop(DISPLACED)
            walk.over()

    def task_changed(self, person: Person, task: int) -> None:
        if not person.gone:
            self.risks.changed(person, [Ask("task", task)])

    def lever_changed(self, person: Person, lever: int) -> None:
        self.risks.changed(person, [Ask("lever", lever)])

    def inform(self, person: Person, whole_: bool) -> None:
        if person.informed != int(whole_):
            person.informed = int(whole_)
            self.risks.changed(person, [Ask("informed")])

    # Levers
    def carried_out(self, person: Person, step: int):
        if step in self.levers.on_the_way:
            self.levers.seen(person, step)
        form = self.steps[step]
        return self.levers.form_of(person, form) if form.levers and person.enrolled else form

    def carried_out_task(self, person: Person, task):
        return self.levers.form_of(person, task) if task.levers and person.enrolled else task
