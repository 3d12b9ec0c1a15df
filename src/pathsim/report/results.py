"""Claim: a page tells one comparison, and all of its numbers come from that comparison's folder.

`results/NAME/`: differences.csv and indicators.csv, and where they are there: runs/MODEL/ (the
first replication; MODEL.1 and on if all were kept), curves.csv (see `curves`), config.yaml, manifest.json.
"""

from __future__ import annotations

import glob
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import yaml
from scipy import stats

from pathsim.contacts import Run, load
from pathsim.contacts.warnings import Caution, warnings
from pathsim.faults import fail

from ..contacts import curves

NEEDED = ("model", "against", "indicator", "group", "level", "base", "value", "difference", "low", "high")
COLOURS = ("#c8501e", "#0f6e6e", "#5b4a9e", "#8a6a00", "#8c2f6b", "#3d5a80")  # not red and green
FOLLOWED = 30 / 365  # years at the end whose discharges are not followed for thirty days


@dataclass
class Results:
    """One comparison. `models`: names, the one compared against first."""

    folder: Path
    differences: pd.DataFrame
    indicators: pd.DataFrame
    config: dict = field(default_factory=dict)
    manifest: dict = field(default_factory=dict)

    @cached_property
    def models(self) -> list[str]:
        return list(dict.fromkeys([*self.differences["against"], *self.differences["model"]]))

    @property
    def base(self) -> str:
        return self.models[0]

    @property
    def others(self) -> list[str]:
        return self.models[1:]

    def colour(self, model: str) -> str:
        return COLOURS[self.models.index(model) % len(COLOURS)]

    def title(self, model: str, language: str) -> str:
        """What a model is called: its title in this language, else in English, else its name."""
        entry = (self.config.get("care_models") or {}).get(model) or {}
        danish = entry.get("title_da") if language == "da" else None
        return str(danish or entry.get("title") or model.replace("_", " ").capitalize())

    def rows(self, model: str | None = None, indicator: str | None = None, group: str = "all") -> pd.DataFrame:
        """Rows of differences: of one model, one indicator, one group."""
        found = self.differences[self.differences["group"] == group]
        if model is not None:
            found = found[found["model"] == model]
        return found if indicator is None else found[found["indicator"] == indicator]

    def row(self, model: str, indicator: str):
        """The row of an indicator for everyone, or None."""
        found = self.rows(model, indicator)
        return next(found.itertuples(), None)

    @cached_property
    def runs(self) -> dict[str, Run]:
        """The first replication of each model, where it was kept."""
        return {m: load(self.folder / "runs" / m) for m in self.models if (self.folder / "runs" / m / "meta.json").exists()}

    @property
    def currency(self) -> str:
        return str(self.config.get("currency") or next((r.meta.get("currency", "DKK") for r in self.runs.values()), "DKK"))

    @property
    def years(self) -> float:
        """Measured years of each run."""
        run = next(iter(self.runs.values()), None)
        return run.window.years if run is not None else float(self.config.get("years") or 1)

    @property
    def replications(self) -> int:
        return int(self.indicators["replication"].nunique())

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Curves of all replications if they were kept, else of the first one."""
        path = self.folder / "curves.csv"
        if path.exists():
            return pd.read_csv(path)
        found = [curves.curves(run).assign(model=model, replication=0) for model, run in self.runs.items()]
        for model in self.models if self.runs else []:
            for path in sorted((self.folder / "runs").glob(f"{glob.escape(model)}.*")):
                if (number := path.name.rpartition(".")[2]).isdigit():
                    found.append(curves.curves(load(path)).assign(model=model, replication=int(number)))
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["model", "replication", *curves.COLUMNS])

    def yearly(self, model: str, indicator: str) -> tuple[float, float, float] | None:
        """Change in how many a year (the numerators of a 30-day share), with its 95 % interval.

        Paired by replication. None where a replication is missing.
        """
        rows = self.indicators.query("indicator == @indicator and group == 'all'")
        counts = rows.pivot_table(index="replication", columns="model", values="numerator")
        if model not in counts or self.base not in counts:
            return None
        change = (counts[model] - counts[self.base]).dropna() / max(self.years - FOLLOWED, FOLLOWED)
        half = float("nan")
        if len(change) > 1:
            half = float(stats.t.ppf(0.975, len(change) - 1) * change.std(ddof=1) / len(change) ** 0.5)
        mean = float(change.mean())
        return mean, mean - half, mean + half

    def cautions(self, language: str) -> list[str]:
        """Warnings in words: of the manifest, or found in the runs that were kept."""
        if "warnings" in self.manifest:
            return [_worded(warning, language) for warning in self.manifest["warnings"] or []]
        found = [(m, caution.text(language)) for m, run in self.runs.items() for caution in warnings(run)]
        return [f"{self.title(model, language)}: {text}" for model, text in found]


def read(folder: str | Path) -> Results:
    """The comparison in a folder. Raises Faults that name the file."""
    folder = Path(folder)
    differences, indicators = (_table(folder / f"{name}.csv") for name in ("differences", "indicators"))
    lacking = [column for column in NEEDED if column not in differences]
    if lacking or differences.empty:
        raise fail(str(folder / "differences.csv"), f"no comparison here: {'no rows' if not lacking else 'no ' + ', '.join(lacking)}. Compare two care models")
    for frame in (differences, indicators):
        for name in ("group", "level", "model"):
            if name in frame:
                frame[name] = frame[name].astype(str)
    differences["against"] = differences["against"].astype(str)
    config, manifest = folder / "config.yaml", folder / "manifest.json"
    return Results(
        folder, differences, indicators,
        (yaml.safe_load(config.read_text(encoding="utf-8")) or {}) if config.exists() else {},
        json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {},
    )


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=["", "nan", "NaN"])
    except FileNotFoundError:
        raise fail(str(path), "no such file. Run a comparison first") from None


def _worded(warning: object, language: str) -> str:
    """A warning as text: what `contacts.warnings` says in this language, or else as it stands."""
    if not isinstance(warning, dict):
        return str(warning)
    text = warning.get("text")
    if "code" in warning:
        text = Caution(*(warning.get(k, "") for k in ("code", "unit", "pool")), *(float(warning.get(k, 0)) for k in ("value", "limit"))).text(language)
    return f"{warning['model']}: {text}" if warning.get("model") else str(text)
