"""The reference page of the language, made from the types that read it: `python -m pathsim.language.reference`.

Tables of words come from the types, texts from `reference.md`, examples from `examples/`; so the page
can't say what the code does not. A test fails while docs/language.md is not what this writes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from ..faults import Faults
from . import drawn, steps, values, words
from .checks.amounts import walk
from .load import read_text, read_yaml
from .patches import PATCHABLE, merge
from .system import System, read_all

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
PAGE = HERE.parents[2] / "docs" / "language.md"
ABOUT_HEADINGS = {
    "about": "what this is", "day_0": "the date of time zero", "holidays": "dates on which units are open as on Sundays",
    "currency": "of the costs", "population": "who lives here", "attributes": "what can be known about a person, and how it is drawn",
    "groups": "names for tests on people", "units": "where care happens", "arrivals": "people from outside the population",
    "risks": "what strikes a person", "steps": "what happens next", "tasks": "care beside life",
    "effects": "what care, or its absence, does to risks, and for how long", "levers": "ways of working together",
    "costs": "prices, payers, operators", "care_models": "which levers are on in each of the models that are compared",
    "evidence": "where the numbers come from, by their path",
}
FAULTS = (
    "steps: {ward_stay: {wait: 5 d, then: dischrage}, discharge: {leave: well}}",
    "units: {clinic: {slots: 1}}, steps: {seen: {at: clinic, for: 1 h, patience: 2 h, then: out}}",
    "steps: {triage: {choose: {out: 0.8, home: 0.25}}}",
    "steps: {visit: {at: gp, wait: 1 d, then: out}}",
    "units: {ward: {beds: 1, open: {mon-fri: 16:00}}}",
    "steps: {seen: {wait: 1 d, then: no}}",
    "steps: {seen: {wait: {lognormal: {mean: 5 d, cv: 1}, exponential: 5 d}, then: out}}",
    "levers: {team: {changes: {risks: {death: {rate: 1 per y}}}}}",
    "steps: {letter: {do: {}, then: reads}, reads: {choose: {letter: 0.5, out: rest}}}",
    "attributes: {town: {odense: 0.5, bardu: 0.5}}, units: {team: {slots: {by: town, odense: 1}}}, steps: {seen: {at: team, for: 1 h, then: out}}",
)
PATCHES = (
    ("{beds: 12, sector: hospital}", "{beds: 14}"),
    ("{beds: 12, crowded: 0.9}", "{crowded: null}"),
    ("{for: {lognormal: {mean: 5 d, cv: 0.8}}}", "{for: {lognormal: {cv: 1}}}"),
    ("{for: {lognormal: {mean: 5 d, cv: 0.8}}}", "{for: {exponential: 4 d}}"),
    ("{slots: {by: town, odense: 9, nyborg: 2}}", "{slots: {nyborg: 3}}"),
    ("{slots: {by: town, odense: 9, nyborg: 2}}", "{slots: 11}"),
    ("{reach: {value: 0.5, source: F008}}", "{reach: 0.6}"),
)


def examples() -> dict[str, str]:
    """The text of every example by its name."""
    return {path.stem: path.read_text(encoding="utf-8").rstrip() for path in sorted(EXAMPLES.glob("*.yaml"))}


def forms() -> dict[str, type[BaseModel]]:
    """Every form with fixed words, by its name."""
    found = {}
    for module in (words, steps, drawn, values):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, values.Form) and kind is not values.Form and name != "ModifiedValue":
                found[name] = kind
    return found


def used() -> dict[tuple[str, str], list[str]]:
    """The examples in which each word is used: (form, word) → names; headings are words of the form ''."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in examples():
        for system in read_all(read_yaml(EXAMPLES / f"{name}.yaml")).values():
            for word in {*_words_of(system), *(("", heading) for heading in system.raw)}:
                found[word] = [*dict.fromkeys([*found.get(word, []), name])]
    return found


def _words_of(system: System) -> Iterator[tuple[str, str]]:
    forms = [form for forms in system.forms.values() for form in forms.values()]
    entries: list[Any] = [*system.entries.values(), system.about, system.population, system.evidence, *forms]
    for _, node in walk(entries, ""):
        if isinstance(node, BaseModel):
            form = type(node).__name__.split("[")[0]
            for field in node.model_fields_set & set(type(node).model_fields):
                yield form, _written(type(node), field)
                if field in ("note", "source", "role"):
                    yield "Entry", field


def _written(form: type[BaseModel], field: str) -> str:
    return form.model_fields[field].alias or field


def page() -> str:
    """The whole page."""
    text = (HERE / "reference.md").read_text(encoding="utf-8")
    shown, where = examples(), used()
    makers = {
        "words": lambda name: _table(forms()[name], lambda word: _nearest(text, name, where[name, word])),
        "example": lambda name: f'<a id="example-{name}"></a>\n\n```yaml\n{shown[name]}\n```',
        "headings": lambda _: _headings(),
        "patchable": lambda _: ", ".join(f"`{heading}`" for heading in PATCHABLE),
        "faults": lambda _: "```\n" + "\n".join(map(fault_of, FAULTS)) + "\n```",
        "patches": lambda _: "\n".join(f"| `{base}` | `{patch}` | `{_merged(base, patch)}` |" for base, patch in PATCHES),
    }
    return re.sub(r"\{\{(\w+)(?: (\w+))?\}\}", lambda found: makers[found[1]](found[2]), text)


def _nearest(text: str, form: str, names: list[str]) -> str:
    """Of several examples the first one after the table, or the last one before it."""
    table = text.index("{{words " + form + "}}")
    places = sorted((text.index("{{example " + name + "}}"), name) for name in names)
    return next((name for place, name in places if place > table), places[-1][1])


def _headings() -> str:
    rows = [f"| `{name}` | {ABOUT_HEADINGS[name]} |" for name in ABOUT_HEADINGS]
    return "\n".join(["| heading | holds |", "|---|---|", *rows])


def _table(form: type[BaseModel], example_of: Callable[[str], str]) -> str:
    """The words of a form: meaning, default, and an example that uses it."""
    rows = ["| word | meaning | default | example |", "|---|---|---|---|"]
    for field, info in form.model_fields.items():
        if field in ("note", "source", "role") and form is not steps.Entry and issubclass(form, steps.Entry):
            continue
        name = _written(form, field)
        example = example_of(name)
        rows.append(f"| `{name}` | {info.description} | {_default(info)} | [{example}](#example-{example}) |")
    return "\n".join(rows)


def _default(info: Any) -> str:
    """A default as an author would write it."""
    if info.default is PydanticUndefined and info.default_factory is None:
        return "needed"
    default = info.get_default(call_default_factory=True)
    if default is None or default in ({}, []):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"{default:g}" if isinstance(default, float) else str(default)


def fault_of(text: str) -> str:
    """What is said about a small faulty file."""
    given = read_text("{" + text + "}")
    first = next(iter(given.get("steps", {"out": 0})))
    small = {"arrivals": {"people": {"rate": "1 per d", "then": first}}, "steps": {"out": {"leave": "well"}, **given.pop("steps", {})}}
    try:
        read_all({**small, **given})
    except Faults as faults:
        return str(faults.faults[0])
    raise AssertionError(f"no fault in {text}")


def _merged(base: str, patch: str) -> str:
    merged = merge(read_text(base), read_text(patch))
    return yaml.safe_dump(merged, default_flow_style=True, sort_keys=False, width=1000).strip()


def main() -> None:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
