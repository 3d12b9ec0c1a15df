"""A study whose unknowns are not as written: drawn all at once (`draw`), or some of them shifted (`shift`).

What is uncertain is worked out once for scenarios that share their care system.
"""

from __future__ import annotations

from typing import Any

from ..inputs.drawing import at, z_of
from ..inputs.unknowns import Inputs, Unknowns, unknowns_of
from .settings import Settings

_last: tuple[dict[str, Any], Inputs, Unknowns] | None = None


def drawn(system: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The care system as the settings draw it. Raises Faults for an unknown that there is not."""
    if settings.draw is None and not settings.shift:
        return system
    unknowns = known(system, settings.inputs)
    z = {} if settings.draw is None else z_of(unknowns, settings.draw, settings.seed)
    return at(system, unknowns.values(system, z | settings.shift))


def known(system: dict[str, Any], inputs: Inputs) -> Unknowns:
    """What is uncertain about a care system. Raises Faults."""
    global _last
    if _last is None or _last[1] != inputs or _last[0].keys() != system.keys() or any(_last[0][key] is not part for key, part in system.items()):
        _last = (system, inputs, unknowns_of(system, inputs))
    return _last[2]
