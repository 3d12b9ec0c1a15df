"""What matters: indices that are known from theory, Morris and one-way changes that can be worked out by hand."""

import sys

import numpy as np
import pytest
from scipy import stats

from pathsim.faults import Faults
from pathsim.study.futures.sensitivity import (
    REACH,
    Design,
    indices,
    morris_design,
    morris_effects,
    one_way,
    one_way_design,
    sobol_check,
)
from pathsim.study.futures.surrogate import fit

NAMES = ["a", "b", "c", "d"]
INNER = stats.norm.ppf(2 / 3 * stats.norm.cdf(REACH) + 1 / 3 * stats.norm.cdf(-REACH))
STEP = 1.5 * (INNER + REACH)  # of z in a Morris move, scaled to the whole range; the same from all levels


def truth(z):
    """Variances: 4 of a, 1 of b, .5 of c (squared), 1.5 of a and c together; none of d."""
    return 2 * z[:, 0] + z[:, 1] + np.sqrt(0.5) * (z[:, 2] ** 2 - 1) / np.sqrt(2) + np.sqrt(1.5) * z[:, 0] * z[:, 2]


FIRST = {"a": 4 / 7, "b": 1 / 7, "c": 0.5 / 7, "d": 0}
TOTAL = {"a": 5.5 / 7, "b": 1 / 7, "c": 2 / 7, "d": 0}


def studied(seed, n=300, luck=0.0):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 4))
    return fit(z, truth(z) + np.sqrt(luck) * rng.standard_normal(n), NAMES, luck)


def test_indices_are_exact_where_the_truth_is_a_polynomial():
    table = indices(studied(1), {"a": "beds", "c": "beds", "b": "staff"}).set_index(["kind", "name"])
    for name in NAMES:
        assert table.loc[("input", name), "first"] == pytest.approx(FIRST[name], abs=1e-9)
        assert table.loc[("input", name), "total"] == pytest.approx(TOTAL[name], abs=1e-9)
    assert table.loc[("group", "beds"), ["first", "total"]].tolist() == pytest.approx([6 / 7, 6 / 7])
    assert table.loc[("group", "staff"), ["first", "total"]].tolist() == pytest.approx([1 / 7, 1 / 7])
    assert list(table.loc["input"].index[:2]) == ["a", "c"]


def test_a_group_holds_what_its_members_do_together_first():
    table = indices(studied(1), {"a": "beds", "b": "staff", "c": "staff"}).set_index("name")
    assert table.loc["beds", ["first", "total"]].tolist() == pytest.approx([4 / 7, 5.5 / 7])


def test_intervals_hold_the_truth_and_luck_does_not_lean_the_indices():
    """80 studies with as much luck as there is to explain: each of eight intervals, and the mean of each index."""
    covered, found = np.zeros((2, 4)), []
    for seed in range(80):
        table = indices(studied(seed, 200, 7.0), seed=seed).set_index("name").loc[NAMES]
        for k, (key, real) in enumerate((("first", FIRST), ("total", TOTAL))):
            expected = np.array([real[name] for name in NAMES])
            covered[k] += (table[f"{key}_low"] <= expected + 1e-12) & (expected <= table[f"{key}_high"])
        found.append(table["first"].to_numpy())
    assert (covered >= stats.binom.ppf(0.001, 80, 0.92)).all()  # a bootstrap of 200 draws covers somewhat less than 95 %
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(80)
    assert (np.abs(mean - list(FIRST.values()))[:2] < 4 * error[:2] + 0.01).all()
    assert mean[3] < 0.01  # at least naught, so a little above it; squares of coefficients as they are would be some .02


def test_a_large_group_that_does_nothing_is_told_as_nothing():
    """Ten inputs of which one matters; the squares of the others' 18 coefficients alone would be some .2."""
    names, held, found = [f"x{i}" for i in range(10)], 0, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((200, 10))
        surrogate = fit(z, z[:, 0] + np.sqrt(2) * rng.standard_normal(200), names)
        row = indices(surrogate, {name: "rest" for name in names[1:]}).set_index("name").loc["rest"]
        held += row["first_low"] == 0
        found.append(row["first"])
    assert held >= stats.binom.ppf(0.001, 40, 0.95) and np.mean(found) < 0.06


def test_salib_finds_the_same_indices_of_the_surrogate():
    table = sobol_check(studied(2, luck=2.0), 512, seed=3)
    for key in ("first", "total"):
        assert (np.abs(table[f"salib_{key}"] - table[key]) <= 2 * table[f"salib_{key}_half"] + 1e-3).all()
    assert table["salib_total"].max() > 0.6


def test_morris_of_a_line_is_exact():
    design = morris_design(NAMES, 8, seed=1)
    assert design.z.shape == (8 * 5, 4)
    assert sorted(set(design.z.ravel().round(4))) == [-1.645, -0.3853, 0.3853, 1.645]
    table = morris_effects(design, 3 - 2 * design.z[:, 0] + design.z[:, 1]).set_index("name")
    assert table["mu"].loc[NAMES].tolist() == pytest.approx([-2 * STEP, STEP, 0, 0])
    assert table["mu_star"].tolist() == pytest.approx([2 * STEP, STEP, 0, 0])
    assert table[["sigma", "sigma_high"]].to_numpy() == pytest.approx(0, abs=1e-12)
    assert list(table.index[:2]) == ["a", "b"]


def test_morris_of_a_product_has_a_spread():
    """a·b moves by STEP times b, which is at each of four levels equally often."""
    design = morris_design(["a", "b"], 400, seed=2)
    table = morris_effects(design, design.z.prod(axis=1)).set_index("name")
    levels = np.array([REACH, INNER])
    size, spread = STEP * levels.mean(), STEP * np.sqrt((levels**2).mean())
    error = STEP * levels.std() / np.sqrt(400)
    assert (np.abs(table["mu_star"] - size) < 4 * error).all() and (np.abs(table["sigma"] - spread) < 4 * error).all()
    assert ((table["mu_star_low"] < table["mu_star"]) & (table["mu_star"] < table["mu_star_high"])).all()
    assert ((table["sigma_low"] < table["sigma"]) & (table["sigma"] < table["sigma_high"])).all()


def test_morris_tells_what_luck_alone_would_give():
    design, rng = morris_design(NAMES, 100, seed=3), np.random.default_rng(4)
    y = rng.standard_normal((len(design.z), 4))
    table = morris_effects(design, y)
    assert (np.abs(table["mu_star"] - table["chance"]) < 4 * table["mu_star"].mean() * np.sqrt(np.pi / 2 - 1) / np.sqrt(100)).all()
    common = morris_effects(design, design.z[:, :1] + rng.standard_normal(4))  # the same luck at all points
    assert common["chance"].max() < 1e-12
    assert np.isnan(morris_effects(design, y[:, 0])["chance"]).all()


def test_a_trajectory_that_failed_is_left_out():
    design = morris_design(NAMES, 6, seed=5)
    y = truth(design.z)
    whole = morris_effects(Design(design.names, design.z[5:]), y[5:])
    y[2] = np.nan
    some = morris_effects(design, y)
    assert (some["trajectories"] == 5).all()
    assert some[["name", "mu", "mu_star", "sigma"]].equals(whole[["name", "mu", "mu_star", "sigma"]])
    with pytest.raises(Faults, match="0 of 6 trajectories"):
        morris_effects(design, np.full(len(y), np.nan))


def test_a_tornado():
    names = [f"x{i}" for i in range(10)]
    design = one_way_design(names, 1.0)
    slopes = np.array([1, -5, 2, 3, 4, 6, 7, 8, 9, 0.5])
    y = design.z @ slopes + 4 * design.z[:, 0] ** 2
    y[1 + 2 * 4] = np.nan
    table = one_way(design, y)
    assert table["name"].tolist() == ["x8", "x7", "x6", "x5", "x1", "x3", "x0", "x2", "x9", "x4"]
    assert table["width"].tolist()[:-1] == pytest.approx([18, 16, 14, 12, 10, 6, 5, 4, 1])
    assert table["told"].tolist() == [True] * 8 + [False] * 2
    rows = table.set_index("name")
    assert rows.loc["x1", ["at_low", "at_high", "change"]].tolist() == pytest.approx([5, -5, -10])
    assert rows.index[rows["bends"]].tolist() == ["x0"] and rows.loc["x0", ["at_low", "middle", "at_high"]].tolist() == pytest.approx([3, 0, 5])


def test_the_change_of_a_tornado_is_paired():
    """With the same luck at all points, a change is known exactly however wide the luck."""
    design, rng = one_way_design(["a", "b"]), np.random.default_rng(6)
    luck = 100 * rng.standard_normal(5)
    table = one_way(design, design.z[:, :1] + luck).set_index("name")
    assert table.loc["a", ["change", "change_low", "change_high"]].tolist() == pytest.approx([2 * REACH] * 3)
    unpaired = one_way(design, design.z[:, :1] + rng.standard_normal((5, 5))).set_index("name").loc["a"]
    assert unpaired["change_low"] < unpaired["change"] < unpaired["change_high"]


def test_without_salib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(Faults, match=r"pip install 'pathsim-care\[sensitivity\]'"):
        morris_design(NAMES, 4)
