"""The facts of one system: which can be asked about, and what their values are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import quantities as q
from .facts import CALENDAR_FACTS, YES_NO, Fact
from .shares import Shares
from .system import System
from .values import Evidence, Lookup, ModifiedValue
from .words import At, AttributeBy, Unit


def word(value: Any) -> str:
    """A word as written: the truth values are `yes` and `no`."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else str(value)


def attribute_fact(name: str, entry: Any, birthdays: bool = False) -> Fact:
    """The domain of an attribute: its words, or its whole numbers.

    >>> attribute_fact("severity", ["mild", "serious"]).words
    ('mild', 'serious')
    """
    words = words_of(entry)
    bands = [q.parse_band(w) for w in words]
    if words and all(bands):
        low, high = min(b[0] for b in bands), max(b[1] for b in bands)
        high = min(high, 1000)
        return Fact(name, "attribute", (), low, max(high, q.OLDEST) if birthdays and name == "age" else high)
    if set(words) <= {"yes", "no"}:
        return Fact(name, "attribute", YES_NO)
    return Fact(name, "attribute", tuple(dict.fromkeys(words)))


def words_of(entry: Any) -> list[str]:
    """The words or bands that an attribute can have."""
    if isinstance(entry, list):
        return [word(part) for part in entry]
    if isinstance(entry, Shares):
        return list(entry.options)
    if isinstance(entry, AttributeBy):
        return list(dict.fromkeys(w for case in entry.cases.values() for w in words_of(case)))
    if isinstance(entry, (Evidence, float, int)) and not isinstance(entry, bool):
        return ["no", "yes"]
    return [word(entry)]


def facts_of(system: System) -> dict[str, Fact]:
    """Everything that can be asked about in a system, by name."""
    facts = dict(CALENDAR_FACTS)
    units = tuple(system.names.get("units", ()))
    facts["crowded"] = Fact("crowded", "crowded", units)
    facts["full"] = Fact("full", "full", units)
    birthdays = bool(system.population and system.population.birthdays)
    for name, entry in system.attributes.items():
        facts[name] = attribute_fact(name, entry, birthdays)
    for heading, kind in (("groups", "group"), ("effects", "effect"), ("tasks", "task"), ("levers", "lever")):
        for name in system.names.get(heading, ()):
            facts.setdefault(name, Fact(name, kind, YES_NO))
    return facts


def sectors_of(system: System) -> set[str]:
    """Where a person can be: at home, or in a bed of one of these sectors."""
    return {unit.sector for unit in system.units.values() if unit.beds is not None}


def targets(step: Any) -> dict[str, str]:
    """Where a step leads: {edge: step}. A choice has an edge for each option.

    >>> from .words import Wait
    >>> targets(Wait(wait="3 d", then="home"))
    {'then': 'home'}
    """
    if hasattr(step, "choose"):
        return {f"choose.{name}": name for name in options(step.choose)}
    edges = {edge.rstrip("_"): getattr(step, edge, None) for edge in ("then", "else_", "lost")}
    return {edge: name for edge, name in edges.items() if name is not None}


def options(table: Any) -> list[str]:
    """All options of a share table or of a lookup of share tables, in the order written."""
    if isinstance(table, Shares):
        return list(table.options)
    return list(dict.fromkeys(name for case in table.cases.values() for name in options(case)))


def where_names(where: Any) -> list[str]:
    return [where] if isinstance(where, str) else list(where)


def owner_of(unit: Unit) -> str | None:
    """The attribute by whose values a unit's places are written."""
    places = unit.places
    while isinstance(places, (Evidence, ModifiedValue)):
        places = places.value if isinstance(places, Evidence) else places.base
    return unit.per or (places.by if isinstance(places, Lookup) else None)


def companions(step: At) -> list[str]:
    """The other units of a step, in the order in which their places are taken."""
    given = step.with_
    return [] if given is None else sorted([given] if isinstance(given, str) else given)


def names_in(test: Any) -> Iterator[str]:
    """Every name that a test asks about."""
    if isinstance(test, str):
        yield test
    elif isinstance(test, list):
        for part in test:
            yield from names_in(part)
    elif isinstance(test, dict) and set(test) == {"not"}:
        yield from names_in(test["not"])
    elif isinstance(test, dict):
        yield from test
