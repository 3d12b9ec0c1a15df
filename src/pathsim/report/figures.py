"""Claim: a figure shows one finding on one scale, with the models in the same two colours throughout.

Names stand beside what they name, bars start at zero, and each figure has its numbers as a table.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..contacts.curves import staffed
from .findings import group_name, people_groups, way
from .numbers import percent, spell
from .pictures import GRID, INK, both
from .results import Results
from .words import say, term

LOW, HIGH = 0.1, 0.9  # the band of days


@dataclass
class Drawn:
    """A figure as the page needs it: the two pictures, and its numbers as a table."""

    name: str
    wide: str
    narrow: str
    columns: list[str]
    lines: list[list[str]]
    basis: str = ""
    rows: dict[str, list] = field(default_factory=dict)


def _short(name: str, most: int = 30) -> str:
    return textwrap.shorten(name, most, placeholder="…") if " " in name.strip() else name[: most - 1] + "…" if len(name) > most else name


def _label(name: str, width: float) -> str:
    """A name beside an axis: on one line, on a narrow picture on two."""
    return _short(name, 34) if width > 6 else "\n".join(textwrap.wrap(_short(name, 36), 19)[:2])


def _panels(number: int, width: float, height: float, share_y: bool = True, beside: bool | None = None):
    """Panels side by side where there is room, else above each other."""
    columns = number if (width > 6 if beside is None else beside) else 1
    rows = -(-number // columns)
    figure = Figure(figsize=(width, height * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharey=share_y, sharex=False, squeeze=False).ravel()
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1, wspace=0.04)
    return figure, axes


def beds(results: Results, language: str) -> Drawn | None:
    """Hospital beds in use by week, with the band of days, against the staffed beds."""
    daily = results.curves[results.curves["curve"] == "beds"]
    if daily.empty:
        return None
    daily = daily.assign(week=daily["day"].astype(int) // 7)
    weekly = {
        m: mine.groupby("week")["value"].agg(["mean", lambda v: v.quantile(LOW), lambda v: v.quantile(HIGH)]).set_axis(["mean", "low", "high"], axis=1)
        for m, mine in daily.groupby("model", sort=False)
    }
    lines = {m: staffed(run) for m, run in results.runs.items()}
    top = 1.12 * max([w["high"].max() for w in weekly.values()] + [n for n in lines.values() if np.isfinite(n)])

    def draw(width: float) -> Figure:
        figure, axes = _panels(len(weekly), width, 3.0)
        for axis, (model, week) in zip(axes, weekly.items(), strict=False):
            colour, at = results.colour(model), week.index + 1
            axis.fill_between(at, week["low"], week["high"], color=colour, alpha=0.22, linewidth=0)
            if model != results.base and results.base in weekly:  # the thin line of the base, for the eye
                axis.plot(at, weekly[results.base]["mean"].reindex(week.index), color=results.colour(results.base), linewidth=1, alpha=0.8)
            axis.plot(at, week["mean"], color=colour, linewidth=2.2)
            if 0 < lines.get(model, 0) < np.inf:
                axis.axhline(lines[model], color=INK, linestyle=(0, (4, 3)), linewidth=1.1)
                axis.text(at.max(), lines[model], say(language, "staffed", n=spell(lines[model], language)), ha="right", va="bottom", fontsize=10)
            axis.set_title(_short(results.title(model, language)), loc="left", color=colour, fontweight="bold", fontsize=12)
            axis.set(ylim=(0, top), xlim=(1, at.max()), xlabel=say(language, "week"))
            axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            axis.yaxis.set_major_locator(MaxNLocator(6))
            axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: spell(v, language, 0 if v == round(v) else 1)))
            axis.grid(axis="x", visible=False)
        axes[0].set_ylabel(say(language, "beds_in_use"))
        return figure

    columns = [say(language, key) for key in ("quarter", "col.low", "col.mean", "col.high")]
    columns = [columns[0]] + [f"{results.title(m, language)}: {c.lower()}" for m in weekly for c in columns[1:]]
    return Drawn("beds", *both("beds", draw), columns, _thirteen_weeks(daily, weekly, language), _basis(results, language))


def _thirteen_weeks(daily: pd.DataFrame, weekly: dict, language: str) -> list[list[str]]:
    """Quiet day, mean and busy day by quarter of a year."""
    lines = []
    for first in range(0, int(daily["week"].max()) + 1, 13):
        last = min(first + 12, int(daily["week"].max()))
        cells = [f"{first + 1}–{last + 1}"]
        for model in weekly:
            mine = daily.loc[(daily["model"] == model) & daily["week"].between(first, last), "value"]
            cells += [spell(v, language, 1) for v in (mine.quantile(LOW), mine.mean(), mine.quantile(HIGH))]
        lines.append(cells)
    return lines


def _basis(results: Results, language: str) -> str:
    runs = results.curves["replication"].nunique()
    return say(language, "basis.all", n=runs) if runs > 1 else say(language, "basis.one")


def after_discharge(results: Results, language: str) -> Drawn | None:
    """Share readmitted and share seen, by day since discharge."""
    told = results.curves[results.curves["curve"].isin(["readmitted", "contact"])]
    told = told[told["of"] > 0]
    share = (told["value"] / told["of"]).groupby([told["curve"], told["model"], told["day"]]).mean()  # as indicators: mean of the runs' shares
    all_runs = results.curves["replication"].nunique() == results.replications
    shown = [c for c in ("readmitted", "contact") if c in share.index.get_level_values("curve")]
    models = [m for m in results.models if m in share.index.get_level_values("model")]
    if not shown or not models:
        return None

    def draw(width: float) -> Figure:
        figure, axes = _panels(len(shown), width, 3.2, share_y=False)
        for axis, curve in zip(axes, shown, strict=False):
            ends = []
            for model in models:
                if (curve, model) not in share.index.droplevel("day"):
                    continue
                line = share.xs((curve, model))
                axis.plot(line.index, 100 * line, color=results.colour(model), linewidth=2.4)
                ends.append((100 * float(line.iloc[-1]), model))
            axis.set_ylim(0, max(1.15 * max((e for e, _ in ends), default=1), 1))
            for height, (end, model) in zip(_apart([e for e, _ in ends], axis.get_ylim()[1] * 0.085), ends, strict=True):
                label = _short(results.title(model, language), 16) + (f" {percent(end / 100, language)}" if all_runs else "")
                axis.text(30.6, height, label, color=results.colour(model), fontweight="bold", fontsize=10, va="center")
            axis.set(xlim=(0, 30), xlabel=say(language, "day"), xticks=range(0, 31, 10))
            axis.yaxis.set_major_locator(MaxNLocator(6))
            axis.set_title(say(language, f"curve.{curve}"), loc="left", fontsize=12, fontweight="bold")
            axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v / 100, language, 0)))
            axis.grid(axis="x", visible=False)
        return figure

    days = [d for d in (1, 2, 7, 14, 30) if d in share.index.get_level_values("day")]
    columns = [say(language, "day")] + [f"{say(language, f'curve.{c}')}: {results.title(m, language)}" for c in shown for m in models]
    cell = lambda c, m, d: percent(share[c, m, d], language) if (c, m, d) in share.index else "–"  # noqa: E731
    lines = [[str(d), *(cell(c, m, d) for c in shown for m in models)] for d in days]
    return Drawn("after", *both("after", draw), columns, lines, _basis(results, language))


def _apart(places: list[float], least: float) -> list[float]:
    """Places of labels, moved so that none lies over another."""
    order = np.argsort(places)
    moved = np.array(places, dtype=float)
    for before, after in zip(order, order[1:], strict=False):
        moved[after] = max(moved[after], moved[before] + least)
    return list(moved - (moved.mean() - np.mean(places) if len(places) else 0))


def groups(results: Results, language: str) -> Drawn | None:
    """Readmission within 30 days by group, a dot for each model, sorted by the base."""
    indicator = "readmission_30" if results.row(results.others[0], "readmission_30") is not None else "psychiatric_readmission_30"
    wanted = [name for name in people_groups(results) if name != "municipality"]
    mine = {
        m: [row for g in wanted for row in results.rows(m, indicator, g).itertuples() if np.isfinite(row.base) and np.isfinite(row.value)]
        for m in results.others
    }
    first = sorted(mine[results.others[0]], key=lambda row: -row.base)
    if not first:
        return None
    names = [(row.group, row.level) for row in first]
    found = {m: {(r.group, r.level): r for r in rows} for m, rows in mine.items()}
    labels = [group_name(row, language) for row in first]

    def draw(width: float) -> Figure:
        figure, axes = _panels(1, width, 1.15 + 0.36 * len(names))
        axis = axes[0]
        for at, (key, row) in enumerate(zip(names, first, strict=True)):
            values = _values(row, found, key, results)
            axis.plot([100 * min(values), 100 * max(values)], [at, at], color=GRID, linewidth=5, solid_capstyle="round", zorder=1)
            axis.plot(100 * row.base, at, "o", color=results.colour(results.base), markersize=9, zorder=3)
            for model in results.others:
                if key in found[model]:
                    face = results.colour(model) if way(found[model][key]) in ("up", "down") else "none"
                    dot = {"color": results.colour(model), "markerfacecolor": face, "markeredgewidth": 2, "markersize": 8, "zorder": 4}
                    axis.plot(100 * found[model][key].value, at, "o", **dot)
        topmost = _values(first[0], found, names[0], results)
        for place, model in zip(topmost, results.models, strict=True):
            side = "left" if place == max(topmost) else "right"
            axis.text(100 * place, -0.62, _short(results.title(model, language), 18), color=results.colour(model), fontweight="bold", ha=side, fontsize=10)
        axis.set_yticks(range(len(labels)), [_label(name, width) for name in labels])
        axis.tick_params(axis="y", labelcolor=INK)
        axis.set(ylim=(len(names) - 0.4, -1.1), xlabel=say(language, "group.axis"))
        axis.set_xlim(0, 1.08 * axis.get_xlim()[1])
        axis.xaxis.set_major_locator(MaxNLocator(6))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v / 100, language, 0)))
        axis.grid(axis="y", visible=False)
        return figure

    columns = [say(language, "col.group"), results.title(results.base, language), *(results.title(m, language) for m in results.others)]
    shown = lambda m, key: percent(found[m][key].value, language) if key in found[m] else "–"  # noqa: E731
    lines = [[label, percent(row.base, language), *(shown(m, key) for m in results.others)] for label, key, row in zip(labels, names, first, strict=True)]
    return Drawn("groups", *both("groups", draw), columns, lines, rows=mine)


def _values(row, found: dict, key: tuple, results: Results) -> list[float]:
    """A group's share under each model."""
    return [row.base, *(found[m][key].value if key in found[m] else row.base for m in results.others)]


def staff(results: Results, language: str) -> Drawn | None:
    """Change in staff hours by profession, from zero, with the interval."""
    rows = {m: sorted(results.rows(m, "staff_hours", "profession").itertuples(), key=lambda r: -r.difference) for m in results.others}
    if not any(rows.values()):
        return None

    def draw(width: float) -> Figure:
        number = max(len(r) for r in rows.values())
        figure, axes = _panels(len(rows), width, 1.25 + 0.42 * number, share_y=False)
        ends = [v for mine in rows.values() for r in mine for v in (r.low, r.high, r.difference, 0) if np.isfinite(v)]
        room = (0.25 if width > 6 and len(rows) == 1 else 0.45) * ((max(ends) - min(ends)) or 1)
        for axis, (model, mine) in zip(axes, rows.items(), strict=False):
            for at, row in enumerate(mine):
                sure = way(row) in ("up", "down")
                axis.barh(at, row.difference, color=results.colour(model), alpha=1 if sure else 0.3, height=0.6)
                if np.isfinite(row.low):
                    axis.plot([row.low, row.high], [at, at], color=INK, linewidth=1.3)
                right = row.difference >= 0
                outer = np.nanmax([row.high, row.difference, 0]) if right else np.nanmin([row.low, row.difference, 0])
                axis.annotate(
                    spell(row.difference, language, 0, signed=True), (outer, at), (6 if right else -6, 0), textcoords="offset points",
                    ha="left" if right else "right", va="center", fontsize=10, fontweight="bold" if sure else "normal",
                )
            axis.axvline(0, color=INK, linewidth=1)
            axis.set_yticks(range(len(mine)), [_label(term(language, r.level), width) for r in mine])
            axis.tick_params(axis="y", labelcolor=INK)
            axis.set(ylim=(len(mine) - 0.4, -0.6), xlim=(min(ends) - room, max(ends) + room), xlabel=say(language, "staff.axis"))
            axis.xaxis.set_major_locator(MaxNLocator(5 if width > 6 else 4))
            axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: spell(v, language, 0, signed=True)))
            axis.grid(axis="y", visible=False)
            if len(rows) > 1:
                axis.set_title(_short(results.title(model, language)), loc="left", color=results.colour(model), fontweight="bold", fontsize=12)
        return figure

    base = results.title(results.base, language)
    columns = [say(language, "col.who")]
    for model in results.others:
        columns += [base, results.title(model, language), say(language, "col.difference"), say(language, "col.interval")]
    return Drawn("staff", *both("staff", draw), columns, _staff_lines(results, rows, language), rows=rows)


def _staff_lines(results: Results, rows: dict, language: str) -> list[list[str]]:
    lines = []
    by_level = {m: {r.level: r for r in mine} for m, mine in rows.items()}
    for level in dict.fromkeys(r.level for mine in rows.values() for r in mine):
        cells = [term(language, level)]
        for model in results.others:
            row = by_level[model].get(level)
            if row is None:
                cells += ["–"] * 4
                continue
            cells += [spell(row.base, language), spell(row.value, language), spell(row.difference, language, signed=True)]
            cells.append(f"{spell(row.low, language, signed=True)} … {spell(row.high, language, signed=True)}")
        lines.append(cells)
    return lines
