"""Rules 28 to 34: deaths and who moves in, acute walks, messages, birthdays, and who is there on day 0."""

import numpy as np
import pytest
from small import HOUR, assert_contacts, budget, events, luck, simulate, table, trace

YEAR = 365 * 24


def test_who_dies_is_replaced_at_once_with_the_same_attributes_and_luck_of_its_own():
    rate = budget("death") / 6
    run = trace(
        f"""
        population: {{deaths: replaced}}
        attributes: {{ill: [no, yes]}}
        units: {{ward: {{beds: 1, sector: hospital}}}}
        effects: {{shaken: {{death: {{0-9 h: 1}}}}}}
        risks: {{death: {{rate: {rate:.12f} per h, where: anywhere, then: dead}}}}
        steps:
          start: {{at: ward, for: 40 h, begun: {{ill: yes, shaken: yes}}, then: home}}
          dead: {{leave: dead}}
        """,
        days=1, more={"steps": {"come": {"wait": "0.25 h"}}}, a=0)
    second = budget("death", stream=1) / rate
    assert second > 0.25, "the newcomer lives to come to the ward"
    who = run.citizens.iloc[:2]
    assert list(who["generation"]) == [0, 1] and list(who["slot"]) == [0, 0]
    assert list(who["entered"]) == [0, 6 * HOUR] and list(who["left"])[0] == 6 * HOUR
    assert list(who["ill"]) == [False, False], "history is not inherited"
    assert list(who["reason"])[0] == "dead"
    deaths = [hour for _, hour, name, _ in events(run, "strike")]
    assert deaths[:1] == [6.0]
    if 6 + second < 24:
        assert deaths[1] == pytest.approx(6 + second, abs=1e-4)
    rows = table(run, ["person", "step", "asked", "how"], without=())
    assert rows[:4] == [("a", "come", "0", "completed"), ("a", "start", "0.25", "died"), ("a'", "come", "6", rows[2][3]), rows[3]]


def test_without_replacement_the_place_stays_empty():
    system = """
        steps: {start: {wait: 1 h, then: dead}, dead: {leave: dead}}
        """
    run = trace(system, a=0)
    assert len(run.citizens) == 1
    replaced = trace(system, days=0.2, more={"population": {"deaths": "replaced"}}, a=1)
    assert list(replaced.citizens["entered"]) == [0, 2 * HOUR, 4 * HOUR]
    moved = trace(system.replace("leave: dead", "leave: moved"), more={"population": {"deaths": "replaced"}}, a=0)
    assert len(moved.citizens) == 1, "only the dead are replaced"


def test_a_walk_begun_by_a_risk_is_acute_unless_the_step_says_otherwise():
    run = trace(
        f"""
        units: {{clinic: {{slots: 9}}}}
        risks: {{fall: {{rate: {budget("fall") / 3:.12f} per h, who: {{not: hurt}}, done: {{hurt: yes}}, then: seen}}}}
        attributes: {{hurt: [no, yes]}}
        tasks: {{control: {{then: checked}}}}
        steps:
          start: {{at: clinic, for: 1 h, acute: yes, then: home}}
          seen: {{at: clinic, for: 1 h, begun: {{control: yes}}, then: told}}
          told: {{handover: practice, takes: 1 h, acute: no, then: waits}}
          waits: {{wait: 1 h, then: planned}}
          planned: {{at: clinic, for: 1 h, acute: no, then: home}}
          checked: {{at: clinic, for: 1 h, then: end}}
        """, days=1, a=0)
    assert_contacts(run, """
        person step kind task cause from asked acute
        a start at - - come 0 yes
        a seen at - fall - 3 yes
        a checked at control fall - 3 no
        a told handover - fall seen 4 no
        a waits wait - fall told 5 yes
        a planned at - fall waits 6 no
    """)


def test_a_message_arrives_whole_or_is_lost_and_who_has_it_is_informed():
    run = trace(
        """
        steps:
          start: {handover: practice, takes: 2 h, complete: {by: who, a: 1, b: 0}, lost: again, then: reads}
          again: {wait: {by: informed, yes: 1 h, no: 3 h}, then: tells}
          tells: {handover: practice, takes: 1 h, then: reads}
          reads: {wait: {by: informed, yes: 1 h, no: 3 h}, then: home}
        """, a=0, b=0)
    assert_contacts(run, """
        person step kind asked ended how complete
        a start handover 0 2 completed 1.0
        b start handover 0 2 completed 0.0
        a reads wait 2 3 completed -
        b again wait 2 5 completed -
        b tells handover 5 6 completed 1.0
        b reads wait 6 7 completed -
    """)


def test_attributes_are_drawn_in_order_of_dependence_and_those_given_stay():
    system = """
        population: {citizens: 200, starts: waits}
        attributes:
          age: {60-69: 0.5, 80-89: rest}
          frail: {by: old, yes: 0.9, no: 0.1}
          living: {by: frail, yes: home_care, no: alone}
        groups: {old: {age: 80+}}
        steps: {waits: {wait: 1 h, then: home}}
        risks: {fall: {rate: 1 per y, times: {frail: 2}}}
        """
    people = simulate(system, days=1).citizens
    for i, (age, frail, living) in enumerate(zip(people["age"], people["frail"], people["living"], strict=True)):
        u = luck("attributes.age", i)
        low = 60 if u < 0.5 else 80
        assert age == low + int(luck("attributes.age.within", i) * 10)
        # a share table's options are in the order written; a chance is of yes, the second word
        chance = 0.9 if age >= 80 else 0.1
        assert frail == (luck("attributes.frail", i) >= 1 - chance)
        assert living == ("home_care" if frail else "alone")
    assert list(people["group.old"]) == [age >= 80 for age in people["age"]]


def test_birthdays_come_once_a_year_on_the_persons_own_day():
    run = simulate("""
        population: {citizens: 5, birthdays: yes, starts: waits}
        attributes: {age: {64: 1}}
        groups: {older: {age: 66+}}
        steps: {waits: {wait: 1 h, then: home}}
        risks: {fall: {rate: 0.001 per y, who: older, times: {age: {66: 1, 67: 1000000}}}}
        """, days=3 * 365)
    birthdays = run.events[run.events["name"] == "age"]
    for person in range(5):
        first = round(YEAR * HOUR * luck("population.birthday", person))
        own = birthdays[birthdays["person"] == person]
        assert list(own["time"]) == [first, first + YEAR * HOUR, first + 2 * YEAR * HOUR]
        assert list(own["value"]) == ["65", "66", "67"]
        struck = run.events[(run.events["what"] == "strike") & (run.events["person"] == person)]["time"]
        assert len(struck) and struck.min() > first + 2 * YEAR * HOUR, "the 67th birthday speeds the clock"


ALREADY = """
    units: {ward: {beds: 2, sector: hospital}}
    arrivals: {new: {every: 5 h, then: ward_stay}}
    steps:
      ward_stay: {at: ward, for: 6 h, patience: 4 h, else: gone, then: gone, already: {in: 3, waiting: 2, left: LEFT}}
      gone: {leave: well}
    """


def test_who_is_there_on_day_0_may_be_more_than_the_places_and_the_queue_has_patience():
    run = simulate(ALREADY.replace("LEFT", "fresh").replace("patience: 4 h", "patience: 7 h"), days=0.5)
    assert_contacts(run, """
        person asked begun ended back how from_start in_surge
        already.ward_stay0 0 0 6 6 completed yes no
        already.ward_stay1 0 0 6 6 completed yes no
        already.ward_stay2 0 0 6 6 completed yes no
        already.ward_stay3 0 6 - - censored yes no
        already.ward_stay4 0 6 - - censored yes no
        new5 5 - - - censored no no
        new6 10 - - - censored no no
    """)
    run = simulate(ALREADY.replace("LEFT", "fresh"), days=0.5)
    assert_contacts(run, """
        person asked begun ended back how from_start
        already.ward_stay0 0 0 6 6 completed yes
        already.ward_stay1 0 0 6 6 completed yes
        already.ward_stay2 0 0 6 6 completed yes
        already.ward_stay3 0 - 4 - gave_up yes
        already.ward_stay4 0 - 4 - gave_up yes
        new5 5 6 - - censored no
        new6 10 10 - - censored no
    """)


def test_what_is_left_of_a_stay_on_day_0():
    for left, expected in (("2 h", [2, 2, 2]), ("part", None), ("{uniform: {low: 1 h, high: stay}}", None)):
        run = simulate(ALREADY.replace("LEFT", left), days=0.3)
        ended = run.contacts["ended"].to_numpy()[:3] / HOUR
        if expected is None:
            low = 0 if left == "part" else 1
            u = [uniform_of("steps.ward_stay.already.left", n) for n in range(3)]
            expected = [low + x * (6 - low) for x in u]
        assert ended == pytest.approx(np.array(expected), abs=1e-6)


def uniform_of(decision, n):
    from pathsim.draws import decision_id

    return luck(decision, n, stream=(1 << 31) | decision_id("already.ward_stay"))


def test_arrivals_come_at_the_times_of_their_budgets_with_facts_of_their_own():
    """The n-th arrival is one unit-exponential further on the clock of its stream, here 2 an hour from 8 to 16."""
    from pathsim.draws import EXPONENTIAL, decision_id, keyed_draw

    run = simulate("""
        attributes: {urgency: [urgent, routine]}
        units: {doctor: {slots: unlimited}}
        arrivals: {walk_ins: {rate: {by: hour, 8-16: 2 per h, rest: 0 per h}, with: {urgency: routine}, then: seen}}
        risks: {death: {rate: 0.000001 per y, times: {urgency: {routine: 2}}, then: out}}
        steps:
          seen: {at: doctor, for: {by: urgency, urgent: 1 h, routine: 2 h}, then: out}
          out: {leave: treated}
        """, days=1)
    spent, expected = 0.0, []
    for n in range(100):
        spent += keyed_draw(EXPONENTIAL, 1.0, 0, 0, 1, 0, n, (1 << 31) | decision_id("arrivals.walk_ins"), decision_id("arrivals.walk_ins"), 0)
        if spent < 16:
            expected.append(8 + spent / 2)
    asked = run.contacts["asked"] / HOUR
    assert len(expected) > 5 and list(asked) == pytest.approx(expected, abs=1e-6)
    done = run.contacts[run.contacts["how"] == "completed"]
    assert set(done["ended"] - done["begun"]) == {2 * HOUR}
    assert set(run.citizens["urgency"]) == {"routine"}, "the record says who came"
