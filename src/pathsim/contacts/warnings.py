"""Claim: three signs in the record say that its averages should not be believed.

Work offered is as much as the places can do and nobody gives up: then the queue grows for ever
and every mean depends on the length of the run. The census is still settling after the warm-up
(MSER-5, White 1997, on the daily census with week and season taken out). Many still wait at the
horizon: their waits are cut short, so the mean wait is too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pathsim.contacts.occupancy import daily_census, in_use
from pathsim.contacts.places import code, is_at, of_unit, pools, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, HOUR

MANY_WAITING = 0.05  # of those who asked: the mean wait is then visibly too low
FEW = 20  # contacts, below which a load is not estimated
MATTERS = 0.01  # a census moved by less does not change a conclusion
BATCH = 5
YEAR_DAYS, WEEK_DAYS, MONTHS = 365, 7, 12

TEXT = {
    "overload": (
        "{where}: the work offered ({value:.2f}) is as much as the places ({limit:g}), and nobody gives "
        "up: the queue grows for as long as the run. Add places or a patience",
        "{where}: den efterspurgte behandling ({value:.2f}) fylder lige så meget som pladserne ({limit:g}), "
        "og ingen giver op: køen vokser, så længe kørslen varer. Tilføj pladser eller en tålmodighed",
    ),
    "warm_up": (
        "the census settles only after {value:.0f} days, and the warm-up is {limit:.0f} days. Make it longer",
        "belægningen falder først til ro efter {value:.0f} dage, og indkøringen er {limit:.0f} dage. Gør den længere",
    ),
    "waiting": (
        "{where}: {value:.0%} of those who asked still wait at the end, so the mean wait is too low",
        "{where}: {value:.0%} af dem, der bad om en plads, venter endnu ved slutningen, så gennemsnitsventetiden er for lav",
    ),
}


@dataclass(frozen=True)
class Caution:
    """What was found: code (overload, warm_up, waiting), unit and pool ("" for all), number, limit."""

    code: str
    unit: str
    pool: str
    value: float
    limit: float

    def text(self, language: str = "en") -> str:
        """In words, English or Danish."""
        where = f"{self.unit}, {self.pool}" if self.pool else self.unit
        said = TEXT[self.code][language == "da"]
        return said.format(where=where, value=self.value, limit=self.limit)


def warnings(run: Run) -> list[Caution]:
    """All warnings about a run, units in their order."""
    return overloaded(run) + short_warm_up(run) + still_waiting(run)


def overloaded(run: Run) -> list[Caution]:
    """Units, or pools of one, where arrivals x mean time in place >= places while open."""
    table = _by_pool(run)
    described, found = run.meta.get("units", {}), []
    open_share = dict(zip(units(run)["unit"], units(run)["open_share"], strict=True))
    for row in table.itertuples():
        places = pools(described.get(row.unit, {}))
        limit = places.get(row.pool, sum(places.values())) * open_share[row.unit]
        load = row.asked / run.window.length * row.mean_time
        if row.served >= FEW and row.lost == 0 and load >= limit > 0:
            found.append(Caution("overload", row.unit, row.pool, float(load), float(limit)))
    return found


def still_waiting(run: Run) -> list[Caution]:
    """Units, or pools of one, where more than 5 % of those who asked in the window still wait."""
    table = _by_pool(run)
    table = table.assign(share=table["waiting"] / table["asked"])
    many = table[(table["share"] > MANY_WAITING) & (table["asked"] >= FEW)]
    return [Caution("waiting", r.unit, r.pool, float(r.share), MANY_WAITING) for r in many.itertuples()]


def _by_pool(run: Run) -> pd.DataFrame:
    """Per unit and pool, of those who asked in the window: asked, served, mean_time (ms), lost, waiting."""
    rows = run.contacts
    come = is_at(run) & ~rows["from_start"].to_numpy() & run.window.happens(rows["asked"])
    some = rows[come]
    begun, back = some["begun"].to_numpy(), some["given_back"].to_numpy()
    served = (begun >= 0) & (back >= 0)
    many_pools = {u for u, unit in run.meta.get("units", {}).items() if len(pools(unit)) > 1}
    pooled = some["unit"].isin(many_pools) & some["pool"].notna()
    frame = pd.DataFrame(
        {
            "unit": some["unit"],
            "pool": some["pool"].astype(object).where(pooled, ""),
            "asked": 1,
            "served": served,
            "time": np.where(served, back - begun, 0),
            "lost": some["how"].isin(["gave_up", "refused"]),
            "waiting": (begun < 0) & (some["ended"].to_numpy() < 0),
        }
    )
    table = frame.groupby(["unit", "pool"], observed=True, sort=True).sum(numeric_only=True).reset_index()
    return table.assign(unit=table["unit"].astype(str), mean_time=table["time"] / table["served"].clip(lower=1))


def short_warm_up(run: Run) -> list[Caution]:
    """Whether MSER-5 would cut more than the warm-up, and the difference matters (1 % of the mean)."""
    window = run.window
    days, warm_up = window.end // DAY, -(-window.start // DAY)
    rows, table = in_use(run), units(run)
    if table["bed"].any():
        rows = rows[of_unit(code(run)[rows], table["bed"], False)]
    if not len(rows) or days - warm_up < 4 * BATCH:
        return []
    present = daily_census(run.contacts["begun"].to_numpy()[rows], run.released[rows], days)
    settled = without_season(present, warm_up)
    cut = mser5(settled)
    if cut <= warm_up:
        return []
    shift = abs(settled[warm_up:].mean() - settled[cut:].mean())
    if shift <= MATTERS * present[cut:].mean():
        return []
    return [Caution("warm_up", "", "", float(cut), window.start / HOUR / 24)]


def without_season(present: np.ndarray, warm_up: int) -> np.ndarray:
    """The daily census without the week's pattern and, from whole measured years, the year's.

    A pattern is learnt from whole periods after the warm-up, and the year's only where there is a
    second year to tell it from settling. With one measured year, settling that lasts into that
    year passes for season: measure two to be sure.
    """
    measured, rest = present[warm_up:], present.astype(float)
    years = len(measured) // YEAR_DAYS if len(present) >= 2 * YEAR_DAYS else 0
    day = np.arange(-warm_up, len(measured))
    patterns = [((day % YEAR_DAYS) * MONTHS // YEAR_DAYS, years * YEAR_DAYS)] if years else []
    patterns.append((day % WEEK_DAYS, len(measured) // WEEK_DAYS * WEEK_DAYS))
    for pattern, whole in patterns:
        if not whole:
            continue
        known = slice(warm_up + len(measured) - whole, None)
        mean = np.bincount(pattern[known], rest[known]) / np.bincount(pattern[known])
        rest = rest - mean[pattern] + rest[known].mean()
    return rest


def mser5(series: np.ndarray) -> int:
    """How many values to cut: the cut that makes the standard error of the rest least, in batches
    of five, at most half of the series.

    >>> mser5(np.append(np.linspace(50, 1, 50), np.tile([0.0, 1.0], 100)))
    50
    """
    batches = len(series) // BATCH
    means = series[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    left = np.arange(batches, 0, -1)
    total, squares = np.cumsum(means[::-1])[::-1], np.cumsum(means[::-1] ** 2)[::-1]
    error = (squares - total**2 / left) / left**2
    return int(np.argmin(error[: batches // 2 + 1])) * BATCH
