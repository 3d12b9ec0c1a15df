"""One way to draw for every engine: a kind of distribution, three parameters, one uniform number.

| kind | a | b | c |
|---|---|---|---|
| CONSTANT | value | | |
| EXPONENTIAL | mean | | |
| LOGNORMAL | mu | sigma | |
| GAMMA | shape | scale | |
| WEIBULL | scale | shape | |
| NORMAL | mean | sd | low: what falls below is set to low |
| UNIFORM | low | high | |
| TRIANGULAR | low | mode | high |

A parameter without meaning is 0. `observed` times need an array and stand apart.
"""

from pathsim.draws import samplers
from pathsim.draws.jit import jit
from pathsim.draws.philox import uniform

CONSTANT = 0
EXPONENTIAL = 1
LOGNORMAL = 2
GAMMA = 3
WEIBULL = 4
NORMAL = 5
UNIFORM = 6
TRIANGULAR = 7


@jit("float64(int64, float64, float64, float64, float64)")
def draw(kind, a, b, c, u):
    """The time, in the unit of the parameters, at u strictly inside (0, 1).

    ValueError if there is no such kind.

    >>> draw(UNIFORM, 2.0, 4.0, 0.0, 0.25)
    2.5
    """
    if kind == CONSTANT:
        return a
    if kind == EXPONENTIAL:
        return samplers.exponential(u, a)
    if kind == LOGNORMAL:
        return samplers.lognormal(u, a, b)
    if kind == GAMMA:
        return samplers.gamma(u, a, b)
    if kind == WEIBULL:
        return samplers.weibull(u, a, b)
    if kind == NORMAL:
        return max(c, samplers.normal(u, a, b))
    if kind == UNIFORM:
        return samplers.uniform(u, a, b)
    if kind == TRIANGULAR:
        return samplers.triangular(u, a, b, c)
    raise ValueError("no such kind of distribution")


@jit("float64(int64, float64, float64, float64, int64, int64, int64, int64, int64, int64)")
def keyed_draw(kind, a, b, c, seed, replication, who, stream, decision, count):
    """`draw` at the `uniform` of this key: the whole of a person's luck in one call.

    >>> keyed_draw(UNIFORM, 0.0, 1.0, 0.0, 1, 2, 3, 4, 5, 6) == uniform(1, 2, 3, 4, 5, 6)
    True
    """
    return draw(kind, a, b, c, uniform(seed, replication, who, stream, decision, count))


@jit("float64(Array(float64, 1, 'C', readonly=True), int64, int64, int64, int64, int64, int64)")
def keyed_observed(quantiles, seed, replication, who, stream, decision, count):
    """`samplers.observed` at the `uniform` of this key; quantiles a contiguous float array."""
    u = uniform(seed, replication, who, stream, decision, count)
    return samplers.observed(u, quantiles)
