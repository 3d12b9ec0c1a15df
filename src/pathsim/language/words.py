"""The words of a care system: what may stand under each heading, and what each word means.

One class a kind of entry. The descriptions are the reference page and the JSON Schema.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from typing_extensions import TypeAliasType

from . import quantities as q
from .drawn import Drawn
from .evidence import Origin
from .hours import Date, Effect, Opening
from .shares import Actions, Shares
from .steps import VERBS, At, Choose, Do, Entry, Handover, Leave, Step, Wait
from .values import (
    Count,
    Evidence,
    Form,
    Load,
    Multipliers,
    Name,
    Names,
    Number,
    Odds,
    Places,
    Queue,
    Rate,
    Remark,
    Role,
    Share,
    Test,
    Time,
    Value,
    YesNo,
)


class About(Form):
    """What this is."""

    title: Remark | None = Field(None, description="what it is called")
    title_da: Remark | None = Field(None, description="the title in Danish")
    story: Remark | None = Field(None, description="what happens, in plain words")
    source: Remark | None = Field(None, description="where it comes from")
    role: Role | None = Field(None, description="default role of every number in the system")


class Population(Form):
    """Who lives here."""

    citizens: Count | None = Field(None, description="how many people")
    from_: Name | None = Field(None, alias="from", description="`synthetic`, or a file of citizens (Parquet or CSV)")
    deaths: Literal["replaced", "not_replaced"] = Field("not_replaced", description="who dies is replaced, or the cohort is closed")
    starts: Name = Field("home", description="the step in which everyone begins")
    birthdays: YesNo = Field(False, description="the attribute `age` grows by one on each birthday")

    @model_validator(mode="after")
    def _source(self):
        if self.citizens is None and self.from_ is None:
            raise ValueError("nobody lives here. Add citizens: NUMBER or from: FILE")
        return self


class Surge(Form):
    """Extra places beyond the staffed ones, with a price in risk."""

    places: Value[Places] = Field(description="how many more, when all staffed places are taken")
    done: Actions = Field({}, description="what happens to whoever gets one")


class Unit(Entry):
    """Where care happens. Beds are lived in, slots are visits."""

    beds: Value[Places] | None = Field(None, description="how many can be here at once; `unlimited`, or a table")
    slots: Value[Places] | None = Field(None, description="how many can be seen or visited at once")
    sector: Name = Field("care", description="hospital, psychiatry, municipality, practice …: the whereabouts of who has a bed here")
    per: Name | None = Field(None, description="the number is for each value of this attribute")
    shared_by: Name | None = Field(None, description="the attribute whose values share: their places are added up")
    own_first: YesNo = Field(False, description="in a shared unit a place goes first to those whose place it is")
    open: Opening = Field("always", description="opening hours; a holiday counts as a Sunday unless `holiday` is named")
    queue: Queue = Field("unlimited", description="how many may wait")
    order: Literal["first_come", "due_first"] = Field("first_come", description="order of the queue within a priority")
    crowded: Value[Share] = Field(0.95, description="the share of places in use from which the unit counts as crowded")
    surge: Surge | None = Field(None, description="extra places when full, with a price in risk")
    diary: Time | None = Field(None, description="length of an appointment: whoever asks is offered the first free one, which is theirs")
    routine: dict[str, Value[Load]] = Field({}, description="standing work per person in a group; it takes slots from day 0 on")
    staff: dict[str, Value[Number]] = Field({}, description="people at work for each place in use, by profession")
    staff_travel: Value[Time] = Field(0.0, description="added to each visit; the slot is taken meanwhile")
    patient_travel: Value[Time] = Field(0.0, description="recorded for the patient; delays nobody")

    @model_validator(mode="after")
    def _beds_or_slots(self):
        if (self.beds is None) == (self.slots is None):
            raise ValueError("a unit has beds or slots. Write one of them")
        if self.diary is not None and (self.slots is None or self.surge or self.queue != "unlimited"):
            raise ValueError("a diary needs slots, and has neither surge nor queue. Its dates are the queue")
        if self.diary is not None and self.diary < q.MINUTE:
            raise ValueError("an appointment lasts at least 1 min")
        return self

    @property
    def places(self) -> Any:
        return self.beds if self.beds is not None else self.slots


class Arrival(Entry):
    """People from outside the population."""

    rate: Value[Rate] | None = Field(None, description="a Poisson stream; a table by hour, weekday or month is a timetable")
    every: Drawn | None = Field(None, description="or: the time between arrivals")
    with_: Actions = Field({}, alias="with", description="facts about those who come")
    then: Name = Field(description="their first step")

    @model_validator(mode="after")
    def _one(self):
        if (self.rate is None) == (self.every is None):
            raise ValueError("arrivals come at a rate or every so often. Write one of rate and every")
        return self


class Risk(Entry):
    """What strikes a person."""

    who: Test | None = Field(None, description="whom it can strike; default everyone")
    rate: Value[Rate] = Field(description="the baseline, such as 0.2 per y")
    times: Multipliers = Field({}, description="multipliers; what is not named counts 1")
    where: Names = Field("home", description="whereabouts in which the clock runs: home, sectors, or anywhere")
    done: Actions = Field({}, description="what it does on striking")
    then: Name | None = Field(None, description="where it sends the person; without it life goes on")


class Task(Entry):
    """Care beside life: a walk of its own."""

    then: Name = Field(description="its first step; the walk finishes at `end`")
    who: Test | None = Field(None, description="a standing task: everyone in this group has it from day 0, at a random phase")
    after: Drawn = Field(0.0, description="a time before the first step")
    every: Drawn | None = Field(None, description="repeats, this long after it last ended; without it: once")
    while_: Test | None = Field(None, alias="while", description="repeats only as long as this holds")
    where: Names = Field("home", description="whereabouts in which it can go on: home, sectors, anywhere")
    away: Literal["postpone", "drop"] = Field("postpone", description="when whereabouts no longer allow it")
    due: Time | None = Field(None, description="when it should have happened")
    expires: Time | None = Field(None, description="it is over by then")
    missed: Actions = Field({}, description="what happens if a task done once has not finished when it expires")


class Lever(Entry):
    """A way of working together: who is in it, how well it is carried out, what it changes."""

    about: About | None = Field(None, description="what it is, for readers")
    who: Test | None = Field(None, description="who can be enrolled: a test, or another lever (those enrolled in it)")
    reach: Value[Share] = Field(1.0, description="share of them who are")
    together: Name | None = Field(None, description="an attribute: all who share its value are in or out together")
    at: Name | None = Field(None, description="a step at which they are enrolled; default at the start")
    begins: Time = Field(0.0, description="when it starts")
    ramp: Value[Time] = Field(0.0, description="how long until full reach")
    fidelity: Value[Share] = Field(1.0, description="share of the changed actions that are carried out")
    fidelity_by: Name | None = Field(None, description="an attribute, such as the practice, within which it is always or never carried out")
    alike: Value[Share] = Field(1.0, description="with fidelity_by: how often one does as one's practice does, and not as chance has it")
    enrolled: Actions = Field({}, description="what happens on enrolment")
    changes: dict[str, Any] = Field({}, description="what it adds and alters")
    over: Names = Field([], description="levers whose settings this one replaces")


class Cost(Entry):
    """What a unit costs, who pays and who runs it."""

    price: Value[Number] = Field(description="what one of them costs")
    per: Literal["contact", "d", "h"] = Field(description="a contact, a day of the place, or an hour from begun to ended")
    payer: Value[Name] = Field(description="who pays; may depend on the date")
    operator: Value[Name] | None = Field(None, description="who runs it; default: who pays")
    waiting: Value[Number] | None = Field(None, description="price of a day spent waiting for this unit in someone else's bed")


class CareModel(Form):
    """A care model is a list of levers over the one system."""

    title: Remark | None = Field(None, description="what it is called")
    title_da: Remark | None = Field(None, description="the title in Danish")
    story: Remark | None = Field(None, description="what happens, in plain words")
    story_da: Remark | None = Field(None, description="the story in Danish")
    levers: list[Name] = Field([], description="the levers that are switched on")


# Attributes: a share table, a chance of yes, a list of words (starts at the first), or a lookup of these.
class AttributeBy(BaseModel):
    """An attribute that depends on another one."""

    model_config = ConfigDict(extra="allow", frozen=True)
    by: Name = Field(description="the attribute or group that it depends on")
    odds: Odds = Field({}, description="what multiplies an option's weight, in every case")
    __pydantic_extra__: dict[str, Attribute]

    @property
    def cases(self) -> dict[str, Any]:
        return self.__pydantic_extra__


def _attribute_tag(value: Any) -> str:
    if isinstance(value, dict):
        return "~by" if "by" in value else "~evidence" if "value" in value else "~shares"
    return "~words" if isinstance(value, list) else "~word" if isinstance(value, (str, bool)) else "~chance"


def _attribute_word(value: object) -> str | bool:
    if isinstance(value, (bool, str)):
        return value
    raise ValueError(f"{q.shown(value)} is not a word")


Attribute = TypeAliasType(
    "Attribute",
    Annotated[
        Union[
            Annotated[list[Annotated[Any, BeforeValidator(_attribute_word)]], Tag("~words")],
            Annotated[Annotated[Any, BeforeValidator(_attribute_word)], Tag("~word")],
            Annotated[Share, Tag("~chance")],
            Annotated[Evidence[Share], Tag("~evidence")],
            Annotated[Shares, Tag("~shares")],
            Annotated[AttributeBy, Tag("~by")],
        ],
        Discriminator(_attribute_tag),
    ],
)
# The headings that hold a dictionary of entries, each with the type of one entry.
HEADINGS: dict[str, Any] = {
    "attributes": Attribute, "groups": Test, "units": Unit, "arrivals": Arrival, "risks": Risk, "steps": Step,
    "tasks": Task, "effects": Effect, "levers": Lever, "costs": Cost, "care_models": CareModel,
}
# The headings that hold one thing.
SINGLE: dict[str, Any] = {
    "about": About, "day_0": Date, "holidays": list[Date], "currency": Name, "population": Population,
    "evidence": dict[str, Origin | None],
}

# Steps have a module of their own, and are words like the others.
__all__ = ["HEADINGS", "NAME", "SINGLE", "VERBS", "At", "Choose", "Do", "Entry", "Handover", "Leave", "Wait"]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
