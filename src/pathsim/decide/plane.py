"""Claim: on the cost-effectiveness plane a scenario lies in one of four quadrants, and each has a name in words.

A ratio of extra cost to extra effect means something in two of them only: north-east (what a unit of good costs) and south-west
(what is released for each unit of good given up). In the others the number has the wrong sign or none, so it is not given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .outcomes import Outcomes, spread

QUADRANTS = {
    "north-east": {"en": "costs more, does more good", "da": "koster mere, gavner mere"},
    "north-west": {"en": "costs more, does less good", "da": "koster mere, gavner mindre"},
    "south-east": {"en": "costs less, does more good", "da": "koster mindre, gavner mere"},
    "south-west": {"en": "costs less, does less good", "da": "koster mindre, gavner mindre"},
    "on a line": {"en": "costs the same or does the same good", "da": "koster det samme eller gavner det samme"},
}
RATIOS = {
    "north-east": {"en": "extra cost for each unit of good gained", "da": "merudgift for hver vundet enhed"},
    "south-west": {"en": "lower cost for each unit of good given up", "da": "mindreudgift for hver enhed, man giver afkald på"},
}
COLUMNS = ["scenario", "cost", "cost_low", "cost_high", "effect", "effect_low", "effect_high", "quadrant", "words", "icer", "icer_words"]


def quadrant(cost: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """The quadrant of each pair of extra cost and extra effect.

    >>> quadrant([5.0, -5.0, 5.0], [1.0, -1.0, 0.0]).tolist()
    ['north-east', 'south-west', 'on a line']
    """
    cost, effect = np.asarray(cost, dtype=float), np.asarray(effect, dtype=float)
    north_south = np.where(cost > 0, "north-", "south-")
    east_west = np.where(effect > 0, "east", "west")
    return np.where((cost == 0) | (effect == 0), "on a line", np.char.add(north_south, east_west))


def increments(found: Outcomes, language: str = "en") -> pd.DataFrame:
    """What each scenario costs and does beyond the base: mean and middle 95 % of futures, where its mean lies, and the ratio there.

    Columns COLUMNS. `icer` is the ratio of the means, NaN (and `icer_words` empty) where it has no meaning.
    """
    more = found.against_base()
    costs, effects = (spread(values) for values in more)
    where = quadrant(costs.mean, effects.mean)
    meant = np.isin(where, list(RATIOS))
    ratio = np.divide(costs.mean, effects.mean, out=np.full(len(where), np.nan), where=meant)
    return pd.DataFrame(
        {
            "scenario": found.names[1:],
            **{f"cost{end}": values for end, values in zip(("", "_low", "_high"), costs, strict=True)},
            **{f"effect{end}": values for end, values in zip(("", "_low", "_high"), effects, strict=True)},
            "quadrant": where,
            "words": [QUADRANTS[q][language] for q in where],
            "icer": ratio,
            "icer_words": [RATIOS[q][language] if q in RATIOS else "" for q in where],
        }
    )[COLUMNS]


def quadrants(found: Outcomes, language: str = "en") -> pd.DataFrame:
    """The share of futures in each quadrant, a row for each scenario but the base and quadrant: scenario, quadrant, words, share.

    The shares of a scenario sum to one.
    """
    where = quadrant(*found.against_base())
    rows = [
        (name, q, words[language], float((where[:, i] == q).mean()))
        for i, name in enumerate(found.names[1:])
        for q, words in QUADRANTS.items()
    ]
    return pd.DataFrame(rows, columns=["scenario", "quadrant", "words", "share"])
