"""Read a comparison by the eight national goals: what each gains and loses, and what the model can't say of it.

  pathsim goals results/esbjerg-relay-partnership
  pathsim goals results/esbjerg-relay-partnership --lang da --csv goals.csv

Nothing is weighed: a goal is the indicators that speak to it, with their intervals.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the results of a comparison")
    parser.add_argument("--goals", default="national", metavar="NAME", help="which goals (default: national)")
    parser.add_argument("--lang", choices=["en", "da"], default="en")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the readings as a table")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..report import goals, results

    if options.csv is not None and options.csv.exists():
        raise fail("--csv", f"{options.csv} is there already. Choose another file")
    asked = goals.goals(options.goals)
    found = results.read(options.folder)
    print(goals.text(found, asked, options.lang))
    if options.csv is not None:
        goals.readings(found.differences, asked).to_csv(options.csv, index=False)
    return 0
