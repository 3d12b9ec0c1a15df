"""Claim: which studies the model is held against, and which of them it has learnt from, is written down before it is run.

One file a study in configs/studies: what was done (a lever), to whom and how many (a trial), what was published, and
whether the study informed a number of the default (`prior`), a target of the calibration (`fitted`) or neither
(`held_out`). Where the size of the effect is an input, `effect` says where it goes; what is then tested is the rest:
baseline, dose, reach, dilution, capacity. Its size is the prediction of the other studies of the same mechanism for a
new place (configs/studies/pool.csv), this one left out.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from scipy import stats

from ... import folders
from ...faults import Fault, Faults, nearest
from ...language import plain, read_yaml
from ...language.forms import fault_of
from ...language.quantities import parse_number
from ...language.values import Covers, Form, Name, Remark
from ..pooling import Pooled, pooled
from ..sources import sources
from ..trials import Trial

LEVER = "study"
FEWEST = 2  # other studies of a mechanism; with fewer, those of all mechanisms are pooled
READ_AS = 0.95  # what a guessed interval, or one of extremes, is taken to cover
APART = ("return_to_work",)  # mechanisms whose outcome is a gain: pooled by themselves alone

Number = Annotated[float, BeforeValidator(parse_number)]


class Published(Form):
    """What a study found, as a ratio of intervention to control."""

    estimate: Number | None = None
    range: tuple[Number, Number] | None = None
    covers: Covers | None = None
    control: Number | None = Field(None, description="level in the control arm")
    intervention: Number | None = None
    n: tuple[int, int] | None = Field(None, description="people in the intervention and the control arm, where the interval follows from shares")
    direction: Literal["fewer", "more"] | None = Field(None, description="where no figure was published")
    note: Remark | None = None

    @model_validator(mode="after")
    def _whole(self) -> Published:
        shares = None not in (self.control, self.intervention, self.n)
        if self.direction is None and (self.estimate is None or not (shares or (self.range and self.covers))):
            raise ValueError("give an estimate with a range that says what it covers, or with control, intervention and n; or a direction")
        return self

    @property
    def log(self) -> float:
        return math.log(self.estimate) if self.estimate else math.nan

    @property
    def error(self) -> float:
        """Standard error of the log ratio."""
        if self.range and self.covers:
            covers = self.covers if isinstance(self.covers, float) else READ_AS
            return math.log(self.range[1] / self.range[0]) / (2 * float(stats.norm.ppf((1 + covers) / 2)))
        if self.n and self.control and self.intervention:
            return math.sqrt((1 - self.intervention) / (self.intervention * self.n[0]) + (1 - self.control) / (self.control * self.n[1]))
        return math.nan


class Effect(Form):
    """Where the pooled size of the effect goes."""

    at: list[Name] = Field(min_length=1, description="paths within the lever's changes")
    delivered: Annotated[Number, Field(gt=0, le=1)] = Field(description="share of those allotted who got it in the pooled studies: assumed")
    inverse: bool = Field(False, description="yes where a larger number is a smaller ratio, as a waiting time is to an end")


class Study(Form):
    """One published intervention."""

    title: Name
    place: Name
    source: list[Name]
    used_for: Literal["prior", "fitted", "held_out"]
    mechanism: Name
    published: Published
    effect: Effect | None = None
    lever: dict[str, Any]
    trial: Trial
    turned: bool = Field(False, description="yes where the lever takes away what the study brought in")


class Row(NamedTuple):
    """A study of the pool."""

    study: str
    mechanism: str
    log: float
    error: float


def read_studies(folder: Path | None = None) -> dict[str, Study]:
    """All studies by name, held-out ones last. Raises Faults: all that is wrong."""
    folder = folder or folders.configs() / "studies"
    found, faults = {}, []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = Study.model_validate(plain(read_yaml(path), str(path)))
        except ValidationError as problem:
            faults += [Fault(f"{path}: {(f := fault_of('', error, Study)).where}", f.message) for error in problem.errors(include_url=False)]
    rows = sources()
    faults += [
        Fault(f"{folder / name}.yaml: source", f"no '{one}' among the sources. {nearest(one, rows)}")
        for name, study in found.items() for one in study.source if one not in rows
    ]
    if faults:
        raise Faults(faults)
    order = ("fitted", "prior", "held_out")
    return dict(sorted(found.items(), key=lambda item: order.index(item[1].used_for)))


def read_pool(path: Path | None = None) -> list[Row]:
    """The published effects from which sizes are pooled."""
    path = path or folders.configs() / "studies" / "pool.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(row["study"], row["mechanism"], math.log(float(row["estimate"])), math.log(float(row["high"]) / float(row["low"])) / 3.92)
            for row in csv.DictReader(file)
        ]


def without(name: str, mechanism: str, pool: list[Row]) -> Pooled:
    """What the other studies say of a mechanism in a new place, the named one left out.

    >>> pool = read_pool()
    >>> without("pedersen_2016", "follow_up", pool).studies == sum(row.mechanism == "follow_up" for row in pool) - 1
    True
    """
    others = [row for row in pool if row.study != name]
    mine = [row for row in others if row.mechanism == mechanism]
    if len(mine) < FEWEST and mechanism not in APART:
        mine = [row for row in others if row.mechanism not in APART]
    if len(mine) < FEWEST:  # a mechanism of its own with one other study: as wide as that one and the null
        mine = [*mine, Row("null", mechanism, 0.0, mine[0].error if mine else 0.2)]
    return pooled([row.log for row in mine], [row.error for row in mine])
