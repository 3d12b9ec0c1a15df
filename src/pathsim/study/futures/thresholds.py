"""Claim: where the verdict turns is a number with an interval, or it is said that it does not turn.

Along one input, the surrogate is a quadratic; its roots are where the expected difference (or net benefit) changes sign,
with the others at their middle, or on average over the others. The interval of a root holds every point of which zero is
not ruled out (Fieller): it is exact for a polynomial, may reach beyond the range, and two roots may share it.
The intervals are of the coefficients' errors alone: a surrogate that is too poor to be used has no thresholds to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ...faults import Fault, Faults, nearest
from .surrogate import Surrogate

LEVEL = 0.90
REACH = 1.645  # a number is looked for in the middle 90 % of what is held possible
STEPS = 21  # of a frontier
MIDDLE, AVERAGE = "middle", "average"
TURNS, MAY, NEVER, UNCLEAR = "turns", "may turn", "does not turn within the range", "unclear within the range"

Written = Mapping[str, Callable[[float], float]]  # input → what is written for a z: a rising or a falling function
Labels = Mapping[str, tuple[str, str]]  # input → its name in English and in Danish

OTHERS = {MIDDLE: ("With the other numbers at their middle", "Med de øvrige tal på midten"),
          AVERAGE: ("On average over the other numbers", "I gennemsnit over de øvrige tal")}
SIDES = {True: ("better above, worse below", "bedre over, dårligere under"), False: ("better below, worse above", "bedre under, dårligere over")}
WORDS = {
    TURNS: ("{others}, the verdict turns where {name} is {value} ({level} % interval {low} to {high}): {side}.",
            "{others} vender konklusionen, hvor {name} er {value} ({level} %-interval {low} til {high}): {side}."),
    MAY: ("{others}, the verdict is not seen to turn for any {name} from {start} to {end}, but it cannot be ruled out from {low} to {high}.",
          "{others} ser konklusionen ikke ud til at vende for {name} mellem {start} og {end}; det kan dog ikke udelukkes mellem {low} og {high}."),
    NEVER: ("{others}, the verdict does not turn for any {name} from {start} to {end}: it is {side} throughout.",
            "{others} vender konklusionen ikke for {name} mellem {start} og {end}: Resultatet er {side} i hele spændet."),
    UNCLEAR: ("{others}, it cannot be told where the verdict turns: for no {name} from {start} to {end} is the difference clear of zero.",
              "{others} kan det ikke siges, hvor konklusionen vender: Forskellen er ikke sikker for nogen {name} mellem {start} og {end}."),
}
THROUGHOUT = {True: ("better", "bedre"), False: ("worse", "dårligere")}
LINE = ("The verdict turns where {y} is {y0} if {x} is {x0}, and where it is {y1} if {x} is {x1}.",
        "Konklusionen vender, hvor {y} er {y0}, hvis {x} er {x0}, og hvor {y} er {y1}, hvis {x} er {x1}.")
POINT = ("The verdict turns only near the corner where {x} is {x0} and {y} is {y0}.",
         "Konklusionen vender kun nær det hjørne, hvor {x} er {x0}, og {y} er {y0}.")
ACROSS = ("The verdict turns where {x} is between {x0} and {x1}, whatever {y} is.",
          "Konklusionen vender, hvor {x} er mellem {x0} og {x1}, uanset {y}.")
NO_LINE = ("The verdict does not turn for any {x} and {y} within their ranges: it is {side} throughout.",
           "Konklusionen vender ikke, uanset {x} og {y} inden for deres spænd: Resultatet er {side} overalt.")


class Line(NamedTuple):
    """The surrogate along one input: α + βz + γz², with the covariance of the three and the quantile of their errors."""

    coefficients: np.ndarray
    covariance: np.ndarray
    bound: float

    def at(self, z: float) -> float:
        return float(self.coefficients @ [1, z, z * z])

    def roots(self, reach: float) -> list[float]:
        """Where it changes sign."""
        return [z for z in _real(self.coefficients, reach) if abs(self.coefficients @ [0, 1, 2 * z]) > 0]

    def around(self, root: float, reach: float) -> tuple[float, float]:
        """The interval of a root."""
        return next(((low, high) for low, high in self.doubtful(reach) if low <= root <= high), (root, root))

    def doubtful(self, reach: float) -> list[tuple[float, float]]:
        """The stretches in which zero is not ruled out: where the square of the line is at most that of its error times the quantile."""
        square = np.convolve(self.coefficients, self.coefficients)
        error = np.array([np.trace(self.covariance[::-1], offset) for offset in range(-2, 3)])
        left = square - self.bound**2 * error
        cuts = [-reach, *_real(left, reach), reach]
        found: list[tuple[float, float]] = []
        for low, high in zip(cuts, cuts[1:], strict=False):
            if np.polynomial.polynomial.polyval((low + high) / 2, left) <= 0:
                found = [*found[:-1], (found[-1][0], high)] if found and found[-1][1] == low else [*found, (low, high)]
        return found


class Frontier(NamedTuple):
    """table: where y turns for each x, in z and as written, with its interval, and whether it is better above; a line for each turn."""

    table: pd.DataFrame
    english: str
    danish: str


def thresholds(surrogate: Surrogate, inputs: Sequence[str], written: Written, larger_is_better: bool = True, labels: Labels | None = None,
               reach: float = REACH, level: float = LEVEL) -> pd.DataFrame:
    """For each input, a row for each turn with the others at their middle and on average over them; one row where there is none.

    low and high: the interval, cut at the ends of the range (then `open`). better: "above", "below", or of all the range "better" or "worse".
    Raises Faults.
    """
    _known(surrogate, inputs, written)
    rows = []
    for name in inputs:
        for others in (MIDDLE, AVERAGE):
            line = along(surrogate, surrogate.names.index(name), others, level=level)
            for row in _rows(line, written[name], larger_is_better, reach):
                words = [_said(row, name, others, written[name], language, labels, reach, level) for language in (0, 1)]
                rows.append({"name": name, "others": others, **row, "english": words[0], "danish": words[1]})
    return pd.DataFrame(rows)


def frontier(surrogate: Surrogate, x: str, y: str, written: Written, larger_is_better: bool = True, labels: Labels | None = None,
             others: str = AVERAGE, reach: float = REACH, steps: int = STEPS, level: float = LEVEL) -> Frontier:
    """Where the verdict turns in the plane of two inputs. Raises Faults."""
    _known(surrogate, [x, y], written)
    i, j = surrogate.names.index(x), surrogate.names.index(y)
    rows, middles = [], []
    for z in np.linspace(-reach, reach, steps).tolist():
        line = along(surrogate, j, others, {i: z}, level)
        middles.append((z, line.at(0.0) > 0))
        for turn, root in enumerate(line.roots(reach), start=1):
            ends = sorted(written[y](end) for end in line.around(root, reach))
            above = _above(line, root, written[y], larger_is_better)
            rows.append((turn, z, root, written[x](z), written[y](root), *ends, "above" if above else "below"))
    table = pd.DataFrame(rows, columns=["turn", "z_x", "z_y", "x", "y", "low", "high", "better"])
    words, numbers = _line_said(table, middles, written[x])
    said = [words[k].format(x=_label(x, labels, k), y=_label(y, labels, k), side=THROUGHOUT[middles[0][1] == larger_is_better][k],
                            **{key: _number(value, k) for key, value in numbers.items()}) for k in (0, 1)]
    return Frontier(table, *said)


def along(surrogate: Surrogate, place: int, others: str = AVERAGE, at: Mapping[int, float] | None = None, level: float = LEVEL) -> Line:
    """The surrogate along one input. The others: those of `at` where it says, the rest at their middle or averaged over."""
    size = len(surrogate.names)
    first, second = np.zeros(size), np.full(size, -1 / np.sqrt(2) if others == MIDDLE else 0.0)
    for i, z in (at or {}).items():
        first[i], second[i] = z, (z * z - 1) / np.sqrt(2)
    parts = np.zeros((3, len(surrogate.terms)))
    for k, term in enumerate(surrogate.terms):
        rest = [i for i in term if i != place]
        degree = len(term) - len(rest)
        factor = second[rest[0]] if len(rest) == 2 and rest[0] == rest[1] else np.prod(first[rest])
        if degree == 2:
            parts[:, k] = np.array([-1, 0, 1]) / np.sqrt(2)
        else:
            parts[degree, k] = factor
    pulls = parts @ surrogate.scores
    return Line(parts @ surrogate.coefficients, pulls @ pulls.T, float(stats.t.isf((1 - level) / 2, surrogate.freedom)))


def _rows(line: Line, written: Callable[[float], float], larger_is_better: bool, reach: float) -> list[dict[str, object]]:
    """The turns of a line, or the one row that there is none."""
    doubtful = line.doubtful(reach)

    def row(status: str, z: float, low: float, high: float, better: str) -> dict[str, object]:
        ends = sorted(float(written(end)) if np.isfinite(end) else np.nan for end in (low, high))
        value = float(written(z)) if np.isfinite(z) else np.nan
        reaches = bool(low <= -reach or high >= reach)
        return {"status": status, "z": z, "z_low": low, "z_high": high, "value": value, "low": ends[0], "high": ends[1], "open": reaches,
                "better": better}

    if doubtful == [(-reach, reach)]:
        return [row(UNCLEAR, np.nan, -reach, reach, "")]
    turns = []
    for root in line.roots(reach):
        low, high = line.around(root, reach)
        turns.append(row(TURNS, root, low, high, "above" if _above(line, root, written, larger_is_better) else "below"))
    throughout = THROUGHOUT[(line.at(0.0) > 0) == larger_is_better][0]
    if not turns and doubtful:
        return [row(MAY, np.nan, doubtful[0][0], doubtful[-1][1], throughout)]
    return turns or [row(NEVER, np.nan, np.nan, np.nan, throughout)]


def _line_said(table: pd.DataFrame, middles: list[tuple[float, bool]],
               written: Callable[[float], float]) -> tuple[tuple[str, str], dict[str, float]]:
    """Which sentence, and its numbers. Where the line runs straight across, no y turns for any x, but x does."""
    if len(table):
        ends = table[table["turn"] == 1].iloc[[0, -1]]
        if ends["z_x"].iloc[0] == ends["z_x"].iloc[1]:
            return POINT, {"x0": float(ends["x"].iloc[0]), "y0": float(ends["y"].iloc[0])}
        return LINE, {f"{key}{k}": float(ends[key].iloc[k]) for key in ("x", "y") for k in (0, 1)}
    for (before, one), (after, other) in zip(middles, middles[1:], strict=False):
        if one != other:
            ends_of_x = sorted((written(before), written(after)))
            return ACROSS, {"x0": ends_of_x[0], "x1": ends_of_x[1]}
    return NO_LINE, {}


def _above(line: Line, root: float, written: Callable[[float], float], larger_is_better: bool) -> bool:
    """Whether it is better where more is written."""
    better_with_z = (line.coefficients @ [0, 1, 2 * root] > 0) == larger_is_better
    return bool(better_with_z == (written(1.0) > written(-1.0)))


def _real(coefficients: np.ndarray, reach: float) -> list[float]:
    """The real roots of a polynomial (lowest power first) within the range, rising."""
    found = np.roots(coefficients[::-1])
    return sorted(float(root.real) for root in found if abs(root.imag) < 1e-9 * (1 + abs(root)) and abs(root.real) < reach)


def _said(row: Mapping[str, object], name: str, others: str, written: Callable[[float], float], language: int, labels: Labels | None, reach: float,
          level: float) -> str:
    start, end = sorted(float(written(z)) for z in (-reach, reach))
    better = str(row["better"])
    side = SIDES[better == "above"] if row["status"] == TURNS else THROUGHOUT[better == "better"]
    told = {"start": start, "end": end, **{key: row[key] for key in ("value", "low", "high")}}
    numbers = {key: _number(float(value), language) for key, value in told.items()}
    return WORDS[str(row["status"])][language].format(others=OTHERS[others][language], name=_label(name, labels, language), side=side[language],
                                                      level=_number(100 * level, language), **numbers)


def _label(name: str, labels: Labels | None, language: int) -> str:
    return labels[name][language] if labels and name in labels else name


def _number(value: float, language: int) -> str:
    """Three figures, never as a power of ten; a decimal comma in Danish."""
    text = f"{value:.3g}" if value == 0 or 1e-4 <= abs(value) < 1000 else f"{value:.0f}" if abs(value) >= 1 else f"{value:.7f}".rstrip("0")
    return text.replace(".", ",") if language else text


def _known(surrogate: Surrogate, inputs: Sequence[str], written: Written) -> None:
    faults = [Fault("thresholds", f"no input '{name}'. {nearest(name, surrogate.names)}") for name in inputs if name not in surrogate.names]
    faults += [Fault("thresholds", f"'{name}' has no function from z to what is written. Give one in `written`") for name in inputs
               if name not in written]
    if faults:
        raise Faults(faults)
