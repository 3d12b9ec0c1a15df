"""Write the JSON Schema of configurations: for editors that complete and check while one writes.

  pathsim schema            the whole, on stdout
  pathsim schema schemas    a file for each heading, and pathsim.json for whole files
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", help="where to write; default stdout")


def run(options: argparse.Namespace) -> int:
    if options.folder is None:
        print(_text(whole()))
        return 0
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {**headings(), "pathsim": whole()}
    for name, schema in pages.items():
        (folder / f"{name}.json").write_text(_text(schema) + "\n", encoding="utf-8")
    print(f"{len(pages)} schemas in {folder}")
    return 0


def headings() -> dict[str, dict[str, Any]]:
    """The schema of what stands under each heading."""
    from pydantic import TypeAdapter

    from ..language.words import HEADINGS, SINGLE

    return {name: TypeAdapter(dict[str, kind]).json_schema() for name, kind in HEADINGS.items()} | {
        name: TypeAdapter(kind).json_schema() for name, kind in SINGLE.items()
    }


def whole() -> dict[str, Any]:
    """One schema for a file: every heading, and every setting of a study."""
    from pydantic import TypeAdapter

    from ..study.settings import Settings

    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    settings = TypeAdapter(Settings).json_schema()
    definitions |= settings.pop("$defs", {})
    properties |= settings["properties"]
    for name, schema in headings().items():
        definitions |= schema.pop("$defs", {})
        properties[name] = {"anyOf": [schema, {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A care system, and how it is studied",
        "type": "object", "properties": properties, "additionalProperties": False, "$defs": definitions,
    }


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False)
