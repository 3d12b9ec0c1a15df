"""Scenarios that differ in how many places there are: planned as a sweep, checked before anything runs, with what a place takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from .. import folders
from ..faults import Fault, Faults
from ..plan.model import Unit
from ..study.engines import get_ready
from ..study.overrides import groups, is_file, parse
from ..study.replicate import Prepared
from ..study.sweep.plan import Plan
from ..study.sweep.planning import folder_of, planned_of
from ..study.sweep.scenarios import Composer, Scenario, check, worth_checking
from .staffing import places_at, unit_name, unit_of


class Ways(NamedTuple):
    """Scenarios of a plan, one a row of numbers of places; the last is as the care system is written. units: of each capacity.
    now: how many there are of each as it is written. model: the care model judged. raw: the care system as written."""

    plan: Plan
    folder: Path
    units: tuple[Unit, ...]
    now: tuple[float, ...]
    model: str
    raw: dict[str, Any]
    lang: str


class Capacities:
    """Numbers of places by their paths, over the files and changes of a command line. both: all its care models run, else only the last."""

    def __init__(self, texts: Sequence[str], paths: Sequence[str], both: bool = False):
        _each(unit_name, paths)
        options = groups(folders.configs())
        self._paths, self._overrides = tuple(paths), parse(text for text in texts if not is_file(text))
        self._composer = Composer([Path(text) for text in texts if is_file(text)], folders.configs(), options)
        scenario, self.composed = self._scenario(None)
        self.models = scenario.models
        if both and len(self.models) < 2:
            raise Faults([Fault("of", f"there is one care model, '{self.models[0]}'. Write  of: last, or name two with models=[…]")])
        if not both and len(self.models) > 1:
            self._overrides += parse([f"care_model={self.models[-1]}"])
            self.models = self.models[-1:]
        self._now = check([self._scenario(None)], [])
        self.units = tuple(_each(lambda path: unit_of(path, self._now.plans[self.models[-1]]), self._paths))

    def ways(self, rows: Sequence[Sequence[int]], replications: int, size: int | None = None) -> Ways:
        """A scenario for each row. Raises Faults: also where a number of places is not felt."""
        looked_at = [self._scenario(rows[i]) for i in worth_checking([tuple(row) for row in rows])]
        self._prepared(looked_at)
        self._check_felt(rows)
        scenarios = [self._scenario(row, size)[0] for row in rows]
        scenarios.append(self._scenario(None, size)[0]._replace(values=self._places_now()))
        settings, composed = self.composed.settings, self.composed
        plan = replace(planned_of([], list(self._paths), scenarios, settings, self._composer.bases), replications=replications)
        folder = folder_of(composed, list(self._paths), [scenario.key for scenario in scenarios])
        return Ways(plan, folder, self.units, self._places_now(), self.models[-1], composed.raw, settings.lang)

    def get_ready(self) -> None:
        """Compiles what is to run, once and not in every process."""
        for plan in self._now.plans.values():
            get_ready(plan, self.composed.settings.engine)

    def _scenario(self, row: Sequence[int] | None, size: int | None = None) -> tuple[Scenario, Any]:
        if row is None:
            return self._composer.scenario(self._overrides, {}, size)
        more = parse(f"{path}={number}" for path, number in zip(self._paths, row, strict=True))
        parameters = {path: len(self._overrides) + place for place, path in enumerate(self._paths)}
        return self._composer.scenario([*self._overrides, *more], parameters, size)

    def _prepared(self, scenarios: Sequence[tuple[Scenario, Any]]) -> Prepared:
        return check(scenarios, list(self._paths))

    def _places_now(self) -> tuple[float, ...]:
        return tuple(places_at(path, unit) for path, unit in zip(self._paths, self.units, strict=True))

    def _check_felt(self, rows: Sequence[Sequence[int]]) -> None:
        """Raises Faults for a capacity whose fewest and most places are the same in the care model judged: something else sets them."""
        faults = []
        for place, path in enumerate(self._paths):
            numbers = sorted({row[place] for row in rows} | {int(number) for number in [self._places_now()[place]] if number < inf})
            if len(numbers) < 2:
                continue
            ends = [[*rows[0][:place], number, *rows[0][place + 1:]] for number in (numbers[0], numbers[-1])]
            fewest, most = (unit_of(path, self._prepared([self._scenario(row)]).plans[self.models[-1]]) for row in ends)
            if fewest.places == most.places:
                has = f"changes nothing in {self.models[-1]}, where '{most.name}' has {sum(most.places):g} places whatever it is."
                faults.append(Fault(path, f"{has} {self._mend(path)}"))
        if faults:
            raise Faults(faults)

    def _mend(self, path: str) -> str:
        """What to write for a capacity that is not felt."""
        if path.startswith("levers."):
            return "Choose a care model in which that lever is on: care_model=NAME"
        tail = path.split(".", 2)[2]
        raw = self.composed.raw
        on = ((raw.get("care_models") or {}).get(self.models[-1]) or {}).get("levers") or raw.get("levers") or {}
        name = unit_name(path)
        setting = [lever for lever in on if name in ((((raw.get("levers") or {}).get(lever) or {}).get("changes") or {}).get("units") or {})]
        written = " or ".join(f"levers.{lever}.changes.units.{name}.{tail}" for lever in setting) or f"levers.LEVER.changes.{path}"
        return f"A lever sets them: write {written}, or choose another care model: care_model=NAME"


def _each(found: Callable[[str], Any], paths: Sequence[str]) -> list[Any]:
    """What is found of each path. Raises the faults of all."""
    good, faults = [], []
    for path in paths:
        try:
            good.append(found(path))
        except Faults as more:
            faults += more.faults
    if faults:
        raise Faults(faults)
    return good
