"""Quantities as people write them: `15 min`, `10 per d`, `3.2 h per w`, `65-74`, `8-16`.

Time inside the model is whole milliseconds (int64) from midnight of day 0, so sums are exact and
ties are true ties. A year is 365 days. A quantity is never bare: it carries its unit.
"""

from __future__ import annotations

import re
import reprlib

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY
UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "w": WEEK, "y": YEAR}
LONGEST = 200 * YEAR
LARGEST = 1e15
MOST_LOAD = 1000
OLDEST = 120  # years
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NUMBER = r"([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
_TIME = re.compile(rf"\s*{_NUMBER}\s*(s|min|h|d|w|y)\s*")
_RATE = re.compile(rf"\s*{_NUMBER}\s+per\s+(s|min|h|d|w|y)\s*")
_LOAD = re.compile(rf"\s*{_NUMBER}\s*(min|h|d)\s+per\s+(d|w|y)\s*")
_SPAN = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7})|(\+))?")
_PERIOD = re.compile(rf"{_NUMBER}(?:-{_NUMBER}|(\+))\s*(min|h|d|w|y)")

_SHORT = reprlib.Repr()  # repr() of what a small file can say may be endlessly long
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


def parse_time(text: object) -> float:
    """Milliseconds of a written time.

    >>> parse_time("15 min"), parse_time("0.02 d")
    (900000.0, 1728000.0)
    """
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{shown(text)} is not a time. Write a number and a unit: 15 min, 4 h, 30 d, 2 w, 3 y")
    value = float(found[1]) * UNITS[found[2]]
    if not value <= LONGEST:
        raise ValueError(f"{shown(text)} is longer than 200 y, the longest time allowed")
    return value


def parse_rate(text: object) -> float:
    """Events per millisecond of a written rate.

    >>> parse_rate("10 per d") * DAY
    10.0
    """
    found = _RATE.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{shown(text)} is not a rate. Write a number per unit: 10 per d, 0.3 per y")
    value = float(found[1]) / UNITS[found[2]]
    if not value <= 1.0:
        raise ValueError(f"{shown(text)} is more than 1000 per s, the highest rate allowed")
    return value


def parse_load(text: object) -> float:
    """Places in use, on average round the clock, of a written load of work.

    >>> parse_load("42 h per w")
    0.25
    """
    found = _LOAD.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{shown(text)} is not a load of work. Write time per unit: 3.2 h per w")
    value = float(found[1]) * UNITS[found[2]] / UNITS[found[3]]
    if not value <= MOST_LOAD:
        raise ValueError(f"{shown(text)} is more than {MOST_LOAD} places round the clock, the highest load allowed")
    return value


def parse_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{shown(value)} is not a number. Write figures, such as 0.5")
    if not abs(value) <= LARGEST:
        raise ValueError(f"{shown(value)} is not a number that a care system can have. Allowed: up to 1e15")
    return value


def shown(value: object) -> str:
    """A value as the author of a file wrote it, shortened."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "nothing"
    text = _SHORT.repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def parse_band(text: str) -> tuple[int, int] | None:
    """A band of whole numbers, both ends in; `85+` has no upper end. None if it is no band.

    >>> parse_band("65-74"), parse_band("85+"), parse_band("gp")
    ((65, 74), (85, 1000000), None)
    """
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    low = int(found[1])
    high = 1_000_000 if found[3] else int(found[2] or low)
    return (low, high) if high >= low else None


def parse_period(text: str) -> tuple[int, int] | None:
    """A period after a beginning, in ms: the start is in, the end is not. None if it is no period.

    >>> parse_period("0-3 d"), parse_period("8+ d")[1] is None
    ((0, 259200000), True)
    """
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        return None
    unit = UNITS[found[4]]
    low = float(found[1]) * unit
    if not low <= LONGEST:
        return None
    if found[3]:
        return int(low), None
    high = float(found[2]) * unit
    return (int(low), int(high)) if low < high <= LONGEST else None


def parse_days(text: str) -> tuple[int, ...] | None:
    """Weekdays 0 (mon) to 6 (sun) of `mon`, `mon-fri` or `sat-mon`; None if they are not."""
    first, _, last = text.partition("-")
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return None
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple((start + i) % 7 for i in range((end - start) % 7 + 1))


def parse_hours(text: object) -> tuple[int, int] | None:
    """Opening hours of a day in ms since midnight, `8-16`; None if they are not."""
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text) if isinstance(text, str) else None
    if not found:
        return None
    start, end = int(found[1]), int(found[2])
    return (start * HOUR, end * HOUR) if 0 <= start < end <= 24 else None
