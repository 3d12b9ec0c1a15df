"""The form of a region: inhabitants by age, and what else is known of the place. What is left empty is taken from Esbjerg.

YAML as `pathsim new region --form` writes it, or CSV with the columns name and value (`population.18-29,5200`); semicolons and decimal
commas are read as well. All that is wrong is said at once.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...faults import Fault, Faults, fail, nearest
from ...language import read_yaml
from ...language.quantities import parse_number, shown
from ...population.ages import ALL_BANDS
from ...population.municipalities import municipality_faults
from .levels import LEVELS, Level
from .sizes import AREA, LARGEST, SMALLEST, Town, esbjerg

PARTS = ("population", "hospital_area", "capacity", "indicators")
UNITS_DA = {
    "gp": "praktiserende læger: pladser til akutte tider", "out_of_hours": "lægevagt", "emergency": "akutmodtagelse, lejer",
    "acute_ward": "akutafdeling, senge", "medical_ward": "medicinske afdelinger, senge", "geriatric_ward": "geriatrisk afdeling, senge",
    "other_ward": "senge, som andre afdelinger kan låne ud", "clinic": "ambulatorium", "acute_team": "akutteam: sygeplejersker på vagt",
    "acute_place": "akutpladser", "temporary_place": "midlertidige pladser", "home_nursing": "hjemmesygeplejersker på vagt",
    "assessment": "visitatorer på vagt", "rehabilitation": "genoptræning: terapeuter", "psychiatric_emergency": "psykiatrisk akutmodtagelse",
    "psychiatric_ward": "psykiatriske senge", "district_psychiatry": "lokalpsykiatri", "social_psychiatry": "socialpsykiatri",
    "supported_housing": "botilbud, ledige pladser til udskrivning", "psychology": "psykologer", "job_centre": "jobcenter: sagsbehandlere",
}


@dataclass(frozen=True)
class RegionForm:
    """What was filled in. hospital_area: inhabitants whom the hospital serves. capacity: unit → places. indicators: name → local figure."""

    town: Town
    hospital_area: int | None
    capacity: Mapping[str, int]
    indicators: Mapping[str, float]


def read_form(name: str, path: Path) -> RegionForm:
    """The form of a municipality. Raises Faults: all that is wrong with it."""
    given = _of_csv(path) if path.suffix.lower() == ".csv" else read_yaml(path)
    faults = list(municipality_faults(name, danish=True))
    faults += [Fault(f"{path}: {part}", f"is no part of the form. {nearest(str(part), PARTS)}") for part in given if part not in PARTS]

    def filled(part: str, words: Any, check: Callable[[str, Any], float]) -> dict[str, float]:
        """The entries of a part that are not empty, each checked."""
        entries = given.get(part)
        found: dict[str, float] = {}
        if entries is not None and not isinstance(entries, Mapping):
            faults.append(Fault(f"{path}: {part}", f"{shown(entries)} was given. Write names with their values"))
            return found
        for word, value in (entries or {}).items():
            where = f"{path}: {part}.{word}"
            if word not in words:
                faults.append(Fault(where, f"no such word here. {nearest(str(word), words)}"))
            elif value is not None:
                try:
                    found[word] = check(str(word), value)
                except ValueError as problem:
                    faults.append(Fault(where, str(problem)))
        return found

    people = filled("population", ALL_BANDS, lambda _, value: _whole(value, 0))
    capacity = filled("capacity", esbjerg()["units"], lambda _, value: _whole(value, 1, 100_000))
    indicators = filled("indicators", LEVELS, lambda word, value: _figure(value, LEVELS[word]))
    missing = [band for band in ALL_BANDS if band not in people]
    inhabitants = int(sum(people.values()))
    if missing and not any(fault.where.startswith(f"{path}: population") for fault in faults):
        faults.append(Fault(f"{path}: population", f"{', '.join(missing)} not given. Write how many inhabitants there are of each age"))
    elif not missing and not SMALLEST <= inhabitants <= LARGEST:
        allowed = f"Allowed: {SMALLEST:,} to {LARGEST:,} people, not shares"
        faults.append(Fault(f"{path}: population", f"{inhabitants:,} inhabitants were given. {allowed}"))
    area = None
    try:
        area = None if given.get("hospital_area") is None else _whole(given["hospital_area"], max(inhabitants, 1))
    except ValueError as problem:
        faults.append(Fault(f"{path}: hospital_area", f"{problem}: the hospital serves all inhabitants, and perhaps others"))
    faults += _hospital_beds_alone(path, capacity, given.get("hospital_area"))
    if faults:
        raise Faults(faults)
    return RegionForm(Town(name, inhabitants, ages={band: people[band] for band in ALL_BANDS}), area, capacity, indicators)


def _hospital_beds_alone(path: Path, capacity: Mapping[str, float], area: Any) -> list[Fault]:
    """The places of a hospital say nothing without the number of people whom it serves."""
    of_hospital = [unit for unit in capacity if unit in AREA]
    if not of_hospital or area is not None:
        return []
    there = ", ".join(of_hospital)
    return [Fault(f"{path}: hospital_area", f"is missing, and places of the hospital are given ({there}). Write how many inhabitants it serves")]


def _whole(value: Any, low: int, high: int = 20_000_000) -> int:
    number = parse_number(value)
    if number != int(number) or not low <= number <= high:
        raise ValueError(f"{shown(value)} was given. Allowed: a whole number from {low:,} to {high:,}")
    return int(number)


def _figure(value: Any, level: Level) -> float:
    number = parse_number(value)
    if not level.low <= number <= level.high:
        raise ValueError(f"{shown(value)} was given. Allowed: {level.low:g} to {level.high:g} {level.unit}. Check the unit")
    return float(number)


def _of_csv(path: Path) -> dict[str, Any]:
    """Names with dots become parts with their entries; an empty value is not given."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = file.read().splitlines()
        semicolons = bool(lines) and ";" in lines[0]
        rows = list(csv.reader(lines, delimiter=";" if semicolons else ",", strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise fail(str(path), f"cannot be read as csv ({problem}). Save it as UTF-8 with the columns name and value") from None
    if not rows or [cell.strip() for cell in rows[0]] != ["name", "value"]:
        raise fail(str(path), f"the columns {shown(rows[0] if rows else [])} were given. Allowed: name and value")
    faults, found = [], {}
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        name, value = row[0].strip(), row[1].strip() if len(row) == 2 else ""
        part, _, word = name.partition(".")
        if len(row) != 2:
            faults.append(Fault(f"{path}: line {number}", f"{len(row)} cells. Write a name and a value"))
        elif name in found or word in (found.get(part) or {} if isinstance(found.get(part), dict) else {}):
            faults.append(Fault(f"{path}: line {number}", f"'{name}' stands twice. Keep one"))
        elif word and isinstance(found.setdefault(part, {}), dict):
            found[part][word] = _cell(value, semicolons)
        else:
            found[name] = _cell(value, semicolons)
    if faults:
        raise Faults(faults)
    return found


def _cell(text: str, decimal_comma: bool) -> Any:
    """A number where it is one; an empty cell is not given."""
    try:
        return float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return text or None


def empty() -> str:
    """A form with nothing filled in, and what to write where."""
    lines = [
        "# A region of your own. Fill in what you know, leave the rest empty, and then:  pathsim new region NAME THIS_FILE",
        "# NAME is the municipality in lower case without æ, ø and å: toender, aabenraa, hoeje_taastrup.",
        "",
        "# Inhabitants by age, numbers of people. Indbyggere efter alder (Statistikbanken FOLK1A). Needed.",
        "population:",
        *(f"  {band}:{'      # 0-17' if band == ALL_BANDS[0] else '         # and older' if band == ALL_BANDS[-1] else ''}" for band in ALL_BANDS),
        "",
        "# Inhabitants whom your hospital serves, your own included. Indbyggere i sygehusets optageområde.",
        "# Empty: the hospital is as large as Esbjerg's per inhabitant.",
        "hospital_area:",
        "",
        "# Places staffed at a time. Pladser og senge med personale. Empty: as many as Esbjerg has, in proportion.",
        "# Of the hospital give all its beds, and hospital_area.",
        "capacity:",
        *(f"  {unit}:{' ' * (24 - len(unit))}# {there}" for unit, there in UNITS_DA.items()),
        "",
        "# Figures of a recent year. Each moves one level of the model. Empty: that level stays as it is.",
        "indicators:",
    ]
    for name, level in LEVELS.items():
        lines += [f"  # {level.title}, {level.unit}", f"  # {level.title_da} ({level.where})", f"  {name}:"]
    return "\n".join(lines) + "\n"
