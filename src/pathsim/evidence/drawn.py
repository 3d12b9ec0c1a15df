"""Claim: a number is as uncertain as its range says, and a range that does not say what it covers is no uncertainty.

A draw of a number is its value at z = 0; its range are the points at ±z of what the range covers; below and above
the value the scale differs where the range is lopsided. Shares move on the scale of log odds, all else on that of
logarithms, so nothing leaves its bounds. `guess` is read as 90 per cent, `extremes` as 95. Each number has a normal
draw of its own, keyed by seed and name; those that a pattern names together have one.

>>> import numpy as np
>>> from pathsim.evidence.numbers import numbers
>>> [n] = numbers({"levers": {"x": {"reach": {"value": 0.5, "range": [0.2, 0.8], "covers": 0.9}}}})
>>> [round(spread(n)(z), 3) for z in (-1.645, 0.0, 1.645)]
[0.2, 0.5, 0.8]
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from scipy import stats

from ..language import merge
from .numbers import Number
from .written import nested, parts, rewritten

READ_AS = {"guess": 0.90, "extremes": 0.95}
SHARES = {"reach", "fidelity", "alike", "complete", "comes"}
INSIDE = {"choose", "do", "begun", "done", "enrolled", "attributes"}  # where a number up to 1 is a share or a chance


def uncertain(numbers: Iterable[Number]) -> list[Number]:
    """Those with a range that says what it covers."""
    return [number for number in numbers if number.range is not None and number.covers is not None and not isinstance(number.value, list)]


def spread(number: Number) -> Callable[[float], Any]:
    """The value of a number as a function of a normal z, written as it was."""
    (value, unit), low, high = parts(number.value), *(parts(end)[0] for end in number.range or (number.value, number.value))
    covers = READ_AS.get(number.covers, number.covers)  # type: ignore[arg-type]
    edge = float(stats.norm.ppf((1 + covers) / 2)) if covers < 1 else 4.0  # type: ignore[operator]
    to, back = _scale(number, low, high)
    middle = to(value)
    below, above = (middle - to(low)) / edge, (to(high) - middle) / edge

    def at(z: float) -> Any:
        return rewritten(back(middle + z * (above if z > 0 else below)), unit, 6)

    return at


def draws(numbers: Sequence[Number], how_many: int, seed: int, together: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Values of the uncertain numbers by name, one dictionary a draw. `together`: patterns such as levers.*.fidelity."""
    some = uncertain(numbers)
    z = {number.name: _normal(seed, _key(number.name, together), how_many) for number in some}
    at = {number.name: spread(number) for number in some}
    return [{number.name: at[number.name](z[number.name][i]) for number in some} for i in range(how_many)]


def replaced(raw: dict[str, Any], numbers: Iterable[Number], values: Mapping[str, Any]) -> dict[str, Any]:
    """The care system with these values in the place of its numbers."""
    for number in numbers:
        if number.name in values:
            raw = merge(raw, nested(number.path, values[number.name]))
    return raw


def _key(name: str, together: Sequence[str]) -> str:
    return next((pattern for pattern in together if fnmatchcase(name, pattern)), name)


def _normal(seed: int, key: str, how_many: int) -> np.ndarray:
    return np.random.default_rng(int(hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()[:16], 16)).standard_normal(how_many)


def _scale(number: Number, low: float, high: float) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """There and back: log odds for shares, logarithms for what is positive, and as it is where the range begins at 0."""
    inner = INSIDE & set(number.path) and "times" not in number.path and "odds" not in number.path
    if (number.path[-1] in SHARES or inner) and low > 0 and high < 1:
        return lambda p: math.log(p / (1 - p)), lambda y: 1 / (1 + math.exp(-y))
    if low > 0:
        return math.log, math.exp
    return lambda v: v, lambda v: max(v, 0.0)
