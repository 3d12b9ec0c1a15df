"""The value of information: against the unit normal loss and other closed forms, with chance in every future."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from pathsim.decide.information import evpi, evppi, worth
from pathsim.decide.smoother import bases, smooth
from pathsim.faults import Faults

QUICK = settings(max_examples=20, deadline=None)
SLOPES, NOISE, STUDIES = np.array([1.0, 0.5, 0.3]), 1.5, 30


def loss(mean, sd):
    """E max(X, 0) − max(E X, 0) for a normal X."""
    return sd * stats.norm.pdf(mean / sd) - abs(mean) * stats.norm.cdf(-abs(mean) / sd)


def study(seed, n=200, mean=0.5, noise=NOISE):
    """Two scenarios: the second's net benefit is a line in three of five inputs, and chance."""
    luck = np.random.default_rng(seed)
    z = luck.standard_normal((n, 5))
    more = mean + z[:, :3] @ SLOPES + noise * luck.standard_normal(n)
    return np.column_stack([np.zeros(n), more]), z


def near(values, truth, slack=0.0):
    """Whether studies agree with the truth on average, to four standard errors of their mean."""
    return abs(np.mean(values) - truth) < 4 * np.std(values, ddof=1) / np.sqrt(len(values)) + slack


@pytest.fixture(scope="module")
def told():
    """What many studies say."""
    found = []
    for seed in range(STUDIES):
        nb, z = study(seed)
        found.append(
            {
                "naive": evpi(nb, simulations=0),
                "chance": evpi(nb, chance_variance=NOISE**2, simulations=25),
                "smooth": evpi(nb, z, simulations=25),
                "both": evpi(nb, z, NOISE**2, simulations=0),
                "groups": evppi(nb, z, {"one": [0], "two": [1, 2], "none": [4]}, NOISE**2, simulations=25).set_index("group"),
            }
        )
    return found


def test_without_correction_chance_is_taken_for_knowledge(told):
    naive = [each["naive"].value for each in told]
    truth, with_chance = loss(0.5, np.linalg.norm(SLOPES)), loss(0.5, np.hypot(np.linalg.norm(SLOPES), NOISE))
    assert near(naive, with_chance)
    assert not near(naive, truth, slack=0.5 * truth)


@pytest.mark.parametrize("how", ["chance", "smooth", "both"])
def test_the_corrected_value_is_that_of_theory(told, how):
    assert near([each[how].value for each in told], loss(0.5, np.linalg.norm(SLOPES)))


@pytest.mark.parametrize("how", ["chance", "smooth"])
def test_standard_errors_are_what_studies_differ_by(told, how):
    ratio = np.mean([each[how].se for each in told]) ** 2 / np.var([each[how].value for each in told], ddof=1)
    low, high = stats.chi2.ppf([0.001, 0.999], STUDIES - 1) / (STUDIES - 1)
    assert low < 1 / ratio < high


@pytest.mark.parametrize("group, inputs", [("one", [0]), ("two", [1, 2])])
def test_the_value_of_a_group_is_that_of_theory(told, group, inputs):
    values = [each["groups"].loc[group, "value"] for each in told]
    assert near(values, loss(0.5, np.linalg.norm(SLOPES[inputs])))
    ratio = np.mean([each["groups"].loc[group, "se"] for each in told]) ** 2 / np.var(values, ddof=1)
    low, high = stats.chi2.ppf([0.001, 0.999], STUDIES - 1) / (STUDIES - 1)
    assert low < 1 / ratio < high


def test_an_input_that_does_nothing_is_worth_nothing(told):
    values = [each["groups"].loc["none", "value"] for each in told]
    assert np.median(values) == 0 and np.mean(values) < 0.01 * loss(0.5, np.linalg.norm(SLOPES))


def test_a_bend_is_seen_where_no_line_is():
    luck = np.random.default_rng(3)
    z = luck.standard_normal((800, 2))
    nb = np.column_stack([np.zeros(800), z[:, 0] ** 2 - 1 + 0.5 * luck.standard_normal(800)])
    row = evppi(nb, z, {"bent": [0]}).iloc[0]
    assert row["value"] == pytest.approx(2 * stats.norm.pdf(1), abs=4 * row["se"]) and row["se"] < 0.05  # E max(z² − 1, 0) = 2φ(1)


def test_two_inputs_that_only_work_together_are_worth_nothing_alone():
    luck = np.random.default_rng(4)
    z = luck.standard_normal((800, 2))
    nb = np.column_stack([np.zeros(800), z[:, 0] * z[:, 1] + 0.5 * luck.standard_normal(800)])
    table = evppi(nb, z, {"both": [0, 1], "first": [0]}).set_index("group")
    assert table.loc["both", "value"] == pytest.approx(1 / np.pi, abs=4 * table.loc["both", "se"])  # E|z1 z2| / 2
    assert table.loc["first", "value"] < min(4 * table.loc["first", "se"], 0.25 / np.pi)


def test_noise_is_seldom_followed():
    """With every degree of freedom counted 1.4 times most columns of nothing are told by their mean alone."""
    luck = np.random.default_rng(8)
    names = [smooth(luck.standard_normal(100), bases(luck.standard_normal((100, 2)))).name for _ in range(60)]
    assert names.count("none") > stats.binom.ppf(0.999, 60, 0.4)


def test_three_scenarios():
    """Independent normal net benefits: E max by an integral; knowing one alone has a closed form."""
    means, sds, n = np.array([0.0, 0.3, -0.2]), np.array([0.5, 1.0, 1.5]), 2000
    luck = np.random.default_rng(5)
    z = luck.standard_normal((n, 3))
    nb, noise = means + sds * z, 0.8
    noisy = nb + noise * np.column_stack([np.zeros(n), luck.standard_normal((n, 2))])

    def least(x):
        return np.prod(stats.norm.cdf((x - means) / sds))

    best = integrate.quad(lambda x: 1 - least(x), 0, 12)[0] - integrate.quad(least, -12, 0)[0]
    truth = best - means.max()
    plain, found = evpi(nb, simulations=50), evpi(noisy, z, noise**2, simulations=50)
    assert plain.value == pytest.approx(truth, abs=4 * plain.se)
    assert found.value == pytest.approx(truth, abs=4 * found.se) and found.se < 0.1 * truth
    row = evppi(noisy, z, {"third": [2]}, noise**2, simulations=50).iloc[0]
    other = means[:2].max()
    u = (means[2] - other) / sds[2]
    assert row["value"] == pytest.approx(sds[2] * (stats.norm.pdf(u) + u * stats.norm.cdf(u)), abs=4 * row["se"])


def test_many_inputs_and_few_futures_do_not_hide_what_one_of_them_is_worth():
    luck = np.random.default_rng(6)
    z = luck.standard_normal((80, 400))
    nb = np.column_stack([np.zeros(80), 0.3 + z[:, 0] + NOISE * luck.standard_normal(80)])
    assert evpi(nb, z, simulations=0).value < 0.1 * loss(0.3, 1.0)  # so many inputs explain nothing surely
    row = evppi(nb, z, {"first": [0]}).iloc[0]
    assert row["value"] == pytest.approx(loss(0.3, 1.0), abs=4 * row["se"]) and row["value"] > 2 * row["se"]


@QUICK
@given(st.integers(0, 10**6), st.integers(6, 40), st.integers(2, 4), st.sampled_from([0.0, 1.0, 5.0]))
def test_no_group_is_worth_more_than_all_and_nothing_is_worth_less_than_nothing(seed, n, scenarios, spoilt):
    luck = np.random.default_rng(seed)
    z, nb = luck.standard_normal((n, 3)), luck.standard_normal((n, scenarios))
    nb[0, -1] += 50 * spoilt  # one wild future
    whole = evpi(nb, simulations=0).value
    table = evppi(nb, z, {"a": [0], "all": [0, 1, 2]}, chance_variance=0.0, simulations=0)
    assert whole >= 0 and (table["value"] >= 0).all()
    assert (table["value"] <= evpi(nb, z, 0.0, simulations=0).value + 1e-9).all()
    assert whole == pytest.approx(worth(nb))
    assert evpi(nb, z, 0.0, simulations=0).value == pytest.approx(whole)  # no chance: smoothing takes nothing away


@QUICK
@given(st.integers(0, 10**6), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_what_is_common_changes_nothing_and_money_only_the_unit(seed, common, rate):
    nb, z = study(seed % 50, n=40)
    order = np.random.default_rng(seed).permutation(len(nb))
    variance = np.random.default_rng(seed).random(len(nb))
    found, shifted = (evpi(nb + c, z, variance, simulations=0).value for c in (0.0, common))
    mixed = evpi(nb[order], z[order], variance[order], simulations=0).value
    scaled = evpi(rate * nb, z, rate**2 * variance, simulations=0).value
    assert (shifted, mixed, scaled / rate) == pytest.approx((found, found, found), rel=1e-6, abs=1e-9)


def test_a_future_without_uncertainty_has_nothing_to_learn():
    assert evpi(np.tile([1.0, 2.0], (9, 1)), simulations=5)[:3] == (0.0, 0.0, 0.0)


def test_mistakes_are_named():
    nb, z = study(0, n=20)
    with pytest.raises(Faults, match="groups.odd.*0 to 4"):
        evppi(nb, z, {"odd": [5]})
    with pytest.raises(Faults, match="z: "):
        evpi(nb, z[:5])
    with pytest.raises(Faults, match="chance_variance"):
        evpi(nb, chance_variance=-1.0)
    with pytest.raises(Faults, match="nb: "):
        evpi(nb[:, :1])
