"""One run of a random system, on whichever engine."""

from __future__ import annotations

from collections.abc import Callable

from pathsim.engine import Record
from pathsim.language import read_system
from pathsim.plan import lay_out
from pathsim.study.run import encode

from .systems import Case


def run_case(case: Case, engine: Callable[..., Record]) -> Record:
    """One run of a system on one engine. Raises Faults for a system that is refused."""
    plan = lay_out(read_system(case.raw, case.model), case.days)
    return engine(plan, *encode(plan, None), case.seed, 0)
