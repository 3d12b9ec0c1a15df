"""Say where a sweep stands: done, running, failed, missing, time left. From any machine that sees its folder.

  pathsim status                       all sweeps in results/
  pathsim status results/NAME --watch  again every few seconds, until it is done
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="*", type=Path, help="of sweeps; default all in results/")
    parser.add_argument("--watch", action="store_true", help="look again every few seconds")


def run(options: argparse.Namespace) -> int:
    from ..faults import fail
    from ..study.sweep import plan as plans
    from .sweeping import pause

    folders = options.folder or sorted(path.parent for path in Path("results").glob(f"*/{plans.FILE}"))
    if not folders:
        raise fail("results", "holds no sweep. Name its folder: pathsim status FOLDER")
    found = [(folder, plans.read(folder)) for folder in folders]
    while True:
        looked = time.monotonic()
        left = sum([_tell(plan, folder, single=len(found) == 1) for folder, plan in found])
        if not options.watch or not left:
            return 0
        time.sleep(pause(time.monotonic() - looked))


def _tell(plan, folder: Path, single: bool) -> int:
    """Prints where a sweep stands; the number of units that are to be done."""
    from ..study.sweep.progress import clock
    from ..study.sweep.state import state
    from .sweeping import tell_missing

    now = state(plan, folder)
    left = "" if now.seconds is None else f", about {clock(now.seconds)} left"
    queue, waits = _queue(folder)
    print(f"{folder}: {now.done} of {now.units} units done, {now.running} running, {len(now.failed)} failed, {now.missing} missing{left}{queue}", flush=True)
    if single and now.failed:
        tell_missing(now, folder, most=20)
    for sign in now.silent if single and now.to_do else ():
        print(f"  process {sign['pid']} on {sign['host']} has ended, or has said nothing for a minute: killed, or its machine is gone", file=sys.stderr)
    if single and now.to_do and not now.running and not waits:
        print(f"  to go on: pathsim retry {folder} --missing", file=sys.stderr)
    return len(now.to_do)


def _queue(folder: Path) -> tuple[str, bool]:
    """What waits and runs on the cluster, where this machine knows of one; and whether anything does."""
    from shutil import which

    from ..study.replicate import StudyError
    from ..study.sweep import slurm

    if not which("squeue"):
        return "", False
    try:
        there = slurm.live(folder)
    except StudyError:
        return "; Slurm does not answer", False
    return f"; on the cluster {slurm.said(there)}" if there else "", bool(there)
