"""Claim: every indicator is a numerator over a denominator, told for each group by one rule.

A tally takes items (whose, how much) and gives rows: indicator, group, level, value, numerator,
denominator. A level that nobody reached has its row too, with a zero or, where there is nothing
to divide by, no value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.groups import groupings, standard_of, strata
from pathsim.contacts.life import time_at_risk
from pathsim.contacts.record import Run
from pathsim.contacts.registry import REGISTRY, unit_of
from pathsim.contacts.window import YEAR

COLUMNS = ["indicator", "group", "level", "value", "numerator", "denominator", "unit"]


class Tally:
    """Collects the rows of the table of indicators for one run."""

    def __init__(self, run: Run, standard: pd.Series | None = None):
        self.run = run
        self.groups = groupings(run)
        self.years = run.window.years
        self.person_years = time_at_risk(run) / YEAR
        self.strata = strata(run.citizens)
        if self.strata is not None:
            self.standard = standard_of(run) if standard is None else standard
        self.columns: dict[str, list] = {name: [] for name in COLUMNS[:-1]}

    def rows(self, name: str, group: str, levels, numerator, denominator, value=None) -> None:
        """Rows of one indicator for the levels of one group."""
        if name not in REGISTRY:
            raise KeyError(f"indicator '{name}' is not in the registry")
        numerator = np.broadcast_to(np.asarray(numerator, dtype=float), (len(levels),))
        denominator = np.broadcast_to(np.asarray(denominator, dtype=float), (len(levels),))
        if value is None:
            with np.errstate(divide="ignore", invalid="ignore"):
                value = np.where(denominator > 0, numerator / denominator, np.nan)
        n = len(levels)
        told = ([name] * n, [group] * n, map(str, levels), value, numerator, denominator)
        for column, some in zip(self.columns.values(), told, strict=True):
            column.extend(some)

    def ratio(self, name: str, person: np.ndarray, amount=None, of=None) -> None:
        """Sum of `amount` over sum of `of` (each item counts 1 where it is None)."""
        top, bottom = self._by_person(person, amount), self._by_person(person, of)
        for g in self.groups:
            self.rows(name, g.group, g.levels, _sums(g, top), _sums(g, bottom))

    def total(self, name: str, person: np.ndarray, amount=None) -> None:
        """A plain sum over the measured window."""
        top = self._by_person(person, amount)
        for g in self.groups:
            self.rows(name, g.group, g.levels, _sums(g, top), 1)

    def per_year(self, name: str, person: np.ndarray, amount=None) -> None:
        """Per measured year."""
        top = self._by_person(person, amount)
        for g in self.groups:
            self.rows(name, g.group, g.levels, _sums(g, top), self.years)

    def rate(self, name: str, person: np.ndarray, amount=None, per: float = 1000, who=None) -> None:
        """Per so many person-years, of everyone or of the citizens `who`."""
        top = self._by_person(person, amount)
        risk = self.person_years / per if who is None else np.where(who, self.person_years, 0) / per
        for g in self.groups:
            self.rows(name, g.group, g.levels, _sums(g, top), _sums(g, risk))

    def median(self, name: str, person: np.ndarray, value: np.ndarray) -> None:
        """The median, no value where half or more are endless. Numerator: how many are not endless."""
        for g in self.groups:
            level = g.code[person]
            middle = np.full(len(g.levels), np.nan)
            for i in range(len(g.levels)):
                mine = value[level == i]
                middle[i] = _median(mine)
            there = level >= 0
            total = np.bincount(level[there], minlength=len(g.levels))
            finite = np.bincount(level[there & np.isfinite(value)], minlength=len(g.levels))
            self.rows(name, g.group, g.levels, finite, total, middle)

    def standardised(self, name: str, person: np.ndarray, yes: np.ndarray) -> None:
        """Share, directly standardised by age and sex; strata without items share out their weight."""
        if self.strata is None:
            return
        weight = self.standard / self.standard.sum()
        stratum = weight.index.get_indexer(self.strata)[person]
        for g in self.groups:
            level, n = g.code[person], len(weight)
            use = (level >= 0) & (stratum >= 0)
            cell = level[use] * n + stratum[use]
            size = len(g.levels) * n
            items = np.bincount(cell, minlength=size).reshape(-1, n)
            hits = np.bincount(cell, yes[use], minlength=size).reshape(-1, n)
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(items > 0, hits / items, 0.0)
                value = share @ weight.to_numpy() / ((items > 0) @ weight.to_numpy())
            self.rows(name, g.group, g.levels, hits.sum(axis=1), items.sum(axis=1), value)

    def table(self) -> pd.DataFrame:
        """All rows, in the order of the registry."""
        found = pd.DataFrame(self.columns)
        order = {name: i for i, name in enumerate(REGISTRY)}
        found = found.sort_values("indicator", key=lambda s: s.map(order), kind="stable", ignore_index=True)
        currency = self.run.meta.get("currency", "DKK")
        found["unit"] = [unit_of(name, currency) for name in found["indicator"]]
        return found[COLUMNS]

    def _by_person(self, person, amount) -> np.ndarray:
        weights = None if amount is None else np.asarray(amount, dtype=float)
        return np.bincount(person, weights, minlength=len(self.run.citizens)).astype(float)


def _sums(grouping, by_person: np.ndarray) -> np.ndarray:
    return np.bincount(grouping.code + 1, by_person, minlength=len(grouping.levels) + 1)[1:]


def _median(value: np.ndarray) -> float:
    """NaN where nobody is, or where half or more never get there."""
    if not len(value):
        return np.nan
    ordered = np.sort(value)
    middle = (ordered[(len(value) - 1) // 2] + ordered[len(value) // 2]) / 2
    return middle if np.isfinite(middle) else np.nan
