"""Claim: a rule moves a bill from one payer to another and changes nothing of what is done.

The same care is charged under the payers of two dates, such as before and after 1 January 2027, when the acute function and most
temporary places become the region's. What each pays follows from which units the care is given in, so the parties of a rule sum
to the total in every future. Only prices and payers of the costs heading are counted: municipal co-financing of hospital care
(until 2027), block grants and their transition are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pathsim.faults import Fault, Faults, nearest

from .outcomes import spread

RULES = {"2026": "2026-07-01", "2027": "2027-07-01"}
NOBODY, TOTAL = "nobody named", "total"
COLUMNS = ["party", "rule", "model", "value", "low", "high", "difference", "difference_low", "difference_high"]


def budget(
    amounts: np.ndarray,
    models: Sequence[str],
    units: Sequence[str],
    costs: Mapping[str, Mapping[str, Any]],
    who: str = "payer",
    rules: Mapping[str, str] = RULES,
) -> pd.DataFrame:
    """What each party pays (who="payer") or is paid for (who="operator") under each rule: columns COLUMNS, and a party "total".

    `amounts` [draw, model, unit] is cost a year by unit (the rows `cost`, group `unit`), the base model first. `costs` says by unit its
    payer and operator: a word or a list of (first day or None, word). `rules` are names of dates. Intervals are the middle 95 % of
    futures; means sum to the total, ends of intervals do not.
    """
    amounts = _amounts(amounts, models, units, costs, who)
    parties = {rule: np.array([on(costs[unit].get(who) or NOBODY, day) for unit in units]) for rule, day in rules.items()}
    known = dict.fromkeys(str(name) for party in parties.values() for name in party)  # under one rule at least
    rows = []
    for rule, party in parties.items():
        for name in [*known, TOTAL]:
            paid = amounts[:, :, party == name].sum(axis=2) if name != TOTAL else amounts.sum(axis=2)
            value, more = spread(paid), spread(paid - paid[:, :1])
            for m, model in enumerate(models):
                rows.append((name, rule, model, *(part[m] for part in (*value, *more))))
    return pd.DataFrame(rows, columns=COLUMNS)


def on(named: str | Sequence[tuple[str | None, str]], day: str) -> str:
    """The word that holds on a day; before the first date, the first word.

    >>> on([(None, "municipality"), ("2027-01-01", "region")], "2026-12-31"), on([(None, "municipality"), ("2027-01-01", "region")], "2027-01-01")
    ('municipality', 'region')
    """
    if isinstance(named, str):
        return named
    dated = sorted((str(since or "")[:10], word) for since, word in named)
    return [word for since, word in dated if since <= day[:10] or since == dated[0][0]][-1]


def _amounts(amounts, models, units, costs, who: str) -> np.ndarray:
    """Cost by unit, checked; futures that lack a value are left out."""
    amounts = np.asarray(amounts, dtype=float)
    faults = []
    if amounts.ndim != 3 or amounts.shape[1:] != (len(models), len(units)):
        faults.append(Fault("amounts", f"has the shape {amounts.shape}. Give [draw, model, unit], {len(models)} models and {len(units)} units"))
    if who not in ("payer", "operator"):
        faults.append(Fault("who", f"'{who}'. {nearest(who, ['payer', 'operator'])}"))
    faults += [Fault(f"costs.{unit}", f"has no price or payer. {nearest(unit, costs)}") for unit in units if unit not in costs]
    if who == "operator":
        text = "days of waiting for this unit are paid to the operator of the bed, which cost by unit does not say. Ask for the payer"
        faults += [Fault(f"costs.{unit}.waiting", text) for unit in units if (costs.get(unit) or {}).get("waiting")]
    if faults:
        raise Faults(faults)
    whole = np.isfinite(amounts).all(axis=(1, 2))
    if not whole.any():
        raise Faults([Fault("amounts", "no future has every number. Run more draws")])
    return amounts[whole]
