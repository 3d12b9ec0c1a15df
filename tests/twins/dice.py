"""Dice: the few ways in which a random system asks for a random thing.

Everything is drawn from hypothesis, as small whole numbers whose 0 is the plainest, so that what
fails is shrunk to what is needed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st


@cache
def _up_to(most: int):
    return st.integers(0, most)


class Dice:
    def __init__(self, draw: Callable):
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return low + self._draw(_up_to(high - low))

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; what is plain is False."""
        return self.number(0, 99) >= 100 - percent

    def pick(self, options: Sequence) -> Any:
        return options[self.number(0, len(options) - 1)]

    def some(self, options: Sequence, least: int, most: int) -> list:
        """Different ones of the options, in the order in which they stand."""
        left = list(range(len(options)))
        found = [left.pop(self.number(0, len(left) - 1)) for _ in range(min(self.number(least, max(most, least)), len(options)))]
        return [options[i] for i in sorted(found)]
