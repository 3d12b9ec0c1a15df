"""Citizens from a file of one's own: read strictly, all faults at once."""

import numpy as np
import pandas as pd
import pytest

from pathsim.faults import Faults
from pathsim.population import files, from_table, read_citizens

DECLARED = {
    "age": int,
    "sex": ["woman", "man"],
    "copd": bool,
    "weight": float,
    "practice": str,
    "care": ["none", "nursing"],
}


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "care": ["none", "nursing", "none"],
            "practice": ["practice_01", "practice_02", "practice_01"],
            "age": [70, 81, 64],
            "sex": ["woman", "man", "woman"],
            "copd": [True, False, True],
            "weight": [61.5, 80.0, 72.25],
        }
    )


def faults_of(call, *arguments):
    with pytest.raises(Faults) as raised:
        call(*arguments)
    return [(fault.where, fault.message) for fault in raised.value.faults]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_is_written_is_read(tmp_path, table, suffix):
    path = tmp_path / f"citizens.{suffix}"
    table.to_csv(path, index=False) if suffix == "csv" else table.to_parquet(path)
    citizens = read_citizens(path, DECLARED)
    assert list(citizens.columns) == list(DECLARED)
    assert citizens["age"].tolist() == [70, 81, 64] and citizens["age"].dtype == np.int64
    assert citizens["copd"].tolist() == [True, False, True] and citizens["copd"].dtype == bool
    assert citizens["care"].tolist() == ["none", "nursing", "none"]
    assert list(citizens["sex"].cat.categories) == ["woman", "man"]
    assert citizens["weight"].tolist() == [61.5, 80.0, 72.25]


def test_both_formats_are_the_same_citizens(tmp_path, table):
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_parquet(tmp_path / "a.parquet")
    one, other = (read_citizens(tmp_path / name, DECLARED) for name in ("a.csv", "a.parquet"))
    pd.testing.assert_frame_equal(one, other)


def test_reading_twice_changes_nothing(table):
    once = from_table(table, DECLARED)
    pd.testing.assert_frame_equal(from_table(once, DECLARED), once)


def test_a_file_from_a_spreadsheet(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfage,copd\r\n70,TRUE\r\n81.0,No\r\n")
    citizens = read_citizens(tmp_path / "a.csv", {"age": int, "copd": bool})
    assert citizens["age"].tolist() == [70, 81] and citizens["copd"].tolist() == [True, False]


def test_all_faults_at_once_with_their_rows(table):
    wrong = table.astype(object)
    wrong.loc[0, "sex"] = "womn"
    wrong.loc[1, "age"] = 81.5
    wrong.loc[2, "copd"] = "perhaps"
    wrong.loc[1, "weight"] = float("inf")
    wrong.loc[0, "practice"] = "Practice 1"
    wrong.loc[[0, 1], "care"] = None
    faults = dict(faults_of(from_table, wrong, DECLARED, "mine.csv"))
    assert set(faults) == {f"mine.csv: {name}" for name in DECLARED}
    assert (
        faults["mine.csv: sex"]
        == "'womn' was given in row 1. Allowed: woman, man. Did you mean 'woman'?"
    )
    assert "81.5 was given in row 2. Allowed: whole numbers" in faults["mine.csv: age"]
    assert "'perhaps' was given in row 3. Allowed: yes or no" in faults["mine.csv: copd"]
    assert "is missing in rows 1, 2" in faults["mine.csv: care"]


def test_columns_are_those_declared(table):
    wrong = table.rename(columns={"copd": "COPD", "weight": "age2"})
    faults = faults_of(from_table, wrong, DECLARED)
    assert [where for where, _ in faults] == [
        f"citizens: {name}" for name in ("COPD", "age2", "copd", "weight")
    ]
    twice = pd.concat([table, table[["age"]]], axis=1)
    assert faults_of(from_table, twice, DECLARED) == [
        ("citizens: age", "is there more than once. Keep one column")
    ]


def test_numbers_are_not_taken_for_yes_and_no_nor_yes_for_a_number():
    assert faults_of(from_table, pd.DataFrame({"copd": [1, 0]}), {"copd": bool})
    assert faults_of(from_table, pd.DataFrame({"age": [True, False]}), {"age": int})
    assert faults_of(from_table, pd.DataFrame({"age": [2.0**60]}), {"age": int})


def test_only_the_first_rows_and_values_are_shown():
    faults = faults_of(
        from_table, pd.DataFrame({"sex": list("aaaaabcdef")}), {"sex": ["woman", "man"]}
    )
    assert len(faults) == files.VALUES_SHOWN
    assert "rows 1, 2, 3 and 2 more" in faults[0][1]


def test_sizes_that_make_no_sense(monkeypatch, tmp_path, table):
    assert "0 citizens" in faults_of(from_table, table.head(0), DECLARED)[0][1]
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(files, "MOST_CITIZENS", 2)
    assert "3 citizens" in faults_of(from_table, table, DECLARED)[0][1]
    for name in ("a.csv", "a.parquet"):
        assert "rows" in faults_of(read_citizens, tmp_path / name, DECLARED)[0][1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"age\n1\n"),
        ("a.csv", b"age;copd\n70;yes\n"),
        ("a.csv", b"age,copd\n70\n"),
        ("a.csv", b"age,copd\n70,\xff\n"),
        ("a.csv", b""),
        ("a.parquet", b"no parquet"),
        ("missing.csv", None),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert name in faults_of(read_citizens, tmp_path / name, {"age": int, "copd": bool})[0][0]


def test_cells_that_are_no_single_value(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"age": [[1, 2], [3]]}).to_parquet(path)
    assert "lists" in faults_of(read_citizens, path, {"age": int})[0][1]
    dates = pd.DataFrame({"age": pd.to_datetime(["1950-01-01"])})
    assert faults_of(from_table, dates, {"age": int})
