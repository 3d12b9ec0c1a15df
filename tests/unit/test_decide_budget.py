"""Who pays under the rules of two dates, and what freed capacity is worth."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim.decide.budget import RULES, TOTAL, budget, on
from pathsim.decide.freed import MARGINAL, SAID, WAYS, Share, freed
from pathsim.faults import Faults

QUICK = settings(max_examples=10, deadline=None)
MOVES = [(None, "municipality"), ("2027-01-01", "region")]
COSTS = {
    "ward": {"payer": "region", "operator": "region"},
    "home_nursing": {"payer": "municipality", "operator": "municipality"},
    "acute_team": {"payer": MOVES, "operator": MOVES},
    "psychology": {"payer": "region", "operator": "practice"},
    "club": {"payer": None, "operator": None},
}
MODELS = ["relay", "partnership"]


def amounts(seed, draws=40):
    return np.random.default_rng(seed).gamma(2, 1e6, (draws, len(MODELS), len(COSTS)))


@QUICK
@given(st.integers(0, 10**6), st.sampled_from(["payer", "operator"]))
def test_parties_sum_to_the_total_of_all_units_under_every_rule(seed, who):
    paid = amounts(seed)
    table = budget(paid, MODELS, list(COSTS), COSTS, who)
    for (_, model), rows in table.groupby(["rule", "model"]):
        m = MODELS.index(model)
        total = rows["party"] == TOTAL
        for column, truth in (("value", paid[:, m].sum(axis=1).mean()), ("difference", (paid[:, m] - paid[:, 0]).sum(axis=1).mean())):
            assert rows.loc[total, column].item() == pytest.approx(truth, rel=1e-12, abs=1e-3)
            assert rows.loc[~total, column].sum() == pytest.approx(truth, rel=1e-12, abs=1e-3)
    one, two = (table[(table["party"] == TOTAL) & (table["rule"] == rule)].iloc[:, 3:].to_numpy() for rule in RULES)
    assert np.array_equal(one, two)  # a rule changes no total


def test_a_rule_moves_what_is_dated_and_nothing_else():
    paid = amounts(1)
    table = budget(paid, MODELS, list(COSTS), COSTS).set_index(["party", "rule", "model"])["value"]
    team = paid[:, 1, list(COSTS).index("acute_team")].mean()
    moved = {party: table[party, "2027", "partnership"] - table[party, "2026", "partnership"] for party in ("region", "municipality", "nobody named")}
    assert moved == pytest.approx({"region": team, "municipality": -team, "nobody named": 0.0})


def test_differences_are_paired_by_future_with_the_middle_of_them():
    paid = amounts(2)
    row = budget(paid, MODELS, list(COSTS), COSTS).set_index(["party", "rule", "model"]).loc[("municipality", "2027", "partnership")]
    more = paid[:, 1, 1] - paid[:, 0, 1]
    assert (row.difference, row.difference_low, row.difference_high) == pytest.approx((more.mean(), *np.percentile(more, [2.5, 97.5])))


def test_a_party_that_pays_nothing_any_more_pays_nothing():
    table = budget(amounts(3)[:, :, 2:3], MODELS, ["acute_team"], COSTS)
    rows = table[(table["party"] == "municipality") & (table["rule"] == "2027")]
    assert len(rows) == 2 and (rows[["value", "low", "high", "difference"]] == 0).all(axis=None)


def test_dates_are_read_in_any_order_and_the_day_itself_counts():
    assert [on(MOVES[::-1], day) for day in ("2020-01-01", "2026-12-31", "2027-01-01", "2030-06-01T12:00")] == ["municipality"] * 2 + ["region"] * 2
    assert on([("2027-01-01", "region"), ("2029-01-01", "state")], "2026-01-01") == "region"
    assert {on(MOVES, day) for day in RULES.values()} == {"municipality", "region"}


def test_mistakes_in_a_budget_are_named_together():
    with pytest.raises(Faults) as found:
        budget(np.zeros((3, 2, 1)), MODELS, ["ward", "wrad"], COSTS, "payr")
    assert all(text in str(found.value) for text in ("amounts", "'payer'", "costs.wrad", "'ward'"))
    waits = {"temporary_place": {"payer": "municipality", "operator": "municipality", "waiting": 2000}}
    with pytest.raises(Faults, match="operator of the bed"):
        budget(np.zeros((3, 2, 1)), MODELS, ["temporary_place"], waits, "operator")
    assert len(budget(np.zeros((3, 2, 1)), MODELS, ["temporary_place"], waits, "payer"))


def test_freed_days_are_valued_in_three_ways_from_nothing_to_the_average():
    less = np.random.default_rng(4).normal(-200, 50, 500)
    table = freed({"bed_days": less}, {"bed_days": 5000.0}).set_index("way")
    assert (table["quantity"] == -less.mean()).all() and (table["said"] == "freed").all()
    worth = -less.mean() * 5000
    assert table["value"].to_dict() == pytest.approx({"nothing": 0.0, "marginal": worth * MARGINAL.value, "average": worth})
    assert table.loc["nothing", ["low", "high"]].tolist() == [0, 0]
    low, high = np.percentile(-less * 5000, [2.5, 97.5])
    assert table.loc["marginal", ["low", "high"]].tolist() == pytest.approx([MARGINAL.low * low, MARGINAL.high * high])
    assert table.loc["marginal", "role"] == "assumed"


def test_more_use_is_taken_up_and_the_wider_end_counts_either_way():
    more = np.array([10.0, 20.0, 30.0])
    row = freed({"staff_hours": more}, {"staff_hours": 400.0}, Share(0.5, 0.25, 1.0), "da").set_index("way").loc["marginal"]
    low, high = np.percentile(-more * 400, [2.5, 97.5])
    assert (row.said, row.quantity, row.value) == ("taget i brug", -20, -4000)
    assert (row.low, row.high) == pytest.approx((low, 0.25 * high))


def test_where_use_is_the_same_nothing_is_freed():
    assert set(freed({"bed_days": np.zeros(3)}, {"bed_days": 5000.0}, language="da")["said"]) == {"uændret"}


def test_without_a_price_there_are_days_but_no_kroner():
    table = freed({"bed_days": [-1.0, -2.0]}, {})
    assert (table["quantity"] == 1.5).all() and table["value"].isna().tolist() == [False, True, True]


def test_nothing_is_ever_called_saved():
    said = " ".join(text for words in (*WAYS.values(), *SAID.values()) for text in words.values())
    assert not re.search(r"\bsav(e|ed|ing|ings)\b|spar", said, re.IGNORECASE)


def test_mistakes_of_freed_capacity_are_named_together():
    with pytest.raises(Faults) as found:
        freed({"bed_days": [1.0, 2.0]}, {"bed_days": [1.0, 2.0, 3.0], "beds": 1.0}, Share(0.5, 0.6, 0.7))
    assert all(text in str(found.value) for text in ("marginal", "prices.bed_days", "prices.beds"))
