"""Claim: one page tells what was compared, what was found, how sure it is and what is not shown.

`summary.html` and `summary.da.html` are whole in themselves: no script, no network, nothing to
fetch. Everything said in them comes from the folder of the comparison (see `results`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from . import figures, findings
from .numbers import decimals_of_change, spell, tell
from .results import COLOURS, Results, read
from .terms import CARDS, MADE
from .words import LANGUAGES, listing, say, term

FILES = {"en": "summary.html", "da": "summary.da.html"}
NOT_SHOWN = ("not.inputs", "not.life", "not.change", "not.staff", "not.cause")
DAYS_PER = 1000  # days at home are told for so many citizens: for one they are too small to read
CHANCE = 0.05
COMMAND = "pathsim compare config.yaml"  # the file beside the page holds the whole study


def write(folder: str | Path, lang: str = "en") -> Path:
    """Write the page in both languages; the path of the one asked for. Raises Faults."""
    results = read(folder)
    for language, name in FILES.items():
        (results.folder / name).write_text(page(results, language), encoding="utf-8")
    return results.folder / FILES[lang]


def page(results: Results, language: str) -> str:
    """The page as text."""
    places = Environment(
        loader=PackageLoader("pathsim.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return places.get_template("summary.html").render(
        lang=language, say=lambda key, **numbers: say(language, key, **numbers), results=results, colours=COLOURS,
        other=FILES[next(other for other in LANGUAGES if other != language)],
        title=_title(results, language), headlines=[findings.headline(results, m, language) for m in results.others],
        question=_question(results, language), facts=_facts(results, language), models=_models(results, language),
        cards=[(results.title(m, language), m, _cards(results, m, language)) for m in results.others],
        figures=_figures(results, language), who=[_who(results, m, language) for m in results.others],
        payers=[_payers(results, m, language) for m in results.others if len(results.rows(m, "cost", "payer"))],
        tables=[(results.title(m, language), findings.sections(results, m, language)) for m in results.others],
        base=results.title(results.base, language), warnings=results.cautions(language),
        not_shown=[say(language, key) for key in NOT_SHOWN], made=_made(results.manifest, language),
    )


def _title(results: Results, language: str) -> str:
    about = results.config.get("about") or {}
    danish = about.get("title_da") if language == "da" else None
    return str(danish or about.get("title") or results.folder.resolve().name)


def _question(results: Results, language: str) -> str:
    titles = [results.title(m, language) for m in results.others]
    return say(language, "question", base=results.title(results.base, language), models=listing(language, titles, 6, "or"))


def _facts(results: Results, language: str) -> list[tuple[str, str]]:
    """Where, how many, how long: from the manifest, the configuration or the runs that were kept."""
    run = next(iter(results.runs.values()), None)
    found = [("place", place) for place in [_place(results)] if place]
    citizens = results.manifest.get("citizens") or (int((run.citizens["generation"] == 0).sum()) if run is not None else None)
    if isinstance(citizens, (int, float)):
        found.append(("citizens", spell(citizens, language)))
    found.append(("years", spell(results.years, language, 0 if results.years == round(results.years) else 1)))
    found.append(("runs", spell(results.replications, language)))
    return [(say(language, key), value) for key, value in found]


def _place(results: Results) -> str:
    said = results.manifest.get("place")
    if said:
        return str(said)
    made_of = (results.config.get("synthesis") or {}).get("municipalities")
    if not isinstance(made_of, Mapping):
        made_of = (results.config.get("attributes") or {}).get("municipality")
    names = [str(name) for name in made_of if name not in ("by", "odds", "rest")] if isinstance(made_of, Mapping) else []
    return ", ".join(name.replace("_", " ").title() for name in names[:6]) + (" …" if len(names) > 6 else "")


def _models(results: Results, language: str) -> list[dict[str, str]]:
    """What each model is called, its story, and what is switched on in it."""
    found = []
    written, levers = (results.config.get(key) or {} for key in ("care_models", "levers"))
    for model in results.models:
        entry = written.get(model) or {}
        names = entry.get("levers") or ([] if written or model == results.base else list(levers))
        on = [_lever(name, levers.get(name) or {}, language) for name in names]
        told = say(language, "switched_on", levers=listing(language, on, 12)) if on else say(language, "nothing_on")
        story = entry.get("story_da") if language == "da" else None
        found.append({"name": model, "title": results.title(model, language), "story": str(story or entry.get("story") or ""), "on": told})
    return found


def _lever(name: str, lever: Mapping[str, Any], language: str) -> str:
    about = lever.get("about") or {}
    danish = about.get("title_da") if language == "da" else None
    return str(danish or about.get("title") or term(language, name))


def _cards(results: Results, model: str, language: str) -> list[dict[str, str]]:
    """The main outcomes: change, interval, and from what to what."""
    found = []
    for row in findings.outcomes(results, model):
        home = row.indicator == "days_at_home"
        told = tell(row, language, results.currency, scale=DAYS_PER if home else 1)
        card = {"title": CARDS[row.indicator.removeprefix("psychiatric_")][LANGUAGES.index(language)], "change": told.difference}
        card["unit"] = say(language, "per_1000") if home else told.change_unit
        card["from_to"] = say(language, "from_to", base=told.base, value=told.value)
        known = math.isfinite(row.low)
        card["interval"] = say(language, "probably", low=told.low, high=told.high) if known else say(language, "one_run")
        card["reading"] = findings.reading(row)
        card["said"] = say(language, f"reading.{card['reading']}")
        card["more"] = _per_year(results, model, row.indicator, language) if "readmission" in row.indicator else ""
        found.append(card)
    return found


def _per_year(results: Results, model: str, indicator: str, language: str) -> str:
    """The same change as people a year."""
    counts = results.yearly(model, indicator)
    if counts is None:
        return ""
    told = [spell(n, language, decimals_of_change([*counts]), signed=True) for n in counts]
    if not math.isfinite(counts[1]):
        return say(language, "readmitted_yearly_one", difference=told[0])
    return say(language, "readmitted_yearly", difference=told[0], low=told[1], high=told[2])


def _figures(results: Results, language: str) -> list[dict[str, Any]]:
    """Each figure with its finding, its pictures, how to read it, and its numbers."""
    base = results.title(results.base, language)
    found = []
    for draw, key, headings in (
        (figures.beds, "beds", _beds_headings), (figures.after_discharge, "return", _return_headings),
        (figures.groups, "group", _group_headings), (figures.staff, "staff", _staff_headings),
    ):
        drawn = draw(results, language)
        if drawn is None:
            continue
        read_it = say(language, f"{key}.read", basis=drawn.basis, base=base)
        found.append({
            "name": drawn.name, "headings": headings(results, drawn, language), "wide": Markup(drawn.wide), "narrow": Markup(drawn.narrow),  # noqa: S704
            "read": say(language, "read", text=read_it), "alt": say(language, f"{key}.alt"), "columns": drawn.columns, "lines": drawn.lines,
        })
    return found


def _beds_headings(results: Results, drawn: figures.Drawn, language: str) -> list[str]:
    """Bed-days a year told as beds in use on an average day."""
    found = []
    for model in results.others:
        row, title = results.row(model, "bed_days"), results.title(model, language)
        going = findings.way(row) if row is not None else "unclear"
        if going not in ("up", "down"):
            found.append(say(language, "beds.head_unclear", model=title))
            continue
        told = tell(row, language, scale=1 / 365)
        number, low, high = (text.lstrip("+−") for text in (told.difference, told.low, told.high))
        low, high = (low, high) if going == "up" else (high, low)
        fewer = say(language, "beds.more" if going == "up" else "beds.fewer", n=number)
        found.append(say(language, "beds.head", model=title, fewer=fewer, low=low, high=high))
    return found


def _return_headings(results: Results, drawn: figures.Drawn, language: str) -> list[str]:
    found = []
    for model in results.others:
        row = results.row(model, "readmission_30") or results.row(model, "psychiatric_readmission_30")
        if row is None or not math.isfinite(row.value):
            continue
        told = tell(row, language)
        titles = {"model": results.title(model, language), "base": results.title(results.base, language)}
        said = say(language, "return.head", share=told.value, base_share=told.base, **titles)
        if findings.way(row) == "unclear":
            said += f" ({say(language, 'unclear')})"
        found.append(said)
    return found or [say(language, "curve.contact")]


def _group_headings(results: Results, drawn: figures.Drawn, language: str) -> list[str]:
    return [findings.group_headline(results, m, drawn.rows[m], language) for m in results.others]


def _staff_headings(results: Results, drawn: figures.Drawn, language: str) -> list[str]:
    return [findings.staff_headline(results, m, drawn.rows[m], language) for m in results.others]


def _who(results: Results, model: str, language: str) -> dict[str, Any]:
    """Who is worse off (all of them, first) and who is better off."""
    found = findings.touched(results, model)
    lines: dict[str, list] = {}
    for key in ("worse", "better"):
        by_indicator: dict[str, list] = {}
        for row in getattr(found, key):
            told = findings.line(results, row, language)._replace(who=findings.group_name(row, language))
            by_indicator.setdefault(f"{told.what} ({told.told.unit})", []).append(told)
        lines[key] = list(by_indicator.items())
    worse, better = len(found.worse), len(found.better)
    chance = spell(CHANCE * found.looked_at, language, 0)
    return {
        "heading": findings.who_headline(results, model, language), "title": results.title(model, language), **lines,
        "counts": say(language, "who.counts", worse=worse, better=better, unclear=found.looked_at - worse - better),
        "many": say(language, "who.many", n=found.looked_at, k=chance),
    }


def _payers(results: Results, model: str, language: str) -> dict[str, Any]:
    """Each payer's change, with a reading that does not judge."""
    rows = sorted(results.rows(model, "cost", "payer").itertuples(), key=lambda row: -row.difference)
    lines = [findings.line(results, row, language)._replace(reading=findings.way(row)) for row in rows]
    return {"heading": findings.payers_headline(results, model, language), "title": results.title(model, language), "lines": lines}


def _made(manifest: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What the manifest says of how the results came about; warnings stand elsewhere."""
    found = [] if "command" in manifest else [(MADE["command"][LANGUAGES.index(language)], COMMAND)]
    for key, value in manifest.items():
        parts = value.items() if isinstance(value, Mapping) else [("", value)]
        for part, plain in parts:
            if isinstance(plain, list) and plain and all(isinstance(each, str) for each in plain):
                plain = ", ".join(plain)
            if isinstance(plain, (str, int, float)) and not isinstance(plain, bool):
                name = MADE[key][LANGUAGES.index(language)] if key in MADE else key.replace("_", " ")
                found.append((f"{name}: {part}" if part else name, str(plain)))
    return found
