"""Replications on all cores, handed on in their order, so that nothing depends on which was first.

The compiled engine lets go of Python while it runs, so there the replications are threads that share
the citizens. The SimPy engine needs processes. Each process prepares the study once; processes are
started afresh (spawn), die with their parent where the system can promise that, and leave Ctrl-C to it.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Event

from .engines import COMPILED, chosen, get_ready
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
    elif all(chosen(plan, settings.engine) == COMPILED for plan in prepared.plans.values()):
        yield from _in_threads(prepared, workers, runs)
    else:
        yield from _in_processes(prepared.study, workers, runs)


def _in_threads(prepared: Prepared, workers: int, runs: Path | None) -> Iterator[Outcome]:
    pool, stop = ThreadPoolExecutor(workers), Event()
    shared = replace(prepared, stop=stop)
    try:
        yield from _in_order(lambda i: pool.submit(replicate, shared, i, runs), prepared.study.settings.replications, workers)
    finally:  # what was begun beyond the end is not wanted
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(submit: Callable[[int], Future[Outcome]], replications: int, workers: int) -> Iterator[Outcome]:
    """As many replications under way as there are workers, beyond the one that is waited for."""
    waiting: deque[Future[Outcome]] = deque()
    for i in range(replications):
        waiting.append(submit(i))
        if len(waiting) > workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _in_processes(study: Study, workers: int, runs: Path | None) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(study, os.getpid()))

    def submit(i: int) -> Future[Outcome]:
        with _deaf_to_ctrl_c():  # a submission may start a process
            return pool.submit(_work, i, runs)

    try:
        yield from _in_order(submit, study.settings.replications, workers)
    except BrokenProcessPool:
        raise StudyError(
            f"a process ended in the middle of a replication, most often for want of memory. Try fewer: workers={max(1, workers // 2)}"
        ) from None
    finally:
        running = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:  # what was begun beyond the end is not wanted
            process.terminate()


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile inherit the deafness, so that Ctrl-C can't end them with a traceback before they ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start would give the hearing back
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
