"""Hold a trial inside the model: what a trial of that size would see, beside the true effect.

  pathsim trial lever=team_follow_up at=medical_stay recruits=600 consent=0.7 follow_up="90 d"
  pathsim trial lever=team_follow_up by=practice designs=[before_after,stepped_wedge] at=medical_stay
  pathsim trial my_trial.yaml replications=50 region=odense

A trial file has the words of a trial (docs/trials.md): levers is a list in it. What is not a word of a
trial is a file, a choice or a change of the care system, as everywhere. With --csv the tables are written.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import shared

if TYPE_CHECKING:
    from ..evidence.trials import Found

SHORT = {"lever": "levers", "by": "randomised_by"}
PREFIX = "trial."  # for words that a care system has too


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Of the study count: seed, warm_up, replications, workers, engine, synthesis."
    shared.takes_system(parser)
    parser.add_argument("--csv", metavar="FOLDER", help="write the tables there: table, seen, claims, designs")


def run(options: argparse.Namespace) -> int:
    from ..evidence.trials import read_trial, run_trial
    from ..evidence.trials.told import text
    from ..faults import fail
    from ..study.compose import compose
    from ..study.progress import progress
    from ..study.replicate import StudyError

    words, rest = apart(options.args)
    if "levers" not in words:
        raise fail("trial.levers", "nothing is tried. Write  lever=NAME  or give a trial file; pathsim list says which there are")
    trial = read_trial(words)
    composed = compose(rest)
    folder = Path(options.csv) if options.csv else None
    if folder is not None and folder.exists():
        raise fail("--csv", f"{folder} is there already. Choose another folder")
    try:
        with progress(composed.settings.replications, "trial") as tell:
            found = run_trial(composed.raw, composed.settings, trial, folder=composed.folder, progress=tell)
    except StudyError as problem:
        return shared.failed(problem)
    print(text(found.trial, found.table, found.claims, found.notes))
    if folder is not None:
        _write(found, folder)
        print(f"\n{folder}")
    return 0


def apart(args: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The words of the trial, and what is said of the care system and its study.

    >>> apart(["lever=team", "recruits=600", "recruitment.to=90 d", "seed=2", "trial.units.team=3"])
    ({'levers': ['team'], 'recruits': 600, 'recruitment': {'to': '90 d'}, 'units': {'team': 3}}, ['seed=2'])
    """
    from ..evidence.trials import Trial
    from ..language import merge, read_text, read_yaml
    from ..language.words import HEADINGS
    from ..study.overrides import is_file

    words: dict[str, Any] = {}
    rest = []
    for text in args:
        if is_file(text):
            data = read_yaml(text)
            if isinstance(data.get("levers"), list):
                words = merge(words, data)
            else:
                rest.append(text)
            continue
        key, sign, value = text.partition("=")
        path = key.removeprefix(PREFIX).split(".")
        path[0] = SHORT.get(path[0], path[0])
        if not sign or path[0] not in Trial.model_fields or key.split(".")[0] in HEADINGS:
            rest.append(text)
            continue
        given = read_text(f"value: {value}", text)["value"]
        if path[0] in ("levers", "designs") and not isinstance(given, list):
            given = [given]
        for part in reversed(path):
            given = {part: given}
        words = merge(words, given)
    return words, rest


def _write(found: Found, folder: Path) -> None:
    from ..study.results import publish, staging

    with staging(folder) as part:
        for name in ("table", "seen", "claims", "designs"):
            getattr(found, name).to_csv(part / f"{name}.csv", index=False, lineterminator="\n")
        publish(part, folder)
