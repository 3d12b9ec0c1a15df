"""Tell the story of one patient in sentences, from one short run.

  pathsim trace region=esbjerg care_model=partnership days=120
  pathsim trace my_system.yaml person=17
"""

from __future__ import annotations

import argparse

from . import shared

DAYS = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"person=N chooses a row of the citizens; default the person with the most contacts. days=N: length of the run, default {DAYS:g}."
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..contacts import Run
    from ..study.compose import compose
    from ..study.replicate import plan_study
    from ..study.run import simulate_system
    from ..study.story import most_seen, story
    from .simulate import one_model

    own = dict(text.split("=", 1) for text in options.args if text.startswith(("person=", "days=")))
    composed = compose([text for text in options.args if not text.startswith(("person=", "days="))])
    person, days = _whole(own.get("person")), _number(own.get("days"))
    model = one_model(composed)[0]
    prepared = plan_study(composed.raw, composed.settings, composed.folder, [model])
    record: Run = simulate_system(prepared.systems[model], composed.settings.seed, 0, days, 0.0, prepared.study.citizens, composed.settings.engine)
    print("\n".join(story(record, most_seen(record) if person is None else person)))
    return 0


def _whole(text: str | None) -> int | None:
    from ..faults import fail

    if text is None:
        return None
    if not text.isdigit():
        raise fail("person", f"'{text}' was given. Allowed: a whole number")
    return int(text)


def _number(text: str | None) -> float:
    from ..faults import fail

    try:
        return DAYS if text is None else float(text)
    except ValueError:
        raise fail("days", f"'{text}' was given. Allowed: a number of days") from None
