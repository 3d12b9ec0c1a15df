"""For notebooks and scripts: load a care system, simulate it, compare its care models; tables are pandas.

    import pathsim
    system = pathsim.load("region=esbjerg", "units.medical_ward.beds=180")
    run = pathsim.simulate(system, care_model="partnership", days=365)
    run.contacts.groupby("unit").size()
    table = pathsim.compare(system, replications=10)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .contacts import Run, indicators
from .language import plain
from .study import compare as comparison
from .study.compose import Composed, compose
from .study.replicate import check_balance, chosen_models, compared_models, plan_study
from .study.run import simulate_system
from .study.settings import YEAR, read_settings

__all__ = ["compare", "indicators", "load", "simulate"]


def load(*given: str | Path | Mapping[str, Any]) -> Composed:
    """A care system with its study, from files, changes (`key=value`) or a dictionary; as on the command line.

    Without a file or dictionary the shipped systems are composed. Raises Faults: all that is wrong.

    >>> from pathsim.folders import configs
    >>> system = load(configs() / "known" / "mm1.yaml", "units.nurse.slots=2", "seed=7")
    >>> system.raw["units"], system.settings.seed
    ({'nurse': {'slots': 2}}, 7)
    """
    texts = [str(one) for one in given if not isinstance(one, Mapping)]
    written = [one for one in given if isinstance(one, Mapping)]
    return compose(texts, data=plain(dict(written[0]))) if written else compose(texts)


def simulate(
    system: Composed | Mapping[str, Any], care_model: str | None = None, *, days: float | None = None, replication: int = 0, **settings: Any
) -> Run:
    """One replication of one care model: its contacts, citizens and events, each a pandas DataFrame.

    care_model: default the first. days: length of the whole run, all of it measured; without it
    `warm_up` and `years` of the settings count. settings: as in a configuration. Raises Faults.

    >>> run = simulate({"arrivals": {"patients": {"rate": "2 per d", "then": "seen"}}, "units": {"clinic": {"slots": 1}},
    ...                 "steps": {"seen": {"at": "clinic", "for": "1 h", "then": "out"}, "out": {"leave": "well"}}}, days=100)
    >>> set(run.contacts["unit"]), 150 < len(run.contacts) < 250
    ({'clinic'}, True)
    """
    system = _with(system, settings)
    model = chosen_models(system.raw, [care_model or system.settings.care_model] if care_model or system.settings.care_model else None)[0]
    prepared = plan_study(system.raw, system.settings, system.folder, [model])
    warm_up = 0.0 if days is not None else system.settings.warm_up * YEAR
    length = system.settings.days if days is None else days
    run = simulate_system(prepared.systems[model], system.settings.seed, replication, length, warm_up, prepared.study.citizens, system.settings.engine)
    check_balance(run, model, replication)
    return run


def compare(system: Composed | Mapping[str, Any], models: Sequence[str] | None = None, *, workers: int = 1, **settings: Any) -> pd.DataFrame:
    """Paired differences of care models: model, against, indicator, group, level, unit, base, value,
    difference, low, high, n. The interval holds chance alone.

    models: the others are compared with the first; default all. workers: processes; more than one
    needs a script that is guarded by `if __name__ == "__main__":`. `attrs` has the number of
    replications, why they ended, and warnings. Raises Faults.

    >>> table = compare({"arrivals": {"patients": {"rate": "2 per d", "then": "seen"}}, "units": {"clinic": {"slots": 1}},
    ...                  "steps": {"seen": {"at": "clinic", "for": "1 h", "then": "out"}, "out": {"leave": "well"}},
    ...                  "levers": {"second": {"changes": {"units": {"clinic": {"slots": 2}}}}}},
    ...                 replications=2, years=0.1, warm_up=0)
    >>> use = table[(table["indicator"] == "utilisation")].iloc[0]
    >>> bool(abs(use["value"] - use["base"] / 2) < 1e-12)
    True
    """
    system = _with(system, settings | {"workers": workers})
    names = compared_models(system.raw, list(models) if models else system.settings.models)
    prepared = plan_study(system.raw, system.settings, system.folder, names)
    result = comparison.compare(prepared)
    warnings = [f"{model}: {caution.text(system.settings.lang)}" for model, caution, _ in result.warnings]
    result.table.attrs = {"replications": result.replications, "ended": result.why, "warnings": warnings}
    return result.table


def _with(system: Composed | Mapping[str, Any], settings: dict[str, Any]) -> Composed:
    """The system with other settings."""
    composed = system if isinstance(system, Composed) else load(system)
    return composed._replace(settings=read_settings(composed.settings.model_dump() | plain(settings)))
