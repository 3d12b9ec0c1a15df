"""What several verbs do alike: take files and changes, run a study or a sweep of them, say where the results are."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..contacts.warnings import Caution
    from ..study.compare import Result
    from ..study.compose import Composed

SETTINGS = """
The study is set in the same way, among others: seed, years, warm_up, replications (at most),
minimum, batch, stop.indicator, stop.half_width, models, care_model, keep, workers, name, results, lang.
"""

OF = {"replications": "gentagelser", "scenarios": "scenarier"}


def takes_system(parser: argparse.ArgumentParser, sweeps: bool = False) -> None:
    parser.add_argument("args", nargs="*", metavar="FILE or key=value", help="files (.yaml), choices and changes; see pathsim --help")
    if sweeps:
        parser.add_argument("-m", "--multirun", action="store_true", help="run every combination of several values: a=1,2 b=range(1,4)")


def each_job(options: argparse.Namespace, job: Callable[[list[str], str], int]) -> int:
    """One job, or with -m each of the sweep: one after another, and one that fails stops no other."""
    from .. import folders
    from ..faults import Faults
    from ..study.overrides import expand, groups

    if not options.multirun:
        return job(options.args, "")
    jobs = list(expand(options.args, groups(folders.configs())))
    failed = []
    for number, (args, swept) in enumerate(jobs, start=1):
        print(f"[{number} of {len(jobs)}] {' '.join(swept)}", file=sys.stderr)
        try:
            code = job(args, label(swept, [other for _, other in jobs]))
        except Faults as faults:
            print(faults, file=sys.stderr)
            code = faults.exit_code
        except Exception as problem:
            print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
            code = 1
        failed += [" ".join(swept)] * (code != 0)
    if failed:
        print(f"{len(failed)} of {len(jobs)} jobs failed: {'; '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def label(swept: list[str], jobs: list[list[str]]) -> str:
    """What tells a job's folder from the others': the last word of each key, or all of it where two end alike.

    >>> label(["units.ward.beds=14", "seed=2"], [["units.ward.beds=14", "seed=2"]])
    'beds=14,seed=2'
    """
    keys = [text.partition("=")[0] for text in swept]
    last = [key.rpartition(".")[2] for key in keys]
    short = last if len(set(last)) == len(last) else keys
    text = ",".join(f"{key}={text.partition('=')[2]}" for key, text in zip(short, swept, strict=True))
    safe = "".join(letter if letter.isalnum() or letter in "=,.+-_" else "_" for letter in text)
    if len(safe) <= 80:
        return safe
    number = jobs.index(swept) + 1
    return f"{safe[:70]}_{number}"


def study(args: list[str], job: str, models: Callable[[Composed], list[str] | None], run: Callable[..., Result]) -> tuple[Result, Path, Composed]:
    """Compose, run, write; nothing is written where something is at fault."""
    from ..study import results
    from ..study.compose import compose
    from ..study.progress import progress
    from ..study.replicate import plan_study

    began = time.perf_counter()
    composed = compose(args)
    settings = composed.settings
    prepared = plan_study(composed.raw, settings, composed.folder, models(composed))
    name = "--".join(filter(None, [results.name_of(composed, prepared.study.models), job]))
    folder = Path(settings.results) / name
    with results.staging(folder) as part, progress(settings.replications, name) as tell:
        result = run(prepared, part / "runs", tell)
        results.write(part, result, composed, name, time.perf_counter() - began)
        kept = results.publish(part, folder)
    if kept:
        print(f"{folder} held another study, which is now {kept}", file=sys.stderr)
    tell_warnings(result.warnings, settings.lang, result.replications)
    return result, folder, composed


def tell_warnings(warnings: list[tuple[str, Caution, int]], lang: str, of: int, what: str = "replications") -> None:
    """Each with the number of replications, or of something else, that have it."""
    for model, caution, number in warnings:
        times = "" if of == 1 else f" ({number} af {of} {OF[what]})" if lang == "da" else f" ({number} of {of} {what})"
        print(f"{'advarsel' if lang == 'da' else 'warning'}: {model}: {caution.text(lang)}{times}", file=sys.stderr)


def failed(problem: Exception) -> int:
    """Say loudly what went wrong on the way."""
    print(f"pathsim: {problem}", file=sys.stderr)
    return 1
