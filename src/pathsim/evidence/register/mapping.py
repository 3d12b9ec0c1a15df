"""Claim: every register names the same things differently, and what its names mean is data.

A mapping renames columns (the first name that is there counts; a date and a time of day may be two columns),
turns codes into words, and says which unit of the care system a department is. Columns that it does not name are
not read, so what is not needed never enters.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from pathsim.faults import Fault, Faults, fail, nearest
from pathsim.language import merge, read_text, read_yaml

WORDS = ("base", "contacts", "citizens", "codes", "units", "times", "missing_hour")
SHIPPED = ("lpr3",)


def read_mapping(given: str | Path | dict[str, Any] | None) -> dict[str, Any]:
    """A mapping: a shipped name, a file, or plain data; {} for pathsim's own names. Raises Faults.

    >>> read_mapping("lpr3")["codes"]["acute"]
    {'ATA1': True, 'ATA3': False}
    """
    if given is None:
        return {}
    data = given if isinstance(given, dict) else _read(str(given))
    where = "mapping"
    faults = [Fault(f"{where}.{key}", f"no such word. {nearest(key, WORDS)}") for key in data if key not in WORDS]
    if data.get("missing_hour", "fault") not in ("fault", "forward"):
        faults.append(Fault(f"{where}.missing_hour", f"{data['missing_hour']!r} was given. Allowed: fault, forward"))
    for key in ("contacts", "citizens", "codes", "units"):
        if not isinstance(data.get(key, {}), dict):
            faults.append(Fault(f"{where}.{key}", "write names with their values: {name: value}"))
    if faults:
        raise Faults(faults)
    base = data.get("base")
    return merge(read_mapping(base), {key: value for key, value in data.items() if key != "base"}) if base else data


def _read(name: str) -> dict[str, Any]:
    if name in SHIPPED:
        return read_text(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"), name)
    if not name.endswith((".yaml", ".yml")):
        raise fail("mapping", f"no mapping '{name}'. {nearest(name, SHIPPED)}, or give a file (.yaml)")
    return read_yaml(name)


def renamed(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    """The columns that the mapping names, under pathsim's names; all of them as they are without a mapping.

    >>> frame = pd.DataFrame({"CPR": ["a"], "dato_start": ["2023-01-31"], "tidspunkt_start": ["14:05"], "diagnose": ["DJ44"]})
    >>> renamed(frame, {"person": ["cpr"], "begun": [{"date": "dato_start", "time": "tidspunkt_start"}]}).iloc[0].tolist()
    ['a', '2023-01-31T14:05']
    """
    if not columns:
        return frame
    there = {str(name).lower(): name for name in frame.columns}
    found = {}
    for name, choices in columns.items():
        for choice in choices if isinstance(choices, list) else [choices]:
            parts = [choice["date"], choice["time"]] if isinstance(choice, dict) else [choice]
            if all(str(part).lower() in there for part in parts):
                given = [frame[there[str(part).lower()]] for part in parts]
                found[name] = given[0] if len(given) == 1 else _together(*given)
                break
    return pd.DataFrame(found, index=frame.index)


def _together(day: pd.Series, hour: pd.Series) -> pd.Series:
    """A date and a time of day as one text; empty where there is no date, midnight where there is no time of day."""
    both = ((_text(d)[:10], _text(h) or "00:00") for d, h in zip(day.tolist(), hour.tolist(), strict=True))
    return pd.Series([f"{d}T{h}" if d else None for d, h in both], index=day.index, dtype=object)


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def coded(column: pd.Series, codes: dict[str, Any] | None) -> pd.Series:
    """Codes as words; what is no code stays as it is, and is judged as a word."""
    if not codes:
        return column
    return column.map(lambda value: codes.get(str(value).strip(), value))
