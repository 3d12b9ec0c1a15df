"""Chance and inputs kept apart: against theory, and what is claimed to hold nine times of ten holds nine times of ten."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pathsim.study.futures.components import components, expected, replications_worth
from pathsim.study.futures.table import values_of
from pathsim.study.futures.verdict import best_of, said, share_better, verdict_of


def futures(rng, number, twice, inputs, chance, mean=0.0):
    """[future, replication]: the first `twice` have two replications, as a run has them; and the true expected differences."""
    mu = rng.normal(mean, inputs, number)
    y = mu[:, None] + rng.normal(0, chance, (number, 2))
    y[twice:, 1] = np.nan
    return y, mu


def test_components_are_those_of_theory():
    rng = np.random.default_rng(3)
    found = [components(futures(rng, 300, 60, 2.0, 1.5, 1.0)[0]) for _ in range(200)]
    for values, truth in ([one.inputs for one in found], 4.0), ([one.chance for one in found], 2.25), ([one.mean for one in found], 1.0):
        assert abs(np.mean(values) - truth) < 4 * np.std(values, ddof=1) / np.sqrt(200)  # a false alarm once in 5,000 for the three
    assert np.std([one.chance for one in found]) == pytest.approx(2.25 * np.sqrt(2 / 60), rel=0.25)  # chi-square with 60 degrees
    assert np.std([one.mean for one in found]) == pytest.approx(np.mean([one.se for one in found]), rel=0.25)


def test_equal_numbers_give_the_textbook_table():
    y = np.random.default_rng(1).normal(size=(30, 4)) + np.arange(30)[:, None]
    groups = stats.f_oneway(*y)
    found = components(y)
    assert (found.inputs + found.chance / 4) * 4 / found.chance == pytest.approx(groups.statistic)


def test_intervals_and_probabilities_hold_what_they_claim():
    """Of what a year shows and what is to be expected, in a future that was not run, 95 of 100 lie inside; and so many are better as was said."""
    rng = np.random.default_rng(8)
    inside_year, inside_mean, said_better, better = [], [], [], []
    for _ in range(300):
        mean, inputs, chance = rng.normal(0, 1.5), rng.uniform(0.5, 2), rng.uniform(0.3, 2)
        found = verdict_of(futures(rng, 400, 100, inputs, chance, mean)[0], "lower")
        mu = rng.normal(mean, inputs, 50)
        year = mu + rng.normal(0, chance, 50)
        inside_mean.append(np.mean((mu > found.low) & (mu < found.high)))
        inside_year.append(np.mean((year > found.year_low) & (year < found.year_high)))
        said_better.append((found.better, found.year_better))
        better.append((np.mean(mu < 0), np.mean(year < 0)))
    for inside in (inside_mean, inside_year):
        assert abs(np.mean(inside) - 0.95) < 4 * np.std(inside) / np.sqrt(300) + 0.005  # quantiles of 400 are biased by about 1 in 400
    gap = np.array(said_better) - np.array(better)
    assert (np.abs(gap.mean(axis=0)) < 4 * gap.std(axis=0) / np.sqrt(300)).all()


def test_means_alone_would_claim_too_much_and_shrinking_does_not():
    rng = np.random.default_rng(4)
    y, mu = futures(rng, 4000, 1000, 1.0, 2.0)
    spread = np.var(expected(y))
    assert spread == pytest.approx(1.0, abs=0.35)  # four standard errors: sqrt(2/4000) of a variance of 5 and sqrt(2/1000) of one of 4
    assert np.nanmean(y, axis=1).var() > 3
    assert np.corrcoef(expected(y), mu)[0, 1] > 0.4


@given(st.integers(0, 1000), st.floats(-100, 100), st.floats(0.01, 100))
@settings(max_examples=40)
def test_moved_and_stretched(seed, shift, factor):
    y = futures(np.random.default_rng(seed), 40, 20, 1.0, 1.0)[0]
    one, other = components(y), components(shift + factor * y)
    assert other.inputs == pytest.approx(factor**2 * one.inputs, abs=1e-6 * factor**2 * (1 + shift**2))
    assert np.allclose(expected(shift + factor * y), shift + factor * expected(y), atol=1e-6 * (1 + abs(shift) + factor))


def test_what_only_chance_moves_has_no_verdict():
    """Of 200 studies in which nothing depends on the inputs and nothing differs, few say very likely or very unlikely."""
    rng = np.random.default_rng(11)
    told = [verdict_of(futures(rng, 200, 100, 0.0, 1.0)[0], "lower") for _ in range(200)]
    sure = np.mean([one.better >= 0.95 or one.better <= 0.05 for one in told])
    assert sure < 0.1 + 4 * np.sqrt(0.1 * 0.9 / 200)
    assert np.mean([one.low <= 0 <= one.high for one in told]) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 200)


def test_no_difference_is_no_verdict_for_either():
    found = verdict_of(np.zeros((50, 2)), "lower")
    assert (found.better, found.year_better, found.verdict) == (0.5, 0.5, "unclear")
    assert found.parts.inputs == found.parts.chance == 0 and found.low == found.high == 0
    y = futures(np.random.default_rng(1), 200, 50, 1.0, 1.0, 0.3)[0]
    assert verdict_of(y, "lower").better == pytest.approx(1 - verdict_of(-y, "lower").better)
    assert np.isnan(verdict_of(y, "neutral").better) and verdict_of(y, "neutral").verdict == ""


def test_one_replication_of_each_tells_no_chance():
    y = np.random.default_rng(1).normal(size=(30, 2))
    y[:, 1] = np.nan
    assert np.isnan(components(y).chance) and np.isnan(components(y).inputs)
    assert components(np.full((5, 2), np.nan)).futures == 0


@pytest.mark.parametrize(("better", "words"), [
    (0.95, "very likely"), (0.8, "likely"), (0.5, "unclear"), (0.2, "unclear"), (0.1, "unlikely"), (0.0, "very unlikely"),
])
def test_verdicts(better, words):
    assert said(better, "higher") == words


def test_best_of_several():
    rng = np.random.default_rng(2)
    values = rng.normal([0.0, 0.0, 50.0], 1.0, (4000, 3))
    share = best_of(values, "lower")
    assert share.sum() == pytest.approx(1) and share[2] == 0 and abs(share[0] - 0.5) < 4 * 0.5 / np.sqrt(4000)
    assert best_of(np.zeros((3, 4)), "higher").tolist() == [0.25] * 4
    assert share_better(np.array([-1.0, 0.0, 2.0]), "lower") == 0.5


def test_replications_are_worth_their_time():
    """The number said gives the smallest variance of the mean for the same time, among all numbers."""
    from pathsim.study.futures.components import Components

    inputs, chance, before, each = 1.0, 40.0, 0.5, 1.0
    told = replications_worth(Components(0, 0, inputs, chance, 50, 100), before, each)
    variance = {n: (inputs + chance / n) * (before + n * each) for n in range(1, 21)}
    assert told in sorted(variance, key=variance.get)[:2]
    assert replications_worth(Components(0, 0, 0.0, 1.0, 50, 100), before, each, 7) == 7


def test_values_find_their_places():
    table = pd.DataFrame({"model": ["relay", "p", "p"], "future": [0, 0, 2], "replication": [0, 0, 1], "indicator": ["cost", "cost", "deaths"], "group": "all",
                          "level": "all", "value": [1.0, 2.0, 3.0]})
    rows, values = values_of(table, ("relay", "p"), 3, 2)
    assert values[0, rows.get_loc(("cost", "all", "all")), 0, 0] == 1 and values[1, rows.get_loc(("deaths", "all", "all")), 2, 1] == 3
    assert np.isfinite(values).sum() == 3
