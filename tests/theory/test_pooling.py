"""Two municipalities that share their teams wait as Erlang says for one team of both, and drive for it.

Each comparison is of the mean of independent replications with theory, within 4 standard errors: a false alarm one time
in 16,000. Where visits include a drive of fixed length theory is approximate (Lee and Longton), and so much is allowed for it.
"""

import math

import numpy as np
import pytest
from small import simulate

from pathsim.theory.stations import mmc

VISIT, RATE = 1.0, 1.5  # hours, and calls an hour to each municipality's team of two
DAYS, RUNS = 300.0, 16

TEAMS = """
    attributes: {municipality: {inland: 0.5, coast: rest}, both: {by: municipality, rest: together}}
    units: {team: {slots: 2, per: municipality, sector: municipality, staff_travel: 0 min}}
    arrivals: {calls: {rate: 3 per h, then: visit}}
    steps:
      visit: {at: team, for: {exponential: 1 h}, then: gone}
      gone:  {leave: well}
    """


def pooled(drive=0.0):
    return {"units": {"team": {"shared_by": "both", "staff_travel": f"{drive * 60:.6g} min"}}}


def mean_wait(more=None):
    """Hours from asking to being called: mean over replications, and its standard error."""
    found = []
    for seed in range(RUNS):
        rows = simulate(TEAMS, DAYS, seed, more=more, engines=("compiled",)).contacts
        rows = rows[(rows["kind"] == "at") & (rows["asked"] > 5 * 86_400_000) & (rows["begun"] >= 0)]
        found.append((rows["begun"] - rows["asked"]).mean() / 3_600_000)
    return float(np.mean(found)), float(np.std(found, ddof=1) / math.sqrt(RUNS))


def lee_longton(drive):
    """Mean wait at four places when a visit is exponential after a drive of fixed length."""
    mean = VISIT + drive
    return (1 + (VISIT / mean) ** 2) / 2 * mmc(2 * RATE, mean, 4).Wq


def test_apart_each_team_waits_as_its_own():
    mean, error = mean_wait()
    assert mean == pytest.approx(mmc(RATE, VISIT, 2).Wq, abs=4 * error)


def test_together_they_wait_as_one_team_of_four():
    mean, error = mean_wait(pooled())
    assert mean == pytest.approx(mmc(2 * RATE, VISIT, 4).Wq, abs=4 * error)
    assert mmc(2 * RATE, VISIT, 4).Wq < 0.5 * mmc(RATE, VISIT, 2).Wq


@pytest.mark.parametrize("drive", [0.1, 0.2])
def test_with_a_drive_they_wait_as_longer_visits_make_them(drive):
    mean, error = mean_wait(pooled(drive))
    assert mean == pytest.approx(lee_longton(drive), abs=4 * error + 0.04 * lee_longton(drive))


def test_there_is_a_drive_from_which_it_does_not_pay():
    alone = mmc(RATE, VISIT, 2).Wq
    grid = np.linspace(0, 0.33, 331)
    even = next(drive for drive in grid if lee_longton(drive) > alone)
    assert 0.05 < even < 0.3
    near, near_error = mean_wait(pooled(0.6 * even))
    far, far_error = mean_wait(pooled(min(1.25 * even, 0.32)))
    assert near < alone - 4 * near_error and far > alone + 2 * far_error
