"""Values of the scenarios of a sweep, replication by replication: what is in the store is read, what is not there is run first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..contacts.registry import REGISTRY
from ..contacts.warnings import Caution
from ..faults import fail, nearest
from ..study.replicate import StudyError
from ..study.sweep import plan as plans
from ..study.sweep.failures import failures, last_line
from ..study.sweep.plan import Plan
from ..study.sweep.store import EVERYBODY, Damaged, Done, read, set_aside, warnings_of
from ..study.sweep.units import Unit, missing

Run = Callable[[Plan, Path, list[Unit]], Any]
Warnings = list[tuple[str, Caution, int]]
COLUMNS = ["model", "replication", "indicator", "group", "level", "value"]


class Quantity(NamedTuple):
    """An indicator of everybody, or of a level of a group."""

    indicator: str
    group: str = EVERYBODY
    level: str = "all"

    def __str__(self) -> str:
        return self.indicator if self.group == EVERYBODY else f"{self.indicator}:{self.group}:{self.level}"


def quantity_of(text: str, where: str) -> Quantity:
    """`bed_days`, or with whom it is of: `share_gave_up:unit:acute_team`. Raises Faults.

    >>> quantity_of("share_gave_up:unit:acute_team", "--indicator").level
    'acute_team'
    """
    name, *whom = text.split(":", 2)
    if name not in REGISTRY:
        raise fail(where, f"no indicator '{name}'. {nearest(name, REGISTRY)}")
    if len(whom) == 1 or not all(whom):
        raise fail(where, f"'{text}' was given. Write an indicator, or INDICATOR:GROUP:LEVEL, such as share_gave_up:unit:acute_team")
    return Quantity(name, *whom)


class Sampler:
    """Replications of the scenarios of a plan that has been claimed, of their last care model. run: runs units."""

    def __init__(self, plan: Plan, folder: Path, run: Run):
        self.plan, self.folder, self._run = plan, folder, run
        self._warned: dict[tuple, tuple[Caution, set[int]]] = {}

    @property
    def warnings(self) -> Warnings:
        """Of what has been read: by model, with the number of scenarios that have it."""
        return [(model, caution, len(where)) for (model, *_), (caution, where) in sorted(self._warned.items())]

    def __call__(
        self, quantities: Sequence[Quantity], scenarios: Sequence[int], first: int, number: int, against: bool = False, lax: bool = False,
    ) -> np.ndarray:
        """y[quantity, scenario, replication] of replications first … first + number − 1. against: less that of the first care model.

        Raises StudyError where a unit fails, and Faults for what is not told, or has no value in some replication; lax: that is NaN.
        """
        there = self._there(scenarios, first, number)
        tables = [self._table(scenario, there[self.plan.scenarios[scenario].key], range(first, first + number), quantities) for scenario in scenarios]
        found = np.full((len(quantities), len(scenarios), number), np.nan)
        for (i, quantity), (j, scenario) in product(enumerate(quantities), enumerate(scenarios)):
            found[i, j] = self._values(tables[j], scenario, quantity, range(first, first + number), against)
            if not (lax or np.isfinite(found[i, j]).all()):
                raise fail(str(quantity), self._why(tables[j], quantity, scenario))
        return found

    def _there(self, scenarios: Sequence[int], first: int, number: int) -> dict[str, list[Done]]:
        """What the store has once all is run."""
        if left := self._to_do(scenarios, first, number):
            self._run(self.plan, self.folder, left)
        if left := self._to_do(scenarios, first, number):
            names = {plans.unit_name(self.plan, unit) for unit in left}
            why = next((last_line(one) for one in failures(self.folder) if one["unit"] in names), "it is not in the store")
            raise StudyError(f"{plans.label(self.plan, left[0].scenario)}: {why}. What is done is kept")
        return plans.there(self.plan, self.folder)

    def _to_do(self, scenarios: Sequence[int], first: int, number: int) -> list[Unit]:
        """Scenarios that are the same under two names are run once."""
        found, keys = plans.there(self.plan, self.folder), {self.plan.scenarios[scenario].key: scenario for scenario in reversed(scenarios)}
        return [unit for key, scenario in keys.items()
                for unit in missing(scenario, [range(first), *(one.replications for one in found.get(key, ()))], first + number,
                                    self.plan.scenarios[scenario].size)]

    def _values(self, table: pd.DataFrame, scenario: int, quantity: Quantity, replications: range, against: bool) -> np.ndarray:
        """One quantity of one scenario [replication]; NaN where there is none."""
        models = self.plan.scenarios[scenario].models
        mine = table[(table["indicator"] == quantity.indicator) & (table["group"] == quantity.group) & (table["level"] == quantity.level)]
        by_model = mine.pivot(index="replication", columns="model", values="value").reindex(index=replications, columns=list(models))
        last, first = by_model[models[-1]].to_numpy(), by_model[models[0]].to_numpy()
        return last - first if against else last

    def _why(self, table: pd.DataFrame, quantity: Quantity, scenario: int) -> str:
        """Why there is no value."""
        of = table[table["indicator"] == quantity.indicator]
        told = sorted({f"{group}:{level}" for group, level in zip(of["group"], of["level"], strict=True)})
        if f"{quantity.group}:{quantity.level}" in told:
            return f"has no value in some replication of {plans.label(self.plan, scenario)}. Take more years, or another indicator"
        return f"is not told here. {nearest(f'{quantity.group}:{quantity.level}', told)}"

    def _table(self, scenario: int, files: list[Done], replications: range, quantities: Sequence[Quantity]) -> pd.DataFrame:
        """The rows of the indicators asked for, each replication once. Raises StudyError where a file is damaged."""
        everybody, names = all(quantity.group == EVERYBODY for quantity in quantities), {quantity.indicator for quantity in quantities}
        parts, taken = [], set()
        for one in files:
            wanted = [number for number in one.replications if number in replications and number not in taken]
            if not wanted:
                continue
            try:
                read_from = read(one.path, everybody, COLUMNS)
            except Damaged as problem:
                raise StudyError(f"{problem}, and has been set aside as {set_aside(one.path).name}. The same command runs it again") from None
            for model, *caution in warnings_of(read_from):
                self._warned.setdefault((model, *caution[:3]), (Caution(*caution), set()))[1].add(scenario)
            part = read_from.to_pandas()
            parts.append(part[part["replication"].isin(wanted) & part["indicator"].isin(names)])
            taken |= set(wanted)
        return pd.concat(parts, ignore_index=True)
