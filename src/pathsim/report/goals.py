"""Claim: a comparison can be read by national goals: each goal by the indicators that speak to it, weighing nothing.

A goal is data (`configs/goals`); it says what it asks for that the model does not have, so that silence is
no success. The readings are those of every other page.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from pathsim.contacts.registry import REGISTRY

from .. import folders
from ..faults import fail, nearest
from ..language import read_yaml
from .findings import reading
from .numbers import tell
from .results import Results
from .table import columns
from .words import term

SIGNS = {"better": "+", "worse": "−", "unclear": "·", "same": "=", "changed": "±"}
SAYS = {
    "en": (
        "+ better, − worse, · not told apart from chance, = the same; in brackets 95 %, chance alone",
        "Not in the model: {missing}.", "{plus} better, {minus} worse, {rest} not told apart",
    ),
    "da": (
        "+ bedre, − dårligere, · kan ikke skelnes fra tilfældighed, = uændret; i parentes 95 %, kun tilfældighed",
        "Ikke i modellen: {missing}.", "{plus} bedre, {minus} dårligere, {rest} kan ikke skelnes",
    ),
}
COLUMNS = ["goal", "model", "indicator", "group", "level", "base", "value", "difference", "low", "high", "reading"]


def goals(name: str = "national") -> dict[str, Any]:
    """The goals of that name. Raises Faults.

    >>> len(goals()["goals"])
    8
    """
    folder = folders.configs() / "goals"
    known = sorted(file.stem for file in folder.glob("*.yaml"))
    if name not in known:
        raise fail("--goals", f"no goals '{name}'. {nearest(name, known)}")
    return read_yaml(folder / f"{name}.yaml")


def readings(differences: pd.DataFrame, goals: dict[str, Any]) -> pd.DataFrame:
    """A row for each goal, model and indicator that the comparison has: the difference, and how it reads."""
    found = []
    for goal, entry in goals["goals"].items():
        for written in entry["indicators"]:
            name, group, level = (written.split(":") + ["all", "all"])[:3]
            mine = differences[(differences["indicator"] == name) & (differences["group"] == group) & (differences["level"].astype(str) == level)]
            found += [
                {**{key: getattr(row, key) for key in COLUMNS[1:-1]}, "goal": goal, "reading": reading(row)}
                for row in mine.itertuples() if pd.notna(row.difference)
            ]
    return pd.DataFrame(found, columns=COLUMNS)


def text(results: Results, goals: dict[str, Any], lang: str = "en") -> str:
    """Each model by the goals, as lines."""
    table = readings(results.differences, goals)
    legend, missing, sums = SAYS[lang]
    lines = [str(_titled(goals, "title", lang)), legend]
    for model in results.others:
        lines += ["", f"{results.title(model, lang)} – {results.title(results.base, lang)}"]
        for goal, entry in goals["goals"].items():
            rows = table[(table["goal"] == goal) & (table["model"] == model)]
            count = rows["reading"].value_counts()
            plus, minus = int(count.get("better", 0)), int(count.get("worse", 0))
            told = sums.format(plus=plus, minus=minus, rest=len(rows) - plus - minus) if len(rows) else ""
            lines += ["", f"{_titled(entry, 'title', lang)}{': ' if told else ''}{told}"]
            lines += [_line(row, lang, results.currency) for row in rows.itertuples()]
            lines.append("  " + missing.format(missing=_titled(entry, "missing", lang)))
    return "\n".join(lines)


def _titled(entry: dict[str, Any], key: str, lang: str) -> str:
    return entry[f"{key}_da"] if lang == "da" else entry[key]


def _line(row: Any, lang: str, currency: str) -> str:
    told = tell(row, lang, currency, prose=False)
    where = "" if row.group == "all" else f", {term(lang, row.group if row.level == 'yes' else row.level)}"
    name = f"{REGISTRY[row.indicator].title(lang)}{where} ({told.unit})"
    return f"  {SIGNS[row.reading]} {name}{' ' * max(62 - columns(name), 1)} {told.base} → {told.value}, {told.difference} ({told.interval})"
