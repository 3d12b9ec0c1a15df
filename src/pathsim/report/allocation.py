"""Claim: a best allocation is told with what it takes, what could not be told apart from it, and what it is worth when it is run afresh."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..decide.allocation import Allocation, Found, staff_of
from ..decide.capacities import Ways
from ..decide.sampled import quantity_of
from .attribution import model_title
from .numbers import decimals_for, spell
from .places import Told, aligned, now, path_title, price

WORDS = {
    "head": ("{title}: {total} {what}, {rows} allocations. {aim}, in {model}.", "{title}: {total} {what}, {rows} fordelinger. {aim}, i {model}."),
    "title": ("Best allocation", "Bedste fordeling"),
    "smallest": ("Lowest: {title} ({unit})", "Lavest: {title} ({unit})"), "largest": ("Highest: {title} ({unit})", "Højest: {title} ({unit})"),
    "places": ("places", "pladser"), "people": ("full-time employees", "fuldtidsansatte"), "money": ("{currency} a year", "{currency} om året"),
    "difference_of": ("difference from {first}", "forskel fra {first}"),
    "replications": ("runs", "kørsler"), "mean": ("mean", "gennemsnit"), "difference": ("from the chosen (95 %)", "fra den valgte (95 %)"),
    "takes": ("takes", "bruger"), "employed": ("employed", "ansatte"), "status": ("", ""), "cost": ("cost, million", "udgift, mio."),
    "chosen": ("chosen", "valgt"), "not told apart": ("not told apart", "kan ikke skelnes"), "worse": ("worse", "dårligere"),
    "guarantee": (
        "With a probability of at least {confidence} the chosen allocation is the best of the {rows}, or within {delta} of the best.",
        "Med mindst {confidence} sandsynlighed er den valgte fordeling den bedste af de {rows} eller højst {delta} fra den bedste.",
    ),
    "no_guarantee": (
        "The limit of {most} runs came first, so the guarantee of {delta} does NOT hold. With a probability of at least {confidence} the chosen\n"
        "allocation is within {tolerance} of the best, and the best is among those not told apart. Raise most, or the indifference.",
        "Grænsen på {most} kørsler blev nået først, så garantien på {delta} gælder IKKE. Med mindst {confidence} sandsynlighed er den valgte\n"
        "fordeling højst {tolerance} fra den bedste, og den bedste er blandt dem, der ikke kan skelnes. Hæv most, eller accepter en større forskel.",
    ),
    "chance": (
        "That takes differences between runs to be about normal, and is about chance alone: how uncertain the inputs are is not in it.",
        "Det forudsætter, at forskelle mellem kørsler er omtrent normalfordelte, og gælder kun tilfældet, ikke usikkerheden om modellens input.",
    ),
    "luck": (
        "The best of many means is partly luck: the mean of the chosen one above is likely too good. In {n} fresh runs, which chose nothing (95 %):",
        "Det bedste af mange gennemsnit er delvis held: den valgtes ovenfor er nok for godt. I {n} nye kørsler, som ikke har valgt noget (95 %):",
    ),
    "fresh": (
        "  {what}: {value} ({low} … {high}); as it is now {base}: a difference of {difference} ({difference_low} … {difference_high})",
        "  {what}: {value} ({low} … {high}); som det er nu {base}: en forskel på {difference} ({difference_low} … {difference_high})",
    ),
    "cost_is": (
        "Cost is of what is used, at the prices of the care system; idle places count in hours on duty and employees, not in cost.",
        "Udgiften er for det, der bruges, til systemets priser; ledige pladser tæller med i timer på vagt og ansatte, ikke i udgiften.",
    ),
}


def word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)


def text(found: Found) -> str:
    """The allocations, the guarantee, the fresh runs and what a place takes, in the language of the study."""
    form, ways, selection, lang = found.form, found.ways, found.selection, found.ways.lang
    told = Told(form.quantity, ways, [*selection.means], [form.indifference])
    promise = {"confidence": f"{spell(100 * form.confidence, lang, _decimals(100 * form.confidence))} %", "rows": len(found.rows), "most": form.most,
               "delta": told.change(form.indifference, False), "tolerance": told.change(selection.tolerance, False)}
    said = [word("guarantee" if selection.finished else "no_guarantee", lang, **promise), word("chance", lang), "",
            word("luck", lang, n=form.fresh), *_fresh(found), "", now(ways), price(ways, form.hours_a_year), word("cost_is", lang)]
    return "\n".join([_head(form, ways, len(found.rows)), "", *_lines(found, told), "", *said])


def listed(form: Allocation, ways: Ways, rows: Sequence[Sequence[int]], takes: Sequence[float]) -> list[str]:
    """The allocations before anything is run, with what they take."""
    lines = [[*(path_title(path, ways.lang) for path in form.capacities), word("takes", ways.lang), word("employed", ways.lang)]]
    for row in rows:
        spent = sum(number * each for number, each in zip(row, takes, strict=True))
        staff = sum(staff_of(form, ways, row).values())
        lines.append([*(spell(number, ways.lang) for number in row), spell(spent, ways.lang, _decimals(spent)), spell(staff, ways.lang, 1)])
    return [_head(form, ways, len(rows)), "", *aligned(lines), "", now(ways), price(ways, form.hours_a_year)]


def _head(form: Allocation, ways: Ways, rows: int) -> str:
    lang, told = ways.lang, Told(form.quantity, ways, [form.indifference])
    aim = word("largest" if form.largest else "smallest", lang, title=told.title, unit=told.unit)
    if form.of == "difference":
        aim += f", {word('difference_of', lang, first=model_title(ways.raw, ways.plan.scenarios[0].models[0], lang))}"
    what = word(form.counted_as, lang, currency=ways.raw.get("currency") or "DKK")
    title = (form.title_da if lang == "da" else form.title) or word("title", lang)
    return word("head", lang, title=title, total=spell(form.total, lang, _decimals(form.total)), what=what, rows=rows, aim=aim,
                model=model_title(ways.raw, ways.model, lang))


def _lines(found: Found, told: Told) -> list[str]:
    """The table: capacities, what they take, replications, mean, difference, cost."""
    form, lang = found.form, found.ways.lang
    columns = ["takes", "employed", "replications", "mean", "difference", "cost", "status"]
    lines = [[*(path_title(path, lang) for path in form.capacities), *(word(name, lang) for name in columns)]]
    for row in found.table.to_dict("records"):
        staff = sum(value for name, value in row.items() if name.startswith("employed_"))
        difference = Told(form.quantity, found.ways, [], [row["difference"], row["low"], row["high"]])
        lines.append([
            *(spell(row[path], lang) for path in form.capacities), spell(row["takes"], lang, _decimals(row["takes"])), spell(staff, lang, 1),
            spell(row["replications"], lang), told.level(row["mean"]),
            "" if row["status"] == "chosen" else f"{difference.change(row['difference'])} ({difference.interval(row['low'], row['high'])})",
            spell(row["cost"] / 1e6, lang, 2), word(row["status"], lang),
        ])
    return aligned(lines)


def _fresh(found: Found) -> list[str]:
    """The chosen and the care system as written, in replications that chose nothing."""
    said = []
    for row in found.fresh.to_dict("records"):
        if not math.isfinite(row["chosen"]):
            continue
        changes = {name: row[name] for name in ("difference", "difference_low", "difference_high")}
        told = Told(quantity_of(row["quantity"], "aim"), found.ways, [row["chosen"], row["as_written"]], list(changes.values()))
        said.append(word(
            "fresh", found.ways.lang, what=f"{told.title} ({told.unit})", value=told.level(row["chosen"]), low=told.level(row["chosen_low"]),
            high=told.level(row["chosen_high"]), base=told.level(row["as_written"]), **{name: told.change(value) for name, value in changes.items()},
        ))
    return said


def _decimals(value: float) -> int:
    """As few as tell a number that was written, or added up."""
    return 0 if abs(value - round(value)) < 1e-9 else max(0, min(2, decimals_for([value], 3)))
