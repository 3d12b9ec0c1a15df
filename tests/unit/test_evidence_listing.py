"""The list of sources is typed, and `pathsim evidence` shows assumptions first, ranges only where they say what they cover."""

import csv
import dataclasses

import pytest

from pathsim.cli import main
from pathsim.evidence.listing import ROLES, confidence, listing, ordered, rows, summary, write_csv
from pathsim.evidence.numbers import Number
from pathsim.evidence.sources import Source, source, sources
from pathsim.faults import Faults

HEAD = ",".join(field.name for field in dataclasses.fields(Source))
ROW = "X001,share,everyone,5,{low},{high},%,2020,A book,https://a.b,,{confidence},{covers},{used_for}"


def listed(folder, *given):
    """A list of sources with these rows, each as what is different from a row without fault."""
    plain = {"low": "4", "high": "6", "confidence": "high", "covers": "0.95", "used_for": "number: the share"}
    path = folder / f"{len(given)}.csv"
    path.write_text("\n".join([HEAD, *(ROW.format(**plain | one) for one in given)]))
    return path


def test_a_list_without_fault_is_read(tmp_path):
    found = sources(listed(tmp_path, {}))["X001"]
    assert (found.value, found.low, found.covers, found.uses, found.short) == ("5", "4", "0.95", ("number",), "A book 2020")


@pytest.mark.parametrize(("change", "said"), [
    ({"confidence": "good"}, "confidence 'good' was given. Allowed: low, medium, high"),
    ({"covers": "95 %"}, "covers '95 %' was given. Allowed: a share such as 0.95, extremes, guess, or nothing"),
    ({"covers": "1.5"}, "covers '1.5' was given"),
    ({"low": ""}, "covers is given without low and high. Add them, or take it out"),
    ({"used_for": "somewhere"}, "used_for 'somewhere' was given. Begin with number, target, check, definition and a colon"),
    ({"used_for": "number: a, b"}, "has not as many columns as the first line"),
])  # fmt: skip
def test_a_fault_in_the_list_names_the_line_and_the_mend(tmp_path, change, said):
    with pytest.raises(Faults) as caught:
        sources(listed(tmp_path, change))
    assert said in str(caught.value) and "1.csv:2 (X001): " in str(caught.value)


def test_all_faults_of_the_list_are_said_at_once(tmp_path):
    with pytest.raises(Faults) as caught:
        sources(listed(tmp_path, {"confidence": "good", "covers": "most"}, {"low": ""}))
    assert len(caught.value.faults) == 3
    with pytest.raises(Faults, match=r"3 \(X001\): this id stands above already"):
        sources(listed(tmp_path, {}, {}))


def test_other_columns_are_a_fault(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("id,value\nX001,5\n")
    with pytest.raises(Faults, match="the columns are id, value. Write id, quantity"):
        sources(path)


def test_an_unknown_id_is_a_fault_with_the_nearest():
    assert source("B017").value == "12"
    with pytest.raises(Faults, match=r"B0117: no such source in sources.csv. Did you mean 'B017'\?"):
        source("B0117")


MANY = [
    Number(("a",), 1, "measured", ("B017",)),
    Number(("b",), 2, "literature", ("B001",)),
    Number(("c",), "3 d", "literature", ("D010", "B001"), ("2 d", "4 d"), 0.95),
    Number(("d",), 4, "calibrated", ("B017",), (3, 5)),
    Number(("e",), 5, "assumed", (), (4, 6), "guess", "a guess"),
    Number(("f",), 6, "scenario"),
    Number(("g",), 7, "assumed", ("mine",)),
]


def test_assumptions_come_first_and_the_literature_from_poorly_to_well_sourced():
    assert "".join(number.name for number in ordered(MANY)) == "egfdcba"
    assert [confidence(number) for number in MANY] == ["high", "high", "medium", "high", "", "", ""]
    assert summary(MANY)[0] == "7 numbers: 2 assumed, 1 scenario, 1 calibrated, 2 from the literature, 1 measured; 29 % of all are assumed"
    assert summary(MANY, "da")[0].endswith("29 % af alle er antaget")


def test_a_range_is_shown_only_where_it_says_what_it_covers():
    lines = {line.split()[0]: line for line in listing(MANY) if line.startswith("  ")}
    assert "[2 d – 4 d; 95 %]" in lines["c"] and "[4 – 6; guess]" in lines["e"] and "a guess" in lines["e"]
    assert "[no uncertainty is said]" in lines["d"] and "3 – 5" not in lines["d"]
    assert "[4 – 6; skøn]" in "".join(listing(MANY, "da"))
    assert lines["mine"].endswith("not in the list of sources") and "Klinge M et al. 2020 (high)" in lines["B001"]
    spans = {row[0]: row[2:5] for row in rows(MANY)}
    assert spans["c"] == ("2 d", "4 d", "0.95") and spans["d"] == ("", "", "") and spans["b"] == ("", "", "")


def test_the_table_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "numbers.csv"
    write_csv(MANY, path)
    whole = list(csv.DictReader(path.open(encoding="utf-8")))
    assert [row["path"] for row in whole] == list("egfdcba") and whole[3]["role"] == "calibrated"

    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathsim.evidence.listing.os.replace", broken)
    with pytest.raises(OSError, match="no space"):
        write_csv(MANY[:1], path)
    assert list(csv.DictReader(path.open(encoding="utf-8"))) == whole and [file.name for file in tmp_path.iterdir()] == ["numbers.csv"]


SYSTEM = """
units: {ward: {beds: {value: 4, source: C001, role: measured}, staff: {nurse: 0.2}}}
arrivals: {people: {rate: 1 per d, then: stays}}
steps: {stays: {at: ward, for: {exponential: 3 d}, then: gone}, gone: {leave: well}}
"""


@pytest.fixture
def system(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SYSTEM)
    return "small.yaml"


def test_the_command_lists_and_writes(system, tmp_path, capsys):
    assert main(["evidence", system, "--csv", "out.csv", "units.ward.staff.nurse=0.3"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 numbers: 2 assumed, 1 scenario, 1 measured; 50 % of all are assumed")
    assert said.index("\nAssumed\n") < said.index("\nScenario\n") < said.index("units.ward.staff.nurse") < said.index("\nMeasured\n")
    roles = {row["path"]: row["role"] for row in csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8"))}
    assert roles == {
        "arrivals.people.rate": "assumed", "steps.stays.for.exponential": "assumed", "units.ward.staff.nurse": "scenario", "units.ward.beds": "measured",
    }  # fmt: skip


def test_the_command_chooses_by_role_and_path_and_speaks_danish(system, capsys):
    assert main(["evidence", system, "--role", "measured"]) == 0
    said = capsys.readouterr().out
    assert "1 listed here" in said and "units.ward.beds" in said and "units.ward.staff" not in said
    assert main(["evidence", system, "--path", "units.*.staff", "lang=da"]) == 0
    said = capsys.readouterr().out
    assert "1 vises her" in said and "Antaget" in said and "units.ward.staff.nurse" in said and "units.ward.beds" not in said


@pytest.mark.parametrize(("args", "mend"), [
    (["--path", "units.wrad"], "--path units.wrad: fits no number of this system. Did you mean 'units.ward'?"),
    (["--csv", "nowhere/out.csv"], "--csv nowhere/out.csv: there is no folder nowhere. Make it first, or choose another"),
    (["+evidence={units.wrad: {role: assumed}}"], "evidence.units.wrad: fits no number of this system. Did you mean 'units.ward'?"),
])  # fmt: skip
def test_what_is_wrong_ends_with_2_and_writes_nothing(system, tmp_path, capsys, args, mend):
    assert main(["evidence", system, *args]) == 2
    said = capsys.readouterr()
    assert mend in said.err and "Traceback" not in said.err and not said.out
    assert [file.name for file in tmp_path.iterdir()] == ["small.yaml"]


def test_the_roles_are_those_of_the_language():
    from pathsim.language.values import Role

    assert set(ROLES) == set(Role.__args__)
