"""What is measured gets to the right keys of a care system, means there what it meant, and what has no place is not written."""

import numpy as np
import pandas as pd
import pytest

import pathsim
from pathsim.evidence.register import fit
from pathsim.faults import Faults
from pathsim.language import merge, read_all
from pathsim.language.evidence import still_spoken_of
from pathsim.language.quantities import DAY

LOOP = {
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}},
    "arrivals": {"admissions": {"rate": "10 per d", "then": "ward_stay"}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"exponential": "5 d"}, "then": "discharge"},
        "discharge": {"choose": {"at_home": 0.20, "gone": "rest"}},
        "at_home": {"wait": {"exponential": "15 d"}, "then": "ward_stay"},
        "gone": {"leave": "well"},
    },
}


def fitted(system, days=400, seed=1, start=0, base=None, drop=(), **more):
    run = pathsim.simulate(system, days=days, seed=seed)
    return fit(run.contacts.drop(columns=list(drop)), run.citizens, window=(start * DAY, days * DAY), system=base or system, **more)


def near(evidence, truth, unit=""):
    """Within 4 standard errors, read off the interval on the scale of logarithms: a false alarm in 16,000."""
    value, low, high = (float(str(x).removesuffix(unit)) for x in (evidence["value"], *evidence["range"]))
    return abs(np.log(value / truth)) < 4 * np.log(high / low) / (2 * 1.96)


def test_the_system_of_the_readme_comes_back_whole():
    patch = fitted(LOOP).patch
    assert near(patch["arrivals"]["admissions"]["rate"], 10, " per d")
    assert near(patch["steps"]["ward_stay"]["for"]["exponential"], 5, " d")
    assert near(patch["steps"]["at_home"]["wait"]["exponential"], 15, " d")
    assert near(patch["steps"]["discharge"]["choose"]["at_home"], 0.2)
    assert "gone" not in patch["steps"]["discharge"]["choose"]


def test_every_number_says_what_it_is():
    found = fitted(LOOP)
    evidence = found.patch["steps"]["ward_stay"]["for"]["exponential"]
    assert evidence["role"] == "measured" and evidence["covers"] == 0.95 and evidence["source"] == found.source == f"register {found.sha256[:12]}"
    assert found.table["written"].str.contains("steps.ward_stay.for.exponential").any()


def test_a_patch_loads_over_its_system_and_runs():
    found = fitted(LOOP, days=100)
    run = pathsim.simulate(merge(LOOP, found.patch), days=20)
    assert len(run.contacts)


@pytest.mark.parametrize(("wrong", "right"), [
    ({"exponential": "50 d"}, {"gamma": {"mean": "5 d", "cv": 0.5}}),
    ({"gamma": {"mean": "50 d", "cv": 2}}, {"lognormal": {"mean": "5 d", "cv": 0.5}}),
    ({"lognormal": {"mean": "50 d", "median": "40 d"}}, {"lognormal": {"mean": "5 d", "cv": 0.5}}),
    ("50 d", {"weibull": {"scale": "5 d", "shape": 2.5}}),
    ({"value": "50 d", "role": "assumed"}, {"exponential": "5 d"}),
    ({"exponential": "5 d"}, "50 d"),
])
def test_another_distribution_takes_the_place_of_the_old_one(wrong, right):
    """The system says `wrong`, the register was made by `right`; over the system, the patch says `right`."""
    true = merge(LOOP, {"steps": {"ward_stay": {"for": None}}})
    true["steps"]["ward_stay"]["for"] = right
    base = merge(LOOP, {"steps": {"ward_stay": {"for": None}}})
    base["steps"]["ward_stay"]["for"] = wrong
    whole = merge(base, fitted(true, base=base).patch)
    patched = whole["steps"]["ward_stay"]["for"]
    kind = "constant" if right == "50 d" else next(iter(right))
    read_all(whole)
    assert kind == "constant" and patched["value"] == "50 d" or set(patched) == {kind}
    if isinstance(right, dict) and isinstance(right[kind], dict):
        assert set(patched[kind]) == set(right[kind])
        assert all(near(patched[kind][word], float(str(truth).removesuffix(" d")), " d") for word, truth in right[kind].items())


AGED = {
    "population": {"citizens": 800},
    "attributes": {"age": {"65-74": 0.5, "75-99": 0.5}, "copd": 0.3},
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}, "gp": {"slots": "unlimited", "sector": "practice", "staff_travel": "10 min"}},
    "risks": {"worsening": {"rate": "2 per y", "times": {"age": {"75+": 2}, "copd": 1.5}, "then": "ward_stay"}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"lognormal": {"mean": "5 d", "cv": 0.8}, "times": {"age": {"75+": 2}, "copd": 0.7}}, "then": "see_gp"},
        "see_gp": {"at": "gp", "for": {"gamma": {"mean": "15 min", "cv": 0.5}, "plus": "5 min"}, "then": "home"},
    },
}


def test_what_multiplies_and_what_is_added_is_taken_out_and_stays():
    patch = fitted(AGED).patch["steps"]
    assert near(patch["ward_stay"]["for"]["lognormal"]["mean"], 5, " d") and near(patch["ward_stay"]["for"]["lognormal"]["cv"], 0.8)
    assert patch["ward_stay"]["for"]["times"] == AGED["steps"]["ward_stay"]["for"]["times"]
    assert near(patch["see_gp"]["for"]["gamma"]["mean"], 15, " min") and patch["see_gp"]["for"]["plus"] == "5 min"


def test_what_the_extract_does_not_tell_keeps_its_number():
    """Without the column copd neither the stay, which it shortens, nor the risk is written; both are in the table with the reason."""
    run = pathsim.simulate(AGED, days=400, seed=1)
    found = fit(run.contacts, run.citizens.drop(columns="copd"), window=(0, 400 * DAY), system=AGED)
    assert "risks" not in found.patch and "ward_stay" not in found.patch["steps"]
    notes = found.table.set_index(["about", "parameter"])["note"]
    assert "copd" in notes["ward_stay", "mean"] and "copd" in notes["worsening", "rate"]


def test_without_steps_the_unit_tells_and_without_causes_the_ward():
    patch = fitted(AGED, drop=("step", "from_step", "cause", "task", "kind")).patch
    assert near(patch["steps"]["ward_stay"]["for"]["lognormal"]["mean"], 5, " d")
    assert near(patch["risks"]["worsening"]["rate"], 2, " per y") and near(patch["risks"]["worsening"]["times"]["copd"], 1.5)


def test_two_risks_that_admit_cannot_be_told_apart_without_causes():
    both = merge(AGED, {"risks": {"fall": {"rate": "1 per y", "then": "ward_stay"}}})
    assert "risks" not in fitted(both, drop=("cause",)).patch
    told = fitted(both).patch["risks"]
    assert near(told["worsening"]["rate"], 2, " per y") and near(told["fall"]["rate"], 1, " per y")


def test_without_citizens_there_are_no_hazards():
    run = pathsim.simulate(AGED, days=300, seed=1)
    found = fit(run.contacts, window=(0, 300 * DAY), system=AGED)
    assert set(found.table["kind"]) == {"stay"} and set(found.patch) == {"steps"} and any("no citizens" in note for note in found.notes)


def test_shares_without_a_rest_still_sum_to_one():
    system = merge(LOOP, {"steps": {"discharge": {"choose": {"at_home": 0.3333, "a": 0.3333, "gone": None, "b": 0.3334}}}})
    system["steps"] |= {"a": {"wait": "1 d", "then": "gone"}, "b": {"wait": "2 d", "then": "gone"}}
    shares = fitted(system).patch["steps"]["discharge"]["choose"]
    assert sorted(shares) == ["a", "at_home", "b"] and list(shares.values()).count("rest") == 1


def test_a_choice_that_depends_on_people_is_not_written():
    system = merge(LOOP, {"steps": {"discharge": {"choose": {"odds": {"at_home": 2}}}}})
    found = fitted(system)
    assert "discharge" not in found.patch.get("steps", {})
    assert (found.table["note"] == "not written: the choice depends on people").any()


def test_what_is_said_of_numbers_in_the_system_does_not_stand_in_the_way():
    said = merge(LOOP, {"evidence": {"steps.ward_stay.for.exponential": {"role": "assumed"}}})
    true = merge(LOOP, {"steps": {"ward_stay": {"for": {"gamma": {"mean": "5 d", "cv": 0.3}}}}})
    found = fitted(true, base=said)
    assert "gamma" in found.patch["steps"]["ward_stay"]["for"]
    read_all(still_spoken_of(merge(said, found.patch), said))


def test_the_same_extract_gives_the_same_bytes_in_any_order_of_columns():
    run = pathsim.simulate(AGED, days=200, seed=3)
    one = fit(run.contacts, run.citizens, window=(0, 200 * DAY), system=AGED)
    other = fit(run.contacts[sorted(run.contacts.columns)], run.citizens, window=(0, 200 * DAY), system=AGED)
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)


def test_a_window_in_dates_is_that_of_the_first_day():
    run = pathsim.simulate(AGED, days=365, seed=3)
    by_ms = fit(run.contacts, run.citizens, window=(0, 365 * DAY), system=AGED)
    by_date = fit(run.contacts, run.citizens, window=("2023-01-01", "2024-01-01"), system=AGED)
    by_length = fit(run.contacts, run.citizens, window=("0 d", "365 d"), system=AGED)
    pd.testing.assert_frame_equal(by_ms.table, by_date.table, check_exact=True)
    pd.testing.assert_frame_equal(by_ms.table, by_length.table, check_exact=True)
    with pytest.raises(Faults, match="day 0"):
        fit(run.contacts, run.citizens, window=(0, "2024-01-01"), system=AGED)
