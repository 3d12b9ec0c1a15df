"""From a composed care system and a file of targets to a patch, its draws, and how well it fits on luck not used to fit it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ... import MODEL_VERSION
from ...inputs.quantities import found
from ...language import care_models, read_all
from ...plan import lay_out
from ...study.citizens import citizens_of
from ...study.compose import Composed
from ...study.engines import get_ready
from ...study.pool import cores
from ...study.replicate import chosen_models
from ..tries import Tries
from .fitting import Posterior, alike, fit, unlearned
from .patch import DRAWS, patch_of, written
from .problem import Problem, trial_of
from .targets import Targets

FRESH = 1_000_000  # the first replication of those that fitted nothing
CHECKS = 8
NARROW = 1.0, 2.0  # tolerances within which a figure fits, and beyond which it misses


@dataclass(frozen=True)
class Calibrated:
    """A calibration: the posterior, the patch as text, its draws, and the fit before and after."""

    posterior: Posterior
    patch: str
    draws: pd.DataFrame
    fit: pd.DataFrame
    quantities: pd.DataFrame
    alike: list[tuple[str, str, float]]
    unlearned: list[tuple[str, float]]
    simulated: int


def problem_of(composed: Composed, targets: Targets) -> Problem:
    """What is tried: the first care model of the system, or `care_model`. Raises Faults."""
    for parameter in targets.parameters.values():
        for place in parameter.places:
            found(composed.raw, place)
        parameter.moved(composed.raw, 0.1)
    settings = composed.settings.model_copy(update=targets.study.model_dump())
    model = chosen_models(composed.raw, [settings.care_model] if settings.care_model else None)[0]
    raw = _alone(composed.raw, model)
    systems = read_all(raw)
    get_ready(lay_out(systems[model], settings.days), settings.engine)
    return Problem(raw, model, settings, citizens_of(systems, settings, composed.folder), dict(targets.parameters), tuple(targets.targets))


def _alone(raw: dict[str, Any], model: str) -> dict[str, Any]:
    """The care system of one care model, without what it does not need: what is said of numbers, prices, other levers."""
    levers = care_models(raw)[model].levers
    kept = {key: part for key, part in raw.items() if key not in ("evidence", "costs", "levers", "care_models")}
    return kept | {"levers": {name: raw["levers"][name] for name in levers}, "care_models": {model: {"levers": list(levers)}}}


def calibrate(problem: Problem, targets: Targets, name: str, each: int, folder: Path, say: Callable[[str], None]) -> Calibrated:
    """All of it. `folder` keeps trials, so that one that was stopped goes on."""
    tries = Tries(problem, folder, problem.settings.workers or cores(), lambda done: say(f"{done} trials simulated") if done % 25 == 0 else None)
    posterior = fit(targets, tries, each, say)
    sample = posterior.draws(DRAWS, targets.study.seed)
    fitted = fit_table(targets, tries, posterior.mean)
    return Calibrated(
        posterior, written(patch_of(problem.raw, targets, posterior, sample), name, f"{name}.csv"),
        pd.DataFrame(sample, columns=posterior.names).round(4), fitted, _quantities(targets, posterior),
        alike(posterior), unlearned(posterior), tries.simulated,
    )


def fit_table(targets: Targets, tries: Tries, x: np.ndarray | None = None) -> pd.DataFrame:
    """Each target beside the model as written (`before`) and at x (`model`), over replications that fitted nothing.

    Columns: target, published, tolerance, before, model, se (of `model`, chance alone), off (tolerances away), verdict, use, source, because.
    """
    zero = np.zeros(len(targets.parameters))
    points = [zero] if x is None else [zero, x]
    seen = tries([trial_of(point, FRESH + r) for point in points for r in range(CHECKS)])
    table = pd.DataFrame(seen).to_numpy().reshape(len(points), CHECKS, -1)
    names = list(seen[0])
    rows = []
    for name, target in targets.targets.items():
        values = table[:, :, names.index(name)]
        model = float(values[-1].mean())
        off = (model - target.value) / target.sd
        verdict = "fits" if abs(off) <= NARROW[0] else "near" if abs(off) <= NARROW[1] else "misses"
        rows.append((name, target.value, target.sd, float(values[0].mean()), model, float(values[-1].std(ddof=1) / np.sqrt(CHECKS)), off, verdict,
                     target.use, " ".join(target.source), target.because))
    return pd.DataFrame(rows, columns=["target", "published", "tolerance", "before", "model", "se", "off", "verdict", "use", "source", "because"])


def _quantities(targets: Targets, posterior: Posterior) -> pd.DataFrame:
    """Each free quantity: its level with a 95 % interval, and the share of the prior's spread that is left."""
    rows = []
    for name, mean, sd, prior in zip(posterior.names, posterior.mean, posterior.sd, posterior.prior, strict=True):
        one = targets.parameters[name]
        rows.append((name, one.title, one.level(mean), one.level(mean - 1.96 * sd), one.level(mean + 1.96 * sd), mean, sd, prior, sd / prior))
    return pd.DataFrame(rows, columns=["quantity", "title", "level", "low", "high", "x", "sd", "prior", "left"])


def write(result: Calibrated, folder: Path, name: str, composed: Composed, seconds: float) -> None:
    """The patch (NAME.yaml), its draws (NAME.csv) and tables into a folder that is published whole."""
    (folder / f"{name}.yaml").write_text(result.patch)
    result.draws.to_csv(folder / f"{name}.csv", index=False)
    result.fit.to_csv(folder / "fit.csv", index=False, float_format="%.5g")
    result.quantities.to_csv(folder / "quantities.csv", index=False, float_format="%.4g")
    pd.DataFrame(result.posterior.correlation, index=result.posterior.names, columns=result.posterior.names).round(3).to_csv(folder / "correlation.csv")
    pd.Series(result.posterior.explained, name="explained").round(3).to_csv(folder / "explained.csv", index_label="target")
    told = {"trials": result.posterior.trials, "simulated": result.simulated, "seconds": round(seconds, 1)}
    manifest = {"model_version": MODEL_VERSION, "overrides": composed.overrides} | told
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
