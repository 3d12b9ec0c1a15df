"""Run every scenario of a sweep, on all cores of this machine or on a cluster. The same command again goes on where it ended.

  pathsim sweep -m levers.partnership.reach=0.2,0.5,0.8 region=odense,esbjerg replications=200
  pathsim sweep -m levers.partnership.reach=interval(0.1,0.9) --design sobol --samples 256
  pathsim sweep -m --list scenarios.csv replications=100
  pathsim sweep -m … hydra/launcher=slurm hydra.launcher.partition=compute

Every scenario runs `replications`; each replication all its care models, for the same citizens with the same luck.
It ends with one table, results/NAME/table.parquet: a row a scenario, care model and replication, a column an indicator.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import shared, sweeping

LAUNCHERS = """
Where it runs: hydra/launcher=local (all cores, or workers=N), slurm (a job array), or commands (prints a command
for each shard, for any other scheduler). What to ask a cluster for, hydra.launcher.NAME=VALUE: tasks, at_once, cpus,
memory, time, partition, account, qos, options=[--constraint=avx2].
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.takes_system(parser, sweeps=True)
    designs = ("grid", "lhs", "sobol", "optuna")
    parser.add_argument("--design", choices=designs, default="grid", help="every combination, points spread over intervals, or a search")
    parser.add_argument("--samples", type=int, help="how many points")
    parser.add_argument("--aim", metavar="INDICATOR", default="readmission_30",
                        help="what a search makes small, of the last care model less the first")
    parser.add_argument("--largest", action="store_true", help="… or large")
    parser.add_argument("--list", type=Path, metavar="FILE.csv", help="scenarios as rows of a table whose columns are keys")
    parser.add_argument("--unit-size", type=int, help="replications a unit of work; default about fifteen seconds of them")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done: units, hours, disk")
    parser.add_argument("--wait", action="store_true", help="with slurm: stay until it is done")
    parser.epilog = LAUNCHERS


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep import planning

    where, launcher, texts = sweeping.launcher(options.args)
    if options.unit_size is not None and options.unit_size < 1:
        raise fail("--unit-size", f"{options.unit_size} was given. Allowed: a whole number from 1")
    if options.design == "optuna":
        return _search(options, texts, where)
    planned = planning.plan_sweep(texts, options.design, options.samples, options.list, options.unit_size)
    plan, folder = planned.plan, planned.folder
    units = plans.to_do(plan, plans.there(plan, folder))
    sweeping.tell_plan(planned, units, launcher, sys.stdout if options.dry_run else sys.stderr)
    if options.dry_run:
        return 0
    try:
        sweeping.not_twice(where, folder, bool(units))
        planning.claim(plan, folder)
        return sweeping.carry_out(plan, folder, units, where, launcher, planned.first, options.wait)
    except StudyError as problem:
        return shared.failed(problem)


def _search(options: argparse.Namespace, texts: list[str], where: str) -> int:
    from ..faults import fail
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep.search import Aim, best, search

    if where != "local" or options.dry_run or options.list:
        raise fail("--design optuna", "chooses each point after those before it, so it runs here, without a list, and can't be planned ahead")
    aim = Aim(options.aim, options.largest)
    try:
        found = search(texts, options.samples, aim, options.unit_size, sweeping.run_here)
        for number in best(found, aim.largest):
            print(f"{found.values[number]:12.6g}  {plans.label(found.plan, number)}", file=sys.stderr)
        return sweeping.ended(found.plan, found.folder)
    except StudyError as problem:
        return shared.failed(problem)
