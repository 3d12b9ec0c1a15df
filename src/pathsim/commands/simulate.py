"""Simulate one care model, as many replications as the settings say.

  pathsim simulate configs/known/mm1.yaml replications=20 years=0.5 warm_up=0
  pathsim simulate region=esbjerg care_model=relay replications=2

Results are in results/NAME: means.csv, indicators.csv, runs/, config.yaml, manifest.json.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import shared

if TYPE_CHECKING:
    from ..study.compose import Composed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser, sweeps=True)


def run(options: argparse.Namespace) -> int:
    return shared.each_job(options, _job)


def one_model(composed: Composed) -> list[str]:
    """The model named by care_model, else the first that would be compared."""
    from ..study.replicate import chosen_models

    settings = composed.settings
    return chosen_models(composed.raw, [settings.care_model] if settings.care_model else settings.models)[:1]


def _job(args: list[str], job: str) -> int:
    from ..study.compare import simulate
    from ..study.replicate import StudyError

    try:
        result, folder, _ = shared.study(args, job, one_model, simulate)
    except StudyError as problem:
        return shared.failed(problem)
    table = result.table
    shown = table[table["group"].isin(("all", "unit")) & table["value"].notna() & (table["value"] != 0)]
    print(shown.drop(columns=["model", "group"]).to_string(index=False, float_format="{:.4g}".format))
    print(f"\n{result.models[0]}: {result.replications} replications; low and high hold chance alone\n{folder}")
    return 0
