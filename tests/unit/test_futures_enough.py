"""The rule that says when more draws would not change the verdict: how often it is wrong, and what it says near a boundary."""

import numpy as np
import pytest
from scipy import stats

from pathsim.faults import Faults
from pathsim.study.futures.enough import (
    BOUNDS,
    CATEGORIES,
    DANISH,
    EDGE,
    ERROR,
    OPEN,
    SETTLED,
    bounds,
    category,
    enough,
    history,
    judge,
    settled,
    won,
)
from pathsim.study.futures.verdict import said

LOOKS = np.arange(50, 3001, 50)
STUDIES = 2000


def sums(p, seed, draws=LOOKS):
    """[study, look]: how many were better at each look."""
    return np.random.default_rng(seed).binomial(np.diff(draws, prepend=0), p, (STUDIES, len(draws))).cumsum(axis=1)


def wrong(found, p, draws=LOOKS):
    """Studies in which, at any look, another word than that of p is called settled."""
    return int((settled(found, draws) & (np.searchsorted(BOUNDS, found / draws, side="right") != category(p))).any(axis=1).sum())


@pytest.mark.parametrize("p", [0.9499, 0.95, 0.7999, 0.8, 0.2001, 0.0499, 0.9, 0.5])
def test_it_seldom_stops_at_the_wrong_word(p):
    """60 looks. The worst place is just beside a boundary; the bound is that of the claim."""
    assert wrong(sums(p, 1), p) <= stats.binom.ppf(0.999, STUDIES, ERROR)


def test_a_rule_for_one_look_would_break_the_bound():
    """Some of the same studies, judged at each look as if it were the only one: so the test above can fail."""
    found = sums(0.9499, 1)[:500]
    alone = stats.beta.sf(0.95, 0.5 + found, 0.5 + LOOKS - found) >= 1 - ERROR
    assert alone.any(axis=1).sum() > 2 * stats.binom.ppf(0.999, 500, ERROR)


def test_the_bound_holds_for_probabilities_as_for_signs():
    """Values between 0 and 1 with a mean just under .95."""
    values = np.random.default_rng(2).beta(0.9499 / 2, 0.0501 / 2, (400, 3000)).cumsum(axis=1)[:, LOOKS - 1]
    assert wrong(values, 0.9499) <= stats.binom.ppf(0.999, 400, ERROR)


def test_the_interval_holds_p_at_all_looks_together():
    found = sums(0.9, 3)
    missed = (won(found, LOOKS, 0.9) >= -np.log(ERROR)).any(axis=1).sum()
    assert missed <= stats.binom.ppf(0.999, STUDIES, ERROR)
    low, high = bounds(90.0, 100)
    assert won(90.0, 100, np.array([low, high])) == pytest.approx(-np.log(ERROR), abs=1e-6)
    assert bounds(0.0, 100)[0] == 0 and bounds(100.0, 100)[1] == 1 and 0 < bounds(0.0, 100)[1] < 0.1


def test_settled_is_that_all_of_the_interval_reads_the_same():
    for n in (30, 200, 1500):
        for better in np.linspace(0, n, 31).round():
            low, high = bounds(better, n)
            assert settled(better, n) == (category(low) == category(high)), (better, n)


def test_it_stops_where_the_word_is_clear():
    found = {p: settled(sums(p, 4), LOOKS) for p in (0.995, 0.88, 0.5)}
    assert found[0.995][:, LOOKS <= 1000].any(axis=1).mean() > 0.9
    assert found[0.88][:, LOOKS <= 1000].any(axis=1).mean() > 0.8
    assert found[0.5][:, LOOKS <= 200].any(axis=1).mean() > 0.95
    assert not settled(2.0, 2) and not settled(10.0, 10)


def test_how_many_more_is_roughly_right():
    """At 100 draws of which 1 is worse: the told number settles it if p stays, and half of it does not."""
    row = np.ones(100)
    row[7] = 0
    (found,) = judge(row, ["bed_days"])
    assert found.state == OPEN and found.more > 0
    assert settled((100 + found.more) * 0.99, 100 + found.more) and not settled((100 + found.more / 2) * 0.99, 100 + found.more / 2)
    assert f"roughly {found.more:.0f} more" in found.english and f"cirka {found.more:.0f} flere" in found.danish


def test_on_a_boundary_it_says_that_it_may_never_settle():
    row = np.tile([1.0] * 19 + [0.0], 50)
    (found,) = judge(row, ["bed_days"], {"bed_days": ("Bed days", "Sengedage")})
    assert found.state == EDGE and np.isnan(found.more) and enough([found])
    assert "likely to very likely" in found.english and "may never settle" in found.english and "the same on both sides" in found.english
    assert found.danish.startswith("Sengedage") and "sandsynligt til meget sandsynligt" in found.danish and "95,0" in found.danish
    (other,) = judge(np.append(row[1:], 0.0), ["bed_days"])  # on the other side of the boundary
    assert other.category != found.category
    assert other.english.split("(")[0].split("is better")[1] == found.english.split("(")[0].split("is better")[1]


def test_few_draws_near_a_boundary_are_not_a_reason_to_stop():
    (found,) = judge(np.array([1.0] * 19 + [0.0]), ["bed_days"])
    assert found.state == OPEN and not enough([found]) and "may never be" in found.english


def test_looks_in_their_order():
    rng = np.random.default_rng(5)
    better = np.stack([rng.random(600) < 0.5, rng.random(600) < 0.9]).astype(float)
    better[1, 300:] = np.nan
    table = history(better, ["a", "b"], [100, 300, 600])
    assert table["look"].tolist() == [100, 100, 300, 300, 600, 600] and table["draws"].tolist() == [100, 100, 300, 300, 600, 300]
    assert table["p"].tolist()[:2] == better[:, :100].mean(axis=1).tolist()
    assert table.loc[2, "state"] == SETTLED and table.loc[2, "more"] == 0 and table.loc[2, "change"] < 1e-6
    assert 0 < table.loc[1, "change"] < 1


def test_the_error_is_shared_between_indicators():
    row = (np.random.default_rng(6).random(300) < 0.9).astype(float)
    (alone,), three = judge(row, ["a"]), judge(np.stack([row] * 3), ["a", "b", "c"])
    assert three[0].low < alone.low and three[0].high > alone.high
    assert (three[0].low, three[0].high) == bounds(row.sum(), 300, ERROR / 3)


def test_the_words_are_those_of_the_verdict():
    assert all(CATEGORIES[category(p)] == said(p, "higher") for p in np.linspace(0, 1, 101))
    assert set(DANISH) == set(CATEGORIES)


def test_nothing_and_nonsense():
    (found,) = judge(np.full((1, 5), np.nan), ["a"])
    assert found.draws == 0 and found.state == OPEN
    with pytest.raises(Faults, match="from 0 to 1"):
        judge(np.array([[0.5, 1.2]]), ["a"])
    with pytest.raises(Faults, match="2 rows for 1 indicators"):
        judge(np.ones((2, 5)), ["a"])
