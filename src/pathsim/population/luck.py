"""Each attribute of each citizen has luck of its own: a changed table moves no other draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pathsim.draws.jit import jit
from pathsim.draws.normal import standard_normal
from pathsim.draws.philox import decision_id, uniforms


@jit("float64[::1](float64[::1])")
def _normals(uniform):
    numbers = np.empty(uniform.size)
    for i in range(uniform.size):
        numbers[i] = standard_normal(uniform[i])
    return numbers


@dataclass(frozen=True)
class Luck:
    """What is drawn for people: one number for a person and an attribute, whatever else is drawn.

    The people of a municipality are a stream of their own, so that two municipalities of the same
    study are not the same people twice.
    """

    seed: int
    municipality: str
    number: np.ndarray  # of each citizen

    def uniform(self, attribute: str) -> np.ndarray:
        """(people,) between 0 and 1."""
        stream = decision_id(self.municipality)
        return uniforms(
            self.seed, 0, self.number, stream, decision_id(f"population.{attribute}"), 0
        )

    def normal(self, attribute: str) -> np.ndarray:
        """(people,) standard normal, a monotone function of `uniform`."""
        return _normals(self.uniform(attribute))
