"""Say how many places are needed for an indicator to meet a target, with an interval, in places and in people employed.

  pathsim need units.acute_team.slots=1,2,3,4 --indicator share_gave_up:unit:acute_team --at-most 0.05 care_model=relay
  pathsim need levers.partnership.changes.units.coordinator.slots=14,20,26 --indicator wait_mean:unit:coordinator --at-most 72
  pathsim need my_system.yaml units.ward.beds=range(4,9) --indicator share_waiting:unit:ward --at-most 0.1 replications=20

One number of places varies; what else is given is a file, a choice or a change of the care system, as everywhere. Each number
has the same replications. The last care model is judged. Results are in results/NAME: need.csv, need.txt.
"""

from __future__ import annotations

import argparse
import math
import sys

from . import shared, sweeping
from .allocate import as_csv, write


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Of the study count: seed, years, warm_up, replications, care_model, workers, name, results, lang, engine."
    shared.takes_system(parser)
    parser.add_argument("--indicator", required=True, metavar="NAME", help="of everybody, or NAME:GROUP:LEVEL, as share_gave_up:unit:acute_team")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--at-most", type=float, metavar="VALUE", help="what its mean is to be; a share as 0.05")
    target.add_argument("--at-least", type=float, metavar="VALUE")
    parser.add_argument("--hours-a-year", type=float, default=None, metavar="HOURS", help="of work a year, full time; assumed 1600")


def run(options: argparse.Namespace) -> int:
    from ..decide.needed import Target, ask, planned, question
    from ..decide.sampled import quantity_of
    from ..decide.staffing import HOURS_A_YEAR
    from ..report import need as report
    from ..study.replicate import StudyError

    at_most = options.at_most is not None
    target = Target(quantity_of(options.indicator, "--indicator"), options.at_most if at_most else options.at_least, at_most)
    hours = HOURS_A_YEAR if options.hours_a_year is None else options.hours_a_year
    _check(target.value, hours)
    path, numbers, rest = question(options.args)
    capacities, ways = planned(path, numbers, rest)
    plan = ways.plan
    print(f"{ways.folder}: {len(numbers)} numbers of places, {plan.replications} replications each, about "
          f"{sweeping.hours(len(numbers) * plan.replications * plan.scenarios[0].seconds)} of one core", file=sys.stderr)
    capacities.get_ready()
    try:
        found = ask(target, numbers, ways, sweeping.run_here)
        said = report.text(found, hours)
        write(ways.folder, {"need.csv": as_csv(found.table), "need.txt": said + "\n"})
    except StudyError as problem:
        return shared.failed(problem)
    shared.tell_warnings(found.warnings, ways.lang, len(found.table), "scenarios")
    print(said, "", ways.folder / "need.csv", sep="\n")
    return 0


def _check(target: float, hours: float) -> None:
    from ..faults import Fault, Faults

    faults = []
    if not math.isfinite(target):
        faults.append(Fault("--at-most or --at-least", f"{target} was given. Write a number"))
    if not 0 < hours <= 8784:
        faults.append(Fault("--hours-a-year", f"{hours:g} was given. Allowed: more than 0, and no more than a year has"))
    if faults:
        raise Faults(faults)
