"""Claim: a local figure moves the one level it is tied to, and how near that comes is judged on luck that fitted nothing.

Levels move on the log scale (a share on log odds). Each figure is simulated with every level moved a little, for the same citizens
with the same luck, which gives the slopes; then all levels take the step that the slopes ask for, and what is seen there corrects the
slopes (Broyden's secant rule), until the mean of the years simulated is the local figure, to its standard error, or three steps are
done. The local figure is one year of one place: it is within noise if it is as near to the model's mean as 95 of 100 single years of
the model itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ...contacts.indicators import indicators
from ...faults import Fault, Faults
from ...inputs.quantities import Parameter, applied
from ...language import care_models, read_system
from ...plan import lay_out
from ...study.citizens import citizens_of, inhabitants_of
from ...study.compose import Composed
from ...study.engines import get_ready
from ...study.pool import cores
from ...study.run import encode, simulate_plan
from ...study.settings import YEAR
from .levels import LEVELS, Level

MOVED = 0.25  # of each level, to see its slope
STEPS, FARTHEST, LONGEST = 3, 1.5, 0.7  # how many; how far a level may lie from Esbjerg's, and one step reach, on the log scale
SURE = 0.1  # a step that is shorter says more of chance than of the slopes
PEOPLE = 400_000  # person-years simulated at a point, but
FEWEST, MOST = 6, 24  # replications
FRESH = 1_000_000  # the first replication of those that fit nothing
NEAR = 0.01  # relative: as good as met


class Fitted(NamedTuple):
    """x: each level's move. table: per figure its local value, the model before and after, one year's chance, and a verdict. runs: simulated."""

    x: dict[str, float]
    table: pd.DataFrame
    runs: int


class Place:
    """A region that is simulated again and again with its levels moved, under the first care model."""

    def __init__(self, composed: Composed, names: list[str]):
        self.settings, self.levels = composed.settings, {name: LEVELS[name] for name in names}
        self.model = next(iter(care_models(composed.raw)))
        self.raw = {key: part for key, part in composed.raw.items() if key not in ("evidence", "levers", "care_models", "costs")}
        system = read_system(composed.raw, self.model)
        self.citizens = citizens_of({self.model: system}, self.settings, composed.folder)
        self.inhabitants = sum(inhabitants_of(self.settings.synthesis).values())
        self.runs = 0
        get_ready(lay_out(system, self.settings.days), self.settings.engine)

    @property
    def moves(self) -> dict[str, Parameter]:
        return {name: level.moves for name, level in self.levels.items()}

    def seen(self, x: np.ndarray, first: int, number: int) -> np.ndarray:
        """[replication, figure] with the levels at x."""
        system = read_system(applied(self.raw, self.moves, dict(zip(self.levels, x.tolist(), strict=True))))
        plan = lay_out(system, self.settings.days)
        people = encode(plan, self.citizens)

        def one(replication: int) -> list[float]:
            settings = self.settings
            run = simulate_plan(plan, system, settings.seed, replication, settings.warm_up * YEAR, people, settings.engine)
            table = indicators(run).set_index(["indicator", "group", "level"])["value"]
            return [_figure(table, level, self.inhabitants) for level in self.levels.values()]

        with ThreadPoolExecutor(self.settings.workers or cores()) as pool:
            found = list(pool.map(one, range(first, first + number)))
        self.runs += number
        return np.array(found)


def _figure(table: pd.Series, level: Level, inhabitants: int) -> float:
    value = float(table.get((level.indicator, *level.group), math.nan))
    return level.times * value / (inhabitants if level.per_inhabitant else 1)


def fit(composed: Composed, local: Mapping[str, float], say: Callable[[str], None] = lambda text: None, replications: int | None = None) -> Fitted:
    """The levels fitted to local figures, name → value. Raises Faults where there is too little to fit to."""
    place = Place(composed, list(local))
    target = np.log(np.array(list(local.values())))
    number = replications or min(max(round(PEOPLE / place.inhabitants), FEWEST), MOST)
    few = max(2, number // 2)
    say(f"{number} replications of each point; slopes of {len(local)} levels")
    x = np.zeros(len(local))
    seen = place.seen(x, 0, number)
    start = _log_mean(place, seen[:few])
    slopes = np.column_stack([(_log_mean(place, place.seen(MOVED * unit, 0, few)) - start) / MOVED for unit in np.eye(len(local))])
    for step in range(STEPS):
        level = _log_mean(place, seen)
        if np.all(np.abs(target - level) < np.maximum(NEAR, _error(seen))):
            break
        say(f"step {step + 1} of at most {STEPS}")
        move = np.clip(np.linalg.lstsq(slopes, target - level, rcond=1e-3)[0], -LONGEST, LONGEST)
        move = np.clip(x + move, -FARTHEST, FARTHEST) - x
        x, seen = x + move, place.seen(x + move, 0, number)
        if np.abs(move).max() > SURE:
            slopes = slopes + np.outer(_log_mean(place, seen) - level - slopes @ move, move) / (move @ move)
    say("how near it comes, on fresh luck")
    before, after = (place.seen(point, FRESH, number) for point in (np.zeros(len(local)), x))
    return Fitted(dict(zip(local, x.tolist(), strict=True)), _table(local, before, after, x), place.runs)


def _log_mean(place: Place, seen: np.ndarray) -> np.ndarray:
    """Raises Faults for a figure that the model can't show: nobody of that kind, in all years together."""
    mean = _mean(seen)
    faults = [
        Fault(f"indicators.{name}", f"{value:g} in {len(seen)} simulated years: too few people to fit it to. Leave it empty")
        for name, value in zip(place.levels, mean.tolist(), strict=True) if not value > 0
    ]
    if faults:
        raise Faults(faults)
    return np.log(mean)


def _mean(seen: np.ndarray) -> np.ndarray:
    """Over the years that have the figure."""
    there = ~np.isnan(seen)
    return np.where(there, seen, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)


def _error(seen: np.ndarray) -> np.ndarray:
    """The standard error of the logarithm of each mean: nearer than that, chance would be fitted."""
    return np.nanstd(seen, axis=0, ddof=1) / math.sqrt(len(seen)) / _mean(seen)


def _table(local: Mapping[str, float], before: np.ndarray, after: np.ndarray, x: np.ndarray) -> pd.DataFrame:
    """chance: how far a single year may lie from the model's mean (95 per cent), the mean's own uncertainty included."""
    rows = []
    for i, (name, value) in enumerate(local.items()):
        years = after[:, i][~np.isnan(after[:, i])]
        n = len(years)
        chance = stats.t.ppf(0.975, n - 1) * years.std(ddof=1) * math.sqrt(1 + 1 / n) if n > 1 else math.inf
        gap = abs(value - years.mean())
        verdict = "within noise" if gap <= chance else "missed: the level is as far as it may go" if abs(x[i]) >= FARTHEST else "missed"
        rows.append((name, value, float(_mean(before)[i]), float(years.mean()), float(chance), verdict, LEVELS[name].moves.level(x[i])))
    return pd.DataFrame(rows, columns=["figure", "local", "before", "after", "chance", "verdict", "moved"])
