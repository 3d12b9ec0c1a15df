"""Predict published interventions as trials inside the model, and compare with what was found.

  pathsim validate                       all of configs/studies, in the shipped region
  pathsim validate --studies horsens_2018 patina_2022 --draws 100
  pathsim validate region=syddanmark

Each study says beforehand whether the default has learnt from it. Results are in results/validation: table.csv,
draws.csv, summary.csv. Each prediction is kept, so a validation that was stopped goes on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import shared

if TYPE_CHECKING:
    import pandas as pd

CALIBRATION = "danish"
DRAWS = 40


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = shared.SETTINGS
    shared.takes_system(parser)
    parser.add_argument("--studies", nargs="+", metavar="NAME", help="only these")
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help=f"trials of each study (default {DRAWS})")


def run(options: argparse.Namespace) -> int:
    from ..evidence.validation import run as validation
    from ..evidence.validation.studies import read_studies
    from ..faults import fail, nearest
    from ..study import results
    from ..study.compose import compose
    from ..study.replicate import StudyError

    studies = read_studies()
    for name in options.studies or ():
        if name not in studies:
            raise fail("--studies", f"no '{name}'. {nearest(name, studies)}")
    if options.draws < 10:
        raise fail("--draws", f"{options.draws} was given. Allowed: 10 or more")
    wanted = {name: study for name, study in studies.items() if name in (options.studies or studies)}
    composed = compose(["~calibration", *options.args])
    folder = Path(composed.settings.results) / "validation"
    try:
        with results.staging(folder) as part:
            posterior = validation.posterior_of(CALIBRATION)
            table, draws = validation.validate(composed, wanted, posterior, options.draws, folder.with_name("validation.trials"), _say)
            scores = validation.summary(table)
            for name, frame in (("table", table), ("draws", draws), ("summary", scores)):
                frame.to_csv(part / f"{name}.csv", index=False, float_format="%.5g")
            results.publish(part, folder)
    except StudyError as problem:
        return shared.failed(problem)
    _print(table, scores)
    print(folder)
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(table: pd.DataFrame, scores: pd.DataFrame) -> None:
    print(f"{'study':24}{'learnt from':>12}{'published':>22}{'predicted (90 %)':>24}{'inside':>8}{'control':>16}{'CRPS':>8}{'null':>7}")
    for row in table.itertuples():
        if row.published == row.published:
            published, inside = f"{row.published:.2f} ({row.published_low:.2f}–{row.published_high:.2f})", "yes" if row.inside_90 else "NO"
            score = f"{row.crps:8.3f}{row.crps_no_effect:7.3f}"
        else:
            published, inside, score = f"{row.direction}", f"{row.fewer:.0%}", f"{'':15}"
        control = f"{row.control:.3g}" + (f" / {row.control_published:.3g}" if row.control_published == row.control_published else "")
        learnt = {"held_out": "no", "prior": "effect", "fitted": "baseline"}[row.used_for] + ("*" if row.effect_is_input else "")
        print(f"{row.study:24}{learnt:>12}{published:>22}{f'{row.predicted:.2f} ({row.low:.2f}–{row.high:.2f})':>24}{inside:>8}{control:>16}{score}")
    print("* the size of the effect is an input, from other studies: what is tested is the rest. control: model / published, as a share;\n"
          "for rates and hazards the model's alone, a year or a day.")
    print("inside: whether the published estimate lies in the predicted 90 %; for a direction, how often it was predicted.\n")
    for row in scores.itertuples():
        print(f"{row.studies}: {row.inside_90} of {row.n} within 90 %, {row.inside_50} within 50 %; bias {row.bias:+.3f} (log); "
              f"CRPS {row.crps:.3f} against {row.crps_no_effect:.3f} for 'no effect' (skill {row.skill:+.0%})")
