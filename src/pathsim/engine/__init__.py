"""Engines: what gives a care system its meaning. The SimPy engine is the reference."""

from __future__ import annotations

import gc
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..plan import Plan


class Record(NamedTuple):
    """What one replication leaves behind."""

    contacts: pd.DataFrame
    citizens: pd.DataFrame
    events: pd.DataFrame
    meta: dict[str, Any]


def run(plan: Plan, citizens: np.ndarray, names: np.ndarray, given: frozenset[int], seed: int, replication: int) -> Record:
    """One replication on the SimPy engine.

    citizens: codes of attributes on day 0 [citizen, attribute]; the columns `given` as they are, the
    others drawn. names: the numbers that key each citizen's luck.
    """
    from .attributes import draw_citizens
    from .frames import citizens_frame, contacts_frame, events_frame, group_tests, meta_of
    from .simulation import Simulation

    collecting = gc.isenabled()
    gc.disable()  # nothing here needs it while millions of small objects come and go
    try:
        sim = Simulation(plan, citizens, seed, replication, names)
        sim._citizens = draw_citizens(plan, sim.evaluator, sim.luck, citizens, given, names)
        sim.run()
        tests = group_tests(plan)
        record = Record(contacts_frame(sim.log), citizens_frame(plan, sim.people, tests), events_frame(sim.log), meta_of(plan, sim.places(), sim.routine))
        sim.let_go()
        return record
    finally:
        if collecting:
            gc.enable()
