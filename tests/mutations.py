"""Mutations of care systems: what people mistype, and what nobody in their senses would write.

A mutation is drawn from a seeded generator, so that a failure can be had again from its seed.
"""

import copy
import math
import random

# fmt: off
STRANGE = [
    None, True, False, 0, 1, -1, 2, 0.5, -0.5, 1.5, 1e308, -1e308, math.inf, -math.inf, math.nan, 10**18, 10**400, 90, "", " ", "x" * 300,
    "rest", "stay",
    "yes", "no", "on", "home", "end", "anywhere", "fresh", "5 min", "0 d",
    "0.0001 s", "1e999 d", "-3 d", "300 y", "12 per d", "0 per d", "1e9 per s",
    "3 h per w", "1e999 h per w", "65-74", "85+", "0-5000", "9" * 5000, "٣-٤", "8-16", "0-3 d", "1e999+ d", "mon-fri", "2026-13-45", "until 2026-01-31",
    "${oc.env:HOME}", "{{x}}", "æøå", "\u202e", "a.b", "dead", "unlimited", "crowded", "fragile", "older", "ward", "gp", "see_gp", "letter", "team_work",
    [], {}, [[]], [None], ["a", "b"], [0, 1], ["0-3", "4+"], {"a": 1}, {"by": "age"}, {"by": "nothing", "rest": 1}, {"by": "age", "rest": "rest"},
    {"by": "hour", "8-16": "1 h", "rest": "2 h"}, {"by": "crowded", "ward": 1, "rest": 0}, {"by": "sex", "woman": 0.2, "man": 0.9},
    {"by": "municipality", "rest": 2}, {"by": "date", "until 2026-02-01": 1, "from 2026-02-01": 2}, {"value": 1}, {"value": "3 d", "range": ["1 d", "2 d"]},
    {"value": {"value": 1}}, {"times": 2}, {"plus": "5 min"}, {"times": {"by": "age", "rest": 2}, "plus": -3}, {"exponential": "0 d"},
    {"exponential": "1 d", "gamma": {"mean": "1 d", "cv": 1}}, {"gamma": {"mean": "3 d", "cv": {"by": "sex", "woman": 200, "man": 1}}},
    {"uniform": {"low": "3 d", "high": {"by": "sex", "woman": "1 d", "man": "4 d"}}}, {"observed": []},
    {"observed": ["1 d"]}, {"not": {}}, {"not": {"not": "older"}},
    {"_target_": "os.system", "command": "true"}, {"yes": 0.5, "no": 0.5}, {"not": "fit"}, ["older", {"age": "99+"}], {"in": 3, "waiting": 2, "left": "part"},
]
# fmt: on


def places(node, path=()):
    """Every path in plain data."""
    yield path
    if isinstance(node, dict):
        for key in node:
            yield from places(node[key], (*path, key))
    elif isinstance(node, list):
        for i, part in enumerate(node):
            yield from places(part, (*path, i))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def _deep(value, depth):
    for _ in range(depth):
        value = {"by": "age", "rest": value} if depth % 2 else [value]
    return value


def mutate(raw: dict, rng: random.Random) -> dict:
    """A copy with one to four mutations, or with other values in many places: those are often valid."""
    data = copy.deepcopy(raw)
    if rng.random() < 0.5:
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            _mutate_once(data, rng)
    else:
        for _ in range(rng.choice((1, 3, 10))):
            _change_gently(data, rng)
    return data


def _change_gently(data: dict, rng: random.Random) -> None:
    """Another value of the same kind, from somewhere else or somewhat larger or smaller."""
    paths = [path for path in places(data) if path]
    path = rng.choice(paths)
    parent, key = at(data, path[:-1]), path[-1]
    value = parent[key]
    if isinstance(value, bool):
        parent[key] = not value
    elif isinstance(value, (int, float)):
        parent[key] = rng.choice((0, 1, 2 * value, value / 2, value + 1))
    elif isinstance(value, str) and value[:1].isdigit() and " " in value:
        number, unit = value.split(" ", 1)
        parent[key] = f"{rng.choice((0, 1, 7, number))} {rng.choice((unit, unit.replace('h', 'd').replace('min', 's')))}"
    elif isinstance(value, str):  # a name for a name of the same kind
        like = [at(data, p) for p in paths if p[-1] == key and isinstance(at(data, p), str)]
        parent[key] = rng.choice(like)
    elif isinstance(value, dict) and rng.random() < 0.5:
        like = [at(data, p) for p in paths if p[-1] == key and isinstance(at(data, p), dict)]
        parent[key] = copy.deepcopy(rng.choice(like))
    elif isinstance(value, dict) and value and rng.random() < 0.5:
        del value[rng.choice(list(value))]


def _mutate_once(data: dict, rng: random.Random) -> None:
    paths = [path for path in places(data) if path]
    if not paths:
        return
    path = rng.choice(paths)
    parent, key = at(data, path[:-1]), path[-1]
    kind = rng.randrange(10)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):  # renamed, to a strange name or to that of another
        other = rng.choice([p[-1] for p in paths if isinstance(p[-1], str)])
        parent[rng.choice((other, str(key) + "x", str(rng.choice(STRANGE))[:100]))] = parent.pop(key)
    elif kind == 2 and isinstance(parent, dict):  # a second one of the same
        parent[str(key) + "_2"] = copy.deepcopy(parent[key])
    elif kind in (3, 4):  # what stands somewhere else
        parent[key] = copy.deepcopy(at(data, rng.choice(paths)))
    elif kind == 5:  # swapped with its like
        same = [p for p in paths if p[-1] == key and p != path]
        other = rng.choice(same or paths)
        parent[key] = copy.deepcopy(at(data, other))
    elif kind == 6 and isinstance(parent, dict):  # a word more
        others = [p for p in paths if isinstance(p[-1], str)]
        other = rng.choice(others)
        parent[other[-1]] = copy.deepcopy(at(data, other))
    elif kind == 7:
        parent[key] = _deep(copy.deepcopy(parent[key]), rng.choice((1, 3, 39, 60)))
    else:
        parent[key] = copy.deepcopy(rng.choice(STRANGE))
