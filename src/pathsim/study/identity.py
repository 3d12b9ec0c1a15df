"""A replication is named by what its numbers depend on: care system, models, citizens, time, seed and the version of the model.

How many replications, on how many cores and into which folder stays out, so that more of them go on
where fewer ended. Names are SHA-256 of canonical JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import MODEL_VERSION
from ..faults import fail
from .citizens import data_files
from .settings import Settings

TIME_AND_PEOPLE = {"seed", "years", "warm_up", "synthesis"}
LUCK = {"draw"}  # named only where there is one


class Identity:
    """Names replications. A heading that is the same object as before is not hashed again: scenarios of a sweep share most."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}

    def of(self, raw: dict[str, Any], settings: Settings, models: Sequence[str], folder: Path) -> str:
        """64 hexadecimal digits. Raises Faults where a file of citizens can't be read.

        >>> known = Identity()
        >>> one = known.of({"units": {}}, Settings(seed=1), ["relay"], Path())
        >>> one == known.of({"units": {}}, Settings(seed=1, replications=99, workers=3), ["relay"], Path())
        True
        >>> one == known.of({"units": {}}, Settings(seed=2), ["relay"], Path())
        False
        """
        files = data_files(raw, settings, folder)
        return digest({
            "system": {heading: self._heading(part) for heading, part in raw.items()}, "models": list(models), "model_version": MODEL_VERSION,
            "study": settings.model_dump(include=TIME_AND_PEOPLE) | settings.model_dump(include=LUCK, exclude_none=True),
            "files": {what: _content(path, *_stamp(path)) for what, path in files.items()},
        })

    def _heading(self, part: Any) -> str:
        found = self._known.get(id(part))
        if found is None or found[0] is not part:
            found = self._known[id(part)] = (part, digest(part))  # held, so that its id stays its own
        return found[1]


def digest(value: Any) -> str:
    """
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as problem:
        raise fail(str(path), f"can't be read: {problem.strerror}") from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def _content(path: Path, modified: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
