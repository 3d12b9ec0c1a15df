"""Claim: what is asked of a record again and again is worked out once, and kept with the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import numpy as np


def once(function: Callable) -> Callable:
    """A function of a run (and of plain arguments) whose answers the run keeps; they are not to be changed."""

    shape = signature(function)

    @wraps(function)
    def kept(run, *given, **named) -> Any:
        asked = shape.bind(run, *given, **named)
        asked.apply_defaults()
        key = (function, asked.args[1:])
        if key not in run.known:
            answer = function(*asked.args)
            if isinstance(answer, np.ndarray):
                answer.flags.writeable = False
            run.known[key] = answer
        return run.known[key]

    return kept
