"""Slurm runs the units of a sweep as the tasks of a job array: each an ordinary command that can be killed and put back into the queue.

    pathsim sweep … hydra/launcher=slurm hydra.launcher.partition=compute hydra.launcher.time=4:00:00

Who submits needs nothing but `sbatch` and `squeue`, and a folder that all nodes see.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from ...faults import Fault, Faults, fail
from ...language.forms import fault_of
from ...language.values import Form
from ..identity import digest
from ..replicate import StudyError
from ..settings import whole

LAUNCHER = "hydra/launcher="
OPTION = "hydra.launcher."
LAUNCHERS = ("local", "slurm", "commands")
ARRAY = 1000  # tasks at most, which is what clusters allow where nothing else is said
WORTH = 600.0  # seconds of work that make a task worth its start


def _word(value: object) -> str:
    if not isinstance(value, (str, int)) or isinstance(value, bool) or not re.fullmatch(r"[\w.:,/@+-]+", str(value)):
        raise ValueError(f"{value!r} was given. Allowed: a word as sbatch takes it")
    return str(value)


def _list(value: object) -> list[str]:
    words = value if isinstance(value, list) else [value]
    for word in words:
        if not isinstance(word, str) or not word.startswith("--") or "\n" in word:
            raise ValueError(f"{word!r} was given. Allowed: options of sbatch, such as [--constraint=avx2,--exclusive]")
    return [str(word) for word in words]


Word = Annotated[str, BeforeValidator(_word)]


class Launcher(Form):
    """Where a sweep runs, and what to ask a cluster for: `hydra.launcher.NAME=VALUE`."""

    tasks: Annotated[int, whole(1, 100_000)] | None = Field(None, description="shards; default: ten minutes of work each, at most 1,000")
    at_once: Annotated[int, whole(1, 100_000)] | None = Field(None, description="of them at the same time, at most")
    cpus: Annotated[int, whole(1, 1024)] = Field(1, description="cores of a task")
    memory: Word = Field("4G", description="of a task, as --mem; a region of a million needs 3G a core")
    time: Word | None = Field(None, description="of a task, as --time")
    partition: Word | None = None
    account: Word | None = None
    qos: Word | None = None
    options: Annotated[list[str], BeforeValidator(_list)] = Field([], description="further options of sbatch")


def launcher_of(given: Mapping[str, Any]) -> Launcher:
    """Raises Faults."""
    try:
        return Launcher.model_validate(dict(given))
    except ValidationError as problem:
        faults = [fault_of("", error, Launcher) for error in problem.errors(include_url=False)]
        raise Faults(Fault(f"{OPTION}{fault.where}", fault.message) for fault in faults) from None


def tasks(launcher: Launcher, units: int, seconds: float) -> int:
    """How many shards: each worth its start, and no more than there are units.

    >>> tasks(Launcher(), units=5000, seconds=36_000.0), tasks(Launcher(), units=2, seconds=36_000.0), tasks(Launcher(tasks=7), 500, 1.0)
    (60, 2, 7)
    """
    number = launcher.tasks or min(ARRAY, round(seconds / launcher.cpus / WORTH))
    return max(1, min(number, units))


def shard(todo: Path, number: str, of: int, launcher: Launcher) -> str:
    """The command of one shard; number may be a variable of a shell."""
    program = [sys.executable, "-m", "pathsim", "shard", str(todo.resolve().parent), "--todo", todo.name, "--of", str(of), "--workers", str(launcher.cpus)]
    return f"{shlex.join(program)} --number {number}"


def submit(folder: Path, todo: Path, number: int, launcher: Launcher) -> str:
    """Hands the shards of a list to sbatch; returns the number of the job. Raises StudyError."""
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    words = ["sbatch", "--parsable", "--requeue", f"--array=0-{number - 1}" + (f"%{launcher.at_once}" if launcher.at_once else ""),
             f"--job-name={job_name(folder)}", f"--output={_escaped(logs)}/%A_%a.txt", "--open-mode=append", f"--cpus-per-task={launcher.cpus}",
             f"--mem={launcher.memory}", f"--chdir={Path.cwd()}"]
    words += [f"--{name}={value}" for name in ("time", "partition", "account", "qos") if (value := getattr(launcher, name))]
    script = f"#!/bin/sh\nexec {shard(todo, '$SLURM_ARRAY_TASK_ID', number, launcher)}\n"
    said = _call([*words, *launcher.options], script)
    return said.strip().partition(";")[0]


def _escaped(path: Path) -> str:
    """As a pattern of file names of Slurm's, in which % is special."""
    return str(path.resolve()).replace("%", "%%")


def job_name(folder: Path) -> str:
    """What the jobs of a sweep are called in the queue: by it one knows that they are there, whoever submitted them and whatever was written down.

    >>> job_name(Path("/scratch/results/esbjerg-reach-a1b2c3"))[:28]
    'pathsim-esbjerg-reach-a1b2c3'
    """
    return f"pathsim-{re.sub(r'[^A-Za-z0-9_.-]', '_', folder.name)}-{digest(str(folder.resolve()))[:8]}"


def live(folder: Path) -> list[tuple[str, str]]:
    """The tasks of a sweep that wait or run: (number, state). One that has ended and that Slurm still clears up, for minutes where a node
    does not answer, is not among them. Raises StudyError where Slurm does not answer, Faults where there is none."""
    said = _call(["squeue", "--noheader", "--array", f"--name={job_name(folder)}", "--states=PENDING,RUNNING,SUSPENDED", "--format=%i %T"])
    return [(words[0], words[1].lower()) for line in said.splitlines() if len(words := line.split()) == 2]


def said(there: list[tuple[str, str]]) -> str:
    """
    >>> said([("7_0", "running"), ("7_1", "pending")])
    '1 tasks running, 1 waiting'
    """
    running = sum(state == "running" for _, state in there)
    return f"{running} tasks running, {len(there) - running} waiting"


def _call(words: list[str], given: str | None = None) -> str:
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=120, env=os.environ | {"LC_ALL": "C"})
    except FileNotFoundError:
        raise fail("hydra/launcher=slurm", f"there is no {words[0]} on this machine. Run this where jobs are submitted, or leave it out to run here") from None
    except subprocess.TimeoutExpired:
        raise StudyError(f"{words[0]} has not answered for two minutes. What is done is kept") from None
    if done.returncode:
        why = re.sub(rf"(?m)^{words[0]}: (error: )?", "", done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}")
        raise StudyError(f"{words[0]}: {'; '.join(why.splitlines())}. What is done is kept")
    return done.stdout
