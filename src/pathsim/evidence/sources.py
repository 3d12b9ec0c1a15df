"""Claim: what is known from others is one published figure a row, reviewed for the use that is made of it.

`configs/sources.csv` holds the figures that numbers, targets and checks cite. `confidence` grades how well a
figure is sourced, not how strong the study is: high (read in the source), medium (secondary or computed), low
(recalled or a placeholder, which informs an assumed number at most). `low` and `high` are whatever the source
gave; `covers` says what that is. `used_for` says how the figure is used, and where it does not match the use.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from .. import folders
from ..faults import Fault, Faults, fail, nearest

CONFIDENCE = ("low", "medium", "high")
USES = ("number", "target", "check", "definition")
SHORT = 48  # letters of the name of a publication


@dataclass(frozen=True)
class Source:
    """One published figure. value, low, high: as published, in `unit`; they may be words, or several figures.

    covers: what low and high are: a share such as '0.95', 'extremes', 'guess', or '' where that is not said.
    """

    id: str
    quantity: str
    population: str
    value: str
    low: str
    high: str
    unit: str
    year: str
    source: str
    address: str
    note: str
    confidence: str
    covers: str
    used_for: str

    @property
    def uses(self) -> tuple[str, ...]:
        """The kinds of use: number, target, check, definition."""
        return tuple(self.used_for.partition(":")[0].split(", "))

    @property
    def short(self) -> str:
        """The publication in a few words: who, and when it came out.

        >>> source("B001").short, source("A024").short
        ('Klinge M et al. 2020', 'Danmarks Statistik 2023')
        """
        named = re.sub(r"^\[(?:authors not shown\] )?", "", self.source)
        who, *others = re.split(r", ", re.split(r"[.;:] | \(", named)[0])
        years = re.findall(r"\b(?:19|20)\d\d\b", self.source) or re.findall(r"\d{4}", self.year)
        name = who if len(who) <= SHORT else who[: SHORT - 1].rstrip() + "…"
        several = " et al." if others and re.search(r" [A-ZÆØÅ]{1,3}$", who) else ""
        return f"{name}{several} {years[-1] if years and years[-1] not in name else ''}".rstrip()


@cache
def sources(path: Path | None = None) -> Mapping[str, Source]:
    """All figures by their ids. Raises Faults that name the row.

    >>> sources()["B002"].covers, sources()["B002"].confidence
    ('0.5', 'high')
    """
    path = path or folders.configs() / "sources.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = [field.name for field in fields(Source)]
        if reader.fieldnames != columns:
            raise fail(str(path), f"the columns are {', '.join(reader.fieldnames or ())}. Write {', '.join(columns)}")
        found: dict[str, Source] = {}
        faults: list[Fault] = []
        for number, row in enumerate(reader, start=2):
            faults += [Fault(f"{path}:{number} ({row['id']})", why) for why in _wrong(row, found)]
            if not faults:
                found[row["id"]] = Source(**row)
    if faults:
        raise Faults(faults)
    return found


def _wrong(row: Mapping[str, str], before: Iterable[str]) -> list[str]:
    wrong = []
    if None in row or None in row.values():
        return ["has not as many columns as the first line. Put quotes around a text with commas"]
    if row["id"] in before:
        wrong.append("this id stands above already. Give it another")
    if row["confidence"] not in CONFIDENCE:
        wrong.append(f"confidence '{row['confidence']}' was given. Allowed: {', '.join(CONFIDENCE)}")
    if not _covers(row["covers"]):
        wrong.append(f"covers '{row['covers']}' was given. Allowed: a share such as 0.95, extremes, guess, or nothing")
    if row["covers"] and not (row["low"] and row["high"]):
        wrong.append("covers is given without low and high. Add them, or take it out")
    if set(row["used_for"].partition(":")[0].split(", ")) - set(USES):
        wrong.append(f"used_for '{row['used_for'][:30]}' was given. Begin with {', '.join(USES)} and a colon")
    return wrong


def _covers(text: str) -> bool:
    try:
        return text in ("", "extremes", "guess") or 0 < float(text) <= 1
    except ValueError:
        return False


def source(name: str) -> Source:
    """The figure with this id. Raises Faults that name the nearest id."""
    if name not in sources():
        raise fail(name, f"no such source in sources.csv. {nearest(name, sources())}")
    return sources()[name]
