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
    from ..language.schema import schemas

    if options.folder is None:
        print(_text(whole()))
        return 0
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {**schemas(), "pathsim": whole()}
    for name, schema in pages.items():
        (folder / f"{name}.json").write_text(_text(schema) + "\n", encoding="utf-8")
    print(f"{len(pages)} schemas in {folder}")
    return 0


def whole() -> dict[str, Any]:
    """One schema for a file: every heading, and every setting of a study."""
    from pydantic import TypeAdapter

    from ..language.schema import group_schema
    from ..study.settings import Settings

    file, settings = group_schema(), TypeAdapter(Settings).json_schema()
    properties = settings["properties"] | file["properties"]
    return file | {"properties": properties | {"inputs": settings["properties"]["inputs"]}, "$defs": settings.get("$defs", {}) | file["$defs"]}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False)
