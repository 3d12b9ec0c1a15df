"""The shipped configurations: they are read, their sources exist, and they say what is assumed."""

import csv
import re

import pytest

from pathsim.folders import configs
from pathsim.language import read_all, read_yaml
from pathsim.study.compose import compose

FILES = sorted(configs().rglob("*.yaml"))
SOURCES = {row["id"]: row for row in csv.DictReader((configs() / "sources.csv").open(encoding="utf-8"))}


@pytest.mark.parametrize("file", [f for f in FILES if f.parent.name == "known"], ids=lambda f: f.stem)
def test_known_systems_have_no_fault(file):
    assert read_all(read_yaml(file))


def test_the_default_is_composed_without_fault():
    systems = read_all(compose([]).raw)
    assert list(systems) == ["relay", "partnership"]
    assert not systems["relay"].levers_on and len(systems["partnership"].levers_on) == 8


def evidence(node, path=""):
    """Every number written with its evidence, and every entry with a source."""
    if isinstance(node, dict):
        if "source" in node or ("value" in node and "by" not in node):
            yield path, node
        for key, part in node.items():
            yield from evidence(part, f"{path}.{key}".strip("."))
    elif isinstance(node, list):
        for part in node:
            yield from evidence(part, path)


def test_every_source_named_is_in_the_list_of_sources():
    raw = compose([]).raw
    named = {path: node["source"] for path, node in evidence(raw) if "source" in node and not path.startswith("about")}
    assert len(named) > 20
    unknown = {path: source for path, source in named.items() if source not in SOURCES}
    assert not unknown


def test_numbers_said_to_be_measured_or_from_the_literature_have_a_source():
    raw = compose([]).raw
    bare = [path for path, node in evidence(raw) if node.get("role") in ("measured", "literature") and "source" not in node]
    assert not bare


def test_what_has_no_role_of_its_own_is_assumed():
    assert compose([]).raw["about"]["role"] == "assumed"


def test_ranges_say_what_they_cover():
    raw = compose([]).raw
    silent = [path for path, node in evidence(raw) if "range" in node and "covers" not in node]
    assert not silent


def test_no_price_marked_as_a_placeholder_is_called_measured():
    for path, node in evidence(compose([]).raw["costs"]):
        if re.fullmatch("E0(1[89]|2[0-6])", str(node.get("source"))):
            assert node["role"] == "assumed", path


def test_the_acute_function_changes_payer_in_2027():
    for unit in ("acute_team", "acute_place", "temporary_place"):
        for who in ("payer", "operator"):
            assert compose([]).raw["costs"][unit][who] == {
                "by": "date", "until 2027-01-01": "municipality", "from 2027-01-01": "region"
            }  # fmt: skip
