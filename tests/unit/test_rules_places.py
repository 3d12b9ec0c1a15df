"""Rules 2 and 6 to 9: places taken, held and given back."""

from small import assert_contacts, trace

PERSON_AT_STEP = "person step asked begun ended back how"


def test_a_place_given_back_goes_at_once_to_the_head_of_the_queue():
    run = trace(
        """
        units: {clinic: {slots: 1}}
        steps: {start: {at: clinic, for: 3 h, then: home}}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 3 3 completed
        b start 1 3 6 6 completed
        c start 2 6 9 9 completed
    """)


def test_a_bed_is_held_until_the_next_bed_is_obtained():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}, rehab: {beds: 1, sector: municipality}}
        steps:
          start:      {at: ward, for: 4 h, then: rehab_stay}
          rehab_stay: {at: rehab, for: 10 h, hold: yes, then: home}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 4 8 14 completed
        c start 2 14 18 24 completed
        a rehab_stay 4 4 14 14 completed
        b rehab_stay 8 14 24 24 completed
        c rehab_stay 18 24 34 34 completed
    """)


def test_without_hold_the_bed_is_given_back_before_the_next_is_asked_for():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}, rehab: {beds: 1, sector: municipality}}
        steps:
          start:      {at: ward, for: 4 h, then: rehab_stay}
          rehab_stay: {at: rehab, for: 10 h, then: home}
        """,
        a=0, b=1,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 4 8 8 completed
        a rehab_stay 4 4 14 14 completed
        b rehab_stay 8 14 24 24 completed
    """)


def test_two_exits_of_one_ward_one_waits_in_the_bed_and_one_does_not():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}}
        steps:
          start:   {at: ward, for: 4 h, then: exit}
          exit:    {choose: {by: who, a: {held: 1}, rest: {at_home: 1}}}
          held:    {wait: 2 h, hold: yes, then: home}
          at_home: {wait: 2 h, hold: yes, where: home, then: home}
        """,
        a=0, b=1, c=1,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 6 completed
        b start 1 6 10 10 completed
        c start 1 10 14 14 completed
        a held 4 4 6 6 completed
        b at_home 10 10 12 12 completed
        c at_home 14 14 16 16 completed
    """)


def test_a_message_is_awaited_in_the_bed_only_if_it_says_so():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}}
        steps:
          start:  {at: ward, for: 4 h, then: exit}
          exit:   {choose: {by: who, a: {held: 1}, rest: {free: 1}}}
          held:   {handover: municipality, takes: 2 h, hold: yes, then: home}
          free:   {handover: municipality, takes: 2 h, then: home}
        """,
        a=0, b=1, c=1,
    )
    assert_contacts(run, """
        person step kind asked begun ended back complete
        a start at 0 0 4 6 -
        b start at 1 6 10 10 -
        c start at 1 10 14 14 -
        a held handover 4 4 6 6 1.0
        b free handover 10 10 12 12 1.0
        c free handover 14 14 16 16 1.0
    """)


def test_a_slot_is_held_for_a_bed_and_for_a_slot():
    run = trace(
        """
        units: {triage: {slots: 1}, doctor: {slots: 1}, ward: {beds: 1, sector: hospital}}
        steps:
          start:  {at: triage, for: 1 h, then: seen}
          seen:   {at: doctor, for: 2 h, hold: yes, then: ward_stay}
          ward_stay: {at: ward, for: 5 h, hold: yes, then: home}
        """,
        a=0, b=0,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 1 1 completed
        b start 0 1 2 3 completed
        a seen 1 1 3 3 completed
        b seen 2 3 5 8 completed
        a ward_stay 3 3 8 8 completed
        b ward_stay 5 8 13 13 completed
    """)


def test_a_visit_from_a_bed_keeps_the_bed_and_goes_on_in_it():
    """Rules 8 and 9: the slot ends with the visit, and nobody overtakes whoever has the bed."""
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}, xray: {slots: 1}}
        steps:
          start: {at: ward, for: 4 h, then: photo}
          photo: {at: xray, for: 1 h, hold: yes, then: again}
          again: {at: ward, for: 3 h, hold: yes, then: home}
        """,
        a=0, b=1,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 5 completed
        b start 1 8 12 13 completed
        a photo 4 4 5 5 completed
        a again 5 5 8 8 completed
        b photo 12 12 13 13 completed
        b again 13 13 16 16 completed
    """)


def test_without_hold_one_queues_anew_for_ones_own_unit():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital}}
        steps:
          start: {at: ward, for: 4 h, then: again}
          again: {at: ward, for: 3 h, then: home}
        """,
        a=0, b=1,
    )
    assert_contacts(run, f"""
        {PERSON_AT_STEP}
        a start 0 0 4 4 completed
        b start 1 4 8 8 completed
        a again 4 8 11 11 completed
        b again 8 11 14 14 completed
    """)
