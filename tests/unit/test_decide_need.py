"""How many are needed: against Erlang's formula, and as often within the interval as it says."""

import numpy as np
import pytest
from scipy.stats import binom

from pathsim.decide.need import NONE, need
from pathsim.theory.stations import erlang_c

LOAD, PLACES = 3.5, (4, 5, 6, 7, 8, 9)
THEORY = np.array([erlang_c(c, LOAD) for c in PLACES])
TRIALS = 200


def seen(rng, n=8, spread=0.06):
    """Shares that wait, as replications with common luck would see them: all a little high or low together, and each by itself."""
    common, own = rng.standard_normal(n), rng.standard_normal((len(PLACES), n))
    return THEORY[:, None] * (1 + spread * (2 * common + own))


@pytest.mark.parametrize(("target", "fewest"), [(0.5, 5), (0.25, 6), (0.05, 8), (0.8, 4)])
def test_it_is_erlangs_number_and_the_interval_holds_it(target, fewest):
    assert min(c for c, share in zip(PLACES, THEORY, strict=True) if share <= target) == fewest  # the formula's own answer
    rng = np.random.default_rng(1)
    found = [need(PLACES, seen(rng), target, draws=200) for _ in range(TRIALS)]
    held = sum(one.low <= fewest <= one.high for one in found)
    assert held >= binom.ppf(0.001, TRIALS, 0.95)
    assert np.mean([one.answer == fewest for one in found]) > 0.7


@pytest.mark.parametrize("n", [3, 8])
def test_the_interval_holds_the_answer_where_the_target_is_just_met(n):
    """A target so near to what a capacity gives that the two numbers beside it are about as likely: the interval holds both then."""
    rng, target = np.random.default_rng(2), THEORY[2] * 1.001
    found = [need(PLACES, seen(rng, n), target, draws=200) for _ in range(TRIALS)]
    assert sum(one.low <= 6 <= one.high for one in found) >= binom.ppf(0.001, TRIALS, 0.95)
    assert np.mean([one.high > one.low for one in found]) > 0.8


def test_more_replications_make_it_surer():
    """Of the answer itself, to which the target is somewhat near."""
    rng, target = np.random.default_rng(3), THEORY[2] * 1.07
    few, many = (np.mean([need(PLACES, seen(rng, n), target, draws=300).suffices[2] for _ in range(30)]) for n in (4, 40))
    assert few < 0.85 < 0.95 < many


def test_the_answer_is_that_of_the_monotone_regression():
    rng = np.random.default_rng(8)
    for _ in range(200):
        y, target = rng.standard_normal((7, 2)) - np.linspace(0, 1, 7)[:, None], rng.normal(-0.5)
        found = need(range(7), y, target, draws=2)
        met = [place for place, value in enumerate(found.fitted) if value <= target]
        assert found.answer == (met[0] if met else NONE)


def test_none_of_those_tried_or_the_fewest_of_them():
    rng = np.random.default_rng(4)
    none = need(PLACES, seen(rng), 0.0001)
    assert none.none_suffices
    assert (none.answer, none.low, none.high) == (NONE, NONE, NONE)
    assert none.suffices.tolist() == [0.0] * len(PLACES)
    few = need(PLACES, seen(rng), 0.99)
    assert few.fewest_suffices
    assert (few.answer, few.low, few.high) == (4, 4, 4)


def test_at_least_is_at_most_turned_round():
    y = seen(np.random.default_rng(5))
    most, least = need(PLACES, y, 0.25), need(PLACES, -y, -0.25, at_most=False)
    assert (most.answer, most.low, most.high) == (least.answer, least.low, least.high)
    assert most.fitted == pytest.approx(-least.fitted)


def test_chance_among_neighbours_is_smoothed_and_order_does_not_matter():
    y = np.array([[0.5, 0.7], [0.28, 0.36], [0.34, 0.30], [0.1, 0.1]])
    found = need([2, 3, 4, 5], y, 0.31)
    assert found.fitted.tolist() == pytest.approx([0.6, 0.32, 0.32, 0.1])
    assert found.answer == 5
    assert not found.against
    turned = need([5, 3, 2, 4], y[[3, 1, 0, 2]], 0.31)
    assert turned.capacities == (2, 3, 4, 5)
    assert turned.suffices.tolist() == found.suffices.tolist()


def test_where_more_is_worse_it_says_so():
    rng = np.random.default_rng(6)
    y = np.array([0.5, 0.3, 0.6])[:, None] + 0.02 * rng.standard_normal((3, 10))
    assert need([1, 2, 3], y, 0.4).against == ((2, 3),)


@pytest.mark.parametrize(("capacities", "y"), [([1, 1], np.ones((2, 3))), ([1, 2], np.ones((2, 1))), ([1, 2], np.full((2, 3), np.nan))])
def test_what_cannot_be_answered_is_said(capacities, y):
    with pytest.raises(ValueError, match="needs"):
        need(capacities, y, 0.5)
