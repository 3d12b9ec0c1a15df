"""Share out places or staff: which allocation of a total is best, by ranking and selection with a stated guarantee.

  pathsim allocate nurses.yaml
  pathsim allocate nurses.yaml region=odense care_model=relay
  pathsim allocate nurses.yaml --total 14 --dry-run

The file says what is shared out, and what for (docs/allocation.md):

  total: 12                                  # places here; counted_as: people or money for others
  capacities:
    units.acute_team.slots:  {from: 1, to: 4}
    units.acute_place.beds:  {from: 2, to: 8, step: 2}
  aim: bed_days
  indifference: 100                          # bed-days a year that nobody minds

What is no such file is a file, a choice or a change of the care system, as everywhere. Allocations that are surely worse
are run no further, and nothing is run twice: the same command goes on where it was stopped. Results are in
results/NAME: allocation.csv, fresh.csv, allocation.txt.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared, sweeping

if TYPE_CHECKING:
    import pandas as pd

    from ..decide.allocation import Allocation


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Of the study count: seed, years, warm_up, models, care_model, workers, name, results, lang, engine."
    shared.takes_system(parser)
    parser.add_argument("--total", type=float, metavar="NUMBER", help="another total than the file's")
    parser.add_argument("--dry-run", action="store_true", help="list the allocations and what they take, and run nothing")


def run(options: argparse.Namespace) -> int:
    from ..decide.allocation import allocate, allocations, replications_at_most, takes_of
    from ..decide.capacities import Capacities
    from ..report import allocation as report
    from ..study.replicate import StudyError

    form, texts = apart(options.args, options.total)
    capacities = Capacities(texts, list(form.capacities), form.of == "difference")
    takes = takes_of(form, capacities)
    rows = allocations(form, takes)
    ways = capacities.ways(rows, form.most + form.fresh)
    at_most = replications_at_most(form, len(rows))
    print(f"{ways.folder}: {len(rows)} allocations, at most {at_most} replications, about "
          f"{sweeping.hours(at_most * ways.plan.scenarios[0].seconds)} of one core; most allocations are left earlier", file=sys.stderr)
    if options.dry_run:
        print("\n".join(report.listed(form, ways, rows, takes)))
        return 0
    capacities.get_ready()
    try:
        found = allocate(form, ways, takes, rows, sweeping.run_here)
        said = report.text(found)
        write(ways.folder, {"allocation.csv": as_csv(found.table), "fresh.csv": as_csv(found.fresh), "allocation.txt": said + "\n"})
    except StudyError as problem:
        return shared.failed(problem)
    shared.tell_warnings(found.warnings, ways.lang, len(found.table) + 1, "scenarios")
    print(said, "", ways.folder / "allocation.csv", sep="\n")
    return 0


def write(folder: Path, files: dict[str, str]) -> None:
    """Raises StudyError where there is no room or no right to write."""
    from ..study.sweep.running import written
    from ..study.sweep.whole import whole

    with written(folder):
        for name, text in files.items():
            with whole(folder / name) as part:
                part.write_text(text, encoding="utf-8")


def as_csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def apart(args: list[str], total: float | None) -> tuple[Allocation, list[str]]:
    """The allocation, and what is said of the care system. Raises Faults where there is not one file of capacities."""
    from ..decide.allocation import read_allocation
    from ..faults import fail
    from ..language import read_yaml
    from ..study.overrides import is_file

    files = [text for text in args if is_file(text) and "capacities" in read_yaml(text)]
    if len(files) != 1:
        given = f"{' and '.join(files)} both say" if files else "nothing says"
        raise fail("allocate", f"{given} what is shared out. Give one file with  total, capacities, aim, indifference  (pathsim allocate --help)")
    return read_allocation(files[0], total), [text for text in args if text not in files]
