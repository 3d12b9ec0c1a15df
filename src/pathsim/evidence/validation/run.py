"""All studies predicted and scored: one row a study, intervals on both sides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ... import folders
from ...inputs.quantities import Parameter
from ...study.compose import Composed
from ...study.pool import cores
from ..calibration.targets import read_targets
from ..trials.design import RISK
from ..tries import Figures, Tries
from .predict import Prediction
from .scores import crps, crps_normal
from .studies import Study

INNER, OUTER = 0.5, 0.9


def posterior_of(name: str) -> tuple[dict[str, Parameter], tuple[dict[str, float], ...]]:
    """The free quantities of a shipped calibration, and draws of them."""
    table = pd.read_csv(folders.configs() / "calibration" / f"{name}.csv")
    parameters = dict(read_targets(name).parameters)
    return {name: parameters[name] for name in table.columns}, tuple(table.to_dict("records"))


def validate(
    composed: Composed, studies: dict[str, Study], posterior: tuple[dict[str, Parameter], tuple[dict[str, float], ...]], how_many: int, folder: Path,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(one row a study, all draws). `composed`: the care system before the calibration that `posterior` draws from."""
    rows, all_draws = [], []
    for name, study in studies.items():
        work = Prediction(name, study, composed.raw, composed.settings, *posterior)
        say(f"{name}: {how_many} trials of {study.trial.recruits or 'all'}")
        found = Tries(work, folder / name, composed.settings.workers or cores())([(draw,) for draw in range(how_many)])
        rows.append(row_of(name, study, found))
        all_draws.append(pd.DataFrame(found).assign(study=name, draw=range(how_many)))
    return pd.DataFrame(rows), pd.concat(all_draws, ignore_index=True)


def row_of(name: str, study: Study, found: list[Figures]) -> dict[str, Any]:
    """One study beside its prediction; ratios, not logarithms."""
    seen = np.array([one["log"] for one in found])
    seen = seen[np.isfinite(seen)]
    se = float(np.median([one["se"] for one in found if np.isfinite(one["se"])]))
    ends = [(1 - OUTER) / 2, (1 - INNER) / 2, 0.5, (1 + INNER) / 2, (1 + OUTER) / 2]
    outer_low, inner_low, middle, inner_high, outer_high = np.quantile(seen, ends)
    published, shares = study.published, study.trial.outcomes[0].measured == RISK
    row: dict[str, Any] = {
        "study": name, "used_for": study.used_for, "effect_is_input": study.effect is not None, "title": study.title, "source": " ".join(study.source),
        "published": published.estimate, "published_low": np.nan, "published_high": np.nan, "direction": published.direction,
        "predicted": np.exp(middle), "low": np.exp(outer_low), "high": np.exp(outer_high), "true": np.exp(np.median([one["true"] for one in found])),
        "fewer": float(np.mean(seen < 0)), "control_published": published.control if shares else None,
        "control": float(np.median([one["control"] for one in found])),
        "delivered": float(np.nanmean([one["delivered"] for one in found])) if any(np.isfinite(one["delivered"]) for one in found) else np.nan,
        "n": float(np.median([one["n"] for one in found])), "draws": len(seen),
    }
    if published.estimate:
        log, error = published.log, published.error
        row |= {
            "published_low": np.exp(log - 1.96 * error), "published_high": np.exp(log + 1.96 * error),
            "inside_90": bool(outer_low <= log <= outer_high), "inside_50": bool(inner_low <= log <= inner_high),
            "bias": middle - log, "crps": crps(seen, log), "crps_no_effect": crps_normal(0.0, float(np.hypot(se, 1e-3)), log),
        }
    return row


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Coverage, bias and score, over all studies with figures and over those that are held out."""
    told = table[table["published"].notna()]
    rows = []
    for name, some in (("all", told), ("held out", told[told["used_for"] == "held_out"]), ("effect is no input", told[~told["effect_is_input"]])):
        if len(some):
            ours, none = some["crps"].mean(), some["crps_no_effect"].mean()
            rows.append((name, len(some), int(some["inside_90"].sum()), int(some["inside_50"].sum()), some["bias"].mean(), ours, none, 1 - ours / none))
    return pd.DataFrame(rows, columns=["studies", "n", "inside_90", "inside_50", "bias", "crps", "crps_no_effect", "skill"])
