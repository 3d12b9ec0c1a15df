"""Claim: every heading follows from the numbers by rule; nobody writes one by hand.

A difference *can be told from zero* where its interval leaves zero out. What is then better or
worse is said by the registry; what cannot be told is said to be so, never passed over.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from pathsim.contacts.registry import REGISTRY

from .numbers import Told, tell
from .results import Results
from .terms import OUTCOMES
from .words import listing, outcome, say, term

SECTIONS = {
    "hospital": (
        "readmission_30", "readmission_30_standardised", "admissions", "acute_admissions", "bed_days", "length_of_stay", "delayed_days",
        "days_waiting_for_ward", "occupancy", "time_above_full", "emergency_visits", "preventable_stays",
    ),
    "after": (
        "contact_within_2", "contact_within_7", "days_to_first_contact", "death_after_discharge_30", "handover_whole", "handover_days",
        "missed_tasks",
    ),
    "psychiatry": tuple(
        f"psychiatric_{name}" for name in ("readmission_30", "admissions", "bed_days", "length_of_stay", "delayed_days", "contact_within_7")
    ),
    "citizens": ("days_at_home", "deaths", "sick_leave_weeks"),
    "resources": ("staff_hours", "contacts", "cost"),
}
MAIN = [name for names in SECTIONS.values() for name in names]
FOR_GROUPS = ("readmission_30", "psychiatric_readmission_30", "acute_admission_rate", "contact_within_7", "death_rate", "days_at_home")
NOT_PEOPLE = {"all", "unit", "sector", "place", "profession", "payer", "operator", "handover", "task"}


def way(row) -> str:
    """Which way a difference goes: up, down, same, or unclear where its interval holds zero."""
    low, high, difference = float(row.low), float(row.high), float(row.difference)
    if not all(map(math.isfinite, (low, high, difference))):
        return "unclear"
    if low == high == difference == 0:
        return "same"
    return "up" if low > 0 else "down" if high < 0 else "unclear"


def reading(row) -> str:
    """Better, worse, changed (for what is neither), same, or unclear."""
    going, good = way(row), REGISTRY[row.indicator].better
    if going in ("same", "unclear"):
        return going
    if good == "neutral":
        return "changed"
    return "better" if (going == "up") == (good == "higher") else "worse"


def outcomes(results: Results, model: str) -> list:
    """The rows of the main outcomes, psychiatric ones where there is no somatic care."""
    found = []
    for name in OUTCOMES:
        rows = [results.row(model, n) for n in (name, f"psychiatric_{name}") if n in REGISTRY]
        rows = [r for r in rows if r is not None and math.isfinite(r.difference) and (r.base or r.value)]
        found += rows[:1]
    return found


def headline(results: Results, model: str, language: str) -> str:
    """The finding about a model: what it wins and what it loses among the main outcomes."""
    said: dict[str, list[str]] = {"better": [], "worse": []}
    for row in outcomes(results, model):
        if (judged := reading(row)) in said:
            said[judged].append(outcome(language, row.indicator, way(row) == "up"))
    key = "unclear"
    if said["better"] or said["worse"]:
        key = "both" if said["better"] and said["worse"] else "gain" if said["better"] else "loss"
    gains, losses = (listing(language, said[k], 6) if said[k] else "" for k in ("better", "worse"))
    titles = {"model": results.title(model, language), "base": results.title(results.base, language)}
    return say(language, f"head.{key}", gains=gains, losses=losses, **titles)


def people_groups(results: Results) -> list[str]:
    """The ways in which citizens are grouped; ages from 65 only where no group of the system's own is called older."""
    found = [g for g in dict.fromkeys(results.differences["group"]) if g not in NOT_PEOPLE]
    return [g for g in found if g != "65+" or "older" not in found]


def payers_headline(results: Results, model: str, language: str) -> str:
    """Who pays more, and who less."""
    rows = results.rows(model, "cost", "payer").itertuples()
    return _more_and_less("pays", results.title(model, language), list(rows), language)


class Line(NamedTuple):
    """One row of a table: who or what it is about, the numbers as text, and how to read them."""

    who: str
    what: str
    told: Told
    reading: str


def line(results: Results, row, language: str) -> Line:
    told = tell(row, language, results.currency, prose=False)
    return Line(term(language, row.level), REGISTRY[row.indicator].title(language), told, reading(row))


def sections(results: Results, model: str, language: str) -> list[tuple[str, list[Line]]]:
    """All main indicators that the comparison has, by section."""
    found = []
    for section, names in SECTIONS.items():
        rows = [row for name in names if (row := results.row(model, name)) is not None and math.isfinite(row.difference)]
        if rows:
            found.append((say(language, f"section.{section}"), [line(results, row, language) for row in rows]))
    return found


class Touched(NamedTuple):
    """Who is worse and better off under a model, among so many comparisons."""

    worse: list
    better: list
    looked_at: int


def touched(results: Results, model: str) -> Touched:
    """Groups of citizens, and those who wait for a unit: whose difference can be told from zero."""
    rows = results.differences[results.differences["model"] == model]
    people = rows[rows["indicator"].isin(FOR_GROUPS) & rows["group"].isin(people_groups(results))]
    waits = rows[(rows["indicator"] == "wait_mean") & (rows["group"] == "unit")]
    told = [row for row in pd.concat([people, waits]).itertuples() if not pd.isna(row.low)]
    told = [row for row in told if way(row) != "same"]
    judged = [reading(row) for row in told]
    worse, better = ([r for r, j in zip(told, judged, strict=True) if j == k] for k in ("worse", "better"))
    return Touched(worse, better, len(told))


def who_headline(results: Results, model: str, language: str) -> str:
    names = list(dict.fromkeys(group_name(row, language) for row in touched(results, model).worse))
    title = results.title(model, language)
    if not names:
        return say(language, "who.head_none", model=title)
    return say(language, "who.head_worse", model=title, worse=listing(language, names, 6))


def group_name(row, language: str) -> str:
    """What a group is called: a band or word, the name of a yes-or-no group, those who wait for a unit."""
    if row.group == "unit":
        return say(language, "who.waiting", unit=term(language, row.level))
    if row.group == "age":
        return say(language, "who.age", band=row.level.replace("-", "–"))
    if row.group == "municipality":
        return row.level.replace("_", " ").title()
    return term(language, row.group if row.level == "yes" else row.level)


def group_headline(results: Results, model: str, rows: list, language: str) -> str:
    """Who is readmitted more, else how many less, else that it cannot be told."""
    title = results.title(model, language)
    ways = [way(row) for row in rows]
    worse = [group_name(row, language) for row, going in zip(rows, ways, strict=True) if going == "up"]
    if worse:
        return say(language, "group.head_worse", model=title, worse=listing(language, worse))
    if "down" in ways:
        return say(language, "group.head_better", model=title, k=ways.count("down"), n=len(rows))
    return say(language, "group.head_unclear", model=title)


def staff_headline(results: Results, model: str, rows: list, language: str) -> str:
    """For whom there is more work, and for whom less."""
    return _more_and_less("staff", results.title(model, language), rows, language)


def _more_and_less(what: str, title: str, rows: list, language: str) -> str:
    names = {going: [term(language, r.level) for r in rows if way(r) == going] for going in ("up", "down")}
    key = {(True, True): "both", (True, False): "more", (False, True): "less", (False, False): "unclear"}[bool(names["up"]), bool(names["down"])]
    more, less = (listing(language, names[k]) if names[k] else "" for k in ("up", "down"))
    return say(language, f"{what}.head_{key}", model=title, more=more, less=less)
