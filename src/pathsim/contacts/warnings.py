"""Claim: three signs in the record say that its averages should not be believed.

Work offered is as much as the places can do and nobody gives up: then the queue grows for ever
and every mean depends on the length of the run. The census is still settling after the warm-up
(MSER-5, White 1997, on the daily census with week and season taken out). Many still wait at the
horizon: their waits are cut short, so the mean wait is too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pathsim.contacts.census import Daily
from pathsim.contacts.counted import Counted, whole_sums
from pathsim.contacts.occupancy import used
from pathsim.contacts.once import once
from pathsim.contacts.places import code, is_at, of_unit, pools, says, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import DAY, HOUR

MANY_WAITING = 0.05  # of those who asked: the mean wait is then visibly too low
FEW = 20  # contacts, below which a load is not estimated
ASKED = ("asked", "served", "time", "lost", "waiting")
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


class Signs:
    """What warnings are read from, of one block after another: who asked by unit and pool, and the daily census."""

    def __init__(self) -> None:
        self._asked = Counted(len(ASKED), int)  # by unit (code) and pool
        self._daily: Daily | None = None

    def add(self, run: Run) -> None:
        self._units, self._described, self._window = units(run), run.meta.get("units", {}), run.window
        self._asked.add(*_by_pool(run))
        self._daily = self._daily or Daily(0, run.window.end // DAY)
        unit, begin, end = used(run)
        if self._units["bed"].any():
            beds = of_unit(unit, self._units["bed"], False)
            begin, end = begin[beds], end[beds]
        self._daily.add(begin, end)

    def found(self) -> list[Caution]:
        """All warnings, units in their order."""
        return self.overloaded() + self.short_warm_up() + self.still_waiting()

    def overloaded(self) -> list[Caution]:
        """Units, or pools of one, where arrivals x mean time in place >= places while open."""
        found = []
        for unit, pool, asked, served, time, lost, _ in self._pools():
            row = self._units.iloc[unit]
            places = pools(self._described.get(row["unit"], {}))
            limit = places.get(pool, sum(places.values())) * row["open_share"]
            load = asked / self._window.length * (time / max(served, 1))
            if served >= FEW and lost == 0 and load >= limit > 0:
                found.append(Caution("overload", row["unit"], pool, float(load), float(limit)))
        return found

    def still_waiting(self) -> list[Caution]:
        """Units, or pools of one, where more than 5 % of those who asked in the window still wait."""
        names = self._units["unit"]
        many = [row for row in self._pools() if row[2] >= FEW and row[6] / row[2] > MANY_WAITING]
        return [Caution("waiting", names[unit], pool, float(waiting / asked), MANY_WAITING) for unit, pool, asked, *_, waiting in many]

    def short_warm_up(self) -> list[Caution]:
        """Whether MSER-5 would cut more than the warm-up, and the difference matters (1 % of the mean)."""
        window, present = self._window, self._daily.present()
        warm_up = -(-window.start // DAY)
        if not self._daily.any or self._daily.days - warm_up < 4 * BATCH:
            return []
        settled = without_season(present, warm_up)
        cut = mser5(settled)
        if cut <= warm_up:
            return []
        shift = abs(settled[warm_up:].mean() - settled[cut:].mean())
        if shift <= MATTERS * present[cut:].mean():
            return []
        return [Caution("warm_up", "", "", float(cut), window.start / HOUR / 24)]

    def _pools(self) -> list[tuple]:
        """Unit (code), pool and the numbers of ASKED, units in their order and pools in that of the alphabet."""
        rows = zip(self._asked.words, self._asked.values.tolist(), strict=True)
        return sorted((*where, *numbers) for where, numbers in rows)


def warnings(run: Run) -> list[Caution]:
    """All warnings about a run, units in their order."""
    return signs(run).found()


@once
def signs(run: Run) -> Signs:
    """What warnings about one run are read from."""
    found = Signs()
    found.add(run)
    return found


def _by_pool(run: Run) -> tuple[list, np.ndarray]:
    """Units (codes) with pools, and of those who asked there in the window the numbers of ASKED, the time in ms."""
    begun, back, ended = (run.contacts[c].to_numpy() for c in ("begun", "given_back", "ended"))
    come = is_at(run) & ~run.contacts["from_start"].to_numpy() & run.window.happens(run.contacts["asked"].to_numpy())
    pool = run.contacts["pool"].cat
    words = ["", *map(str, pool.categories)]
    many = [len(pools(run.meta.get("units", {}).get(unit, {}))) > 1 for unit in units(run)["unit"]]
    cell = code(run) * len(words) + np.where(of_unit(code(run), many, False), pool.codes + 1, 0)
    n, at = len(many) * len(words), np.flatnonzero(come)
    begun, back, cell = begun[at], back[at], cell[at]
    served = (begun >= 0) & (back >= 0)
    lost, waiting = says(run, "how", "gave_up", "refused")[at], (begun < 0) & (ended[at] < 0)
    time = whole_sums(cell[served], (back - begun)[served], n)
    numbers = [np.bincount(cell, minlength=n), np.bincount(cell[served], minlength=n), time]
    numbers += [np.bincount(cell[which], minlength=n) for which in (lost, waiting)]
    there = np.flatnonzero(numbers[0])
    return [(c // len(words), words[c % len(words)]) for c in there.tolist()], np.stack(numbers, axis=1)[there]


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
