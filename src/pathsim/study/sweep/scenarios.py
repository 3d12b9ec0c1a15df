"""From the arguments of a scenario to its care system and its name, thousands of them.

Hydra composes a set of choices once, in most of a second; the values of each scenario are then changed in
the language's own way, in milliseconds. What can be at fault is looked for before anything runs: every
value of every parameter once, with the others as in the first scenario, up to some number of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.override_parser.types import Override

from ...faults import Fault, Faults
from ..compose import Base, Composed, Parts, base_of, changed
from ..identity import Identity
from ..overrides import chooses
from ..replicate import Prepared, chosen_models, plan_study
from .units import length, seconds

CHECKED = 60  # scenarios at most that are laid out before the sweep begins: some 20 seconds


class Scenario(NamedTuple):
    """base: the number of what is changed. changes: texts, in order. values: of the parameters. key: what its replications are called.
    size: replications a unit. seconds: about how long a replication takes."""

    base: int
    changes: tuple[str, ...]
    values: tuple[Any, ...]
    models: tuple[str, ...]
    key: str
    size: int
    seconds: float


class Composer:
    """Composes scenarios, and keeps what they have in common."""

    def __init__(self, files: list[Path], configs: Path, options: dict[str, list[str]]):
        self.files, self.configs, self.options = files, configs, options
        self.bases: list[Base] = []
        self._number: dict[tuple[str, ...], int] = {}
        self._identity = Identity()

    def scenario(self, overrides: Iterable[Override], parameters: dict[str, int], size: int | None = None) -> tuple[Scenario, Composed]:
        """Raises Faults. size: replications a unit, where it is not worked out."""
        overrides = list(overrides)
        choices = [override for override in overrides if chooses(override, self.options)]
        changes = [override for override in overrides if not chooses(override, self.options)]
        base = self._base(choices)
        composed = changed(self.bases[base], changes, [str(override.input_line) for override in overrides])
        models = models_of(composed)
        each = seconds(composed.raw, composed.settings, len(models))
        key = self._identity.of(composed.raw, composed.settings, models, composed.folder)
        values = tuple(_value(overrides[place]) for place in parameters.values())
        texts = tuple(str(override.input_line) for override in changes)
        return Scenario(base, texts, values, models, key, size or length(each), each), composed

    def _base(self, choices: list[Override]) -> int:
        texts = tuple(str(override.input_line) for override in choices)
        if texts not in self._number:
            self._number[texts] = len(self.bases)
            self.bases.append(base_of(Parts(choices, [], self.files, []), self.configs))
        return self._number[texts]


def models_of(composed: Composed) -> tuple[str, ...]:
    """The care models of a scenario: the one named, those named, or all. Raises Faults."""
    settings = composed.settings
    return tuple(chosen_models(composed.raw, [settings.care_model] if settings.care_model else settings.models))


def prepared(composed: Composed, models: Iterable[str], said: bool = False) -> Prepared:
    """A scenario laid out and ready to run. said: what is said of numbers is checked too. Raises Faults."""
    return plan_study(composed.raw, composed.settings, composed.folder, list(models), said)


def check(scenarios: Iterable[tuple[Scenario, Composed]], parameters: list[str]) -> Prepared:
    """Lays scenarios out, to find what is at fault in any. Returns the first one. Raises the faults of all, each said once."""
    first, faults = None, {}
    for scenario, composed in scenarios:
        try:
            found = prepared(composed, scenario.models, said=True)
            first = first or found
        except Faults as more:
            said = " ".join(f"{name}={value}" for name, value in zip(parameters, scenario.values, strict=True))
            for fault in more.faults:
                faults.setdefault(fault, said)
    if faults:
        raise Faults(Fault(f"{said}: {fault.where}" if said else fault.where, fault.message) for fault, said in faults.items())
    assert first is not None
    return first


def worth_checking(values: list[tuple[Any, ...]], most: int = CHECKED) -> list[int]:
    """The numbers of scenarios in which each value of each parameter is met once, or as many values as can be looked at.

    >>> worth_checking([(1, "a"), (1, "b"), (2, "a"), (2, "b")])
    [0, 1, 2]
    >>> len(worth_checking([(i,) for i in range(1000)])), worth_checking([(i,) for i in range(1000)])[-1]
    (60, 999)
    """
    seen: set[tuple[int, str]] = set()
    new = []
    for number, one in enumerate(values):
        facts = {(place, repr(value)) for place, value in enumerate(one)}
        if number == 0 or facts - seen:
            new.append(number)
        seen |= facts
    if len(new) <= most:
        return new
    extremes = {0} | {end for place in range(len(values[0])) for end in _ends(values, place)}
    step = (len(new) - 1) / (most - 1)
    spread = [new[round(i * step)] for i in range(most)]
    return sorted([*extremes, *[one for one in spread if one not in extremes]][:most])


def _ends(values: list[tuple[Any, ...]], place: int) -> list[int]:
    """Where the smallest and the largest value of a parameter is met first, if it has numbers."""
    column = [one[place] for one in values]
    if not all(isinstance(value, (int, float)) for value in column):
        return []
    return [column.index(min(column)), column.index(max(column))]


def _value(override: Override) -> Any:
    """What stands in the column of a parameter."""
    value = override.value()
    return value if isinstance(value, (bool, int, float, str)) else str(override.input_line).partition("=")[2]
