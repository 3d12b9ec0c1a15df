"""Small care systems solved exactly: a plan with exponential times as a Markov chain in continuous time.

The states are found from the plan by the rules of the language, step by step from the beginning, and
the balance equations solved; no engine has a part in it. What arrives from outside is turned away
while the model holds more than a certain number of people, and that number is raised until this
befalls less than 1e-10 of those who come: `tail` says how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import sqrt

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigs, splu

from ..language.quantities import DAY
from ..plan.model import Plan
from .exponential import check_reach
from .moment import State
from .moves import Moves

Measure = tuple[str, str]  # what, and of which unit, step, risk or stream
TAIL = 1e-10
LEVELS = ("in use", "queueing", "waiting", "in care")


def solve(plan: Plan, citizens: Iterable | None = None, limit: int = 50_000) -> Stationary:
    """The long run of a plan. Raises ValueError in a plain sentence for what is not within reach.

    citizens: codes of their attributes, a row each, as an engine takes them; by default those of the
    population, if nothing about them is left to chance. limit: the most states there may be.

    Within reach: Poisson streams; steps `at`, `wait`, `handover`, `choose`, `do` and `leave` with
    exponential times; places in pools, queues with a limit or without, priorities, exponential patience,
    places that are held; facts; risks of constant rate and where their clocks run; deaths replaced.
    Not within reach: times of any other kind, the calendar, tasks, effects, levers, places at several
    units at once, who is there `already`.

    >>> from pathsim.language import read_system
    >>> from pathsim.plan import lay_out
    >>> ward = {"units": {"ward": {"beds": 1}}, "arrivals": {"people": {"rate": "1 per d", "then": "ward_stay"}},
    ...         "steps": {"ward_stay": {"at": "ward", "for": {"exponential": "12 h"}, "then": "gone"}, "gone": {"leave": "well"}}}
    >>> found = solve(lay_out(read_system(ward), 1))
    >>> round(found["in use", "ward"], 8), round(found["queueing", "ward"], 8), round(found["asked", "ward_stay"], 8)
    (0.5, 0.5, 1.0)
    >>> round(found.ratio(("waiting", "ward_stay"), ("asked", "ward_stay")), 8)  # the mean wait in days, by Little's law
    0.5
    """
    check_reach(plan)
    if citizens is None:
        if plan.citizens and any(attribute.choice is not None for attribute in plan.attributes):
            raise ValueError("the citizens' attributes are left to chance, so give the citizens")
        citizens = [[attribute.first for attribute in plan.attributes]] * plan.citizens
    chain = _Chain(plan, list(citizens), limit)
    most = chain.population + 8
    while True:
        found = chain.stationary(most)
        if found.tail < TAIL:
            return found
        most += most // 2


class _Chain:
    """The states found so far, each with what can follow: (rate per day, state, counts, from outside?)."""

    def __init__(self, plan: Plan, citizens: list, limit: int):
        self.moves, self.limit = Moves(plan), limit
        self.beginnings = self.moves.first_states(citizens)
        self.population = len(citizens)
        self.known: dict[State, list] = {}

    def following(self, state: State) -> list:
        if state not in self.known:
            self.known[state] = [
                (rate * DAY * chance, to, dict(moment.counts), arrival is not None)
                for rate, arrival, happens in self.moves.from_state(state) if rate > 0
                for chance, to, moment in self.moves.ways(state, happens) if chance > 0
            ]
        return self.known[state]

    def stationary(self, most: int) -> Stationary:
        """The long run if those who come to a model of so many people are turned away."""
        number = {state: i for i, state in enumerate(sorted(self.beginnings))}
        states, moves = list(number), []
        for i, state in enumerate(states):  # grows while it is gone through
            full = state.people >= most
            for rate, to, counts, outside in self.following(state):
                if full and outside:
                    continue
                if to not in number:
                    number[to] = len(states)
                    states.append(to)
                    if len(states) > self.limit:
                        raise ValueError(f"more than {self.limit:,} states. Make the system smaller, or see that its load fits into its places")
                moves.append((i, number[to], rate, counts))
        return Stationary(self.moves, states, moves, most)


class Stationary:
    """The long run of a plan. `found[what, name]` is a mean over time; numbers a day, and times in days.

    In use and queueing, of a unit: places in use (blocked ones too), and people in its queue. Waiting and
    in care, of a step: people in its queue, and people between begun and ended. At home, of "": people.
    Asked, queued, begun, completed, refused, gave_up, displaced and died, of a step: how many a day.
    Struck, arrived and left, of a risk, a stream and a last step: how many a day. What never happens is 0.

    states: the states that recur, with their shares of time in `share`. most: the number of people from
    which on those who come from outside are turned away. tail: the share of them that is. residual: by how much the balance of any
    state is off, relative to the fastest rate.
    """

    def __init__(self, moves: Moves, states: list[State], transitions: list, most: int):
        self.moves, self.most = moves, most
        size = len(states)
        source, target = (np.array([move[end] for move in transitions], dtype=np.int64) for end in (0, 1))
        _, kind = connected_components(sparse.coo_array((np.ones(len(source)), (source, target)), (size, size)), connection="strong")
        closed = set(range(max(kind) + 1)) - set(kind[source[kind[source] != kind[target]]])
        if len(closed) > 1:
            raise ValueError("where it ends depends on how it begins, or on luck: there is no one long run")
        recurs = np.isin(kind, list(closed))
        number = np.cumsum(recurs) - 1
        stays = [move for move in transitions if recurs[move[0]]]
        self.states = [state for state, there in zip(states, recurs, strict=True) if there]
        self._source, self._target = (number[[move[end] for move in stays]].astype(np.int64) for end in (0, 1))
        self._rate = np.array([move[2] for move in stays], dtype=float)
        self._counts: dict[Measure, np.ndarray] = {}
        for i, (_, _, _, counts) in enumerate(stays):
            for measure, n in counts.items():
                self._counts.setdefault(measure, np.zeros(len(stays)))[i] = n
        self._levels = _levels(moves, self.states)
        size = len(self.states)
        flow = sparse.coo_array((self._rate, (self._source, self._target)), (size, size)).tocsr()
        self._generator = (flow - sparse.diags_array(flow.sum(axis=1))).tocsc()
        self.share = self._balance()
        fastest = max(abs(self._generator.diagonal()).max(), 1e-300)
        self.residual = float(abs(self.share @ self._generator).max() / fastest)
        if self.residual > 1e-11 or self.share.min() < -1e-11:
            raise ArithmeticError(f"the balance equations are off by {self.residual:g} of the fastest rate")
        full = np.array([state.people >= most for state in self.states])
        self.tail = float(self.share[full].sum()) if moves.plan.arrivals else 0.0

    def __getitem__(self, measure: Measure) -> float:
        return float(self.share @ self._rewards({measure: 1.0})[0])

    def __contains__(self, measure: Measure) -> bool:
        return measure in self._levels or measure in self._counts

    def ratio(self, part: Measure, whole: Measure) -> float:
        """One mean over another: a mean wait from the number waiting, a share from two numbers a day."""
        return self[part] / self[whole]

    def visits(self, step: str) -> float:
        """Mean number of times that someone who comes from outside asks for a step before leaving."""
        return self["asked", step] / sum(self[measure] for measure in self._counts if measure[0] == "arrived")

    # Precision of a run
    def error(self, combination: Mapping[Measure, float], days: float) -> float:
        """Standard error of a weighted sum of measures as counted in one run of so many days, long after its beginning.

        Exact as the run gets long: from Poisson's equation of the chain.

        >>> from pathsim.language import read_system
        >>> from pathsim.plan import lay_out
        >>> clinic = {"units": {"clinic": {"slots": "unlimited"}}, "arrivals": {"people": {"rate": "2 per d", "then": "seen"}},
        ...           "steps": {"seen": {"at": "clinic", "for": {"exponential": "1 d"}, "then": "gone"}, "gone": {"leave": "well"}}}
        >>> found = solve(lay_out(read_system(clinic), 1))
        >>> round(found.error({("in use", "clinic"): 1.0}, 100) ** 2 * 100, 6)  # 2 × load × mean stay
        4.0
        """
        by_state, by_move = self._rewards(combination)
        excess = self._solved(-(by_state - self.share @ by_state))
        jumps = by_move + excess[self._target] - excess[self._source]
        return sqrt(float((self.share[self._source] * self._rate) @ jumps**2) / days)

    @cached_property
    def relaxation(self) -> float:
        """The time in days in which the slowest deviation from the long run falls to 1/e."""
        size = len(self.states)
        if size == 1:
            return 0.0
        if size <= 100:
            values = np.linalg.eigvals(self._generator.toarray())
        else:
            fastest = abs(self._generator.diagonal()).max()
            start = np.random.default_rng(1).normal(size=size)
            values = eigs(self._generator, k=3, sigma=1e-9 * fastest, v0=start, return_eigenvectors=False)
        return float(-1 / np.sort(values.real)[-2])

    def _rewards(self, combination: Mapping[Measure, float]) -> tuple[np.ndarray, np.ndarray]:
        """What a weighted sum of measures earns a day in each state, and at once with each move."""
        by_move, by_state = np.zeros(len(self._rate)), np.zeros(len(self.states))
        for measure, weight in combination.items():
            if measure in self._levels:
                by_state += weight * self._levels[measure]
            elif measure in self._counts:
                by_move += weight * self._counts[measure]
        return by_state + np.bincount(self._source, by_move * self._rate, minlength=len(self.states)), by_move

    # Linear algebra: the first state is left out, and what is left can be inverted
    def _balance(self) -> np.ndarray:
        rest = np.ones(1)
        if len(self.states) > 1:
            self._factors = splu(self._generator[1:, 1:].tocsc())
            first = self._generator[[0], 1:].toarray().ravel()
            rest = np.concatenate([[1.0], self._factors.solve(-first, trans="T")])
        return rest / rest.sum()

    def _solved(self, right: np.ndarray) -> np.ndarray:
        """The solution of Poisson's equation that is 0 in the first state."""
        return np.concatenate([[0.0], self._factors.solve(right[1:])]) if len(self.states) > 1 else np.zeros(1)


def _levels(moves: Moves, states: list[State]) -> dict[Measure, np.ndarray]:
    """How many there are of what, in each state."""
    plan, pools = moves.plan, moves.places.pools
    found: dict[Measure, np.ndarray] = {("at home", ""): np.zeros(len(states))}
    found |= {(what, unit.name): np.zeros(len(states)) for unit in plan.units for what in LEVELS[:2]}
    found |= {(what, step.name): np.zeros(len(states)) for step in plan.steps if step.time is not None for what in LEVELS[2:]}
    for i, state in enumerate(states):
        queues = [(who, 1, pools[pool].unit) for pool, queue in enumerate(state.queues) for who in queue]
        for who, n, queue in [*((who, n, None) for who, n in state.crowd), *queues]:
            for pool in (who.bed, who.slot):
                if pool >= 0:
                    found["in use", plan.units[pools[pool].unit].name][i] += n
            if queue is not None:
                found["queueing", plan.units[queue].name][i] += 1
                found["waiting", plan.steps[who.step].name][i] += 1
            elif who.step >= 0:
                found["in care", plan.steps[who.step].name][i] += n
            else:
                found["at home", ""][i] += n
    return found
