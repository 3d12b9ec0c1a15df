"""Say who gains and who loses in a comparison: groups that get worse first, then how unequal education and municipalities are.

  pathsim equality results/esbjerg-relay-partnership
  pathsim equality results/esbjerg-relay-partnership --lang da
  pathsim equality results/NAME --by income --order low,middle,high

Everything that was looked at is in results/NAME/equality.csv. What the measures mean is in docs/equality.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the results of a comparison")
    parser.add_argument("--by", default="education", metavar="GROUP", help="a group whose levels have an order (default: education)")
    parser.add_argument("--order", default="", metavar="A,B,C", help="its levels from the lowest, where that is not known")
    parser.add_argument("--lang", choices=["en", "da"], default="en")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..report import equality, results

    if (options.folder / "worse.csv").exists():
        raise fail(str(options.folder), "is a study of futures, which tells it already: worse.csv, slope.csv")
    order = [word.strip() for word in options.order.split(",") if word.strip()]
    found = equality.Equality(results.read(options.folder), options.by, order)
    target = options.folder / "equality.csv"
    try:
        found.table().to_csv(target, index=False, lineterminator="\n")
    except OSError as problem:
        raise fail(str(target), f"can't be written ({problem.strerror}). Copy the folder to where you may write") from None
    print(equality.text(found, options.lang))
    print(target)
    return 0
