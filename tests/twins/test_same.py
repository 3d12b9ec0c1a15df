"""The comparison itself: nothing where there is nothing, and the first row where something is."""

import numpy as np
from twins.same import difference
from twins.systems import Case
from twins.twins import run_case

from pathsim.engine import run

SYSTEM = {
    "population": {"citizens": 5}, "attributes": {"ill": 0.5}, "units": {"c": {"slots": 1}},
    "risks": {"r": {"rate": "1 per d", "then": "s"}},
    "steps": {"s": {"at": "c", "for": "6 h", "then": "t"}, "t": {"handover": "practice", "takes": "1 h", "then": "home"}},
}


def record(seed=1):
    return run_case(Case(SYSTEM, "base", 5.0, seed), run)


def test_two_runs_are_the_same():
    assert difference(record(), record()) is None


def test_another_seed_is_told_of():
    assert difference(record(), record(2)).startswith("contacts: row 0 of ")


def test_the_first_row_that_differs_is_told():
    first, second = record(), record()
    second.contacts.loc[3, "begun"] += 1
    second.contacts.loc[5, "asked"] += 1
    assert difference(first, second).startswith(f"contacts: row 3 of {len(first.contacts)} and {len(first.contacts)}: begun ")


def test_a_row_too_many_is_told():
    first = record()
    assert "rows; the first goes on with" in difference(first, first._replace(contacts=first.contacts.iloc[:-1]))


def test_the_last_bit_of_a_number_and_of_the_description_is_told():
    first = record()
    other = first.contacts.assign(complete=np.nextafter(first.contacts["complete"], 2))
    assert "complete" in difference(first, first._replace(contacts=other))
    assert difference(first, first._replace(meta=first.meta | {"horizon": first.meta["horizon"] + 1})).startswith("meta.horizon: ")
    assert difference(first, first._replace(meta=first.meta | {"levers": ["l"]})).startswith("meta.levers: ")


def test_words_are_compared_as_words():
    first = record()
    other = first.contacts.assign(step=first.contacts["step"].cat.rename_categories({"s": "z"}))
    assert difference(first, first._replace(contacts=other)).startswith("contacts: row 0 ")
