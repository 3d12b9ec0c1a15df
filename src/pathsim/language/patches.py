"""Patches: dictionaries merge, values replace, `null` removes; levers may also modify.

A scenario is a small file of the same shape, merged over the base. A lever's `changes` are patches
too; what they do to a step or task holds only when an enrolled person's action is carried out, so
each altered step has one form for every combination of levers.
"""

from __future__ import annotations

import copy
from itertools import combinations
from typing import Any

from ..faults import Fault
from .drawn import DISTRIBUTIONS
from .values import Modified
from .words import VERBS

PATCHABLE = ("units", "steps", "tasks", "effects", "groups", "attributes")
ALTERABLE = ("steps", "tasks")
MOST_LEVERS = 8
KIND = "~kind"
MODIFIERS = {"times", "plus"}


def merge(base: Any, patch: Any) -> Any:
    """`patch` over `base`, neither of them changed.

    >>> merge({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}, "b": None})
    {'a': {'x': 1, 'y': 5}}
    """
    if _is_modifier(patch) and base is not None and not _merges_as_fields(base):
        return _modify(base, patch)
    if isinstance(base, Modified):
        return Modified(base, base=merge(base["base"], patch))
    if not isinstance(patch, dict) or not isinstance(base, dict) or _replaces(base, patch):
        return _without_nulls(patch)
    merged = dict(base)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif key in merged:
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = _without_nulls(value)
    return merged


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return copy.copy(value)
    return type(value)({key: _without_nulls(part) for key, part in value.items() if part is not None})


def _replaces(base: dict, patch: dict) -> bool:
    """A distribution, a lookup, or a step whose verb changes is replaced whole; so is a number with its evidence."""
    for kind in (set(DISTRIBUTIONS), set(VERBS)):
        new, old = kind & set(patch), kind & set(base)
        if new and old and new != old and all(patch[word] is not None for word in new):
            return not any(patch.get(word, 0) is None for word in old)
    if set(DISTRIBUTIONS) & set(patch) and {"by", "value"} & set(base):
        return True
    if "by" in patch and patch["by"] != base.get("by"):
        return True
    return "value" in patch


def _is_modifier(patch: Any) -> bool:
    if not isinstance(patch, dict) or not patch or set(patch) - MODIFIERS:
        return False
    return not isinstance(patch.get("times"), dict) or bool({"value", "by"} & set(patch["times"]))


def _merges_as_fields(base: Any) -> bool:
    """A risk or an entry has a field `times` of its own; a number, time or distribution has not."""
    if not isinstance(base, dict) or isinstance(base, Modified):
        return False
    return not ({"value", "by"} | set(DISTRIBUTIONS)) & set(base)


def _modify(base: Any, patch: dict) -> Modified:
    old = base if isinstance(base, Modified) else Modified(base=base, times=[], plus=[])
    return Modified(
        base=old["base"],
        times=old["times"] + ([patch["times"]] if patch.get("times") is not None else []),
        plus=old["plus"] + ([patch["plus"]] if patch.get("plus") is not None else []),
    )


def _kind(patch: dict) -> str:
    """What decides whether a patch merges or replaces whole: its verb, distribution or fact asked about."""
    words = sorted((set(DISTRIBUTIONS) | set(VERBS)) & set(patch))
    return ", ".join([*words, *([f"by {patch['by']}"] if "by" in patch else []), *(["value"] if "value" in patch else [])])


def leaves(patch: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """What a patch sets, by path; modifiers set nothing, they combine."""
    if _is_modifier(patch) and path:
        return {}
    if isinstance(patch, dict) and patch:
        found: dict[tuple[str, ...], Any] = {(*path, KIND): kind for kind in [_kind(patch)] if kind}
        for key, value in patch.items():
            found.update(leaves(value, (*path, str(key))))
        return found
    return {path: patch}


def apply_levers(raw: dict, levers: list[str]) -> tuple[dict, dict, list[Fault]]:
    """The system with the levers that are switched on.

    Returns the patched system, the forms of its altered steps and tasks
    ({(heading, name): {levers carried out: form}}), and faults.
    """
    patched = {heading: dict(raw.get(heading) or {}) for heading in PATCHABLE}
    levers, faults = _in_order(raw, levers)
    faults += _collisions(raw, levers)
    altered: dict[tuple[str, str], dict[str, Any]] = {}
    added: dict[tuple[str, str], str] = {}
    for lever in levers:
        for heading, name, patch in _patches(raw, lever):
            if name not in patched[heading]:
                patched[heading][name] = _without_nulls(patch)
                added[heading, name] = lever
            elif heading == "units":
                patched[heading][name] = merge(patched[heading][name], patch)
            elif heading in ALTERABLE and not isinstance(patch, dict):
                faults.append(Fault(
                    f"levers.{lever}.changes.{heading}.{name}",
                    f"a lever can't remove a {heading[:-1]} or replace it by a word. Write the fields that it changes",
                ))
            elif heading in ALTERABLE:
                altered.setdefault((heading, name), {})[lever] = patch
            elif added.get((heading, name)) is None:
                faults.append(Fault(
                    f"levers.{lever}.changes.{heading}.{name}",
                    f"a lever can add to {heading}, not change what is there. Give it a name of its own",
                ))
    for (heading, name), by_lever in altered.items():
        if len(by_lever) > MOST_LEVERS:
            faults.append(Fault(f"{heading}.{name}", f"{len(by_lever)} levers alter it. Allowed: {MOST_LEVERS}, as each of their combinations is a form"))
    forms = {
        key: _forms(patched[key[0]][key[1]], by_lever) for key, by_lever in altered.items()
        if len(by_lever) <= MOST_LEVERS and isinstance(patched[key[0]][key[1]], dict)
    }
    return {**raw, **patched}, forms, faults


def _over(raw: dict, lever: str) -> list:
    over = ((raw.get("levers") or {}).get(lever) or {}).get("over", [])
    return over if isinstance(over, list) else [over]


def _in_order(raw: dict, levers: list[str]) -> tuple[list[str], list[Fault]]:
    """The levers as listed, but each after those that it is `over`."""
    order: list[str] = []
    left = list(levers)
    while left:
        ready = next((lever for lever in left if not any(other in left and other != lever for other in _over(raw, lever))), None)
        if ready is None:
            return levers, [Fault(f"levers.{left[0]}.over", f"a circle of {', '.join(left)}, each over another. Let one of them give way")]
        order.append(ready)
        left.remove(ready)
    return order, []


def _patches(raw: dict, lever: str):
    changes = (raw.get("levers") or {}).get(lever) or {}
    changes = changes.get("changes") if isinstance(changes, dict) else None
    for heading in PATCHABLE:
        entries = changes.get(heading) if isinstance(changes, dict) else None
        for name, patch in (entries.items() if isinstance(entries, dict) else ()):
            yield heading, name, patch


def _forms(base: Any, by_lever: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """Every combination of levers carried out: first all `times`, then all `plus` (kept in lever order)."""
    forms = {}
    for size in range(1, len(by_lever) + 1):
        for combination in combinations(by_lever, size):
            form = base
            for lever in combination:
                form = merge(form, by_lever[lever])
            forms[combination] = form
    return forms


def _collisions(raw: dict, levers: list[str]) -> list[Fault]:
    """Two levers that set the same key are a fault unless one says `over` the other."""
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    faults = []
    for lever in levers:
        over = _over(raw, lever)
        for heading, name, patch in _patches(raw, lever):
            mine = leaves(patch, (heading, name))
            for path, value in mine.items():
                for other in _others_setting(path, value, lever, first):
                    if other not in over:
                        where = ".".join(path[:-1] if path[-1] == KIND else path)
                        faults.append(Fault(
                            f"levers.{lever}.changes.{where}", f"the lever '{other}' sets the same key. Remove one, or write  over: {other}"
                        ))
            for path, value in mine.items():
                first.setdefault(path, {})[lever] = value
    return list(dict.fromkeys(faults))


def _others_setting(path: tuple[str, ...], value: Any, lever: str, first: dict) -> list[str]:
    """The levers that set this key to something else, or what it stands in, or what stands in it."""
    same = [other for other, given in first.get(path, {}).items() if given != value]
    within = path[:-1] if path[-1] == KIND else path
    outer = [other for i in range(3, len(within)) for other in first.get(within[:i], {})]
    inner = [] if path[-1] == KIND else [other for longer in first if len(longer) > len(path) and longer[: len(path)] == path for other in first[longer]]
    return sorted({other for other in (*same, *outer, *inner) if other != lever})
