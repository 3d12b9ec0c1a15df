"""Claim: a comparison can be read in a terminal, with its intervals and without colour.

Columns stand under each other whatever letters the names have; in a narrow window each indicator
takes a few lines instead.
"""

from __future__ import annotations

import math
import shutil
import unicodedata
from collections.abc import Sequence

import pandas as pd

from .findings import MAIN, reading
from .numbers import tell
from .words import say

WIDEST = 110
GAP = "  "


def text(differences: pd.DataFrame, lang: str = "en", width: int | None = None, currency: str = "DKK") -> str:
    """The main indicators of every model against the first, as lines no wider than `width` (by default, than the window)."""
    width = max(width or shutil.get_terminal_size((80, 24)).columns, 24)
    mine = differences[(differences["group"] == "all") & differences["indicator"].isin(MAIN)]
    blocks = []
    for (model, against), rows in mine.groupby(["model", "against"], sort=False):
        order = {name: i for i, name in enumerate(MAIN)}
        told = sorted((row for row in rows.itertuples() if math.isfinite(row.difference)), key=lambda row: order[row.indicator])
        lines = [(_name(row, lang, currency), *_cells(row, lang, currency), reading(row)) for row in told]
        if lines:
            blocks.append(_block(str(model), str(against), lines, lang, width))
    return "\n\n".join(blocks)


def _name(row, lang: str, currency: str) -> str:
    from pathsim.contacts.registry import REGISTRY

    return f"{REGISTRY[row.indicator].title(lang)} ({tell(row, lang, currency, prose=False).unit})"


def _cells(row, lang: str, currency: str) -> tuple[str, str, str, str]:
    told = tell(row, lang, currency, prose=False)
    return told.base, told.value, told.difference, told.interval


def _block(model: str, against: str, lines: list[tuple], lang: str, width: int) -> str:
    head = ["", against, model, say(lang, "col.difference"), say(lang, "col.interval_short")]
    rows = [line[:5] for line in lines]
    head[1:3] = [_cut(name, 14) for name in head[1:3]]
    widths = [max(columns(row[i]) for row in [head, *rows]) for i in range(1, 5)]
    room = min(width, WIDEST) - sum(widths) - len(GAP) * 4
    title = _cut(say(lang, "against", model=model, base=against), width)
    if room < 24:
        return "\n".join([title, *_stacked(rows, head, width)])
    names = [columns(row[0]) for row in rows]
    room = min(room, max(names))
    told = [title, _line(" " * room, head[1:], widths)]
    for row in rows:
        *before, last = _wrapped(row[0], room)
        told += [*before, _line(_padded(last, room), row[1:], widths)]
    return "\n".join(told)


def _line(name: str, cells, widths: list[int]) -> str:
    return GAP.join([name, *(_padded(cell, size, left=True) for cell, size in zip(cells, widths, strict=True))]).rstrip()


def _stacked(rows: list[tuple], head: list[str], width: int) -> list[str]:
    """Each indicator with its numbers below it."""
    lines = []
    for row in rows:
        lines += _wrapped(row[0], width)
        labels = [_cut(label, max(width - 22, 6)) for label in head[1:]]
        size = max(columns(label) for label in labels)
        for label, cell in zip(labels, row[1:], strict=True):
            one = GAP + _padded(label, size) + GAP + cell
            lines += [one] if columns(one) <= width else [GAP + label, _padded(cell, width, left=True)]
    return lines


def columns(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> columns("å"), columns("å"), columns("看護")
    (1, 1, 4)
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(lines: Sequence[Sequence[str]], indent: str = "") -> str:
    """Columns under each other: names to the left, numbers to the right."""
    widths = [max(columns(line[i]) for line in lines) for i in range(len(lines[0]))]
    found = []
    for name, *cells in lines:
        right = [_padded(cell, size, left=True) for cell, size in zip(cells, widths[1:], strict=True)]
        found.append(f"{indent}{'  '.join([_padded(name, widths[0]), *right])}".rstrip())
    return "\n".join(found)


def _padded(text: str, size: int, left: bool = False) -> str:
    space = " " * max(size - columns(text), 0)
    return space + text if left else text + space


def _cut(text: str, size: int) -> str:
    """Control characters out, and too long a text ends with a dot of its own."""
    text = "".join(c if c.isprintable() else " " for c in text)
    if columns(text) <= size:
        return text
    while columns(text) > size - 1:
        text = text[:-1]
    return text + "…"


def _wrapped(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if columns(longer) <= size:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size))
    return [line for line in lines if line] or [""]
