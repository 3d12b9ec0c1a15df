"""`units.ward.beds=14` on the command line: Hydra's grammar, the language's way of merging.

`a.b=1` changes what is there, `+a.b=1` adds, `++a.b=1` does either, `~a.b` takes away; a dictionary
in braces merges. A number changed so is replaced whole: it does not keep the evidence of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override, RangeSweep
from hydra.errors import HydraException

from ..faults import Fault, Faults, fail, nearest
from ..language import merge, plain
from ..language.quantities import shown
from ..language.words import HEADINGS, SINGLE
from .settings import Settings, Stop, Synthesis

OPTIONAL = {
    *Settings.model_fields, *(f"stop.{name}" for name in Stop.model_fields), *(f"synthesis.{name}" for name in Synthesis.model_fields), *SINGLE,
}
"""Keys that may be set where the configuration does not write them: they have defaults."""

FREE = ("shift", "inputs")
"""Headings beneath which any key may be set: what there is, the numbers say."""

NO_GROUPS = ("goals", "known", "studies", "synthesis", "targets")
"""Folders of configurations that hold no choices."""

LONGEST_RANGE = 1_000_000  # values of a sweep


def is_file(argument: str) -> bool:
    return "=" not in argument and argument.endswith((".yaml", ".yml"))


def parse(texts: Iterable[str]) -> list[Override]:
    """Overrides in Hydra's grammar. Raises the faults of all of them."""
    parser, found, faults = OverridesParser.create(), [], []
    for text in texts:
        if is_file(text):
            continue
        try:
            override = parser.parse_override(text)
        except HydraException:
            faults.append(Fault(text, _unreadable(text)))
            continue
        if re.split("[./]", override.key_or_group)[0] in ("hydra", "defaults"):
            faults.append(Fault(text, _for_hydra(override.key_or_group)))
        found.append(override)
    if faults:
        raise Faults(faults)
    return found


def _for_hydra(key: str) -> str:
    if key.startswith(("hydra/launcher", "hydra.launcher")):
        return "says where a sweep runs. Write pathsim sweep, which takes it"
    return "is for Hydra itself, which runs nothing here. Leave it out"


def _unreadable(text: str) -> str:
    key, sign, _ = text.partition("=")
    if not sign and not text.startswith("~"):
        return "neither a file (.yaml) nor a change. Write key=value"
    if re.search(r"[^\w.@~+/$-]", key) or re.search(r"\.[^.]*[^.\w][^.]*$", key):
        head = key.rpartition(".")[0]
        return f"the key can't be read. Write what is no plain word in braces: {head or key}={{…: …}}"
    return "the value can't be read. Put it in quotes: key='a value', and both in quotes for the shell"


def groups(folder: Path) -> dict[str, list[str]]:
    """The groups of configurations, with what can be chosen in each."""
    found = {}
    for group in sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in NO_GROUPS):
        found[group.name] = sorted(path.stem for path in group.glob("*.yaml"))
    return found


def chooses(override: Override, options: dict[str, list[str]]) -> bool:
    """Whether it chooses a file of a group, and does not change a value of that name."""
    return override.key_or_group in options and not isinstance(override._value, dict)


def expand(texts: list[str], options: dict[str, list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """The jobs of a sweep: (all arguments of the job, those of them that were swept).

    >>> [swept for _, swept in expand(["a=1,2", "b=3", "c=range(0,2)"], {})]
    [['a=1', 'c=0'], ['a=1', 'c=1'], ['a=2', 'c=0'], ['a=2', 'c=1']]
    """
    choices, swept = [], []
    overrides = {override.input_line: override for override in parse(texts)}
    for text in texts:
        override = overrides.get(text)
        if override is None or not override.is_sweep_override():
            choices.append([text])
            continue
        choices.append([f"{override.get_key_element()}={value}" for value in values_of(override, options)])
        swept.append(len(choices) - 1)
    for job in product(*choices):
        yield list(job), [job[i] for i in swept]


def values_of(override: Override, options: dict[str, list[str]]) -> list[str]:
    """The values of one that is swept, as they are written. Raises Faults where they have no end or there are none."""
    value = override.value()
    if isinstance(value, Glob):
        if override.key_or_group not in options:
            raise fail(str(override.input_line), f"glob chooses files of a group. Groups: {', '.join(options) or 'none'}")
        found = value.filter(options[override.key_or_group])
        if not found:
            raise fail(str(override.input_line), f"nothing fits. {nearest('', options[override.key_or_group])}")
        return found
    if isinstance(value, RangeSweep) and abs((value.stop - value.start) / (value.step or 1)) > LONGEST_RANGE:
        raise fail(str(override.input_line), f"is more than {LONGEST_RANGE} values. Take a longer step")
    if not override.is_discrete_sweep():
        raise fail(str(override.input_line), "an interval has no end of values. Write choices a,b or range(first,last,step)")
    return list(override.sweep_string_iterator())


def apply(raw: dict[str, Any], override: Override) -> dict[str, Any]:
    """`raw` with one change. Raises Faults that name the nearest key."""
    path, text = override.key_or_group, str(override.input_line)
    parts = path.split(".")
    if override.is_sweep_override():
        raise fail(text, "is several values. Add -m to run one job for each of them")
    if override.package is not None:
        raise fail(text, f"no such group of configurations as '{path}'")
    value = plain({path: override.value()})[path]
    found, missing = _look_up(raw, parts)
    if override.is_delete():
        if missing is not None:
            raise fail(text, _no_key(parts, missing, found).removesuffix("."))
        if value is not None and value != found:
            raise fail(text, f"its value is {shown(found)}. Write ~{path}")
        return _without(raw, parts)
    if override.is_add() and missing is None and found is not None and not isinstance(value, (dict, list)):
        raise fail(text, f"is there already. Write {path}=… to change it")
    adds = override.is_add() or override.is_force_add()
    if missing is not None and not adds and path not in OPTIONAL and parts[0] not in FREE:
        raise fail(text, f"{_no_key(parts, missing, found)} To add a key, write +{text}")
    return merge(raw, _nested(parts, value))


def _look_up(raw: dict[str, Any], parts: list[str]) -> tuple[Any, int | None]:
    """What stands at a path; or the last thing on the way, and the number of the part that is missing."""
    here: Any = raw
    for i, part in enumerate(parts):
        if isinstance(here, list):
            raise fail(".".join(parts), f"'{'.'.join(parts[:i])}' is a list. Write it whole: {'.'.join(parts[:i])}=[a,b]")
        if not isinstance(here, dict) or part not in here:
            return here, i
        here = here[part]
    return here, None


def _no_key(parts: list[str], missing: int, found: Any) -> str:
    words = list(found) if isinstance(found, dict) else []
    if missing == 0:
        words += [word for word in (*Settings.model_fields, *HEADINGS, *SINGLE) if word != parts[0]]
    inside = f" in {'.'.join(parts[:missing])}" if missing else ""
    if not words:
        return f"no '{parts[missing]}'{inside}, which is {shown(found)}."
    mend = nearest(parts[missing], words)
    return f"no '{parts[missing]}'{inside}. {mend}{'' if mend.endswith('?') else '.'}"


def _without(data: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    first, *rest = parts
    return {key: _without(value, rest) if rest and key == first else value for key, value in data.items() if rest or key != first}


def _nested(parts: list[str], value: Any) -> dict[str, Any]:
    for part in reversed(parts):
        value = {part: value}
    return value
