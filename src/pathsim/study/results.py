"""A folder of results appears whole or not at all, and what was computed before is never lost.

It is named by the study; if a folder of that name holds something else it is kept as NAME.1, NAME.2 …
The tables are the same bytes for the same study on any number of processes; what is not (times,
versions) is in manifest.json.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .. import MODEL_VERSION, __version__
from .citizens import data_files, inhabitants_of
from .compare import Result
from .compose import Composed
from .engines import chosen
from .identity import Identity, digest
from .written import as_yaml

HOW_MUCH = {"stop", "minimum", "batch", "replications", "keep"}
LIBRARIES = ("numpy", "numba", "pandas", "scipy", "simpy")


def name_of(composed: Composed, models: tuple[str, ...]) -> str:
    """What the folder is called: as the settings say, or by the region or file and the models."""
    return composed.settings.name or "-".join([composed.origin, *models])


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A hidden folder in which results gather until they are published; it leaves nothing behind."""
    part = folder.parent / f".{folder.name[:60]}.{uuid.uuid4().hex[:12]}"
    new = not folder.parent.exists()
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if new:
            with suppress(OSError):  # not empty: there are results
                folder.parent.rmdir()


def write(part: Path, result: Result, composed: Composed, name: str, seconds: float) -> None:
    """Everything a study leaves, into the staging folder."""
    one = len(result.models) == 1
    result.indicators.to_csv(part / "indicators.csv", index=False, lineterminator="\n")
    result.curves.to_csv(part / "curves.csv", index=False, lineterminator="\n")
    result.table.to_csv(part / ("means.csv" if one else "differences.csv"), index=False, lineterminator="\n")
    (part / "config.yaml").write_text(as_yaml(resolved(composed, result, name)), encoding="utf-8")
    text = json.dumps(manifest(result, composed, name, seconds), indent=1, ensure_ascii=False)
    (part / "manifest.json").write_text(text + "\n", encoding="utf-8")
    for run in (part / "runs").glob("*"):
        if not _is_wanted(run.name, result):
            shutil.rmtree(run, ignore_errors=True)


def _is_wanted(name: str, result: Result) -> bool:
    """Not what a process had begun beyond the end."""
    model, _, number = name.rpartition(".")
    return name in result.models or (model in result.models and number.isdigit() and int(number) < result.replications)


def resolved(composed: Composed, result: Result, name: str) -> dict[str, Any]:
    """The study as one file that can be run again: `pathsim compare config.yaml`. What was shifted or drawn is in its numbers; of a draw the luck is left."""
    settings = composed.settings.model_dump(exclude={"results", "workers", "care_model", "models", "shift"})
    given = {"name": name, "models": list(result.models)} | {key: value for key, value in settings.items() if key != "name"}
    raw = dict(composed.raw)
    files = data_files(composed.raw, composed.settings, composed.folder)
    if "citizens" in files:
        raw["population"] = raw["population"] | {"from": str(files["citizens"].resolve())}
    return given | raw


def fingerprint(result: Result, composed: Composed) -> str:
    """What the results depend on: what each replication does, and how many of them and their contacts are kept."""
    settings = composed.settings
    one = Identity().of(composed.raw, settings, result.models, composed.folder)
    return digest({"replication": one, "how_much": settings.model_dump(include=HOW_MUCH)})


def manifest(result: Result, composed: Composed, name: str, seconds: float) -> dict[str, Any]:
    decisions = sorted({decision for plan in result.prepared.plans.values() for decision in plan.decision_names})
    lang = composed.settings.lang
    return {
        "name": name, "models": list(result.models), "seed": composed.settings.seed, "replications": result.replications, "ended": result.why,
        "interval": "95 %, paired t over replications: chance alone" if len(result.models) > 1 else "95 %, t over replications: chance alone",
        "citizens": _citizens(result), "inhabitants": _inhabitants(composed),
        "overrides": composed.overrides, "changed": composed.changed,
        "warnings": [{"model": model, "replications": number, "text": caution.text(lang)} | asdict(caution) for model, caution, number in result.warnings],
        "config_sha256": fingerprint(result, composed),
        "decisions_sha256": hashlib.sha256("\n".join(decisions).encode()).hexdigest(),
        "engine": _engine(result), "model_version": MODEL_VERSION, "pathsim": __version__, "git_commit": git_commit(),
        "python": platform.python_version(), **{library: _version(library) for library in LIBRARIES},
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "wall_seconds": round(seconds, 1),
    }


def _citizens(result: Result) -> int:
    """How many people are simulated; 0 where all come from outside."""
    study = result.prepared.study
    return len(study.citizens) if study.citizens is not None else next(iter(result.prepared.plans.values())).citizens


def _inhabitants(composed: Composed) -> int | None:
    """How many live in the places of which they are a part; None where it is not said."""
    return sum(inhabitants_of(composed.settings.synthesis).values()) or None


def _engine(result: Result) -> str:
    """Which engine ran; the results do not depend on it."""
    prepared = result.prepared
    return " and ".join(sorted({chosen(plan, prepared.study.settings.engine) for plan in prepared.plans.values()}))


def _version(library: str) -> str | None:
    with suppress(PackageNotFoundError):
        return version(library)
    return None


def git_commit() -> str | None:
    """The commit of the checkout this code runs from, `+` where it has been changed since; None if installed."""
    top = Path(__file__).resolve().parents[3]
    if not (top / ".git").exists():
        return None
    with suppress(OSError, subprocess.SubprocessError):
        commit = subprocess.run(["git", "-C", str(top), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True).stdout.strip()
        changed = subprocess.run(["git", "-C", str(top), "status", "--porcelain", "--", "src", "configs"], capture_output=True, text=True, timeout=10)
        return commit + ("+" if changed.stdout.strip() else "")
    return None


def publish(part: Path, folder: Path) -> Path | None:
    """The staged folder under its name. What was there is kept under another one, which is returned,
    unless it held results of the very same study."""
    kept = None
    if folder.exists():
        same = _fingerprint_in(folder) == _fingerprint_in(part)
        kept = part.with_name(part.name + ".old") if same else free_name(folder)
        os.replace(folder, kept)
        if same:
            os.replace(part, folder)
            shutil.rmtree(kept, ignore_errors=True)
            return None
    os.replace(part, folder)
    return kept


def _fingerprint_in(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["config_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def free_name(folder: Path) -> Path:
    """NAME.1, or the first after it that nothing has."""
    number = 1
    while (found := folder.with_name(f"{folder.name}.{number}")).exists():
        number += 1
    return found
