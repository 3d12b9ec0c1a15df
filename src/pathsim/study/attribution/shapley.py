"""Claim: the parts of a difference add up to it, whatever each of several things does alone or with others.

A coalition is a set of players as the bits of a number; `worth` says what each gives (an array of any shape).
`above` says for each player which one it hangs on, or None: a player without the one it hangs on does nothing, so
only *closed* coalitions, in which everyone has the one they hang on, have a worth of their own.

The Shapley value is the mean, over all orders in which the players can come, of what each adds on coming: orders in
which each comes after the one it hangs on (Faigle and Kern 1992). Where nobody hangs on anybody that is Shapley's own
(1953). `shared` is the mean over all orders, where what a player does is credited to the one it hangs on if that
one comes later (Gilles, Owen and van den Brink 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb, prod

import numpy as np

Above = Sequence[int | None]
Worth = Mapping[int, np.ndarray]


def bits(coalition: int) -> list[int]:
    """
    >>> bits(0b101)
    [0, 2]
    """
    return [i for i in range(coalition.bit_length()) if coalition >> i & 1]


def together(players: Sequence[int]) -> int:
    """
    >>> together([0, 2])
    5
    """
    return sum(1 << i for i in players)


def reduced(coalition: int, above: Above) -> int:
    """The coalition without those who lack the one they hang on, or one further up.

    >>> reduced(0b110, (None, 0, None))
    4
    """
    return together([i for i in bits(coalition) if (up(i, above) & coalition) == up(i, above)])


def up(player: int, above: Above) -> int:
    """All whom a player hangs on.

    >>> up(2, (None, 0, 1))
    3
    """
    over = above[player]
    return 0 if over is None else 1 << over | up(over, above)


def down(player: int, above: Above) -> int:
    """A player with all who hang on it.

    >>> down(0, (None, 0, 1, None))
    7
    """
    return together([i for i in range(len(above)) if i == player or up(i, above) >> player & 1])


def how_many(above: Above) -> int:
    """The number of closed coalitions, without making them.

    >>> how_many((None,) * 3), how_many((None, 0, 0))
    (8, 5)
    """
    def of(player: int) -> int:
        return 1 + prod(of(i) for i, over in enumerate(above) if over == player)

    return prod(of(i) for i, over in enumerate(above) if over is None)


def closed(above: Above) -> list[int]:
    """The closed coalitions, smaller before larger."""
    found = {0}
    layer = {0}
    while layer:
        layer = {coalition | 1 << i for coalition in layer for i in coming(coalition, above)}
        found |= layer
    return sorted(found, key=lambda coalition: (coalition.bit_count(), coalition))


def coming(coalition: int, above: Above) -> list[int]:
    """Who can come next."""
    return [i for i, over in enumerate(above) if not coalition >> i & 1 and (over is None or coalition >> over & 1)]


def shapley(worth: Worth, above: Above) -> np.ndarray:
    """The value of each player [player, …], exact: each step to a larger coalition counts as often as orders make it."""
    coalitions = closed(above)
    whole = (1 << len(above)) - 1
    before, after = {0: 1}, {whole: 1}  # in how many orders a coalition can come about, and be completed
    for coalition in coalitions:
        for i in coming(coalition, above):
            before[coalition | 1 << i] = before.get(coalition | 1 << i, 0) + before[coalition]
    for coalition in reversed(coalitions[:-1]):
        after[coalition] = sum(after[coalition | 1 << i] for i in coming(coalition, above))
    value = np.zeros((len(above), *np.shape(worth[0])))
    for coalition in coalitions:
        for i in coming(coalition, above):
            larger = coalition | 1 << i
            value[i] += before[coalition] * after[larger] / before[whole] * (worth[larger] - worth[coalition])
    return value


def shared(worth: Worth, above: Above) -> np.ndarray:
    """The value of each player [player, …] where enabling another counts as much as doing it."""
    free = (None,) * len(above)
    return shapley({coalition: worth[reduced(coalition, above)] for coalition in closed(free)}, free)


def first_in(worth: Worth, above: Above) -> np.ndarray:
    """What each player does alone, with no more than those whom it hangs on [player, …]."""
    return np.array([worth[up(i, above) | 1 << i] - worth[up(i, above)] for i in range(len(above))])


def last_out(worth: Worth, above: Above) -> np.ndarray:
    """What is lost without each player and those who hang on it [player, …]."""
    whole = (1 << len(above)) - 1
    return np.array([worth[whole] - worth[whole & ~down(i, above)] for i in range(len(above))])


def interactions(worth: Worth, above: Above) -> dict[tuple[int, int], np.ndarray]:
    """The Shapley interaction index of each pair: what two do together beyond what each does without the other,
    averaged over all coalitions of the rest (Grabisch and Roubens 1999)."""
    n = len(above)
    found = {}
    for i, j in combinations(range(n), 2):
        rest = [k for k in range(n) if k not in (i, j)]
        total = np.zeros(np.shape(worth[0]))
        for size in range(n - 1):
            for others in combinations(rest, size):
                without, one, other, both = (worth[reduced(together([*others, *more]), above)] for more in ((), (i,), (j,), (i, j)))
                total = total + ((both - other) - (one - without)) / ((n - 1) * comb(n - 2, size))
        found[i, j] = total
    return found


def settled(order: Sequence[int], above: Above) -> list[int]:
    """The order with everyone after the one they hang on: of a player and those who hang on it, it takes the first place.

    All orders together give each order that can be equally often, so one by chance gives one by chance.

    >>> settled([2, 3, 0, 1], (None, None, 0, None))
    [0, 3, 2, 1]
    """
    found = list(order)
    for player in sorted(range(len(above)), key=lambda i: up(i, above).bit_count()):
        mine = down(player, above)
        places = [k for k, one in enumerate(found) if mine >> one & 1]
        line = [player, *(found[k] for k in places if found[k] != player)]
        for k, one in zip(places, line, strict=True):
            found[k] = one
    return found


def drawn_orders(pairs: int, above: Above, seed: int) -> list[tuple[list[int], list[int]]]:
    """Orders by chance in pairs, the second the first backwards (as far as can be): what one gives early the other gives late."""
    generator = np.random.default_rng(seed)
    permutations = [generator.permutation(len(above)).tolist() for _ in range(pairs)]
    return [(settled(one, above), settled(one[::-1], above)) for one in permutations]


def met(order: Sequence[int]) -> list[int]:
    """The coalitions through which an order comes.

    >>> met([1, 0])
    [0, 2, 3]
    """
    return [together(order[:k]) for k in range(len(order) + 1)]


def along(worth: Worth, order: Sequence[int]) -> np.ndarray:
    """What each player adds on coming in this order [player, …]."""
    value = np.zeros((len(order), *np.shape(worth[0])))
    path = met(order)
    for player, small, large in zip(order, path, path[1:], strict=False):
        value[player] = worth[large] - worth[small]
    return value
