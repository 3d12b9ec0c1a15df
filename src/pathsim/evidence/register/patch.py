"""Claim: what was measured goes into a care system as a patch, each number with its interval and its source.

A file over the system: `pathsim compare my_system.yaml fitted.yaml`. It holds only keys that are there, and is
read back with the system before it is handed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pathsim.language import merge, read_all
from pathsim.language.evidence import still_spoken_of

from .estimates import Estimate

COVERS = 0.95
TIME_UNITS = (("d", 1.0), ("h", 1 / 24), ("min", 1 / 1440), ("s", 1 / 86400))


def patch_of(estimates: Iterable[Estimate], source: str) -> dict[str, Any]:
    """The patch: plain data in the shape of a care system.

    >>> from .estimates import positive
    >>> rate = positive("risk", "fall", "rate", "per y", 100, 80, 0.5, 0.05, path=("risks", "fall", "rate"))
    >>> patch_of([rate], "register 0")["risks"]["fall"]["rate"]["range"]
    ['0.41101 per y', '0.60826 per y']
    """
    patch: dict[str, Any] = {}
    for estimate in estimates:
        if not estimate.path:
            continue
        _put(patch, estimate.path, evidence(estimate, source))
        for path, value in estimate.beside:
            _put(patch, path, value)
    return {heading: patch[heading] for heading in ("arrivals", "risks", "effects", "steps") if heading in patch}


def evidence(estimate: Estimate, source: str) -> dict[str, Any]:
    """One number as the language writes it, with its evidence."""
    value, low, high = (_written(x, estimate.value, estimate.unit) for x in (estimate.value, estimate.low, estimate.high))
    found = {"value": value, "range": [low, high], "covers": COVERS, "role": "measured", "source": source}
    return found if estimate.se > 0 else {key: found[key] for key in ("value", "role", "source")}


def _written(x: float, size: float, unit: str) -> Any:
    """A number in its unit, to five figures; times in the unit that suits their size."""
    if unit == "d":
        name, days = next(((name, days) for name, days in TIME_UNITS if size >= days), TIME_UNITS[-1])
        return f"{float(f'{x / days:.5g}'):.10g} {name}"
    number = float(f"{x:.5g}")
    return f"{number:.10g} {unit}" if unit.startswith("per ") else number


def _put(patch: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        patch = patch.setdefault(key, {})
    patch[path[-1]] = value


def check_patch(raw: dict[str, Any], patch: dict[str, Any]) -> None:
    """The system with the patch reads as a care system. Raises Faults."""
    read_all(still_spoken_of(merge(raw, patch), raw))
