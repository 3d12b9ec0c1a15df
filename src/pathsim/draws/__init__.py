"""Luck belongs to the patient: every draw is a function of who decides what, and how many times.

A draw is the inverse of a distribution at one uniform number, and that number is a function of
(seed, replication, person, stream, decision, how-manieth time) and of nothing else. So no order of
events, no other person and no added step can change it, and every engine draws the same.

The promise is the same bits on any processor with the same versions installed: the generator is
whole-number arithmetic, and the samplers use + − × ÷ and square root alone.

- `kinds`: `draw` and `keyed_draw`, the entry points of the engines
- `philox`: the uniform numbers and their keys
- `samplers`, `gamma`, `normal`, `elementary`: the inverses and what they stand on
- `parameters`: from means, cv's and medians to parameters, and back
- `jit`: how code is compiled
"""

from pathsim.draws.kinds import (
    CONSTANT,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    draw,
    keyed_draw,
    keyed_observed,
)
from pathsim.draws.parameters import gamma_parameters, lognormal_parameters, mean
from pathsim.draws.philox import decision_id, decision_ids, uniform, uniforms
from pathsim.draws.samplers import observed

__all__ = [
    "CONSTANT",
    "EXPONENTIAL",
    "GAMMA",
    "LOGNORMAL",
    "NORMAL",
    "TRIANGULAR",
    "UNIFORM",
    "WEIBULL",
    "decision_id",
    "decision_ids",
    "draw",
    "gamma_parameters",
    "keyed_draw",
    "keyed_observed",
    "lognormal_parameters",
    "mean",
    "observed",
    "uniform",
    "uniforms",
]
