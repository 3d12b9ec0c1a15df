"""A sweep loses nothing and does nothing twice, whatever is killed."""

import os
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
from swept import Command, group, left_over, needs_proc, stamps, sweep_in, until, workers

pytestmark = needs_proc
BEDS = "units.ward.beds=range(1,15)"
UNITS = 28
GRID = ("sweep", "-m", "tiny.yaml", BEDS, "replications=4", "--unit-size", "2", "workers=2")


def in_order(results):
    """What is in the store under a final name can be read, whole."""
    for path in (results / "units").glob("*/*.parquet"):
        assert pq.ParquetFile(path, page_checksum_verification=True).read().num_rows
    for path in results.glob("*/table.parquet"):
        pq.read_table(path)


def nobody_is_left(process: Command):
    until(lambda: not group(process.pid), 2.0)


def table(results):
    return (sweep_in(results) / "table.parquet").read_bytes()


def test_twenty_kills_at_any_moment_cost_nothing(warm, tiny):
    """Now one of the processes that run units is killed, which the others outlive, and now the one that was started."""
    luck, results = random.Random(1), tiny / "results"
    hit, running, known = 0, None, {}
    for number in range(20):
        running = running or warm.start(*GRID, cwd=tiny)
        more = len(stamps(results)) + luck.randint(-1, 1)
        until(lambda: len(stamps(results)) >= more or running.ended() is not None)  # noqa: B023
        time.sleep(luck.uniform(0, 0.1))
        one = luck.choice(workers(running.pid) or [running.pid]) if number % 2 == 0 else running.pid
        hit += running.ended() is None and len(stamps(results)) < UNITS
        os.kill(one, signal.SIGKILL)
        if one == running.pid:
            assert running.ended(10) in (-signal.SIGKILL, 0)
            nobody_is_left(running)
            running = None
        in_order(results)
        now = stamps(results)
        assert now | known == now, "what was done is as it was"
        known = now
    last = running.end() if running else warm.run(*GRID, cwd=tiny)
    assert last.code == 0, last.err
    now = stamps(results)
    assert now | known == now and len(now) == UNITS
    assert hit >= 12, "most of them hit a run in progress"
    assert not left_over(results)
    assert warm.run(*GRID, "results=undisturbed", cwd=tiny).code == 0
    assert table(results) == table(tiny / "undisturbed")
    assert set(stamps(tiny / "undisturbed")) == set(now)


def test_processes_that_are_spawned_are_killed_in_the_same_way(tiny):
    results = tiny / "results"
    with subprocess.Popen([sys.executable, "-m", "pathsim", *GRID, "workers=1"], cwd=tiny, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        until(lambda: len(stamps(results)) >= 2)
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        more = len(stamps(results)) + 3
        until(lambda: len(stamps(results)) >= more)
        assert process.poll() is None
        process.kill()
    until(lambda: not group(process.pid), 20.0)  # one that was being born in place of the killed one ends as soon as Python is there
    in_order(results)
    known = stamps(results)
    assert 5 <= len(known) < UNITS
