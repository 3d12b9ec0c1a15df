"""Unknowns moved on purpose, by the simulator itself: one at a time to both ends of what is held possible, or along trajectories (Morris).

All points have the same luck, so what they differ by is the unknowns. Points are a sweep over a list: nothing is run twice.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...faults import fail
from ...inputs.unknowns import Unknowns
from ..compose import Composed, compose
from ..drawn import known
from ..sweep.collect import everybody
from ..sweep.planning import Planned, plan_sweep
from .running import CHECKED, VARIES, name_of
from .sensitivity import Design, morris_design, one_way_design

ONE_WAY, MORRIS = "one-way", "morris"
METHODS = (ONE_WAY, MORRIS)
LIST = "points.csv"


class Ways(NamedTuple):
    """A design over the unknowns of a study, planned as a sweep."""

    composed: Composed
    unknowns: Unknowns
    design: Design
    planned: Planned

    @property
    def models(self) -> tuple[str, ...]:
        return self.planned.plan.scenarios[0].models


def planned(texts: list[str], method: str, trajectories: int, folder: Path) -> Ways:
    """Composes all points, whose list is written into `folder`. Raises Faults."""
    for text in texts:
        if text.partition("=")[0].partition(".")[0] in VARIES and not text.startswith("replications="):
            raise fail(text, "is what a sensitivity analysis varies. Leave it out")
    composed = compose(texts)
    unknowns = known(composed.raw, composed.settings.inputs)
    names = list(unknowns.by_name)
    if not names:
        raise fail("inputs", "no number has a range that says what it covers. Write value, range and covers of a number")
    if method == MORRIS and trajectories < 2:
        raise fail("--trajectories", f"{trajectories} was given. Allowed: a whole number from 2, such as 10")
    design = one_way_design(names) if method == ONE_WAY else morris_design(names, trajectories, composed.settings.seed)
    found = plan_sweep([*texts, *name_of(composed, method)], listed=_list(design, folder / LIST), most=CHECKED)
    if len(found.plan.scenarios[0].models) < 2:
        raise fail("models", "one care model has nothing to be compared with. Name two or more: models=[relay,partnership]")
    return Ways(composed, unknowns, design, found)


def values(ways: Ways, folder: Path, indicators: Sequence[str], model: str) -> dict[str, np.ndarray]:
    """Differences from the first care model [point, replication] by indicator; NaN for what is missing."""
    table = everybody(ways.planned.plan, folder)
    found = {}
    for name in indicators:
        if name in table:
            pairs = table.pivot(index=["scenario", "replication"], columns="model", values=name)
            y = np.full((len(ways.design.z), ways.planned.plan.replications), np.nan)
            y[pairs.index.get_level_values(0) - 1, pairs.index.get_level_values(1)] = pairs[model] - pairs[ways.models[0]]
            found[name] = y
    return found


def _list(design: Design, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([f"shift.{name}" for name in design.names])
        rows.writerows([[f"{z:.6g}" for z in point] for point in design.z.tolist()])
    return path
