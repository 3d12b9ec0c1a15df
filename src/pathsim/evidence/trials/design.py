"""Claim: a trial is who is asked, when, how they are allotted to arms, how many, for how long, and what is counted.

All of it is data; which lever is tried is a name. Times are written as in the language (`30 d`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from ...faults import Faults
from ...language import plain, read_yaml
from ...language.forms import fault_of
from ...language.quantities import DAY, parse_number, shown
from ...language.values import Form, Name, Number, Test, Time

CITIZEN = "citizen"
RISK, RATE, HAZARD, DIFFERENCE = "risk ratio", "rate ratio", "hazard ratio", "difference"
DEFAULT_MEASURE = {
    "readmitted": RISK, "died": RISK, "admissions": RATE, "acute_admissions": RATE, "contacts": RATE, "gp_contacts": RATE,
    "emergency_contacts": RATE, "bed_days": DIFFERENCE, "cost": DIFFERENCE, "sick_leave_ended": HAZARD,
}
TIMED = ("readmitted", "died", "admissions", "acute_admissions", "sick_leave_ended")  # what has a first time, for a hazard ratio
YES_NO = ("readmitted", "died", "sick_leave_ended")


def _whole_days(value: float) -> float:
    if value % DAY:
        raise ValueError(f"{value / DAY:g} d was given. Write whole days: recruitment begins and ends at midnight")
    return value


def _recruits(value: object) -> int | None:
    if value in (None, "unlimited"):
        return None
    number = parse_number(value)
    if number != int(number) or number < 2:
        raise ValueError(f"{shown(value)} was given. Allowed: a whole number from 2, or unlimited")
    return int(number)


def _ratio(value: object) -> float:
    number = parse_number(value)
    if not 0 < number < 1:
        raise ValueError(f"{shown(value)} was given. Allowed: more than 0 and less than 1")
    return float(number)


def _consent(value: object) -> Any:
    """A share, or a lookup of shares, which is read as the `reach` of a lever is."""
    if isinstance(value, dict):
        return value
    number = parse_number(value)
    if not 0 < number <= 1:
        raise ValueError(f"{shown(value)} was given. Allowed: a share above 0 and up to 1, or a lookup of shares")
    return float(number)


Days = Annotated[Time, AfterValidator(_whole_days)]


class Outcome(Form):
    """One outcome, counted from recruitment; a readmission from the first discharge at or after it, if that is within the follow-up."""

    what: Literal[
        "readmitted", "died", "admissions", "acute_admissions", "bed_days", "contacts", "gp_contacts", "emergency_contacts", "sick_leave_ended", "cost"
    ] = Field(description="what is counted")
    within: Time | None = Field(None, description="for how long; default the follow-up, for a readmission 30 d")
    branch: Literal["somatic", "psychiatric"] | None = Field(None, description="of the hospital; default both")
    at: Name | None = Field(None, description="the unit, for contacts; default all")
    measure: Annotated[
        Literal["risk ratio", "rate ratio", "hazard ratio", "difference"],
        BeforeValidator(lambda value: value.replace("_", " ") if isinstance(value, str) else value),
    ] | None = Field(None, description="how the arms are compared; the usual one by default")

    @model_validator(mode="after")
    def _fits(self):
        if self.measure == HAZARD and self.what not in TIMED:
            raise ValueError(f"'{self.what}' has no hazard. Allowed for a hazard ratio: {', '.join(TIMED)}")
        if self.measure == RATE and self.what in YES_NO:
            raise ValueError(f"'{self.what}' is yes or no. Write a risk ratio, a hazard ratio or a difference")
        if self.at and self.what != "contacts":
            raise ValueError(f"'at' is for contacts, not '{self.what}'. Remove it")
        return self

    @property
    def measured(self) -> str:
        """How the arms are compared."""
        return self.measure or DEFAULT_MEASURE[self.what]

    def length(self, follow_up: float) -> int:
        """How long it is counted, in ms."""
        usual = 30 * DAY if self.what == "readmitted" else follow_up
        return int(usual if self.within is None else self.within)

    def name(self, follow_up: float) -> str:
        """What it is called in tables.

        >>> Outcome(what="bed_days", within="90 d", branch="somatic").name(365 * DAY)
        'somatic bed days within 90 d'
        """
        words = [self.branch or "", self.what.replace("_", " "), f"at {self.at}" if self.at else "", f"within {self.length(follow_up) / DAY:g} d"]
        return " ".join(filter(None, words))


class Recruitment(Form):
    """When people are recruited: days after the warm-up."""

    from_: Days = Field(0.0, alias="from", description="its first day")
    to: Days = Field(365.0 * DAY, description="its end, which is no longer part of it")


class Trial(Form):
    """A trial inside one simulated system."""

    title: str = ""
    levers: list[Name] = Field(min_length=1, description="what is tried: a lever, or several; one whose `who` is another of them hangs on it")
    care_model: Name | None = Field(None, description="the care model in which the trial is held; default the first")
    who: Test | None = Field(None, description="who is eligible; default whom the lever is for")
    at: Name | None = Field(None, description="a step, on coming to which people are asked; default all on the first day of recruitment")
    randomised_by: Name = Field(CITIZEN, description="citizen, or an attribute all of whose citizens are in one arm")
    consent: Annotated[Any, BeforeValidator(_consent)] = Field(1.0, description="the share of those asked who consent; may be a lookup")
    ratio: Annotated[float, BeforeValidator(_ratio)] = Field(0.5, description="the share of citizens or clusters in the intervention arm")
    recruits: Annotated[int | None, BeforeValidator(_recruits)] = Field(None, description="how many, both arms together; default unlimited")
    recruitment: Recruitment = Recruitment()
    follow_up: Days = Field(365.0 * DAY, description="of everyone, from recruitment")
    outcomes: list[Outcome] = Field([Outcome(what="readmitted"), Outcome(what="admissions"), Outcome(what="bed_days"), Outcome(what="died")], min_length=1)
    units: dict[Name, Number] = Field({}, description="places of units while the trial runs, with staff for the intervention arm")
    designs: list[Literal["before_after", "matched", "difference_in_differences", "stepped_wedge"]] = Field([], description="what else is tried on the truth")
    clusters: Name | None = Field(None, description="the attribute whose clusters these designs compare; default that randomised by, or the practice")

    @model_validator(mode="after")
    def _in_time(self):
        if self.at and self.recruitment.from_ >= self.recruitment.to:
            raise ValueError("recruitment ends before it begins. Write  recruitment: {from: 0 d, to: 90 d}")
        long = [outcome.name(self.follow_up) for outcome in self.outcomes if outcome.what != "readmitted" and outcome.length(self.follow_up) > self.follow_up]
        if long:
            raise ValueError(f"{long[0]} is longer than the follow-up of {self.follow_up / DAY:g} d. Make that longer")
        return self

    @property
    def ends(self) -> float:
        """The end of recruitment, ms after the warm-up; without a step all are recruited on the first day."""
        return self.recruitment.to if self.at else self.recruitment.from_ + DAY

    @property
    def followed(self) -> float:
        """How long anyone is followed, ms: who is discharged late in the follow-up may still be readmitted after it."""
        return self.follow_up + max([0, *(outcome.length(self.follow_up) for outcome in self.outcomes if outcome.what == "readmitted")])

    @property
    def clustered(self) -> bool:
        return self.randomised_by != CITIZEN

    @property
    def clusters_compared(self) -> str:
        """The attribute whose clusters other designs compare."""
        return self.clusters or (self.randomised_by if self.clustered else "practice")


def read_trial(given: str | Path | Mapping[str, Any]) -> Trial:
    """A trial from a file (YAML) or plain data. Raises Faults: all that is wrong, at once.

    >>> read_trial({"levers": ["team"], "recruits": 600, "follow_up": "90 d"}).recruits
    600
    """
    label, data = ("trial", dict(given)) if isinstance(given, Mapping) else (str(given), read_yaml(given))
    try:
        return Trial.model_validate(plain(data, label))
    except ValidationError as problem:
        raise Faults(fault_of(label, error, Trial) for error in problem.errors(include_url=False)) from None
