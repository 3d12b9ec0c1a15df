"""The instruments of `verify`, tried on a stand-in simulator that is right, and on ones that are wrong."""

import math

import numpy as np
import pandas as pd
import pytest
import stand_in
from scipy import stats

from pathsim import theory
from pathsim.contacts import Run
from pathsim.language.quantities import DAY
from pathsim.study import known, published, reading
from pathsim.study import verify as instrument
from pathsim.study.laws import broken_laws
from pathsim.study.measures import View, measure
from pathsim.study.verify import bound, checks, controlled, printed, verify


def hand_made(rows, horizon=10 * DAY, places=1):
    """A run from (person, asked, begun, ended, given_back, how) in days; -1 where it did not happen."""
    contacts = pd.DataFrame(rows, columns=["person", "asked", "begun", "ended", "given_back", "how"])
    for column in ("asked", "begun", "ended", "given_back"):
        contacts[column] = [round(t * DAY) if t >= 0 else -1 for t in contacts[column]]
    contacts = contacts.assign(step="stay", unit="ward", kind="at", cause="a", joint=False)
    citizens = pd.DataFrame({"person": sorted(set(contacts["person"])), "stream": "a"})
    citizens["entered"] = contacts.groupby("person")["asked"].min().to_numpy()
    citizens["left"] = [-1 if "censored" in set(g["how"]) else g["ended"].max() for _, g in contacts.groupby("person")]
    return Run(contacts, citizens, None, {"horizon": horizon, "units": {"ward": {"kind": "slots", "places": places}}})


FOUR = [
    (0, 0, 0, 2, 2, "completed"),
    (1, 1, 2, 5, 6, "completed"),  # waits a day, blocked a day
    (2, 3, -1, 4, -1, "gave_up"),
    (3, 4, -1, 4, -1, "refused"),
    (0, 7, 7, 8, 8, "completed"),  # back after 5 days
    (4, 9, 9, -1, -1, "censored"),
]


@pytest.mark.parametrize(
    "quantity, value",
    [
        (("requests", "stay"), 0.6),
        (("P(wait)", "stay"), 2 / 5),
        (("Wq", "stay"), 2 / 5),
        (("Lq", "stay"), 2 / 10),
        (("P(refused)", "stay"), 1 / 6),
        (("P(gave up)", "stay"), 1 / 6),
        (("mean stay", "stay"), 2.0),
        (("in use", "ward"), 8 / 10),
        (("share in use", "ward", 2), 4 / 10),
        (("in step", "stay"), 7 / 10),
        (("P(N>=n)", "ward", 1), 8 / 10),
        (("P(N=n|N<=n)", "ward", 1), 8 / 10),
        (("returned within", "stay", 5), 1 / 3),
        (("returned within", "stay", 4.9), 0.0),
        (("arrivals",), 0.5),
        (("care per patient", "stay"), 7 / 5),
        # had person 1 not waited, two would have been in during day 1
        (("P(N>=n) unlimited", "stay", 2), 1 / 10),
        (("over n unlimited", "stay", 1), 1 / 10),
    ],
)
def test_measures_by_hand(quantity, value):
    assert measure(View(hand_made(FOUR), 0, 10 * DAY), quantity) == pytest.approx(value)


def test_window_cuts_time_and_people():
    view = View(hand_made(FOUR), 1 * DAY, 5 * DAY)
    assert measure(view, ("in use", "ward")) == 1.0
    assert measure(view, ("requests", "stay")) == 3 / 4


def test_laws_hold_by_hand():
    assert broken_laws(hand_made(FOUR)) == []


@pytest.mark.parametrize(
    "row, changed, law",
    [
        (1, (1, 1, 1.5, 5, 6, "completed"), "2 in care at 1 places"),
        (1, (1, 1, 2.5, 5, 6, "completed"), "waits while a place is free"),
        (0, (0, 0, 0, 2, 1.5, "completed"), "order is off"),
    ],
)
def test_a_broken_law_is_named(row, changed, law):
    rows = list(FOUR)
    rows[row] = changed
    assert any(law in broken for broken in broken_laws(hand_made(rows)))


def test_lost_people_break_the_flow_balance():
    run = hand_made(FOUR)
    run.citizens.loc[run.citizens["person"] == 1, "left"] = -1
    assert any("flow" in law for law in broken_laws(run))


# --- estimation ----------------------------------------------------------------------------


def test_controls_are_read_off_at_their_mean():
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(30, 2))
    found = controlled(7 + luck @ [2.0, -1.0], luck)
    assert found.mean == pytest.approx(7) and found.error < 1e-12 and found.df == 27


def test_a_control_that_does_not_vary_is_left_out():
    values = np.array([1.0, 2.0, 4.0])
    found = controlled(values, np.zeros((3, 1)))
    assert found.df == 2
    assert found.error == pytest.approx(values.std(ddof=1) / math.sqrt(3))


def test_controlled_intervals_cover():
    """Of 2000 intervals 95 % hold the truth, give or take four standard errors of that share."""
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(2000):
        luck = rng.normal(size=(24, 2))
        found = controlled(luck @ [1.0, 2.0] + rng.normal(size=24), luck)
        held += abs(found.mean / found.error) < stats.t.isf(0.025, found.df)
    assert abs(held / 2000 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2000)


def test_the_bound_gives_the_suite_its_alarm():
    each = 2 * stats.t.sf(bound(0.001, 150, 21), 21)
    assert 1 - (1 - each) ** 150 == pytest.approx(0.001)


def test_lindley_mm1():
    """The whole chain on M/M/1 by Lindley's recursion: a mean wait with controls meets the formula."""
    lam, mean, n = 0.8, 1.0, 20_000
    rng = np.random.default_rng(4)
    waits, luck = [], []
    for _ in range(40):
        service, between = rng.exponential(mean, n), rng.exponential(1 / lam, n)
        walk = np.concatenate([[0], np.cumsum(service[:-1] - between[1:])])
        wait = walk - np.minimum.accumulate(walk)
        waits.append(wait[1000:].mean())
        luck.append([service[1000:].mean() - mean, between[1000:].mean() - 1 / lam])
    plain = controlled(np.array(waits), np.empty((40, 0)))
    better = controlled(np.array(waits), np.array(luck))
    for found in (plain, better):
        assert abs(found.mean - theory.mm1(lam, mean).Wq) < 4 * found.error
    assert better.error < 0.85 * plain.error


# --- reading -------------------------------------------------------------------------------


def test_every_case_has_a_file_and_a_theory():
    files = {path.stem for path in known.folder().glob("*.yaml")}
    assert files == set(known.CASES) | {"treat_sim", "treat_sim_published"}
    for name, case in known.CASES.items():
        values = case.theory(known.read(name)).values()
        assert all(math.isfinite(value) and value > 0 for value in values), name


def test_theory_follows_the_file():
    system = known.read("mm1")
    assert known.queue(reading.slowed(system, 1.03))["Wq", "seen"] == pytest.approx(theory.mm1(0.8 * 24, 1.03 / 24).Wq)


def test_traffic_of_the_stroke_unit():
    system = known.read("stroke")
    assert reading.load(system, "acute_unit") == pytest.approx(8.1455, abs=5e-5)
    assert reading.load(system, "rehab_unit") == pytest.approx(9.7182, abs=5e-5)


def test_traffic_of_the_loop():
    assert reading.step_rate(known.read("readmission_loop_75"), "ward_stay") == pytest.approx(12.5)


def test_the_timetable_of_the_clinic():
    assert published.expected_arrivals() == pytest.approx(229.5, abs=0.05)


def test_slowed_leaves_ratios_and_arrivals_alone():
    before, after = known.read("mg1_gamma"), reading.slowed(known.read("mg1_gamma"), 1.03)
    assert reading.stay(after, "seen") == pytest.approx((1.03 * reading.stay(before, "seen")[0], reading.stay(before, "seen")[1]))
    assert after["arrivals"] == before["arrivals"]


# --- the suite, on the stand-in ------------------------------------------------------------

QUICK = ["erlang_a", "infinite_servers"]


def test_a_right_simulator_agrees():
    table = verify(stand_in.simulate, QUICK, precision=0.05, workers=1, seed=8)
    assert list(table.columns) == ["case", "quantity", "theory", "estimate", "half_width", "z", "verdict"]
    assert set(table["verdict"]) == {"agrees"}, printed(table)
    assert "agrees" in printed(table).splitlines()[-1]


@pytest.mark.parametrize("controls", [True, False])
def test_stays_three_per_cent_longer_are_seen(controls):
    table = verify(stand_in.simulate, ["erlang_a"], precision=0.02, slower=1.03, workers=1, controls=controls, most=2, seed=8)
    assert (table["verdict"] == "differs").any(), printed(table)


def test_a_cap_reached_is_a_failure(monkeypatch):
    monkeypatch.setattr(instrument, "days_of", lambda *_: 5.0)
    table = verify(stand_in.simulate, ["mm1_5"], precision=0.01, workers=1, most=1)
    assert "not precise enough" in set(table["verdict"])
    assert table.attrs["cost"]["mm1_5"]["replications"] == instrument.PILOT


def test_more_replications_until_precise(monkeypatch):
    monkeypatch.setattr(instrument, "days_of", lambda *_: 20.0)
    table = verify(stand_in.simulate, ["erlang_a"], precision=0.01, workers=1)
    assert table.attrs["cost"]["erlang_a"]["replications"] > instrument.PILOT


def test_in_processes_as_in_one(monkeypatch):
    monkeypatch.setattr(instrument, "days_of", lambda *_: 5.0)
    alone = verify(stand_in.simulate, ["erlang_a"], precision=0.05, workers=1, most=1)
    together = verify(stand_in.simulate, ["erlang_a"], precision=0.05, workers=2, most=1)
    pd.testing.assert_frame_equal(alone, together)


def test_all_cases_run_on_the_stand_in_and_break_no_law():
    for name, case in known.CASES.items():
        run = stand_in.simulate(known.read(name), 1, 0, min(case.warm_up, 20) + 20)
        assert broken_laws(run) == [], name
    assert checks() > 100


def test_the_published_clinic_on_the_stand_in():
    table = published.compare_treat_sim(stand_in.simulate, replications=40)
    assert set(table["verdict"]) == {"agrees"}, table.to_string()
    assert len(table) == 16
