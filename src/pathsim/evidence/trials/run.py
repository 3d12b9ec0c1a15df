"""Claim: beside what a trial saw stands the truth, from the same people with the same luck under both arms.

Each replication is one trial: the world without the levers, in which it is found who is recruited;
the trial; and the world in which every participant is offered what is tried. The effect is that of
all over none, over all replications; spill-over is what the control arm differs by from none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...contacts import Run
from ...engine.attributes import draw_citizens
from ...engine.frames import decode
from ...engine.simulation import Simulation
from ...faults import Fault, Faults, fail, nearest
from ...plan import Plan, lay_out
from ...study.citizens import NUMBER, citizens_of
from ...study.engines import COMPILED, chosen, get_ready
from ...study.pool import cores, in_order
from ...study.replicate import check_balance
from ...study.run import encode, simulate_plan
from ...study.settings import Settings
from . import arms
from .clock import participants
from .compose import ALL, ARM, CONTROL, NONE, PLACE, TREATED, TRIAL, Composed, composed
from .design import CITIZEN, Trial, read_trial
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

    def run(self, model: str, replication: int, arm: Any, room: np.ndarray) -> Run:
        """One replication of one of the worlds with these arms; `room`: who can be recruited."""
        plan, system, settings = self.plans[model], self.composed.systems[model], self.settings
        citizens = self.citizens.assign(**{ARM: arm, PLACE: room})
        run = simulate_plan(plan, system, settings.seed, replication, 0.0, encode(plan, citizens), settings.engine)
        check_balance(run, model, replication)
        return run

    def cluster(self, name: str, replication: int) -> pd.Series:
        """Everyone's cluster on day 0, as words; also where the language draws it, anew in each replication."""
        if name in self.citizens:
            return self.citizens[name].astype(str)
        plan = self.plans[NONE]
        codes, names, given = encode(plan, self.citizens)
        sim = Simulation(plan, codes, self.settings.seed, replication, names)
        attribute = next(attribute for attribute in plan.attributes if attribute.name == name)
        drawn = draw_citizens(plan, sim.evaluator, sim.luck, codes, given, names)
        return pd.Series(decode(drawn[:, attribute.index], attribute.words)).astype(str)


class Observed(NamedTuple):
    """The participants of one run, and their outcomes in the order of the trial's."""

    people: pd.DataFrame
    counts: list[Counts]


class Replicated(NamedTuple):
    """Of one replication: the participants' outcomes in each run, and what other designs claim."""

    replication: int
    runs: dict[str, Observed]
    seen: pd.DataFrame
    delivered: float
    designs: pd.DataFrame


def run_trial(
    raw: dict[str, Any], settings: Settings, trial: Trial | dict[str, Any], replications: int | None = None, workers: int | None = None,
    folder: Path = Path(), progress: Callable[[int], None] | None = None,
) -> Found:
    """A trial, as many times as there are replications, and the truth. Raises Faults.

    raw: a care system as plain data. settings: its study, of which seed, warm_up, engine, synthesis and
    (unless given) replications and workers count; how long it runs follows from the trial. folder: where
    a file of citizens lies. progress: told how many replications are done.
    """
    trial = trial if isinstance(trial, Trial) else read_trial(trial)
    world = _world(raw, settings, trial, folder)
    number = replications or settings.replications
    done: list[Replicated] = []
    for one in _replicated(world, number, min(workers or settings.workers or cores(), number)):
        done.append(one)
        if progress:
            progress(len(done))
    seen = pd.concat([one.seen for one in done], ignore_index=True)
    told = pd.concat([one.designs for one in done], ignore_index=True)
    found = table(trial, [one.runs for one in done], seen, float(np.mean([one.delivered for one in done])))
    return Found(trial, found, seen, told, designs_table(told, found), (*world.composed.notes, *_too_few(trial, done)))


def _too_few(trial: Trial, done: list[Replicated]) -> list[str]:
    """Trials that ended with fewer people than they wanted."""
    number = [len(one.runs["trial"].people) for one in done]
    short = sum(some < 0.95 * trial.recruits for some in number) if trial.recruits else 0
    return [f"{short} of {len(done)} trials recruited fewer than 95 % of the {trial.recruits} wanted; {np.mean(number):.0f} on average"] if short else []


def _world(raw: dict[str, Any], settings: Settings, trial: Trial, folder: Path) -> World:
    """Everything that can be at fault before a run, checked."""
    made = composed(raw, settings, trial)
    citizens = citizens_of(made.systems, settings, folder)
    plans = {model: lay_out(made.systems[model], made.horizon) for model in (NONE, TRIAL)}
    plans[ALL] = lay_out(made.systems[ALL], made.horizon) if trial.units else plans[TRIAL]
    if citizens is None:
        citizens = pd.DataFrame({NUMBER: np.arange(plans[NONE].citizens)})
    if not len(citizens):
        raise fail("population", "a trial is of citizens, and there are none. Write  population: {citizens: 1000}")
    if NUMBER not in citizens:
        citizens = citizens.assign(**{NUMBER: np.arange(len(citizens))})
    for plan in plans.values():
        get_ready(plan, settings.engine)
    _check_clusters(trial, plans[NONE])
    return World(made, plans, citizens, settings, trial)


def _check_clusters(trial: Trial, plan: Plan) -> None:
    """Clusters are the words of an attribute that stays as it is."""
    asked = {"trial.randomised_by": trial.randomised_by} if trial.clustered else {}
    if {"difference_in_differences", "stepped_wedge"} & set(trial.designs):
        asked["trial.clusters"] = trial.clusters_compared
    known = [attribute.name for attribute in plan.attributes if attribute.name not in (ARM, PLACE)]
    faults = [Fault(where, f"no attribute '{name}'. {nearest(name, [CITIZEN, *known])}") for where, name in asked.items() if name not in known]
    if faults:
        raise Faults(faults)


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
        cluster = world.cluster(trial.randomised_by, replication)
        names = sorted(cluster.unique())
        if len(names) < 2:
            raise fail("trial.randomised_by", f"all citizens have the same {trial.randomised_by}. Choose an attribute with two or more")
        allotted = arms.by_cluster(arms.of_clusters(seed, replication, names, trial.ratio), cluster)
    else:
        allotted = arms.of_citizens(seed, replication, numbers, trial.ratio)
    seen, run = observe(world, TRIAL, replication, allotted, room)
    everybody, run_all = observe(world, ALL, replication, TREATED, room)
    runs = {"none": none, "trial": seen, "all": everybody}
    told = claims(world, replication, run_all)
    return Replicated(
        replication, runs, one_trial(trial, replication, *seen), delivered(run, seen.people, world), told,
    )


def observe(world: World, model: str, replication: int, arm: Any, room: np.ndarray) -> tuple[Observed, Run]:
    """One run with these arms: its participants, and their outcomes."""
    run = world.run(model, replication, arm, room)
    trial = world.trial
    people = participants(run, trial.recruits)
    if trial.clustered:
        people["cluster"] = run.citizens[trial.randomised_by].astype(str).to_numpy()[people["person"]]
    clocks = Clocks(run, people, int(trial.follow_up))
    return Observed(people, [clocks.counts(outcome) for outcome in trial.outcomes]), run


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
