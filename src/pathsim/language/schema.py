"""JSON Schemas of the language, so that an editor completes words and marks misspelt ones while they are typed.

Made from the same types that read a care system. A schema knows one entry at a time: whether names
exist, shares sum to 1 and beds can lock is checked by reading the file.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from .patches import PATCHABLE
from .steps import VERBS
from .words import HEADINGS, NAME, SINGLE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "A care system of pathsim"
NAMES = {"pattern": f"^{NAME.pattern}$"}
BESIDE = ("defaults", "synthesis", "inputs", "shift")  # keys of a file of a group that are no headings and hold more than one word
MODIFIED = "ModifiedValue"
_REF = "#/$defs/"


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each heading of a whole care system.

    >>> "beds" in schemas()["units"]["additionalProperties"]["properties"]
    True
    """
    entries, definitions = _entries()
    definitions |= {name: {"not": {}} for name in definitions if MODIFIED in name}  # only levers modify
    found = {}
    for heading, entry in entries.items():
        schema = _named(entry) if heading in HEADINGS else entry
        found[heading] = {"$schema": DIALECT, "title": heading, **schema, "$defs": _needed(schema, definitions)}
    return found


def group_schema() -> dict[str, Any]:
    """The schema of a file that is merged with others: entries may be partial, `null` removes them.

    Settings of a study may stand beside the headings, as words, numbers and lists.
    """
    entries, definitions = _entries()
    definitions |= {name: _modifier(definition) for name, definition in definitions.items() if MODIFIED in name}
    definitions = {name: _partial(definition) for name, definition in definitions.items()}
    definitions["ShareTable"] = _or_cases(definitions["ShareTable"])
    entries = {heading: _partial(entry) for heading, entry in entries.items()} | {"steps": _any_verb(definitions)}
    properties = {heading: _or_null(_named(_or_null(entry)) if heading in HEADINGS else entry) for heading, entry in entries.items()}
    entries["levers"]["properties"]["changes"] = {
        "type": "object", "additionalProperties": False, "properties": {heading: {"$ref": f"#/properties/{heading}"} for heading in PATCHABLE},
    }
    return {
        "$schema": DIALECT, "title": TITLE, "type": "object", "properties": properties | dict.fromkeys(BESIDE, {}),
        "additionalProperties": {"type": ["string", "number", "boolean", "array", "null"]}, "$defs": definitions,
    }


def _entries() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of one entry of each heading, and the definitions that they refer to."""
    kinds = {**HEADINGS, **SINGLE}
    found, shared = TypeAdapter.json_schemas([(heading, "validation", TypeAdapter(kind)) for heading, kind in kinds.items()], by_alias=True)
    definitions = {name: _clean(definition) for name, definition in shared["$defs"].items()}
    entries = {heading: _clean(found[heading, "validation"]) for heading in kinds}
    entries = {heading: definitions[entry["$ref"].removeprefix(_REF)] if "$ref" in entry else entry for heading, entry in entries.items()}
    return entries | {"steps": _by_verb()}, definitions


def _needed(schema: Any, definitions: dict) -> dict[str, Any]:
    """The definitions that a schema refers to, and those that these refer to."""
    found: dict[str, Any] = {}
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix(_REF)
            if name in definitions and name not in found:
                found[name] = definitions[name]
                todo.append(definitions[name])
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    return found


def _clean(node: Any) -> Any:
    """Without the titles and discriminators of the types; one of several becomes any of them."""
    if isinstance(node, list):
        return [_clean(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {}
    for key, value in node.items():
        if key in ("discriminator", "default") or (key == "title" and isinstance(value, str)):
            continue
        if key == "properties":
            found[key] = {name: _clean(part) for name, part in value.items()}
        else:
            found["anyOf" if key == "oneOf" else key] = _clean(value)
    return found


def _modifier(definition: dict) -> dict[str, Any]:
    """How a lever modifies a value; what holds it inside is never written."""
    times, plus = (definition["properties"][key]["items"] for key in ("times", "plus"))
    return {"type": "object", "properties": {"times": times, "plus": plus}, "additionalProperties": False, "minProperties": 1,
            "description": "in the changes of a lever: the value times a number, plus an amount"}


def _or_cases(shares: dict) -> dict[str, Any]:
    """A choice may also be given as some cases of the lookup that is there, without saying again what it asks about."""
    cases = {"type": "object", "properties": {"odds": {}}, "additionalProperties": {"$ref": f"{_REF}ShareTable"}, "minProperties": 1,
             "description": "in the changes of a lever: cases of the lookup that is there"}
    return {"anyOf": [shares, cases]}


def _named(entry: dict) -> dict[str, Any]:
    return {"type": "object", "propertyNames": NAMES, "additionalProperties": entry}


def _or_null(schema: dict) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _by_verb() -> dict[str, Any]:
    """A step by its verb, so that what is wrong is said of that verb and not of all six."""
    ways = [{"if": {"type": "object", "required": [verb]}, "then": {"$ref": f"{_REF}{kind.__name__}"}} for verb, kind in VERBS.items()]
    return {"type": "object", "allOf": ways, "oneOf": [{"required": [verb]} for verb in VERBS]}


def _any_verb(definitions: dict) -> dict[str, Any]:
    """A step of which only some words are given: any word of any verb."""
    words: dict[str, Any] = {}
    for kind in VERBS.values():
        for name, schema in definitions[kind.__name__]["properties"].items():
            words[name] = {"anyOf": [words[name], schema]} if name in words and words[name] != schema else schema
    return {"type": "object", "properties": words, "additionalProperties": False}


def _partial(schema: dict) -> dict[str, Any]:
    """An entry of which some words may be missing, and some be null."""
    found = dict(schema)
    if isinstance(schema.get("additionalProperties"), dict):
        found["additionalProperties"] = _or_null(schema["additionalProperties"])
    elif "properties" in schema:
        found["properties"] = {name: _or_null(part) for name, part in schema["properties"].items()}
        found.pop("required", None)
    return found
