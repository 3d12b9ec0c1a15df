"""Values: numbers with their evidence, lookups, multipliers and tests. Drawn times and shares stand beside.

Any value may be written plainly, with its evidence (`{value: 0.82, source: F003, role: literature}`)
or as a lookup (`{by: age, 65-74: 4 d, rest: 3 d}`); lookups nest. The types here check the form of
one value; whether the names in it exist is checked for the whole system (see `checks`).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, SkipValidation, Tag, WithJsonSchema, model_validator
from typing_extensions import TypeAliasType

from . import quantities as q

T = TypeVar("T")
LONGEST_NAME = 200
LARGEST_FACTOR = 1_000_000
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


def _text(schema_pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": schema_pattern, "examples": [example]})


def _non_negative(value: object) -> float:
    number = q.parse_number(value)
    if number < 0:
        raise ValueError(f"{q.shown(value)} was given. Allowed: 0 or more")
    return number


def _factor(value: object) -> float:
    number = _non_negative(value)
    if number > LARGEST_FACTOR:
        raise ValueError(f"{q.shown(value)} was given. Allowed: 0 to {LARGEST_FACTOR:,}")
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
        raise ValueError(f"'{q.shown(value)}' was read as {str(value).lower()}, which is no name. Choose another name")
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise ValueError(f"{q.shown(value)} is not a name. Write a word")
    return value


def _names(value: object) -> Any:
    if isinstance(value, list):
        if not value:
            raise ValueError("no names. Write at least one, or remove the line")
        return [_name(part) for part in value]
    return _name(value)


def _remark(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"{q.shown(value)} was given. Write a text")
    return str(value)


def _sources(value: object) -> Any:
    if isinstance(value, list):
        if not value:
            raise ValueError("no sources. Write at least one, or remove the line")
        return [_remark(part) for part in value]
    return _remark(value)


def _queue(value: object) -> Any:
    return value if value == "unlimited" else _whole(0, 10_000_000)(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{q.shown(value)} was given. Allowed: yes, no")
    return value


_NUMBER_SCHEMA = {"type": "number"}
Number = Annotated[float, BeforeValidator(_non_negative), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0})]
Factor = Annotated[
    float, BeforeValidator(_factor), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0, "maximum": LARGEST_FACTOR})
]
Share = Annotated[float, BeforeValidator(_share), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0, "maximum": 1})]
ShareOrRest = Annotated[
    Any, BeforeValidator(_share_or_rest), WithJsonSchema({"anyOf": [{"const": "rest"}, {"type": "number", "minimum": 0}]})
]
Places = Annotated[
    float, BeforeValidator(_places), WithJsonSchema({"anyOf": [{"const": "unlimited"}, {"type": "integer", "minimum": 0}]})
]
Priority = Annotated[int, BeforeValidator(_whole(1, 9)), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 9})]
Count = Annotated[int, BeforeValidator(_whole(0, 10_000_000)), WithJsonSchema({"type": "integer", "minimum": 0})]
Queue = Annotated[Any, BeforeValidator(_queue), WithJsonSchema({"anyOf": [{"const": "unlimited"}, {"type": "integer", "minimum": 0}]})]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema({"type": "string", "minLength": 1})]
Names = Annotated[
    Any, BeforeValidator(_names),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Remark = Annotated[str, BeforeValidator(_remark), WithJsonSchema({"type": ["string", "number"]})]
Sources = Annotated[
    Any, BeforeValidator(_sources),
    WithJsonSchema({"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1}]}),
]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
Time = Annotated[float, BeforeValidator(q.parse_time), _text(r"^[0-9.eE+-]+ *(s|min|h|d|w|y)$", "15 min")]
Rate = Annotated[float, BeforeValidator(q.parse_rate), _text(r"^[0-9.eE+-]+ per (s|min|h|d|w|y)$", "10 per d")]
Load = Annotated[float, BeforeValidator(q.parse_load), _text(r"^[0-9.]+ *(min|h|d) per (d|w|y)$", "3.2 h per w")]


def _two(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{q.shown(value)} was given. Write two numbers: [from, to]")
    return value


def _covers(value: object) -> Any:
    if value in ("extremes", "guess") or (isinstance(value, float) and 0.0 < value <= 1.0):
        return value
    raise ValueError(f"{q.shown(value)} was given. Allowed: a share such as 0.95, extremes, guess")


Covers = Annotated[
    Any, BeforeValidator(_covers),
    WithJsonSchema({"anyOf": [{"enum": ["extremes", "guess"]}, {"type": "number", "exclusiveMinimum": 0, "maximum": 1}]}),
]


def _size(written: Any) -> float | None:
    """How large a written number, time or rate is; None if it is none (which is said elsewhere)."""
    for parse in (q.parse_number, q.parse_time, q.parse_rate):
        try:
            return parse(written)
        except ValueError:
            continue
    return None


class Evidence(Form, Generic[T]):
    """A number with where it comes from."""

    value: T = Field(description="the number, time or rate itself")
    range: Annotated[tuple[T, T], BeforeValidator(_two)] | None = Field(None, description="from, to")
    covers: Covers | None = Field(
        None, description="what the range covers: a share such as 0.95, extremes, guess; without it it is no uncertainty"
    )
    source: Sources | None = Field(None, description="id of the source in the list of evidence, or several: [F001, F036]")
    role: Role | None = Field(None, description="where a number of this kind comes from")
    note: Remark | None = Field(None, description="a remark for readers")

    @model_validator(mode="before")
    @classmethod
    def _ordered(cls, data: Any) -> Any:
        given = data.get("range") if isinstance(data, dict) else None
        if isinstance(given, list) and len(given) == 2:
            low, value, high = (_size(x) for x in (given[0], data.get("value"), given[1]))
            if low is not None and high is not None and low > high:
                raise ValueError(f"the range runs from {q.shown(given[0])} down to {q.shown(given[1])}. Turn it round")
            if None not in (low, value, high) and not low <= value <= high:
                raise ValueError(f"{q.shown(data['value'])} lies outside its range. Correct one of them")
        return data


class Lookup(BaseModel, Generic[T]):
    """A table read by a fact: `{by: age, 65-74: 4 d, 75+: 6 d, rest: 3 d}`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: Name = Field(description="the fact that is asked about")
    __pydantic_extra__: dict[str, Value[T]]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


class ModifiedValue(Form, Generic[T]):
    """A value with the modifiers of levers; what is added is of the same kind as the value."""

    base: Value[T]
    times: list[Value[Factor]] = []
    plus: list[Value[T]] = []


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


# Multipliers: {copd: 1.33, age: {75-84: 3.1, 85+: 4.3}}; what is not named counts 1.
def _table_tag(value: Any) -> str:
    return "~table" if isinstance(value, dict) and not isinstance(value, Modified) and not {"value", "by"} & set(value) else "~number"


Multiplier = Annotated[
    Union[
        Annotated[Value[Factor], Tag("~number")],
        Annotated[dict[str, Value[Factor]], Tag("~table")],
    ],
    Discriminator(_table_tag),
]
Multipliers = dict[str, Multiplier]


# What an option's weight is multiplied by: a number for everyone, or multipliers by facts.
Odds = dict[
    str,
    Annotated[Union[Annotated[Value[Factor], Tag("~number")], Annotated[Multipliers, Tag("~table")]], Discriminator(_table_tag)],
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
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1}, {"type": "object", "minProperties": 1}]}),
]
