"""What the entries of a system mean together: names, tables, and the graph of steps.

Each check is a generator of faults; it passes over what could not be read, so that one fault never
hides another.
"""

from __future__ import annotations

from ...faults import Fault
from ..domain import facts_of
from ..system import System
from . import amounts, attributes, graph, instants, limits, names, units


def check(system: System, usage: bool = True) -> list[Fault]:
    """All faults of one system under one care model."""
    facts = facts_of(system)
    faults = [
        *names.check(system, facts),
        *amounts.check(system, facts),
        *attributes.check(system, facts),
        *limits.check(system),
        *units.check(system, facts),
        *graph.check(system),
        *instants.check(system),
    ]
    return faults + (unused([system]) if usage else [])


def unused(systems: list[System]) -> list[Fault]:
    """Steps that cannot be reached and units that nobody uses, in any of the care models.

    Says nothing while some entry could not be read: it may be the one that leads there.
    """
    if any(set(system.names[heading]) != set(system.entries[heading]) for system in systems for heading in ("arrivals", "risks", "tasks", "steps")):
        return []
    steps = set.intersection(*(graph.unreached(system) for system in systems))
    faults = [Fault(f"steps.{name}", "cannot be reached. Lead to it from another step, or remove it") for name in sorted(steps)]
    idle = set.intersection(*(units.unused(system) for system in systems))
    return faults + [Fault(f"units.{name}", "nobody uses it. Add a step  at: " + name + ", or remove it") for name in sorted(idle)]
