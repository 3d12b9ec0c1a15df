"""Draws of single numbers by their names, for predictions and validation: each has a normal draw of its own, keyed by seed and name; those
that a pattern names together have one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from ..inputs.spread import spread, uncertain
from ..inputs.written import nested
from ..language import merge
from .numbers import Number


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
