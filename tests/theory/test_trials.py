"""Trials inside small systems whose true effects follow from their parameters.

Every risk is exponential, so what a lever does to it is known. Tolerances are 4 standard errors
unless said otherwise: chance of a false alarm 6e-5 each where they are computed, 4e-4 where estimated
from 30 replications, 2e-3 from 12. Seeds are fixed.
"""

import math

import numpy as np
import pandas as pd
import pytest

from pathsim.contacts import Run
from pathsim.evidence.trials import read_trial, run_trial
from pathsim.evidence.trials.compose import ARM, CONTROL, NONE, PLACE, TREATED, TRIAL, composed
from pathsim.evidence.trials.run import _world
from pathsim.evidence.trials.tables import one_trial
from pathsim.language import read_system, read_text
from pathsim.study.run import simulate_system
from pathsim.study.settings import read_settings

RATE, FACTOR, DAYS, CITIZENS = 2.0, 0.5, 120.0, 500  # a year; what the lever makes of it; of follow-up
SYSTEM = f"""
population: {{citizens: {CITIZENS}}}
attributes:
  frail: 0.5
  practice: {{p1: 0.1, p2: 0.1, p3: 0.1, p4: 0.1, p5: 0.1, p6: 0.1, p7: 0.1, p8: 0.1, p9: 0.1, p10: rest}}
units: {{ward: {{beds: unlimited, sector: hospital}}, team: {{slots: 1, sector: municipality}}}}
risks:
  worsening: {{rate: {RATE} per y, then: ward_stay}}
effects: {{helped: {{worsening: {{0+ d: {FACTOR}}}}}}}
steps:
  ward_stay:  {{at: ward, for: 13 h, then: discharged}}
  discharged: {{choose: {{home: 0.99, seen: rest}}}}
  seen:       {{at: team, for: 1 d, then: home}}
levers:
  nothing: {{}}
  helping: {{enrolled: {{helped: yes}}}}
  some:    {{enrolled: {{helped: 0.6}}}}
  busy:    {{changes: {{tasks: {{calls: {{then: called, every: 1 d}}}}, steps: {{called: {{at: team, for: 12 h, then: end}}}}}}, enrolled: {{calls: yes}}}}
"""
REPLICATIONS = 80  # of a trial of nothing
SETTINGS = read_settings({"warm_up": 0, "seed": 11})


def system(**changes):
    raw = read_text(SYSTEM)
    for heading, part in changes.items():
        raw[heading] = {**raw[heading], **part}
    return raw


def found_of(lever, replications=40, raw=None, settings=SETTINGS, **words):
    words = {"follow_up": f"{DAYS:g} d"} | words
    return run_trial(raw or system(), settings, {"levers": [lever], **words}, replications=replications, workers=1)


def bits(run: Run):
    """A record without what the trial adds to it: its own attributes, and who is enrolled in it."""
    events = run.events[run.events["what"] != "enrolled"].reset_index(drop=True)
    words = {name: frame.astype({c: str for c in frame if isinstance(frame[c].dtype, pd.CategoricalDtype)}) for name, frame in
             (("contacts", run.contacts.drop(columns="enrolled")), ("events", events),
              ("citizens", run.citizens[[c for c in run.citizens if not str(c).startswith(("trial_", "group.trial_"))]]))}
    return words


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
@pytest.mark.parametrize("at", [None, "discharged"])
def test_a_trial_of_nothing_leaves_every_bit_as_it_was(engine, at):
    """Also with scarce places, deaths and newcomers: who is asked, consents and is allotted moves no other draw."""
    raw = system(population={"deaths": "replaced"}, units={"ward": {"beds": 3, "sector": "hospital"}},
                 steps={"died": {"leave": "dead"}}, risks={"death": {"rate": "0.5 per y", "then": "died"}})
    settings = read_settings({"warm_up": 0, "seed": 11, "engine": engine})
    trial = read_trial({"levers": ["nothing"], "at": at, "consent": 0.7, "who": "frail", "recruitment": {"to": "60 d"}, "follow_up": "60 d"})
    world = _world(raw, settings, trial, None)
    with_it = world.run(TRIAL, 2, np.where(np.arange(CITIZENS) % 3, TREATED, CONTROL), np.ones(CITIZENS, dtype=bool))
    without = simulate_system(read_system(raw), settings.seed, 2, world.composed.horizon, engine=engine)
    for name, frame in bits(without).items():
        pd.testing.assert_frame_equal(bits(with_it)[name], frame, check_exact=True)
    assert (with_it.events["name"] == "trial_recruited").sum() > 50


@pytest.fixture(scope="module")
def nothing():
    """A trial of nothing by practice, where practices differ fourfold in their risk, and by citizen."""
    uneven = {f"p{i}": 4 ** (i / 9) / 2 for i in range(1, 11)}
    raw = system(risks={"worsening": {"rate": "2 per y", "times": {"practice": uneven}, "then": "ward_stay"}})
    words = {"follow_up": "60 d", "outcomes": [{"what": "admissions"}, {"what": "bed_days"}]}
    return {by: found_of("nothing", REPLICATIONS, raw, randomised_by=by, **words) for by in ("citizen", "practice")}


@pytest.mark.parametrize("by", ["citizen", "practice"])
def test_a_trial_of_nothing_is_covered_as_promised(nothing, by):
    """The truth is exactly nothing. Of 80 intervals 95 % hold it, with a binomial standard error of 2.4 %."""
    table = nothing[by].table
    assert (table["true"] == 0).all() and (table["true_se"] == 0).all() and (table["spill_over"] == 0).all()
    assert (table["coverage"] > 0.95 - 4 * math.sqrt(0.05 * 0.95 / REPLICATIONS)).all()
    assert (table["power"] < 0.05 + 4 * math.sqrt(0.05 * 0.95 / REPLICATIONS)).all()


def test_an_analysis_that_ignores_clusters_is_too_sure(nothing):
    """The same arms and outcomes analysed as if citizens had been randomised: intervals are less than 0.7 as wide, and find what is not there."""
    trial = nothing["practice"].trial
    world = _world(system(risks={"worsening": {"rate": "2 per y", "times": {"practice": {f"p{i}": 4 ** (i / 9) / 2 for i in range(1, 11)}},
                                               "then": "ward_stay"}}), SETTINGS, trial, None)
    from pathsim.evidence.trials import arms
    from pathsim.evidence.trials.run import observe

    naive = []
    for replication in range(40):
        cluster = world.cluster("practice", replication)
        arm = arms.by_cluster(arms.of_clusters(SETTINGS.seed, replication, sorted(cluster.unique()), 0.5), cluster)
        seen, _ = observe(world, TRIAL, replication, arm, np.ones(CITIZENS, dtype=bool))
        naive.append(one_trial(trial.model_copy(update={"randomised_by": "citizen"}), replication, *seen))
    ignored = pd.concat(naive).query("measure == 'rate ratio'")
    honest = nothing["practice"].seen.query("measure == 'rate ratio' and replication < 40")
    assert np.allclose(ignored["estimate"], honest["estimate"])
    assert (ignored["high"] - ignored["low"]).mean() < 0.7 * (honest["high"] - honest["low"]).mean()
    assert ((ignored["low"] > 0) | (ignored["high"] < 0)).mean() > 0.05 + 4 * math.sqrt(0.05 * 0.95 / 40)


def test_the_true_hazard_ratio_is_that_of_the_lever():
    found = found_of("helping", 30, outcomes=[{"what": "admissions", "measure": "hazard ratio"}, {"what": "admissions", "measure": "risk ratio"}])
    hazard, risk = found.table.to_dict("records")
    assert abs(hazard["true"] - math.log(FACTOR)) < 4 * hazard["true_se"] < 0.1
    a_year = DAYS / 365
    expected = math.log(-math.expm1(-RATE * FACTOR * a_year) / -math.expm1(-RATE * a_year))
    assert abs(risk["true"] - expected) < 4 * risk["true_se"] < 0.1
    assert abs(hazard["seen_mean"] - hazard["true"]) < 4 * math.hypot(hazard["seen_sd"] / math.sqrt(30), hazard["true_se"])
    assert hazard["delivered"] == 1.0 and hazard["power"] > 0.9


def test_an_effect_that_reaches_some_is_diluted_as_computed():
    """Six in ten are helped: the risk is a mixture. `delivered` says it."""
    table = found_of("some", 30, outcomes=[{"what": "admissions", "measure": "risk ratio"}]).table.iloc[0]
    a_year = DAYS / 365
    helped, alone = (-math.expm1(-RATE * factor * a_year) for factor in (FACTOR, 1.0))
    people, ratio = 30 * CITIZENS, (0.6 * helped + 0.4 * alone) / alone
    # who is struck if helped is struck if not: a share `ratio` of alone * people; and how many are helped is binomial
    se = math.hypot(math.sqrt((1 - ratio) / (people * alone * ratio)), (alone - helped) / (ratio * alone) * math.sqrt(0.24 / people))
    assert abs(table["true"] - math.log(ratio)) < 4 * se
    assert abs(table["delivered"] - 0.6) < 4 * math.sqrt(0.24 / (30 * table["n_intervention"]))


def test_recruits_and_consent_make_it_narrower():
    """Four times as many halve the standard error; each of ten is good to some 15 %, so the ratio of their means to 0.03."""
    words = {"outcomes": [{"what": "admissions"}], "at": "discharged", "recruitment": {"to": "200 d"}, "follow_up": "60 d"}
    few, many = (found_of("helping", 10, recruits=n, **words).seen["se"].mean() for n in (80, 320))
    assert many / few == pytest.approx(0.5, abs=0.1)
    everyone, quarter = (found_of("helping", 10, consent=share, **words) for share in (1.0, 0.25))
    number = [found.seen[["n_intervention", "n_control"]].sum(axis=1).mean() for found in (everyone, quarter)]
    assert abs(number[1] / number[0] - 0.25) < 4 * math.sqrt(0.1875 / (10 * number[0]))
    assert quarter.seen["se"].mean() > 1.5 * everyone.seen["se"].mean()


def test_a_trial_that_is_too_short_says_so():
    found = found_of("nothing", 2, recruits=400, at="discharged", recruitment={"to": "10 d"}, outcomes=[{"what": "contacts", "at": "team"}])
    assert "2 of 2 trials recruited fewer than 95 % of the 400 wanted" in found.notes[0]


def test_the_first_so_many_take_part():
    found = found_of("helping", 3, recruits=60, at="discharged", recruitment={"to": "300 d"}, outcomes=[{"what": "died"}, {"what": "admissions"}])
    assert (found.seen["n_intervention"] + found.seen["n_control"] == 60).all()


def test_before_and_after_shows_regression_to_the_mean():
    """Nothing is done. Recruited at the first discharge after the warm-up, within 120 d: the year before has that stay, and what befell before the
    warm-up's end; between the two there was none. So it has 1 + λ (L − E[wait | wait < 120 d]) stays, the year after has λ L."""
    settings = read_settings({"warm_up": 1, "seed": 11})
    found = found_of("nothing", 12, settings=settings, at="discharged", recruitment={"to": "120 d"}, follow_up="365 d",
                     outcomes=[{"what": "admissions"}], designs=["before_after", "matched"])
    daily, most = RATE / 365, 120.0
    wait = 1 / daily - most * math.exp(-daily * most) / -math.expm1(-daily * most)
    expected = math.log(daily * 365 / (1 + daily * (365 - wait)))
    claims = found.claims.set_index("design")
    before = claims.loc["before_after"]
    assert before["power"] == 1.0 and before["coverage"] == 0.0 and before["true"] == 0.0
    assert abs(before["seen_mean"] - expected) < 4 * before["seen_sd"] / math.sqrt(12) + 0.01  # 13 h of each stay can't be struck
    matched = claims.loc["matched"]  # all alike and without memory: here matching is right
    assert abs(matched["seen_mean"]) < 4 * matched["seen_sd"] / math.sqrt(12)


@pytest.mark.parametrize("design", ["difference_in_differences", "stepped_wedge"])
def test_clusters_over_time_find_the_effect(design):
    raw = system(population={"citizens": 1500})
    found = found_of("helping", 12, raw, at="discharged", recruitment={"to": "280 d"}, outcomes=[{"what": "admissions"}], designs=[design])
    claim = found.claims.iloc[0]
    assert abs(claim["seen_mean"] - math.log(FACTOR)) < 4 * claim["seen_sd"] / math.sqrt(12)
    assert claim["n"] > 500


def test_spill_over_needs_something_shared():
    """The intervention keeps the team of one busy; the control arm's visits wait for it. With room for all nothing spills over, exactly."""
    outcomes = [{"what": "contacts", "at": "team"}, {"what": "admissions"}]
    often = {"discharged": {"choose": {"home": 0.2, "seen": "rest"}}}
    scarce = found_of("busy", 5, system(population={"citizens": 200}, steps=often), outcomes=outcomes).table
    free = found_of("busy", 5, system(population={"citizens": 200}, steps=often, units={"team": {"slots": "unlimited"}}), outcomes=outcomes).table
    assert scarce["spill_over"].iloc[0] < -4 * scarce["spill_over_se"].iloc[0] < 0
    assert (free["spill_over"] == 0).all()


def test_staff_for_half_is_doubled_where_all_are_offered_it():
    """A call of 12 h a day after the last: 50 people need 17 slots, 100 need 33. With the trial's staff doubled all are served as its arm was."""
    raw = system(population={"citizens": 200})
    raw["levers"]["busy"]["changes"]["units"] = {"callers": {"slots": 1}}
    raw["levers"]["busy"]["changes"]["steps"]["called"]["at"] = "callers"
    outcomes = [{"what": "contacts", "at": "callers", "measure": "difference"}]
    table = found_of("busy", 4, raw, outcomes=outcomes, units={"callers": 20}, follow_up="30 d", who="frail").table.iloc[0]
    assert table["true"] == pytest.approx(table["seen_mean"], rel=0.1)


def test_same_seed_same_bits_on_any_number_of_workers():
    words = {"levers": ["some"], "recruits": 100, "follow_up": "60 d", "randomised_by": "practice"}
    one, two = (run_trial(system(), SETTINGS, words, replications=4, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.seen, two.seen, check_exact=True)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_all_worlds_have_the_trial_but_one_has_no_levers():
    made = composed(system(), SETTINGS, read_trial({"levers": ["helping"]}))
    assert set(made.systems[TRIAL].levers_on) - set(made.systems[NONE].levers_on) == {"helping"}
    assert {ARM, PLACE} <= set(made.systems[NONE].attributes)
