"""Care models are compared for the same citizens with the same luck, until chance is small enough.

What is random is the same for all models, so their difference is what the levers do; the rule for
stopping looks at that difference and at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..contacts.warnings import Caution
from .differences import differences, means, paired
from .parallel import outcomes
from .replicate import Outcome, Prepared
from .stopping import enough, interval, looks

Progress = Callable[[int], None]  # told how many replications are done


@dataclass(frozen=True)
class Result:
    """indicators, curves: every replication. table: differences, or means of a single model.
    why: why it ended. warnings: by model, each once, with the number of replications that have it."""

    prepared: Prepared
    indicators: pd.DataFrame
    curves: pd.DataFrame
    table: pd.DataFrame
    replications: int
    why: str
    warnings: list[tuple[str, Caution, int]]

    @property
    def models(self) -> tuple[str, ...]:
        return self.prepared.study.models


def compare(prepared: Prepared, runs: Path | None = None, progress: Progress | None = None) -> Result:
    """Two or more models, in batches until the difference is known well enough."""
    models, settings = prepared.study.models, prepared.study.settings
    key = (settings.stop.indicator, settings.stop.group, settings.stop.level)
    done: list[Outcome] = []
    why = "the most replications"
    with closing(outcomes(prepared, runs)) as coming:
        for look in looks(settings.minimum, settings.batch, settings.replications):
            while len(done) < look:
                done.append(next(coming))
                if progress:
                    progress(len(done))
            pairs = paired(_together(done), models, key)
            if enough(pairs, settings.stop.half_width):
                why = "narrow enough"
                break
    if not np.isfinite(interval(pairs).half_width).all():
        why = f"no interval for {' '.join(key)}"
    table = _together(done)
    return Result(prepared, table, _curves(done), differences(table, models), len(done), why, gathered(done))


def simulate(prepared: Prepared, runs: Path | None = None, progress: Progress | None = None) -> Result:
    """One model, as many replications as the settings say."""
    done: list[Outcome] = []
    with closing(outcomes(prepared, runs)) as coming:
        for outcome in coming:
            done.append(outcome)
            if progress:
                progress(len(done))
    table = _together(done)
    return Result(prepared, table, _curves(done), means(table, prepared.study.models[0]), len(done), "all replications", gathered(done))


def _together(done: list[Outcome]) -> pd.DataFrame:
    """All indicators: by model, then replication."""
    table = pd.concat([outcome.indicators for outcome in done], ignore_index=True)
    order = {name: i for i, name in enumerate(table["model"].unique())}
    return table.sort_values("model", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _curves(done: list[Outcome]) -> pd.DataFrame:
    """Beds in use by day, and by day after discharge who is seen and who comes back, of all replications."""
    table = pd.concat([outcome.curves for outcome in done], ignore_index=True)
    return table[["model", "replication", "curve", "day", "value", "of"]]


def gathered(done: list[Outcome]) -> list[tuple[str, Caution, int]]:
    """Each warning once, as the first replication that has it tells it."""
    first: dict[tuple[str, str, str, str], Caution] = {}
    number: dict[tuple[str, str, str, str], int] = {}
    for outcome in done:
        for model, caution in outcome.cautions:
            key = (model, caution.code, caution.unit, caution.pool)
            first.setdefault(key, caution)
            number[key] = number.get(key, 0) + 1
    return [(key[0], caution, number[key]) for key, caution in first.items()]
