"""Drawn times: `{lognormal: {mean: 5 d, cv: 0.8}}`, with `times` (multipliers) and `plus` (a time) beside it.

A plain time has no chance in it. Parameters may be lookups; what parameters a distribution can have
is checked for every case of them when the system is laid out.
"""

from __future__ import annotations

from typing import Annotated, Any, Union

from pydantic import Discriminator, Field, Tag, model_validator

from .values import Form, Multipliers, Number, Time, Value


class Spread(Form):
    """A mean, and one measure of how widely times spread round it."""

    mean: Value[Time] = Field(description="the mean")
    cv: Value[Number] | None = Field(None, description="standard deviation over mean")
    sd: Value[Time] | None = Field(None, description="standard deviation")
    median: Value[Time] | None = Field(None, description="half are shorter")

    @model_validator(mode="after")
    def _one_spread(self):
        if sum(x is not None for x in (self.cv, self.sd, self.median)) != 1:
            raise ValueError("the mean needs one of cv, sd and median beside it")
        return self


class MeanCv(Form):
    """A mean and a coefficient of variation (standard deviation over mean)."""

    mean: Value[Time] = Field(description="the mean")
    cv: Value[Number] = Field(description="standard deviation over mean")


class ScaleShape(Form):
    """63 % are below the scale; a shape above 1 means that the end comes the likelier the longer it has lasted."""

    scale: Value[Time] = Field(description="63 % are shorter")
    shape: Value[Number] = Field(description="1 is the exponential; above it, times are more alike")


class Normal(Form):
    """A normal time, which could be negative, so it has a least value."""

    mean: Value[Time] = Field(description="the mean before it is cut")
    sd: Value[Time] = Field(description="the standard deviation before it is cut")
    low: Value[Time] = Field(0.0, description="what is drawn below it is set to it")


class LowHigh(Form):
    """Evenly between two times."""

    low: Value[Time] = Field(description="the least")
    high: Value[Time] = Field(description="the greatest")


class Triangular(Form):
    """A least, a most likely and a greatest time."""

    low: Value[Time] = Field(description="the least")
    mode: Value[Time] = Field(description="the most likely")
    high: Value[Time] = Field(description="the greatest")


class Distribution(Form):
    """A drawn time: one distribution, and beside it `times` (multipliers) and `plus` (a time)."""

    exponential: Value[Time] | None = Field(None, description="the mean")
    lognormal: Spread | None = Field(None, description="skewed, as stays and visits are: a mean with cv, sd or median")
    gamma: MeanCv | None = Field(None, description="a mean and a cv; less skewed than lognormal")
    weibull: ScaleShape | None = Field(None, description="a scale and a shape")
    normal: Normal | None = Field(None, description="a mean and an sd")
    uniform: LowHigh | None = Field(None, description="evenly between low and high")
    triangular: Triangular | None = Field(None, description="low, mode and high")
    observed: list[Time] | None = Field(None, description="observed times; every quantile between them is possible")
    constant: Value[Time] | None = Field(None, description="no chance in it")
    times: Multipliers = Field({}, description="multipliers of the time drawn")
    plus: Value[Time] | None = Field(None, description="a time added to it")

    @model_validator(mode="after")
    def _one(self):
        given = [name for name in DISTRIBUTIONS if getattr(self, name) is not None]
        if not given:
            if self.times or self.plus is not None:
                raise ValueError("nothing here that could be modified. Write a time, or beside it one of " + ", ".join(DISTRIBUTIONS))
            raise ValueError("no distribution. Write one of " + ", ".join(DISTRIBUTIONS))
        if len(given) > 1:
            raise ValueError(f"two distributions, {given[0]} and {given[1]}. Set the old one to null")
        if self.observed is not None and not self.observed:
            raise ValueError("no observed times. Give at least one")
        return self


def check_parameters(kind: str, given: dict[str, float | None]) -> None:
    """ValueError with the mend if no distribution of this kind has these parameters.

    >>> check_parameters("uniform", {"low": 2.0, "high": 1.0})
    Traceback (most recent call last):
    ValueError: low is above high. Turn them round
    """
    for lower, upper in (("low", "mode"), ("mode", "high"), ("low", "high")):
        if kind in ("uniform", "triangular") and {lower, upper} <= set(given) and given[lower] > given[upper]:
            raise ValueError(f"{lower} is above {upper}. Turn them round")
    for key, (low, high) in ALLOWED.get(kind, {}).items():
        if given.get(key) is not None and not low <= given[key] <= high:
            raise ValueError(f"{given[key]:g} was given as {key} of a {kind} time. Allowed: {low:g} to {high:g}")
    if kind == "lognormal" and given.get("median") is not None and not 0.0 < given["median"] <= given["mean"]:
        raise ValueError("the median of a lognormal time is above 0 and at most its mean. Turn them round")


ALLOWED = {"lognormal": {"cv": (0.0, 100.0)}, "gamma": {"cv": (0.01, 10.0)}, "weibull": {"shape": (0.02, 50.0)}}
DISTRIBUTIONS = ("exponential", "lognormal", "gamma", "weibull", "normal", "uniform", "triangular", "observed", "constant")


def _drawn_tag(value: Any) -> str:
    return "~drawn" if isinstance(value, dict) else "~time"


Drawn = Value[
    Annotated[Union[Annotated[Time, Tag("~time")], Annotated[Distribution, Tag("~drawn")]], Discriminator(_drawn_tag)]
]
