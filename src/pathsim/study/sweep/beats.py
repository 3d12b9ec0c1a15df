"""Who runs units writes a small file now and then, so that others can see that it is alive and how fast it goes.

Nothing but `pathsim status` reads it: what is done is what is in the store. Age is told by the clock of the
file system, not by that of either machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
import uuid
from pathlib import Path
from typing import Any

from ..pool import lives
from .whole import whole

FOLDER = "running"
EVERY, SILENT = 10.0, 60.0  # seconds between two, and after which one that says nothing is not counted


class Beat:
    """The sign of life of one process that runs units."""

    def __init__(self, folder: Path, workers: int):
        self._path = folder / FOLDER / f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}.json"
        self._workers, self._began, self._last = workers, time.monotonic(), -EVERY

    def tell(self, done: int, failed: int, left: int, now: bool = False) -> None:
        """Units done, failed and left of those that this process has. A disk that is full is no reason to stop here."""
        seconds = time.monotonic() - self._began
        if not now and seconds - self._last < EVERY:
            return
        self._last = seconds
        sign = {"host": socket.gethostname(), "pid": os.getpid(), "workers": min(self._workers, left), "done": done, "failed": failed, "left": left,
                "seconds": round(seconds, 1)}
        with contextlib.suppress(OSError), whole(self._path) as part:
            part.write_text(json.dumps(sign), encoding="utf-8")

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()


def beats(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Signs of life: of who works now, and of who has said nothing for a minute (killed, or its machine is gone)."""
    now, alive, silent = _now(folder), [], []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            sign = json.loads(path.read_text(encoding="utf-8"))
            age = now - path.stat().st_mtime
            if not all(isinstance(sign[key], (int, float)) for key in ("pid", "workers", "done", "seconds")):
                continue
            here = sign["host"] != socket.gethostname() or lives(sign["pid"])
            (alive if here and age < SILENT else silent).append(sign)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return alive, silent


def forget_the_dead(folder: Path) -> None:
    """Takes away what processes of this machine left that were killed; whoever goes on in their place speaks for the sweep now."""
    for path in (folder / FOLDER).glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            sign = json.loads(path.read_text(encoding="utf-8"))
            if sign["host"] == socket.gethostname() and not lives(sign["pid"]):
                path.unlink()


def _now(folder: Path) -> float:
    """The time by the clock that stamps files here; this machine's where nothing may be written."""
    probe = folder / FOLDER / f".{uuid.uuid4().hex}"
    try:
        probe.touch(exist_ok=False)
        stamp = probe.stat().st_mtime
        probe.unlink()
        return stamp
    except OSError:
        return time.time()
