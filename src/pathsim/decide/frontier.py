"""Claim: a scenario is worth looking at only if no other, and no mixture of two others, does as much good for less.

Scenarios are compared by their means over futures. From the cheapest, the frontier goes on to whatever buys the next unit of
good at the lowest price, so prices rise along it (the lower convex hull). Off it a scenario is *dominated* where one other costs
no more and does no less (and one of the two better), else *extendedly dominated*: by a mixture of its neighbours on the frontier.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .outcomes import Outcomes

ON, DOMINATED, EXTENDED, EQUAL = "on the frontier", "dominated", "extendedly dominated", "equal to another"
WORDS_DA = {ON: "på effektivitetsfronten", DOMINATED: "domineret", EXTENDED: "domineret af en blanding af andre", EQUAL: "ens med en anden"}
COLUMNS = ["scenario", "cost", "effect", "extra_cost", "extra_effect", "icer", "status"]


def frontier(found: Outcomes) -> pd.DataFrame:
    """Every scenario from the cheapest, with its status (columns COLUMNS).

    On the frontier extra cost, extra effect and ICER are against the one before on it; elsewhere, and for the first, NaN.
    """
    cost, effect = found.cost.mean(axis=0), found.effect.mean(axis=0)
    order = np.lexsort((-effect, cost))
    on = _hull(cost, effect, order)
    extra = np.full((len(cost), 3), np.nan)
    for before, here in zip(on[:-1], on[1:], strict=True):
        more, good = cost[here] - cost[before], effect[here] - effect[before]
        extra[here] = more, good, more / good
    table = pd.DataFrame({"scenario": found.names, "cost": cost, "effect": effect})
    table[["extra_cost", "extra_effect", "icer"]] = extra
    table["status"] = [ON if i in on else _why_not(cost, effect, i) for i in range(len(cost))]
    return table.iloc[order][COLUMNS].reset_index(drop=True)


def _hull(cost: np.ndarray, effect: np.ndarray, order: np.ndarray) -> list[int]:
    """Scenarios on the frontier, from the cheapest."""
    on = [int(order[0])]
    while len(better := np.flatnonzero(effect > effect[on[-1]])):
        price = (cost[better] - cost[on[-1]]) / (effect[better] - effect[on[-1]])
        on.append(int(better[np.lexsort((effect[better], price))[0]]))  # of equal prices the nearest
    return on


def _why_not(cost: np.ndarray, effect: np.ndarray, i: int) -> str:
    """Why a scenario is not on the frontier."""
    no_worse = (cost <= cost[i]) & (effect >= effect[i])
    if np.any(no_worse & ((cost < cost[i]) | (effect > effect[i]))):
        return DOMINATED
    return EQUAL if no_worse.sum() > 1 else EXTENDED
