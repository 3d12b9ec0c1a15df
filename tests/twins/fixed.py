"""The same random systems each time: those of the first seeds, as far as they are not refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

from hypothesis import HealthCheck, Phase, given, seed, settings

from pathsim.engine import Record
from pathsim.engine import run as run_reference
from pathsim.faults import Faults

from .systems import AT_ONCE, Case, cases
from .twins import run_case


def fixed(systems: int, longest: float = 366) -> list[tuple[Case, Record]]:
    """So many systems of at most so many days, each with the reference's record: only those that leave one."""
    return list(islice(_not_empty(longest), systems))


def _not_empty(longest: float) -> Iterator[tuple[Case, Record]]:
    for case in _cases():
        if case.days > longest:
            continue
        try:
            record = run_case(case, run_reference)
        except Faults:
            continue
        if len(record.contacts):
            yield case, record


def _cases() -> Iterator[Case]:
    for part in count():
        yield from _of_one_seed(part)


def _of_one_seed(number: int) -> list[Case]:
    found: list[Case] = []

    @seed(number)
    @settings(max_examples=AT_ONCE, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases())
    def gather(case: Case) -> None:
        found.append(case)

    gather()
    return found
