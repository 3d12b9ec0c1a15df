"""Claim: what the effects of single actions add up to is a prediction, to be looked at and not to be set.

Every uncertain number of the levers is drawn from its range; each draw is one possible world, in which a care model is
compared with the first over the same citizens with the same luck. The spread of the results over the draws is what the
mechanisms and their implementation imply before any trial of the whole is seen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import MODEL_VERSION
from ..contacts.readmissions import readmissions, within
from ..contacts.record import Run, is_yes
from ..contacts.stays import stays
from ..contacts.window import DAY
from ..language import merge, read_system
from ..plan import lay_out
from ..study.run import encode, simulate_plan
from ..study.settings import YEAR, Settings
from .drawn import draws, replaced
from .numbers import numbers
from .tries import Figures, Trial

TOGETHER = (
    "levers.*.fidelity",  # how well things are carried out is one thing
    "levers.*.followed_up.*",  # and so is what a visit does, whichever risk it acts on
    "levers.partnership.*.odds.ambulance.*",
)


@dataclass(frozen=True)
class Prediction:
    """A trial is (draw, replication); draw −1 is the system as written. `group`: for whom readmission is counted."""

    raw: dict[str, Any]
    settings: Settings
    citizens: pd.DataFrame | None
    base: str
    model: str
    group: str
    values: tuple[dict[str, Any], ...]
    extra: dict[str, Any]

    def digest(self) -> str:
        told = {"raw": self.raw, "values": self.values, "extra": self.extra, "models": [self.base, self.model], "group": self.group,
                "settings": self.settings.model_dump(include={"seed", "years", "warm_up", "synthesis"}, mode="json"), "version": MODEL_VERSION}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def __call__(self, trial: Trial) -> Figures:
        draw, replication = trial
        raw = replaced(self.raw, numbers(self.raw), self.values[draw] if draw >= 0 else {})
        raw = merge(raw, self.extra)
        found: Figures = {}
        for model in (self.base, self.model):
            system = read_system(raw, model)
            plan = lay_out(system, self.settings.days)
            run = simulate_plan(
                plan, system, self.settings.seed, replication, self.settings.warm_up * YEAR, encode(plan, self.citizens), self.settings.engine
            )
            found |= {f"{model}.{name}": value for name, value in outcomes(run, self.group).items()}
        return found


def outcomes(run: Run, group: str) -> Figures:
    """Somatic index discharges and readmissions within 30 days of a group, its admissions, bed-days and deaths."""
    member = is_yes(run.citizens[f"group.{group}"]) & run.counted
    month = within(run, (index := readmissions(run))[(index["branch"] == 0).to_numpy()], 30)
    mine = member[month["person"].to_numpy()]
    table = stays(run)
    table = table[(table["branch"] == 0).to_numpy() & member[table["person"].to_numpy()] & table["admission"].to_numpy()]
    days = run.window.inside(table["start"].to_numpy(), table["end"].to_numpy()).sum() / DAY
    return {
        "index": float(mine.sum()), "readmitted": float(month["yes"].to_numpy()[mine].sum()),
        "admissions": float(run.window.happens(table["start"]).sum()), "bed_days": float(days),
        "deaths": float((run.dead & member & run.window.happens(run.citizens["left"].to_numpy())).sum()),
    }


def mechanisms_drawn(raw: dict[str, Any], how_many: int, seed: int) -> tuple[dict[str, Any], ...]:
    """Draws of the uncertain numbers of levers, effects and handovers, but for those that were calibrated."""
    some = [number for number in numbers(raw) if number.path[0] in ("levers", "effects", "steps") and number.role != "calibrated"]
    return tuple(draws(some, how_many, seed, TOGETHER))


def relative_risk(found: list[Figures], base: str, model: str) -> np.ndarray:
    """Readmission of the model against the base, one a draw."""
    return np.array([(one[f"{model}.readmitted"] / one[f"{model}.index"]) / (one[f"{base}.readmitted"] / one[f"{base}.index"]) for one in found])
