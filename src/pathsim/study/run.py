"""From a care system to the record of one replication: citizens, engine, and the description of both."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import pandas as pd

from ..contacts import Run
from ..contacts.blocks import runs_of, split
from ..faults import fail
from ..language import System, read_system
from ..language.domain import word
from ..language.quantities import DAY
from ..plan import Plan, lay_out
from ..plan.model import Attribute
from .engines import AUTO, SIMPY, People, chosen, frames_of, groups_of, record_of


def simulate_system(
    system: System, seed: int = 1, replication: int = 0, days: float = 365.0, warm_up: float = 0.0, citizens: pd.DataFrame | None = None,
    engine: str = AUTO,
) -> Run:
    """One replication of a system. `days` is the whole run, the warm-up included.

    Raises Faults for what only shows when the system is laid out or the citizens are read.
    """
    plan = lay_out(system, days)
    return simulate_plan(plan, system, seed, replication, warm_up, encode(plan, citizens), engine)


def simulate_plan(plan: Plan, system: System, seed: int, replication: int, warm_up: float, people: People, engine: str = AUTO) -> Run:
    """One replication as one table: to look at, where it surely fits in memory."""
    check_seed(seed, replication)
    record = record_of(plan, people, seed, replication, engine)
    meta = record.meta | described(system, seed, replication, warm_up, groups_of(plan), len(people[0]))
    return Run(record.contacts, record.citizens, record.events, meta)


def blocks_of_plan(
    plan: Plan, system: System, seed: int, replication: int, warm_up: float, people: People, engine: str = AUTO, stop: Event | None = None,
) -> tuple[Iterator[Run], dict[str, Any]]:
    """One replication in blocks of BLOCK persons (see `contacts.blocks`), and what describes all of it.

    Whatever the engine, a block is the contacts, citizens and events of a range of persons, contacts
    in the order in which they were asked for, events in that in which they happened. The compiled
    engine never has the whole in memory, and ends with Stopped soon after `stop` is set.
    """
    if chosen(plan, engine) == SIMPY:
        run = simulate_plan(plan, system, seed, replication, warm_up, people, SIMPY)
        return split(run), run.meta
    check_seed(seed, replication)
    frames, meta = frames_of(plan, people, seed, replication, stop)
    meta |= described(system, seed, replication, warm_up, groups_of(plan), len(people[0]))
    return runs_of(frames, meta), meta


def described(system: System, seed: int, replication: int, warm_up: float, groups: list[str], citizens: int) -> dict[str, Any]:
    """What a record says of itself beside what the engine says; `citizens`: how many there were on day 0."""
    return {
        "warm_up": int(warm_up * DAY), "seed": seed, "replication": replication, "currency": system.currency,
        "costs": costs_of(system), "groups": groups, "citizens": citizens > 0,
    }


def simulate_raw(raw: dict[str, Any], seed: int, replication: int, days: float, engine: str = AUTO) -> Run:
    """One replication of a system in plain data, under its first care model."""
    return simulate_system(read_system(raw), seed, replication, days, engine=engine)


def check_seed(seed: int, replication: int) -> None:
    for name, value in (("seed", seed), ("replication", replication)):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**32:
            raise fail(name, f"{value!r} was given. Allowed: a whole number from 0 to 4294967295")


def encode(plan: Plan, citizens: pd.DataFrame | None) -> People:
    """Citizens as codes [citizen, attribute], the numbers that key their luck, and which attributes were given."""
    size = plan.citizens if citizens is None else len(citizens)
    codes = np.zeros((size, len(plan.attributes)), dtype=np.int64)
    codes[:] = [attribute.first for attribute in plan.attributes]
    if citizens is None:
        return codes, np.arange(size), frozenset()
    given = [attribute for attribute in plan.attributes if attribute.name in citizens]
    for attribute in given:
        codes[:, attribute.index] = _codes(attribute, citizens[attribute.name])
    names = citizens["citizen"].to_numpy() if "citizen" in citizens else np.arange(size)
    return codes, names, frozenset(attribute.index for attribute in given)


def _codes(attribute: Attribute, column: pd.Series) -> np.ndarray:
    if not attribute.words:
        return column.to_numpy(dtype=np.int64)
    places, found = pd.factorize(column, use_na_sentinel=False)  # each word is looked at once
    names = [word(name) if column.dtype == bool else str(name) for name in found.tolist()]
    code = {name: i for i, name in enumerate(attribute.words)}
    unknown = sorted(set(names) - set(code))
    if unknown:
        raise fail(f"citizens.{attribute.name}", f"{unknown[0]!r} is not among its words: {', '.join(attribute.words)}. Add it to attributes")
    return np.array([code[name] for name in names], dtype=np.int64)[places]


def costs_of(system: System) -> dict[str, Any]:
    """Prices and dated payers in the form in which costs are counted."""
    found = {}
    for name, cost in system.costs.items():
        if name not in system.units:
            continue  # a lever adds it, and the lever is not switched on
        found[name] = {"price": _number(cost.price), "per": cost.per, "payer": _dated(cost.payer), "operator": _dated(cost.operator or cost.payer)}
        if cost.waiting is not None:
            found[name]["waiting"] = _number(cost.waiting)
    return found


def _number(value: Any) -> float:
    return float(getattr(value, "value", value))


def _dated(value: Any) -> Any:
    """A payer, or a list of (first day, payer)."""
    from ..language.facts import dated

    if isinstance(value, str):
        return value
    periods, _ = dated(value.cases)
    return [(None if day is None else day.isoformat(), value.cases[key]) for day, key in periods]


