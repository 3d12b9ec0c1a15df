"""The compiled engine: the same meaning as the reference on SimPy, some fifty times as fast.

It interprets the plan laid out as arrays. There is one function for each kind of step, under the
names of `pathsim.engine`, and the rules of order are those of the language; the two engines agree
contact for contact, and the tests search for a system on which they don't.
"""

from __future__ import annotations

import numba
import numpy as np

from ..draws.jit import CACHE
from ..engine import Record
from ..engine.frames import meta_of
from ..plan import Plan


def run(plan: Plan, citizens: np.ndarray, names: np.ndarray, given: frozenset[int], seed: int, replication: int) -> Record:
    """One replication, as `pathsim.engine.run`: the same record, bit for bit."""
    from .frames import Words, citizens_frame, contacts_frame, events_frame, together
    from .replication import simulate

    chunks: list = []
    ran = simulate(plan, citizens, names, given, seed, replication, chunks.append)
    all_, words = together(chunks), Words(plan)
    return Record(
        contacts_frame(plan, words, all_.contacts), citizens_frame(plan, words, all_.came, all_.facts, all_.left),
        events_frame(plan, words, all_.events), meta_of(plan, ran.places, ran.routine),
    )


def is_ready() -> bool:
    """Whether the kernel has been compiled, here and in this version."""
    from .simulation import run_on

    return bool(numba.config.DISABLE_JIT or run_on.signatures or (CACHE is not None and any(CACHE.rglob("simulation.run_on-*.nbc"))))


def get_ready() -> None:
    """Compiles the kernel: a day of nobody's life goes through all of it."""
    from ..language import read_system
    from ..plan import lay_out

    system = read_system({"population": {"citizens": 1, "starts": "out"}, "steps": {"out": {"wait": "1 d", "then": "home"}}})
    run(lay_out(system, 1.0), np.zeros((1, 0), dtype=np.int64), np.zeros(1, dtype=np.int64), frozenset(), 1, 0)
