"""Draw the pathways of a care system under one care model; what its levers change is marked.

  pathsim draw region=esbjerg care_model=partnership -o partnership.svg
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import shared


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="default NAME-MODEL.svg")
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..language import read_all
    from ..report import draw
    from ..study.compose import compose
    from ..study.replicate import chosen_models

    composed = compose(options.args)
    systems = read_all(composed.raw)
    given = composed.settings.care_model
    model = chosen_models(composed.raw, [given] if given else None)[0 if given else -1]
    print(draw.write(systems[model], Path(options.output or f"{composed.origin}-{model}.svg"), composed.settings.lang))
    return 0
