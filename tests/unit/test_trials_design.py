"""What a trial is, what it makes of a care system, and who is in which arm."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pathsim.cli import main
from pathsim.commands.trial import apart
from pathsim.contacts import Run
from pathsim.evidence.trials import arms
from pathsim.evidence.trials.clock import on_the_clock
from pathsim.evidence.trials.compose import ASKED, INTERVENTION, composed
from pathsim.evidence.trials.design import Outcome, read_trial
from pathsim.evidence.trials.designs import _others
from pathsim.evidence.trials.outcomes import Clocks
from pathsim.evidence.trials.run import delivered
from pathsim.faults import Faults
from pathsim.language import read_text
from pathsim.language.quantities import DAY
from pathsim.study.compose import compose
from pathsim.study.settings import read_settings

SYSTEM = """
population: {citizens: 50}
attributes: {frail: 0.5, old: 0.5}
units: {ward: {beds: 9, sector: hospital}, team: {slots: 1}}
risks: {worsening: {rate: 2 per y, then: ward_stay}}
effects: {helped: {worsening: {0+ d: 0.5}}}
steps:
  ward_stay: {at: ward, for: 4 d, then: discharged}
  discharged: {do: {helped: 0}, then: home}
levers:
  above:
    who: very_frail
    reach: 0.5
    ramp: 30 d
    enrolled: {call: yes}
    changes:
      groups: {very_frail: {frail: yes, old: yes}}
      tasks:  {call: {then: calls, who: frail}}
      steps:  {calls: {at: team, for: 1 h, then: end}}
  below: {who: above, fidelity: 0.8, changes: {steps: {discharged: {do: {helped: yes, call: yes}}}}}
  other: {who: old, changes: {units: {team: {slots: 2}}}}
"""


def made(**words):
    return composed(read_text(SYSTEM), read_settings({"warm_up": 0}), read_trial(words))


def messages(**words):
    with pytest.raises(Faults) as found:
        made(**words)
    return str(found.value)


def test_what_is_named_is_tried_and_nothing_else():
    """`below` speaks of a task that only `above` brings: it is there, but being in the trial doesn't start it."""
    system = made(levers=["below"]).systems["trial"]
    assert system.levers["below"].who == INTERVENTION and system.levers["below"].fidelity == 0.8
    assert "above" not in system.levers_on and system.tasks["call"].who is None
    assert system.levers[ASKED].who == "trial_eligible" and "very_frail" in system.groups


def test_named_together_one_hangs_on_the_other():
    trial = made(levers=["above", "below"])
    system = trial.systems["trial"]
    assert system.levers["above"].who == INTERVENTION and system.levers["below"].who == "above"
    assert system.levers["above"].reach == 1.0 and system.levers["above"].ramp == 0.0  # consent stands for reach
    assert {"call", "calls"} <= trial.added
    assert "call" not in trial.systems["none"].tasks  # the world in which it does not exist


def test_staff_is_sized_for_the_trial():
    assert made(levers=["other"]).systems["trial"].units["team"].slots == 2
    trial = made(levers=["below"], units={"team": 4})
    assert [trial.systems[model].units["team"].slots for model in ("none", "trial", "all")] == [1, 4, 7]  # three more for half of them
    assert [made(levers=["other"], ratio=0.25, units={"team": 3}).systems[model].units["team"].slots for model in ("trial", "all")] == [3, 9]


@pytest.mark.parametrize("words, said", [
    ({"levers": ["belwo"]}, "Did you mean 'below'"),
    ({"levers": ["below", "other"]}, "are for different people"),
    ({"levers": ["below"], "at": "dischrage"}, "no step 'dischrage'"),
    ({"levers": ["below"], "units": {"taem": 3}}, "Did you mean 'team'"),
    ({"levers": ["below"], "care_model": "changed"}, "switched on for everyone"),
    ({"levers": ["below"], "consent": 1.4}, "1.4 was given"),
    ({"levers": ["below"], "consent": {"by": "frail", "yes": 0.5}}, "nothing for frail 'no'"),
    ({"levers": ["below"], "outcomes": [{"what": "cost", "measure": "hazard ratio"}]}, "has no hazard"),
    ({"levers": ["below"], "outcomes": [{"what": "admissions", "within": "400 d"}]}, "longer than the follow-up"),
    ({"levers": ["below"], "recruitment": {"from": "12 h"}}, "whole days"),
    ({"levers": ["below"], "outcomes": [{"what": "contacts", "at": "taem"}]}, "Did you mean 'team'"),
    ({"levers": ["below"], "folow_up": "30 d"}, "Did you mean 'follow_up'"),
])
def test_faults_lead_to_the_mend(words, said):
    assert said in messages(**words)


def test_arms_depend_on_who_one_is_and_on_the_replication_alone():
    people = np.arange(1000)
    first = arms.of_citizens(1, 0, people, 0.5)
    assert (arms.of_citizens(1, 0, people[::-1], 0.5)[::-1] == first).all()
    assert 0.4 < (arms.of_citizens(1, 1, people, 0.5) == first).mean() < 0.6  # 6 standard errors
    share = (arms.of_citizens(1, 0, np.arange(20_000), 0.25) == "intervention").mean()
    assert abs(share - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 20_000)


def test_clusters_are_allotted_in_equal_numbers():
    names = [f"p{i}" for i in range(10)]
    first = arms.of_clusters(1, 0, names, 0.5)
    assert list(first.values()).count("intervention") == 5
    assert arms.of_clusters(1, 0, names[::-1], 0.5) == first != arms.of_clusters(1, 1, names, 0.5)
    assert sorted(arms.in_waves(1, 0, names).values()).count("wave_1") in (1, 2)
    assert set(arms.with_and_without(1, 0, names).values()) == {"control", "wave_4"}


def record():
    """Two people recruited on day 100 and 110. The first: a stay of 2 days 50 days before, one of 3 days from day 105, one on day 210.
    The second: in since day 109, out on day 112, back on day 120 for 10 h, dies on day 130."""
    stays = [(0, 50, 52), (0, 105, 108), (0, 210, 215), (1, 109, 112), (1, 120, 120 + 10 / 24)]
    contacts = pd.DataFrame({
        "person": [p for p, _, _ in stays], "unit": "ward", "asked": [int(b * DAY) for _, b, _ in stays], "begun": [int(b * DAY) for _, b, _ in stays],
        "ended": [int(e * DAY) for _, _, e in stays], "given_back": [int(e * DAY) for _, _, e in stays], "acute": True, "step": "ward_stay", "kind": "at",
    })
    citizens = pd.DataFrame({"person": [0, 1], "slot": [0, 1], "entered": 0, "left": [-1, 130 * DAY], "reason": [None, "dead"]})
    events = pd.DataFrame({"person": [0], "time": [104 * DAY], "what": ["effect"], "name": ["helped"]})
    return Run(contacts, citizens, events, {"horizon": 300 * DAY, "units": {"ward": {"kind": "beds", "sector": "hospital", "places": 5}}})


WHO = pd.DataFrame({"person": [0, 1], "time": [100 * DAY, 110 * DAY]})


@pytest.mark.parametrize("words, amount, over", [
    ({"what": "admissions"}, [1, 0], [1, 20 / 100]),  # the stay one is in does not begin again; 10 h is no admission; the third is too late
    ({"what": "admissions", "within": "20 d", "measure": "risk ratio"}, [1, 0], [1, 1]),
    ({"what": "bed_days"}, [3, 2 + 10 / 24], [1, 1]),  # what is left of a stay counts
    ({"what": "died"}, [0, 1], [1, 1]),
    ({"what": "died", "within": "20 d"}, [0, 0], [1, 1]),  # on the day after the last
    ({"what": "died", "measure": "hazard ratio"}, [0, 1], [100, 20]),
    ({"what": "admissions", "measure": "hazard ratio"}, [1, 0], [5, 20]),
    ({"what": "readmitted", "within": "110 d"}, [1, 0], [1, 1]),  # from day 108 to 210: 102 d
    ({"what": "readmitted", "within": "101 d"}, [0, 0], [1, 1]),
    ({"what": "readmitted", "measure": "hazard ratio", "within": "110 d"}, [1, 0], [102, 18]),
    ({"what": "contacts", "at": "ward"}, [1, 1], [1, 20 / 100]),
])
def test_outcomes_counted_by_hand(words, amount, over):
    """Follow-up of 100 days."""
    found = Clocks(record(), WHO, 100 * DAY).counts(Outcome(**words))
    assert found.amount == pytest.approx(amount)
    if Outcome(**words).measured == "rate ratio":
        over = [number * 100 / 365 for number in over]
    assert found.over == pytest.approx(over)


def test_the_time_before_counted_by_hand():
    clocks = Clocks(record(), WHO, 100 * DAY)
    assert clocks.before(Outcome(what="admissions"), 60 * DAY).amount.tolist() == [1, 1]
    assert clocks.before(Outcome(what="bed_days"), 49 * DAY).amount.tolist() == [1, 1]
    assert clocks.before(Outcome(what="admissions"), 49 * DAY).over == pytest.approx([49 / 365] * 2)


def test_the_clock_keeps_all_that_lies_between():
    run = on_the_clock(record(), WHO, 100 * DAY)
    assert run.window.length == 100 * DAY
    begun = (run.contacts["begun"] - run.window.start).to_numpy() / DAY
    assert begun.tolist() == [-50, 5, -1, 10] and run.events["time"].tolist() == [run.window.start + 4 * DAY]


def test_delivered_is_what_was_met_once_recruited():
    """The first was helped on day 104, the second never; whoever is recruited after that has not met it."""
    world = SimpleNamespace(composed=SimpleNamespace(added={"helped"}))
    arm = WHO.assign(arm="intervention")
    assert delivered(record(), arm, world) == 0.5
    assert delivered(record(), arm.assign(time=105 * DAY), world) == 0.0
    assert delivered(record(), arm.assign(arm=["control", "intervention"]), world) == 0.0


def test_comparators_are_alive_not_offered_and_from_the_day_of_a_participant():
    run = record()
    citizens = pd.DataFrame({"person": range(4), "slot": [0, 1, 2, -1], "generation": 0, "entered": 0, "left": [-1, 130 * DAY, -1, -1],
                             "reason": [None, "dead", None, None]})
    run = Run(run.contacts, citizens, run.events, run.meta)
    world = SimpleNamespace(citizens=pd.DataFrame({"citizen": [7, 8, 9]}), settings=SimpleNamespace(seed=1))
    found = _others(world, 0, run, pd.DataFrame({"person": [0], "time": [100 * DAY]}), np.array([True, False, False]))
    assert found.to_numpy().tolist() == [[1, 100 * DAY], [2, 100 * DAY]]
    late = _others(world, 0, run, pd.DataFrame({"person": [0], "time": [140 * DAY]}), np.array([True, False, False]))
    assert late.to_numpy().tolist() == [[2, 140 * DAY]]  # the other one is dead by then


def test_words_of_the_trial_and_of_the_system_are_told_apart(tmp_path):
    file = tmp_path / "my_trial.yaml"
    file.write_text("levers: [team]\nrecruits: 100\n")
    of_the_trial = ["by=practice", "recruits=600", "recruitment.to=90 d", "trial.units.team=5"]
    of_the_system = ["units.team.slots=3", "seed=7", "region=odense"]
    words, rest = apart([str(file), *of_the_trial, *of_the_system])
    assert words == {"levers": ["team"], "recruits": 600, "randomised_by": "practice", "recruitment": {"to": "90 d"}, "units": {"team": 5}}
    assert rest == of_the_system


def test_the_command_prints_a_table_and_writes_whole_or_nothing(tmp_path, capsys):
    system = tmp_path / "system.yaml"
    system.write_text(SYSTEM)
    args = ["trial", str(system), "lever=below", "who=frail", "follow_up=60 d", "warm_up=0", "replications=2", "workers=1", "--csv", str(tmp_path / "out")]
    assert main(args) == 0
    said = capsys.readouterr().out
    assert "Trial of below" in said and "admissions within 60 d (rate ratio)" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"table.csv", "seen.csv", "claims.csv", "designs.csv"}
    assert main(args) == 2 and "is there already" in capsys.readouterr().err
    assert main(["trial", str(system), "lever=nothing", "--csv", str(tmp_path / "none")]) == 2 and not (tmp_path / "none").exists()


def test_the_shipped_system_can_hold_a_trial_of_every_lever():
    """Composing alone: each lever by itself has all that it speaks of."""
    shipped = compose([])
    for name in shipped.raw["levers"]:
        assert composed(shipped.raw, shipped.settings, read_trial({"levers": [name]})).systems["trial"].levers_on[-1] == name


def test_reach_and_ramp_may_be_spoken_of_by_path():
    """Consent takes their place, so that the paths fit no number of the trial."""
    system = compose(["lever=[outreach]"])
    assert "levers.outreach.ramp" in system.raw["evidence"]
    assert composed(system.raw, system.settings, read_trial({"levers": ["outreach"]})).systems["trial"].levers_on[-1] == "outreach"


