"""Claim: a length of stay is one of the language's own distributions: exponential, lognormal, gamma or Weibull.

Each is told by logarithms of what the language writes (a mean and a coefficient of variation, a scale
and a shape). Besides density and tail, each gives the mean of the part below x, from which follows what
rounding does to a register's times (see `rounding`). Times in days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

Theta = np.ndarray
Curve = Callable[[np.ndarray, Theta], np.ndarray]


@dataclass(frozen=True)
class Family:
    """name: as in the language. words: its parameters, of which theta holds the logarithms.

    log_density, log_tail, share (cdf) and below (the integral of t f(t) from 0 to x) take (x [n], theta).
    """

    name: str
    words: tuple[str, ...]
    log_density: Curve
    log_tail: Curve
    share: Curve
    below: Curve
    mean: Callable[[Theta], float]
    cv: Callable[[Theta], float]
    least: tuple[float, ...]
    most: tuple[float, ...]

    def start(self, mean: float, cv: float) -> Theta:
        """Where to begin looking, from a rough mean and cv."""
        if self.name == "weibull":
            shape = float(np.clip(cv ** (-1.086), 0.3, 10))
            return np.log([mean / special.gamma(1 + 1 / shape), shape])
        return np.log([mean, cv][: len(self.words)])

    def allowed(self, theta: Theta) -> bool:
        """Whether the language takes these parameters."""
        values = np.exp(theta)
        return bool((values >= self.least).all() and (values <= self.most).all())


def _lognormal(theta: Theta) -> tuple[float, float]:
    variance = np.log1p(np.exp(2 * theta[1]))
    return theta[0] - variance / 2, float(np.sqrt(variance))


def _log(x: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(x, 1e-300))


def _z(x: np.ndarray, theta: Theta, shift: float = 0.0) -> np.ndarray:
    mu, sigma = _lognormal(theta)
    return (_log(x) - mu) / sigma - shift * sigma


def _gamma(theta: Theta) -> tuple[float, float]:
    """Shape and scale."""
    return np.exp(-2 * theta[1]), np.exp(theta[0] + 2 * theta[1])


def _gamma_density(x: np.ndarray, shape: float, scale: float) -> np.ndarray:
    return special.xlogy(shape - 1, np.maximum(x, 1e-300) / scale) - x / scale - special.gammaln(shape) - np.log(scale)


def _weibull(x: np.ndarray, theta: Theta) -> np.ndarray:
    """The cumulative hazard (x / scale) ^ shape."""
    return np.exp(np.exp(theta[1]) * (_log(x) - theta[0]))


EXPONENTIAL = Family(
    "exponential", ("mean",),
    lambda x, t: -t[0] - x * np.exp(-t[0]), lambda x, t: -x * np.exp(-t[0]), lambda x, t: -np.expm1(-x * np.exp(-t[0])),
    lambda x, t: np.exp(t[0]) * special.gammainc(2.0, x * np.exp(-t[0])),
    lambda t: float(np.exp(t[0])), lambda t: 1.0, (1e-6,), (7e4,),
)
LOGNORMAL = Family(
    "lognormal", ("mean", "cv"),
    lambda x, t: stats.norm.logpdf(_z(x, t)) - _log(x) - np.log(_lognormal(t)[1]),
    lambda x, t: special.log_ndtr(-_z(x, t)), lambda x, t: special.ndtr(_z(x, t)),
    lambda x, t: np.exp(t[0]) * special.ndtr(_z(x, t, 1.0)),
    lambda t: float(np.exp(t[0])), lambda t: float(np.exp(t[1])), (1e-6, 0.01), (7e4, 100.0),
)
GAMMA = Family(
    "gamma", ("mean", "cv"),
    lambda x, t: _gamma_density(x, *_gamma(t)), lambda x, t: np.log(np.maximum(special.gammaincc(_gamma(t)[0], x / _gamma(t)[1]), 1e-300)),
    lambda x, t: special.gammainc(_gamma(t)[0], x / _gamma(t)[1]),
    lambda x, t: np.exp(t[0]) * special.gammainc(_gamma(t)[0] + 1, x / _gamma(t)[1]),
    lambda t: float(np.exp(t[0])), lambda t: float(np.exp(t[1])), (1e-6, 0.01), (7e4, 10.0),
)
WEIBULL = Family(
    "weibull", ("scale", "shape"),
    lambda x, t: t[1] - t[0] + (np.exp(t[1]) - 1) * (_log(x) - t[0]) - _weibull(x, t),
    lambda x, t: -_weibull(x, t), lambda x, t: -np.expm1(-_weibull(x, t)),
    lambda x, t: np.exp(t[0]) * special.gamma(1 + np.exp(-t[1])) * special.gammainc(1 + np.exp(-t[1]), _weibull(x, t)),
    lambda t: float(np.exp(t[0]) * special.gamma(1 + np.exp(-t[1]))),
    lambda t: float(np.sqrt(max(special.gamma(1 + 2 * np.exp(-t[1])) / special.gamma(1 + np.exp(-t[1])) ** 2 - 1, 0.0))), (1e-6, 0.05), (7e4, 50.0),
)
FAMILIES = (EXPONENTIAL, LOGNORMAL, GAMMA, WEIBULL)
