"""A care system with its unknowns at z, or at a draw of all of them. Draw n of an unknown depends on seed, name and n, and on nothing else:
more draws, or another unknown, change none of those before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..draws import decision_id, uniform
from ..draws.normal import standard_normal
from .unknowns import Unknowns

STREAM = 2**32 - 1  # of luck: that of no patient
SAID = ("range", "covers", "source", "role")
WIDEST = 6.0  # standard deviations that anything may be shifted by


def z_of(unknowns: Unknowns, draw: int, seed: int) -> dict[str, float]:
    """The draw of that number, counted from 1: standard normal, independent."""
    return {name: standard_normal(uniform(seed, draw, 0, STREAM, decision_id(name), 0)) for name in unknowns.by_name}


def at(raw: dict[str, Any], values: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """The care system with these values in the place of its numbers. As with any number that is changed, what was said of them is no longer so: they
    have no range and no source, and their role is `scenario`, so that what was drawn once is not drawn again.

    >>> at({"a": {"b": {"value": 1, "range": [0, 2], "role": "assumed"}}, "c": 3}, {("a", "b"): 5, ("c",): 4})
    {'a': {'b': {'value': 5, 'role': 'scenario'}}, 'c': 4}
    """
    below: dict[str, dict[tuple[str, ...], Any]] = {}
    for (first, *rest), value in values.items():
        below.setdefault(first, {})[tuple(rest)] = value
    found = dict(raw)
    for key, inner in below.items():
        name = next((one for one in raw if str(one) == key), key)  # a band may be a number
        found[name] = _placed(raw[name], inner[()]) if () in inner else at(raw[name], inner)
    return found


def _placed(written: Any, value: Any) -> Any:
    if not isinstance(written, Mapping):
        return value
    return {key: part for key, part in written.items() if key not in SAID} | {"value": value, "role": "scenario"}
