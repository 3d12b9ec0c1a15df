"""Say which lever contributes how much to the difference between two care models, and how they act together.

  pathsim attribute                                            the first care model against the last
  pathsim attribute region=esbjerg care_model=partnership replications=4
  pathsim attribute --method steps --indicators cost,contacts  each lever alone and left out, only: much quicker

Shapley values are exact where few enough coalitions of levers can be on, else the mean over sampled orders (--orders).
Results are in results/NAME-attribution: attribution.csv, interactions.csv, attribution.svg and .png, differences.csv,
config.yaml, manifest.json. Each replication of each coalition is kept, so an attribution that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared

if TYPE_CHECKING:
    import pandas as pd

    from ..study.attribution import Attribution, Players
    from ..study.compare import Result
    from ..study.compose import Composed

DEFAULT = ("readmission_30", "bed_days", "delayed_days", "preventable_stays", "staff_hours", "cost", "patient_travel", "deaths")
FEWEST_ORDERS = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS + "What the parts mean, and what they do not, is in docs/attribution.md."
    shared.takes_system(parser)
    parser.add_argument("--method", choices=("shapley", "steps"), default="shapley", help="Shapley values, or only each lever alone and left out")
    parser.add_argument("--orders", type=int, metavar="N", help="sample so many orders of the levers, and do not run all coalitions")
    parser.add_argument("--indicators", metavar="NAME,NAME", help="also these, which are in the picture as well; pathsim list says which there are")


def run(options: argparse.Namespace) -> int:
    from ..report import attribution as report
    from ..study import results
    from ..study.attribution import Coalitions, check, ends, players_of
    from ..study.compose import compose
    from ..study.replicate import StudyError, plan_study

    began = time.perf_counter()
    named = _named(options)
    composed = compose(options.args)
    settings, lang = composed.settings, composed.settings.lang
    first, second = ends(composed.raw, settings)
    prepared = plan_study(composed.raw, settings, composed.folder, [first, second])
    players = players_of(composed.raw, first, second)
    check(Coalitions(prepared.study), players)
    name = results.name_of(composed, (first, second))
    folder = Path(settings.results) / f"{name}-attribution"
    try:
        with results.staging(folder) as part:
            result, found = _attributed(prepared, players, options, list(dict.fromkeys([settings.stop.indicator, *DEFAULT, *named])), folder)
            _write(part, result, found, options, composed, name, time.perf_counter() - began)
            report.write(part, found, players, composed.raw, [settings.stop.indicator, *named], lang)
            kept = results.publish(part, folder)
    except StudyError as problem:
        return shared.failed(problem)
    if kept:
        print(f"{folder} held another study, which is now {kept}", file=sys.stderr)
    print(report.text(found, players, composed.raw, lang), folder, sep="\n")
    return 0


def _named(options: argparse.Namespace) -> list[str]:
    """The indicators named. Raises Faults, also for orders that can't be."""
    from ..contacts.registry import REGISTRY
    from ..faults import Fault, Faults, nearest

    named = [word.strip() for word in (options.indicators or "").split(",") if word.strip()]
    faults = [Fault("--indicators", f"no indicator '{name}'. {nearest(name, REGISTRY)}") for name in named if name not in REGISTRY]
    faults += [Fault("--indicators", f"'{name}' is standardised to the first care model, and has no parts. Name it without _standardised")
               for name in named if name in REGISTRY and name.endswith("_standardised")]
    if options.orders is not None and options.method == "steps":
        faults.append(Fault("--orders", "steps have no orders. Leave it out, or write --method shapley"))
    if options.orders is not None and options.orders < FEWEST_ORDERS:
        faults.append(Fault("--orders", f"{options.orders} was given. Allowed: {FEWEST_ORDERS} or more, as their spread tells how sure the parts are"))
    if faults:
        raise Faults(faults)
    return named


def _attributed(prepared, players: Players, options: argparse.Namespace, indicators: list[str], folder: Path) -> tuple[Result, Attribution]:
    """First the two ends, until their difference is known well enough; then the coalitions between, in the same replications."""
    from ..evidence.tries import Tries
    from ..study.attribution import Coalitions, attribute
    from ..study.compare import compare
    from ..study.pool import cores
    from ..study.progress import progress

    settings = prepared.study.settings
    with progress(settings.replications, folder.name) as tell:
        result = compare(prepared, None, tell)
    values = tuple(_values(result.indicators, model, indicators) for model in result.models)
    indicators = [name for name in indicators if all(one[name].notna().any() for one in values)]

    def coalitions(trials: list) -> list[dict[str, float]]:
        with progress(len(trials), f"{folder.name}, coalitions") as tell:
            return Tries(Coalitions(prepared.study), folder.with_name(f"{folder.name}.trials"), settings.workers or cores(), tell)(trials)

    return result, attribute(players, coalitions, values, indicators, options.method, options.orders, settings.seed)


def _values(table: pd.DataFrame, model: str, indicators: list[str]) -> pd.DataFrame:
    """Values of everyone under one model [replication, indicator]."""
    mine = table[(table["model"] == model) & (table["group"] == "all") & (table["level"] == "all")]
    return mine.pivot(index="replication", columns="indicator", values="value").reindex(columns=indicators)


def _write(part: Path, result: Result, found: Attribution, options: argparse.Namespace, composed: Composed, name: str, seconds: float) -> None:
    from hashlib import sha256

    from ..study import results

    results.write(part, result, composed, name, seconds)
    found.table.to_csv(part / "attribution.csv", index=False, lineterminator="\n")
    if len(found.pairs):
        found.pairs.to_csv(part / "interactions.csv", index=False, lineterminator="\n")
    manifest = json.loads((part / "manifest.json").read_text(encoding="utf-8"))
    indicators = list(dict.fromkeys(found.table["indicator"]))
    asked = {"method": options.method, "how": found.how, "orders": found.orders, "coalitions": found.coalitions, "indicators": indicators}
    manifest |= {"attribution": asked, "config_sha256": sha256(json.dumps([manifest["config_sha256"], asked]).encode()).hexdigest()}
    (part / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
