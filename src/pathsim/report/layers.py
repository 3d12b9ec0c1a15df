"""Claim: a pathway reads best from its onset down to its end, with few crossings and short ways.

Layers by longest path (Sugiyama, Tagawa and Toda 1981): circles are opened where a walk comes back,
long ways get a corridor through the layers between, neighbours are sorted by the mean place of what
they are joined to, and places are then pulled straight by least squares that keep the order.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

Name = Hashable
SWEEPS = 24
CORRIDOR = 26.0  # width of a way that passes a layer
BETWEEN = 26.0


@dataclass
class Laid:
    """layer: of each node; x: middle of each node; paths: for each way the x in every layer it passes;
    back: ways that lead upwards."""

    layer: dict[Name, int]
    x: dict[Name, float]
    paths: dict[int, list[tuple[int, float]]]
    back: set[int]
    width: float


def lay(names: list[Name], ways: list[tuple[Name, Name]], widths: dict[Name, float], rank: dict[Name, float]) -> Laid:
    """Places for nodes and ways; `rank` sorts at first (sectors from left to right)."""
    back = _back(names, ways)
    layer = _layers(names, [w for i, w in enumerate(ways) if i not in back])
    rows: list[list[Name]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name in sorted(names, key=lambda n: rank[n]):
        rows[layer[name]].append(name)
    joined: list[tuple[Name, Name]] = []
    chains: dict[int, list[Name]] = {}
    size, order = dict(widths), dict(rank)
    for i, (source, target) in enumerate(ways):
        if i in back or source == target:
            continue
        chain: list[Name] = [source]
        for at in range(layer[source] + 1, layer[target]):
            corridor = ("way", i, at)
            rows[at].append(corridor)
            size[corridor], order[corridor] = CORRIDOR, (rank[source] + rank[target]) / 2
            chain.append(corridor)
        chains[i] = [*chain, target]
        joined += zip(chains[i], chains[i][1:], strict=False)
    for row in rows:
        row.sort(key=lambda n: order[n])
    rows = _ordered(rows, joined)
    x = _placed(rows, joined, size)
    depth = {name: at for at, row in enumerate(rows) for name in row}
    paths = {i: [(depth[n], x[n]) for n in chain] for i, chain in chains.items()}
    right = max((x[n] + size[n] / 2 for n in x), default=0.0)
    return Laid(layer, {n: x[n] for n in names}, paths, back, right)


def _back(names: list[Name], ways: list[tuple[Name, Name]]) -> set[int]:
    """Ways that close a circle, found walking from the onsets."""
    out: dict[Name, list[tuple[int, Name]]] = {name: [] for name in names}
    for i, (source, target) in enumerate(ways):
        out[source].append((i, target))
    state: dict[Name, int] = {}
    back: set[int] = set()
    for root in names:
        if root in state:
            continue
        stack = [(root, iter(out[root]))]
        state[root] = 1
        while stack:
            node, rest = stack[-1]
            for i, target in rest:
                if state.get(target) == 1:
                    back.add(i)
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(out[target])))
                    break
            else:
                state[node] = 2
                stack.pop()
    return back


def _layers(names: list[Name], ways: list[tuple[Name, Name]]) -> dict[Name, int]:
    layer = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for source, target in ways:
            if source != target and layer[target] <= layer[source]:
                layer[target], moved = layer[source] + 1, True
        if not moved:
            break
    into = {target for _, target in ways}
    for source in names:  # an onset stands just above what it begins
        below = [layer[t] for s, t in ways if s == source]
        if source not in into and below:
            layer[source] = min(below) - 1
    return layer


def _ordered(rows: list[list[Name]], joined: list[tuple[Name, Name]]) -> list[list[Name]]:
    """Sweeps down and up by the mean place of neighbours; the order with fewest crossings is kept."""
    above: dict[Name, list[Name]] = {}
    below: dict[Name, list[Name]] = {}
    for source, target in joined:
        below.setdefault(source, []).append(target)
        above.setdefault(target, []).append(source)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for at in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
            place = {n: i for i, n in enumerate(rows[at - 1 if down else at + 1])}
            beside = above if down else below
            own = {n: i for i, n in enumerate(rows[at])}

            def middle(name: Name, place=place, beside=beside, own=own) -> float:
                near = [place[m] for m in beside.get(name, ()) if m in place]
                return sum(near) / len(near) if near else own[name]

            rows[at] = sorted(rows[at], key=middle)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: list[list[Name]], below: dict[Name, list[Name]]) -> int:
    total = 0
    for upper, lower in zip(rows, rows[1:], strict=False):
        place = {n: i for i, n in enumerate(lower)}
        ends = [sorted(place[m] for m in below.get(n, ()) if m in place) for n in upper]
        seen: list[int] = []
        for mine in ends:
            total += sum(1 for end in mine for other in seen if other > end)
            seen += mine
    return total


def _placed(rows: list[list[Name]], joined: list[tuple[Name, Name]], size: dict[Name, float]) -> dict[Name, float]:
    """Middles of all: near the mean of their neighbours, in order and clear of each other."""
    near: dict[Name, list[Name]] = {}
    for source, target in joined:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    x: dict[Name, float] = {}
    for row in rows:
        at = 0.0
        for name in row:
            x[name] = at + size[name] / 2
            at += size[name] + BETWEEN
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [float(np.mean([x[m] for m in near[n]])) if near.get(n) else x[n] for n in row]
            for name, place in zip(row, _apart(wanted, [size[n] for n in row]), strict=True):
                x[name] = place
    left = min((x[n] - size[n] / 2 for n in x), default=0.0)
    return {n: v - left for n, v in x.items()}


def _apart(wanted: list[float], sizes: list[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) that keep the order and the gaps.

    >>> _apart([0.0, 0.0], [10.0, 10.0]) == [-(10 + BETWEEN) / 2, (10 + BETWEEN) / 2]
    True
    """
    shift = np.cumsum([0.0, *((a + b) / 2 + BETWEEN for a, b in zip(sizes, sizes[1:], strict=False))])
    blocks: list[list[float]] = []
    for value in np.asarray(wanted) - shift:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:  # pool neighbours that are out of order
            value, weight = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + value * weight) / (blocks[-1][1] + weight), blocks[-1][1] + weight]
    return [float(v) for v in np.repeat([b[0] for b in blocks], [int(b[1]) for b in blocks]) + shift]
