"""How small and how large a value can become, over all the cases of its lookups and all its multipliers.

Every number of the language is 0 or more, so a product is least where its factors are. A time that is
drawn counts by its mean, or by its greatest where it has one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..drawn import Distribution
from ..shares import DoneBy
from ..values import Evidence, Lookup, ModifiedValue

_TYPICAL = {"exponential": None, "constant": None, "lognormal": "mean", "gamma": "mean", "weibull": "scale",
            "normal": "mean", "uniform": "high", "triangular": "high"}


def least(value: Any) -> float:
    """The least that a number or a time can be.

    >>> from ..drawn import Distribution
    >>> least(Distribution(exponential="2 s", times={"age": {"85+": 0.5}}))
    1000.0
    """
    return _extreme(value, min)


def greatest(value: Any) -> float:
    return _extreme(value, max)


def _extreme(value: Any, pick: Callable) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, Evidence):
        return _extreme(value.value, pick)
    if isinstance(value, (Lookup, DoneBy)):
        return pick((_extreme(case, pick) for case in value.cases.values()), default=0.0)
    if isinstance(value, ModifiedValue):
        times = math.prod(_extreme(factor, pick) for factor in value.times)
        return _extreme(value.base, pick) * times + sum(_extreme(added, pick) for added in value.plus)
    if isinstance(value, Distribution):
        added = 0.0 if value.plus is None else _extreme(value.plus, pick)
        return _typical(value, pick) * multiplied(value.times, pick) + added
    return 0.0


def _typical(drawn: Distribution, pick: Callable) -> float:
    if drawn.observed is not None:
        return max(drawn.observed)
    for name, key in _TYPICAL.items():
        given = getattr(drawn, name)
        if given is not None:
            typical = _extreme(given if key is None else getattr(given, key), pick)
            return max(typical, _extreme(given.low, pick)) if name == "normal" else typical
    return 0.0


def multiplied(times: dict[str, Any], pick: Callable) -> float:
    """The least or greatest product of multipliers; what is not named counts 1.

    >>> multiplied({"copd": 1.5, "age": {"65-74": 2.0, "75+": 0.5}}, max)
    3.0
    """
    product = 1.0
    for name, factor in times.items():
        values = factor.values() if isinstance(factor, dict) else [factor]
        found = [_extreme(value, pick) for value in values]
        if name in ("crowded", "full"):  # several units can be so at once
            product *= math.prod(pick(1.0, value) for value in found)
        else:
            product *= pick((1.0, *found))
    return product
