"""Who gains and who loses: measures against closed forms, and names that are given to those who are worse off and to nobody else."""

import argparse

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim.commands import equality as verb
from pathsim.decide.equality import (
    BETWEEN,
    ORDERED,
    chance_of,
    concentration_index,
    deviation,
    discoveries,
    inequality,
    share_worse,
    slope_index,
    slopes,
    spread,
    theil,
    who_gets_worse,
    worse_in_futures,
)
from pathsim.faults import Faults
from pathsim.report.futures import _worse as worse_text
from pathsim.study.differences import differences
from pathsim.study.futures.analysis import verdicts
from pathsim.study.futures.table import Futures, values_of
from pathsim.study.stopping import interval

LEVELS = ["low", "middle", "high"]
shares = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6)
positive = st.floats(0.1, 100.0)


def ranks(weights):
    share = np.array(weights) / np.sum(weights)
    return np.cumsum(share) - share / 2


@given(shares, st.floats(-50, 50), st.floats(-50, 50))
@settings(max_examples=50, deadline=None)
def test_of_a_straight_line_the_slope_index_is_the_slope(weights, level, slope):
    values = level + slope * ranks(weights)
    assert slope_index(values, np.array(weights)) == pytest.approx(slope, abs=1e-7)


@given(shares, positive)
@settings(max_examples=30, deadline=None)
def test_where_all_are_alike_every_measure_is_zero(weights, value):
    values = np.full(len(weights), value)
    for measure in (*ORDERED.values(), *BETWEEN.values()):
        assert measure(values, np.array(weights)) == pytest.approx(0, abs=1e-6)


@given(st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_all_of_it_in_one_end(part):
    weights = np.array([1 - part, part])
    assert concentration_index(np.array([0.0, 3.0]), weights) == pytest.approx(1 - part)  # all in the top `part` of the people
    assert concentration_index(np.array([3.0, 0.0]), weights) == pytest.approx(-part)
    assert theil(np.array([0.0, 3.0]), weights) == pytest.approx(-np.log(part))
    assert deviation(np.array([0.0, 1.0]), weights) == pytest.approx(np.sqrt(part * (1 - part)))


def test_the_concentration_index_is_twice_the_area_under_the_lorenz_line():
    rng = np.random.default_rng(4)
    values, weights = rng.uniform(1, 9, 5), rng.uniform(1, 3, 5)
    people = np.concatenate([[0], np.cumsum(weights) / weights.sum()])
    has = np.concatenate([[0], np.cumsum(values * weights) / (values * weights).sum()])
    assert concentration_index(values, weights) == pytest.approx(1 - 2 * np.trapezoid(has, people))


def test_the_slope_index_is_that_of_every_person_on_the_middle_rank_of_their_level():
    values, people = np.array([3.0, 8.0, 4.0]), np.array([2, 5, 3])
    each, rank = np.repeat(values, people), np.repeat(ranks(people), people)
    assert slope_index(values, people) == pytest.approx(np.polyfit(rank, each, 1)[0])


@given(st.lists(st.tuples(positive, positive), min_size=2, max_size=5), positive, positive)
@settings(max_examples=50, deadline=None)
def test_units_numbers_of_people_and_the_way_round(pairs, unit, people):
    values, weights = np.array(pairs).T
    assert slope_index(unit * values, people * weights) == pytest.approx(unit * slope_index(values, weights), rel=1e-6, abs=1e-6)
    assert slope_index(values[::-1], weights[::-1]) == pytest.approx(-slope_index(values, weights), rel=1e-6, abs=1e-6)
    assert concentration_index(unit * values, people * weights) == pytest.approx(concentration_index(values, weights), abs=1e-9)
    assert concentration_index(values[::-1], weights[::-1]) == pytest.approx(-concentration_index(values, weights), abs=1e-9)
    for of in (spread, deviation, theil):  # they have no order
        assert of(values[::-1], weights[::-1]) == pytest.approx(of(values, weights), abs=1e-9)
    split_values, split_weights = np.repeat(values, 2), np.repeat(weights / 2, 2)  # two municipalities that are alike are one
    assert theil(split_values, split_weights) == pytest.approx(theil(values, weights), abs=1e-9)


def test_a_level_without_people_is_not_there():
    values, weights = np.array([2.0, np.nan, 6.0]), np.array([1.0, 0.0, 3.0])
    for measure in (*ORDERED.values(), *BETWEEN.values()):
        assert measure(values, weights) == pytest.approx(measure(values[[0, 2]], weights[[0, 2]]))


def test_further_axes_are_told_apart():
    rng = np.random.default_rng(1)
    values, weights = rng.uniform(1, 2, (3, 4, 5)), rng.uniform(1, 2, (3, 4, 5))
    for measure in (*ORDERED.values(), *BETWEEN.values()):
        assert measure(values, weights).shape == (4, 5)
        assert measure(values, weights)[2, 3] == pytest.approx(measure(values[:, 2, 3], weights[:, 2, 3]))


def table(effects, replications=8, noise=0.004, seed=1, draws=None):
    """Rows of indicators: a share readmitted by education and municipality. effects: on a level, of the second model."""
    rng, rows, everybody = np.random.default_rng(seed), [], {}
    groups = {"all": ["all"], "education": LEVELS, "municipality": ["a", "b"], "frail": ["yes"], "region": ["here"]}
    for draw in range(draws or 1):
        for replication in range(replications):
            for group, levels in groups.items():
                for number, level in enumerate(levels):
                    base = 0.20 - 0.02 * number + rng.normal(0, 0.02)
                    people = 1000.0 if group == "all" else 300.0
                    for model in ("relay", "partnership"):
                        if group == "region":  # it is everybody
                            rows += [one | {"group": group, "level": level} for one in everybody[model, draw, replication]]
                            continue
                        change = 0 if model == "relay" else effects.get(level, 0.0) + rng.normal(0, noise)
                        head = {"draw": draw, "model": model, "replication": replication, "group": group, "level": level}
                        rows.append(head | {"indicator": "readmission_30", "value": base + change, "denominator": people, "unit": "share"})
                        rows.append(head | {"indicator": "person_years", "value": people, "denominator": 1.0, "unit": "person-years"})
                        everybody.setdefault((model, draw, replication), rows[-2:])
    found = pd.DataFrame(rows).assign(numerator=lambda one: one["value"] * one["denominator"])
    return found if draws else found.drop(columns="draw")


GROUPS = ["education", "municipality", "frail", "region"]


def test_who_is_harmed_is_named_and_who_gains_is_not():
    found = who_gets_worse(table({"low": 0.02, "high": -0.02}), ["relay", "partnership"], GROUPS)
    assert list(found.named("worse")["level"]) == ["low"]
    assert list(found.named("better")["level"]) == ["high"]
    assert len(found.table) == 6  # a group that is everybody is no group


def test_with_few_replications_nobody_is_named_for_sure():
    found = who_gets_worse(table({"low": 0.02}, replications=3, noise=1e-6), ["relay", "partnership"], GROUPS)
    assert found.named("worse").empty and list(found.named("maybe_worse")["level"]) == ["low"]


def test_what_is_the_same_in_every_replication_is_counted_apart():
    found = who_gets_worse(table({}, noise=0.0), ["relay", "partnership"], GROUPS)
    assert found.table.empty and found.same == 6


def test_where_there_is_no_effect_hardly_anybody_is_named():
    """Of tables without effect, at most one in twenty names anybody, and half of these as worse."""
    rng, times, comparisons, n = np.random.default_rng(7), 1000, 40, 8
    one = interval(rng.normal(size=(times * comparisons, n)))
    p = chance_of(one.mean, one.low, one.high, one.n).reshape(times, comparisons)
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / p.size))
    named = np.array([discoveries(row) for row in p])
    assert named.any(axis=1).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / times)
    worse = (named & (one.mean.reshape(times, comparisons) > 0)).any(axis=1)
    assert worse.mean() <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / times)


def test_the_control_is_that_of_benjamini_and_hochberg():
    for row in np.random.default_rng(3).beta(0.5, 3, size=(50, 30)):
        order = np.argsort(row)
        adjusted = np.minimum.accumulate((row[order] * len(row) / np.arange(1, len(row) + 1))[::-1])[::-1]
        assert set(np.flatnonzero(discoveries(row, 0.1))) == set(order[adjusted <= 0.1])


def test_draws_are_told_apart_and_share_worse_counts_futures():
    rows = inequality(table({}, replications=2, draws=3), "education", LEVELS)
    assert len(rows) == 2 * 2 * 3 * 2  # measures, models, draws, replications
    differences = np.array([[[1.0, 3.0], [-1.0, -1.0], [2.0, -3.0], [np.nan, np.nan]]])
    assert share_worse(differences, "lower").tolist() == [pytest.approx(1 / 3)]
    assert share_worse(differences, "higher").tolist() == [pytest.approx(2 / 3)]


def futures(effects, number=60, noise=0.004, inputs=0.0, seed=1):
    """Futures in which an effect on a level is as written times 1 ± inputs, each run twice."""
    rows = table({}, replications=2, noise=noise, seed=seed, draws=number).rename(columns={"draw": "future"})
    times = 1 + inputs * np.random.default_rng(seed + 1).normal(size=number)
    hit = (rows["model"] == "partnership") & (rows["indicator"] == "readmission_30")
    rows.loc[hit, "value"] += rows.loc[hit, "level"].map(effects).fillna(0.0) * times[rows.loc[hit, "future"]]
    where, values = values_of(rows, ("relay", "partnership"), number, 2)
    return Futures(("relay", "partnership"), where, values, np.zeros((number, 0)), (), {})


def test_in_futures_who_is_harmed_is_named_and_who_gains_or_is_unsure_is_not():
    effects = {"low": 0.02, "middle": 0.004, "high": -0.02}
    found = worse_in_futures(verdicts(futures(effects, inputs=0.4), "partnership"), GROUPS)
    assert list(found.named("worse")["level"]) == ["low", "middle"]
    assert len(found.table) == 6  # a group that is everybody is no group
    unsure = worse_in_futures(verdicts(futures(effects, inputs=3.0, number=400), "partnership"), GROUPS)  # told from zero, and worse in 63 of 100
    assert unsure.named("worse").empty and unsure.table["p"].min() < 0.001


def test_what_chance_makes_in_a_small_group_names_nobody_though_all_futures_are_expected_to_be_worse():
    """Where chance hides what inputs do, all futures are expected to be like their mean: worse in all of them or in none."""
    named = naive = 0
    for seed in range(24):
        found = worse_in_futures(verdicts(futures({}, number=12, noise=0.02, seed=seed), "partnership"), GROUPS)
        naive += (found.table["better"] <= 0.2).any()
        named += len(found.named("worse")) > 0
    assert naive > named + 4 and named <= 0.05 * 24 + 3 * np.sqrt(0.05 * 0.95 * 24)


@pytest.mark.parametrize(("lang", "said", "nobody"), [("en", "Groups that get worse", "No group gets worse"), ("da", "Grupper, der", "Ingen gruppe")])
def test_who_gets_worse_is_told_with_how_many_were_looked_at(lang, said, nobody):
    (text,) = worse_text(worse_in_futures(verdicts(futures({"low": 0.02}), "partnership"), GROUPS), lang, "DKK")
    lines = text.splitlines()
    assert lines[0].startswith(said) and "100" in lines[1] and lines[2].strip().startswith("6 ")
    (none,) = worse_text(worse_in_futures(verdicts(futures({"low": -0.02}), "partnership"), GROUPS), lang, "DKK")
    assert none.startswith(nobody) and none.splitlines()[1].strip().startswith("6 ")
    assert worse_text(worse_in_futures(verdicts(futures({}), "partnership"), []), lang, "DKK") == []  # no groups: nothing is said of any


def test_the_slope_over_futures_is_that_of_each_of_them():
    some = futures({"low": 0.02}, inputs=0.4)
    one = slopes(some, "partnership", "education", LEVELS).iloc[0]
    each = [[slope_index(np.array([some.of("readmission_30", model, "education", level)[i, j] for level in LEVELS]), np.ones(3)) for i, j in np.ndindex(60, 2)]
            for model in some.models]
    difference = np.array(each[1]) - np.array(each[0])
    assert [one["base"], one["value"], one["difference"]] == pytest.approx([np.mean(each[0]), np.mean(each[1]), difference.mean()])
    assert np.mean((one["low"] <= difference) & (difference <= one["high"])) == pytest.approx(0.95, abs=0.02)
    assert one["low"] < one["expected_low"] < one["difference"] < one["expected_high"] < one["high"]
    assert slopes(some, "partnership", "income", []).empty


@pytest.fixture
def folder(tmp_path):
    rows = table({"low": 0.02})
    rows.to_csv(tmp_path / "indicators.csv", index=False)
    differences(rows, ["relay", "partnership"]).to_csv(tmp_path / "differences.csv", index=False)
    return tmp_path


def run(*words):
    parser = argparse.ArgumentParser()
    verb.arguments(parser)
    return verb.run(parser.parse_args([*map(str, words)]))


@pytest.mark.parametrize(("lang", "said", "who"), [("en", "Gets worse", "short education"), ("da", "Får det dårligere", "kort uddannelse")])
def test_on_the_command_line_who_gets_worse_comes_first(folder, capsys, lang, said, who):
    assert run(folder, "--lang", lang) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith(said) and lines[3].strip().startswith(who)
    table = pd.read_csv(folder / "equality.csv")
    assert set(table["part"]) == {"groups", "gradient", "between"}
    slope = table[(table["measure"] == "slope")].iloc[0]
    assert slope["high"] < 0 and slope["reading"] == "wider"  # more readmitted at the low end, where there were more before


def test_a_slope_in_the_table_is_that_of_its_means(folder, capsys):
    run(folder)
    one = pd.read_csv(folder / "equality.csv").query("measure == 'slope'").iloc[0]
    rows = pd.read_csv(folder / "indicators.csv").query("indicator == 'readmission_30' and group == 'education'")
    means = rows.groupby(["model", "level"])["value"].mean()
    for model, told in (("relay", one["base"]), ("partnership", one["value"])):
        assert told == pytest.approx(slope_index(means[model][LEVELS].to_numpy(), np.ones(3)))


@pytest.mark.parametrize("words", [["--by", "municipality"], ["--order", "low,high"], ["--order", "a,b,c"]])
def test_an_order_that_is_not_known_or_does_not_fit_is_a_fault(folder, words):
    with pytest.raises(Faults, match="--order"):
        run(folder, *words)


def test_a_group_that_is_not_recorded_is_said(folder, capsys):
    assert run(folder, "--by", "income") == 0
    assert "No income is recorded" in capsys.readouterr().out


def test_a_folder_that_is_not_there():
    with pytest.raises(Faults):
        run("nowhere")
