"""Claim: a number is as uncertain as its range says, and a range that does not say what it covers is no uncertainty.

What is written is the median; the ends of the range are the quantiles that `covers` says (`guess` is read as 90 per cent, `extremes` as 95).
Shares move on the scale of log odds (logit-normal), all else that is positive on that of logarithms (lognormal), so nothing leaves its
bounds. Below and above the median the scale differs where the range is lopsided: a beta or a gamma has two parameters, and could not have
both ends of a range and the written value in the middle as well. Where a range is symmetric on its scale they hardly differ.

>>> from pathsim.evidence.numbers import numbers
>>> [n] = numbers({"levers": {"x": {"reach": {"value": 0.5, "range": [0.2, 0.8], "covers": 0.9}}}})
>>> [round(spread(n)(z), 3) for z in (-1.645, 0.0, 1.645)]
[0.2, 0.5, 0.8]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from scipy.special import ndtri

from ..language.evidence import Number
from .written import parts, rewritten

READ_AS = {"guess": 0.90, "extremes": 0.95}
SHARES = {"reach", "fidelity", "alike", "complete", "comes"}
INSIDE = {"choose", "do", "begun", "done", "enrolled", "attributes"}  # where a number up to 1 is a share or a chance
ALL = 4.0  # standard deviations that stand for an end beyond which nothing lies
FIGURES = 6  # significant, of a number that is drawn


def uncertain(numbers: Iterable[Number]) -> list[Number]:
    """Those with a range that says what it covers."""
    return [number for number in numbers if number.range is not None and number.covers is not None and not isinstance(number.value, list)]


def spread(number: Number) -> Callable[[float], Any]:
    """The value of a number as a function of a normal z, written as it was."""
    (value, unit), low, high = parts(number.value), *(parts(end)[0] for end in number.range or (number.value, number.value))
    covers = READ_AS.get(number.covers, number.covers)  # type: ignore[arg-type]
    edge = float(ndtri((1 + covers) / 2)) if covers < 1 else ALL  # type: ignore[operator]
    to, back = _scale(number, low, high)
    middle = to(value)
    below, above = (middle - to(low)) / edge, (to(high) - middle) / edge

    def at(z: float) -> Any:
        return rewritten(back(middle + z * (above if z > 0 else below)), unit, FIGURES)

    return at


def _scale(number: Number, low: float, high: float) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """There and back: log odds for shares, logarithms for what is positive, and as it is where the range begins at 0."""
    inner = INSIDE & set(number.path) and "times" not in number.path and "odds" not in number.path
    if (number.path[-1] in SHARES or inner) and low > 0 and high < 1:
        return lambda p: math.log(p / (1 - p)), lambda y: 1 / (1 + math.exp(-y))
    if low > 0:
        return math.log, math.exp
    return lambda v: v, lambda v: max(v, 0.0)
