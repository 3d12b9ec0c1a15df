"""Run a comparison in the years ahead, with more old people each year, and say when beds and nurses run out under each care model.

  pathsim years                                       every year from 2026 to 2040
  pathsim years --every 2 replications=6              fewer years, fewer replications
  pathsim years region=odense --staff 1.0             visiting places grow by 1 % a year (in whole places)
  pathsim years --every 2 --draws 100                 what is uncertain about the numbers as well: 100 possible futures of each year
  pathsim years --full 0.92 --busy 0.85 --lost 0.02   other limits: what is in the store is not run again

Each year is a scenario of a sweep: the same command goes on where it ended, on all cores or, with hydra/launcher=slurm, on a cluster.
Results are in results/NAME: years.csv, runs_out.csv, years.svg and .png, and long.parquet with every replication.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared, sweeping

if TYPE_CHECKING:
    from ..report.ahead import Ahead
    from ..study.ahead import Growth
    from ..study.sweep.plan import Plan

GROUPS = ["all", "unit", "sector", "payer"]
LONG = "long.parquet"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "What is assumed of the years, and how the year in which a unit runs out is found, is in docs/years.md."
    shared.takes_system(parser)
    parser.add_argument("--first", type=int, default=2026, metavar="YEAR")
    parser.add_argument("--last", type=int, default=2040, metavar="YEAR")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th year")
    for what, of in (("staff", "visiting places"), ("beds", "beds")):
        parser.add_argument(f"--{what}", type=float, default=0.0, metavar="PERCENT", help=f"growth of {of} a year, in whole places (default: none)")
    parser.add_argument("--others", type=float, metavar="PERCENT", help="growth of everybody from outside a year (default: as the country's ages)")
    for name, default, what in (("full", 0.95, "mean occupancy of beds"), ("busy", 0.90, "use of visiting places while open"),
                                ("lost", 0.05, "share of those who ask for a visit and get none")):
        parser.add_argument(f"--{name}", type=float, default=default, metavar="SHARE", help=f"{what} from which places run out (default: {default})")
    parser.add_argument("--draws", type=int, metavar="N", help="draw all that is uncertain N times, and run each draw once in each year "
                        "(default: as written, and intervals of chance alone)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be run")


def run(options: argparse.Namespace) -> int:
    from ..study.ahead import Growth, plan_years, years_of
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep import planning

    _check(options)
    where, launcher, texts = sweeping.launcher(options.args)
    growth = Growth(options.staff, options.beds, options.others)
    planned = plan_years(texts, years_of(options.first, options.last, options.every), growth, options.draws)
    plan, folder = planned.plan, planned.folder
    units = plans.to_do(plan, plans.there(plan, folder))
    sweeping.tell_plan(planned, units, launcher, sys.stdout if options.dry_run else sys.stderr)
    if options.dry_run:
        return 0
    try:
        sweeping.not_twice(where, folder, bool(units))
        planning.claim(plan, folder)
        code = sweeping.carry_out(plan, folder, units, where, launcher, planned.first)
        if code or plans.to_do(plan, plans.there(plan, folder)):
            return code
        return _tell(plan, folder, options, growth)
    except StudyError as problem:
        return shared.failed(problem)


def _check(options: argparse.Namespace) -> None:
    """Raises Faults for limits and growth that can't be."""
    from ..faults import Fault, Faults

    faults = [Fault(f"--{name}", f"{value:g} was given. Allowed: more than 0, at most 2") for name in ("full", "busy", "lost")
              if not 0 < (value := getattr(options, name)) <= 2]
    faults += [Fault(f"--{name}", f"{value:g} was given. Allowed: a percentage a year from -20 to 20") for name in ("staff", "beds", "others")
               if (value := getattr(options, name)) is not None and not -20 <= value <= 20]
    if faults:
        raise Faults(faults)


def _tell(plan: Plan, folder: Path, options: argparse.Namespace, growth: Growth) -> int:
    from ..report import ahead as report
    from ..report import ahead_figure
    from ..study.sweep.collect import collect
    from ..study.sweep.running import written

    with written(folder):
        collect(plan, folder, folder / LONG, GROUPS)
        found = read(plan, folder, options, growth)
        ahead_figure.write(folder, found, plan.lang)
    print(report.text(found, plan.lang), folder, sep="\n")
    return 0


def read(plan: Plan, folder: Path, options: argparse.Namespace, growth: Growth) -> Ahead:
    """What the collected table says. A draw of what is uncertain takes the place of a replication."""
    import pandas as pd

    from ..decide.years import Limits, melted, present_value_of, pressure, run_out, trend
    from ..report import ahead as report
    from ..study.ahead import DRAW, PARAMETER, standing
    from ..study.compose import changed
    from ..study.sweep.scenarios import prepared

    table = pd.read_parquet(folder / LONG).rename(columns={PARAMETER: "year"})
    futures = DRAW in plan.parameters
    if futures:
        table = table.drop(columns="replication").rename(columns={DRAW: "replication"})
    limits = Limits(options.full, options.busy, options.lost)
    told = pressure(table, limits)
    main = table[table["indicator"].isin(report.MAIN) & table["group"].isin(["all", "payer"])]
    rows = pd.concat([main[["indicator", "group", "level", "year", "model", "replication", "value"]], melted(told)], ignore_index=True)
    raw, models = plan.bases[0].raw, plan.scenarios[0].models
    years = list(dict.fromkeys(scenario.values[0] for scenario in plan.scenarios))
    ends = {years[i]: standing(prepared(changed(plan.bases[i], [], []), models)) for i in (0, -1)}
    places, others = report.assumed(growth.staff, growth.beds, growth.others, plan.lang)
    number = int(table["replication"].nunique()) if futures else plan.replications
    return report.Ahead(trend(rows, models, futures), run_out(told, models, futures), raw, models, years, number, limits, places, others,
                        report.nurses_of(raw), ends, futures, present_value_of(rows, models, futures=futures))
