"""A comparison read by national goals: every goal is told, also one for which the model has nothing."""

import pandas as pd
import pytest

from pathsim.cli import main
from pathsim.contacts.registry import REGISTRY
from pathsim.report.goals import goals, readings

ROWS = [
    ("readmission_30", "all", "all", 0.20, 0.18, -0.02, -0.03, -0.01),
    ("delayed_days", "all", "all", 100.0, 140.0, 40.0, 10.0, 70.0),
    ("cost", "all", "all", 5e6, 5.1e6, 1e5, -1e5, 3e5),
    ("readmission_30", "education", "low", 0.25, 0.25, 0.0, 0.0, 0.0),
    ("length_of_stay", "all", "all", 5.0, 5.5, 0.5, 0.2, 0.8),
]


def differences():
    columns = ["indicator", "group", "level", "base", "value", "difference", "low", "high"]
    return pd.DataFrame(ROWS, columns=columns).assign(model="together", against="apart")


def test_each_goal_reads_its_own_indicators():
    table = readings(differences(), goals()).set_index(["goal", "indicator"])["reading"]
    assert table["coherence", "readmission_30"] == "better"
    assert table["coherence", "delayed_days"] == "worse"
    assert table["efficient", "cost"] == "unclear"
    assert table["healthy_years", "readmission_30"] == "same"
    assert table["efficient", "length_of_stay"] == "changed"
    assert len(table) == 5 and not (table.index.get_level_values("goal") == "involvement").any()


def test_every_indicator_of_the_goals_is_one():
    named = [written.split(":")[0] for goal in goals()["goals"].values() for written in goal["indicators"]]
    assert set(named) <= set(REGISTRY) and len(named) > 20
    assert all(goal[key] for goal in goals()["goals"].values() for key in ("title", "title_da", "missing", "missing_da"))


@pytest.mark.parametrize("lang", ["en", "da"])
def test_on_the_command_line(tmp_path, capsys, lang, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "study"
    folder.mkdir()
    differences().to_csv(folder / "differences.csv", index=False)
    pd.DataFrame({"model": ["apart", "together"], "replication": 0, "indicator": "deaths", "group": "all", "level": "all", "value": 1.0,
                  "numerator": 1.0, "denominator": 1.0, "unit": "per year"}).to_csv(folder / "indicators.csv", index=False)
    assert main(["goals", str(folder), "--lang", lang, "--csv", "goals.csv"]) == 0
    said = capsys.readouterr().out
    assert all(goal["title_da" if lang == "da" else "title"] in said for goal in goals()["goals"].values())
    assert (", kort uddannelse" if lang == "da" else ", short education") in said
    assert len(pd.read_csv("goals.csv")) == 5


@pytest.mark.parametrize("given", [["nowhere"], ["nowhere", "--goals", "regional"]])
def test_what_is_not_there_is_a_fault(given, capsys):
    assert main(["goals", *given]) == 2
    assert "regional" in (said := capsys.readouterr().err) or "nowhere" in said
