"""The JSON Schemas accept the care systems that there are and refuse misspelt words."""

import copy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pathsim.language import read_yaml
from pathsim.language.schema import group_schema, schemas
from pathsim.language.words import HEADINGS, SINGLE

HERE = Path(__file__).parent
CONFIGS = HERE.parents[1] / "configs"
WHOLE = {path.stem: path for path in sorted((CONFIGS / "known").glob("*.yaml"))} | {"everything": HERE / "everything.yaml"}
GROUPS = [path for group in ("region", "pathway", "population", "payers", "lever") for path in sorted((CONFIGS / group).glob("*.yaml"))]
ENTRIES = {heading: Draft202012Validator(schema) for heading, schema in schemas().items()}
GROUP = Draft202012Validator(group_schema())
EVERYTHING = read_yaml(WHOLE["everything"])


def wrongs(raw: dict) -> list[str]:
    return [f"{heading}: {error.message}" for heading, part in raw.items() for error in ENTRIES[heading].iter_errors(part)]


def test_each_heading_has_a_valid_schema():
    assert set(ENTRIES) == {*HEADINGS, *SINGLE}
    for schema in (*schemas().values(), group_schema()):
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_care_system_is_accepted(name):
    raw = read_yaml(WHOLE[name])
    assert not wrongs(raw)
    assert not [error.message for error in GROUP.iter_errors(raw)]


@pytest.mark.parametrize("path", GROUPS, ids=[f"{path.parent.name}/{path.stem}" for path in GROUPS])
def test_a_shipped_file_is_accepted(path):
    assert not [error.message for error in GROUP.iter_errors(read_yaml(path))]


def places(node, path=()):
    if isinstance(node, dict):
        for key, part in node.items():
            yield (*path, key)
            yield from places(part, (*path, key))


def misspelt(path) -> dict:
    raw = copy.deepcopy(EVERYTHING)
    parent = raw
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1] + "x"] = parent.pop(path[-1])
    return raw


# Words of the language, by where they stand: a heading's own names may be anything
WORDS = [path for path in places(EVERYTHING) if (len(path) == 2 and path[0] in ("about", "population")) or (
    len(path) == 3 and path[0] in ("units", "arrivals", "risks", "tasks", "levers", "costs", "care_models", "steps"))]  # fmt: skip
DEEPER = [
    ("risks", "worsening", "rate", "value"), ("steps", "see_gp", "for", "lognormal"), ("steps", "see_gp", "for", "lognormal", "mean"),
    ("units", "ward", "surge", "places"), ("units", "gp", "open", "sat"), ("effects", "fragile", "worsening", "0-3 d"),
    ("steps", "ward_stay", "already", "in"), ("levers", "team_work", "reach", "range"), ("levers", "team_work", "changes", "steps"),
    ("levers", "team_work", "changes", "steps", "tell", "takes"), ("levers", "team_work", "changes", "units", "rehab", "beds"),
]  # fmt: skip


@pytest.mark.parametrize("path", [*WORDS, *DEEPER], ids=".".join)
def test_a_misspelt_word_is_refused(path):
    raw = misspelt(path)
    assert list(GROUP.iter_errors(raw))
    assert wrongs(raw) or path[0] == "levers"


@pytest.mark.parametrize(("heading", "entry"), [
    ("units", {"ward": {"beds": -1}}),
    ("units", {"ward": {"beds": "many"}}),
    ("units", {"ward": {"beds": 3, "open": {"mon-fri": 960}}}),
    ("units", {"my ward": {"beds": 3}}),
    ("steps", {"s": {"wait": 3, "then": "home"}}),
    ("steps", {"s": {"wait": "3 days", "then": "home"}}),
    ("steps", {"s": {"wait": "3 d", "at": "ward", "then": "home"}}),
    ("steps", {"s": {"then": "home"}}),
    ("steps", {"s": {"wait": "3 d"}}),
    ("steps", {"s": {"choose": {"home": "rest", "gone": "the others"}}}),
    ("steps", {"s": {"at": "ward", "for": "1 d", "priority": 10, "then": "home"}}),
    ("risks", {"fall": {"rate": "3 d"}}),
    ("tasks", {"t": {"then": "s", "away": "later"}}),
    ("effects", {"fragile": {"death": {"soon": 3}}}),
    ("levers", {"l": {"reach": 1.2}}),
    ("levers", {"l": {"reach": {"value": 0.5, "role": "guessed"}}}),
    ("costs", {"ward": {"price": 3, "payer": "region"}}),
    ("population", {"citizens": 3, "deaths": "replace"}),
    ("groups", {"old": {}}),
])  # fmt: skip
def test_what_is_wrong_in_form_is_refused(heading, entry):
    assert wrongs({heading: entry})


def test_a_patch_may_be_partial_and_remove_what_is_there():
    patch = {"units": {"ward": {"beds": 4}, "rehab": None}, "steps": {"stay": {"for": {"lognormal": {"cv": 0.5}}, "patience": None}}, "seed": 7}
    assert list(ENTRIES["units"].iter_errors(patch["units"]))
    assert not [error.message for error in GROUP.iter_errors({**patch, "steps": {"stay": {"patience": None, "for": "3 d"}}})]


def test_an_unknown_heading_is_refused():
    assert list(GROUP.iter_errors({"unit": {"ward": {"beds": 3}}}))
    assert not list(GROUP.iter_errors({"seed": 3, "defaults": [{"region": "esbjerg"}], "synthesis": {"tables": "danish"}}))
