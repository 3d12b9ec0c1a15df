"""The shipped configurations: they are read, and are what they say of themselves (their numbers: test_evidence_configs)."""

import re
from functools import cache

import pytest

from pathsim.evidence.sources import sources
from pathsim.folders import configs
from pathsim.language import read_all, read_yaml
from pathsim.plan import lay_out
from pathsim.population import municipalities, synthesise
from pathsim.study.compose import compose
from pathsim.study.replicate import one_run, plan_study

REGIONS = ["esbjerg", "syddanmark"]
FILES = sorted(configs().rglob("*.yaml"))


@pytest.mark.parametrize("file", [f for f in FILES if f.parent.name == "known"], ids=lambda f: f.stem)
def test_known_systems_have_no_fault(file):
    assert read_all(read_yaml(file))


def test_the_default_is_composed_without_fault():
    systems = read_all(compose([]).raw)
    assert list(systems) == ["relay", "partnership"]
    assert not systems["relay"].levers_on and len(systems["partnership"].levers_on) == 8


@cache
def shipped(region):
    return compose([f"region={region}"])


@pytest.mark.parametrize("file", [f for f in FILES if f.parent.name != "known"], ids=lambda f: f.stem)
def test_every_source_named_in_a_remark_is_in_the_list_of_sources(file):
    assert set(re.findall(r"\b[A-G]\d{3}\b", file.read_text(encoding="utf-8"))) <= set(sources())


@pytest.mark.parametrize("region", REGIONS)
def test_what_has_no_role_of_its_own_is_assumed(region):
    assert shipped(region).raw["about"]["role"] == "assumed"


def test_the_acute_function_changes_payer_in_2027():
    for unit in ("acute_team", "acute_place", "temporary_place"):
        for who in ("payer", "operator"):
            assert compose([]).raw["costs"][unit][who] == {
                "by": "date", "until 2027-01-01": "municipality", "from 2027-01-01": "region"
            }  # fmt: skip


# The Region of Southern Denmark: what is there, in proportion to Esbjerg and its hospital.
MUNICIPAL = ("gp", "acute_team", "acute_place", "temporary_place", "assessment", "rehabilitation", "social_psychiatry", "psychology", "job_centre")
AS_ESBJERG = ("out_of_hours", "district_psychiatry", "supported_housing")  # of an area, but per inhabitant as in Esbjerg
OF_AN_AREA = ("emergency", "acute_ward", "medical_ward", "geriatric_ward", "other_ward", "clinic", "psychiatric_emergency", "psychiatric_ward")
CALLED_ELSEWHERE = {"psychiatric_ward": 90}  # where Esbjerg has 86


def inhabitants():
    return {name: place.inhabitants for name, place in shipped("syddanmark").settings.synthesis.municipalities.items()}


def belongs(attribute):
    """The municipalities of each hospital or department."""
    table = shipped("syddanmark").raw["attributes"][attribute]
    found = {}
    for name in inhabitants():
        found.setdefault(table[name], []).append(name)
    return found


def places(raw, unit):
    written = raw["units"][unit]
    return {name: n for name, n in written["beds" if "beds" in written else "slots"].items() if name != "by"}


def number(region, unit):
    written = shipped(region).raw["units"][unit]
    return written["beds" if "beds" in written else "slots"]


@cache
def systems():
    return read_all(shipped("syddanmark").raw)


@cache
def plans():
    return {model: {unit.name: unit for unit in lay_out(system, 1.0).units} for model, system in systems().items()}


def test_the_region_is_composed_without_fault():
    assert list(systems()) == ["relay", "partnership"]
    assert len(systems()["partnership"].levers_on) == 8


def test_the_region_has_its_municipalities_with_their_inhabitants():
    known = municipalities()
    assert inhabitants() == known.loc[known["region"] == "Syddanmark", "inhabitants"].to_dict()
    assert len(inhabitants()) == 22


def test_people_from_elsewhere_come_in_proportion_to_inhabitants():
    shares, everybody = shipped("syddanmark").raw["attributes"]["municipality"], sum(inhabitants().values())
    assert list(shares) == list(inhabitants()) and shares["odense"] == "rest"
    assert all(abs(shares[name] - size / everybody) < 1e-5 for name, size in inhabitants().items() if name != "odense")


def test_each_municipality_has_a_hospital_and_a_psychiatric_department():
    for attribute, number_of_them in (("hospital", 4), ("psychiatric_department", 5)):
        assert len(belongs(attribute)) == number_of_them
        assert set(shipped("syddanmark").raw["attributes"][attribute]) == {"by", *inhabitants()}


def test_practices_are_those_that_citizens_have():
    size = read_yaml(configs() / "synthesis" / "danish.yaml")["inhabitants_per_practice"]["value"]
    made = [f"{name}_practice_{i + 1:02}" for name, people in inhabitants().items() for i in range(max(1, int(people / size + 0.5)))]
    assert shipped("syddanmark").raw["attributes"]["practice"] == made


def test_what_serves_a_municipality_is_esbjergs_per_inhabitant_to_one_place():
    people = inhabitants()
    for unit in MUNICIPAL:
        there = places(shipped("syddanmark").raw, unit)
        assert set(there) == set(people)
        for name, n in there.items():
            assert n >= 1 and abs(n - number("esbjerg", unit) * people[name] / people["esbjerg"]) <= 1, (unit, name)


def test_what_serves_an_area_is_esbjergs_per_inhabitant_to_one_place():
    people = inhabitants()
    of_sydvestjysk = sum(people[name] for name in belongs("hospital")["sydvestjysk"])
    for unit in (*OF_AN_AREA, *AS_ESBJERG):
        written, there = shipped("syddanmark").raw["units"][unit], places(shipped("syddanmark").raw, unit)
        served = people["esbjerg"] if unit in AS_ESBJERG else of_sydvestjysk
        assert set(there) == set(belongs(written["per"]))
        for name, n in there.items():
            here = sum(people[town] for town in belongs(written["per"])[name])
            assert n >= 1 and abs(n - CALLED_ELSEWHERE.get(unit, number("esbjerg", unit)) * here / served) <= 1, (unit, name)


def test_every_unit_of_the_region_has_places_of_its_own_for_everybody():
    words = {"municipality": set(inhabitants()), "hospital": set(belongs("hospital")), "psychiatric_department": set(belongs("psychiatric_department"))}
    for units in plans().values():
        for name, unit in units.items():
            by = systems()["partnership"].units[name].per
            assert name == "home_help" or set(unit.pools) in words.values(), name
            assert by is None or min(unit.places) >= 1, name


def test_partnership_adds_places_where_there_were_none_and_takes_none_away():
    relay, partnership = plans()["relay"], plans()["partnership"]
    assert {name for name, unit in partnership.items() if name in relay and sum(unit.places) < sum(relay[name].places)} == set()
    assert set(partnership) - set(relay) == {"coordinator", "planning_meeting", "network_meeting", "return_to_work_team"}
    assert list(partnership["acute_team"].places) == [2 * n for n in relay["acute_team"].places]


def test_partnership_has_the_temporary_places_of_a_hospitals_municipalities_in_common():
    apart, pooled = (plans()[model]["temporary_place"] for model in ("relay", "partnership"))
    assert set(apart.pools) == set(inhabitants()) and set(pooled.pools) == set(belongs("hospital"))
    own = dict(zip(apart.pools, apart.places, strict=True))
    for hospital, n in zip(pooled.pools, pooled.places, strict=True):
        assert n == sum(own[name] for name in belongs("hospital")[hospital])


@pytest.mark.parametrize("name", ["fanoe", "aeroe", "langeland", "kerteminde"])
def test_standing_home_care_leaves_a_nurse_for_others(name):
    composed = shipped("syddanmark")
    place = composed.settings.synthesis.municipalities[name]
    care = synthesise(read_yaml(configs() / "synthesis" / "danish.yaml"), name, place.inhabitants, 1, place.share_65_plus)["care"].astype(str)
    hours = {"nursing": 0.9, "help_under_2h": 0.7, "help_2_to_8h": 1.2, "help_over_8h": 1.6}
    taken = care.map(hours).sum() / (15 * 7)
    assert 1 <= places(composed.raw, "home_nursing")[name] - int(taken + 0.5) <= 2


def test_everybody_uses_the_units_of_their_own_municipality_hospital_and_department():
    small = [f"synthesis.municipalities.{name}.inhabitants=400" for name in inhabitants()]
    composed = compose(["region=syddanmark", *small, "years=0.01", "warm_up=0"])
    prepared = plan_study(composed.raw, composed.settings, composed.folder, None)
    for model in ("relay", "partnership"):
        run = one_run(prepared, model, 0)
        told = run.contacts[run.contacts["pool"].notna() & (run.contacts["kind"] == "at")]
        for unit, rows in told.groupby("unit", observed=True):
            by = systems()[model].units[str(unit)].per
            by = "hospital" if (unit, model) == ("temporary_place", "partnership") else by
            mine = run.citizens[by].astype(str).to_numpy()[rows["person"]]
            assert (rows["pool"].astype(str).to_numpy() == mine).all(), unit
        assert told["unit"].nunique() > 12 and told["pool"].nunique() > 25
