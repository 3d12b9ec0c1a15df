"""How far a study has come: a bar on a terminal, and elsewhere a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 15.0  # seconds between two lines


@contextmanager
def progress(most: int, what: str) -> Iterator[Callable[[int], None]]:
    """Told how many replications are done; writes to stderr only."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=most, desc=what, unit="replication", leave=False) as bar:
            yield lambda done: bar.update(done - bar.n) and None
        return
    last = time.monotonic()

    def line(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            print(f"{what}: {done} of at most {most} replications", file=sys.stderr, flush=True)

    yield line
