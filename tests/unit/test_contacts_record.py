"""The record: types, extracts that lack columns, saving and loading."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pathsim.contacts import Run, indicators, load, save
from pathsim.contacts.byhand import UNITS, contact, ms, run_of
from pathsim.contacts.window import DAY, Window
from pathsim.faults import Faults


def extract():
    """What a register might give: people with numbers of their own, few columns."""
    contacts = pd.DataFrame({"person": [900, 17, 900], "unit": ["ward", "gp", "ward"], "begun": [ms(0), ms(5), ms(240)], "ended": [ms(30), ms(6), -1]})
    return contacts, pd.DataFrame({"person": [17, 900], "age": [80, 70]})


def test_an_extract_with_four_columns_is_a_run():
    contacts, citizens = extract()
    run = Run(contacts, citizens, meta={"horizon": 20 * DAY, "units": UNITS})
    assert run.contacts["person"].tolist() == [1, 0, 1]
    assert run.citizens["id"].tolist() == [17, 900]
    assert run.contacts["asked"].tolist() == run.contacts["begun"].tolist()
    assert run.contacts["how"].tolist() == ["completed", "completed", "censored"]
    assert run.released.tolist() == [ms(30), ms(6), 20 * DAY]
    assert indicators(run)["indicator"].nunique() > 30


def test_a_run_leaves_the_frames_it_was_given_alone():
    contacts, citizens = extract()
    before = contacts.copy(), citizens.copy()
    Run(contacts, citizens, meta={"horizon": 20 * DAY, "units": UNITS})
    pd.testing.assert_frame_equal(contacts, before[0])
    pd.testing.assert_frame_equal(citizens, before[1])


def test_all_that_is_missing_is_said_at_once():
    with pytest.raises(Faults) as fault:
        Run(pd.DataFrame({"person": [0]}), pd.DataFrame({"age": [3]}), meta={})
    said = str(fault.value)
    for name in ("contacts.unit", "contacts.begun", "contacts.ended", "citizens.person", "meta.horizon"):
        assert name in said


@pytest.mark.parametrize(("people", "word"), [([0, 0], "two rows"), ([0, 2], "1 is not in citizens")])
def test_persons_must_be_known_and_once(people, word):
    contacts = pd.DataFrame({"person": [1], "unit": ["ward"], "begun": [0], "ended": [5]})
    with pytest.raises(Faults, match=word):
        Run(contacts, pd.DataFrame({"person": people}), meta={"horizon": 10})


def test_units_nobody_came_to_are_there_in_their_order():
    run = run_of(contact(0, "gp", 1, 2), contact(0, "elsewhere", 3, 4))
    assert list(run.contacts["unit"].cat.categories) == [*UNITS, "elsewhere"]


def test_a_saved_run_comes_back_the_same(tmp_path):
    units = UNITS | {"home": {"kind": "slots", "sector": "care", "places": {"a": math.inf}}}
    run = run_of(
        contact(0, "ward", 1, 30), contact(1, "ward", 5), events=[(0, 3, "preventable", "yes")],
        units=units, day_0=date(2026, 1, 5), citizens={"age": [70, 80]},
        costs={"ward": {"price": np.float64(3), "per": "d", "payer": [(date(2026, 1, 5), "region")]}},
    )  # fmt: skip
    back = load(save(run, tmp_path / "run"))
    for name in ("contacts", "citizens", "events"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(run, name), check_dtype=True)
    assert back.meta["units"]["home"]["places"] == {"a": math.inf}
    assert back.meta["day_0"] == date(2026, 1, 5)
    pd.testing.assert_frame_equal(indicators(back), indicators(run))


def test_saving_leaves_a_whole_folder_or_nothing(tmp_path):
    run = run_of(contact(0, "ward", 1, 30), odd=object())
    with pytest.raises(TypeError):
        save(run, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
    good = run_of(contact(0, "ward", 1, 30))
    save(good, tmp_path / "run")
    with pytest.raises(FileExistsError):
        save(good, tmp_path / "run")


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 5)])
def test_a_window_has_time_in_it(start, end):
    with pytest.raises(ValueError, match="warm-up"):
        Window(start, end)


def test_the_edges_of_a_window():
    window = Window(10, 20)
    assert window.happens([9, 10, 19, 20, -1]).tolist() == [False, True, True, False, False]
    assert window.inside(np.array([0, 12, 18, 25]), np.array([15, 14, 30, 30])).tolist() == [5, 2, 2, 0]
