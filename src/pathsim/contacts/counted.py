"""Claim: a run is counted block by block, and what blocks say of the same word adds up.

Words that only some blocks have (an age band, a step, a payer) are united in the order in which
one table of all of them would have them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def united(some: Sequence, others: Sequence) -> list:
    """The words of both, each once: the order of the longer list if it has all, else sorted if both are, else as they come.

    >>> united(["low", "high"], ["high"]), united(["a", "c"], ["b"]), united(["low", "high"], ["good"])
    (['low', 'high'], ['a', 'b', 'c'], ['low', 'high', 'good'])
    """
    if set(others) <= set(some):
        return list(some)
    if set(some) <= set(others):
        return list(others)
    both = list(dict.fromkeys([*some, *others]))
    return sorted(both) if all(list(words) == sorted(words) for words in (some, others)) else both


class Counted:
    """Numbers by word: `values` [word, column], in the order of `words`.

    >>> counted = Counted(1, int)
    >>> counted.add(["b"], [[1]])
    >>> counted.add(["a", "b"], [[5], [2]])
    >>> counted.words, counted.values.tolist()
    (['a', 'b'], [[5], [3]])
    """

    def __init__(self, columns: int, kind: type = float):
        self.words: list = []
        self.values = np.zeros((0, columns), dtype=kind)

    def add(self, words: Sequence, values) -> None:
        """Numbers of one block, one row a word."""
        words = list(words)
        if words == self.words:
            self.values += values
            return
        if not self.words:
            self.words, self.values = words, np.array(values, dtype=self.values.dtype)
            return
        before, self.words = (self.words, self.values), united(self.words, words)
        row = {word: i for i, word in enumerate(self.words)}
        self.values = np.zeros((len(self.words), before[1].shape[1]), dtype=before[1].dtype)
        for some, numbers in (before, (words, np.asarray(values))):
            if len(some):
                self.values[[row[word] for word in some]] += numbers


class Kept:
    """Values by word that have to be seen together: for medians and percentiles.

    >>> kept = Kept()
    >>> kept.add(["a", "b"], np.array([0, 0, 1]), np.array([7.0, 5.0, 3.0]))
    >>> kept.words, kept.of("a").tolist()
    (['a', 'b'], [7.0, 5.0])
    """

    def __init__(self) -> None:
        self.words: list = []
        self._parts: dict = {}

    def add(self, words: Sequence, code: np.ndarray, value: np.ndarray) -> None:
        """Values of one block; `code` is the place of each one's word in `words`, -1 for none."""
        self.words = united(self.words, list(words))
        for i, word in enumerate(words):
            self._parts.setdefault(word, []).append(value[code == i])

    def of(self, word) -> np.ndarray:
        """All values of a word."""
        parts = self._parts.get(word) or [np.zeros(0)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def whole_sums(group: np.ndarray, amount: np.ndarray, n: int) -> np.ndarray:
    """Whole numbers added up by group, exactly: np.bincount adds floats, so in two halves of 31 bits.

    >>> whole_sums(np.array([1, 1]), np.array([2**53, 1]), 2).tolist()
    [0, 9007199254740993]
    """
    amount = np.asarray(amount, dtype=np.int64)
    if not len(amount) or float(np.abs(amount).max()) * len(amount) < 2**53:
        return np.bincount(group, amount, minlength=n).astype(np.int64)
    high, low = amount >> 31, amount & (2**31 - 1)
    return (np.bincount(group, high, minlength=n).astype(np.int64) << 31) + np.bincount(group, low, minlength=n).astype(np.int64)
