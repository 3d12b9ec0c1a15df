"""Claim: a model is fitted to figures whose distance from it is stated beforehand, one by one.

A target is a published figure with a tolerance: its own interval, plus an allowance for what differs in definition,
place and year. What is free, and how far it may lie from what is written, stands in the same file.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from scipy import stats

from ... import folders
from ...faults import Fault, Faults, fail, nearest
from ...inputs.quantities import Parameter
from ...language import plain, read_yaml
from ...language.forms import fault_of
from ...language.quantities import parse_number
from ...language.values import Covers, Form, Remark
from ..sources import sources
from .measures import MEASURES

Number = Annotated[float, BeforeValidator(parse_number)]


def _ids(value: object) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found:
        raise ValueError("name the row or rows of evidence: B001, or [B001, B028]")
    return tuple(str(one) for one in found)


class Target(Form):
    """A published figure, and how far from it the model may be."""

    value: Number
    range: tuple[Number, Number] | None = None
    covers: Covers | None = Field(None, description="what the range covers: a share such as 0.95, or extremes")
    allowance: Annotated[Number, Field(gt=0)] = Field(description="standard deviation of what differs in definition, place and year")
    because: Remark = Field(description="what differs")
    source: Annotated[tuple[str, ...], BeforeValidator(_ids)]
    use: Literal["fit", "check"] = "fit"

    @model_validator(mode="after")
    def _covered(self) -> Target:
        if (self.range is None) != (self.covers is None):
            raise ValueError("a range needs covers, and covers a range. Write what the range covers: 0.95, or extremes")
        return self

    @property
    def sd(self) -> float:
        """One standard deviation of tolerance: published interval and allowance, as independent.

        >>> Target(value=20, range=[18, 22], covers=0.95, allowance=1.0, because="year", source="B001").sd > 1.4
        True
        """
        if self.range is None:
            return self.allowance
        wide = 2 * (stats.norm.ppf((1 + self.covers) / 2) if isinstance(self.covers, float) else stats.norm.ppf(0.975))
        return math.hypot(self.allowance, (self.range[1] - self.range[0]) / wide)


def _measures(targets: dict[str, Target]) -> dict[str, Target]:
    for name in targets:
        if name not in MEASURES:
            raise ValueError(f"nothing measures '{name}'. {nearest(name, MEASURES)}")
    if not any(target.use == "fit" for target in targets.values()):
        raise ValueError("no target with use: fit")
    return targets


class Design(Form):
    """How each trial of the parameters is simulated."""

    years: Annotated[Number, Field(gt=0.2, le=20)] = 3.75
    warm_up: Annotated[int, Field(ge=0, le=20)] = 1
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1


class Targets(Form):
    """A file of targets."""

    study: Design = Design()
    targets: Annotated[dict[str, Target], AfterValidator(_measures)]
    parameters: Annotated[dict[str, Parameter], Field(min_length=1)]
    left_out: dict[str, Remark] = Field({}, description="what is not compared, and why")

    @property
    def fitted(self) -> dict[str, Target]:
        return {name: target for name, target in self.targets.items() if target.use == "fit"}


def read_targets(name: str) -> Targets:
    """The targets of a name in configs/targets, or of a file of one's own. Raises Faults: all that is wrong."""
    shipped = folders.configs() / "targets"
    path = Path(name) if name.endswith((".yaml", ".yml")) else shipped / f"{name}.yaml"
    if not path.is_file():
        raise fail("targets", f"no '{name}'. {nearest(name, [file.stem for file in shipped.glob('*.yaml')])}")
    found = _typed(plain(read_yaml(path), str(path)), str(path))
    _cited(found, str(path))
    return found


def _cited(targets: Targets, where: str) -> None:
    """Raises Faults: a source that is not in the list, or of low confidence."""
    rows, faults = sources(), []
    for name, target in targets.targets.items():
        for one in target.source:
            if one not in rows:
                faults.append(Fault(f"{where}: targets.{name}.source", f"no '{one}' among the sources. {nearest(one, rows)}"))
            elif rows[one].confidence == "low":
                faults.append(Fault(f"{where}: targets.{name}.source", f"{one} is of low confidence, and nothing to aim at. Take another figure, or none"))
    if faults:
        raise Faults(faults)


def _typed(data: Any, where: str) -> Targets:
    try:
        return Targets.model_validate(data)
    except ValidationError as problem:
        faults = [fault_of("", error, Targets) for error in problem.errors(include_url=False)]
        raise Faults(Fault(f"{where}: {fault.where}", fault.message) for fault in faults) from None
