"""Claim: the futures of a study can be read in a terminal: how much, between what, in how many futures, what it hangs on, and what that is worth.

Where one of the unknowns that matter most is assumed, the result is an illustration and has no verdict: the rule is in the text, not in the reader.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ..contacts.registry import REGISTRY
from ..decide.appraisal import Appraisal
from ..decide.equality import WORSE_IN, Worse
from ..inputs.unknowns import Unknowns
from ..study.futures.analysis import LEAST, Influence
from ..study.futures.enough import DANISH, EDGE, SETTLED, Look
from .attribution import model_title
from .findings import group_name
from .numbers import MONEY, percent, spell, tell
from .table import aligned
from .tornado import number
from .words import say

WIDTH, TOP, TURNS, NAMED, PRICES = 110, 10, 3, 6, 3
NAME = 44  # letters of an indicator
WORDS = {
    "head": ("{against}: {futures} possible futures, {replications} simulated years", "{against}: {futures} mulige fremtider, {replications} simulerede år"),
    "difference": ("difference", "forskel"),
    "between": ("probably between", "sandsynligvis mellem"),
    "better": ("better in", "bedre i"),
    "year": ("in a year", "i et år"),
    "chance": ("chance", "tilfældighed"),
    "verdict": ("verdict", "konklusion"),
    "read": (
        "Probably between: what a year shows lies there in 95 of 100 possible futures; it holds what is uncertain about the numbers as well as chance. "
        "Better in: of 100 futures, those in which the expected difference is better; in a year: those in which a single year would show it. "
        "Chance: its share of the variance.",
        "Sandsynligvis mellem: Dér ligger det, et år viser, i 95 af 100 mulige fremtider; spændet rummer både usikre tal og tilfældighed. "
        "Bedre i: af 100 fremtider de, hvor den forventede forskel er bedre; i et år: de, hvor et enkelt år ville vise det. "
        "Tilfældighed: dens andel af variansen.",
    ),
    "worse": ("Groups that get worse, in expectation in at least {n} of 100 futures:",
              "Grupper, der må ventes at få det dårligere i mindst {n} af 100 fremtider:"),
    "no_worse": ("No group gets worse in expectation in {n} of 100 futures.", "Ingen gruppe må ventes at få det dårligere i {n} af 100 fremtider."),
    "more_worse": ("{n} more are in worse.csv.", "Yderligere {n} står i worse.csv."),
    "worse_in": ("worse in {n} of 100", "dårligere i {n} af 100"),
    "looked": (
        "{n} comparisons were looked at: {groups} groups in {indicators} indicators. Those whose mean chance alone may have made are left out "
        "(at most one name in twenty is false). Groups overlap; more money spent on a group is no harm to it.",
        "{n} sammenligninger er set efter: {groups} grupper i {indicators} indikatorer. De, hvis gennemsnit kan være et tilfælde, er udeladt "
        "(højst et navn ud af tyve er forkert). Grupperne overlapper; at der bruges flere penge på en gruppe, er ikke til skade for den.",
    ),
    "illustration": ("Illustration, no verdict: of the {n} numbers that matter most, some are assumed ({names}).",
                     "Illustration, ingen konklusion: Blandt de {n} tal, der betyder mest, er nogle antaget ({names})."),
    "hangs": ("{what} hangs on (share of what is uncertain; difference at the low and the high end of what is held possible):",
              "{what} afhænger af (andel af det usikre; forskel ved den lave og den høje ende af det, der anses for muligt):"),
    "poor": ("{what}: a polynomial of the numbers foretells too little of it to say what it hangs on.",
             "{what}: Et polynomium af tallene forudsiger for lidt til at sige, hvad den afhænger af."),
    "error": ("(a polynomial foretells {q2} of what the numbers make)", "(et polynomium forudsiger {q2} af det, tallene udgør)"),
    "money": ("Money (placeholder prices: an illustration)", "Penge (foreløbige priser: en illustration)"),
    "plane": ("in {n} of 100 futures it {words}", "i {n} af 100 fremtider: {words}"),
    "information": (
        "To know everything before deciding is worth, a year: {prices}. Where it is {worth}, most of it: {groups}.",
        "At vide alt, før man beslutter, er om året værd: {prices}. Hvor den er {worth} værd, er det mest: {groups}.",
    ),
    "priced": ("{value} if a day at home is worth {worth}", "{value}, hvis en dag hjemme er {worth} værd"),
    "nothing": ("For none of the prices of a day at home that were tried is it worth anything to know more.",
                "For ingen af de priser på en dag hjemme, der er prøvet, er det noget værd at vide mere."),
    "payers": ("Who pays, under the rules of {rule}: {parts}", "Hvem betaler efter reglerne i {rule}: {parts}"),
    "npv": ("Ten years like this one, at 3.5 %: net present value {value}.", "Ti år som dette, 3,5 %: nutidsværdi {value}."),
    "freed": ("Freed is capacity, not cash: {parts}", "Det, der frigøres, er kapacitet og ikke kontanter: {parts}"),
    "enough": ("Are there enough futures?", "Er der fremtider nok?"),
    "best": ("Of 100 futures, the best in", "Af 100 fremtider bedst i"),
    "settled": ("More would not change what is said of: {names}.", "Flere vil ikke ændre, hvad der siges om: {names}."),
    "edge": ("Between two words, which more may never settle: {names}.", "Mellem to ord, hvad flere måske aldrig afgør: {names}."),
    "open": ("Not settled: {names}.", "Ikke afgjort: {names}."),
    "more": ("roughly {n} more", "cirka {n} flere"),
}


class Told(NamedTuple):
    """All that is told of one study."""

    verdicts: pd.DataFrame
    worse: Worse
    influences: Sequence[Influence]
    assumed: Sequence[str]
    looks: Sequence[Look]
    appraisal: Appraisal | None
    unknowns: Unknowns


def text(told: Told, raw: Mapping[str, Any], model: str, names: Sequence[str], lang: str = "en") -> str:
    """What the futures of a care model say against the first, as lines."""
    mine = told.verdicts[(told.verdicts["model"] == model) & (told.verdicts["group"] == "all")].set_index("indicator", drop=False)
    rows = [mine.loc[name] for name in names if name in mine.index]
    against = say(lang, "against", model=model_title(raw, model, lang), base=model_title(raw, rows[0]["against"], lang))
    head = _word("head", lang, against=against, futures=spell(rows[0]["futures"], lang), replications=spell(rows[0]["replications"], lang))
    currency = str(raw.get("currency") or "DKK")
    parts = [head, _table(rows, bool(told.assumed), lang, currency), _wrap(_word("read", lang)), *_worse(told.worse, lang, currency)]
    if told.assumed:
        of = ", ".join(_title(told.unknowns, name, lang) for name in told.assumed[:6]) + (" …" if len(told.assumed) > 6 else "")
        parts.append(_wrap(_word("illustration", lang, n=5, names=of)))
    parts += [_hangs(one, mine.loc[one.indicator], lang, currency) for one in told.influences[:2]]
    if told.appraisal is not None:
        parts.append(_money(told.appraisal, model, lang, currency))
    parts.append(_enough(told.looks, lang))
    return "\n\n".join(parts)


def best_text(table: pd.DataFrame, raw: Mapping[str, Any], names: Sequence[str], lang: str = "en") -> str:
    """In how many of 100 futures each of several care models is the best."""
    models = list(dict.fromkeys(table["model"]))
    share = table.set_index(["indicator", "model"])["best"]
    lines = [[_word("best", lang), *(model_title(raw, model, lang) for model in models)]]
    lines += [[textwrap.shorten(REGISTRY[name].title(lang), NAME, placeholder="…"), *(_of_100(share[name, model]) for model in models)]
              for name in names if (name, models[0]) in share]
    return aligned(lines)


def _enough(looks: Sequence[Look], lang: str) -> str:
    """Whether more futures would change what is said; the words themselves are in settled.csv."""
    lines = [_word("enough", lang)]
    for key, states in (("settled", (SETTLED,)), ("edge", (EDGE,)), ("open", ())):
        some = [one for one in looks if one.state in states or not states and one.state not in (SETTLED, EDGE)]
        names = [REGISTRY[one.indicator].title(lang) + (f" ({_word('more', lang, n=spell(one.more, lang))})" if one.more > 0 else "") for one in some]
        lines += [_wrap(_word(key, lang, names="; ".join(names)), "  ")] if names else []
    return "\n".join(lines)


def _table(rows: Sequence[pd.Series], illustration: bool, lang: str, currency: str) -> str:
    heads = ["", *(_word(key, lang) for key in ("difference", "between", "better", "year", "chance"))] + ([] if illustration else [_word("verdict", lang)])
    lines = [heads]
    for row in rows:
        numbers = tell(row, lang, currency, prose=False)
        name = textwrap.shorten(REGISTRY[row["indicator"]].title(lang), NAME, placeholder="…")
        cells = [f"{name} ({numbers.change_unit})", numbers.difference, numbers.interval, _of_100(row["better"]), _of_100(row["better_in_a_year"]),
                 percent(row["share_of_chance"], lang, 0)]
        lines.append(cells if illustration else [*cells, DANISH.get(row["verdict"], "") if lang == "da" else row["verdict"]])
    return aligned(lines)


def _worse(found: Worse, lang: str, currency: str) -> list[str]:
    """Who gets worse, the surest first, and how many were looked at; nothing where no groups are told of."""
    named, looked = found.named("worse").sort_values("better", kind="stable"), found.table
    if looked.empty:
        return []
    rows = []
    for row in named.head(NAMED).itertuples():
        numbers = tell(row, lang, currency, prose=False)
        name = f"{group_name(row, lang)}: {REGISTRY[row.indicator].title(lang)} ({numbers.change_unit})"
        change = f"{numbers.difference} ({numbers.interval})"
        rows.append([name, f"{numbers.base} → {numbers.value}", change, _word("worse_in", lang, n=_of_100(1 - row.better))])
    lines = [_word("worse" if rows else "no_worse", lang, n=_of_100(WORSE_IN)), *([aligned(rows, "  ")] if rows else [])]
    if len(named) > NAMED:
        lines.append("  " + _word("more_worse", lang, n=len(named) - NAMED))
    groups, indicators = len(looked.groupby(["group", "level"])), looked["indicator"].nunique()
    return ["\n".join([*lines, _wrap(_word("looked", lang, n=len(looked), groups=groups, indicators=indicators), "  ")])]


def _hangs(one: Influence, row: pd.Series, lang: str, currency: str) -> str:
    """The unknowns that an indicator hangs on most, and where it turns."""
    what = REGISTRY[one.indicator].title(lang)
    if not one.surrogate.quality.usable:
        return _wrap(_word("poor", lang, what=what))
    lines = []
    for part in one.table[one.table["total"] >= LEAST].head(TOP).itertuples():
        numbers = tell(pd.Series({**row.to_dict(), "low": part.at_low, "high": part.at_high}), lang, currency, prose=False)
        ends = [f"{number(at, lang)}: {shown}" for at, shown in ((part.written_low, numbers.low), (part.written_high, numbers.high))]
        lines.append([part.title_da if lang == "da" else part.title, percent(part.total, lang, 0), *ends])
    turns = list(dict.fromkeys(
        turn.danish if lang == "da" else turn.english for turn in one.turns.itertuples() if turn.others == "average" and turn.status == "turns"))
    if one.pair is not None:
        turns.append(one.pair.danish if lang == "da" else one.pair.english)
    quality = _word("error", lang, q2=percent(one.surrogate.quality.q2, lang, 0))
    return "\n".join([_wrap(f"{_word('hangs', lang, what=what)} {quality}"), aligned(lines, "  "), *(_wrap(turn, "  ") for turn in turns[:TURNS])])


def _money(found: Appraisal, model: str, lang: str, currency: str) -> str:
    plane = found.quadrants[(found.quadrants["scenario"] == model) & (found.quadrants["share"] >= LEAST)].sort_values("share", ascending=False)
    parts = "; ".join(_word("plane", lang, n=_of_100(row.share), words=row.words) for row in plane.itertuples())
    lines = [_word("money", lang), _wrap(f"{parts[:1].upper()}{parts[1:]}. {found.curves.why if found.curves.ceac is not None else ''}".strip(), "  ")]
    worth = found.information[(found.information["group"] == "all") & (found.information["value"] > 2 * found.information["se"])]
    if len(worth):
        most = worth.loc[worth["value"].idxmax()]
        prices = "; ".join(_word("priced", lang, worth=_kroner(row.worth, currency, lang), value=_million(row.value, lang))
                           for row in worth.tail(PRICES).itertuples())
        groups = found.information[(found.information["worth"] == most["worth"]) & (found.information["group"] != "all")].nlargest(3, "value")
        said = ", ".join(f"{GROUPS.get(one.group, (one.group,) * 2)[lang == 'da']} {_million(one.value, lang)}" for one in groups.itertuples())
        sentence = _word("information", lang, prices=prices, worth=_kroner(most["worth"], currency, lang), groups=said)
        lines.append(_wrap(sentence.replace("..", "."), "  "))
    if worth.empty:
        lines.append(_wrap(_word("nothing", lang), "  "))
    for rule, rows in found.payers[found.payers["model"] == model].groupby("rule", sort=False):
        said = "; ".join(f"{_party(row.party, lang)} {_span(row.difference, row.difference_low, row.difference_high, lang)}" for row in rows.itertuples())
        lines.append(_wrap(_word("payers", lang, rule=rule, parts=said), "  "))
    freed = [row for row in found.freed.drop_duplicates("resource").itertuples() if row.quantity > 0]
    if freed:
        said = "; ".join(f"{REGISTRY[row.resource].title(lang)} {spell(row.quantity, lang)}" for row in freed)
        lines.append(_wrap(_word("freed", lang, parts=said), "  "))
    lines.append(_wrap(_word("npv", lang, value=_span(*found.invested[model].value, lang)), "  "))
    return "\n".join(lines)


GROUPS = {
    "implementation": ("how it is carried out", "hvordan det gennemføres"), "effects": ("what it does to patients", "hvad det gør for patienterne"),
    "need": ("need that is uncovered", "behov, der bliver opdaget"), "prices": ("prices", "priser"), "today": ("how things are today", "hvordan det er i dag"),
    "calibration": ("what was calibrated", "det, der er kalibreret"), "sick_leave": ("sick leave", "sygemelding"),
}
PARTIES = {"region": ("region", "regionen"), "municipality": ("municipality", "kommunen"), "total": ("in all", "i alt"), "practice": ("practice", "praksis")}


def _party(name: str, lang: str) -> str:
    return PARTIES.get(name, (name, name))[lang == "da"]


def _million(value: float, lang: str) -> str:
    return f"{spell(value / 1e6, lang, 1, signed=True)} {'mio.' if lang == 'da' else 'million'}"


def _kroner(value: float, currency: str, lang: str) -> str:
    return f"{spell(value, lang)} {MONEY.get(currency, (currency, currency))[lang == 'da']}"


def _span(value: float, low: float, high: float, lang: str) -> str:
    return f"{_million(value, lang)} ({spell(low / 1e6, lang, 1, signed=True)} … {spell(high / 1e6, lang, 1, signed=True)})"


def _of_100(share: float) -> str:
    return "–" if pd.isna(share) else f"{100 * share:.0f}"


def _title(unknowns: Unknowns, name: str, lang: str) -> str:
    return unknowns.by_name[name].title_da if lang == "da" else unknowns.by_name[name].title


def _wrap(text: str, indent: str = "") -> str:
    return "\n".join(textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent))


def _word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)
