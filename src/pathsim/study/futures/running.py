"""Futures are run as a sweep over draws, so that what was done is never done again and a run that was stopped goes on.

Some futures are run twice first: what of their differences is chance then says how many replications each of the others is worth. After
fixed numbers of futures one looks whether more could change what is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...faults import fail
from ...inputs.drawing import z_of
from ...inputs.unknowns import Unknowns
from ..compose import Composed, compose
from ..drawn import known
from ..sweep import plan as plans
from ..sweep.collect import all_rows
from ..sweep.plan import Plan
from ..sweep.planning import Planned, plan_sweep
from ..sweep.scenarios import models_of
from ..sweep.units import Unit
from .analysis import HEADLINE
from .components import components, replications_worth
from .table import Futures, values_of

TWICE = 100  # futures that are run twice first, at most
FEWEST, MOST = 20, 100_000  # futures
EACH = 20  # replications of a future, at most
BEFORE = 0.3  # seconds that a future takes before its first replication: composed, laid out, citizens coded
LOOK = 100  # futures between two looks
LONGEST = 90  # letters of a name
CHECKED = 4  # futures that are laid out before anything runs
VARIES = ("draw", "replications", "shift")
GROUPS = ("all", "unit", "payer", "operator", "education", "municipality", "age", "sex", "cohabiting", "deprived")

Run = Callable[[Plan, Path, list[Unit]], object]


@dataclass(frozen=True)
class Stages:
    """What is run: `plan` of all futures, with more replications than most of them get. composed: the study as written."""

    planned: Planned
    composed: Composed
    unknowns: Unknowns

    @property
    def plan(self) -> Plan:
        return self.planned.plan

    @property
    def models(self) -> tuple[str, ...]:
        return self.plan.scenarios[0].models

    def part(self, futures: int, each: int) -> Plan:
        """The plan of the first futures, each so many times."""
        return replace(self.plan, scenarios=self.plan.scenarios[:futures], replications=each)


def planned(texts: list[str], futures: int) -> Stages:
    """Composes all futures. Raises Faults: nothing is written."""
    if not FEWEST <= futures <= MOST:
        raise fail("--draws", f"{futures} was given. Allowed: a whole number from {FEWEST} to {MOST}, such as 1000")
    for text in texts:
        if text.partition("=")[0].partition(".")[0] in VARIES:
            raise fail(text, "is what futures vary. Leave it out")
    composed = compose(texts)
    unknowns = known(composed.raw, composed.settings.inputs)
    if not unknowns.by_name:
        raise fail("inputs", "no number has a range that says what it covers, so there is one future only. Write value, range and covers of a number")
    found = plan_sweep([*texts, *name_of(composed, "futures"), f"draw=range(1,{futures + 1})", f"replications={EACH}"], size=EACH, most=CHECKED)
    if len(found.plan.scenarios[0].models) < 2:
        raise fail("models", "one care model has nothing to be compared with. Name two or more: models=[relay,partnership]")
    return Stages(found, composed, unknowns)


def name_of(composed: Composed, what: str) -> list[str]:
    """What names the folder where the study does not: as a comparison is named, and what is done with it."""
    words = re.sub(r"[^\w.+-]", "_", "-".join([composed.origin, *models_of(composed)]))[:LONGEST]
    return [] if composed.settings.name else [f"name='{words}-{what}'"]


def run(stages: Stages, folder: Path, run_units: Run) -> Iterator[tuple[int, int]]:
    """Runs futures, and says after each look how many there are and how many times each was run; who has enough closes it."""
    number = len(stages.plan.scenarios)
    twice = min(TWICE, number)
    _run(stages.part(twice, 2), folder, run_units)
    each = worth(read(stages, folder, twice, 2))
    yield twice, each
    for look in [*range(twice + LOOK, number, LOOK), *([number] if number > twice else [])]:
        _run(stages.part(look, each), folder, run_units)
        yield look, each


def _run(plan: Plan, folder: Path, run_units: Run) -> None:
    units = plans.to_do(plan, plans.there(plan, folder))
    if units:
        run_units(plan, folder, units)


def worth(futures: Futures, of_a_replication: float = 3.0) -> int:
    """How many replications each future is worth: as many as the indicator among those that have most of chance wants, of those people ask for."""
    wanted = [replications_worth(components(futures.difference(name, model)), BEFORE, of_a_replication, EACH)
              for model in futures.models[1:] for name in HEADLINE if futures.has(name)]
    return max(wanted, default=1)





def read(stages: Stages, folder: Path, futures: int, replications: int) -> Futures:
    """What is there of the first futures."""
    plan = stages.part(futures, max(replications, 2))
    table = all_rows(plan, folder, GROUPS).rename(columns={"scenario": "future"})
    rows, values = values_of(table, stages.models, futures, plan.replications)
    by_name = stages.unknowns.by_name
    z = [list(z_of(stages.unknowns, draw, stages.composed.settings.seed).values()) for draw in range(1, futures + 1)]
    return Futures(stages.models, rows, values, np.array(z), tuple(by_name), by_name)
