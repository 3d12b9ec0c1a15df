"""Claim: every number of a care system has a role, and who is nearest to it says which.

A number may say itself where it comes from (`{value: 0.82, role: literature, source: F003}`), an entry may
say it of all numbers in it, `about` of the whole system, and the heading `evidence` of a path:

    evidence:
      risks.worsening.rate: {role: calibrated, source: [B017, B082]}
      "units.*.staff":      {role: assumed}

A path is the beginning of the paths it speaks of; `*` is any characters within one part. What reaches
deepest counts; of two that reach as deep, what stands at the number or entry itself, then the path with
more letters that are no `*`, then the later one. Who says a role or a source says both, and the note: a role
without a source has none, a source without a role has the role of the next one out. Nothing here changes a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from ..faults import Fault, nearest
from . import quantities as q
from .values import Form, Remark, Role, Sources

SILENT = frozenset({
    "about", "evidence", "care_models", "day_0", "holidays", "currency", "groups", "who", "while", "note", "source", "role", "title", "by",
})
"""Words under which no number about the world stands: remarks, dates, tests on people."""
ELSEWHERE = "synthesis"  # the numbers of synthetic citizens stand beside the system, and so do what is said of them

UNLIMITED = "unlimited"  # a capacity too: that there is always a place is assumed like any other
OWN = 1_000_000  # more letters than a path has


class Origin(Form):
    """Where the numbers of a path come from."""

    role: Role | None = Field(None, description="where numbers of this kind come from")
    source: Sources | None = Field(None, description="id of the source, or several: [B017, B082]")
    note: Remark | None = Field(None, description="a remark for readers")

    @model_validator(mode="after")
    def _something(self) -> Origin:
        if self.role is None and self.source is None and self.note is None:
            raise ValueError("says nothing. Write role, source or note, or remove the line")
        return self


@dataclass(frozen=True)
class Number:
    """One number of a care system, as it is written, and where it comes from.

    path: keys of the plain data, without `value`. value: a number, a time ('4 d'), a rate, a load, hours ('8-16'), 'unlimited', or a list of them.
    range, covers: as written; a range without `covers` is no uncertainty. said: the path that gave the role, 'about', or '' if none did.
    """

    path: tuple[str, ...]
    value: Any
    role: str
    source: tuple[str, ...] = ()
    range: tuple[Any, Any] | None = None
    covers: float | str | None = None
    note: str = ""
    said: str = ""

    @property
    def name(self) -> str:
        """The path as it is written on the command line."""
        return ".".join(self.path)


class _Saying(NamedTuple):
    """What is said of the numbers beneath `where`; the largest `reach` counts first."""

    reach: tuple[int, int, int]
    role: str | None
    source: tuple[str, ...]
    note: str
    where: str


class _Path(NamedTuple):
    """A path of the heading `evidence`, ready to be compared."""

    text: str
    fits: re.Pattern[str]
    words: Mapping[str, Any]


def numbers(raw: Mapping[str, Any], changed: Iterable[str] = ()) -> list[Number]:
    """All numbers of the plain data of a care system, in the order in which they are written.

    changed: paths set on the command line; what lies beneath them is a scenario, and has lost its source.

    >>> [n] = numbers({"units": {"ward": {"beds": 4}}, "evidence": {"units.*": {"role": "measured", "source": "C008"}}})
    >>> n.name, n.value, n.role, n.source
    ('units.ward.beds', 4, 'measured', ('C008',))
    >>> numbers({"units": {"ward": {"beds": 4, "role": "measured"}}}, ["units.ward.beds"])[0].role
    'scenario'
    """
    paths, changed = _paths(raw.get("evidence")), set(changed)
    about = _saying(raw["about"], 0, 0, "about") if isinstance(raw.get("about"), dict) else None
    return [_number(path, node, [*sayings, *_of(path, paths)], changed) for path, node, sayings in _walk(raw, (), [about] if about else [])]


def faults(raw: Mapping[str, Any], known: Iterable[Number] | None = None) -> list[Fault]:
    """The paths of the heading `evidence` that fit no number. Those under `synthesis` are looked at only if `known` numbers are given."""
    paths = [path for path in _paths(raw.get("evidence")) if known is not None or path.text.split(".")[0] != ELSEWHERE]
    if not paths:
        return []
    found = list(numbers({**raw, "evidence": None}) if known is None else known)
    lines = _lines(found)
    idle = [path.text for path in paths if not _speaks(path, lines)]
    return [Fault(f"evidence.{path}", f"fits no number of this system. {nearest(path, beginnings(found))}") for path in idle]


def beginnings(known: Iterable[Number]) -> set[str]:
    """All paths that speak of some number, without `*`."""
    return {".".join(number.path[:size]) for number in known for size in range(1, len(number.path) + 1)}


def beneath(path: str, number: Number) -> bool:
    """Whether a path, which may have `*`, speaks of a number.

    >>> beneath("units.*.beds", Number(("units", "ward", "beds"), 4, "assumed"))
    True
    """
    return _pattern(path).match(number.name) is not None


def still_spoken_of(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """`after` a patch, without the paths that spoke of numbers `before` it and whose numbers it has taken away.

    >>> before = {"units": {"ward": {"beds": 4}}, "evidence": {"units.ward": {"role": "measured"}}}
    >>> still_spoken_of({"units": {}, "evidence": before["evidence"]}, before)["evidence"]
    {}
    """
    lost = "\n".join(_lost(before, after, ()))
    gone = [path for path in _paths(after.get("evidence")) if _speaks(path, lost)] if lost else []
    if not gone:
        return after
    left = "\n".join(_names(after, ()))
    idle = {path.text for path in gone if not _speaks(path, left)}
    return {**after, "evidence": {path: words for path, words in after["evidence"].items() if path not in idle}} if idle else after


def _lost(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    """The names of numbers in `before` that `after` has not; what a patch has left alone is the same thing in both, and is not looked into."""
    if before is after:
        return
    if not all(isinstance(node, Mapping) and "value" not in node for node in (before, after)):
        kept = set(_names(after, path))
        yield from (name for name in _names(before, path) if name not in kept)
        return
    for key, part in before.items():
        if key not in SILENT:
            yield from _lost(part, after.get(key), (*path, str(key)))


def _names(node: Any, path: tuple[str, ...]) -> Iterator[str]:
    return (".".join(found) for found, _, _ in _walk(node, path, []))


def _lines(known: Iterable[Number]) -> str:
    return "\n".join(number.name for number in known)


def _speaks(path: _Path, lines: str) -> bool:
    """Whether a path fits one of the names of numbers, which are a line each."""
    return re.search(rf"^{path.fits.pattern}", lines, re.MULTILINE) is not None


def _paths(heading: Any) -> list[_Path]:
    entries = heading.items() if isinstance(heading, Mapping) else ()
    return [_Path(str(text), _pattern(str(text)), words) for text, words in entries if isinstance(words, Mapping)]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"[^.\n]*".join(re.escape(part) for part in text.split("*")) + r"(?=\.|$)", re.MULTILINE)


def _of(path: tuple[str, ...], paths: list[_Path]) -> Iterator[_Saying]:
    """What the heading `evidence` says of a number."""
    name = ".".join(path)
    for order, (text, fits, words) in enumerate(paths):
        found = fits.match(name)
        if found:
            depth, end = 0, -1
            while end < found.end():
                end, depth = end + 1 + len(path[depth]), depth + 1
            yield _saying(words, depth, len(text.replace("*", "")), f"evidence.{text}", order)


def _saying(words: Mapping[str, Any], depth: int, letters: int, where: str, order: int = 0) -> _Saying:
    role, source, note = words.get("role"), words.get("source"), words.get("note")
    several = source if isinstance(source, list) else [] if source is None or isinstance(source, dict) else [source]
    texts = tuple(str(one) for one in several)
    return _Saying((depth, letters, order), role if isinstance(role, str) else None, texts, str(note) if isinstance(note, (str, int, float)) else "", where)


def _walk(node: Any, path: tuple[str, ...], sayings: list[_Saying]) -> Iterator[tuple[tuple[str, ...], Any, list[_Saying]]]:
    """Every number with its path and what is said on the way to it."""
    if _is_number(node, path):
        yield path, node, sayings
    if not isinstance(node, Mapping):
        return
    if path and isinstance(node.get("about"), dict):
        sayings = [*sayings, _saying(node["about"], len(path), 0, ".".join((*path, "about")))]
    if path and {"role", "source", "note"} & set(node):
        sayings = [*sayings, _saying(node, len(path), OWN, ".".join(path))]
    if "value" in node and "by" not in node:
        if _is_number(node["value"], path):
            yield path, node, sayings
        return
    for key, part in node.items():
        if key not in SILENT:
            yield from _walk(part, (*path, str(key)), sayings)


def _is_number(value: Any, path: tuple[str, ...]) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_number(part, path) for part in value)
    if not isinstance(value, str):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if value == UNLIMITED:
        return True
    if "open" in path[-2:-1]:
        return q.parse_hours(value) is not None
    return value[:1] in "0123456789.+" and any(_reads(parse, value) for parse in (q.parse_time, q.parse_rate, q.parse_load))


def _reads(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _number(path: tuple[str, ...], node: Any, sayings: list[_Saying], changed: set[str]) -> Number:
    name = ".".join(path)
    value = node["value"] if isinstance(node, Mapping) else node
    if changed & {f"{name}.value", *(".".join(path[:size]) for size in range(1, len(path) + 1))}:
        return Number(path, value, "scenario", said="the command line")
    near = sorted(sayings, key=lambda saying: saying.reach, reverse=True)
    until = next((size for size, saying in enumerate(near) if saying.role or saying.source), None)
    spoken = None if until is None else near[until]
    roled = next((saying for saying in near if saying.role), None)
    given, covers = (node.get("range"), node.get("covers")) if isinstance(node, Mapping) else (None, None)
    return Number(
        path, value, (roled and roled.role) or "assumed", spoken.source if spoken else (),
        (given[0], given[1]) if isinstance(given, list) and len(given) == 2 else None, covers,
        next((saying.note for saying in near[: None if until is None else until + 1] if saying.note), ""), roled.where if roled else "",
    )
