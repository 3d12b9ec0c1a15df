"""Replications on all cores, handed on in their order, so that nothing depends on which was first.

Each process prepares the study once. Processes are started afresh (spawn), die with their parent
where the system can promise that, and leave Ctrl-C to it.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from .engines import get_ready
from .replicate import Outcome, Prepared, Study, StudyError, prepare, replicate

PR_SET_PDEATHSIG = 1
_prepared: Prepared | None = None  # of this process, if it is a worker


def cores() -> int:
    """How many processes this one may keep busy."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def outcomes(prepared: Prepared, runs: Path | None = None) -> Iterator[Outcome]:
    """The replications of a study, in order, up to `replications`; close it to stop earlier."""
    settings = prepared.study.settings
    workers = min(settings.workers or cores(), settings.replications)
    for plan in prepared.plans.values():
        get_ready(plan, settings.engine)
    if workers == 1:
        yield from (replicate(prepared, i, runs) for i in range(settings.replications))
    else:
        yield from _in_processes(prepared.study, workers, runs)


def _in_processes(study: Study, workers: int, runs: Path | None) -> Iterator[Outcome]:
    """As many replications under way as there are workers, beyond the one that is waited for."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(study, os.getpid()))
    waiting: deque[Future[Outcome]] = deque()
    try:
        for i in range(study.settings.replications):
            waiting.append(pool.submit(_work, i, runs))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise StudyError(
            f"a process ended in the middle of a replication, most often for want of memory. Try fewer: workers={max(1, workers // 2)}"
        ) from None
    finally:
        running = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:  # what was begun beyond the end is not wanted
            process.terminate()


def _start(study: Study, parent: int) -> None:
    global _prepared
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    _prepared = prepare(study)


def _work(replication: int, runs: Path | None) -> Outcome:
    assert _prepared is not None
    return replicate(_prepared, replication, runs)
