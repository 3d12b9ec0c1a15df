"""Several queues together, and wards that are never full.

Poisson arrivals, exponential service and routing by chance make an open Jackson network:
in the long run each unit behaves as an M/M/c of its own at the rate of its traffic, even
where patients come back. Where a place is kept until the next is free (a delayed discharge)
that is no longer so, and the small Markov chain is solved instead.

Sources: Jackson (1957); Gross et al. (2008) ch. 4; Avi-Itzhak & Yadin (1965) for blocking.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import sparse, stats
from scipy.sparse.linalg import spsolve

from pathsim.theory.stations import Queue, erlang_b, mmc


def poisson_occupancy(load: float, n: int) -> float:
    """P(N = n) where there is always a place: Poisson(load), whatever the distribution of the stay.

    >>> round(poisson_occupancy(8.1455, 9), 4)
    0.1262
    """
    return float(stats.poisson.pmf(n, load))


def poisson_tail(load: float, n: int) -> float:
    """P(N >= n), the share of time with at least `n` in unlimited beds.

    >>> round(poisson_tail(8.1455, 9), 3)
    0.428
    """
    return float(stats.poisson.sf(n - 1, load))


def poisson_excess(load: float, n: int) -> float:
    """E(N - n)+, the mean number over `n` in unlimited beds.

    >>> round(poisson_excess(2.5, 6), 5)
    0.01993
    """
    return load * poisson_tail(load, n) - n * poisson_tail(load, n + 1)


def share_full(load: float, n: int) -> float:
    """P(N = n | N <= n) of unlimited beds: how often `n` beds would be just full; it is Erlang B.

    >>> round(share_full(9.7182, 14), 3)
    0.05
    """
    return erlang_b(n, load)


def jackson_tandem(lam: float, stations: list[tuple[float, int]]) -> list[Queue]:
    """M/M/c queues one after the other, each (mean, c), with room between: each as if alone.

    >>> [round(q.Wq, 4) for q in jackson_tandem(0.5, [(1, 1), (3, 2)])]
    [1.0, 3.8571]
    """
    return [mmc(lam, mean, c) for mean, c in stations]


class Loop(NamedTuple):
    """The readmission loop in the long run, per unit of the time its rates are given in."""

    admissions: float  # per unit of time, first ones and readmissions
    rho: float  # share of the beds in use
    p_wait: float
    Wq: float
    bed_days: float  # per patient, over all their stays
    home_census: float  # mean number at home who will come back
    share_30: float  # readmitted within 30 d of discharge (or `within`)


def readmission_loop(
    lam: float, los: float, p: float, home: float, beds: int, within: float = 30.0
) -> Loop:
    """First admissions Poisson(lam), stay Exp(los), with chance p back after Exp(home), else gone.

    `within` is the window of a readmission, in the same unit of time (30 d by default). Time
    to readmission runs to the request, so the queue for a bed does not shorten it.

    >>> loop = readmission_loop(lam=10, los=5, p=0.2, home=15, beds=75)
    >>> round(loop.Wq, 5), loop.bed_days, round(loop.share_30, 5)
    (0.03354, 6.25, 0.17293)
    """
    admissions = lam / (1 - p)
    queue = mmc(admissions, los, beds)
    return Loop(
        admissions=admissions,
        rho=admissions * los / beds,
        p_wait=queue.p_wait,
        Wq=queue.Wq,
        bed_days=los / (1 - p),
        home_census=admissions * p * home,
        share_30=-p * math.expm1(-within / home),
    )


def bed_days_saved(los: float, p: float, less: float) -> float:
    """Bed-days per patient spared by a care model that readmits with chance p - less, not p.

    Nothing else differs, so this is exact, whatever the number of beds.

    >>> bed_days_saved(los=5, p=0.20, less=0.0)
    0.0
    >>> round(bed_days_saved(los=5, p=0.20, less=0.02), 5)
    0.15244
    """
    return los * (1 / (1 - p) - 1 / (1 - p + less))


class BlockedTandem(NamedTuple):
    """Two single places with nothing between them, in the long run."""

    limit: float  # throughput if there were always somebody waiting for the first
    Wq: float  # wait for the first place
    Lq: float
    p_blocked: float  # share who, when done at the first, find the second taken
    blocked: float  # mean time spent in the first place after being done there
    in_first: float  # mean number who have the first place, blocked ones too


def blocked_tandem(lam: float, first: float, second: float) -> BlockedTandem:
    """M/M/1 -> M/M/1 with no room between: who is done at the first stays until the second is free.

    `first`, `second`: mean service times. Solves the chain of (number at the first, phase) with
    the queue cut where it is never seen, the cut doubled until it does not matter.
    Raises ValueError at or above the throughput limit 1 / E max(two services).

    >>> blocked_tandem(0.5, 1, 1).limit
    0.6666666666666666
    >>> b = blocked_tandem(0.5, 1, 1)
    >>> round(b.Wq, 4), round(b.blocked, 10)
    (3.2, 0.4)
    """
    limit = 1 / (first + second - 1 / (1 / first + 1 / second))
    if lam >= limit:
        raise ValueError(f"no steady state: {lam:g} come, at most {limit:g} get through")
    levels, old, Lq = 64, -1.0, 0.0
    while abs(Lq - old) > 1e-11 * (1 + Lq):
        share = _tandem_shares(lam, 1 / first, 1 / second, levels)
        old, Lq = Lq, float(share.sum(axis=1)[1:] @ np.arange(levels - 1))
        levels *= 2
    busy = float(share[1:, 1].sum())  # both at work
    stuck = float(share[:, 2].sum())
    return BlockedTandem(
        limit=limit,
        Wq=Lq / lam,
        Lq=Lq,
        p_blocked=busy / first / lam,
        blocked=stuck / lam,
        in_first=float(share[1:].sum()),
    )


def _tandem_shares(lam: float, mu1: float, mu2: float, levels: int) -> np.ndarray:
    """Stationary shares [number at the first, phase]: 0 second idle, 1 second at work, 2 blocked."""

    def at(n: np.ndarray, phase: int) -> np.ndarray:
        return 3 * n + phase

    n, some, last = np.arange(levels), np.arange(1, levels), np.arange(levels - 1)
    moves = [
        *((at(last, phase), at(last + 1, phase), lam) for phase in (0, 1, 2)),
        (at(some, 0), at(some - 1, 1), mu1),  # done at the first, moves on
        (at(some, 1), at(some, 2), mu1),  # done at the first, must stay
        (at(n, 1), at(n, 0), mu2),  # done at the second
        (at(some, 2), at(some - 1, 1), mu2),  # done at the second, the blocked one follows
    ]
    rows = np.concatenate([source for source, _, _ in moves])
    columns = np.concatenate([target for _, target, _ in moves])
    rates = np.concatenate([np.full(len(source), rate) for source, _, rate in moves])
    size = 3 * levels
    flow = sparse.coo_array((rates, (columns, rows)), shape=(size, size)).tocsr()
    balance = (flow - sparse.diags_array(flow.sum(axis=0))).tolil()
    # (nobody, blocked) cannot be; and one balance equation is the sum of the others
    balance[2, :] = 0
    balance[2, 2] = 1
    balance[0, :] = 1
    balance[0, 2] = 0
    right = np.zeros(size)
    right[0] = 1
    return spsolve(balance.tocsc(), right).reshape(levels, 3)
