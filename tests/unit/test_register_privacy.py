"""What leaves an extract: numbers about many, and a fingerprint. Neither rows, nor persons, nor names of files."""

import hashlib
import json

import pandas as pd
import pytest
import yaml

import pathsim
from pathsim.cli import main
from pathsim.evidence.register import fit
from pathsim.evidence.register.estimates import Estimate, shown
from pathsim.language.quantities import DAY

FIRST = 770_000_001
SYSTEM = {
    "population": {"citizens": 400},
    "attributes": {"age": {"65-84": 0.9, "85-99": 0.1}},
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}, "place": {"beds": "unlimited", "sector": "municipality"}},
    "risks": {"worsening": {"rate": "1 per y", "times": {"age": {"85+": 2}}, "then": "ward_stay"}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"exponential": "5 d"}, "then": "choice"},
        "choice": {"choose": {"short_stay": 0.008, "other_stay": 0.02, "home": "rest"}},
        "short_stay": {"at": "place", "for": {"exponential": "5 d"}, "then": "home"},
        "other_stay": {"at": "place", "for": {"exponential": "9 d"}, "then": "home"},
    },
}


def part(n, persons=None, **more):
    values = {"kind": "share", "about": "a", "parameter": str(n), "unit": "share", "value": 0.1, "se": 0.1, "low": 0.0, "high": 1.0} | more
    return Estimate(n=n, persons=n if persons is None else persons, **values)


def ns(estimates, smallest=5):
    kept, hidden = shown(estimates, smallest)
    assert hidden == len(estimates) - len(kept)
    return [e.n for e in kept]


def test_fewer_than_five_contacts_or_people_are_not_shown():
    assert ns([part(4), part(5), part(400)]) == [5, 400]
    assert ns([part(400, persons=4), part(400, persons=5)]) == [400]
    assert ns([part(5), part(9)], smallest=10) == []


@pytest.mark.parametrize(("counts", "left"), [
    ([3, 9, 40], [40]),  # else 3 would be the total less the others
    ([3, 2, 9, 40], [9, 40]),  # two are hidden, and their sum is 5
    ([1, 1, 9, 40], [40]),
    ([0, 9, 40], [9, 40]),  # nobody is no one
    ([9, 40], [9, 40]),
    ([3], []),
])
def test_nothing_small_follows_by_subtraction(counts, left):
    assert ns([part(n, whole="a") for n in counts]) == left


def test_a_distribution_of_which_a_part_is_hidden_is_not_written():
    whole = [part(40, kind="routing", path=("steps", "a", "choose", "x"), whole="a"), part(3, kind="routing", path=("steps", "a", "choose", "y"), whole="a")]
    kept, _ = shown([*whole, part(50, kind="routing", path=("steps", "a", "choose", "z"), whole="a")])
    assert [e.path for e in kept] == [()] and "too few" in kept[0].note


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A register in a file with a telling name, and persons whose numbers can be looked for."""
    place = tmp_path_factory.mktemp("extract")
    run = pathsim.simulate(SYSTEM, days=365, seed=4)
    contacts = run.contacts.assign(person=run.contacts["person"] + FIRST)
    contacts.to_parquet(place / "psychiatric_ward_7.parquet")
    run.citizens.assign(person=run.citizens["person"] + FIRST).to_csv(place / "the_people.csv", index=False)
    (place / "system.yaml").write_text(yaml.safe_dump(SYSTEM))
    return place


@pytest.fixture(scope="module")
def results(folder):
    arguments = ["--citizens", str(folder / "the_people.csv"), "--from", "0 d", "--until", "365 d", "--system", str(folder / "system.yaml")]
    assert main(["fit", str(folder / "psychiatric_ward_7.parquet"), *arguments, "--results", str(folder / "results"), "--name", "mine"]) == 0
    return folder / "results" / "mine"


def test_what_is_written(results):
    assert sorted(path.name for path in results.iterdir()) == ["estimates.csv", "fitted.yaml", "manifest.json"]
    assert [path.name for path in results.parent.iterdir()] == ["mine"]


def test_no_person_row_or_name_of_a_file_is_written(results):
    for path in results.iterdir():
        text = path.read_text()
        assert "7700000" not in text and "7700001" not in text
        assert "psychiatric_ward_7" not in text and "the_people" not in text and str(results.parent.parent) not in text


def test_the_manifest_says_what_it_was_made_from(results, folder):
    manifest = json.loads((results / "manifest.json").read_text())
    digest = hashlib.sha256((folder / "psychiatric_ward_7.parquet").read_bytes() + (folder / "the_people.csv").read_bytes()).hexdigest()
    assert manifest["personal"] is True and manifest["extract_sha256"] == digest and manifest["source"] == f"register {digest[:12]}"


def test_no_count_below_five_is_in_the_table(results):
    table = pd.read_csv(results / "estimates.csv")
    assert table["n"].min() >= 5 and table["persons"].min() >= 5


def test_a_rare_way_is_hidden_with_one_that_would_betray_it():
    """In the register at hand the rarest way of the choice was taken by one to four people: so the next is hidden as well."""
    run = pathsim.simulate(SYSTEM, days=365, seed=4)
    taken = run.contacts["step"].value_counts()
    assert 0 < taken["short_stay"] < 5 <= taken["other_stay"]
    table = fit(run.contacts, run.citizens, window=(0, 365 * DAY), system=SYSTEM).table
    assert set(table.loc[table["about"] == "choice", "parameter"]) == {"home"}
    assert "short_stay" not in set(table["about"])


def test_the_patch_is_read_by_the_other_verbs(results, folder, capsys):
    assert main(["check", str(folder / "system.yaml"), str(results / "fitted.yaml")]) == 0
    assert "fine" in capsys.readouterr().out


def test_the_same_study_again_takes_the_place_of_the_first_and_another_does_not(results, folder, capsys):
    same = ["fit", str(folder / "psychiatric_ward_7.parquet"), "--citizens", str(folder / "the_people.csv"), "--from", "0 d", "--until", "365 d",
            "--system", str(folder / "system.yaml"), "--results", str(folder / "results"), "--name", "mine"]
    assert main(same) == 0 and main([*same, "--smallest", "20"]) == 0
    assert sorted(path.name for path in results.parent.iterdir()) == ["mine", "mine.1"]
    assert pd.read_csv(results / "estimates.csv")["n"].min() >= 20
    capsys.readouterr()
