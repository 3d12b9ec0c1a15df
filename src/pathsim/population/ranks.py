"""Rank and cut: a share is met to the person, and a score decides who is in it.

A probability for each person would meet a published share only on average, and only if the
dependence between attributes were undone in it. Ranking separates the two: *how many* is the
table's, *who* is the score's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pathsim.population.luck import Luck


def cut(score: np.ndarray, cell: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The number of each person's word: 0 for the highest scores of the cell, then 1, and so on.

    score: (people,). cell: (people,) whole numbers, the group within which is ranked.
    shares: (cells, words); what they leave of 1 is one word more, the last. Of n people in a cell
    the first word takes round-half-up(share * n), the first two together round-half-up of
    their sum, and so on. Equal scores are ranked in the order in which the people stand.

    >>> cut(np.array([0.3, 0.9, 0.5, 0.1]), np.zeros(4, int), np.array([[0.25, 0.5]])).tolist()
    [1, 0, 1, 2]
    """
    size = np.bincount(cell, minlength=len(shares))
    best_first = np.lexsort((-score, cell))  # stable
    rank = np.empty(len(score), np.int64)
    rank[best_first] = np.arange(len(score)) - np.repeat(np.cumsum(size) - size, size)
    ends = np.floor(np.cumsum(shares, axis=1) * size[:, None] + 0.5)
    return sum((rank >= end[cell] for end in ends.T), np.zeros(len(score), np.int64))


@dataclass
class Crowd:
    """People, and what is known of them so far as numbers: the terms of a score."""

    luck: Luck
    band: np.ndarray
    known: dict[str, np.ndarray] = field(default_factory=dict)

    def score(self, attribute: str, weights: Mapping[str, float]) -> np.ndarray:
        """(people,) Weighted sum of what is known plus a normal noise of the attribute's own.

        A score that names no noise gets as much as makes the weight of burden a correlation.
        """
        burden = weights.get("burden", 0.0)
        noise = weights["noise"] if "noise" in weights else math.sqrt(1 - burden * burden)
        total = noise * self.luck.normal(attribute)
        for term in sorted(weights):  # the order of a file must not decide last bits
            if term != "noise":
                total = total + weights[term] * self.known[term]
        return total
