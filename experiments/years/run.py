"""The years ahead with the places of today, and with 2 % more visiting places a year; then the places of today in possible futures.

    python experiments/years/run.py [replications] [futures]
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from pathlib import Path

from pathsim.cli import main

HERE = Path(__file__).parent


def told(words: list[str]) -> tuple[str, Path]:
    """What is said of the years, and where the results are."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(["years", "--every", "2", *words])
    if code:
        sys.exit(code)
    *lines, folder = said.getvalue().splitlines()
    return "\n".join(lines[1:]) + "\n", Path(folder)


if __name__ == "__main__":
    replications = sys.argv[1] if len(sys.argv) > 1 else "6"
    futures = sys.argv[2] if len(sys.argv) > 2 else "30"
    cases = {"today": [f"replications={replications}"], "staff_2": ["--staff", "2", f"replications={replications}"], "futures": ["--draws", futures]}
    for name, words in cases.items():
        text, folder = told(words)
        (HERE / f"{name}.txt").write_text(text, encoding="utf-8")
        shutil.copy(folder / "years.svg", HERE / f"{name}.svg")
