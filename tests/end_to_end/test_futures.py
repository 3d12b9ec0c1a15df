"""pathsim futures as people use it: tables that agree, nothing run twice, faults in words."""

import json

import numpy as np
import pandas as pd
import pytest
from swept import SYSTEM, files, stamps

TWO = """
models: [relay, partnership]
levers:
  visits:
    fidelity: {value: 0.6, range: [0.1, 0.9], covers: 0.9, role: assumed}
risks:
  worsening: {rate: {value: 4 per y, range: [2 per y, 8 per y], covers: 0.9, role: literature, source: F001}}
costs:
  ward: {price: {value: 5000, range: [3000, 8000], covers: guess, role: assumed}, per: d, payer: region, operator: region}
  team: {price: 700, per: h, payer: {by: date, until 2027-01-01: municipality, from 2027-01-01: region}, operator: municipality}
day_0: 2026-01-01
inputs:
  together:
    carried_out: {of: levers.visits.fidelity, title: how well, title_da: hvor godt, group: doing}
"""


@pytest.fixture(scope="module")
def uncertain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("futures")
    (folder / "tiny.yaml").write_text(SYSTEM)
    (folder / "uncertain.yaml").write_text(TWO)
    return folder


@pytest.fixture(scope="module")
def ran(warm, uncertain):
    return futures(warm, uncertain, "--draws", "30", "--all")


def futures(warm, folder, *words):
    return warm.run("futures", "tiny.yaml", "uncertain.yaml", "name=found", *words, cwd=folder)


def test_a_study_of_futures(ran, uncertain):
    assert ran.code == 0, ran.err
    found = uncertain / "results" / "found"
    told = pd.read_csv(found / "futures.csv")
    row = told[(told["indicator"] == "bed_days") & (told["group"] == "all")].iloc[0]
    assert row["futures"] == 30 and row["replications"] == 60
    assert row["low"] <= row["expected_low"] <= row["difference"] <= row["expected_high"] <= row["high"]
    assert row["value"] - row["base"] == pytest.approx(row["difference"], abs=1e-6 + 0.02 * abs(row["base"]))
    assert "30 possible futures" in ran.out and "probably between" in ran.out and "Illustration, no verdict" in ran.out
    payers = pd.read_csv(found / "payers.csv")
    for _, rule in payers.groupby(["who", "rule", "model"]):
        parts = rule.set_index("party")["difference"]
        assert parts.drop("total").sum() == pytest.approx(parts["total"])
    payers = payers[(payers["who"] == "payer") & (payers["model"] == "partnership")]
    one, other = (payers[payers["rule"] == year].set_index("party") for year in (2026, 2027))
    assert one.loc["total", "difference"] == pytest.approx(other.loc["total", "difference"])
    assert one.loc["municipality", "difference"] > 0 and ("municipality" not in other.index or other.loc["municipality", "difference"] == 0)
    influence = pd.read_csv(found / "influence.csv")
    assert set(influence["name"]) == {"carried_out", "risks.worsening.rate", "costs.ward.price"}
    use = influence[influence["indicator"] == "bed_days"].set_index("name")["total"]
    assert use["costs.ward.price"] < 0.2  # what a bed-day costs changes none of them
    assert json.loads((found / "surrogates.json").read_text())["partnership"]["cost"]["terms"]
    drawn = pd.read_csv(found / "drawn.csv")
    assert len(drawn) == 30 and abs(drawn.drop(columns="draw").to_numpy().mean()) < 4 / np.sqrt(90)


def test_the_same_again_runs_nothing_and_more_draws_run_the_rest(warm, ran, uncertain):
    results = uncertain / "results"
    before, tables = stamps(results), csv(results / "found")
    again = futures(warm, uncertain, "--draws", "30", "--all")
    assert (again.code, again.out) == (0, ran.out) and stamps(results) == before and csv(results / "found") == tables
    more = futures(warm, uncertain, "--draws", "33", "--all", "lang=da")
    assert more.code == 0 and "33 mulige fremtider" in more.out and "Illustration, ingen konklusion" in more.out
    assert before.items() <= stamps(results).items() and len(stamps(results)) == len(before) + 3


def csv(folder):
    return {name: text for name, text in files(folder).items() if name.endswith(".csv")}


def test_what_does_nothing_makes_no_difference_in_any_future(warm, uncertain):
    (uncertain / "nothing.yaml").write_text("levers: {visits: {fidelity: 0}}\n")
    ran = warm.run("futures", "tiny.yaml", "uncertain.yaml", "nothing.yaml", "--draws", "20", "--all", cwd=uncertain)
    assert ran.code == 0, ran.err
    told = pd.read_csv(uncertain / "results" / "tiny-relay-partnership-futures" / "futures.csv")
    clinical = told[told["indicator"].isin(["readmission_30", "bed_days", "admissions", "cost", "deaths"])]
    assert len(clinical) > 5 and (clinical["difference"].fillna(0) == 0).all()
    assert (clinical.loc[clinical["better"].notna(), "better"] == 0.5).all()


@pytest.mark.parametrize(("words", "says"), [
    (["--draws", "5"], "--draws: 5 was given"), (["draw=3"], "draw=3: is what futures vary"), (["replications=9"], "replications=9"),
    (["models=[relay]"], "nothing to be compared with"), (["inputs.posterior.draws=nowhere", "inputs.posterior.quantities=danish"], "no 'nowhere'"),
])
def test_faults(warm, uncertain, words, says):
    ran = futures(warm, uncertain, *words)
    assert ran.code == 2 and says in ran.err and "Traceback" not in ran.err


def test_nothing_uncertain(warm, tiny):
    ran = warm.run("futures", "tiny.yaml", "models=[relay,partnership]", cwd=tiny)
    assert ran.code == 2 and "there is one future only" in ran.err


def test_unknowns_moved_by_the_simulator(warm, uncertain):
    words = ("sensitivity", "tiny.yaml", "uncertain.yaml", "name=moved", "replications=2", "--indicators", "bed_days,cost")
    ran = warm.run(*words, cwd=uncertain)
    assert ran.code == 0, ran.err
    found = uncertain / "results" / "moved"
    table = pd.read_csv(found / "sensitivity.csv").set_index(["indicator", "name"])
    assert len(table) == 6
    assert table.loc[("bed_days", "costs.ward.price"), "width"] == 0  # the same luck at all points: what does nothing changes not a bit
    assert table.loc[("cost", "costs.ward.price"), "width"] > 0 and table.loc[("bed_days", "risks.worsening.rate"), "width"] > 0
    assert table.loc[("cost", "carried_out"), ["written_low", "written_high"]].tolist() == pytest.approx([0.1, 0.9], abs=0.01)
    assert "How well" in (found / "tornado.svg").read_text() and (found / "tornado.png").stat().st_size > 10_000
    before = stamps(uncertain / "results")
    assert warm.run(*words, cwd=uncertain).out == ran.out and stamps(uncertain / "results") == before
    assert warm.run(*words, "shift.carried_out=1", cwd=uncertain).code == 2


def test_morris_by_the_simulator(warm, uncertain):
    ran = warm.run("sensitivity", "tiny.yaml", "uncertain.yaml", "replications=1", "--indicators", "bed_days", "--method", "morris",
                   "--trajectories", "2", "lang=da", cwd=uncertain)
    assert ran.code == 0, ran.err
    table = pd.read_csv(uncertain / "results" / "tiny-relay-partnership-morris" / "sensitivity.csv").set_index("name")
    assert table.loc["costs.ward.price", "mu_star"] == 0 < table.loc["risks.worsening.rate", "mu_star"]
    assert "flytter den" in ran.out


def test_a_future_can_be_run_again_from_its_own_file(warm, uncertain):
    """What is drawn or shifted is in the numbers that were written down, and is not drawn a second time."""
    words = ("tiny.yaml", "uncertain.yaml", "draw=3", "shift.carried_out=1")
    assert warm.run("compare", *words, "name=once", cwd=uncertain).code == 0
    again = warm.run("compare", "results/once/config.yaml", "name=again", cwd=uncertain)
    assert again.code == 0, again.err
    once, twice, plain = ((uncertain / "results" / name / "indicators.csv") for name in ("once", "again", "plain"))
    assert once.read_bytes() == twice.read_bytes()
    assert warm.run("compare", *words[:2], "name=plain", cwd=uncertain).code == 0 and plain.read_bytes() != once.read_bytes()
