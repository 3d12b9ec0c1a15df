"""What docs/fit.md shows is what happens."""

import re
from pathlib import Path

import pandas as pd
import yaml

from pathsim.cli import main
from pathsim.evidence.register.extracting import HOW
from pathsim.evidence.register.mapping import read_mapping

PAGE = (Path(__file__).parents[2] / "docs" / "fit.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_system.yaml").write_text(re.search(r"```yaml\n(# my_system.*?)```", PAGE, re.DOTALL)[1])
    commands = re.findall(r"^    pathsim (.*)$", PAGE.split("## An example that runs")[1], re.MULTILINE)
    assert len(commands) == 3 and all(main(command.split()) == 0 for command in commands)
    assert "fine" in capsys.readouterr().out
    written = set(pd.read_csv("results/fit/estimates.csv")["written"].dropna())
    assert {"risks.worsening.rate", "risks.worsening.times.age.75+", "effects.fragile.worsening.0-7 d", "steps.ward_stay.for.lognormal.mean"} <= written


def test_the_mapping_of_the_page_is_one():
    mine = yaml.safe_load(re.search(r"```yaml\n(base: lpr3.*?)```", PAGE, re.DOTALL)[1])
    found = read_mapping(mine)
    assert found["codes"]["type"] == {"ALCA00": "kept", "ALCA10": "kept", "ALCA03": "left_out", "ALCA01": "left_out"} and len(found["units"]) == 2


def test_every_name_of_lpr3_is_on_the_page():
    mapping = read_mapping("lpr3")
    choices = [choice for group in ("contacts", "citizens") for listed in mapping[group].values() for choice in listed]
    names = {name for choice in choices for name in (choice.values() if isinstance(choice, dict) else [choice])}
    assert not {name for name in names if f"`{name}`" not in PAGE and name not in mapping["codes"]["acute"] | mapping["codes"]["type"]}
    assert all(word in PAGE for word in HOW | set(mapping["codes"]["acute"]) | set(mapping["codes"]["type"]))
