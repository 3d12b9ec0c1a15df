"""Estimate a care system's parameters from a register extract, and write them as a patch over it.

  pathsim fit contacts.parquet --from 2023-01-01 --until 2025-01-01 --mapping lpr3 --system my_system.yaml
  pathsim compare my_system.yaml results/fit/fitted.yaml

Results are in results/NAME: estimates.csv, fitted.yaml, manifest.json. Only numbers about five people or more leave
the extract, and nothing of it is stored but its SHA-256. See docs/fit.md for the columns.
"""

from __future__ import annotations

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contacts", metavar="CONTACTS", help="contacts, one row each (.parquet or .csv)")
    parser.add_argument("--citizens", metavar="FILE", help="people, one row each; default: citizens.parquet or .csv beside the contacts, if there")
    parser.add_argument("--from", dest="start", metavar="DATE", help="since when all contacts are in the extract")
    parser.add_argument("--until", metavar="DATE", help="until when (that day is not in it)")
    parser.add_argument("--day-0", dest="day_0", metavar="DATE", help="the date from which whole numbers count milliseconds")
    parser.add_argument("--mapping", metavar="NAME or FILE", help="what columns, codes and units mean: lpr3, or a file of your own (.yaml)")
    parser.add_argument("--system", nargs="+", default=[], metavar="FILE", help="the care system (as in the other verbs); default the shipped one")
    parser.add_argument("--smallest", type=int, default=5, metavar="N", help="counts below it are not shown (5 or more)")
    parser.add_argument("--name", default="fit", help="of the results (default fit)")
    parser.add_argument("--results", default="results", metavar="FOLDER", help="where the results go (default results)")


def run(options: argparse.Namespace) -> int:
    from pathlib import Path

    from ..evidence.register import fit, writing
    from ..faults import fail
    from ..study.compose import compose
    from ..study.settings import read_settings

    if (options.start is None) != (options.until is None):
        raise fail("--until" if options.until is None else "--from", "the window needs both --from and --until. Add it")
    name = str(read_settings({"name": options.name}).name)
    composed = compose(options.system)
    window = None if options.start is None else (options.start, options.until)
    found = fit(
        options.contacts, options.citizens, window=window, system=composed, mapping=options.mapping, day_0=options.day_0, smallest=options.smallest,
    )
    folder = Path(options.results) / name
    about = {"system": composed.origin, "overrides": composed.overrides, "from": options.start, "until": options.until}
    kept = writing.write(found, folder, options.smallest, about)
    print(writing.page(found.table))
    hidden = f"{found.hidden} estimates rest on fewer than {options.smallest} contacts or people and are not shown. " if found.hidden else ""
    print(f"\n{hidden}{(found.table['written'] != '').sum()} of {len(found.table)} have a place in the system.")
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    if kept:
        print(f"{folder} held something else, which is now {kept}", file=sys.stderr)
    print(folder)
    return 0
