"""Lengths of stay: the likelihood is that of what was seen, whatever was not, and however coarsely it was written."""

import numpy as np
import pytest
from scipy.integrate import quad

from pathsim.evidence.register.families import EXPONENTIAL, FAMILIES, GAMMA, LOGNORMAL, WEIBULL
from pathsim.evidence.register.lengths import Stays, fit_lengths, log_terms
from pathsim.evidence.register.rounding import SHORT, log_chance, log_tail

EXAMPLES = {EXPONENTIAL: [5.0], LOGNORMAL: [5.0, 1.2], GAMMA: [5.0, 0.8], WEIBULL: [5.0, 1.5]}
FINE = 1e-8


def stays(length, entry=None, ended=None, grid=FINE):
    n = len(length)
    return Stays(
        np.asarray(length, float), np.zeros(n) if entry is None else np.asarray(entry, float), np.ones(n, bool) if ended is None else np.asarray(ended, bool),
        np.arange(n), grid,
    )


def integral(function, low, high):
    """On the scale of logarithms, where all these densities are smooth."""
    return quad(lambda t: function(np.array([np.exp(t)]))[0] * np.exp(t), np.log(low), np.log(high), limit=400, epsabs=1e-12)[0]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_density_tail_mean_and_spread_agree(family):
    """All of it follows from the density, by quadrature."""
    theta = np.log(EXAMPLES[family])

    def moment(k, high=1e7):
        return integral(lambda x: x**k * np.exp(family.log_density(x, theta)), 1e-12, high)

    assert moment(0) == pytest.approx(1, abs=1e-6)
    assert family.mean(theta) == pytest.approx(moment(1), rel=1e-6)
    assert family.cv(theta) == pytest.approx(np.sqrt(moment(2) / moment(1) ** 2 - 1), rel=1e-5)
    for at in (0.5, 3.0, 20.0):
        x = np.array([at])
        assert family.share(x, theta)[0] == pytest.approx(moment(0, at), abs=1e-6)
        assert np.exp(family.log_tail(x, theta))[0] == pytest.approx(1 - moment(0, at), abs=1e-6)
        assert family.below(x, theta)[0] == pytest.approx(moment(1, at), rel=1e-6)


def test_exponential_with_censoring_is_events_over_time():
    """The textbook: events over time at risk, delayed entries taken off; se = mean / √events."""
    length, entry, ended = [4.0, 9.0, 2.0, 7.0, 7.0, 3.0], [0, 5.0, 0, 0, 1.0, 0], [1, 1, 1, 1, 0, 1]
    found = fit_lengths(stays(length, entry, ended), families=(EXPONENTIAL,))
    assert found.family.mean(found.fit.theta) == pytest.approx(26 / 5, rel=1e-6)
    assert np.sqrt(found.fit.covariance[0, 0]) == pytest.approx(1 / np.sqrt(5), rel=1e-4)


def test_lognormal_is_that_of_the_logarithms():
    days = np.random.default_rng(2).lognormal(1.0, 0.9, 500)
    found = fit_lengths(stays(days), families=(LOGNORMAL,))
    mu, variance = np.log(days).mean(), np.log(days).var()
    assert found.family.mean(found.fit.theta) == pytest.approx(np.exp(mu + variance / 2), rel=1e-5)
    assert found.family.cv(found.fit.theta) == pytest.approx(np.sqrt(np.expm1(variance)), rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_chances_of_all_written_days_sum_to_1(family):
    days = np.arange(100_000.0)
    assert np.exp(log_chance(family, days, np.log(EXAMPLES[family]), 1.0)).sum() == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_chance_of_a_written_day_is_what_cutting_to_days_does(family):
    """A million stays with begin and end cut to whole days; 5 standard errors on each of 6 counts: false alarm below 1 in 200,000."""
    rng = np.random.default_rng(11)
    theta, n = np.log(EXAMPLES[family]), 1_000_000
    draw = {
        EXPONENTIAL: lambda: rng.exponential(5.0, n), GAMMA: lambda: rng.gamma(1 / 0.64, 5 * 0.64, n), WEIBULL: lambda: 5 * rng.weibull(1.5, n),
        LOGNORMAL: lambda: rng.lognormal(np.log(5) - np.log1p(1.44) / 2, np.sqrt(np.log1p(1.44)), n),
    }[family]()
    begun = rng.uniform(0, 1, n)
    written = np.floor(begun + draw)
    chance = np.exp(log_chance(family, np.arange(6.0), theta, 1.0))
    seen = np.array([(written == k).mean() for k in range(6)])
    assert (np.abs(seen - chance) < 5 * np.sqrt(chance * (1 - chance) / n)).all()


@pytest.mark.parametrize("grid", [1 / 1440, 1 / 24, 1.0])
def test_rounding_does_not_move_the_mean(grid):
    """20,000 lognormal stays of 2 days, cut to minutes, hours and days: within 4 standard errors (a false alarm in 8,000)."""
    rng = np.random.default_rng(4)
    sigma = np.sqrt(np.log1p(0.8**2))
    begun, length = rng.uniform(0, 500, 20_000), rng.lognormal(np.log(2) - sigma**2 / 2, sigma, 20_000)
    written = np.floor((begun + length) / grid) * grid - np.floor(begun / grid) * grid
    found = fit_lengths(stays(np.round(written / grid) * grid, grid=grid))
    assert found.family is LOGNORMAL
    assert np.abs((found.fit.theta - np.log([2.0, 0.8])) / np.sqrt(np.diag(found.fit.covariance))).max() < 4


def test_days_taken_for_exact_would_be_found_out():
    """The same with the rounding ignored: zero days are no times at all, and the spread is far off."""
    rng = np.random.default_rng(4)
    sigma = np.sqrt(np.log1p(0.8**2))
    begun, length = rng.uniform(0, 500, 20_000), rng.lognormal(np.log(2) - sigma**2 / 2, sigma, 20_000)
    written = np.floor(begun + length) - np.floor(begun)
    ignored = fit_lengths(stays(np.maximum(written, 1e-3), grid=FINE), families=(LOGNORMAL,))
    assert np.abs((ignored.fit.theta - np.log([2.0, 0.8])) / np.sqrt(np.diag(ignored.fit.covariance))).max() > 20


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_aic_finds_the_family(family):
    """3,000 stays with a cv of 0.6, or 1: the true family, or one of which it is a case."""
    rng = np.random.default_rng(9)
    n, sigma = 3000, np.sqrt(np.log1p(0.36))
    days = {
        EXPONENTIAL: lambda: rng.exponential(5.0, n), GAMMA: lambda: rng.gamma(1 / 0.36, 5 * 0.36, n), WEIBULL: lambda: 5 * rng.weibull(2.5, n),
        LOGNORMAL: lambda: rng.lognormal(1 - sigma**2 / 2, sigma, n),
    }[family]()
    found = fit_lengths(stays(days))
    if family is EXPONENTIAL and found.family is not EXPONENTIAL:  # AIC takes a needless parameter now and then
        assert found.family in (GAMMA, WEIBULL) and abs(found.fit.theta[1]) < 4 * np.sqrt(found.fit.covariance[1, 1])
    else:
        assert found.family is family


def test_what_does_not_vary_is_a_constant():
    found = fit_lengths(stays(np.full(50, 0.0125), grid=1 / 1440))
    assert found.family is None and found.constant == 0.0125


@pytest.mark.parametrize("length", [[], [1.0], [1.0, 2.0, 3.0, 4.0]])
def test_too_few_are_not_fitted(length):
    assert fit_lengths(stays(length)) is None


def test_nothing_but_zeros_and_ties_breaks_nothing():
    assert fit_lengths(stays(np.repeat([0.0, 1.0, 1.0, 2.0], 30), grid=1.0)) is not None
    assert fit_lengths(stays(np.zeros(40), grid=1.0)) is not None
    assert fit_lengths(stays(np.full(40, 3.0), ended=np.zeros(40, bool))) is None


def test_terms_of_late_entry_take_off_the_time_before():
    seen = stays([9.0], [5.0])
    theta = np.log([4.0])
    assert log_terms(EXPONENTIAL, theta, seen)[0] == pytest.approx(np.log(FINE / 4) - 4 / 4)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_short_and_long_stays_are_told_by_one_likelihood(family):
    """Where the density takes over from the exact chance nothing jumps, for ends and for stays that go on."""
    theta, edge = np.log(EXAMPLES[family]), SHORT * 0.25
    for told in (log_chance, log_tail):
        below, above = told(family, np.array([edge - 1e-9]), theta, 0.25)[0], told(family, np.array([edge + 1e-9]), theta, 0.25)[0]
        assert below == pytest.approx(above, abs=2e-3)
