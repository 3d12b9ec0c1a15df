"""When to stop a pilot: beside closed forms, beside simulation, and what may not be got wrong."""

import csv
import math
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from pathsim.commands import monitor as command
from pathsim.decide.monitoring import CONTINUE, STOP, Belief, Pilot, characteristics, monitor, posterior, rule, simulate, spread_after, to_the_end, weighed
from pathsim.decide.pilot import read_pilot
from pathsim.decide.sample_information import normal_evsi
from pathsim.faults import Faults
from pathsim.language import read_text
from pathsim.report import monitoring as report

PRIOR = Belief(-100.0, 800.0)
HERE = Path(__file__).parents[2] / "experiments" / "monitoring"


def pilot(looks=6, treated=300.0, running=100_000.0, early=False, se=900.0):
    at = np.arange(1, looks + 1)
    each = np.concatenate([[0.0], np.ones(looks)])
    return Pilot(np.r_[0.0, 0.25 * at], np.r_[np.inf, se / np.sqrt(at)], treated * each * np.arange(looks + 1) / 3, running * each, 5_000.0, 4.0, early)


def plain(**changes):
    seen = [
        {"cost": {"more": 700, "se": 500}, "visits": {"pilot": [50, 1000], "comparison": [60, 1000]}},
        {"cost": {"more": 650, "se": 350}, "visits": {"more": -0.01, "se": 0.006}},
    ]
    looks = [{"date": f"2020-0{3 * i + 4}-01", "enrolled": 1000, "seen": one} for i, one in enumerate(seen)]
    looks.append({"date": "2020-10-01", "enrolled": 1000})
    prior = {"cost": {"mean": 0, "sd": 800}, "visits": {"mean": -0.02, "sd": 0.02}}
    return {"begun": "2020-01-01", "horizon": "3 y", "people": 4000, "price": {"cost": 1, "visits": 2000}, "prior": prior, "looks": looks} | changes


def faults(**changes):
    with pytest.raises(Faults) as found:
        read_pilot(plain(**changes), "my_pilot.yaml")
    return str(found.value)


def test_one_look_is_worth_what_the_closed_form_says():
    """A pilot that costs nothing, of one look: what is gained over deciding now is the EVSI of that look."""
    one = pilot(looks=1, treated=0.0, running=0.0)
    by = rule(PRIOR, one)
    expected = one.at_stake[1] * normal_evsi(PRIOR.mean, PRIOR.sd, one.se[1])
    assert np.interp(PRIOR.mean, by.grid, by.going_on[0]) == pytest.approx(expected, rel=2e-3)


def test_the_first_boundary_of_two_looks_is_where_the_last_one_pays_for_itself():
    """At the last but one look, going on is treated · m − running + at stake · E max(m', 0): zero at the boundary."""
    two = pilot(looks=2)
    sd = spread_after(PRIOR, two)
    moves = math.sqrt(sd[1] ** 2 - sd[2] ** 2)

    def going_on(m):
        return two.treated[2] * m - two.running[2] + two.at_stake[2] * (moves * stats.norm.pdf(m / moves) + m * stats.norm.cdf(m / moves))

    by = rule(PRIOR, two)
    assert by.stop[1] == pytest.approx(optimize.brentq(going_on, -3000, 0), abs=0.1 * (by.grid[1] - by.grid[0]))


@pytest.mark.parametrize("early", [False, True])
def test_backward_induction_is_what_simulated_pilots_earn(early):
    """Over effects drawn as they were believed to be, the mean payoff of the rule is the value it promises; running to the end earns less."""
    watched, number = pilot(early=early), 40_000
    true = PRIOR.mean + PRIOR.sd * stats.norm.ppf((np.random.default_rng(5).permutation(number) + 0.5) / number)
    by = rule(PRIOR, watched)
    found, whole = (simulate(some, PRIOR, watched, true[:, None], 6, number) for some in (by, to_the_end(watched)))
    error = found.payoff.std() / math.sqrt(number)
    assert found.payoff.mean() == pytest.approx(np.interp(PRIOR.mean, by.grid, by.going_on[0]), abs=4 * error)
    assert found.payoff.mean() > whole.payoff.mean() + 4 * error


def test_stopped_at_the_first_look_as_often_as_the_normal_says():
    watched = pilot()
    by, true = rule(PRIOR, watched), -600.0
    found = simulate(by, PRIOR, watched, true, 3, 20_000)
    weight = PRIOR.sd**2 / (PRIOR.sd**2 + watched.se[1] ** 2)
    share = stats.norm.cdf((by.stop[1] - (PRIOR.mean + weight * (true - PRIOR.mean))) / (weight * watched.se[1]))
    assert (found.end == 1).mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 20_000))


def test_the_boundary_rises_to_nothing_at_the_end():
    """The less there is left to learn and to gain, the sooner one stops."""
    stop = rule(PRIOR, pilot()).stop
    assert (np.diff(stop) > 0).all() and stop[-1] == 0.0


def test_what_costs_nothing_is_never_stopped_and_what_costs_more_is_stopped_sooner():
    assert (rule(PRIOR, pilot(treated=0.0, running=0.0)).stop[:-1] == -np.inf).all()
    assert (rule(PRIOR, pilot(running=300_000.0)).stop[:-1] > rule(PRIOR, pilot()).stop[:-1]).all()


def test_a_look_that_tells_nothing_new_is_no_reason_to_go_on():
    flat = pilot()._replace(se=np.r_[np.inf, np.full(6, 900.0)])
    by, left = rule(PRIOR, flat), flat.treated[2:].sum() + flat.at_stake[-1]
    assert by.stop[1] == pytest.approx(flat.running[2:].sum() / left, abs=by.grid[1] - by.grid[0])  # by then it earns its running, or not


def test_wrong_decisions_are_counted_where_they_are_wrong():
    watched = pilot()
    table = characteristics(rule(PRIOR, watched), PRIOR, watched, [-1500.0, 0.0, 1500.0], 1).set_index("true")
    assert table.loc[-1500.0, "false_stop"] == 0 and table.loc[1500.0, "false_go"] == 0
    assert table.loc[-1500.0, "stopped"] > 0.95 and table.loc[1500.0, "adopted"] > 0.8
    assert (table.loc[0.0, ["false_stop", "false_go"]] == 0).all() and (table["loss"] > 0).all()


def test_draws_say_the_same_as_the_normal_where_they_are_normal_and_how_few_are_left():
    draws = PRIOR.mean + PRIOR.sd * stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    normal, checked = posterior(PRIOR, -700.0, 400.0), weighed(draws, -700.0, 400.0)
    assert checked.mean == pytest.approx(normal.mean, rel=1e-3) and checked.worth == pytest.approx(stats.norm.sf(0, *normal), rel=1e-2)
    assert weighed(draws, 2500.0, 50.0).effective < 0.01 * checked.effective


def test_advice_and_gain_say_the_same():
    watched = pilot()
    table = monitor(PRIOR, watched, np.linspace(200.0, -1500.0, 6))
    inner = table.iloc[:-1]
    assert ((inner["gain"] < 0) == (inner["advice"] == STOP)).all() and set(inner["advice"]) == {STOP, CONTINUE}
    assert inner["gain"].to_numpy() == pytest.approx((inner["choice"] - inner["waiting"]).to_numpy())
    now = table.iloc[2]
    assert now["waiting"] == pytest.approx(100_000.0 - 300.0 * now["mean"])  # the third period has 300 person-years
    assert table["p_good_end"].iloc[-1] == 0.0 < table["p_good_end"].iloc[1]


def test_the_net_benefit_of_a_file():
    """Prices times what is more, with the sign turned; looks to come are as exact as their person-years."""
    watched = read_pilot(plain(correlation=0.5, dispersion=2.0))
    rate = math.sqrt(2.0 * 110 / 2000 * 2 / 1000)
    assert watched.seen == pytest.approx([-700 + 2000 * 0.01, -650 + 20])
    assert watched.pilot.se[1] == pytest.approx(math.sqrt(500**2 + (2000 * rate) ** 2 + 500 * 2000 * rate))
    assert watched.pilot.se[3] == pytest.approx(watched.pilot.se[2] * math.sqrt(182 / 274))
    assert watched.prior == pytest.approx((40.0, math.hypot(800, 40)))


def test_draws_of_a_file(tmp_path):
    rows = [(100.0 + 10 * i, 0.001 * i) for i in range(30)]
    (tmp_path / "futures.csv").write_text("cost,visits\n" + "\n".join(f"{a},{b}" for a, b in rows), encoding="utf-8")
    watched = read_pilot(plain(prior={"draws": "futures.csv"}), "pilot", tmp_path)
    assert watched.draws == pytest.approx([-a - 2000 * b for a, b in rows]) and watched.prior.mean == pytest.approx(watched.draws.mean())


@pytest.mark.parametrize(("changes", "said"), [
    ({"begun": "last year"}, "my_pilot.yaml.begun: 'last year' was given. Write a date"),
    ({"horizon": "6 d"}, "the horizon ends before the last look"),
    ({"people": 500}, "has 1000 enrolled, of 500 people in all"),
    ({"price": {"cost": 1, "visit": 5}}, "has no price. Did you mean 'visit'?"),
    ({"price": {"cost": 0, "visits": 0}}, "all prices are 0"),
    ({"prior": {"cost": {"mean": 0, "sd": 0}, "visits": {"mean": 0, "sd": 1}}}, "prior.cost.sd: 0 was given. Allowed: more than 0"),
    ({"prior": {"cost": {"mean": 0, "sd": 1}}}, "prior: says nothing of 'visits'"),
    ({"prior": {"draws": "nowhere.csv"}}, "nowhere.csv can't be read"),
    ({"correlation": 1}, "correlation: 1 was given. Allowed: more than -1 and less than 1"),
    ({"runing": 3}, "no such word here. Did you mean 'running'?"),
    ({"looks": []}, "looks"),
    ({"looks": [{"date": "2020-04-01", "enrolled": 10}]}, "at least one of them"),
    ({"looks": [{"date": "2019-04-01", "enrolled": 10, "seen": {"cost": {"more": 1}}}]}, "write {more: -0.02, se: 0.01}, or events"),
    ({"looks": [{"date": "2019-04-01", "enrolled": 10, "seen": {"cost": {"more": 1, "se": 1}, "visits": {"pilot": [1, 0], "comparison": [2, 3]}}}]},
     "person-years of more than 0"),
])
def test_faults_name_the_place_and_the_mend(changes, said):
    assert said in faults(**changes)


def test_the_example_of_the_page_can_be_read():
    page = (HERE.parents[1] / "docs" / "monitoring.md").read_text(encoding="utf-8")
    watched = read_pilot(read_text(page.split("```yaml")[1].split("```")[0]))
    assert len(watched.seen) == 1 and len(watched.pilot.se) == 3 and watched.seen[0] < 0


def test_all_faults_at_once():
    found = faults(begun="x", people=-1, title=[3])
    assert all(word in found for word in ("begun", "people", "title"))


def test_looks_since_the_last_one_are_noticed():
    """Reports of each quarter alone don't become more exact."""
    looks = plain()["looks"]
    looks[1]["seen"]["cost"]["se"] = 520
    assert "rises from" in faults(looks=looks) and "not since the last" in faults(looks=looks)


@pytest.mark.parametrize("rows", ["cost\n1\n", "cost,visits\n" + "1,2\n" * 30, "cost,visits\n" + "1,2\n" * 20 + "2,much\n", ""])
def test_draws_that_are_none(tmp_path, rows):
    (tmp_path / "futures.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(Faults):
        read_pilot(plain(prior={"draws": "futures.csv"}), "pilot", tmp_path)


def _run(folder, *args):
    import argparse

    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_intermixed_args([*args, "--results", str(folder), "--pilots", "200"]))


def test_the_command_answers_and_writes(tmp_path, capsys):
    assert _run(tmp_path, str(HERE / "odense.yaml"), "people=14_000") == 0
    assert "it should have been stopped at look 6, 30 March 2015" in capsys.readouterr().out
    table = list(csv.DictReader((tmp_path / "odense-monitoring" / "monitoring.csv").open(encoding="utf-8")))
    assert len(table) == 13 and table[6]["advice"] == STOP and table[5]["advice"] == CONTINUE
    assert {path.name for path in (tmp_path / "odense-monitoring").iterdir()} >= {"characteristics.csv", "manifest.json", "monitoring.svg", "monitoring.png"}


def test_both_languages_have_the_same_numbers():
    watched = read_pilot(plain(title="A pilot"))
    for seen in (watched.seen, np.array([3000.0, 3000.0]), np.array([-3000.0, -3000.0])):  # goes on, is better, is stopped
        told = [report.answer(watched, monitor(watched.prior, watched.pilot, seen, np.linspace(-2000, 2000, 50)), lang) for lang in ("en", "da")]
        numbers = [sorted(re.findall(r"[0-9]+", re.sub(r"(?<=[0-9])[.,](?=[0-9])", "", text))) for text in told]
        assert numbers[0] == numbers[1] and told[0] != told[1]


def test_the_command_names_what_is_wrong(tmp_path):
    for args in ([], ["a.yaml", "b.yaml"], ["nowhere.yaml"], [str(HERE / "odense.yaml"), "price.cost=-1"]):
        with pytest.raises(Faults):
            _run(tmp_path / "results", *args) if args else command._given(type("Options", (), {"args": [], "pilots": 200, "seed": 1}))
    assert not (tmp_path / "results").exists()


def test_the_pilot_of_odense_is_what_the_trial_inside_the_model_shows():
    """The looks of the file are the rows of looks.csv, a quarter later."""
    rows = list(csv.DictReader((HERE / "looks.csv").open(encoding="utf-8")))
    watched = read_pilot(command._given(type("Options", (), {"args": [str(HERE / "odense.yaml")], "pilots": 200, "seed": 1}))[1])
    for number, look in enumerate(watched.form.looks, start=1):
        assert look.date == date.fromordinal(watched.form.begun.toordinal() + 91 * (number + 1))
        for name, figure in look.seen.items():
            mine = [row for row in rows if row["what"] == name and int(row["look"]) == number]
            years = 91 * number / 365
            assert figure.more == pytest.approx(float(mine[0]["true"]) / years, rel=0.01, abs=1e-5)
            assert figure.se == pytest.approx(np.mean([float(row["se"]) for row in mine]) / years, rel=0.01)
