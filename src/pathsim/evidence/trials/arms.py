"""Claim: who is in which arm is chance alone, and nobody's other luck is touched by it.

Each citizen, or each cluster by its name, has one number for the trial; it depends on the seed and
the replication, so every replication is another allotment. Citizens are allotted one by one;
clusters in equal numbers (to the ratio), the lower numbers to the intervention.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...draws import decision_id, uniform, uniforms
from .compose import CONTROL, TREATED, waves

DECISION = "trial.arm"
CLUSTERS = 2**31 - 2  # the stream of clusters: neither a generation of citizens nor an arrival


def of_citizens(seed: int, replication: int, numbers: np.ndarray, ratio: float) -> np.ndarray:
    """The arm of each citizen.

    >>> of_citizens(1, 0, np.arange(4), 0.5).tolist() == of_citizens(1, 0, np.arange(4), 0.5).tolist()
    True
    """
    return np.where(uniforms(seed, replication, numbers, 0, decision_id(DECISION), 0) < ratio, TREATED, CONTROL)


def ordered(seed: int, replication: int, names: list[str]) -> list[str]:
    """Clusters in the order of their luck, whatever the order in which they are named."""
    return sorted(sorted(names), key=lambda name: uniform(seed, replication, decision_id(name), CLUSTERS, decision_id(DECISION), 0))


def of_clusters(seed: int, replication: int, names: list[str], ratio: float) -> dict[str, str]:
    """The arm of each cluster: `ratio` of them, at least one and not all, in the intervention."""
    order = ordered(seed, replication, names)
    number = min(max(round(ratio * len(order)), 1), len(order) - 1)
    return {name: TREATED if i < number else CONTROL for i, name in enumerate(order)}


def in_waves(seed: int, replication: int, names: list[str]) -> dict[str, str]:
    """The wave of each cluster of a stepped wedge: all go over, in equal numbers at a time."""
    order, steps = ordered(seed, replication, names), waves()
    return {name: steps[i * len(steps) // len(order)] for i, name in enumerate(order)}


def with_and_without(seed: int, replication: int, names: list[str]) -> dict[str, str]:
    """Half of the clusters go over in the middle of recruitment, the others never."""
    middle = waves()[len(waves()) // 2]
    return {name: middle if arm == TREATED else CONTROL for name, arm in of_clusters(seed, replication, names, 0.5).items()}


def by_cluster(arm: dict[str, str], cluster: pd.Series) -> np.ndarray:
    """The arm of each citizen, by the cluster."""
    return cluster.astype(str).map(arm).to_numpy(dtype=object)
