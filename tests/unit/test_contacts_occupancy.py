"""Census, occupancy, waits, identities: against counting moment by moment."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathsim.contacts.byhand import UNITS, contact, ms, run_of
from pathsim.contacts.identities import identities, little
from pathsim.contacts.occupancy import census, daily_census, levels, occupancy
from pathsim.contacts.waits import waits
from pathsim.contacts.window import DAY, HOUR, Window

intervals = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(0, 20)), max_size=15)


@given(intervals, st.integers(0, 30), st.integers(1, 30))
def test_the_staircase_is_the_number_present_at_every_moment(rows, start, length):
    group, begin, more = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    end, window = begin + more, Window(start, start + length)
    steps = levels(group, begin, end, window)
    for g in range(3):
        present = [int(np.sum((group == g) & (begin <= t) & (end > t))) for t in range(start, start + length)]
        mine, drawn = steps[steps["group"] == g], np.zeros(length, dtype=int)
        for step in mine.itertuples():
            drawn[step.at - start : step.at - start + step.lasts] = step.level
        assert drawn.tolist() == present


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 80)), max_size=15))
def test_the_daily_census_is_exact(rows):
    begin, more = np.array(rows, dtype=np.int64).reshape(-1, 2).T * HOUR
    whole = [Window(d * DAY, (d + 1) * DAY).inside(begin, begin + more).sum() / DAY for d in range(5)]
    assert daily_census(begin, begin + more, 5).tolist() == pytest.approx(whole, abs=1e-12)


def test_boarders_and_held_beds_fill_the_bed_they_lie_in():
    run = run_of(contact(0, "other_ward", 0, 24, given_back=48), days=4)
    used = occupancy(run).set_index("name")
    assert used.loc["other_ward", "mean"] == 0.5
    assert used.loc["other_ward", "share"] == 0.25
    assert used.loc["ward", "share"] == 0


def test_surge_takes_occupancy_above_one():
    three = [contact(p, "ward", 0, 24, in_surge=p == 2) for p in range(3)]
    run = run_of(*three, people=3, days=2)
    ward = occupancy(run).set_index("name").loc["ward"]
    assert ward["above"] == ms(24)
    assert ward["share"] == 0.75
    run = run_of(*three[:2], days=2)
    assert occupancy(run).set_index("name").loc["ward", "above"] == 0, "full is not above"


def test_hospital_beds_are_taken_together_so_one_ward_may_be_above_and_the_sector_not():
    three = [contact(p, "ward", 0, 24) for p in range(3)]
    sector = occupancy(run_of(*three, people=3, days=1), by="sector").set_index("name")
    assert sector.loc["hospital", "places"] == 8
    assert sector.loc["hospital", "share"] == 3 / 8
    assert sector.loc["hospital", "above"] == 0
    assert "practice" not in sector.index


def test_slots_are_offered_only_while_open():
    run = run_of(contact(0, "gp", 0, 12), days=1)
    assert occupancy(run).set_index("name").loc["gp", "share"] == 1


def test_the_census_of_one_unit():
    run = run_of(contact(0, "ward", 24, 48), contact(1, "ward", 36), days=3, warm_up=1)
    assert census(run, "ward")[["at", "level", "lasts"]].to_numpy().tolist() == [
        [ms(24), 1, ms(12)],
        [ms(36), 2, ms(12)],
        [ms(48), 1, ms(24)],
    ]
    with pytest.raises(KeyError):
        census(run, "nowhere")


def test_waits_hold_all_who_joined_the_queue():
    run = run_of(
        contact(0, "gp", 10, 11, asked=10),
        contact(0, "gp", 15, 16, asked=11),
        contact(0, "gp", None, 20, asked=18, given_back=None, how="gave_up"),
        contact(0, "gp", None, 19, asked=19, given_back=None, how="refused"),
        contact(0, "gp", None, None, asked=38, given_back=None, how="censored"),
        contact(0, "gp", 9, 11, asked=0, from_start=True),
        contact(0, "gp", 9, 11, asked=0, joint=True),
        days=2,
    )
    gp = waits(run).set_index("unit").loc["gp"]
    assert gp[["asked", "queued", "waited", "gave_up", "refused", "still_waiting"]].tolist() == [5, 4, 3, 1, 1, 1]
    hours = [0, 4, 2, 10]
    assert gp["mean_h"] == np.mean(hours)
    assert gp["p90_h"] == pytest.approx(np.quantile(hours, 0.9))


@st.composite
def records(draw):
    """Contacts of many people, some still waiting or still in at the horizon."""
    rows = []
    for person in range(draw(st.integers(0, 12))):
        asked = draw(st.integers(0, 95))
        times = np.cumsum([asked, *draw(st.tuples(*[st.integers(0, 40)] * 3))])
        asked, begun, ended, back = (int(t) if t < 96 else None for t in times)
        unit = draw(st.sampled_from(["ward", "gp", "temporary"]))
        how = "completed" if back is not None else "censored"
        joint = draw(st.booleans())
        rows.append(contact(person, unit, begun, ended, asked=asked, given_back=back, how=how, joint=joint))
    return run_of(*rows, people=12, days=4, warm_up=draw(st.integers(0, 3)))


@given(records())
def test_identities_hold_to_the_millisecond(run):
    table = identities(run)
    assert set(table["name"]) == {"little", "queue", "flow", "queue_flow", "utilisation", "one_bed", "order"}
    assert table["error"].eq(0).all(), table[table["error"] != 0]


@given(records())
def test_littles_law_as_numbers(run):
    table = little(run)
    right = table["per_day"] * table["days"].fillna(0) + table["edges"]
    assert table["present"].to_numpy() == pytest.approx(right.to_numpy(), abs=1e-9)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ([contact(0, "ward", 0, 20), contact(0, "other_ward", 19, 30)], "one_bed"),
        ([contact(0, "gp", 5, 4)], "order"),
        ([contact(0, "gp", 5, 6, asked=7)], "order"),
        ([contact(0, "ward", 5, 6, how="censored")], "flow"),
        ([contact(0, "ward", 5, 6, given_back=None, how="displaced")], "flow"),
        ([contact(0, "ward", None, None, asked=5, how="completed", given_back=None)], "queue_flow"),
    ],
)
def test_a_record_that_is_wrong_is_found(wrong, name):
    table = identities(run_of(*wrong))
    assert name in set(table.loc[table["error"] != 0, "name"])


def test_endless_places_have_no_utilisation():
    units = UNITS | {"ward": UNITS["ward"] | {"places": {"": float("inf")}}}
    table = identities(run_of(contact(0, "ward", 0, 20), units=units))
    assert "ward" not in set(table.loc[table["name"] == "utilisation", "unit"])
    assert isinstance(table, pd.DataFrame)
