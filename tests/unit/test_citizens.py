"""The citizens of a study: municipalities side by side, files of one's own, and what is at fault in them."""

import pandas as pd
import pytest

from pathsim.faults import Faults
from pathsim.language import read_all
from pathsim.population import read_tables, synthesise
from pathsim.study.citizens import citizens_of, from_file, synthetic, tables_file
from pathsim.study.settings import read_settings

RAW = {
    "population": {"from": "people.csv"},
    "attributes": {"age": {"18-99": 1}, "frail": ["no", "yes"], "town": ["east", "west"], "severity": ["mild", "serious"]},
    "units": {"gp": {"slots": 1}},
    "risks": {"ill": {"rate": "1 per y", "then": "seen"}},
    "steps": {"seen": {"at": "gp", "for": "1 h", "then": "home"}},
}
TWO = {"esbjerg": {"inhabitants": 4000}, "odense": {"inhabitants": 3000, "share_65_plus": 0.25}}


def test_municipalities_stand_side_by_side():
    found = synthetic(read_settings({"seed": 3, "synthesis": {"municipalities": TWO}}))
    assert found["citizen"].is_unique and found["citizen"].is_monotonic_increasing
    east, west = (found[found["municipality"] == name] for name in TWO)
    assert east["citizen"].max() < 4000 <= west["citizen"].min() and west["citizen"].max() < 7000
    assert found["practice"].str.startswith(("esbjerg_practice_", "odense_practice_")).all()
    alone = synthesise(read_tables(tables_file("danish")), "odense", 3000, 3, 0.25)
    assert (west["citizen"] - 4000).tolist() == alone.index.tolist()
    assert west["age"].tolist() == alone["age"].tolist(), "a neighbour changes nobody"


def test_one_municipality_keeps_the_names_of_its_practices():
    found = synthetic(read_settings({"synthesis": {"municipalities": {"esbjerg": {"inhabitants": 4000}}}}))
    assert found["practice"].astype(str).str.startswith("practice_").all()


@pytest.mark.parametrize(
    ("given", "said"), [({}, "nobody lives here"), ({"tables": "danis", "municipalities": TWO}, "Did you mean 'danish'?"),
                        ({"municipalities": {"esbjrg": {"inhabitants": 10}}}, "esbjerg")]
)
def test_synthesis_at_fault(given, said):
    with pytest.raises(Faults, match=said):
        synthetic(read_settings({"synthesis": given}))


def test_a_file_may_leave_out_what_the_language_draws(tmp_path):
    pd.DataFrame({"age": [70, 30], "frail": ["yes", "no"], "citizen": [12, 7]}).to_csv(tmp_path / "people.csv", index=False)
    found = citizens_of(read_all(RAW), read_settings({}), tmp_path)
    assert found["citizen"].tolist() == [12, 7] and found["frail"].tolist() == [True, False]
    pd.DataFrame({"age": [70, 30], "frail": [True, False]}).to_parquet(tmp_path / "people.parquet")
    assert from_file(tmp_path / "people.parquet", read_all(RAW).values())["age"].tolist() == [70, 30]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age,frial\n70,yes\n", "Did you mean 'frail'?"),
        ("age\n17\n", "a citizen has 17. Allowed: 18-99"),
        ("town\nnorth\n", "Allowed: east, west"),
        ("citizen\n3\n3\n", "a number of one's own"),
        ("age\n", "0 citizens"),
    ],
)
def test_a_file_at_fault(tmp_path, text, said):
    (tmp_path / "people.csv").write_text(text)
    with pytest.raises(Faults, match=said.replace("?", r"\?")):
        citizens_of(read_all(RAW), read_settings({}), tmp_path)


def test_no_file_is_a_fault_and_no_citizens_are_none(tmp_path):
    with pytest.raises(Faults, match="people.csv"):
        citizens_of(read_all(RAW), read_settings({}), tmp_path)
    assert citizens_of(read_all({**RAW, "population": {"citizens": 10}}), read_settings({}), tmp_path) is None
