"""A number as it is written: how large it is, its unit, and a patch that puts it in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_WRITTEN = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(.*)")


def parts(written: Any) -> tuple[float, str]:
    """Raises ValueError for what has no number.

    >>> parts("0.12 per y"), parts(3)
    ((0.12, 'per y'), (3.0, ''))
    """
    read = _WRITTEN.fullmatch(str(written))
    if not read:
        raise ValueError(f"{written!r} has no number")
    return float(read[1]), read[2]


def rewritten(value: float, unit: str, digits: int) -> Any:
    """A number with its unit as it is written, to so many significant digits.

    >>> rewritten(0.123456, "per y", 4), rewritten(1234.56, "", 4)
    ('0.1235 per y', 1235.0)
    """
    text = f"{value:.{digits}g}"
    return f"{float(text):g} {unit}" if unit else float(text)


def nested(path: Sequence[str], value: Any) -> Any:
    """
    >>> nested(["risks", "fall", "rate"], 2)
    {'risks': {'fall': {'rate': 2}}}
    """
    for part in reversed(path):
        value = {part: value}
    return value
