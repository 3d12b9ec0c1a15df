"""Which engine runs a plan. What comes out does not depend on it: both give the same record, bit for bit.

`compiled` is the fast one, `simpy` the reference; `auto` is the compiled one wherever it can.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import pandas as pd

from ..contacts.blocks import BLOCK
from ..engine import Record
from ..engine import run as run_reference
from ..engine.frames import group_tests, meta_of
from ..faults import fail
from ..plan import Plan

AUTO, COMPILED, SIMPY = "auto", "compiled", "simpy"
ENGINES = (AUTO, COMPILED, SIMPY)

People = tuple[np.ndarray, np.ndarray, frozenset[int]]  # codes, names, given: see `engine.run`
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def chosen(plan: Plan, engine: str) -> str:
    """The engine that runs. Raises Faults if the compiled one is asked for and can't."""
    if engine == SIMPY:
        return SIMPY
    from ..compiled.laid import unfit

    why = unfit(plan)
    if why and engine == COMPILED:
        raise fail("engine", f"'compiled' can't hold this system: {why}. Write auto or simpy")
    return SIMPY if why else COMPILED


def record_of(plan: Plan, people: People, seed: int, replication: int, engine: str) -> Record:
    """One replication as one record."""
    if chosen(plan, engine) == SIMPY:
        return run_reference(plan, *people, seed, replication)
    from ..compiled import run

    _compile_once()
    return run(plan, *people, seed, replication)


class Stopped(Exception):
    """A replication that nobody waits for any more."""


def frames_of(plan: Plan, people: People, seed: int, replication: int, stop: Event | None = None) -> tuple[Iterator[Frames], dict[str, Any]]:
    """One replication on the compiled engine, in blocks of BLOCK persons; and what it says of itself.

    Raises Stopped soon after `stop` is set.
    """
    from ..compiled.replication import Chunk, simulate
    from ..compiled.spool import Spool

    _compile_once()
    spool = Spool(plan, BLOCK)

    def take(chunk: Chunk) -> None:
        if stop is not None and stop.is_set():
            raise Stopped
        spool.take(chunk)

    ran = simulate(plan, *people, seed, replication, take)
    return spool.blocks(), meta_of(plan, ran.places, ran.routine)


def groups_of(plan: Plan) -> list[str]:
    """The groups that citizens are told apart by."""
    return list(group_tests(plan))


def get_ready(plan: Plan, engine: str) -> None:
    """Compiles what is to run, so that it is done once and not in every process."""
    if chosen(plan, engine) == COMPILED:
        _compile_once()


def _compile_once() -> None:
    """Compiles the kernel where that has not been done, and says what takes long."""
    from ..compiled import get_ready, is_ready

    if not is_ready():
        print("Compiling the engine for this machine: about a minute, once after each installation or change …", file=sys.stderr, flush=True)
        get_ready()
