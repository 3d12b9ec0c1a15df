"""Claim: what was calibrated can be read, cited and drawn from: each number with its range, all together as draws.

The patch is a file of the language laid over the care system it was fitted to. A range is the 95 % interval of the
posterior for that number alone; numbers of one quantity move together, and quantities are correlated, which the draws
beside the patch keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...inputs.quantities import Parameter
from ...inputs.written import nested, parts
from ...language import merge
from .fitting import Posterior
from .targets import Targets

COVERS = 0.95
DRAWS = 400
HEAD = """# @package _global_
# Numbers fitted to published figures ({targets}). Made by `pathsim calibrate`, not by hand: a change here is lost with the next.
# Ranges are 95 % intervals of the posterior, each for its number alone; {draws} has draws of all of them together.
inputs: {{posterior: {{draws: {targets}, quantities: {targets}}}}}
"""


def patch_of(raw: dict[str, Any], targets: Targets, posterior: Posterior, draws: np.ndarray) -> dict[str, Any]:
    """The numbers of the posterior mean with their ranges, as a patch over `raw`."""
    patch: dict[str, Any] = {}
    for i, (_, parameter) in enumerate(targets.parameters.items()):
        low, high = np.quantile(draws[:, i], [(1 - COVERS) / 2, (1 + COVERS) / 2])
        low, high = min(low, posterior.mean[i]), max(high, posterior.mean[i])
        for place in parameter.places:
            moved = [parameter.moved(raw, x)[place] for x in (posterior.mean[i], low, high)]
            patch = merge(patch, nested(place.split("."), _ranged(*moved, parameter)))
    return patch


def _ranged(value: Any, low: Any, high: Any, parameter: Parameter) -> Any:
    if isinstance(value, dict):
        return {key: _ranged(value[key], low[key], high[key], parameter) for key in value}
    if value == "rest":
        return value
    ends = sorted([value, low, high], key=lambda end: parts(end)[0])[::2]
    if ends[0] == ends[1]:
        return {"value": value, "role": "calibrated", **_cited(parameter)}
    return {"value": value, "range": ends, "covers": COVERS, "role": "calibrated", **_cited(parameter)}


def _cited(parameter: Parameter) -> dict[str, Any]:
    return {} if parameter.source is None else {"source": parameter.source}


def written(patch: Mapping[str, Any], targets: str, draws: str) -> str:
    """The patch as a file: a line for each number."""
    return HEAD.format(targets=targets, draws=draws) + "\n".join(_lines(patch, 0)) + "\n"


def _lines(value: Mapping[str, Any], depth: int) -> list[str]:
    lines = []
    for key, part in value.items():
        name = "  " * depth + _key(key) + ":"
        if isinstance(part, Mapping) and "value" not in part:
            lines += [name, *_lines(part, depth + 1)]
        else:
            lines.append(f"{name} {_flow(part)}")
    return lines


def _key(key: Any) -> str:
    return f'"{key}"' if ":" in str(key) else str(key)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) and "," in value else str(value)
