"""Claim: what a trial concludes is a comparison of two arms and an interval that knows its unit of randomisation.

Ratios and differences are of totals over totals (events over people, counts over person-years), with
the linearised variance of their units. With one participant a unit that is Katz's interval for a
risk ratio and the robust interval, honest about overdispersion, for a rate ratio; with clusters as
units it is the cluster-level t interval. A hazard ratio is Cox's, ties by Efron.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from .design import DIFFERENCE, HAZARD
from .outcomes import Counts

LEVEL = 0.95
NO_NUMBER = float("nan")


class Estimate(NamedTuple):
    """The logarithm of a ratio, or a difference; its standard error and 95 % interval. NaN where there is none."""

    value: float
    se: float
    low: float
    high: float


NONE = Estimate(NO_NUMBER, NO_NUMBER, NO_NUMBER, NO_NUMBER)


def compare(measure: str, treated: Counts, control: Counts, units: tuple[np.ndarray, np.ndarray] | None = None) -> Estimate:
    """One trial's estimate of a measure. `units`: the cluster of each participant of each arm, as codes.

    >>> some = Counts(np.repeat([1.0, 0.0], [10, 90]), np.ones(100)), Counts(np.repeat([1.0, 0.0], [20, 80]), np.ones(100))
    >>> found = compare("risk ratio", *some)
    >>> bool(found.value == math.log(0.5)), round(found.se, 3), round(math.sqrt(0.9 / 10 + 0.8 / 20), 3)  # Katz: all but n − 1 for n
    (True, 0.362, 0.361)
    """
    if measure == HAZARD:
        return _hazard(treated, control, units)
    (a, var_a, n_a), (b, var_b, n_b) = (_ratio(counts, None if units is None else units[i]) for i, counts in enumerate((treated, control)))
    if measure == DIFFERENCE:
        return interval(a - b, math.sqrt(var_a + var_b), n_a + n_b - 2)
    if not (a > 0 and b > 0):
        return NONE  # no logarithm where an arm has no events
    return interval(math.log(a / b), math.sqrt(var_a / a**2 + var_b / b**2), n_a + n_b - 2)


def interval(value: float, se: float, freedom: float = math.inf) -> Estimate:
    """The t interval."""
    if not (math.isfinite(value) and math.isfinite(se)) or freedom < 1:
        return Estimate(value, *NONE[1:])
    half = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * se
    return Estimate(value, se, value - half, value + half)


def _ratio(counts: Counts, unit: np.ndarray | None) -> tuple[float, float, int]:
    """Total over total, its variance between units, and how many units there are."""
    amount, over = counts
    if unit is not None:
        amount, over = (np.bincount(unit, some) for some in counts)
    there = over > 0
    number, total = int(there.sum()), float(over.sum())
    if number < 2:
        return NO_NUMBER, NO_NUMBER, number
    ratio = float(amount.sum()) / total
    left = amount[there] - ratio * over[there]
    return ratio, number / (number - 1) * float(left @ left) / total**2, number


def value_of(measure: str, treated: Counts, control: Counts) -> float:
    """The estimate alone, of however many people.

    >>> value_of("difference", Counts(np.array([3.0, 5.0]), np.ones(2)), Counts(np.array([1.0]), np.ones(1)))
    3.0
    """
    if measure == HAZARD:
        return _cox(treated, control)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (np.divide(counts.amount.sum(), counts.over.sum()) for counts in (treated, control))
        found = a - b if measure == DIFFERENCE else np.log(a) - np.log(b)
    return float(found) if np.isfinite(found) else NO_NUMBER


def _hazard(treated: Counts, control: Counts, units: tuple[np.ndarray, np.ndarray] | None) -> Estimate:
    beta, variance = _cox(treated, control)
    if units is None or not math.isfinite(beta):
        return interval(beta, math.sqrt(variance)) if math.isfinite(beta) else NONE
    parts = [(i, code) for i in (0, 1) for code in np.unique(units[i])]
    without = [_cox(*(_but(counts, units[j] != code if i == j else None) for j, counts in enumerate((treated, control))))[0] for i, code in parts]
    return interval(beta, jackknifed(np.array(without)), len(parts) - 2)


def _but(counts: Counts, kept: np.ndarray | None) -> Counts:
    return counts if kept is None else Counts(counts.amount[kept], counts.over[kept])


def _cox(treated: Counts, control: Counts) -> tuple[float, float]:
    """Cox's log hazard ratio of two arms and its variance; ties by Efron. amount: event, over: time (0: not at risk)."""
    event = np.concatenate([treated.amount, control.amount])
    time = np.concatenate([treated.over, control.over])
    arm = np.repeat([1.0, 0.0], [len(treated.over), len(control.over)])
    there = time > 0
    event, time, arm = event[there] > 0, time[there], arm[there]
    if not (event & (arm == 1)).any() or not (event & (arm == 0)).any():
        return NO_NUMBER, NO_NUMBER
    moments, moment = np.unique(time[event], return_inverse=True)
    deaths_1, deaths = np.bincount(moment, arm[event]), np.bincount(moment).astype(float)
    ordered_1, ordered_0 = np.sort(time[arm == 1]), np.sort(time[arm == 0])
    risk_1 = len(ordered_1) - np.searchsorted(ordered_1, moments, side="left")
    risk_0 = len(ordered_0) - np.searchsorted(ordered_0, moments, side="left")
    times = deaths.astype(int)
    gone = (np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)) / np.repeat(deaths, times)  # l / d of Efron
    left_1 = np.repeat(risk_1, times) - gone * np.repeat(deaths_1, times)
    left_0 = np.repeat(risk_0, times) - gone * np.repeat(deaths - deaths_1, times)
    beta = 0.0
    for _ in range(50):
        share = np.exp(beta) * left_1 / (np.exp(beta) * left_1 + left_0)
        information = float((share * (1 - share)).sum())
        if information <= 0:
            return NO_NUMBER, NO_NUMBER
        step = float(deaths_1.sum() - share.sum()) / information
        beta += max(min(step, 2.0), -2.0)
        if abs(step) < 1e-10:
            break
    return beta, 1 / information


def paired(measure: str, after: Counts, before: Counts) -> Estimate:
    """The same people later and earlier; each is one unit, with both of their numbers.

    >>> found = paired("difference", Counts(np.array([3.0, 5.0, 1.0]), np.ones(3)), Counts(np.array([2.0, 3.0, 1.0]), np.ones(3)))
    >>> found.value, round(found.se, 6) == round(1 / math.sqrt(3), 6)
    (1.0, True)
    """
    value, number = value_of(measure, after, before), len(after.over)
    if not math.isfinite(value):
        return NONE
    parts = []
    for amount, over in (after, before):
        total, ratio = over.sum(), amount.sum() / over.sum()
        parts.append((amount - ratio * over) / (total if measure == DIFFERENCE else amount.sum()))
    left = parts[0] - parts[1]
    return interval(value, math.sqrt(number / (number - 1) * float(left @ left)), number - 1)


def jackknifed(without: np.ndarray) -> float:
    """The standard error from the estimates without one part each.

    >>> parts = np.array([1.0, 4.0, 7.0])
    >>> bool(abs(jackknifed((parts.sum() - parts) / 2) - np.std(parts, ddof=1) / math.sqrt(3)) < 1e-12)
    True
    """
    number = len(without)
    if number < 2 or not np.isfinite(without).all():
        return NO_NUMBER
    return math.sqrt((number - 1) / number * float(((without - without.mean()) ** 2).sum()))


def pooled(measure: str, parts: Sequence[tuple[Counts, Counts]]) -> tuple[float, float]:
    """The effect over all replications together, and its standard error between replications, which have their luck in pairs."""
    if not parts:
        return NO_NUMBER, NO_NUMBER
    join: Callable = _joined if measure == HAZARD else _added
    whole = [join([part[i] for part in parts]) for i in (0, 1)]
    without = [value_of(measure, *(join([part[i] for j, part in enumerate(parts) if j != k]) for i in (0, 1))) for k in range(len(parts))]
    return value_of(measure, *whole), jackknifed(np.array(without)) if len(parts) > 1 else NO_NUMBER


def _joined(parts: Sequence[Counts]) -> Counts:
    return Counts(*(np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0) for name in Counts._fields))


def _added(parts: Sequence[Counts]) -> Counts:
    return Counts(*(np.array([getattr(part, name).sum() for part in parts]) for name in Counts._fields))
