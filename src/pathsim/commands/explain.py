"""Say in words what a care model changes against the first one, with the source of every number.

  pathsim explain region=esbjerg care_model=partnership
"""

from __future__ import annotations

import argparse

from . import shared


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..language import care_models, read_all
    from ..study.compose import compose
    from ..study.explain import explain

    composed = compose(options.args)
    read_all(composed.raw)
    model = composed.settings.care_model or list(care_models(composed.raw))[-1]
    print("\n".join(explain(composed.raw, model, composed.changed, composed.settings.lang)))
    return 0
