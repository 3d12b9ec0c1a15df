"""Rules 17 to 22: budgets, standing still, effects and their bands, seasons, displaced contacts.

Strikes are computed here from the definition of luck and by integrals on paper, never by the engine.
"""

import pytest
from small import assert_contacts, budget, events, trace


def strikes(run, name="fall"):
    return [hour for _, hour, what, _ in events(run, "strike") if what == name]


def per_hour(hours, of=None, who=0, nth=0):
    """The rate at which a person's budget lasts so many hours."""
    return f"{(of if of is not None else budget('fall', who, nth)) / hours:.12f} per h"


SIX_HOURS = """
    units: {ward: {beds: 1, sector: hospital}, clinic: {slots: 1}}
    steps:
      start:  {choose: {by: who, c: {clinic_visit: 1}, rest: {ward_stay: 1}}}
      ward_stay: {at: ward, for: 6 h, then: home}
      clinic_visit: {at: clinic, for: 6 h, then: home}
    """


@pytest.mark.parametrize(
    ("where", "spent", "hour"), [("home", 10, 16), ("anywhere", 10, 10), ("hospital", 5, 9), ("[home, hospital]", 10, 10)]
)
def test_a_clock_runs_by_whereabouts_and_keeps_its_budget(where, spent, hour):
    """a is in bed from 4 to 10 h: the clock of home stands still meanwhile, that of the hospital runs only then."""
    run = trace(SIX_HOURS + f"\n    risks: {{fall: {{rate: {per_hour(spent)}, where: {where}}}}}", a=4, c=40)
    assert [hour for person, hour, *_ in events(run, "strike") if person == "a"][0] == pytest.approx(hour, abs=1e-4)


def test_queueing_and_visiting_is_being_at_home():
    """c is 6 h with the doctor, b waits 6 h for a bed: their clocks run on; a's, in the bed, does not."""
    rate = max(budget("fall", who) for who in range(3)) / 9.5
    run = trace(SIX_HOURS + f"\n    risks: {{fall: {{rate: {rate:.12f} per h}}}}", a=4, b=4, c=4)
    first = {}
    for person, hour, _, _ in events(run, "strike"):
        first.setdefault(person, hour)
    spent = {name: budget("fall", who) / rate for who, name in enumerate("abc")}  # all within 9.5 h
    assert first == pytest.approx({"a": spent["a"] + (6 if spent["a"] > 4 else 0), "b": spent["b"], "c": spent["c"]}, abs=1e-4)


def test_a_new_budget_is_drawn_only_when_one_is_spent():
    run = trace("risks: {fall: {rate: 2 per d}}\nsteps: {start: {wait: 1 h, then: home}}", days=3, a=0)
    total, expected = 0.0, []
    for nth in range(100):
        total += budget("fall", 0, nth) / 2 * 24
        if total < 72:
            expected.append(total)
    assert len(expected) > 2
    assert strikes(run) == pytest.approx(expected, abs=1e-4)  # each rounded to whole ms, printed to 6 digits


def test_effects_multiply_start_over_and_move_the_strike_exactly():
    """Care at 4, 6 and 9 h; the bands: ×3 for 4 h, ×0.5 until 10 h. Begun again at 9, it starts over.

    0–4 ×1, 4–6 ×3 (begun again at 6: starts over), 6–9 ×3, 9–13 ×3, 13–19 ×0.5, then ×1.
    """
    system = """
        effects: {shaken: {fall: {0-4 h: 3, 4-10 h: 0.5}}}
        steps:
          start: {do: {shaken: yes}, then: two}
          two:   {wait: 2 h, done: {shaken: yes}, then: three}
          three: {wait: 3 h, done: {shaken: yes}, then: home}
        """
    for spent, hour in ((2, 2), (4 + 3 * 2 + 1.5, 6.5), (4 + 3 * 9, 13), (4 + 3 * 9 + 0.5 * 2, 15), (4 + 27 + 3 + 5, 24)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}}}}}", a=4)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5), spent


def test_different_effects_multiply_and_stopping_ends_them():
    """×2 from 4 h, ×2 × 5 from 6 h, ×5 from 8 h when the first is stopped."""
    system = """
        effects: {one: {fall: {0+ h: 2}}, other: {fall: {0-20 h: 5}}}
        steps:
          start: {do: {one: yes}, then: two}
          two:   {wait: 2 h, done: {other: yes}, then: three}
          three: {wait: 2 h, done: {one: no}, then: home}
        """
    for spent, hour in ((4 + 2, 5), (4 + 4 + 10, 7), (4 + 4 + 20 + 5, 9)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}}}}}", a=4)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)


def test_an_effect_goes_on_by_the_calendar_while_the_clock_stands_still():
    """Raised ×4 from 4 to 8 h, in bed until 7 h: only one raised hour is left."""
    system = """
        units: {ward: {beds: 1, sector: hospital}}
        effects: {fragile: {fall: {0-4 h: 4}}}
        steps: {start: {at: ward, for: 3 h, begun: {fragile: yes}, then: home}}
        """
    for spent, hour in ((4 + 2, 7.5), (4 + 4 + 1, 9)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}}}}}", a=4)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)


def test_a_fact_changes_the_speed_at_the_moment_it_is_set():
    system = """
        attributes: {ill: [no, yes]}
        steps: {start: {do: {ill: yes}, then: later}, later: {wait: 2 h, done: {ill: no}, then: home}}
        """
    for spent, hour in ((3, 3), (4 + 10, 5), (4 + 20 + 1, 7)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}, times: {{ill: 10}}}}}}", a=4)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)


def test_who_can_be_struck_may_ask_an_effect_so_that_a_second_risk_is_asleep_until_it_is_woken():
    """Asleep to 4 h, awake for 6 h, asleep again; its budget is kept in between, and woken again it goes on."""
    system = """
        effects: {awake: {other: {0-6 h: 1}}}
        steps: {start: {do: {awake: yes}, then: later}, later: {wait: 10 h, done: {awake: yes}, then: home}}
        """
    other = "other: {rate: 0.000001 per y}"
    for spent, hour in ((5, 9), (6 + 2, 16)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}, who: awake}}, {other}}}", a=4)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)
        assert strikes(run)[1:] == [] or strikes(run)[1] <= 20


def test_an_effect_whose_bands_are_over_is_no_longer_there():
    run = trace(
        """
        effects: {fresh: {fall: {0-3 h: 1}}}
        risks: {fall: {rate: 0.000001 per y}}
        steps:
          start: {do: {fresh: yes}, then: soon}
          soon:  {wait: {by: who, a: 2.9 h, b: 3 h}, then: asks}
          asks:  {choose: {by: fresh, yes: {raised: 1}, no: {over: 1}}}
          raised: {wait: 1 h, then: home}
          over:   {wait: 1 h, then: home}
        """,
        a=0, b=0,
    )
    assert_contacts(run, """
        person step asked ended
        a raised 2.9 3.9
        b over 3 4
    """, without=("come", "soon"))


def test_a_group_may_ask_about_an_effect_and_follows_it_to_its_end():
    """×10 through a group while the effect is there, from 4 to 7 h: 4 + 30 + 1 at 8 h."""
    system = """
        effects: {fresh: {other: {0-3 h: 1}}}
        groups: {recent: fresh}
        steps: {start: {do: {fresh: yes}, then: home}}
        """
    for spent, hour in ((4 + 20, 6), (4 + 30 + 1, 8)):
        risks = f"{{fall: {{rate: {per_hour(spent)}, times: {{recent: 10}}}}, other: {{rate: 0.000001 per y}}}}"
        assert strikes(trace(system + f"\n        risks: {risks}", a=4))[0] == pytest.approx(hour, abs=1e-5)


def test_a_season_by_the_month_and_by_the_hour():
    """From 31 January 2024, ×3 in February and ×2 from 8 to 16: integrals by hand."""
    system = "day_0: 2024-01-31\nsteps: {start: {wait: 1 h, then: home}}\nrisks: {fall: {rate: RATE, times: {month: {2: 3}, hour: {8-16: 2}}}}"
    for spent, hour in ((8 + 4, 10), (8 + 16 + 8 - 1, 23), (32 + 3 * 8 + 6 * 1.5, 33.5)):
        run = trace(system.replace("RATE", per_hour(spent)), a=0)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)


def test_season_and_bands_together():
    """×2 from 8 to 16 h, an effect ×5 from 10 to 12 h: 8 + 2·2 + 2·5·2 + 2·4 = 40 at 16 h."""
    system = """
        effects: {shaken: {fall: {0-2 h: 5}}}
        steps: {start: {do: {shaken: yes}, then: home}}
        """
    for spent, hour in ((8 + 4 + 10, 11), (8 + 4 + 20 + 2, 13), (40 + 3, 19)):
        run = trace(system + f"\n        risks: {{fall: {{rate: {per_hour(spent)}, times: {{hour: {{8-16: 2}}}}}}}}", a=10)
        assert strikes(run)[0] == pytest.approx(hour, abs=1e-5)


def test_competing_risks_strike_in_the_order_of_their_budgets():
    system = f"""
        steps: {{start: {{wait: 40 h, then: home}}, dead: {{leave: dead}}}}
        risks:
          fall:  {{rate: {per_hour(6)}}}
          death: {{rate: {per_hour(9, budget("death"))}, where: anywhere, then: dead}}
        """
    run = trace(system, a=0)
    second = 6 + budget("fall", 0, 1) / budget("fall") * 6
    expected = [("a", 6.0, "fall", "-")] + ([("a", second, "fall", "-")] if second < 9 else []) + [("a", 9.0, "death", "-")]
    assert events(run, "strike")[-1] == expected[-1]
    assert len(events(run, "strike")) >= 2
    assert_contacts(run, """
        person step asked begun ended back how
        a start 0 0 9 9 died
    """)


def test_a_risk_without_then_lets_life_go_on_and_one_with_then_displaces():
    system = f"""
        units: {{ward: {{beds: 2, sector: hospital}}, clinic: {{slots: 1}}}}
        attributes: {{hurt: [no, yes]}}
        steps:
          start:  {{at: clinic, for: {{by: who, a: 8 h, b: 1 h, c: 1 h}}, then: to_bed}}
          to_bed: {{choose: {{by: who, c: {{ward_stay: 1}}, rest: {{home: 1}}}}}}
          ward_stay: {{at: ward, for: 2 h, then: home}}
        risks: {{fall: {{rate: {per_hour(6)}, who: {{who: a, hurt: "no"}}, done: {{hurt: yes}}THEN}}}}
        """
    assert_contacts(trace(system.replace("THEN", ""), a=4, b=5, c=40), """
        person step asked begun ended back how acute cause
        a start 4 4 12 12 completed no -
        b start 5 12 13 13 completed no -
        c start 40 40 41 41 completed no -
        c ward_stay 41 41 43 43 completed no -
    """)
    assert_contacts(trace(system.replace("THEN", ", then: ward_stay"), a=4, b=5, c=40), """
        person step asked begun ended back how acute cause
        a start 4 4 6 6 displaced no -
        b start 5 6 7 7 completed no -
        a ward_stay 6 6 8 8 completed yes fall
        c start 40 40 41 41 completed no -
        c ward_stay 41 41 43 43 completed no -
    """)


def test_a_death_in_a_queue_and_its_place_in_the_queue_is_nobodys():
    system = f"""
        units: {{ward: {{beds: 1, sector: hospital}}}}
        steps: {{start: {{at: ward, for: 8 h, then: home}}, dead: {{leave: dead}}}}
        risks: {{death: {{rate: {per_hour(6, budget("death", 1))}, who: {{who: b}}, then: dead}}}}
        """
    run = trace(system, a=0, b=1, c=2)
    assert_contacts(run, """
        person asked begun ended back how
        a 0 0 8 8 completed
        b 1 - 6 - died
        c 2 8 16 16 completed
    """)


def test_a_death_in_bed_ends_what_a_task_was_doing_there_as_a_death():
    system = f"""
        units: {{ward: {{beds: 1, sector: hospital}}, meeting: {{slots: 1}}}}
        tasks: {{planning: {{then: planned, where: hospital, away: drop}}}}
        steps:
          start: {{at: ward, for: 8 h, begun: {{planning: yes}}, then: home}}
          planned: {{at: meeting, for: 9 h, then: end}}
          dead: {{leave: dead}}
        risks: {{death: {{rate: {per_hour(6, budget("death"))}, where: anywhere, then: dead}}}}
        """
    assert_contacts(trace(system, a=0), """
        person step task asked begun ended back how
        a start - 0 0 6 6 died
        a planned planning 0 0 6 6 died
    """)


def test_who_is_struck_at_the_instant_of_being_called_passes_the_place_on():
    """b falls at 4 h, when a's place comes free; the strike was scheduled first, so c is called instead."""
    system = f"""
        units: {{doctor: {{slots: 1}}, ward: {{beds: 1, sector: hospital}}}}
        steps:
          start: {{at: doctor, for: 4 h, then: home}}
          ward_stay: {{at: ward, for: 1 h, then: home}}
        risks: {{fall: {{rate: {per_hour(4, who=1)}, who: {{who: b}}, then: ward_stay}}}}
        """
    assert_contacts(trace(system, days=0.25, a=0, b=1, c=2), """
        person step asked begun ended back how
        a start 0 0 4 4 completed
        b start 1 - 4 - displaced
        c start 2 4 - - censored
        b ward_stay 4 4 5 5 completed
    """)
