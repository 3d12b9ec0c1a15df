"""Stays and readmissions: the 4-hour, 12-hour and 30-day rules to the millisecond, and theory."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathsim.contacts import Run
from pathsim.contacts.byhand import UNITS, contact, ms, run_of
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.stays import COUNTED, JOINED, stays
from pathsim.contacts.window import DAY, HOUR
from pathsim.theory.official import official_loop_theory

TICK = 1 / HOUR  # one ms in hours


def count(*contacts, official=True, **more):
    return len(stays(run_of(*contacts, **more), official))


@pytest.mark.parametrize(("gap", "expected"), [(0, 1), (4, 1), (4 + TICK, 2), (-3, 1)])
def test_contacts_at_most_four_hours_apart_are_one_stay(gap, expected):
    assert count(contact(0, "ward", 0, 10), contact(0, "other_ward", 10 + gap, 40)) == expected


@pytest.mark.parametrize(("length", "expected"), [(12, True), (12 - TICK, False)])
def test_twelve_hours_make_an_admission(length, expected):
    assert stays(run_of(contact(0, "ward", 5, 5 + length)))["admission"].tolist() == [expected]


def test_short_contacts_joined_are_measured_from_first_in_to_last_out():
    table = stays(run_of(contact(0, "emergency", 0, 6), contact(0, "ward", 9, 14)))
    assert table["admission"].tolist() == [True]
    assert table[["start", "end", "contacts"]].to_numpy().tolist() == [[0, ms(14), 2]]


def test_a_long_stay_is_not_cut_by_a_short_one_inside_it():
    inner = contact(0, "other_ward", 10, 12), contact(0, "ward", 101, 120)
    assert count(contact(0, "ward", 0, 100), *inner) == 1


def test_each_branch_and_each_person_has_stays_of_its_own():
    ward = contact(0, "ward", 0, 20)
    assert count(ward, contact(0, "asylum", 20, 90)) == 2
    assert count(ward, contact(1, "ward", 20, 90)) == 2
    assert count(ward, contact(0, "temporary", 20, 90), contact(0, "gp", 3, 4)) == 1


def test_a_visit_between_two_beds_does_not_part_them():
    assert count(contact(0, "ward", 0, 20), contact(0, "gp", 20, 21), contact(0, "ward", 21, 30)) == 1


def test_raw_stays_join_only_what_was_asked_for_before_the_bed_was_given_back():
    held = contact(0, "ward", 0, 20, given_back=26), contact(0, "other_ward", 26, 30, asked=20)
    assert count(*held, official=False) == 1
    assert count(contact(0, "ward", 0, 20), contact(0, "ward", 20 + TICK, 30), official=False) == 2


def test_a_joint_contact_and_a_request_without_a_bed_are_no_stays():
    gave_up = contact(0, "ward", None, 5, asked=1, given_back=None, how="gave_up")
    assert count(contact(0, "ward", 0, 20, joint=True), gave_up) == 0


def test_the_first_contact_says_whether_a_stay_is_acute():
    later_acute = stays(run_of(contact(0, "ward", 0, 9), contact(0, "ward", 9, 20, acute=True)))
    assert later_acute["acute"].tolist() == [False]


def test_who_is_still_in_has_not_been_discharged():
    table = stays(run_of(contact(0, "ward", 0), days=3))
    assert table[["end", "closed", "alive", "admission"]].to_numpy().tolist() == [[3 * DAY, False, False, True]]


def brute(rows, gap):
    """Stays of one person, joined one by one."""
    found = []
    for begin, end in sorted(rows):
        if found and begin - found[-1][1] <= gap:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([begin, end])
    return found


intervals = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 15)), max_size=12)


@given(intervals, intervals)
def test_stays_are_what_joining_one_by_one_gives(one, two):
    rows = [(p, b, b + length) for p, part in enumerate((one, two)) for b, length in part]
    table = stays(run_of(*[contact(p, "ward", b, e) for p, b, e in rows]))
    expected = [[p, ms(b), ms(e), ms(e) - ms(b) >= COUNTED] for p in (0, 1) for b, e in brute([(b, e) for q, b, e in rows if q == p], JOINED / HOUR)]
    assert table[["person", "start", "end", "admission"]].to_numpy().tolist() == expected


def shares(*contacts):
    run = run_of(*contacts)
    return within(run, readmissions(run), 30)["yes"].tolist()


@pytest.mark.parametrize(("begins", "expected"), [(20 + 720, True), (20 + 720 + TICK, False)])
def test_thirty_days_from_discharge_to_admission(begins, expected):
    first, again = contact(0, "ward", 0, 20), contact(0, "ward", begins, begins + 20, acute=True)
    assert shares(first, again) == [expected, False]


def test_only_acute_admissions_of_the_same_branch_are_readmissions():
    first = contact(0, "ward", 0, 20)
    assert shares(first, contact(0, "ward", 40, 60)) == [False, False]
    assert shares(first, contact(0, "ward", 40, 51, acute=True)) == [False]
    assert shares(first, contact(0, "asylum", 40, 60, acute=True)) == [False, False]
    assert shares(first, contact(1, "ward", 40, 60, acute=True)) == [False, False]
    planned_between = contact(0, "ward", 40, 60), contact(0, "ward", 80, 99, acute=True)
    assert shares(first, *planned_between) == [True, True, False]


@pytest.mark.parametrize(("out", "n"), [(70 * 24, 1), (70 * 24 + TICK, 0), (50 * 24, 1), (50 * 24 - TICK, 0)])
def test_an_index_lies_in_the_window_with_all_its_follow_up(out, n):
    run = run_of(contact(0, "ward", 40 * 24, out), days=100, warm_up=50)
    assert len(within(run, readmissions(run), 30)) == n


def test_death_in_the_bed_is_no_index_and_death_at_home_is_an_outcome():
    dead = {"left": [ms(20), ms(50)], "reason": ["dead", "dead"]}
    run = run_of(contact(0, "ward", 0, 20), contact(1, "ward", 0, 20), citizens=dead)
    index = readmissions(run)
    assert index["person"].tolist() == [1]
    assert index[["outcome", "after"]].to_numpy().tolist() == [["died", ms(30)]]


def test_raw_time_runs_to_the_request_even_if_no_bed_was_had():
    gave_up = contact(0, "ward", None, 40, asked=30, given_back=None, how="gave_up")
    run = run_of(contact(0, "ward", 0, 5), gave_up)
    assert readmissions(run, official=False)[["outcome", "after"]].to_numpy().tolist() == [["readmitted", ms(25)]]
    assert len(readmissions(run)) == 0  # five hours are no admission


def loop(lam, los, p, home, days, seed):
    """The readmission loop without queues: Poisson arrivals, stays and times at home exponential."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(lam * days)
    start, person, parts = rng.uniform(0, days, n), np.arange(n), []
    while len(start):
        end = start + rng.exponential(los, len(start))
        parts.append((person, start, end))
        back = rng.random(len(start)) < p
        start, person = (end + rng.exponential(home, len(end)))[back], person[back]
    person, begun, ended = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = begun < days
    begun, ended = (np.round(t[there] * DAY).astype(np.int64) for t in (begun, ended))
    frame = pd.DataFrame({"person": person[there], "unit": "ward", "begun": begun, "acute": True})
    frame["ended"] = np.where(ended < days * DAY, ended, -1)
    return Run(frame, pd.DataFrame({"person": np.arange(n)}), meta={"horizon": days * DAY, "units": UNITS})


def test_the_readmission_loop_is_counted_as_theory_says():
    lam, los, p, home, days = 10, 5, 0.2, 15, 1500
    run = loop(lam, los, p, home, days, seed=4)
    theory = official_loop_theory(lam=lam, los=los, p=p, home=home)
    raw_30 = p * -np.expm1(-30 / home)
    for official, expected in ((True, theory.share_30), (False, raw_30)):
        yes = within(run, readmissions(run, official), 30)["yes"]
        assert abs(yes.mean() - expected) < 3.5 * np.sqrt(expected / len(yes))
    table = stays(run)
    settled = table[table["start"] > 200 * DAY]
    per_day = settled["admission"].sum() / (days - 200)
    assert abs(per_day - theory.admissions) < 3.5 * np.sqrt(theory.admissions / (days - 200) * 1.5)
