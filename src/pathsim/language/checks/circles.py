"""Circles in a graph, one for each part in which everything leads to everything."""

from __future__ import annotations


def circles(edges: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """One circle for each strongly connected part of a graph (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(sorted(edges.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, following = work[-1]
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(edges.get(target, ())))))
                    break
                if target in stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = set(stack[stack.index(node):])
                    del stack[stack.index(node):]
                    if len(part) > 1 or node in edges.get(node, ()):
                        found.append(_one_circle(edges, part))
    return found


def _one_circle(edges: dict[str, set[str]], part: set[str]) -> tuple[str, ...]:
    path = [min(part)]
    while True:
        following = sorted(edges[path[-1]] & part)
        again = [name for name in following if name in path]
        if again:
            return tuple(path[path.index(again[0]):])
        path.append(following[0])
