"""Claim: what a study rests on can be listed, number by number, each with where it comes from.

The rule that finds a number's role and source is the language's (`language/evidence.py`), since `explain`
needs it too; this is the door to it for whatever fits, draws or lists numbers. Synthetic citizens are drawn
from tables beside the system, whose numbers count as well.

>>> [number] = numbers({"units": {"ward": {"beds": {"value": 4, "range": [3, 6], "covers": "guess", "role": "assumed"}}}})
>>> number.name, number.value, number.range, number.covers
('units.ward.beds', 4, (3, 6), 'guess')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..faults import Faults
from ..language import read_yaml
from ..language.evidence import ELSEWHERE, Number, faults, numbers

if TYPE_CHECKING:
    from ..study.compose import Composed

__all__ = ["Number", "numbers", "of_study"]
NO_NUMBERS = ("title", "municipalities", "targets")  # of the tables: words, and what they are compared with


def of_study(composed: Composed) -> list[Number]:
    """The numbers of a composed study: of its care system, and of its synthetic citizens where it has them.

    Raises Faults for paths of the heading `evidence` that fit none of them.
    """
    found = numbers(composed.raw, composed.changed)
    beside = _synthesis(composed)
    if beside:
        said = {key: composed.raw[key] for key in ("about", "evidence") if key in composed.raw}
        found += numbers({**said, ELSEWHERE: beside}, composed.changed)
        idle = faults(composed.raw, found)
        if idle:
            raise Faults(idle)
    return found


def _synthesis(composed: Composed) -> dict[str, Any]:
    """What synthetic citizens are drawn from, in plain data; nothing where there are none."""
    from ..study.citizens import SYNTHETIC, tables_file

    if (composed.raw.get("population") or {}).get("from") != SYNTHETIC:
        return {}
    given = composed.settings.synthesis
    tables = {part: table for part, table in read_yaml(tables_file(given.tables)).items() if part not in NO_NUMBERS}
    return {"municipalities": {name: place.model_dump(exclude_none=True) for name, place in given.municipalities.items()}, "tables": tables}
