"""What tests of sweeps share: a tiny care system, and a process in which pathsim is loaded, so that its forks begin at once.

`Warm` runs commands as forks of itself, each in a session of its own with a working folder, files for what it says, a limit to
the size of files, and a script that is run first, as a `sitecustomize.py` would be. Processes that a command starts are forks
as well, where it would spawn: they do the same, without three seconds of imports each. `real` is a command as a shell starts it.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import runpy
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from small import VISITS

SYSTEM = VISITS + """
about: {title: Tiny}
population: {citizens: 40}
models: [relay]
replications: 2
years: 0.2
warm_up: 0
workers: 1
"""

UNIT = ("--unit-size", "2")
GRID = ("sweep", "-m", "tiny.yaml", "units.ward.beds=3,4,5", *UNIT)

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Command:
    """A command that was started; its number is that of its process group too."""

    def __init__(self, warm: Warm, pid: int, out: Path, err: Path):
        self._warm, self.pid, self._out, self._err = warm, pid, out, err
        self._code: int | None = None

    def end(self, seconds: float = 120.0) -> Ran:
        """Waits for it."""
        code = self.ended(seconds)
        assert code is not None, f"has not ended after {seconds} s: {self._err.read_text()}"
        return Ran(code, self._out.read_text(), self._err.read_text())

    def ended(self, seconds: float = 0.0) -> int | None:
        """Its exit code, minus the signal that killed it; None if it still runs."""
        if self._code is None:
            self._code = self._warm.ask(wait=self.pid, seconds=seconds)
        return self._code


class Warm:
    """The process that commands are forks of."""

    def __init__(self, folder: Path):
        self._folder, self._number = folder, 0
        source = str(Path(__file__).resolve())
        self._process = subprocess.Popen([sys.executable, source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder)

    def ask(self, **what: Any) -> Any:
        print(json.dumps(what), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def start(
        self, *words: str, cwd: Path, first: Path | None = None, most: int | None = None, path: str | None = None, terminal: str | None = None,
    ) -> Command:
        """first: a script to run before. most: bytes of a file. path: PATH, by default an empty folder. terminal: what stderr is, if no file."""
        self._number += 1
        out, err = (self._folder / f"{self._number}.{name}" for name in ("out", "err"))
        for file in (out, err):
            file.touch()
        pid = self.ask(words=words, cwd=str(cwd), out=str(out), err=terminal or str(err), first=first and str(first), most=most, path=path or "/nowhere")
        return Command(self, pid, out, err)

    def run(self, *words: str, cwd: Path, **how: Any) -> Ran:
        return self.start(*words, cwd=cwd, **how).end()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


def real(*words: str, cwd: Path, **environment: str) -> Ran:
    """A command as it is started from a shell."""
    found = subprocess.run([sys.executable, "-m", "pathsim", *words], capture_output=True, text=True, cwd=cwd, env=os.environ | environment, timeout=300)
    return Ran(found.returncode, found.stdout, found.stderr)


def stamps(results: Path) -> dict[str, tuple[int, int]]:
    """The units that are in the store, with what changes when one is written again."""
    found = {}
    for path in (results / "units").glob("*/*.parquet"):
        with contextlib.suppress(FileNotFoundError):
            known = path.stat()
            found[path.name] = (known.st_ino, known.st_mtime_ns)
    return found


def left_over(results: Path) -> list[str]:
    """Files that a sweep which has ended should not have left."""
    return sorted(str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()
                  and (path.name.startswith(".") or path.name.endswith((".part", ".damaged")) or path.parent.name in ("running", "failed")))


def sweep_in(results: Path) -> Path:
    """The folder of the only sweep."""
    (plan,) = results.glob("*/plan.json")
    return plan.parent


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(folder):
    return pd.read_parquet(sweep_in(folder) / "table.parquet")


def named(folder):
    """The only sweep, as a person would write it on the command line."""
    return str(sweep_in(folder / "results").relative_to(folder))


def group(number: int) -> dict[int, str]:
    """The processes of a group that have not ended, with their command line."""
    found = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            state, _, of = place.joinpath("stat").read_text().rpartition(")")[2].split()[:3]
            if int(of) == number and state != "Z":
                found[int(place.name)] = place.joinpath("cmdline").read_text()
    return found


def workers(number: int) -> list[int]:
    """The processes that a command has started to run units."""
    return sorted(pid for pid, line in group(number).items() if pid != number and "resource_tracker" not in line)


def until(true: Any, seconds: float = 60.0) -> Any:
    """What `true()` gives, once it is true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.01)
    return found


def _serve() -> None:
    """Loads pathsim, then forks for each command and waits for those that are asked about."""
    import pathsim.commands.sweep  # noqa: F401
    import pathsim.study.sweep.collect
    import pathsim.study.sweep.planning
    import pathsim.study.sweep.running
    import pathsim.study.sweep.state  # noqa: F401
    from pathsim.compiled import get_ready

    get_ready()
    answers = os.fdopen(os.dup(1), "w")
    ended: dict[int, int] = {}
    for text in sys.stdin:
        asked = json.loads(text)
        print(json.dumps(_waited(ended, asked["wait"], asked["seconds"]) if "wait" in asked else _begun(asked)), file=answers, flush=True)


def _waited(ended: dict[int, int], pid: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() >= end:
            return None
        else:
            time.sleep(0.005)
    return ended[pid]


def _begun(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, asked["out"], os.O_WRONLY), (2, asked["err"], os.O_RDWR | os.O_NOCTTY)):
            os.dup2(os.open(name, flags | os.O_APPEND), number)
        os.chdir(asked["cwd"])
        os.environ["PATH"] = asked["path"]
        if asked["most"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["most"], asked["most"]))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = _main(asked)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _main(asked: dict[str, Any]) -> int:
    from pathsim.cli import main
    from pathsim.study.sweep import crew

    fork, serve = multiprocessing.get_context("fork"), crew._serve

    def begun(parent: int, line: Any, *others: Any) -> None:
        os.closerange(3, line.fileno())  # a process that is spawned has no files of its parent's
        os.closerange(line.fileno() + 1, 1024)
        serve(parent, line, *others)

    multiprocessing.get_context, crew._serve = lambda method=None: fork, begun
    if asked["first"]:
        runpy.run_path(asked["first"])
    return main(asked["words"])


if __name__ == "__main__":
    _serve()
