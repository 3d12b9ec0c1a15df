"""Claim: numbers that nobody knows for the same reason are one unknown, and move together.

An unknown is a number with a range; several that the study names as one; or a quantity of a calibration. Each is moved by one standard
normal z: at 0 it is as written. Unknowns are independent of each other. A number changed on the command line has no range any more: it is no unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from ..faults import Fault, Faults, nearest
from ..language.evidence import Number, beneath, numbers
from ..language.values import Form, Name, Names
from .posterior import CALIBRATED, Calibrated, Posterior, moves, read_posterior
from .spread import spread, uncertain
from .written import parts


class Together(Form):
    """Numbers that are one unknown."""

    of: Names = Field(description="paths, or beginnings of paths, in which * is any characters within one part")
    title: Name | None = None
    title_da: Name | None = None
    group: Name | None = Field(None, description="unknowns that could be found out at once")


class Inputs(Form):
    """What is uncertain, beside the ranges of numbers."""

    together: dict[Name, Together] = Field({}, description="word → numbers that are one unknown")
    posterior: Calibrated | None = Field(None, description="draws of all calibrated quantities together")


@dataclass(frozen=True)
class Unknown:
    """numbers: what it moves. group: what may be found out at once: as the study names it, `calibration`, or the first word of its numbers' paths."""

    name: str
    title: str
    title_da: str
    numbers: tuple[Number, ...]
    group: str

    @property
    def roles(self) -> tuple[str, ...]:
        """Where its numbers come from."""
        return tuple(sorted({number.role for number in self.numbers}))


@dataclass(frozen=True)
class Unknowns:
    """All that is uncertain about a care system, by name."""

    by_name: Mapping[str, Unknown]
    posterior: Posterior | None

    def values(self, raw: dict[str, Any], z: Mapping[str, float]) -> dict[tuple[str, ...], Any]:
        """Values by path where unknowns are at z; who is not named is as written. Raises Faults for a name that there is not."""
        faults = [Fault(f"shift.{name}", f"no unknown of that name. {nearest(name, self.by_name)}") for name in z if name not in self.by_name]
        if faults:
            raise Faults(faults)
        found: dict[tuple[str, ...], Any] = {}
        for name, one in self.by_name.items():
            if not _fitted(name) and z.get(name, 0.0):
                found |= {number.path: spread(number)(z[name]) for number in one.numbers}
        if self.posterior:
            mine = {name.removeprefix(f"{CALIBRATION}."): x for name, x in z.items() if name.startswith(f"{CALIBRATION}.")}
            moved = [number for name, one in self.by_name.items() if _fitted(name) for number in one.numbers]
            found |= self.posterior.moved(raw, list(dict.fromkeys(moved)), mine)
        return found

    def written(self, name: str) -> Callable[[float], float]:
        """What is written where an unknown is at z: its (first) number, without unit; of a calibrated quantity how many times what it is (exp x)."""
        if _fitted(name):
            place = list(self.posterior.parameters).index(name.removeprefix(f"{CALIBRATION}."))
            step = float(self.posterior.mixing[place, place])
            return lambda z: math.exp(step * z)
        at = spread(self.by_name[name].numbers[0])
        return lambda z: parts(at(z))[0]


CALIBRATION = "calibration"


def _fitted(name: str) -> bool:
    return name.startswith(f"{CALIBRATION}.")


def unknowns_of(raw: Mapping[str, Any], inputs: Inputs) -> Unknowns:
    """Raises Faults for a posterior that can't be read."""
    known = numbers(raw)
    ranged = uncertain(known)
    posterior = read_posterior(inputs.posterior) if inputs.posterior else None
    free = [number for number in ranged if number.role != CALIBRATED]
    found: dict[str, Unknown] = {}
    for name, one in inputs.together.items():
        patterns = one.of if isinstance(one.of, list) else [one.of]
        mine = [number for number in free if any(beneath(pattern, number) for pattern in patterns)]
        free = [number for number in free if number not in mine]
        if mine:
            found[name] = Unknown(name, one.title or name, one.title_da or one.title or name, tuple(mine), one.group or mine[0].path[0])
    for number in free:
        found[word_of(number.name)] = Unknown(word_of(number.name), number.name, number.name, (number,), number.path[0])
    if posterior:
        fitted = [number for number in known if number.role == CALIBRATED and number.value != "rest" and not isinstance(number.value, list)]
        for name, parameter in posterior.parameters.items():
            if moves(parameter, fitted):
                mine = tuple(number for number in fitted if moves(parameter, [number]))
                title = (parameter.title, parameter.title_da or parameter.title)
                found[f"{CALIBRATION}.{name}"] = Unknown(f"{CALIBRATION}.{name}", *title, mine, CALIBRATION)
    return Unknowns(found, posterior)


def word_of(path: str) -> str:
    """A path as a key that can be written on the command line.

    >>> word_of("effects.letter_missing.relapse.0-30 d")
    'effects.letter_missing.relapse.0_30_d'
    """
    return re.sub(r"[^\w.]", "_", path)
