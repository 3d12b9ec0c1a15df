"""Fit the free numbers of a care system to published figures, with how sure they then are.

  pathsim calibrate                         the shipped targets, as configs/calibration/danish.yaml was made
  pathsim calibrate --check                 only how the system as it is stands beside them
  pathsim calibrate mine.yaml --targets my_targets.yaml

What is free, what is aimed at and how far from it one may be stands in the file of targets. Results are in
results/calibration-NAME: the patch NAME.yaml, to be laid over the system, NAME.csv with draws of all numbers together,
fit.csv, quantities.csv, correlation.csv. Each trial is kept, so a calibration that was stopped goes on.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared

if TYPE_CHECKING:
    import pandas as pd

    from ..evidence.calibration.run import Calibrated
    from ..evidence.calibration.targets import Targets

GROUP = "calibration"
TRIALS = 150


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser)
    parser.add_argument("--targets", default="danish", metavar="NAME or FILE", help="targets and free quantities (default: danish)")
    parser.add_argument("--check", action="store_true", help="fit nothing: only print the system beside the targets")
    parser.add_argument("--trials", type=int, default=TRIALS, metavar="N", help=f"trials of each of three rounds (default {TRIALS})")


def run(options: argparse.Namespace) -> int:
    from ..evidence.calibration import run as calibration
    from ..evidence.calibration.targets import read_targets
    from ..faults import fail
    from ..study import results
    from ..study.compose import compose
    from ..study.pool import cores
    from ..study.replicate import StudyError

    began = time.perf_counter()
    targets = read_targets(options.targets)
    if options.trials <= len(targets.parameters) + 10:
        raise fail("--trials", f"{options.trials} was given. Allowed: more than {len(targets.parameters) + 10}, for {len(targets.parameters)} free quantities")
    composed = compose(_uncalibrated(options.args, options.check))
    problem = calibration.problem_of(composed, targets)
    name = Path(options.targets).stem
    folder = Path(composed.settings.results) / f"calibration-{name}"
    kept = Path(composed.settings.results) / f"calibration-{name}.trials"
    try:
        if options.check:
            tries = calibration.Tries(problem, kept, problem.settings.workers or cores())
            _print_fit(calibration.fit_table(targets, tries), targets)
            return 0
        with results.staging(folder) as part:
            found = calibration.calibrate(problem, targets, name, options.trials, kept, _say)
            calibration.write(found, part, name, composed, time.perf_counter() - began)
            results.publish(part, folder)
    except StudyError as problem_on_the_way:
        return shared.failed(problem_on_the_way)
    _print_fit(found.fit, targets)
    _print_quantities(found)
    print(f"\n{found.simulated} trials simulated in {time.perf_counter() - began:.0f} s", folder, sep="\n")
    return 0


def _uncalibrated(args: list[str], check: bool) -> list[str]:
    """The shipped systems without the patch that is to be made; as they are where they are only looked at."""
    from .. import folders
    from ..study.overrides import groups, is_file

    shipped = not any(is_file(text) for text in args)
    return args if check or not shipped or GROUP not in groups(folders.configs()) else [f"~{GROUP}", *args]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_fit(table: pd.DataFrame, targets: Targets) -> None:
    both = not table["before"].equals(table["model"])
    print(f"{'':30}{'published':>10}{'±':>8}{'before' if both else '':>9}{'model':>9}{'off':>7}")
    for row in table.itertuples():
        before = f"{row.before:9.4g}" if both else f"{'':9}"
        said = f"{row.verdict if row.use == 'fit' else row.verdict + ' (not fitted)'}"
        print(f"{row.target:30}{row.published:10.4g}{row.tolerance:8.2g}{before}{row.model:9.4g}{row.off:7.1f}  {said}  [{row.source}]")
    fitted = table[table["use"] == "fit"]
    counts = ", ".join(f"{(fitted['verdict'] == word).sum()} {word}" for word in ("fits", "near", "misses"))
    print(f"\n{len(fitted)} fitted: {counts}; sum of squared distances {float((fitted['off'] ** 2).sum()):.1f}")
    for name, why in targets.left_out.items():
        print(f"left out: {name}: {why}")


def _print_quantities(found: Calibrated) -> None:
    print(f"\n{'quantity':48}{'level':>14}{'95 % interval':>28}{'spread left':>13}")
    for row in found.quantities.itertuples():
        print(f"{row.title:48}{row.level:>14}{f'{row.low} … {row.high}':>28}{row.left:>12.0%}")
    print("\nThe targets cannot tell apart: " + ("; ".join(f"{a} and {b} ({r:+.2f})" for a, b, r in found.alike) or "none"))
    print("The targets say little of: " + (", ".join(f"{name} ({share:.0%} of the prior's spread left)" for name, share in found.unlearned) or "none"))
