"""Attributes: what they can be, and in which order they are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...faults import Fault
from .. import quantities as q
from ..domain import names_in, words_of
from ..facts import Fact
from ..shares import Shares
from ..system import System
from ..values import Lookup
from ..words import AttributeBy
from .amounts import walk

MOST = 1000


def check(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    for name, entry in system.attributes.items():
        yield from _values(f"attributes.{name}", entry)
    yield from _order(system, facts)


def _values(path: str, entry: Any) -> Iterator[Fault]:
    """Words or whole numbers, one or the other, and each of them somewhere."""
    words = words_of(entry)
    bands = [q.parse_band(name) for name in words]
    lists = [node for _, node in walk(entry, "") if isinstance(node, list)]
    if any(not node for node in (words, *lists)):
        yield Fault(path, "no words. Write at least one")
    elif not all(bands) and any(band and band[0] < band[1] for band in bands):
        yield Fault(path, "bands and words are mixed. Write one or the other")
    elif all(bands) and any(isinstance(part, str) for node in lists for part in node):
        yield Fault(path, "a list holds words, not numbers. Write a share table: {0: 0.5, 1-3: 0.5}")
    elif all(bands) and max(high for _, high in bands) > MOST:
        yield Fault(path, f"numbers end at {MOST}. Write an upper end, such as 85-99")


def _order(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    """Attributes are drawn in order of dependence; a circle is an error."""
    needs: dict[str, set[str]] = {}
    for name, entry in system.attributes.items():
        asked = set()
        for _, node in walk(entry, ""):
            if isinstance(node, (AttributeBy, Lookup)):
                asked.add(node.by)
            if isinstance(node, (Shares, AttributeBy)):
                asked |= {fact for factors in node.odds.values() if isinstance(factors, dict) for fact in factors}
        for other in sorted({deep for shallow in asked for deep in behind(shallow, system)} & set(facts)):
            if facts[other].kind != "attribute":
                yield Fault(f"attributes.{name}", f"depends on '{other}', which is not known when people are drawn. Use an attribute or a group")
        needs[name] = {a for other in asked for a in behind(other, system) & set(system.attributes)}
    done: set[str] = set()
    while ready := [name for name in needs if name not in done and needs[name] & set(needs) <= done]:
        done |= set(ready)
    if left := sorted(set(needs) - done):
        yield Fault(f"attributes.{left[0]}", f"a circle of attributes: {', '.join(left)}. Let one of them not depend on the others")


def behind(name: str, system: System) -> set[str]:
    """What a name really asks about: itself, or what a group asks about, and the groups in it."""
    found: set[str] = set()
    todo, seen = [name], set()
    while todo:
        asked = todo.pop()
        if asked in system.groups and asked not in seen:
            seen.add(asked)
            todo += names_in(system.groups[asked])
        elif asked not in system.groups:
            found.add(asked)
    return found
