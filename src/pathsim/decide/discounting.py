"""Claim: money later is worth less than money now, by the rates of the Danish Ministry of Finance.

3.5 % a year in years 0 to 35, 2.5 % in years 36 to 70, 1.5 % after (Finansministeriet, Dokumentationsnotat – den samfundsøkonomiske
diskonteringsrente, 7 January 2021; repeated in its guide to appraisal of June 2023, which also sets the net-tax factor to 1.28 and
asks for no distortion from taxes). Rates are real, so the stream is in the prices of one year. Each year is discounted by its own
rate on top of the years before it, so that a later year never weighs more than an earlier one; within 35 years it makes no difference.

The net-tax factor turns factor prices (wages, purchases without taxes) into the prices that citizens pay. It belongs to a
socio-economic appraisal, not to a budget: it is off unless asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pathsim.faults import fail

from .outcomes import Spread, spread

RATES = ((35, 0.035), (70, 0.025), (None, 0.015))  # (last year, rate a year)
NET_TAX_FACTOR = 1.28
NEVER = np.inf


class Investment(NamedTuple):
    """What a stream is worth now over futures, in what share of them it is above nothing, and when it is paid back."""

    value: Spread
    above_nothing: float
    paid_back: float
    payback: float


def factors(years: int, rates: tuple = RATES) -> np.ndarray:
    """What a krone in year 0, 1, … is worth in year 0.

    >>> factors(3).round(4).tolist()
    [1.0, 0.9662, 0.9335]
    """
    year = np.arange(years)
    rate = np.full(years, np.nan)
    for last, value in reversed(rates):
        rate[slice(None) if last is None else year <= last] = value
    growth = 1 + rate
    growth[:1] = 1.0
    return 1 / np.cumprod(growth)


def present_value(stream: np.ndarray, rates: tuple = RATES, net_tax_factor: float = 1.0) -> np.ndarray:
    """The value now of a stream [year] or [draw, year], year 0 first; gains above zero, outlays below.

    >>> float(present_value([-100.0, 103.5]).round(9))
    0.0
    """
    stream = _stream(stream)
    return net_tax_factor * stream @ factors(stream.shape[-1], rates)


def payback_year(stream: np.ndarray, rates: tuple = RATES) -> np.ndarray:
    """The first year from which the sum until then, discounted, stays at or above nothing; NEVER if that is not within the stream.

    For payback without discounting give rates=((None, 0.0),).

    >>> payback_year([[-10.0, 6.0, 6.0], [-10.0, 1.0, 1.0], [-10.0, 20.0, -15.0]]).tolist()
    [2.0, inf, inf]
    """
    stream = _stream(stream)
    sums = np.cumsum(stream * factors(stream.shape[-1], rates), axis=-1)
    below = sums < -1e-9 * np.abs(stream).max(initial=0.0)  # rounding is no debt
    last_below = stream.shape[-1] - 1 - np.argmax(below[..., ::-1], axis=-1)
    year = np.where(below.any(axis=-1), last_below + 1.0, 0.0)
    return np.where(year < stream.shape[-1], year, NEVER)


def net_present_value(stream: np.ndarray, rates: tuple = RATES, net_tax_factor: float = 1.0) -> Investment:
    """The value now of a stream [draw, year] over futures.

    `paid_back` is the share of futures in which it is paid back within the stream, `payback` the year by which half of all
    futures are (NEVER if fewer than half are).
    """
    stream = _stream(stream)
    if stream.ndim != 2:
        raise fail("stream", f"has the shape {stream.shape}. Give it as [draw, year]")
    now, years = present_value(stream, rates, net_tax_factor), payback_year(stream, rates)
    middle = np.sort(years)[(len(years) - 1) // 2]
    return Investment(spread(now), float((now > 0).mean()), float(np.isfinite(years).mean()), float(middle))


def _stream(stream: np.ndarray) -> np.ndarray:
    stream = np.asarray(stream, dtype=float)
    if stream.ndim not in (1, 2) or not stream.size or not np.isfinite(stream).all():
        raise fail("stream", f"has the shape {stream.shape}. Give money by year, [year] or [draw, year], with no gaps")
    return stream
