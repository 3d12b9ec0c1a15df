"""Claim: beside what a trial saw stands the truth, from the same people with the same luck under both arms.

Each replication is one trial: the world without the levers, in which it is found who is recruited;
the trial; and the world in which every participant is offered what is tried. The effect is that of
all over none, over all replications; spill-over is what the control arm differs by from none.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...contacts import Run
from ...faults import fail
from ...plan import Plan, lay_out
from ...study.citizens import NUMBER, citizens_of
from ...study.engines import COMPILED, chosen, get_ready
from ...study.pool import cores, in_order
from ...study.replicate import check_balance
from ...study.run import encode, simulate_plan
from ...study.settings import Settings
from . import arms
from .clock import participants
from .compose import ARM, CONTROL, NONE, PLACE, TREATED, TRIAL, Composed, composed
from .design import Trial, read_trial
from .designs import claims
from .outcomes import Clocks, Counts
from .tables import designs_table, one_trial, table


@dataclass(frozen=True)
class Found:
    """table: one row an outcome: the truth and what trials of this size would have seen. Ratios are logarithms.
    seen: one row a replication and outcome. designs: what each other design claims, by replication; claims:
    the same as one row a design and outcome. notes: what a reader should know of how it was set up."""

    trial: Trial
    table: pd.DataFrame
    seen: pd.DataFrame
    designs: pd.DataFrame
    claims: pd.DataFrame
    notes: tuple[str, ...]


class World(NamedTuple):
    """What a replication needs to run: plans by care model, and the citizens."""

    composed: Composed
    plans: dict[str, Plan]
    citizens: pd.DataFrame
    settings: Settings
    trial: Trial


class Observed(NamedTuple):
    """The participants of one run, and their outcomes in the order of the trial's."""

    people: pd.DataFrame
    counts: list[Counts]
    clocks: Clocks


class Replicated(NamedTuple):
    """Of one replication: the participants' outcomes in each run, and what other designs claim."""

    replication: int
    runs: dict[str, tuple[pd.DataFrame, list[Counts]]]
    seen: pd.DataFrame
    delivered: float
    designs: pd.DataFrame


def run_trial(
    raw: dict[str, Any], settings: Settings, trial: Trial | dict[str, Any], replications: int | None = None, workers: int | None = None, folder: Path = Path()
) -> Found:
    """A trial, as many times as there are replications, and the truth. Raises Faults.

    raw: a care system as plain data. settings: its study, of which seed, warm_up, engine, synthesis and
    (unless given) replications and workers count; how long it runs follows from the trial.
    """
    trial = trial if isinstance(trial, Trial) else read_trial(trial)
    world = _world(raw, settings, trial, folder)
    number = replications or settings.replications
    done = list(_replicated(world, number, min(workers or settings.workers or cores(), number)))
    seen = pd.concat([one.seen for one in done], ignore_index=True)
    told = pd.concat([one.designs for one in done], ignore_index=True)
    found = table(trial, [one.runs for one in done], seen, float(np.mean([one.delivered for one in done])))
    return Found(trial, found, seen, told, designs_table(told, found), world.composed.notes)


def _world(raw: dict[str, Any], settings: Settings, trial: Trial, folder: Path) -> World:
    """Everything that can be at fault before a run, checked."""
    made = composed(raw, settings, trial)
    citizens = citizens_of(made.systems, settings, folder)
    plans = {model: lay_out(system, made.horizon) for model, system in made.systems.items()}
    if citizens is None:
        citizens = pd.DataFrame({NUMBER: np.arange(plans[NONE].citizens)})
    if not len(citizens):
        raise fail("population", "a trial is of citizens, and there are none. Write  population: {citizens: 1000}")
    if NUMBER not in citizens:
        citizens = citizens.assign(**{NUMBER: np.arange(len(citizens))})
    for plan in plans.values():
        get_ready(plan, settings.engine)
    for name in filter(None, (trial.randomised_by if trial.clustered else None, trial.clusters)):
        if name not in citizens:
            raise fail("trial", f"'{name}' is no column of the citizens. Allowed: citizen, {', '.join(map(str, citizens.columns))}")
    return World(made, plans, citizens, settings, trial)


def _replicated(world: World, number: int, workers: int) -> Iterator[Replicated]:
    """The replications in their order; in threads where the engine lets go of Python."""
    if workers == 1 or any(chosen(plan, world.settings.engine) != COMPILED for plan in world.plans.values()):
        yield from (_replicate(world, i) for i in range(number))
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from in_order(lambda i: pool.submit(_replicate, world, i), number, workers)


def _replicate(world: World, replication: int) -> Replicated:
    trial, numbers, everyone = world.trial, world.citizens[NUMBER].to_numpy(), np.ones(len(world.citizens), dtype=bool)
    none, _ = observe(world, NONE, replication, CONTROL, everyone)
    room = everyone if trial.recruits is None else np.isin(np.arange(len(everyone)), none.people["slot"])
    seed = world.settings.seed
    if trial.clustered:
        cluster = world.citizens[trial.randomised_by].astype(str)
        allotted = arms.by_cluster(arms.of_clusters(seed, replication, sorted(cluster.unique()), trial.ratio), cluster)
    else:
        allotted = arms.of_citizens(seed, replication, numbers, trial.ratio)
    seen, run = observe(world, TRIAL, replication, allotted, room)
    everybody, run_all = observe(world, TRIAL, replication, TREATED, room)
    runs = {"none": none, "trial": seen, "all": everybody}
    told = claims(world, replication, runs, run_all, room)
    return Replicated(
        replication, {name: (one.people, one.counts) for name, one in runs.items()},
        one_trial(trial, replication, seen.people, seen.counts), delivered(run, seen.people, world), told,
    )


def observe(world: World, model: str, replication: int, arm: Any, room: np.ndarray) -> tuple[Observed, Run]:
    """One run with these arms: its participants, and their outcomes."""
    run = run_with(world, model, replication, arm, room)
    trial = world.trial
    people = participants(run, trial.recruits)
    if trial.clustered:
        people["cluster"] = run.citizens[trial.randomised_by].astype(str).to_numpy()[people["person"]]
    clocks = Clocks(run, people, int(trial.follow_up))
    return Observed(people, [clocks.counts(outcome) for outcome in trial.outcomes], clocks), run


def run_with(world: World, model: str, replication: int, arm: Any, room: np.ndarray) -> Run:
    """One replication of one of the two worlds with these arms; `room`: who can be recruited."""
    plan, system = world.plans[model], world.composed.systems[model]
    citizens = world.citizens.assign(**{ARM: arm, PLACE: room})
    run = simulate_plan(plan, system, world.settings.seed, replication, 0.0, encode(plan, citizens), world.settings.engine)
    check_balance(run, model, replication)
    return run


def delivered(run: Run, people: pd.DataFrame, world: World) -> float:
    """The share of the intervention arm who, once recruited, met what is tried: an effect begun, or a contact completed."""
    treated = people[people["arm"] == TREATED]
    if not world.composed.added or not len(treated):
        return float("nan")
    since = np.full(len(run.citizens), run.window.end)
    since[treated["person"]] = treated["time"]
    events, contacts, names = run.events, run.contacts, world.composed.added
    begun = events[(events["what"] == "effect") & events["name"].isin(names)]
    met = contacts[(contacts["step"].isin(names) | contacts["task"].isin(names)) & (contacts["how"] == "completed")]
    got = [table["person"].to_numpy()[table[time].to_numpy() >= since[table["person"]]] for table, time in ((begun, "time"), (met, "ended"))]
    return float(treated["person"].isin(np.concatenate(got)).mean())
