"""How a care system is studied: how long, how often, with which citizens, and what is kept.

Nothing here says anything about care. A configuration holds these keys at its top level, beside
the headings of the language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from ..contacts.registry import REGISTRY
from ..faults import Fault, Faults, nearest
from ..inputs.drawing import WIDEST
from ..inputs.unknowns import Inputs
from ..language.domain import word
from ..language.forms import fault_of
from ..language.quantities import parse_number, shown
from ..language.values import Form, Name
from ..population.ages import ALL_BANDS
from ..population.projection import FIRST, LAST

YEAR = 365.0  # days
MOST_REPLICATIONS = 100_000
MOST_DRAWS = 100_000
OWN = 10_000  # replications of luck that each draw has for itself
ROUNDED = 0.01  # by how much shares of ages, rounded as they are printed, may miss 1


def whole(low: int, high: int) -> BeforeValidator:
    """A whole number between two, both possible."""
    def check(value: object) -> int:
        number = parse_number(value)
        if number != int(number) or not low <= number <= high:
            raise ValueError(f"{shown(value)} was given. Allowed: a whole number from {low} to {high}")
        return int(number)

    return BeforeValidator(check)


def _positive(value: object) -> float:
    number = parse_number(value)
    if number <= 0:
        raise ValueError(f"{shown(value)} was given. Allowed: more than 0")
    return float(number)


def _years(value: object) -> float:
    if _positive(value) > 100:
        raise ValueError(f"{shown(value)} was given. Allowed: more than 0 and at most 100 years")
    return float(value)  # type: ignore[arg-type]


def _indicator(value: object) -> str:
    if value not in REGISTRY:
        raise ValueError(f"no indicator {shown(value)}. {nearest(str(value), REGISTRY)}")
    return str(value)


def _shift(value: object) -> dict[str, float]:
    """Unknowns by name, however deep they are written: {levers: {team: {reach: 1}}} is levers.team.reach."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{shown(value)} was given. Write unknowns with standard deviations: {{levers.partnership.reach: -1}}")
    found = _flat(value, "")
    for name, part in found.items():
        if isinstance(part, bool) or not isinstance(part, (int, float)) or not abs(part) <= WIDEST:
            raise ValueError(f"{name}: {shown(part)} was given. Allowed: from -{WIDEST:g} to {WIDEST:g} standard deviations")
    return {name: float(part) for name, part in found.items()}


def _flat(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, part in value.items():
        found |= _flat(part, f"{path}{name}.") if isinstance(part, Mapping) else {f"{path}{name}": part}
    return found


def _folder_name(value: object) -> str:
    if not isinstance(value, str) or not value.strip(". ") or len(value) > 120 or set(value) & set('/\\:*?"<>|\0\n'):
        raise ValueError(f"{shown(value)} can't name a folder. Write a word, such as esbjerg_2026")
    return value


def _once(names: list[str]) -> list[str]:
    if not names or len(set(names)) < len(names):
        raise ValueError("name each care model once, first the one that the others are compared with")
    return names


def _ages(value: object) -> dict[str, float]:
    """Shares or numbers of the inhabitants by age: each band, and at least someone."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{shown(value)} was given. Allowed: a share or number for each of {', '.join(ALL_BANDS)}")
    wrong = [f"no '{band}'. {nearest(str(band), ALL_BANDS)}" for band in value if band not in ALL_BANDS]
    wrong += [f"{band} is missing. Add it" for band in ALL_BANDS if band not in value]
    ages = {}
    for band in ALL_BANDS:
        try:
            ages[band] = float(parse_number(value.get(band, 0)))
        except ValueError as problem:
            wrong.append(f"{band}: {problem}")
        if ages.get(band, 0) < 0:
            wrong.append(f"{band}: {shown(value[band])} was given. Allowed: 0 or more")
    if not wrong and not any(ages[band] for band in ALL_BANDS[1:]):
        wrong = ["no adults. Give shares that make 1, or numbers of people"]
    if wrong:
        raise ValueError("; ".join(wrong))
    return ages


class Stop(Form):
    """When a comparison has enough replications: the 95 % interval of one paired difference is narrow."""

    indicator: Annotated[str, BeforeValidator(_indicator)] = "readmission_30"
    group: Name = "all"
    level: Annotated[str, BeforeValidator(word)] = "all"
    half_width: Annotated[float, BeforeValidator(_positive)] = Field(0.004, description="in the unit of the indicator")


class Municipality(Form):
    """One municipality of synthetic citizens."""

    inhabitants: Annotated[int, whole(1, 20_000_000)] = Field(description="of all ages")
    share_65_plus: Annotated[float, BeforeValidator(_positive)] | None = Field(None, description="its own share of people aged 65 and over")
    ages: Annotated[dict[str, float], BeforeValidator(_ages)] | None = Field(
        None, description=f"its own inhabitants by age, shares or numbers: {', '.join(ALL_BANDS)} (who is 100 or older counts as 90-99)"
    )

    @model_validator(mode="after")
    def _said_once(self) -> Municipality:
        if self.ages is None:
            return self
        if self.share_65_plus is not None:
            raise ValueError("share_65_plus and ages both say how old people are. Keep ages, and take share_65_plus out")
        whole = math.fsum(self.ages.values())
        if abs(whole - 1) > ROUNDED and round(whole) != self.inhabitants:
            raise ValueError(f"ages make {whole:.6g}. Allowed: 1 (shares) or {self.inhabitants}, the inhabitants (numbers of people). Change one of them")
        return self


class Synthesis(Form):
    """How synthetic citizens are made."""

    tables: Name = Field("danish", description="a name in configs/synthesis, or a file of one's own (.yaml)")
    municipalities: dict[str, Municipality] = Field({}, description="word → municipality")
    year: Annotated[int, whole(FIRST, LAST)] | None = Field(
        None, description="set in a later year: each age grows as in the country (configs/synthesis/projection.yaml); default: as the tables say"
    )


class Settings(Form):
    """The study: everything at the top level of a configuration that is no heading of the language."""

    name: Annotated[str, BeforeValidator(_folder_name)] | None = Field(None, description="of the results; default: the region or file, and the models")
    seed: Annotated[int, whole(0, 2**32 - 1)] = 1
    years: Annotated[float, BeforeValidator(_years)] = Field(1.0, description="measured, of 365 days")
    warm_up: Annotated[int, whole(0, 50)] = Field(1, description="years before, not measured")
    replications: Annotated[int, whole(1, MOST_REPLICATIONS)] = Field(30, description="at most")
    minimum: Annotated[int, whole(1, MOST_REPLICATIONS)] = Field(10, description="replications before the first look")
    batch: Annotated[int, whole(1, MOST_REPLICATIONS)] = Field(5, description="replications between two looks")
    stop: Stop = Stop()
    models: Annotated[list[Name], AfterValidator(_once)] | None = Field(None, description="care models to compare, the others with the first; default all")
    care_model: Name | None = Field(None, description="the one that is simulated, explained, shown, drawn or traced")
    synthesis: Synthesis = Synthesis()
    inputs: Inputs = Inputs()
    draw: Annotated[int, whole(1, MOST_DRAWS)] | None = Field(
        None, description="the number of a draw of all that is uncertain at once; each has luck of its own")
    shift: Annotated[dict[str, float], BeforeValidator(_shift)] = Field({}, description="unknown → by how many standard deviations it is not as written")
    keep: Literal["indicators", "sample", "all"] = Field("sample", description="contacts: of none, the first, or every replication")
    engine: Literal["auto", "compiled", "simpy"] = Field("auto", description="what runs it; results do not depend on it")
    workers: Annotated[int, whole(1, 1024)] | None = Field(None, description="threads, or processes with engine=simpy; default one a core")
    results: Name = Field("results", description="the folder of results")
    lang: Literal["en", "da"] = "en"

    @property
    def days(self) -> float:
        """Length of a run, with the warm-up."""
        return YEAR * (self.warm_up + self.years)

    def luck(self, replication: int) -> int:
        """The number of the luck of a replication: that of no other draw, so that chance averages out over draws.

        >>> Settings().luck(3), Settings(draw=2).luck(3)
        (3, 20003)
        """
        return replication if self.draw is None else OWN * self.draw + replication

    @model_validator(mode="after")
    def _lucky(self) -> Settings:
        if self.draw is not None and self.replications > OWN:
            raise ValueError(f"{self.replications} replications of a draw. Allowed: up to {OWN}. Take more draws")
        return self


def split(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A configuration apart: the care system, and the settings.

    >>> split({"seed": 2, "steps": {}})
    ({'steps': {}}, {'seed': 2})
    """
    system = {key: value for key, value in raw.items() if key not in Settings.model_fields}
    return system, {key: value for key, value in raw.items() if key in Settings.model_fields}


def read_settings(given: Mapping[str, Any]) -> Settings:
    """The settings, typed. A key that is null has its default. Raises Faults.

    >>> read_settings({"seed": 7}).seed
    7
    """
    try:
        return Settings.model_validate({key: value for key, value in given.items() if value is not None})
    except ValidationError as problem:
        faults = [fault_of("", error, Settings) for error in problem.errors(include_url=False)]
        raise Faults(fault if fault.where else Fault("settings", fault.message) for fault in faults) from None
