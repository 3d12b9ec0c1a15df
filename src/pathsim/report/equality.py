"""Claim: who gets worse is named first, before who is better off, and how many were looked at is said."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ..contacts.registry import REGISTRY
from ..decide.equality import BETWEEN, FEWEST, ORDERED, Worse, against_first, inequality, who_gets_worse
from ..faults import fail
from .findings import group_name, people_groups
from .numbers import NOTHING, decimals_for, spell, tell
from .results import Results
from .table import columns
from .words import listing, term

ORDERS = {"education": (("low", "middle", "high"), ("short", "medium", "long"))}
"""Levels from the lowest, as the shipped systems have them."""

WORDS = {
    "worse": (
        "Gets worse (at most one in twenty of such names false, on average)",
        "Får det dårligere (i gennemsnit er højst et ud af tyve navne her forkert)",
    ),
    "maybe_worse": ("May get worse (95 % interval of its own)", "Får det måske dårligere (eget 95 %-interval)"),
    "better": ("Gets better (after the same control)", "Får det bedre (efter samme kontrol)"),
    "nobody": ("nobody", "ingen"),
    "looked": (
        "{n} comparisons were looked at, of {groups} groups in {indicators} indicators{same}.\n"
        "Chance alone would put about {k} into the second list. Groups overlap: the same people may be named twice.\n"
        "More money spent on a group counts as neither.",
        "{n} sammenligninger er set efter: {groups} grupper i {indicators} indikatorer{same}.\n"
        "Tilfældet alene ville sætte omkring {k} på den anden liste. Grupperne overlapper: de samme borgere kan være nævnt to gange.\n"
        "At der bruges flere penge på en gruppe, tæller hverken som godt eller dårligt.",
    ),
    "same": ("; {n} more were the same in every replication", "; yderligere {n} var ens i alle gentagelser"),
    "few": (
        "With {n} replications nobody is named for sure: four are needed.",
        "Med {n} gentagelser nævnes ingen med sikkerhed: der skal fire til.",
    ),
    "ordered": (
        "By {group}, from {low} to {high}\n"
        "Slope: what the high end of the scale has more of than the low end, or less.\n"
        "Index: below 0 most is at the low end, above 0 at the high end.",
        "Efter {group}, fra {low} til {high}\n"
        "Hældning: hvad den høje ende af skalaen har mere af end den lave, eller mindre.\n"
        "Indeks: under 0 ligger mest i den lave ende, over 0 i den høje.",
    ),
    "between": ("Between {n} municipalities", "Mellem {n} kommuner"),
    "slope": ("slope", "hældning"), "concentration": ("index", "indeks"), "range": ("highest less lowest", "højeste minus laveste"),
    "deviation": ("standard deviation", "standardafvigelse"), "theil": ("Theil's index", "Theils indeks"),
    "narrower": ("narrower", "mindre ulige"), "wider": ("wider", "mere ulige"), "unclear": ("", ""),
    "caution": (
        "Intervals: 95 %, chance alone. Levels are not adjusted for age, and those of short education are the oldest too;\n"
        "differences are of the same people. Small municipalities differ by chance as well, which is in what lies between them.",
        "Intervaller: 95 %, kun tilfældet. Niveauerne er ikke korrigeret for alder, og de kort uddannede er også de ældste;\n"
        "forskelle er for de samme borgere. Små kommuner er også forskellige ved et tilfælde, og det er med i det, der er imellem dem.",
    ),
    "no_levels": ("No {group} is recorded.", "{group} er ikke registreret."),
    "education": ("education", "uddannelse"),
}
COLUMNS = ["part", "indicator", "measure", "group", "level", "model", "against", "base", "value", "difference", "low", "high", "n", "p", "reading"]


class Equality:
    """A comparison read for who gains and who loses. group: whose levels have an order."""

    def __init__(self, results: Results, group: str = "education", order: Sequence[str] = ()):
        self.results, self.group = results, group
        self.levels = order_of(results, group, order)
        self.municipalities = sorted(_levels(results, "municipality"))
        self.worse: Worse = who_gets_worse(results.indicators, results.models, people_groups(results))
        self.ordered = self._read(group, self.levels, ORDERED)
        self.between = self._read("municipality", self.municipalities, BETWEEN)

    def _read(self, group: str, levels: Sequence[str], measures: dict) -> pd.DataFrame:
        if len(levels) < 2:
            return pd.DataFrame(columns=["indicator", "measure", *COLUMNS[5:]])
        rows = against_first(inequality(self.results.indicators, group, levels, measures), self.results.models)
        rows = rows[rows["difference"].notna() & ((rows["base"] != 0) | (rows["value"] != 0))]
        return rows.assign(reading=[turned(row) for row in rows.itertuples()])

    def table(self) -> pd.DataFrame:
        """Everything that was looked at (columns COLUMNS)."""
        parts = [self.worse.table.assign(part="groups"), self.ordered.assign(part="gradient", group=self.group),
                 self.between.assign(part="between", group="municipality")]
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True).reindex(columns=COLUMNS)


def order_of(results: Results, group: str, order: Sequence[str] = ()) -> list[str]:
    """The levels of a group that has an order, from the lowest. Raises Faults where it is not known or does not fit."""
    found = _levels(results, group)
    if order:
        if sorted(order) != sorted(found):
            raise fail("--order", f"{','.join(order)} was given. Allowed: {', '.join(sorted(found)) or 'nothing'}, each once, the lowest first")
        return list(order)
    if known := known_order(group, found):
        return known
    if not found:
        return []
    raise fail("--order", f"the order of {group} is not known. Write its levels from the lowest: --order {','.join(sorted(found))}")


def known_order(group: str, levels: Iterable[str]) -> list[str]:
    """Levels from the lowest; none where their order is not known.

    >>> known_order("education", ["high", "low"]), known_order("sex", ["woman", "man"])
    (['low', 'high'], [])
    """
    found = set(levels)
    return next(([level for level in known if level in found] for known in ORDERS.get(group, ()) if found <= set(known)), [])


def _levels(results: Results, group: str) -> set[str]:
    rows = results.indicators
    return set(rows.loc[rows["group"] == group, "level"])


def turned(row: Any) -> str:
    """Whether what is unequal has become narrower or wider; unclear where chance alone might have done it."""
    if not math.isfinite(row.low) or row.low <= 0 <= row.high:
        return "unclear"
    return "narrower" if abs(row.value) < abs(row.base) else "wider"


def text(found: Equality, lang: str = "en") -> str:
    """Each model against the first, as lines."""
    results, lines = found.results, []
    for model in results.others:
        lines += [f"{results.title(model, lang)} – {results.title(results.base, lang)}", ""]
        lines += _named(found, model, lang)
        lines += _unequal(found, model, lang)
    return "\n".join([*lines, _word("caution", lang)])


def _named(found: Equality, model: str, lang: str) -> list[str]:
    """Who gets worse, for sure and perhaps; then who gets better."""
    all_of_them = found.worse.table
    mine = Worse(all_of_them[all_of_them["model"] == model], found.worse.same)
    lines = []
    for reading in ("worse", "maybe_worse", "better"):
        rows = mine.named(reading)
        lines.append(_word(reading, lang) + (f": {_word('nobody', lang)}" if rows.empty else ""))
        lines += _gains(rows, lang) if reading == "better" else [_line(found.results, row, lang) for row in rows.itertuples()]
    same = _word("same", lang, n=mine.same) if mine.same else ""
    lines.append(_word("looked", lang, n=len(all_of_them), groups=len(all_of_them.groupby(["group", "level"])), same=same,
                       indicators=all_of_them["indicator"].nunique(), k=spell(0.025 * len(all_of_them), lang, 0 if len(all_of_them) > 100 else 1)))
    if found.results.replications < FEWEST:
        lines.append(_word("few", lang, n=found.results.replications))
    return [*lines, ""]


def _gains(rows: pd.DataFrame, lang: str) -> list[str]:
    """Those who get better, by what: a line an indicator."""
    lines = []
    for name, mine in rows.groupby("indicator", sort=False):
        who = listing(lang, [group_name(row, lang) for row in mine.itertuples()], 6)
        lines += textwrap.wrap(f"{REGISTRY[name].title(lang)}: {who}", 120, initial_indent="  ", subsequent_indent="    ")
    return lines


def _line(results: Results, row: Any, lang: str) -> str:
    told = tell(row, lang, results.currency, prose=False)
    name = f"{group_name(row, lang)}: {REGISTRY[row.indicator].title(lang)} ({told.unit})"
    return f"  {name}{' ' * max(82 - columns(name), 1)} {told.base} → {told.value}, {told.difference} ({told.interval})"


def _unequal(found: Equality, model: str, lang: str) -> list[str]:
    lines = []
    group = _word(found.group, lang) if found.group in WORDS else term(lang, found.group)
    if len(found.levels) > 1:
        low, high = (term(lang, found.levels[i]) for i in (0, -1))
        lines += [_word("ordered", lang, group=group, low=low, high=high), *_measured(found, found.ordered, model, lang), ""]
    else:
        said = _word("no_levels", lang, group=group)
        lines += [said[0].upper() + said[1:], ""]
    if len(found.municipalities) > 1:
        lines += [_word("between", lang, n=len(found.municipalities)), *_measured(found, found.between, model, lang), ""]
    return lines


def _measured(found: Equality, rows: pd.DataFrame, model: str, lang: str) -> list[str]:
    lines = []
    for row in rows[rows["model"] == model].itertuples():
        name = f"{REGISTRY[row.indicator].title(lang)}, {_word(row.measure, lang)}"
        if row.measure in ("concentration", "theil"):
            cells, unit = _bare(row, lang), ""
        else:
            told = tell(row, lang, found.results.currency, prose=False)
            cells, unit = (told.base, told.value, told.difference, told.interval), f" ({told.change_unit})"
        label, reading = name + unit, _word(row.reading, lang)
        numbers = f"{cells[0]} → {cells[1]}, {cells[2]} ({cells[3]})"
        lines.append(f"  {label}{' ' * max(98 - columns(label), 1)} {numbers}  {reading}".rstrip())
    return lines


def _bare(row: Any, lang: str) -> tuple[str, str, str, str]:
    """An index, which has no unit."""
    decimals = max(3, decimals_for([row.difference], 2))
    ends = [spell(end, lang, decimals, signed=True) for end in (row.low, row.high)]
    interval = NOTHING if ends[0] == ends[1] == NOTHING else f"{ends[0]} … {ends[1]}"
    return spell(row.base, lang, decimals), spell(row.value, lang, decimals), spell(row.difference, lang, decimals, signed=True), interval


def _word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
