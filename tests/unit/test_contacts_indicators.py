"""The table of indicators, one small run for each definition."""

import numpy as np
import pandas as pd
import pytest

from pathsim.contacts import REGISTRY, indicators
from pathsim.contacts.byhand import UNITS, contact, ms, run_of, value
from pathsim.contacts.costs import charges, staff_hours
from pathsim.contacts.groups import standard_of
from pathsim.contacts.identities import identities
from pathsim.contacts.indicators import COLUMNS
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.registry import UNITS_DA
from pathsim.faults import Faults


def test_bed_days_are_cut_at_both_ends_and_admissions_counted_where_they_begin():
    run = run_of(contact(0, "ward", 20, 48), contact(0, "ward", 80), days=5, warm_up=1)
    table, years = indicators(run), 4 / 365
    assert value(table, "bed_days", column="numerator") == pytest.approx(1 + 40 / 24)
    assert value(table, "admissions", column="numerator") == 1
    assert value(table, "admissions") == pytest.approx(1 / years)
    assert value(table, "length_of_stay") == pytest.approx(28 / 24), "by discharge, whole stays"


def test_who_was_there_on_day_0_fills_a_bed_and_has_not_come():
    table = indicators(run_of(contact(0, "ward", 0, 48, from_start=True)))
    assert value(table, "admissions") == 0
    assert value(table, "bed_days") == 2
    assert value(table, "contacts", "unit", "ward") == 0


def test_under_twelve_hours_is_a_short_stay():
    table = indicators(run_of(contact(0, "emergency", 0, 5, acute=True)))
    assert value(table, "short_stays") == 1
    assert value(table, "admissions") == 0
    assert value(table, "emergency_visits") == 1


def test_emergency_units_can_be_named():
    table = indicators(run_of(contact(0, "ward", 0, 5), contact(0, "emergency", 9, 12), emergency=["ward"]))
    assert value(table, "emergency_visits") == 1
    assert value(table, "emergency_visit_rate") == pytest.approx(1000 / 2)


@pytest.mark.parametrize(
    ("next_contact", "delayed", "internal"),
    [
        (contact(0, "temporary", 72, 99, asked=24), 2, 0),
        (contact(0, "other_ward", 72, 99, asked=24), 0, 2),
        (contact(0, "asylum", 72, 99, asked=24), 2, 0),
        (contact(0, "other_ward", 73, 99, asked=24), 2, 0),
        (contact(1, "other_ward", 72, 99, asked=24), 2, 0),
        (contact(0, "gp", 72, 73, asked=24), 2, 0),
        (contact(0, "other_ward", None, 72, asked=24, given_back=None, how="died"), 0, 2),
    ],
)
def test_delayed_days_unless_another_ward_is_what_lacks(next_contact, delayed, internal):
    table = indicators(run_of(contact(0, "ward", 0, 24, given_back=72), next_contact))
    assert value(table, "delayed_days") == delayed
    assert value(table, "days_waiting_for_ward") == internal


def test_a_bed_still_held_at_the_horizon_is_delayed_until_then():
    still = contact(0, "asylum", 0, 24, given_back=None, how="censored")
    table = indicators(run_of(still, days=4))
    assert value(table, "psychiatric_delayed_days", column="numerator") == 3
    waiting = contact(0, "asylum", None, None, asked=24, given_back=None, how="censored")
    table = indicators(run_of(still, waiting, days=4))
    assert value(table, "psychiatric_delayed_days") == 0
    assert value(table, "days_waiting_for_ward", column="numerator") == 3


@pytest.mark.parametrize(
    ("age", "at_first", "facts", "acute", "expected"),
    [
        (70, True, [], True, 1),
        (64, True, [], True, 0),
        (70, True, [], False, 0),
        (70, False, [(10, "yes")], True, 1),
        (70, True, [(10, "no")], True, 0),
        (70, False, [(11, "yes")], True, 0),
        (70, False, [(4, "yes"), (6, "no")], True, 0),
    ],
)
def test_preventable_is_the_latest_fact_when_asking(age, at_first, facts, acute, expected):
    run = run_of(
        contact(0, "emergency", 12, 15, asked=10, acute=acute),
        events=[(0, t, "preventable", said) for t, said in facts],
        citizens={"age": [age, 80], "preventable": [at_first, True]},
    )
    table = indicators(run)
    assert value(table, "preventable_stays") == expected
    older = 1 + (age >= 65)
    assert value(table, "preventable_stay_rate") == pytest.approx(expected * 1000 / older)


@pytest.mark.parametrize(
    ("after", "within_2", "within_7", "median"),
    [
        ([contact(0, "gp", 48, 49)], 1, 1, 1),
        ([contact(0, "temporary", 24, 99)], 1, 1, 0),
        ([contact(0, "gp", 24 + 120, 150)], 0, 1, 5),
        ([contact(0, "gp", 24 + 24 * 40, 999)], 0, 0, np.nan),
        ([contact(0, "gp", 5, 6)], 0, 0, np.nan),
        ([contact(0, "ward", 30, 32), contact(0, "gp", 48, 49)], 0, 0, np.nan),
        ([contact(1, "gp", 30, 32)], 0, 0, np.nan),
    ],
)
def test_first_contact_after_discharge(after, within_2, within_7, median):
    table = indicators(run_of(contact(0, "ward", 0, 24), *after))
    assert value(table, "contact_within_2") == within_2
    assert value(table, "contact_within_7") == within_7
    assert value(table, "days_to_first_contact") == pytest.approx(median, nan_ok=True)


def test_death_before_any_contact_means_nobody_came():
    citizens = {"left": [ms(30), -1], "reason": ["dead", None]}
    table = indicators(run_of(contact(0, "ward", 0, 24), citizens=citizens))
    assert value(table, "contact_within_2", column="denominator") == 1
    assert value(table, "contact_within_2") == 0
    assert value(table, "death_after_discharge_30") == 1


def test_deaths_by_place_and_days_at_home():
    citizens = {"left": [ms(48), ms(24), ms(72), -1], "reason": ["dead", "dead", "moved", None]}
    run = run_of(contact(0, "ward", 24, 48), contact(1, "ward", 0, 20), people=4, days=4, citizens=citizens)
    table = indicators(run)
    assert value(table, "deaths", column="numerator") == 2
    assert value(table, "deaths", "place", "hospital", "numerator") == 1
    assert value(table, "deaths", "place", "home", "numerator") == 1
    assert value(table, "person_years") == pytest.approx((2 + 1 + 3 + 4) / 365)
    assert value(table, "days_at_home") == pytest.approx((10 - 1 - 20 / 24) / (10 / 365))


def test_weeks_of_sick_leave_run_from_yes_to_no():
    off = [(0, 0, "on_sick_leave", "yes"), (0, 168, "on_sick_leave", "no"), (1, 336, "on_sick_leave", "no")]
    run = run_of(events=off, citizens={"on_sick_leave": [False, True]}, days=365)
    assert value(indicators(run), "sick_leave_weeks") == 1 + 2
    run = run_of(events=off[:1], citizens={"left": [ms(336), -1], "reason": ["dead", None]})
    assert value(indicators(run), "sick_leave_weeks") == 2


COSTS = {
    "gp": {"price": 160, "per": "contact", "payer": "region", "operator": "practice"},
    "ward": {"price": 1000, "per": "d", "payer": "region", "operator": "region"},
    "temporary": {
        "price": 24,
        "per": "h",
        "waiting": 2000,
        "payer": [(None, "municipality"), ("2027-01-01", "region")],
        "operator": "municipality",
    },
}


def test_money_by_payer_and_operator():
    run = run_of(
        contact(0, "gp", 1, 2), contact(1, "gp", 3, 4, joint=True), contact(1, "ward", 0, 24, given_back=36),
        day_0="2026-01-01", costs=COSTS,
    )  # fmt: skip
    table = indicators(run)
    assert value(table, "cost") == 160 + 1500
    assert value(table, "cost", "payer", "municipality") == 0
    assert value(table, "cost", "operator", "practice") == 160
    assert value(table, "cost_per_person_year") == pytest.approx(1660 / 2)


def test_money_without_a_payer_is_not_lost():
    run = run_of(contact(0, "gp", 1, 2), contact(0, "ward", 0, 24), costs={"gp": {"price": 9}, "ward": COSTS["ward"]})
    table = indicators(run)
    payers = table.query("indicator == 'cost' and group == 'payer'").set_index("level")["value"]
    assert payers.to_dict() == {"nobody named": 9, "region": 1000}


def test_a_stay_across_a_change_of_payer_is_split_at_midnight():
    new_year = 365 * 24
    run = run_of(contact(0, "temporary", new_year - 10, new_year + 5), days=730, day_0="2026-01-01", costs=COSTS)
    paid = charges(run).groupby("payer", observed=True)["amount"].sum()
    assert paid.to_dict() == {"municipality": 240, "region": 120}


def test_waiting_in_someone_elses_bed_is_paid_to_its_operator():
    run = run_of(
        contact(0, "ward", 0, 24, given_back=72), contact(0, "temporary", 72, 72, asked=24),
        day_0="2026-01-01", costs=COSTS,
    )  # fmt: skip
    paid = charges(run).groupby(["payer", "operator"], observed=True)["amount"].sum()
    assert paid["municipality", "region"] == 2 * 2000
    assert paid["region", "region"] == 3 * 1000


def test_an_unknown_per_is_a_fault_with_a_mend():
    with pytest.raises(Faults, match="costs.gp.per"):
        charges(run_of(costs={"gp": COSTS["gp"] | {"per": "hour"}}))


def test_a_dated_payer_needs_the_date_of_day_0():
    with pytest.raises(Faults, match="day_0"):
        charges(run_of(costs=COSTS))


def test_staff_hours_are_time_in_use_times_staff_per_place():
    run = run_of(contact(0, "ward", 20, 48, given_back=50), days=3, warm_up=1)
    assert staff_hours(run).to_numpy().tolist() == [["ward", "nurse", 26 * 0.5, 0, 2 * 2 * 24 * 0.5]]


def test_staff_hours_by_profession_with_standing_load_and_joint_contacts():
    units = {"team": {"kind": "slots", "places": {"": 1}, "staff": {"nurse": 1, "doctor": 0.1}}}
    run = run_of(contact(0, "team", 0, 1), contact(0, "team", 0, 1, joint=True), units=units, days=7,
                 routine_hours={"team": 100})  # fmt: skip
    table = indicators(run)
    assert value(table, "staff_hours", "profession", "nurse", "numerator") == pytest.approx(102)
    assert value(table, "staff_hours", column="numerator") == pytest.approx(102 * 1.1)
    assert value(table, "staff_hours_on_duty", column="numerator") == pytest.approx((7 * 24 + 100) * 1.1)


def test_groups_share_out_the_whole():
    rng = np.random.default_rng(3)
    citizens = {
        "age": rng.integers(18, 99, 60), "sex": rng.choice(["woman", "man"], 60),
        "education": rng.choice(["short", "long"], 60), "group.frail": rng.random(60) < 0.4,
    }  # fmt: skip
    stays = [contact(p, "ward", h, h + 20, acute=True) for p in range(60) for h in rng.integers(0, 8000, 2)]
    run = run_of(*stays, people=60, citizens=citizens, groups=["frail", "unknown"])
    table = indicators(run)
    for name in ("acute_admissions", "bed_days", "person_years", "cost"):
        rows = table[table["indicator"] == name].set_index(["group", "level"])["numerator"]
        for group in ("age", "education"):
            if name != "cost":
                assert rows[group].sum() == pytest.approx(rows["all", "all"])
    assert value(table, "person_years", "frail", "yes") == pytest.approx(citizens["group.frail"].sum())
    assert value(table, "person_years", "65+", "yes") == (citizens["age"] >= 65).sum()
    assert "unknown" not in set(table["group"])


def test_standardising_by_hand():
    citizens = {"age": [70, 80, 70, 80], "sex": ["woman"] * 4, "education": ["short"] * 2 + ["long"] * 2}
    again = contact(0, "ward", 0, 24), contact(0, "ward", 48, 72, acute=True)
    run = run_of(*again, contact(1, "ward", 0, 24), people=4, citizens=citizens)
    # age 70: index 0 and its readmission, one of two readmitted; age 80: none of one
    standard = pd.Series({"65-74 woman": 30, "75-84 woman": 10, "18-64 man": 60})
    table = indicators(run, standard)
    assert value(table, "readmission_30") == pytest.approx(1 / 3)
    assert value(table, "readmission_30_standardised") == pytest.approx((30 * 0.5 + 10 * 0) / 40)
    assert value(table, "readmission_30_standardised", "age", "75-84") == 0
    assert np.isnan(value(table, "readmission_30_standardised", "education", "long"))
    own = indicators(run)
    assert value(own, "readmission_30_standardised") == pytest.approx(0.25)


def test_the_standard_leaves_newcomers_out():
    citizens = {"age": [70, 70], "sex": ["man", "man"], "generation": [0, 1]}
    assert standard_of(run_of(citizens=citizens)).to_dict() == {"65-74 man": 1}


def test_standardised_to_ones_own_discharges_nothing_changes():
    rng = np.random.default_rng(5)
    citizens = {"age": rng.integers(18, 99, 40), "sex": rng.choice(["woman", "man"], 40)}
    stays = [contact(p, "ward", h, h + 20, acute=True) for p in range(40) for h in rng.integers(0, 5000, 4)]
    run = run_of(*stays, people=40, citizens=citizens)
    persons = within(run, readmissions(run), 30)["person"].to_numpy()
    table = indicators(run, standard_of(run, persons))
    assert value(table, "readmission_30") > 0
    assert value(table, "readmission_30_standardised") == pytest.approx(value(table, "readmission_30"))


def test_handovers_and_missed_tasks():
    sent = {"kind": "handover", "step": "letter", "given_back": None}
    run = run_of(
        contact(0, None, 0, 24, complete=1.0, **sent), contact(1, None, 0, 72, complete=0.0, **sent),
        contact(1, None, None, 50, asked=2, kind="task", task="letter_to_gp", how="missed", given_back=None),
        contact(1, "gp", None, 60, asked=9, task="letter_to_gp", how="missed", given_back=None),
    )  # fmt: skip
    table = indicators(run)
    assert value(table, "handover_whole", "handover", "letter") == 0.5
    assert value(table, "handover_days") == 2
    assert value(table, "missed_tasks", "task", "letter_to_gp") == 2
    assert value(table, "contacts") == 0


def test_time_patients_travel():
    run = run_of(contact(0, "gp", 1, 2, patient_travel=ms(0.5)), contact(0, "gp", None, 2, asked=1, patient_travel=ms(9)))
    assert value(indicators(run), "patient_travel") == 0.5


def test_an_empty_run_has_all_its_rows():
    empty = indicators(run_of())
    full = indicators(run_of(contact(0, "ward", 0, 24, acute=True), contact(0, "gp", 30, 31)))
    key = ["indicator", "group", "level"]
    assert empty[key].equals(full[key]), "the same rows in the same order whatever happened"
    assert not empty.duplicated(key).any()
    assert list(empty.columns) == COLUMNS
    assert len(identities(run_of()))


def test_values_are_numerator_over_denominator():
    table = indicators(run_of(contact(0, "ward", 0, 24), contact(0, "gp", 30, 31)))
    odd = "median|p90|standardised|days_to_first_contact"
    plain = table[~table["indicator"].str.contains(odd) & (table["denominator"] > 0)]
    assert plain["value"].to_numpy() == pytest.approx((plain["numerator"] / plain["denominator"]).to_numpy())


def test_the_order_of_contacts_does_not_matter():
    rng = np.random.default_rng(8)
    units = list(UNITS)
    rows = [contact(int(p), units[u], int(b), int(b) + 9) for p, u, b in rng.integers(0, [9, 6, 8000], (80, 3))]
    one = indicators(run_of(*rows, people=9))
    two = indicators(run_of(*reversed(rows), people=9))
    pd.testing.assert_frame_equal(one, two)


def test_the_registry_is_complete():
    for name, entry in REGISTRY.items():
        assert name == entry.name == name.lower()
        assert entry.better in ("lower", "higher", "neutral")
        assert entry.title("en") != entry.title("da")
        assert entry.unit in UNITS_DA
        assert "{" not in entry.title_en + entry.title_da
    table = indicators(run_of(citizens={"age": [70, 70], "sex": ["man", "man"], "preventable": [True, True],
                                        "on_sick_leave": [False, False]},
                              costs={"gp": COSTS["gp"]}))  # fmt: skip
    assert set(REGISTRY) - set(table["indicator"]) == set()
