"""The tables of a population are read and checked whole; all faults are reported together.

A fault says in which file and under which key it is, what was given, what is allowed and the mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from pathsim.faults import Fault, Faults, fail, nearest
from pathsim.population.tables import Tables


def validate(tables: Mapping[str, Any] | Tables, file: str = "population") -> Tables:
    """The tables, checked. Raises Faults with every fault; `file` is named in them."""
    if isinstance(tables, Tables):
        return tables
    try:
        return Tables.model_validate(tables)
    except ValidationError as error:
        raise Faults(fault_of(file, fault) for fault in error.errors()) from None


def read_tables(path: str | Path) -> Tables:
    """The tables of a YAML file, checked. Raises Faults."""
    try:
        tables = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise fail(str(path), f"cannot be read ({error}). Give the path of a YAML file") from None
    except yaml.YAMLError as error:
        raise fail(str(path), f"is not valid YAML: {error}") from None
    if not isinstance(tables, dict):
        raise fail(
            str(path), "is empty or a list. Allowed: the parts of a population, as in danish.yaml"
        )
    return validate(tables, str(path))


def fault_of(file: str, error: Mapping[str, Any], whole: Any = Tables) -> Fault:
    """pydantic's fault in our words: where, what was given, what is allowed, the mend."""
    path = [str(key) for key in error["loc"] if not str(key).startswith(("constrained", "list["))]
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        message = "is missing. Add it"
    elif kind == "extra_forbidden":
        message = f"is not a word of this table. {nearest(path[-1], _allowed(path[:-1], whole))}"
    elif kind == "value_error":
        message = str(context["error"])
    elif kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        mend = ". A share is a fraction, not per cent" if context.get("le") == 1 else ""
        message = (
            f"{given!r} was given. Allowed: {error['msg'].removeprefix('Input should be ')}{mend}"
        )
    else:
        message = f"{_short(given)} was given. {error['msg']}"
    return Fault(f"{file}: {'.'.join(path)}" if path else file, message)


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


def _allowed(path: list[str], whole: Any) -> list[str]:
    """The words allowed at a place of the tables, for the mend of a misspelt one."""
    kind = whole
    for key in path:
        fields = _fields(kind)
        if key not in fields:
            return []
        kind = fields[key]
    return list(_fields(kind))


def _fields(kind: Any) -> dict[str, Any]:
    while hasattr(kind, "__metadata__"):
        kind = kind.__origin__
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return dict(getattr(kind, "__annotations__", {}))
