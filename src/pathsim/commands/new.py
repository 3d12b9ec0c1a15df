"""Make a region of your own from a small form: inhabitants by age, some capacities, up to six local figures.

  pathsim new region --form > my_town.form.yaml
  pathsim new region toender my_town.form.yaml
  pathsim compare toender.yaml

What is not in the form is Esbjerg's, in proportion, and says that it is assumed. See docs/regions.md.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["region"], help="what to make")
    parser.add_argument("name", nargs="?", metavar="NAME", help="the municipality, in lower case without æ, ø and å: toender")
    parser.add_argument("form", nargs="?", metavar="FORM", help="the filled-in form (.yaml or .csv)")
    parser.add_argument("changes", nargs="*", metavar="key=value", help="how it is simulated while it is fitted: seed=7 years=2")
    parser.add_argument("--form", dest="empty", action="store_true", help="print an empty form and end")
    parser.add_argument("--out", metavar="FILE", help="where the region goes (default NAME.yaml)")
    parser.add_argument("--replications", type=int, metavar="N", help="of each point that is tried (default by size: 6 to 24)")


def run(options: argparse.Namespace) -> int:
    from pathlib import Path

    from ..evidence.region import form, making

    if options.empty:
        print(form.empty(), end="")
        return 0
    out = _checked(options)
    given = form.read_form(options.name, Path(options.form))
    text, table, runs = making.make(given, options.changes, options.replications, lambda words: print(words, file=sys.stderr))
    out.write_text(text, encoding="utf-8")
    if table is not None:
        print(_page(table))
        print(f"\n{runs} years simulated. Chance: how far a single year may lie from the mean, 95 per cent")
    print(out)
    return 0


def _checked(options: argparse.Namespace):
    """Where the region goes. Raises Faults: all that is wrong with the command line."""
    from pathlib import Path

    from ..faults import Fault, Faults

    faults = []
    if options.name is None or options.form is None:
        faults.append(Fault("pathsim new region", "NAME and FORM are needed. An empty form: pathsim new region --form"))
    elif not Path(options.form).is_file():
        faults.append(Fault(options.form, "no such file. An empty form: pathsim new region --form"))
    elif Path(options.form).suffix.lower() not in (".yaml", ".yml", ".csv"):
        faults.append(Fault(options.form, "was given. Allowed: a form as .yaml or .csv"))
    out = Path(options.out or f"{options.name}.yaml")
    if out.suffix not in (".yaml", ".yml"):
        faults.append(Fault("--out", f"'{out}' was given. Allowed: a file that ends in .yaml"))
    elif not out.parent.is_dir():
        faults.append(Fault("--out", f"no folder '{out.parent}'. Make it first"))
    elif out.exists():
        faults.append(Fault("--out", f"'{out}' is there already. Name another file, or take it away"))
    if options.replications is not None and not 2 <= options.replications <= 1000:
        faults.append(Fault("--replications", f"{options.replications} was given. Allowed: 2 to 1000"))
    if faults:
        raise Faults(faults)
    return out


def _page(table: pd.DataFrame) -> str:
    from ..evidence.region.levels import LEVELS

    told = table.assign(figure=[f"{LEVELS[name].title} ({LEVELS[name].unit})" for name in table["figure"]])
    return told.to_string(index=False, float_format="{:.4g}".format)
