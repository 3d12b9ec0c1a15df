"""Move each unknown to the ends of what is held possible, by the simulator itself, and say what that does to the difference between care models.

  pathsim sensitivity                                  one at a time: a tornado
  pathsim sensitivity --method morris --trajectories 10  along trajectories: what acts alone, and what bends or acts with others
  pathsim sensitivity region=odense replications=8 --indicators readmission_30,cost lang=da

All points have the same luck. The same command goes on where it ended. Results are in results/NAME-METHOD: sensitivity.csv, and for one-way
tornado.svg and .png. Shares of variance, thresholds and what it is worth to know more come with pathsim futures (docs/futures.md).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from . import shared, sweeping


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser)
    parser.add_argument("--method", choices=("one-way", "morris"), default="one-way", help="one unknown at a time, or trajectories through all of them")
    parser.add_argument("--trajectories", type=int, default=10, metavar="N", help="of Morris (default 10): each has one point more than there are unknowns")
    parser.add_argument("--indicators", metavar="NAME,NAME", help="what is looked at; pathsim list says which there are")


def run(options: argparse.Namespace) -> int:
    import pandas as pd

    from ..contacts.registry import REGISTRY
    from ..faults import fail, nearest
    from ..report import tornado
    from ..study.futures import ways
    from ..study.futures.analysis import HEADLINE
    from ..study.futures.sensitivity import morris_effects, one_way
    from ..study.replicate import StudyError
    from ..study.sweep import plan as plans
    from ..study.sweep.planning import claim

    names = options.indicators.split(",") if options.indicators else list(HEADLINE)
    for name in names:
        if name not in REGISTRY:
            raise fail("--indicators", f"no indicator '{name}'. {nearest(name, REGISTRY)}")
    with tempfile.TemporaryDirectory() as folder:
        found = ways.planned(options.args, options.method, options.trajectories, Path(folder))
    plan, folder, lang = found.planned.plan, found.planned.folder, found.composed.settings.lang
    try:
        claim(plan, folder)
        units = plans.to_do(plan, plans.there(plan, folder))
        if units:
            sweeping.run_here(plan, folder, units)
    except StudyError as problem:
        return shared.failed(problem)
    told = []
    for model in found.models[1:]:
        for name, y in ways.values(found, folder, names, model).items():
            table = one_way(found.design, y) if options.method == ways.ONE_WAY else morris_effects(found.design, y, found.composed.settings.seed)
            told.append(tornado.named(table, found.unknowns).assign(model=model, indicator=name))
    tables = pd.concat(told, ignore_index=True)
    tables.to_csv(folder / "sensitivity.csv", index=False, lineterminator="\n", float_format="%.8g")
    if options.method == ways.ONE_WAY:
        tornado.write(folder, tables, found.composed.raw, found.models[0], lang)
    print(tornado.text(tables, found.composed.raw, found.models[0], lang), folder, sep="\n\n")
    left = plans.to_do(plan, plans.there(plan, folder))
    if left:
        print(f"{len(left)} units failed: pathsim status {folder}")
    return 1 if left else 0
