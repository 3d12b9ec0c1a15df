"""The six verbs of steps: at, wait, choose, handover, do, leave."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, Tag

from .drawn import Drawn
from .shares import Actions, ShareTable
from .values import Count, Form, Name, Names, Priority, Remark, Role, Share, Sources, Time, Value, YesNo


class Entry(Form):
    note: Remark | None = Field(None, description="a remark for readers")
    source: Sources | None = Field(None, description="id of the source of the numbers here, or several")
    role: Role | None = Field(None, description="role of the numbers here that do not say their own")


class StayRange(Form):
    """From a time up to the stay drawn for that person."""

    low: Time = Field(0.0, description="the least")
    high: Literal["stay"] = Field(description="`stay`: the stay drawn for that person")


class UpToStay(Form):
    """What is left of a stay, evenly between a time and the stay drawn."""

    uniform: StayRange = Field(description="evenly between a time and the stay drawn")


def _left_tag(value: Any) -> str:
    if value in ("fresh", "part"):
        return "~word"
    uniform = value.get("uniform") if isinstance(value, dict) else None
    return "~stay" if isinstance(uniform, dict) and uniform.get("high") == "stay" else "~drawn"


Left = Annotated[
    Union[Annotated[Literal["fresh", "part"], Tag("~word")], Annotated[UpToStay, Tag("~stay")], Annotated[Drawn, Tag("~drawn")]],
    Discriminator(_left_tag),
]


class Already(Form):
    """Who is in a step on day 0."""

    in_: Value[Count] = Field(0, alias="in", description="how many are there")
    waiting: Value[Count] = Field(0, description="how many are in its queue")
    left: Left = Field("fresh", description="what is left of their stay: fresh, part, or a time in which `stay` is the stay drawn")
    with_: Actions = Field({}, alias="with", description="facts about them")


class At(Entry):
    """At a unit, for a time."""

    at: Name = Field(description="the unit")
    for_: Drawn | None = Field(None, alias="for", description="how long; an appointment of a diary has its own length")
    with_: Names | None = Field(None, alias="with", description="other units where a place is taken too, after the first and in alphabetical order")
    priority: Value[Priority] = Field(5, description="1 first … 9 last")
    patience: Drawn | None = Field(None, description="how long one waits; 0 d means only if there is a place at once")
    else_: Name | None = Field(None, alias="else", description="where to go when patience ends or the queue is full")
    notice: Time = Field(0.0, description="in a diary: how long ahead the date lies at least")
    comes: Value[Share] = Field(1.0, description="in a diary: the share who come; the others leave it empty and go to `else`")
    already: Already | None = Field(None, description="who is here on day 0")
    hold: YesNo = Field(False, description="the place one came with is kept until this one is obtained")
    begun: Actions = Field({}, description="what happens when it begins")
    done: Actions = Field({}, description="what happens when it is completed")
    acute: YesNo | None = Field(None, description="acute or planned; default: acute in a walk begun by a risk")
    then: Name = Field(description="the next step")


class Wait(Entry):
    """Time passes."""

    wait: Drawn = Field(description="how long")
    where: Literal["home"] | None = Field(None, description="`home` sends the person home to wait")
    hold: YesNo = Field(False, description="the place one came with is kept meanwhile")
    begun: Actions = Field({}, description="what happens when it begins")
    done: Actions = Field({}, description="what happens when it is completed")
    acute: YesNo | None = Field(None, description="acute or planned; default: acute in a walk begun by a risk")
    then: Name = Field(description="the next step")


class Choose(Entry):
    """One of several steps, by shares."""

    choose: ShareTable = Field(description="the steps and their shares")


class Handover(Entry):
    """A message to another sector; the walk goes on when it arrives."""

    handover: Name = Field(description="the sector it goes to")
    takes: Drawn = Field(description="how long until it arrives")
    complete: Value[Share] = Field(1.0, description="the share that arrives whole")
    lost: Name | None = Field(None, description="the step if it does not; default `then`")
    hold: YesNo = Field(False, description="the place one came with is kept meanwhile")
    begun: Actions = Field({}, description="what happens when it begins")
    done: Actions = Field({}, description="what happens when it is completed")
    acute: YesNo | None = Field(None, description="acute or planned; default: acute in a walk begun by a risk")
    then: Name = Field(description="the next step")


class Do(Entry):
    """Something happens at once."""

    do: Actions = Field(description="what happens")
    then: Name = Field(description="the next step")


class Leave(Entry):
    """Out of the model; the word after it is the reason."""

    leave: Name = Field(description="the reason; `dead` is death")


VERBS: dict[str, type[Entry]] = {"at": At, "wait": Wait, "choose": Choose, "handover": Handover, "do": Do, "leave": Leave}


def _verb(value: Any) -> str | None:
    if isinstance(value, Entry):
        return type(value).__name__.lower()
    found = [verb for verb in VERBS if isinstance(value, dict) and verb in value]
    return found[0] if len(found) == 1 else None


Step = Annotated[
    Union[
        Annotated[At, Tag("at")], Annotated[Wait, Tag("wait")], Annotated[Choose, Tag("choose")],
        Annotated[Handover, Tag("handover")], Annotated[Do, Tag("do")], Annotated[Leave, Tag("leave")],
    ],
    Discriminator(_verb),
]
