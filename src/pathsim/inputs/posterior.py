"""Claim: what a calibration left uncertain is uncertain together: two quantities that the figures can't tell apart move against each other.

A posterior is a table of draws of the quantities that were fitted, of which mean and covariance are used (it is normal by construction).
It is moved by components that are independent of each other, one for each quantity: of all ways to make correlated quantities of independent
ones the one whose components are most like the quantities (ZCA-cor: Kessy, Lewin & Strimmer, The American Statistician 72, 2018). So a component has the
name of its quantity, and moves those a little that are correlated with it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import TypeAdapter, ValidationError

from .. import folders
from ..faults import Fault, Faults, fail, nearest
from ..language import merge, plain, read_yaml
from ..language.evidence import Number, beneath
from ..language.forms import fault_of
from ..language.values import Form, Name
from .quantities import Parameter
from .written import nested

CALIBRATED = "calibrated"
ABSOLUTE = ("fade", "tenths")  # forms whose x is counted from their start, and not from what is written


class Calibrated(Form):
    """Where a posterior is: names of shipped files, or files of one's own."""

    draws: Name  # configs/calibration/NAME.csv
    quantities: Name  # configs/targets/NAME.yaml, whose `parameters` say what each quantity moves


class Posterior(NamedTuple):
    """mixing[quantity, component]: by how much a quantity moves when a component moves by 1."""

    parameters: Mapping[str, Parameter]
    mean: np.ndarray
    mixing: np.ndarray

    def moved(self, raw: dict[str, Any], numbers: list[Number], z: Mapping[str, float]) -> dict[tuple[str, ...], Any]:
        """Values by path of those numbers that were calibrated and still are, with the components at z. All at 0: none, they are as written."""
        delta = self.mixing @ np.array([z.get(name, 0.0) for name in self.parameters])
        if not delta.any():
            return {}
        found = raw
        for (_, parameter), mean, x in zip(self.parameters.items(), self.mean, delta, strict=True):
            for place in parameter.places:
                if any(beneath(place, number) for number in numbers):
                    value = parameter.model_copy(update={"places": (place,)}).moved(found, mean + x if parameter.form in ABSOLUTE else x)[place]
                    found = merge(found, nested(place.split("."), value))
        return {number.path: plain_value(found, number.path) for number in numbers}


def moves(parameter: Parameter, numbers: list[Number]) -> bool:
    """Whether any of the numbers is one that a quantity moves."""
    return any(beneath(place, number) for place in parameter.places for number in numbers)


def plain_value(raw: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What is written at a path, without what is said of it."""
    here: Any = raw
    for part in path:
        here = here[part] if part in here else next(below for key, below in here.items() if str(key) == part)
    return here["value"] if isinstance(here, Mapping) and "value" in here else here


def read_posterior(given: Calibrated) -> Posterior:
    """Raises Faults for files that are not there or don't belong together."""
    draws = _file("inputs.posterior.draws", given.draws, "calibration", ".csv")
    quantities = _file("inputs.posterior.quantities", given.quantities, "targets", ".yaml")
    return _read(draws, quantities, *(path.stat().st_mtime_ns for path in (draws, quantities)))


@lru_cache(maxsize=4)
def _read(draws: Path, quantities: Path, *stamps: int) -> Posterior:
    data = plain(read_yaml(quantities), str(quantities)).get("parameters")
    try:
        parameters = TypeAdapter(dict[str, Parameter]).validate_python(data)
    except ValidationError as problem:
        raise Faults(fault_of(f"{quantities}: parameters", error, Parameter, 1) for error in problem.errors(include_url=False)) from None
    with draws.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file)) or [[]]
    faults = [Fault(f"{draws}: {name}", f"is no quantity of {quantities.name}. {nearest(name, parameters)}") for name in head if name not in parameters]
    faults += [Fault(f"{draws}: {name}", "has no column") for name in parameters if name not in head]
    if faults:
        raise Faults(faults)
    try:
        x = np.array(rows, dtype=float)[:, [head.index(name) for name in parameters]]
    except (ValueError, IndexError):
        x = np.zeros((0, 0))
    if len(x) < 2 or not np.isfinite(x).all():
        raise fail(str(draws), f"can't be read as draws: rows of {len(head)} numbers. Make it anew with pathsim calibrate")
    return Posterior(parameters, x.mean(axis=0), mixing_of(x))


def mixing_of(x: np.ndarray) -> np.ndarray:
    """Of draws [draw, quantity]: a square root of their covariance, such that each component is most like its quantity.

    >>> x = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.6], [0.6, 4]], 500)
    >>> bool(np.allclose(mixing_of(x) @ mixing_of(x).T, np.cov(x.T)))
    True
    """
    sd = x.std(axis=0, ddof=1)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(x.T)))
    return sd[:, None] * (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


def _file(where: str, name: str, group: str, suffix: str) -> Path:
    shipped = folders.configs() / group
    path = Path(name) if name.endswith(suffix) else shipped / f"{name}{suffix}"
    if not path.is_file():
        raise fail(where, f"no '{name}'. {nearest(name, [file.stem for file in shipped.glob(f'*{suffix}')])}, or a file ({suffix}) of your own")
    return path
