"""What a population is made of is data: how many have what at each age, and who among them.

The tables are checked strictly and completely before anybody is drawn: every band of age present,
every share between 0 and 1, shares that exclude each other adding to no more than 1, no unknown
word. All faults are reported together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

WORKING_AGE = ("18-29", "30-44", "45-54", "55-64")
OLD_AGE = ("65-69", "70-74", "75-79", "80-84", "85-89", "90-99")
BANDS = WORKING_AGE + OLD_AGE
CONDITIONS = ("copd", "heart_failure", "diabetes", "dementia", "cancer", "depression")

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def words_to(name: str, words: tuple[str, ...], number: Any, *, required: bool = True) -> Any:
    """A dictionary from exactly (or, not required, at most) these words to numbers."""
    kind = TypedDict(name, dict.fromkeys(words, number), total=required)
    kind.__pydantic_config__ = STRICT
    return kind


Share = Annotated[float, Field(ge=0, le=1)]
Shares = words_to("Shares", BANDS, Share)
WorkingAgeShares = words_to("WorkingAgeShares", WORKING_AGE, Share)
Means = words_to("Means", BANDS, Annotated[float, Field(ge=0, le=4)])

# What a score may hang on: only what has been drawn before it.
EDUCATED = ("low_education", "high_education", "lives_alone", "woman")
ILL = (*EDUCATED, "burden", "conditions", *CONDITIONS)


def _score(name: str, terms: tuple[str, ...]) -> Any:
    return words_to(name, (*terms, "noise"), float, required=False)


BurdenScore = _score("BurdenScore", EDUCATED)
ConditionScore = _score("ConditionScore", (*EDUCATED, "burden"))
IllScore = _score("IllScore", ILL)
CareScore = _score("CareScore", (*ILL, "frailty"))


def _at_most_one(shares: Mapping[str, Mapping[str, float]]) -> Mapping[str, Mapping[str, float]]:
    """Words of which a person has one: their shares may not exceed 1 in any band."""
    for band in next(iter(shares.values())):
        total = sum(of_word[band] for of_word in shares.values())
        if total > 1 + 1e-9:
            raise ValueError(
                f"{' + '.join(shares)} make {total:.6g} in band {band}. Allowed: at most 1, "
                "the rest is the word not listed. Lower one of them"
            )
    return shares


class Part(BaseModel):
    """A table with where its numbers come from."""

    model_config = STRICT
    role: Literal["measured", "literature", "calibrated", "assumed", "scenario"]
    source: list[str] = []
    note: str = ""

    @model_validator(mode="after")
    def _sourced(self) -> Part:
        if self.role in ("measured", "literature") and not self.source:
            raise ValueError(
                f"role '{self.role}' was given without a source. "
                "Add `source: [...]`, or write `role: assumed`"
            )
        return self


class Size(Part):
    value: Annotated[float, Field(ge=1)]


class Ages(Part):
    children: Share
    share: Shares
    thinning: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=10, max_length=10)]

    @model_validator(mode="after")
    def _whole(self) -> Ages:
        total = self.children + sum(self.share.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(
                f"children and all bands make {total:.6g}. Allowed: 1. Change one of them"
            )
        return self


class Women(Part):
    share: Shares


class Education(Part):
    share: Annotated[words_to("Educations", ("low", "middle"), Shares), AfterValidator(_at_most_one)]


class LivesAlone(Part):
    share: words_to("BySex", ("man", "woman"), Shares)


class Burden(Part):
    score: BurdenScore


def _loading(score: dict[str, float]) -> dict[str, float]:
    """Without a noise of its own a score gets sqrt(1 - burden^2), which must exist."""
    if "noise" not in score and not -1 < score.get("burden", 0) < 1:
        raise ValueError(
            f"burden: {score['burden']} was given. Allowed without a noise: between -1 and 1. "
            "Lower it, or add `noise`"
        )
    return score


class Condition(Part):
    share: Shares
    score: Annotated[ConditionScore, AfterValidator(_loading)]


class OtherConditions(Part):
    mean: Means
    score: Annotated[ConditionScore, AfterValidator(_loading)]


class Frailty(Part):
    share: Annotated[
        words_to("Frailties", ("severe", "frail", "pre_frail"), Shares), AfterValidator(_at_most_one)
    ]
    score: IllScore


class CareHome(Part):
    share: words_to("BySex", ("man", "woman"), Shares)
    score: CareScore


HOURS = ("help_over_8h", "help_2_to_8h", "help_under_2h")


class HomeCare(Part):
    help: words_to("Households", ("alone", "together"), Shares)
    hours: words_to("Hours", HOURS, Share)
    nursing: Shares
    score: CareScore

    @model_validator(mode="after")
    def _fits(self) -> HomeCare:
        for shares in self.help.values():
            _at_most_one({"help": shares, "nursing": self.nursing})
        if abs(sum(self.hours.values()) - 1) > 1e-6:
            raise ValueError(
                f"hours make {sum(self.hours.values()):.6g}. Allowed: 1. Change one of them"
            )
        return self


class MentalHealth(Part):
    share: Shares
    score: CareScore


class Strain(Part):
    share: WorkingAgeShares
    score: CareScore


class StrainCause(Part):
    share: words_to("Causes", ("depression", "anxiety"), Share)
    score: CareScore

    @model_validator(mode="after")
    def _fits(self) -> StrainCause:
        _at_most_one({word: {"18-64": share} for word, share in self.share.items()})
        return self


class Target(BaseModel):
    """A published share, or the range of what is published."""

    model_config = STRICT
    value: Share | Annotated[list[Share], Field(min_length=2, max_length=2)]
    source: str


class Tables(BaseModel):
    """Everything that makes a population. `configs/synthesis/danish.yaml` explains each part."""

    model_config = STRICT
    title: str
    municipalities: Literal["danish", "any"] = "any"
    inhabitants_per_practice: Size
    ages: Ages
    women: Women
    education: Education
    lives_alone: LivesAlone
    burden: Burden
    conditions: words_to("Conditions", CONDITIONS, Condition)
    other_conditions: OtherConditions
    frailty: Frailty
    care_home: CareHome
    home_care: HomeCare
    severe_mental_illness: MentalHealth
    psychiatric_history: MentalHealth
    strained: Strain
    on_sick_leave: Strain
    strain_cause: StrainCause
    targets: dict[str, Target] = {}

    @model_validator(mode="after")
    def _fits(self) -> Tables:
        _at_most_one(
            {
                part: getattr(self, part).share
                for part in ("severe_mental_illness", "psychiatric_history")
            }
        )
        for band, share in self.on_sick_leave.share.items():
            if share > self.strained.share[band]:
                raise ValueError(
                    f"on_sick_leave.share.{band}: {share} was given, but only the strained are "
                    f"on sick leave. Allowed: at most strained.share.{band}, "
                    f"{self.strained.share[band]}. Change one of them"
                )
        return self
