"""The best of several is found as often as it says, with common luck, and what is clearly bad is soon left."""

import numpy as np
import pytest
from scipy.stats import binom

from pathsim.decide.selection import looks_of, select

TRIALS, CONFIDENCE = 300, 0.9


def toy(means, rng, own=1.0, common=2.0):
    """Normal values with luck of their own, which may differ in spread, and common luck."""
    own = np.broadcast_to(own, len(means))
    y = np.asarray(means)[:, None] + own[:, None] * rng.standard_normal((len(means), 400)) + common * rng.standard_normal(400)
    return lambda some, first, number: y[some, first:first + number]


def enough(right):
    """Not so few that the guarantee would let it happen once in a thousand."""
    return right >= binom.ppf(0.001, TRIALS, CONFIDENCE)


@pytest.mark.parametrize("own", [1.0, np.array([0.5, 1.0, 2.0, 1.0, 0.3])])
def test_the_best_is_chosen_where_all_others_are_just_beyond_delta(own):
    """The slippage configuration, in which it is hardest."""
    rng, delta = np.random.default_rng(1), 0.5
    means = [0.0, *[1.001 * delta] * 4]
    found = [select(toy(means, rng, own), 5, delta, CONFIDENCE, first=5, most=400) for _ in range(TRIALS)]
    assert all(one.finished for one in found)
    assert enough(sum(one.chosen == 0 for one in found))
    best_of_first = sum(int(np.argmin(toy(means, rng, own)([0, 1, 2, 3, 4], 0, 5).mean(axis=1))) == 0 for _ in range(TRIALS))
    assert not enough(best_of_first)  # the toy is hard enough to tell


def test_the_chosen_is_within_delta_where_the_next_best_is_nearer_than_that():
    """0 may lose to 0.4, which may lose to 0.8: a chain that no rule for pairs within delta would stop."""
    rng, delta = np.random.default_rng(2), 0.5
    means = np.array([0.0, 0.4, 0.8, 0.8, 0.8, 0.8])
    found = [select(toy(means, rng), 6, delta, CONFIDENCE, first=5, most=400) for _ in range(TRIALS)]
    assert enough(sum(means[one.chosen] <= delta for one in found))
    assert enough(sum(0 in one.survivors for one in found))


def test_what_is_said_at_the_limit_is_true_as_often_as_it_says():
    rng, means = np.random.default_rng(3), np.array([0.0, 0.3, 0.3, 1.5])
    found = [select(toy(means, rng), 4, 0.05, CONFIDENCE, first=5, most=12) for _ in range(TRIALS)]
    assert sum(one.finished for one in found) < TRIALS / 2
    assert enough(sum(means[one.chosen] <= one.tolerance for one in found))
    assert enough(sum(0 in one.survivors for one in found))


def test_fewer_replications_are_spent_on_what_is_clearly_bad():
    means = [0.0, 0.6, 3.0, 6.0]
    found = [select(toy(means, np.random.default_rng(seed)), 4, 0.3, CONFIDENCE, first=5, most=400) for seed in range(40)]
    used = np.mean([one.used for one in found], axis=0)
    assert used[3] <= used[2] < used[1] / 2 <= used[0] / 2
    assert used[3] < 7


def test_common_luck_saves_replications():
    with_it = [select(toy([0, 0.6, 1.0], np.random.default_rng(seed), 0.5, 3.0), 3, 0.4, first=5, most=400).used.sum() for seed in range(20)]
    alone = [select(toy([0, 0.6, 1.0], np.random.default_rng(seed), 3.0, 0.5), 3, 0.4, first=5, most=400).used.sum() for seed in range(20)]
    assert np.mean(with_it) < np.mean(alone) / 4


def test_only_what_is_left_is_asked_for_and_nothing_twice():
    asked, sample = [], toy([0, 0.5, 4], np.random.default_rng(4))

    def noting(some, first, number):
        asked.append((tuple(some), first, number))
        return sample(some, first, number)

    found = select(noting, 3, 0.2, first=6, most=400)
    assert asked[0] == ((0, 1, 2), 0, 6)
    assert [first for _, first, _ in asked[1:]] == list(found.looks[:len(asked) - 1])
    assert 2 not in asked[-1][0]
    assert found.used.tolist() == [sum(number for some, _, number in asked if one in some) for one in range(3)]
    assert np.isfinite(found.y).sum(axis=1).tolist() == found.used.tolist()


def test_the_largest_is_the_smallest_of_what_is_turned_round():
    means, rng = [0, 1, 2], np.random.default_rng
    up, down = select(toy(means, rng(5)), 3, 0.5, largest=True), select(lambda *a: -toy(means, rng(5))(*a), 3, 0.5)
    assert up.chosen == down.chosen == 2
    assert up.used.tolist() == down.used.tolist()
    assert up.tolerance == down.tolerance


def test_one_alternative_and_equal_ones_need_no_more_than_the_first_look():
    assert select(toy([1.0], np.random.default_rng(6)), 1, 0.1, first=3, most=50).used.tolist() == [3]
    same = select(lambda some, first, number: np.ones((len(some), number)), 3, 0.1, first=3, most=50)
    assert same.finished
    assert same.not_told_apart == (1, 2)
    assert same.used.tolist() == [3, 3, 3]


def test_looks_end_at_the_limit():
    assert looks_of(6, 30)[-1] == 30
    assert looks_of(30, 30) == (30,)
    assert looks_of(2, 7) == (2, 3, 5, 7)


@pytest.mark.parametrize("how", [{"delta": 0.0}, {"confidence": 1.0}, {"first": 1}, {"first": 9, "most": 8}, {"k": 0}])
def test_what_cannot_be_done_is_said(how):
    with pytest.raises(ValueError, match="needs"):
        select(toy([0, 1], np.random.default_rng(7)), **{"k": 2, "delta": 1.0} | how)


def test_a_missing_value_is_no_value():
    with pytest.raises(ValueError, match="must have a value"):
        select(lambda some, first, number: np.full((len(some), number), np.nan), 2, 1.0)
