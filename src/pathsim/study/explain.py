"""What a care model changes, in words, each number with where it comes from.

A lever alters two kinds of things: units, which are everyone's from the first day, and what is done
for those who are enrolled. They are told apart, since only the second waits for reach and fidelity.
Where a number comes from is found by the one rule of the language (`language/evidence.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..faults import fail, nearest
from ..language import care_models
from ..language.evidence import Number, numbers
from ..language.patches import MODIFIERS, PATCHABLE, apply_levers

FIELDS = ("who", "reach", "together", "at", "begins", "ramp", "fidelity", "fidelity_by", "alike", "enrolled")
NOTES = ("note", "source", "role", "about")
SINGULAR = {"units": "unit", "steps": "step", "tasks": "task", "effects": "effect", "groups": "group", "attributes": "attribute"}


@dataclass(frozen=True)
class Place:
    """A place in the system, and the numbers of the whole system by their path."""

    numbers: Mapping[tuple[str, ...], Number] = field(default_factory=dict)
    path: tuple[str, ...] = ()

    def below(self, *keys: str) -> Place:
        return Place(self.numbers, (*self.path, *keys))

    @property
    def number(self) -> Number | None:
        return self.numbers.get(self.path)


def explain(raw: dict[str, Any], model: str, changed: Iterable[str] = (), lang: str = "en") -> list[str]:
    """Lines that say what `model` changes against the first care model. Raises Faults."""
    models = care_models(raw)
    if model not in models:
        raise fail("care_model", f"no care model '{model}'. {nearest(model, models)}")
    first = next(iter(models))
    on = [lever for lever in models[model].levers if lever not in models[first].levers]
    off = [lever for lever in models[first].levers if lever not in models[model].levers]
    lines = [f"{_title(models[model], model, lang)} against {_title(models[first], first, lang)}"]
    if models[model].story:
        lines.append(str(models[model].story))
    lines += [f"Switched off: {', '.join(off)}"] if off else []
    if not on and not off:
        return [*lines, "It changes nothing."]
    before = apply_levers(_headings(raw), models[first].levers)[0]
    levers = Place({number.path: number for number in numbers(raw, changed)}, ("levers",))
    for lever in on:
        lines += ["", *_lever(lever, raw["levers"][lever], before, levers.below(lever), lang)]
    after = apply_levers(_headings(raw), models[model].levers)[0]
    return lines + _warnings(before["units"], after["units"])


def _headings(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value or {} for key, value in raw.items()}


def _title(model: Any, name: str, lang: str) -> str:
    title = (model.title_da if lang == "da" else None) or model.title
    return f"{title} ({name})" if title and title.lower() != name else name


def _lever(name: str, lever: dict[str, Any], before: dict[str, Any], here: Place, lang: str) -> list[str]:
    about = lever.get("about") or {}
    lines = [f"{(about.get('title_da') if lang == 'da' else None) or about.get('title') or name} (lever {name})"]
    lines += [f"  {about['story']}"] if about.get("story") else []
    lines += [f"  {key}: {words(lever[key], here.below(key))}" for key in FIELDS if key in lever]
    changes = lever.get("changes") or {}
    everyone = _entries("units", changes, before, here.below("changes", "units"))
    enrolled = [line for heading in PATCHABLE if heading != "units" for line in _entries(heading, changes, before, here.below("changes", heading))]
    lines += ["  For everyone, from the first day:", *everyone] if everyone else []
    lines += ["  For those enrolled, where it is carried out:", *enrolled] if enrolled else []
    return lines


def _entries(heading: str, changes: Mapping[str, Any], before: dict[str, Any], above: Place) -> list[str]:
    lines = []
    for name, patch in (changes.get(heading) or {}).items():
        here, old = above.below(name), (before.get(heading) or {}).get(name)
        if old is None:
            lines.append(f"    new {SINGULAR[heading]} {name}: {words(patch, here)}")
            continue
        for path, new in _leaves(patch, old):
            lines.append(f"    {SINGULAR[heading]} {name}, {' '.join(path)}: {_change(_at(old, path), new, here.below(*path))}")
    return lines


def _leaves(patch: Any, old: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """What a patch sets or modifies, down to where the old entry has nothing more to compare."""
    if not isinstance(patch, dict) or not isinstance(old, dict) or {"value", "by"} & set(patch) or _modifies(patch, old):
        return [(path, patch)]
    return [leaf for key, part in patch.items() if key not in NOTES for leaf in _leaves(part, old.get(key), (*path, str(key)))]


def _modifies(patch: Any, old: Any) -> bool:
    return isinstance(patch, dict) and bool(patch) and not set(patch) - MODIFIERS and not (isinstance(old, dict) and "rate" in old)


def _at(entry: Any, path: Iterable[str]) -> Any:
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


def _change(old: Any, new: Any, here: Place) -> str:
    was = "" if old is None else words(old, None)
    if new is None:
        return f"no longer ({was})" if was else "no longer"
    if _modifies(new, old):
        signs = {"times": "×", "plus": "+"}
        return f"{was} {' '.join(f'{signs[key]} {words(part, here.below(key))}' for key, part in new.items())}".strip()
    return f"{was} → {words(new, here)}" if was else words(new, here)


def words(value: Any, here: Place | None) -> str:
    """A value in words; where it stands `here` in a system, every number says where it comes from.

    >>> ward = {"beds": 4, "crowded": {"value": 0.9, "range": [0.8, 0.95], "source": "F1"}, "sector": "hospital"}
    >>> words(ward, Place({number.path: number for number in numbers(ward)}))
    'beds 4 [assumed], crowded 0.9 [0.8 to 0.95; assumed, F1], sector hospital'
    """
    if isinstance(value, dict) and "value" in value and "by" not in value:
        span = f"{words(value['range'][0], None)} to {words(value['range'][1], None)}; " if value.get("range") else ""
        return words(value["value"], None) + (f" [{span}{_said(here.number)}]" if here and here.number else "")
    if isinstance(value, dict):
        parts = ((str(key), part) for key, part in value.items() if key not in NOTES)
        return ", ".join(f"{key} {_inside(part, here.below(key) if here else None)}" for key, part in parts)
    if isinstance(value, list):
        return " or ".join(words(part, None) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value} [{_said(here.number)}]" if here and here.number else str(value)


def _inside(value: Any, here: Place | None) -> str:
    text = words(value, here)
    return f"({text})" if isinstance(value, dict) and "value" not in value else text


def _said(number: Number) -> str:
    return ", ".join([number.role, *number.source])


def _warnings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Sharing without a price helps everyone, which is a finding of the model and not of the world."""
    found = []
    for name, unit in after.items():
        if not isinstance(unit, dict) or not unit.get("shared_by") or unit.get("shared_by") == (before.get(name) or {}).get("shared_by"):
            continue
        if not (unit.get("patient_travel") or unit.get("staff_travel") or unit.get("own_first")):
            found.append(f"Warning: {name} is shared by {unit['shared_by']}, and neither travel nor own_first is given: sharing is free, so it can only help.")
    return ["", *found] if found else []
