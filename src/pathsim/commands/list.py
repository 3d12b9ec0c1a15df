"""Print what there is to choose from: groups (region …), levers, models, arrangements, indicators, unknowns, or what can be swept.

  pathsim list
  pathsim list arrangements
  pathsim list indicators
  pathsim list unknowns
  pathsim list sweep region=esbjerg
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from . import shared

SECTIONS = ("groups", "levers", "models", "arrangements", "indicators", "unknowns", "sweep")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"A word without = is what to list: {', '.join(SECTIONS)}. Default: groups, levers and models"
    shared.takes_system(parser)


def run(options: argparse.Namespace) -> int:
    from ..faults import fail, nearest
    from ..study.overrides import is_file

    asked = [text for text in options.args if "=" not in text and not is_file(text) and not text.startswith("~")]
    for section in asked:
        if section not in SECTIONS:
            raise fail(section, f"can't be listed. {nearest(section, SECTIONS)}")
    rest = [text for text in options.args if text not in asked]
    for section in asked or ("groups", "levers", "models"):
        print("\n".join(globals()[f"_{section}"](rest)))
    return 0


def _groups(args: list[str]) -> Iterator[str]:
    from .. import folders
    from ..study.overrides import groups

    for group, names in groups(folders.configs()).items():
        yield f"{group}: {', '.join(names)}"


def _levers(args: list[str]) -> Iterator[str]:
    for name, lever in (_raw(args).get("levers") or {}).items():
        yield f"lever {name}: {_title(lever)}"


def _models(args: list[str]) -> Iterator[str]:
    from ..language import care_models

    for name, model in care_models(_raw(args)).items():
        yield f"care model {name}: {', '.join(model.levers) or 'no levers'}"


def _arrangements(args: list[str]) -> Iterator[str]:
    """The ways of working together that come with pathsim: how each is chosen, and what it is called."""
    from .. import folders
    from ..language import read_yaml
    from ..study.overrides import groups

    for group in ("lever", "scenario"):
        for name in groups(folders.configs())[group]:
            for model, entry in (read_yaml(folders.configs() / group / f"{name}.yaml").get("care_models") or {}).items():
                yield f"{group}={name} {model}: {entry['title']} / {entry['title_da']}"


def _indicators(args: list[str]) -> Iterator[str]:
    from ..contacts import REGISTRY

    for indicator in REGISTRY.values():
        yield f"{indicator.name}: {indicator.title_en}; {indicator.title_da} ({indicator.unit})"


def _unknowns(args: list[str]) -> Iterator[str]:
    """What is uncertain, as it is shifted: from where to where (90 %), in what group, and where its numbers come from."""
    from ..study.compose import compose
    from ..study.drawn import known

    composed = compose(args)
    unknowns = known(composed.raw, composed.settings.inputs)
    for name, one in unknowns.by_name.items():
        low, high = sorted(float(f"{unknowns.written(name)(z):.3g}") for z in (-1.645, 1.645))
        yield f"shift.{name}: {one.title} / {one.title_da} ({one.group}; {low:g} to {high:g}; {', '.join(one.roles)})"


def _sweep(args: list[str]) -> Iterator[str]:
    """Every value that can be reached by a path, with its range where it has one."""
    return _values(_raw(args), "")


def _values(value: Any, path: str) -> Iterator[str]:
    from ..study.explain import words

    if isinstance(value, dict) and "value" not in value:
        for key, part in value.items():
            if str(key) not in ("note", "source", "role", "about", "title", "title_da", "story") and str(key).isidentifier():
                yield from _values(part, f"{path}.{key}" if path else str(key))
        return
    number = value["value"] if isinstance(value, dict) else value
    if not isinstance(number, bool) and (isinstance(number, (int, float)) or (isinstance(number, str) and number[:1].isdigit())):
        span = f"   {words(value['range'][0], None)} to {words(value['range'][1], None)}" if isinstance(value, dict) and value.get("range") else ""
        yield f"{path}={words(number, None)}{span}"


def _title(entry: Any) -> str:
    about = entry.get("about") if isinstance(entry, dict) else None
    return str((about or {}).get("title") or "")


def _raw(args: list[str]) -> dict[str, Any]:
    from ..study.compose import compose

    return compose(args).raw
