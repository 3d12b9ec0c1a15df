"""The readmission loop as a register would count it.

Registers do not count every contact. Contacts at most 4 h apart are one stay; a stay of
12 h or more is an admission; a readmission is the next admission within 30 d of discharge.
So some stays vanish, some are joined, and a raw share of readmissions is not the official
one. Both are exact for exponential stays and times at home; here is how they differ.
"""

from typing import NamedTuple

import numpy as np

HOUR = 1 / 24


class OfficialLoop(NamedTuple):
    """What the rules leave of the readmission loop in the long run."""

    stays: float  # per day, after joining
    share_counted: float  # share of these stays that are admissions
    share_short: float  # share of single contacts shorter than the rule, before joining
    admissions: float  # per day
    share_30: float  # share of admissions followed by another within the window


def official_loop_theory(
    lam: float,
    los: float,
    p: float,
    home: float,
    *,
    joined: float = 4 * HOUR,
    counted: float = 12 * HOUR,
    within: float = 30.0,
    p_wait: float = 0.0,
    delay: float = 1.0,
    steps_per_hour: int = 4,
) -> OfficialLoop:
    """First admissions Poisson(lam) a day, stay Exp(los d), with chance p back after Exp(home d).

    Time between contacts runs from discharge to the next bed. With chance `p_wait` a bed is
    waited for, Exp(delay) d, independent of the time at home (in M/M/N: Erlang C, and
    los / (N - load)); by default a bed is free at once.

    A stay is a chain of contacts: with chance q = p P(gap <= 4 h) another is joined on. The
    length of the chain obeys the renewal equation F = (1 - q) G + G * k * F (G the stay, k the
    density of a gap that joins), the share readmitted within T a Volterra equation, since a
    stay that is no admission may be followed by one that is. Both are solved on a grid by the
    trapezoidal rule and extrapolated to none (Richardson): errors are below 1e-6.

    >>> official = official_loop_theory(lam=10, los=5, p=0.2, home=15)
    >>> round(official.share_short, 3), round(official.share_counted, 4), round(official.share_30, 4)
    (0.095, 0.905, 0.1568)
    """

    for rule in (joined, counted, within):
        steps = rule / HOUR * steps_per_hour
        if steps < 2 or abs(steps - round(steps)) > 1e-9 * steps:
            raise ValueError(f"a rule of {rule:g} d is no whole number of steps of the grid (two or more)")

    def solve(steps: int) -> np.ndarray:
        return _solve(los, p, home, joined, counted, within, p_wait, delay, steps)

    fine, coarse = solve(2 * steps_per_hour), solve(steps_per_hour)
    q, share_counted, share_30 = (4 * fine - coarse) / 3
    stays = lam / (1 - p) * (1 - q)
    return OfficialLoop(
        stays=float(stays),
        share_counted=float(share_counted),
        share_short=float(-np.expm1(-counted / los)),
        admissions=float(stays * share_counted),
        share_30=float(share_30),
    )


def _solve(los, p, home, joined, counted, within, p_wait, delay, steps_per_hour) -> np.ndarray:
    """(q, share counted, share readmitted) on a grid; the rules must be whole numbers of steps."""
    h = HOUR / steps_per_hour
    n_joined, n_counted, n_within = (round(t / h) for t in (joined, counted, within))
    t = np.arange(n_within + 1) * h
    gap = p * _gap_density(t, home, p_wait, delay)
    cdf = -np.expm1(-t / los)

    # Up to `counted` hours: how long a chain lasts, F = single + links * F
    short = slice(0, n_counted + 1)
    joins = np.where(t <= joined, gap, 0.0)
    q = np.trapezoid(gap[: n_joined + 1], dx=h)
    joins[n_joined] /= 2  # the trapezoid of a function that ends there
    links = _convolve(joins[short], np.exp(-t[short] / los) / los, h)
    F = _volterra((1 - q) * cdf[short], links, h)
    share_counted = 1 - F[-1]

    # Up to 30 d: the next gap does not join; a stay that is no admission leaves another chance
    parts = np.where(t > joined, gap, 0.0) / (1 - q)
    parts[n_joined] = gap[n_joined] / (1 - q) / 2
    length = np.zeros_like(t)
    length[short] = np.gradient(F, h, edge_order=2)
    length[n_counted] /= 2
    first = share_counted * _integral(parts, h)
    # the gap's density jumps at 4 h, the stay's at 12 h; both are halved at the jump
    again = _convolve(parts, length, h)
    return np.array([q, share_counted, _volterra(first, again, h)[-1]])


def _gap_density(t: np.ndarray, home: float, p_wait: float, delay: float) -> np.ndarray:
    """Density of the time at home, plus the wait for a bed if there is one."""
    alone = np.exp(-t / home) / home
    if abs(home - delay) < 1e-9 * home:
        both = t * np.exp(-t / home) / home**2
    else:
        both = (np.exp(-t / home) - np.exp(-t / delay)) / (home - delay)
    return (1 - p_wait) * alone + p_wait * both


def _integral(f: np.ndarray, h: float) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum((f[1:] + f[:-1]) / 2 * h)])


def _convolve(f: np.ndarray, g: np.ndarray, h: float) -> np.ndarray:
    """(f * g)(t) on the grid by the trapezoidal rule."""
    full = np.convolve(f, g)[: len(f)]
    return h * (full - (f[0] * g + f * g[0]) / 2)


def _volterra(known: np.ndarray, kernel: np.ndarray, h: float) -> np.ndarray:
    """Solve x = known + kernel * x. The kernel is small, so putting x in again and again ends."""
    x = known
    for _ in range(200):
        new = known + _convolve(kernel, x, h)
        if np.abs(new - x).max() < 1e-14:
            return new
        x = new
    raise ArithmeticError("the renewal equation does not settle")
