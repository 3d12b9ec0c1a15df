"""Claim: what was simulated once is not simulated again, and what was stopped goes on.

Work is a function from a trial (numbers and words) to figures (name → number), with a name of all else that it depends
on. Each trial's figures are a file of their own that appears whole or not at all; trials are spread over processes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from ..study.pool import processes

Trial = tuple[Any, ...]
Figures = dict[str, float]


class Work(Protocol):
    """What is tried: plain data that can be handed to a process."""

    def digest(self) -> str:
        """A name of all that a trial depends on but for the trial itself."""

    def __call__(self, trial: Trial) -> Figures:
        """The figures of a trial."""


class Tries:
    """Trials of a work, each done once; `folder` keeps them. `tell` hears how many were done now."""

    def __init__(self, work: Work, folder: Path, workers: int, tell: Callable[[int], None] = lambda done: None):
        self.work, self.folder, self.workers, self._tell = work, folder / work.digest(), workers, tell
        self.done: dict[Trial, Figures] = {}
        self.simulated = 0

    def __call__(self, trials: Iterable[Trial]) -> list[Figures]:
        """The figures of each trial, in order."""
        wanted = list(trials)
        missing = [trial for trial in dict.fromkeys(wanted) if trial not in self.done and not self._kept(trial)]
        if missing:
            self._do(missing)
        return [self.done[trial] for trial in wanted]

    def _do(self, missing: list[Trial]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with processes(min(self.workers, len(missing)), _start, self.work) as submit:
            for trial, future in [(trial, submit(_try, trial)) for trial in missing]:
                self._keep(trial, future.result())
                self.simulated += 1
                self._tell(self.simulated)

    def _path(self, trial: Trial) -> Path:
        return self.folder / f"{hashlib.sha256(json.dumps(trial).encode()).hexdigest()[:20]}.json"

    def _kept(self, trial: Trial) -> bool:
        try:
            self.done[trial] = json.loads(self._path(trial).read_text())
        except (FileNotFoundError, ValueError):
            return False
        return True

    def _keep(self, trial: Trial, found: Figures) -> None:
        self.done[trial] = found
        path = self._path(trial)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.write_text(json.dumps(found))
        part.replace(path)


_work: Work | None = None  # of this process


def _start(work: Work) -> None:
    global _work
    _work = work


def _try(trial: Trial) -> Figures:
    assert _work is not None
    return _work(trial)
