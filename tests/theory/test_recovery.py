"""Parameters come back: registers simulated with known numbers, cut out as a register would be, fitted without the truth.

Fifty extracts of eight months each. For each parameter the 95 % intervals must hold the truth as often as a binomial of 0.95 allows, and the
mean error must be within what Student's t allows; both bounds are set so that all of them together raise a
false alarm once in a thousand (Bonferroni), and the seeds are fixed.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

import pathsim
from pathsim.evidence.register import fit
from pathsim.evidence.register.extracting import read_extract
from pathsim.evidence.register.families import LOGNORMAL
from pathsim.evidence.register.lengths import fit_lengths
from pathsim.evidence.register.reading import Raw
from pathsim.evidence.register.stays import seen_at_all, stays_of
from pathsim.language import read_all
from pathsim.language.quantities import DAY

EXTRACTS, FALSE_ALARM = 50, 1e-3
START, END = 200 * DAY, 440 * DAY
RATE, AGED, OLDEST, EARLY, LATER, MEAN, CV, VISIT, SHARE = 0.8, 1.6, 2.5, 6.0, 2.5, 6.0, 1.0, 20.0, 0.4
TRUTH = {
    ("ward_stay", "mean"): MEAN, ("ward_stay", "cv"): CV, ("see_gp", "mean"): VISIT / 1440, ("decides", "see_gp"): SHARE,
    ("worsening", "rate"): RATE, ("worsening", "times age 75-84"): AGED, ("worsening", "times age 85+"): OLDEST,
    ("worsening", "fragile 0-7 d"): EARLY, ("worsening", "fragile 7-30 d"): LATER,
}
SYSTEM = {
    "population": {"citizens": 1000},
    "attributes": {"age": {"65-74": 0.5, "75-84": 0.3, "85-99": 0.2}},
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}, "gp": {"slots": "unlimited", "sector": "practice"}},
    "risks": {"worsening": {"rate": f"{RATE} per y", "times": {"age": {"75-84": AGED, "85+": OLDEST}}, "then": "ward_stay"}},
    "effects": {"fragile": {"worsening": {"0-7 d": EARLY, "7-30 d": LATER}}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"lognormal": {"mean": f"{MEAN} d", "cv": CV}}, "done": {"fragile": True}, "then": "decides"},
        "decides": {"choose": {"see_gp": SHARE, "home": "rest"}},
        "see_gp": {"at": "gp", "for": {"exponential": f"{VISIT} min"}, "then": "home"},
    },
}


@pytest.fixture(scope="module")
def extracts():
    """What a register would have: contacts that touch the window, those that go on without an end, and no causes."""
    system = pathsim.load(SYSTEM)
    found = []
    for seed in range(EXTRACTS):
        run = pathsim.simulate(system, days=END / DAY, seed=seed)
        rows = run.contacts[(run.contacts["ended"] < 0) | (run.contacts["ended"] >= START)]
        found.append((rows.drop(columns="cause"), run.citizens))
    return found


@pytest.fixture(scope="module")
def estimates(extracts):
    """The rows of all tables whose truth is known."""
    system = pathsim.load(SYSTEM)
    tables = [fit(contacts, citizens, window=(START, END), system=system).table for contacts, citizens in extracts]
    rows = pd.concat(tables)
    rows = rows[[key in TRUTH for key in zip(rows["about"], rows["parameter"], strict=True)]]
    return rows.assign(truth=[TRUTH[key] for key in zip(rows["about"], rows["parameter"], strict=True)])


def bias(errors):
    """In standard errors of the mean."""
    return abs(np.mean(errors)) / (np.std(errors, ddof=1) / np.sqrt(len(errors)))


def allowed():
    """Beyond it a bias is no chance: Student's t, shared among the parameters and the two tests."""
    return t.ppf(1 - FALSE_ALARM / (4 * len(TRUTH)), EXTRACTS - 1)


@pytest.mark.parametrize("key", TRUTH, ids=" ".join)
def test_every_parameter_comes_back(estimates, key):
    its = estimates[(estimates["about"] == key[0]) & (estimates["parameter"] == key[1])]
    assert len(its) == EXTRACTS
    held = int(((its["low"] <= its["truth"]) & (its["truth"] <= its["high"])).sum())
    assert held >= binom.ppf(FALSE_ALARM / (2 * len(TRUTH)), EXTRACTS, 0.95), f"{held} of {EXTRACTS}"
    assert bias(its["estimate"] - its["truth"]) < allowed()


def test_the_standard_errors_are_as_large_as_the_errors(estimates):
    """The mean of (error / se)² over all parameters and extracts is 1, give or take: not less than 0.8, not more than 1.25.

    450 squares with sd √2 have a mean with sd 0.067 if independent; 0.2 is three of these, and half of them are not independent."""
    z = (estimates["estimate"] - estimates["truth"]) / estimates["se"]
    assert 0.8 < (z**2).mean() < 1.25


# What would happen without: the same stays, told as if nothing were cut off. A window of 30 days, stays of 6.
@lru_cache
def systems():
    return read_all(SYSTEM)


def stays_in_a_month(contacts, citizens):
    raw = Raw(contacts[(contacts["ended"] < 0) | (contacts["ended"] >= START)].astype({"unit": object, "step": object}), citizens, "0" * 64, {})
    rows = raw.contacts.assign(ended=raw.contacts["ended"].where(raw.contacts["ended"] < START + 30 * DAY, -1), given_back=-1)
    rows = rows[(rows["begun"] < START + 30 * DAY) & (rows["asked"] < START + 30 * DAY)]
    rows = rows.assign(how=rows["how"].astype(object).where(rows["ended"] >= 0, "censored"))
    extract = read_extract(raw._replace(contacts=rows), {}, systems(), (START, START + 30 * DAY))
    chosen = extract.contacts[seen_at_all(extract) & (extract.contacts["step"] == "ward_stay").to_numpy()]
    return stays_of(extract, chosen)


def errors_of(extracts, told):
    found = [fit_lengths(told(stays_in_a_month(*extract)), families=(LOGNORMAL,)) for extract in extracts]
    return [LOGNORMAL.mean(one.fit.theta) - MEAN for one in found]


def test_with_delayed_entry_and_censoring_a_month_is_enough(extracts):
    assert bias(errors_of(extracts, lambda stays: stays)) < allowed()


def test_censoring_ignored_would_be_found_out(extracts):
    """Stays that have not ended, taken for ended."""
    assert bias(errors_of(extracts, lambda stays: stays._replace(ended=np.ones(len(stays.ended), bool)))) > 2 * allowed()


def test_stays_that_have_not_ended_left_out_would_be_found_out(extracts):
    def told(stays):
        return type(stays)(*(part[stays.ended] for part in stays[:4]), stays.grid)

    assert bias(errors_of(extracts, told)) > 2 * allowed()


def test_truncation_ignored_would_be_found_out(extracts):
    """Stays under way at the beginning, taken for a fair sample: the long ones are there too often."""
    assert bias(errors_of(extracts, lambda stays: stays._replace(entry=np.zeros(len(stays.entry))))) > 2 * allowed()
