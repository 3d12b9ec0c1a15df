"""Disputed mechanisms, said otherwise: each is laid over the default, does what it claims in the typed system, and leaves the rest alone.

Those that touch different things are chosen together here, as composing takes most of the time.
"""

from functools import cache

import numpy as np
import pytest
import yaml
from small import simulate

from pathsim.evidence.sources import sources
from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import merge, read_all, read_yaml
from pathsim.language.evidence import numbers
from pathsim.plan import lay_out
from pathsim.population import synthesise
from pathsim.study.compose import compose
from pathsim.study.overrides import groups

OF_RELAY = ("freed_beds_refilled", "gp_bottleneck", "no_discharge_pressure")
OF_PARTNERSHIP = ("partnership_no_effect", "partnership_no_new_need", "partnership_selection")
MOST = OF_RELAY + OF_PARTNERSHIP
OTHERS = ("partnership_lasting_effect", "partnership_same_routes", "partnership_same_stays", "partnership_selection_reversed")
DEFAULT = ("default",)
WITHOUT = ("~calibration", "~payers")  # which no structure speaks of, and which take time to read


@cache
def composed(chosen):
    return compose([f"structure=[{','.join(chosen)}]", *WITHOUT])


@cache
def systems(chosen):
    return read_all(composed(chosen).raw)


def entries(system):
    return {(heading, name): entry for heading, those in system.entries.items() if heading != "levers" for name, entry in those.items()}


def changed(chosen, model):
    """What stands otherwise in the typed system than in the default."""
    before, after = entries(systems(DEFAULT)[model]), entries(systems(chosen)[model])
    return {f"{heading}.{name}" for heading, name in before.keys() | after.keys() if before.get((heading, name)) != after.get((heading, name))}


def plain(value):
    return getattr(value, "value", value)


def test_all_are_tested_here_and_the_default_says_nothing():
    assert set(groups(configs())["structure"]) == {*DEFAULT, *OF_RELAY, *OF_PARTNERSHIP, *OTHERS}
    assert yaml.safe_load((configs() / "structure" / "default.yaml").read_text()) is None


@pytest.mark.parametrize("chosen", [MOST, OTHERS], ids=["most", "others"])
def test_each_is_laid_out_and_named(chosen):
    for system in systems(chosen).values():
        assert lay_out(system, 10.0).units
    for name in chosen:
        about = read_yaml(configs() / "structure" / f"{name}.yaml")["about"]
        assert about["title"].startswith("Patient pathways: ") and about["title_da"].startswith("Patientforløb: ")


def without_a_role(raw):
    return {number.name for number in numbers(raw) if number.said in ("", "about") or set(number.source) - set(sources())}


@pytest.mark.parametrize("chosen", [MOST, OTHERS], ids=["most", "others"])
def test_every_number_has_a_role_and_a_source_that_is_known(chosen):
    raw = composed(chosen).raw
    assert not without_a_role(raw)
    assert "levers.partnership.reach.robust.yes" in without_a_role({**raw, "evidence": {}})


def test_relay_is_as_it_was_but_for_the_mechanism():
    assert changed(OTHERS, "relay") == {"groups.hard_to_reach"}
    assert changed(MOST, "relay") == {
        "groups.hard_to_reach", "arrivals.others_medical", "steps.others_room", "steps.others_medical_stay", "steps.others_gp_hour",
        "steps.medical_stay", "steps.psychiatric_stay",
    }  # fmt: skip


def own_effects(system):
    """The multipliers of the effects that levers have added; one of them is a mark without effect anyway."""
    return {(name, risk): {plain(by) for by in bands.values()} for name in system.added["effects"] for risk, bands in system.effects[name].items()}


def test_no_effect_leaves_no_lever_with_an_effect_of_its_own():
    before, after = systems(DEFAULT)["partnership"], systems(MOST)["partnership"]
    assert len(own_effects(before)) == 4 and set.union(*own_effects(before).values()) == {1.0, 0.72, 0.9}
    assert set.union(*own_effects(after).values()) == {1.0}
    (letter,), (was,) = after.forms["steps", "letter"].values(), before.forms["steps", "letter"].values()
    assert plain(was.complete) == 0.875 and (letter.complete.base, letter.complete.times) == (after.steps["letter"].complete, [1.0])
    assert letter.takes == was.takes  # still sooner
    (leave,) = after.forms["steps", "recovering"].values()
    assert set(leave.wait.times[0].cases.values()) == {1.0}
    assert plain(after.steps["need_uncovered"].done["reviewed"]) == 0 and plain(before.steps["need_uncovered"].done["reviewed"]) == 0.3


def test_no_new_need_starts_none():
    before, after = systems(DEFAULT)["partnership"], systems(MOST)["partnership"]
    for system, none in ((before, False), (after, True)):
        found = [system.levers["partnership"].enrolled["unmet_need"], system.steps["joint_visit"].done["unmet_need"]]
        assert all((plain(chance) == 0) == none for chance in found)


def test_the_lasting_effect_is_that_of_the_first_month_for_half_a_year():
    bands = systems(OTHERS)["partnership"].effects["followed_up"]["worsening"]
    assert list(bands) == ["0-30 d", "30-180 d"] and len({(plain(by), by.range) for by in bands.values()}) == 1


def test_planning_shortens_no_stay():
    for chosen, shorter in ((DEFAULT, True), (OTHERS, False)):
        forms = systems(chosen)["partnership"].forms
        times = [plain(form.for_.times) for step in ("medical_stay", "geriatric_stay") for form in forms["steps", step].values()]
        assert len(times) == 2 and all((plain(factor[0]) < 1) == shorter and len(factor) == 1 for factor in times)


def odds(form):
    return {option: {fact: plain(by) for fact, by in facts.items()} for option, facts in form.choose.odds.items()}


def test_the_team_is_called_as_in_relay():
    before, after = systems(DEFAULT)["partnership"], systems(OTHERS)["partnership"]
    (was,), (form,) = (system.forms["steps", "whom_to_call"].values() for system in (before, after))
    called, in_relay = odds(form)["call_team"], odds(after.steps["whom_to_call"])["call_team"]
    assert called.pop("older") == 1 and called == in_relay != odds(was)["call_team"]
    for step, option in (("gp_decides", "call_team"), ("team_decides", "team_course")):
        found = [odds(form)[option] for form in after.forms["steps", step].values() if option in odds(form)]
        assert found and all(set(facts.values()) == {1} for facts in found)


def test_a_full_ward_sends_nobody_home_early():
    before, after = systems(DEFAULT)["relay"], systems(MOST)["relay"]
    stays = (("medical_stay", "medical_ward", "sent_home_early"), ("psychiatric_stay", "psychiatric_ward", "discharged_under_pressure"))
    for step, ward, mark in stays:
        pressure = [(system.steps[step].for_.times["crowded"][ward], system.steps[step].done[mark].cases[ward]) for system in (before, after)]
        assert pressure[0][0] < 1 and pressure[0][1] > 0 and pressure[1] == (1.0, 0.0)


def test_the_doctors_are_asked_for_more_of_their_time():
    before, after = (systems(chosen)["relay"].steps["others_gp_hour"] for chosen in (DEFAULT, MOST))
    assert 1.3 < after.for_ / before.for_ < 1.6


def reach(chosen, people):
    """The reach of each, by the typed lever."""
    table = systems(chosen)["partnership"].levers["partnership"].reach
    hard = np.where(yes(people["lives_alone"]) | yes(people["dementia"]), "yes", "no")
    return np.array([table.cases[frailty].cases[is_hard] for frailty, is_hard in zip(people["frailty"].astype(str), hard, strict=True)])


def yes(column):
    return column.astype(str).isin(["yes", "True"])


@cache
def candidates():
    """Citizens, fresh ones, whom the lever may enrol."""
    people = synthesise(read_yaml(configs() / "synthesis" / "danish.yaml"), "esbjerg", 60_000, 77)
    frail, old = people["frailty"].isin(["frail", "severe"]), people["age"] >= 65
    return people[old & (frail | (people["conditions"] >= 2)) | yes(people["severe_mental_illness"])]


@pytest.mark.parametrize(("chosen", "direction"), [(MOST, -1), (OTHERS, 1)], ids=["healthier", "sicker"])
def test_selection_keeps_the_mean_reach(chosen, direction):
    may = candidates()
    found = reach(chosen, may)
    default = plain(systems(DEFAULT)["partnership"].levers["partnership"].reach)
    assert abs(found.mean() - default) < 4 * found.std() / len(found) ** 0.5 < 0.02
    ill = may["frailty"].isin(["frail", "severe"]).to_numpy()
    assert direction * (found[ill].mean() - found[~ill].mean()) > 0.1


def test_each_needs_the_levers_that_it_speaks_of():
    for name in (*OF_PARTNERSHIP, *OTHERS):
        said = yaml.safe_load((configs() / "structure" / f"{name}.yaml").read_text())
        needed = {path.split(".")[1] for path in said["evidence"] if path.endswith(".fidelity")}
        assert needed == set(said["levers"]), name


def test_where_the_lever_is_absent_it_is_a_fault():
    chosen = ",".join([*OF_PARTNERSHIP, *OTHERS[:3]])
    with pytest.raises(Faults) as found:
        read_all(compose([f"structure=[{chosen}]", "lever=[outreach]", *WITHOUT]).raw)
    levers = ("partnership", "early_planning", "joint_acute_team", "shared_plan", "team_follow_up", "joint_return_to_work")
    assert {fault.where for fault in found.value.faults} == {f"evidence.levers.{lever}.fidelity" for lever in levers}


WARD = """
units: {medical_ward: {beds: 24, sector: hospital, crowded: 0.95}}
arrivals:
  residents:      {rate: 2 per d, then: medical_stay}
  others_medical: {rate: 2 per d, then: others_medical_stay}
steps:
  medical_stay:        {at: medical_ward, for: {exponential: 5 d}, then: others_go}
  others_medical_stay: {at: medical_ward, for: {lognormal: {mean: 5 d, cv: 1.1}}, patience: 8 h, else: others_boarding, then: others_go}
  others_boarding:     {leave: elsewhere}
  others_go:           {leave: elsewhere}
"""


def days(more, rate):
    """The days on the ward of others, and of residents, when so many of these come."""
    run = simulate(WARD, days=1500.0, more=merge(more, {"arrivals": {"residents": {"rate": f"{rate} per d"}}}), engines=("simpy",))
    stays = run.contacts[run.contacts["begun"] >= 0]
    length = (stays["ended"].where(stays["ended"] >= 0, run.meta["horizon"]) - stays["begun"]).groupby(stays["step"].astype(str)).sum()
    return length["others_medical_stay"], length["medical_stay"]


def test_others_fill_most_of_the_beds_that_are_freed():
    found = systems(MOST)["relay"].raw
    more_to_come = {"rate": "3 per d", "then": found["arrivals"]["others_medical"]["then"]}
    refilled = {"arrivals": {"others_medical": more_to_come},
                "steps": {name: found["steps"][name] for name in ("others_room", "others_medical_stay")}}
    for more, least, most in (({}, 0, 0.3), (refilled, 0.6, 1)):
        many, few = days(more, 2.0), days(more, 1.6)
        assert least < (few[0] - many[0]) / (many[1] - few[1]) < most
