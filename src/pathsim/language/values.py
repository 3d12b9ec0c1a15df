"""Values: numbers with their evidence, lookups, drawn times, shares, tests and actions.

Any value may be written plainly, with its evidence (`{value: 0.82, source: F003, role: literature}`)
or as a lookup (`{by: age, 65-74: 4 d, rest: 3 d}`); lookups nest. The types here check the form of
one value; whether the names in it exist is checked for the whole system (see `checks`).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SkipValidation,
    Tag,
    WithJsonSchema,
    model_validator,
)
from typing_extensions import TypeAliasType

from . import quantities as q

T = TypeVar("T")
Role = Literal["measured", "literature", "calibrated", "assumed", "scenario"]


class Form(BaseModel):
    """Base of everything with fixed words: nothing unknown is accepted."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class Modified(dict):
    """A base value with the modifiers that levers put on it (made by patches, never written)."""


def _tag(value: Any) -> str:
    if isinstance(value, Modified):
        return "~modified"
    if isinstance(value, dict):
        if "by" in value:
            return "~by"
        if "value" in value:
            return "~evidence"
    return "~plain"


class Evidence(Form, Generic[T]):
    """A number with where it comes from."""

    value: T
    range: tuple[T, T] | None = Field(None, description="from, to")
    covers: float | Literal["extremes", "guess"] | None = Field(
        None, description="what the range covers: 0.95, 0.5, extremes, guess; without it it is no uncertainty"
    )
    source: str | None = Field(None, description="id of the source in the list of evidence")
    role: Role | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _ordered(self):
        if self.range and isinstance(self.range[0], (int, float)) and self.range[0] > self.range[1]:
            raise ValueError(f"the range runs from {self.range[0]} down to {self.range[1]}. Turn it round")
        return self


class Lookup(BaseModel, Generic[T]):
    """A table read by a fact: `{by: age, 65-74: 4 d, 75+: 6 d, rest: 3 d}`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: str = Field(description="the fact that is asked about")
    __pydantic_extra__: dict[str, Value[T]]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


class ModifiedValue(Form, Generic[T]):
    base: Value[T]
    times: list[Value[Number]] = []
    plus: list[Any] = []


Value = TypeAliasType(
    "Value",
    Annotated[
        Union[
            Annotated[T, Tag("~plain")],
            Annotated[Evidence[T], Tag("~evidence")],
            Annotated[Lookup[T], Tag("~by")],
            Annotated[ModifiedValue[T], Tag("~modified")],
        ],
        Discriminator(_tag),
    ],
    type_params=(T,),
)


def _text(schema_pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": schema_pattern, "examples": [example]})


def _non_negative(value: object) -> float:
    number = q.parse_number(value)
    if number < 0:
        raise ValueError(f"{q.shown(value)} was given. Allowed: 0 or more")
    return number


def _share(value: object) -> float:
    number = q.parse_number(value)
    if not 0 <= number <= 1:
        raise ValueError(f"{q.shown(value)} was given. Allowed: a share from 0 to 1")
    return number


def _share_or_rest(value: object) -> float | str:
    return "rest" if value == "rest" else _non_negative(value)


def _places(value: object) -> float:
    if value == "unlimited":
        return float("inf")
    number = _non_negative(value)
    if number != int(number) or number > 10_000_000:
        raise ValueError(f"{q.shown(value)} was given. Allowed: a whole number up to 10 million, or unlimited")
    return float(number)


def _whole(low: int, high: int):
    def check(value: object) -> int:
        number = q.parse_number(value)
        if number != int(number) or not low <= number <= high:
            raise ValueError(f"{q.shown(value)} was given. Allowed: a whole number from {low} to {high}")
        return int(number)

    return check


def _name(value: object) -> str:
    if isinstance(value, bool):
        raise ValueError(f"'{q.shown(value)}' was read as {str(value).lower()}. Put the name in quotes")
    if not isinstance(value, str) or not value:
        raise ValueError(f"{q.shown(value)} is not a name")
    return value


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{q.shown(value)} was given. Allowed: yes, no")
    return value


_NUMBER_SCHEMA = {"type": "number"}
Number = Annotated[float, BeforeValidator(_non_negative), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0})]
Share = Annotated[float, BeforeValidator(_share), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0, "maximum": 1})]
ShareOrRest = Annotated[
    Any, BeforeValidator(_share_or_rest), WithJsonSchema({"anyOf": [{"const": "rest"}, {"type": "number", "minimum": 0}]})
]
Places = Annotated[
    float, BeforeValidator(_places), WithJsonSchema({"anyOf": [{"const": "unlimited"}, {"type": "integer", "minimum": 0}]})
]
Priority = Annotated[int, BeforeValidator(_whole(1, 9)), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 9})]
Count = Annotated[int, BeforeValidator(_whole(0, 10_000_000)), WithJsonSchema({"type": "integer", "minimum": 0})]
Name = Annotated[str, BeforeValidator(_name)]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"type": "boolean"})]
Time = Annotated[float, BeforeValidator(q.parse_time), _text(r"^[0-9.eE+-]+ *(s|min|h|d|w|y)$", "15 min")]
Rate = Annotated[float, BeforeValidator(q.parse_rate), _text(r"^[0-9.eE+-]+ per (s|min|h|d|w|y)$", "10 per d")]
Load = Annotated[float, BeforeValidator(q.parse_load), _text(r"^[0-9.]+ *(min|h|d) per (d|w|y)$", "3.2 h per w")]


# Multipliers: {copd: 1.33, age: {75-84: 3.1, 85+: 4.3}}; what is not named counts 1.
def _table_tag(value: Any) -> str:
    return "~table" if isinstance(value, dict) and "value" not in value and "by" not in value else "~number"


Multiplier = Annotated[
    Union[
        Annotated[Value[Number], Tag("~number")],
        Annotated[dict[str, Value[Number]], Tag("~table")],
    ],
    Discriminator(_table_tag),
]
Multipliers = dict[str, Multiplier]


# What an option's weight is multiplied by: a number for everyone, or multipliers by facts.
Odds = dict[
    str,
    Annotated[Union[Annotated[Value[Number], Tag("~number")], Annotated[Multipliers, Tag("~table")]], Discriminator(_table_tag)],
]


# Tests on people: a name; {age: 75+, sex: woman} all hold; [copd, heart_failure] any holds; {not: …}.
def _test(value: object) -> Any:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, list) and value:
        return [_test(part) for part in value]
    if isinstance(value, dict) and set(value) == {"not"}:
        return {"not": _test(value["not"])}
    if isinstance(value, dict) and value and "not" not in value:
        return {name: _words(words) for name, words in value.items()}
    raise ValueError(f"{q.shown(value)} is not a test. Write a name, {{age: 75+, sex: woman}}, [copd, dementia] or {{not: …}}")


def _words(value: object) -> Any:
    if isinstance(value, list) and value:
        return [_words(word) for word in value]
    if isinstance(value, (bool, str)) or (isinstance(value, int) and value >= 0):
        return value
    raise ValueError(f"{q.shown(value)} is neither a word nor a band")


Test = Annotated[
    SkipValidation[Any],
    BeforeValidator(_test),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array"}, {"type": "object"}]}),
]


# Drawn times
class Spread(Form):
    mean: Value[Time]
    cv: Value[Number] | None = None
    sd: Value[Time] | None = None
    median: Value[Time] | None = None

    @model_validator(mode="after")
    def _one_spread(self):
        if sum(x is not None for x in (self.cv, self.sd, self.median)) != 1:
            raise ValueError("the mean needs one of cv, sd and median beside it")
        return self


class MeanCv(Form):
    mean: Value[Time]
    cv: Value[Number]


class ScaleShape(Form):
    scale: Value[Time]
    shape: Value[Number]


class Normal(Form):
    mean: Value[Time]
    sd: Value[Time]
    low: Value[Time] = Field(0.0, description="what is drawn below it is set to it")


class LowHigh(Form):
    low: Value[Time]
    high: Value[Time]


class Triangular(Form):
    low: Value[Time]
    mode: Value[Time]
    high: Value[Time]


class Distribution(Form):
    """A drawn time: one distribution, and beside it `times` (multipliers) and `plus` (a time)."""

    exponential: Value[Time] | None = Field(None, description="the mean")
    lognormal: Spread | None = None
    gamma: MeanCv | None = None
    weibull: ScaleShape | None = None
    normal: Normal | None = None
    uniform: LowHigh | None = None
    triangular: Triangular | None = None
    observed: list[Time] | None = Field(None, description="observed times; every quantile between them is possible")
    constant: Value[Time] | None = Field(None, description="no chance in it")
    times: Multipliers = {}
    plus: Value[Time] | None = None

    @model_validator(mode="after")
    def _one(self):
        given = [name for name in DISTRIBUTIONS if getattr(self, name) is not None]
        if not given:
            raise ValueError("no distribution. Write one of " + ", ".join(DISTRIBUTIONS))
        if len(given) > 1:
            raise ValueError(f"two distributions, {given[0]} and {given[1]}. Set the old one to null")
        if self.observed is not None and not self.observed:
            raise ValueError("no observed times. Give at least one")
        return self


DISTRIBUTIONS = ("exponential", "lognormal", "gamma", "weibull", "normal", "uniform", "triangular", "observed", "constant")


def _drawn_tag(value: Any) -> str:
    return "~drawn" if isinstance(value, dict) else "~time"


Drawn = Value[
    Annotated[Union[Annotated[Time, Tag("~time")], Annotated[Distribution, Tag("~drawn")]], Discriminator(_drawn_tag)]
]


# Share tables: {gp: 0.5, ward: 0.2, home: rest, odds: {ward: {frail: 1.6}}}
class Shares(BaseModel):
    """One of several, by shares that sum to 1, or with one of them `rest`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    odds: Odds = {}
    __pydantic_extra__: dict[str, Value[ShareOrRest]]

    @property
    def options(self) -> dict[str, Any]:
        return self.__pydantic_extra__


class SharesBy(BaseModel):
    """Share tables read by a fact."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: str
    odds: Odds = {}
    __pydantic_extra__: dict[str, ShareTable]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


def _shares_tag(value: Any) -> str:
    return "~by" if isinstance(value, dict) and "by" in value else "~plain"


ShareTable = TypeAliasType(
    "ShareTable",
    Annotated[Union[Annotated[Shares, Tag("~plain")], Annotated[SharesBy, Tag("~by")]], Discriminator(_shares_tag)],
)


# Actions: {letter: 0.6, fragile: yes, severity: {mild: 0.5, serious: rest}}
def _done_tag(value: Any) -> str:
    if isinstance(value, bool):
        return "~yes_no"
    if isinstance(value, dict):
        return "~by" if "by" in value else "~evidence" if "value" in value else "~shares"
    return "~word" if isinstance(value, str) else "~chance"


class DoneBy(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    by: str
    __pydantic_extra__: dict[str, Done]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


Done = TypeAliasType(
    "Done",
    Annotated[
        Union[
            Annotated[YesNo, Tag("~yes_no")],
            Annotated[Share, Tag("~chance")],
            Annotated[Evidence[Share], Tag("~evidence")],
            Annotated[Name, Tag("~word")],
            Annotated[Shares, Tag("~shares")],
            Annotated[DoneBy, Tag("~by")],
        ],
        Discriminator(_done_tag),
    ],
)
Actions = dict[str, Done]
