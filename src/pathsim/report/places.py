"""Claim: capacities, what a place takes, and what an indicator comes to are told in the words of those who plan them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..contacts.registry import REGISTRY, unit_of
from ..decide.capacities import Ways
from ..decide.sampled import Quantity
from ..decide.staffing import employed
from .numbers import MILLION, MONEY, NOTHING, decimals_for, decimals_of_change, spell
from .words import listing, term

WORDS = {
    "now": ("As it is now: {places}.", "Som det er nu: {places}."),
    "price": (
        "A place more takes, in full-time employees at {hours} hours of work a year (assumed): {each}.",
        "En plads mere kræver, i fuldtidsansatte med {hours} arbejdstimer om året (antaget): {each}.",
    ),
    "nobody": ("nobody", "ingen"),
}


class Told:
    """How the values of an indicator are told, all with the same decimals: shares in per cent, money in millions."""

    def __init__(self, quantity: Quantity, ways: Ways, levels: Sequence[float], changes: Sequence[float] = ()):
        indicator, currency = REGISTRY[quantity.indicator], str(ways.raw.get("currency") or "DKK")
        self.lang, self._factor, self.unit = ways.lang, 1.0, unit_of(quantity.indicator, currency, ways.lang)
        if indicator.unit == "share":
            self._factor, self.unit = 100.0, "%"
        elif "{currency}" in indicator.unit and max(map(abs, levels), default=0) >= MILLION:
            self._factor = 1 / MILLION
            money = MONEY.get(currency, (currency, currency))[ways.lang == "da"]
            self.unit = ("mio. " if ways.lang == "da" else "million ") + self.unit.replace(currency, money)
        whom = "" if quantity.group == "all" else f", {term(ways.lang, quantity.level)}"
        self.title = indicator.title(ways.lang) + whom
        self._rough = max(0, decimals_for([self._factor * value for value in levels], 3 if changes else 4))
        fine = [self._factor * value for value in changes if math.isfinite(value)]
        self._fine = max(0, decimals_of_change(fine)) if fine else self._rough
        self._rough = max(self._rough, min(self._fine, self._rough + 2))

    def level(self, value: float) -> str:
        return spell(self._factor * value, self.lang, self._rough)

    def change(self, value: float, signed: bool = True) -> str:
        return spell(self._factor * value, self.lang, self._fine, signed)

    def interval(self, low: float, high: float) -> str:
        return f"{self.change(low)} … {self.change(high)}" if math.isfinite(low) else NOTHING


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """A table as text: all columns to the right, the last to the left."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join([*(cell.rjust(size) for cell, size in zip(line, widths[:-1], strict=False)), line[-1]]).rstrip() for line in lines]


def now(ways: Ways) -> str:
    """How many places there are as the care system is written."""
    places = [f"{path_title(path, ways.lang)} {spell(number, ways.lang)}" for path, number in zip(ways.plan.parameters, ways.now, strict=True)]
    return WORDS["now"][ways.lang == "da"].format(places=listing(ways.lang, places, most=99))


def price(ways: Ways, hours_a_year: float) -> str:
    """What a place of each capacity takes in people."""
    units = zip(ways.plan.parameters, ways.units, strict=True)
    each = "; ".join(f"{path_title(path, ways.lang)} {people(employed(unit, hours_a_year), ways.lang)}" for path, unit in units)
    return WORDS["price"][ways.lang == "da"].format(hours=spell(hours_a_year, ways.lang), each=each)


def people(staff: Mapping[str, float], lang: str) -> str:
    """Full-time people by profession, in words.

    >>> people({"nurse": 5.475, "doctor": 0.3}, "en")
    '0.3 doctors and 5.5 nurses'
    """
    if not staff:
        return WORDS["nobody"][lang == "da"]
    return listing(lang, [f"{spell(number, lang, 1)} {term(lang, job)}" for job, number in sorted(staff.items())], most=9)


def path_title(path: str, lang: str) -> str:
    """A capacity in few words: the unit, and whose places they are where that is said.

    >>> path_title("levers.joint_acute_team.changes.units.acute_team.slots", "en"), path_title("units.acute_team.slots.nyborg", "en")
    ('acute team', 'acute team nyborg')
    """
    name, _, *whose = path.split("units.", 1)[1].split(".")
    title = term(lang, name)
    for article in ("the ", "a ", "an ", "en ", "et "):
        title = title.removeprefix(article)
    return " ".join([title, *whose])
