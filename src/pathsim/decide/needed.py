"""How many places are needed: the same replications at each number of places, and the fewest that meet a target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from hydra.core.override_parser.types import Override

from .. import folders
from ..faults import Fault, Faults, fail
from ..study.overrides import chooses, groups, is_file, parse, values_of
from ..study.sweep.planning import claim
from .allocation import PRICES
from .capacities import Capacities, Ways
from .need import Need, need
from .sampled import Quantity, Run, Sampler, Warnings
from .staffing import unit_name

FEWEST = 2  # replications


class Target(NamedTuple):
    """A mean that the quantity is to be at most, or at least."""

    quantity: Quantity
    value: float
    at_most: bool


class Needed(NamedTuple):
    """table: a row for each number of places. seen: the answer, and what it is read from."""

    target: Target
    ways: Ways
    seen: Need
    table: pd.DataFrame
    replications: int
    warnings: Warnings


def question(texts: Sequence[str]) -> tuple[str, list[int], list[str]]:
    """(the path of the capacity, its numbers of places, the other texts) of a command line in which one thing varies. Raises Faults."""
    options = groups(folders.configs())
    overrides = {text: parse([text])[0] for text in texts if not is_file(text)}
    swept = [text for text, override in overrides.items() if override.is_sweep_override()]
    if len(swept) != 1:
        raise fail("need", f"{' and '.join(swept) or 'nothing'} varies. Let one number of places vary: units.acute_team.slots=2,3,4")
    [text] = swept
    override = overrides[text]
    if chooses(override, options):
        raise fail(text, "chooses files. Let a number of places vary: units.acute_team.slots=2,3,4")
    unit_name(override.key_or_group)
    return override.key_or_group, _numbers(text, override, options), [one for one in texts if one != text]


def _numbers(text: str, override: Override, options: dict[str, list[str]]) -> list[int]:
    written = values_of(override, options)
    faults = [Fault(text, f"'{value}' is no number of places. Write whole numbers from 0") for value in written if not value.isdigit()]
    if faults:
        raise Faults(faults)
    numbers = sorted({int(value) for value in written})
    if len(numbers) < 2:
        raise fail(text, "is one number. Write two or more, such as 2,3,4")
    return numbers


def ask(target: Target, numbers: Sequence[int], ways: Ways, run: Run) -> Needed:
    """Runs what is not there. Raises Faults for what is not told or can't be written, and StudyError."""
    claim(ways.plan, ways.folder)
    sampler, number = Sampler(ways.plan, ways.folder, run), ways.plan.replications
    scenarios = list(range(len(numbers)))
    y = sampler([target.quantity], scenarios, 0, number)[0]
    prices = sampler(PRICES, scenarios, 0, number, lax=True).mean(axis=2)
    seen = need(numbers, y, target.value, target.at_most)
    columns = {"places": list(numbers), "mean": seen.mean, "standard_error": y.std(axis=1, ddof=1) / np.sqrt(number), "smoothed": seen.fitted,
               "likely_enough": seen.suffices, "cost": prices[0], "staff_hours_on_duty": prices[1]}
    return Needed(target, ways, seen, pd.DataFrame(columns), number, sampler.warnings)


def planned(path: str, numbers: Sequence[int], texts: Sequence[str], size: int | None = None) -> tuple[Capacities, Ways]:
    """Checked, and nothing run. Raises Faults."""
    capacities = Capacities(texts, [path])
    number = capacities.composed.settings.replications
    if number < FEWEST:
        raise fail("replications", f"{number} was given. Allowed: {FEWEST} or more, as their spread is the interval")
    return capacities, capacities.ways([(one,) for one in numbers], number, size)
