"""What a care model changes, in words, each number with where it comes from.

A lever alters two kinds of things: units, which are everyone's from the first day, and what is done
for those who are enrolled. They are told apart, since only the second waits for reach and fidelity.
A number without a source is assumed, whatever it looks like, and one set on the command line is a scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..faults import fail, nearest
from ..language import care_models
from ..language.patches import MODIFIERS, PATCHABLE, apply_levers

FIELDS = ("who", "reach", "together", "at", "begins", "ramp", "fidelity", "fidelity_by", "alike", "enrolled")
NOTES = ("note", "source", "role", "about")
SINGULAR = {"units": "unit", "steps": "step", "tasks": "task", "effects": "effect", "groups": "group", "attributes": "attribute"}


@dataclass(frozen=True)
class Evidence:
    """Where a number that does not say so itself comes from: what stands above it says so."""

    said: str = "assumed"
    scenario: frozenset[str] = field(default_factory=frozenset)
    path: tuple[str, ...] = ()

    def below(self, key: str, value: Any) -> Evidence:
        path = (*self.path, str(key))
        said = self.said
        if isinstance(value, dict):
            about = value.get("about") if isinstance(value.get("about"), dict) else {}
            said = _said(value) or _said(about or {}) or said
        return Evidence("scenario" if ".".join(path) in self.scenario else said, self.scenario, path)


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
    top = Evidence(_said(raw.get("about") or {}) or "assumed", frozenset(changed)).below("levers", None)
    for lever in on:
        lines += ["", *_lever(lever, raw["levers"][lever], before, top, lang)]
    after = apply_levers(_headings(raw), models[model].levers)[0]
    return lines + _warnings(before["units"], after["units"])


def _headings(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value or {} for key, value in raw.items()}


def _title(model: Any, name: str, lang: str) -> str:
    title = (model.title_da if lang == "da" else None) or model.title
    return f"{title} ({name})" if title and title.lower() != name else name


def _lever(name: str, lever: dict[str, Any], before: dict[str, Any], top: Evidence, lang: str) -> list[str]:
    above = top.below(name, lever)
    about = lever.get("about") or {}
    lines = [f"{(about.get('title_da') if lang == 'da' else None) or about.get('title') or name} (lever {name})"]
    lines += [f"  {about['story']}"] if about.get("story") else []
    lines += [f"  {key}: {words(lever[key], above.below(key, lever[key]))}" for key in FIELDS if key in lever]
    changes, below = lever.get("changes") or {}, above.below("changes", None)
    everyone = _entries("units", changes, before, below)
    enrolled = [line for heading in PATCHABLE if heading != "units" for line in _entries(heading, changes, before, below)]
    lines += ["  For everyone, from the first day:", *everyone] if everyone else []
    lines += ["  For those enrolled, where it is carried out:", *enrolled] if enrolled else []
    return lines


def _entries(heading: str, changes: Mapping[str, Any], before: dict[str, Any], above: Evidence) -> list[str]:
    lines = []
    above = above.below(heading, None)
    for name, patch in (changes.get(heading) or {}).items():
        here, old = above.below(name, patch), (before.get(heading) or {}).get(name)
        if old is None:
            lines.append(f"    new {SINGULAR[heading]} {name}: {words(patch, here)}")
            continue
        for path, new, evidence in _leaves(patch, old, here):
            lines.append(f"    {SINGULAR[heading]} {name}, {' '.join(path)}: {_change(_at(old, path), new, evidence)}")
    return lines


def _leaves(patch: Any, old: Any, evidence: Evidence, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any, Evidence]]:
    """What a patch sets or modifies, down to where the old entry has nothing more to compare."""
    if not isinstance(patch, dict) or not isinstance(old, dict) or {"value", "by"} & set(patch) or _modifies(patch, old):
        return [(path, patch, evidence)]
    return [
        leaf for key, part in patch.items() if key not in NOTES
        for leaf in _leaves(part, old.get(key), evidence.below(key, part), (*path, str(key)))
    ]


def _modifies(patch: Any, old: Any) -> bool:
    return isinstance(patch, dict) and bool(patch) and not set(patch) - MODIFIERS and not (isinstance(old, dict) and "rate" in old)


def _at(entry: Any, path: Iterable[str]) -> Any:
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


def _change(old: Any, new: Any, evidence: Evidence) -> str:
    was = "" if old is None else words(old, None)
    if new is None:
        return f"no longer ({was})" if was else "no longer"
    if _modifies(new, old):
        signs = {"times": "×", "plus": "+"}
        return f"{was} {' '.join(f'{signs[key]} {words(part, evidence.below(key, part))}' for key, part in new.items())}".strip()
    return f"{was} → {words(new, evidence)}" if was else words(new, evidence)


def words(value: Any, evidence: Evidence | None) -> str:
    """A value in words; with `evidence` every number says where it comes from.

    >>> words({"value": 0.5, "range": [0.2, 0.8], "source": "F1"}, Evidence())
    '0.5 [0.2 to 0.8; F1]'
    >>> words({"beds": 4, "sector": "hospital"}, Evidence())
    'beds 4 [assumed], sector hospital'
    """
    if isinstance(value, dict) and "value" in value:
        if evidence is None:
            return words(value["value"], None)
        said = evidence.said if evidence.said == "scenario" else _said(value) or evidence.said
        span = f"{words(value['range'][0], None)} to {words(value['range'][1], None)}; " if value.get("range") else ""
        return f"{words(value['value'], None)} [{span}{said}]"
    if isinstance(value, dict):
        parts = ((key, part) for key, part in value.items() if key not in NOTES)
        return ", ".join(f"{key} {_inside(part, evidence.below(key, part) if evidence else None)}" for key, part in parts)
    if isinstance(value, list):
        return " or ".join(words(part, None) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    number = isinstance(value, (int, float)) or (isinstance(value, str) and value[:1].isdigit() and " " in value)
    return f"{value} [{evidence.said}]" if number and evidence is not None else str(value)


def _inside(value: Any, evidence: Evidence | None) -> str:
    text = words(value, evidence)
    return f"({text})" if isinstance(value, dict) and "value" not in value else text


def _said(entry: Mapping[str, Any]) -> str | None:
    """The source and role that an entry gives."""
    source, role = entry.get("source"), entry.get("role")
    return ", ".join(str(part) for part in (role, source) if part) or None


def _warnings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Sharing without a price helps everyone, which is a finding of the model and not of the world."""
    found = []
    for name, unit in after.items():
        if not isinstance(unit, dict) or not unit.get("shared_by") or unit.get("shared_by") == (before.get(name) or {}).get("shared_by"):
            continue
        if not (unit.get("patient_travel") or unit.get("staff_travel") or unit.get("own_first")):
            found.append(f"Warning: {name} is shared by {unit['shared_by']}, and neither travel nor own_first is given: sharing is free, so it can only help.")
    return ["", *found] if found else []
