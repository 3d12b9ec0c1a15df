"""Draw the pathways of a care system, with what the care model changes.

  pathsim draw region=esbjerg care_model=partnership
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import shared


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="default NAME.svg")
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..language import care_models, read_all
    from ..study.compose import compose

    try:
        from ..report import draw
    except ImportError:
        print("pathsim: this version can't draw", file=sys.stderr)
        return 1
    composed = compose(options.args)
    read_all(composed.raw)
    model = composed.settings.care_model or list(care_models(composed.raw))[-1]
    path = Path(options.output or f"{composed.origin}-{model}.svg")
    draw.write(composed.raw, model, path, composed.settings.lang)
    print(path)
    return 0
