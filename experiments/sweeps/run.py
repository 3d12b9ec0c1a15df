"""What do sweeps cost beside the simulation itself? Planning, collecting, looking, and the share of the workers' time that is simulation.

    python experiments/sweeps/run.py                          # everything; some 25 minutes on two idle cores, 2 GB of disk
    python experiments/sweeps/run.py --short                  # small, a few minutes: does it work?
    python experiments/sweeps/run.py planning collect --times 5

Every figure is that of a command of its own, started afresh, as who sweeps meets it. Seconds are given twice: of the clock, and of the
processor (user and system), which other work on the machine changes less. The table is figures.csv, beside this file.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from hydra import compose, initialize_config_dir

from pathsim import folders
from pathsim.study.sweep import plan as plans

HERE = Path(__file__).parent
PARTS = ("planning", "collect", "overhead")
PATHSIM = [sys.executable, "-m", "pathsim"]
PLANNING, COLLECT, SIMULATION, MEMORY = 60.0, 10.0, 0.97, 2000.0  # goals: seconds, seconds, share, MB
REGIONS = "region=esbjerg,odense,silkeborg,toender,gladsaxe"


class Spent(NamedTuple):
    """Seconds of the clock and of the processor, MB at the most."""

    wall: float
    cpu: float
    peak: float


class Table:
    """Figures as they come, each with its median, lowest and highest, and with how busy the machine was."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, part: str, what: str, measure: str, values: list[float], goal: str = "") -> None:
        row = {
            "part": part, "what": what, "measure": measure, "median": statistics.median(values), "lowest": min(values), "highest": max(values),
            "times": len(values), "goal": goal, "load": round(os.getloadavg()[0], 1),
        }
        self.rows.append(row)
        print(f"{part:9} {what:46} {measure:16} {row['median']:10,.3f} ({row['lowest']:,.3f} to {row['highest']:,.3f}) {goal:7} load {row['load']}",
              flush=True)

    def spent(self, part: str, what: str, spent: list[Spent], goal: float | None = None) -> None:
        self.add(part, what, "seconds", [one.wall for one in spent], f"< {goal:g}" if goal else "")
        self.add(part, what, "seconds of CPU", [one.cpu for one in spent])
        self.add(part, what, "MB at most", [one.peak for one in spent], f"< {MEMORY:g}")


def timed(words: list[str]) -> Spent:
    """What a command takes, with the start of Python."""
    began = time.monotonic()
    process = subprocess.Popen([*PATHSIM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall, process.returncode = time.monotonic() - began, os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"pathsim {' '.join(words)} ended with {process.returncode}")
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def designs(number: int) -> dict[str, list[str]]:
    """Sweeps of some `number` of scenarios: three numbers, points in five intervals, choices of files with numbers."""
    return {
        "grid of three numbers": [
            f"levers.partnership.reach={_several(0.2, 0.9, number // 400)}", "units.medical_ward.beds=range(160,180)", "units.home_nursing.slots=range(30,50)"],
        "Latin hypercube of five numbers": [
            "levers.partnership.reach=interval(0.2,0.9)", "units.medical_ward.beds=int(interval(160,220))", "units.geriatric_ward.beds=int(interval(15,40))",
            "units.home_nursing.slots=int(interval(30,60))", "units.rehabilitation.slots=int(interval(8,20))", "--design", "lhs", "--samples", str(number)],
        "5 regions, 2 sets of levers and a number": [
            REGIONS, "lever=partnership,[partnership,outreach]", f"levers.partnership.reach={_several(0.2, 0.9, number // 10)}"],
    }


def _several(low: float, high: float, number: int) -> str:
    return ",".join(f"{low + (high - low) * i / max(1, number - 1):.6g}" for i in range(number))


def planning(given: argparse.Namespace, table: Table, work: Path) -> None:
    for what, words in designs(given.scenarios).items():
        table.spent("planning", what, [timed(["sweep", "-m", *words, "--dry-run", f"results={work}"]) for _ in range(given.times)], PLANNING)
    seconds = [_by_hydra(i) for i in range(given.hydra + 1)][1:]  # the first also loads its grammar
    table.add("planning", "one scenario composed by Hydra", "seconds of CPU", seconds)
    table.add("planning", f"{given.scenarios:,} scenarios by Hydra, scaled", "seconds of CPU", [given.scenarios * statistics.mean(seconds)])


def _by_hydra(number: int) -> float:
    """What Hydra takes for one scenario with choices and numbers."""
    began = time.process_time()
    with initialize_config_dir(version_base="1.3", config_dir=str(folders.configs().resolve())):
        compose("config", ["region=odense", "lever=[partnership,outreach]", f"levers.partnership.reach={0.2 + 0.01 * number}"])
    return time.process_time() - began


def collect(given: argparse.Namespace, table: Table, work: Path) -> None:
    """A real unit stands in the store under the name of each of the plan."""
    folder = _planned(designs(given.scenarios)["grid of three numbers"], work, "collected", 3)
    plan = plans.read(folder)
    first, *others = plans.all_units(plan)
    timed(["shard", str(folder), "--unit", plans.unit_name(plan, first)])
    real = plans.unit_path(plan, folder, first)
    for unit in others:
        path = plans.unit_path(plan, folder, unit)
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(real, path)
    table.add("collect", "a replication in the store", "bytes", [real.stat().st_size / first.number])
    number = f"{1 + len(others):,} units"
    for what, words, goal in (("wide, Parquet", ["--to", f"{work}/wide.parquet"], COLLECT), ("wide, CSV", ["--to", f"{work}/wide.csv"], COLLECT),
                              ("long, those aged 65 and over", ["--groups", "65+", "--to", f"{work}/long.parquet"], None)):
        table.spent("collect", f"{number}, {what}", [timed(["collect", str(folder), *words]) for _ in range(given.times)], goal)
    table.spent("status", number, [timed(["status", str(folder)]) for _ in range(given.times)])


def overhead(given: argparse.Namespace, table: Table, work: Path) -> None:
    """As many units each time. Beds change all care models; a lever's reach does not change the first, which a process then runs once."""
    many, shared = given.units, min(10, given.units)
    kinds = {
        f"{many} units of a scenario each, beds": (f"units.medical_ward.beds=range(160,{160 + many})", 1),
        f"{many} units of a scenario each, a lever": (f"levers.partnership.reach={_several(0.2, 0.9, many)}", 1),
        f"{many} units, {shared} of a scenario, beds": (f"units.medical_ward.beds=range(160,{160 + many // shared})", shared),
    }
    for what, (swept, units) in kinds.items():
        rounds = []
        for _ in range(given.rounds):
            folder = _planned([swept, "--unit-size", str(given.size)], work, "overhead", given.size * units)
            words = [sys.executable, str(HERE / "worked.py"), str(folder), str(given.workers)]
            rounds.append(json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout))
            shutil.rmtree(folder)
            shutil.rmtree(plans.store_of(folder))
        _told(table, what, rounds)


def _told(table: Table, what: str, rounds: list[dict[str, float]]) -> None:
    for measure, key, goal in (("seconds a unit", "unit", ""), ("seconds of start", "start", ""), ("share in all", "share", f">= {SIMULATION}"),
                               ("share at work", "share_at_work", ""), ("share of units", "share_of_units", ""), ("share of CPU", "share_of_processor", "")):
        table.add("overhead", what, measure, [one[key] for one in rounds], goal)


def _planned(words: list[str], work: Path, name: str, replications: int) -> Path:
    """The folder of a sweep that is planned and not run."""
    timed(["sweep", "-m", *words, f"replications={replications}", "hydra/launcher=commands", f"results={work}", f"name={name}"])
    return work / name


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all if none is named")
    options.add_argument("--short", action="store_true", help="small and once: does it work?")
    options.add_argument("--scenarios", type=int, default=10_000)
    options.add_argument("--times", type=int, default=3, help="how often each command is timed")
    options.add_argument("--hydra", type=int, default=20, help="scenarios that Hydra composes")
    options.add_argument("--units", type=int, default=40, help="of the part `overhead`")
    options.add_argument("--size", type=int, default=2, help="replications a unit of that part; 2 take some 6 seconds")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--rounds", type=int, default=1, help="of that part")
    options.add_argument("--to", type=Path, default=HERE / "figures.csv")
    given = options.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        options.error(f"no part {', '.join(unknown)}")
    if given.short:
        given.scenarios, given.times, given.hydra, given.units, given.size = 800, 1, 2, 4, 1
    table = Table()
    for part in given.parts or PARTS:
        with tempfile.TemporaryDirectory() as work:
            {"planning": planning, "collect": collect, "overhead": overhead}[part](given, table, Path(work))
    pd.DataFrame(table.rows).round(4).to_csv(given.to, index=False)


if __name__ == "__main__":
    main()
