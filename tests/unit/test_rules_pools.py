"""Rule 14 and the units: whose places they are, sharing, surge, companions, routine load, full and crowded."""

import pytest
from small import assert_contacts, events, trace

TOWNS = {"town": ["east", "west", "west", "west"]}
TOWN = "attributes: {town: {east: 0.5, west: rest}, area: {by: town, rest: funen}}"


@pytest.mark.parametrize("places", ["slots: {by: town, east: 1, west: 2}", "slots: 1, per: town"])
def test_each_town_has_places_of_its_own(places):
    run = trace(
        f"""
        attributes: {{town: {{east: 0.5, west: rest}}}}
        units: {{nurse: {{{places}}}}}
        steps: {{start: {{at: nurse, for: 4 h, then: home}}}}
        """,
        facts=TOWNS, a=0, b=0, c=1, d=2,
    )
    two = "per" not in places
    assert_contacts(run, f"""
        person pool asked begun ended back
        a east 0 0 4 4
        b west 0 0 4 4
        c west 1 {"1 5 5" if two else "4 8 8"}
        d west 2 {"4 8 8" if two else "8 12 12"}
    """)


def test_shared_places_are_added_up():
    run = trace(
        TOWN + """
        units: {nurse: {slots: {by: town, east: 1, west: 1}, shared_by: area}}
        steps: {start: {at: nurse, for: 4 h, then: home}}
        """.replace("\n        ", "\n"),
        facts=TOWNS, a=0, b=0, c=1, d=2,
    )
    assert_contacts(run, """
        person pool asked begun ended
        a funen 0 0 4
        b funen 0 0 4
        c funen 1 4 8
        d funen 2 4 8
    """)
    assert run.meta["units"]["nurse"]["places"] == {"funen": 2.0}


def test_own_first_a_place_goes_to_those_whose_it_is():
    """East's place, free at 4 h, goes to d of east before c of west, who asked first."""
    run = trace(
        TOWN + """
        units: {nurse: {slots: {by: town, east: 1, west: 1}, shared_by: area, own_first: yes}}
        steps: {start: {at: nurse, for: {by: who, a: 4 h, b: 6 h, rest: 1 h}, then: home}}
        """.replace("\n        ", "\n"),
        facts={"town": ["east", "west", "west", "east", "west"]}, a=0, b=0, c=1, d=2, e=3,
    )
    assert_contacts(run, """
        person asked begun ended
        a 0 0 4
        b 0 0 6
        c 1 5 6
        d 2 4 5
        e 3 6 7
    """)


def test_own_first_a_free_place_of_the_others_is_taken_rather_than_none():
    run = trace(
        TOWN + """
        units: {nurse: {slots: {by: town, east: 1, west: 1}, shared_by: area, own_first: yes}}
        steps: {start: {at: nurse, for: 4 h, then: home}}
        """.replace("\n        ", "\n"),
        facts=TOWNS, b=0, c=1, d=2, a=3,
    )
    assert_contacts(run, """
        person asked begun ended
        b 0 0 4
        c 1 1 5
        d 2 4 8
        a 3 5 9
    """)


def test_which_unit_is_settled_when_asking_and_stays():
    """Moving house in the queue changes nothing: the place was asked for in east."""
    run = trace(
        """
        attributes: {town: {east: 0.5, west: rest}}
        units: {ward: {beds: 1, per: town, sector: hospital}}
        tasks: {moves: {then: move, after: 1 h}}
        steps:
          start: {do: {moves: {by: who, b: yes, rest: no}}, then: bed}
          move:  {do: {town: west}, then: end}
          bed:   {at: ward, for: 4 h, then: again}
          again: {at: ward, for: 2 h, then: home}
        """,
        facts={"town": ["east", "east"]}, a=0, b=0,
    )
    assert_contacts(run, """
        person step pool asked begun ended back
        a bed east 0 0 4 4
        b bed east 0 4 8 8
        a again east 4 8 10 10
        b again west 8 8 10 10
    """)


def test_surge_places_beyond_the_staffed_ones_with_what_they_do():
    run = trace(
        """
        units: {ward: {beds: 1, sector: hospital, surge: {places: 1, done: {crowding: yes}}}}
        risks: {infection: {rate: 0.000001 per y}}
        effects: {crowding: {infection: {0-1 d: 2}}}
        steps: {start: {at: ward, for: 4 h, then: home}}
        """,
        a=0, b=1, c=2, d=4.5,
    )
    assert_contacts(run, """
        person asked begun ended in_surge
        a 0 0 4 no
        b 1 1 5 yes
        c 2 4 8 yes
        d 4.5 5 9 yes
    """)
    assert events(run, "effect") == [("b", 1.0, "crowding", "-"), ("c", 4.0, "crowding", "-"), ("d", 5.0, "crowding", "-")]


def test_a_second_unit_is_taken_after_the_first_which_is_held_meanwhile():
    run = trace(
        """
        units: {theatre: {slots: 1}, surgeon: {slots: 1}}
        steps:
          start:     {choose: {by: who, a: {talk: 1}, b: {operation: 1}, c: {prepared: 1}}}
          talk:      {at: surgeon, for: 3 h, then: home}
          operation: {at: theatre, with: surgeon, for: 2 h, then: home}
          prepared:  {at: theatre, for: 1 h, then: home}
        """,
        a=0, b=1, c=2,
    )
    assert_contacts(run, """
        person step unit joint asked begun ended back how
        a talk surgeon no 0 0 3 3 completed
        b operation theatre no 1 3 5 5 completed
        b operation surgeon yes 1 3 5 5 completed
        c prepared theatre no 2 5 6 6 completed
    """)


def test_a_held_bed_with_a_companion_goes_on_in_the_bed_and_leaves_nothing_behind():
    """Rule 9 with two units: the bed is the same one, also for who is displaced while waiting for the second."""
    run = trace(
        """
        units: {ward: {beds: 2, sector: hospital}, surgeon: {slots: 1}}
        steps:
          start:     {choose: {by: who, a: {talk: 1}, rest: {bed: 1}}}
          talk:      {at: surgeon, for: 5 h, then: home}
          bed:       {at: ward, for: 1 h, then: operation}
          operation: {at: ward, with: surgeon, for: 2 h, hold: yes, then: home}
        """,
        a=0, b=0, c=1, d=2,
    )
    assert_contacts(run, """
        person step unit asked begun ended back how
        a talk surgeon 0 0 5 5 completed
        b bed ward 0 0 1 5 completed
        c bed ward 1 1 2 7 completed
        b operation ward 1 5 7 7 completed
        b operation surgeon 1 5 7 7 completed
        d bed ward 2 7 8 9 completed
        c operation ward 2 7 9 9 completed
        c operation surgeon 2 7 9 9 completed
        d operation ward 8 9 11 11 completed
        d operation surgeon 8 9 11 11 completed
    """)


def test_routine_work_takes_slots_from_day_0():
    """Two people of 21 h a week each: a quarter of a slot round the clock, a whole one in 42 opening hours."""
    run = trace(
        """
        units: {nurse: {slots: 2, open: {mon-sat: 8-15}, routine: {regular: 21 h per w}}}
        groups: {regular: {who: [a, b]}}
        steps: {start: {at: nurse, for: 4 h, then: home}}
        """,
        a=8, b=8, c=8,
    )
    assert run.meta["units"]["nurse"]["places"] == 1.0
    assert_contacts(run, """
        person asked begun ended
        a 8 8 12
        b 8 12 16
        c 8 32 36
    """)


def test_full_and_crowded_are_asked_at_that_moment():
    run = trace(
        """
        units: {ward: {beds: 2, sector: hospital, crowded: 0.5}}
        steps:
          start: {choose: {by: crowded, ward: {second: 1}, rest: {bed: 1}}}
          second: {choose: {by: full, ward: {waits: 1}, rest: {bed: 1}}}
          bed:   {at: ward, for: 4 h, then: home}
          waits: {wait: {by: crowded, ward: 3 h, rest: 1 h}, then: home}
        """,
        a=0, b=1, c=2, d=4.5,
    )
    assert_contacts(run, """
        person step begun ended
        a bed 0 4
        b bed 1 5
        c waits 2 5
        d bed 4.5 8.5
    """)


def test_staff_travel_takes_the_slot_and_patient_travel_only_the_patient():
    run = trace(
        """
        units: {nurse: {slots: 1, staff_travel: 1 h, patient_travel: {by: who, a: 30 min, rest: 2 h}}}
        steps: {start: {at: nurse, for: 2 h, then: home}}
        """,
        a=0, b=1,
    )
    assert_contacts(run, """
        person asked begun ended back patient_travel
        a 0 0 3 3 0.5
        b 1 3 6 6 2
    """)
