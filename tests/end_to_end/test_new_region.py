"""A region from a form: what is filled in is in it, levels meet local figures that are known to be reachable, and faults are said at once."""

import numpy as np
import pandas as pd
import pytest

from pathsim.cli import main
from pathsim.evidence.region import fitting, making
from pathsim.evidence.region.form import empty, read_form
from pathsim.evidence.region.levels import LEVELS
from pathsim.evidence.region.sizes import AREA
from pathsim.faults import Faults
from pathsim.language import read_yaml
from pathsim.population.ages import ALL_BANDS
from pathsim.study.citizens import synthetic
from pathsim.study.compose import compose

PEOPLE = dict(zip(ALL_BANDS, [3000, 1700, 2400, 2100, 2300, 1000, 950, 750, 450, 230, 120], strict=True))
WRITTEN = "population: {" + ", ".join(f"{band}: {n}" for band, n in PEOPLE.items()) + "}\n"
# Levels moved by so much, whose figures are then taken for local ones.
REACHED = {"acute_admissions_65": -0.3, "deaths_65": 0.3}  # with more illness the hospital is full, and the figure says little
QUICK = ["seed=11", "warm_up=0"]


@pytest.fixture
def form(tmp_path):
    def written(text="", name="form.yaml"):
        file = tmp_path / name
        file.write_text(WRITTEN + text if name.endswith("yaml") else text, encoding="utf-8")
        return file

    return written


def faults(path, name="toender"):
    with pytest.raises(Faults) as found:
        read_form(name, path)
    return str(found.value)


def test_a_region_without_figures_is_used_at_once(form, tmp_path, capsys):
    out = tmp_path / "tonder.yaml"
    given = form("hospital_area: 150000\ncapacity: {temporary_place: 11, acute_team: 3, medical_ward: 120}\n")
    assert main(["new", "region", "toender", str(given), "--out", str(out)]) == 0
    composed = compose([str(out)])
    assert composed.settings.synthesis.municipalities["toender"].inhabitants == sum(PEOPLE.values()) == 15_000
    units = composed.raw["units"]
    assert (units["temporary_place"]["beds"], units["acute_team"]["slots"], units["medical_ward"]["beds"]) == (11, 3, 120)
    assert composed.raw["levers"]["joint_acute_team"]["changes"]["units"]["acute_team"]["slots"] == 6
    assert units["geriatric_ward"]["beds"] == 17, "26 in Esbjerg's hospital, for 150,000 and not 236,136"
    citizens = synthetic(composed.settings)
    assert (citizens["age"].between(65, 69).sum(), (citizens["age"] >= 90).sum()) == (1000, 120)
    evidence = read_yaml(out)["evidence"]
    assert evidence["units.acute_team.slots"] == {"role": "measured", "source": "local"} and evidence["units.*.slots"]["role"] == "assumed"
    capsys.readouterr()
    assert main(["check", str(out)]) == 0 and "fine" in capsys.readouterr().out
    assert main(["new", "region", "toender", str(given), "--out", str(out)]) == 2 and "is there already" in capsys.readouterr().err


def test_levels_are_found_again_from_the_figures_that_they_give(form):
    """Figures of a place whose levels are known: fitting from Esbjerg's must come back to them."""
    given = read_form("toender", form("indicators: {acute_admissions_65: 200, deaths_65: 45}\n"))
    plain, _, _ = making.make(_without(given), QUICK)
    place = fitting.Place(_composed(plain), list(REACHED))
    years = place.seen(np.array(list(REACHED.values())), 5000, 6)
    fitted = fitting.fit(_composed(plain), dict(zip(REACHED, years.mean(axis=0).tolist(), strict=True)), replications=6)
    assert set(fitted.table["verdict"]) == {"within noise"}
    error = np.sqrt(2 * np.square(fitting._error(years)).sum()) / 0.6  # of a level, at the least slope that a figure has
    assert all(abs(fitted.x[name] - x) < 3 * error < 0.3 for name, x in REACHED.items()), (fitted.x, error)


def _without(given):
    return type(given)(given.town, given.hospital_area, given.capacity, {})


def _composed(text):
    return making._composed(text, "toender", QUICK)


def test_a_fitted_region_says_what_it_was_fitted_to(form, tmp_path, capsys):
    out = tmp_path / "fitted.yaml"
    given = form("indicators: {deaths_65: 44}\n")
    assert main(["new", "region", "toender", str(given), *QUICK, "--out", str(out), "--replications", "2"]) == 0
    said = capsys.readouterr().out
    assert "Deaths of those of 65 and over" in said and ("within noise" in said or "missed" in said)
    number = read_yaml(out)["risks"]["death"]["rate"]
    assert (number["role"], number["source"]) == ("calibrated", "local") and "deaths of those of 65" in number["note"]
    assert "# Levels fitted to local figures: deaths_65 44" in out.read_text()
    assert compose([str(out)]).raw["risks"]["death"]["rate"]["value"] == number["value"], "the region's own comes last"


def test_a_verdict_can_be_a_miss():
    years = np.random.default_rng(1).normal([50.0, 50.0], 2.0, (8, 2))
    table = fitting._table({"deaths_65": 51, "readmissions_65": 70}, years, years, np.array([0.1, 1.5]))
    assert table["verdict"].tolist() == ["within noise", "missed: the level is as far as it may go"]


def test_figures_of_the_form_are_indicators_and_levels_of_the_model():
    raw = compose([]).raw
    for level in LEVELS.values():
        assert level.moves.moved(raw, 0.1) != level.moves.moved(raw, 0.0)


def test_the_empty_form_is_read_and_asks_for_the_inhabitants(form, capsys):
    assert main(["new", "region", "--form"]) == 0
    text = capsys.readouterr().out
    assert text == empty() and "Genindlæggelser" not in text and "genindlæggelser" in text
    file = form(name="form.yaml")
    file.write_text(text, encoding="utf-8")
    assert "population: children, 18-29" in faults(file)
    file.write_text(text.replace("\n  deaths_65:", "\n  deaths_65: 46").replace("population:\n", "population:\n", 1), encoding="utf-8")
    for band, n in PEOPLE.items():
        file.write_text(file.read_text(encoding="utf-8").replace(f"\n  {band}:", f"\n  {band}: {n}", 1), encoding="utf-8")
    assert read_form("toender", file).indicators == {"deaths_65": 46}


@pytest.mark.parametrize("rows", [
    [("name", "value"), *((f"population.{band}", n) for band, n in PEOPLE.items()), ("indicators.length_of_stay_65", "4.5"), ("hospital_area", "")],
    [("name", "value"), *((f"population.{band}", n) for band, n in PEOPLE.items()), ("indicators.length_of_stay_65", "4,5"), ("capacity.gp", "")],
])  # fmt: skip
def test_a_form_may_be_csv_as_spreadsheets_write_it(form, rows):
    semicolons = rows[-2][1] == "4,5"
    pd.DataFrame(rows).to_csv(file := form(name="form.csv"), sep=";" if semicolons else ",", header=False, index=False)
    found = read_form("toender", file)
    assert found.town.inhabitants == 15_000 and found.indicators == {"length_of_stay_65": 4.5} and not found.capacity


@pytest.mark.parametrize(("text", "said"), [
    ("indicators: {readmissions_65: 0.19}\n", ["Allowed: 2 to 60 per cent of discharges. Check the unit"]),
    ("indicators: {readmission_65: 19}\n", ["Did you mean 'readmissions_65'?"]),
    ("indicators: {deaths_65: many, delayed_days: -3}\n", ["deaths_65: ", "delayed_days: "]),
    ("capacity: {medical_ward: 80}\n", ["hospital_area: is missing", "medical_ward"]),
    ("capacity: {acute_teams: 2, gp: 2.5, clinic: 0}\n", ["Did you mean 'acute_team'?", "2.5 was given", "0 was given"]),
    ("hospital_area: 9000\n", ["9000 was given", "the hospital serves all inhabitants"]),
    ("capacities: {}\nindicators: [1]\n", ["Did you mean 'capacity'?", "Write names with their values"]),
])  # fmt: skip
def test_what_is_wrong_is_said_at_once(form, text, said):
    found = faults(form(text))
    assert all(words in found for words in said), found


def test_everything_wrong_together(form):
    file = form()
    file.write_text("population: {children: 0.2, 18-29: 1, 30-34: 4}\nindicators: {deaths_65: 4600}\nhospital_area: x\n", encoding="utf-8")
    found = faults(file, "Tønder")
    for words in ("Write it as 'toender'", "0.2 was given", "Did you mean '30-44'?", "5 to 200", "hospital_area"):
        assert words in found


def test_shares_for_numbers_of_people_are_a_fault(form):
    file = form()
    file.write_text("population: {" + ", ".join(f"{band}: 1" for band in ALL_BANDS) + "}\n", encoding="utf-8")
    assert "11 inhabitants were given. Allowed: 1,000 to 1,000,000 people, not shares" in faults(file)


@pytest.mark.parametrize(("text", "said"), [
    ("", "the columns"), ("name;number\n", "the columns"), ("name,value\ncapacity.gp,3,4\ncapacity.gp,3\ncapacity.gp,4\n", "line 2: 3 cells"),
    ("name,value\ncapacity.gp,3\ncapacity.gp,4\n", "line 3: 'capacity.gp' stands twice"), ("name,value\ncapacity,3\n", "Write names with their values"),
])  # fmt: skip
def test_csv_at_fault(form, text, said):
    assert said in faults(form(text, "form.csv"))


@pytest.mark.parametrize(("args", "said"), [
    (["new", "region"], "NAME and FORM are needed"), (["new", "region", "toender", "nothing.yaml"], "no such file"),
    (["new", "region", "toender", "nothing.yaml", "--out", "x.txt", "--replications", "1"], "Allowed: 2 to 1000"),
])  # fmt: skip
def test_a_wrong_command_line_ends_with_2(args, said, capsys):
    assert main(args) == 2 and said in capsys.readouterr().err


def test_units_of_a_hospital_are_units():
    assert set(AREA) <= set(compose([]).raw["units"])
