"""Regions as data: what is in proportion to Esbjerg, that the rule gives back the regions made by hand, and a file of one's own as a region."""

from functools import cache

import pytest

from pathsim.evidence.region import places, shipped, sizes, writing
from pathsim.evidence.region.sizes import Town
from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import read_all, read_yaml
from pathsim.population import municipalities
from pathsim.study.compose import compose

NAMES = sorted(shipped.SHIPPED)
PSYCHIATRIC = {"psychiatric_emergency", "psychiatric_ward", "district_psychiatry", "supported_housing"}  # of other areas in syddanmark.yaml


@cache
def by_hand(name):
    return read_yaml(configs() / "region" / f"{name}.yaml")


@cache
def composed(name):
    return compose([f"region={name}"])


@cache
def southern():
    """The towns of syddanmark.yaml through the rule."""
    written = by_hand("syddanmark")
    towns = {Town(name, place["inhabitants"], place.get("share_65_plus")): written["attributes"]["hospital"][name]
             for name, place in written["synthesis"]["municipalities"].items()}
    return places.several(towns, "hospital")


def capacity(units, unit):
    return units[unit]["beds" if "beds" in units[unit] else "slots"]


def test_esbjerg_in_proportion_to_esbjerg_is_esbjerg():
    made, there = places.one(Town("esbjerg", sizes.ESBJERG)), by_hand("esbjerg")
    assert {unit: capacity(made["units"], unit) for unit in made["units"]} == {unit: capacity(there["units"], unit) for unit in there["units"]}
    assert made["arrivals"] == there["arrivals"] and made["attributes"] == there["attributes"]
    partnership = read_yaml(configs() / "lever" / "partnership.yaml")["levers"]
    for lever, (unit, slots) in places.LEVER_UNITS.items():
        assert partnership[lever]["changes"]["units"][unit]["slots"] == slots == made["levers"][lever]["changes"]["units"][unit]["slots"]


def test_the_rule_gives_the_region_of_southern_denmark_that_was_made_by_hand():
    made, there = southern(), by_hand("syddanmark")
    for unit in set(there["units"]) - PSYCHIATRIC - {"home_nursing"}:
        assert capacity(made["units"], unit) == capacity(there["units"], unit), unit
    nurses, other = (capacity(region["units"], "home_nursing") for region in (made, there))
    assert all(abs(nurses[town] - other[town]) <= 1 for town in other if town != "by")
    assert made["arrivals"] == there["arrivals"] and made["attributes"]["municipality"] == there["attributes"]["municipality"]
    assert made["attributes"]["practice"] == there["attributes"]["practice"]
    assert made["levers"]["partnership"]["changes"]["units"]["coordinator"] == {
        key: value for key, value in there["levers"]["partnership"]["changes"]["units"]["coordinator"].items() if key in ("per", "slots")}


def test_a_hospitals_other_patients_are_fewer_the_more_of_its_area_are_citizens():
    few, many = (sizes.everyone_else(citizens, 200_000.0) for citizens in (20_000, 200_000))
    for stream in sizes.AREA_STREAMS:
        assert sizes.rate(few[stream]) > sizes.rate(many[stream]), stream
    assert sizes.rate(few["others_gp"]) < sizes.rate(many["others_gp"])


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_region_is_what_the_rule_makes(name):
    assert (configs() / "region" / f"{name}.yaml").read_text(encoding="utf-8") == shipped.text(name), "run python -m pathsim.evidence.region.shipped"


@pytest.mark.parametrize("name", ["toender", "gladsaxe", "hovedstaden"])
def test_a_shipped_region_has_no_fault_and_places_for_everybody(name):
    found = composed(name)
    assert list(read_all(found.raw))[:2] == ["relay", "partnership"]
    towns = set(found.settings.synthesis.municipalities)
    for unit in by_hand("esbjerg")["units"]:
        count = capacity(found.raw["units"], unit)
        numbers = {key: n for key, n in count.items() if key != "by"} if isinstance(count, dict) else {"all": count}
        assert min(numbers.values()) >= 1, unit
        assert set(numbers) in ({"all"}, towns, {"nord", "midt", "byen", "syd", "bornholm"}), unit


def test_the_capital_region_has_its_29_municipalities_and_a_share_of_old_people_as_published():
    region, known = composed("hovedstaden"), municipalities()
    there = region.settings.synthesis.municipalities
    assert len(there) == 29 == len(known[known["region"] == "Hovedstaden"])
    old = sum(place.inhabitants * place.share_65_plus for place in there.values()) / sum(place.inhabitants for place in there.values())
    assert old == pytest.approx(0.17, abs=0.001)  # A027
    cluster = composed("gladsaxe").raw["attributes"]["cluster"]
    assert {name for name in cluster if name != "by"} == {name for name, area in region.raw["attributes"]["cluster"].items() if area == "midt"}
    assert "unverified" in (configs() / "region" / "gladsaxe.yaml").read_text().lower()


def test_a_file_that_says_who_lives_where_stands_for_the_region(tmp_path):
    file = tmp_path / "my_town.yaml"
    file.write_text(shipped.text("toender"), encoding="utf-8")
    own, chosen = compose([str(file)]), composed("toender")
    assert own.raw == chosen.raw and own.settings == chosen.settings and own.origin == "my_town"
    with pytest.raises(Faults, match="the file is one. Leave one of them out"):
        compose([str(file), "region=odense"])


def test_a_care_system_with_municipalities_of_its_own_is_no_region(tmp_path):
    file = tmp_path / "whole.yaml"
    file.write_text("synthesis: {municipalities: {fanoe: {inhabitants: 3151}}}\npopulation: {from: synthetic}\nsteps: {a: {wait: 1 d, then: home}}\n")
    assert set(compose([str(file)]).raw) == {"population", "steps"}


def test_what_is_written_reads_back_as_it_was(tmp_path):
    region = southern()
    file = tmp_path / "region.yaml"
    about, said = {"title": "1: yes", "title_da": "nej: 2", "role": "assumed"}, {"a.*.b": {"note": "ø, [x]"}}
    file.write_text(writing.text(region, "a comment: with 'quotes'", about, said))
    read = read_yaml(file)
    assert {key: read[key] for key in region} == region
    assert read["about"] == about and read["evidence"]["a.*.b"] == said["a.*.b"]
    assert max(map(len, file.read_text().splitlines())) <= 155
