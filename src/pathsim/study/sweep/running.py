"""Units are run on all cores of this machine: what is done is kept, what fails is noted, and the rest goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from ..pool import cores
from ..replicate import StudyError
from . import failures
from . import plan as plans
from .beats import Beat, forget_the_dead
from .crew import Ended, work
from .plan import Plan
from .units import Unit
from .whole import tidy
from .worker import DONE, STOP, Said, Worker

Tell = Callable[["Tally"], None]


class Tally(NamedTuple):
    """How far a run is, in units."""

    done: int
    failed: int
    of: int
    seconds: float = 0.0

    @property
    def time_left(self) -> float | None:
        """Seconds, at the speed so far; None before there is one."""
        return None if self.done == 0 else self.seconds / self.done * (self.of - self.done - self.failed)


def run(plan: Plan, folder: Path, units: list[Unit], tell: Tell) -> Tally:
    """Runs units that are not done. Raises StudyError where it can't go on; what is done by then is kept."""
    began, done, failed = time.monotonic(), 0, 0
    workers = min(plan.workers or cores(), max(1, len(units)))
    tidy(plans.store_of(folder))
    tidy(folder)
    forget_the_dead(folder)
    beat = Beat(folder, workers)

    def tally() -> Tally:
        return Tally(done, failed, len(units), time.monotonic() - began)

    try:
        beat.tell(0, 0, len(units), now=True)
        with written(folder), closing(work(units, workers, Worker, folder)) as coming:
            for news in coming:
                if news is not None:
                    unit, said = news
                    if settle(plan, folder, unit, said):
                        done += 1
                    else:
                        failed += 1
                beat.tell(done, failed, len(units) - done - failed)
                tell(tally())
    finally:
        beat.end()
    return tally()


def settle(plan: Plan, folder: Path, unit: Unit, said: Said | Ended) -> bool:
    """Whether a unit is done; one that failed is noted. Raises StudyError where nothing further can be done, OSError where that can't be noted."""
    name = plans.unit_name(plan, unit)
    if isinstance(said, Said) and said.how == STOP:
        raise StudyError(stopped(said.text))
    if isinstance(said, Said) and said.how == DONE:
        failures.forget(folder, name)
        return True
    failures.note(folder, name, plans.label(plan, unit.scenario), said.text if isinstance(said, Said) else str(said))
    return False


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """What can't be written is no fault of what was asked. Raises StudyError."""
    try:
        yield
    except OSError as problem:
        raise StudyError(stopped(f"{problem.filename or folder}: {problem.strerror or problem}")) from None


def stopped(why: str) -> str:
    return f"{why}. What is done is kept; the same command goes on from there"
