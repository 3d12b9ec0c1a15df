"""Exact chances of coming back, and of waits: one person is followed through a small care system."""

from __future__ import annotations

from math import inf

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import expm_multiply, spsolve

from ..language.quantities import DAY
from .markov import Stationary
from .moment import Follow, State


def returned(found: Stationary, step: str, within: float = inf) -> float:
    """Chance that someone who completes a step asks for it again within so many days, and before leaving the model.

    Who completes it is followed, among the others as they are at that moment, until they ask or leave.
    Raises KeyError if there is no such step, ValueError if nobody ever completes it.

    >>> import math
    >>> from pathsim.language import read_system
    >>> from pathsim.plan import lay_out
    >>> from pathsim.theory.markov import solve
    >>> loop = {"units": {"ward": {"beds": 2}}, "arrivals": {"people": {"rate": "1 per d", "then": "ward_stay"}},
    ...         "steps": {"ward_stay": {"at": "ward", "for": {"exponential": "1 d"}, "then": "out"}, "gone": {"leave": "well"},
    ...                   "out": {"choose": {"at_home": 0.2, "gone": "rest"}}, "at_home": {"wait": {"exponential": "15 d"}, "then": "ward_stay"}}}
    >>> found = solve(lay_out(read_system(loop), 1))
    >>> round(returned(found, "ward_stay"), 8), round(returned(found, "ward_stay", within=30), 8), round(0.2 * -math.expm1(-30 / 15), 8)
    (0.2, 0.17293294, 0.17293294)
    """
    return _reached(found, _step(found, step), "completed", "asked", (), within)


def called(found: Stationary, step: str, within: float = inf) -> float:
    """Chance that someone who queues for a step begins it within so many days, and before giving up or being displaced.

    Raises KeyError if there is no such step, ValueError if nobody ever queues for it.

    >>> from pathsim.language import read_system
    >>> from pathsim.plan import lay_out
    >>> from pathsim.theory.markov import solve
    >>> ward = {"units": {"ward": {"beds": 1}}, "arrivals": {"people": {"rate": "1 per d", "then": "ward_stay"}},
    ...         "steps": {"ward_stay": {"at": "ward", "for": {"exponential": "12 h"}, "then": "gone"}, "gone": {"leave": "well"}}}
    >>> round(called(solve(lay_out(read_system(ward), 1)), "ward_stay", 2), 6)  # who waits in M/M/1 waits an exponential time, here of 1 d
    0.864665
    """
    return _reached(found, _step(found, step), "queued", "begun", ("gave_up", "displaced", "died"), within)


def _step(found: Stationary, name: str) -> int:
    return {form.name: form.index for form in found.moves.plan.steps}[name]


def _reached(found: Stationary, step: int, since: str, until: str, lost: tuple[str, ...], within: float) -> float:
    follow, name = Follow(step, since, until, lost), found.moves.plan.steps[step].name
    at_once, begins = 0.0, {}
    for state, share in zip(found.states, found.share, strict=True):
        for rate, to, counts, reached in _onward(found, state, follow):
            if counts[since, name]:
                at_once += share * rate * reached
                if to.tagged:
                    begins[to] = begins.get(to, 0.0) + share * rate
    if found[since, name] == 0:
        raise ValueError(f"'{name}' is never {since}")
    later = _later(found, begins, follow, within) if begins else 0.0
    return float((at_once + later) / found[since, name])


def _onward(found: Stationary, state: State, follow: Follow):
    """(rate a day, the state that follows, what is counted, whether the followed one has reached what they are followed for)."""
    for rate, arrival, happens in found.moves.from_state(state):
        if rate > 0 and not (arrival is not None and state.people >= found.most):
            for chance, to, moment in found.moves.ways(state, happens, follow):
                yield rate * DAY * chance, to, moment.counts, moment.reached


def _later(found: Stationary, begins: dict[State, float], follow: Follow, within: float) -> float:
    """How much of `begins` reaches it in time."""
    number = {state: i for i, state in enumerate(begins)}
    states, flows, reaches = list(number), {}, {}
    for i, state in enumerate(states):  # grows while it is gone through
        for rate, to, _, reached in _onward(found, state, follow):
            flows[i, i] = flows.get((i, i), 0.0) - rate
            if reached:
                reaches[i] = reaches.get(i, 0.0) + rate
            elif to.tagged:
                if to not in number:
                    number[to] = len(states)
                    states.append(to)
                flows[i, number[to]] = flows.get((i, number[to]), 0.0) + rate
    size = len(states)
    flows |= {(i, size): rate for i, rate in reaches.items()}
    rows, columns = zip(*flows, strict=True)
    flow = sparse.coo_array((list(flows.values()), (rows, columns)), shape=(size + 1, size + 1)).tocsc()
    begin = np.zeros(size + 1)
    begin[: len(begins)] = list(begins.values())
    if within < inf:
        return expm_multiply(flow.T * within, begin)[size]
    return begin[:size] @ spsolve(flow[:size, :size], -flow[:size, [size]].toarray()).ravel()
