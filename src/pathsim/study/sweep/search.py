"""A search chooses each few points after those before them: tree-structured Parzen estimators of Optuna, seeded.

The same command asks for the same points, and what is in the store is not run again: so a search that was killed goes
on where it was. What it looks for is a mean over replications of the same luck for all points; the best of many means is
partly luck, so the best few should be run again with another seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hydra.core.override_parser.types import Override

from ... import folders
from ...contacts.registry import REGISTRY
from ...faults import fail, nearest
from ..overrides import groups, is_file, parse
from . import plan as plans
from .collect import everybody
from .designs import axis_of
from .plan import Plan
from .planning import checked, claim, folder_of, planned_of, seed_of
from .scenarios import Composer, Scenario
from .units import Unit

AT_ONCE = 4  # points chosen before the next look: of a number that does not depend on the machine

Run = Callable[[Plan, Path, list[Unit]], Any]


class Found(NamedTuple):
    """values: what each scenario gave; NaN for one that failed."""

    plan: Plan
    folder: Path
    values: list[float]


class Aim(NamedTuple):
    """An indicator of everybody: of the last care model less the first, or of the only one."""

    indicator: str
    largest: bool = False


def search(texts: list[str], samples: int | None, aim: Aim, size: int | None, run: Run) -> Found:
    """Runs points, some at a time, until there are `samples`. run: runs units.

    Raises Faults for what can't be searched.
    """
    optuna = _optuna()
    if samples is None or samples < 1:
        raise fail("--samples", f"{samples} was given. Allowed: a whole number from 1, such as 60")
    if aim.indicator not in REGISTRY:
        raise fail("--aim", f"no indicator '{aim.indicator}'. {nearest(aim.indicator, REGISTRY)}")
    options = groups(folders.configs())
    overrides = parse(text for text in texts if not is_file(text))
    axes = {place: axis_of(override, options) for place, override in enumerate(overrides) if override.is_sweep_override()}
    parameters = {overrides[place].key_or_group: place for place in axes}
    checked(parameters)
    if not axes:
        raise fail("--design", "nothing varies. Write key=interval(low,high), or key=a,b,c")
    composer = Composer([Path(text) for text in texts if is_file(text)], folders.configs(), options)
    sampler = optuna.samplers.TPESampler(seed=seed_of(texts))
    study = optuna.create_study(sampler=sampler, direction="maximize" if aim.largest else "minimize")
    scenarios: list[Scenario] = []
    values: list[float] = []
    words = [*texts, "--design", "optuna", "--samples", str(samples), "--aim", aim.indicator, *(["--largest"] if aim.largest else [])]
    plan = folder = None
    while len(scenarios) < samples:
        trials = [study.ask() for _ in range(min(AT_ONCE, samples - len(scenarios)))]
        for trial in trials:
            scenario, composed = composer.scenario(_at(trial, overrides, axes), parameters, size)
            scenarios.append(scenario)
        plan = planned_of(words, list(parameters), scenarios, composed.settings, composer.bases)
        if folder is None:
            folder = folder_of(composed, [*parameters, aim.indicator], [texts, list(aim)])
        claim(plan, folder)
        some = replace(plan, scenarios=scenarios[-len(trials):])
        left = [unit._replace(scenario=unit.scenario + len(scenarios) - len(trials)) for unit in plans.to_do(some, plans.there(some, folder))]
        if left:
            run(plan, folder, left)
        for trial, value in zip(trials, values_of(some, folder, aim), strict=True):
            values.append(value)
            study.tell(trial, value if np.isfinite(value) else None, state=None if np.isfinite(value) else optuna.trial.TrialState.FAIL)
    assert plan is not None and folder is not None
    return Found(plan, folder, values)


def best(found: Found, largest: bool, most: int = 5) -> list[int]:
    """The numbers of the best scenarios, the best first."""
    order = np.argsort([-value if largest else value for value in found.values], kind="stable")
    return [int(number) for number in order if np.isfinite(found.values[number])][:most]


def values_of(plan: Plan, folder: Path, aim: Aim) -> list[float]:
    """What each scenario of a plan gave: a mean over replications; NaN where some are missing. Raises Faults."""
    table = everybody(plan, folder)
    if table.empty:
        return [np.nan] * len(plan.scenarios)
    if aim.indicator not in table:
        raise fail("--aim", f"'{aim.indicator}' is not told of everybody here. {nearest(aim.indicator, [name for name in table if name in REGISTRY])}")
    pairs = table.pivot(index=["scenario", "replication"], columns="model", values=aim.indicator)
    found = []
    for number, scenario in enumerate(plan.scenarios, start=1):
        rows = pairs[pairs.index.get_level_values("scenario") == number]
        first, last = scenario.models[0], scenario.models[-1]
        value = rows[last] - (rows[first] if first != last else 0)
        found.append(float(value.mean()) if len(rows) == plan.replications else np.nan)
    return found


def _at(trial: Any, overrides: list[Override], axes: dict[int, Any]) -> list[Override]:
    """The point that a trial asks for. Written values are categories; intervals a place between their ends."""
    point = list(overrides)
    for place, axis in axes.items():
        name = overrides[place].key_or_group
        if len(axis):
            number = trial.suggest_categorical(name, list(range(len(axis))))
            point[place] = axis((number + 0.5) / len(axis))
        else:
            point[place] = axis(trial.suggest_float(name, 0.0, 1.0 - 1e-12))
    return point


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError:
        raise fail("--design optuna", "needs Optuna, which is not installed. Write: pip install 'pathsim-care[optuna]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
