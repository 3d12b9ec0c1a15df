"""One replication of a study is every care model over the same citizens with the same luck.

A record that does not balance is no result: it ends the study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pandas as pd

from ..contacts import Run
from ..contacts.account import account
from ..contacts.blocks import together
from ..contacts.files import saved
from ..contacts.identities import identities
from ..contacts.warnings import Caution
from ..faults import fail, nearest
from ..language import System, care_models, read_all
from ..plan import Plan, lay_out
from .citizens import citizens_of, inhabitants_of
from .engines import People, chosen
from .run import blocks_of_plan, encode
from .settings import YEAR, Settings


class StudyError(Exception):
    """A study could not go on, and what it was asked is not at fault."""


@dataclass(frozen=True)
class Study:
    """What a process needs to do replications: plain data, and the citizens."""

    raw: dict[str, Any]
    models: tuple[str, ...]
    settings: Settings
    citizens: pd.DataFrame | None


@dataclass(frozen=True)
class Prepared:
    """A study with its systems typed and laid out, and its citizens as codes. `stop`, once set, ends replications under way."""

    study: Study
    systems: Mapping[str, System]
    plans: Mapping[str, Plan]
    people: Mapping[str, People]
    stop: Event | None = None


class Outcome(NamedTuple):
    """What one replication gives: indicators and curves of all models, warnings by model."""

    replication: int
    indicators: pd.DataFrame
    curves: pd.DataFrame
    cautions: list[tuple[str, Caution]]


class Part(NamedTuple):
    """What one model gives in one replication; discharged: by age and sex, for the standard of the others."""

    indicators: pd.DataFrame
    curves: pd.DataFrame
    cautions: list[tuple[str, Caution]]
    discharged: pd.Series | None


PartOf = Callable[[Prepared, str, int, Path | None, pd.Series | None], Part]


def plan_study(raw: dict[str, Any], settings: Settings, folder: Path, models: list[str] | None, said: bool = True) -> Prepared:
    """Everything that can be at fault before a run, checked. said: also what is said of numbers. Raises Faults."""
    systems = read_all(raw, said=said)
    names = chosen_models(raw, models)
    study = Study(raw, tuple(names), settings, citizens_of(systems, settings, folder))
    prepared = prepare(study, systems)
    for plan in prepared.plans.values():
        chosen(plan, settings.engine)
    return prepared


def chosen_models(raw: dict[str, Any], models: list[str] | None) -> list[str]:
    """The care models named, or all. Raises Faults."""
    known = care_models(raw)
    for name in models or ():
        if name not in known:
            raise fail("models", f"no care model '{name}'. {nearest(name, known)}")
    return list(models or known)


def compared_models(raw: dict[str, Any], models: list[str] | None) -> list[str]:
    """The care models to compare: those named, or all, but two at least. Raises Faults."""
    names = chosen_models(raw, models)
    if len(names) < 2:
        raise fail("care_models", f"only one to compare, '{names[0]}'. Name a second one, with levers")
    return names


def prepare(study: Study, systems: Mapping[str, System] | None = None) -> Prepared:
    systems = systems or read_all(study.raw)
    plans = {model: lay_out(systems[model], study.settings.days) for model in study.models}
    return Prepared(study, systems, plans, {model: encode(plan, study.citizens) for model, plan in plans.items()})


def replicate(prepared: Prepared, replication: int, runs: Path | None, part: PartOf | None = None) -> Outcome:
    """One replication of all models. Contacts are written to `runs` where they are to be kept. part: what gives the part of a model, if
    not `part_of`."""
    parts: list[Part] = []
    for model in prepared.study.models:
        standard = next((one.discharged for one in parts if one.discharged is not None), None)
        parts.append((part or part_of)(prepared, model, replication, runs, standard))
    tables, curves, cautions, _ = zip(*parts, strict=True)
    return Outcome(replication, pd.concat(tables, ignore_index=True), pd.concat(curves, ignore_index=True), [one for some in cautions for one in some])


def part_of(prepared: Prepared, model: str, replication: int, runs: Path | None, standard: pd.Series | None) -> Part:
    """One replication of one model. standard: whom the first model discharged, by which the others are standardised; None for the first."""
    settings = prepared.study.settings
    blocks, meta = record_of(prepared, model, replication)
    if runs is not None and (settings.keep == "all" or settings.keep == "sample" and replication == 0):
        blocks = saved(blocks, meta, runs / run_name(model, replication))
    found = account(blocks)
    balanced(found.identities(), model, replication)
    discharged = found.discharged()
    table = found.indicators(discharged if standard is None else standard)
    table.insert(0, "model", model)
    table.insert(1, "replication", replication)
    curves = found.curves().assign(model=model, replication=replication)
    return Part(table, curves, [(model, caution) for caution in found.warnings()], discharged)


def record_of(prepared: Prepared, model: str, replication: int) -> tuple[Iterator[Run], dict[str, Any]]:
    """The record of one replication of one model in blocks, and what describes it."""
    settings = prepared.study.settings
    plan, system, people = prepared.plans[model], prepared.systems[model], prepared.people[model]
    blocks, meta = blocks_of_plan(plan, system, settings.seed, settings.luck(replication), settings.warm_up * YEAR, people, settings.engine, prepared.stop)
    return blocks, meta | {"inhabitants": sum(inhabitants_of(settings.synthesis).values())}


def one_run(prepared: Prepared, model: str, replication: int) -> Run:
    """The same record as one table, for who wants to look at it."""
    blocks, meta = record_of(prepared, model, replication)
    return together(blocks, meta)


def run_name(model: str, replication: int) -> str:
    """The folder of the contacts of a run; the first replication is the one that is shown."""
    return model if replication == 0 else f"{model}.{replication}"


def check_balance(run: Run, model: str, replication: int) -> None:
    """Raises StudyError if the record breaks an identity."""
    balanced(identities(run), model, replication)


def balanced(table: pd.DataFrame, model: str, replication: int) -> None:
    """Raises StudyError if the table of identities of a record has one that is broken."""
    broken = table[table["error"] != 0]
    if len(broken):
        said = "; ".join(f"{name} of {unit} is off by {error}" for name, unit, error in broken[["name", "unit", "error"]].to_numpy())
        raise StudyError(
            f"the record of '{model}', replication {replication}, does not balance: {said}. This is an error of the program, not of the care system"
        )
