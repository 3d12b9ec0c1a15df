"""Each sampler inverts its distribution, in the tails too; parameters give the moments."""

import math

import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

from pathsim import draws
from pathsim.draws import kinds, samplers
from pathsim.draws.gamma import gamma_tails, inverse_gamma
from pathsim.draws.normal import standard_normal

# From the least to the greatest number the generator can give.
TAILS = 2.0 ** -np.arange(2, 54)
GRID = np.unique(np.concatenate([TAILS, np.linspace(0.005, 0.995, 199), 1 - TAILS]))

# (kind, a, b, c, the same distribution in scipy)
FAMILIES = [
    (draws.EXPONENTIAL, 5.0, 0.0, 0.0, stats.expon(scale=5)),
    (draws.LOGNORMAL, 1.2, 0.7, 0.0, stats.lognorm(0.7, scale=math.exp(1.2))),
    (draws.GAMMA, 0.3, 4.0, 0.0, stats.gamma(0.3, scale=4)),
    (draws.GAMMA, 1.5625, 3.2, 0.0, stats.gamma(1.5625, scale=3.2)),
    (draws.GAMMA, 100.0, 0.05, 0.0, stats.gamma(100, scale=0.05)),
    (draws.WEIBULL, 5.0, 0.6, 0.0, stats.weibull_min(0.6, scale=5)),
    (draws.WEIBULL, 5.0, 2.5, 0.0, stats.weibull_min(2.5, scale=5)),
    (draws.NORMAL, 10.0, 2.0, -math.inf, stats.norm(10, 2)),
    (draws.UNIFORM, 2.0, 7.0, 0.0, stats.uniform(2, 5)),
    (draws.TRIANGULAR, 1.0, 2.0, 6.0, stats.triang(0.2, 1, 5)),
    (draws.TRIANGULAR, 1.0, 1.0, 6.0, stats.triang(0.0, 1, 5)),
    (draws.TRIANGULAR, 1.0, 6.0, 6.0, stats.triang(1.0, 1, 5)),
]


def quantile(distribution, u: float) -> float:
    return distribution.ppf(u) if u <= 0.5 else distribution.isf(1 - u)


@pytest.mark.parametrize(("kind", "a", "b", "c", "theory"), FAMILIES)
def test_inverse_in_the_middle_and_in_both_tails(kind, a, b, c, theory):
    ours = [draws.draw(kind, a, b, c, u) for u in GRID]
    np.testing.assert_allclose(ours, [quantile(theory, u) for u in GRID], rtol=1e-11)
    assert np.all(np.diff(ours) >= 0), "a draw grows with u"


@pytest.mark.parametrize(("kind", "a", "b", "c", "theory"), FAMILIES)
def test_keyed_draws_follow_the_distribution(kind, a, b, c, theory):
    n = 20_000
    decision = draws.decision_id("stay")
    sample = np.array([draws.keyed_draw(kind, a, b, c, 1, 0, i, 0, decision, 0) for i in range(n)])
    assert stats.kstest(sample, theory.cdf).pvalue > 0.001
    standard_error = theory.std() / math.sqrt(n)
    assert abs(sample.mean() - draws.mean(kind, a, b, c)) < 4 * standard_error


@pytest.mark.parametrize("shape", [0.01, 0.2, 0.9, 1.0, 3.0, 40.0, 10_000.0])
def test_inverse_gamma_against_forty_digits(shape):
    """The error of the chance, divided by x · density, is the relative error of x."""
    with mpmath.workdps(40):
        for u in (2.0**-53, 1e-6, 0.03, 0.4, 0.5, 0.6, 0.97, 1 - 2.0**-30, 1 - 2.0**-53):
            x = mpmath.mpf(inverse_gamma(u, shape))
            if x < mpmath.mpf("1e-290"):
                assert u ** (1 / shape) < 1e-280
                continue
            if u <= 0.5:
                wrong = mpmath.gammainc(shape, 0, x, regularized=True) - u
            else:
                wrong = 1 - mpmath.mpf(u) - mpmath.gammainc(shape, x, regularized=True)
            weight = mpmath.exp(shape * mpmath.log(x) - x - mpmath.loggamma(shape))
            assert abs(wrong / weight) < 1e-11, u


def test_inverse_gamma_grows_with_u_for_any_shape():
    for shape in np.geomspace(0.01, 10_000, 40):
        times = [inverse_gamma(u, shape) for u in GRID]
        assert np.all(np.isfinite(times))
        assert np.all(np.diff(times) >= 0), shape


def test_gamma_tails_add_up_and_agree_with_the_exponential():
    for x in (1e-6, 0.5, 1.9, 2.1, 30.0):
        assert sum(gamma_tails(1.0, x)) == 1.0
        assert gamma_tails(1.0, x)[1] == pytest.approx(math.exp(-x), rel=1e-14)


def test_standard_normal_is_exact_to_the_last_digits():
    with mpmath.workdps(40):
        for u in map(float, GRID[::5]):
            z = mpmath.mpf(standard_normal(u))
            target, beyond = (u, mpmath.ncdf(z)) if u < 0.5 else (1 - u, mpmath.ncdf(-z))
            assert abs(beyond - target) < 1e-15 * mpmath.npdf(z) * max(abs(z), 1), u
    assert [standard_normal(1 - u) for u in TAILS] == [-standard_normal(u) for u in TAILS]


def test_normal_below_low_is_set_to_low():
    assert draws.draw(draws.NORMAL, 10.0, 2.0, 9.0, 0.01) == 9.0
    assert draws.draw(draws.NORMAL, 10.0, 2.0, 9.0, 0.5) == 10.0


def test_observed_is_the_piecewise_linear_quantile():
    times = np.sort(np.random.default_rng(3).gamma(2, 3, 37))
    times.setflags(write=False)
    for u in GRID:
        assert samplers.observed(u, times) == pytest.approx(np.quantile(times, u), rel=1e-13)
    assert samplers.observed(0.3, np.array([4.0])) == 4.0


@pytest.mark.parametrize("cv", [1e-4, 0.3, 0.8, 5.0])
def test_lognormal_parameters_give_the_mean_and_the_spread(cv):
    mu, sigma = draws.lognormal_parameters(5.0, cv=cv)
    theory = stats.lognorm(sigma, scale=math.exp(mu))
    assert theory.mean() == pytest.approx(5.0, rel=1e-12)
    assert theory.std() / theory.mean() == pytest.approx(cv, rel=1e-7)
    assert draws.lognormal_parameters(5.0, sd=5.0 * cv) == pytest.approx((mu, sigma), rel=1e-12)
    by_median = draws.lognormal_parameters(5.0, median=theory.median())
    assert by_median == pytest.approx((mu, sigma), rel=1e-6)
    assert draws.mean(draws.LOGNORMAL, mu, sigma, 0.0) == pytest.approx(5.0, rel=1e-14)


@pytest.mark.parametrize("cv", [0.01, 0.5, 1.0, 10.0])
def test_gamma_parameters_give_the_mean_and_the_spread(cv):
    shape, scale = draws.gamma_parameters(6.0, cv)
    assert stats.gamma(shape, scale=scale).stats("mv") == pytest.approx((6.0, (6.0 * cv) ** 2))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: draws.lognormal_parameters(0.0, cv=1), "mean of a lognormal time is above 0"),
        (lambda: draws.lognormal_parameters(math.nan, cv=1), "above 0, not nan"),
        (lambda: draws.lognormal_parameters(5.0), "exactly one of cv, sd and median"),
        (lambda: draws.lognormal_parameters(5.0, cv=1, sd=2), "exactly one of cv, sd and median"),
        (lambda: draws.lognormal_parameters(5.0, cv=0), "cv of a lognormal time is above 0"),
        (lambda: draws.lognormal_parameters(5.0, sd=-1), "sd of a lognormal time is above 0"),
        (lambda: draws.lognormal_parameters(5.0, median=0), "median of a lognormal time is above"),
        (lambda: draws.lognormal_parameters(5.0, median=5.0), "5.0 is not below 5.0"),
        (lambda: draws.gamma_parameters(-1.0, 1), "mean of a gamma time is above 0"),
        (lambda: draws.gamma_parameters(5.0, 0.001), "from 0.01 to 10.0, not 0.001"),
        (lambda: draws.gamma_parameters(5.0, math.nan), "not nan"),
        (lambda: draws.mean(99, 1, 1, 1), "no such kind of distribution: 99"),
    ],
)
def test_wrong_parameters_say_what_is_allowed(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize("low", [-5.0, 0.0, 9.0, 10.0, 12.0, 30.0])
def test_mean_of_a_normal_time_raised_to_low(low):
    above, _ = integrate.quad(stats.norm(10, 2).sf, low, 60, epsabs=1e-13, points=[10.0])
    assert draws.mean(draws.NORMAL, 10.0, 2.0, low) == pytest.approx(low + above, rel=1e-10)
    assert draws.mean(draws.NORMAL, 10.0, 0.0, low) == max(low, 10.0)


def test_mean_of_a_constant():
    assert draws.mean(draws.CONSTANT, 3, 0, 0) == 3.0 == kinds.draw(draws.CONSTANT, 3, 0, 0, 0.9)
