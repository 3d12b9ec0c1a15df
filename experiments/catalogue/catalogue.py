"""The rows of the catalogue: an arrangement, where it was proposed, what is at stake, and when it wins and loses.

A row is a file in `rows`. What the arrangement does stands in its lever (configs/lever) or scenario; the row says what
it is for, what it costs, and gives one condition under which it wins and one under which it loses on what it is for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

import pathsim
from pathsim.contacts.registry import REGISTRY
from pathsim.language import read_yaml
from pathsim.study.compose import Composed
from pathsim.study.differences import differences as paired
from pathsim.study.replicate import plan_study, replicate
from pathsim.study.settings import read_settings

ROWS = Path(__file__).parent / "rows"
DOCUMENTS = {
    "intermunicipal_2016": "More cooperation between municipalities on health? Vinge, Gladsaxe Municipality, 7 April 2016",
    "camp_2012": "Towards new forms of cooperation. Local Government Denmark and Danish Regions, 5 December 2012",
    "framework_2017": "Framework paper: the local and coherent health service. Region of Southern Denmark, 26 June 2017",
    "forms_2013": "New forms of cooperation and organisation. Danish Regions, 25 February 2013",
    "midt_troms_2004": "Municipal cooperation around a district medical centre. Midt-Troms, about 2004",
}


MOST_KNOWN = 8
_KNOWN: dict[str, pd.DataFrame] = {}
"""What bases give, the one asked for last at the end."""


class Condition(BaseModel):
    """set: changes as on the command line. indicator: another than the row's, `name` or `name:group:level`."""

    model_config = ConfigDict(extra="forbid")
    when: str
    set: list[str]
    indicator: str | None = None


class Row(BaseModel):
    """choose: groups beyond the default. base, care_model: what is compared. documents: where it is proposed.
    replications: of a test of its conditions; small places need more. quick: what makes that test shorter."""

    model_config = ConfigDict(extra="forbid")
    care_model: str
    base: str = "relay"
    choose: list[str]
    documents: dict[str, str]
    mechanism: str
    price: str
    stake: str
    indicator: str
    also: list[str] = []
    replications: int = 3
    quick: list[str] = []
    wins: Condition
    loses: Condition


def rows() -> dict[str, Row]:
    """All rows by name, in alphabetical order."""
    return {file.stem: Row.model_validate(read_yaml(file)) for file in sorted(ROWS.glob("*.yaml"))}


def differences(row: Row, changes: list[str], **settings: Any) -> pd.DataFrame:
    """The arrangement against the base under some changes: paired differences of all indicators."""
    composed = pathsim.load(*row.choose, *changes)
    given = {"replications": row.replications} | settings
    composed = composed._replace(settings=read_settings(composed.settings.model_dump() | given))
    tables = [_base(composed, row.base), indicators_of(composed, row.care_model)]
    return paired(pd.concat(tables, ignore_index=True), [row.base, row.care_model])


def _base(composed: Composed, model: str) -> pd.DataFrame:
    """What the base gives. Many rows have the same: without levers it hangs on nothing that they write."""
    levers = (composed.raw.get("care_models") or {})[model].get("levers")
    without = {key: part for key, part in composed.raw.items() if levers or key not in ("levers", "care_models", "evidence")}
    without["costs"] = {unit: cost for unit, cost in (composed.raw.get("costs") or {}).items() if levers or unit in composed.raw["units"]}
    key = json.dumps([without, model, composed.settings.model_dump(mode="json")], sort_keys=True, default=str)
    _KNOWN[key] = found = _KNOWN.pop(key) if key in _KNOWN else indicators_of(composed, model)
    while len(_KNOWN) > MOST_KNOWN:
        del _KNOWN[next(iter(_KNOWN))]
    return found


def indicators_of(composed: Composed, model: str) -> pd.DataFrame:
    """The indicators of one care model, of every replication of its settings."""
    prepared = plan_study(composed.raw, composed.settings, composed.folder, [model])
    return pd.concat([replicate(prepared, i, None).indicators for i in range(composed.settings.replications)], ignore_index=True)


def ready() -> None:
    """What a process does before its first row: nothing."""


def pick(table: pd.DataFrame, indicator: str) -> pd.Series:
    """The row of an indicator, written `name` or `name:group:level`."""
    name, group, level = (indicator.split(":") + ["all", "all"])[:3] if ":" not in indicator else indicator.split(":")
    found = table[(table["indicator"] == name) & (table["group"] == group) & (table["level"] == level)]
    if len(found) != 1:
        raise LookupError(f"{indicator}: {len(found)} such rows")
    return found.iloc[0]


def better(indicator: str) -> int:
    """+1 where more is better, −1 where less is."""
    return {"higher": 1, "lower": -1}[REGISTRY[indicator.split(":")[0]].better]
