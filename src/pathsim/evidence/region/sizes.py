"""Claim: what is not known of a place is Esbjerg's, in proportion, and one rule says in proportion to what.

What serves a municipality has as many places per inhabitant as in Esbjerg. What serves a hospital's area has as many per inhabitant of
the area as Sydvestjysk Sygehus, which serves Esbjerg and four others. Places are whole, and there is at least one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ... import folders
from ...inputs.written import parts, rewritten
from ...language import read_yaml
from ...population import Tables, municipalities, synthesise, validate
from ...study.citizens import tables_file

ESBJERG, SYDVESTJYSK = 115_465, 236_136  # inhabitants of the municipality, and of its hospital's area
AREA = ("emergency", "acute_ward", "medical_ward", "geriatric_ward", "other_ward", "clinic", "psychiatric_emergency", "psychiatric_ward")
AREA_STREAMS = (
    "others_emergency", "others_acute_ward", "others_medical", "others_geriatric", "others_clinic", "others_psychiatric", "others_psychiatric_emergency",
)
UP = ("gp", "temporary_place", "rehabilitation", "psychology", "job_centre", "coordinator")  # a part of a place is a place; others to the nearest
CALLED_ELSEWHERE = {"psychiatric_ward": 90}  # in a whole region, whose patients are all citizens, where Esbjerg has 86
SMALLEST, LARGEST = 1_000, 1_000_000  # inhabitants of a municipality
ENOUGH = 25_000  # inhabitants to count the care of: shares are met to the person, whatever the size
OPEN_HOURS = 15 * 7  # of home nursing, a week


@dataclass(frozen=True)
class Town:
    """A municipality: its inhabitants, and what is known of their ages."""

    name: str
    inhabitants: int
    share_65_plus: float | None = None
    ages: Mapping[str, float] | None = None

    @property
    def title(self) -> str:
        return str(municipalities().loc[self.name, "municipality"])

    def written(self) -> dict[str, Any]:
        """As `synthesis.municipalities` has it."""
        found = {"inhabitants": self.inhabitants, "share_65_plus": self.share_65_plus, "ages": None if self.ages is None else dict(self.ages)}
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True)
class Care:
    """What decides how much of a town's care the old take. nurses: home nurses busy with standing care at any time; old: of 65 and over."""

    nurses: float
    old: float


def care_of(town: Town) -> Care:
    some = min(town.inhabitants, ENOUGH)
    citizens = synthesise(_tables(), town.name, some, 1, town.share_65_plus, own_ages=town.ages)
    hours = float(citizens["care"].astype(str).map(_nurse_hours()).sum())
    each = town.inhabitants / some
    return Care(hours / OPEN_HOURS * each, float((citizens["age"] >= 65).sum()) * each)


@cache
def _nurse_hours() -> dict[str, float]:
    """Standing hours a week of a home nurse by the care that one has, as the pathway has them."""
    routine = read_yaml(folders.configs() / "pathway" / "somatic.yaml")["units"]["home_nursing"]["routine"]
    helped = {care: hours for care, hours in routine["has_help"].items() if care not in ("by", "rest")}
    return {care: parts(hours)[0] for care, hours in {"nursing": routine["nursing_only"], **helped}.items()}


@cache
def _tables() -> Tables:
    return validate(read_yaml(tables_file("danish")))


def whole(places: float, up: bool = False) -> int:
    """
    >>> whole(0.2), whole(2.4), whole(2.4, up=True)
    (1, 2, 3)
    """
    return max(1, math.ceil(places - 1e-9) if up else int(places + 0.5))


def in_proportion(unit: str, places: int, inhabitants: int) -> int:
    """Places of a unit of which Esbjerg has `places`, for so many inhabitants: of a municipality, or of a hospital's area."""
    return whole(places * inhabitants / (SYDVESTJYSK if unit in AREA else ESBJERG), unit in UP)


def home_nursing(town: Town, care: Care) -> int:
    """Standing home care, counted from a part of the citizens and so with a hundredth more, and besides a nurse for every 115,465 inhabitants."""
    return int(care.nurses * 1.01 + 0.5) + whole(town.inhabitants / ESBJERG)


def coordinators(care: Care, esbjerg: int) -> int:
    """Per person of 65 and over as in Esbjerg, rounded up."""
    return whole(esbjerg * care.old / _esbjergs().old, up=True)


@cache
def _esbjergs() -> Care:
    return care_of(Town("esbjerg", ESBJERG))


def esbjerg() -> dict[str, Any]:
    return read_yaml(folders.configs() / "region" / "esbjerg.yaml")


def everyone_else(citizens: int, area: float) -> dict[str, Any]:
    """`arrivals` of a place with so many citizens whose hospital serves `area` inhabitants.

    To a municipality they come per inhabitant as in Esbjerg. To a hospital come people of other ages and needs, per inhabitant of the
    area, and the area's inhabitants who are no citizens here: both as in Esbjerg, where the region of Southern Denmark tells them apart.
    """
    region = read_yaml(folders.configs() / "region" / "syddanmark.yaml")
    people = sum(place["inhabitants"] for place in region["synthesis"]["municipalities"].values())
    neighbours = SYDVESTJYSK - ESBJERG
    found = {}
    for name, stream in esbjerg()["arrivals"].items():
        here = rate(stream)
        if name in AREA_STREAMS:
            own = (here - rate(region["arrivals"][name]) * SYDVESTJYSK / people) / neighbours  # a day, of an inhabitant like Esbjerg's
            now = (here - own * neighbours) * area / SYDVESTJYSK + own * (area - citizens)
        else:
            now = here * citizens / ESBJERG
        found[name] = {**stream, "rate": _times(stream["rate"], max(now, 0.0) / here)}
    return found


def rate(stream: Mapping[str, Any]) -> float:
    """The number of a rate, which may stand in a table whose other rates are 0."""
    return max(_numbers(stream["rate"]))


def _numbers(written: Any) -> Iterable[float]:
    if not isinstance(written, Mapping):
        return [parts(written)[0]]
    return [number for key, part in written.items() if key != "by" for number in _numbers(part)]


def _times(written: Any, factor: float) -> Any:
    if isinstance(written, Mapping):
        return {key: part if key == "by" else _times(part, factor) for key, part in written.items()}
    number, unit = parts(written)
    return rewritten(number * factor, unit, 3) if number else written


def practices(town: Town, alone: bool) -> list[str]:
    """The words of a town's practices, as synthetic citizens have them."""
    number = max(1, int(town.inhabitants / _tables().inhabitants_per_practice.value + 0.5))
    digits = max(2, len(str(number)))
    return [f"{'' if alone else town.name + '_'}practice_{i + 1:0{digits}}" for i in range(number)]
