"""From a filled-in form to a region file with its levels fitted, and what it says of itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...inputs.written import nested
from ...language import merge
from ...study.compose import Composed, compose
from . import fitting, places, writing
from .form import RegionForm
from .levels import LEVELS

LOCAL = "local"  # the source of what was filled in
COMMENT = """
{title}: {inhabitants:,} inhabitants. Made by `pathsim new region` from a filled-in form, to be used as `pathsim compare` with this file.

{given} are those of the form (measured, source: local). Everything else is Esbjerg's, in proportion, and assumed.
"""
ROW = "{figure} {local:g} (before {before:.4g}, after {after:.4g}, chance {chance:.2g}: {verdict})"
FITTED = "\n\nLevels fitted to local figures: {rows}. Chance is that of a single year; model figures are means over luck that fitted nothing."


def make(
    form: RegionForm, changes: list[str], replications: int | None = None, say: Callable[[str], None] = lambda text: None,
) -> tuple[str, pd.DataFrame | None, int]:
    """The region file, the table of figures (none where no figure was given), and how many runs it took. Raises Faults."""
    region = _with_capacity(places.one(form.town, form.hospital_area), form.capacity)
    if not form.indicators:
        return _text(form, region, {}, None), None, 0
    composed = _composed(_text(form, region, {}, None), form.town.name, changes)
    fitted = fitting.fit(composed, form.indicators, say, replications)
    return _text(form, region, _levels(composed.raw, fitted.x), fitted.table), fitted.table, fitted.runs


def _composed(text: str, name: str, changes: list[str]) -> Composed:
    """The region over the shipped groups, in the way in which it will be used."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        return compose([str(file), *changes])


def _with_capacity(region: dict[str, Any], capacity: Mapping[str, int]) -> dict[str, Any]:
    units = {}
    for unit, written in region["units"].items():
        word = "beds" if "beds" in written else "slots"
        units[unit] = {**written, word: capacity.get(unit, written[word])}
    return {**region, "units": units, "levers": {**region["levers"], "joint_acute_team": places.joint_team(units)}}


def _levels(raw: Mapping[str, Any], x: Mapping[str, float]) -> dict[str, Any]:
    """The fitted levels as a patch: each number says that it was calibrated to what."""
    patch: dict[str, Any] = {}
    for name, size in x.items():
        note = f"fitted to {LEVELS[name].title[0].lower()}{LEVELS[name].title[1:]}"
        for place, value in LEVELS[name].moves.moved(raw, size).items():
            patch = merge(patch, nested(place.split("."), {"value": value, "role": "calibrated", "source": LOCAL, "note": note}))
    return patch


def _text(form: RegionForm, region: Mapping[str, Any], levels: dict[str, Any], table: pd.DataFrame | None) -> str:
    town, area = form.town, ["the hospital's area"] * (form.hospital_area is not None)
    given = ["Inhabitants by age", *area, *(f"units.{unit}" for unit in form.capacity)]
    comment = COMMENT.format(title=town.title, inhabitants=town.inhabitants, given=", ".join(given))
    if table is not None:
        rows = [ROW.format(**row._asdict()) for row in table.itertuples()]
        comment += FITTED.format(rows="; ".join(rows))
    evidence = {f"synthesis.municipalities.{town.name}": {"role": "measured", "source": LOCAL}}
    for unit in form.capacity:
        evidence[f"units.{unit}.{'beds' if 'beds' in region['units'][unit] else 'slots'}"] = {"role": "measured", "source": LOCAL}
    return writing.text(merge(dict(region), levels), comment, {"title": town.title, "title_da": town.title, "role": "assumed"}, evidence)
