"""Claim: the parts of a difference are read beside the whole, in words and in a picture, and what is not sure looks so.

In the picture the first care model stands at the top, at zero, and the other at the bottom, which the bars between add up to.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..contacts.registry import REGISTRY
from ..study.attribution import Attribution, Players
from ..study.attribution.decompose import INTERACTION, LEVER, STEPS, TOTAL
from .findings import way
from .numbers import NOTHING, spell, tell
from .pictures import INK, PALE, STYLE, WIDE
from .results import COLOURS
from .words import say, term

WORDS = {
    "first_in": ("first in", "først ind"), "last_out": ("last out", "sidst ud"), "shapley": ("contribution", "bidrag"),
    "interval": ("95 %, chance alone", "95 %, kun tilfældet"), "sampling": ("± orders", "± orden"),
    INTERACTION: ("interaction", "samspil"), TOTAL: ("in all", "i alt"),
    "pairs": ("Most interaction: {pairs}", "Mest samspil: {pairs}"),
    "difference": ("{what}, change ({unit})", "{what}, ændring ({unit})"),
    "same": ("{what}: {value}, the same in every replication", "{what}: {value}, ens i alle gentagelser"),
    "exact": (
        "{n} levers, {coalitions} coalitions beside the two models, {runs} replications. The contributions add up to the whole difference.",
        "{n} greb, {coalitions} kombinationer ud over de to modeller, {runs} gentagelser. Bidragene giver tilsammen hele forskellen.",
    ),
    "sampled": (
        "{n} levers, {orders} sampled orders, {coalitions} coalitions beside the two models, {runs} replications. The contributions add up to the\n"
        "whole difference. ± orders: the standard error of not having gone through all orders, on top of chance.",
        "{n} greb, {orders} udtrukne rækkefølger, {coalitions} kombinationer ud over de to modeller, {runs} gentagelser. Bidragene giver tilsammen\n"
        "hele forskellen. ± orden: standardfejlen ved ikke at have været alle rækkefølger igennem, ud over tilfældet.",
    ),
    "steps": (
        "{n} levers, {coalitions} coalitions beside the two models, {runs} replications. With the interaction each column adds up to the whole difference.",
        "{n} greb, {coalitions} kombinationer ud over de to modeller, {runs} gentagelser. Med samspillet giver hver kolonne tilsammen hele forskellen.",
    ),
    "means": (
        "First in: the lever alone, with no more than those it needs. Last out: what is lost without it and those that need it.\n"
        "Parts of a difference within the model; they depend on how levers are cut. Intervals hold chance alone.",
        "Først ind: grebet alene, kun med dem, det kræver. Sidst ud: det, der mistes uden det og dem, der kræver det.\n"
        "Dele af en forskel i modellen; de afhænger af, hvordan grebene er skåret til. Intervallerne rummer kun tilfældet.",
    ),
    "head": ("What each lever contributes: {against}", "Hvad hvert greb bidrager med: {against}"),
    "read": (
        "The bars add up to the lowest one. Thin lines: 95 % interval, chance alone ({runs} runs). Pale bars cannot be told from zero.",
        "Søjlerne giver tilsammen den nederste. Tynde streger: 95 %-interval, kun tilfældet ({runs} kørsler). Blege søjler kan ikke skelnes fra nul.",
    ),
}
PAIRS = 3  # told of each indicator
DIGITS = 3  # of the largest part
NAME = 42  # letters of a lever on the screen


class Told(NamedTuple):
    """How the numbers of an indicator are told: all with the same unit and decimals."""

    title: str
    base: str
    value: str
    unit: str
    change_unit: str
    factor: float
    decimals: int
    lang: str

    def signed(self, value: float) -> str:
        return spell(self.factor * value, self.lang, self.decimals, signed=True)

    def interval(self, low: float, high: float) -> str:
        return f"{self.signed(low)} … {self.signed(high)}" if math.isfinite(low) else NOTHING


def text(found: Attribution, players: Players, raw: Mapping[str, Any], lang: str) -> str:
    """The parts of each indicator as plain text, and what they mean."""
    told = {"n": len(players.names), "coalitions": found.coalitions, "runs": found.replications, "orders": found.orders}
    blocks = [_block(rows, found, raw, lang) for _, rows in found.table.groupby("indicator", sort=False)]
    title = say(lang, "against", model=model_title(raw, players.second, lang), base=model_title(raw, players.first, lang))
    return "\n\n".join([title, *blocks, _word(found.how, lang, **told) + "\n" + _word("means", lang)])


def write(folder: Path, found: Attribution, players: Players, raw: Mapping[str, Any], indicators: Sequence[str], lang: str) -> None:
    """attribution.svg and attribution.png, a panel for each indicator that has values."""
    shown = [name for name in dict.fromkeys(indicators) if name in set(found.table["indicator"])]
    if not shown:
        return
    with matplotlib.rc_context({**STYLE, "figure.facecolor": "white", "svg.hashsalt": "attribution"}):
        figure = picture(found, players, raw, shown, lang)
        FigureCanvasSVG(figure).print_svg(folder / "attribution.svg", metadata={"Date": None})
        figure.set_dpi(200)
        FigureCanvasAgg(figure).print_png(folder / "attribution.png")


def picture(found: Attribution, players: Players, raw: Mapping[str, Any], indicators: Sequence[str], lang: str) -> Figure:
    """A panel for each indicator, above each other."""
    rows = len(players.names) + 2 + (found.how == STEPS)
    figure = Figure(figsize=(WIDE, len(indicators) * (1.1 + 0.42 * rows) + 0.7), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.1, hspace=0.05)
    for axis, name in zip(figure.subplots(len(indicators), squeeze=False).ravel(), indicators, strict=True):
        _panel(axis, found.table[found.table["indicator"] == name], found.how, players, raw, lang)
    against = say(lang, "against", model=model_title(raw, players.second, lang), base=model_title(raw, players.first, lang))
    figure.suptitle(_word("head", lang, against=against), fontsize=13, fontweight="bold", x=0.02, ha="left")
    figure.supxlabel(_word("read", lang, runs=found.replications), fontsize=9.5, x=0.02, ha="left", color=STYLE["axes.labelcolor"])
    return figure


def _panel(axis: Axes, rows: pd.DataFrame, how: str, players: Players, raw: Mapping[str, Any], lang: str) -> None:
    """From the base at the top by its parts to the other model."""
    *parts, total = _rows(rows, "first_in" if how == STEPS else "shapley")
    told = _told(rows, how, raw, lang)
    levers = sorted((row for row in parts if row.kind == LEVER), key=lambda row: row.difference)
    parts = levers + [row for row in parts if row.kind == INTERACTION and how == STEPS]
    reached = [0.0]
    for place, row in enumerate([*parts, total], start=1):
        reached += _bar(axis, place, row, told)
    last = len(parts) + 1
    axis.axhline(last - 0.5, color=PALE, linewidth=1)
    axis.axvline(0, color=COLOURS[0], linewidth=1.2, zorder=0)
    axis.plot(0, 0, "D", color=COLOURS[0], markersize=8, zorder=4)
    first, second = ((model_title(raw, model, lang), value) for model, value in ((players.first, told.base), (players.second, told.value)))
    unit = "" if told.factor == 100 else f" {told.unit}"
    names = [": ".join(first) + unit, *(_name(row, raw, lang) for row in parts), ": ".join(second) + unit]
    axis.set_yticks(range(last + 1), ["\n".join(textwrap.wrap(name, 40)[:2]) for name in names])
    axis.tick_params(axis="y", labelcolor=INK)
    for place, colour in ((0, COLOURS[0]), (last, COLOURS[1])):
        axis.get_yticklabels()[place].set(fontweight="bold", color=colour)
    room = 0.16 * ((max(reached) - min(reached)) or 1)
    axis.set(ylim=(last + 0.6, -0.6), xlim=(min(reached) - room, max(reached) + room))
    axis.set_xlabel(_word("difference", lang, what=told.title, unit=told.change_unit))
    axis.xaxis.set_major_locator(ticks := MaxNLocator(6))
    steps = ticks.tick_values(*axis.get_xlim())
    decimals = max(0, -math.floor(math.log10(steps[1] - steps[0]) + 1e-9))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: spell(value, lang, decimals, signed=True)))
    axis.grid(axis="y", visible=False)


def _bar(axis: Axes, place: int, row: Any, told: Told) -> list[float]:
    """One part from zero, with its interval; returns how far it reaches."""
    difference, low, high = (told.factor * value for value in (row.difference, row.low, row.high))
    sure = way(row) in ("up", "down") and round(difference, told.decimals) != 0
    axis.barh(place, difference, color=COLOURS[1], alpha=1 if sure else 0.3, height=0.6)
    if math.isfinite(low):
        axis.plot([low, high], [place, place], color=INK, linewidth=1.3)
    reached = [value for value in (difference, low, high, 0.0) if math.isfinite(value)]
    right = difference >= 0
    axis.annotate(
        told.signed(row.difference), (max(reached) if right else min(reached), place), (6 if right else -6, 0), textcoords="offset points",
        ha="left" if right else "right", va="center", fontsize=10, fontweight="bold" if sure else "normal",
    )
    return reached


def _rows(rows: pd.DataFrame, part: str) -> list[Any]:
    """Rows of one kind of part, as the numbers are told; the last is the whole difference."""
    before = "" if part == "shapley" else f"{part}_"
    return [SimpleNamespace(kind=row["kind"], lever=row["lever"], indicator=row["indicator"], base=row["base"], value=row["value"],
                            difference=row[part], low=row[f"{before}low"], high=row[f"{before}high"], sampling_error=row["sampling_error"])
            for row in rows.to_dict("records")]


def _told(rows: pd.DataFrame, how: str, raw: Mapping[str, Any], lang: str) -> Told:
    """How the numbers of an indicator are told."""
    parts = _rows(rows, "first_in" if how == STEPS else "shapley")
    whole = tell(parts[-1], lang, str(raw.get("currency") or "DKK"))
    indicator = REGISTRY[parts[-1].indicator]
    factor = 100.0 if indicator.unit == "share" else 1e-6 if whole.change_unit.startswith(("million ", "mio. ")) else 1.0
    largest = max(abs(factor * row.difference) for row in parts)
    decimals = DIGITS - 1 - math.floor(math.log10(largest)) if largest > 0 else 0
    return Told(indicator.title(lang), whole.base, whole.value, whole.unit, whole.change_unit, factor, min(decimals, 6), lang)


def _block(rows: pd.DataFrame, found: Attribution, raw: Mapping[str, Any], lang: str) -> str:
    """One indicator: a line for each lever, then the interaction and the whole."""
    told, steps = _told(rows, found.how, raw, lang), found.how == STEPS
    parts = {part: _rows(rows, part) for part in ("first_in", "last_out", "shapley")}
    if not (rows[["first_in", "last_out"]].to_numpy() != 0).any():
        return _word("same", lang, what=told.title, value=told.base)
    columns = ["first_in", "interval", "last_out"] if steps else ["first_in", "last_out", "shapley", "interval", *(["sampling"] if found.orders else [])]
    lines = [["", *(_word(column, lang) for column in columns)]]
    for first, last, value in zip(*parts.values(), strict=True):
        main = first if steps else value
        cells = {"first_in": told.signed(first.difference), "last_out": told.signed(last.difference), "shapley": told.signed(value.difference),
                 "interval": told.interval(main.low, main.high), "sampling": told.signed(value.sampling_error).lstrip("+") if value.kind == LEVER else ""}
        lines.append([_name(main, raw, lang)[:NAME], *(cells[column] for column in columns)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    shown = ["  ".join([line[0].ljust(widths[0]), *(cell.rjust(size) for cell, size in zip(line[1:], widths[1:], strict=True))]) for line in lines]
    title = f"{told.title} ({told.unit}): {told.base} → {told.value}"
    return "\n".join([title, *(f"  {line}".rstrip() for line in shown), *_together(found, rows.iloc[0]["indicator"], told, raw)])


def _together(found: Attribution, indicator: str, told: Told, raw: Mapping[str, Any]) -> list[str]:
    """The pairs that do most together beyond what each does without the other; not those of which one hangs on the other."""
    pairs = found.pairs[(found.pairs["indicator"] == indicator) & ~found.pairs["hangs"].astype(bool)]
    pairs = pairs[(told.factor * pairs["interaction"]).astype(float).round(told.decimals) != 0]
    strongest = pairs.reindex(pairs["interaction"].abs().sort_values(ascending=False, kind="stable").index).head(PAIRS)
    said = []
    for pair in strongest.itertuples():
        names = " × ".join(lever_title(raw, name, told.lang) for name in (pair.lever, pair.other))
        said.append(f"{names} {told.signed(pair.interaction)} ({told.interval(pair.low, pair.high)})")
    return textwrap.wrap(_word("pairs", told.lang, pairs="; ".join(said)), 110, initial_indent="  ", subsequent_indent="    ") if said else []


def _name(row: Any, raw: Mapping[str, Any], lang: str) -> str:
    return lever_title(raw, row.lever, lang) if row.kind == LEVER else _word(row.kind, lang).capitalize()


def lever_title(raw: Mapping[str, Any], name: str, lang: str) -> str:
    """What a lever is called: its title in this language, else in English, else its name."""
    return _title((raw["levers"][name] or {}).get("about"), lang) or term(lang, name)


def model_title(raw: Mapping[str, Any], name: str, lang: str) -> str:
    """What a care model is called."""
    return _title((raw.get("care_models") or {}).get(name), lang) or name.replace("_", " ").capitalize()


def _title(entry: Any, lang: str) -> str:
    entry = entry or {}
    return str((entry.get("title_da") if lang == "da" else None) or entry.get("title") or "")


def _word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
