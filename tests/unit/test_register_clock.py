"""Danish local time: an hour that comes twice, an hour that never was, and stays that last as long as they lasted."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pathsim.evidence.register.clock import Clock
from pathsim.evidence.register.extract import NEVER
from pathsim.evidence.register.rows import Told
from pathsim.language.quantities import DAY, HOUR, MINUTE

DAY_0 = date(2023, 1, 1)


def read(texts, not_before=None, **more):
    told = Told()
    clock = Clock(told, DAY_0, **more)
    ms = clock.read("begun", pd.Series(texts, dtype=object), not_before)
    return ms, [str(fault) for fault in told.faults], clock


def since_new_year(text):
    """ms from midnight of 1 January 2023 in Copenhagen, by hand: 23:00 UTC of 31 December."""
    return int((pd.Timestamp(text) - pd.Timestamp("2022-12-31T23:00Z")).total_seconds() * 1000)


@pytest.mark.parametrize(("local", "utc"), [
    ("2023-01-01T00:00", "2022-12-31T23:00Z"),
    ("2023-03-26T01:59", "2023-03-26T00:59Z"),  # the last minute of winter
    ("2023-03-26T03:00", "2023-03-26T01:00Z"),  # the first of summer
    ("2023-07-01T12:00", "2023-07-01T10:00Z"),
    ("2023-10-29T01:59", "2023-10-28T23:59Z"),
    ("2023-10-29T02:30", "2023-10-29T00:30Z"),  # comes twice: read as the first
    ("2023-10-29T03:00", "2023-10-29T02:00Z"),
    ("2022-12-31 12:00:30", "2022-12-31T11:00:30Z"),  # before day 0
    ("2023-02-01", "2023-01-31T23:00Z"),
])
def test_local_times_and_their_instants(local, utc):
    ms, faults, _ = read([local])
    assert ms[0] == since_new_year(utc) and not faults
    assert read([utc])[0][0] == ms[0]


def test_a_night_in_which_the_clock_changes_has_its_true_length():
    begun, _, _ = read(["2023-03-25T22:00", "2023-10-28T22:00", "2023-05-01T22:00"])
    ended, _, _ = read(["2023-03-26T07:00", "2023-10-29T07:00", "2023-05-02T07:00"])
    assert ((ended - begun) // HOUR).tolist() == [8, 10, 9]


def test_in_the_hour_that_comes_twice_nobody_leaves_before_they_came():
    begun, _, _ = read(["2023-10-29T02:50", "2023-10-29T02:10"])
    ended, _, _ = read(["2023-10-29T02:10", "2023-10-29T02:50"], begun)
    assert ((ended - begun) // MINUTE).tolist() == [20, 40]


def test_the_hour_that_never_was():
    _, faults, _ = read(["2023-03-26T02:00", "2023-03-26T02:59", "2023-03-26T03:00"])
    assert len(faults) == 1 and "rows 1, 2: in the hour that is left out" in faults[0]
    ms, faults, _ = read(["2023-03-26T02:30"], missing_hour="forward")
    assert not faults and ms[0] == since_new_year("2023-03-26T01:30Z")


def test_nothing_written_is_never_and_minus_1_did_not_happen():
    assert read([None, "", "2023-01-01"])[0].tolist() == [NEVER, NEVER, 0]
    assert read(["-1", "86400000", 5.0])[0].tolist() == [NEVER, DAY, 5]


@pytest.mark.parametrize("texts", [["2023-13-01"], ["1/2/2023"], ["2023-01-01T25:00"], ["noon"], ["2023-01-01T10:00", "123"], ["1e99"]])
def test_what_is_no_time(texts):
    assert any("not a time" in fault for fault in read(texts)[1])


def test_dates_without_hyphens_are_not_taken_for_milliseconds():
    assert any("look like dates" in fault for fault in read(["20230131", "20230201"])[1])
    ms, faults, _ = read(["20230131"], written="%Y%m%d")
    assert not faults and ms[0] == 30 * DAY


@pytest.mark.parametrize(("texts", "grid"), [
    (["2023-01-31", "2023-07-31"], DAY), (["2023-01-31T10:15", "2023-07-31T10:30"], 15 * MINUTE), (["2023-01-31T10:15:00.001"], 1), (["86400000"], DAY),
])
def test_the_grid_is_that_of_the_local_clock(texts, grid):
    """Midnight in summer is 22:00 UTC, and still a whole day."""
    assert read(texts)[2].grid == grid


@pytest.mark.parametrize(("zone", "sound"), [("Europe/Copenhagen", True), ("UTC", True), ("America/New_York", False), ("Asia/Kolkata", False)])
def test_the_zone_of_a_column(zone, sound):
    column = pd.Series(pd.to_datetime(["2023-07-01T10:00"]).tz_localize("UTC").tz_convert(zone))
    told = Told()
    ms = Clock(told, DAY_0).read("begun", column)
    assert (ms[0] == since_new_year("2023-07-01T10:00Z")) and bool(told.faults) is not sound


def test_columns_of_dates_as_pandas_and_parquet_hold_them():
    stamps = pd.Series(pd.to_datetime(["2023-07-01T10:00", None]))
    days = pd.Series([date(2023, 7, 1), None], dtype=object)
    told = Told()
    clock = Clock(told, DAY_0)
    assert clock.read("begun", stamps).tolist() == [since_new_year("2023-07-01T08:00Z"), NEVER]
    assert clock.read("ended", days).tolist() == [since_new_year("2023-06-30T22:00Z"), NEVER]
    assert not told.faults


def test_the_same_instant_in_every_way_of_writing_it():
    ways = ["2023-07-01T10:00", "2023-07-01 10:00:00", "2023-07-01T10:00+02:00", "2023-07-01T10:00+0200", "2023-07-01T08:00Z", "2023-07-01T10:00:00,000"]
    assert len({int(read([way])[0][0]) for way in ways}) == 1
    assert np.all([not read([way])[1] for way in ways])
