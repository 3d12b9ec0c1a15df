"""The plan of a care system: what an engine interprets. No words, only numbers and tables.

Names are laid out in alphabetical order, so that the order in a file has no meaning. Times are
milliseconds; codes of facts are those of `language.facts`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from .expressions import Choice, Expression

HOME = -1
END = -2
NEVER = 1 << 62

# Outcomes of an action, the leaves of its expression
DO, STOP, SET, DRAW = "do", "stop", "set", "draw"


@dataclass(frozen=True)
class Action:
    """Something done: kind fact, effect, task or step; `outcome` is an expression of
    (DO, chance), (STOP, None), (SET, code) or (DRAW, Choice of codes)."""

    kind: str
    target: int
    outcome: Expression
    decision: int


@dataclass(frozen=True)
class Unit:
    index: int
    name: str
    beds: bool
    sector: int
    sector_name: str
    pools: tuple[str, ...]
    places: tuple[float, ...]
    pool_by: int | None  # attribute whose value is the pool
    owner_by: int | None  # attribute whose value owns places, with own_first
    owned: tuple[tuple[float, ...], ...]  # places by pool and owner
    opening: tuple[tuple[int, bool], ...]  # (time, opens or closes) up to the horizon; empty: always open
    queue: float
    due_first: bool
    crowded: Expression
    surge: tuple[float, ...]
    surge_done: tuple[Action, ...]
    diary: int
    routine: tuple[tuple[int, Expression], ...]  # (group, places in use per person)
    staff: dict[str, float]
    staff_travel: Expression
    patient_travel: Expression
    open_hours: float  # a week


@dataclass(frozen=True)
class Step:
    index: int
    name: str
    verb: str
    then: int = HOME
    unit: int = -1
    companions: tuple[int, ...] = ()
    time: Expression | None = None  # for, wait or takes
    time_decision: int = -1
    priority: Expression | None = None
    patience: Expression | None = None
    patience_decision: int = -1
    otherwise: int | None = None
    hold: bool = False
    go_home: bool = False
    begun: tuple[Action, ...] = ()
    done: tuple[Action, ...] = ()
    acute: bool | None = None
    choice: Choice | None = None
    decision: int = -1  # of the choice, of `complete` or of `comes`
    share: Expression | None = None  # complete, or comes
    lost: int = HOME
    notice: int = 0
    reason: str = ""
    levers: tuple[int, ...] = ()  # those that alter it
    fidelity: tuple[int, ...] = ()  # the draw of each of them: is it carried out?
    forms: dict[tuple[int, ...], Step] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    index: int
    name: str
    then: int
    who: Any = None
    after: Expression | None = None
    every: Expression | None = None
    while_: Any = None
    where: frozenset[int] | None = None  # None: anywhere
    drop: bool = False
    due: int | None = None
    expires: int | None = None
    missed: tuple[Action, ...] = ()
    decisions: dict[str, int] = field(default_factory=dict)
    lever: int | None = None  # the lever that adds it
    levers: tuple[int, ...] = ()
    fidelity: tuple[int, ...] = ()
    forms: dict[tuple[int, ...], Task] = field(default_factory=dict)


@dataclass(frozen=True)
class Risk:
    index: int
    name: str
    who: Any
    rate: Expression  # per ms, without season
    season: tuple[Expression, ...]  # factors that ask the calendar only
    effects: tuple[tuple[int, tuple[tuple[int, int, Expression], ...]], ...]  # (effect, bands (from, to, factor))
    where: frozenset[int] | None
    done: tuple[Action, ...]
    then: int | None
    decision: int
    asks: frozenset  # what its speed depends on: Ask
    asked_by_who: frozenset  # of these, what decides whom it can strike


@dataclass(frozen=True)
class Effect:
    index: int
    name: str
    lasts: int


@dataclass(frozen=True)
class Lever:
    index: int
    name: str
    who: Any
    parent: int | None
    reach: Expression
    together: int | None
    at: int | None
    begins: int
    ramp: Expression
    fidelity: Expression
    fidelity_by: int | None
    alike: Expression
    enrolled: tuple[Action, ...]
    decision: int
    practice_decision: int


@dataclass(frozen=True)
class Arrival:
    index: int
    name: str
    rate: Expression | None
    every: Expression | None
    with_: tuple[Action, ...]
    then: int
    stream: int
    decision: int


@dataclass(frozen=True)
class Already:
    step: int
    inside: int
    waiting: int
    left: Any  # "fresh", "part" or an expression of Sample; ("uniform", low) where the stay is its upper end
    with_: tuple[Action, ...]
    stream: int


@dataclass(frozen=True)
class Attribute:
    index: int
    name: str
    words: tuple[str, ...]
    choice: Choice | None  # options are ranges (low, high) of codes; None: starts at `first`
    decision: int
    within: int
    after: tuple[int, ...]  # attributes drawn before
    first: int = 0  # the code of the first word of a list


@dataclass
class Plan:
    """A whole care system under one care model, for one horizon."""

    model: str
    day_0: datetime.date
    horizon: int
    attributes: list[Attribute]
    drawing_order: list[int]
    groups: list[Any]
    group_names: list[str]
    sectors: list[str]
    units: list[Unit]
    steps: list[Step]
    tasks: list[Task]
    effects: list[Effect]
    risks: list[Risk]
    levers: list[Lever]
    arrivals: list[Arrival]
    already: list[Already]
    dates: list[tuple[int, ...]]
    decisions: list[int]  # 32-bit names of the draws, by index
    decision_names: list[str]
    weekday_of_day: Any
    month_of_day: Any
    starts: int = HOME
    deaths_replaced: bool = False
    birthdays: int | None = None
    birthday_decision: int = -1
    citizens: int = 0
