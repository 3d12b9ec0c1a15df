"""The plan of a sweep: every scenario with its name, and what it is composed from, frozen.

What was planned is what is run, also by a job that starts tomorrow on another machine, when files may have
been edited. The plan is the folder of a sweep; the store lies beside it and is shared by all sweeps of a
results folder, so that two sweeps with scenarios in common run them once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ... import MODEL_VERSION
from ...faults import fail
from ..compose import Base, Composed, changed
from ..replicate import Prepared
from .designs import parsed
from .scenarios import Scenario, prepared
from .store import Done, done, path_of
from .units import Unit, missing
from .whole import whole

FILE, STORE, FORMAT = "plan.json", "units", 1


@dataclass(frozen=True)
class Plan:
    """command: the words after `pathsim sweep`. replications: of each scenario. about: versions."""

    command: list[str]
    parameters: list[str]
    replications: int
    workers: int | None
    lang: str
    bases: list[Base]
    scenarios: list[Scenario]
    about: dict[str, Any]
    model_version: int = MODEL_VERSION


def composed(plan: Plan, number: int) -> Composed:
    """The care system and study of a scenario, as it was planned."""
    scenario = plan.scenarios[number]
    return changed(plan.bases[scenario.base], [parsed(text) for text in scenario.changes], list(scenario.changes))


def laid_out(plan: Plan, number: int) -> Prepared:
    """A scenario ready to run. Raises Faults."""
    return prepared(composed(plan, number), plan.scenarios[number].models)


def label(plan: Plan, number: int) -> str:
    """A scenario in words: what its parameters are."""
    values = plan.scenarios[number].values
    return " ".join(f"{name}={value}" for name, value in zip(plan.parameters, values, strict=True)) or "the only scenario"


def store_of(folder: Path) -> Path:
    return folder.parent / STORE


def there(plan: Plan, folder: Path, looked: bool = True) -> dict[str, list[Done]]:
    """What is done of a plan, by the key of the scenario. looked: as in the store."""
    return done(store_of(folder), (scenario.key for scenario in plan.scenarios), looked)


def to_do(plan: Plan, found: dict[str, list[Done]]) -> list[Unit]:
    """The units that are missing. Scenarios that are the same under two names are run once."""
    first: dict[str, int] = {}
    for number, scenario in enumerate(plan.scenarios):
        first.setdefault(scenario.key, number)
    return [
        unit for key, number in first.items()
        for unit in missing(number, (one.replications for one in found.get(key, ())), plan.replications, plan.scenarios[number].size)
    ]


def all_units(plan: Plan) -> list[Unit]:
    """The units of a plan of which nothing is done."""
    return to_do(plan, {})


def unit_path(plan: Plan, folder: Path, unit: Unit) -> Path:
    return path_of(store_of(folder), plan.scenarios[unit.scenario].key, unit.first, unit.number)


def unit_name(plan: Plan, unit: Unit) -> str:
    """What a unit is called in a sweep: the file that it will be."""
    return path_of(Path(), plan.scenarios[unit.scenario].key, unit.first, unit.number).stem


def unit_of(plan: Plan, name: str) -> Unit:
    """The unit of that name. Raises Faults."""
    key, _, rest = name.removesuffix(".parquet").partition(".")
    first, _, last = rest.partition("-")
    if first.isdigit() and last.isdigit() and int(first) <= int(last):
        for number, scenario in enumerate(plan.scenarios):
            if key and scenario.key.startswith(key):
                return Unit(number, int(first), int(last) - int(first) + 1)
    raise fail("--unit", f"no unit '{name}' in this sweep. `pathsim status` lists those that failed")


def write(plan: Plan, folder: Path) -> None:
    """Whole or not at all."""
    data = {field.name: getattr(plan, field.name) for field in fields(plan)} | {
        "format": FORMAT, "scenarios": [list(scenario) for scenario in plan.scenarios],
        "bases": [{"raw": base.raw, "folder": str(base.folder.resolve()), "origin": base.origin} for base in plan.bases],
    }
    with whole(folder / FILE) as part, part.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=None, separators=(",", ":"))


def read(folder: Path) -> Plan:
    """Raises Faults where there is no plan, or not one of this version of pathsim."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError
        data["bases"] = [Base(base["raw"], Path(base["folder"]), base["origin"]) for base in data["bases"]]
        data["scenarios"] = [Scenario(base, tuple(changes), tuple(values), tuple(models), *rest) for base, changes, values, models, *rest in data["scenarios"]]
        return Plan(**data)
    except FileNotFoundError:
        near = ", ".join(sorted(_sweeps(folder.parent))[:12])
        raise fail(str(folder), f"holds no sweep.{f' There are: {near}' if near else ' Start one with pathsim sweep'}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise fail(str(folder / FILE), f"can't be read as the plan of a sweep ({type(problem).__name__}). Run the command that made it again") from None


def _sweeps(results: Path) -> Iterator[str]:
    if results.is_dir():
        yield from (str(path.parent) for path in results.glob(f"*/{FILE}"))
