"""Claim: what a result hangs on is seen best where its unknowns stand under each other, the widest first, each from its low to its high end.

A bar goes from the difference at the low end of what is held possible to that at the high end; what is written there stands beside each end.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..contacts.registry import REGISTRY, unit_of
from ..inputs.unknowns import Unknowns
from .attribution import model_title
from .numbers import MILLION, MONEY, spell
from .pictures import INK, PALE, SOFT, STYLE, WIDE
from .results import COLOURS
from .table import aligned
from .words import say

LUCK = " ~"
MOST, PANELS = 8, 4  # rows of a panel, panels of a picture
WORDS = {
    "head": ("What the difference hangs on: {against}", "Hvad forskellen afhænger af: {against}"),
    "read": (
        "Each bar: the expected difference with one number at its low and at its high end (90 %), the others as written. "
        "Beside the ends: the number there; × is times what was calibrated. The line is the difference with all of them as written.",
        "Hver bjælke: den forventede forskel med ét tal i den lave og i den høje ende (90 %), de andre som skrevet. "
        "Ved enderne: tallet dér; × er gange det kalibrerede. Linjen er forskellen med dem alle som skrevet.",
    ),
    "axis": ("Difference, {unit}", "Forskel, {unit}"),
    "luck": ("~ chance alone may make it (95 %): more replications tell.", "~ kan være tilfældet alene (95 %): flere gentagelser afgør det."),
    "low": ("at the low end", "i den lave ende"), "high": ("at the high end", "i den høje ende"), "middle": ("as written", "som skrevet"),
    "mu_star": ("moves it by", "flytter den"), "sigma": ("uneven by", "ujævnt"), "chance": ("luck alone", "tilfældighed alene"),
}


def named(table: pd.DataFrame, unknowns: Unknowns) -> pd.DataFrame:
    """Rows of unknowns with their titles, roles and what is written at both ends."""
    found = table.copy()
    known = [unknowns.by_name[name] for name in found["name"]]
    found["title"], found["title_da"] = [one.title for one in known], [one.title_da for one in known]
    found["roles"] = [" ".join(one.roles) for one in known]
    for column, z in (("written_low", -1.645), ("written_high", 1.645)):
        found[column] = [unknowns.written(one.name)(z) for one in known]
    return found


def text(tables: pd.DataFrame, raw: Mapping[str, Any], base: str, lang: str = "en") -> str:
    """The first few unknowns of each indicator, as lines."""
    blocks = []
    for (model, name), rows in tables.groupby(["model", "indicator"], sort=False):
        factor, unit = _scale(rows, name, raw, lang)
        what = f"{REGISTRY[name].title(lang)} ({unit}; {say(lang, 'against', model=model_title(raw, model, lang), base=model_title(raw, base, lang))})"
        columns = ("at_low", "middle", "at_high") if "at_low" in rows else ("mu_star", "sigma", "chance")
        heads = ["", *(_word(column.removeprefix("at_"), lang) for column in columns)]
        digits = _decimals(factor * rows[list(columns)].to_numpy())
        lines = [[_title(row, lang) + _luck(row), *(spell(factor * getattr(row, column), lang, digits, signed="at_low" in rows) for column in columns)]
                 for row in rows.head(MOST).itertuples()]
        blocks.append(f"{what}\n{aligned([heads, *lines], '  ')}")
    return "\n\n".join([*blocks, *([_word("luck", lang)] if any(LUCK in block for block in blocks) else [])])


def _luck(row: Any) -> str:
    """A mark where chance alone may make what a move of an unknown is seen to do."""
    low, high = getattr(row, "change_low", math.nan), getattr(row, "change_high", math.nan)
    return LUCK if low <= 0 <= high else ""


def write(folder: Path, tables: pd.DataFrame, raw: Mapping[str, Any], base: str, lang: str) -> None:
    """tornado.svg and tornado.png of the last care model."""
    model = tables["model"].iloc[-1]
    shown = [(name, rows) for name, rows in tables[tables["model"] == model].groupby("indicator", sort=False)][:PANELS]
    with matplotlib.rc_context({**STYLE, "figure.facecolor": "white", "svg.hashsalt": "tornado"}):
        figure = picture(shown, raw, model, base, lang)
        FigureCanvasSVG(figure).print_svg(folder / "tornado.svg", metadata={"Date": None})
        figure.set_dpi(200)
        FigureCanvasAgg(figure).print_png(folder / "tornado.png")


def picture(shown: Sequence[tuple[str, pd.DataFrame]], raw: Mapping[str, Any], model: str, base: str, lang: str) -> Figure:
    """A panel for each indicator, above each other."""
    figure = Figure(figsize=(WIDE, 0.9 + len(shown) * (1.0 + 0.4 * MOST)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.1, hspace=0.04)
    for axis, (name, rows) in zip(figure.subplots(len(shown), squeeze=False).ravel(), shown, strict=True):
        _panel(axis, rows.head(MOST), name, raw, lang)
    against = say(lang, "against", model=model_title(raw, model, lang), base=model_title(raw, base, lang))
    figure.suptitle(_word("head", lang, against=against), fontsize=13, fontweight="bold", x=0.02, ha="left")
    figure.supxlabel("\n".join(textwrap.wrap(_word("read", lang), 115)), fontsize=9.5, x=0.02, ha="left", color=STYLE["axes.labelcolor"])
    return figure


def _panel(axis, rows: pd.DataFrame, name: str, raw: Mapping[str, Any], lang: str) -> None:
    factor, unit = _scale(rows, name, raw, lang)
    ends = factor * rows[["at_low", "at_high"]].to_numpy()
    middle = factor * float(rows["middle"].iloc[0])
    for place, (row, (low, high)) in enumerate(zip(rows.itertuples(), ends, strict=True)):
        for end, alpha in ((low, 0.45), (high, 1.0)):
            axis.barh(place, end - middle, left=middle, height=0.62, color=COLOURS[1], alpha=alpha, linewidth=0)
        _ends(axis, place, row, (low, high), middle, lang)
    axis.axvline(middle, color=INK, linewidth=1.1)
    axis.axvline(0, color=PALE, linewidth=1.1, linestyle=(0, (4, 3)), zorder=0)
    axis.set_yticks(range(len(rows)), ["\n".join(textwrap.wrap(_title(row, lang), 38)[:2]) for row in rows.itertuples()])
    axis.tick_params(axis="y", labelcolor=INK)
    reach = np.append(ends[np.isfinite(ends)], [middle, 0.0])
    room = 0.14 * ((reach.max() - reach.min()) or 1)
    axis.set(ylim=(len(rows) - 0.4, -0.6), xlim=(reach.min() - room, reach.max() + room), xlabel=_word("axis", lang, unit=unit))
    axis.set_title(REGISTRY[name].title(lang), loc="left", fontsize=12, fontweight="bold")
    axis.xaxis.set_major_locator(ticks := MaxNLocator(6))
    steps = ticks.tick_values(*axis.get_xlim())
    decimals = max(0, -math.floor(math.log10(steps[1] - steps[0]) + 1e-9))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: spell(value, lang, decimals, signed=True)))
    axis.grid(axis="y", visible=False)


def _ends(axis, place: int, row: Any, ends: tuple[float, float], middle: float, lang: str) -> None:
    """What is written at each end, on the outer side; where both ends lie on one side, one stands across the middle."""
    before = "× " if row.name.startswith("calibration.") else ""
    low, high = (f"{before}{number(value, lang)}" for value in (row.written_low, row.written_high))
    left, right = (low, high) if ends[0] <= ends[1] else (high, low)
    for at, label, side in ((min(*ends, middle), left, "right"), (max(*ends, middle), right, "left")):
        axis.annotate(label, (at, place), (-4 if side == "right" else 4, 0), textcoords="offset points", ha=side, va="center", fontsize=9, color=SOFT)


def number(value: float, lang: str) -> str:
    """Three figures at most, as a reader writes them.

    >>> number(0.8123, "da"), number(5234.0, "en")
    ('0,812', '5,230')
    """
    shown = f"{value:.3g}" if abs(value) < 10 else f"{float(f'{value:.3g}'):,.0f}"
    return shown.translate(str.maketrans(",.", ".,")) if lang == "da" else shown


def _scale(rows: pd.DataFrame, name: str, raw: Mapping[str, Any], lang: str) -> tuple[float, str]:
    """By what differences are multiplied to be told, and their unit."""
    currency = str(raw.get("currency") or "DKK")
    if REGISTRY[name].unit == "share":
        return 100.0, say(lang, "points")
    unit = unit_of(name, currency, lang)
    columns = [column for column in ("at_low", "at_high", "mu_star") if column in rows]
    if "{currency}" in REGISTRY[name].unit and rows[columns].abs().to_numpy().max(initial=0) >= MILLION:
        money = MONEY.get(currency, (currency, currency))[lang == "da"]
        return 1 / MILLION, f"mio. {money} pr. år" if lang == "da" else f"million {money} per year"
    return 1.0, unit


def _decimals(values: np.ndarray) -> int:
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    return max(0, 2 - math.floor(math.log10(largest))) if largest > 0 else 0


def _title(row: Any, lang: str) -> str:
    title = row.title_da if lang == "da" else row.title
    return title[:1].upper() + title[1:]


def _word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
