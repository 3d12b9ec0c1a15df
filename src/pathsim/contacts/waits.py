"""Claim: a wait is that of everyone who asked in the window and joined the queue.

Also of those who gave up, and of those still waiting at the horizon (whose wait so far is a lower
bound). Most wait not at all, so only waits that take time are kept.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.counted import Kept
from pathsim.contacts.places import code, is_own, queue_exit, says, units
from pathsim.contacts.record import Run
from pathsim.contacts.window import HOUR

COUNTS = ("asked", "queued", "waited", "gave_up", "refused", "still_waiting")


class Waits:
    """Those who asked, of one block after another, by unit."""

    def __init__(self) -> None:
        self._counts: dict[str, np.ndarray] = {}
        self._total = np.zeros(0)
        self._kept = Kept()

    def add(self, run: Run) -> None:
        names, n = units(run)["unit"], len(units(run))
        if not self._counts:
            self.names, self._total = names, np.zeros(n)
            self._counts = {name: np.zeros(n, dtype=np.int64) for name in COUNTS}
        asked, begun, ended = (run.contacts[c].to_numpy() for c in ("asked", "begun", "ended"))
        at = np.flatnonzero(is_own(run) & ~run.contacts["from_start"].to_numpy() & run.window.happens(asked))
        unit, hours = code(run)[at], (queue_exit(run)[at] - asked[at]) / HOUR
        refused = says(run, "how", "refused")[at]
        waited = ~refused & (hours > 0)
        found = {
            "asked": slice(None),
            "queued": ~refused,
            "waited": waited,
            "gave_up": says(run, "how", "gave_up")[at],
            "refused": refused,
            "still_waiting": (begun[at] < 0) & (ended[at] < 0),
        }
        for name, which in found.items():
            self._counts[name] += np.bincount(unit[which], minlength=n)
        self._total += np.bincount(unit[~refused], hours[~refused], minlength=n)
        self._kept.add(range(n), unit[waited], hours[waited])

    def table(self) -> pd.DataFrame:
        """One row per unit: unit, total_h, mean_h, p90_h, and COUNTS."""
        counts = self._counts
        with np.errstate(invalid="ignore"):
            mean = self._total / counts["queued"]
        p90 = [_quantile(self._kept.of(i), queued, 0.9) for i, queued in enumerate(counts["queued"])]
        return pd.DataFrame({"unit": self.names, "total_h": self._total, "mean_h": mean, "p90_h": p90} | counts)


def _quantile(waits: np.ndarray, queued: int, q: float) -> float:
    """The q-quantile of all who queued: of these waits, and of no wait for the others; NaN for nobody."""
    return float(np.quantile(np.append(np.zeros(queued - len(waits)), waits), q)) if queued else np.nan


def waits(run: Run) -> pd.DataFrame:
    """One row per unit: asked, queued, total_h, mean_h, p90_h, waited (number), gave_up, refused, still_waiting."""
    found = Waits()
    found.add(run)
    return found.table()
