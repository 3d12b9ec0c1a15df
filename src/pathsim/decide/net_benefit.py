"""Claim: at a stated price of good, each future has a best scenario; how often each is best says how sure the choice is.

Net monetary benefit is threshold × effect − cost. The acceptability curve (CEAC) is the share of futures in which a scenario has
the highest, the frontier (CEAF) that share for the scenario whose *mean* is highest: the one to choose, which need not be the one
that is most often best. Ties go to the scenario named first. Curves are drawn only where futures disagree: where more than 5 % of
them lie outside the largest quadrant of the plane for at least one scenario. Else a sentence says so, and the plane says all.

No threshold is given here: Denmark has none for a day alive and at home. See `outcomes` for what an effect is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .outcomes import Outcomes, positive
from .plane import quadrants

OUTSIDE = 0.05  # more than this share of futures outside the largest quadrant: they disagree
NO_CURVE = {
    "en": "No curve is drawn, since nearly all futures lie in one quadrant: {parts}.",
    "da": "Der er ingen kurve, for næsten alle fremtider ligger i samme felt: {parts}.",
}
CURVE = {
    "en": "Futures lie in more than one quadrant, so which scenario is best depends on the future and on what good is worth.",
    "da": "Fremtiderne ligger i flere felter, så hvad der er bedst, afhænger af fremtiden og af, hvad man vil betale for gavnen.",
}
PART = {"en": "{name} {words} in {n} of 100", "da": "{name} {words} i {n} af 100"}


class Acceptability(NamedTuple):
    """Both curves, or None, and a sentence that says why."""

    ceac: pd.DataFrame | None
    ceaf: pd.DataFrame | None
    why: str


def net_monetary_benefit(found: Outcomes, threshold: float) -> np.ndarray:
    """Threshold × effect − cost [draw, scenario]; the threshold is what one is willing to pay for a unit of effect."""
    return positive(threshold, "threshold") * found.effect - found.cost


def ceac(found: Outcomes, thresholds: Sequence[float]) -> pd.DataFrame:
    """The share of futures in which each scenario has the highest net benefit: thresholds down, scenarios across."""
    best = [np.argmax(net_monetary_benefit(found, threshold), axis=1) for threshold in thresholds]
    shares = [np.bincount(of, minlength=len(found.names)) / len(of) for of in best]
    return pd.DataFrame(shares, index=pd.Index(thresholds, name="threshold", dtype=float), columns=list(found.names))


def ceaf(found: Outcomes, thresholds: Sequence[float]) -> pd.DataFrame:
    """At each threshold the scenario with the highest mean net benefit, and the share of futures in which it is the best."""
    curve = ceac(found, thresholds)
    chosen = [int(np.argmax(net_monetary_benefit(found, threshold).mean(axis=0))) for threshold in thresholds]
    return pd.DataFrame(
        {"scenario": [found.names[i] for i in chosen], "share": curve.to_numpy()[np.arange(len(chosen)), chosen]},
        index=curve.index,
    )


def acceptability(found: Outcomes, thresholds: Sequence[float], language: str = "en", outside: float = OUTSIDE) -> Acceptability:
    """Both curves where futures disagree about the quadrant (see above), else none; and why."""
    table = quadrants(found, language)
    largest = table.loc[table.groupby("scenario", sort=False)["share"].idxmax()]
    if (largest["share"] < 1 - outside).any():
        return Acceptability(ceac(found, thresholds), ceaf(found, thresholds), CURVE[language])
    parts = [PART[language].format(name=row.scenario, words=row.words, n=int(100 * row.share + 1e-9)) for row in largest.itertuples()]
    return Acceptability(None, None, NO_CURVE[language].format(parts="; ".join(parts)))
