"""The verbs of evidence from the command line, on a system whose answer is known."""

import json
import math

import pandas as pd
import pytest
import yaml

from pathsim.cli import main

SYSTEM = """
population: {citizens: 3000, deaths: not_replaced}
attributes: {age: {65-90: 1}}
units: {ward: {beds: unlimited, sector: hospital}}
risks: {worsening: {rate: 3 per y, then: ward_stay}}
steps: {ward_stay: {at: ward, for: {lognormal: {mean: 4 d, cv: 0.5}}, then: home}}
"""
TARGETS = """
study: {years: 1, warm_up: 1, seed: 3}
targets:
  readmission_65: {value: 30, allowance: 0.5, source: B001, because: "none: this is a test"}
parameters:
  illness: {title: level, places: risks.worsening.rate, prior: 0.4}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(SYSTEM)
    (tmp_path / "mine.yaml").write_text(TARGETS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_rate_is_found_from_the_readmissions_that_it_makes(folder, capsys):
    assert main(["calibrate", "small.yaml", "--targets", "mine.yaml", "--trials", "16", "workers=2"]) == 0
    shown = capsys.readouterr().out
    assert "1 fitted: 1 fits" in shown
    made = folder / "results" / "calibration-mine"
    rate = yaml.safe_load((made / "mine.yaml").read_text())["risks"]["worsening"]["rate"]
    truth = -math.log(1 - 0.30) * 365 / 30  # whoever is at home for 30 days is readmitted with probability 1 - exp(-rate t)
    assert float(rate["value"].split()[0]) == pytest.approx(truth, rel=0.05)  # chance: some 11,000 discharges a trial, 48 trials: 1 %
    low, high = (float(end.split()[0]) for end in rate["range"])
    assert low < truth < high and rate["role"] == "calibrated"
    tables = {"fit.csv", "quantities.csv", "correlation.csv", "explained.csv"}
    assert {path.name for path in made.iterdir()} == {"mine.yaml", "mine.csv", "manifest.json", *tables}
    assert pd.read_csv(made / "fit.csv")["verdict"].tolist() == ["fits"]
    before = (made / "mine.yaml").read_bytes()
    assert main(["calibrate", "small.yaml", "--targets", "mine.yaml", "--trials", "16", "workers=1"]) == 0
    assert json.loads((made / "manifest.json").read_text())["simulated"] == 0  # every trial was kept
    assert (made / "mine.yaml").read_bytes() == before
    assert main(["compare", "small.yaml", "results/calibration-mine/mine.yaml"]) == 2  # one care model: but the patch is read
    assert "only one to compare" in capsys.readouterr().err
    assert main(["calibrate", "small.yaml", "results/calibration-mine/mine.yaml", "--targets", "mine.yaml", "--check"]) == 0
    assert "1 fits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["calibrate", "--targets", "dansh"], "no 'dansh'. Did you mean 'danish'?"),
        (["calibrate", "--trials", "5"], "Allowed: more than"),
        (["calibrate", "small.yaml"], "targets: risks.worsening.times.age: no 'times' there"),
        (["validate", "--studies", "horsens"], "no 'horsens'. Did you mean 'horsens_2018'?"),
        (["validate", "--draws", "2"], "Allowed: 10 or more"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_simulated(folder, capsys, args, says):
    assert main(args) == 2
    said = capsys.readouterr().err
    assert says in said and "Traceback" not in said
    assert not (folder / "results").exists()
