"""Share tables and actions: one of several by shares, and what is done: yes, no, a chance or a word."""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from typing_extensions import TypeAliasType

from .values import Evidence, Modified, Name, Odds, Share, ShareOrRest, Value, YesNo


class Shares(BaseModel):
    """One of several, by shares that sum to 1, or with one of them `rest`: `{gp: 0.5, home: rest}`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    odds: Odds = Field({}, description="what multiplies an option's weight; the weights are then made to sum to 1 again")
    __pydantic_extra__: dict[str, Value[ShareOrRest]]

    @property
    def options(self) -> dict[str, Any]:
        return self.__pydantic_extra__


class SharesBy(BaseModel):
    """Share tables read by a fact."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: Name = Field(description="the fact that is asked about")
    odds: Odds = Field({}, description="what multiplies an option's weight; the weights are then made to sum to 1 again")
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
    if isinstance(value, Modified):
        return "~modified"
    if isinstance(value, dict):
        return "~by" if "by" in value else "~evidence" if "value" in value else "~shares"
    return "~word" if isinstance(value, str) else "~chance"


class DoneBy(BaseModel):
    """An action read by a fact."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: Name = Field(description="the fact that is asked about")
    __pydantic_extra__: dict[str, Done]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


def _no_modifier(value: object) -> object:
    raise ValueError("an action can't be modified. Write its new chance")


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
            Annotated[Annotated[Any, BeforeValidator(_no_modifier), WithJsonSchema({"not": {}})], Tag("~modified")],
        ],
        Discriminator(_done_tag),
    ],
)
Actions = dict[str, Done]
