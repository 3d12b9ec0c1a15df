"""The kernel not compiled, and compiled with every index checked, gives the reference's record as well.

Python knows no whole number that overflows unseen, and no row outside its table: what the compiled
kernel may hide shows here. Warnings of numpy's arithmetic are errors.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MINUTES = 10  # many times what it takes


def told(systems: int, longest: int, setting: str) -> str:
    """What a process of its own says of so many systems of at most so many days, numba being set that way."""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", "twins.aside", str(systems), str(longest)]
    environment = {name: value for name, value in os.environ.items() if name not in ("NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK")} | {setting: "1"}
    try:
        found = subprocess.run(command, env=environment, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60 * MINUTES)
    except subprocess.TimeoutExpired:
        pytest.fail(f"{setting}=1: no answer on {systems} systems within {MINUTES} minutes; compiling anew takes one of them, the systems a few seconds")
    assert found.returncode == 0, f"{setting}=1: the kernel fails\n{found.stderr}"
    return found.stdout.strip()


def test_the_kernel_agrees_uncompiled():
    """Slower than the reference by far, so on few systems of few days."""
    assert told(10, 8, "NUMBA_DISABLE_JIT") == "uncompiled: no difference on 10 systems"


def test_the_kernel_agrees_with_every_index_checked():
    """Compiled anew, into a cache of its own: a minute the first time."""
    assert told(40, 20, "NUMBA_BOUNDSCHECK") == "checked: no difference on 40 systems"
