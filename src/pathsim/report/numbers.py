"""Claim: a number is told as exactly as its interval deserves, and never so that its sign is lost.

Prose has two significant digits for changes and three for levels; more only where something that is
not zero would else read as zero. Danish has a decimal comma.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from pathsim.contacts.registry import REGISTRY, unit_of

from .words import say

MINUS, NOTHING = "−", "–"
MILLION = 1_000_000
MONEY = {"DKK": ("DKK", "kr."), "NOK": ("NOK", "norske kr."), "EUR": ("EUR", "euro")}


class Told(NamedTuple):
    """Numbers of one comparison as text. `unit` belongs to levels, `change_unit` to the rest."""

    base: str
    value: str
    difference: str
    low: str
    high: str
    unit: str
    change_unit: str

    @property
    def interval(self) -> str:
        """From … to, or a dash where one run gives none."""
        return self.low if self.low == self.high == NOTHING else f"{self.low} … {self.high}"


def decimals_for(values: Iterable[float], digits: int = 3, least: int | None = None) -> int:
    """Decimals common to numbers told together; negative ones round to tens and hundreds.

    >>> decimals_for([-1055, -2033, 37]), decimals_for([0.012]), decimals_for([5402.0, -0.3])
    (-1, 4, 1)
    """
    finite = [abs(v) for v in values if math.isfinite(v) and abs(v) > 1e-12]
    if not finite:
        return max(least or 0, 0)
    decimals = _digits(finite, digits) if least is None else least
    for _ in range(2):  # what is not zero had better not read as zero
        if all(round(v, decimals) != 0 for v in finite):
            break
        decimals += 1
    return min(decimals, 6)


def decimals_of_change(changes: list[float]) -> int:
    """Decimals of a difference and its interval: two digits of the one, at most three of the largest.

    >>> decimals_of_change([-844, -1306, -381]), decimals_of_change([-1.04, -1.86, -0.22]), decimals_of_change([3.0, -500, 506])
    (-1, 1, 0)
    """
    return decimals_for(changes, least=min(decimals_for(changes[:1], 2) if round(changes[0], 9) else 6, _digits(changes, 3)))


def _digits(values: list[float], digits: int) -> int:
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return digits - 1 - math.floor(math.log10(largest)) if largest > 1e-12 else 0


def spell(value: float, language: str, decimals: int = 0, signed: bool = False) -> str:
    """A number in words' company.

    A change that is rounded to zero keeps its sign.

    >>> spell(-1234.56, "da", 1), spell(0.04, "en", 1, True), spell(1249, "en", -1, True)
    ('−1.234,6', '+0.0', '+1,250')
    """
    if not math.isfinite(value):
        return NOTHING
    rounded = round(float(value), decimals)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    if language == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    kept = value if signed and abs(value) > 1e-12 else rounded
    sign = MINUS if kept < 0 else "+" if signed and kept > 0 else ""
    return sign + text


def percent(share: float, language: str, decimals: int = 1) -> str:
    """A share between 0 and 1 in per cent.

    >>> percent(0.1293, "en"), percent(0.5, "da", 0).split()
    ('12.9%', ['50', '%'])
    """
    return spell(100 * share, language, decimals) + ("\u00a0%" if language == "da" else "%")


def tell(row, language: str, currency: str = "DKK", prose: bool = True, scale: float = 1.0) -> Told:
    """A row of differences as text: indicator, base, value, difference, low, high.

    Prose: two or three digits. Else, for tables: the decimals of the registry.
    """
    indicator = REGISTRY[row.indicator]
    numbers = [float(getattr(row, name)) * scale for name in ("base", "value", "difference", "low", "high")]
    unit, suffix, extra = unit_of(row.indicator, currency, language), "", 0
    change_unit = unit
    if indicator.unit == "share":
        numbers, unit, change_unit, extra = [100 * n for n in numbers], "%", say(language, "points"), -2
        suffix = "\u00a0%" if language == "da" else "%"
    elif "{currency}" in indicator.unit:
        numbers, unit, extra = _money(numbers, indicator.unit, currency, language)
        change_unit = unit
    levels, changes = numbers[:2], numbers[2:]
    if prose:
        fine, rough = decimals_of_change(changes), decimals_for(levels)
    else:
        rough = max(indicator.decimals + extra, 0)
        fine = decimals_for(changes, least=rough)
        rough = min(fine, rough + 1)
    while rough < fine and spell(levels[0], language, rough) == spell(levels[1], language, rough):
        rough += 1  # two levels that differ must not read the same
    return Told(
        *(spell(n, language, rough) + suffix for n in levels),
        *(spell(n, language, fine, signed=True) for n in changes),
        unit, change_unit,
    )


def _money(numbers: list[float], unit: str, currency: str, language: str) -> tuple[list[float], str, int]:
    """Money in millions where it is millions; with two decimals then."""
    money = MONEY.get(currency, (currency, currency))[language == "da"]
    extra = 0
    if max((abs(n) for n in numbers if math.isfinite(n)), default=0) >= MILLION:
        numbers, extra = [n / MILLION for n in numbers], 2
        money = f"mio. {money}" if language == "da" else f"million {money}"
    words = {"en": {"per year": "per year", "per person-year": "per person-year"}, "da": {"per year": "pr. år", "per person-year": "pr. personår"}}
    return numbers, f"{money} {words[language][unit.removeprefix('{currency} ')]}", extra
