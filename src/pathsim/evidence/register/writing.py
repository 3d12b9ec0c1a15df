"""Claim: what is written says what was measured and on how many, and nothing of who they were.

A folder that appears whole or not at all: estimates.csv, fitted.yaml (a patch over the system) and manifest.json.
No row, number of a person, path or file name of the extract is in it; its SHA-256 is.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pandas as pd

from pathsim import __version__
from pathsim.study.results import git_commit, publish, staging
from pathsim.study.written import as_yaml

from .fitting import Fitted

HEADER = """\
# Measured in a register extract (SHA-256 {sha256}…) by `pathsim fit`. A patch over the care system:
#   pathsim compare my_system.yaml fitted.yaml        (over the shipped one: region=esbjerg fitted.yaml)
# Each range is a 95 % interval. Numbers that rest on fewer than {smallest} contacts or people are not here.
"""


def write(found: Fitted, folder: Path, smallest: int, about: dict[str, Any]) -> Path | None:
    """The folder; what else of that name was there is kept, and its new name returned. about: of the system and the window."""
    with staging(folder) as part:
        found.table.to_csv(part / "estimates.csv", index=False, lineterminator="\n")
        text = HEADER.format(sha256=found.sha256[:12], smallest=smallest) + as_yaml(found.patch)
        (part / "fitted.yaml").write_text(text if found.patch else HEADER.format(sha256=found.sha256[:12], smallest=smallest), encoding="utf-8")
        (part / "manifest.json").write_text(json.dumps(manifest(found, smallest, about), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return publish(part, folder)


def manifest(found: Fitted, smallest: int, about: dict[str, Any]) -> dict[str, Any]:
    """What was done, with what. `personal`: it was made from data about people, and stays with who may have those."""
    depends = json.dumps([found.sha256, smallest, about], sort_keys=True, default=str)
    return {
        "kind": "fit", "personal": True, "extract_sha256": found.sha256, "source": found.source, "days": found.days, "smallest": smallest,
        "estimates": len(found.table), "hidden": found.hidden, "notes": found.notes, **about,
        "config_sha256": hashlib.sha256(depends.encode()).hexdigest(), "pathsim": __version__, "git_commit": git_commit(),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def page(table: pd.DataFrame) -> str:
    """The table as it is read on a terminal: a paragraph for each kind, an estimate a line."""
    lines: list[str] = []
    for kind, its in table.groupby("kind", sort=False):
        lines += ["", f"{kind}"]
        for row in its.itertuples():
            arrow = f"  → {row.written}" if row.written else ""
            name = f"{row.about}: {row.parameter}"
            lines.append(f"  {name:48} {row.estimate:10.4g} {row.unit:6} [{row.low:.4g}, {row.high:.4g}]  se {row.se:.2g}  n {row.n}{arrow}")
        notes = dict.fromkeys((row.about, row.note) for row in its.itertuples() if row.note)
        lines += [f"    {about}: {note}" for about, note in notes]
    return "\n".join(lines)
