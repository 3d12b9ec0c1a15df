"""Say all that is wrong with a care system at once, or that nothing is.

  pathsim check my_system.yaml
  pathsim check region=esbjerg units.medical_ward.beds=180
"""

from __future__ import annotations

import argparse

from . import shared

COUNTED = ("steps", "units", "risks", "tasks", "effects", "levers")


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..study.compose import compose
    from ..study.replicate import plan_study

    composed = compose(options.args)
    study = plan_study(composed.raw, composed.settings, composed.folder, composed.settings.models).study
    sizes = [_count(len(composed.raw[heading]), heading) for heading in COUNTED if composed.raw.get(heading)]
    citizens = "" if study.citizens is None else f", {len(study.citizens):,} citizens"
    print(f"fine: {', '.join(sizes)}{citizens}; care models: {', '.join(study.models)}")
    return 0


def _count(number: int, heading: str) -> str:
    return f"{number} {heading if number != 1 else heading.removesuffix('s')}"
