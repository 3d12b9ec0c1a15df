"""A region as a file like the shipped ones: a comment, and under each heading a line for each entry."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from ...inputs.written import rewritten
from .places import AS_THERE, LEVER_UNITS

WIDE = 150  # letters in a line
PLAIN = re.compile(r"[A-Za-zÆØÅæøå_][\w .+/-]*")
NUMBERLIKE = re.compile(r"[0-9][\w .+-]*")
SPOKEN = ("yes", "no", "true", "false", "on", "off", "null", "y", "n")
OTHERS = {
    "units.*.beds": {"role": "assumed", "note": AS_THERE},
    "units.*.slots": {"role": "assumed", "note": AS_THERE},
    "units.medical_ward.surge": {"role": "assumed", "note": AS_THERE},
    "units.medical_ward.beds": {"role": "assumed", "source": "B069", "note": AS_THERE},
    "units.geriatric_ward.beds": {"role": "assumed", "source": "B069", "note": AS_THERE},
    "units.acute_team.slots": {"role": "assumed", "source": "C018", "note": f"{AS_THERE}, at least one nurse on duty"},
    "units.acute_place.beds": {"role": "assumed", "source": "C008", "note": f"{AS_THERE}, at least one"},
    "units.temporary_place.beds": {"role": "assumed", "source": "C007", "note": AS_THERE},
    "arrivals.others_*.rate": {"role": "assumed", "note": "everybody else, so that units are as full as in Esbjerg"},
    "steps.housing_stay.already": {"role": "assumed", "note": AS_THERE},
    **{
        f"levers.{lever}.changes.units.{unit}.slots": {"role": "assumed", "note": AS_THERE}
        for lever, unit in [*((lever, unit) for lever, (unit, _) in LEVER_UNITS.items()), ("joint_acute_team", "acute_team")]
    },
}
SIZES = "# What partnership's levers add, in proportion to what they add in Esbjerg."
EVIDENCE = "# Where the numbers come from that do not say so themselves."
ELSE = "# Everybody else whom the same units serve: other municipalities, other ages, other needs."


def text(region: Mapping[str, Any], comment: str, about: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    """The file. comment: paragraphs, without #. evidence: over what is said of all that is in proportion to Esbjerg's."""
    lines = ["# @package _global_", *_comment(comment), "", *_entry("about", about, 0)]
    notes = {"arrivals": ELSE, "levers": SIZES, "evidence": EVIDENCE}
    for heading, part in {**region, "evidence": {**evidence, **{path: said for path, said in OTHERS.items() if path not in evidence}}}.items():
        lines += ["", *([notes[heading]] if heading in notes else []), f"{heading}:"]
        for name, entry in part.items():
            lines += _entry(name, entry, 2)
    return "\n".join(lines) + "\n"


def _comment(words: str) -> list[str]:
    paragraphs = [textwrap.wrap(" ".join(paragraph.split()), 128) for paragraph in words.strip().split("\n\n")]
    return [f"# {line}".rstrip() for i, lines in enumerate(paragraphs) for line in ([""] if i else []) + lines]


def _entry(name: str, value: Any, depth: int) -> list[str]:
    """On one line where it fits, else a line for each of its own, and a long list or table over several lines."""
    start = f"{' ' * depth}{_word(name)}:"
    line = f"{start} {_flow(value)}"
    if len(line) <= WIDE:
        return [line]
    if isinstance(value, Mapping) and "by" not in value and not _flat(value):
        return [start, *(inner for key, part in value.items() for inner in _entry(key, part, depth + 2))]
    opening, closing, items = ("[", "]", [_flow(one) for one in value]) if isinstance(value, list) else ("{", "}", _items(value))
    wrapped = textwrap.wrap(", ".join(item.replace(" ", "\0") for item in items), WIDE - depth - 2, break_long_words=False, break_on_hyphens=False)
    body = [" " * (depth + 2) + piece.replace("\0", " ") for piece in wrapped]
    return [f"{start} {opening}", *body[:-1], body[-1] + closing]


def _flat(value: Mapping[str, Any]) -> bool:
    """A table of many words, not an entry with words of the language."""
    return len(value) > 6 and not any(isinstance(part, (Mapping, list)) for part in value.values())


def _items(value: Mapping[str, Any]) -> list[str]:
    return [f"{_word(key)}: {_flow(part)}" for key, part in value.items()]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(_items(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else str(rewritten(value, "", 6))
    return "null" if value is None else _word(value)


def _word(text: Any) -> str:
    plain = str(text)
    fits = (PLAIN.fullmatch(plain) and plain.lower() not in SPOKEN) or (NUMBERLIKE.fullmatch(plain) and not plain.replace(".", "").isdigit())
    return plain if fits else json.dumps(plain, ensure_ascii=False)
