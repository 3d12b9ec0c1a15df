"""The same numbers as an independent library for health economics (heormodel, MIT) on the same futures."""

import numpy as np
import pandas as pd
import pytest
from heormodel import cea, voi
from heormodel.models import Outcomes

from pathsim.decide import frontier as own
from pathsim.decide.information import evpi, evppi
from pathsim.decide.net_benefit import ceac, ceaf, net_monetary_benefit
from pathsim.decide.outcomes import outcomes
from pathsim.decide.plane import increments

THRESHOLDS = [0.0, 50.0, 300.0, 1000.0, 5000.0]
STATUS = {own.ON: cea.STATUS_ND, own.DOMINATED: cea.STATUS_D, own.EXTENDED: cea.STATUS_ED}
N = 500


@pytest.fixture(params=range(3))
def both(request):
    """The same futures of five scenarios for us and for them."""
    luck = np.random.default_rng(request.param)
    z = luck.standard_normal((N, 2))  # so that scenarios go together
    names = [f"s{i}" for i in range(5)]
    cost = 1000 + luck.normal(0, 300, 5) + 200 * z[:, :1] * luck.random(5) + luck.normal(0, 100, (N, 5))
    effect = 2 + luck.normal(0, 0.5, 5) + z[:, 1:] * luck.random(5) + luck.normal(0, 0.2, (N, 5))
    theirs = Outcomes.from_wide(pd.DataFrame(cost, columns=names), pd.DataFrame(effect, columns=names))
    return outcomes(cost, effect, names), theirs


def test_frontier_dominance_and_ratios(both):
    mine, theirs = both
    table, other = own.frontier(mine).set_index("scenario"), cea.icer_table(theirs)
    assert list(table.index) == list(other.index)
    assert [STATUS[status] for status in table["status"]] == list(other["status"])
    for column, same in {"cost": "cost", "effect": "effect", "extra_cost": "inc_cost", "extra_effect": "inc_effect", "icer": "icer"}.items():
        np.testing.assert_allclose(table[column], other[same].astype(float), rtol=1e-9)


def test_increments_are_the_means_of_their_plane(both):
    mine, theirs = both
    other = cea.ce_plane(theirs, comparator="s0").groupby("intervention")[["inc_cost", "inc_effect"]].mean()
    np.testing.assert_allclose(increments(mine).set_index("scenario")[["cost", "effect"]].loc[other.index], other, rtol=1e-9)


def test_net_benefit_curves_and_perfect_information(both):
    mine, theirs = both
    np.testing.assert_allclose(ceac(mine, THRESHOLDS), cea.ceac(theirs, THRESHOLDS), atol=1e-9)
    found, other = ceaf(mine, THRESHOLDS), cea.ceaf(theirs, THRESHOLDS)
    assert list(found["scenario"]) == list(other["intervention"])
    np.testing.assert_allclose(found["share"], other["prob"], atol=1e-9)
    for threshold in THRESHOLDS:
        nb = net_monetary_benefit(mine, threshold)
        np.testing.assert_allclose(nb, cea.nmb(theirs, threshold), rtol=1e-9)
        assert evpi(nb, simulations=0).value == pytest.approx(voi.evpi(theirs, threshold), rel=1e-9, abs=1e-9)


def test_partial_information_within_the_errors_of_both():
    """Where the choice is open. Theirs has no error of its own; ours, of the same futures, is taken for both."""
    luck = np.random.default_rng(7)
    z = luck.standard_normal((1000, 2))
    cost = np.column_stack([np.zeros(1000), 200 * z[:, 0], 100 - 150 * z[:, 0]]) + luck.normal(0, 100, (1000, 3))
    effect = np.column_stack([np.zeros(1000), z[:, 1], 0.4 * z[:, 1] ** 2]) + luck.normal(0, 0.2, (1000, 3))
    names = ["base", "one", "two"]
    theirs = Outcomes.from_wide(pd.DataFrame(cost, columns=names), pd.DataFrame(effect, columns=names))
    draws = pd.DataFrame(z, columns=["money", "good"], index=theirs.iterations)
    table = evppi(300 * effect - cost, z, {"money": [0], "good": [1], "all": [0, 1]}, simulations=50).set_index("group")
    for group, columns in {"money": ["money"], "good": ["good"], "all": ["money", "good"]}.items():
        found, error = table.loc[group, ["value", "se"]]
        assert found == pytest.approx(voi.evppi(theirs, draws, columns, 300.0), abs=2 * error) and error < 0.15 * found
