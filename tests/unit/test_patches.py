"""Patches: dictionaries merge, values replace, null removes; levers modify, and combine in every way."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathsim.faults import Faults
from pathsim.language import merge, read_all, read_system
from pathsim.language.patches import apply_levers, leaves
from pathsim.language.quantities import HOUR, MINUTE
from pathsim.language.values import Modified
from pathsim.plan import lay_out
from pathsim.plan.units import evaluate

LOGNORMAL = {"lognormal": {"mean": "5 d", "cv": 0.8}}


@pytest.mark.parametrize(("base", "patch", "merged"), [
    ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
    ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
    ({"a": {"x": 1, "y": 2}}, {"a": {"x": None}}, {"a": {"y": 2}}),
    ({"a": 1}, {"a": {"x": 1, "z": None}}, {"a": {"x": 1}}),
    ({"a": {"x": 1}}, {"a": 3}, {"a": 3}),
    ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    ({"a": 1}, {"b": None, "c": {"d": None}}, {"a": 1, "c": {}}),
    # A distribution
    ({"for": LOGNORMAL}, {"for": {"lognormal": {"cv": 1}}}, {"for": {"lognormal": {"mean": "5 d", "cv": 1}}}),
    ({"for": {**LOGNORMAL, "plus": "1 h"}}, {"for": {"exponential": "3 d"}}, {"for": {"exponential": "3 d"}}),
    ({"for": LOGNORMAL}, {"for": {"exponential": "3 d", "lognormal": None}}, {"for": {"exponential": "3 d"}}),
    ({"for": LOGNORMAL}, {"for": "3 d"}, {"for": "3 d"}),
    ({"for": "3 d"}, {"for": LOGNORMAL}, {"for": LOGNORMAL}),
    ({"for": {"value": "3 d", "source": "A"}}, {"for": LOGNORMAL}, {"for": LOGNORMAL}),
    ({"for": {**LOGNORMAL, "times": {"copd": 2}}}, {"for": {"times": {"age": {"85+": 3}}}}, {"for": {**LOGNORMAL, "times": {"copd": 2, "age": {"85+": 3}}}}),
    # A lookup
    ({"n": {"by": "sex", "woman": 1, "man": 2}}, {"n": {"man": 3}}, {"n": {"by": "sex", "woman": 1, "man": 3}}),
    ({"n": {"by": "sex", "woman": 1, "man": 2}}, {"n": {"by": "copd", "yes": 1, "no": 2}}, {"n": {"by": "copd", "yes": 1, "no": 2}}),
    ({"n": {"by": "sex", "woman": 1, "man": 2}}, {"n": {"by": "sex", "man": 3}}, {"n": {"by": "sex", "woman": 1, "man": 3}}),
    ({"n": {"by": "sex", "rest": "3 d"}}, {"n": {"exponential": "1 d"}}, {"n": {"exponential": "1 d"}}),
    ({"n": LOGNORMAL}, {"n": {"by": "sex", "rest": "3 d"}}, {"n": {"by": "sex", "rest": "3 d"}}),
    # A step whose verb changes
    ({"s": {"at": "ward", "for": "1 d", "then": "x"}}, {"s": {"wait": "2 d", "then": "y"}}, {"s": {"wait": "2 d", "then": "y"}}),
    ({"s": {"at": "ward", "for": "1 d", "then": "x"}}, {"s": {"then": "y"}}, {"s": {"at": "ward", "for": "1 d", "then": "y"}}),
    # A number drops its evidence when it is given anew
    ({"n": {"value": 3, "source": "A001", "role": "measured"}}, {"n": 4}, {"n": 4}),
    ({"n": {"value": 3, "source": "A001", "role": "measured"}}, {"n": {"value": 4}}, {"n": {"value": 4}}),
    ({"n": {"value": 3, "source": "A001"}}, {"n": {"note": "checked"}}, {"n": {"value": 3, "source": "A001", "note": "checked"}}),
    # Shares
    ({"choose": {"a": 0.5, "b": "rest"}}, {"choose": {"a": 0.6, "odds": {"a": {"copd": 2}}}}, {"choose": {"a": 0.6, "b": "rest", "odds": {"a": {"copd": 2}}}}),
    ({"choose": {"a": 0.5, "b": "rest"}}, {"choose": {"c": 0.4, "a": None}}, {"choose": {"b": "rest", "c": 0.4}}),
    # Bands of an effect, hours of a unit
    ({"death": {"0-3 d": 2, "3-8 d": 1.5}}, {"death": {"3-8 d": 1.2}}, {"death": {"0-3 d": 2, "3-8 d": 1.2}}),
    ({"open": {"mon-fri": "8-16"}}, {"open": {"sat": "9-12"}}, {"open": {"mon-fri": "8-16", "sat": "9-12"}}),
])  # fmt: skip
def test_merging(base, patch, merged):
    before = copy.deepcopy((base, patch))
    assert merge(base, patch) == merged
    assert (base, patch) == before


KEYS = st.sampled_from(["a", "b", "c", "for", "then", "wait", "by", "value", "lognormal", "exponential"])
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", "5 d", "rest"])
NESTED = st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=2), max_leaves=8)
DATA = st.dictionaries(KEYS, NESTED, max_size=4)


def without_nulls(value):
    return {key: without_nulls(part) for key, part in value.items() if part is not None} if isinstance(value, dict) else value


@given(DATA)
def test_an_empty_patch_changes_nothing(base):
    assert merge(base, {}) == base


@given(DATA, DATA)
def test_a_patch_applied_twice_is_applied_once(base, patch):
    once = merge(base, patch)
    assert merge(once, patch) == once


@given(DATA, DATA)
def test_neither_input_is_changed(base, patch):
    before = copy.deepcopy((base, patch))
    merge(base, patch)
    assert (base, patch) == before


@given(DATA)
def test_over_nothing_a_patch_is_itself_without_its_nulls(patch):
    assert merge({}, patch) == without_nulls(patch)


@given(DATA)
def test_over_itself_a_system_stays_as_it_is(base):
    assert merge(without_nulls(base), without_nulls(base)) == without_nulls(base)


# Modifiers
def test_a_modifier_keeps_the_value_that_it_modifies():
    merged = merge({"for": "20 min"}, {"for": {"times": 0.5}})
    assert isinstance(merged["for"], Modified)
    assert merged["for"] == {"base": "20 min", "times": [0.5], "plus": []}


def test_a_new_value_under_a_modifier_is_modified_too():
    first = merge(merge({"for": "20 min"}, {"for": {"times": 0.5}}), {"for": "30 min"})
    second = merge(merge({"for": "20 min"}, {"for": "30 min"}), {"for": {"times": 0.5}})
    assert first == second


def system(levers, **step):
    return {
        "units": {"clinic": {"slots": 2}},
        "arrivals": {"people": {"rate": "1 per d", "then": "seen"}},
        "attributes": {"copd": 0.5},
        "steps": {"seen": {"at": "clinic", "for": "20 min", "then": "out", **step}, "out": {"leave": "well"}},
        "levers": {name: {"changes": {"steps": {"seen": change}}} for name, change in levers.items()},
    }


def time_of(levers: dict, combination: tuple[str, ...], **step) -> float:
    """How long `seen` lasts when these levers are carried out, in ms."""
    plan = lay_out(read_system(system(levers, **step), "changed"), 3)
    names = [lever.name for lever in plan.levers]
    seen = next(s for s in plan.steps if s.name == "seen")
    time = seen.forms[tuple(sorted(names.index(lever) for lever in combination))].time if combination else seen.time
    value = time.base.value.a if hasattr(time, "base") else time.value.a
    for factor in getattr(time, "times", ()):
        value *= evaluate(factor, -1, 0, "a factor")
    for added in getattr(time, "plus", ()):
        value += evaluate(added, -1, 0, "what is added")
    return value


PLUS_FIRST = {"a": {"for": {"plus": "10 min"}}, "b": {"for": {"times": 0.5}}, "c": {"for": {"times": 3, "plus": "1 h"}}}


@pytest.mark.parametrize(("combination", "expected"), [
    ((), 20 * MINUTE),
    (("a",), 30 * MINUTE),
    (("b",), 10 * MINUTE),
    (("a", "b"), 0.5 * 20 * MINUTE + 10 * MINUTE),
    (("a", "c"), 3 * 20 * MINUTE + 10 * MINUTE + HOUR),
    (("a", "b", "c"), 0.5 * 3 * 20 * MINUTE + 10 * MINUTE + HOUR),
])  # fmt: skip
def test_first_all_times_then_all_plus(combination, expected):
    assert time_of(PLUS_FIRST, combination) == expected


def test_every_combination_of_levers_is_a_form():
    forms = read_system(system(PLUS_FIRST), "changed").forms["steps", "seen"]
    assert sorted(forms) == [("a",), ("a", "b"), ("a", "b", "c"), ("a", "c"), ("b",), ("b", "c"), ("c",)]


def test_a_value_set_by_one_lever_is_modified_by_another():
    levers = {"a": {"for": {"times": 2}}, "b": {"for": "1 h"}}
    assert time_of(levers, ("a", "b")) == 2 * HOUR
    assert time_of(levers, ("b",)) == HOUR


# Two levers, one key
CLASHES = [
    ({"for": "1 h"}, {"for": "2 h"}, "for"),
    ({"for": "1 h"}, {"for": LOGNORMAL}, "for"),
    ({"for": {"exponential": "1 h"}}, {"for": LOGNORMAL}, "for"),
    ({"for": {"lognormal": {"mean": "1 h", "cv": 1}}}, {"for": {"lognormal": {"mean": "2 h", "cv": 1}}}, "for.lognormal.mean"),
    ({"for": {"by": "copd", "yes": "1 h", "no": "2 h"}}, {"for": {"by": "hour", "rest": "2 h"}}, "for"),
    ({"done": {"copd": 0.5}}, {"done": {"copd": {"by": "copd", "yes": 0.3, "no": 0.2}}}, "done.copd"),
    ({"acute": None}, {"acute": True}, "acute"),
    ({"at": "clinic", "then": "home"}, {"wait": "1 d", "then": "home"}, ""),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("one", "other", "key"), CLASHES)
def test_two_levers_that_set_one_key_are_a_fault(one, other, key, turned):
    levers = {"a": other, "b": one} if turned else {"a": one, "b": other}
    with pytest.raises(Faults) as raised:
        read_all(system(levers))
    where = ".".join(filter(None, ["levers.b.changes.steps.seen", key]))
    assert any(fault.where.startswith(where) and "the lever 'a' sets the same key" in fault.message for fault in raised.value.faults)


@pytest.mark.parametrize("first", ["a", "b"])
@pytest.mark.parametrize(("one", "other", "key"), CLASHES[:6])
def test_unless_one_says_over_and_then_it_prevails_wherever_it_stands(one, other, key, first):
    raw = system({"a": one, "b": other})
    raw["levers"]["a"]["over"] = "b"
    raw["levers"] = {name: raw["levers"][name] for name in (first, "ba"[first == "b"])}
    _, forms, faults = apply_levers(raw, list(raw["levers"]))
    assert not faults
    both = next(form for levers, form in forms["steps", "seen"].items() if len(levers) == 2)
    assert both == merge(merge(raw["steps"]["seen"], other), one)


@pytest.mark.parametrize(("one", "other"), [
    ({"for": "1 h"}, {"for": "1 h"}),
    ({"for": "1 h"}, {"priority": 3}),
    ({"for": {"times": 2}}, {"for": {"times": 3}}),
    ({"for": "1 h"}, {"for": {"plus": "1 h"}}),
    ({"done": {"copd": 0.5}}, {"done": {"letter": True}}),
])  # fmt: skip
def test_what_is_no_clash(one, other):
    _, _, faults = apply_levers(system({"a": one, "b": other}), ["a", "b"])
    assert not faults


def test_modifiers_set_nothing():
    assert leaves({"for": {"times": 2}, "then": "x"}, ("steps", "seen")) == {("steps", "seen", "then"): "x"}


def test_units_are_changed_for_all_and_in_the_order_of_the_levers():
    raw = system({"a": {}, "b": {}})
    raw["levers"]["a"]["changes"] = {"units": {"clinic": {"slots": {"plus": 1}}}}
    raw["levers"]["b"]["changes"] = {"units": {"clinic": {"slots": {"times": 2}}}}
    for combination, places in ((["a"], 3.0), (["b"], 4.0), (["a", "b"], 5.0), (["b", "a"], 5.0)):
        raw["care_models"] = {"model": {"levers": combination}}
        assert lay_out(read_system(raw), 3).units[0].places == (places,)


def test_what_a_lever_adds_is_there_only_when_it_is_on():
    raw = system({})
    raw["levers"] = {"a": {"changes": {"steps": {"seen": {"then": "more"}, "more": {"wait": "1 d", "then": "out"}}}}}
    systems = read_all(raw)
    assert "more" not in systems["base"].steps and "more" in systems["changed"].steps
    assert systems["changed"].steps["seen"].then == "out"  # the step itself stays as it was: not all are enrolled
