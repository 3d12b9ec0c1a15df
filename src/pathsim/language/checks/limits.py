"""What values can become at most: shares up to 1, times up to 200 years, risks up to once a minute."""

from __future__ import annotations

from collections.abc import Iterator

from ...faults import Fault
from ..quantities import LONGEST, MINUTE
from ..system import System
from ..words import At, Handover, Lever, Risk, Unit, Wait
from . import names
from .ranges import greatest, multiplied

_SHARES = {Handover: ("complete",), At: ("comes",), Lever: ("reach", "fidelity", "alike"), Unit: ("crowded",)}
_TIMES = {At: ("for_", "patience"), Wait: ("wait",), Handover: ("takes",), Unit: ("staff_travel", "patient_travel")}


def check(system: System) -> Iterator[Fault]:
    """Faults of what can become too large once multipliers and levers are counted in."""
    named = [(f"{heading}.{name}", entry) for heading in ("units", "levers") for name, entry in system.entries[heading].items()]
    for path, entry in (*named, *names.all_steps(system)):
        for key in _SHARES.get(type(entry), ()):
            if greatest(getattr(entry, key)) > 1.0:
                yield Fault(f"{path}.{key}", f"can become {greatest(getattr(entry, key)):g}. Allowed: a share from 0 to 1")
        for key in _TIMES.get(type(entry), ()):
            yield from _time(f"{path}.{key.rstrip('_')}", getattr(entry, key))
    for path, task in names.all_tasks(system):
        for key in ("after", "every"):
            yield from _time(f"{path}.{key}", getattr(task, key))
    for name, risk in system.risks.items():
        if _hazard(name, risk, system) > 1.0 / MINUTE:
            yield Fault(f"risks.{name}", "can strike more than once a minute when all its multipliers meet. Lower the rate or the multipliers")


def _time(path: str, written) -> Iterator[Fault]:
    if greatest(written) > LONGEST:
        yield Fault(path, "can become longer than 200 y, the longest time allowed. Lower its multipliers")


def _hazard(name: str, risk: Risk, system: System) -> float:
    hazard = greatest(risk.rate) * multiplied(risk.times, max)
    for effect in system.effects.values():
        if name in effect:
            hazard *= max(1.0, *(greatest(factor) for factor in effect[name].values()))
    return hazard
