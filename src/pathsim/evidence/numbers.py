"""Claim: what a study rests on can be listed, number by number, each with where it comes from.

The rule that finds a number's role and source is the language's (`language/evidence.py`), since `explain`
needs it too; this is the door to it for whatever fits, draws or lists numbers.

>>> [number] = numbers({"units": {"ward": {"beds": {"value": 4, "range": [3, 6], "covers": "guess", "role": "assumed"}}}})
>>> number.name, number.value, number.range, number.covers
('units.ward.beds', 4, (3, 6), 'guess')
"""

from __future__ import annotations

from ..language.evidence import Number, numbers

__all__ = ["Number", "numbers"]
