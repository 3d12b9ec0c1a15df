"""Units laid out: how many places there are in each pool, and whose they are.

Whatever a table of places asks about is settled here, once: places belong to the value of one
attribute, or are shared by the values of another that is derived from it.
"""

from __future__ import annotations

import math
from typing import Any

from ..language.domain import owner_of, word
from ..language.words import AttributeBy
from . import calendar
from .expressions import Constant, Expression, Table, asks
from .model import Unit

NOTHING = -1  # no attribute


def lay_out_unit(i: int, unit: Any, layout: Any) -> Unit:
    """The unit with its pools. ValueError for places that are no whole numbers, or depend on something else."""
    values, attributes, groups = layout.values, layout.index["attributes"], layout.index["groups"]
    name = list(layout.index["units"])[i]
    owner = owner_of(unit)
    shared = unit.shared_by or owner
    pools = layout.facts[shared].words if shared else ("",)
    places, owned = _places(unit, owner, shared, pools, layout)
    for group in unit.routine:
        if any(ask.kind != "attribute" for ask in layout.behind_test(group)):
            raise ValueError(f"routine work is counted on day 0, and the group '{group}' asks more than attributes. Name another group")
    if any(deep.kind != "attribute" for load in unit.routine.values() for ask in asks(values.value(load)) for deep in layout.behind(ask)):
        raise ValueError("routine work is counted on day 0, so it can depend on attributes only. Write one number a group")
    surge = (0.0,) * len(pools) if unit.surge is None else _by_pool(unit.surge.places, shared, pools, layout)
    return Unit(
        i, name, unit.beds is not None, layout.sectors.index(unit.sector) if unit.beds is not None else 0, unit.sector,
        tuple(pools), places, attributes[shared] if shared else None,
        attributes[owner] if unit.own_first and owner else None, owned, calendar.openings(unit.open, layout.weekdays),
        math.inf if unit.queue == "unlimited" else float(unit.queue), unit.order == "due_first",
        values.value(unit.crowded), surge,
        values.actions(unit.surge.done, f"units.{name}.surge") if unit.surge else (),
        int(unit.diary or 0),
        tuple((groups[group], values.value(load)) for group, load in sorted(unit.routine.items())),
        {job: one_number(values.value(number), f"staff.{job}") for job, number in unit.staff.items()},
        values.value(unit.staff_travel), values.value(unit.patient_travel), calendar.hours_a_week(unit.open),
    )


def _places(unit: Any, owner: str | None, shared: str | None, pools, layout) -> tuple[tuple[float, ...], tuple]:
    """Places by pool, added up over the owners that share it; and by pool and owner."""
    if owner is None:
        return _by_pool(unit.places, shared, pools, layout), ()
    number = _by_pool(unit.places, owner, layout.facts[owner].words, layout)
    if owner == shared:
        return number, tuple(tuple(n if i == j else 0.0 for j, n in enumerate(number)) for i in range(len(number)))
    pool_of = _pool_of(owner, shared, layout)
    owned = tuple(tuple(n if pool_of[j] == p else 0.0 for j, n in enumerate(number)) for p in range(len(pools)))
    return tuple(sum(row) for row in owned), owned


def _by_pool(written: Any, by: str | None, pools, layout) -> tuple[float, ...]:
    """The number of places for each value of an attribute."""
    expression = layout.values.value(written)
    found = []
    for code, name in enumerate(pools):
        number = evaluate(expression, layout.index["attributes"][by] if by else NOTHING, code, "places")
        if not (number == math.inf or number == int(number)):
            raise ValueError(f"{number:g} places{f' for {by} {name}' if by else ''} are no whole number. Choose other numbers")
        found.append(number)
    return tuple(found)


def _pool_of(owner: str, shared: str, layout) -> dict[int, int]:
    """Which sharing group each owner belongs to: the shared attribute is derived from the owner's."""
    entry = layout.system.attributes[shared]
    words = layout.facts[shared].words
    if not isinstance(entry, AttributeBy) or entry.by != owner or not all(isinstance(case, (str, bool)) for case in entry.cases.values()):
        raise ValueError(f"places of '{owner}' are shared by '{shared}', so write attributes.{shared} as {{by: {owner}, …}}, one word a case")
    table = layout.values.table(owner, entry.cases, lambda case: Constant(words.index(word(case))))
    return {code: int(evaluate(table, layout.index["attributes"][owner], code, "pools")) for code in range(len(layout.facts[owner].words))}


def one_number(expression: Expression, what: str) -> float:
    """The value of what can't depend on anything."""
    return evaluate(expression, NOTHING, 0, what)


def evaluate(expression: Expression, attribute: int, code: int, what: str) -> float:
    """The value of an expression that asks about one attribute at most, where it has this code."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Table):
        if expression.ask.kind != "attribute" or expression.ask.index != attribute:
            raise ValueError(f"{what} can't depend on this. Write a number" + ("" if attribute == NOTHING else ", or a table of one attribute"))
        return evaluate(expression.entries[code], attribute, code, what)
    value = evaluate(expression.base, attribute, code, what)
    for factor in expression.times:
        value *= evaluate(factor, attribute, code, what)
    for added in expression.plus:
        value += evaluate(added, attribute, code, what)
    return value
