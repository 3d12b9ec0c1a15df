"""Attribution as people use it, on a system of seconds."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pathsim.cli import main

SYSTEM = """
about: {title: Small}
population: {citizens: 80}
attributes: {age: {18-64: 0.6, 65-99: rest}}
units: {ward: {beds: 4, sector: hospital, staff: {nurse: 1}}}
risks: {worsening: {rate: 2 per y, then: ward_stay}}
effects: {fragile: {worsening: {0-30 d: 6}}}
steps: {ward_stay: {at: ward, for: {exponential: 5 d}, done: {fragile: yes}, then: home}}
costs: {ward: {price: 3000, per: d, payer: region}}
levers:
  enrolled: {about: {title: Enrolment, title_da: Tilknytning}, changes: {}}
  shorter:  {about: {title: Shorter stays, title_da: Kortere ophold}, who: enrolled, changes: {steps: {ward_stay: {for: {times: 0.7}}}}}
  visits:
    about: {title: Visits, title_da: Besøg}
    changes:
      units: {team: {slots: 2, sector: municipality, staff: {nurse: 1}}}
      tasks: {visit: {then: seen, after: 1 d, expires: 10 d}}
      steps:
        seen: {at: team, for: 1 h, done: {fragile: no}, then: end}
        ward_stay: {done: {visit: yes}}
care_models:
  relay:       {title: Relay, title_da: Stafet, levers: []}
  partnership: {title: Partnership, title_da: Partnerskab, levers: [enrolled, shorter, visits]}
replications: 2
minimum: 2
years: 0.5
warm_up: 0
workers: 1
engine: simpy
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A folder with an exact attribution."""
    folder = tmp_path_factory.mktemp("attribute")
    (folder / "small.yaml").write_text(SYSTEM, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["attribute", "small.yaml", "--indicators", "cost"]) == 0
    return folder


@pytest.fixture
def copy(done, tmp_path, monkeypatch):
    shutil.copytree(done, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy" / "results" / "small-relay-partnership-attribution"


def files(folder):
    return {path.name for path in folder.iterdir()}


def test_what_is_written_is_what_is_promised(done):
    results = done / "results" / "small-relay-partnership-attribution"
    assert {"attribution.csv", "interactions.csv", "attribution.svg", "attribution.png", "differences.csv", "config.yaml", "manifest.json"} <= files(results)
    table = pd.read_csv(results / "attribution.csv", keep_default_na=False, na_values=[""])
    levers, total = table[table["kind"] == "lever"], table[table["kind"] == "total"].set_index("indicator")
    assert list(levers.loc[levers["indicator"] == "cost", "lever"]) == ["enrolled", "shorter", "visits"]
    told = pd.read_csv(results / "differences.csv").query("group == 'all'").set_index("indicator")
    for name in ("cost", "bed_days", "staff_hours", "readmission_30", "deaths"):
        mine = levers[levers["indicator"] == name]
        assert mine["shapley"].sum() == pytest.approx(told.loc[name, "difference"], abs=1e-6)
        assert total.loc[name, ["base", "value", "low", "high"]].tolist() == pytest.approx(told.loc[name, ["base", "value", "low", "high"]].tolist())
        # enrolment changes nothing by itself, and what hangs on it is lost without it
        own = mine.set_index("lever").loc["enrolled"]
        assert own["first_in"] == 0 and own["shapley"] == 0
    bed_days = levers[levers["indicator"] == "bed_days"].set_index("lever")
    assert bed_days.loc["shorter", "shapley"] < 0 and bed_days.loc["enrolled", "shared"] < 0 == bed_days.loc["enrolled", "shapley"]
    assert bed_days.loc["enrolled", "last_out"] == pytest.approx(bed_days.loc["shorter", "last_out"])
    manifest = json.loads((results / "manifest.json").read_text())
    assert manifest["attribution"]["how"] == "exact" and manifest["attribution"]["coalitions"] == 4  # six are closed, two are the ends
    picture = (results / "attribution.svg").read_text(encoding="utf-8")
    assert all(word in picture for word in ("Shorter stays", "Relay", "Partnership", "Cost of care", "readmission within 30 days"))


def test_what_was_run_is_not_run_again_and_danish_is_danish(copy, monkeypatch, capsys):
    assert len(list(copy.with_name(f"{copy.name}.trials").rglob("*.json"))) == 8
    monkeypatch.setattr("pathsim.evidence.tries.processes", None)  # nothing can be run
    assert main(["attribute", "small.yaml", "lang=da", "--orders", "4"]) == 0
    said = capsys.readouterr().out
    assert "Kortere ophold" in said and "Partnerskab mod Stafet" in said and "udtrukne rækkefølger" in said and "± orden" in said
    assert "Kortere ophold" in (copy / "attribution.svg").read_text(encoding="utf-8")
    # another way of attributing is another result, and the first one is kept
    assert json.loads((copy.with_name(f"{copy.name}.1") / "manifest.json").read_text())["attribution"]["how"] == "exact"


def test_steps_name_the_rest_interaction(copy, capsys):
    assert main(["attribute", "small.yaml", "--method", "steps", "name=steps"]) == 0
    said = capsys.readouterr().out
    assert "Interaction" in said and "With the interaction each column adds up" in said and "contribution" not in said
    table = pd.read_csv(copy.with_name("steps-attribution") / "attribution.csv")
    assert table["shapley"].isna().all() and "interactions.csv" not in files(copy.with_name("steps-attribution"))
    for _, rows in table.groupby("indicator"):
        for part in ("first_in", "last_out"):
            assert rows.loc[rows["kind"] != "total", part].sum() == pytest.approx(rows.loc[rows["kind"] == "total", part].iloc[0], abs=1e-6)


def test_the_configuration_written_attributes_again(copy):
    (copy / "config.yaml").rename("again.yaml")
    assert main(["attribute", "again.yaml", "--indicators", "cost", "results=again", "workers=2"]) == 0
    assert Path("again", copy.name, "attribution.csv").read_bytes() == (copy / "attribution.csv").read_bytes()
