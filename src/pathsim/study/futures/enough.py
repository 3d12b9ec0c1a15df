"""Claim: it is said when more draws would not change the verdict, and that is wrong with a small, stated chance, however often one looks.

The verdict is the probability p that the expected difference is better, in the words of `verdict`: five, with four boundaries.
A boundary is left behind when a betting mixture over all other p has won 1 / error against it: a confidence sequence of
Robbins for a proportion with a beta mixture. By Ville's inequality all looks together, at any times, go wrong with a chance of
at most `error`; it is shared between the indicators. A verdict is settled when both boundaries of its word are left behind.

What is given is, for each draw, whether its *expected* difference is better: 1 or 0, or the probability of it. What is
observed in a draw holds chance as well, and a p of observed signs leans toward one half. So give signs of values that are
shrunken (`components.expected`), or probabilities (`surrogate.shrunken`): all values from 0 to 1 are allowed. The stated chance
is for draws that are independent, of the p that these values tend to. Draws that are spread evenly are steadier, and then it errs on
the safe side. Shrinking anew at each look changes the values of earlier draws a little: that is not in the stated chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, log10
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betainc, betaln

from ...faults import fail
from .verdict import VERDICTS

BOUNDS = tuple(sorted(least for least, _ in VERDICTS if least > 0))
CATEGORIES = tuple(word for _, word in sorted(VERDICTS))
DANISH = {"very unlikely": "meget usandsynligt", "unlikely": "usandsynligt", "unclear": "uafklaret", "likely": "sandsynligt",
          "very likely": "meget sandsynligt"}
ERROR = 0.05
MOST = 10_000  # draws: more than anyone runs to settle a word
NEAR = 0.05  # so near to a boundary that either word is right
PRIOR = 0.5  # Jeffreys' for a proportion
SETTLED, OPEN, EDGE = "settled", "not settled", "on a boundary"
WORDS = {
    SETTLED: ("{name}: that it is better is {word} ({p}; between {low} and {high}). Settled after {n} futures: more would not change the word.",
              "{name}: at det er bedre, er {word} ({p}; mellem {low} og {high}). Afgjort efter {n} fremtider: Flere vil ikke ændre ordet."),
    OPEN: ("{name}: that it is better is so far {word} ({p}; between {low} and {high}). Not settled after {n} futures{more}.",
           "{name}: at det er bedre, er indtil videre {word} ({p}; mellem {low} og {high}). Ikke afgjort efter {n} fremtider{more}."),
    EDGE: ("{name}: that it is better is {word} to {next} ({p}; between {low} and {high}). After {n} futures it lies on the boundary of the two "
           "words: more may never settle which, and the sentence reads the same on both sides.",
           "{name}: at det er bedre, er {word} til {next} ({p}; mellem {low} og {high}). Efter {n} fremtider ligger det på grænsen mellem de to ord: "
           "Flere afgør det måske aldrig, og sætningen er den samme på begge sider."),
}
MORE = ("; roughly {more} more are needed", "; der skal cirka {more} flere til")
NEVER = ("; it lies near a boundary and may never be", "; det ligger tæt på en grænse og bliver det måske aldrig")


class Look(NamedTuple):
    """low, high: what p may be, at all looks together. change: the posterior probability, at this look alone, that the word is another one.
    more: roughly how many draws settle it if p stays where it is; NaN where they are too many to tell."""

    indicator: str
    draws: int
    p: float
    low: float
    high: float
    category: str
    state: str
    change: float
    more: float
    english: str
    danish: str


def judge(better: np.ndarray, names: Sequence[str], labels: Mapping[str, tuple[str, str]] | None = None, error: float = ERROR,
          most: int = MOST) -> list[Look]:
    """The verdict of each indicator on all draws there are: better [indicator, draw], from 0 to 1; NaN is no draw. Raises Faults."""
    better = np.atleast_2d(np.asarray(better, dtype=float))
    if better.shape[0] != len(names) or not (np.isnan(better) | ((better >= 0) & (better <= 1))).all():
        raise fail("enough", f"values of {better.shape[0]} rows for {len(names)} indicators. Allowed: a row for each, of numbers from 0 to 1, or NaN")
    share = error / len(names)
    return [_look(name, row[np.isfinite(row)], (labels or {}).get(name, (name, name)), share, most) for name, row in zip(names, better, strict=True)]


def history(better: np.ndarray, names: Sequence[str], looks: Iterable[int], labels: Mapping[str, tuple[str, str]] | None = None, error: float = ERROR,
            most: int = MOST) -> pd.DataFrame:
    """The verdicts at each look (a number of draws, counted in their order), a row for each look and indicator."""
    better = np.atleast_2d(np.asarray(better, dtype=float))
    return pd.DataFrame([{"look": look, **one._asdict()} for look in looks for one in judge(better[:, :look], names, labels, error, most)])


def enough(verdicts: Sequence[Look]) -> bool:
    """Whether no verdict calls for more draws."""
    return all(one.state != OPEN for one in verdicts)


def category(p: float) -> int:
    """
    >>> [CATEGORIES[category(p)] for p in (0.04, 0.1, 0.5, 0.8, 0.95)]
    ['very unlikely', 'unlikely', 'unclear', 'likely', 'very likely']
    """
    return int(np.searchsorted(BOUNDS, p, side="right"))


def won(better: np.ndarray | float, draws: np.ndarray | float, p: np.ndarray | float) -> np.ndarray:
    """The logarithm of what the mixture has won against p, of `draws` values that sum to `better`."""
    worse = np.subtract(draws, better)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = np.where(np.equal(better, 0), 0.0, better * np.log(p)) + np.where(worse == 0, 0.0, worse * np.log1p(-np.asarray(p)))
    return betaln(PRIOR + better, PRIOR + worse) - betaln(PRIOR, PRIOR) - lost


def settled(better: np.ndarray | float, draws: np.ndarray | float, error: float = ERROR) -> np.ndarray:
    """Whether both boundaries of the category of better / draws are left behind."""
    better, draws = np.broadcast_arrays(np.asarray(better, dtype=float), np.asarray(draws, dtype=float))
    at = np.searchsorted(BOUNDS, better / draws, side="right")
    under, over = np.array([-1.0, *BOUNDS])[at], np.array([*BOUNDS, 2.0])[at]
    return _behind(better, draws, under, error) & _behind(better, draws, over, error)


def bounds(better: float, draws: int, error: float = ERROR) -> tuple[float, float]:
    """The ends of the confidence sequence: between them no p is ruled out."""
    p, limit = better / draws, -np.log(error)
    ends = []
    for out in (0.0, 1.0):
        inside = p
        for _ in range(50):
            middle = (inside + out) / 2
            inside, out = (inside, middle) if won(better, draws, middle) >= limit else (middle, out)
        ends.append(float(inside))
    return ends[0], ends[1]


def _behind(better: np.ndarray, draws: np.ndarray, bound: np.ndarray, error: float) -> np.ndarray:
    """Whether a boundary is ruled out; there is none beyond the outer categories."""
    real = (bound > 0) & (bound < 1)
    return ~real | (won(better, draws, np.where(real, bound, 0.5)) >= -np.log(error))


def _look(name: str, values: np.ndarray, label: tuple[str, str], error: float, most: int) -> Look:
    n, total = len(values), float(values.sum())
    if not n:
        return Look(name, 0, np.nan, 0.0, 1.0, "", OPEN, np.nan, np.nan, f"{label[0]}: no draws.", f"{label[1]}: ingen fremtider.")
    p, (low, high) = total / n, bounds(total, n, error)
    at = category(p)
    more = _more(p, n, error, most)
    state = SETTLED if settled(total, n, error) else EDGE if np.isnan(more) and _near(low, high) else OPEN
    cuts = betainc(PRIOR + total, PRIOR + n - total, np.array([0.0, *BOUNDS, 1.0]))
    said = [_said(state, label[k], n, p, low, high, at, more, k) for k in (0, 1)]
    return Look(name, n, p, low, high, CATEGORIES[at], state, float(1 - (cuts[at + 1] - cuts[at])), more, *said)


def _near(low: float, high: float) -> bool:
    """Whether all that p may be lies near one boundary."""
    return any(low > bound - NEAR and high < bound + NEAR for bound in BOUNDS)


def _more(p: float, n: int, error: float, most: int) -> float:
    """Draws to come until p, if it stays, is settled: to two figures."""
    if settled(p * n, n, error):
        return 0.0
    numbers = np.unique(np.geomspace(n, max(most, n + 1), 400).astype(int))
    there = numbers[settled(p * numbers, numbers, error)]
    if not len(there):
        return np.nan
    more = int(there[0]) - n
    step = 10 ** max(0, int(log10(more)) - 1)
    return float(ceil(more / step) * step)


def _said(state: str, label: str, n: int, p: float, low: float, high: float, at: int, more: float, language: int) -> str:
    ends = [category(low), category(high)] if state == EDGE else [at, at]
    needed = NEVER[language] if np.isnan(more) else MORE[language].format(more=f"{more:.0f}")
    numbers = {key: f"{100 * value:.1f}".replace(".", ",") + "\u00a0%" if language else f"{100 * value:.1f}%"
               for key, value in {"p": p, "low": low, "high": high}.items()}
    words = [DANISH[CATEGORIES[end]] if language else CATEGORIES[end] for end in ends]
    return WORDS[state][language].format(name=label, n=n, word=words[0], next=words[1], more=needed, **numbers)
