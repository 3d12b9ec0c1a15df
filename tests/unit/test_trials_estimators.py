"""What a statistician makes of two arms, against formulas, likelihoods maximised by brute force, and data of known truth."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize, minimize_scalar

from pathsim.evidence.trials.estimators import compare, jackknifed, pooled, value_of
from pathsim.evidence.trials.outcomes import Counts
from pathsim.evidence.trials.regression import two_way


def counts(amount, over=None):
    amount = np.asarray(amount, dtype=float)
    return Counts(amount, np.ones(len(amount)) if over is None else np.asarray(over, dtype=float))


def yes(events, people):
    return counts(np.repeat([1.0, 0.0], [events, people - events]))


def test_risk_ratio_is_katz():
    """Var log = (1 − p)/(n p) an arm, each with n/(n − 1) for the estimated mean; the t quantile of n₁ + n₂ − 2."""
    found = compare("risk ratio", yes(30, 200), yes(45, 150))
    p, q = 30 / 200, 45 / 150
    expected = math.sqrt((1 - p) / (200 * p) * 200 / 199 + (1 - q) / (150 * q) * 150 / 149)
    assert found.value == pytest.approx(math.log(p / q), abs=1e-12)
    assert found.se == pytest.approx(expected, rel=1e-12)
    assert (found.high - found.value) / found.se == pytest.approx(1.96672, abs=2e-3)


def test_rate_ratio_is_honest_about_overdispersion():
    """Everything twice: the Poisson formula would shrink the error by √2, the truth is that it stays."""
    rng = np.random.default_rng(5)
    once, other = rng.poisson(1.0, 400), rng.poisson(1.5, 400)
    one, two = compare("rate ratio", counts(once), counts(other)), compare("rate ratio", counts(2 * once), counts(2 * other))
    assert two.value == pytest.approx(one.value) and two.se == pytest.approx(one.se)


def test_no_events_no_ratio():
    found = compare("risk ratio", yes(0, 50), yes(5, 50))
    assert all(math.isnan(number) for number in found)
    assert math.isfinite(compare("difference", yes(0, 50), yes(5, 50)).se)


def test_over_nothing_does_not_count():
    """Who was never discharged is in no denominator, of the mean or of the units."""
    some = counts([1, 0, 0, 0], [1, 1, 0, 0])
    assert compare("difference", some, yes(1, 4)) == compare("difference", counts([1, 0]), yes(1, 4))


@pytest.mark.parametrize("ties", [False, True])
def test_cox_maximises_the_partial_likelihood(ties):
    rng = np.random.default_rng(8)
    time, limit = rng.exponential(np.repeat([15.0, 10.0], 120)), rng.uniform(2, 30, 240)
    event, time = (time <= limit).astype(float), np.minimum(time, limit)
    if ties:
        time = np.ceil(time)
    arm = np.repeat([1.0, 0.0], 120)

    def minus(beta):  # Efron, term by term
        total = 0.0
        for moment in np.unique(time[event > 0]):
            dead, risk = (time == moment) & (event > 0), time >= moment
            weight = np.exp(beta * arm)
            total += beta * arm[dead].sum()
            total -= sum(math.log(weight[risk].sum() - k / dead.sum() * weight[dead].sum()) for k in range(dead.sum()))
        return -total

    best = minimize_scalar(minus, bracket=(-1, 0, 1), tol=1e-10)
    found = compare("hazard ratio", Counts(event[:120], time[:120]), Counts(event[120:], time[120:]))
    assert found.value == pytest.approx(best.x, abs=1e-6)
    step = 1e-4
    curvature = (minus(best.x + step) - 2 * minus(best.x) + minus(best.x - step)) / step**2
    assert found.se == pytest.approx(1 / math.sqrt(curvature), rel=1e-3)


def clustered(rng, clusters, size, spread):
    """Events of people whose clusters have rates of their own; no effect at all."""
    rate = rng.gamma(1 / spread**2, spread**2, clusters)
    unit = np.repeat(np.arange(clusters), size)
    return counts(rng.poisson(rate[unit])), unit


def coverage(with_clusters, trials=400):
    rng, held = np.random.default_rng(11), 0
    for _ in range(trials):
        (a, in_a), (b, in_b) = clustered(rng, 10, 40, 0.5), clustered(rng, 10, 40, 0.5)
        found = compare("rate ratio", a, b, (in_a, in_b) if with_clusters else None)
        held += found.low <= 0 <= found.high
    return held / trials


def test_cluster_interval_covers_and_one_that_ignores_clusters_does_not():
    """Nominal 0.95, binomial s.e. 0.011; log ratios of 10 clusters are not quite t, so 0.91 is let pass (chance of a false alarm below 1e-3).

    Ignored: the variance is too small by 1 + 39 ρ, ρ = 0.25 / 1.25, so by 8.8; then P(|Z| < 1.96 / √8.8) = 0.49.
    """
    assert coverage(True) > 0.91
    assert coverage(False) < 0.49 + 4 * 0.025


def test_hazard_ratio_of_clusters_is_wider():
    rng = np.random.default_rng(3)
    frailty = rng.gamma(4, 0.25, 20)[np.repeat(np.arange(20), 30)]
    time = rng.exponential(10 / frailty)
    event, time = (time < 12).astype(float), np.minimum(time, 12)
    unit = np.repeat(np.arange(20), 30)
    arms = [Counts(event[rows], time[rows]) for rows in (unit < 10, unit >= 10)]
    alone, together = compare("hazard ratio", *arms), compare("hazard ratio", *arms, (unit[unit < 10], unit[unit >= 10]))
    assert together.value == alone.value and together.se > 1.5 * alone.se


def test_pooled_is_the_ratio_of_all_and_pairs_share_their_luck():
    rng = np.random.default_rng(2)
    parts = []
    for _ in range(12):
        luck = rng.gamma(5, 1.0)  # of the replication: the same for both
        parts.append((counts([luck * 3.0]), counts([luck * 4.0])))
    value, se = pooled("rate ratio", parts)
    assert value == pytest.approx(math.log(0.75)) and se == pytest.approx(0.0, abs=1e-12)
    mean, error = pooled("difference", [(counts([x]), counts([0.0])) for x in (1.0, 2.0, 6.0)])
    assert mean == 3.0 and error == pytest.approx(np.std([1, 2, 6], ddof=1) / math.sqrt(3))
    assert math.isnan(jackknifed(np.array([1.0]))) and math.isnan(value_of("risk ratio", yes(0, 3), yes(1, 3)))


@pytest.mark.parametrize("measure", ["rate ratio", "difference"])
def test_two_way_finds_the_effect_beside_clusters_and_periods(measure):
    """No noise: each cluster and period has its level, and the effect is found exactly."""
    rows = []
    for c in range(6):
        for p in range(4):
            treated = int(p > c // 2)
            mean = (2 + c) * (1 + 0.3 * p) * 0.7**treated if measure == "rate ratio" else 5 + c + 2 * p - 1.5 * treated
            rows += [(c, p, treated, mean * over, over) for over in (1.0, 2.0)]
    found = two_way(measure, pd.DataFrame(rows, columns=["cluster", "period", "treated", "amount", "over"]))
    assert found.value == pytest.approx(math.log(0.7) if measure == "rate ratio" else -1.5, abs=1e-8)
    assert found.se == pytest.approx(0.0, abs=1e-6)


def test_two_way_is_the_maximum_of_the_poisson_likelihood():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame([(c, p, int(p > c), rng.poisson(6), 1.0 + c) for c in range(3) for p in range(4)],
                        columns=["cluster", "period", "treated", "amount", "over"])

    def minus(beta):
        eta = beta[0] * rows["treated"] + beta[1 + rows["cluster"]] + np.where(rows["period"] > 0, beta[3 + rows["period"]], 0)
        return float((rows["over"] * np.exp(eta) - rows["amount"] * eta).sum())

    best = minimize(minus, np.zeros(7), method="BFGS", options={"gtol": 1e-8})
    assert two_way("rate ratio", rows).value == pytest.approx(best.x[0], abs=1e-4)


@pytest.mark.parametrize("measure", ["rate ratio", "difference"])
def test_two_way_interval_covers_where_clusters_drift(measure):
    """No effect; each cluster's level drifts by chance from period to period, so that its counts hang together and are overdispersed. Of 200
    stepped wedges of 18 clusters 95 % of the intervals should hold nothing; 0.88 is let pass (4.5 standard errors), as 18 clusters are few."""
    rng, held = np.random.default_rng(12), 0
    cluster, period = (grid.ravel() for grid in np.meshgrid(np.arange(18), np.arange(7), indexing="ij"))
    for _ in range(200):
        drift = np.exp(np.cumsum(rng.normal(0, 0.15, (18, 7)), axis=1)).ravel()
        rows = pd.DataFrame({"cluster": cluster, "period": period, "treated": (period > cluster // 3).astype(int), "over": 40.0})
        found = two_way(measure, rows.assign(amount=rng.poisson(40 * drift)))
        held += found.low <= 0 <= found.high
    assert 0.88 < held / 200 < 1.0


def test_two_way_says_nothing_where_nothing_can_be_said():
    rows = pd.DataFrame({"cluster": list("aabbcc"), "period": [0, 1] * 3, "treated": [0, 1] * 3, "amount": 1.0, "over": 1.0})
    assert math.isnan(two_way("rate ratio", rows).value)  # all go over at once: effect and period can't be told apart
