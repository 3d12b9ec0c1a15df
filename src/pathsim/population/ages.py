"""How many of a municipality's inhabitants are of each age: by the tables, by its own figures, or in a later year."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from pathsim.population.tables import BANDS, OLD_AGE, Ages

CHILDREN = "children"
ALL_BANDS = (CHILDREN, *BANDS)


def shares_of_bands(
    ages: Ages, share_65_plus: float | None = None, own: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Children and each band as shares of the inhabitants.

    own: a municipality's own shares or numbers by band; they stand for the tables'. share_65_plus:
    its own share aged 65 and over; the tables' bands above and below 65 are scaled as blocks.
    """
    if own is not None:
        whole = math.fsum(own.values())
        return {band: own[band] / whole for band in ALL_BANDS}
    shares = {CHILDREN: ages.children} | {band: ages.share[band] for band in BANDS}
    if share_65_plus is None:
        return shares
    old = math.fsum(ages.share[band] for band in OLD_AGE)
    above, below = share_65_plus / old, (1 - share_65_plus) / (1 - old)
    return {band: share * (above if band in OLD_AGE else below) for band, share in shares.items()}


def by_year(shares: Mapping[str, float], ages: Ages) -> np.ndarray:
    """(82,) The share of each age from 18 to 99: even within a band, but for the last."""
    found = []
    for band in BANDS:
        first, last = map(int, band.split("-"))
        weights = ages.thinning if band == BANDS[-1] else [1.0] * (last - first + 1)
        whole = math.fsum(weights)
        found += [shares[band] * weight / whole for weight in weights]
    return np.array(found)


def grown(
    shares: Mapping[str, float], inhabitants: int, growth: Mapping[str, float]
) -> tuple[dict[str, float], int]:
    """Shares and number of inhabitants once each band has grown by its factor.

    >>> grown({"children": 0.5, "18-29": 0.5}, 100, {"children": 1.0, "18-29": 2.0})[1]
    150
    """
    larger = {band: share * growth[band] for band, share in shares.items()}
    whole = math.fsum(larger.values())
    return {band: share / whole for band, share in larger.items()}, int(inhabitants * whole + 0.5)
