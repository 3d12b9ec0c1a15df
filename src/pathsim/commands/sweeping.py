"""What the verbs of sweeps do alike: choose where units run, run or submit them, say how it went."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from . import shared

if TYPE_CHECKING:
    from ..study.replicate import Prepared
    from ..study.sweep.collect import Collected
    from ..study.sweep.plan import Plan
    from ..study.sweep.planning import Planned
    from ..study.sweep.running import Tally
    from ..study.sweep.slurm import Launcher
    from ..study.sweep.units import Unit

LOOK = 5.0  # seconds between two looks at a cluster
TABLE = "table.parquet"


def launcher(args: Sequence[str]) -> tuple[str, Launcher, list[str]]:
    """Where to run, what to ask for there, and the other words of the command line. Raises Faults."""
    from ..faults import fail, nearest
    from ..study.overrides import parse
    from ..study.sweep import slurm

    where, given, rest = "local", {}, []
    for text in args:
        if text.startswith(slurm.LAUNCHER):
            where = text.removeprefix(slurm.LAUNCHER)
        elif text.startswith(slurm.OPTION):
            override = parse([text.removeprefix(slurm.OPTION)])[0]
            given[override.key_or_group] = override.value()
        else:
            rest.append(text)
    if where not in slurm.LAUNCHERS:
        raise fail(f"{slurm.LAUNCHER}{where}", f"no such launcher. {nearest(where, slurm.LAUNCHERS)}")
    return where, slurm.launcher_of(given), rest


def tell_plan(planned: Planned, units: list[Unit], launcher: Launcher, to: TextIO) -> None:
    from ..study.sweep import plan as plans
    from ..study.sweep import planning, slurm

    plan = planned.plan
    whole = plans.all_units(plan)
    left = sum(unit.number for unit in units)
    seconds = sum(plan.scenarios[unit.scenario].seconds * unit.number for unit in units)
    print(f"{planned.folder}: {len(plan.scenarios):,} scenarios × {plan.replications:,} replications in {len(whole):,} units; "
          f"{max(0, len(whole) - len(units)):,} done", file=to)
    if units:
        print(f"to do: {len(units):,} units, {left:,} replications, about {hours(seconds)} of one core, {size(left * planning.BYTES)} of disk "
              f"({size(planning.room(planned.folder))} free); on Slurm {slurm.tasks(launcher, len(units), seconds):,} tasks", file=to)


def hours(seconds: float) -> str:
    """
    >>> hours(30), hours(600), hours(100_000)
    ('30 seconds', '10 minutes', '28 hours')
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 6000 else f"{round(seconds / 3600):,} hours"


def size(number: float) -> str:
    """
    >>> size(5e5), size(3.2e9)
    ('0.5 MB', '3.2 GB')
    """
    return f"{number / 1e6:,.1f} MB" if number < 1e9 else f"{number / 1e9:,.1f} GB"


def not_twice(where: str, folder: Path, anything: bool) -> None:
    """A sweep that waits or runs on a cluster is not submitted once more. Raises StudyError."""
    from ..study.replicate import StudyError
    from ..study.sweep import slurm

    if where != "slurm" or not anything:
        return
    there = slurm.live(folder)
    if there:
        raise StudyError(f"{folder} is on the cluster already (job {there[0][0].partition('_')[0]}: {slurm.said(there)}). "
                         f"See pathsim status {folder}; when it has ended, the same command does what is missing")


def carry_out(plan: Plan, folder: Path, units: list[Unit], where: str, launcher: Launcher, first: Prepared | None, wait: bool = False) -> int:
    """Runs or submits units; returns the exit code: 0 if all is done or handed over."""
    from ..study.engines import get_ready
    from ..study.sweep import plan as plans
    from ..study.sweep import shards, slurm
    from ..study.sweep.running import written

    if not units:
        return ended(plan, folder)
    first = first or plans.laid_out(plan, units[0].scenario)
    for one in first.plans.values():
        get_ready(one, first.study.settings.engine)  # once, and not by every process or task at the same moment
    if where == "local":
        run_here(plan, folder, units)
        return ended(plan, folder)
    seconds = sum(plan.scenarios[unit.scenario].seconds * unit.number for unit in units)
    number = slurm.tasks(launcher, len(units), seconds)
    with written(folder):
        todo = shards.write_list(folder, units)
    if where == "commands":
        print("\n".join(slurm.shard(todo, str(i), number, launcher) for i in range(number)))
        return 0
    job = slurm.submit(folder, todo, number, launcher)
    print(f"submitted job {job}: {number} tasks, {len(units)} units. See pathsim status {folder}", file=sys.stderr)
    return wait_for(plan, folder) if wait else 0


def run_here(plan: Plan, folder: Path, units: list[Unit]) -> Tally:
    from ..study.sweep.progress import telling
    from ..study.sweep.running import run

    try:
        with telling(len(units), folder.name) as tell:
            return run(plan, folder, units, tell)
    except KeyboardInterrupt:
        print("What is done is kept; the same command goes on from there.", file=sys.stderr)
        raise


def wait_for(plan: Plan, folder: Path) -> int:
    """Until no task of the sweep waits or runs. While Slurm does not answer it is not known to have ended."""
    from ..study.replicate import StudyError
    from ..study.sweep import slurm
    from ..study.sweep.progress import telling
    from ..study.sweep.running import Tally
    from ..study.sweep.state import state

    began, before, answers = time.monotonic(), None, True
    with telling(len(state(plan, folder).to_do), folder.name) as tell:
        while True:
            try:
                there, answers = bool(slurm.live(folder)), True
            except StudyError as problem:
                if answers:
                    print(f"{problem}. Waiting until Slurm answers", file=sys.stderr)
                there, answers = True, False
            looked = time.monotonic()
            now = state(plan, folder)
            before = len(now.to_do) if before is None else before
            failed = len(now.failed)
            tell(Tally(max(0, before - len(now.to_do)), failed, before, time.monotonic() - began))
            if not there:
                return ended(plan, folder)
            time.sleep(pause(time.monotonic() - looked))


def pause(seconds: float) -> float:
    """How long to rest after a look that took so long: one at a large sweep on a slow disk is not to keep the disk busy.

    >>> pause(0.1), pause(3.0)
    (5.0, 60.0)
    """
    return max(LOOK, 20 * seconds)


def ended(plan: Plan, folder: Path) -> int:
    """Collects what is there and says what is not; the exit code."""
    from ..study.sweep.collect import collect
    from ..study.sweep.plan import store_of
    from ..study.sweep.running import written
    from ..study.sweep.state import state
    from ..study.sweep.whole import tidy

    with written(folder):
        tidy(store_of(folder))  # what those left half who were killed in the last run, where there was nothing more to do after it
        found = collect(plan, folder, folder / TABLE)
    tell_collected(found, plan)
    now = state(plan, folder, looked=bool(found.damaged))
    if now.to_do:
        tell_missing(now, folder)
        print(f"{folder / TABLE} (incomplete: {now.done} of {now.units} units)")
        return 1
    print(folder / TABLE)
    return 0


def tell_collected(found: Collected, plan: Plan) -> None:
    for path in found.damaged:
        print(f"{path}: was damaged and is set aside; the same command runs its unit again", file=sys.stderr)
    shared.tell_warnings(found.warnings, plan.lang, len(plan.scenarios), "scenarios")


def tell_missing(now, folder: Path, most: int = 5) -> None:
    from ..study.sweep.failures import last_line

    print(f"{len(now.failed)} failed, {len(now.to_do) - len(now.failed)} missing of {now.units} units", file=sys.stderr)
    for failure in now.failed[:most]:
        print(f"  {failure['scenario']}: {last_line(failure)} ({failure['host']}, attempt {failure['attempt']})\n    {failure['again']}", file=sys.stderr)
    if len(now.failed) > most:
        print(f"  … and {len(now.failed) - most} more: pathsim status {folder}", file=sys.stderr)
