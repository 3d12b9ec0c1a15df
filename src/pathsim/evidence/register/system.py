"""Claim: an estimate is written only where it means the same as the number that it replaces.

What a care system has for estimates to go to. A step's time that depends on what no extract tells (how crowded
the ward was), or a risk with a hidden multiplier, keeps its number; the estimate then stands in the table alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pathsim.language import System
from pathsim.language.domain import facts_of, targets, where_names, word
from pathsim.language.facts import Fact
from pathsim.language.values import Evidence
from pathsim.language.words import At, Choose, Do, Handover, Leave, Wait

from .extract import HOSPITAL, Extract
from .rates import Level

CONTACT = (At, Wait, Handover)


def number(value: Any) -> float | None:
    """A plain number, also with its evidence; None for a lookup."""
    value = value.value if isinstance(value, Evidence) else value
    return float(value) if isinstance(value, (int, float)) else None


def codes(fact: Fact, column: pd.Series) -> np.ndarray:
    """A citizens' column as codes of the fact; -1 for what is none of its words."""
    if not fact.words:
        return column.fillna(-1).to_numpy(np.int64)
    code = {name: i for i, name in enumerate(fact.words)}
    return np.array([code.get(word(value), -1) for value in column.tolist()], dtype=np.int64)


def levels_of(system: System, extract: Extract, times: dict[str, Any]) -> tuple[list[Level], list[str]]:
    """The multipliers as levels of attributes, and the names of what the extract does not tell.

    One level of each attribute stays as the system has it, since only ratios can be seen: that of those who are
    not named, else the first that is 1, else the first.
    """
    facts, levels, unknown = facts_of(system), [], []
    for name, entry in times.items():
        column, fact = extract.attribute(name), facts.get(name)
        table = entry if isinstance(entry, dict) else {"yes": entry}
        numbers = {key: number(value) for key, value in table.items()}
        if column is None or fact is None or fact.kind != "attribute" or None in numbers.values() or 0.0 in numbers.values():
            unknown.append(name)
            continue
        code = codes(fact, column)
        found = [Level(name, key, np.isin(code, list(fact.codes(key))), float(numbers[key] or 1.0)) for key in table]
        if not (extract.counted & ~np.any([level.who for level in found], axis=0)).any():
            kept = next((i for i, level in enumerate(found) if level.held == 1.0), 0)
            found[kept] = found[kept]._replace(free=False)
        levels += found
    return levels, unknown


def factor(system: System, extract: Extract, times: dict[str, Any]) -> tuple[np.ndarray, list[str]]:
    """The product of the system's multipliers for each person [people], and the names of what the extract does not tell."""
    levels, unknown = levels_of(system, extract, times)
    total = np.ones(extract.people)
    for level in levels:
        total[level.who] *= level.held
    return total, unknown


def holds(system: System, extract: Extract, test: Any) -> np.ndarray | None:
    """For whom a test holds [people]; None where the extract does not tell."""
    if test is None:
        return np.ones(extract.people, dtype=bool)
    if isinstance(test, list):
        return _all([holds(system, extract, part) for part in test], np.logical_or)
    if isinstance(test, dict) and set(test) == {"not"}:
        inner = holds(system, extract, test["not"])
        return None if inner is None else ~inner
    if isinstance(test, dict):
        return _all([_is(system, extract, name, words) for name, words in test.items()], np.logical_and)
    if test in system.groups:
        return holds(system, extract, system.groups[test])
    return _is(system, extract, test, True)


def _all(parts: list[np.ndarray | None], join: Any) -> np.ndarray | None:
    known = [part for part in parts if part is not None]
    return join.reduce(known) if len(known) == len(parts) else None


def _is(system: System, extract: Extract, name: str, words: Any) -> np.ndarray | None:
    if name in system.groups:
        inner = holds(system, extract, system.groups[name])
        return None if inner is None else inner == (word(words) == "yes")
    fact, column = facts_of(system).get(name), extract.attribute(name)
    if fact is None or fact.kind != "attribute" or column is None:
        return None
    allowed = set().union(*(fact.codes(word(w)) for w in (words if isinstance(words, list) else [words])))
    return np.isin(codes(fact, column), list(allowed))


def is_hospital(system: System, step: Any) -> bool:
    unit = system.units.get(step.at) if isinstance(step, At) else None
    return unit is not None and unit.beds is not None and unit.sector in HOSPITAL


def first_contacts(system: System, name: str) -> tuple[set[str], set[str]]:
    """From a step: the steps with a contact that may come first, and where it may end without any."""
    contacts, ends, seen, todo = set(), set(), set(), [name]
    while todo:
        name = todo.pop()
        step = system.steps.get(name)
        if name in seen:
            continue
        seen.add(name)
        if isinstance(step, CONTACT):
            contacts.add(name)
        elif isinstance(step, (Choose, Do)):
            todo += list(targets(step).values())
        else:
            ends.add(name)
    return contacts, ends


def reached(system: System, starts: Iterable[str]) -> set[str]:
    """All steps to which these lead, themselves included."""
    found: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name in system.steps and name not in found:
            found.add(name)
            todo += list(targets(system.steps[name]).values())
    return found


def citizens_steps(system: System) -> set[str]:
    """Steps to which a citizen can come; all of them where everybody comes from outside."""
    if system.population is None:
        return set(system.steps)
    starts = [risk.then for risk in system.risks.values() if risk.then] + [task.then for task in system.tasks.values()]
    return reached(system, [*starts, system.population.starts])


def discharge_effects(system: System) -> set[str]:
    """Effects that surely begin whenever a citizen leaves a hospital bed for home."""
    mine = citizens_steps(system)
    wards = [name for name in mine if is_hospital(system, system.steps[name])]
    found = [_begun(system, name, set()) for name in wards]
    return set.intersection(*found) if found else set()


def _begun(system: System, name: str, seen: set[str]) -> set[str]:
    """Effects that surely begin at the end of this step or, at the same instant, of those after it."""
    step = system.steps.get(name)
    done = step.do if isinstance(step, Do) else getattr(step, "done", {})
    here = {effect for effect, how in done.items() if effect in system.effects and how in (True, 1.0)}
    following = targets(step).get("then") if step is not None else None
    after = system.steps.get(following) if following else None
    if following and following not in seen and (isinstance(after, Do) or is_hospital(system, after)):
        more = _begun(system, following, seen | {following})
        return more if is_hospital(system, after) else here | more
    return here


def leads_to_ward(system: System, name: str | None) -> bool:
    """Whether a risk's walk surely begins in a hospital bed."""
    contacts, ends = first_contacts(system, name) if name else (set(), {"home"})
    return bool(contacts) and not ends and all(is_hospital(system, system.steps[c]) for c in contacts)


def leads_to_death(system: System, name: str | None) -> bool:
    """Whether a risk is the only way to die, and surely one."""
    contacts, ends = first_contacts(system, name) if name else (set(), {"home"})
    deaths = {step for step, entry in system.steps.items() if isinstance(entry, Leave) and entry.leave == "dead"}
    ways = [step for entry in system.steps.values() for step in targets(entry).values() if step in deaths]
    ways += [risk.then for risk in system.risks.values() if risk.then in deaths]
    return not contacts and len(ends) == 1 and ends <= deaths and name in deaths and len(ways) == 1


def where_of(risk: Any) -> tuple[str, ...]:
    """Whereabouts in which a risk's clock runs; every sector for `anywhere`."""
    return tuple(where_names(risk.where))
