"""What happened in a run, counted: so that a search through many systems can say what it has seen.

Counted are the rows of a record by what they are (steps, ends, ties, states) and, apart from them,
which words of the language the systems had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from pathsim.engine import Record
from pathsim.language.drawn import DISTRIBUTIONS
from pathsim.language.patches import ALTERABLE, PATCHABLE
from pathsim.language.steps import VERBS, Already
from pathsim.language.words import Arrival, Lever, Population, Risk, Surge, Task, Unit

HOUR, LONG = 3_600_000, 1 << 44
LOOKUPS = ("attribute", "group", "effect", "task", "lever", "informed", "hour", "weekday", "month", "date", "crowded", "full")
REMARKS = ("note", "source", "role", "from", "about")  # these change nothing in a run; citizens from a file are as others


def counted(record: Record, raw: dict[str, Any]) -> Counter:
    """How often each thing happened in a run of a system."""
    found = Counter()
    contacts, units = record.contacts, _units(raw)
    found += _kinds(contacts, raw) + _units_used(contacts, units) + _ties(contacts) + _people(record) + _events(record, raw)
    return +found


def _units(raw: dict[str, Any]) -> dict[str, dict]:
    added = [lever.get("changes", {}).get("units", {}) for lever in raw.get("levers", {}).values()]
    return {name: unit for units in (*added, raw.get("units", {})) for name, unit in units.items()}


def _kinds(contacts: pd.DataFrame, raw: dict[str, Any]) -> Counter:
    """Contacts by the step they are, by how they ended, and by what is marked on them."""
    found = Counter({f"contact {kind}": n for kind, n in contacts["kind"].value_counts().items()})
    found.update({f"ended {how}": n for how, n in contacts["how"].value_counts().items()})
    found.update({f"{kind} {how}": n for (kind, how), n in contacts.groupby(["kind", "how"], observed=True).size().items()})
    verbs = {name: next(verb for verb in VERBS if verb in step) for name, step in raw["steps"].items()}
    found.update(f"came from {verbs.get(name, 'an added step')}" for name in contacts["from_step"].dropna())
    for name in ("acute", "in_surge", "joint", "from_start"):
        found[f"marked {name}"] = int(contacts[name].sum())
    found["joint that waited"] = int((contacts["joint"] & (contacts["begun"] > contacts["asked"])).sum())
    found["in a task"] = int(contacts["task"].notna().sum())
    found["in a task of a lever"] = int(contacts["task"].astype(str).str.startswith("l").sum())
    found["of an enrolled person"] = int((contacts["enrolled"] > 0).sum())
    found["due"] = int((contacts["due"] >= 0).sum())
    found["with patient travel"] = int((contacts["patient_travel"] > 0).sum())
    found["waited"] = int((contacts["begun"] > contacts["asked"]).sum())
    found["place held after the end"] = int((contacts["given_back"] > contacts["ended"]).sum())
    found["waited in a held place"] = _waited_held(contacts)
    found["message not whole"] = int((contacts["complete"] == 0.0).sum())
    return found


def _waited_held(contacts: pd.DataFrame) -> int:
    """Contacts asked for while the place of the one before was kept, and begun later."""
    waited = contacts[(contacts["begun"] > contacts["asked"]) & contacts["task"].isna()]
    held = contacts[(contacts["given_back"] > contacts["ended"]) & (contacts["ended"] >= 0)]
    return _met(waited["person"], waited["asked"], held["person"], held["ended"])


def _met(which: pd.Series, time: pd.Series, of_others: pd.Series, time_of_others: pd.Series) -> int:
    """How many share both a number and a time with one of the others."""
    def key(numbers, times):
        return numbers.to_numpy(np.int64) * LONG + times.to_numpy(np.int64)

    return int(np.isin(key(which, time), key(of_others, time_of_others)).sum())


def _units_used(contacts: pd.DataFrame, units: dict[str, dict]) -> Counter:
    """Contacts at units by the words that these have, and those that had to wait there."""
    found = Counter()
    waited = contacts["begun"] > contacts["asked"]
    for name, unit in units.items():
        here = contacts["unit"] == name
        many, late = int(here.sum()), int((here & waited).sum())
        for word in ("per", "shared_by", "own_first", "open", "queue", "surge", "diary", "routine", "staff_travel", "crowded", "order"):
            if word in unit:
                found[f"at a unit with {word}"] += many
                found[f"waited at a unit with {word}"] += late
        if "open" in unit:
            found["begun at an opening"] += int((here & waited & (contacts["begun"] % HOUR == 0)).sum())
        places = unit.get("beds", unit.get("slots"))
        found["at a unit that is unlimited"] += many if places == "unlimited" else 0
        found["at a unit by a table"] += many if isinstance(places, dict) and "by" in places else 0
    return found


def _ties(contacts: pd.DataFrame) -> Counter:
    """Things at the same millisecond."""
    found = Counter()
    at = contacts[contacts["kind"] == "at"]
    found["tied: asked at one instant"] = _tied(contacts, ["asked"])
    found["tied: asked at one unit"] = _tied(at, ["unit", "asked"])
    found["tied: begun at one unit"] = _tied(at[at["begun"] >= 0], ["unit", "begun"])
    found["tied: begun at one unit having waited"] = _tied(at[at["begun"] > at["asked"]], ["unit", "begun"])
    found["tied: ended at one unit"] = _tied(at[at["ended"] >= 0], ["unit", "ended"])
    late, given_up, unit = at["begun"] > at["asked"], at["how"] == "gave_up", at["unit"].cat.codes
    found["tied: one ends, another begins"] = _met(unit[late], at.loc[late, "begun"], unit, at["given_back"])
    found["tied: gave up as another began"] = _met(unit[given_up], at.loc[given_up, "ended"], unit[late], at.loc[late, "begun"])
    found["no time at all"] = int(((contacts["ended"] == contacts["begun"]) & (contacts["begun"] >= 0) & (contacts["how"] == "completed")).sum())
    found["tied: one person, several walks"] = _tied(contacts, ["person", "asked"])
    found["tied: ended by a strike"] = int((contacts["how"] == "displaced").sum())
    return found


def _tied(contacts: pd.DataFrame, keys: list[str]) -> int:
    return int(contacts.duplicated(keys, keep="first").sum())


def _people(record: Record) -> Counter:
    citizens = record.citizens
    found = Counter({"citizens": int((citizens["slot"] >= 0).sum()), "arrivals": int((citizens["slot"] < 0).sum())})
    found["there already"] = int(citizens["stream"].astype(str).str.startswith("already").sum())
    found["replaced"] = int((citizens["generation"] > 0).sum())
    found.update(f"left: {reason}" for reason in citizens["reason"].dropna())
    return found


def _events(record: Record, raw: dict[str, Any]) -> Counter:
    """Events by what they are; strikes by the words of the risk; enrolments by those of the lever."""
    events = record.events
    found = Counter({f"event {what}": n for what, n in events["what"].value_counts().items()})
    for what, heading in (("strike", "risks"), ("enrolled", "levers")):
        for name, n in events.loc[events["what"] == what, "name"].value_counts().items():
            for word in raw[heading].get(name, {}):
                found[f"{what} with {word}"] += int(n)
    if raw.get("population", {}).get("birthdays"):
        found["birthdays"] = int(((events["what"] == "fact") & (events["name"] == "age")).sum())
    return found


def words(raw: dict[str, Any]) -> set[str]:
    """The words that a system has: `steps.at.patience`, `lookup by hour in units`, `drawn gamma`, `action on a task`."""
    return set(_words(raw))


def all_words() -> set[str]:
    """Every word of the language that has a meaning in a run, as `words` calls it."""
    forms = {"units": Unit, "arrivals": Arrival, "risks": Risk, "tasks": Task, "levers": Lever, "population": Population}
    forms |= {f"steps.{verb}": form for verb, form in VERBS.items()}
    found = {f"{heading}.{info.alias or word}" for heading, form in forms.items() for word, info in form.model_fields.items()}
    found |= {f"{name}.{info.alias or word}" for name, form in (("surge", Surge), ("already", Already)) for word, info in form.model_fields.items()}
    found |= {f"drawn {word}" for word in (*DISTRIBUTIONS, "times", "plus")} | {f"lookup by {kind}" for kind in LOOKUPS}
    found |= {f"changes.{heading}" for heading in ("units", *ALTERABLE)} | {f"{heading} of a lever" for heading in PATCHABLE}
    return {word for word in found if word.rsplit(".", 1)[-1] not in REMARKS}


def _words(raw: dict[str, Any]) -> Iterator[str]:
    for heading, entries in raw.items():
        for entry in entries.values() if heading in ("units", "arrivals", "risks", "tasks", "levers") else ():
            yield from (f"{heading}.{word}" for word in entry)
        yield from _inside(entries, heading)
    for step in raw["steps"].values():
        yield from (f"steps.{next(verb for verb in VERBS if verb in step)}.{word}" for word in step)
    for lever in raw.get("levers", {}).values():
        for heading, changed in lever["changes"].items():
            yield from (f"changes.{heading}" if name in raw[heading] else f"{heading} of a lever" for name in changed)
    yield from (f"population.{word}" for word in raw.get("population", ()))


def _inside(node: Any, heading: str) -> Iterator[str]:
    if isinstance(node, dict):
        if "by" in node:
            name = str(node["by"])
            kind = {"e": "effect", "k": "task", "l": "lever", "g": "group"}.get(name[0], name) if name[1:2].isdigit() else name
            kind = kind if kind in LOOKUPS else "attribute"
            yield f"lookup by {kind}"
            yield f"lookup by {kind} in {heading}"
        for word in DISTRIBUTIONS:
            if word in node:
                yield from (f"drawn {part}" for part in (word, "times", "plus") if part in node)
        for name in ("surge", "already"):
            yield from (f"{name}.{word}" for word in (node.get(name) or ()))
        for word in ("odds", "not"):
            if word in node:
                yield word
        for value in node.values():
            yield from _inside(value, heading)
    elif isinstance(node, list):
        for value in node:
            yield from _inside(value, heading)
