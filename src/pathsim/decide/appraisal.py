"""From the futures of a study to what its care models cost and give: one table for each question of someone who pays.

The good that is done is days alive and at home, of everybody simulated, in the measured time. No quality-adjusted life years are told: the
evidence has no weights for these patients under these models of care. What a day at home is worth is for who decides: Denmark has no such
price, so results are told for several, and the range of them is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..inputs.unknowns import Unknowns
from ..study.futures.components import components, expected, means_of
from ..study.futures.table import Futures
from .budget import budget
from .discounting import Investment, net_present_value
from .freed import freed
from .information import Value, evpi, evppi
from .net_benefit import Acceptability, acceptability
from .outcomes import Outcomes, outcomes
from .plane import increments, quadrants

WORTH = (0.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 20_000.0)  # of a day at home: assumed, to see what hangs on it
YEARS = 10  # that an investment is looked at, all like the one that was simulated


class Appraisal(NamedTuple):
    """increments: extra cost and days at home, in all and by payer, with their ratio where it means something. quadrants: in words. curves:
    acceptability, where futures disagree. information: what perfect knowledge of everything, and of a group of unknowns, is worth in a year, by what
    a day at home is worth. payers, operators: under both rules of who pays. freed: capacity, which is not cash. invested: a net present value
    over YEARS like the one simulated."""

    outcomes: Outcomes
    increments: pd.DataFrame
    quadrants: pd.DataFrame
    curves: Acceptability
    information: pd.DataFrame
    payers: pd.DataFrame
    operators: pd.DataFrame
    freed: pd.DataFrame
    invested: dict[str, Investment]


def appraise(futures: Futures, unknowns: Unknowns, costs: Mapping[str, Mapping[str, Any]], worth: Sequence[float] = WORTH, lang: str = "en") -> Appraisal:
    """Raises Faults where there is no cost or too few futures."""
    seen = outcomes(_each(futures, "cost"), _days(futures), futures.models)
    effect = _expected(_home(futures, futures.models[0]), [_more_home(futures, model) for model in futures.models[1:]])
    found = outcomes(_expected(futures.of("cost", futures.models[0]), [futures.difference("cost", model) for model in futures.models[1:]]),
                     effect, futures.models)
    units = [unit for unit in futures.levels("cost", "unit") if unit in costs]
    amounts = np.stack([[means_of(futures.of("cost", model, "unit", unit)) for unit in units] for model in futures.models]).transpose(2, 0, 1)
    run = np.isfinite(_each(futures, "cost"))[:, :, None]
    amounts = np.where(np.isnan(amounts) & run, 0.0, amounts)  # a unit that only another care model has
    last = futures.models[-1]
    used = {name: means_of(futures.difference(name, last)) for name in ("bed_days", "staff_hours") if futures.has(name)}
    return Appraisal(
        found, _increments(futures, found, effect, lang), quadrants(found, lang), acceptability(found, worth, lang),
        information(futures, unknowns, seen, worth),
        budget(amounts, futures.models, units, costs), budget(amounts, futures.models, units, costs, "operator"),
        freed(used, _prices(futures, amounts, units, used), language=lang),
        {model: net_present_value(np.repeat(-_more(found, i)[:, None], YEARS, axis=1)) for i, model in enumerate(futures.models) if i},
    )


def information(futures: Futures, unknowns: Unknowns, found: Outcomes, worth: Sequence[float]) -> pd.DataFrame:
    """For each worth of a day at home: the value of knowing everything (`all`), and each group of unknowns, in a year of this place."""
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(futures.names):
        groups.setdefault(unknowns.by_name[name].group, []).append(i)
    whole = np.isfinite(_each(futures, "cost")).all(axis=1) & np.isfinite(_days(futures)).all(axis=1)
    z, rows = futures.z[whole], []
    for value in worth:
        benefit = value * found.effect - found.cost
        chance = _chance(futures, value)[whole]
        every: Value = evpi(benefit, z, chance)
        rows.append((value, "all", every.value, every.se, 1.0))
        parts = evppi(benefit, z, groups, chance)
        rows += [(value, *row) for row in parts[["group", "value", "se", "share"]].itertuples(index=False)]
    return pd.DataFrame(rows, columns=["worth", "group", "value", "se", "share"])


def _increments(futures: Futures, found: Outcomes, effect: np.ndarray, lang: str) -> pd.DataFrame:
    """Extra cost and days at home in all, and for each payer under the rules of the study's own time."""
    tables = [increments(found, lang).assign(payer="all")]
    for payer in futures.levels("cost", "payer"):
        paid = [np.nan_to_num(futures.of("cost", model, "payer", payer)) for model in futures.models]
        paid = [np.where(np.isfinite(futures.of("cost", model)), one, np.nan) for model, one in zip(futures.models, paid, strict=True)]
        mine = outcomes(_expected(paid[0], [one - paid[0] for one in paid[1:]]), effect, futures.models)
        tables.append(increments(mine, lang).assign(payer=payer))
    return pd.concat(tables, ignore_index=True)


def _chance(futures: Futures, value: float) -> np.ndarray:
    """The variance of luck of each difference in net benefit [future, model − 1]."""
    found = []
    for model in futures.models[1:]:
        y = value * _more_home(futures, model) - futures.difference("cost", model)
        found.append(components(y).chance / np.maximum(np.isfinite(y).sum(axis=1), 1))
    return np.stack(found, axis=1)


def _home(futures: Futures, model: str) -> np.ndarray:
    """Days alive and at home of everybody [future, replication]."""
    return futures.of("days_at_home", model) * futures.of("person_years", model)


def _more_home(futures: Futures, model: str) -> np.ndarray:
    return _home(futures, model) - _home(futures, futures.models[0])


def _expected(base: np.ndarray, differences: Sequence[np.ndarray]) -> np.ndarray:
    """The first care model, and what the others are expected to be beside it [future, model]: without the chance that a future of few runs has."""
    first = means_of(base)
    return np.stack([first, *[first + expected(y) for y in differences]], axis=1)


def _days(futures: Futures) -> np.ndarray:
    return np.stack([means_of(_home(futures, model)) for model in futures.models], axis=1)


def _each(futures: Futures, indicator: str) -> np.ndarray:
    """Means over replications [future, model]."""
    return np.stack([means_of(futures.of(indicator, model)) for model in futures.models], axis=1)


def _more(found: Outcomes, model: int) -> np.ndarray:
    return found.cost[:, model] - found.cost[:, 0]


def _prices(futures: Futures, amounts: np.ndarray, units: list[str], used: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What a bed-day costs on average in each future: what wards cost in the first care model over its bed-days. Staff hours have no price of their own."""
    wards = [i for i, unit in enumerate(units) if unit in ("acute_ward", "medical_ward", "geriatric_ward", "other_ward")]
    if "bed_days" not in used or not wards:
        return {}
    return {"bed_days": amounts[:, 0, wards].sum(axis=1) / means_of(futures.of("bed_days", futures.models[0]))}

