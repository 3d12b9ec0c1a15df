"""The rule that finds the role and source of a number, and the heading `evidence` that nothing but readers see."""

import pickle

import pandas as pd
import pytest

from pathsim.evidence.numbers import Number, numbers, of_study
from pathsim.faults import Faults
from pathsim.language import merge, read_all, read_text
from pathsim.language.evidence import faults, still_spoken_of
from pathsim.plan import lay_out
from pathsim.study.compose import compose
from pathsim.study.explain import explain
from pathsim.study.run import simulate_system

SMALL = read_text("""
population: {citizens: 200}
attributes: {frail: {value: 0.3, source: A1}, age: {18-64: 0.6, 65-99: rest}}
units:
  ward:
    beds:   {value: 8, range: [6, 10], covers: 0.9, role: measured, source: C1, note: "counted"}
    staff:  {nurse: 0.2, doctor: 0.1}
    sector: hospital
    role:   literature
    source: E1
  gp:   {slots: unlimited, open: {mon-fri: 8-16, sat: closed}, sector: practice}
risks:
  worsening: {who: [frail, {age: 65}], rate: 6 per y, times: {frail: 1.5, age: {65+: 2}}, then: ward_stay}
effects: {fragile: {worsening: {0-30 d: 1.3}}}
steps:
  ward_stay: {at: ward, for: {lognormal: {mean: 4 d, cv: 0.8}}, done: {fragile: {by: frail, yes: 1, no: 0.5}}, then: seen}
  seen: {at: gp, for: {observed: [10 min, 20 min]}, patience: 2 d, else: home, priority: {by: hour, 8-12: 3, rest: 5}, then: home}
levers:
  team: {about: {role: scenario}, who: {age: 40}, reach: 0.5, changes: {steps: {ward_stay: {for: {times: 0.9}}, seen: {priority: 4}}}}
""")


def said(raw, changed=()):
    return {number.name: number for number in numbers(raw, changed)}


def test_every_number_is_found_and_nothing_else():
    assert list(said(SMALL)) == [
        "population.citizens", "attributes.frail", "attributes.age.18-64", "units.ward.beds", "units.ward.staff.nurse", "units.ward.staff.doctor",
        "units.gp.slots", "units.gp.open.mon-fri", "risks.worsening.rate", "risks.worsening.times.frail", "risks.worsening.times.age.65+",
        "effects.fragile.worsening.0-30 d", "steps.ward_stay.for.lognormal.mean", "steps.ward_stay.for.lognormal.cv", "steps.ward_stay.done.fragile.yes",
        "steps.ward_stay.done.fragile.no", "steps.seen.for.observed", "steps.seen.patience", "steps.seen.priority.8-12", "steps.seen.priority.rest",
        "levers.team.reach", "levers.team.changes.steps.ward_stay.for.times", "levers.team.changes.steps.seen.priority",
    ]  # fmt: skip


def test_a_number_keeps_what_it_says_itself():
    path = ("units", "ward", "beds")
    assert said(SMALL)["units.ward.beds"] == Number(path, 8, "measured", ("C1",), (6, 10), 0.9, "counted", "units.ward.beds")
    assert said(SMALL)["steps.seen.for.observed"].value == ["10 min", "20 min"]


@pytest.mark.parametrize(("evidence", "path", "role", "source", "by"), [
    ({}, "units.ward.staff.nurse", "literature", ("E1",), "units.ward"),                                         # its entry
    ({}, "levers.team.reach", "scenario", (), "levers.team.about"),                                              # about its entry
    ({}, "units.gp.slots", "assumed", (), ""),                                                                   # nobody
    ({"units.*.staff": {"role": "calibrated"}}, "units.ward.staff.nurse", "calibrated", (), "evidence.units.*.staff"),     # deeper than the entry
    ({"units.ward": {"role": "calibrated"}}, "units.ward.staff.nurse", "literature", ("E1",), "units.ward"),      # as deep: the entry itself
    ({"units.ward.beds": {"role": "assumed"}}, "units.ward.beds", "measured", ("C1",), "units.ward.beds"),       # the number itself beats all
    ({"attributes.frail": {"role": "literature", "source": "Z9"}}, "attributes.frail", "literature", ("A1",), "evidence.attributes.frail"),  # source, no role
    ({"steps.*": {"role": "measured"}, "steps.ward_stay": {"role": "assumed"}}, "steps.ward_stay.for.lognormal.cv", "assumed", (), "evidence.steps.ward_stay"),
    ({"steps.ward_stay": {"role": "assumed"}, "steps.*": {"role": "measured"}}, "steps.ward_stay.for.lognormal.cv", "assumed", (), "evidence.steps.ward_stay"),
    ({"steps.wa*": {"role": "assumed"}, "steps.*y": {"role": "measured"}}, "steps.ward_stay.for.lognormal.mean", "assumed", (), "evidence.steps.wa*"),
    ({"steps.*y": {"role": "assumed"}, "steps.*ay.for": {"role": "measured"}}, "steps.ward_stay.for.lognormal.mean", "measured", (), "evidence.steps.*ay.for"),
    ({"steps.wa*": {"role": "assumed"}, "steps.*ay": {"role": "measured"}}, "steps.ward_stay.for.lognormal.cv", "measured", (), "evidence.steps.*ay"),
    ({"steps.*ay": {"role": "measured"}, "steps.wa*": {"role": "assumed"}}, "steps.ward_stay.for.lognormal.cv", "assumed", (), "evidence.steps.wa*"),
    ({"units.gp": {"role": "calibrated", "source": ["B1", "B2"]}}, "units.gp.open.mon-fri", "calibrated", ("B1", "B2"), "evidence.units.gp"),
    ({"effects.fragile.worsening.0-30 d": {"role": "literature"}}, "effects.fragile.worsening.0-30 d", "literature", (), None),
    ({"levers.team.changes.steps.ward_stay": {"role": "calibrated"}}, "levers.team.changes.steps.ward_stay.for.times", "calibrated", (), None),
    ({"units.g": {"role": "measured"}}, "units.gp.slots", "assumed", (), ""),                                    # half a word is no part
    ({"units.*p": {"source": "S1"}}, "units.gp.slots", "assumed", ("S1",), ""),
])  # fmt: skip
def test_the_nearest_word_counts(evidence, path, role, source, by):
    found = said(merge(SMALL, {"evidence": evidence}))[path]
    assert (found.role, found.source) == (role, source)
    assert by is None or found.said == by


def test_about_is_the_default_of_the_whole_system():
    found = said(merge(SMALL, {"about": {"role": "calibrated", "source": "a book"}}))
    assert (found["units.gp.slots"].role, found["units.gp.slots"].source, found["units.gp.slots"].said) == ("calibrated", ("a book",), "about")
    assert found["units.ward.staff.nurse"].role == "literature"


def test_a_note_goes_with_whoever_says_the_role():
    noted = merge(SMALL, {"units": {"ward": {"note": "of the entry"}}})
    assert said(noted)["units.ward.staff.nurse"].note == "of the entry"
    found = said(merge(noted, {"evidence": {"units.*.staff": {"role": "assumed"}, "units.ward.staff.nurse": {"note": "nearer"}}}))
    assert found["units.ward.staff.doctor"].note == "" and found["units.ward.staff.nurse"].note == "nearer"


@pytest.mark.parametrize(("change", "scenario"), [
    ("units.ward.beds=9", {"units.ward.beds"}),
    ("units.ward.beds.value=9", {"units.ward.beds"}),
    ("units.ward={beds: 9}", {"units.ward.beds"}),
    ("units.ward={beds: {value: 9, role: measured, source: C1}}", {"units.ward.beds"}),
    ("risks.worsening.times.age={65+: 3}", {"risks.worsening.times.age.65+"}),
    ("steps.ward_stay.for={exponential: 3 d}", {"steps.ward_stay.for.exponential"}),
    ("units.ward.staff={nurse: 1, doctor: 1}", {"units.ward.staff.nurse", "units.ward.staff.doctor"}),
    ("~units.ward.staff", set()),
])  # fmt: skip
def test_a_number_set_on_the_command_line_is_a_scenario_and_no_other(change, scenario):
    told = {"units.ward.beds": {"role": "measured", "source": "C1"}, "steps.ward_stay.for": {"role": "literature"}}
    composed = compose([change], data={**SMALL, "evidence": told})
    found = said(composed.raw, composed.changed)
    assert {name for name, number in found.items() if number.role == "scenario"} - {name for name in found if name.startswith("levers.")} == scenario
    assert all(found[name].source == () and found[name].range is None for name in scenario)


def test_what_lies_beneath_a_changed_path_is_a_scenario():
    assert {name for name, number in said(SMALL, ["units.ward"]).items() if number.role == "scenario" and name.startswith("units.")} == {
        "units.ward.beds", "units.ward.staff.nurse", "units.ward.staff.doctor",
    }  # fmt: skip


def test_explain_says_the_same():
    raw = merge(SMALL, {"evidence": {"levers.team.changes.steps.ward_stay.for": {"role": "literature", "source": ["F1", "F2"]}}})
    lines = "\n".join(explain(raw, "changed", ["levers.team.reach"]))
    assert "× 0.9 [literature, F1, F2]" in lines and "reach: 0.5 [scenario]" in lines and "4 [scenario]" in lines


def test_a_path_that_fits_no_number_is_a_fault_with_the_nearest():
    with pytest.raises(Faults) as caught:
        read_all(merge(SMALL, {"evidence": dict.fromkeys(["steps.ward_stay.fur", "steps.s*.sector", "steps.ward_stay.for"], {"role": "assumed"})}))
    assert [str(fault) for fault in caught.value.faults] == [
        "evidence.steps.ward_stay.fur: fits no number of this system. Did you mean 'steps.ward_stay.for'?",
        "evidence.steps.s*.sector: fits no number of this system. Did you mean 'steps.seen.for'?",
    ]


def test_what_is_said_goes_with_the_numbers_that_a_patch_takes_away_but_a_misspelt_path_stays():
    before = merge(SMALL, {"evidence": {"units.gp.open": {"role": "measured"}, "units.ward": {"role": "assumed"}, "units.wrad": {"role": "assumed"}}})
    after = still_spoken_of(merge(before, {"units": {"gp": {"open": None}}}), before)
    assert set(after["evidence"]) == {"units.ward", "units.wrad"} and "units.gp.open" in before["evidence"]
    assert [fault.where for fault in faults(after)] == ["evidence.units.wrad"]
    assert compose(["~units.gp.open"], data=merge(before, {"evidence": {"units.wrad": None}})).raw["evidence"] == {"units.ward": {"role": "assumed"}}


def test_paths_of_synthetic_citizens_are_looked_at_beside_them(tmp_path):
    patch = tmp_path / "patch.yaml"
    patch.write_text("evidence: {synthesis.tables.burdn: {role: assumed}}")
    composed = compose(["region=esbjerg", str(patch)])
    assert read_all(composed.raw)
    with pytest.raises(Faults, match=r"evidence\.synthesis\.tables\.burdn: fits no number of this system. Did you mean 'synthesis.tables.burden'"):
        of_study(composed)
    assert "synthesis.tables.women.share.18-29" in {number.name for number in of_study(compose([]))}


def test_nothing_in_a_run_depends_on_what_is_said():
    words = {"risks.worsening.rate": {"role": "calibrated", "source": ["B1"]}, "steps.*": {"role": "assumed"}}
    told = merge(SMALL, {"evidence": words, "about": {"role": "measured"}})
    for model in ("base", "changed"):
        runs = [simulate_system(read_all(raw)[model], days=200.0, seed=3) for raw in (SMALL, told)]
        assert len(runs[0].contacts) > 100
        for table in ("contacts", "citizens", "events"):
            pd.testing.assert_frame_equal(getattr(runs[0], table), getattr(runs[1], table), check_exact=True)


def test_the_plan_of_the_default_does_not_depend_on_what_is_said():
    raw = compose([]).raw
    bare = {heading: entries for heading, entries in raw.items() if heading != "evidence"}
    plans = [{model: pickle.dumps(lay_out(system, 1.0)) for model, system in read_all(given).items()} for given in (raw, bare)]
    assert plans[0] == plans[1]
