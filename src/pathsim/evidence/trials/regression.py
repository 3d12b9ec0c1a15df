"""Claim: difference-in-differences and a stepped wedge are one model: a level for each cluster, one for each period, and the intervention.

Ratios by Poisson regression, differences by least squares, both of cell totals; the intervals are
robust, with clusters as their unit. So they hold also where people of a cluster are alike and where
counts are overdispersed, but few clusters remain few.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .design import DIFFERENCE, HAZARD
from .estimators import NONE, Estimate, interval

MOST_STEPS = 100


def two_way(measure: str, rows: pd.DataFrame) -> Estimate:
    """The effect of `treated` in rows of participants (or of their periods): amount, over, cluster, period, treated.

    >>> cells = pd.DataFrame({"cluster": list("aabbccdd"), "period": [0, 1] * 4, "treated": [0, 1, 0, 1, 0, 0, 0, 0],
    ...                       "over": 1.0, "amount": [4.0, 4.0, 6.0, 6.0, 2.0, 4.0, 3.0, 6.0]})
    >>> round(math.exp(two_way("rate ratio", cells).value), 9)  # doubled without, unchanged with
    0.5
    """
    if measure == HAZARD:
        return NONE
    cells = rows[rows["over"] > 0].groupby(["cluster", "period", "treated"], sort=True, observed=True)[["amount", "over"]].sum().reset_index()
    if measure != DIFFERENCE:  # a cluster or period without events says nothing about a ratio
        for name in ("cluster", "period"):
            cells = cells[cells.groupby(name, observed=True)["amount"].transform("sum") > 0]
    if not len(cells):
        return NONE
    columns = [cells["treated"].to_numpy(dtype=float)[:, None], _levels(cells["cluster"]), _levels(cells["period"])[:, 1:]]
    matrix = np.concatenate(columns, axis=1)
    if np.linalg.matrix_rank(matrix) == np.linalg.matrix_rank(matrix[:, 1:]):
        return NONE  # the intervention can't be told from clusters and periods
    amount, over = cells["amount"].to_numpy(dtype=float), cells["over"].to_numpy(dtype=float)
    found, weight, left = _linear(matrix, amount, over) if measure == DIFFERENCE else _poisson(matrix, amount, over)
    bread = np.linalg.pinv(matrix.T @ (weight[:, None] * matrix))
    scores = pd.DataFrame(matrix * left[:, None]).groupby(cells["cluster"].to_numpy()).sum().to_numpy()
    clusters = len(scores)
    if clusters < 3 or not np.isfinite(found).all():
        return NONE
    spread = bread @ (scores.T @ scores) @ bread * clusters / (clusters - 1)
    return interval(float(found[0]), math.sqrt(max(float(spread[0, 0]), 0.0)), clusters - 1)


def _levels(column: pd.Series) -> np.ndarray:
    codes = column.astype("category").cat.remove_unused_categories().cat.codes.to_numpy()
    return np.eye(codes.max() + 1)[codes]


def _linear(matrix: np.ndarray, amount: np.ndarray, over: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means of cells, weighted by their people: coefficients, weights, and residual totals."""
    root = np.sqrt(over)
    found = np.linalg.lstsq(matrix * root[:, None], amount / root, rcond=None)[0]
    return found, over, amount - over * (matrix @ found)


def _poisson(matrix: np.ndarray, amount: np.ndarray, over: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By iterated weighted least squares: coefficients, weights, and residual totals."""
    eta = np.log((amount + 0.5) / (over + 0.5))
    for _ in range(MOST_STEPS):
        mean = over * np.exp(np.clip(eta, -30, 30))
        root = np.sqrt(mean)
        found = np.linalg.lstsq(matrix * root[:, None], (eta + (amount - mean) / mean) * root, rcond=None)[0]
        before, eta = eta, matrix @ found
        if np.abs(eta - before).max() < 1e-9:
            break
    mean = over * np.exp(np.clip(eta, -30, 30))
    return found, mean, amount - mean
