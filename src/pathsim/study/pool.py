"""Processes that work for this one: started afresh (spawn), they die with their parent where the system can
promise that, and leave Ctrl-C to it. What they are given is handed back in order.
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
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from .replicate import StudyError

PR_SET_PDEATHSIG = 1
T = TypeVar("T")


def cores() -> int:
    """How many processes this one may keep busy."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lives(pid: int) -> bool:
    """Whether there is a process of that number on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def in_order(submit: Callable[[int], Future[T]], number: int, workers: int) -> Iterator[T]:
    """What `submit` gives for 0, 1, … number − 1: as many under way as there are workers, beyond the one that is waited for."""
    waiting: deque[Future[T]] = deque()
    for i in range(number):
        waiting.append(submit(i))
        if len(waiting) > workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextlib.contextmanager
def processes(workers: int, start: Callable[..., None], *given: Any) -> Iterator[Callable[..., Future]]:
    """A function that hands work to a process; each has called `start(*given)` before. What is under way at the end is not wanted.

    Raises StudyError where a process ended in the middle of its work.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(os.getpid(), start, given))

    def submit(work: Callable, *args: Any) -> Future:
        with deaf_to_ctrl_c():  # a submission may start a process
            return pool.submit(work, *args)

    try:
        yield submit
    except BrokenProcessPool:
        raise StudyError(
            f"a process ended in the middle of a replication, most often for want of memory. Try fewer: workers={max(1, workers // 2)}"
        ) from None
    finally:
        running = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()


@contextlib.contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
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


def begin(parent: int) -> None:
    """A new process leaves Ctrl-C to its parent, and ends with it where the system can promise that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _begin(parent: int, start: Callable[..., None], given: tuple) -> None:
    begin(parent)
    start(*given)
