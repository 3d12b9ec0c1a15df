"""Rules 35 to 40: who is enrolled and when, what is carried out for them, and what is so for all."""

import numpy as np
import pytest
from small import HOUR, assert_contacts, events, luck, simulate, trace

from pathsim.draws import decision_id

PEOPLE = 60
BASE = f"""
    population: {{citizens: {PEOPLE}, starts: visit}}
    attributes: {{practice: {{north: 0.3, south: 0.4, west: rest}}, ill: {{yes: 0.5, no: rest}}}}
    groups: {{ill_ones: {{ill: yes}}}}
    units: {{nurse: {{slots: unlimited}}}}
    steps:
      visit: {{at: nurse, for: 2 h, then: pause}}
      pause: {{wait: 2 h, then: visit}}
    """


def lever(**fields):
    """The base with one lever `team`, that makes visits an hour longer."""
    changes = {"steps": {"visit": {"for": {"plus": "1 h"}}}}
    return {"levers": {"team": {"changes": changes, **fields}}}


def run_with(days=1.0, **fields):
    return simulate(BASE, days, model="changed", more=lever(**fields))


def enrolled(run, name="team"):
    """{person: hour of enrolment}"""
    rows = run.events[(run.events["what"] == "enrolled") & (run.events["name"] == name)]
    return {int(person): time / HOUR for person, time in zip(rows["person"], rows["time"], strict=True)}


def lasted(run, step="visit"):
    done = run.contacts[(run.contacts["step"] == step) & (run.contacts["how"] == "completed")]
    return done.assign(hours=(done["ended"] - done["begun"]) / HOUR)


def draws(decision="levers.team", people=PEOPLE):
    return np.array([luck(decision, who) for who in range(people)])


@pytest.mark.parametrize("reach", [0.0, 0.25, 0.5, 0.8, 1.0])
def test_enrolled_if_the_draw_is_under_reach_so_a_larger_reach_includes_a_smaller(reach):
    run = run_with(reach=reach)
    assert enrolled(run) == {int(who): 0.0 for who in np.flatnonzero(draws() < reach)}


def test_with_a_ramp_the_lower_the_draw_the_sooner():
    run = run_with(reach=0.5, ramp="20 h", begins="2 h")
    u = draws()
    assert enrolled(run) == {int(who): pytest.approx(2 + 20 * u[who] / 0.5, abs=1e-6) for who in np.flatnonzero(u < 0.5)}
    times = [time for _, time in sorted(enrolled(run).items(), key=lambda item: u[item[0]])]
    assert times == sorted(times)


def test_together_all_of_one_practice_are_in_or_out():
    run = run_with(reach=0.5, together="practice")
    practice = run.citizens["practice"].astype(str)
    by_practice = {name: {person in enrolled(run) for person in np.flatnonzero(practice == name)} for name in set(practice)}
    together = (1 << 31) - 1  # the stream of those who are in or out together, who is the name they share
    expected = {name: luck("levers.team", decision_id(name), stream=together) < 0.5 for name in by_practice}
    assert by_practice == {name: {found} for name, found in expected.items()}
    assert set(expected.values()) == {True, False}, "with this seed some are in and some are out"


def test_enrolled_when_first_seen_at_a_step_after_the_start():
    """The first visit is at 0 h, the next at 4 h (2 + 2); it begins at 3 h, and the step at which one enrols is as it was."""
    run = run_with(at="visit", begins="3 h")
    assert enrolled(run) == {who: 4.0 for who in range(PEOPLE)}
    hours = lasted(run).groupby("asked")["hours"].unique()
    assert {time / HOUR: list(found) for time, found in hours.items()} == {0: [2.0], 4: [2.0], 8: [3.0], 13: [3.0], 18: [3.0]}


def test_eligibility_is_asked_at_the_moment_of_enrolment():
    run = run_with(who="ill_ones")
    assert list(enrolled(run)) == list(np.flatnonzero(run.citizens["ill"]))


def test_a_lever_for_those_in_another_lever():
    more = lever(reach=0.5)
    more["levers"]["more_of_it"] = {"who": "team", "reach": 0.5, "changes": {"steps": {"pause": {"wait": {"plus": "1 h"}}}}}
    run = simulate(BASE, 1.0, model="changed", more=more)
    both = (draws() < 0.5) & (draws("levers.more_of_it") < 0.5)
    assert 0 < both.sum() < (draws() < 0.5).sum()
    assert list(enrolled(run, "more_of_it")) == list(np.flatnonzero(both))


def test_fidelity_is_a_draw_at_each_altered_step():
    run = run_with(reach=0.5, fidelity=0.6)
    rows = lasted(run)
    inside = set(enrolled(run))
    for person, hours in rows.groupby("person")["hours"]:
        u = [luck("levers.team.fidelity.visit", person, nth) for nth in range(len(hours) + 1)]
        # the first visit is asked for before the enrolment, an event of its own at 0 h
        expected = [2.0] + [3.0 if person in inside and u[nth] < 0.6 else 2.0 for nth in range(len(hours) - 1)]
        assert list(hours) == expected
    assert set(rows["hours"]) == {2.0, 3.0}


def test_fidelity_by_practice_is_always_or_never():
    run = run_with(days=2.0, fidelity=0.5, fidelity_by="practice")
    later = lasted(run)[lambda rows: rows["asked"] > 0]
    practice = run.citizens["practice"].astype(str).to_numpy()[later["person"]]
    found = {name: set(later["hours"][practice == name]) for name in set(practice)}
    assert all(len(hours) == 1 for hours in found.values()), "alike is 1: as one's practice does"
    mixed = lasted(run_with(days=2.0, fidelity=0.5, fidelity_by="practice", alike=0.5))[lambda rows: rows["asked"] > 0]
    practice = run.citizens["practice"].astype(str).to_numpy()[mixed["person"]]
    share = {name: (mixed["hours"][practice == name] == 3.0).mean() for name in found}
    for name, hours in found.items():
        expected = 0.75 if hours == {3.0} else 0.25  # half as the practice does, half as chance has it
        n = (practice == name).sum()
        assert share[name] == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


def test_what_is_done_on_enrolment_and_standing_tasks_that_a_lever_adds():
    more = {"levers": {"team": {"reach": 0.5, "enrolled": {"talk": True}, "changes": {
        "tasks": {"talk": {"then": "talks"}, "round": {"who": "ill_ones", "then": "rounds", "every": "10 h"}},
        "steps": {"talks": {"at": "nurse", "for": "1 h", "then": "end"}, "rounds": {"at": "nurse", "for": "30 min", "then": "end"}},
    }}}}
    run = simulate(BASE, 1.0, model="changed", more=more)
    inside = set(np.flatnonzero(draws() < 0.5))
    talks = run.contacts[run.contacts["task"] == "talk"]
    assert set(talks["person"]) == inside and set(talks["asked"]) == {0}
    rounds = run.contacts[run.contacts["task"] == "round"]
    assert set(rounds["person"]) == inside & set(np.flatnonzero(run.citizens["ill"]))
    for person, asked in rounds.groupby("person")["asked"].min().items():
        assert asked == round(10 * HOUR * luck("tasks.round.phase", person))


def test_a_repeated_task_is_altered_for_the_enrolled_from_its_next_round():
    """Every 10 h, for the enrolled every 3 h: the standing round is there before anyone is enrolled."""
    more = {
        "tasks": {"round": {"who": "ill_ones", "then": "rounds", "every": "10 h"}},
        "steps": {"rounds": {"at": "nurse", "for": "1 h", "then": "end"}},
        "levers": {"team": {"reach": 0.5, "changes": {"tasks": {"round": {"every": "3 h"}}}}},
    }
    run = simulate(BASE, 2.0, model="changed", more=more)
    inside, rounds = draws() < 0.5, run.contacts[run.contacts["task"] == "round"]
    for person, asked in rounds.groupby("person")["asked"]:
        assert set(np.diff(asked) / HOUR) == ({4.0} if inside[person] else {11.0})
    assert {inside[person] for person in set(rounds["person"])} == {True, False}


TWO = """
    units: {nurse: {slots: unlimited}}
    steps:
      start: {wait: 1 h, then: visit}
      visit: {at: nurse, for: 4 h, then: home}
    levers:
      a_team: {FIRST changes: {steps: {visit: {for: {plus: 1 h}}}}}
      b_team: {SECOND changes: {steps: {visit: {for: {times: 0.5}}}}}
    """


@pytest.mark.parametrize(("first", "second", "hours"), [(1, 1, 3), (1, 0, 5), (0, 1, 2), (0, 0, 4)])
def test_two_levers_at_one_step_first_all_times_then_all_plus(first, second, hours):
    run = trace(TWO.replace("FIRST", f"fidelity: {first},").replace("SECOND", f"reach: {second},"), model="changed", a=0)
    assert_contacts(run, f"""
        person step asked ended enrolled
        a start 0 1 {1 + 2 * second}
        a visit 1 {1 + hours} {1 + 2 * second}
    """)


def test_a_step_whose_verb_changes_is_replaced_whole():
    run = trace(
        """
        units: {nurse: {slots: 1}, desk: {slots: 1}}
        groups: {chosen: {who: a}}
        steps:
          start: {wait: 1 h, then: visit}
          visit: {at: nurse, for: 4 h, then: home}
          last: {at: desk, for: 1 h, then: home}
        levers:
          letters: {who: chosen, changes: {steps: {visit: {handover: practice, takes: 2 h, then: last}}}}
        """, model="changed", a=0, b=0)
    assert_contacts(run, """
        person step unit kind asked ended
        a start - wait 0 1
        b start - wait 0 1
        a visit - handover 1 3
        b visit nurse at 1 5
        a last desk at 3 4
    """)


def test_units_belong_to_everyone():
    run = trace(
        """
        units: {nurse: {slots: 1}}
        steps: {start: {at: nurse, for: 2 h, then: home}}
        levers: {more_nurses: {reach: 0, changes: {units: {nurse: {slots: 2}}}}}
        """, model="changed", a=0, b=0, c=0)
    assert_contacts(run, """
        person asked begun ended enrolled
        a 0 0 2 0
        b 0 0 2 0
        c 0 2 4 0
    """)


def test_who_moves_in_meets_the_levers_like_anyone_new():
    run = trace(
        """
        population: {deaths: replaced}
        steps: {start: {wait: 2 h, then: dead}, dead: {leave: dead}}
        levers: {team: {reach: 0.5, ramp: 4 h, changes: {steps: {start: {wait: {plus: 1 h}}}}}}
        """, days=1, model="changed", a=0)
    for generation in range(len(run.citizens)):
        u = luck("levers.team", 0, stream=generation)
        entered, left = run.citizens["entered"][generation] / HOUR, run.citizens["left"][generation] / HOUR
        due = max(4 * u / 0.5, entered)
        expected = u < 0.5 and due < (24 if left < 0 else left)
        found = [hour for person, hour, *_ in events(run, "enrolled") if person == "a" + "'" * generation]
        assert found == ([pytest.approx(due, abs=1e-4)] if expected else [])
    assert len(run.citizens) > 8


def test_a_standing_task_is_for_those_in_the_lever_that_adds_it_not_in_one_that_alters_it():
    more = {
        "care_models": {"both": {"levers": ["z_team", "a_team"]}},
        "levers": {
            "z_team": {"changes": {
                "tasks": {"round": {"who": "ill_ones", "then": "rounds", "every": "10 h"}},
                "steps": {"rounds": {"at": "nurse", "for": "1 h", "then": "end"}},
            }},
            "a_team": {"reach": 0.3, "over": "z_team", "changes": {"tasks": {"round": {"every": "5 h"}}}},
        },
    }
    run = simulate(BASE, 2.0, model="both", more=more)
    rounds = run.contacts[run.contacts["task"] == "round"]
    assert set(rounds["person"]) == set(np.flatnonzero(run.citizens["ill"]))
    for person, asked in rounds.groupby("person")["asked"]:
        assert set(np.diff(asked) / HOUR) <= ({6.0} if person in enrolled(run, "a_team") else {11.0})
