"""Print the care system as composed and changed, as a file that reads back; or one heading of it.

  pathsim show region=esbjerg
  pathsim show units region=esbjerg units.medical_ward.beds=180
"""

from __future__ import annotations

import argparse

from . import shared


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "A word without = is a heading: units, steps, levers, settings …"
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..faults import fail, nearest
    from ..study.compose import compose
    from ..study.overrides import is_file
    from ..study.written import as_yaml

    headings = [text for text in options.args if "=" not in text and not is_file(text) and not text.startswith("~")]
    composed = compose([text for text in options.args if text not in headings])
    settings = composed.settings.model_dump(exclude_none=True)
    pages = {"settings": settings, **composed.raw}
    for heading in headings:
        if heading not in pages:
            raise fail(heading, f"no such heading here. {nearest(heading, pages)}")
    for path in composed.changed:
        print(f"# {path} is set on the command line: a scenario")
    shown = {heading: pages[heading] for heading in headings} if headings else settings | composed.raw
    print(as_yaml(shown), end="")
    return 0
