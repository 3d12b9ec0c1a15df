"""Write one table of a sweep, with its parameters and indicators, for pandas or R. Ends with 1 where units are missing.

  pathsim collect results/NAME                              results/NAME/table.parquet
  pathsim collect results/NAME --to sweep.csv               a row a scenario, care model and replication
  pathsim collect results/NAME --groups older municipality  a row an indicator, group and level as well
  pathsim collect results/NAME --groups                     all groups, which is large
  pathsim collect results/NAME --differences                each care model less the first, with intervals of chance alone
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="of the sweep")
    parser.add_argument("--to", type=Path, metavar="FILE", help="a file that ends with .parquet or .csv")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--groups", nargs="*", help="a long table of these groups, or of all")
    shape.add_argument("--differences", action="store_true", help="paired differences of care models, scenario by scenario")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..study.sweep import plan as plans
    from ..study.sweep.collect import collect
    from ..study.sweep.state import state
    from .sweeping import TABLE, tell_collected, tell_missing

    plan = plans.read(options.folder)
    target = options.to or options.folder / ("differences.parquet" if options.differences else TABLE if options.groups is None else "long.parquet")
    if target.suffix not in (".parquet", ".csv"):
        raise fail("--to", f"{target} was given. Allowed: a file that ends with .parquet or .csv")
    try:
        found = collect(plan, options.folder, target, options.groups, options.differences)
    except OSError as problem:
        raise fail(str(problem.filename or target), f"can't be written ({problem.strerror}). Choose another file with --to FILE") from None
    tell_collected(found, plan)
    now = state(plan, options.folder, looked=bool(found.damaged))
    print(f"{target} ({found.rows:,} rows)")
    if now.to_do:
        tell_missing(now, options.folder)
        print("the table is incomplete", file=sys.stderr)
        return 1
    return 0
