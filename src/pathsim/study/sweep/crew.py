"""Processes that do one piece of work after another. One that is killed costs what it had in hand, which is given out again.

A piece at which processes end three times is not tried a fourth time: most often it needs more memory than there is.
They end with the process that started them, however that one ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from ..pool import begin, deaf_to_ctrl_c
from ..replicate import StudyError

TRIES = 3
TICK = 1.0  # seconds without news after which the caller is given a turn

T = TypeVar("T")


@dataclass
class _Member(Generic[T]):
    process: BaseProcess
    line: Connection
    has: T | None = None
    ready: bool = False


class Ended(Exception):
    """What became of a piece at which processes ended again and again."""

    def __init__(self, code: int | None):
        signal = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        super().__init__(f"the process ended in the middle of it ({signal}), {TRIES} times. Most often memory is short: try fewer workers")


def work(pieces: Iterable[T], workers: int, make: Callable[..., Callable[[T], Any]], *given: Any) -> Iterator[tuple[T, Any] | None]:
    """Each piece with what `make(*given)` in some process says of it, or with Ended; None when there is no news for a while.

    Close the iterator to stop: what is under way is then not wanted. Raises StudyError if no process will start.
    """
    left, tried = deque(pieces), {}
    number = min(workers, len(left))
    members: list[_Member[T]] = []
    unborn = 0  # processes in a row that ended before they began
    try:
        while left or any(member.has is not None for member in members):
            while len(members) < number and left:
                members.append(_hire(make, given))
            heard = wait([member.line for member in members], TICK)
            for member in [member for member in members if member.line in heard]:
                try:
                    said = member.line.recv()
                except (EOFError, OSError):
                    members.remove(member)
                    piece, code = member.has, _end_of(member.process)
                    unborn = 0 if member.ready else unborn + 1
                    if unborn >= TRIES:
                        raise StudyError(f"processes end before they begin (exit code {code})") from None
                    if piece is not None:
                        tried[piece] = tried.get(piece, 0) + 1
                        if tried[piece] < TRIES:
                            left.appendleft(piece)
                        else:
                            yield piece, Ended(code)
                    continue
                piece, member.has = member.has, None
                member.ready, unborn = True, 0
                _give(member, left)
                if piece is not None:
                    yield piece, said
            if not heard:
                yield None
    finally:
        _dismiss(members)


def _give(member: _Member[T], left: deque[T]) -> None:
    if left:
        member.has = left.popleft()
        with contextlib.suppress(OSError):  # it has ended, which the next look finds
            member.line.send(member.has)


def _hire(make: Callable[..., Any], given: tuple) -> _Member:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(os.getpid(), theirs, make, given), daemon=True)
    with deaf_to_ctrl_c():
        process.start()
    theirs.close()
    return _Member(process, ours)


def _end_of(process: BaseProcess) -> int | None:
    process.join(10)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def _dismiss(members: list[_Member]) -> None:
    for member in members:
        if member.has is None:
            member.line.close()  # it ends by itself
        else:
            member.process.terminate()
    for member in members:
        _end_of(member.process)


def _serve(parent: int, line: Connection, make: Callable[..., Callable[[Any], Any]], given: tuple) -> None:
    """The life of a process: it says that it is ready, then answers each piece, until nobody is there any more."""
    begin(parent)
    if sys.platform != "linux":  # which has no better way to end with its parent
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    do = make(*given)
    with contextlib.suppress(EOFError, OSError):
        line.send(None)
        while True:
            line.send(do(line.recv()))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
