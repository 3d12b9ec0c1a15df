"""Runs the units of a sweep that is planned, as `pathsim sweep` does, and says which share of it was simulation. Started by run.py.

    python experiments/sweeps/worked.py results/NAME 2

Each worker writes a line a unit: when it began and ended, and what `replicate` took of it, by the clock and of the processor.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import pandas as pd

from pathsim.study.sweep import plan as plans
from pathsim.study.sweep import running, worker

LINES = "worked"
COLUMNS = ["worker", "began", "ended", "simulated", "cpu"]


class Timed(worker.Worker):
    """A worker that adds up what is spent in `replicate`."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._lines = folder / LINES
        self._simulated, self._cpu = 0.0, 0.0
        self._replicate, worker.replicate = worker.replicate, self._one

    def __call__(self, unit):
        began, self._simulated, self._cpu = time.monotonic(), 0.0, 0.0
        said = super().__call__(unit)
        with self._lines.open("a", encoding="ascii") as file:
            file.write(f"{os.getpid()},{began},{time.monotonic()},{self._simulated},{self._cpu}\n")
        return said

    def _one(self, *given):
        began, cpu = time.monotonic(), time.process_time()
        outcome = self._replicate(*given)
        self._simulated += time.monotonic() - began
        self._cpu += time.process_time() - cpu
        return outcome


def processor() -> float:
    """Seconds of this process and of those that it has waited for."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def main(folder: Path, workers: int) -> None:
    running.Worker = Timed
    plan = plans.read(folder)
    units = plans.all_units(plan)
    cpu, began = processor(), time.monotonic()
    tally = running.run(plan, folder, units, lambda tally: None)
    wall, cpu = time.monotonic() - began, processor() - cpu
    if tally.done < len(units):
        sys.exit(f"{len(units) - tally.done} of {len(units)} units are not done")
    lines = pd.read_csv(folder / LINES, names=COLUMNS)
    at_work = lines.groupby("worker").agg(began=("began", "min"), ended=("ended", "max"))
    simulated = lines["simulated"].sum()
    print(json.dumps({
        "units": len(units), "wall": wall, "unit": (lines["ended"] - lines["began"]).mean(), "start": (at_work["began"] - began).max(),
        "share": simulated / workers / wall, "share_at_work": simulated / (at_work["ended"] - at_work["began"]).sum(),
        "share_of_units": simulated / (lines["ended"] - lines["began"]).sum(), "share_of_processor": lines["cpu"].sum() / cpu,
    }))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
