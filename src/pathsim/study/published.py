"""The first-treatment clinic beside the published model of it.

No theory here: both sides are simulations, so z sets the difference against both errors.
The clinic opens empty, runs for 19 hours, and whoever is unfinished keeps the measures reached:
waits count for those who had begun, time in system and throughput for those who had left. Use
is the sum of the services that had begun, in full, over the places times 19 hours; so runs go on
past closing until these are over (whatever begins later does not touch what had begun before).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from pathsim.language.quantities import HOUR, MINUTE
from pathsim.study import reading
from pathsim.study.known import read
from pathsim.study.reading import System

CLOSES = 19 * HOUR
RUN_DAYS = 2.0  # the last services begun before closing are over by then

# Published code, 500 replications: mean and 95 % half-width (minutes, shares, persons)
TREAT_SIM = {
    ("wait", "triage"): (30.276, 1.524),
    ("use", "triage"): (0.596, 0.005),
    ("wait", "registration"): (103.521, 2.057),
    ("use", "registration"): (0.839, 0.003),
    ("wait", "examination"): (25.538, 0.800),
    ("use", "examination"): (0.851, 0.003),
    ("wait", "treatment"): (133.832, 2.207),
    ("use", "treatment"): (0.868, 0.003),
    ("time in system", "registration"): (227.872, 2.123),
    ("wait", "stabilisation"): (151.250, 6.933),
    ("use", "stabilisation"): (0.834, 0.010),
    ("wait", "trauma_treatment"): (17.474, 1.086),
    ("use", "trauma_treatment"): (0.500, 0.009),
    ("time in system", "stabilisation"): (290.158, 6.766),
    ("throughput",): (163.290, 0.754),
    ("arrivals",): (226.45, 1.40),
}


def treat_sim_day(run: Any, system: System) -> dict[tuple, float]:
    """The measures of one day; NaN where nobody got as far."""
    rows, people = run.contacts, run.citizens
    came = people["entered"].between(0, CLOSES, inclusive="left")
    left = people[came & people["left"].between(0, CLOSES, inclusive="left")]
    found = {("arrivals",): float(came.sum()), ("throughput",): float(len(left))}
    for step, verb in system["steps"].items():
        if "at" in verb:
            here = rows[(rows["step"] == step) & (rows["begun"] >= 0) & (rows["begun"] < CLOSES)]
            places = reading.places(system, verb["at"])
            found["wait", step] = float((here["begun"] - here["asked"]).mean()) / MINUTE
            found["use", step] = float((here["ended"] - here["begun"]).sum()) / (places * CLOSES)
    for arm in ("registration", "stabilisation"):
        done = left[left["person"].isin(rows.loc[rows["step"] == arm, "person"])]
        found["time in system", arm] = float((done["left"] - done["entered"]).mean()) / MINUTE
    return found


def expected_arrivals() -> float:
    """Mean arrivals of the correct process over the 19 hours, from the timetable of `treat_sim`."""
    return reading.hourly_arrivals(read("treat_sim")["arrivals"]["patients"], CLOSES // HOUR)


def compare_treat_sim(simulate, replications: int = 500, seed: int = 1, alarm: float = 0.001) -> pd.DataFrame:
    """`treat_sim_published` beside the published means: quantity, published, estimate, half_width, z, verdict."""
    system = read("treat_sim_published")
    days = [treat_sim_day(simulate(system, seed, i, RUN_DAYS), system) for i in range(replications)]
    limit = stats.norm.isf(-math.expm1(math.log1p(-alarm) / len(TREAT_SIM)) / 2)
    rows = []
    for quantity, (mean, half_width) in TREAT_SIM.items():
        values = np.array([day[quantity] for day in days])
        values = values[~np.isnan(values)]
        error = values.std(ddof=1) / math.sqrt(len(values))
        z = (values.mean() - mean) / math.hypot(error, half_width / 1.96)
        rows.append(dict(quantity=" ".join(quantity), published=mean, estimate=values.mean(), half_width=1.96 * error,
                         z=z, verdict="agrees" if abs(z) < limit else "differs"))
    return pd.DataFrame(rows)
