"""Where the care systems that come with pathsim are: in the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def configs() -> Path:
    """The folder of the shipped configurations.

    >>> (configs() / "known" / "mm1.yaml").is_file()
    True
    """
    packaged = PACKAGE / "configs"
    return packaged if packaged.is_dir() else PACKAGE.parents[1] / "configs"
