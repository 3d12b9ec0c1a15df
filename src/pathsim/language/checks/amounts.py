"""Values: lookups cover their fact, shares sum to 1, tests and actions name what exists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from ...faults import Fault, nearest
from ..domain import options, word, words_of
from ..drawn import DISTRIBUTIONS, Distribution, check_parameters
from ..facts import Fact, cover, dated
from ..shares import DoneBy, Shares, SharesBy
from ..system import System
from ..values import Evidence, Lookup, ModifiedValue
from ..words import AttributeBy, Risk
from . import names
from .kept import kept

TOLERANCE = 1e-9
_ACTION_FIELDS = ("begun", "done", "do", "missed", "enrolled")


def check(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    for where, node in _nodes(system):
        yield from _node(where, node, facts, system)
    yield from _tests(system, facts)
    for path, allowed, done in actions(system):
        for name, value in done.items():
            yield from _action(f"{path}.{name}", name, value, allowed, system, facts)


def _entries(system: System) -> Iterator[tuple[str, Any]]:
    for heading in ("attributes", "units", "arrivals", "risks", "costs"):
        for name, entry in system.entries[heading].items():
            yield f"{heading}.{name}", entry
    for name, effect in system.effects.items():
        yield f"effects.{name}", effect
    for name, lever in system.levers.items():
        if name in system.levers_on:
            yield f"levers.{name}", lever
    yield from names.all_steps(system)
    yield from names.all_tasks(system)


@kept
def _nodes(system: System) -> list[tuple[str, Any]]:
    """Every value of a system with its path."""
    return [found for path, entry in _entries(system) for found in walk(entry, path)]


def walk(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value inside an entry, with its path."""
    yield path, node
    if isinstance(node, BaseModel):
        for name, alias in _fields(type(node)):
            yield from walk(getattr(node, name), f"{path}.{alias}")
        for name, value in (node.__pydantic_extra__ or {}).items():
            yield from walk(value, f"{path}.{name}")
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from walk(value, f"{path}.{name}")
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from walk(value, path)


@cache
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The fields of an entry and how they are written."""
    return tuple((name, info.alias or name) for name, info in kind.model_fields.items())


def _node(path: str, node: Any, facts: dict[str, Fact], system: System) -> Iterator[Fault]:
    if isinstance(node, (Lookup, SharesBy, DoneBy, AttributeBy)):
        yield from _cases(path, node.by, list(node.cases), facts)
    if isinstance(node, (Shares, SharesBy, AttributeBy)):
        for option, factors in node.odds.items():
            known = words_of(node) if isinstance(node, AttributeBy) else options(node)
            if option not in known:
                yield Fault(f"{path}.odds.{option}", f"'{option}' is no option here. {nearest(option, known)}")
            if isinstance(factors, dict):
                yield from _factors(f"{path}.odds.{option}", factors, facts)
    if isinstance(node, Shares):
        yield from _sum(path, node)
    if isinstance(node, ModifiedValue):
        yield from _modified(path, node)
    if isinstance(node, (Distribution, Risk)):
        yield from _factors(f"{path}.times", node.times, facts)
    if isinstance(node, Distribution):
        yield from _parameters(path, node)


def _cases(path: str, by: str, keys: list[str], facts: dict[str, Fact]) -> Iterator[Fault]:
    if not keys:
        yield Fault(path, f"no cases by '{by}'. Add at least  rest: VALUE")
    elif by not in facts:
        yield Fault(f"{path}.by", f"nothing known by the name '{by}'. {nearest(by, facts)}")
    elif by == "date":
        yield from (Fault(path, wrong) for wrong in dated(keys)[1])
    elif by in ("crowded", "full"):
        for key in keys:
            if key != "rest" and key not in facts[by].words:
                yield Fault(path, f"no unit '{key}'. {nearest(key, facts[by].words)}")
        if "rest" not in keys:
            yield Fault(path, f"nothing for when none of them is {by}. Add 'rest'")
    else:
        yield from (Fault(path, wrong) for wrong in cover(facts[by], keys)[1])


def _factors(path: str, factors: dict[str, Any], facts: dict[str, Fact]) -> Iterator[Fault]:
    for name, factor in factors.items():
        if name not in facts or name == "date":
            yield Fault(f"{path}.{name}", f"nothing to multiply by, '{name}' is not known. {nearest(name, set(facts) - {'date'})}")
        elif isinstance(factor, dict):
            if name in ("crowded", "full"):
                for unit in factor:
                    if unit not in facts[name].words:
                        yield Fault(f"{path}.{name}", f"no unit '{unit}'. {nearest(unit, facts[name].words)}")
            else:
                yield from (Fault(f"{path}.{name}", wrong) for wrong in cover(facts[name], [*factor, "rest"])[1])
        elif not facts[name].yes_no:
            yield Fault(f"{path}.{name}", f"'{name}' is not yes or no. Name the values: {{{name}: {{value: number}}}}")


def _number(value: Any) -> Any:
    return value.value if isinstance(value, Evidence) else value


def _modified(path: str, node: ModifiedValue) -> Iterator[Fault]:
    if isinstance(_number(node.base), str):
        yield Fault(path, "a word can't be modified. Write the new word")
    if any(isinstance(_number(added), Distribution) for added in node.plus):
        yield Fault(path, "what is added has no chance in it. Write a time: {plus: 5 min}")


def _sum(path: str, shares: Shares) -> Iterator[Fault]:
    values = [_number(value) for value in shares.options.values()]
    if not values:
        yield Fault(path, "no options. Write names with their shares")
        return
    if any(isinstance(value, ModifiedValue) for value in values):
        yield Fault(path, "a share can't be modified. Write the new share, or odds")
        return
    rests = values.count("rest")
    if rests > 1:
        yield Fault(path, f"{rests} options are 'rest'. Only one can be")
        return
    if not all(isinstance(value, (int, float, str)) for value in values):
        return  # a lookup among the shares: each case is checked when the system is laid out
    total = sum(value for value in values if value != "rest")
    if rests and total > 1 + TOLERANCE:
        yield Fault(path, f"the shares beside 'rest' sum to {total:g}, which leaves nothing. Make them sum to at most 1")
    if not rests and abs(total - 1) > TOLERANCE:
        yield Fault(path, f"the shares sum to {total:g}. Make one of them 'rest'")


def _parameters(path: str, node: Distribution) -> Iterator[Fault]:
    """Parameters that no distribution can have; those in lookups are checked case by case when laid out."""
    for kind in DISTRIBUTIONS:
        given = getattr(node, kind)
        fields = given if isinstance(given, BaseModel) and not isinstance(given, (Lookup, Evidence, ModifiedValue)) else None
        values = {key: getattr(fields, key) for key in type(fields).model_fields} if fields is not None else {kind: given}
        if any(isinstance(inner, ModifiedValue) for value in values.values() for _, inner in walk(value, "")):
            yield Fault(f"{path}.{kind}", "a lever can't modify one number of a distribution. Modify the whole time: {times: 0.8}")
        numbers = {key: _number(value) for key, value in values.items()}
        if fields is not None and all(value is None or isinstance(value, (int, float)) for value in numbers.values()):
            try:
                check_parameters(kind, numbers)
            except ValueError as problem:
                yield Fault(f"{path}.{kind}", str(problem))


@kept
def actions(system: System) -> list[tuple[str, str, dict[str, Any]]]:
    """Every set of actions with its path and what may be done there: anything, or facts only."""
    found = []
    for where, node in _nodes(system):
        if not isinstance(node, BaseModel):
            continue
        written = vars(node)
        found += [(f"{where}.{name}", "anything", done) for name in _ACTION_FIELDS if isinstance(done := written.get(name), dict)]
        if isinstance(done := written.get("with_"), dict):
            found.append((f"{where}.with", "facts", done))
    return found


def _action(path: str, name: str, value: Any, allowed: str, system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    things = {heading: system.names.get(heading, ()) for heading in ("attributes", "effects", "tasks", "steps")}
    if allowed == "facts":
        things = {"attributes": things["attributes"]}
    known = [thing for names_ in things.values() for thing in names_]
    if name not in known:
        yield Fault(path, f"nothing to do by the name '{name}'. {nearest(name, known)}")
        return
    if name not in system.names.get("attributes", ()):
        fact = Fact(name, "task", ("no", "yes"))
    elif name in facts:
        fact = facts[name]
    else:
        return
    for given in _done_words(value):
        if isinstance(given, float):
            if not fact.yes_no:
                yield Fault(path, f"{given:g} is a chance, but '{name}' is not yes or no. Write a share table of its words")
        else:
            try:
                fact.codes(given)
            except ValueError as problem:
                yield Fault(path, str(problem))


def _done_words(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield word(value)
    elif isinstance(value, (int, float)):
        yield float(value)
    elif isinstance(value, Evidence):
        yield float(value.value)
    elif isinstance(value, Shares):
        yield from options(value)
    elif isinstance(value, DoneBy):
        for case in value.cases.values():
            yield from _done_words(case)
    else:
        yield value


def _tests(system: System, facts: dict[str, Fact]) -> Iterator[Fault]:
    levers = system.names.get("levers", ())
    for name, test in system.groups.items():
        yield from _test(f"groups.{name}", test, facts)
    for heading in ("risks", "levers"):
        for name, entry in system.entries[heading].items():
            if heading == "levers" and name not in system.levers_on:
                continue
            if entry.who is not None and not (heading == "levers" and (entry.who in levers if isinstance(entry.who, str) else False)):
                yield from _test(f"{heading}.{name}.who", entry.who, facts)
    for path, task in names.all_tasks(system):
        for key, test in (("who", task.who), ("while", task.while_)):
            if test is not None:
                yield from _test(f"{path}.{key}", test, facts)


def _test(path: str, test: Any, facts: dict[str, Fact]) -> Iterator[Fault]:
    if isinstance(test, str):
        if test not in facts:
            yield Fault(path, f"nothing known by the name '{test}'. {nearest(test, facts)}")
        elif not facts[test].yes_no:
            yield Fault(path, f"'{test}' is not yes or no. Write {{{test}: value}}")
    elif isinstance(test, list):
        for part in test:
            yield from _test(path, part, facts)
    elif isinstance(test, dict) and set(test) == {"not"}:
        yield from _test(path, test["not"], facts)
    elif isinstance(test, dict):
        for name, words in test.items():
            if name not in facts or name == "date":
                yield Fault(path, f"nothing known by the name '{name}'. {nearest(name, set(facts) - {'date'})}")
                continue
            for value in words if isinstance(words, list) else [words]:
                try:
                    facts[name].codes(word(value))
                except ValueError as problem:
                    yield Fault(path, str(problem))
