"""How far a sweep has come: a bar on a terminal, elsewhere a plain line now and then. Workers never draw."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..progress import EVERY
from .running import Tally, Tell


@contextmanager
def telling(of: int, what: str) -> Iterator[Tell]:
    """Told how far a run is; writes to stderr only."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=of, desc=what, unit="unit", leave=False, smoothing=0) as bar:

            def draw(tally: Tally) -> None:
                if tally.failed:
                    bar.set_postfix_str(f"{tally.failed} failed", refresh=False)
                bar.update(tally.done + tally.failed - bar.n)

            yield draw
        return
    last, told = time.monotonic(), -1

    def write(tally: Tally) -> None:
        nonlocal last, told
        settled = tally.done + tally.failed
        if settled != told and (time.monotonic() - last >= EVERY or settled == tally.of):
            last, told = time.monotonic(), settled
            print(line(tally), file=sys.stderr, flush=True)

    yield write


def line(tally: Tally) -> str:
    """
    >>> line(Tally(12, 0, 200, 12.0)), line(Tally(0, 1, 2))
    ('12/200 units, 0 failed, 3:08 left', '0/2 units, 1 failed')
    """
    left = tally.time_left
    return f"{tally.done}/{tally.of} units, {tally.failed} failed" + ("" if left is None else f", {clock(left)} left")


def clock(seconds: float) -> str:
    """
    >>> clock(190), clock(4000), clock(200_000)
    ('3:10', '1:06:40', '2 d 7 h')
    """
    whole = round(seconds)
    if whole >= 2 * 86400:
        return f"{whole // 86400} d {whole % 86400 // 3600} h"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
