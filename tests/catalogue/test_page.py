"""The catalogue is whole: each arrangement has its row, each proposal its answer, and the page says what the rows say."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "experiments" / "catalogue"))
import page
from catalogue import DOCUMENTS, pick, rows
from run import COLUMNS, suspect, told_apart

from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import care_models, read_system, read_yaml
from pathsim.study.compose import compose
from pathsim.study.overrides import groups

ROWS = rows()
HERE = page.HERE
NO_ROW = {"lever=continuum"}  # three of its degrees and directions have rows; the others are views of the same levers
ALTERNATIVES = {"esbjerg_joint_acute_team", "odense_integrated_care"}  # another acute team, another partnership


def chosen(row):
    """lever=[a,b] as lever=a and lever=b."""
    pairs = (choice.partition("=") for choice in row.choose)
    return {f"{group}={name}" for group, _, names in pairs for name in names.strip("[]").split(",")}


def test_every_arrangement_has_a_row():
    shipped = {f"{group}={name}" for group in ("lever", "scenario") for name in groups(configs())[group]}
    with_rows = {choice for row in ROWS.values() for choice in chosen(row)}
    scenarios = {"lever=odense_integrated_care"}  # is run in its place, by a scenario
    assert shipped - with_rows - NO_ROW - scenarios == set()


def test_every_proposal_is_answered_and_every_row_was_proposed():
    proposals = read_yaml(HERE / "proposals.yaml")
    assert set(proposals) == set(DOCUMENTS)
    answered = [proposal for listed in proposals.values() for proposal in listed]
    assert len(answered) > 80 and all(bool(proposal.get("rows")) != bool(proposal.get("none")) for proposal in answered)
    named = {row for proposal in answered for row in proposal.get("rows", [])}
    assert named <= set(ROWS)
    assert set(ROWS) - named <= {"partnership"}


def test_every_row_stands_on_the_scale():
    scale = read_yaml(HERE / "continuum.yaml")
    assert set(ROWS) == set(scale)
    degrees, dimensions, directions = zip(*scale.values(), strict=True)
    assert set(degrees) == {"coordination", "collaboration", "integration"}
    assert {word for words in dimensions for word in words.split()} == {"clinical", "professional", "organisational"}
    assert {word for words in directions for word in words.split()} == {"vertical", "and", "horizontal"}


def test_every_arrangement_is_told_in_danish_and_english():
    for name, row in ROWS.items():
        model = page.models(tuple(row.choose))[row.care_model]
        assert all(len(text or "") > 5 for text in (model.title, model.title_da, model.story, model.story_da)), name
        assert model.story != model.story_da, name


def test_the_page_is_what_the_rows_say():
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run experiments/catalogue/page.py"


@pytest.mark.parametrize("name", sorted(set(groups(configs())["lever"]) - {"partnership", "continuum"}))
def test_it_can_be_joined_with_partnership(name):
    own = next(model for model, entry in care_models(read_yaml(configs() / "lever" / f"{name}.yaml")).items() if entry.levers)
    joined = f"partnership+{own}"
    composed = compose([f"lever=[partnership,{name}]", f"models=[relay,{joined}]"])
    assert set(composed.raw["care_models"][joined]["levers"]) >= {"partnership", *care_models(composed.raw)[own].levers}
    if name in ALTERNATIVES:
        with pytest.raises(Faults, match="sets the same key"):
            read_system(composed.raw, joined)
    else:
        read_system(composed.raw, joined)


def a_table(**differences):
    import pandas as pd

    found = [
        {"indicator": c.indicator, "group": "all", "level": "all", "difference": d, "low": d - 1 if d else -1, "high": d + 1 if d else 1}
        for c in COLUMNS for d in [differences.get(c.indicator, 0)]
    ]
    return pd.DataFrame(found)


def test_what_wins_and_costs_nothing_is_suspect():
    assert suspect(a_table(bed_days=-100))
    assert not suspect(a_table(bed_days=-100, cost=5))
    assert not suspect(a_table(bed_days=-100, deaths=5))
    assert not suspect(a_table())
    assert told_apart(pick(a_table(cost=5), "cost")) and not told_apart(pick(a_table(), "cost"))
