"""What a process of a sweep does: it runs a unit and writes its file, and says how that went."""

from __future__ import annotations

import traceback
from dataclasses import astuple
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ...faults import Faults
from ..compare import gathered
from ..identity import Identity
from ..replicate import Outcome, Prepared, StudyError, replicate
from . import plan as plans
from .remembered import Remembered
from .scenarios import prepared
from .store import is_whole, write
from .units import Unit

DONE, FAILED, STOP = "done", "failed", "stop"


class Said(NamedTuple):
    """What became of a unit: done, failed (this one), or stop: nothing further can be done either."""

    how: str
    text: str = ""


class Changed(Exception):
    """What a scenario reads is no longer what was planned."""


class Worker:
    """Runs units of one plan; the scenario that it ran last stays laid out."""

    def __init__(self, folder: Path):
        self.plan, self.folder = plans.read(folder), folder
        self._identity = Identity()
        self._scenario, self._prepared = -1, None
        self._part = Remembered()

    def __call__(self, unit: Unit) -> Said:
        """Runs a unit that nobody has done meanwhile; what went wrong comes back as words."""
        path = plans.unit_path(self.plan, self.folder, unit)
        if is_whole(path):
            return Said(DONE)
        try:
            indicators, warnings = self.run(unit)
        except Faults as faults:
            return Said(FAILED, str(faults))
        except Changed as problem:
            return Said(STOP, str(problem))
        except StudyError as problem:
            return Said(FAILED, str(problem))
        except Exception:
            return Said(FAILED, traceback.format_exc())
        try:
            write(path, indicators, warnings)
        except OSError as problem:
            return Said(STOP, f"{problem.filename or plans.store_of(self.folder)}: {problem.strerror or problem}")
        return Said(DONE)

    def run(self, unit: Unit) -> tuple[pd.DataFrame, list[list]]:
        """The indicators of a unit, replication by replication, and its warnings."""
        study = self._laid_out(unit.scenario)
        outcomes = [replicate(study, replication, None, self._part) for replication in range(unit.first, unit.first + unit.number)]
        return pd.concat([outcome.indicators for outcome in outcomes], ignore_index=True), _warnings(outcomes)

    def _laid_out(self, number: int) -> Prepared:
        if self._scenario != number or self._prepared is None:
            composed, scenario = plans.composed(self.plan, number), self.plan.scenarios[number]
            if self._identity.of(composed.raw, composed.settings, scenario.models, composed.folder) != scenario.key:
                raise Changed("pathsim, or a file of citizens or of tables, has changed since this sweep was planned. Run the same command again")
            self._prepared, self._scenario = prepared(composed, scenario.models), number
        return self._prepared


def _warnings(outcomes: list[Outcome]) -> list[list]:
    """Each once, as the first replication that has it tells it: model, code, unit, pool, value, limit."""
    return [[model, *astuple(caution)] for model, caution, _ in gathered(outcomes)]
