"""Claim: a coalition of levers is a care model like any other, with the same citizens and the same luck.

It is run as the engine runs every care model, one replication at a time, so that what was run can be kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ... import MODEL_VERSION
from ...faults import Fault, Faults
from ...language import read_all
from ..replicate import Prepared, Study, prepare, replicate
from .players import Players
from .shapley import up

ALL = "all"


@dataclass(frozen=True)
class Coalitions:
    """A work (see evidence/tries): a trial is the levers that are on, and the number of a replication."""

    study: Study

    def digest(self) -> str:
        settings, citizens = self.study.settings, self.study.citizens
        told = {
            "raw": {key: value for key, value in self.study.raw.items() if key != "care_models"}, "version": MODEL_VERSION,
            "settings": settings.model_dump(include={"seed", "years", "warm_up", "synthesis"}, mode="json"),
            "citizens": None if citizens is None else int(pd.util.hash_pandas_object(citizens, index=False).sum()),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def __call__(self, trial: tuple[Any, ...]) -> dict[str, float]:
        levers, replication = trial
        return overall(replicate(self.prepared(levers), replication, None).indicators)

    def prepared(self, levers: Sequence[str]) -> Prepared:
        """The care system with these levers on, and nothing else."""
        name = "+".join(levers) or "none"
        raw = {**self.study.raw, "care_models": {name: {"levers": list(levers)}}}
        return prepare(replace(self.study, raw=raw, models=(name,)), read_all(raw, usage=False))


def overall(indicators: pd.DataFrame) -> dict[str, float]:
    """The indicators of everyone together, of one replication of one model."""
    mine = indicators[(indicators["group"] == ALL) & (indicators["level"] == ALL)]
    return {str(name): float(value) for name, value in zip(mine["indicator"], mine["value"], strict=True)}


def check(work: Coalitions, players: Players) -> None:
    """That each lever can be on with no more than those it hangs on. Raises Faults that say what it lacks.

    With the whole, which is a care model of the study, that is all: what two levers set against each other shows there.
    """
    faults: list[Fault] = []
    for coalition in alone(players):
        levers = players.levers(coalition)
        try:
            work.prepared(levers)
        except Faults as found:
            said = f"with no other levers on than {', '.join(levers)}. Attribution runs parts of a care model on their own: let a lever bring all that it needs"
            faults += [Fault(fault.where, f"{fault.message} ({said})") for fault in found.faults]
    if faults:
        raise Faults(faults)


def alone(players: Players) -> Iterable[int]:
    """Each player with those it hangs on."""
    return [up(i, players.above) | 1 << i for i in range(len(players.names))]
