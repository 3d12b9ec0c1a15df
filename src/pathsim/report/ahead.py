"""Claim: the years ahead are read as when each unit runs out under each care model, how sure that year is, and what was assumed of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ..contacts.registry import REGISTRY
from ..decide.years import BEDS, SLOTS, Limits, held
from .attribution import model_title
from .numbers import MILLION, MONEY, NOTHING, percent, spell, tell
from .table import columns
from .words import term

MAIN = ("readmission_30", "bed_days", "delayed_days", "days_at_home", "staff_hours", "cost")
SHOWN = 5  # years in a table
NEAR = 0.8  # of its limit: a unit that never comes so near is counted, not told

WORDS = {
    "head": ("The years ahead, {first} to {last}", "Årene frem, {first} til {last}"),
    "runs": ("{years} years, {n} replications of each. Places: {places}. Everybody else: {others}.",
             "{years} år, {n} gentagelser af hvert. Pladser: {places}. Alle andre: {others}."),
    "runs_futures": ("{years} years in {n} possible futures; the table has their means. Places: {places}. Everybody else: {others}.",
                     "{years} år i {n} mulige fremtider; tabellen viser gennemsnittet. Pladser: {places}. Alle andre: {others}."),
    "invested": (
        "{model} costs {value} million {currency} ({low} … {high}) more than {base} over {first} to {last}, as money of {first}: discounted by 3.5 % a year.",
        "{model} koster {value} mio. {currency} ({low} … {high}) mere end {base} i {first} til {last}, i {first}-værdi: diskonteret med 3,5 % om året.",
    ),
    "as_today": ("as today", "som i dag"),
    "growing": ("visiting places {staff} % and beds {beds} % more a year", "besøgspladser {staff} % og senge {beds} % flere om året"),
    "ages": ("as many more as the country's ages make", "så mange flere, som landets alderssammensætning giver"),
    "percent": ("{n} % more a year", "{n} % flere om året"),
    "when": ("When places run out", "Hvornår pladserne ikke længere slår til"),
    "rule": (
        "The first year from which, on average over the year, beds are {full} full, or visiting places are {busy} in use or {lost} of those who\n"
        "ask get none.",
        "Det første år, hvorfra senge i gennemsnit over året er {full} belagt, eller besøgspladser er {busy} i brug eller {lost} af dem, der\n"
        "spørger, ingen får.",
    ),
    "chance": (
        "In brackets 95 %, chance alone. * told from {base}: later or earlier in 95 % of the draws.",
        "I parentes 95 %, kun tilfældet. * kan skelnes fra {base}: senere eller tidligere i 95 % af trækningerne.",
    ),
    "futures": (
        "The year by which it is so in half of the futures; in brackets where {held} of futures lie: inputs and chance. Then of 100 futures\n"
        "those in which it is so by {last}. * told from {base}: later or earlier in 95 of 100 futures.",
        "Året er det, hvor det er sket i halvdelen af fremtiderne; i parentes dér, hvor {held} af fremtiderne ligger: usikre tal og tilfældet.\n"
        "Derefter i hvor mange af 100 fremtider det er sket senest i {last}. * kan skelnes fra {base}: senere eller tidligere i 95 af 100 fremtider.",
    ),
    "of_100": ("{n} of 100", "{n} af 100"),
    "already": ("already {year}", "allerede {year}"), "never": ("not by {year}", "ikke inden {year}"),
    "first_beds": ("{model}: first beds to run out: {unit}, {year}", "{model}: første senge, der ikke slår til: {unit}, {year}"),
    "first_nurses": ("{model}: first nurses to run out: {unit}, {year}", "{model}: første sygeplejersker, der ikke slår til: {unit}, {year}"),
    "no_beds": ("{model}: no beds run out by {year}", "{model}: sengene slår til indtil {year}"),
    "no_nurses": ("{model}: no nurses run out by {year}", "{model}: sygeplejerskerne slår til indtil {year}"),
    "enough": (", enough in {year}", ", nok i {year}"),
    "beds": ("beds", "senge"), "slots": ("visits", "besøg"),
    "standing": ("Standing work at {unit} takes {taken} of {places} places in {first}, {then} of {there} in {last}",
                 "Fast arbejde optager {taken} af {places} pladser i {first} og {then} af {there} i {last}: {unit}"),
    "others": ("{n} more units stay below four fifths of their limit.", "Yderligere {n} enheder bliver under fire femtedele af deres grænse."),
    "sector": ("all beds: {sector}", "alle senge: {sector}"),
    "paid": ("{what}: {payer}", "{what}: {payer}"),
    "care": (
        "Each age grows as in the country; who of an age is ill stays as it is, and so does medicine.",
        "Hver alder vokser som i landet; hvem der i en alder er syg, er som nu, og det er behandlingen også.",
    ),
    "care_chance": (
        "Chance alone is in the intervals; pathsim years --draws 100 adds what is uncertain about the numbers, and they become wider.",
        "Intervallerne rummer kun tilfældet; pathsim years --draws 100 tager det usikre ved tallene med, og så bliver de bredere.",
    ),
    "care_futures": (
        "Inputs and chance are in the intervals; whether the projection comes true is not, nor are numbers without a range.",
        "Intervallerne rummer usikre tal og tilfældet, men ikke om fremskrivningen holder, og ikke tal uden et spænd.",
    ),
}


class Ahead(NamedTuple):
    """What is told. trend: means by year; out: when units run out; raw: the care system; nurses: units whose visits nurses make;
    standing: in the first year and the last, by care model and unit, places that routine work takes and places there are, as written.
    futures: replications are futures, each a draw of all that is uncertain."""

    trend: pd.DataFrame
    out: pd.DataFrame
    raw: Mapping[str, Any]
    models: Sequence[str]
    years: Sequence[int]
    replications: int
    limits: Limits
    places: str
    others: str
    nurses: frozenset[str]
    standing: Mapping[int, Mapping[str, Mapping[str, tuple[float, float]]]]
    futures: bool = False
    invested: pd.DataFrame | None = None  # what models cost beyond the first over all the years: `present_value_of`

    @property
    def held(self) -> float:
        """The share of futures that an interval holds."""
        return held(self.replications)


def nurses_of(raw: Mapping[str, Any]) -> frozenset[str]:
    """Units with visiting places where nurses work, those of levers too."""
    changes = [(lever or {}).get("changes") or {} for lever in (raw.get("levers") or {}).values()]
    units = [entry for heading in (raw, *changes) for entry in (heading.get("units") or {}).items()]
    return frozenset(name for name, unit in units if isinstance(unit, dict) and "nurse" in (unit.get("staff") or {}))


def assumed(staff: float, beds: float, others: float | None, lang: str) -> tuple[str, str]:
    """What was assumed of places and of everybody else, in words."""
    places = word("growing", lang, staff=spell(staff, lang, 1), beds=spell(beds, lang, 1)) if staff or beds else word("as_today", lang)
    return places, word("ages", lang) if others is None else word("percent", lang, n=spell(others, lang, 1))


def text(found: Ahead, lang: str) -> str:
    """The main indicators by year, then when units run out."""
    first, last = found.years[0], found.years[-1]
    runs = "runs_futures" if found.futures else "runs"
    lines = [word("head", lang, first=first, last=last),
             word(runs, lang, years=len(found.years), n=found.replications, places=found.places, others=found.others), ""]
    lines += [*_by_year(found, lang), *_invested(found, lang)]
    limits = {name: percent(value, lang, 0) for name, value in found.limits._asdict().items()}
    base, in_words = model_title(found.raw, found.models[0], lang), "futures" if found.futures else "chance"
    brackets = word(in_words, lang, base=base, last=last, held=percent(found.held, lang, 0) if found.futures else "")
    lines += ["", word("when", lang), word("rule", lang, **limits), brackets, ""]
    lines += [line for model in found.models for line in _first(found, model, lang)]
    return "\n".join([*lines, *_standing(found, lang), "", *_when(found, lang), "", word("care", lang), word(f"care_{in_words}", lang)])


def _invested(found: Ahead, lang: str) -> list[str]:
    """What each model costs beyond the first, over all the years."""
    currency = str(found.raw.get("currency") or "DKK")
    lines = []
    for row in () if found.invested is None else found.invested.itertuples():
        value, low, high = (spell(amount / MILLION, lang, 1, signed=True) for amount in (row.value, row.low, row.high))
        money = MONEY.get(currency, (currency, currency))[lang == "da"]
        lines.append(word("invested", lang, model=model_title(found.raw, row.model, lang), first=found.years[0], last=found.years[-1], value=value, low=low,
                          high=high, currency=money, base=model_title(found.raw, found.models[0], lang)))
    return lines


def _standing(found: Ahead, lang: str) -> list[str]:
    """What routine work takes of units under the first care model, and under another where that is not the same."""
    lines = []
    for model in found.models:
        first, last = (found.standing[year].get(model, {}) for year in (found.years[0], found.years[-1]))
        for unit in first:
            told = [spell(number, lang, places) for one in (first[unit], last[unit]) for number, places in zip(one, (1, 0), strict=True)]
            lines.append(word("standing", lang, unit=term(lang, unit), taken=told[0], places=told[1], then=told[2], there=told[3],
                               first=found.years[0], last=found.years[-1]))
    return list(dict.fromkeys(lines))


def _by_year(found: Ahead, lang: str) -> list[str]:
    """A line an indicator and model, a column a year."""
    years = shown_years(found.years)
    lines = [["", *map(str, years)]]
    of = found.trend.set_index(["indicator", "group", "level", "model", "year"])["value"]
    payers = list(dict.fromkeys(found.trend.loc[found.trend["group"] == "payer", "level"]))
    wanted = [(name, "all", "all", "") for name in MAIN] + [("cost", "payer", payer, payer) for payer in payers]
    for name, group, level, payer in wanted:
        for model in found.models:
            values = [of.get((name, group, level, model, year), math.nan) for year in years]
            if all(map(math.isnan, values)):
                continue
            cells, unit = _cells(name, values, str(found.raw.get("currency") or "DKK"), lang)
            title = REGISTRY[name].title(lang)
            label = f"{word('paid', lang, what=title, payer=term(lang, payer)) if payer else title} ({unit}), {model_title(found.raw, model, lang)}"
            lines.append([label, *cells])
    width = max(columns(line[0]) for line in lines)
    return [f"{line[0]}{' ' * (width - columns(line[0]))}" + "".join(cell.rjust(12) for cell in line[1:]) for line in lines]


def _cells(name: str, values: list[float], currency: str, lang: str) -> tuple[list[str], str]:
    told = [tell(_Row(name, value, value, math.nan, math.nan, math.nan), lang, currency, prose=False) for value in values]
    return [one.base for one in told], told[0].unit


class _Row(NamedTuple):
    indicator: str
    base: float
    value: float
    difference: float
    low: float
    high: float


def shown_years(years: Sequence[int]) -> list[int]:
    """The first, the last and some between.

    >>> shown_years([2026, 2028, 2030, 2032, 2034, 2036, 2038, 2040])
    [2026, 2030, 2034, 2038, 2040]
    """
    step = max(1, -(-(len(years) - 1) // (SHOWN - 1)))
    return [years[i] for i in sorted({*range(0, len(years) - 1, step), len(years) - 1})]


def _first(found: Ahead, model: str, lang: str) -> list[str]:
    """Which beds and which nurses run out first under a model."""
    mine = found.out[(found.out["model"] == model) & (found.out["group"] == "unit")]
    kinds = {"beds": mine[mine["kind"] == BEDS], "nurses": mine[(mine["kind"] == SLOTS) & mine["level"].isin(found.nurses)]}
    lines = []
    for what, rows in kinds.items():
        rows = rows[rows["year"] < math.inf].sort_values(["year", "high", "low"], kind="stable")
        title = model_title(found.raw, model, lang)
        if rows.empty:
            lines.append(word(f"no_{what}", lang, model=title, year=found.years[-1]))
            continue
        row = next(rows.itertuples())
        lines.append(word(f"first_{what}", lang, model=title, unit=term(lang, row.level), year=_told(row, found.years, lang)))
    return lines


def _when(found: Ahead, lang: str) -> list[str]:
    """A line a unit, a column a model: the year, and how much is in use in the first year and the last."""
    order = ranked(found.trend)
    near = [key for key, highest in order if highest >= NEAR]
    out = found.out.set_index(["group", "level", "model"])
    use = found.trend[found.trend["indicator"] == "use"].set_index(["group", "level", "model", "year"])["value"]
    lines = [["", *(model_title(found.raw, model, lang) for model in found.models)]]
    for group, level in near:
        cells = []
        for model in found.models:
            if (group, level, model) not in out.index:
                cells.append(NOTHING)
                continue
            row = out.loc[(group, level, model)]
            ends = [percent(use.get((group, level, model, year), math.nan), lang, 0) for year in (found.years[0], found.years[-1])]
            star = "*" * (row["than_first"] in ("later", "earlier")) + word("enough", lang, year=found.years[-1]) * bool(row["enough_at_last"])
            share = f"  {word('of_100', lang, n=round(100 * row['out_by_last']))}" if found.futures else ""
            cells.append(f"{_told(row, found.years, lang)}{star}{share}  {' → '.join(ends)}")
        kind = "" if group == "sector" else f" ({word(out.loc[(group, level), 'kind'].iloc[0], lang)})"
        lines.append([unit_title(group, level, lang) + kind, *cells])
    widths = [max(columns(line[i]) for line in lines) + 3 for i in range(len(lines[0]))]
    shown = ["".join(cell + " " * (width - columns(cell)) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return shown + ([word("others", lang, n=len(order) - len(near))] if len(order) > len(near) else [])


def ranked(trend: pd.DataFrame) -> list[tuple[tuple[str, str], float]]:
    """Units with the highest part of their limit that they come to, the fullest first; all beds of a sector before them."""
    rows = trend[trend["indicator"] == "pressure"]
    highest = rows.groupby(["group", "level"], sort=False)["value"].max()
    order = sorted(highest.items(), key=lambda one: (one[0][0] != "sector", -one[1]))
    return [(key, float(value)) for key, value in order]


def unit_title(group: str, level: str, lang: str) -> str:
    return word("sector", lang, sector=term(lang, level)) if group == "sector" else term(lang, level)


def _told(row: Any, years: Sequence[int], lang: str) -> str:
    """The year and its interval."""
    year, low, high = (float(row[name] if isinstance(row, pd.Series) else getattr(row, name)) for name in ("year", "low", "high"))
    if math.isnan(low) or _end(low, years) == _end(high, years):
        return _year(year, years, lang)
    return f"{_year(year, years, lang)} ({_end(low, years)} … {_end(high, years)})"


def _end(value: float, years: Sequence[int]) -> str:
    """
    >>> _end(-math.inf, [2026, 2040]), _end(2030.2, [2026, 2040]), _end(math.inf, [2026, 2040])
    ('≤2026', '2031', '>2040')
    """
    return (f"≤{years[0]}" if value < 0 else f">{years[-1]}") if math.isinf(value) else str(math.ceil(value - 1e-9))


def _year(value: float, years: Sequence[int], lang: str) -> str:
    """The first whole year from which it is so."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return word("already", lang, year=years[0]) if value < 0 else word("never", lang, year=years[-1])
    return str(math.ceil(value - 1e-9))


def word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
