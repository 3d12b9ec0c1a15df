"""From the words of a command line to the plan of a sweep, checked before anything runs."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ... import MODEL_VERSION, __version__, folders
from ...faults import Fault, Faults, fail
from ..compose import Base, Composed
from ..identity import digest
from ..overrides import groups, is_file
from ..replicate import Prepared
from ..results import free_name, git_commit
from ..settings import Settings
from . import plan as plans
from .designs import GRID, design
from .plan import Plan
from .scenarios import CHECKED, Composer, Scenario, check, worth_checking
from .whole import PART

BYTES = 35_000  # a replication in the store, of the shipped municipality: to plan with
LONGEST_NAME = 60
WHOLE = ("replications", "name", "results", "workers", "lang")  # settings of a sweep and not of a scenario


class Planned(NamedTuple):
    """folder: of the sweep. first: the first scenario, laid out."""

    plan: Plan
    folder: Path
    first: Prepared


def plan_sweep(texts: list[str], kind: str = GRID, samples: int | None = None, listed: Path | None = None, size: int | None = None,
               most: int = CHECKED) -> Planned:
    """Composes every scenario and lays some of them out, `most` of them. Raises Faults: nothing is written."""
    configs = folders.configs()
    options = groups(configs)
    composer = Composer([Path(text) for text in texts if is_file(text)], configs, options)
    found = design(texts, options, kind, samples, listed, seed_of(texts))
    checked(found.parameters)
    scenarios: list[Scenario] = []
    overrides = list(found.scenarios)
    for one in overrides:
        scenario, composed = composer.scenario(one, found.parameters, size)
        scenarios.append(scenario)
    looked_at = worth_checking([scenario.values for scenario in scenarios], most)
    first = check((composer.scenario(overrides[i], found.parameters, size) for i in looked_at), list(found.parameters))
    plan = planned_of(_command(texts, kind, samples, listed, size), list(found.parameters), scenarios, composed.settings, composer.bases)
    return Planned(plan, folder_of(composed, list(found.parameters), [scenario.key for scenario in scenarios]), first)


def planned_of(command: list[str], parameters: list[str], scenarios: list[Scenario], settings: Settings, bases: list[Base]) -> Plan:
    about = {"pathsim": __version__, "git_commit": git_commit(), "planned": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    return Plan(command, parameters, settings.replications, settings.workers, settings.lang, bases, scenarios, about, MODEL_VERSION)


def folder_of(composed: Composed, varies: list[str], what: object) -> Path:
    """The folder of a sweep: as its settings name it, or where, what varies, and six digits of `what` it is."""
    origin = "sweep" if {"region", "scenario"} & set(varies) else composed.origin
    words = "-".join([origin, *(name.rpartition(".")[2] for name in varies)])[:LONGEST_NAME]
    return Path(composed.settings.results) / re.sub(r"[^\w.+-]", "_", composed.settings.name or f"{words}-{digest(what)[:6]}")


def checked(swept: Iterable[str]) -> None:
    """Raises Faults for a parameter that a whole sweep has one of."""
    faults = [Fault(key, "is said once for the whole sweep. Give it one value") for key in swept if key in WHOLE]
    if faults:
        raise Faults(faults)


def seed_of(texts: list[str]) -> int:
    """The seed of points: that of the study, so that the same command has the same points."""
    given = [text.removeprefix("seed=") for text in texts if re.fullmatch(r"seed=\d+", text)]
    return int(given[-1]) if given else 1


def _command(texts: list[str], kind: str, samples: int | None, listed: Path | None, size: int | None) -> list[str]:
    words = [*texts]
    if kind != GRID:
        words += ["--design", kind, "--samples", str(samples)]
    if listed:
        words += ["--list", str(listed)]
    return words + (["--unit-size", str(size)] if size else [])


def room(folder: Path) -> int:
    """Bytes that are free where the results go."""
    while not folder.exists():
        folder = folder.resolve().parent
    return shutil.disk_usage(folder).free


def claim(plan: Plan, folder: Path) -> None:
    """Writes a plan into the folder of its sweep. One that was there and had other scenarios is kept under another name; what is no
    sweep is not touched. Raises Faults."""
    try:
        if (folder / plans.FILE).exists():
            if not _goes_on(plan, folder):
                folder.rename(free_name(folder))
        elif folder.exists() and any(path.suffix != PART for path in folder.iterdir()):
            raise fail(f"name={folder.name}", f"{folder} holds something else. Choose another name")
        plans.store_of(folder).mkdir(parents=True, exist_ok=True)
        plans.write(plan, folder)
    except OSError as problem:
        raise fail(str(problem.filename or folder), f"can't be written ({problem.strerror}). Choose another folder with results=FOLDER, "
                   "or ask whose it is for the right to write") from None


def _goes_on(plan: Plan, folder: Path) -> bool:
    """Whether a plan has the scenarios of the one that is there, perhaps with more after them; a search begins with its first few again.
    With one that can't be read nothing goes on."""
    try:
        old = plans.read(folder)
    except Faults:
        return False
    new, before = [one.key for one in plan.scenarios], [one.key for one in old.scenarios]
    return new[:len(before)] == before or plan.command == old.command and before[:len(new)] == new
