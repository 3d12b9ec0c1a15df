"""The plane, the frontier and acceptability: against their definitions, on scenarios with ties as well."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from pathsim.decide.frontier import DOMINATED, EQUAL, EXTENDED, ON, frontier
from pathsim.decide.net_benefit import acceptability, ceac, ceaf, net_monetary_benefit
from pathsim.decide.outcomes import outcomes
from pathsim.decide.plane import QUADRANTS, RATIOS, increments, quadrants
from pathsim.faults import Faults

QUICK = settings(max_examples=25, deadline=None)
WHOLE = st.integers(-4, 4).map(float)  # whole numbers make ties
THRESHOLDS = [0.0, 0.5, 1.0, 3.0, 100.0]


def named(cost, effect):
    return outcomes(cost, effect, [f"s{i}" for i in range(np.shape(cost)[1])])


def means(cost, effect):
    """Scenarios whose means are given: two equal futures."""
    return named(np.tile(cost, (2, 1)), np.tile(effect, (2, 1)))


@st.composite
def studies(draw):
    shape = draw(st.tuples(st.sampled_from([2, 4, 8]), st.integers(2, 6)))  # so many futures have means without rounding
    return [draw(arrays.arrays(float, shape, elements=WHOLE)) for _ in range(2)]


def normal(cost, effect, n=4000, seed=1):
    """Two scenarios whose difference has these means and standard deviations."""
    luck = np.random.default_rng(seed).standard_normal((n, 2))
    more = np.array([cost[0], effect[0]]) + luck * [cost[1], effect[1]]
    zeros = np.zeros(n)
    return named(np.column_stack([zeros, more[:, 0]]), np.column_stack([zeros, more[:, 1]]))


@QUICK
@given(studies())
def test_the_best_at_any_price_is_on_the_frontier_and_whoever_is_on_it_is_best_at_some_price(study):
    found = named(*study)
    cost, effect = found.cost.mean(axis=0), found.effect.mean(axis=0)
    table = frontier(found).set_index("scenario").loc[list(found.names)]
    on = (table["status"] == ON).to_numpy()
    prices = table["icer"].to_numpy()
    for price in {*THRESHOLDS, *(p for p in prices if p == p)}:
        worth = price * effect - cost
        assert worth[on].max() == pytest.approx(worth.max())
    for i in np.flatnonzero(on):
        price = 0.0 if np.isnan(prices[i]) else prices[i]
        assert (price * effect - cost)[i] == pytest.approx((price * effect - cost).max())


@QUICK
@given(studies())
def test_statuses_mean_what_they_say(study):
    found = named(*study)
    cost, effect = found.cost.mean(axis=0), found.effect.mean(axis=0)
    for row in frontier(found).itertuples():
        i = found.names.index(row.scenario)
        beaten = any(c <= cost[i] and e >= effect[i] and (c < cost[i] or e > effect[i]) for c, e in zip(cost, effect, strict=True))
        assert beaten == (row.status == DOMINATED)
        assert not np.isfinite(row.icer) or row.status == ON


def test_prices_rise_along_the_frontier_and_the_textbook_statuses_come_out():
    table = frontier(means([0.0, 10.0, 30.0, 25.0, 100.0, 10.0], [0.0, 5.0, 6.0, 3.0, 10.0, 5.0])).set_index("scenario")
    assert table["status"].to_dict() == {"s0": ON, "s1": ON, "s5": EQUAL, "s3": DOMINATED, "s2": EXTENDED, "s4": ON}
    assert table["icer"].dropna().to_dict() == {"s1": 2.0, "s4": 18.0}
    assert list(table["cost"]) == sorted(table["cost"])
    assert set(frontier(means([0.0, 10.0, 20.0], [0.0, 1.0, 2.0]))["status"]) == {ON}  # a mixture of others is no better than this one


@QUICK
@given(studies())
def test_shares_of_quadrants_and_of_the_best_sum_to_one(study):
    found = named(*study)
    assert quadrants(found).groupby("scenario")["share"].sum().to_numpy() == pytest.approx(1)
    assert ceac(found, THRESHOLDS).sum(axis=1).to_numpy() == pytest.approx(1)


@QUICK
@given(studies(), st.permutations(range(8)))
def test_the_order_of_futures_and_what_all_scenarios_share_do_not_matter(study, order):
    cost, effect = study
    order = [i for i in order if i < len(cost)]
    found, again = named(cost, effect), named(cost[order] + 7, effect[order] - 2)
    assert ceac(found, THRESHOLDS).equals(ceac(again, THRESHOLDS))
    assert quadrants(found).equals(quadrants(again))
    assert increments(found)["icer"].to_numpy() == pytest.approx(increments(again)["icer"].to_numpy(), nan_ok=True)
    assert list(frontier(found)["status"]) == list(frontier(again)["status"])


def test_effects_turned_round_turn_the_plane_round():
    found = normal((1, 2), (0.5, 1))
    mirrored = named(found.cost, -found.effect)
    share, other = (quadrants(each).set_index("quadrant")["share"] for each in (found, mirrored))
    for one, two in (("north-east", "north-west"), ("south-east", "south-west")):
        assert share[one] == other[two] and share[two] == other[one]


def test_shares_and_intervals_of_normal_differences_are_those_of_theory():
    found = normal((1, 2), (0.5, 1))
    n = len(found.cost)
    dear, good = stats.norm.cdf(1 / 2), stats.norm.cdf(0.5)
    expected = {"north-east": dear * good, "north-west": dear * (1 - good), "south-east": (1 - dear) * good, "south-west": (1 - dear) * (1 - good)}
    share = quadrants(found).set_index("quadrant")["share"]
    for name, p in expected.items():
        assert share[name] == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))
    row = increments(found).iloc[0]
    error = np.sqrt(0.025 * 0.975 / n) / stats.norm.pdf(1.96) * 2  # of a percentile
    assert (row.cost_low, row.cost_high) == pytest.approx((1 - 1.96 * 2, 1 + 1.96 * 2), abs=4 * error)
    assert row.icer == pytest.approx(row.cost / row.effect) and row.quadrant == "north-east"
    curve = ceac(found, THRESHOLDS)["s1"]
    for threshold, p in curve.items():
        truth = stats.norm.cdf((threshold * 0.5 - 1) / np.hypot(threshold, 2))
        assert p == pytest.approx(truth, abs=4 * np.sqrt(truth * (1 - truth) / n))


@pytest.mark.parametrize(
    "cost, effect, where, icer",
    [
        *[(6, 2, "north-east", 3), (-6, -2, "south-west", 3), (6, -2, "north-west", None), (-6, 2, "south-east", None)],
        *[(6, 0, "on a line", None), (0, 2, "on a line", None)],
    ],
)
def test_a_ratio_is_given_only_where_it_means_something(cost, effect, where, icer):
    for language in ("en", "da"):
        row = increments(means([0.0, cost], [0.0, effect]), language).iloc[0]
        assert row.quadrant == where and row.words == QUADRANTS[where][language]
        assert (row.icer == icer and row.icer_words == RATIOS[where][language]) if icer else (np.isnan(row.icer) and row.icer_words == "")


def test_a_curve_is_drawn_only_where_futures_disagree():
    n = 100
    for outside, drawn in ((5, False), (6, True)):
        effect = np.where(np.arange(n) < outside, -1.0, 1.0)
        found = named(np.column_stack([np.zeros(n), np.ones(n)]), np.column_stack([np.zeros(n), effect]))
        told = acceptability(found, THRESHOLDS)
        assert (told.ceac is not None) == (told.ceaf is not None) == drawn
        if not drawn:
            assert told.why == "No curve is drawn, since nearly all futures lie in one quadrant: s1 costs more, does more good in 95 of 100."
            assert "koster mere, gavner mere i 95 af 100" in acceptability(found, THRESHOLDS, "da").why


def test_one_scenario_of_which_futures_disagree_is_enough_for_a_curve():
    cost = np.column_stack([np.zeros(4), np.ones(4), [1.0, 1.0, -1.0, -1.0]])
    assert acceptability(named(cost, np.tile([0.0, 1.0, 1.0], (4, 1))), THRESHOLDS).ceac is not None


def test_the_frontier_of_acceptability_follows_the_mean_and_not_the_most_frequent():
    effect = np.array([[0.0, -1.0], [0.0, -1.0], [0.0, 5.0]])
    found = named(np.zeros((3, 2)), effect)
    assert ceaf(found, [1.0]).iloc[0].to_dict() == {"scenario": "s1", "share": pytest.approx(1 / 3)}
    assert net_monetary_benefit(found, 2.0).tolist() == (2 * effect).tolist()


def test_a_future_without_cost_or_without_effect_is_left_out():
    for gap in ((0, 1), (1, 0)):
        study = np.ones((2, 3, 2))
        study[gap[0], gap[1], 1] = np.nan
        assert len(named(*study).cost) == 2


def test_mistakes_are_named():
    with pytest.raises(Faults, match="shapes"):
        outcomes(np.zeros((3, 2)), np.zeros((3, 3)), ["a", "b"])
    with pytest.raises(Faults, match="names"):
        outcomes(np.zeros((3, 2)), np.zeros((3, 2)), ["a", "a"])
    with pytest.raises(Faults, match="more draws"):
        outcomes(np.full((3, 2), np.nan), np.zeros((3, 2)), ["a", "b"])
    with pytest.raises(Faults, match="threshold"):
        net_monetary_benefit(means([0.0, 1.0], [0.0, 1.0]), -1)
