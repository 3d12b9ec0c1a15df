"""Replications on all cores, handed on in their order, so that nothing depends on which was first.

The compiled engine lets go of Python while it runs, so there the replications are threads that share
the citizens. The SimPy engine needs processes; each prepares the study once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

from .engines import COMPILED, chosen, get_ready
from .pool import cores, in_order, processes
from .replicate import Outcome, Prepared, Study, prepare, replicate

_prepared: Prepared | None = None  # of this process, if it is a worker


def outcomes(prepared: Prepared, runs: Path | None = None) -> Iterator[Outcome]:
    """The replications of a study, in order, up to `replications`; close it to stop earlier."""
    settings = prepared.study.settings
    workers = min(settings.workers or cores(), settings.replications)
    for plan in prepared.plans.values():
        get_ready(plan, settings.engine)
    if workers == 1:
        yield from (replicate(prepared, i, runs) for i in range(settings.replications))
    elif all(chosen(plan, settings.engine) == COMPILED for plan in prepared.plans.values()):
        yield from _in_threads(prepared, workers, runs)
    else:
        yield from _in_processes(prepared.study, workers, runs)


def _in_threads(prepared: Prepared, workers: int, runs: Path | None) -> Iterator[Outcome]:
    pool, stop = ThreadPoolExecutor(workers), Event()
    shared = replace(prepared, stop=stop)
    try:
        yield from in_order(lambda i: pool.submit(replicate, shared, i, runs), prepared.study.settings.replications, workers)
    finally:  # what was begun beyond the end is not wanted
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _in_processes(study: Study, workers: int, runs: Path | None) -> Iterator[Outcome]:
    with processes(workers, _start, study) as submit:
        yield from in_order(lambda i: submit(_work, i, runs), study.settings.replications, workers)


def _start(study: Study) -> None:
    global _prepared
    _prepared = prepare(study)


def _work(replication: int, runs: Path | None) -> Outcome:
    assert _prepared is not None
    return replicate(_prepared, replication, runs)
