"""Present value against annuities, year by year, and payback against its meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pathsim.decide.discounting import NET_TAX_FACTOR, NEVER, RATES, factors, net_present_value, payback_year, present_value
from pathsim.faults import Faults

QUICK = settings(max_examples=25, deadline=None)
STREAMS = arrays.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=st.integers(-9, 9).map(float))
FLAT = ((None, 0.0),)


def test_an_annuity_within_35_years_is_the_textbook_one():
    for years in (1, 10, 35):
        assert present_value([0.0] + [1.0] * years) == pytest.approx((1 - 1.035**-years) / 0.035)


def test_each_year_is_discounted_by_its_own_rate_on_top_of_those_before():
    found = factors(90)
    assert found[0] == 1
    assert found[35] == pytest.approx(1.035**-35)
    assert found[70] == pytest.approx(1.035**-35 * 1.025**-35)
    assert found[80] == pytest.approx(1.035**-35 * 1.025**-35 * 1.015**-10)
    assert (np.diff(found) < 0).all()
    assert RATES == ((35, 0.035), (70, 0.025), (None, 0.015))


@QUICK
@given(STREAMS)
def test_present_value_is_a_sum_and_a_year_later_is_worth_a_year_less(stream):
    by_hand = [sum(money / 1.035**year for year, money in enumerate(row)) for row in stream]
    assert present_value(stream) == pytest.approx(by_hand)
    later = np.hstack([np.zeros((len(stream), 1)), stream])
    assert present_value(later) * 1.035 == pytest.approx(present_value(stream))
    assert present_value(stream, net_tax_factor=NET_TAX_FACTOR) == pytest.approx(1.28 * present_value(stream))


@QUICK
@given(STREAMS)
def test_from_the_payback_year_on_nothing_is_owed(stream):
    for row, year in zip(stream, payback_year(stream, FLAT), strict=True):
        sums = np.cumsum(row)
        if year == NEVER:
            assert sums[-1] < 0
        else:
            assert (sums[int(year) :] >= 0).all() and (year == 0 or sums[int(year) - 1] < 0)


def test_discounting_makes_payback_later_and_a_debt_that_is_just_paid_is_paid():
    stream = np.array([-100.0, 50.0, 50.0, 50.0])
    assert payback_year(stream, FLAT) == 2 and payback_year(stream) == 3
    assert payback_year([-100.0, 0.0, 0.0, 100 * 1.035**3]) == 3
    assert payback_year([-1.0] + [0.1] * 10, FLAT) == 10  # whose sum is a little below nothing, by rounding


def test_futures_have_an_interval_and_half_of_them_say_when_it_is_paid_back():
    gain = np.linspace(0, 100, 101)
    found = net_present_value(np.column_stack([np.full(101, -100.0), *[gain] * 4]))
    worth = gain * (1 - 1.035**-4) / 0.035 - 100
    assert found.value == pytest.approx((worth.mean(), *np.percentile(worth, [2.5, 97.5])))
    assert found.above_nothing == found.paid_back == pytest.approx((worth > 0).mean())
    assert found.payback == 3  # the middle future gains 50 a year, and 50 (1.035⁻¹ + 1.035⁻²) < 100
    assert net_present_value(np.column_stack([np.full(3, -100.0), np.zeros(3)])).payback == NEVER


def test_mistakes_are_named():
    with pytest.raises(Faults, match="stream"):
        present_value([1.0, np.nan])
    with pytest.raises(Faults, match=r"\[draw, year\]"):
        net_present_value([1.0, 2.0])
