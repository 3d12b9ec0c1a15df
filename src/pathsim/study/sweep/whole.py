"""A file appears whole or not at all: written under another name in the same folder, brought to the disk, and then renamed.

Who is killed in the middle leaves the other name behind. It says whose it is, so that who comes next can take it away.
"""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

from ..pool import lives

PART = ".part"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """The name to write to, which then becomes `path`. Raises OSError, which names `path`, where there is no room or no right
    to write, and leaves nothing half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}-{uuid.uuid4().hex[:6]}{PART}")
    try:
        yield part
        _bring_to_disk(part)
        os.replace(part, path)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            part.unlink()
        if isinstance(problem, OSError):
            problem.filename = str(path)
        raise
    with contextlib.suppress(OSError):  # not every file system can
        _bring_to_disk(path.parent)


def _bring_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tidy(folder: Path) -> None:
    """Takes away what writers of this machine left, in a folder and those in it, when they were killed."""
    host = socket.gethostname()
    for part in [*folder.glob(f".*{PART}"), *folder.glob(f"*/.*{PART}")]:
        name = part.name.removesuffix(PART)
        said, _, writer = name.rpartition(".")
        pid = writer.partition("-")[0]
        if said.endswith(f".{host}") and pid.isdigit() and not lives(int(pid)):
            with contextlib.suppress(OSError):
                part.unlink()
