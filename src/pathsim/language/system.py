"""A care system: the typed whole of its headings, with its levers applied, or all its faults.

`read_system` turns plain data into a `System` for one care model. Everything that is wrong is said
at once: the form of every entry first, then what the entries mean together.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..faults import Fault, Faults, nearest
from . import evidence
from . import quantities as q
from .evidence import Origin
from .forms import fault_of
from .patches import PATCHABLE, apply_levers
from .words import HEADINGS, NAME, SINGLE, VERBS, About, CareModel, Population

_ADAPTERS = {heading: TypeAdapter(kind) for heading, kind in {**HEADINGS, **SINGLE}.items()}
FIRST_DAY = datetime.date(2024, 1, 1)
BASE = "base"
_COUNT = ("no", "one", "two", "three", "four", "five", "six")


@dataclass
class System:
    """One care system under one care model.

    entries: heading → name → typed entry, with the levers' additions and unit changes in.
    forms: (heading, name) → levers carried out → typed entry, for altered steps and tasks.
    raw: the plain data it came from, before levers; names: what stands under each heading, faulty or not.
    kept: what checks have worked out of it.
    """

    raw: dict
    model: str = BASE
    levers_on: tuple[str, ...] = ()
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[tuple[str, str], dict[tuple[str, ...], Any]] = field(default_factory=dict)
    added: dict[str, set[str]] = field(default_factory=dict)
    about: About = About()
    population: Population | None = None
    day_0: datetime.date = FIRST_DAY
    holidays: tuple[datetime.date, ...] = ()
    currency: str = "DKK"
    evidence: dict[str, Origin | None] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __getattr__(self, heading: str) -> dict[str, Any]:
        if heading in HEADINGS:
            return self.entries.get(heading, {})
        raise AttributeError(heading)

    def steps_and_forms(self, name: str) -> list[Any]:
        """A step with all its forms under the levers."""
        return [self.steps[name], *self.forms.get(("steps", name), {}).values()]


def care_models(raw: Mapping) -> dict[str, CareModel]:
    """The care models of a system: as written, else the base, and beside it all its levers together."""
    written = _there(raw.get("care_models"))
    if written:
        found = {}
        for name, entry in written.items():
            try:
                found[name] = _ADAPTERS["care_models"].validate_python(entry)
            except ValidationError:
                continue
        return found
    levers = [str(name) for name in _there(raw.get("levers"))]
    models = {BASE: CareModel(title="As it is")}
    return models | {"changed": CareModel(title="Changed", levers=levers)} if levers else models


def combined(raw: Mapping, names: Iterable[str]) -> dict:
    """The system with a care model for each name such as `outreach+volunteers`: the levers of all that are joined by +.

    >>> raw = {"care_models": {"one": {"title": "One", "levers": ["a"]}, "two": {"title": "Two", "levers": ["b"]}}}
    >>> combined(raw, ["one+two"])["care_models"]["one+two"]
    {'title': 'One + Two', 'title_da': 'One + Two', 'levers': ['a', 'b']}
    """
    known = care_models(raw)
    joined = {name: [known[part] for part in name.split("+")] for name in names if "+" in name and name not in known and set(name.split("+")) <= set(known)}
    if not joined:
        return dict(raw)
    models = {name: {
        "title": " + ".join(str(part.title) for part in parts), "title_da": " + ".join(str(part.title_da or part.title) for part in parts),
        "levers": list(dict.fromkeys(lever for part in parts for lever in part.levers)),
    } for name, parts in joined.items()}
    return {**raw, "care_models": {**(raw.get("care_models") or {}), **models}}


def _there(entries: Any) -> dict:
    """The entries of a heading; one that is set to null is not there."""
    return {name: entry for name, entry in entries.items() if entry is not None} if isinstance(entries, Mapping) else {}


def read_system(raw: dict, model: str | None = None) -> System:
    """The care system in plain data, under one care model (the first unless named). Raises Faults."""
    from .checks import check

    models = care_models(raw)
    faults: list[Fault] = []
    if not models:
        raise Faults(_entries(raw, "care_models", System(raw)))
    if model is None:
        model = next(iter(models), BASE)
    if model not in models:
        raise Faults([Fault("care_model", f"no care model '{model}'. {nearest(model, models)}")])
    system = _typed(raw, model, models[model].levers, faults)
    faults += check(system) + evidence.faults(raw)
    if faults:
        raise Faults(faults)
    return system


def read_all(raw: dict, usage: bool = True, said: bool = True) -> dict[str, System]:
    """The system under each of its care models. Raises the faults of all of them together; `usage`: also what none of them uses;
    `said`: also evidence of numbers that are not there, which changes no result."""
    from .checks import check, unused

    faults: list[Fault] = []
    systems = {}
    for name, entry in care_models(raw).items():
        systems[name] = _typed(raw, name, entry.levers, faults)
        faults += check(systems[name], usage=False)
    if systems and usage:
        faults += unused(list(systems.values()))
    if not systems:
        faults += _entries(raw, "care_models", System(raw))
    if said:
        faults += evidence.faults(raw)
    if faults:
        raise Faults(faults)
    return systems


def _typed(raw: dict, model: str, levers: list[str], faults: list[Fault]) -> System:
    """The typed entries; what can't be typed is a fault and left out."""
    headings = {key: {} if value is None else value for key, value in raw.items()}
    for key in headings:
        if key not in HEADINGS and key not in SINGLE:
            faults.append(Fault(str(key), f"no such heading. {nearest(key, [*HEADINGS, *SINGLE])}"))
    for heading in HEADINGS:
        if not isinstance(headings.get(heading, {}), dict):
            faults.append(Fault(heading, f"{q.shown(headings[heading])} was given. Write names with their entries"))
            headings[heading] = {}
    there = _there(headings.get("levers"))
    known = [lever for lever in dict.fromkeys(levers) if isinstance(there.get(lever), dict)]
    for lever in levers:
        if lever not in there:
            faults.append(Fault(f"care_models.{model}.levers", f"no lever '{lever}'. {nearest(lever, there)}"))
    faults += _lever_headings(headings)
    patched, forms, collisions = apply_levers(headings, known)
    faults += collisions
    system = System(raw, model, tuple(known))
    for heading in HEADINGS:
        faults += _entries(patched, heading, system)
        base = headings.get(heading, {})
        system.added[heading] = {name for name in patched.get(heading, {}) if name not in base}
    for key in SINGLE:
        if raw.get(key) is not None:
            faults += _single(key, headings[key], system)
    for (heading, name), by_levers in forms.items():
        typed = system.forms.setdefault((heading, name), {})
        for combination, data in by_levers.items():
            where = f"{heading}.{name} (with {' and '.join(combination)})"
            entry, wrong = _entry(heading, where, data)
            faults += wrong
            if entry is not None:
                typed[combination] = entry
    return system


def _lever_headings(headings: dict) -> list[Fault]:
    faults = []
    for name, lever in headings.get("levers", {}).items():
        changes = lever.get("changes") if isinstance(lever, dict) else None
        for heading, entries in (changes.items() if isinstance(changes, dict) else ()):
            where = f"levers.{name}.changes.{heading}"
            if heading == "risks":
                faults.append(Fault(where, "a lever can't change a risk. Give a step or task an effect"))
            elif heading not in PATCHABLE:
                faults.append(Fault(where, f"a lever can't change {heading}. Allowed: {', '.join(PATCHABLE)}"))
            elif not isinstance(entries, dict):
                faults.append(Fault(where, f"{q.shown(entries)} was given. Write names with what changes"))
    return faults


def _entries(patched: dict, heading: str, system: System) -> list[Fault]:
    faults: list[Fault] = []
    typed = system.entries.setdefault(heading, {})
    names = system.names.setdefault(heading, [])
    for name, data in (patched.get(heading) or {}).items():
        if data is None:
            continue
        names.append(name)
        parts = name.split("+") if heading == "care_models" else [name]  # `one+two` has the levers of both
        if not all(map(NAME.fullmatch, parts)):
            faults.append(Fault(f"{heading}.{name}"[:80], f"{q.shown(name)} can't be a name. Use letters without accents, digits and _"))
            continue
        entry, wrong = _entry(heading, f"{heading}.{name}", data)
        faults += wrong
        if entry is not None:
            typed[name] = entry
    return faults


def _entry(heading: str, where: str, data: Any) -> tuple[Any, list[Fault]]:
    if heading == "steps" and isinstance(data, dict):
        verbs = [verb for verb in VERBS if verb in data]
        if len(verbs) > 1:
            return None, [Fault(where, f"{_COUNT[len(verbs)]} verbs, {' and '.join(map(repr, verbs))}. A step has one; split it in {_COUNT[len(verbs)]}")]
        if not verbs:
            return None, [Fault(where, f"no verb. Write one of {', '.join(VERBS)}")]
    try:
        return _ADAPTERS[heading].validate_python(data), []
    except ValidationError as problem:
        return None, [_fault(where, error) for error in problem.errors(include_url=False)]


def _single(key: str, data: Any, system: System) -> list[Fault]:
    entry, faults = _entry(key, key, data)
    if entry is not None:
        setattr(system, key, tuple(entry) if isinstance(entry, list) else entry)
    return faults


def _fault(where: str, error: dict) -> Fault:
    heading = where.split(".")[0]
    if heading == "steps":
        return fault_of(where, error, VERBS.get(str((error["loc"] or ("",))[0])), skip=1)
    return fault_of(where, error, {**HEADINGS, **SINGLE, "evidence": Origin}.get(heading))
