"""A municipality's own ages, and a study set in a later year: how many people there are of each age, and nothing else."""

import copy

import numpy as np
import pytest

from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import read_yaml
from pathsim.population import read_projection, read_tables, synthesise
from pathsim.population.ages import ALL_BANDS, BANDS
from pathsim.study.citizens import data_files, inhabitants_of, synthetic
from pathsim.study.settings import read_settings

FILE = configs() / "synthesis" / "projection.yaml"
OWN = {"children": 0.18, "18-29": 0.12, "30-44": 0.15, "45-54": 0.13, "55-64": 0.14, "65-69": 0.07,
       "70-74": 0.08, "75-79": 0.06, "80-84": 0.04, "85-89": 0.02, "90-99": 0.01}


@pytest.fixture(scope="module")
def tables():
    return read_tables(configs() / "synthesis" / "danish.yaml")


@pytest.fixture(scope="module")
def projection():
    return read_projection(read_yaml(FILE))


def settings(year=None, **municipality):
    return read_settings({"synthesis": {"year": year, "municipalities": {"odder": {"inhabitants": 20_000} | municipality}}})


def faults(**given):
    with pytest.raises(Faults) as found:
        settings(**given)
    return str(found.value)


def by_band(citizens, people):
    """How many of the adults are in each band, and how many are children."""
    first = [int(band.split("-")[0]) for band in BANDS] + [100]
    adults = np.histogram(citizens["age"], first)[0]
    return dict(zip(ALL_BANDS, [people - len(citizens), *adults.tolist()], strict=True))


def test_a_municipalitys_own_ages_are_met_to_the_person(tables):
    found = by_band(synthesise(tables, "odder", 20_000, 1, everyone=True, own_ages=OWN), 20_000)
    assert all(abs(found[band] - 20_000 * OWN[band]) <= 1 for band in ALL_BANDS)


def test_numbers_of_people_and_shares_say_the_same(tables):
    numbers = {band: 20_000 * share for band, share in OWN.items()}
    shares, counted = (synthetic(settings(ages=ages)) for ages in (OWN, numbers))
    assert shares.equals(counted)
    assert not shares.equals(synthetic(settings()))


def test_without_a_year_nobody_changes(tables):
    assert synthetic(settings()).drop(columns="citizen").equals(synthesise(tables, "odder", 20_000, 1).reset_index(drop=True))
    same = {band: 1.0 for band in ALL_BANDS}
    assert synthesise(tables, "odder", 20_000, 1, growth=same).equals(synthesise(tables, "odder", 20_000, 1))


@pytest.mark.parametrize("year", [2024, 2030, 2033, 2040])
def test_each_age_grows_as_the_projection_says(tables, projection, year):
    growth = projection.growth(year)
    before = by_band(synthesise(tables, "odder", 20_000, 1, everyone=True), 20_000)
    people = inhabitants_of(settings(year).synthesis)["odder"]
    after = by_band(synthesise(tables, "odder", 20_000, 1, everyone=True, growth=growth), people)
    assert all(abs(after[band] - growth[band] * before[band]) <= 2 for band in ALL_BANDS)
    assert people == pytest.approx(sum(growth[band] * before[band] for band in ALL_BANDS), abs=2)


def test_the_base_year_is_as_the_tables_say(projection):
    assert set(projection.growth(projection.base).values()) == {1.0}


def test_what_the_projection_expects():
    """80 and over as Statistics Denmark expected in 2020: 433,511 in 2030, which is 59 per cent more than in 2020 (A072)."""
    data = read_yaml(FILE)
    of = {year: sum(data["thousands"][band][i] for band in ("80-84", "85-89", "90-99")) for i, year in enumerate(data["years"])}
    assert of[2030] == pytest.approx(433.5, rel=0.01) and of[2030] / of[2020] == pytest.approx(1.59, abs=0.03)
    assert {year: round(sum(row[i] for row in data["thousands"].values())) for i, year in enumerate(data["years"])} == pytest.approx(
        {2020: 5830, 2025: 6001, 2030: 6081, 2035: 6118, 2040: 6132}, abs=1)


def test_between_two_years_it_grows_evenly(projection):
    at = [projection.growth(year)["85-89"] for year in range(2030, 2036)]
    assert np.diff(at) == pytest.approx((at[-1] - at[0]) / 5)


def test_a_later_year_has_no_citizen_twice_and_no_new_practice():
    places = {"odder": {"inhabitants": 9000}, "samsoe": {"inhabitants": 3700, "ages": OWN}}
    now, then = (synthetic(read_settings({"synthesis": {"year": year, "municipalities": places}})) for year in (None, 2040))
    assert then["citizen"].is_unique and (then["age"] >= 80).sum() > 1.3 * (now["age"] >= 80).sum()
    assert set(then["practice"]) == set(now["practice"])


def test_a_later_year_is_one_more_file_that_the_results_depend_on():
    raw = {"population": {"from": "synthetic"}}
    assert set(data_files(raw, settings(), FILE.parent)) == {"synthesis"}
    assert data_files(raw, settings(2030), FILE.parent)["projection"] == FILE


@pytest.mark.parametrize(("given", "said"), [
    ({"year": 2023}, "Allowed: a whole number from 2024 to 2040"),
    ({"year": 2041}, "2041 was given"),
    ({"ages": OWN, "share_65_plus": 0.2}, "both say how old people are"),
    ({"ages": OWN | {"children": 0.5}}, "ages make 1.32. Allowed: 1 (shares) or 20000"),
    ({"ages": {band: 100 * share for band, share in OWN.items()}}, "ages make 100. Allowed"),
    ({"ages": {"childen": 0.2}}, "Did you mean 'children'?"),
    ({"ages": OWN | {"90-99": "many"}}, "90-99: "),
    ({"ages": OWN | {"90-99": -0.01}}, "-0.01 was given. Allowed: 0 or more"),
    ({"ages": [0.2, 0.8]}, "a share or number for each of children, 18-29"),
    ({"ages": dict.fromkeys(OWN, 0) | {"children": 1}}, "no adults"),
])  # fmt: skip
def test_ages_and_years_at_fault(given, said):
    found = faults(**given)
    assert said in found and "synthesis." in found


def test_all_that_is_wrong_with_ages_is_said_at_once():
    found = faults(ages={"childen": 1, "18-29": "few"})
    assert "childen" in found and "18-29: " in found and "90-99 is missing" in found


def test_a_projection_at_fault_says_all(tmp_path):
    data = copy.deepcopy(read_yaml(FILE))
    data["thousands"]["80-85"] = data["thousands"].pop("80-84")
    data["thousands"]["children"][0] = -1
    with pytest.raises(Faults) as found:
        read_projection(data, "projection.yaml")
    text = str(found.value)
    assert "Did you mean '80-84'?" in text and "80-84: is missing" in text and "-1" in text
    for change in ({"years": [2020, 2030, 2025, 2035, 2040]}, {"base": 2030}, {"years": [2020, 2025, 2030]}):
        with pytest.raises(Faults):
            read_projection(read_yaml(FILE) | change)
