"""Claim: a study is predicted as it would have been seen: of its size, in a place like this, with all that is not known drawn.

One draw is one possible world: free quantities of the calibration from their joint posterior, the size of the effect
from the other studies, other numbers of the lever from their ranges; and one trial in it, with its chance.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import MODEL_VERSION
from ...inputs.quantities import Parameter, applied
from ...inputs.written import nested
from ...language import merge
from ...study.settings import Settings
from ..drawn import draws, replaced
from ..numbers import numbers
from ..trials import run_trial
from ..tries import Figures, Trial
from .studies import LEVER, Study, read_pool, without


@dataclass(frozen=True)
class Prediction:
    """A trial is (draw,). `posterior`: draws of the free quantities, one dictionary a draw; empty where the system is as written."""

    name: str
    study: Study
    raw: dict[str, Any]
    settings: Settings
    parameters: dict[str, Parameter]
    posterior: tuple[dict[str, float], ...]
    seed: int = 1

    def digest(self) -> str:
        told = [self.study.model_dump(mode="json", exclude={"title", "place", "published", "source"}), self.raw, self.posterior, self.seed, MODEL_VERSION,
                self.settings.model_dump(include={"seed", "warm_up", "synthesis"}, mode="json"), [row._asdict() for row in read_pool()]]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def __call__(self, trial: Trial) -> Figures:
        [draw] = trial
        settings = self.settings.model_copy(update={"seed": self.settings.seed + 1000 * (draw + 1)})
        found = run_trial(self.system(draw), settings, self.study.trial, replications=1, workers=1)
        seen, table = found.seen.iloc[0], found.table.iloc[0]
        sign = -1 if self.study.turned else 1
        return {"log": sign * float(seen["estimate"]), "se": float(seen["se"]), "control": float(seen["control_level"]),
                "true": sign * float(table["true"]), "delivered": float(table["delivered"]), "n": float(seen["n_intervention"] + seen["n_control"])}

    def system(self, draw: int) -> dict[str, Any]:
        """The care system of a draw, with the study's lever in it and no other care model than the first."""
        raw = self.raw
        if self.posterior:
            raw = applied(raw, self.parameters, self.posterior[draw % len(self.posterior)])
        raw = {**raw, "levers": {**raw.get("levers", {}), LEVER: self.study.lever}}
        some = [number for number in numbers(raw) if number.path[:2] == ("levers", LEVER)]
        raw = replaced(raw, some, draws(some, draw + 1, self.seed)[draw])
        return self._sized(raw, draw)

    def _sized(self, raw: dict[str, Any], draw: int) -> dict[str, Any]:
        effect = self.study.effect
        if effect is None:
            return raw
        z = float(np.random.default_rng([self.seed, draw]).standard_normal())
        log = without(self.name, self.study.mechanism, read_pool()).predicted(z) / effect.delivered
        factor = float(np.clip(np.exp(-log if effect.inverse else log), 0.05, 20))
        for place in effect.at:
            raw = merge(raw, nested(["levers", LEVER, "changes", *place.split(".")], round(factor, 4)))
        return raw
