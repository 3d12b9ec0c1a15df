"""Run a share of a sweep's units: what a task of a cluster does. An ordinary command, that any scheduler can start and kill.

  pathsim shard results/NAME --number 3 --of 40            every 40th unit of the sweep, from the third on (counted from 0)
  pathsim shard results/NAME --unit KEY.8-15               one unit alone, in this process, with its traceback if it fails
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="of the sweep")
    parser.add_argument("--number", type=int, default=0, help="of the shard, from 0")
    parser.add_argument("--of", type=int, default=1, help="how many shards there are")
    parser.add_argument("--todo", help="a list in that folder; default all units of the sweep")
    parser.add_argument("--workers", type=int, help="processes; default one a core")
    parser.add_argument("--unit", help="one unit alone")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep import shards
    from ..study.sweep.worker import Changed
    from .sweeping import run_here

    plan = plans.read(options.folder)
    try:
        if options.unit:
            return _alone(plan, options.folder, options.unit)
        if not 0 <= options.number < options.of:
            raise fail("--number", f"{options.number} of {options.of} was given. Allowed: a number from 0, below --of")
        units = shards.read_list(plan, options.folder / options.todo) if options.todo else plans.all_units(plan)
        mine = shards.still_to_do(plan, options.folder, units[options.number::options.of])
        tally = run_here(replace(plan, workers=options.workers or plan.workers), options.folder, mine) if mine else None
    except (StudyError, Changed) as problem:
        print(f"pathsim: {problem}", file=sys.stderr)
        return 1
    return 1 if tally and tally.failed else 0


def _alone(plan, folder: Path, name: str) -> int:
    """One unit in the open: an error is not caught, and nothing but its file is written."""
    from ..study.sweep import failures
    from ..study.sweep import plan as plans
    from ..study.sweep.store import write
    from ..study.sweep.worker import Worker

    unit = plans.unit_of(plan, name)
    print(f"{plans.label(plan, unit.scenario)}, replications {unit.first} to {unit.first + unit.number - 1}", file=sys.stderr)
    indicators, warnings = Worker(folder).run(unit)
    path = plans.unit_path(plan, folder, unit)
    write(path, indicators, warnings)
    failures.forget(folder, name)
    print(path)
    return 0
