"""Claim: a pilot that is watched is a small file: what was believed, what was seen and when, and what is at stake.

Everything is *more*: the programme less the comparison, for a person and year. What one more of it is worth giving to avoid is its price,
so that the net benefit of a person-year is what all outcomes are more, times their prices, with the sign turned.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ..faults import Fault, Faults, fail, nearest
from ..language import plain
from ..language.forms import fault_of
from ..language.quantities import YEAR, parse_number, shown
from ..language.values import Form, Name, Number, Remark, Time, YesNo
from .monitoring import Belief, Pilot

FEWEST_DRAWS, MOST_DRAWS = 20, 1_000_000
YEAR_DAYS = 365.0
BENEFIT = "benefit"
SMALLEST = 1e-9  # what is smaller is 0


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{shown(value)} was given. Write a date as year, month and day: 2014-03-31") from None


def _above_0(value: object) -> float:
    number = parse_number(value)
    if number < SMALLEST:
        raise ValueError(f"{shown(value)} was given. Allowed: more than 0")
    return float(number)


def _correlation(value: object) -> float:
    number = parse_number(value)
    if not -1 < number < 1:
        raise ValueError(f"{shown(value)} was given. Allowed: more than -1 and less than 1")
    return float(number)


def _counted(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{shown(value)} was given. Write events and person-years: [310, 1790]")
    events, years = (parse_number(part) for part in value)
    if events < 0 or years < SMALLEST:
        raise ValueError(f"{shown(value)} was given. Allowed: events of 0 or more, person-years of more than 0")
    return float(events), float(years)


def _signed(value: object) -> float:
    return float(parse_number(value))


Day = Annotated[date, BeforeValidator(_date)]
Positive = Annotated[float, BeforeValidator(_above_0)]
Signed = Annotated[float, BeforeValidator(_signed)]
Counted = Annotated[tuple[float, float], BeforeValidator(_counted)]


class Figure(Form):
    """What was seen of one outcome until a look: how much more, with its standard error; or events and person-years on both sides."""

    more: Signed | None = Field(None, description="the programme less the comparison, for a person and year")
    se: Positive | None = Field(None, description="its standard error")
    pilot: Counted | None = Field(None, description="events and person-years in the programme")
    comparison: Counted | None = Field(None, description="events and person-years without it")

    @model_validator(mode="after")
    def _one_way(self):
        given = {name for name in Figure.model_fields if getattr(self, name) is not None}
        if given not in ({"more", "se"}, {"pilot", "comparison"}):
            raise ValueError("write {more: -0.02, se: 0.01}, or events and person-years: {pilot: [310, 1790], comparison: [325, 1800]}")
        if self.pilot and self.comparison and not self.pilot[0] + self.comparison[0]:
            raise ValueError("no events on either side, so that chance can't be judged. Leave the look out")
        return self

    def told(self, dispersion: float) -> tuple[float, float]:
        """How much more, and its standard error; counts vary as Poisson's, times `dispersion`, at a rate common to both sides."""
        if self.more is not None and self.se is not None:
            return self.more, self.se
        (a, m), (b, n) = self.pilot, self.comparison  # type: ignore[misc]
        return a / m - b / n, math.sqrt(dispersion * (a + b) / (m + n) * (1 / m + 1 / n))


class Look(Form):
    """A day on which something is known of the pilot; without `seen` it is to come."""

    date: Day = Field(description="when it was known")
    enrolled: Positive = Field(description="how many have had the programme since the look before")
    seen: dict[Name, Figure] | None = Field(None, description="each outcome, of all that has been seen from the beginning until now")


class Believed(Form):
    """What was believed of one outcome before the pilot: how much more, and how sure."""

    mean: Signed = Field(description="the programme less care without it, for a person and year")
    sd: Positive = Field(description="how unsure: two in three within one of it")


class PilotForm(Form):
    """A pilot as it is watched."""

    title: Remark = Field("", description="what it is called")
    title_da: Remark = Field("", description="the same in Danish")
    currency: Name = Field("DKK", description="of all money in the file")
    begun: Day = Field(description="the day the pilot began")
    horizon: Time = Field(description="for how long the decision counts, from the beginning")
    people: Positive = Field(description="how many would have the programme if it is adopted")
    adopt_early: YesNo = Field(False, description="whether it may be adopted for everybody before the last look")
    running: Number = Field(0.0, description="what a year of the pilot itself costs: project, evaluation; not the care")
    price: dict[Name, Number] = Field(min_length=1, description="each outcome, and what one more of it is worth giving to avoid")
    prior: dict[Name, Any] = Field(
        description="what was believed before: {mean, sd} of each outcome, or of the net benefit (benefit), or draws: a CSV file with a column for each outcome"
    )
    correlation: Annotated[float, BeforeValidator(_correlation)] = Field(0.0, description="between the errors of two outcomes at one look")
    dispersion: Positive = Field(1.0, description="variance of counts over Poisson's: people come again, practices differ")
    looks: list[Look] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self):
        wrong = []
        days = [self.begun, *(look.date for look in self.looks)]
        wrong += [f"the look of {b} does not come after {a}" for a, b in zip(days, days[1:], strict=False) if b <= a]
        seen = [look.seen is not None for look in self.looks]
        if not seen[0] or seen != sorted(seen, reverse=True):
            wrong.append("looks that have been seen come first, and at least one of them")
        for look in self.looks:
            told = self.price if look.seen is None else look.seen
            wrong += [f"the look of {look.date} says nothing of '{name}', which has a price" for name in self.price if name not in told]
            wrong += [f"the look of {look.date} tells of '{name}', which has no price. {nearest(name, self.price)}" for name in told if name not in self.price]
            if look.enrolled > self.people:
                wrong.append(f"the look of {look.date} has {look.enrolled:g} enrolled, of {self.people:g} people in all")
        if self.looks[-1].date > self.begun and self.horizon <= (self.looks[-1].date - self.begun).days / YEAR_DAYS * YEAR:
            wrong.append("the horizon ends before the last look, so that nothing is left to decide. Make it longer")
        if not any(self.price.values()):
            wrong.append("all prices are 0. Give at least one")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Watched(NamedTuple):
    """A pilot with its numbers: the net benefit seen at each look that has been, and draws of it where the prior is of draws."""

    form: PilotForm
    prior: Belief
    draws: np.ndarray | None
    pilot: Pilot
    seen: np.ndarray


def read_pilot(data: Mapping[str, Any], label: str = "pilot", folder: Path = Path()) -> Watched:
    """A pilot from plain data. `folder`: where a file of draws is looked for. Raises Faults: all that is wrong, at once."""
    try:
        form = PilotForm.model_validate(plain(dict(data), label))
    except ValidationError as problem:
        raise Faults(fault_of(label, error, PilotForm) for error in problem.errors(include_url=False)) from None
    prior, draws = _believed(form, label, folder)
    pilot, seen = _told(form, label)
    return Watched(form, prior, draws, pilot, seen)


def _told(form: PilotForm, label: str) -> tuple[Pilot, np.ndarray]:
    """The looks as arrays; those to come are as exact as their person-years make them."""
    years = np.array([0.0, *((look.date - form.begun).days / YEAR_DAYS for look in form.looks)])
    treated = np.array([0.0, *(look.enrolled for look in form.looks)]) * np.diff(years, prepend=0.0)
    seen, se = [], [math.inf]
    for look in form.looks:
        if look.seen is not None:
            more, error = zip(*(look.seen[name].told(form.dispersion) for name in form.price), strict=True)
            prices = list(form.price.values())
            seen.append(-float(np.dot(prices, more)))
            se.append(_together([p * e for p, e in zip(prices, error, strict=True)], form.correlation, label))
    last, had = len(seen), np.cumsum(treated)
    se += [se[last] * math.sqrt(had[last] / later) for later in had[last + 1 :]]
    rises = "the standard error rises from {:.4g} to {:.4g} by {}. Each look tells all that was seen until then, not since the last"
    faults = [Fault(f"{label}: looks", rises.format(a, b, look.date)) for a, b, look in zip(se, se[1:], form.looks, strict=False) if b > a]
    if faults:
        raise Faults(faults)
    running = form.running * np.diff(years, prepend=0.0)
    return Pilot(years, np.array(se), treated, running, form.people, form.horizon / YEAR, form.adopt_early), np.array(seen)


def _together(errors: list[float], correlation: float, label: str) -> float:
    """Standard error of the sum."""
    variance = sum(e * e for e in errors) + 2 * correlation * sum(a * b for a, b in combinations(errors, 2))
    if variance <= 0:
        raise fail(f"{label}: correlation", f"{correlation:g} was given, which {len(errors)} outcomes can't all have with each other. Write one nearer to 0")
    return math.sqrt(variance)


def _believed(form: PilotForm, label: str, folder: Path) -> tuple[Belief, np.ndarray | None]:
    """The net benefit of a person-year as it was believed to be, and its draws where there are."""
    if "draws" in form.prior:
        draws = _drawn(form, f"{label}: prior.draws", folder)
        return Belief(float(draws.mean()), float(draws.std(ddof=1))), draws
    whole = set(form.prior) == {BENEFIT} and BENEFIT not in form.price
    price = {BENEFIT: -1.0} if whole else form.price
    faults = [Fault(f"{label}: prior", f"says nothing of '{name}', which has a price") for name in price if name not in form.prior]
    believed = {}
    for name, given in form.prior.items():
        try:
            believed[name] = Believed.model_validate(given)
        except ValidationError as problem:
            faults += [fault_of(f"{label}: prior.{name}", error, Believed) for error in problem.errors(include_url=False)]
        if name not in price:
            faults.append(Fault(f"{label}: prior.{name}", f"has no price. {nearest(name, price)}"))
    if faults:
        raise Faults(faults)
    mean = -sum(each * believed[name].mean for name, each in price.items())
    return Belief(mean, math.sqrt(sum((each * believed[name].sd) ** 2 for name, each in price.items()))), None


def _drawn(form: PilotForm, where: str, folder: Path) -> np.ndarray:
    """Draws of the net benefit from a file with a column for each outcome."""
    if len(form.prior) > 1 or not isinstance(form.prior["draws"], str):
        raise fail(where, "write a CSV file and nothing beside it:  prior: {draws: futures.csv}")
    path = folder / form.prior["draws"]
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as problem:
        raise fail(where, f"{path} can't be read ({type(problem).__name__}). Name a CSV file, from the folder of this one") from None
    columns = list(rows[0]) if rows else []
    faults = [Fault(where, f"{path} has no column '{name}'. {nearest(name, [c for c in columns if c])}") for name in form.price if name not in columns]
    if not FEWEST_DRAWS <= len(rows) <= MOST_DRAWS:
        faults.append(Fault(where, f"{path} has {len(rows)} draws. Allowed: {FEWEST_DRAWS} to {MOST_DRAWS:,}"))
    if faults:
        raise Faults(faults)
    values = np.array([[_number(row[name]) for name in form.price] for row in rows])
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(wrong):
        raise fail(where, f"{path}, line {wrong[0] + 2}: not a number in each of {', '.join(form.price)}")
    draws = -values @ np.array(list(form.price.values()))
    if draws.std() == 0:
        raise fail(where, f"all draws of {path} have the same net benefit, so that nothing could be learnt")
    return draws


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
