"""Rules 3, 4 and 23 to 27: tasks at most once, away and back, repeated, expiring, stopped, ended by leaving."""

from small import assert_contacts, luck, trace

COLUMNS = "person step task kind asked begun ended back how"
NURSE = """
    units: {nurse: {slots: 9}}
    """
VISITS = """
    units: {nurse: {slots: 9}, ward: {beds: 9, sector: hospital}}
    """


def test_a_task_is_under_way_at_most_once():
    """Started at 0 h, and again at 1 h while under way: nothing. At 9 h it is over, and starts again."""
    run = trace(
        NURSE + """
    tasks: {check: {then: visit, after: 2 h}}
    steps:
      start: {do: {check: yes}, then: two}
      two:   {wait: 1 h, done: {check: yes}, then: three}
      three: {wait: 8 h, done: {check: yes}, then: home}
      visit: {at: nurse, for: 3 h, then: end}
        """, a=0)
    assert_contacts(run, f"""
        {COLUMNS}
        a two - wait 0 0 1 1 completed
        a three - wait 1 1 9 9 completed
        a visit check at 2 2 5 5 completed
        a visit check at 11 11 14 14 completed
    """)


def test_started_while_away_it_begins_on_return():
    run = trace(
        VISITS + """
    tasks: {check: {then: visit}}
    steps:
      start: {at: ward, for: 4 h, begun: {check: yes}, then: home}
      visit: {at: nurse, for: 3 h, then: end}
        """, a=1)
    assert_contacts(run, f"""
        {COLUMNS}
        a start - at 1 1 5 5 completed
        a visit check at 5 5 8 8 completed
    """)


AWAY = VISITS + """
    tasks: {check: {then: prepared, away: AWAY, every: 20 h}}
    steps:
      start: {do: {check: yes}, then: home_a_while}
      home_a_while: {wait: 3 h, then: ward_stay}
      ward_stay: {at: ward, for: 5 h, then: home}
      prepared: {wait: 2 h, then: visit}
      visit: {at: nurse, for: 4 h, then: end}
        """


def test_away_a_task_is_displaced_and_starts_from_its_first_step_on_return():
    assert_contacts(trace(AWAY.replace("AWAY", "postpone"), a=0), f"""
        {COLUMNS}
        a home_a_while - wait 0 0 3 3 completed
        a prepared check wait 0 0 2 2 completed
        a visit check at 2 2 3 3 displaced
        a ward_stay - at 3 3 8 8 completed
        a prepared check wait 8 8 10 10 completed
        a visit check at 10 10 14 14 completed
        a prepared check wait 34 34 36 36 completed
        a visit check at 36 36 40 40 completed
    """)


def test_or_is_dropped():
    assert_contacts(trace(AWAY.replace("AWAY", "drop"), a=0), f"""
        {COLUMNS}
        a home_a_while - wait 0 0 3 3 completed
        a prepared check wait 0 0 2 2 completed
        a visit check at 2 2 3 3 displaced
        a ward_stay - at 3 3 8 8 completed
    """)


def test_a_repeated_task_counts_from_when_it_last_ended_however_it_ended():
    """The slot is another's until 10 h: the first round gives up at 3 h, the next comes 5 h later, and so on."""
    run = trace(
        """
        units: {nurse: {slots: 1}}
        tasks: {check: {then: visit, every: 5 h, expires: 23 h}}
        steps:
          start: {choose: {by: who, a: {long: 1}, b: {begins: 1}}}
          long:  {at: nurse, for: 10 h, then: home}
          begins: {do: {check: yes}, then: home}
          visit: {at: nurse, for: 1 h, patience: 3 h, else: end, then: end}
        """, a=0, b=0)
    assert_contacts(run, """
        person step asked begun ended back how
        a long 0 0 10 10 completed
        b visit 0 - 3 - gave_up
        b visit 8 10 11 11 completed
        b visit 16 16 17 17 completed
        b visit 22 22 23 23 displaced
    """)


def test_a_repeated_task_that_expires_between_rounds_leaves_no_trace_and_no_miss():
    run = trace(
        NURSE + """
    tasks: {check: {then: visit, every: 5 h, expires: 10 h}}
    steps:
      start: {do: {check: yes}, then: home}
      visit: {at: nurse, for: 1 h, then: end}
        """, a=0)
    assert_contacts(run, """
        person step asked ended how
        a visit 0 1 completed
        a visit 6 7 completed
    """)


def test_a_task_done_once_that_has_not_finished_when_it_expires_is_missed():
    """a's is in progress, b's in the queue, c's not begun, for c is in bed: three ways to be missed."""
    run = trace(
        """
        units: {nurse: {slots: 1}, ward: {beds: 1, sector: hospital}}
        tasks: {check: {then: visit, expires: 6 h, missed: {sorry: yes}}, sorry: {then: apology}}
        steps:
          start: {do: {check: yes}, then: place}
          place: {choose: {by: who, c: {ward_stay: 1}, rest: {home: 1}}}
          ward_stay: {at: ward, for: 9 h, then: home}
          visit: {at: nurse, for: 8 h, then: end}
          apology: {wait: 1 h, then: end}
        """, days=1, a=0, b=1, c=2)
    assert_contacts(run, f"""
        {COLUMNS}
        a visit check at 0 0 6 6 missed
        b visit check at 1 6 7 7 missed
        c ward_stay - at 2 2 11 11 completed
        a apology sorry wait 6 6 7 7 completed
        b apology sorry wait 7 7 8 8 completed
        c visit check task 2 - 8 8 missed
        c apology sorry wait 11 11 12 12 completed
    """)


def test_a_task_repeats_only_while_a_test_holds():
    run = trace(
        NURSE + """
    attributes: {ill: [no, yes]}
    tasks: {check: {then: visit, every: 4 h, while: ill}}
    steps:
      start: {do: {ill: yes, check: yes}, then: later}
      later: {wait: 9 h, done: {ill: no}, then: home}
      visit: {at: nurse, for: 1 h, then: end}
        """, a=0)
    assert_contacts(run, f"""
        {COLUMNS}
        a later - wait 0 0 9 9 completed
        a visit check at 0 0 1 1 completed
        a visit check at 5 5 6 6 completed
    """)


def test_a_task_is_stopped_by_an_action_and_can_start_again():
    run = trace(
        NURSE + """
    tasks: {check: {then: visit, every: 4 h}}
    steps:
      start: {do: {check: yes}, then: later}
      later: {wait: 7 h, done: {check: no}, then: again}
      again: {wait: 2 h, done: {check: yes}, then: home}
      visit: {at: nurse, for: 3 h, then: end}
        """, days=0.5, a=0)
    assert_contacts(run, f"""
        {COLUMNS}
        a later - wait 0 0 7 7 completed
        a visit check at 0 0 3 3 completed
        a again - wait 7 7 9 9 completed
        a visit check at 7 7 7 7 displaced
        a visit check at 9 9 - - censored
    """)


def test_care_from_a_bed_is_a_task_whose_where_includes_the_sector():
    run = trace(
        """
        units: {nurse: {slots: 9}, temporary: {beds: 9, sector: municipality}, ward: {beds: 9, sector: hospital}}
        tasks: {care: {then: visit, every: 3 h, where: [home, municipality]}}
        steps:
          start: {do: {care: yes}, then: temporary_stay}
          temporary_stay: {at: temporary, for: 6 h, then: ward_stay}
          ward_stay: {at: ward, for: 7 h, hold: yes, then: home}
          visit: {at: nurse, for: 2 h, then: end}
        """, days=0.75, a=0)
    assert_contacts(run, f"""
        {COLUMNS}
        a temporary_stay - at 0 0 6 6 completed
        a visit care at 0 0 2 2 completed
        a visit care at 5 5 6 6 displaced
        a ward_stay - at 6 6 13 13 completed
        a visit care at 13 13 15 15 completed
    """)


def test_leaving_the_model_ends_all_tasks():
    run = trace(
        """
        units: {nurse: {slots: 1}}
        tasks: {care: {then: visit, every: 1 h}, other: {then: visit}, later: {then: visit, after: 9 h, expires: 12 h}}
        steps:
          start: {do: {care: yes, other: yes, later: yes}, then: lives}
          lives: {wait: 5 h, then: out}
          visit: {at: nurse, for: 6 h, then: end}
          out: {leave: moved}
        """, a=0)
    assert_contacts(run, f"""
        {COLUMNS}
        a lives - wait 0 0 5 5 completed
        a visit care at 0 0 5 5 displaced
        a visit other at 0 - 5 - displaced
    """)


def test_actions_in_their_order_and_started_tasks_are_events_of_their_own():
    """Rule 3 and 4: the fact is set before the task is asked about; the next step asks before the task does."""
    run = trace(
        """
        units: {nurse: {slots: 1}}
        attributes: {urgent: [no, yes]}
        tasks: {call: {then: visit}}
        steps:
          start: {do: {call: {by: urgent, yes: yes, no: no}, urgent: yes}, then: own}
          own:   {at: nurse, for: 1 h, then: home}
          visit: {at: nurse, for: 1 h, then: end}
        """, a=0)
    assert_contacts(run, """
        person step task asked begun ended
        a own - 0 0 1
        a visit call 0 1 2
    """)


def test_an_action_diverts_only_from_home_and_in_a_bed_it_is_forgotten():
    run = trace(
        """
        units: {ward: {beds: 9, sector: hospital}, nurse: {slots: 9}}
        tasks: {alarm: {then: rings, after: 2 h, where: anywhere}}
        steps:
          start: {do: {alarm: yes}, then: place}
          place: {choose: {by: who, a: {ward_stay: 1}, b: {visit: 1}, c: {home: 1}}}
          ward_stay: {at: ward, for: 4 h, then: home}
          visit: {at: nurse, for: 4 h, then: home}
          rings: {do: {help: yes}, then: end}
          help: {wait: 1 h, then: home}
        """, a=0, b=0, c=0)
    assert_contacts(run, """
        person step asked ended how acute
        a ward_stay 0 4 completed no
        b visit 0 2 displaced no
        b help 2 3 completed no
        c help 2 3 completed no
    """)


def test_an_action_that_diverts_comes_after_the_next_step_has_asked():
    run = trace(
        """
        units: {nurse: {slots: 1}}
        steps:
          start: {at: nurse, for: 1 h, done: {help: yes}, then: more}
          more: {at: nurse, for: 5 h, then: home}
          help: {wait: 1 h, then: home}
        """, a=0)
    assert_contacts(run, """
        person step asked begun ended back how
        a start 0 0 1 1 completed
        a more 1 1 1 1 displaced
        a help 1 1 2 2 completed
    """)


def test_a_standing_task_begins_at_a_random_phase_of_its_period():
    run = trace(
        NURSE + """
    groups: {regular: {who: [a, c]}}
    tasks: {care: {who: regular, then: visit, every: 10 h}}
    steps:
      start: {wait: 1 h, then: home}
      visit: {at: nurse, for: 1 h, then: end}
        """, days=0.5, a=30, b=30, c=30)
    visits = run.contacts[run.contacts["step"] == "visit"]
    first = {person: round(10 * 3_600_000 * luck("tasks.care.phase", person)) for person in (0, 2)}
    assert dict(visits.groupby("person")["asked"].min()) == first
    assert set(visits["person"]) == {0, 2}
