"""Claim: small pictures side by side, a unit each, show which places run out and when; colours are those of the care models."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..decide.years import BEDS, SLOTS
from .ahead import NEAR, Ahead, ranked, unit_title, word
from .attribution import model_title
from .numbers import percent
from .pictures import INK, STYLE, WIDE
from .results import COLOURS

PANELS, ACROSS = 12, 3
CHANCE = (
    "Dashed: the limit. Dots on it: the year in which places run out, with its 95 % interval (chance alone, {n} runs).\n"
    "Bands: 95 % of the mean. Visits may run out before the line is there, when too many who ask get none.",
    "Stiplet: grænsen. Prikker på den: året, hvor pladserne ikke længere slår til, med 95 %-interval (kun tilfældet, {n} kørsler).\n"
    "Bånd: 95 % om gennemsnittet. Besøg kan slippe op, før linjen når dertil, når for mange, der spørger, ingen får.",
)
FUTURES = (
    "Dashed: the limit. Dots on it: the year by which places have run out in half of {n} possible futures; bars and bands: where {held} of\n"
    "futures lie (inputs and chance). Visits may run out before the line is there, when too many who ask get none.",
    "Stiplet: grænsen. Prikker på den: året, hvor pladserne ikke længere slår til i halvdelen af {n} mulige fremtider; bjælker og bånd: dér,\n"
    "hvor {held} af dem ligger (usikre tal og tilfældet). Besøg kan slippe op, før linjen når dertil, når for mange, der spørger, ingen får.",
)
AXES = {BEDS: ("Beds in use", "Senge i brug"), SLOTS: ("Places for visits in use", "Besøgspladser i brug")}


def write(folder: Path, found: Ahead, lang: str) -> None:
    """years.csv, runs_out.csv, years.svg and years.png."""
    found.trend.to_csv(folder / "years.csv", index=False, lineterminator="\n", float_format="%.6g")
    found.out.to_csv(folder / "runs_out.csv", index=False, lineterminator="\n", float_format="%.6g")
    if found.out.empty:
        return
    with matplotlib.rc_context({**STYLE, "figure.facecolor": "white", "svg.hashsalt": "years"}):
        figure = picture(found, lang)
        FigureCanvasSVG(figure).print_svg(folder / "years.svg", metadata={"Date": None})
        figure.set_dpi(160)
        FigureCanvasAgg(figure).print_png(folder / "years.png")


def picture(found: Ahead, lang: str) -> Figure:
    """A panel a unit, the fullest first."""
    keys = [key for key, highest in ranked(found.trend) if highest >= NEAR][:PANELS] or [key for key, _ in ranked(found.trend)][:ACROSS]
    across = min(ACROSS, len(keys))
    rows = -(-len(keys) // across)
    figure = Figure(figsize=(WIDE, 2.3 * rows + 1.3), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08, hspace=0.03)
    axes = figure.subplots(rows, across, squeeze=False).ravel()
    for axis, (group, level) in zip(axes, keys, strict=False):
        _panel(axis, found, group, level, lang)
    for axis in axes[len(keys):]:
        axis.set_visible(False)
    head = word("head", lang, first=found.years[0], last=found.years[-1])
    figure.suptitle(head, fontsize=13, fontweight="bold", x=0.02, ha="left")
    lines = [Line2D([], [], color=COLOURS[place % len(COLOURS)], linewidth=2.2, label=model_title(found.raw, model, lang))
             for place, model in enumerate(found.models)]
    figure.legend(handles=lines, loc="outside upper right", ncols=len(lines), frameon=False, labelcolor="linecolor", prop={"weight": "bold"})
    figure.supxlabel(_caption(found, lang), fontsize=9, x=0.02, ha="left", color=STYLE["axes.labelcolor"])
    return figure


def _caption(found: Ahead, lang: str) -> str:
    """What dots and bands are, and what the intervals hold."""
    if not found.futures:
        return CHANCE[lang == "da"].format(n=found.replications)
    return FUTURES[lang == "da"].format(n=found.replications, held=percent(found.held, lang, 0))


def _panel(axis: Axes, found: Ahead, group: str, level: str, lang: str) -> None:
    """How full one unit is, year by year, and when it runs out."""
    rows = found.trend[(found.trend["indicator"] == "use") & (found.trend["group"] == group) & (found.trend["level"] == level)]
    out = found.out[(found.out["group"] == group) & (found.out["level"] == level)].set_index("model")
    kind = out["kind"].iloc[0]
    limit = 100 * (found.limits.full if kind == BEDS else found.limits.busy)
    axis.axhline(limit, color=INK, linestyle=(0, (4, 3)), linewidth=1)
    for place, model in enumerate(found.models):
        mine = rows[rows["model"] == model]
        if mine.empty:
            continue
        colour = COLOURS[place % len(COLOURS)]
        axis.fill_between(mine["year"], 100 * mine["low"], 100 * mine["high"], color=colour, alpha=0.2, linewidth=0)
        axis.plot(mine["year"], 100 * mine["value"], color=colour, linewidth=2.2)
        _mark(axis, out.loc[model], found.years, limit, place)
    axis.set_xlim(found.years[0] - 0.4, found.years[-1] + 0.4)
    axis.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value / 100, lang, 0)))
    axis.margins(y=0.15)
    title = "\n".join(textwrap.wrap(unit_title(group, level, lang), 32)[:2])
    axis.set_title(title[0].upper() + title[1:], loc="left", fontsize=11, fontweight="bold")
    axis.set_ylabel(AXES[kind][lang == "da"], fontsize=9)
    axis.grid(axis="x", visible=False)


def _mark(axis: Axes, row: Any, years: Sequence[int], limit: float, place: int) -> None:
    """The year on the limit, with its interval; what lies outside the years is cut off at their ends."""
    colour = COLOURS[place % len(COLOURS)]
    low, high = (np.clip(row[name], years[0], years[-1]) for name in ("low", "high"))
    if low < high:
        axis.plot([low, high], [limit, limit], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt", zorder=3)
    if row["year"] < math.inf:
        axis.plot(max(row["year"], years[0]), limit, "o", color=colour, markersize=max(4, 10 - 3 * place), zorder=4 + place)  # one may lie on another
