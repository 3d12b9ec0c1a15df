"""Claim: the same free quantities give the same figures, however often and wherever they are asked for.

A trial is one set of the free quantities and the number of a replication. All trials have the same citizens, and the
same replication the same luck, so that two trials differ by what was moved (common random numbers).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ... import MODEL_VERSION
from ...contacts.record import Run
from ...inputs.quantities import Parameter, applied
from ...language import read_system
from ...plan import lay_out
from ...plan.model import Plan
from ...study.replicate import StudyError
from ...study.run import encode, simulate_plan
from ...study.settings import YEAR, Settings
from ..tries import Figures, Trial
from .measures import measured

DECIMALS = 6  # of a free quantity: what differs by less is the same trial on every processor


def trial_of(x: Sequence[float], replication: int) -> Trial:
    """Values of the free quantities in order, and the replication."""
    return tuple(round(float(value), DECIMALS) + 0.0 for value in x), int(replication)


@dataclass(frozen=True)
class Problem:
    """What is tried (see `tries`): a trial is the values of the free quantities in order, and the number of a replication."""

    raw: dict[str, Any]
    model: str
    settings: Settings
    citizens: pd.DataFrame | None
    parameters: dict[str, Parameter]
    measures: tuple[str, ...]

    @property
    def inhabitants(self) -> int:
        return sum(place.inhabitants for place in self.settings.synthesis.municipalities.values()) or (len(self.citizens) if self.citizens is not None else 1)

    def digest(self) -> str:
        """A name of all that a trial depends on but for its values."""
        told = {
            "raw": self.raw, "model": self.model, "version": MODEL_VERSION, "measures": self.measures,
            "settings": self.settings.model_dump(include={"seed", "years", "warm_up", "synthesis"}, mode="json"),
            "parameters": {name: (one.places, one.form, one.start) for name, one in self.parameters.items()},
            "citizens": None if self.citizens is None else int(pd.util.hash_pandas_object(self.citizens, index=False).sum()),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def __call__(self, trial: Trial) -> Figures:
        return figures_of(self, dict(zip(self.parameters, trial[0], strict=True)), trial[1])


_people: tuple[Any, Any] | None = None  # of this process: attributes of the last plan, and the citizens as its codes


def figures_of(problem: Problem, x: Mapping[str, float], replication: int) -> Figures:
    """The measures of one run of one replication with the free quantities at x."""
    raw = applied(problem.raw, problem.parameters, x)
    system = read_system(raw, problem.model)
    plan = lay_out(system, problem.settings.days)
    settings = problem.settings
    run = simulate_plan(plan, system, settings.seed, replication, settings.warm_up * YEAR, _encoded(plan, problem), settings.engine)
    run = Run(run.contacts, run.citizens, run.events, run.meta | {"inhabitants": problem.inhabitants})
    found = measured(run, list(problem.measures))
    lacking = [name for name, value in found.items() if value != value]
    if lacking:
        raise StudyError(f"nobody was there to measure {', '.join(lacking)}: simulate more years, or take the target out")
    return found


def _encoded(plan: Plan, problem: Problem) -> Any:
    global _people
    if _people is None or _people[0] != plan.attributes:
        _people = (plan.attributes, encode(plan, problem.citizens))
    return _people[1]
