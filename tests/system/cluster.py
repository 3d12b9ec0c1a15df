"""A Slurm of two nodes on this machine, its tasks and their processes, and what can happen to them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

SCRIPT = Path(__file__).with_name("slurm_localhost.sh")
PATIENCE = 180.0  # seconds: nothing takes ten of them but on a machine that is busy with other things
T = TypeVar("T")


class Task(NamedTuple):
    """A task of an array in the queue; node is empty while it waits."""

    job: str
    number: int
    state: str
    node: str

    @property
    def name(self) -> str:
        return f"{self.job}_{self.number}"


class Process(NamedTuple):
    pid: int
    parent: int
    command: str
    variables: dict[str, str]


def until(found: Callable[[], T], what: str, meanwhile: Callable[[], object] = lambda: None) -> T:
    """What `found` gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if it := found():
            return it
        meanwhile()
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE:.0f} seconds in vain: {what}")


class Cluster:
    def __init__(self, folder: Path):
        self.folder = folder
        self._variables = os.environ | {"SLURM_CONF": str(self.conf)}

    @property
    def conf(self) -> Path:
        return self.folder / "slurm.conf"

    def start(self) -> None:
        self._script("start", str(_free_ports(3)))

    def daemon(self, name: str) -> None:
        """Starts slurmctld, node1 or node2 again."""
        self._script("daemon", name)

    def stop(self) -> None:
        """Ends all jobs and daemons, and says so if one of them is still there."""
        self._script("stop")
        until(lambda: not self._left(), "all jobs and daemons end")

    def _left(self) -> list[str]:
        mine = (one for one in _processes() if one.variables.get("SLURM_CONF") == str(self.conf) or str(self.folder) in one.command)
        return [one.command for one in mine if one.command.lstrip(": ").startswith(("munged", "slurm")) or "SLURM_JOB_ID" in one.variables]

    def _script(self, verb: str, *words: str) -> None:
        done = subprocess.run([str(SCRIPT), verb, str(self.folder), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=300)
        assert done.returncode == 0, f"there is no Slurm to test on: {done.stdout.strip()}"

    def call(self, *words: str) -> str:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=self._variables)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def queue(self) -> list[Task]:
        """All tasks that wait or run."""
        words = ("squeue", "--noheader", "--array", "--states=PENDING,RUNNING,SUSPENDED", "--format=%F %K %T %N")
        lines = [line.split() for line in self.call(*words).splitlines()]
        return [Task(job, int(number), state, "".join(node)) for job, number, state, *node in lines]

    def is_up(self, node: str) -> bool:
        return self.call("sinfo", "--noheader", f"--nodes={node}", "--format=%T").strip() in ("idle", "mixed", "allocated")

    def processes(self, task: Task) -> list[Process]:
        wanted = {"SLURM_CONF": str(self.conf), "SLURM_ARRAY_JOB_ID": task.job, "SLURM_ARRAY_TASK_ID": str(task.number)}
        return [one for one in _processes() if wanted.items() <= one.variables.items()]

    def worker(self, task: Task) -> int | None:
        """The process of a task that runs its units."""
        return next((one.pid for one in self.processes(task) if "spawn_main" in one.command), None)

    def written_down(self, task: Task) -> None:
        """Waits until the controller, which writes now and then, has on disk that this task runs: what is not there it does not know again."""
        now = time.time()
        self.call("scontrol", "update", f"JobId={task.name}", "Comment=runs")
        until(lambda: (self.folder / "state" / "job_state").stat().st_mtime > now, "the controller writes down what runs")

    def kill_controller(self) -> None:
        kill(self._daemon("slurmctld"))

    def kill_node(self, node: str) -> None:
        """At one blow, as when the power is gone: slurmd, the processes of jobs, and the step daemons above them."""
        there = {one.pid: one for one in _processes()}
        wanted = {"SLURM_CONF": str(self.conf), "SLURMD_NODENAME": node}
        jobs = [one for one in there.values() if wanted.items() <= one.variables.items()]
        steps = [pid for pid in {one.parent for one in jobs} if pid in there and there[pid].command.startswith("slurmstepd")]
        kill(self._daemon(node), *steps, *(one.pid for one in jobs))

    def _daemon(self, name: str) -> int:
        return int((self.folder / f"{name}.pid").read_text())


def kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it ended with the one before it
            os.kill(pid, signal.SIGKILL)


def _processes() -> list[Process]:
    """All processes of this machine that are not about to end."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            pairs = (pair.partition("=") for pair in (folder / "environ").read_bytes().decode(errors="replace").split("\0"))
            if state not in "ZX":
                found.append(Process(int(folder.name), int(parent), command, {name: value for name, _, value in pairs}))
        except OSError:  # it has ended
            continue
    return found


def _free_ports(number: int) -> int:
    """The first of some ports in a row that nobody uses."""
    for first in range(26817, 32000, number):
        if all(_is_free(port) for port in range(first, first + number)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
