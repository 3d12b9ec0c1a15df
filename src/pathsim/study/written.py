"""A care system written down again as a file that reads back as the same system."""

from __future__ import annotations

from typing import Any

import yaml

ON_ONE_LINE = 150


class _Writer(yaml.SafeDumper):
    """Truth values as yes and no; what is short on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Page(dict):
    """The outermost dictionary: a heading a line."""


def _mapping(writer: _Writer, data: dict) -> yaml.Node:
    short = len(str(data)) <= ON_ONE_LINE and not isinstance(data, _Page)
    return writer.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=short)


def _list(writer: _Writer, data: list) -> yaml.Node:
    return writer.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


def _yes_no(writer: _Writer, data: bool) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:bool", "yes" if data else "no")


_Writer.add_representer(dict, _mapping)
_Writer.add_representer(_Page, _mapping)
_Writer.add_representer(list, _list)
_Writer.add_representer(bool, _yes_no)


def as_yaml(data: dict[str, Any]) -> str:
    """
    >>> print(as_yaml({"day_0": "2026-01-05", "steps": {"ward": {"at": "ward", "hold": True}}}), end="")
    day_0: '2026-01-05'
    steps: {ward: {at: ward, hold: yes}}
    """
    return yaml.dump(_Page(data), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=160)
