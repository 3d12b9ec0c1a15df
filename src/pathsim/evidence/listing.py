"""Claim: who reads the assumptions first knows best what a result is worth.

The numbers of a study by role and quality: assumed, scenario, calibrated, literature from poorly to well
sourced, measured; within a role in the order in which they are written. A range that does not say what it
covers is no uncertainty and is not shown as one.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .numbers import Number
from .sources import CONFIDENCE, sources

ROLES = ("assumed", "scenario", "calibrated", "literature", "measured")
WORDS = {
    "en": {
        "numbers": "numbers", "assumed": "assumed", "scenario": "scenario", "calibrated": "calibrated", "literature": "from the literature",
        "measured": "measured", "share": "of all are assumed", "listed": "listed here", "low": "low", "medium": "medium", "high": "high",
        "confidence": "confidence of the sources", "sources": "Sources", "guess": "guess", "extremes": "extremes", "nothing": "no uncertainty is said",
        "unknown": "not in the list of sources",
    },
    "da": {
        "numbers": "tal", "assumed": "antaget", "scenario": "scenarie", "calibrated": "kalibreret", "literature": "fra litteraturen",
        "measured": "målt", "share": "af alle er antaget", "listed": "vises her", "low": "lav", "medium": "middel", "high": "høj",
        "confidence": "kildernes sikkerhed", "sources": "Kilder", "guess": "skøn", "extremes": "yderpunkter", "nothing": "ingen usikkerhed er angivet",
        "unknown": "findes ikke på kildelisten",
    },
}
WIDEST = 60  # letters of a path and of a note on the screen
COLUMNS = ("path", "value", "low", "high", "covers", "role", "confidence", "source", "used_for", "note")


def confidence(number: Number) -> str:
    """How well a number is sourced: as its least well sourced figure; '' if it has none that is listed.

    >>> confidence(Number(("a",), 1, "literature", ("B001", "B028")))
    'medium'
    """
    known = [sources()[name].confidence for name in number.source if name in sources()]
    return min(known, key=CONFIDENCE.index, default="")


def ordered(numbers: Sequence[Number]) -> list[Number]:
    """Assumptions first; what is from the literature from low to high confidence."""
    quality = ("", *CONFIDENCE)
    return sorted(numbers, key=lambda number: (ROLES.index(number.role), quality.index(confidence(number)) if number.role == "literature" else 0))


def summary(numbers: Sequence[Number], lang: str = "en") -> list[str]:
    """How many numbers of each role there are, and the share that is assumed.

    >>> summary([Number(("a",), 1, "assumed"), Number(("b",), 2, "measured")])[0]
    '2 numbers: 1 assumed, 1 measured; 50 % of all are assumed'
    """
    words, counts = WORDS[lang], Counter(number.role for number in numbers)
    each = ", ".join(f"{counts[role]} {words[role]}" for role in ROLES if counts[role])
    share = 100 * counts["assumed"] / len(numbers) if numbers else 0
    lines = [f"{len(numbers)} {words['numbers']}: {each}; {share:.0f} % {words['share']}"]
    for role in ("calibrated", "literature", "measured"):
        grades = Counter(confidence(number) for number in numbers if number.role == role and confidence(number))
        if grades:
            lines.append(f"  {words[role]}, {words['confidence']}: " + ", ".join(f"{words[grade]} {grades[grade]}" for grade in CONFIDENCE if grades[grade]))
    return lines


def listing(numbers: Sequence[Number], lang: str = "en") -> list[str]:
    """A line a number under a heading a role, and below them the sources that are named."""
    words, lines, role = WORDS[lang], [], ""
    width = min(WIDEST, max((len(number.name) for number in numbers), default=0))
    for number in ordered(numbers):
        if number.role != role:
            role = number.role
            lines += ["", words[role].capitalize()]
        note = number.note if len(number.note) <= WIDEST else number.note[: WIDEST - 1] + "…"
        parts = (f"{number.name:{width}}  {_shown(number.value)}", _span(number, words), " ".join(number.source), note)
        lines.append("  " + "  ".join(part for part in parts if part))
    named = sorted({name for number in numbers for name in number.source})
    return lines + (["", words["sources"]] if named else []) + [f"  {_source(name, words)}" for name in named]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _span(number: Number, words: dict[str, str]) -> str:
    if number.range is None:
        return ""
    if number.covers is None:
        return f"[{words['nothing']}]"
    covers = f"{100 * number.covers:g} %" if isinstance(number.covers, float) else words[str(number.covers)]
    return f"[{_shown(number.range[0])} – {_shown(number.range[1])}; {covers}]"


def _source(name: str, words: dict[str, str]) -> str:
    known = sources().get(name)
    if known is None:
        return f"{name}  {words['unknown']}"
    figure = f"{known.quantity}, {known.population}: {known.value} {known.unit}"
    return f"{name}  {known.short} ({words[known.confidence]}): {figure}. {_used(name)}"


def _used(name: str) -> str:
    """How a figure is used, without the kinds of use."""
    return sources()[name].used_for.partition(": ")[2]


def rows(numbers: Sequence[Number]) -> list[tuple[str, ...]]:
    """The listing as a table, one row a number; ranges that do not say what they cover are left out."""
    found = []
    for number in ordered(numbers):
        low, high = number.range if number.range is not None and number.covers is not None else ("", "")
        used = "; ".join(f"{name} {_used(name)}" for name in number.source if name in sources())
        covers = "" if number.range is None or number.covers is None else str(number.covers)
        span = (_shown(low), _shown(high), covers)
        found.append((number.name, _shown(number.value), *span, number.role, confidence(number), " ".join(number.source), used, number.note))
    return found


def write_csv(numbers: Sequence[Number], path: Path) -> None:
    """The table of `rows` as a file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows(numbers)])
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
