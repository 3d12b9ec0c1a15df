"""A run in blocks of persons, without ever being whole in memory: chunks are sorted into files, block by block.

What is small stays in memory; what grows goes to the disk, in temporary files that leave with the process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..plan import Plan
from .frames import Words, citizens_frame, contacts_frame, events_frame
from .replication import Chunk
from .tables import CAME, CONTACT, LEFT, LOGGED

IN_MEMORY = 1 << 26  # bytes, of one kind of rows of one block
PERSON = ("person", "person", "number", "number", "number")  # whose row it is, by kind of rows


class Spool:
    """Takes chunks, gives blocks of so many persons."""

    def __init__(self, plan: Plan, size: int):
        self.plan, self.size, self.words = plan, size, Words(plan)
        self.files: list[list[Any]] = []  # of each block: contacts, events, came, facts, left

    def take(self, chunk: Chunk) -> None:
        whose = [getattr(chunk, name)[key] // self.size for name, key in zip(("contacts", "events", "came", "came", "left"), PERSON, strict=True)]
        for block in range(max(int(w.max(initial=0)) for w in whose) + 1):
            while block >= len(self.files):
                self.files.append([tempfile.SpooledTemporaryFile(IN_MEMORY) for _ in chunk])  # noqa: SIM115
            for file, rows, mine in zip(self.files[block], chunk, whose, strict=True):
                some = rows if len(mine) and mine.min() == block == mine.max() else rows[mine == block]
                if len(some):
                    file.write(np.ascontiguousarray(some).view(np.uint8).reshape(-1).data)

    def blocks(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
        """Contacts, citizens and events of each block, with the numbers that persons have in the whole; its files then go."""
        plan, words = self.plan, self.words
        while self.files:
            kinds = (CONTACT, LOGGED, CAME, np.dtype(np.int16), LEFT)
            contacts, events, came, facts, left = (_read(file, kind) for file, kind in zip(self.files.pop(0), kinds, strict=True))
            facts = facts.reshape(len(came), len(plan.attributes))
            yield (
                contacts_frame(plan, words, contacts), citizens_frame(plan, words, came, facts, left), events_frame(plan, words, events),
            )


def _read(file: Any, kind: np.dtype) -> np.ndarray:
    file.seek(0)
    with file:
        return np.frombuffer(file.read(), dtype=kind)
