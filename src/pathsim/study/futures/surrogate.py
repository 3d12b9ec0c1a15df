"""Claim: what an indicator is expected to be in a future is nearly a polynomial of its uncertain numbers, and how nearly is known.

Inputs are independent standard normals, so the terms are orthonormal Hermite polynomials: 1, z, (z² - 1) / √2, and products
of two inputs. All linear and quadratic terms are in; of the products those come in, one by one, that a test over all of them
(Bonferroni) lets in and that make the exact leave-one-out error (PRESS) smaller. The test is there because the best of a
thousand products of nothing makes PRESS smaller too. Standard errors are of the same left-out residuals (HC3), so they hold for
draws of unlike chance; and for the terms as chosen, not for the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from ...faults import fail

LEAST_DRAWS = 30
DRAWS_A_TERM = 5  # fewer, and terms that are always in cost more than they tell: then they have to be chosen as well
ENTRY = 0.05  # the chance that a product of nothing comes in
LEAST = 0.7  # of what can be explained: below it a polynomial shows another picture than the model
LEVEL = 0.95
USABLE, POOR, CHANCE = "usable", "too poor to be used", "no variation beyond chance"

Term = tuple[int, ...]  # () the constant, (i,) linear, (i, i) quadratic, (i, j) a product


class Quality(NamedTuple):
    """q2: the share it foretells, left out, of the variance that is not chance, with the ends of its 95 % interval; raw: of all variance.
    expected: the variance of what it should foretell; chance: that of luck, NaN where not known (then q2 is raw, and luck counts against it).
    lack: the mean square by which it misses what is expected, left out. word: usable, too poor, or nothing to foretell."""

    q2: float
    low: float
    high: float
    raw: float
    expected: float
    chance: float
    lack: float
    word: str

    @property
    def usable(self) -> bool:
        return self.word == USABLE


class Surrogate(NamedTuple):
    """scores [term, draw]: how each draw moves each coefficient; from them come covariance and bootstrap."""

    names: tuple[str, ...]
    terms: tuple[Term, ...]
    coefficients: np.ndarray
    scores: np.ndarray
    quality: Quality

    @property
    def covariance(self) -> np.ndarray:
        return self.scores @ self.scores.T

    @property
    def freedom(self) -> int:
        return self.scores.shape[1] - len(self.terms)


class Prediction(NamedTuple):
    """error: the standard error of the polynomial; spread: how far from it the expected value of one future lies, with its lack of fit."""

    mean: np.ndarray
    error: np.ndarray
    spread: np.ndarray


def fit(z: np.ndarray, y: np.ndarray, names: Sequence[str], chance: np.ndarray | float | None = None) -> Surrogate:
    """The polynomial of y [draw] in z [draw, input]. chance: the variance of the luck that is left in y, of all or of each draw.
    Draws without y (NaN) are left out. Raises Faults."""
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    if z.ndim != 2 or z.shape != (len(y), len(names)) or not np.isfinite(z).all():
        raise fail("surrogate", f"z has the shape {z.shape}. Allowed: finite numbers, a row for each of the {len(y)} draws and a column for each of "
                   f"the {len(names)} inputs")
    there = np.isfinite(y)
    still = [name for name, moves in zip(names, np.ptp(z[there], axis=0) > 0, strict=True) if not moves] if there.any() else []
    if still:
        raise fail("surrogate", f"{', '.join(still)}: the same in all draws. Leave out what does not vary")
    if there.sum() < LEAST_DRAWS:
        raise fail("surrogate", f"{there.sum()} draws have a value. Allowed: {LEAST_DRAWS} or more. Run more draws")
    luck = np.full(len(y), np.nan) if chance is None else np.broadcast_to(np.asarray(chance, dtype=float), y.shape)
    z, y, luck = z[there], y[there], luck[there]
    always, choice = _roles(z.shape[1], len(y))
    terms = [*always, *_chosen(basis(z, always), choice, z, y)]
    design = basis(z, terms)
    pull = np.linalg.solve(design.T @ design, design.T)  # nearly a unit matrix times the draws, so this is safe
    coefficients = pull @ y
    residual, leverage = y - design @ coefficients, (design * pull.T).sum(axis=1)
    scores = pull * (residual / (1 - leverage))
    return Surrogate(tuple(names), tuple(terms), coefficients, scores, _quality(y, residual / (1 - leverage), luck))


def basis(z: np.ndarray, terms: Sequence[Term]) -> np.ndarray:
    """The terms at points z [point, input] → [point, term].

    >>> basis(np.array([[2.0, 3.0]]), [(), (0,), (0, 0), (0, 1)]).round(3).tolist()
    [[1.0, 2.0, 2.121, 6.0]]
    """
    found = np.ones((len(z), len(terms)))
    for k, term in enumerate(terms):
        if len(term) == 2 and term[0] == term[1]:
            found[:, k] = (z[:, term[0]] ** 2 - 1) / np.sqrt(2)
        elif term:
            found[:, k] = z[:, list(term)].prod(axis=1)
    return found


def predict(surrogate: Surrogate, z: np.ndarray) -> Prediction:
    """What is expected at points z [point, input]."""
    at = basis(np.atleast_2d(z), surrogate.terms)
    variance = ((at @ surrogate.covariance) * at).sum(axis=1)
    return Prediction(at @ surrogate.coefficients, np.sqrt(variance), np.sqrt(np.maximum(variance, surrogate.quality.lack)))


def shrunken(surrogate: Surrogate, z: np.ndarray, y: np.ndarray, chance: np.ndarray | float) -> Prediction:
    """What is expected in each draw, from what was seen in it and from what its like show: each weighs by how sure it is.
    `spread` is its standard deviation; so stats.norm.cdf(mean / spread) is the probability that the expected value is positive.

    The means alone vary less than what is expected does; the mean of those probabilities does not lean."""
    said = predict(surrogate, z)
    weight = np.divide(said.spread**2, said.spread**2 + chance, out=np.zeros(len(y)), where=said.spread > 0)
    seen = np.isfinite(y)
    mean = np.where(seen, said.mean + weight * (np.where(seen, y, 0.0) - said.mean), said.mean)
    return Prediction(mean, said.error, np.where(seen, said.spread * np.sqrt(1 - weight), said.spread))


def plain(surrogate: Surrogate, digits: int = 6) -> dict[str, Any]:
    """For a reader in another language: a term is the names of its inputs and its coefficient. No name is the constant,
    one name z, a name twice (z² - 1) / √2, two names the product of their z."""
    terms = [{"inputs": [surrogate.names[i] for i in term], "coefficient": float(f"{value:.{digits}g}")}
             for term, value in zip(surrogate.terms, surrogate.coefficients, strict=True)]
    q = surrogate.quality
    return {"terms": terms, "q2": None if np.isnan(q.q2) else round(q.q2, 4), "lack": float(f"{np.sqrt(q.lack):.{digits}g}"), "verdict": q.word}


def _roles(inputs: int, draws: int) -> tuple[list[Term], list[Term]]:
    """The terms that are always in, and those to choose from."""
    constant, linear, quadratic = [()], [(i,) for i in range(inputs)], [(i, i) for i in range(inputs)]
    pairs = list(combinations(range(inputs), 2))
    if draws >= DRAWS_A_TERM * (1 + 2 * inputs):
        return [*constant, *linear, *quadratic], pairs
    if draws >= DRAWS_A_TERM * (1 + inputs):
        return [*constant, *linear], [*quadratic, *pairs]
    return constant, [*linear, *quadratic, *pairs]


def _chosen(always: np.ndarray, choice: list[Term], z: np.ndarray, y: np.ndarray) -> list[Term]:
    """Forward: at each step the term that explains most of what is left, if it passes the test and makes PRESS smaller."""
    if not choice:
        return []
    q = np.linalg.solve(np.linalg.cholesky(always.T @ always), always.T).T
    residual, leverage = y - q @ (q.T @ y), (q * q).sum(axis=1)
    rest = basis(z, choice)
    sizes = (rest * rest).sum(axis=0)
    rest -= q @ (q.T @ rest)
    found: list[Term] = []
    for size in range(always.shape[1] + 1, len(y) // DRAWS_A_TERM):
        left = (rest * rest).sum(axis=0)
        gain = np.divide((rest.T @ residual) ** 2, left, out=np.zeros(len(choice)), where=left > 1e-9 * sizes)
        best, freedom = int(gain.argmax()), len(y) - size
        bound = stats.t.isf(ENTRY / 2 / len(choice), freedom) ** 2
        if gain[best] * freedom <= bound * (residual @ residual - gain[best]):
            break
        unit = rest[:, best] / np.sqrt(left[best])
        after, higher = residual - unit * (unit @ residual), leverage + unit * unit
        if _press(after, higher) >= _press(residual, leverage):
            break
        found.append(choice[best])
        residual, leverage = after, higher
        rest -= np.outer(unit, unit @ rest)
    return found


def _press(residual: np.ndarray, leverage: np.ndarray) -> float:
    return float(((residual / (1 - leverage)) ** 2).mean())


def _quality(y: np.ndarray, left_out: np.ndarray, luck: np.ndarray) -> Quality:
    """The error of a draw that is left out holds its luck, which nothing foretells: so that is taken from both sides of the share."""
    n, known = len(y), bool(np.isfinite(luck).all())
    luck = luck if known else np.zeros(n)
    missed, all_of_it = left_out**2, ((y - y.mean()) * n / (n - 1)) ** 2
    chance, expected = float(luck.mean()), float((all_of_it - luck).mean())
    lack = max(0.0, float(missed.mean()) - chance)
    if all_of_it.mean() <= 1e-24 * float(np.abs(y).max()) ** 2 or expected <= 2 * chance * np.sqrt(2 / n):  # two errors, were there luck alone
        return Quality(np.nan, np.nan, np.nan, np.nan, max(0.0, expected), chance if known else np.nan, lack, CHANCE)
    share = float((missed - luck).mean()) / expected
    error = float((missed - luck - share * (all_of_it - luck)).std(ddof=1)) / np.sqrt(n) / expected
    half = float(stats.norm.isf((1 - LEVEL) / 2)) * error
    ends = [float(min(1.0, 1 - share + side)) for side in (0.0, -half, half)]
    raw = 1 - float(missed.mean() / all_of_it.mean())
    return Quality(*ends, raw, expected, chance if known else np.nan, lack, USABLE if ends[0] >= LEAST else POOR)
