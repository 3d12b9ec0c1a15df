"""The files of a study of futures: every table whole, so that nobody needs to read them off a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..decide.appraisal import Appraisal, appraise
from ..decide.equality import slopes, worse_in_futures
from ..study.futures.analysis import LEAST, best, headline, illustration, influences, verdicts
from ..study.futures.enough import Look
from ..study.futures.running import Stages
from ..study.futures.surrogate import plain
from ..study.futures.table import Futures
from ..study.run import costs_of
from . import tornado
from .equality import known_order
from .findings import NOT_PEOPLE
from .futures import Told

BY = "education"  # whose levels have an order


def write(futures: Futures, stages: Stages, folder: Path, looks: Sequence[Sequence[Look]]) -> dict[str, Told]:
    """All tables into the folder; what is told of each care model but the first."""
    told = {model: _told(futures, stages, model, mine) for model, mine in zip(futures.models[1:], looks, strict=True)}
    _table(folder / "futures.csv", pd.concat([one.verdicts for one in told.values()]))
    _table(folder / "worse.csv", pd.concat([one.worse.named("worse") for one in told.values()]))
    _table(folder / "slope.csv", pd.concat([slopes(futures, model, BY, _levels(futures)) for model in told]))
    _table(folder / "best.csv", best(futures))
    _table(folder / "drawn.csv", pd.DataFrame(futures.z, columns=list(futures.names)).rename_axis("draw").reset_index().assign(draw=lambda t: t["draw"] + 1))
    _table(folder / "settled.csv", pd.DataFrame([{"model": model, **one._asdict()} for model, some in told.items() for one in some.looks]))
    for name, part in {"influence": "table", "groups": "groups", "thresholds": "turns"}.items():
        _table(folder / f"{name}.csv", _each(told, part))
    frontiers = [one.pair.table.assign(model=model, indicator=one.indicator, name_x=one.table["name"].iloc[0], name_y=one.table["name"].iloc[1])
                 for model, some in told.items() for one in some.influences if one.pair is not None]
    _table(folder / "pairs.csv", pd.concat(frontiers) if frontiers else pd.DataFrame())
    surrogates = {model: {one.indicator: plain(one.surrogate) for one in some.influences} for model, some in told.items()}
    (folder / "surrogates.json").write_text(json.dumps(surrogates, indent=1) + "\n", encoding="utf-8")
    bars = _each({model: some._replace(influences=[one for one in some.influences if one.surrogate.quality.usable]) for model, some in told.items()}, "table")
    if len(bars):
        tornado.write(folder, bars[bars["total"] >= LEAST], stages.composed.raw, futures.models[0], stages.composed.settings.lang)
    money = next((one.appraisal for one in told.values() if one.appraisal is not None), None)
    if money is not None:
        _money(folder, money)
    return told


def _told(futures: Futures, stages: Stages, model: str, looks: Sequence[Look]) -> Told:
    found = [one._replace(table=tornado.named(one.table, stages.unknowns)) for one in influences(futures, stages.unknowns, model, headline(futures))]
    table = verdicts(futures, model)
    worse = worse_in_futures(table, [group for group in dict.fromkeys(table["group"]) if group not in NOT_PEOPLE])
    return Told(table, worse, found, illustration(found, stages.unknowns), looks, _appraisal(futures, stages), stages.unknowns)


def _levels(futures: Futures) -> list[str]:
    """Those of education, from the lowest."""
    return known_order(BY, futures.levels("person_years", BY))


def _appraisal(futures: Futures, stages: Stages) -> Appraisal | None:
    """Nothing where nothing has a price."""
    systems = stages.planned.first.systems
    costs = {unit: cost for model in futures.models for unit, cost in costs_of(systems[model]).items()}
    needed = all(futures.has(name) for name in ("cost", "days_at_home", "person_years"))
    return appraise(futures, stages.unknowns, costs, lang=stages.composed.settings.lang) if costs and needed else None


def _money(folder: Path, money: Appraisal) -> None:
    _table(folder / "money.csv", money.increments)
    _table(folder / "quadrants.csv", money.quadrants)
    _table(folder / "information.csv", money.information)
    _table(folder / "payers.csv", pd.concat([money.payers.assign(who="payer"), money.operators.assign(who="operator")]))
    _table(folder / "freed.csv", money.freed)
    if money.curves.ceac is not None:
        _table(folder / "acceptability.csv", money.curves.ceac.reset_index())


def _each(told: dict[str, Told], part: str) -> pd.DataFrame:
    found = [table for model, some in told.items() for one in some.influences
             if len(table := getattr(one, part).assign(model=model, indicator=one.indicator))]
    return pd.concat(found) if found else pd.DataFrame()


def _table(path: Path, table: pd.DataFrame) -> None:
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.8g")
