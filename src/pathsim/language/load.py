"""Reading a care system from a file: data, and nothing but data.

The file is YAML. Nothing in it runs, names an environment variable or refers to another key; words
that YAML itself would read as something else are caught. `yes` and `no` are truth values wherever
they come from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ..faults import Fault, Faults, fail
from . import quantities as q

LARGEST_FILE = 5_000_000
LARGEST_SYSTEM = 300_000
LONGEST_TEXT = 20_000
DEEPEST = 40


_TAGS = {"null", "bool", "int", "float", "str", "seq", "map", "merge"}


class _Loader(yaml.SafeLoader):
    """YAML without dates (a date is a word here), and with an error for a key written twice."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _problem("a key must be one word", key)
            if key.value in seen:
                raise _problem(f"the key '{key.value[:60]}' stands twice", key)
            if key.tag == "tag:yaml.org,2002:merge":
                raise _problem("'<<' brings in another entry. Write its lines out", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_object(self, node, deep=False):
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
            raise _problem(f"the tag {node.tag[:60]} has no use here. Remove it", node)
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:bool" and node.value.lower() in ("on", "off"):
            raise _problem(f"'{node.value}' is read as {'yes' if node.value.lower() == 'on' else 'no'} here. Write that, or another word", node)
        return super().construct_object(node, deep)


def _problem(message: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, message, node.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: str | Path) -> dict:
    """The plain dictionary in a file. Raises Faults that name the file, the line and the mend."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise fail(str(path), f"larger than {LARGEST_FILE // 1_000_000} MB. A care system is a small file; put citizens in Parquet")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise fail(str(path), "no such file") from None
    except (OSError, ValueError) as problem:
        raise fail(str(path), f"can't be read as text in UTF-8 ({type(problem).__name__})") from None
    return read_text(text, str(path))


def read_text(text: str, label: str = "text") -> dict:
    """The plain dictionary in a text of YAML."""
    try:
        data = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, OverflowError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f"{label}:{mark.line + 1}" if mark else label
        if isinstance(problem, RecursionError):
            reason = "nested too deep"
        else:
            reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "a value is not what its tag says"
        raise fail(line, f"not readable as YAML: {reason}") from None
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise fail(label, f"{q.shown(data)} is not a care system. Write headings, such as units: and steps:")
    return plain(data, label)


def plain(data: Any, label: str = "") -> Any:
    """Keys as words, `yes` and `no` as truth values; no references. Raises Faults."""
    faults: list[Fault] = []
    left = [LARGEST_SYSTEM]
    result = _plain(data, "", 0, faults, left)
    if faults:
        raise Faults(Fault(f"{label}: {fault.where}" if label and fault.where else label or fault.where, fault.message) for fault in faults)
    return result


def _plain(value: Any, path: str, depth: int, faults: list[Fault], left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        if not any("too large" in fault.message for fault in faults):
            faults.append(Fault(path[:80], "too large or too deep for a care system"))
        return None
    if isinstance(value, dict):
        return {key: _plain(part, f"{path}.{key}" if path else key, depth + 1, faults, left)
                for key, part in ((_key(key, path, faults), part) for key, part in value.items())}
    if isinstance(value, (list, tuple)):
        return [_plain(part, f"{path}[{i}]", depth + 1, faults, left) for i, part in enumerate(value)]
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            faults.append(Fault(path, f"{q.shown(value)} is longer than {LONGEST_TEXT} characters. Say it shorter"))
        if "${" in value:
            faults.append(Fault(path, f"{q.shown(value)} refers to something else. Write the value itself"))
        return {"yes": True, "no": False}.get(value, value)
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        if abs(value) > q.LARGEST:
            faults.append(Fault(path, "a number larger than a care system can have. Allowed: up to 1e15"))
            return None
        return value
    faults.append(Fault(path, f"{q.shown(value)} is of a kind that a care system has no use for"))
    return None


def _key(key: Any, path: str, faults: list[Fault]) -> str:
    if isinstance(key, bool):
        return "yes" if key else "no"
    if isinstance(key, (str, int)) and (isinstance(key, str) or abs(key) <= q.LARGEST):
        return str(key)
    faults.append(Fault(path, "a key is no word. Write a name, a band or a number up to 1e15"))
    return "?"
