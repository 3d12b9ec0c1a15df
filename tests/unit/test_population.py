"""Synthetic citizens: shares to the person, dependence as stated, draws of their own."""

import copy
import hashlib
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from pathsim.faults import Faults
from pathsim.population import marginals, municipalities, read_tables, synthesise, validate
from pathsim.population.luck import Luck
from pathsim.population.municipalities import word
from pathsim.population.ranks import Crowd, cut
from pathsim.population.synthesis import NAMED, is_simulated
from pathsim.population.tables import BANDS, CONDITIONS, WORKING_AGE

FILE = Path(__file__).parents[2] / "configs" / "synthesis" / "danish.yaml"
ESBJERG = 115_465


@pytest.fixture(scope="module")
def raw():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def adults(raw):
    return synthesise(raw, "esbjerg", ESBJERG, seed=1, everyone=True)


@pytest.fixture
def altered(raw):
    return copy.deepcopy(raw)


def band_of(adults):
    first = [int(band.split("-")[0]) for band in BANDS]
    return pd.Series(
        np.array(BANDS)[np.searchsorted(first, adults["age"], side="right") - 1], adults.index
    )


def digest(citizens):
    return hashlib.sha256(citizens.to_csv().encode()).hexdigest()


# Rank and cut


def test_the_highest_scores_get_the_first_word_and_ties_go_by_number():
    score = np.array([1.0, 2.0, 2.0, 0.0, 2.0])
    assert cut(score, np.zeros(5, int), np.array([[0.4, 0.2]])).tolist() == [2, 0, 0, 2, 1]


def test_a_share_is_met_to_the_person_with_half_rounded_up():
    for people, share, expected in [(10, 0.25, 3), (10, 0.05, 1), (10, 0.049, 0), (0, 0.5, 0)]:
        words = cut(np.arange(float(people)), np.zeros(people, int), np.array([[share]]))
        assert (words == 0).sum() == expected


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_band_has_the_table_s_share_of_each_condition(adults, raw, condition):
    band = band_of(adults)
    for name, share in raw["conditions"][condition]["share"].items():
        in_band = adults[band == name]
        assert in_band[condition].sum() == math.floor(share * len(in_band) + 0.5), name


def test_each_band_has_the_table_s_share_of_adults_and_of_every_other_word(adults, raw):
    band = band_of(adults)
    for name in BANDS:
        people = adults[band == name]
        one = 1.5 / len(people)  # two cuts, each off by half a person
        assert len(people) == pytest.approx(raw["ages"]["share"][name] * ESBJERG, abs=1)
        assert (people["sex"] == "woman").mean() == pytest.approx(
            raw["women"]["share"][name], abs=one
        )
        for level in ("low", "middle"):
            share = raw["education"]["share"][level][name]
            assert (people["education"] == level).mean() == pytest.approx(share, abs=one)
        for level in ("severe", "frail", "pre_frail"):
            share = raw["frailty"]["share"][level][name]
            assert (people["frailty"] == level).mean() == pytest.approx(share, abs=one)
        for sex in ("man", "woman"):
            same = people[people["sex"] == sex]
            share = raw["care_home"]["share"][sex][name]
            assert (same["care"] == "care_home").mean() == pytest.approx(share, abs=1 / len(same))
        for trait in ("severe_mental_illness", "psychiatric_history", "strained", "on_sick_leave"):
            assert people[trait].mean() == pytest.approx(raw[trait]["share"].get(name, 0), abs=one)


def test_other_conditions_have_the_poisson_mean(adults, raw):
    other = adults["conditions"] - adults[list(CONDITIONS)].sum(axis=1)
    for name, people in other.groupby(band_of(adults)):
        # each of some ten cuts is off by at most half a person
        assert people.mean() == pytest.approx(
            raw["other_conditions"]["mean"][name], abs=5 / len(people)
        )


# What the tables give: the values found when the tables were made, with room for another draw

FOUND = {
    "two_or_more_conditions_65_plus": (50.2, 0.6),
    "two_or_more_conditions": (21.8, 0.3),
    "two_or_more_conditions_low_education": (31.4, 1.2),
    "two_or_more_conditions_high_education": (15.7, 0.5),
    "physical_and_mental_condition": (5.6, 0.15),
    "copd": (4.6, 0.1),
    "diabetes": (5.6, 0.1),
    "depression": (9.8, 0.1),
    "heart_failure_50_to_74": (2.3, 0.1),
    "heart_failure_75_plus": (6.8, 0.1),
    "heart_failure_85_plus": (10.3, 0.1),
    "dementia_65_plus": (3.1, 0.1),
    "dementia_85_plus": (11.2, 0.1),
    "single_65_plus": (41.1, 0.3),
    "single_men_65_plus": (13.9, 0.2),
    "single_women_65_plus": (27.2, 0.3),
    "care_home_65_plus": (3.2, 0.1),
    "home_help_65_plus": (10.4, 0.1),
    "any_municipal_care_65_plus": (19.7, 0.1),
    "home_help_single_women_65_plus": (20.7, 0.8),
    "home_help_single_men_65_plus": (17.2, 1.5),
    "home_help_women_in_couples_65_plus": (3.9, 0.5),
    "frail_in_own_home_65_plus": (10.1, 0.2),
}


@pytest.fixture(scope="module")
def table(adults, raw):
    return marginals(adults, raw)


@pytest.mark.parametrize("quantity", FOUND)
def test_marginals_are_as_found(table, quantity):
    value, tolerance = FOUND[quantity]
    assert 100 * table.loc[quantity, "model"] == pytest.approx(value, abs=tolerance)


def test_every_marginal_has_a_target_and_only_the_known_misses_are_far_from_it(table, raw):
    assert set(table.index) == set(raw["targets"]) == set(FOUND)
    miss = np.maximum(table["low"] - table["model"], table["model"] - table["high"]).clip(lower=0)
    far = set(table.index[miss / table["low"] > 0.08])
    assert far == {
        "two_or_more_conditions_low_education",
        "two_or_more_conditions_high_education",
        "physical_and_mental_condition",
        "frail_in_own_home_65_plus",
    }


# Dependence


def test_frailty_rises_with_conditions_at_every_age(adults):
    frail = adults["frailty"].isin(["frail", "severe"])
    old = adults["age"] >= 65
    group = pd.cut(adults["conditions"], [-1, 0, 1, 3, 5, 99])
    for _, rates in (
        frail[old].groupby([band_of(adults), group], observed=True).mean().groupby(level=0)
    ):
        assert rates.is_monotonic_increasing


def test_help_follows_frailty_and_living_alone(adults):
    own = adults[(adults["age"] >= 65) & (adults["care"] != "care_home")]
    helped = ~own["care"].isin(["none", "nursing"])
    by = helped.groupby([own["lives_alone"], own["frailty"]], observed=True).mean()
    for alone in (False, True):
        rates = by[alone][["robust", "pre_frail", "frail", "severe"]]
        assert rates.is_monotonic_increasing
    assert (by[True] > by[False]).all()


def test_registered_dementia_leads_to_care_homes(adults):
    old = adults[adults["age"] >= 80]
    in_home = (
        (old["care"] == "care_home")
        .groupby([old["frailty"], old["dementia"]], observed=True)
        .mean()
    )
    for level in ("pre_frail", "frail", "severe"):
        assert in_home[level, True] > in_home[level, False]


def test_mental_health_hangs_on_depression_and_education(adults):
    working = adults[adults["age"] < 65]
    for trait in ("strained", "on_sick_leave", "severe_mental_illness", "psychiatric_history"):
        by_depression = working.groupby("depression")[trait].mean()
        assert by_depression[True] > 2 * by_depression[False]
        by_education = working.groupby("education", observed=True)[trait].mean()
        assert by_education["low"] > by_education["high"]


def test_strata_of_mental_health_fit_together(adults):
    assert not (adults["severe_mental_illness"] & adults["psychiatric_history"]).any()
    assert adults.loc[adults["on_sick_leave"], "strained"].all()
    assert (adults.loc[adults["strained"], "age"] < 65).all()
    assert ((adults["strain_cause"] == "none") == ~adults["strained"]).all()


def test_comorbidity_is_the_index_of_its_parts(adults):
    other = adults["conditions"] - adults[list(CONDITIONS)].sum(axis=1)
    expected = adults[NAMED].sum(axis=1) + adults["cancer"] + (other - 1).clip(0, 2)
    assert adults["comorbidity"].equals(expected)


@pytest.mark.parametrize("hidden", ["vulnerability", "psychiatric_vulnerability"])
def test_hidden_risk_is_in_equal_tenths_and_independent_of_what_is_seen(adults, hidden):
    tenth = adults[hidden]
    n = len(tenth)
    counts = tenth.value_counts()
    assert sorted(counts.index) == list(range(1, 11))
    assert (counts - n / 10).abs().max() < 4 * math.sqrt(n * 0.1 * 0.9)
    for seen in ("age", "conditions", "comorbidity"):
        assert abs(np.corrcoef(tenth, adults[seen])[0, 1]) < 4 / math.sqrt(n)
    assert abs(
        np.corrcoef(adults["vulnerability"], adults["psychiatric_vulnerability"])[0, 1]
    ) < 4 / math.sqrt(n)


# Who is simulated


def test_size_and_time_of_a_whole_municipality(raw):
    start = time.process_time()
    citizens = synthesise(raw, "esbjerg", ESBJERG, seed=1)
    assert time.process_time() - start < 5
    assert 40_000 < len(citizens) < 44_000
    assert (citizens["age"] >= 65).sum() == pytest.approx(0.197 * ESBJERG, abs=1)


def test_the_simulated_are_adults_with_a_reason(raw, adults):
    citizens = synthesise(raw, "esbjerg", ESBJERG, seed=1)
    assert citizens.equals(adults[is_simulated(adults)])
    others = adults.drop(citizens.index)
    assert (others["age"] < 65).all() and (others["conditions"] <= 1).all()
    traits = [*NAMED, "strained", "on_sick_leave", "psychiatric_history", "severe_mental_illness"]
    assert not others[traits].any(axis=None)


def test_ages_and_practices_are_plausible(adults, raw):
    assert adults["age"].min() == 18 and adults["age"].max() == 99
    oldest = adults["age"].value_counts().loc[range(90, 100)]
    assert oldest.is_monotonic_decreasing
    practices = adults["practice"].cat.categories
    assert len(practices) == round(ESBJERG / raw["inhabitants_per_practice"]["value"])
    assert practices[0] == "practice_01"
    assert (adults["practice"].value_counts() > 1000).all()


@pytest.mark.parametrize("share", [0.12, 0.35])
def test_a_municipality_s_own_share_of_the_old(raw, adults, share):
    moved = synthesise(raw, "esbjerg", ESBJERG, seed=1, share_65_plus=share, everyone=True)
    old = moved["age"] >= 65
    assert old.sum() == pytest.approx(share * ESBJERG, abs=1)
    before = adults["age"][adults["age"] >= 65] >= 80
    assert (moved["age"][old] >= 80).mean() == pytest.approx(before.mean(), abs=1e-3)


def test_even_a_hamlet_can_be_drawn(altered):
    altered["municipalities"] = "any"
    assert len(synthesise(altered, "utopia", 3, seed=0, everyone=True)) <= 3


# Draws

PROGRAM = f"""
import hashlib
from pathsim.population import read_tables, synthesise
citizens = synthesise(read_tables({str(FILE)!r}), "fanoe", 700, seed=3)
print(hashlib.sha256(citizens.to_csv().encode()).hexdigest())
"""


def test_the_same_bits_in_every_process_compiled_or_not():
    answers = set()
    for change in ({"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "1", "NUMBA_DISABLE_JIT": "1"}):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | change,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(run.stdout)
    assert len(answers) == 1
    assert answers.pop().strip() == digest(synthesise(read_tables(FILE), "fanoe", 700, seed=3))


def test_the_order_of_a_file_does_not_matter(raw):
    def reverse(node):
        return (
            {key: reverse(node[key]) for key in reversed(node)} if isinstance(node, dict) else node
        )

    assert digest(synthesise(reverse(raw), "odder", 5000, 2)) == digest(
        synthesise(raw, "odder", 5000, 2)
    )


def test_a_score_has_the_same_bits_whatever_the_order_of_its_weights():
    number = np.arange(1000)
    crowd = Crowd(Luck(1, "odder", number), number * 0)
    crowd.known = {name: crowd.luck.normal(name) for name in "abcd"}
    weights = {"a": 0.1, "b": 0.7, "c": -0.3, "d": 1.3, "noise": 1.0}
    backwards = dict(reversed(weights.items()))
    assert (crowd.score("x", weights) == crowd.score("x", backwards)).all()


def test_another_seed_and_another_municipality_are_other_people(raw):
    one = synthesise(raw, "odder", 5000, 2, everyone=True)["vulnerability"]
    for place, seed in [("odder", 3), ("esbjerg", 2)]:
        other = synthesise(raw, place, 5000, seed, everyone=True)["vulnerability"]
        both = one.index.intersection(other.index)
        same = (one[both] == other[both]).mean()
        assert same == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / len(both)))


def test_a_raised_share_adds_people_and_moves_no_other_draw(altered, adults):
    for band in BANDS:
        altered["conditions"]["copd"]["share"][band] *= 1.5
    changed = synthesise(altered, "esbjerg", ESBJERG, seed=1, everyone=True)
    assert changed["copd"].sum() == pytest.approx(1.5 * adults["copd"].sum(), rel=0.01)
    assert changed.loc[adults["copd"], "copd"].all()
    follows = {"copd", "conditions", "comorbidity", "frailty", "care"}  # their scores hang on it
    alone = [name for name in adults if name not in follows]
    pd.testing.assert_frame_equal(changed[alone], adults[alone])


def test_a_raised_age_moves_only_those_at_an_edge(altered, adults):
    altered["ages"]["share"]["65-69"] += 0.01
    altered["ages"]["share"]["55-64"] -= 0.01
    changed = synthesise(altered, "esbjerg", ESBJERG, seed=1, everyone=True)
    assert (changed["age"] - adults["age"]).abs().max() <= 3
    pd.testing.assert_series_equal(changed["vulnerability"], adults["vulnerability"])


# Faults


def faults_of(tables, **arguments):
    with pytest.raises(Faults) as raised:
        if arguments:
            synthesise(
                tables, **({"municipality": "odder", "inhabitants": 100, "seed": 0} | arguments)
            )
        else:
            validate(tables, "my.yaml")
    return {fault.where: fault.message for fault in raised.value.faults}


def test_all_faults_of_the_tables_at_once(altered):
    altered["conditions"]["copd"]["share"]["18-29"] = 4.7
    altered["conditions"]["copd"]["score"] = {"burden": 1.2}
    altered["conditions"]["diabetes"]["share"]["18-29"] = float("nan")
    altered["depresion"] = {}
    del altered["women"]["share"]["65-69"]
    altered["women"]["role"] = "literature"
    altered["education"]["share"]["low"]["30-44"] = 0.9
    altered["home_care"]["hours"]["help_under_2h"] = 0.5
    altered["frailty"]["score"]["frailty"] = 1.0
    altered["targets"]["copd"]["value"] = [0.1, 0.2, 0.3]
    faults = faults_of(altered)
    assert "4.7 was given" in faults["my.yaml: conditions.copd.share.18-29"]
    assert "not per cent" in faults["my.yaml: conditions.copd.share.18-29"]
    assert "burden: 1.2" in faults["my.yaml: conditions.copd.score"]
    assert "nan" in faults["my.yaml: conditions.diabetes.share.18-29"]
    assert "is missing" in faults["my.yaml: women.share.65-69"]
    assert "low + middle make 1.32 in band 30-44" in faults["my.yaml: education.share"]
    assert "hours make 0.83" in faults["my.yaml: home_care"]
    assert "not a word of this table" in faults["my.yaml: frailty.score.frailty"]
    assert "my.yaml: targets.copd.value" in faults
    assert "my.yaml: depresion" in faults


def test_tables_that_contradict_each_other(altered):
    altered["on_sick_leave"]["share"]["18-29"] = 0.2
    assert "only the strained are on sick leave" in faults_of(altered)["my.yaml"]


def test_ages_must_be_whole(altered):
    altered["ages"]["children"] = 0.3
    assert "make 1.097. Allowed: 1" in faults_of(altered)["my.yaml: ages"]


def test_a_source_is_owed(altered):
    altered["women"]["role"] = "literature"
    assert "without a source" in faults_of(altered)["my.yaml: women"]


def test_all_faults_of_the_arguments_at_once(raw):
    faults = faults_of(raw, municipality="esbjrg", inhabitants=0, seed=-1, share_65_plus=20)
    assert "Did you mean 'esbjerg'?" in faults["municipality"]
    assert set(faults) == {"municipality", "inhabitants", "seed", "share_65_plus"}
    assert "Write it as 'toender'" in faults_of(raw, municipality="Tønder")["municipality"]
    for wrong in (1.5, True, 10**9):
        assert set(faults_of(raw, inhabitants=wrong)) == {"inhabitants"}


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    for content in (None, "a: [", "- 1", ""):
        file = tmp_path / "tables.yaml"
        if content is not None:
            file.write_text(content)
        with pytest.raises(Faults, match=r"tables\.yaml"):
            read_tables(file)


def test_the_98_municipalities_have_words():
    places = municipalities()
    assert len(places) == 98 and places.index.is_unique
    assert [word(name) for name in places["municipality"]] == list(places.index)
    assert places.index.str.fullmatch("[a-z_]+").all()
    assert 5.4e6 < places["inhabitants"].sum() < 6.0e6


def test_bands_cover_adult_life():
    ages = [
        age for band in BANDS for age in range(*(int(x) + i for i, x in enumerate(band.split("-"))))
    ]
    assert ages == list(range(18, 100)) and BANDS[: len(WORKING_AGE)] == WORKING_AGE
