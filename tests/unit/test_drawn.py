"""Uncertain numbers: what a range means, and that draws keep to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pathsim.evidence.drawn import draws, replaced
from pathsim.evidence.numbers import numbers
from pathsim.inputs.spread import spread, uncertain


def number(path, value, low, high, covers=0.9):
    raw = {"value": value, "range": [low, high], "covers": covers}
    for part in reversed(path.split(".")):
        raw = {part: raw}
    [found] = numbers(raw)
    return found


def test_the_range_is_where_it_says():
    z = stats.norm.ppf(0.95)
    factor = spread(number("levers.a.changes.effects.seen.fall.0-30 d", 0.72, 0.38, 1.35))
    assert [factor(x) for x in (-z, 0, z)] == pytest.approx([0.38, 0.72, 1.35], rel=1e-5)
    time = spread(number("steps.stay.wait", "4 d", "2 d", "6 d", 0.5))
    half = stats.norm.ppf(0.75)
    assert [time(x) for x in (-half, 0, half)] == ["2 d", "4 d", "6 d"]
    assert spread(number("steps.stay.wait", "4 d", "2 d", "6 d", "guess"))(z) == "6 d"


@given(st.floats(-6, 6))
def test_a_share_stays_a_share_and_a_factor_positive(z):
    assert 0 <= spread(number("levers.a.reach", 0.67, 0.43, 0.86))(z) <= 1
    assert spread(number("levers.a.changes.effects.seen.fall.0-30 d", 0.72, 0.38, 1.35))(z) > 0
    assert spread(number("levers.a.enrolled.need", 0.4, 0.0, 0.9))(z) >= 0


def test_a_range_that_does_not_say_what_it_covers_is_no_uncertainty():
    silent = numbers({"units": {"ward": {"beds": {"value": 4, "range": [3, 6]}}}})
    assert uncertain(silent) == [] and draws(silent, 3, 1) == [{}, {}, {}]


def test_draws_are_keyed_by_name_and_some_go_together():
    one = [number("levers.a.fidelity", 0.5, 0.2, 0.8), number("levers.b.fidelity", 0.5, 0.2, 0.8)]
    apart, joint = draws(one, 400, 1), draws(one, 400, 1, ["levers.*.fidelity"])
    assert all(row["levers.a.fidelity"] == row["levers.b.fidelity"] for row in joint)
    r = np.corrcoef([row["levers.a.fidelity"] for row in apart], [row["levers.b.fidelity"] for row in apart])[0, 1]
    assert abs(r) < 0.16  # three standard errors and more: a false alarm in 700
    assert draws(one[:1], 5, 1) == [{"levers.a.fidelity": row["levers.a.fidelity"]} for row in draws(one, 5, 1)]  # another number shifts none
    inside = np.mean([0.2 <= row["levers.a.fidelity"] <= 0.8 for row in apart])
    assert 0.85 <= inside <= 0.95  # binomial(400, 0.9)


def test_values_are_put_in_their_places():
    raw = {"levers": {"a": {"reach": {"value": 0.5, "range": [0.2, 0.8], "covers": 0.9, "role": "assumed"}, "fidelity": 1}}}
    assert replaced(raw, numbers(raw), {"levers.a.reach": 0.3}) == {"levers": {"a": {"reach": 0.3, "fidelity": 1}}}
