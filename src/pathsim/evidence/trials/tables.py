"""Claim: many trials of one size show what a trial of that size would have seen: its mean, its spread, and how often it misleads."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .compose import CONTROL, TREATED
from .design import Trial
from .estimators import compare, pooled
from .outcomes import Counts, level, some

KEY = ["outcome", "measure"]
SEEN = ["replication", *KEY, "estimate", "se", "low", "high", "n_intervention", "n_control", "control_level"]
TOLD = ["replication", "design", *KEY, "estimate", "se", "low", "high", "n"]
Runs = dict[str, tuple[pd.DataFrame, list[Counts]]]


def one_trial(trial: Trial, replication: int, people: pd.DataFrame, counted: list[Counts]) -> pd.DataFrame:
    """What this trial reports: one row an outcome."""
    in_arm = [(people["arm"] == arm).to_numpy() for arm in (TREATED, CONTROL)]
    units = None
    if trial.clustered:
        codes = people["cluster"].astype("category").cat.codes.to_numpy()
        units = (codes[in_arm[0]], codes[in_arm[1]])
    lines = []
    for outcome, counts in zip(trial.outcomes, counted, strict=True):
        treated, control = (some(counts, rows) for rows in in_arm)
        found = compare(outcome.measured, treated, control, units)
        sizes = [int((arm.over > 0).sum()) for arm in (treated, control)]
        lines.append((replication, outcome.name(trial.follow_up), outcome.measured, *found, *sizes, level(control)))
    return pd.DataFrame(lines, columns=SEEN)


def table(trial: Trial, runs: list[Runs], seen: pd.DataFrame, delivered: float) -> pd.DataFrame:
    """One row an outcome: the truth, and how trials of this size look beside it."""
    lines = []
    for i, outcome in enumerate(trial.outcomes):
        name, measure = outcome.name(trial.follow_up), outcome.measured
        mine = seen[(seen["outcome"] == name) & (seen["measure"] == measure)]
        true, true_se = pooled(measure, [(one["all"][1][i], one["none"][1][i]) for one in runs])
        spilt, spilt_se = pooled(measure, [_spill_over(one, i) for one in runs])
        lines.append({
            "outcome": name, "measure": measure, "true": true, "true_se": true_se, **looked(mine, true),
            "n_intervention": mine["n_intervention"].mean(), "n_control": mine["n_control"].mean(), "control_level": mine["control_level"].mean(),
            "spill_over": spilt, "spill_over_se": spilt_se, "delivered": delivered, "replications": len(runs),
        })
    return pd.DataFrame(lines)


def looked(mine: pd.DataFrame, true: float) -> dict[str, float]:
    """The distribution of estimates: mean, spread, power, coverage of the truth, wrong sign. Where there is no estimate, nothing is shown by it."""
    estimate, low, high = (mine[name].to_numpy() for name in ("estimate", "low", "high"))
    there = np.isfinite(estimate)
    known = np.isfinite(low)
    nan = math.nan
    return {
        "seen_mean": estimate[there].mean() if there.any() else nan,
        "seen_sd": estimate[there].std(ddof=1) if there.sum() > 1 else nan,
        "power": float(((low > 0) | (high < 0)).mean()),
        "coverage": float(((low <= true) & (true <= high))[known].mean()) if known.any() and math.isfinite(true) else nan,
        "wrong_sign": float((np.sign(estimate) * np.sign(true) < 0)[there].mean()) if there.any() and math.isfinite(true) and true != 0 else nan,
        "no_estimate": float(1 - known.mean()),
    }


def _spill_over(runs: Runs, i: int) -> tuple[Counts, Counts]:
    """The control arm as it fared in the trial, and the same people where nobody was offered anything."""
    (people, counted), (before, alone) = runs["trial"], runs["none"]
    control = (people["arm"] == CONTROL).to_numpy()
    same = before["slot"].isin(people["slot"][control]).to_numpy()
    return some(counted[i], control), some(alone[i], same)


def designs_table(told: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """One row a design and outcome: what it would have claimed, beside the truth."""
    true = truth.set_index(KEY)["true"]
    lines = []
    for (design, outcome, measure), mine in told.groupby(["design", *KEY], sort=False):
        stands = float(true.get((outcome, measure), math.nan))
        lines.append({"design": design, "outcome": outcome, "measure": measure, "true": stands, **looked(mine, stands), "n": mine["n"].mean()})
    return pd.DataFrame(lines, columns=["design", *KEY, "true", "seen_mean", "seen_sd", "power", "coverage", "wrong_sign", "no_estimate", "n"])
