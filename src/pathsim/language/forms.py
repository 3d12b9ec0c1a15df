"""A form that is filled in wrongly says so in the words of the form, not in those of the validator."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from ..faults import Fault, nearest
from . import quantities as q

GENERIC = ("Lookup", "Evidence", "ModifiedValue")
MOST_TYPES = 200


def fault_of(where: str, error: dict, kind: Any, skip: int = 0) -> Fault:
    """One of pydantic's errors about a `kind` of entry at the path `where`.

    skip: how many of the first parts of the error's path are no part of what was written.
    """
    inside = error["loc"][skip:] if error["loc"] and skip else error["loc"]
    loc = [str(part) for part in inside if not str(part).startswith("~")]
    path = ".".join(filter(None, [where, *loc]))
    given, message = error.get("input"), error["msg"].removeprefix("Value error, ")
    match error["type"]:
        case "extra_forbidden":
            return Fault(path, f"no such word here. {nearest(loc[-1], allowed_words(kind, inside))}")
        case "missing":
            return Fault(".".join(filter(None, [where, *loc[:-1]])), f"'{loc[-1]}' is missing. Add it")
        case "literal_error":
            allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            return Fault(path, f"{q.shown(given)} was given. Allowed: {allowed}")
        case "model_type" | "dict_type" | "model_attributes_type":
            return Fault(path, f"{q.shown(given)} was given. Write names with their values: {{name: value}}")
        case "list_type":
            return Fault(path, f"{q.shown(given)} was given. Write a list: [a, b]")
        case "recursion_loop" | "recursion_depth_exceeded":
            return Fault(where, "nested too deep")
        case "value_error":
            return Fault(path, message)
    return Fault(path, f"{q.shown(given)} was given. {message}")  # a net, for what none of these names


def allowed_words(kind: Any, loc: tuple) -> list[str]:
    """The words that may stand where an unknown one was found, by walking down the type."""
    for part in loc[:-1]:
        if not str(part).startswith("~"):
            kind = _part_of(kind, str(part)) or kind
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [info.alias or name for name, info in kind.model_fields.items()]
    return []


def _part_of(kind: Any, part: str) -> type[BaseModel] | None:
    """The form that the field `part` of a form holds."""
    for name, info in getattr(kind, "model_fields", {}).items():
        if part not in (name, info.alias):
            continue
        todo, seen = [info.annotation], 0
        while todo and seen < MOST_TYPES:
            found, seen = todo.pop(), seen + 1
            if isinstance(found, type) and issubclass(found, BaseModel) and found.__name__ not in GENERIC and "[" not in found.__name__:
                return found
            todo += [inner for inner in (*get_args(found), getattr(found, "__value__", None)) if inner is not None]
    return None
