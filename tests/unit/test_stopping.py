"""The rule for stopping: where it looks, what it asks, and how often its interval holds the truth."""

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pathsim.folders import configs
from pathsim.study.compose import compose
from pathsim.study.differences import differences, means, paired
from pathsim.study.parallel import outcomes
from pathsim.study.replicate import plan_study
from pathsim.study.stopping import enough, interval, looks

MINIMUM, BATCH, MOST = 10, 5, 200


def test_the_interval_is_that_of_students_t():
    values = np.random.default_rng(1).normal(3, 2, (4, 12))
    found = interval(values)
    low, high = stats.t.interval(0.95, 11, values.mean(axis=1), stats.sem(values, axis=1))
    assert found.low == pytest.approx(low, rel=1e-12)
    assert found.high == pytest.approx(high, rel=1e-12)


def test_values_that_are_missing_are_left_out():
    nothing, one, some = np.full(5, np.nan), np.array([2.0, *[np.nan] * 4]), np.array([1.0, np.nan, 3.0, np.nan, 5.0])
    found = interval(np.array([nothing, one, some]))
    assert found.n.tolist() == [0, 1, 3]
    assert np.isnan(found.mean[0]) and found.mean[1] == 2.0 and found.mean[2] == 3.0
    assert np.isnan(found.low[:2]).all()
    assert not enough(np.array([one]), 1e9)
    assert not enough(np.empty((0, 3)), 1e9)


def test_all_rows_must_be_narrow():
    narrow, wide = np.array([1.0, 1.1, 0.9]), np.array([1.0, 5.0, -5.0])
    assert enough(np.array([narrow]), 0.3)
    assert not enough(np.array([narrow, wide]), 0.3)


@pytest.mark.parametrize(
    ("minimum", "batch", "most", "expected"), [(10, 5, 22, [10, 15, 20, 22]), (10, 5, 10, [10]), (30, 5, 10, [10]), (1, 100, 2, [1, 2])]
)
def test_looks(minimum, batch, most, expected):
    assert list(looks(minimum, batch, most)) == expected


def test_the_stopped_interval_covers_nearly_as_often_as_it_says():
    """4,000 studies of a known difference. A fixed number would cover 95 %; several looks take at
    most some 3 points, and the standard error of the share is .35 points."""
    rng, truth, spread, studies = np.random.default_rng(20), 0.1, 1.0, 4000
    mark = stats.t.ppf(0.975, 39) * spread / np.sqrt(40)  # reached at about 40 replications
    covered, numbers = 0, []
    for values in truth + spread * rng.standard_normal((studies, 1, MOST)):
        end = next((look for look in looks(MINIMUM, BATCH, MOST) if enough(values[:, :look], mark)), MOST)
        found = interval(values[:, :end])
        covered += bool(found.low[0] <= truth <= found.high[0])
        numbers.append(end)
    error = np.sqrt(0.95 * 0.05 / studies)
    assert 0.92 - 3 * error < covered / studies < 0.95 + 3 * error
    assert 30 < np.mean(numbers) < 45
    assert set(numbers) <= set(looks(MINIMUM, BATCH, MOST))


def _table(values):
    """values: {model: {(indicator, group, level): [replications]}}."""
    rows = [
        (model, number, *key, value, value, 1.0, "share")
        for model, keys in values.items() for key, numbers in keys.items() for number, value in enumerate(numbers) if value is not None
    ]
    return pd.DataFrame(rows, columns=["model", "replication", "indicator", "group", "level", "value", "numerator", "denominator", "unit"])


KEY = ("readmission_30", "all", "all")


def test_differences_are_paired():
    table = _table({"relay": {KEY: [0.2, 0.3, 0.1]}, "partnership": {KEY: [0.1, 0.2, 0.0]}})
    [row] = differences(table, ["relay", "partnership"]).to_dict("records")
    assert (row["model"], row["against"], row["n"]) == ("partnership", "relay", 3)
    assert row["difference"] == pytest.approx(-0.1)
    assert row["high"] - row["low"] < 1e-12  # what both have in common is gone
    assert row["value"] - row["base"] == pytest.approx(row["difference"])


def test_only_pairs_count_and_a_level_of_one_model_has_no_difference():
    unit = ("occupancy", "unit", "new_ward")
    table = _table({"relay": {KEY: [0.2, np.nan, 0.4]}, "partnership": {KEY: [0.1, 0.9, 0.2], unit: [0.5, 0.7, None]}})
    found = differences(table, ["relay", "partnership"]).set_index("indicator")
    assert found.loc["readmission_30", "n"] == 2
    assert found.loc["readmission_30", "value"] == pytest.approx(0.15)
    assert np.isnan(found.loc["occupancy", "difference"]) and found.loc["occupancy", "n"] == 0
    assert found.loc["occupancy", "value"] == pytest.approx(0.6)
    assert list(found.index) == ["readmission_30", "occupancy"]  # the order of the registry


def test_several_models_are_each_compared_with_the_first():
    table = _table({"a": {KEY: [1.0, 2.0]}, "b": {KEY: [2.0, 4.0]}, "c": {KEY: [0.0, 0.0]}})
    assert differences(table, ["a", "b", "c"])["difference"].tolist() == [1.5, -1.5]
    assert paired(table, ["a", "b", "c"], KEY).tolist() == [[1.0, 2.0], [-1.0, -2.0]]
    assert means(table, "b")["value"].tolist() == [3.0]


def test_a_prepared_study_can_be_run_again():
    """What is stopped at the end of a comparison is that comparison alone."""
    composed = compose([str(configs() / "known" / "mm1.yaml"), "replications=3", "minimum=2", "workers=2", "years=0.2", "warm_up=0"])
    prepared = plan_study(composed.raw, composed.settings, composed.folder, None)
    with closing(outcomes(prepared)) as coming:
        first = next(coming)
    again = list(outcomes(prepared))
    assert len(again) == 3
    pd.testing.assert_frame_equal(first.indicators, again[0].indicators)
