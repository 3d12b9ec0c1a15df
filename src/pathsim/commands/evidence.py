"""List the numbers of a care system, assumptions first, with where each comes from.

  pathsim evidence
  pathsim evidence --role assumed --path units.*.staff
  pathsim evidence region=syddanmark lang=da --csv numbers.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import shared


def arguments(parser: argparse.ArgumentParser) -> None:
    from ..evidence.listing import ROLES

    parser.epilog = "What the roles mean is in docs/evidence.md. A number that is set on the command line is a scenario."
    shared.takes_system(parser)
    parser.add_argument("--role", action="append", choices=ROLES, help="only numbers of this role; may be given several times")
    parser.add_argument("--path", metavar="PATH", help="only numbers whose path begins so; * is any characters within one part")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write them to a file as well")


def run(options: argparse.Namespace) -> int:
    from ..evidence import listing
    from ..evidence.numbers import of_study
    from ..faults import fail, nearest
    from ..language import read_all
    from ..language.evidence import beginnings, beneath
    from ..study.compose import compose

    composed = compose(options.args)
    read_all(composed.raw)
    found, lang = of_study(composed), composed.settings.lang
    chosen = [number for number in found if not options.role or number.role in options.role]
    if options.path is not None:
        if not any(beneath(options.path, number) for number in found):
            raise fail(f"--path {options.path}", f"fits no number of this system. {nearest(options.path, beginnings(found))}")
        chosen = [number for number in chosen if beneath(options.path, number)]
    if options.csv is not None and not options.csv.parent.is_dir():
        raise fail(f"--csv {options.csv}", f"there is no folder {options.csv.parent}. Make it first, or choose another")
    lines = listing.summary(found, lang)
    lines += [f"{len(chosen)} {listing.WORDS[lang]['listed']}"] if len(chosen) < len(found) else []
    print("\n".join(lines + listing.listing(chosen, lang)))
    if options.csv is not None:
        listing.write_csv(chosen, options.csv)
    return 0
