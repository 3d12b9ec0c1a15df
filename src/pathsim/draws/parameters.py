"""From the numbers people report (a mean, a cv, a median) to a distribution's parameters, and back.

On our own logarithm and exponential, since a parameter must be the same bits on every processor
just as the draws that use it. A coefficient of variation (cv) is sd / mean.
"""

import math

from pathsim.draws import kinds
from pathsim.draws.elementary import exp, log, log1p, log_gamma
from pathsim.draws.gamma import gamma_tails

LEAST_CV, GREATEST_CV = 0.01, 10.0  # of a gamma time: shapes 10,000 to 0.01


def lognormal_parameters(
    mean: float, cv: float | None = None, sd: float | None = None, median: float | None = None
) -> tuple[float, float]:
    """(mu, sigma) of the lognormal time with this mean and one of cv, sd and median.

    mu is the log of the median in the unit of the mean. ValueError unless mean > 0, exactly one of
    the three is given, cv or sd > 0, and 0 < median < mean.

    >>> mu, sigma = lognormal_parameters(5.0, cv=0.8)
    >>> round(exp(mu + sigma**2 / 2), 12), round(math.sqrt(math.exp(sigma**2) - 1), 12)
    (5.0, 0.8)
    """
    _positive("lognormal", "mean", mean)
    if sum(given is not None for given in (cv, sd, median)) != 1:
        raise ValueError("a lognormal time needs its mean and exactly one of cv, sd and median")
    if median is not None:
        _positive("lognormal", "median", median)
        if not median < mean:
            raise ValueError(
                f"the median of a lognormal time is below its mean: {median} is not below {mean}"
            )
        return log(median), math.sqrt(2.0 * log1p((mean - median) / median))
    if sd is not None:
        _positive("lognormal", "sd", sd)
        cv = sd / mean
    _positive("lognormal", "cv", cv)
    variance = log1p(cv * cv)
    return log(mean) - 0.5 * variance, math.sqrt(variance)


def gamma_parameters(mean: float, cv: float) -> tuple[float, float]:
    """(shape, scale) of the gamma time with this mean and cv; ValueError unless mean > 0 and
    0.01 ≤ cv ≤ 10.

    >>> gamma_parameters(6.0, 0.5)
    (4.0, 1.5)
    """
    _positive("gamma", "mean", mean)
    if not LEAST_CV <= cv <= GREATEST_CV:
        raise ValueError(f"the cv of a gamma time is from {LEAST_CV} to {GREATEST_CV}, not {cv}")
    shape = min(max(1.0 / (cv * cv), 0.01), 10_000.0)  # the bounds themselves may round past them
    return shape, mean / shape


def mean(kind: int, a: float, b: float, c: float) -> float:
    """The mean time of a kind of distribution, parameters as in `kinds`.

    ValueError if there is no such kind.

    >>> mean(kinds.TRIANGULAR, 1.0, 2.0, 6.0)
    3.0
    """
    if kind in (kinds.CONSTANT, kinds.EXPONENTIAL):
        return float(a)
    if kind == kinds.LOGNORMAL:
        return exp(a + 0.5 * b * b)
    if kind == kinds.GAMMA:
        return float(a * b)
    if kind == kinds.WEIBULL:
        return a * exp(log_gamma(1.0 + 1.0 / b))
    if kind == kinds.NORMAL:
        return _mean_of_raised_normal(a, b, c)
    if kind == kinds.UNIFORM:
        return 0.5 * (a + b)
    if kind == kinds.TRIANGULAR:
        return (a + b + c) / 3.0
    raise ValueError(f"no such kind of distribution: {kind}")


def _mean_of_raised_normal(mean: float, sd: float, low: float) -> float:
    """E max(low, X) = low·Φ(z) + mean·(1 − Φ(z)) + sd·φ(z) with z = (low − mean)/sd."""
    if sd == 0.0 or low == -math.inf:
        return float(max(low, mean))
    z = (low - mean) / sd
    # The chance beyond ±z: z²/2 is a gamma time of shape ½.
    beyond = gamma_tails(0.5, 0.5 * z * z)[1] if z != 0.0 else 1.0
    below = 1.0 - 0.5 * beyond if z > 0.0 else 0.5 * beyond
    density = exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return low * below + mean * (1.0 - below) + sd * density


def _positive(family: str, name: str, value: float) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"the {name} of a {family} time is above 0, not {value}")
