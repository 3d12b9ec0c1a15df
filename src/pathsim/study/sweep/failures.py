"""A unit that failed leaves a file: why, where, how often it was tried, and the command that runs that one unit alone."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shlex
import socket
from pathlib import Path
from typing import Any

from .whole import whole

FOLDER = "failed"
KEYS = {"unit", "scenario", "why", "attempt", "host", "user", "again"}


def note(folder: Path, name: str, scenario: str, why: str) -> dict[str, Any]:
    """Writes that a unit failed. Raises OSError where it can't."""
    path = _path(folder, name)
    failure = {
        "unit": name, "scenario": scenario, "why": why, "attempt": _read(path).get("attempt", 0) + 1, "host": socket.gethostname(), "user": _user(),
        "again": command(folder, name),
    }
    with whole(path) as part:
        part.write_text(json.dumps(failure, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return failure


def command(folder: Path, name: str) -> str:
    """What runs that one unit alone, in the open: with its traceback on the terminal."""
    return f"pathsim shard {shlex.quote(str(folder))} --unit {name}"


def forget(folder: Path, name: str) -> None:
    """The unit has been done since."""
    with contextlib.suppress(OSError):
        _path(folder, name).unlink()


def failures(folder: Path) -> list[dict[str, Any]]:
    """All of a sweep, by name."""
    return [found for path in sorted((folder / FOLDER).glob("*.json")) if (found := _read(path)).keys() >= KEYS]


def last_line(failure: dict[str, Any]) -> str:
    """Why, in a line."""
    lines = str(failure.get("why", "")).strip().splitlines()
    return lines[-1] if lines else "no reason was left"


def _path(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"
