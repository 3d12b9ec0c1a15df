"""Rules 10 to 12 and 15: the order of queues, limits, patience, and when each of them is read."""

from small import assert_contacts, trace

PERSON_AT_STEP = "person step asked begun ended back how"


def test_priority_first_but_nobody_is_interrupted():
    run = trace(
        """
        units: {doctor: {slots: 1}}
        steps: {start: {at: doctor, for: 3 h, priority: {by: who, c: 1, rest: 5}, then: home}}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 3 3 completed
        b start 1 6 9 9 completed
        c start 2 3 6 6 completed
    """)


def test_the_queue_by_due_date_within_a_priority():
    run = trace(
        """
        units: {nurse: {slots: 1, order: due_first}}
        tasks:
          soon:  {then: visit, due: 2 h}
          later: {then: visit, due: 20 h}
        steps:
          start: {do: {soon: {by: who, c: yes, rest: no}, later: {by: who, c: no, rest: yes}}, then: home}
          visit: {at: nurse, for: 5 h, then: end}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, """
        person task asked due begun ended
        a later 0 20 0 5
        b later 1 21 10 15
        c soon 2 4 5 10
    """)


def test_a_limited_queue_turns_away():
    run = trace(
        """
        units: {doctor: {slots: 1, queue: 1}}
        steps:
          start:  {at: doctor, for: 4 h, else: later, then: home}
          later:  {wait: 10 h, then: home}
        """,
        a=0, b=1, c=2, d=5,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 4 8 8 completed
        c start 2 - 2 - refused
        c later 2 2 12 12 completed
        d start 5 8 12 12 completed
    """)


def test_who_waits_in_a_bed_takes_no_room_in_the_queue_and_is_never_turned_away():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}, scan: {slots: 1, queue: 0}}
        steps:
          start:  {choose: {by: who, a: {in_bed: 1}, rest: {photo: 1}}}
          in_bed: {at: ward, for: 1 h, then: photo}
          photo:  {at: scan, for: 3 h, hold: yes, else: home, then: home}
        """,
        a=0, b=0, c=2, d=3,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a in_bed 0 0 1 6 completed
        b photo 0 0 3 3 completed
        a photo 1 3 6 6 completed
        c photo 2 - 2 - refused
        d photo 3 - 3 - refused
    """)


def test_patience_runs_from_asking_and_zero_patience_is_answered_at_once():
    run = trace(
        """
        units: {doctor: {slots: 1}}
        steps:
          start: {at: doctor, for: 4 h, patience: {by: who, b: 2 h, c: 0 h, rest: 9 h}, else: home, then: home}
        """,
        a=0, b=1, c=2, d=2,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 - 3 - gave_up
        c start 2 - 2 - refused
        d start 2 4 8 8 completed
    """)


def test_patience_at_the_instant_a_place_comes_free():
    """Rule 12: at the same instant the event with the lower number is first."""
    system = """
        units: {ward: {beds: 1, sector: hospital}}
        steps:
          start: {choose: {by: who, a: {in_bed: 1}, rest: {asks: 1}}}
          in_bed: {at: ward, for: FIRST, then: more}
          more:   {at: ward, for: SECOND, hold: yes, then: home}
          asks:   {at: ward, for: 1 h, patience: 3 h, else: home, then: home}
        """
    place_first = trace(system.replace("FIRST", "0.5 h").replace("SECOND", "3.5 h"), a=0, b=1)
    assert_contacts(place_first, f"""
        {PERSON_AT_STEP}
        a in_bed 0 0 0.5 0.5 completed
        a more 0.5 0.5 4 4 completed
        b asks 1 4 5 5 completed
    """)
    patience_first = trace(system.replace("FIRST", "2 h").replace("SECOND", "2 h"), a=0, b=1)
    assert_contacts(patience_first, f"""
        {PERSON_AT_STEP}
        a in_bed 0 0 2 2 completed
        b asks 1 - 4 - gave_up
        a more 2 2 4 4 completed
    """)


def test_once_called_patience_counts_no_more():
    """The place comes free at 4 h, in the event before patience ends at 4 h: the call stands."""
    run = trace(
        """
        units: {doctor: {slots: 1}}
        steps: {start: {at: doctor, for: 4 h, patience: 3 h, else: home, then: home}}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 4 8 8 completed
        c start 2 - 5 - gave_up
    """)


def test_giving_up_in_a_held_bed_takes_the_bed_along():
    run = trace(
        """
        units: {ward: {beds: 2, sector: hospital}, rehab: {beds: 1, sector: municipality}}
        steps:
          start:  {at: ward, for: 1 h, then: rehab_stay}
          rehab_stay: {at: rehab, for: 20 h, hold: yes, patience: 3 h, else: longer, then: home}
          longer: {at: ward, for: 4 h, hold: yes, then: home}
        """,
        a=0, b=1,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 1 1 completed
        b start 1 1 2 5 completed
        a rehab_stay 1 1 21 21 completed
        b rehab_stay 2 - 5 - gave_up
        b longer 5 5 9 9 completed
    """)


def test_for_is_read_when_care_begins_and_patience_and_priority_when_asked():
    """Rule 15: the hour at which each is looked up."""
    run = trace(
        """
        units: {doctor: {slots: 1}}
        steps:
          start: {at: doctor, for: {by: hour, 0-4: 4 h, rest: 1 h}, patience: {by: hour, 0-2: 9 h, rest: 1 h}, else: home,
                  priority: {by: hour, 0-1: 5, 1-3: 4, rest: 1}, then: home}
        """,
        a=0, b=0.5, c=1, d=2.5,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 0.5 5 6 6 completed
        c start 1 4 5 5 completed
        d start 2.5 - 3.5 - gave_up
    """)
