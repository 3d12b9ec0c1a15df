"""Claim: a bed-day that is not used is freed, and what it is worth depends on what is then done with it.

Freed capacity is told as days and hours first, and valued in three ways that are never added to cash: *nothing* (beds stay open and
staffed, or fill again), *marginal* (what is not bought when nobody lies there: food, medicine, supplies), and *average cost* (an upper
bound, reached only if beds close and posts go). The marginal share is assumed: most of what a hospital spends is salaries and
buildings, which do not follow use in the short run (Roberts et al., JAMA 1999), so the range is wide and its ends are in the interval.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.faults import Fault, Faults

from .outcomes import spread


class Share(NamedTuple):
    """A share of average cost, and its range."""

    value: float
    low: float
    high: float
    role: str = "assumed"


MARGINAL = Share(0.2, 0.1, 0.4)
NOTHING, ALL = Share(0.0, 0.0, 0.0), Share(1.0, 1.0, 1.0)
WAYS = {
    "nothing": {"en": "worth no cash: the capacity stays open and is used for others", "da": "ingen kroner: kapaciteten bliver og bruges til andre"},
    "marginal": {"en": "what follows use at once, such as food and medicine", "da": "det, der følger forbruget med det samme, fx mad og medicin"},
    "average": {"en": "upper bound: only if beds close and posts go", "da": "øvre grænse: kun hvis senge lukkes og stillinger nedlægges"},
}
SAID = {
    "freed": {"en": "freed", "da": "frigjort"},
    "taken up": {"en": "taken up", "da": "taget i brug"},
    "unchanged": {"en": "unchanged", "da": "uændret"},
}
COLUMNS = ["resource", "said", "quantity", "quantity_low", "quantity_high", "way", "words", "value", "low", "high", "role"]


def freed(
    differences: dict[str, np.ndarray], prices: dict[str, float | np.ndarray], marginal: Share = MARGINAL, language: str = "en"
) -> pd.DataFrame:
    """What use falls by, and three values of that: a row for each resource and way (columns COLUMNS).

    `differences`: by resource (bed-days, staff hours) its use in the model less that in the base [draw], so less use is below
    zero and told as freed above it; where more is used the quantity is below zero and is said to be taken up. `prices`: average cost of
    one unit, a number or [draw]; a resource without price has no value in kroner. Intervals are the middle 95 % of futures,
    that of `marginal` from the low end at the low share to the high end at the high share.
    """
    _check(differences, prices, marginal)
    rows = []
    for name, difference in differences.items():
        less = 0.0 - np.asarray(difference, dtype=float)
        there = np.isfinite(less)
        quantity = spread(less[there])
        said = SAID["freed" if quantity.mean > 0 else "taken up" if quantity.mean < 0 else "unchanged"][language]
        worth = (less * np.asarray(prices.get(name, np.nan), dtype=float))[there]
        for way, share in (("nothing", NOTHING), ("marginal", marginal), ("average", ALL)):
            role = share.role if way == "marginal" else ""
            rows.append((name, said, *quantity, way, WAYS[way][language], *_valued(worth, share), role))
    return pd.DataFrame(rows, columns=COLUMNS)


def _valued(worth: np.ndarray, share: Share) -> tuple[float, float, float]:
    """Mean at the share, and the outer ends over futures and over the range of the share."""
    ends = [spread(worth * part if part else np.zeros(1)) for part in share[:3]]  # no part is nothing, with or without a price
    return float(ends[0].mean), float(min(end.low for end in ends)), float(max(end.high for end in ends))


def _check(differences, prices, marginal: Share) -> None:
    faults = []
    if not 0 <= marginal.low <= marginal.value <= marginal.high <= 1:
        given = f"{marginal.low} to {marginal.high} around {marginal.value}"
        faults.append(Fault("marginal", f"{given} was given. Allowed: shares between 0 and 1, low ≤ value ≤ high"))
    for name, difference in differences.items():
        difference, price = np.asarray(difference, dtype=float), np.asarray(prices.get(name, np.nan), dtype=float)
        if difference.ndim != 1 or not np.isfinite(difference).any():
            faults.append(Fault(f"differences.{name}", f"has the shape {difference.shape}. Give one number a future"))
        elif price.ndim and price.shape != difference.shape:
            faults.append(Fault(f"prices.{name}", f"has the shape {price.shape}. Give one number, or one a future: {difference.shape}"))
    faults += [Fault(f"prices.{name}", "no such resource among the differences. Remove it") for name in prices if name not in differences]
    if faults:
        raise Faults(faults)
