"""Claim: nobody's record depends on another row of it, so a run can be told in blocks of persons.

A block is a run of the persons [k * size, (k + 1) * size): all of their contacts and events, in the
order of the whole. Inside it persons are numbered from 0 (`id` keeps the number in the whole), and
words have the codes that they have in the whole. `meta` is that of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from pathsim.contacts.counted import united
from pathsim.contacts.record import Run

BLOCK = 250_000  # persons: with their contacts of two years about 200 MB


def split(run: Run, size: int = BLOCK) -> Iterator[Run]:
    """A run in blocks of so many persons; a run that is no larger is one block, as it is."""
    people = len(run.citizens)
    if people <= size:
        yield run
        return
    meta = run.meta | {"citizens": bool((run.citizens["slot"] >= 0).any())}
    citizens = _with_codes(run.citizens)
    contacts, events = (_by_block(frame, size) for frame in (run.contacts, run.events))
    for k, first in enumerate(range(0, people, size)):
        yield Run(contacts(k), _from_0(citizens.iloc[first : first + size], first), events(k), meta)


def runs_of(frames: Iterable[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]], meta: dict) -> Iterator[Run]:
    """Blocks from an engine that tells (contacts, citizens, events) of one range of persons after the other."""
    first = 0
    for contacts, citizens, events in frames:
        people = len(citizens)
        if first:
            citizens = citizens.assign(id=citizens["person"])
        yield Run(_from_0(contacts, first), _from_0(citizens, first), _from_0(events, first), meta)
        first += people


def _from_0(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    """Persons numbered inside their block."""
    return frame.assign(person=frame["person"] - first)


def _with_codes(citizens: pd.DataFrame) -> pd.DataFrame:
    """Plain words become categories, so that they have the same levels in all blocks; and everyone has an `id`."""
    plain = [name for name in citizens if citizens[name].dtype == object or isinstance(citizens[name].dtype, pd.StringDtype)]
    return citizens.astype({name: "category" for name in plain}).assign(id=citizens["id"] if "id" in citizens else citizens["person"])


def _by_block(frame: pd.DataFrame, size: int):
    """The rows of the k-th block, in their order."""
    block = frame["person"].to_numpy() // size
    order = np.argsort(block, kind="stable")
    ends = np.cumsum(np.bincount(block))
    place = lambda k: order[ends[k - 1] if k else 0 : ends[k]] if k < len(ends) else order[:0]  # noqa: E731
    return lambda k: _from_0(frame.iloc[place(k)], k * size)


def together(blocks: Iterable[Run], meta: dict) -> Run:
    """The whole run again, contacts in the order of the blocks."""
    tables: dict[str, list] = {"contacts": [], "citizens": [], "events": []}
    first = 0
    for block in blocks:
        for name, frames in tables.items():
            frames.append(numbered(getattr(block, name), first))
        first += len(block.citizens)
    return Run(**{name: joined(frames) for name, frames in tables.items()}, meta=meta)


def numbered(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    """Persons of a block with their numbers in the whole; an `id` that says no more than that is left out."""
    frame = frame.assign(person=frame["person"] + first) if first else frame
    same = "id" in frame and np.array_equal(frame["id"], frame["person"])
    return frame.drop(columns="id") if same else frame


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of blocks as one: words that not all of them have are united in their order.

    >>> parts = [pd.DataFrame({"step": pd.Categorical(["seen"])}), pd.DataFrame({"step": pd.Categorical(["asked", "seen"])})]
    >>> joined(parts)["step"].tolist(), list(joined(parts)["step"].cat.categories)
    (['seen', 'asked', 'seen'], ['asked', 'seen'])
    """
    if len(frames) == 1:
        return frames[0]
    for name in frames[0]:
        if isinstance(frames[0][name].dtype, pd.CategoricalDtype):
            words: list = []
            for frame in frames:
                words = united(words, list(frame[name].cat.categories))
            frames = [frame.assign(**{name: frame[name].cat.set_categories(words)}) for frame in frames]
    return pd.concat(frames, ignore_index=True)
