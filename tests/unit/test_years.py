"""The years ahead: each year is the study of that year and nothing else, and the year in which places run out is found where it was put."""

import argparse
import datetime
import math

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from small import VISITS

from pathsim.commands import years as verb
from pathsim.decide.years import Limits, crossing, ends, held, in_futures, melted, present_value_of, pressure, reached, rising, run_out, trend
from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import merge, read_text, read_yaml
from pathsim.population import read_projection
from pathsim.report import ahead as report
from pathsim.report import ahead_figure
from pathsim.study import ahead
from pathsim.study.ahead import Growth, holidays, need, places, plan_years, scaled, standing, years_of
from pathsim.study.sweep import plan as plans
from pathsim.study.sweep import planning
from pathsim.study.sweep.worker import DONE, Worker

YEARS = np.arange(2026.0, 2041.0, 2.0)
MODELS = ["relay", "partnership"]
SYSTEM = VISITS + """
about: {title: Tiny}
day_0: 2026-01-05
holidays: [2026-04-03, 2026-12-25, 2027-03-26, 2027-12-25]
population: {from: synthetic}
groups: {frail: {age: 80+}}
units:
  home_care: {slots: 8, sector: municipality, open: {mon-sun: 7-22}, routine: {frail: 1 h per w}, staff: {nurse: 1}}
arrivals:
  others: {rate: {by: weekday, mon-fri: {by: hour, 8-16: 2 per d, rest: 0 per h}, rest: 1 per d}, then: other_stay}
  weekly: {every: 1 w, then: other_stay}
steps: {other_stay: {at: ward, for: 1 d, then: gone}, gone: {leave: well}}
synthesis: {municipalities: {fanoe: {inhabitants: 400}}}
models: [relay, partnership]
replications: 2
years: 0.1
warm_up: 1
workers: 1
"""


def parts(text):
    """The headings of `VISITS` and those added, in one file."""
    first, more = text.split("\nabout:")
    return merge(read_text(first), read_text("about:" + more))


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(parts(SYSTEM), sort_keys=False))
    return tmp_path


@pytest.fixture(scope="module")
def projection():
    return read_projection(read_yaml(configs() / "synthesis" / "projection.yaml"))


# the year in which places run out


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_the_rising_line_is_the_nearest_that_never_falls(values):
    line = rising(np.array(values))
    assert (np.diff(line) >= -1e-9).all()
    assert line.sum() == pytest.approx(sum(values), abs=1e-6)
    assert rising(line) == pytest.approx(line, abs=1e-9)
    assert ((values - line) * line).sum() == pytest.approx(0, abs=1e-6)  # what is left is at right angles, as of a projection
    assert rising(-np.sort(values)) == pytest.approx(np.full(len(values), -np.mean(values)), abs=1e-9)


@given(st.floats(2026.1, 2039.9), st.floats(0.002, 0.05))
@settings(max_examples=30, deadline=None)
def test_of_a_straight_line_the_year_is_that_at_which_it_was_drawn(year, slope):
    values = np.repeat(0.95 + slope * (YEARS - year)[:, None], 3, axis=1)
    found = crossing(YEARS, values, 0.95)
    assert [found.year, found.low, found.high] == pytest.approx([year] * 3)


def test_already_and_not_by_the_last_year():
    values = np.array([[1.0, 1.0, 1.0], [0.9, 1.0, 1.1], [0.5, 0.5, 0.5]])
    assert reached(YEARS[:3], values, 1.0).tolist() == [-math.inf, 2028.0, math.inf]


def test_a_year_that_luck_made_busy_is_not_the_end():
    assert reached(YEARS[:4], np.array([0.8, 1.0, 0.8, 0.9]), 0.95) == math.inf


def test_the_interval_holds_the_year_as_often_as_it_says():
    rng, times, year = np.random.default_rng(11), 300, 2032.7
    inside = 0
    for number in range(times):
        luck = rng.normal(0, 0.01, (1, 6)) + rng.normal(0, 0.01, (len(YEARS), 6))  # of a replication, and of its years
        found = crossing(YEARS, 0.95 + 0.008 * (YEARS - year)[:, None] + luck, 0.95, seed=number, resamples=300)
        inside += found.low <= year <= found.high
    assert inside / times == pytest.approx(0.95, abs=0.04)  # three standard errors


def test_one_replication_has_no_interval():
    found = crossing(YEARS, np.linspace(0.9, 1.0, 8)[:, None], 0.95)
    assert 2026 < found.year < 2040 and math.isnan(found.low) and math.isnan(found.high)


def test_what_futures_hold_does_not_narrow_with_more_of_them():
    """Of inputs that put the year between 2028 and 2036, nearly all of that is told, however many futures there are; their mean is known ever better."""
    rng, widths = np.random.default_rng(5), []
    for number in (40, 4000):
        year = rng.uniform(2028, 2036, number)
        values = 0.95 + 0.01 * (YEARS[:, None] - year)
        found, mean = in_futures(YEARS, values, 0.95), crossing(YEARS, values, 0.95, resamples=200)
        assert found.year == pytest.approx(2032, abs=4 * 4 / np.sqrt(number)) and found.low < mean.low < mean.high < found.high
        widths.append((found.high - found.low, mean.high - mean.low))
    assert widths[1][0] == pytest.approx(0.95 * 8, abs=0.2) and widths[0][0] > 6.5
    assert widths[1][1] < widths[0][1] / 5 < 0.5


@pytest.mark.parametrize("number", [5, 39, 60])
def test_one_more_future_lies_where_it_is_said_as_often_as_it_is_said(number):
    values = np.random.default_rng(number).normal(size=(20_000, number + 1))
    low, high = ends(values[:, 1:])
    inside = np.mean((low <= values[:, 0]) & (values[:, 0] <= high))
    assert inside == pytest.approx(held(number), abs=4 * np.sqrt(0.25 / 20_000))
    assert held(number) >= 0.95 or number < 39


def test_a_future_that_failed_is_left_out_and_one_has_no_interval():
    values = np.array([[0.9, np.nan, 0.8], [1.1, 0.2, 0.9]])
    found = in_futures(YEARS[:2], values, 1.0)
    assert [found.year, found.low, found.high] == [2027.0, 2027.0, math.inf] and math.isnan(found.draws[1])
    one = in_futures(YEARS[:2], values[:, :1], 1.0)
    assert one.year == 2027 and math.isnan(one.low)


def rows(use, model="relay", unit="ward", indicator="occupancy", group="unit", replications=3):
    """Rows of an indicator that goes through the years as `use` says."""
    return [{"year": int(year), "model": model, "replication": r, "group": group, "level": unit, "indicator": indicator, "value": value + 1e-4 * r,
             "numerator": 0.0, "denominator": 1.0, "unit": "share"} for year, value in zip(YEARS, use, strict=True) for r in range(replications)]


def test_beds_run_out_by_occupancy_and_visits_by_use_or_by_who_is_lost():
    table = pd.DataFrame([
        *rows(np.linspace(0.88, 1.02, 8)), *rows(np.linspace(0.81, 0.95, 8), "partnership"), *rows(np.full(8, 0.9), group="sector", unit="hospital"),
        *rows(np.linspace(0.7, 1.0, 8), unit="gp", indicator="utilisation"), *rows(np.full(8, 0.0), unit="gp", indicator="share_gave_up"),
        *rows(np.full(8, 0.5), unit="team", indicator="utilisation"), *rows(np.linspace(0.0, 0.14, 8), unit="team", indicator="share_refused"),
        *rows(np.full(8, np.nan), unit="nursing", indicator="utilisation"), *rows(np.full(8, 0.8), unit="nursing", indicator="share_gave_up"),
        *rows(np.full(8, 0.8), unit="endless", indicator="share_gave_up"), *rows(np.full(8, np.nan), unit="asleep", indicator="utilisation"),
    ])
    told = pressure(table)
    assert set(told["level"]) == {"ward", "hospital", "gp", "team", "nursing"}  # one that is unlimited, and one that nobody asks, run out never
    out = run_out(told, MODELS).set_index(["level", "model"])
    assert out["year"].to_dict() == pytest.approx({
        ("ward", "relay"): 2033, ("ward", "partnership"): 2040, ("hospital", "relay"): math.inf, ("gp", "relay"): 2026 + 14 * 2 / 3,
        ("team", "relay"): 2031, ("nursing", "relay"): -math.inf}, abs=0.05)
    assert out.loc[("ward", "partnership"), "than_first"] == "later"
    assert told.set_index(["level", "year", "replication"]).loc[("team", 2040, 0), "load"] == pytest.approx(0.5 / 0.86, rel=1e-3)
    assert run_out(pressure(table, Limits(full=2, busy=2, lost=2)), MODELS)["year"].eq(math.inf).all()


def test_places_that_were_short_and_are_enough_again_are_told():
    use = np.array([0.8, 1.2, 1.2, 1.2, 1.2, 1.2, 1.0, 0.5])
    one = run_out(pressure(pd.DataFrame(rows(use))), ["relay"]).iloc[0]
    assert one["year"] < 2028 and one["enough_at_last"]


def test_the_trend_is_a_mean_and_a_paired_difference():
    table = pd.DataFrame(rows(np.full(8, 0.5)) + rows(np.full(8, 0.4), "partnership"))
    found = trend(melted(pressure(table)), MODELS).set_index(["indicator", "model", "year"]).loc["use"]
    assert found.loc[("relay", 2030), "value"] == pytest.approx(0.5001) and math.isnan(found.loc[("relay", 2030), "difference"])
    row = found.loc[("partnership", 2030)]
    assert [row["difference"], row["difference_low"], row["difference_high"]] == pytest.approx([-0.1] * 3)  # the same luck in both


def test_in_futures_later_is_counted_future_by_future():
    later = pd.DataFrame([one | {"value": one["value"] + shift * one["replication"]} for model, shift in (("relay", 0.01), ("partnership", 0.009))
                          for one in rows(np.linspace(0.80, 0.90, 8), model, replications=21)])
    out = run_out(pressure(later), MODELS, futures=True).set_index("model")
    assert out.loc["partnership", "out_by_last"] < out.loc["relay", "out_by_last"] == 16 / 21  # 0.90 and 0.0101 a future, against 0.95
    assert out.loc["partnership", "than_first"] == "unclear"  # in the first five neither runs out
    means = trend(melted(pressure(later)), MODELS, futures=True).set_index(["indicator", "model", "year"])
    row = means.loc[("use", "partnership", 2040)]
    assert [row["low"], row["high"]] == pytest.approx([0.90, 0.90 + 20 * 0.0091])
    assert [row["difference_low"], row["difference_high"]] == pytest.approx([-0.02, 0.0], abs=1e-9)


# the years as scenarios


def test_holidays_go_on_as_they_are():
    listed = [datetime.date.fromisoformat(str(day)) for day in read_yaml(configs() / "pathway" / "somatic.yaml")["holidays"]]
    for year in (2027, 2028):
        without = [day for day in listed if day.year != year]
        mine = [day for day in listed if day.year == year]
        found = holidays(without, datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        assert set(mine) <= set(found)
        assert all(day.weekday() == 6 for day in set(found) - set(mine))  # what is listed leaves out a Sunday
    assert holidays([], datetime.date(2030, 1, 1), datetime.date(2031, 1, 1)) == []


def test_numbers_of_the_language_are_scaled_in_all_their_cases():
    rate = {"by": "weekday", "mon-fri": {"by": "hour", "8-16": "3.5 per h", "rest": {"value": "1e-1 per h", "role": "assumed"}}, "rest": "0 per h"}
    found = ahead._stream({"rate": rate, "then": "a"}, 2.0)
    assert found == {"rate": {"by": "weekday", "mon-fri": {"by": "hour", "8-16": "7 per h", "rest": "0.2 per h"}, "rest": "0 per h"}, "then": "a"}
    assert ahead._stream({"every": {"exponential": "4 h"}}, 2.0) == {"every": {"exponential": "2 h"}}
    assert scaled("unlimited", 2.0, ahead._whole) == "unlimited"
    assert places({"a": {"slots": {"plus": 2}}, "b": {"slots": {"times": 2}}, "c": None}, 1.5, 1.0) == {
        "a": {"slots": {"plus": 3}}, "b": {"slots": {"times": 2}}, "c": None}


def test_everybody_else_grows_with_the_ages_of_the_country(projection):
    grows = [need(projection, year) / need(projection, 2024) for year in range(2024, 2041)]
    assert grows[0] == 1 and all(np.diff(grows) > 0)
    inhabitants = [sum(numbers[i] for numbers in projection.thousands.values()) for i in (0, -1)]
    assert grows[-1] > inhabitants[1] / inhabitants[0]  # ageing is more than growing


def test_each_year_is_the_study_of_that_year_and_nothing_else(tiny):
    plan = plan_years(["tiny.yaml"], [2026, 2040], Growth(staff=5.0, beds=1.0, others=2.0)).plan
    first, last = (plans.composed(plan, i) for i in (0, 1))
    assert [one.settings.synthesis.year for one in (first, last)] == [2026, 2040]
    assert [one.raw["day_0"] for one in (first, last)] == ["2025-01-01", "2039-01-01"]  # measured after a year: the year itself
    assert last.raw["holidays"] == ["2039-04-08", "2039-12-25"]
    assert last.raw["units"]["ward"]["beds"] == round(4 * 1.01 ** 16)
    assert last.raw["units"]["home_care"]["slots"] == round(8 * 1.05 ** 16)
    assert last.raw["levers"]["visits"]["changes"]["units"]["team"]["slots"] == round(2 * 1.05 ** 16)
    assert last.raw["arrivals"]["others"]["rate"]["rest"] == f"{1.02 ** 16:.8g} per d"
    same = {"attributes", "risks", "effects", "steps", "care_models", "groups", "population"}
    assert all(first.raw[heading] == last.raw[heading] == parts(SYSTEM)[heading] for heading in same)
    assert [one.models for one in plan.scenarios] == [("relay", "partnership")] * 2


def test_more_replications_and_other_years_run_no_more_than_is_missing(tiny):
    def keys(years, *texts):
        return [one.key for one in plan_years(["tiny.yaml", *texts], years, Growth()).plan.scenarios]

    assert keys([2026, 2030, 2040], "replications=9")[::2] == keys([2026, 2040])
    assert len(set(keys([2026, 2027, 2028]))) == 3


UNCERTAIN = """
levers: {visits: {fidelity: {value: 0.6, range: [0.1, 0.9], covers: 0.9}}}
arrivals: {others: {rate: {by: weekday, mon-fri: {by: hour, 8-16: {value: 2 per d, range: [1 per d, 4 per d], covers: 0.9}, rest: 0 per h}, rest: 1 per d}}}
"""


@pytest.fixture
def uncertain(tiny):
    (tiny / "uncertain.yaml").write_text(UNCERTAIN)
    return tiny


def test_a_draw_is_the_same_in_every_year(uncertain):
    """What is unknown is unknown of all years: the same fidelity, as many times the arrivals, the same luck."""
    plan = plan_years(["tiny.yaml", "uncertain.yaml"], [2026, 2040], Growth(others=2.0), 3).plan
    assert plan.parameters == ["synthesis.year", "draw"] and plan.replications == 1 and len({one.key for one in plan.scenarios}) == 6
    found = {one.values: plans.composed(plan, number) for number, one in enumerate(plan.scenarios)}

    def drawn(year, draw):
        raw = found[year, draw].raw
        rate = raw["arrivals"]["others"]["rate"]["mon-fri"]["8-16"]["value"]
        return raw["levers"]["visits"]["fidelity"]["value"], float(rate.split()[0]) / 2 / 1.02 ** (year - 2024)

    for draw in (1, 2, 3):
        assert drawn(2026, draw) == pytest.approx(drawn(2040, draw), rel=1e-5)  # numbers are written with six figures
        assert found[2026, draw].settings.luck(0) == found[2040, draw].settings.luck(0)
    assert len({drawn(2026, draw) for draw in (1, 2, 3)}) == 3
    more = plan_years(["tiny.yaml", "uncertain.yaml"], [2026, 2034, 2040], Growth(others=2.0), 4).plan
    assert {one.key for one in plan.scenarios} < {one.key for one in more.scenarios}  # more futures, and more years, run only what is missing


def test_one_draw_in_every_year_is_that_draw(uncertain):
    one = plan_years(["tiny.yaml", "uncertain.yaml", "draw=2", "replications=1"], [2026, 2040], Growth()).plan
    all_of_them = plan_years(["tiny.yaml", "uncertain.yaml"], [2026, 2040], Growth(), 2).plan
    assert [one.scenarios[i].key for i in (0, 1)] == [all_of_them.scenarios[i].key for i in (1, 3)]


def test_routine_work_is_told_as_places(tiny):
    found = standing(plan_years(["tiny.yaml"], [2026, 2040], Growth()).first)
    taken, there = found["relay"]["home_care"]
    assert there == 8 and 0 < taken < 1 and found["relay"] == found["partnership"]
    hours = taken * 105  # open a week; an hour each
    assert hours == pytest.approx(round(hours)) and 5 <= hours <= 60


@pytest.mark.parametrize(("words", "said"), [
    (["tiny.yaml", "synthesis.year=2030"], "synthesis.year=2030: is set for each of the years"),
    (["tiny.yaml", "day_0='2030-01-01'"], "is set for each of the years"),
    (["tiny.yaml", "population={from: null, citizens: 40}"], "nobody ages but synthetic citizens"),
    (["tiny.yaml", "seed=1,2"], "several values"),
    (["--first", "2020"], "--first: 2020 was given. Allowed: 2024 to 2040"),
    (["--first", "2040"], "is not before 2040"),
    (["--every", "0"], "--every: 0 was given"),
    (["--full", "0"], "--full: 0 was given"),
    (["--staff", "400"], "--staff: 400 was given"),
    (["tiny.yaml", "--draws", "1"], "--draws: 1 was given"),
    (["tiny.yaml", "--draws", "4", "replications=3"], "replications=3: is what --draws says"),
    (["tiny.yaml", "--draws", "4", "shift.visits=1"], "shift.visits=1: is what --draws says"),
    (["tiny.yaml", "--draws", "4"], "no number has a range that says what it covers"),
])
def test_what_can_not_be_is_said(tiny, words, said):
    with pytest.raises(Faults) as found:
        run(*words)
    assert said in str(found.value)
    assert [path.name for path in tiny.iterdir()] == ["tiny.yaml"]


def run(*words):
    parser = argparse.ArgumentParser()
    verb.arguments(parser)
    return verb.run(parser.parse_intermixed_args([*words]))


def test_the_last_year_is_always_there():
    assert years_of(2026, 2040, 5) == [2026, 2031, 2036, 2040]


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tiny, capsys):
    assert run("tiny.yaml", "--every", "7", "--dry-run") == 0
    assert "3 scenarios × 2 replications" in capsys.readouterr().out
    assert [path.name for path in tiny.iterdir()] == ["tiny.yaml"]


@pytest.fixture
def ran(tiny):
    """The units of two years, run in this process."""
    planned = plan_years(["tiny.yaml"], [2026, 2040], Growth())
    planning.claim(planned.plan, planned.folder)
    worker = Worker(planned.folder)
    assert all(worker(unit).how == DONE for unit in plans.all_units(planned.plan))
    return planned.folder


def test_from_the_store_to_tables_words_and_a_picture(ran, capsys):
    said = {}
    for lang in ("en", "da"):
        assert run("tiny.yaml", "--every", "14", f"lang={lang}") == 0
        said[lang] = capsys.readouterr().out
    assert "The years ahead, 2026 to 2040" in said["en"] and "Årene frem, 2026 til 2040" in said["da"]
    assert "Standing work at home care takes" in said["en"]
    assert "chance alone" in said["en"] and "--draws" in said["en"] and "kun tilfældet" in said["da"] and "--draws" in said["da"]
    out, years = (pd.read_csv(ran / name) for name in ("runs_out.csv", "years.csv"))
    assert {"ward", "home_care", "team"} <= set(out["level"]) and set(out["model"]) == {"relay", "partnership"}
    assert set(years["year"]) == {2026, 2040}
    table = pd.read_parquet(ran / "long.parquet")
    mean = table.query("indicator == 'occupancy' and level == 'ward' and model == 'relay'").groupby("synthesis.year")["value"].mean()
    told = years.query("indicator == 'use' and level == 'ward' and model == 'relay' and group == 'unit'").set_index("year")["value"]
    assert told.to_numpy() == pytest.approx(mean.to_numpy(), rel=1e-5)
    assert (ran / "years.png").stat().st_size > 10_000 and "<svg" in (ran / "years.svg").read_text()


def test_futures_are_told_as_inputs_and_chance(uncertain, capsys):
    files = ["tiny.yaml", "uncertain.yaml"]
    planned = plan_years(files, [2026, 2040], Growth(), 3)
    planning.claim(planned.plan, planned.folder)
    worker = Worker(planned.folder)
    assert all(worker(unit).how == DONE for unit in plans.all_units(planned.plan))
    assert run(*files, "--every", "14", "--draws", "3") == 0
    text, picture = capsys.readouterr().out, (planned.folder / "years.svg").read_text()
    assert "50% of futures lie: inputs and chance" in text  # of four futures two, on average, lie between the ends of the other three
    assert "inputs and chance" in picture and "hance alone" not in text + picture
    parser = argparse.ArgumentParser()
    verb.arguments(parser)
    told = verb.read(planned.plan, planned.folder, parser.parse_args([]), Growth())
    danish = report.text(told, "da") + ahead_figure._caption(told, "da")
    assert "usikre tal og tilfældet" in danish and "kun tilfældet" not in danish
    out, years = (pd.read_csv(planned.folder / name) for name in ("runs_out.csv", "years.csv"))
    assert set(out["n"]) == {3} and out["out_by_last"].between(0, 1).all()
    table = pd.read_parquet(planned.folder / "long.parquet").query("indicator == 'bed_days' and group == 'all' and model == 'relay'")
    for year, mine in table.groupby("synthesis.year")["value"]:  # noqa: B007 - of the query
        row = years.query("indicator == 'bed_days' and group == 'all' and model == 'relay' and year == @year").iloc[0]
        assert row[["value", "low", "high"]].tolist() == pytest.approx([mine.mean(), mine.min(), mine.max()], rel=1e-5)


def test_the_present_value_of_a_steady_difference_is_that_of_an_annuity():
    rows = pd.DataFrame([("cost", "all", "all", year, model, r, 100.0 + (50.0 + r) * (model == "team")) for year in (2026, 2030, 2033)
                         for model in ("relay", "team") for r in range(3)], columns=["indicator", "group", "level", "year", "model", "replication", "value"])
    [one] = present_value_of(rows, ["relay", "team"]).itertuples(index=False)
    assert one.model == "team" and one.value == pytest.approx(51 * sum(1.035**-year for year in range(8)))
    assert one.low < one.value < one.high
    assert present_value_of(rows, ["relay"]).empty
