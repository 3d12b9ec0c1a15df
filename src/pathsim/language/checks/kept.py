"""What several checks of one system need is worked out once. A system does not change once it is typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from ..system import System

T = TypeVar("T")


def kept(work: Callable[[System], T]) -> Callable[[System], T]:
    """`work` of a system, done when it is first asked for."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def once(system: System) -> T:
        if name not in system.kept:
            system.kept[name] = work(system)
        return system.kept[name]

    return once
