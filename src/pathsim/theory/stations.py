"""One queue by itself: Poisson arrivals, first come first served unless priorities say otherwise.

Notation: `lam` arrivals per unit of time, `mean` the mean service time, `c` places;
rho = lam * mean / c is the share of the places in use. Wq is the mean wait before care
begins, Lq the mean number waiting; Little's law says Lq = (rate of those let in) * Wq.

Sources: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory (4th ed. 2008),
ch. 2, 3 and 5; Garnett, Mandelbaum, Reiman (2002) for Erlang-A.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Queue(NamedTuple):
    """A stationary queue nobody is turned away from and nobody leaves."""

    p_wait: float  # share who do not begin at once
    Wq: float
    Lq: float


class Limited(NamedTuple):
    """A queue with a limit: some are turned away. Wq is that of those let in."""

    p_block: float
    Wq: float
    Lq: float
    throughput: float


class Reneging(NamedTuple):
    """A queue people give up. Wq and p_wait are over all, served or not."""

    p_abandon: float
    Wq: float
    Lq: float
    p_wait: float


def erlang_b(c: int, load: float) -> float:
    """The share lost when all `c` places are taken and nobody waits (Erlang B).

    By the recursion in the number of places, which neither overflows nor cancels.

    >>> round(erlang_b(9, 8.1455), 3)
    0.181
    """
    lost = 1.0
    for n in range(1, c + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(c: int, load: float) -> float:
    """The share who wait when `c` places have an unlimited queue (Erlang C).

    Raises ValueError where the load does not fit into the places: there is no steady state.

    >>> round(erlang_c(5, 10 / 3), 5)
    0.32667
    """
    if load >= c:
        raise ValueError(f"no steady state: load {load:g} at {c} places")
    lost = erlang_b(c, load)
    return lost / (1 - load / c * (1 - lost))


def mmc(lam: float, mean: float, c: int) -> Queue:
    """M/M/c: exponential service, `c` places, one queue.

    >>> p_wait, Wq, Lq = mmc(lam=10, mean=1 / 3, c=5)
    >>> round(p_wait, 5), round(Wq, 5), round(Lq, 4)
    (0.32667, 0.06533, 0.6533)
    """
    p_wait = erlang_c(c, lam * mean)
    Wq = p_wait * mean / (c - lam * mean)
    return Queue(p_wait, Wq, lam * Wq)


def mm1(lam: float, mean: float) -> Queue:
    """M/M/1.

    >>> round(mm1(0.8, 1).Wq, 10)
    4.0
    """
    return mg1(lam, mean, cv2=1.0)


def md1(lam: float, mean: float) -> Queue:
    """M/D/1: everybody takes equally long, and the wait is half that of M/M/1.

    >>> round(md1(0.8, 1).Wq, 10)
    2.0
    """
    return mg1(lam, mean, cv2=0.0)


def mg1(lam: float, mean: float, cv2: float) -> Queue:
    """M/G/1 by Pollaczek and Khinchine: only mean and squared coefficient of variation count.

    >>> round(mg1(0.8, 1, cv2=0.5).Wq, 10)
    3.0
    """
    [Wq] = priority_mg1([(lam, mean, cv2)])
    return Queue(lam * mean, Wq, lam * Wq)


def priority_mg1(classes: Sequence[tuple[float, float, float]]) -> list[float]:
    """Mean waits at one place where more urgent classes go first but interrupt nobody (Cobham).

    `classes` is (lam, mean, cv2) of each class, the most urgent first.

    >>> [round(w, 6) for w in priority_mg1([(0.3, 1, 1), (0.5, 1, 1)])]
    [1.142857, 5.714286]
    """
    if sum(lam * mean for lam, mean, _ in classes) >= 1:
        raise ValueError("no steady state: the place is needed all the time or more")
    # what is left, on average, of the care in progress when somebody comes
    left = sum(lam * mean**2 * (1 + cv2) for lam, mean, cv2 in classes) / 2
    waits, before = [], 0.0
    for lam, mean, _ in classes:
        after = before + lam * mean
        waits.append(left / ((1 - before) * (1 - after)))
        before = after
    return waits


def birth_death(births: np.ndarray, deaths: np.ndarray) -> np.ndarray:
    """Stationary distribution over 0..n from the rates up (0..n-1) and down (1..n).

    Sums logarithms and subtracts the largest, so thousands of states do not overflow.

    >>> birth_death(np.array([1.0, 1.0]), np.array([2.0, 2.0])).round(4).tolist()
    [0.5714, 0.2857, 0.1429]
    """
    logs = np.concatenate([[0.0], np.cumsum(np.log(births) - np.log(deaths))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def mmck(lam: float, mean: float, c: int, K: int) -> Limited:
    """M/M/c/K: at most `K` in the system, the others are turned away. K = c is Erlang's loss system.

    >>> p_block, Wq, Lq, _ = mmck(lam=2.5, mean=1, c=3, K=6)
    >>> round(p_block, 6), round(Lq, 6), round(Wq, 6)
    (0.102417, 0.70053, 0.312185)
    """
    if c > K:
        raise ValueError(f"{c} places, but only {K} may be in the system")
    n = np.arange(K + 1)
    share = birth_death(np.full(K, float(lam)), np.minimum(n[1:], c) / mean)
    throughput = lam * (1 - float(share[K]))
    Lq = float(share @ np.maximum(n - c, 0))
    return Limited(float(share[K]), Lq / throughput, Lq, throughput)


def erlang_a(lam: float, mean: float, c: int, patience: float) -> Reneging:
    """Erlang-A, M/M/c+M: who waits gives up after an exponential patience of this mean.

    There is always a steady state. States are added until the rest cannot be seen in a float.

    >>> a = erlang_a(lam=5, mean=1, c=4, patience=2)
    >>> [round(x, 6) for x in (a.p_abandon, a.Lq, a.Wq, a.p_wait)]
    [0.259026, 2.590255, 0.518051, 0.820951]
    """
    states = c + 64
    while True:
        n = np.arange(1, states + 1)
        share = birth_death(
            np.full(states, float(lam)),
            np.minimum(n, c) / mean + np.maximum(n - c, 0) / patience,
        )
        if share[-1] * states < 1e-17:
            break
        states *= 2
    Lq = float(share[1:] @ np.maximum(n - c, 0))
    return Reneging(
        p_abandon=Lq / patience / lam,
        Wq=Lq / lam,
        Lq=Lq,
        p_wait=min(1.0, math.fsum(share[c:])),  # rounding may lead past 1
    )
