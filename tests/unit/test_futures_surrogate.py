"""The surrogate: exact where the truth is a polynomial, and honest about its error where it is not."""

from functools import reduce

import numpy as np
import pytest
from scipy import stats

from pathsim.faults import Faults
from pathsim.study.futures import surrogate as s
from pathsim.study.futures.surrogate import CHANCE, POOR, USABLE, basis, fit, plain, predict, shrunken

NAMES = ["a", "b", "c", "d"]


def truth(z):
    return 3 + 2 * z[:, 0] - z[:, 1] + 0.5 * (z[:, 2] ** 2 - 1) / np.sqrt(2) + 0.7 * z[:, 0] * z[:, 3]


def cubic(z):
    """Of variance 1, and at right angles to all terms of a surrogate."""
    return (z[:, 0] ** 3 - 3 * z[:, 0]) / np.sqrt(6)


def points(seed, n=300, inputs=4):
    return np.random.default_rng(seed).standard_normal((n, inputs))


def test_a_polynomial_without_luck_is_found_exactly():
    z = points(1)
    found = fit(z, truth(z), NAMES, 0.0)
    there = dict(zip(found.terms, found.coefficients, strict=True))
    expected = {(): 3, (0,): 2, (1,): -1, (2, 2): 0.5, (0, 3): 0.7}
    assert {term: there.pop(term) for term in expected} == pytest.approx(expected, abs=1e-10)
    assert np.abs(list(there.values())).max() < 1e-10
    assert found.quality.q2 == pytest.approx(1) and found.quality.usable
    new = points(2, 50)
    assert predict(found, new).mean == pytest.approx(truth(new), abs=1e-9)


def test_the_terms_are_orthonormal():
    """By Gauss-Hermite quadrature, exact for these degrees."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    z = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    w = np.outer(weights, weights).ravel() / weights.sum() ** 2
    at = basis(z, [(), (0,), (1,), (0, 0), (1, 1), (0, 1)])
    assert at.T @ (at * w[:, None]) == pytest.approx(np.eye(6), abs=1e-12)


def test_the_error_is_that_of_leaving_each_draw_out():
    z = points(3, 60, 2)
    y = z[:, 0] + cubic(z) + points(4, 60, 1)[:, 0]
    found = fit(z, y, ["a", "b"])
    at, missed, around = basis(z, found.terms), [], []
    for i in range(60):
        rest = np.arange(60) != i
        missed.append(y[i] - at[i] @ np.linalg.lstsq(at[rest], y[rest], rcond=None)[0])
        around.append(y[i] - y[rest].mean())
    assert found.quality.raw == pytest.approx(1 - np.mean(np.square(missed)) / np.mean(np.square(around)))
    assert found.quality.q2 == pytest.approx(found.quality.raw)


def test_luck_is_taken_out_of_the_share_that_is_foretold():
    """Expected variance 4 + 1 + .25 + .49 = 5.74, a lack of 1 beside it, and luck of variance 4. In 120 studies the told share covers the
    share that this very polynomial foretells of new futures, and by how much it misses is told right."""
    luck, n, covered, shares, lacks, raw = 4.0, 300, 0, [], [], []
    new = points(999, 4000)
    seen = truth(new) + cubic(new)
    for seed in range(120):
        z = points(seed, n)
        y = truth(z) + cubic(z) + np.sqrt(luck) * np.random.default_rng(seed + 5000).standard_normal(n)
        found = fit(z, y, NAMES, luck)
        miss = np.mean((seen - predict(found, new).mean) ** 2)
        real = 1 - miss / 6.74
        covered += found.quality.low <= real <= found.quality.high
        shares.append(found.quality.q2 - real)
        lacks.append(found.quality.lack - miss)
        raw.append(found.quality.raw)
    assert abs(np.mean(shares)) < 4 * np.std(shares) / np.sqrt(120) + 0.01  # a ratio leans by some 1 / n
    assert abs(np.mean(lacks)) < 4 * np.std(lacks) / np.sqrt(120)
    assert np.mean(raw) < 0.6  # what would be told were luck left in
    assert covered >= stats.binom.ppf(0.001, 120, 0.95)


def test_it_says_when_it_is_not_to_be_used():
    z, luck = points(6, 400), np.random.default_rng(7).standard_normal(400)
    assert fit(z, truth(z) + luck, NAMES, 1.0).quality.word == USABLE
    poor = fit(z, z[:, 0] + 2 * cubic(z) + luck, NAMES, 1.0).quality
    assert poor.word == POOR and not poor.usable
    nothing = fit(z, luck, NAMES, 1.0).quality
    assert nothing.word == CHANCE and np.isnan(nothing.q2)
    assert fit(z, np.full(400, 0.1), NAMES).quality.word == CHANCE


def test_products_of_nothing_seldom_come_in():
    """Of 45 products at a level of 5 %; a study is independent of the others."""
    some = sum(any(len(set(term)) == 2 for term in fit(points(seed, 150, 10), points(seed + 1000, 150, 1)[:, 0], list("abcdefghij")).terms)
               for seed in range(150))
    assert some <= stats.binom.ppf(0.999, 150, s.ENTRY)


def test_the_standard_error_covers_the_polynomial():
    """Also where luck is larger for some draws than for others."""
    at, covered = np.array([[1.5, -1.0, 0.5, 1.0]]), 0
    for seed in range(200):
        z = points(seed, 300)
        unlike = (0.5 + np.abs(z[:, 0])) * np.random.default_rng(seed + 3000).standard_normal(300)
        found = fit(z, truth(z) + unlike, NAMES)
        told = predict(found, at)
        covered += abs(told.mean[0] - truth(at)[0]) <= 1.96 * told.error[0]
    assert covered >= stats.binom.ppf(0.001, 200, 0.93)  # somewhat less than 95 %: one term in a hundred is not chosen


def test_few_draws_and_many_inputs():
    z = points(8, 60, 20)
    found = fit(z, 3 * z[:, 4] + 0.1 * points(9, 60, 1)[:, 0], [f"x{i}" for i in range(20)])
    assert (4,) in found.terms and len(found.terms) <= 60 / s.DRAWS_A_TERM and found.quality.usable


def test_draws_without_a_value_are_left_out():
    z = points(10, 100)
    y, luck = truth(z), np.full(100, 0.5)
    luck[40:] = 0.25
    y[:40] = np.nan
    one, other = fit(z, y, NAMES, luck), fit(z[40:], y[40:], NAMES, 0.25)
    assert one.terms == other.terms and one.quality == other.quality and one.quality.chance == 0.25


def test_probabilities_from_shrunken_values_do_not_lean():
    """Expected values with a share above zero that is known; what is seen has luck three times as wide."""
    z = points(11, 4000, 2)
    lack = np.random.default_rng(12).standard_normal(4000)
    expected = 1.5 + z[:, 0] + lack
    y = expected + np.sqrt(12) * np.random.default_rng(13).standard_normal(4000)
    told = shrunken(fit(z, y, ["a", "b"], 12.0), z, y, 12.0)
    p = stats.norm.cdf(told.mean / told.spread).mean()
    real = stats.norm.cdf(1.5 / np.sqrt(2))
    assert abs(p - real) < 0.02
    assert (y > 0).mean() < real - 0.1
    assert np.corrcoef(told.mean, expected)[0, 1] > np.corrcoef(y, expected)[0, 1]
    assert shrunken(fit(z, y, ["a", "b"], 12.0), z, np.where(z[:, 0] > 0, np.nan, y), 12.0).spread.max() == pytest.approx(told.spread.max(), rel=0.4)


def test_the_plain_terms_give_the_same_values():
    z = points(14)
    found = fit(z, truth(z) + points(15, 300, 1)[:, 0], NAMES, 1.0)
    told, at = plain(found), dict(zip(NAMES, z[0], strict=True))

    def value(inputs):
        if len(inputs) == 2 and inputs[0] == inputs[1]:
            return (at[inputs[0]] ** 2 - 1) / np.sqrt(2)
        return reduce(lambda product, name: product * at[name], inputs, 1.0)

    assert sum(term["coefficient"] * value(term["inputs"]) for term in told["terms"]) == pytest.approx(predict(found, z[:1]).mean[0], rel=1e-4)
    assert told["verdict"] == USABLE and told["q2"] == round(found.quality.q2, 4)


@pytest.mark.parametrize(("z", "y", "said"), [
    (np.zeros((50, 3)), np.zeros(50), "shape (50, 3)"), (np.full((50, 4), np.nan), np.zeros(50), "finite"),
    (np.zeros((50, 4)), np.full(50, np.nan), "0 draws have a value"), (points(1, 50) * [1, 1, 0, 1], np.zeros(50), "c: the same in all draws"),
])
def test_faults(z, y, said):
    with pytest.raises(Faults) as found:
        fit(z, y, NAMES)
    assert said in str(found.value)
