"""The record of a run as data frames: contacts, citizens, events, and what describes them."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from ..plan.expressions import test_asks
from ..plan.model import Plan, Unit
from .evaluate import holds

WORDS = ("step", "unit", "kind", "task", "cause", "from_step", "pool", "how")
TIMES = ("asked", "begun", "ended", "given_back", "due", "patient_travel", "enrolled", "person")
YES_NO = ("acute", "in_surge", "joint", "from_start")


def contacts_frame(log) -> pd.DataFrame:
    """One row for each contact, in the order in which they were asked for."""
    def column(name: str, kind) -> np.ndarray:
        return np.fromiter(map(attrgetter(name), log.contacts), dtype=kind, count=len(log.contacts))

    columns: dict[str, Any] = {"person": column("person", np.int64)}
    columns |= {name: _words(list(map(attrgetter(name), log.contacts))) for name in WORDS}
    columns |= {name: column(name, np.int64) for name in TIMES if name != "person"}
    columns |= {name: column(name, bool) for name in YES_NO}
    columns["complete"] = column("complete", float)  # None is no number
    return pd.DataFrame(columns)


def _words(values: list) -> pd.Categorical:
    """Words in alphabetical order, so that codes do not depend on what came first."""
    words = sorted({value for value in values if value is not None})
    code = {word: i for i, word in enumerate(words)} | {None: -1}
    codes = np.fromiter(map(code.__getitem__, values), dtype=np.int16 if len(words) < 32_000 else np.int32, count=len(values))
    return pd.Categorical.from_codes(codes, categories=words)


def citizens_frame(plan: Plan, people, tests: dict[str, Any]) -> pd.DataFrame:
    """One row for everyone who was ever in the model, with their attributes on entry and their groups."""
    columns: dict[str, Any] = {"person": np.arange(len(people), dtype=np.int64)}
    for name in ("slot", "generation", "entered", "left"):
        columns[name] = np.array([getattr(person, name) for person in people], dtype=np.int64)
    columns["stream"] = _words([person.arrival for person in people])
    columns["reason"] = _words([person.reason for person in people])
    codes = np.array([person.first for person in people], dtype=np.int64).reshape(len(people), len(plan.attributes))
    for attribute in plan.attributes:
        column = codes[:, attribute.index]
        columns[attribute.name] = decode(column, attribute.words)
    for name, test in tests.items():
        columns[f"group.{name}"] = holds(test, codes, plan)
    return pd.DataFrame(columns)


def decode(codes: np.ndarray, words: tuple[str, ...]):
    """Codes as what they mean: words, yes or no, or the number itself."""
    if not words:
        return codes
    if words == ("no", "yes"):
        return codes == 1
    return pd.Categorical.from_codes(codes.astype(np.int16), categories=list(words))


def events_frame(log) -> pd.DataFrame:
    """Risks striking, facts set, effects begun, enrolments; in the order in which they happened."""
    person, time, what, name, value = zip(*log.events, strict=True) if log.events else ((), (), (), (), ())
    return pd.DataFrame({
        "person": np.array(person, dtype=np.int64), "time": np.array(time, dtype=np.int64),
        "what": _words(list(what)), "name": _words(list(name)), "value": _words(list(value)),
    })


def meta_of(plan: Plan, places: list[float], routine: dict[int, list[float]]) -> dict[str, Any]:
    """What describes a run: horizon, units as they were, levers in the order of their bits.

    places: by pool, all units in their order; routine: slots of routine work by unit and pool.
    """
    left = iter(places)
    units = {unit.name: _unit(unit, [next(left) for _ in unit.pools]) for unit in plan.units}
    return {
        "horizon": plan.horizon, "day_0": plan.day_0, "units": units, "levers": [lever.name for lever in plan.levers],
        "model": plan.model, "routine_hours": {plan.units[u].name: sum(slots) * plan.units[u].open_hours for u, slots in routine.items()},
    }


def _unit(unit: Unit, places: list[float]) -> dict[str, Any]:
    named = {name or None: number for name, number in zip(unit.pools, places, strict=True)}
    return {
        "kind": "beds" if unit.beds else "slots", "sector": unit.sector_name,
        "places": named if unit.pool_by is not None else places[0],
        "surge": sum(unit.surge), "staff": unit.staff, "open_hours_per_week": unit.open_hours,
        "limited": unit.queue != float("inf"),
    }


def group_tests(plan: Plan) -> dict[str, Any]:
    """The groups that depend on attributes alone, so that they are known on entry."""
    def fixed(test) -> bool:
        return all(ask.kind == "attribute" or (ask.kind == "group" and fixed(plan.groups[ask.index])) for ask in test_asks(test))

    return {name: test for name, test in zip(plan.group_names, plan.groups, strict=True) if fixed(test)}
