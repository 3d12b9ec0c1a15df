"""The base of a comparison is the same in every scenario that only changes levers: a process runs each of its replications once.

A part is known again by all that it depends on: the plan as laid out, its people, what describes its record, and the luck. Half of a
sweep over levers is the base, so this halves its time; what comes out is the same.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from pathlib import Path

import pandas as pd

from ..citizens import inhabitants_of
from ..engines import groups_of
from ..replicate import Part, Prepared, part_of
from ..run import described
from ..settings import YEAR

MOST = 100  # replications, of some 0.3 MB


class Remembered:
    """`part_of`, that remembers what first models gave."""

    def __init__(self) -> None:
        self._parts: OrderedDict[tuple[bytes, int, int], Part] = OrderedDict()
        self._prepared: Prepared | None = None
        self._names: dict[str, bytes] = {}

    def __call__(self, prepared: Prepared, model: str, replication: int, runs: Path | None, standard: pd.Series | None) -> Part:
        if runs is not None or model != prepared.study.models[0]:
            return part_of(prepared, model, replication, runs, standard)
        name = self._name(prepared, model), prepared.study.settings.luck(replication), replication
        if name not in self._parts:
            self._parts[name] = part_of(prepared, model, replication, None, None)
        self._parts.move_to_end(name)
        while len(self._parts) > MOST:
            self._parts.popitem(last=False)
        return self._parts[name]

    def _name(self, prepared: Prepared, model: str) -> bytes:
        if prepared is not self._prepared:
            self._prepared, self._names = prepared, {}
        if model not in self._names:
            self._names[model] = _everything(prepared, model)
        return self._names[model]


def _everything(prepared: Prepared, model: str) -> bytes:
    """A hash of all that a replication depends on but its number. Equal things may be written in two ways, never two in one."""
    plan, settings = prepared.plans[model], prepared.study.settings
    codes, names, given = prepared.people[model]
    says = described(prepared.systems[model], settings.seed, 0, settings.warm_up * YEAR, groups_of(plan), len(codes))
    living = sum(inhabitants_of(settings.synthesis).values())
    found = hashlib.sha256(pickle.dumps((model, plan, says, living, codes.shape, codes.dtype.str, names.dtype.str, sorted(given))))
    found.update(codes.tobytes())
    found.update(names.tobytes())
    return found.digest()
