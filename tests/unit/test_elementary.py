"""Our own log and exp against mpmath, in units in the last place."""

import math

import mpmath
import numpy as np
import pytest

from pathsim.draws.elementary import LN2_HIGH, LN2_LOW, exp, log, log1p, log_gamma

RANDOM = np.random.default_rng(20240101)
LEAST_NORMAL, GREATEST = 2.0**-1022, 1.7976931348623157e308
EDGES = [5e-324, 1.5e-323, LEAST_NORMAL, math.nextafter(LEAST_NORMAL, 0), 0.5, 2.0, GREATEST]
NEAR_ONE = [math.nextafter(1.0, 0), math.nextafter(1.0, 2), *(1 + RANDOM.normal(size=300) * 1e-6)]


def worst_ulp(ours, exact, points) -> float:
    """The largest error over the points, in units in the last place of the true value."""
    errors = []
    with mpmath.workdps(60):
        for x in map(float, points):
            truth = exact(mpmath.mpf(x))
            errors.append(float(abs(ours(x) - truth) / math.ulp(float(truth))))
    return max(errors)


def test_log_is_within_one_ulp():
    points = [*np.exp(RANDOM.uniform(-744, 709, 1500)), *RANDOM.uniform(0.5, 2, 1500)]
    assert worst_ulp(log, mpmath.log, points + EDGES + NEAR_ONE) < 1.0


def test_exp_is_within_one_ulp_down_to_the_subnormals():
    points = [*RANDOM.uniform(-708, 709.78, 1500), *RANDOM.uniform(-1, 1, 1000)]
    edges = [*RANDOM.uniform(-745.13, -708, 300), 1e-300, -1e-17, 709.782712893384, 0.3465735902]
    assert worst_ulp(exp, mpmath.exp, points + edges) < 1.0


def test_log1p_is_within_two_ulp():
    tiny = 10 ** RANDOM.uniform(-25, 3, 1000)
    points = [*tiny, *-tiny[tiny < 1], *RANDOM.uniform(-1, 1, 1000)]
    assert worst_ulp(log1p, mpmath.log1p, points) < 2.0


def test_log_gamma():
    points = [*10 ** RANDOM.uniform(-4, 5, 800), *RANDOM.uniform(0.5, 3, 400), 1.0, 2.0]
    for x in map(float, points):
        truth = mpmath.loggamma(x)
        assert abs(log_gamma(x) - truth) < 1e-14 * max(1, abs(truth)), x


def test_exact_values():
    assert log(1.0) == 0.0
    assert exp(0.0) == 1.0
    assert [log(2.0**k) / math.log(2) for k in (-1074, -3, 10)] == [-1074, -3, 10]


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (log, 0.0, -math.inf),
        (log, math.inf, math.inf),
        (log, -1.0, math.nan),
        (log, math.nan, math.nan),
        (log1p, -1.0, -math.inf),
        (log1p, -2.0, math.nan),
        (log1p, math.inf, math.inf),
        (exp, math.inf, math.inf),
        (exp, 709.7827128933841, math.inf),
        (exp, -math.inf, 0.0),
        (exp, -745.1332191019412, 0.0),
        (exp, -745.133219101941, 5e-324),
        (exp, math.nan, math.nan),
    ],
)
def test_edges(function, x, value):
    assert np.array_equal(function(x), value, equal_nan=True)


def test_the_two_parts_of_log_two():
    with mpmath.workdps(60):
        rest = mpmath.log(2) - mpmath.mpf(LN2_HIGH) - mpmath.mpf(LN2_LOW)
        assert abs(rest) < 2.0**-85
    # High times any exponent (11 bits) is exact.
    assert int(math.ldexp(LN2_HIGH, 32)) == math.ldexp(LN2_HIGH, 32)
