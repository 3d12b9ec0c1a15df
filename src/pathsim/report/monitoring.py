"""Claim: a pilot that is watched is told as one answer, when it should have been stopped, and the reason for it in money."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..contacts.registry import REGISTRY
from ..decide.monitoring import ADOPT, CONTINUE, STOP
from ..decide.pilot import Watched
from .numbers import MILLION, MONEY, NOTHING, decimals_for, percent, spell
from .pictures import INK, SOFT, STYLE, WIDE
from .results import COLOURS

STOPPED, ADOPTED = COLOURS[0], COLOURS[1]
WORDS = {
    "at_stake": (
        "{people} people until {end}. Net benefit of a person-year in {money}, where one more counts: {prices}.",
        "{people} borgere frem til {end}. Nettogevinst pr. personår i {money}, hvor én mere tæller: {prices}.",
    ),
    "columns": (
        ["look", "date", "seen so far", "believed", "95 %", "worth it", "stop below", "one more look gains", "advice"],
        ["opgørelse", "dato", "set indtil nu", "forventet", "95 %", "pengene værd", "stop under", "én opgørelse mere giver", "råd"],
    ),
    STOP: ("stop", "stop"), ADOPT: ("adopt", "indfør"), CONTINUE: ("go on", "fortsæt"),
    "units": ("Worth it: the probability that it is. One more look gains: in million {money}, what it tells less what it costs.",
              "Pengene værd: sandsynligheden for det. Én opgørelse mere giver: i mio. {money}, værdien af det, den viser, minus det, den koster."),
    "not_begun": ("On what was believed before, it should not have been begun.", "Ud fra det, man regnede med på forhånd, burde det ikke være sat i gang."),
    "stopped": (
        "On what could be known, it should have been stopped at look {look}, {day}: its net benefit was believed to be {mean} {money}\n"
        "a person-year ({low} to {high}), with a probability of {p} that it was worth it. The choice at the next look was worth {choice}\n"
        "million {money}, and waiting for it cost {waiting}.",
        "Ud fra det, man kunne vide, burde det være stoppet ved opgørelse {look}, {day}: nettogevinsten måtte ventes at være {mean} {money}\n"
        "pr. personår ({low} til {high}), og sandsynligheden for, at det var pengene værd, var {p}. Valget ved næste opgørelse var\n"
        "{choice} mio. {money} værd, og at vente på det kostede {waiting}.",
    ),
    "stopped_last": (
        "On what could be known, it should have been stopped at the last look, {day}: its net benefit was believed to be {mean} {money}\n"
        "a person-year ({low} to {high}).",
        "Ud fra det, man kunne vide, burde det være stoppet ved sidste opgørelse, {day}: nettogevinsten måtte ventes at være {mean} {money}\n"
        "pr. personår ({low} til {high}).",
    ),
    "afterwards": (
        "From then until {day} it cost {cost} million {money} more than it was worth, by what was believed at the end.",
        "Fra da til {day} kostede det {cost} mio. {money} mere, end det var værd, efter det man vidste til sidst.",
    ),
    "adopted": (
        "On what could be known, it should have been adopted for everybody at look {look}, {day}: its net benefit was believed to be\n"
        "{mean} {money} a person-year ({low} to {high}).",
        "Ud fra det, man kunne vide, burde det være indført for alle ved opgørelse {look}, {day}: nettogevinsten kunne ventes at være\n"
        "{mean} {money} pr. personår ({low} til {high}).",
    ),
    "goes_on": (
        "On what is known at look {look}, {day}, it should go on: the choice at the next look is worth {choice} million {money}, and\n"
        "waiting for it costs {waiting}.",
        "Ud fra det, man ved ved opgørelse {look}, {day}, bør det fortsætte: valget ved næste opgørelse er {choice} mio. {money} værd, og\n"
        "at vente på det koster {waiting}.",
    ),
    "few_draws": (
        "By the draws themselves the probability was {p} at that look, where the table has {normal} from their mean and spread; "
        "they amounted to {n} draws then{few}.",
        "Efter trækningerne selv var sandsynligheden {p} ved den opgørelse, hvor tabellen har {normal} ud fra deres middel og spredning; "
        "de svarede da til {n} trækninger{few}.",
    ),
    "too_few": (", too few to check by", ", for få til at kontrollere med"),
    "head": ("{title}: {answer}", "{title}: {answer}"),
    "head.stop": ("stop at look {look}, {day}", "stop ved opgørelse {look}, {day}"),
    "head.adopt": ("adopt at look {look}, {day}", "indfør ved opgørelse {look}, {day}"),
    "head.continue": ("go on", "fortsæt"),
    "axis": ("Net benefit of a person-year, {money}", "Nettogevinst pr. personår, {money}"),
    "seen": ("seen so far", "set indtil nu"), "believed": ("believed", "forventet"),
    "stop_area": ("below: stop", "herunder: stop"), "adopt_area": ("above: adopt", "herover: indfør"),
    "read": (
        "Line and band: what was to be believed and its 95 % interval. Dots: the mean of all seen until then. Where the line enters the\n"
        "lower area, one more look is no longer worth what it costs.",
        "Linje og bånd: det, man måtte regne med, og 95 %-intervallet. Prikker: gennemsnittet af alt, der var set indtil da. Hvor linjen går\n"
        "ned i det nederste felt, er én opgørelse mere ikke længere pengene værd.",
    ),
}
MONTHS_DA = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
FEW = 20  # effective draws


def text(watched: Watched, table: pd.DataFrame, lang: str) -> str:
    """The looks as a table, and the answer."""
    form, money = watched.form, _money(watched, lang)
    title = _title(watched, lang)
    prices = ", ".join(f"{_name(name, lang)} {spell(price, lang)}" for name, price in form.price.items())
    end = day_of(date.fromordinal(form.begun.toordinal() + round(watched.pilot.horizon * 365)), lang)
    about = _say("at_stake", lang, people=spell(form.people, lang), end=end, money=money, prices=prices)
    looks = [*_lines(watched, table, lang), _say("units", lang, money=money)]
    return "\n".join([*([title] if title else []), about, "", *looks, "", answer(watched, table, lang)])


def decision(table: pd.DataFrame) -> Any | None:
    """The first look after the beginning at which it was to be decided; None where it is to go on."""
    return next((row for row in table.itertuples() if row.look and row.advice != CONTINUE), None)


def answer(watched: Watched, table: pd.DataFrame, lang: str) -> str:
    """When it should have been stopped, adopted, or that it goes on, and why."""
    row, last = decision(table), table.iloc[-1]
    said = [_say("not_begun", lang)] if table.iloc[0]["advice"] == STOP else []
    if row is None:
        said.append(_say("goes_on", lang, **_told(watched, next(table.tail(1).itertuples()), lang)))
    elif row.advice == ADOPT:
        said.append(_say("adopted", lang, **_told(watched, row, lang)))
    else:
        said.append(_say("stopped" if np.isfinite(row.waiting) else "stopped_last", lang, **_told(watched, row, lang)))
        since = slice(row.look + 1, int(last["look"]) + 1)
        cost = -watched.pilot.treated[since].sum() * last["mean"] + watched.pilot.running[since].sum()
        if cost > 0 and last["look"] > row.look:
            said.append(_say("afterwards", lang, day=_day(watched, int(last["look"]), lang), cost=_millions(cost, lang), money=_money(watched, lang)))
    told = row if row is not None else next(table.tail(1).itertuples())
    if np.isfinite(told.p_worth_draws):
        few = _say("too_few", lang) if told.effective_draws < FEW else ""
        p, normal = (percent(value, lang, 0) for value in (told.p_worth_draws, told.p_worth))
        said.append(_say("few_draws", lang, p=p, normal=normal, n=spell(told.effective_draws, lang), few=few))
    return "\n".join(said)


def write(folder: Path, watched: Watched, table: pd.DataFrame, lang: str) -> None:
    """monitoring.svg and monitoring.png."""
    with matplotlib.rc_context({**STYLE, "figure.facecolor": "white", "svg.hashsalt": "monitoring"}):
        figure = picture(watched, table, lang)
        FigureCanvasSVG(figure).print_svg(folder / "monitoring.svg", metadata={"Date": None})
        figure.set_dpi(200)
        FigureCanvasAgg(figure).print_png(folder / "monitoring.png")


def picture(watched: Watched, table: pd.DataFrame, lang: str) -> Figure:
    """What was believed, look by look, between the two boundaries."""
    days = np.array([watched.form.begun, *(look.date for look in watched.form.looks)], dtype="datetime64[D]")[: len(table)]
    seen = table[table["look"] > 0]
    low = min(table["low"].min(), seen["seen"].min(), 0.0)
    high = max(table["high"].max(), seen["seen"].max(), 0.0)
    low, high = low - 0.08 * (high - low), high + 0.08 * (high - low)
    stop, adopt = np.clip(table["stop_below"], low, high), np.clip(table["adopt_from"] if watched.pilot.early else np.full(len(table), np.nan), low, high)
    figure = Figure(figsize=(WIDE, 5.4), layout="constrained")
    axis = figure.subplots()
    axis.fill_between(days, low, stop, color=STOPPED, alpha=0.12, linewidth=0)
    axis.fill_between(days, adopt, high, color=ADOPTED, alpha=0.12, linewidth=0)
    axis.plot(days, stop, color=STOPPED, linewidth=1.6)
    axis.plot(days, adopt, color=ADOPTED, linewidth=1.6)
    axis.fill_between(days, table["low"], table["high"], color=SOFT, alpha=0.18, linewidth=0)
    axis.plot(days, table["mean"], color=INK, linewidth=2.2)
    axis.plot(days[1:], seen["seen"], "o", color=SOFT, markersize=6)
    axis.plot(days[[0, -1]], [0, 0], color=INK, linewidth=0.8)
    _labels(axis, days, table, (low, high), lang, watched.pilot.early)
    row = decision(table)
    if row is not None:
        colour = STOPPED if row.advice == STOP else ADOPTED
        axis.plot(days[row.look], row.mean, "o", color=colour, markersize=13, markerfacecolor="none", markeredgewidth=2.6)
    axis.set(ylim=(low, high), xlim=(days[0], days[-1] + (days[-1] - days[0]) // 7), ylabel=_say("axis", lang, money=_money(watched, lang)))
    axis.set_xticks(days[:: max(1, len(days) // 6)], [_short(day.astype(object), lang) for day in days[:: max(1, len(days) // 6)]])
    axis.yaxis.set_major_locator(MaxNLocator(7))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: spell(value, lang, signed=True)))
    axis.grid(axis="x", visible=False)
    figure.suptitle(_head(watched, row, lang), fontsize=13, fontweight="bold", x=0.02, ha="left")
    figure.supxlabel(_say("read", lang), fontsize=9.5, x=0.02, ha="left", color=SOFT)
    return figure


def _labels(axis, days: np.ndarray, table: pd.DataFrame, ends: tuple[float, float], lang: str, early: bool) -> None:
    """Names beside what they name."""
    last, least = table.iloc[-1], 0.055 * (ends[1] - ends[0])
    middle, apart = (last["mean"] + last["seen"]) / 2, max(abs(last["mean"] - last["seen"]), least)
    upper = 1 if last["mean"] >= last["seen"] else -1
    for name, side, colour in (("believed", upper, INK), ("seen", -upper, SOFT)):
        place = (days[-1], middle + side * apart / 2)
        axis.annotate(_say(name, lang), place, (8, 0), textcoords="offset points", va="center", color=colour, fontweight="bold")
    axis.annotate(_say("stop_area", lang), (days[-1], ends[0]), (-6, 8), textcoords="offset points", ha="right", color=STOPPED, fontweight="bold")
    if early:
        above = {"ha": "right", "va": "top", "color": ADOPTED, "fontweight": "bold"}
        axis.annotate(_say("adopt_area", lang), (days[-1], ends[1]), (-6, -8), textcoords="offset points", **above)


def _head(watched: Watched, row: Any | None, lang: str) -> str:
    said = _say("head.continue", lang) if row is None else _say(f"head.{row.advice}", lang, look=row.look, day=_day(watched, row.look, lang))
    title = _title(watched, lang)
    return _say("head", lang, title=title, answer=said) if title else said.capitalize()


def _lines(watched: Watched, table: pd.DataFrame, lang: str) -> list[str]:
    """The table as it is printed."""
    decimals = _decimals(table)
    money = lambda value: spell(value, lang, decimals, signed=True) if np.isfinite(value) else NOTHING  # noqa: E731
    lines = [WORDS["columns"][lang == "da"]]
    for row in table.itertuples():
        gain = spell(row.gain / MILLION, lang, 2, signed=True) if np.isfinite(row.gain) else NOTHING
        interval = f"{money(row.low)} … {money(row.high)}"
        lines.append([str(row.look), _iso(watched, row.look), money(row.seen), money(row.mean), interval, percent(row.p_worth, lang, 0),
                      money(row.stop_below), gain, _say(row.advice, lang)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.rjust(size) for cell, size in zip(line, widths, strict=True)) for line in lines]


def _told(watched: Watched, row: Any, lang: str) -> dict[str, str]:
    """The numbers of a look, as the sentences have them."""
    decimals = _decimals(pd.DataFrame({"mean": [row.mean]}))
    mean, low, high = (spell(value, lang, decimals) for value in (row.mean, row.low, row.high))
    return {
        "look": str(row.look), "day": _day(watched, row.look, lang), "money": _money(watched, lang), "p": percent(row.p_worth, lang, 0),
        "mean": mean, "low": low, "high": high, "choice": _millions(row.choice, lang), "waiting": _millions(row.waiting, lang),
    }


def _decimals(table: pd.DataFrame) -> int:
    return max(0, decimals_for(table["mean"].tolist(), 3)) if table["mean"].abs().max() < 100 else 0


def _millions(value: float, lang: str) -> str:
    return spell(value / MILLION, lang, 2) if np.isfinite(value) else NOTHING


def _money(watched: Watched, lang: str) -> str:
    name = watched.form.currency
    return MONEY.get(name, (name, name))[lang == "da"]


def _title(watched: Watched, lang: str) -> str:
    return (watched.form.title_da if lang == "da" else "") or watched.form.title


def _name(outcome: str, lang: str) -> str:
    return REGISTRY[outcome].title(lang).lower() if outcome in REGISTRY else outcome.replace("_", " ")


def _iso(watched: Watched, look: int) -> str:
    return (watched.form.looks[look - 1].date if look else watched.form.begun).isoformat()


def _day(watched: Watched, look: int, lang: str) -> str:
    return day_of(watched.form.looks[look - 1].date if look else watched.form.begun, lang)


def day_of(day: date, lang: str) -> str:
    """A date in words.

    >>> day_of(date(2014, 3, 1), "en"), day_of(date(2014, 3, 1), "da")
    ('1 March 2014', '1. marts 2014')
    """
    return f"{day.day}. {MONTHS_DA[day.month - 1]} {day.year}" if lang == "da" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _short(day: date, lang: str) -> str:
    return f"{(MONTHS_DA if lang == 'da' else MONTHS)[day.month - 1][:3]} {day.year}"


def _say(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
