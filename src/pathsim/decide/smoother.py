"""Claim: what to expect given some inputs is a smooth function of them, and the data say how smooth.

Inputs are standard normal and independent, so the function is written in Hermite polynomials, which are then uncorrelated:
none, straight lines, squares, all pairs, cubes. Each set of terms is fitted by ridge regression; which set, and how much it is
held back, is chosen by generalised cross-validation with every degree of freedom counted 1.4 times, which guards against
following noise (Kim and Gu 2004). Higher sets are tried only where there are three futures for each term.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

GAMMA = 1.4
FUTURES_PER_TERM = 3
HELD_BACK = np.logspace(-8, 2, 31)  # the ridge, in parts of the largest squared singular value


class Basis(NamedTuple):
    """Terms in the inputs: their name, orthonormal directions [draw, k] (each of mean zero), and how long each is."""

    name: str
    directions: np.ndarray
    lengths: np.ndarray


class Smooth(NamedTuple):
    """One column smoothed. `kept` is the part of each direction that the ridge lets through."""

    name: str
    directions: np.ndarray
    kept: np.ndarray
    rest: float

    def fit(self, y: np.ndarray) -> np.ndarray:
        """The smooth part of a column, by the same terms and the same ridge."""
        return y.mean() + self.directions @ (self.kept * (self.directions.T @ y))

    def rest_of(self, y: np.ndarray, fitted: np.ndarray) -> float:
        """Variance around the smooth part, without bias if the terms can say what is there to say."""
        return float(((y - fitted) ** 2).sum() / (len(y) - 1 - (2 * self.kept - self.kept**2).sum()))


def bases(z: np.ndarray) -> list[Basis]:
    """Sets of terms in the inputs z [draw, input], from the plainest."""
    return [_basis(name, terms) for name, terms in _terms(np.asarray(z, dtype=float))]


def smooth(y: np.ndarray, sets: list[Basis]) -> Smooth:
    """The set of terms and the ridge with the lowest generalised cross-validation score for one column y [draw].

    >>> z = np.linspace(-2, 2, 41)[:, None]
    >>> bool(np.allclose(smooth(z[:, 0] ** 2, bases(z)).fit(z[:, 0] ** 2), z[:, 0] ** 2, atol=1e-4))
    True
    """
    best = min((_scored(y, basis) for basis in sets), key=lambda pair: pair[0])[1]
    return best._replace(rest=best.rest_of(y, best.fit(y)))


def _terms(z: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    n, inputs = z.shape
    yield "none", z[:, :0]
    if not inputs:
        return
    yield "lines", z
    squares = np.hstack([z, (z**2 - 1) / np.sqrt(2)])
    if squares.shape[1] * FUTURES_PER_TERM <= n:
        yield "squares", squares
    if (inputs * (inputs + 3) // 2) * FUTURES_PER_TERM <= n and inputs > 1:
        squares = np.hstack([squares, np.column_stack([z[:, i] * z[:, j] for i, j in combinations(range(inputs), 2)])])
        yield "pairs", squares
    if (squares.shape[1] + inputs) * FUTURES_PER_TERM <= n:
        yield "cubes", np.hstack([squares, (z**3 - 3 * z) / np.sqrt(6)])


def _basis(name: str, terms: np.ndarray) -> Basis:
    directions, lengths, _ = np.linalg.svd(terms - terms.mean(axis=0), full_matrices=False)
    there = lengths > 1e-9 * (lengths[0] if len(lengths) else 1.0)
    return Basis(name, directions[:, there], lengths[there])


def _scored(y: np.ndarray, basis: Basis) -> tuple[float, Smooth]:
    """The best ridge of one set of terms and its score."""
    n, centred = len(y), y - y.mean()
    if not len(basis.lengths):
        return float(centred @ centred / n / (1 - GAMMA / n) ** 2), Smooth(basis.name, basis.directions, np.zeros(0), 0.0)
    held = HELD_BACK[:, None] * basis.lengths.max() ** 2
    kept = basis.lengths**2 / (basis.lengths**2 + held)
    along = basis.directions.T @ centred
    left = centred @ centred - ((2 * kept - kept**2) * along**2).sum(axis=1)
    room = 1 - GAMMA * (1 + kept.sum(axis=1)) / n
    score = np.where(room > 0, left / n / np.maximum(room, 1e-12) ** 2, np.inf)
    i = int(np.argmin(score))
    return float(score[i]), Smooth(basis.name, basis.directions, kept[i], 0.0)
