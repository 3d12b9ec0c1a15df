"""Draw all that is uncertain many times, and say how sure a comparison is: chance and inputs, what it hangs on, where it turns, what it is worth.

  pathsim futures                                     the default comparison in up to 1,000 possible futures
  pathsim futures region=odense --draws 400 lang=da
  pathsim futures --all                               all of them, also where fewer would settle it

A future is one draw of every number with a range that says what it covers, and of the calibration; both care models meet it with the same
luck. The same command goes on where it ended. On a cluster: pathsim sweep -m draw=range(1,1001) … hydra/launcher=slurm, then this.
Results are in results/NAME-futures: futures.csv, influence.csv, thresholds.csv, money.csv, … (docs/futures.md).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import shared, sweeping

DRAWS = 1000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser)
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help=f"futures at most (default {DRAWS})")
    parser.add_argument("--all", action="store_true", help="run them all, also where more would not change what is said")


def run(options: argparse.Namespace) -> int:
    from ..report import futures as report
    from ..report import futures_files
    from ..study.futures import running
    from ..study.futures.analysis import best, headline, settled
    from ..study.futures.enough import enough
    from ..study.replicate import StudyError
    from ..study.sweep.planning import claim

    stages = running.planned(options.args, options.draws)
    folder = stages.planned.folder
    lang = stages.composed.settings.lang
    try:
        claim(stages.plan, folder)
        for number, each in running.run(stages, folder, sweeping.run_here):
            futures = running.read(stages, folder, number, each)
            looks = [settled(futures, model, headline(futures)) for model in stages.models[1:]]
            print(f"{number} futures, {each} each: {_said(looks)}", file=sys.stderr)
            if not options.all and all(enough(some) for some in looks):
                break
    except StudyError as problem:
        return shared.failed(problem)
    told = futures_files.write(futures, stages, folder, looks)
    for model in stages.models[1:]:
        print(report.text(told[model], stages.composed.raw, model, headline(futures), lang), end="\n\n")
    if len(stages.models) > 2:
        print(report.best_text(best(futures), stages.composed.raw, headline(futures), lang), end="\n\n")
    print(folder)
    return _missing(stages, futures)


def _said(looks: list) -> str:
    from ..study.futures.enough import OPEN

    left = list(dict.fromkeys(one.indicator for some in looks for one in some if one.state == OPEN))
    return f"more could change what is said of {', '.join(left)}" if left else "more would not change what is said"


def _missing(stages, futures) -> int:
    """Says how many futures failed; the exit code."""
    lost = futures.values.shape[2] - futures.number
    if lost:
        print(f"{lost} futures failed: pathsim status {Path(stages.planned.folder)}", file=sys.stderr)
    return 1 if lost else 0
