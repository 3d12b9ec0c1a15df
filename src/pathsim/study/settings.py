"""How a care system is studied: how long, how often, with which citizens, and what is kept.

Nothing here says anything about care. A configuration holds these keys at its top level, beside
the headings of the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from ..contacts.registry import REGISTRY
from ..faults import Fault, Faults, nearest
from ..language.domain import word
from ..language.forms import fault_of
from ..language.quantities import parse_number, shown
from ..language.values import Form, Name

YEAR = 365.0  # days
MOST_REPLICATIONS = 100_000


def _whole(low: int, high: int) -> BeforeValidator:
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


def _folder_name(value: object) -> str:
    if not isinstance(value, str) or not value.strip(". ") or len(value) > 120 or set(value) & set('/\\:*?"<>|\0\n'):
        raise ValueError(f"{shown(value)} can't name a folder. Write a word, such as esbjerg_2026")
    return value


def _once(names: list[str]) -> list[str]:
    if not names or len(set(names)) < len(names):
        raise ValueError("name each care model once, first the one that the others are compared with")
    return names


class Stop(Form):
    """When a comparison has enough replications: the 95 % interval of one paired difference is narrow."""

    indicator: Annotated[str, BeforeValidator(_indicator)] = "readmission_30"
    group: Name = "all"
    level: Annotated[str, BeforeValidator(word)] = "all"
    half_width: Annotated[float, BeforeValidator(_positive)] = Field(0.004, description="in the unit of the indicator")


class Municipality(Form):
    """One municipality of synthetic citizens."""

    inhabitants: Annotated[int, _whole(1, 20_000_000)] = Field(description="of all ages")
    share_65_plus: Annotated[float, BeforeValidator(_positive)] | None = Field(None, description="its own share of people aged 65 and over")


class Synthesis(Form):
    """How synthetic citizens are made."""

    tables: Name = Field("danish", description="a name in configs/synthesis, or a file of one's own (.yaml)")
    municipalities: dict[str, Municipality] = Field({}, description="word → municipality")


class Settings(Form):
    """The study: everything at the top level of a configuration that is no heading of the language."""

    name: Annotated[str, BeforeValidator(_folder_name)] | None = Field(None, description="of the results; default: the region or file, and the models")
    seed: Annotated[int, _whole(0, 2**32 - 1)] = 1
    years: Annotated[float, BeforeValidator(_years)] = Field(1.0, description="measured, of 365 days")
    warm_up: Annotated[int, _whole(0, 50)] = Field(1, description="years before, not measured")
    replications: Annotated[int, _whole(1, MOST_REPLICATIONS)] = Field(30, description="at most")
    minimum: Annotated[int, _whole(1, MOST_REPLICATIONS)] = Field(10, description="replications before the first look")
    batch: Annotated[int, _whole(1, MOST_REPLICATIONS)] = Field(5, description="replications between two looks")
    stop: Stop = Stop()
    models: Annotated[list[Name], AfterValidator(_once)] | None = Field(None, description="care models to compare, the others with the first; default all")
    care_model: Name | None = Field(None, description="the one that is simulated, explained, shown, drawn or traced")
    synthesis: Synthesis = Synthesis()
    keep: Literal["indicators", "sample", "all"] = Field("sample", description="contacts: of none, the first, or every replication")
    engine: Literal["auto", "compiled", "simpy"] = Field("auto", description="what runs it; results do not depend on it")
    workers: Annotated[int, _whole(1, 1024)] | None = Field(None, description="threads, or processes with engine=simpy; default one a core")
    results: Name = Field("results", description="the folder of results")
    lang: Literal["en", "da"] = "en"

    @property
    def days(self) -> float:
        """Length of a run, with the warm-up."""
        return YEAR * (self.warm_up + self.years)


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
