"""Claim: every indicator is a numerator over a denominator, told for each group by one rule.

A tally takes items (whose, how much) of one block after another and gives rows: indicator, group,
level, value, numerator, denominator. A level that nobody reached has its row too, with a zero or,
where there is nothing to divide by, no value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.contacts.counted import Counted, Kept, united
from pathsim.contacts.groups import groupings, strata
from pathsim.contacts.life import time_at_risk
from pathsim.contacts.record import Run
from pathsim.contacts.registry import REGISTRY
from pathsim.contacts.window import YEAR


class Rows(NamedTuple):
    """Rows of one indicator for the levels of one group. `value` is None where it is numerator / denominator."""

    name: str
    group: str
    levels: list
    numerator: np.ndarray
    denominator: np.ndarray
    value: np.ndarray | None


def rows_of(name: str, group: str, levels, numerator, denominator, value=None) -> Rows:
    """Rows; one number stands for all levels."""
    if name not in REGISTRY:
        raise KeyError(f"indicator '{name}' is not in the registry")
    numerator, denominator = (np.full(len(levels), some, dtype=float) for some in (numerator, denominator))
    return Rows(name, group, list(levels), numerator, denominator, None if value is None else np.asarray(value, dtype=float))


def ratios(found: list[Rows]) -> np.ndarray:
    """The values of all rows; NaN where there is nothing to divide by."""
    top, bottom = (np.concatenate([getattr(rows, name) for rows in found]) for name in ("numerator", "denominator"))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(bottom > 0, top / bottom, np.nan)
    start = 0
    for rows in found:
        if rows.value is not None:
            value[start : start + len(rows.levels)] = rows.value
        start += len(rows.levels)
    return value


class _Sums(Counted):
    """Numerators and denominators; or numerators alone, over `per`."""

    def __init__(self, per: float | None):
        super().__init__(2)
        self.per = per

    def rows(self, name: str, group: str, standard) -> Rows:
        top, bottom = self.values.T
        return rows_of(name, group, self.words, top, bottom if self.per is None else self.per)


class _Middles(Kept):
    """Values, for their median: no value where half or more are endless. Numerator: how many are not."""

    def rows(self, name: str, group: str, standard) -> Rows:
        values = [self.of(word) for word in self.words]
        finite, total = [np.isfinite(some).sum() for some in values], [len(some) for some in values]
        return rows_of(name, group, self.words, finite, total, [_median(some) for some in values])


class _Strata(Counted):
    """Items and hits by level and stratum, for a share directly standardised by age and sex.

    Strata without items share out their weight.
    """

    def __init__(self) -> None:
        super().__init__(2)
        self.levels: list = []

    def add_block(self, levels: list, strata: list, values: np.ndarray) -> None:
        """Items and hits, by level and in each by stratum."""
        self.levels = united(self.levels, levels)
        self.add([(level, word) for level in levels for word in strata], values)

    def rows(self, name: str, group: str, standard: pd.Series) -> Rows:
        weight, levels = (standard / standard.sum()).to_numpy(), self.levels
        stratum = {word: i for i, word in enumerate(standard.index)}
        items, hits = np.zeros((2, len(levels), len(weight)))
        for (level, word), (all_of_them, those) in zip(self.words, self.values, strict=True):
            if word in stratum:
                cell = levels.index(level), stratum[word]
                items[cell], hits[cell] = all_of_them, those
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(items > 0, hits / items, 0.0)
            value = share @ weight / ((items > 0) @ weight)
        return rows_of(name, group, levels, hits.sum(axis=1), items.sum(axis=1), value)


class Tally:
    """Collects what the rows of the table of indicators are made of, of one block after another."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Sums | _Middles | _Strata] = {}

    def open(self, run: Run) -> None:
        """The block that items are of from now on."""
        self.run, self.years = run, run.window.years
        self.person_years = time_at_risk(run) / YEAR
        self._groups = groupings(run)
        ends = np.cumsum([len(g.levels) for g in self._groups])
        self._parts = list(zip(self._groups, [0, *ends[:-1]], ends, strict=True))
        # for everyone, the place of the level of each group among all levels of all groups; the last is no level
        self._places = np.stack([np.where(g.code >= 0, g.code + start, ends[-1]) for g, start, _ in self._parts], axis=1)
        self._at_risk: dict[float, np.ndarray] = {}

    def close(self) -> None:
        """Lets go of the block."""
        del self.run, self.person_years, self._groups, self._parts, self._places, self._at_risk

    def rows(self, name: str, group: str, levels, numerator, denominator=0.0, per: float | None = None) -> None:
        """Rows of a group that belongs to one indicator. With `per` that is the denominator of all of them."""
        both = np.stack(np.broadcast_arrays(np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)), axis=1)
        self._entry(name, group, lambda: _Sums(per)).add(levels, both)

    def ratio(self, name: str, person, amount) -> None:
        """Sum of `amount` over the number of items."""
        self._add(name, self._sums(person, amount), self._sums(person, None), None)

    def per_year(self, name: str, person, amount=None) -> None:
        """Per measured year."""
        self._add(name, self._sums(person, amount), None, self.years)

    def rate(self, name: str, person, amount=None, per: float = 1000, who: np.ndarray | None = None) -> None:
        """Per so many person-years, of everyone or of the citizens `who`."""
        risk = self._risk(per) if who is None else self._sums(None, np.where(who, self.person_years, 0) / per)
        self._add(name, self._sums(person, amount), risk, None)

    def lived(self, name: str, amount: np.ndarray | None = None) -> None:
        """Person-years; or an amount for each citizen, per person-year."""
        both = (self._risk(1), None, 1.0) if amount is None else (self._sums(None, amount), self._risk(1), None)
        self._add(name, *both)

    def median(self, name: str, person, value: np.ndarray) -> None:
        """The median, no value where half or more are endless."""
        person = np.asarray(person)
        for g in self._groups:
            self._entry(name, g.group, _Middles).add(g.levels, g.code[person], value)

    def standardised(self, name: str, person, yes: np.ndarray) -> None:
        """Share, directly standardised by age and sex; nothing where these are not recorded."""
        if strata(self.run) is None:
            return
        person, (_, words, stratum) = np.asarray(person), strata(self.run)
        for g in self._groups:
            level = g.code[person]
            cell = np.where(level >= 0, level * len(words) + stratum[person], len(g.levels) * len(words))
            items, hits = (np.bincount(cell, some, minlength=len(g.levels) * len(words) + 1)[:-1] for some in (None, yes))
            self._entry(name, g.group, _Strata).add_block(g.levels, words, np.stack([items, hits], axis=1))

    def told(self, standard: pd.Series | None) -> list[Rows]:
        """All rows so far, in the order in which they were first asked for."""
        return [entry.rows(*key, standard) for key, entry in self._found.items()]

    def _entry(self, name: str, group: str, make: Callable):
        if (name, group) not in self._found:
            self._found[name, group] = make()
        return self._found[name, group]

    def _add(self, name: str, top: np.ndarray, bottom: np.ndarray | None, per: float | None) -> None:
        both = np.stack([top, np.zeros(len(top)) if bottom is None else bottom], axis=1)
        for g, start, end in self._parts:
            self._entry(name, g.group, lambda: _Sums(per)).add(g.levels, both[start:end])

    def _risk(self, per: float) -> np.ndarray:
        """Person-years by level, in so many."""
        if per not in self._at_risk:
            self._at_risk[per] = self._sums(None, self.person_years / per)
        return self._at_risk[per]

    def _sums(self, person, amount) -> np.ndarray:
        """Sums by level of all groups, people in their order; `person` None: one amount for each citizen."""
        if person is None:
            by_person = amount
        else:
            weights = None if amount is None else np.asarray(amount, dtype=float)
            by_person = np.bincount(person, weights, minlength=len(self.run.citizens))
        some = np.flatnonzero(by_person)
        places, amounts = self._places[some].ravel(), np.repeat(by_person[some], len(self._groups))
        return np.bincount(places, amounts, minlength=self._parts[-1][2] + 1)[:-1]


def _median(value: np.ndarray) -> float:
    """NaN where nobody is, or where half or more never get there."""
    if not len(value):
        return np.nan
    ordered = np.sort(value)
    middle = (ordered[(len(value) - 1) // 2] + ordered[len(value) // 2]) / 2
    return middle if np.isfinite(middle) else np.nan
