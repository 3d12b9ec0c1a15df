"""Claim: who is present is told by a staircase, and a staircase by its steps up and down.

A step is one whole number: its group, its time and its direction, so that steps of many blocks are
put in order by sorting. What is asked of a staircase is how long it stood at each level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pathsim.contacts.window import DAY, Window


class Census:
    """The steps of several groups inside a window, 16 bytes for each stay."""

    def __init__(self, window: Window):
        self.window = window
        self._bits = (2 * window.length + 1).bit_length()  # of a key, for the time and the direction
        self._blocks: list[np.ndarray] = []

    def add(self, group: np.ndarray, begin: np.ndarray, end: np.ndarray) -> None:
        """Stays of one block; what lies outside of the window is cut off."""
        self._blocks.append(np.sort(self._keys(group, begin, end)))

    def _keys(self, group, begin, end) -> np.ndarray:
        if len(group) and int(group.max()) >> (62 - self._bits):
            raise OverflowError("too many people for so long a time in one table. Tell the run in blocks")
        begin, end = np.maximum(begin, self.window.start), np.minimum(end, self.window.end)
        there = end > begin
        group, begin, end = group[there] << self._bits, begin[there] - self.window.start, end[there] - self.window.start
        return np.concatenate([group + (begin << 1) + 1, group + (end << 1)])

    def time_with(self, groups: Sequence[int]) -> np.ndarray:
        """Ms of the window with 0, 1, 2, ... present in these groups taken together.

        >>> census = Census(Window(0, 10))
        >>> census.add(np.array([0, 0, 1]), np.array([0, 5, 0]), np.array([8, 9, 10]))
        >>> census.time_with([0]).tolist(), census.time_with([0, 1]).tolist()
        ([1, 6, 3], [0, 1, 6, 3])
        """
        parts = []
        for keys in self._blocks:
            edges = np.searchsorted(keys, [[g << self._bits, (g + 1) << self._bits] for g in groups]) if groups else []
            parts += [keys[a:b] for a, b in edges]
        keys = np.concatenate([*parts, np.zeros(0, dtype=np.int64)]) & ((1 << self._bits) - 1)
        if len(parts) > 1:
            keys.sort(kind="stable")  # merges what is in order already
        _, time, level = self._read(keys)
        lasts = np.diff(np.append(time, self.window.end))
        found = np.bincount(level, lasts).astype(np.int64)  # no sum of these is beyond the length of the window
        return np.append(self.window.length - found[1:].sum(), found[1:])

    def steps(self) -> pd.DataFrame:
        """The staircases: group, at (ms), level, lasts (ms); nothing that lasts no time."""
        keys = np.concatenate(self._blocks)
        if len(self._blocks) > 1:
            keys.sort(kind="stable")
        group, time, level = self._read(keys)
        following = np.append(time[1:], self.window.end)
        last = np.append(group[1:] != group[:-1], True)[: len(group)]
        lasts = np.where(last, self.window.end, following[: len(time)]) - time
        steps = pd.DataFrame({"group": group, "at": time, "level": level, "lasts": lasts})
        return steps[lasts > 0].reset_index(drop=True)

    def _read(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Group, time and level after each step; each group comes back to zero, so one sum serves all."""
        time = ((keys & ((1 << self._bits) - 1)) >> 1) + self.window.start
        return keys >> self._bits, time, np.cumsum(((keys & 1) << 1) - 1)


def area(time: np.ndarray) -> int:
    """Number present, added up over the window, from the time with 0, 1, 2, ... present.

    >>> area(np.array([1, 6, 3]))
    12
    """
    return int(np.arange(len(time)) @ time)


def levels(group: np.ndarray, begin: np.ndarray, end: np.ndarray, window: Window) -> pd.DataFrame:
    """The census as a staircase: group, at (ms), level, lasts (ms), for the steps inside the window.

    A group without anybody has no steps; between its first arrival and last departure there are
    also steps of level 0. What is missing of the window is level 0 as well.

    >>> levels(np.array([0, 0]), np.array([0, 5]), np.array([8, 9]), Window(0, 10)).level.tolist()
    [1, 2, 1, 0]
    """
    census = Census(window)
    census.add(group, begin, end)
    return census.steps()


class Daily:
    """Mean number present on each of so many days from `start`, exact; no stay has to be kept for it."""

    def __init__(self, start: int, days: int):
        self.start, self.days, self._stays = start, days, 0
        self._number = np.zeros(days + 1, dtype=np.int64)  # came less left, on a day or (first) before all of them
        self._gone = np.zeros(days + 1, dtype=np.int64)  # ms of its day that were over at each coming, less those at each leaving

    def add(self, begin: np.ndarray, end: np.ndarray) -> None:
        """Stays of one block."""
        self._stays += len(begin)
        for times, sign in ((begin, 1), (end, -1)):
            day = (times - self.start) // DAY
            over = np.where(day >= 0, times - self.start - day * DAY, 0)
            day = np.clip(day, -1, self.days) + 1
            self._number += sign * np.bincount(day, minlength=self.days + 2)[:-1]
            self._gone += sign * np.bincount(day, over, minlength=self.days + 2)[:-1].astype(np.int64)

    @property
    def any(self) -> bool:
        """Whether anybody was ever there."""
        return self._stays > 0

    def present(self) -> np.ndarray:
        """One number for each day."""
        return (np.cumsum(self._number)[1:] * DAY - self._gone[1:]) / DAY


def daily_census(begin: np.ndarray, end: np.ndarray, days: int) -> np.ndarray:
    """Mean number present on each of the first `days` days.

    >>> daily_census(np.array([0]), np.array([DAY + DAY // 2]), 3).tolist()
    [1.0, 0.5, 0.0]
    """
    daily = Daily(0, days)
    daily.add(begin, end)
    return daily.present()
