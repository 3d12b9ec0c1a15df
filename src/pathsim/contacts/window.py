"""Claim: everything is counted over one measured window, and its edges are treated in one way.

The warm-up is cut off; the horizon cuts off the rest. Four rules, used by every indicator:

- what *happens* (an admission, a death) counts if it happens in [start, end);
- what *lasts* (a bed-day, a staff hour) counts for the part that lies inside;
- who *is followed* for k days counts if those k days are inside (an index discharge is at least
  k days before the end);
- who was there on day 0 has not *come*: such a contact fills its place, but is no arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pathsim.language.quantities import DAY, HOUR, MINUTE, SECOND, WEEK, YEAR

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "YEAR", "Window"]


@dataclass(frozen=True)
class Window:
    """The measured time in ms: [start, end).

    >>> year = Window(365 * DAY, 730 * DAY)
    >>> year.years, int(year.inside(364 * DAY, 367 * DAY) // DAY)
    (1.0, 2)
    >>> bool(year.followed(700 * DAY, 30)), bool(year.followed(701 * DAY, 30))
    (True, False)
    """

    start: int
    end: int

    def __post_init__(self):
        if not 0 <= self.start < self.end:
            raise ValueError(f"the window must have 0 <= warm-up < horizon, not {self.start}, {self.end}")

    @property
    def length(self) -> int:
        """In ms."""
        return self.end - self.start

    @property
    def years(self) -> float:
        """Years of 365 days."""
        return self.length / YEAR

    @property
    def weeks(self) -> float:
        return self.length / WEEK

    def happens(self, time):
        """Whether something happens inside; times of -1 never do."""
        time = np.asarray(time)
        return (time >= self.start) & (time < self.end)

    def inside(self, begin, end):
        """How much of [begin, end) lies inside, in ms."""
        return np.maximum(np.minimum(end, self.end) - np.maximum(begin, self.start), 0)

    def followed(self, time, days: float):
        """Whether something happens inside with all of `days` of follow-up inside too."""
        time = np.asarray(time)
        return (time >= self.start) & (time <= self.end - round(days * DAY))
