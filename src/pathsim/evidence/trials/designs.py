"""Claim: on one and the same truth other designs make other claims, and it can be seen which of them mislead.

- before–after: the participants' own past; those recruited because they were ill get better by themselves
- matched: half of the citizens are not offered anything; those alike by age, sex, care, conditions and admissions in
  the year before, from the same days on
- difference-in-differences: clusters that go over half-way, and clusters that do not
- stepped wedge: all clusters go over, in random order
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...contacts import Run
from ...contacts.groups import age_bands
from ...draws import decision_id, uniforms
from ...language.quantities import DAY
from ...study.citizens import NUMBER
from . import arms
from .clock import participants
from .compose import ELIGIBLE, TREATED, TRIAL, WAVES, starts
from .design import HAZARD, YES_NO, Outcome
from .estimators import NONE, Estimate, compare, paired
from .outcomes import Clocks, Counts, some
from .regression import two_way
from .tables import TOLD

if TYPE_CHECKING:
    from .run import World

YEAR = 365 * DAY
ADMISSIONS = Outcome(what="admissions")
MOST = 3  # so many conditions, or admissions in the year before, or more
ALIKE = ("sex", "care", "conditions")


class Claim(NamedTuple):
    """The estimate of a design, and of how many people it is."""

    found: Estimate
    n: int


def claims(world: World, replication: int, run_all: Run) -> pd.DataFrame:
    """What each design of the trial claims: one row a design and outcome. run_all: where all participants are offered what is tried."""
    trial, lines = world.trial, []
    for design in trial.designs:
        if design == "before_after":
            found = _before_after(world, run_all)
        elif design == "matched":
            found = _matched(world, replication)
        else:
            found = _over_time(world, replication, design)
        for outcome, (estimate, n) in zip(trial.outcomes, found, strict=True):
            lines.append((replication, design, outcome.name(trial.follow_up), outcome.measured, *estimate, n))
    return pd.DataFrame(lines, columns=TOLD)


def has_past(outcome: Outcome) -> bool:
    """Whether it can be counted before recruitment as well."""
    return outcome.what not in YES_NO and outcome.measured != HAZARD


def _before_after(world: World, run: Run) -> list[Claim]:
    """The time after recruitment with as long before, of those who were there all that time."""
    trial, found = world.trial, []
    who = participants(run, trial.recruits)
    entered, left = run.citizens["entered"].to_numpy()[who["person"]], run.left[who["person"]]
    for outcome in trial.outcomes:
        length = outcome.length(trial.follow_up)
        there = who[(entered + length <= who["time"]) & (left >= who["time"] + length)]
        if not has_past(outcome) or len(there) < 2:
            found.append(Claim(NONE, 0))
            continue
        clocks = Clocks(run, there, int(trial.follow_up))
        found.append(Claim(paired(outcome.measured, clocks.counts(outcome), clocks.before(outcome, length)), len(there)))
    return found


def _matched(world: World, replication: int) -> list[Claim]:
    """Participants, and citizens to whom nothing is offered, from a day on which a participant was recruited.

    Who is not offered it is chance, so nobody is a comparator because of what came later.
    """
    trial = world.trial
    number = world.citizens[NUMBER].to_numpy()
    offered = uniforms(world.settings.seed, replication, number, 0, decision_id("trial.offered"), 0) < 0.5
    run = world.run(TRIAL, replication, TREATED, offered)
    who = participants(run, trial.recruits)
    others = _others(world, replication, run, who, offered)
    if not len(who) or not len(others):
        return [Claim(NONE, 0)] * len(trial.outcomes)
    clocks = [Clocks(run, these, int(trial.follow_up)) for these in (who, others)]
    strata = pd.Series([*_strata(clocks[0]), *_strata(clocks[1])]).astype("category").cat.codes.to_numpy()
    mine, theirs = strata[: len(who)], strata[len(who) :]
    number = [np.bincount(part, minlength=strata.max() + 1) for part in (mine, theirs)]
    weight = (number[0] / np.maximum(number[1], 1))[theirs]
    kept = number[1][mine] > 0  # who has nobody alike is left out
    found = []
    for outcome in trial.outcomes:
        treated, control = (part.counts(outcome) for part in clocks)
        control = Counts(control.amount * weight, control.over * weight)
        estimate = NONE if outcome.measured == HAZARD else compare(outcome.measured, some(treated, kept), control)
        found.append(Claim(estimate, int(kept.sum())))
    return found


def _others(world: World, replication: int, run: Run, who: pd.DataFrame, offered: np.ndarray) -> pd.DataFrame:
    """Eligible citizens to whom nothing is offered, each from the day of some participant on, if they are alive then."""
    citizens = run.citizens
    slot = citizens["slot"].to_numpy()
    there = (slot >= 0) & (citizens["generation"] == 0).to_numpy() & ~offered[slot]  # nobody from elsewhere, and no newcomer
    if f"group.{ELIGIBLE}" in citizens:
        there &= citizens[f"group.{ELIGIBLE}"].to_numpy(dtype=bool)
    person = np.flatnonzero(there)
    if not len(who) or not len(person):
        return who.iloc[:0]
    number = world.citizens[NUMBER].to_numpy()[slot[person]]
    luck = uniforms(world.settings.seed, replication, number, 0, decision_id("trial.matched"), 0)
    time = who["time"].to_numpy()[(luck * len(who)).astype(int)]
    alive = run.left[person] > time
    return pd.DataFrame({"person": person[alive], "time": time[alive]})


def _strata(clocks: Clocks) -> list[str]:
    """What people are matched on, as one word each."""
    citizens = clocks.run.citizens.iloc[clocks.who["person"].to_numpy()].reset_index(drop=True)
    before = np.minimum(clocks.before(ADMISSIONS, YEAR).amount, MOST)
    parts = [before.astype(int).astype(str)]
    if "age" in citizens:
        bands = age_bands(citizens)
        parts.append(np.array([*bands.levels, "unknown"])[bands.code])
    for name in ALIKE:
        if name in citizens:
            column = citizens[name]
            parts.append((column.clip(upper=MOST) if pd.api.types.is_integer_dtype(column) else column).astype(str).to_numpy())
    return [" ".join(words) for words in zip(*parts, strict=True)]


def _over_time(world: World, replication: int, design: str) -> list[Claim]:
    """Clusters that go over during recruitment. Everyone asked who consents takes part: such a study is as large as its clusters."""
    trial, seed = world.trial, world.settings.seed
    if not trial.at:
        return [Claim(NONE, 0)] * len(trial.outcomes)  # nobody is recruited later than others
    cluster = world.cluster(trial.clusters_compared, replication)
    allot = arms.in_waves if design == "stepped_wedge" else arms.with_and_without
    run = world.run(TRIAL, replication, arms.by_cluster(allot(seed, replication, sorted(cluster.unique())), cluster), np.ones(len(cluster), dtype=bool))
    who = participants(run, None)
    begins = starts(world.composed.begins, world.composed.ends)
    cuts = begins if design == "stepped_wedge" else begins[WAVES // 2 : WAVES // 2 + 1]
    rows = pd.DataFrame({
        "cluster": cluster.to_numpy()[who["slot"]], "treated": (who["arm"] == TREATED).astype(int),
        "period": np.searchsorted(cuts, who["time"].to_numpy(), side="right"),
    })
    clocks, found = Clocks(run, who, int(trial.follow_up)), []
    for outcome in trial.outcomes:
        counts = clocks.counts(outcome)
        found.append(Claim(two_way(outcome.measured, rows.assign(amount=counts.amount, over=counts.over)), len(who)))
    return found


