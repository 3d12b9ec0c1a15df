"""A drawn time is the inverse of its distribution at one uniform number u, strictly inside (0, 1).

One number a draw, never rejection: so a draw takes no other's luck. Every sampler grows with u: who
has a long stay under one distribution has a long stay under another, and a changed parameter moves
all people the same way. Times come in the unit of the parameters.

Parameters are not checked here but where they are made (`parameters`), since these run in the
innermost loop.
"""

import math

from pathsim.draws.elementary import exp, log
from pathsim.draws.gamma import inverse_gamma
from pathsim.draws.jit import jit
from pathsim.draws.normal import standard_normal


@jit("float64(float64, float64)")
def exponential(u, mean):
    """−mean · log(1 − u).

    >>> exponential(0.5, 5.0) == 5.0 * log(2.0)
    True
    """
    return -mean * log(1.0 - u)


@jit("float64(float64, float64, float64)")
def lognormal(u, mu, sigma):
    """exp of a normal number; see `lognormal_parameters` for mu and sigma from a mean."""
    return exp(mu + sigma * standard_normal(u))


@jit("float64(float64, float64, float64)")
def gamma(u, shape, scale):
    """Gamma of mean shape · scale, shape 0.01 to 10,000: see `gamma_parameters`."""
    return scale * inverse_gamma(u, shape)


@jit("float64(float64, float64, float64)")
def weibull(u, scale, shape):
    """scale · (−log(1 − u))^(1/shape): a hazard that falls with time if shape < 1, else rises."""
    return scale * exp(log(-log(1.0 - u)) / shape)


@jit("float64(float64, float64, float64)")
def normal(u, mean, sd):
    """mean + sd · z; may be negative."""
    return mean + sd * standard_normal(u)


@jit("float64(float64, float64, float64)")
def uniform(u, low, high):
    """Evenly between low and high."""
    return low + (high - low) * u


@jit("float64(float64, float64, float64, float64)")
def triangular(u, low, mode, high):
    """A density that rises evenly from low to mode and falls evenly to high."""
    width = high - low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


@jit("float64(float64, Array(float64, 1, 'C', readonly=True))")
def observed(u, quantiles):
    """Observed times by their quantiles, evenly spaced from the least to the greatest.

    Straight between two quantiles, as in `numpy.quantile`; a sorted sample is its own quantiles.
    """
    last = len(quantiles) - 1
    position = u * last
    i = int(position)
    if i >= last:
        return quantiles[last]
    return quantiles[i] + (position - i) * (quantiles[i + 1] - quantiles[i])
