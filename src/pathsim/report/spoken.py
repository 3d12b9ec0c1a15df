"""Claim: a value of the language can be said in a few words, as a range over its cases.

Means of drawn times and shares as written; multipliers and odds are left out, and what odds change
is said to be approximate.
"""

from __future__ import annotations

import math
from typing import Any

from pathsim.language.quantities import DAY, HOUR, MINUTE, YEAR

from .words import say


def percent_of(share: float, language: str = "en") -> str:
    """A share in per cent, with a decimal only where it is small and not whole.

    >>> percent_of(0.035), percent_of(0.2), percent_of(0.155)
    ('3.5', '20', '16')
    """
    percent = 100 * share
    return f"{percent:.0f}" if abs(percent - round(percent)) < 0.05 or percent >= 10 else _short(round(percent, 1), language)


def spread_of_places(places: Any, language: str = "en") -> str:
    """How many places, all pools together where they are written one by one."""
    while not hasattr(places, "cases") and (hasattr(places, "value") or hasattr(places, "base")):
        places = places.value if hasattr(places, "value") else places.base
    if hasattr(places, "cases"):
        parts = [spread(case)[1] for case in places.cases.values()]
        places = sum(parts)
    return say(language, "draw.unlimited") if math.isinf(places) else f"{places:g}"


def spread(value: Any) -> tuple[float, float]:
    """The least and the greatest that a value can be, over the cases as written.

    >>> spread(0.4)
    (0.4, 0.4)
    """
    if value is None:
        return 0.0, 0.0
    if hasattr(value, "cases"):
        parts = [spread(case) for case in value.cases.values()]
        return min(p[0] for p in parts), max(p[1] for p in parts)
    for name in ("value", "base"):
        if hasattr(value, name):
            return spread(getattr(value, name))
    return float(value), float(value)


def shares(table: Any) -> dict[str, tuple[float, float, bool]]:
    """Option → share from, to, and whether odds make it approximate."""
    if hasattr(table, "cases"):
        parts = [shares(case) for case in table.cases.values()]
        names = list(dict.fromkeys(name for part in parts for name in part))
        about = bool(table.odds)
        return {
            n: (min(p.get(n, (0, 0, 0))[0] for p in parts), max(p.get(n, (0, 0, 0))[1] for p in parts), about or any(p[n][2] for p in parts if n in p))
            for n in names
        }
    known = {name: spread(value) for name, value in table.options.items() if value != "rest"}
    low, high = (max(1 - sum(s[i] for s in known.values()), 0.0) for i in (1, 0))
    about = bool(table.odds)
    return {name: (*known.get(name, (low, high)), about) for name in table.options}


def span(drawn: Any) -> tuple[float, float]:
    """The mean of a drawn time in ms, from and to over its cases; multipliers are left out."""
    if hasattr(drawn, "cases"):
        parts = [span(case) for case in drawn.cases.values()]
        return min(p[0] for p in parts), max(p[1] for p in parts)
    for name in ("value", "base"):
        if hasattr(drawn, name):
            return span(getattr(drawn, name))
    if not hasattr(drawn, "lognormal"):
        return spread(drawn)
    if drawn.uniform is not None or drawn.triangular is not None:
        inner = drawn.uniform or drawn.triangular
        corners = [spread(getattr(inner, name)) for name in ("low", "mode", "high") if hasattr(inner, name)]
        return tuple(sum(c[i] for c in corners) / len(corners) for i in (0, 1))
    if drawn.observed is not None:
        return (sum(drawn.observed) / len(drawn.observed),) * 2
    if drawn.weibull is not None:
        factor = math.gamma(1 + 1 / max(spread(drawn.weibull.shape)[0], 0.05))
        return tuple(factor * v for v in spread(drawn.weibull.scale))
    inner = next(getattr(drawn, n) for n in ("exponential", "constant", "lognormal", "gamma", "normal") if getattr(drawn, n) is not None)
    return spread(inner.mean if hasattr(inner, "mean") else inner)


def span_text(drawn: Any, language: str = "en") -> str:
    """A time as people say it.

    >>> span_text(90 * MINUTE).split(), span_text(84.0 * DAY).split()
    (['1.5', 'h'], ['84', 'd'])
    """
    low, high = span(drawn)
    unit, name = next(((u, n) for u, n in ((YEAR, "y"), (DAY, "d"), (HOUR, "h")) if high >= u), (MINUTE, "min"))
    ends = [_short(v / unit, language) for v in (low, high)]
    return (f"{ends[0]}–{ends[1]}" if ends[0] != ends[1] else ends[0]) + "\u00a0" + say(language, f"time.{name}")


def rate_text(rate: Any, language: str = "en") -> str:
    """A rate as people say it.

    >>> rate_text(10 / DAY)
    '10 per day'
    """
    low, high = spread(rate)
    unit, name = (DAY, "day") if high * DAY >= 1 else (YEAR, "year")
    ends = [_short(v * unit, language) for v in (low, high)]
    return say(language, f"draw.per_{name}", rate=f"{ends[0]}–{ends[1]}" if ends[0] != ends[1] else ends[0])


def _short(value: float, language: str) -> str:
    text = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
    return text.replace(".", ",") if language == "da" else text
