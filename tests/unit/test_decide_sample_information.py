"""What a pilot is worth: beside the closed form, and between nothing and knowing for sure."""

import math

import numpy as np
import pytest
from scipy import stats

from pathsim.decide.information import worth
from pathsim.decide.sample_information import Spread, Stake, best_size, expected_by, matched_evsi, normal_evsi, sizes, standard_error, unit_loss, weighted_evsi

DRAWS = 2_000


def futures(mean=-100.0, sd=500.0, other=400.0):
    """Effects, evenly over their distribution; options: nothing, the programme, and half of it dearer; part of the benefit is no effect of it."""
    u = (np.arange(DRAWS) + 0.5) / DRAWS
    random = np.random.default_rng(4)
    effect = mean + sd * stats.norm.ppf(u)
    rest = other * stats.norm.ppf(random.permutation(u))
    return effect, np.column_stack([np.zeros(DRAWS), effect + rest, 0.5 * effect - 20.0])


def test_the_unit_loss_is_an_integral():
    for z in (-2.0, 0.0, 1.3):
        x = np.linspace(z, 12, 200_001)
        assert unit_loss(z) == pytest.approx(np.trapezoid((x - z) * stats.norm.pdf(x), x), rel=1e-6)


@pytest.mark.parametrize("se", [100.0, 500.0, 2500.0])
def test_three_ways_to_the_same_value(se):
    """A normal effect that is itself the benefit: matching and weighting come to the closed form."""
    effect, _ = futures()
    options = np.column_stack([np.zeros(DRAWS), effect])
    exact = normal_evsi(-100.0, 500.0, se)
    assert matched_evsi(options, effect.std(), se) == pytest.approx(exact, rel=0.01)
    pilots = 2000
    moves = 500.0**2 / math.hypot(500.0, se)  # of the mean: the value of one pilot varies by less
    assert weighted_evsi(options, effect, se, 1, pilots) == pytest.approx(exact, abs=4 * moves / math.sqrt(pilots))


def test_more_is_worth_more_and_never_more_than_knowing():
    effect, benefit = futures()
    expected = expected_by(benefit, effect)
    known, all_known = worth(expected), worth(benefit)
    values = [matched_evsi(expected, effect.std(), se) for se in (1e9, 3000.0, 1000.0, 300.0, 100.0, 30.0, 1e-6)]
    assert values[0] == pytest.approx(0.0, abs=1e-6) and (np.diff(values) >= 0).all()
    assert values[-1] == pytest.approx(known, rel=1e-9) and 0 < known < all_known
    for se in (3000.0, 300.0, 100.0):
        assert 0 <= weighted_evsi(expected, effect, se, 2, 500) <= known * 1.02


def test_weighting_sees_what_is_not_normal():
    """Two worlds, far apart, and a pilot that tells them from each other: half of the gain of the good one, whatever is said of normal."""
    effect = np.repeat([-1000.0, 1000.0], 200)
    options = np.column_stack([np.zeros(400), effect])
    assert weighted_evsi(options, effect, 100.0, 1, 1000) == pytest.approx(500.0, rel=0.01) == worth(options)


def test_nothing_uncertain_is_worth_nothing():
    assert normal_evsi(50.0, 0.0, 10.0) == 0.0 == normal_evsi(-50.0, 0.0, 10.0)
    assert normal_evsi(1e6, 10.0, 1.0) == pytest.approx(0.0, abs=1e-9)


def test_people_years_and_practices_make_it_exact():
    spread = Spread(between=3000.0, within=9000.0)
    assert standard_error(400, 1.0, spread) == pytest.approx(2 * standard_error(1600, 1.0, spread))
    assert standard_error(400, 1.0, spread) > standard_error(400, 4.0, spread) > 2 * 3000 / 20  # the same people for ever are still these people
    shared = standard_error(10**9, 50.0, spread._replace(clusters=500.0, practices=40))
    assert shared == pytest.approx(2 * 500 / math.sqrt(40), rel=1e-3)  # and so are these practices


def test_the_best_size_is_inside_and_none_where_it_does_not_pay():
    spread, stake = Spread(3000.0, 9000.0), Stake(people=10_000, horizon=5.0, once=200_000, person_year=2_000)
    table = sizes(-100.0, 500.0, spread, stake, [50, 200, 800, 3200, 12_800], [0.5, 1.0, 2.0])
    best = best_size(table)
    assert 50 < best["persons"] < 12_800 and best["enbs"] == table["enbs"].max()
    assert (table["evsi"] <= table["evppi"]).all() and (table["evsi"] > 0).all()
    assert (table["enbs"] == table["evsi"] - table["cost"]).all()
    assert best_size(sizes(-100.0, 500.0, spread, stake._replace(once=1e9), [50, 800], [1.0])) is None


def test_a_result_after_the_horizon_is_worth_nothing():
    table = sizes(0.0, 500.0, Spread(3000.0, 9000.0), Stake(10_000, 1.0), [800], [1.0, 2.0])
    assert (table["evsi"] == 0).all()
