"""Claim: what leaves the extract is numbers about many; what rests on fewer than five contacts or people is not shown.

Neither is what would follow by subtraction: where the parts of a whole are shown and one of them is small, the
next smallest goes too, until what is missing is at least as many. The limit can be raised, never lowered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from .likelihood import interval

SMALLEST = 5
COLUMNS = ("kind", "about", "parameter", "unit", "n", "persons", "estimate", "se", "low", "high", "written", "note")


@dataclass(frozen=True)
class Estimate:
    """One number with its standard error and 95 % interval, on n contacts of `persons` people.

    unit: d, per y, ratio, share, aic … path: the key in the care system that it may stand at, () for none;
    beside: what else must be set with it. whole: the name of what this is a part of (see `shown`).
    """

    kind: str
    about: str
    parameter: str
    unit: str
    n: int
    persons: int
    value: float
    se: float
    low: float
    high: float
    path: tuple[str, ...] = ()
    note: str = ""
    beside: tuple[tuple[tuple[str, ...], Any], ...] = ()
    whole: str = ""

    @property
    def place(self) -> str:
        return ".".join(self.path)


def positive(kind: str, about: str, parameter: str, unit: str, n: int, persons: int, value: float, se: float, **more: Any) -> Estimate:
    """An estimate of something positive: its interval is symmetric on the scale of logarithms."""
    low, high = interval(value, se)
    return Estimate(kind, about, parameter, unit, n, persons, float(value), float(se), low, high, **more)


def shown(estimates: Iterable[Estimate], smallest: int = SMALLEST) -> tuple[list[Estimate], int]:
    """Those that may be shown, and how many may not.

    >>> part = lambda n: Estimate("share", "a", str(n), "share", n, n, 0.1, 0.1, 0, 1, whole="a")
    >>> [e.n for e in shown([part(3), part(9), part(40)])[0]]
    [40]
    """
    kept = [e for e in estimates if np.isfinite([e.value, e.low, e.high]).all()]
    small = {i for i, e in enumerate(kept) if min(e.n, e.persons) < smallest}
    for whole in {e.whole for e in kept if e.whole}:
        parts = sorted((i for i, e in enumerate(kept) if e.whole == whole), key=lambda i: (kept[i].n, i))
        hidden = [i for i in parts if i in small]
        while hidden and 0 < sum(kept[i].n for i in hidden) < smallest:
            following = next((i for i in parts if i not in small), None)
            if following is None:
                break
            hidden.append(following)
            small.add(following)
    broken = {(e.kind, e.about, e.path[:-1]) for i, e in enumerate(kept) if i in small and e.path}
    found = [
        replace(e, path=(), beside=(), note=e.note or "not written: a part of it rests on too few")
        if e.path and e.kind in ("stay", "routing") and (e.kind, e.about, e.path[:-1]) in broken else e
        for i, e in enumerate(kept) if i not in small
    ]
    return found, len(small)


def table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """As a table, one row an estimate; `written`: the key of the care system at which it stands."""
    rows = [(e.kind, e.about, e.parameter, e.unit, e.n, e.persons, e.value, e.se, e.low, e.high, e.place, e.note) for e in estimates]
    return pd.DataFrame(rows, columns=list(COLUMNS))
