"""Compare care models: the same citizens with the same luck, until the stopping rule is content.

  pathsim compare region=esbjerg models=[relay,partnership] stop.half_width=0.002

Results are in results/NAME: differences.csv, indicators.csv, runs/, config.yaml, manifest.json.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared

if TYPE_CHECKING:
    from ..study.compare import Result
    from ..study.compose import Composed

DONE = "{n} replications ({why}); the intervals hold chance alone, pathsim futures what is uncertain as well"
DONE_DA = "{n} gentagelser; intervallerne rummer kun tilfældighed, pathsim futures også det, der er usikkert"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser, sweeps=True)


def run(options: argparse.Namespace) -> int:
    return shared.each_job(options, _job)


def _job(args: list[str], job: str) -> int:
    from ..study.compare import compare
    from ..study.replicate import StudyError, compared_models

    try:
        result, folder, composed = shared.study(args, job, lambda composed: compared_models(composed.raw, composed.settings.models), compare)
    except StudyError as problem:
        return shared.failed(problem)
    _tell(result, folder, composed)
    return 0


def _tell(result: Result, folder: Path, composed: Composed) -> None:
    lang = composed.settings.lang
    if _there("pathsim.report.table"):
        from ..report import table

        print(table.text(result.table, lang, currency=str(composed.raw.get("currency") or "DKK")))
    else:
        told = result.table["difference"].notna() & (result.table[["base", "value"]] != 0).any(axis=1)
        shown = result.table[(result.table["group"] == "all") & told]
        print(shown.drop(columns=["group", "level", "against"]).to_string(index=False, float_format="{:.4g}".format))
    print("\n" + (DONE_DA if lang == "da" else DONE).format(n=result.replications, why=result.why), folder, sep="\n")
    if _there("pathsim.report.summary"):
        from ..report import summary

        summary.write(folder, lang)


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
