"""Dates, opening hours, and the bands of time of an effect, as they are written."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from . import quantities as q
from .values import Factor, Value

FIRST_YEAR, LAST_YEAR = 1900, 2199


def _date(value: object) -> datetime.date:
    try:
        day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{q.shown(value)} is not a date. Write it as 2026-01-31") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{day} was given. Allowed: the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Date = Annotated[datetime.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]


def _hours(value: object) -> Any:
    if value in ("closed", "always"):
        return value
    if q.parse_hours(value) is None:
        if isinstance(value, int) and not isinstance(value, bool):
            raise ValueError(f"'{value // 60}:{value % 60:02d}' was read as {value}. Write hours as 8-16")
        raise ValueError(f"{q.shown(value)} are not hours. Write 8-16, or closed")
    return value


def _opening(value: object) -> Any:
    if value == "always":
        return "always"
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{q.shown(value)} was given. Write {{mon-fri: 8-16}} or always")
    days: set = set()
    for key, hours in value.items():
        named = ("holiday",) if key == "holiday" else q.parse_days(key)
        if named is None:
            raise ValueError(f"'{key}' names no days. Write mon, mon-fri, sat-sun or holiday")
        if days & set(named):
            raise ValueError(f"'{key}' names a day twice")
        days |= set(named)
        _hours(hours)
    return value


_DAY = f"({'|'.join(q.WEEKDAYS)})"
_HOURS_SCHEMA = {"anyOf": [{"enum": ["closed", "always"]}, {"type": "string", "pattern": "^[0-9]{1,2}-[0-9]{1,2}$"}]}
_WEEK_SCHEMA = {"type": "object", "patternProperties": {f"^({_DAY}(-{_DAY})?|holiday)$": _HOURS_SCHEMA}, "additionalProperties": False}
Opening = Annotated[
    Any, BeforeValidator(_opening), WithJsonSchema({"anyOf": [{"const": "always"}, _WEEK_SCHEMA], "examples": [{"mon-fri": "8-16"}]})
]


def _bands(value: object) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{q.shown(value)} was given. Write bands of time: {{0-3 d: 28, 3-8 d: 20}}")
    bands = []
    for key in value:
        period = q.parse_period(str(key))
        if period is None:
            raise ValueError(f"'{key}' is no period. Write 0-3 d, 3-8 d, 8+ d")
        bands.append((period, key))
    bands.sort(key=lambda band: band[0][0])
    for ((_, end), first), ((start, _), second) in zip(bands, bands[1:], strict=False):
        if end is None or end != start:
            raise ValueError(f"the bands '{first}' and '{second}' leave a gap or overlap. Let one begin where the other ends")
    if bands[0][0][0] != 0:
        raise ValueError(f"the first band '{bands[0][1]}' does not begin at 0")
    return value


_PERIOD = "^[0-9.]+(-[0-9.]+|[+]) *(min|h|d|w|y)$"
Bands = Annotated[
    dict[str, Value[Factor]], BeforeValidator(_bands), Field(json_schema_extra={"propertyNames": {"pattern": _PERIOD}, "minProperties": 1})
]
Effect = dict[str, Bands]
