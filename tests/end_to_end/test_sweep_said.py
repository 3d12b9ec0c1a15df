"""What sweeps say, and what they refuse."""

import fcntl
import json
import os
import re
import shlex
import struct
import sys
import termios
import threading
import time
from pathlib import Path

import pytest
from swept import GRID, files, left_over, named, needs_proc, stamps, table

from pathsim.study.progress import EVERY


def test_what_is_said(warm, tiny):
    """stdout holds the table's path and nothing else; stderr plain lines, not one a unit."""
    began = time.monotonic()
    ended = warm.run(*GRID, "replications=6", cwd=tiny)
    lines = [line for line in ended.err.splitlines() if re.match(r"\d+/\d+ units, ", line)]
    assert ended.out == f"{named(tiny)}/table.parquet\n"
    assert lines[-1] == "9/9 units, 0 failed, 0:00 left"
    assert len(lines) <= 1 + (time.monotonic() - began) / EVERY
    assert not re.search(r"[\r\x1b]", ended.err)


@needs_proc
def test_on_a_terminal_there_is_one_bar(warm, tiny):
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 100, 0, 0))  # of 100 columns
    told = []

    def listen():
        while True:
            try:
                told.append(os.read(ours, 4096))
            except OSError:
                return

    listener = threading.Thread(target=listen)
    running = warm.start(*GRID, "replications=8", "workers=2", cwd=tiny, terminal=os.ttyname(theirs))
    listener.start()
    ended = running.end()
    os.close(theirs)
    listener.join(10)
    os.close(ours)
    text = b"".join(told).decode()
    drawn = [part.strip() for line in text.split("\n") for part in line.rstrip("\r").split("\r") if part.strip()]
    bars = [part for part in drawn if "unit" in part and "%|" in part]
    assert ended.code == 0 and len(bars) >= 3
    assert all(re.match(rf"{Path(named(tiny)).name}: +\d+%\|", bar) for bar in bars)
    counts = [int(re.search(r" (\d+)/12 ", bar)[1]) for bar in bars]
    assert counts == sorted(counts), "one bar that goes forward"
    assert all(part.startswith(("results/", "to do:", "warning:")) for part in drawn if part not in bars)


def test_a_plan_alone_writes_nothing(warm, tiny):
    before = files(tiny)
    ended = warm.run(*GRID, "--dry-run", cwd=tiny)
    assert ended.code == 0 and "3 scenarios × 2 replications in 3 units; 0 done" in ended.out and "to do: 3 units, 6 replications" in ended.out
    assert files(tiny) == before and not (tiny / "results").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status"], "holds no sweep. Name its folder"),
        (["status", "elsewhere"], "Start one with pathsim sweep"),
        (["collect", "elsewhere"], "holds no sweep"),
        (["retry", "elsewhere"], "holds no sweep"),
        (["shard", "elsewhere"], "holds no sweep"),
        ([*GRID, "hydra/launcher=slurmm"], "Did you mean 'slurm'?"),
        ([*GRID, "hydra.launcher.memry=4G"], "hydra.launcher.memry: no such word here. Did you mean 'memory'?"),
        ([*GRID, "hydra/launcher=slurm"], "on this machine. Run this where jobs are submitted"),
        ([*GRID, "hydra/launcher=slurm", "hydra.launcher.tasks=0"], "a whole number from 1"),
        ([*GRID, "--unit-size", "0"], "a whole number from 1"),
        ([*GRID, "units.ward.bedz=3"], "Did you mean 'beds'?"),
        (["sweep", "-m", "tiny.yaml", "units.ward.beds=3,-4"], "units.ward.beds=-4"),
    ],
)
def test_faults_end_with_2_and_leave_nothing(warm, tiny, words, said):
    before = files(tiny)
    ended = warm.run(*words, cwd=tiny)
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err and not ended.out
    assert files(tiny) == before and not (tiny / "results").exists()


def test_a_wrong_folder_names_the_right_ones_and_a_broken_plan_is_made_again(warm, tiny):
    assert warm.run(*GRID, cwd=tiny).code == 0
    known, place = stamps(tiny / "results"), named(tiny)
    ended = warm.run("status", "results/elsewhere", cwd=tiny)
    assert ended.code == 2 and f"There are: {place}" in ended.err
    plan = tiny / place / "plan.json"
    whole = plan.read_text()
    for broken in ("null", "[]", "3", '"plan"', "{}", whole[:-1], '{"format": 1}', whole.replace('"format":1', '"format":2'),
                   '{"format": 1, "scenarios": [1], "bases": []}', "\0", whole.replace('"lang"', '"tongue"')):
        plan.write_text(broken)
        ended = warm.run("status", place, cwd=tiny)
        assert ended.code == 2 and "can't be read as the plan of a sweep" in ended.err and "Run the command that made it again" in ended.err
    ended = warm.run(*GRID, cwd=tiny)
    assert ended.code == 0 and stamps(tiny / "results") == known and "3 done" in ended.err
    assert json.loads(plan.read_text())["scenarios"] == json.loads(whole)["scenarios"]


def test_a_plan_that_was_being_written_when_it_was_killed_is_in_nobodys_way(warm, tiny):
    part = tiny / "results" / "mine" / ".plan.json.elsewhere.1.part"
    part.parent.mkdir(parents=True)
    part.write_text('{"command":["sweep","-m","ti')
    ended = warm.run(*GRID, "name=mine", cwd=tiny)
    assert ended.code == 0 and ended.out == "results/mine/table.parquet\n", ended.err


def test_commands_for_another_scheduler(warm, tiny):
    planned = warm.run(*GRID, "replications=4", "hydra/launcher=commands", "hydra.launcher.tasks=2", cwd=tiny)
    first, second = planned.out.splitlines()
    assert planned.code == 0 and not stamps(tiny / "results")
    assert shlex.split(first)[:3] == [sys.executable, "-m", "pathsim"]
    ended = warm.run(*shlex.split(first)[3:], cwd=tiny.parent)
    assert ended.code == 0 and not ended.out and len(stamps(tiny / "results")) == 3
    assert warm.run("collect", named(tiny), cwd=tiny).code == 1
    assert warm.run(*shlex.split(second)[3:], cwd=tiny).code == 0
    assert warm.run(*shlex.split(second)[3:], cwd=tiny).code == 0, "twice is no harm"
    assert warm.run("collect", named(tiny), cwd=tiny).code == 0 and len(table(tiny / "results")) == 12
    assert not left_over(tiny / "results")
