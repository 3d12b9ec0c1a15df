"""How a run begins: opening hours, who is there already, the citizens in order, then the arrivals."""

from __future__ import annotations

import numpy as np

from ..plan.model import Already, Arrival
from .attributes import draw_facts
from .luck import ARRIVALS
from .risks import UNIT_EXPONENTIAL, season_of
from .routine import routine_slots
from .steps import complete, end_of_care, record
from .walks import Walk, whole


def begin(sim, citizens: np.ndarray, names: np.ndarray) -> None:
    _routine(sim, citizens)
    for unit in sim.plan.units:
        if unit.opening:
            _opening(sim, unit, 0)
    for already in sim.plan.already:
        _already(sim, already)
    people = [sim.enter(slot, 0, int(who), 0, facts) for slot, (who, facts) in enumerate(zip(names, citizens.tolist(), strict=True))]
    for person in people:
        sim.settle(person)
        sim.send(person, sim.plan.starts, None, False)
    for arrival in sim.plan.arrivals:
        Stream(sim, arrival).next()


def _opening(sim, unit, i: int) -> None:
    """Opens and closes; who is being served when it closes is served to the end (rule 13)."""
    if i == len(unit.opening):
        return
    time, opens = unit.opening[i]

    def change(_=None):
        for pool in sim.pools[unit.index]:
            pool.open = opens
            pool.call()
        _opening(sim, unit, i + 1)

    change() if time == 0 else sim.alarm(time, change)


def _routine(sim, citizens: np.ndarray) -> None:
    """Routine work takes slots from day 0 on, to the nearest whole slot."""
    sim.routine = routine_slots(sim.plan, sim.evaluator, citizens)
    for unit, slots in sim.routine.items():
        for pool, taken in zip(sim.pools[unit], slots, strict=True):
            pool.places = max(pool.places - whole(taken), 0.0)


class Stream:
    """People from outside: the n-th arrival has its own luck, and its time is one budget further on."""

    def __init__(self, sim, arrival: Arrival):
        self.sim, self.arrival, self.n = sim, arrival, 0
        self.season = None if arrival.rate is None else season_of((arrival.rate,), sim.plan, sim.evaluator)
        self.spent = 0.0

    def next(self) -> None:
        """The next arrival: a rate is a hazard that consumes one exponential budget each."""
        sim = self.sim
        person = _Name(self.n, self.arrival.stream)
        if self.season is not None:
            self.spent += sim.luck.sample(person, self.arrival.decision, UNIT_EXPONENTIAL)
            time = self.season.reach(self.spent)
            time = whole(time) if time < sim.plan.horizon else sim.plan.horizon
        else:
            time = sim.now + whole(sim.time(self.arrival.every)(person, sim.now, self.arrival.decision))
        sim.alarm(time, self._arrives)

    def _arrives(self, _) -> None:
        sim, n = self.sim, self.n
        self.n += 1
        self.next()
        person = newcomer(sim, n, self.arrival.stream, self.arrival.name, self.arrival.with_)
        sim.send(person, self.arrival.then, self.arrival.name, False)


class _Name:
    """The key of an arrival's luck, before the person is there."""

    def __init__(self, n: int, stream: int):
        self.who, self.stream, self.counts = n, ARRIVALS | stream, {}


def newcomer(sim, n: int, stream: int, name: str, with_):
    """Someone from outside: facts are drawn, then what is known of those who come is set."""
    person = sim.enter(-1, 0, n, ARRIVALS | stream, [a.first for a in sim.plan.attributes], name)
    draw_facts(sim.plan, sim.evaluator, sim.luck, person)
    sim.perform(person, sim.actions(with_))
    person.first = tuple(person.facts)
    sim.settle(person)
    return person


def _already(sim, already: Already) -> None:
    """Who is there on day 0: first those inside, then the queue, who ask before anyone else (rule 33)."""
    step = sim.steps[already.step]
    for n in range(already.inside + already.waiting):
        person = newcomer(sim, n, already.stream, f"already.{step.name}", already.with_)
        walk = person.walk = Walk(sim, person, None, bool(step.acute))
        row = len(sim.log.contacts)
        walk.start(_there(sim, walk, step, already) if n < already.inside else walk.steps(already.step))
        sim.log.contacts[row].from_start = True


def _there(sim, walk, step, already: Already):
    """Inside on day 0, even beyond the places there are: nobody is put out."""
    pool = step.pool(walk.person)
    contact = record(sim, walk, step, pool.unit.name, "at")
    place = pool.take(pool.owner_of(walk.person))
    contact.pool, contact.begun, contact.in_surge, place.contact = pool.name, 0, place.in_surge, contact
    walk.obtained(place)
    walk.sleep(_left(sim, walk, step, already))
    yield
    yield from walk.steps(complete(sim, walk, step))


def _left(sim, walk, step, already: Already) -> int:
    """What is left of a stay that began before day 0."""
    person, decision = walk.person, sim.plan.decision_names.index(f"steps.{step.name}.already.left")
    if not isinstance(already.left, (str, tuple)):
        return whole(sim.time(already.left)(person, 0, decision))
    length = end_of_care(sim, walk, step)  # from day 0 on
    if already.left == "fresh":
        return length
    low = already.left[1] if isinstance(already.left, tuple) else 0.0
    return whole(low + sim.luck.uniform(person, decision) * max(length - low, 0.0))
