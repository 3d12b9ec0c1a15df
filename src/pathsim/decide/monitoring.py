"""Claim: a pilot should be stopped when one more look, with what it tells, is no longer worth what it costs.

What is watched is one number, the net benefit of a person-year: what the programme is worth less what it costs, against care without
it. It is normal by what was believed before; each look reports the mean of all that was seen until then with its standard error. At a look
the pilot can be stopped (nothing more is gained or lost) or continued: those in it have its benefit, good or bad, until the next look, the
pilot itself costs its running, and then the choice is there again with more known. At the last look, or at each where that is allowed, it
can be adopted: everybody has it until the horizon. Backward induction over the mean gives what continuing is worth, and so below which
mean to stop and above which to adopt. Money is not discounted.

Arrays have the beginning at 0, where nothing is seen, and then the looks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .sample_information import unit_loss

GRID = 601  # means at which continuing is valued
REACH = 7.0  # standard deviations of belief to either side of 0, beyond the prior mean
STOP, ADOPT, CONTINUE = "stop", "adopt", "continue"


class Pilot(NamedTuple):
    """years: of each look since the beginning. se: standard error of the net benefit of a person-year, of all that was seen until then.
    treated: person-years in the programme since the look before. running: what the pilot itself cost since then.
    people: who would have it if it is adopted, until `horizon` (years since the beginning); early: also before the last look."""

    years: np.ndarray
    se: np.ndarray
    treated: np.ndarray
    running: np.ndarray
    people: float
    horizon: float
    early: bool = False

    @property
    def at_stake(self) -> np.ndarray:
        """Person-years that are decided on at each look."""
        return self.people * np.maximum(self.horizon - self.years, 0.0)

    @property
    def may_adopt(self) -> np.ndarray:
        return (np.arange(len(self.years)) == len(self.years) - 1) | self.early

    @property
    def information(self) -> np.ndarray:
        """What has been seen until each look: one over the variance."""
        return 1.0 / self.se**2


class Belief(NamedTuple):
    """The net benefit of a person-year as it is believed to be: normal."""

    mean: float
    sd: float


class Rule(NamedTuple):
    """At each look: stop below `stop`, adopt from `adopt` on, continue between. grid, going_on: what continuing is worth by the mean [look, mean]."""

    stop: np.ndarray
    adopt: np.ndarray
    grid: np.ndarray
    going_on: np.ndarray


class Weighed(NamedTuple):
    """Draws after they were weighed by what was seen: their mean, the share that is worth it, and how many equal draws they amount to."""

    mean: float
    worth: float
    effective: float


def posterior(prior: Belief, seen: float, se: float) -> Belief:
    """What is believed after a report of all that was seen until now.

    >>> posterior(Belief(0.0, 1.0), 2.0, 1.0)
    Belief(mean=1.0, sd=0.7071067811865476)
    """
    before, now = 1.0 / prior.sd**2, 1.0 / se**2
    return Belief((before * prior.mean + now * seen) / (before + now), float((before + now) ** -0.5))


def weighed(draws: np.ndarray, seen: float, se: float) -> Weighed:
    """Draws of the net benefit, whatever their shape, by a normal likelihood: a check of what the normal belief says. Few effective draws check nothing.

    >>> weighed(np.array([-1.0, 1.0]), 0.0, 1.0)
    Weighed(mean=0.0, worth=0.5, effective=2.0)
    """
    distance = -0.5 * ((seen - draws) / se) ** 2
    weights = np.exp(distance - distance.max())
    weights /= weights.sum()
    return Weighed(float(weights @ draws), float(weights @ (draws > 0)), float(1.0 / (weights**2).sum()))


def spread_after(prior: Belief, pilot: Pilot) -> np.ndarray:
    """Standard deviation of belief at each look; it depends on no result."""
    return (1.0 / prior.sd**2 + pilot.information) ** -0.5


def rule(prior: Belief, pilot: Pilot) -> Rule:
    """When to stop, by backward induction."""
    sd, at_stake, last = spread_after(prior, pilot), pilot.at_stake, len(pilot.years) - 1
    grid = np.linspace(-1.0, 1.0, GRID) * (abs(prior.mean) + REACH * prior.sd)
    going_on = np.full((last + 1, GRID), -np.inf)  # after the last look there is nothing to go on to
    adopted = np.where(pilot.may_adopt[:, None], at_stake[:, None] * grid, -np.inf)
    value = np.maximum(adopted[last], 0.0)
    for look in range(last - 1, -1, -1):
        moves = np.sqrt(max(sd[look] ** 2 - sd[look + 1] ** 2, 0.0))
        going_on[look] = pilot.treated[look + 1] * grid - pilot.running[look + 1] + expected(value, grid, moves)
        value = np.maximum(np.maximum(going_on[look], adopted[look]), 0.0)
    stop = np.array([_rises(grid, row) for row in np.maximum(going_on, adopted)])
    adopt = np.array([max(_rises(grid, now - row), 0.0) for now, row in zip(adopted[:-1], going_on, strict=False)] + [0.0])
    return Rule(stop, np.maximum(adopt, stop), grid, going_on)


def expected(value: np.ndarray, grid: np.ndarray, moves: float) -> np.ndarray:
    """The expected value where the mean will have moved by a normal step from each point of the grid; exact for what is linear between the points,
    and beyond them as it is at the ends.

    >>> grid = np.array([-1.0, 0.0, 1.0])
    >>> [round(float(v), 4) for v in expected(np.maximum(grid, 0.0), grid, 1.0)]
    [0.0833, 0.3989, 1.0833]
    >>> [round(float(v), 4) for v in expected(2 * grid + 1, grid, 1.0)]
    [-1.0, 1.0, 3.0]
    """
    if moves <= 0:
        return value.copy()
    slopes = np.diff(value) / np.diff(grid)
    bends = np.diff(slopes)
    gains = moves * unit_loss((grid[None, 1:-1] - grid[:, None]) / moves)
    return value[0] + slopes[0] * (grid - grid[0]) + gains @ bends


def _rises(grid: np.ndarray, value: np.ndarray) -> float:
    """From where on a rising function is at least 0; −∞ where it always is, ∞ where it never is."""
    above = value >= 0
    if above[0] or not above.any():
        return -np.inf if above[0] else np.inf
    first = int(np.argmax(above))
    low, high = value[first - 1], value[first]
    return float(grid[first - 1] - low * (grid[first] - grid[first - 1]) / (high - low))


def to_the_end(pilot: Pilot) -> Rule:
    """The rule of a pilot that nobody watches: all looks, and then adopt what seems better."""
    last = np.arange(len(pilot.years)) == len(pilot.years) - 1
    return Rule(np.where(last, 0.0, -np.inf), np.where(last, 0.0, np.inf), np.zeros(0), np.zeros((len(last), 0)))


def advice(rule: Rule, look: int, mean: float) -> str:
    """What to do at a look."""
    return STOP if mean < rule.stop[look] else ADOPT if mean >= rule.adopt[look] else CONTINUE


def monitor(prior: Belief, pilot: Pilot, seen: np.ndarray, draws: np.ndarray | None = None) -> pd.DataFrame:
    """One row a look from the beginning on, as far as something was seen. `seen`: net benefit of a person-year, of all that was seen until each look.

    choice: what it is worth to choose at the next look and not now; waiting: what the pilot costs until then; gain: the one less the other.
    p_good_end: the probability that at the last look the mean will be above 0.
    """
    by = rule(prior, pilot)
    at_stake, end = pilot.at_stake, spread_after(prior, pilot)[-1]
    lines = []
    for look in range(len(seen) + 1):
        figure, se = (seen[look - 1], pilot.se[look]) if look else (np.nan, np.inf)
        now = posterior(prior, figure, se) if look else prior
        to_move = np.sqrt(max(now.sd**2 - end**2, 0.0))
        waiting = gain = np.nan
        if look + 1 < len(pilot.years):
            waiting = pilot.running[look + 1] - pilot.treated[look + 1] * now.mean
            gain = _value(by, look, now.mean) - max(at_stake[look] * now.mean * pilot.may_adopt[look], 0.0)
        checked = weighed(draws, figure, se) if draws is not None and look else None
        lines.append({
            "look": look, "years": pilot.years[look], "seen": figure, "se": se, "mean": now.mean, "sd": now.sd,
            "low": now.mean - 1.96 * now.sd, "high": now.mean + 1.96 * now.sd, "p_worth": float(ndtr(now.mean / now.sd)),
            "p_good_end": float(ndtr(now.mean / to_move)) if to_move > 0 else float(now.mean > 0),
            "stop_below": by.stop[look], "adopt_from": by.adopt[look], "choice": gain + waiting, "waiting": waiting, "gain": gain,
            "p_worth_draws": checked.worth if checked else np.nan, "effective_draws": checked.effective if checked else np.nan,
            "advice": advice(by, look, now.mean),
        })
    return pd.DataFrame(lines)


def _value(by: Rule, look: int, mean: float) -> float:
    """What continuing is worth at a mean, also beyond the grid."""
    grid, row = by.grid, by.going_on[look]
    if grid[0] <= mean <= grid[-1]:
        return float(np.interp(mean, grid, row))
    near, next_ = (0, 1) if mean < grid[0] else (-1, -2)
    return float(row[near] + (row[near] - row[next_]) / (grid[near] - grid[next_]) * (mean - grid[near]))


class Simulated(NamedTuple):
    """Of each simulated pilot: the look at which it ended, whether it was adopted, and what came of it in money."""

    end: np.ndarray
    adopted: np.ndarray
    payoff: np.ndarray


def simulate(
    by: Rule, prior: Belief, pilot: Pilot, true: np.ndarray | float, seed: int, pilots: int = 4000, lasting: np.ndarray | float | None = None
) -> Simulated:
    """Pilots that have begun, under a rule. `true`: the net benefit of a person-year: a number, one for each pilot [pilot, 1], or one of all
    that has been until each look [look]. `lasting`: what it is if it is adopted; by default the last of `true`."""
    looks = len(pilot.years) - 1
    information = pilot.information[1:]
    truth = np.broadcast_to(np.asarray(true, dtype=float), (pilots, looks))
    gained = np.diff(information, prepend=0.0)
    score = np.diff(truth * information, axis=1, prepend=0.0)
    score = np.cumsum(score + np.sqrt(gained) * np.random.default_rng(seed).standard_normal((pilots, looks)), axis=1)
    mean = (prior.mean / prior.sd**2 + score) / (1.0 / prior.sd**2 + information)
    ended = (mean < by.stop[1:]) | (mean >= by.adopt[1:])
    end = np.where(ended.any(axis=1), ended.argmax(axis=1), looks - 1)
    rows = np.arange(pilots)
    adopted = mean[rows, end] >= by.adopt[1:][end]
    had = np.cumsum(pilot.treated[1:])[None, :] * truth - np.cumsum(pilot.running[1:])
    later = truth[:, -1] if lasting is None else np.broadcast_to(np.asarray(lasting, dtype=float), (pilots,))
    return Simulated(end + 1, adopted, had[rows, end] + adopted * pilot.at_stake[1:][end] * later)


def characteristics(by: Rule, prior: Belief, pilot: Pilot, effects: list[float], seed: int, pilots: int = 4000) -> pd.DataFrame:
    """How the rule does where the true net benefit of a person-year is this: stopped, adopted, wrongly so, when it ended, and what is lost
    against who had known it from the beginning."""
    lines = []
    for true in effects:
        found = simulate(by, prior, pilot, true, seed, pilots)
        years, stopped = pilot.years[found.end], float(1 - found.adopted.mean())
        knowing = max(pilot.at_stake[0] * true, 0.0)
        lines.append({
            "true": true, "stopped": stopped, "adopted": 1 - stopped, "false_stop": stopped if true > 0 else 0.0, "false_go": 1 - stopped if true < 0 else 0.0,
            "years": years.mean(), "years_10": np.quantile(years, 0.1), "years_90": np.quantile(years, 0.9), "at_first_look": float((found.end == 1).mean()),
            "payoff": found.payoff.mean(), "loss": knowing - found.payoff.mean(), "payoff_se": found.payoff.std(ddof=1) / np.sqrt(pilots),
        })
    return pd.DataFrame(lines)
