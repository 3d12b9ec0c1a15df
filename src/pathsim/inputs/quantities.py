"""Claim: a calibration moves few things, and each has a meaning: a level, a gradient, a decay, a spread.

A parameter is a number x near 0 (its logarithm, or a shift of log odds); at x = 0 the care system is as
written. It moves one or several places of the system alike, in one of these forms:

- `scale`: a number, time or rate, or all cases of a table, times exp(x)
- `power`: each factor of a table to the power exp(x): a steeper or flatter gradient
- `excess`: each factor's distance from 1 times exp(x)
- `share`: a share with its log odds shifted by x
- `fade`: the bands of an effect follow exp(−t/τ), τ = `start` times exp(x)
- `tenths`: ten equal groups have the means of the tenths of a gamma distribution of mean 1 and shape `start` times exp(x)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from scipy import stats

from ..faults import fail, nearest
from ..language import merge
from ..language.quantities import DAY, parse_number, parse_period, parse_time
from ..language.values import Form, Name, Remark
from .written import nested, parts, rewritten

FIGURES = 4  # significant, of a number that a patch writes
WIDEST = 3.0  # x stays between −3 and 3


def _places(value: object) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise ValueError("write a path such as risks.worsening.rate, or a list of them")
    return tuple(found)


def _positive(value: object) -> float:
    number = parse_number(value)
    if not 0 < number <= WIDEST:
        raise ValueError(f"{number} was given. Allowed: more than 0, at most {WIDEST}")
    return number


class Parameter(Form):
    """One free quantity: where it stands, what form it has, and how far it may lie from what is written."""

    places: Annotated[tuple[str, ...], BeforeValidator(_places)] = Field(description="paths of what it moves")
    form: Literal["scale", "power", "excess", "share", "fade", "tenths"] = "scale"
    start: Any = Field(None, description="of fade a time, of tenths a number: what is written was made with it")
    prior: Annotated[float, BeforeValidator(_positive)] = Field(0.3, description="standard deviation of x before anything is seen")
    source: Any = Field(None, description="id or ids of the evidence that speaks of it most")
    title: Name
    title_da: Name | None = None
    note: Remark | None = None

    def moved(self, raw: Mapping[str, Any], x: float) -> dict[str, Any]:
        """What stands at its places when it is x: path → plain value."""
        return {place: self._moved(found(raw, place), x) for place in self.places}

    def level(self, x: float) -> str:
        """The quantity itself in words."""
        if self.form == "fade":
            return f"{figures(parse_time(self.start) / DAY * math.exp(x), 3):g} d"
        if self.form == "tenths":
            return f"shape {figures(float(self.start) * math.exp(x), 3):g}"
        if self.form == "share":
            return f"odds × {figures(math.exp(x), 3):g}"
        return f"{'× ' if self.form == 'scale' else '^ ' if self.form == 'power' else 'excess × '}{figures(math.exp(x), 3):g}"

    def _moved(self, written: Any, x: float) -> Any:
        if self.form == "fade":
            return {band: faded(band, parse_time(self.start) * math.exp(x)) for band in written}
        if self.form == "tenths":
            return dict(zip(written, tenths(float(self.start) * math.exp(x), len(written)), strict=True))
        return _each(written, CHANGES[self.form], x)


CHANGES: dict[str, Callable[[float, float], float]] = {
    "scale": lambda value, x: value * math.exp(x),
    "power": lambda value, x: value ** math.exp(x),
    "excess": lambda value, x: max(1 + (value - 1) * math.exp(x), 0.0),
    "share": lambda value, x: 1 / (1 + (1 / value - 1) * math.exp(-x)) if 0 < value < 1 else value,
}


def figures(value: float, digits: int = FIGURES) -> float:
    """
    >>> figures(0.123456), figures(1234.56)
    (0.1235, 1235.0)
    """
    return float(f"{value:.{digits}g}")


def faded(band: str, tau: float) -> float:
    """The mean of exp(−t/τ) over a band; a band that ends nowhere, or so late that nothing is left, has 0.

    >>> round(faded("0-8 d", 8 * DAY), 4) == round(1 - math.exp(-1), 4), faded("30-120 d", DAY)
    (True, 0.0)
    """
    first, last = parse_period(band) or (0, None)
    if last is None:
        return 0.0
    mean = tau / (last - first) * (math.exp(-first / tau) - math.exp(-last / tau))
    return figures(mean) if mean > 1e-3 else 0.0


def tenths(shape: float, number: int = 10) -> list[float]:
    """Means of equally large groups of a gamma distribution of mean 1, in order.

    >>> [round(mean, 2) for mean in tenths(1.0)[:2]], round(sum(tenths(0.5)), 2)
    ([0.05, 0.16], 10.0)
    """
    edges = stats.gamma.ppf([i / number for i in range(number + 1)], shape, scale=1 / shape)
    below = stats.gamma.cdf(edges, shape + 1, scale=1 / shape)  # the share of the mean that lies below each edge
    return [figures(number * (high - low)) for low, high in zip(below, below[1:], strict=False)]


def _each(written: Any, change: Callable[[float, float], float], x: float) -> Any:
    """A plain value, or each case of a table, changed; units and words stay."""
    if isinstance(written, dict):
        if "value" in written:
            return _each(written["value"], change, x)
        return {key: part if key == "by" else _each(part, change, x) for key, part in written.items()}
    if written == "rest":
        return written
    value, unit = parts(written)
    return rewritten(change(value, x), unit, FIGURES)


def found(raw: Mapping[str, Any], place: str) -> Any:
    """What stands at a path. Raises Faults that name the nearest key."""
    here: Any = raw
    for part in place.split("."):
        if not isinstance(here, Mapping) or part not in here:
            keys = list(here) if isinstance(here, Mapping) else []
            raise fail(f"targets: {place}", f"no '{part}' there. {nearest(part, keys)}")
        here = here[part]
    return here


def applied(raw: dict[str, Any], parameters: Mapping[str, Parameter], x: Mapping[str, float]) -> dict[str, Any]:
    """The care system with its free quantities at x. Two that move the same place act one after another."""
    for name, parameter in parameters.items():
        for place, value in parameter.moved(raw, x[name]).items():
            raw = merge(raw, nested(place.split("."), value))
    return raw
