"""Run again what failed in a sweep; with --missing whatever is not done. Takes the same launchers as the sweep.

  pathsim retry results/NAME
  pathsim retry results/NAME --missing hydra/launcher=slurm hydra.launcher.memory=16G
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="of the sweep")
    parser.add_argument("args", nargs="*", metavar="hydra/launcher=…", help="where to run; default here")
    parser.add_argument("--missing", action="store_true", help="also what is missing")
    parser.add_argument("--wait", action="store_true", help="with slurm: stay until it is done")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep.state import failed_units, state
    from . import shared, sweeping

    where, launcher, rest = sweeping.launcher(options.args)
    if rest:
        raise fail(rest[0], "a sweep is run again as it was planned. Leave it out, or start another with pathsim sweep")
    plan = plans.read(options.folder)
    now = state(plan, options.folder)
    units = now.to_do if options.missing else failed_units(plan, now.failed)
    if not units:
        print(f"nothing failed; {len(now.to_do)} of {now.units} units are missing" + (": add --missing" if now.to_do else ""), file=sys.stderr)
        return 1 if now.to_do else 0
    try:
        sweeping.not_twice(where, options.folder, True)
        return sweeping.carry_out(plan, options.folder, units, where, launcher, None, options.wait)
    except StudyError as problem:
        return shared.failed(problem)
