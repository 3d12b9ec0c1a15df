"""The calendar of a run: weekdays, months and holidays of its days, opening hours, seasons.

A season is a speed that is constant between known dates. `Season.elapsed(t)` is the time that has
passed on its own clock, `Season.reach(x)` its inverse; both are exact for piecewise constant speeds.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right

import numpy as np

from ..language.quantities import DAY, HOUR, WEEKDAYS, parse_days, parse_hours

HOLIDAY = 7


def days_of(day_0: datetime.date, horizon: int, holidays) -> tuple[np.ndarray, np.ndarray]:
    """Weekday (0 Monday … 6, 7 holiday) and month (0 … 11) of each day up to and with the horizon.

    >>> days_of(datetime.date(2024, 1, 1), 2 * DAY, [datetime.date(2024, 1, 1)])[0].tolist()
    [7, 1, 2]
    """
    n = int(horizon // DAY) + 1
    first = np.datetime64(day_0, "D")
    dates = first + np.arange(n)
    weekdays = (day_0.weekday() + np.arange(n)) % 7
    months = dates.astype("datetime64[M]").astype(int) % 12
    closed = np.array([np.datetime64(day, "D") for day in holidays], dtype="datetime64[D]")
    weekdays[np.isin(dates, closed)] = HOLIDAY
    return weekdays.astype(np.int64), months.astype(np.int64)


def weekly_hours(opening) -> list[tuple[int, int] | None]:
    """Opening hours (ms since midnight) of mon … sun and holiday; None where closed."""
    if opening == "always":
        return [(0, DAY)] * 8
    hours: list = [None] * 8
    for key, written in opening.items():
        for day in (HOLIDAY,) if key == "holiday" else parse_days(key):
            hours[day] = (0, DAY) if written == "always" else parse_hours(written)
    if "holiday" not in opening:
        hours[HOLIDAY] = hours[6]
    return hours


def hours_a_week(opening) -> float:
    return sum((end - start) / HOUR for start, end in filter(None, weekly_hours(opening)[: len(WEEKDAYS)]))


def openings(opening, weekdays: np.ndarray) -> tuple[tuple[int, bool], ...]:
    """When a unit opens (True) and closes (False), in order; empty if it is always open."""
    hours = weekly_hours(opening)
    if all(day == (0, DAY) for day in hours):
        return ()
    changes: list[tuple[int, bool]] = [(0, False)]
    for day, weekday in enumerate(weekdays.tolist()):
        if hours[weekday] is None:
            continue
        start, end = (day * DAY + clock for clock in hours[weekday])
        if start > 0 and changes[-1] == (start, False):
            changes.pop()  # open through midnight
        else:
            changes.append((start, True))
        changes.append((end, False))
    if len(changes) > 1 and changes[1][0] == 0:
        changes.pop(0)
    return tuple(changes)


class Season:
    """A clock that runs at `speeds[i]` from `starts[i]` (ms) on.

    >>> season = Season([0, 10], [1.0, 2.0])
    >>> season.elapsed(15), season.reach(20.0)
    (20.0, 15.0)
    """

    def __init__(self, starts, speeds):
        self.starts = [int(start) for start in starts]
        self.speeds = [float(speed) for speed in speeds]
        self.passed = [0.0]
        for i in range(1, len(self.starts)):
            self.passed.append(self.passed[-1] + self.speeds[i - 1] * (self.starts[i] - self.starts[i - 1]))

    def elapsed(self, t: float) -> float:
        i = bisect_right(self.starts, t) - 1
        return self.passed[i] + self.speeds[i] * (t - self.starts[i])

    def reach(self, x: float) -> float:
        """The time at which `x` has passed; infinite if the clock stands still before."""
        i = bisect_right(self.passed, x) - 1
        while self.speeds[i] <= 0.0:
            i += 1
            if i == len(self.speeds):
                return float("inf")
        return self.starts[i] + max(x - self.passed[i], 0.0) / self.speeds[i]


def season(speed_at, days: int, by_hour: bool) -> Season:
    """The season of a speed that is asked once a day, or once an hour; equal neighbours are joined."""
    step = HOUR if by_hour else DAY
    starts, speeds = [0], [speed_at(0)]
    for i in range(1, days * DAY // step):
        speed = speed_at(i * step)
        if speed != speeds[-1]:
            starts.append(i * step)
            speeds.append(speed)
    return Season(starts, speeds)
