"""Rule 13 and the calendar: opening hours, overtime, holidays, diaries, dates, and the end of the run."""

from small import assert_contacts, trace

MORNING = "units: {doctor: {slots: 1, open: {mon-fri: 8-16}}}\nsteps: {start: {at: doctor, for: 2 h, then: home}}"


def test_closing_completes_what_is_in_progress_and_the_queue_is_served_at_opening():
    run = trace(MORNING, a=15, b=15.5, c=20)
    assert_contacts(run, """
        person asked begun ended back
        a 15 15 17 17
        b 15.5 32 34 34
        c 20 34 36 36
    """)


def test_at_the_instant_of_opening_and_closing_the_number_of_the_event_decides():
    """Closing at 16 h is scheduled at 8 h: who set out before that is first, who set out after is too late."""
    run = trace(
        """
        units: {doctor: {slots: 9, open: {mon-fri: 8-16}}}
        steps:
          start: {choose: {by: who, c: {seen: 1}, rest: {later: 1}}}
          later: {wait: 7 h, then: seen}
          seen:  {at: doctor, for: 2 h, then: home}
        """,
        a=1, b=9, c=16,
    )
    assert_contacts(run, """
        person asked begun ended
        a 8 8 10
        c 16 16 18
        b 16 32 34
    """, without=("come", "later"))


def test_the_queue_survives_the_night_but_patience_does_not_stop():
    run = trace(
        """
        units: {doctor: {slots: 1, open: {mon-fri: 8-16}}}
        steps: {start: {at: doctor, for: 2 h, patience: {by: who, b: 10 h, rest: 20 h}, else: home, then: home}}
        """,
        a=15, b=16, c=16,
    )
    assert_contacts(run, """
        person asked begun ended back how
        a 15 15 17 17 completed
        b 16 - 26 - gave_up
        c 16 32 34 34 completed
    """)


def test_weekends_and_holidays():
    """Friday 5 January 2024; Monday the 8th is a holiday, so the queue waits until Tuesday."""
    more = {"day_0": "2024-01-05", "holidays": ["2024-01-08"]}
    run = trace(MORNING, days=6, more=more, a=17)
    assert_contacts(run, """
        person asked begun ended
        a 17 104 106
    """)
    run = trace(MORNING, days=6, more={**more, "units": {"doctor": {"open": {"holiday": "10-12"}}}}, a=17)
    assert_contacts(run, """
        person asked begun ended
        a 17 82 84
    """)


def test_a_unit_open_through_midnight_does_not_close():
    run = trace(
        """
        units: {doctor: {slots: 1, open: {mon: 0-24, tue: 0-12}}}
        steps: {start: {at: doctor, for: 2 h, then: home}}
        """,
        a=22.5, b=23, c=24,
    )
    assert_contacts(run, """
        person asked begun ended
        a 22.5 22.5 24.5
        b 23 24.5 26.5
        c 24 26.5 28.5
    """)


def test_lookups_by_date_weekday_month_and_hour():
    run = trace(
        """
        day_0: 2024-01-31
        steps:
          start: {wait: {by: date, until 2024-02-01: 1 h, from 2024-02-01: 2 h}, then: second}
          second: {wait: {by: weekday, wed: 1 h, thu: 3 h, rest: 9 h}, then: third}
          third: {wait: {by: month, 1: 1 h, 2: 4 h, rest: 9 h}, then: fourth}
          fourth: {wait: {by: hour, 8-16: 5 h, rest: 6 h}, then: home}
        """,
        a=2, b=23.5, c=24,
    )
    assert_contacts(run, """
        person step asked ended
        a start 2 3
        a second 3 4
        a third 4 5
        a fourth 5 11
        b start 23.5 24.5
        c start 24 26
        b second 24.5 27.5
        c second 26 29
        b third 27.5 31.5
        c third 29 33
        b fourth 31.5 37.5
        c fourth 33 38
    """)


DIARY = """
    units: {specialist: {slots: 1, open: {mon-fri: 8-10}, diary: 30 min}}
    steps:
      start: {at: specialist, notice: NOTICE, comes: COMES, patience: PATIENCE, else: elsewhere, hold: yes, then: home}
      elsewhere: {wait: 1 h, then: home}
    """


def diary(notice="0 d", comes="1", patience="40 h"):
    return DIARY.replace("NOTICE", notice).replace("COMES", comes).replace("PATIENCE", patience)


def test_a_diary_offers_the_first_free_date():
    run = trace(diary(), a=9.1, b=9.2, c=9.3, d=9.4)
    assert_contacts(run, """
        person asked begun ended back how
        a 9.1 9.5 10 10 completed
        b 9.2 32 32.5 32.5 completed
        c 9.3 32.5 33 33 completed
        d 9.4 33 33.5 33.5 completed
    """)


def test_notice_is_kept_and_who_will_not_wait_so_long_goes_elsewhere_at_once():
    run = trace(diary(notice="4 h", patience="{by: who, b: 20 h, rest: 40 h}"), a=5, b=9, c=9)
    assert_contacts(run, """
        person step asked begun ended back how
        a start 5 9 9.5 9.5 completed
        b start 9 - 9 - refused
        b elsewhere 9 9 10 10 completed
        c start 9 32 32.5 32.5 completed
    """)


def test_who_does_not_come_leaves_the_date_empty():
    run = trace(diary(comes="{by: who, a: 0, rest: 1}"), a=7, b=7.5)
    assert_contacts(run, """
        person step asked begun ended back how
        a start 7 - 8 - gave_up
        b start 7.5 8.5 9 9 completed
        a elsewhere 8 8 9 9 completed
    """)


def test_an_appointment_ends_with_whoever_is_called_away_and_takes_over_from_a_slot():
    run = trace(
        """
        units: {specialist: {slots: 1, diary: 2 h}, desk: {slots: 1}}
        tasks: {fright: {then: runs, after: 4 h}}
        steps:
          start: {do: {fright: yes}, then: signs_in}
          signs_in: {at: desk, for: 1 h, then: seen}
          seen:  {at: specialist, hold: yes, then: rests}
          rests: {wait: 9 h, then: home}
          runs:  {do: {away: yes}, then: end}
          away:  {wait: 1 h, then: home}
        """,
        a=0.5, b=1.5,
    )
    assert_contacts(run, """
        person step asked begun ended back how
        a signs_in 0.5 0.5 1.5 2 completed
        b signs_in 1.5 2 3 4 completed
        a seen 1.5 2 4 4 completed
        b seen 3 4 5.5 5.5 displaced
        a rests 4 4 4.5 4.5 displaced
        a away 4.5 4.5 5.5 5.5 completed
        b away 5.5 5.5 6.5 6.5 completed
    """)


def test_what_falls_at_the_horizon_does_not_happen_and_is_censored():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}}
        steps: {start: {at: ward, for: {by: who, a: 20 h, rest: 24 h}, then: home}}
        """,
        days=2, a=4, b=5, c=6,
    )
    assert_contacts(run, """
        person asked begun ended back how
        a 4 4 24 24 completed
        b 5 24 - - censored
        c 6 - - - censored
    """)
