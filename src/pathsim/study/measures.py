"""Raw measures of one run, counted as queueing theory counts: every contact, from its request.

Means over people are over those who asked within the window, which ends long enough before
the horizon for them to be served; means over time are over the window. Times are in days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pathsim.contacts.occupancy import levels
from pathsim.contacts.window import Window
from pathsim.language.quantities import DAY


class View:
    """One run seen through a window [start, end) in ms after the warm-up."""

    def __init__(self, run: Any, start: int, end: int):
        self.start, self.end, self.horizon = start, end, int(run.meta["horizon"])
        rows = run.contacts
        self.contacts = rows[(rows["kind"] != "task") & ~rows["joint"].astype(bool)]
        self.citizens = run.citizens

    @property
    def length(self) -> float:
        return (self.end - self.start) / DAY

    def at(self, step: str, cause: str | None = None) -> pd.DataFrame:
        rows = self.contacts
        chosen = rows["step"] == step
        return rows[chosen if cause is None else chosen & (rows["cause"] == cause)]

    def asked(self, step: str, cause: str | None = None) -> pd.DataFrame:
        """Those who asked within the window."""
        rows = self.at(step, cause)
        return rows[rows["asked"].between(self.start, self.end, inclusive="left")]

    def mean_number(self, since: np.ndarray, until: np.ndarray) -> float:
        inside = np.clip(until, self.start, self.end) - np.clip(since, self.start, self.end)
        return float(inside.sum()) / (self.end - self.start)


def stop_of(rows: pd.DataFrame, column: str, horizon: int) -> np.ndarray:
    """When something ended, or the horizon if it had not."""
    times = rows[column].to_numpy()
    return np.where(times >= 0, times, horizon)


def held(view: View, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """From when until when each place of a unit was held, blocked time too."""
    rows = view.contacts
    rows = rows[(rows["unit"] == unit) & (rows["begun"] >= 0)]
    return rows["begun"].to_numpy(), stop_of(rows, "given_back", view.horizon)


def queued(rows: pd.DataFrame, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """From when until when each waited, until care began or they gave up."""
    rows = rows[rows["how"] != "refused"]
    begun = rows["begun"].to_numpy()
    return rows["asked"].to_numpy(), np.where(begun >= 0, begun, stop_of(rows, "ended", horizon))


def time_with(view: View, since: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of the window with n = 0, 1, ... there."""
    steps = levels(np.zeros(len(since), dtype=np.int64), since, until, Window(view.start, view.end))
    time = np.bincount(steps["level"], weights=steps["lasts"], minlength=1) / (view.end - view.start)
    time[0] = 1 - time[1:].sum()
    return time


def _waits(view: View, step: str, cause: str | None = None) -> np.ndarray:
    asked, until = queued(view.asked(step, cause), view.horizon)
    return until - asked


def _arrivals(view: View, stream: str | None = None) -> int:
    people = view.citizens
    came = people["entered"].between(view.start, view.end, inclusive="left") & people["stream"].notna()
    return int((came if stream is None else came & (people["stream"] == stream)).sum())


def _mean_stay(view: View, step: str) -> float:
    rows = view.asked(step)
    rows = rows[(rows["begun"] >= 0) & (rows["ended"] >= 0) & (rows["how"] == "completed")]
    return float((rows["ended"] - rows["begun"]).mean()) / DAY


def _in_step(view: View, step: str) -> float:
    rows = view.at(step)
    rows = rows[rows["begun"] >= 0]
    return view.mean_number(rows["begun"].to_numpy(), stop_of(rows, "ended", view.horizon))


def _completed(view: View, step: str) -> pd.DataFrame:
    rows = view.at(step)
    return rows[(rows["how"] == "completed") & rows["ended"].between(view.start, view.end, inclusive="left")]


def _returned(view: View, step: str, within: float) -> float:
    """Share of discharges followed by a request for the next stay within so many days."""
    rows = view.at(step).sort_values(["person", "asked"], kind="stable")
    same = rows["person"].shift(-1) == rows["person"]
    soon = same & (rows["asked"].shift(-1) - rows["ended"] <= within * DAY)
    return float(soon[_completed(view, step).index].mean())


def _if_nobody_waited(view: View, step: str) -> np.ndarray:
    """Share of the window with 0, 1, ... in a step, had the same people with the same luck never waited.

    Each request is moved back by what that person has waited until then. In an unlimited ward
    the number there is Poisson, so its mean is known; how far luck has led it away from that
    tells most of what luck has done to the queue.
    """
    rows = view.contacts[view.contacts["how"] != "refused"].sort_values(["person", "asked"], kind="stable")
    asked, called = queued(rows, view.horizon)
    waited = pd.Series(called - asked).groupby(rows["person"].to_numpy()).cumsum().to_numpy()
    here = ((rows["step"] == step) & (rows["begun"] >= 0)).to_numpy()
    begun = rows["begun"].to_numpy()[here]
    until = stop_of(rows[here], "ended", view.horizon)
    return time_with(view, begun - waited[here], until - waited[here])


def _over_unlimited(view: View, step: str, n: int) -> float:
    """Mean number by which an unlimited ward would be over n."""
    time = _if_nobody_waited(view, step)[n:]
    return float(time @ np.arange(len(time)))


def _full(view: View, unit: str, n: int) -> float:
    time = time_with(view, *held(view, unit))
    return float(time[n] / time[: n + 1].sum()) if len(time) > n else 0.0


# name: (what is measured, its dimension as a power of time)
MEASURES: dict[str, tuple[Callable[..., float], int]] = {
    "arrivals": (lambda view, stream=None: _arrivals(view, stream) / view.length, -1),
    "number of arrivals": (_arrivals, 0),
    "requests": (lambda view, step: len(view.asked(step)) / view.length, -1),
    "mean stay": (_mean_stay, 1),
    "P(wait)": (lambda view, *step: float((_waits(view, *step) > 0).mean()), 0),
    "Wq": (lambda view, *step: float(_waits(view, *step).mean()) / DAY, 1),
    "Lq": (lambda view, *step: view.mean_number(*queued(view.at(*step), view.horizon)), 0),
    "P(refused)": (lambda view, step: float((view.asked(step)["how"] == "refused").mean()), 0),
    "P(gave up)": (lambda view, step: float((view.asked(step)["how"] == "gave_up").mean()), 0),
    "in use": (lambda view, unit: view.mean_number(*held(view, unit)), 0),
    "share in use": (lambda view, unit, places: view.mean_number(*held(view, unit)) / places, 0),
    "in step": (_in_step, 0),
    "P(N=n|N<=n)": (_full, 0),
    "P(N>=n)": (lambda view, unit, n: float(time_with(view, *held(view, unit))[n:].sum()), 0),
    "P(N>=n) unlimited": (lambda view, step, n: float(_if_nobody_waited(view, step)[n:].sum()), 0),
    "over n unlimited": (_over_unlimited, 0),
    "share to": (lambda view, then, step: len(view.asked(then)) / len(_completed(view, step)), 0),
    "returned within": (_returned, 0),
    "care per patient": (lambda view, step: _in_step(view, step) * view.length / _arrivals(view), 1),
}


def measure(view: View, quantity: tuple) -> float:
    """The value of a quantity such as ("Wq", "seen") or ("P(N=n|N<=n)", "ward", 9)."""
    name, *where = quantity
    return float(MEASURES[name][0](view, *where))
