"""Time at risk, events and what is fitted to them: by hand where it can be, by closed formulas elsewhere."""

import numpy as np
import pandas as pd
import pytest

from pathsim.evidence.register.excess import fit_excess, time_at_risk
from pathsim.evidence.register.exposure import AtHome, Events, admissions, at_home, episodes, interval_of, within
from pathsim.evidence.register.extract import NEVER, Extract
from pathsim.evidence.register.likelihood import interval, maximise
from pathsim.evidence.register.rates import Level, by_band, poisson, ratio, usable
from pathsim.evidence.register.routing import wilson
from pathsim.language.quantities import DAY

YEAR = 365.0


def extract(contacts, citizens, end=100):
    """contacts: (person, begun, ended, sector, acute) in days, -1: goes on; citizens: (entered, left) in days, None: never."""
    rows = pd.DataFrame(contacts, columns=["person", "begun", "ended", "sector", "acute"])
    day = lambda column: np.array([NEVER if x is None else round(x * DAY) for x in column], dtype=np.int64)  # noqa: E731
    rows["begun"] = day(rows["begun"])
    rows["released"] = day([end if x == -1 else x for x in rows["ended"]])
    rows["bed"], rows["seen"], rows["joint"] = True, True, False
    people = pd.DataFrame({"entered": day([c[0] for c in citizens]), "left": day([c[1] for c in citizens]), "counted": True, "dead": False})
    return Extract(rows, people, len(citizens), 0, end * DAY, 0, frozenset({"acute"}), 1, "register 0")


def days(ms):
    return [None if x == NEVER else x / DAY for x in ms]


PEOPLE = [(None, None), (None, 60), (40, None), (None, None)]
CONTACTS = [
    (0, 10, 15, "hospital", True), (0, 15, 20, "hospital", False),  # one stay of two beds
    (0, 50, 52, "municipality", False), (0, 70, -1, "hospital", True),
    (1, 30, 60, "hospital", True),  # dies there
    (2, 45, 46, "hospital", False),  # planned
]


def test_time_at_home_and_since_discharge_by_hand():
    its = extract(CONTACTS, PEOPLE)
    home = at_home(its, episodes(its), its.counted)
    found = list(zip(home.person.tolist(), days(home.begin), days(home.end), days(home.discharged), strict=True))
    assert found == [
        (0, 0, 10, None), (0, 20, 50, 20), (0, 52, 70, 20), (0, 100, 100, 100),
        (1, 0, 30, None), (1, 60, 60, 60),
        (2, 40, 45, None), (2, 46, 100, 46),
        (3, 0, 100, None),
    ]


def test_a_clock_that_runs_in_municipal_beds_does_not_stop_there():
    its = extract(CONTACTS, PEOPLE)
    home = at_home(its, episodes(its, ("home", "municipality")), its.counted)
    assert (20.0, 70.0) in list(zip(days(home.begin), days(home.end), strict=True))


def test_only_acute_admissions_from_home_are_events():
    its = extract(CONTACTS, PEOPLE)
    events = admissions(episodes(its), its)
    assert list(zip(events.person.tolist(), days(events.time), strict=True)) == [(0, 10), (0, 70), (1, 30)]


def test_person_time_by_band_by_hand():
    """0–30 days after a discharge, and later: known to be later only after 30 days of being watched."""
    its = extract(CONTACTS, PEOPLE)
    away = episodes(its)
    home = at_home(its, away, its.counted)
    counts, years = by_band(its, home, admissions(away, its), [(0, 30 * DAY), (30 * DAY, None)])
    # person 0: from 20 to 50 early, the municipal bed, from 52 on later; 2: watched since 40; 3: from day 30 on
    assert (years * YEAR).round(9).tolist() == [[30, 18], [0, 0], [30, 24], [0, 70]]
    assert counts.tolist() == [[0, 1], [0, 0], [0, 0], [0, 0]]


def test_all_time_is_in_some_band_or_unknown():
    rng = np.random.default_rng(1)
    contacts = [(i, b, b + 3, "hospital", True) for i in range(200) for b in sorted(rng.uniform(0, 90, 3).round()) if True]
    contacts = [c for k, c in enumerate(contacts) if k % 3 == 0]
    its = extract(contacts, [(None, None)] * 200)
    home = at_home(its, episodes(its), its.counted)
    edges = [(0, 5), (5, 20), (20, None)]
    total = sum((end - begin).sum() for begin, end in (within(its, home, a * DAY, b * DAY if b else None) for a, b in edges))
    unknown = np.minimum(home.end, 20 * DAY)[home.discharged == NEVER].sum()
    assert total + unknown == (home.end - home.begin).sum()


def test_an_event_belongs_to_the_interval_that_it_ends():
    home = AtHome(*(np.array(x) for x in ([0, 0, 1], [0, 20, 0], [10, 30, 40], [NEVER, 20, NEVER], [0, 0, 0])))
    assert interval_of(home, Events(np.array([0, 0, 1, 0, 2]), np.array([10, 25, 40, 15, 5]))).tolist() == [0, 1, 2, -1, -1]


def test_standard_errors_are_by_person():
    """People with rates of their own: the errors told are those that are seen, and Poisson's are too small by a factor of about 1.6.

    2,000 experiments give the sd to 1.6 %; 8 % is five of these."""
    rng = np.random.default_rng(3)
    runs = [ratio(rng.poisson(rng.gamma(0.5, 2.0, 400)).astype(float), np.ones(400)) for _ in range(2000)]
    seen, told = np.std([r.value for r in runs]), np.mean([r.se for r in runs])
    assert told == pytest.approx(seen, rel=0.08)
    assert np.sqrt(1 / 400) < 0.7 * seen


def test_poisson_with_one_group_is_the_ratio_of_rates():
    """Two groups: the estimate is events over time in each, and the variance of the log ratio 1/a + 1/b, were it not for people."""
    rng = np.random.default_rng(7)
    old = np.arange(600) % 2 == 0
    years = rng.uniform(0.5, 1.5, (600, 1))
    counts = rng.poisson(years * np.where(old, 0.9, 0.4)[:, None]).astype(float)
    found = poisson(counts, years, [Level("age", "80+", old, 2.0)])
    a, b = counts[old].sum(), counts[~old].sum()
    assert np.exp(found.fit.theta[0]) == pytest.approx(b / years[~old].sum(), rel=1e-6)
    assert np.exp(found.fit.theta[1]) == pytest.approx(a / years[old].sum() / (b / years[~old].sum()), rel=1e-6)
    assert found.fit.covariance[1, 1] == pytest.approx(1 / a + 1 / b, rel=1e-3)


def test_a_level_with_too_few_events_keeps_the_number_of_the_system():
    who = np.arange(10) < 2
    level = Level("copd", "yes", who, 3.0)
    events = np.where(who, 2.0, 5.0)
    assert not usable([level], events, 5)[0].free
    counts, years = np.where(who, 3.0, 1.0)[:, None], np.ones((10, 1))
    held = poisson(counts, years, [level._replace(free=False)])
    assert np.exp(held.fit.theta[0]) == pytest.approx(14 / (8 + 2 * 3), rel=1e-6)


@pytest.mark.parametrize("added", [True, False])
def test_the_shape_of_the_excess_is_recognised(added):
    """20,000 people watched from a discharge on, two groups: parameters within 4 standard errors, and AIC prefers the true form."""
    rng = np.random.default_rng(12)
    n, base, rise, tau, old = 20_000, 0.5, 6.0, 10.0, 3.0
    who = np.arange(n) % 2 == 0
    grid = np.arange(0, 200, 0.05)

    def struck_at(own, budget):
        """When the hazard has used up the budget; inf if not within 200 days."""
        height = rise if added else own * base * rise
        return np.interp(budget, own * base * grid / YEAR + height * tau / YEAR * (1 - np.exp(-grid / tau)), grid, right=np.inf)

    budget = rng.exponential(size=n)
    struck = np.where(who, struck_at(old, budget), struck_at(1.0, budget))
    end = np.minimum(struck, 190.0)
    people = pd.DataFrame({"entered": NEVER, "left": NEVER, "counted": True, "dead": False}, index=range(n))
    its = Extract(pd.DataFrame(), people, n, 0, 190 * DAY, 0, frozenset(), 1, "")
    zero = np.zeros(n, dtype=np.int64)
    home = AtHome(np.arange(n), zero, (end * DAY).astype(np.int64), zero, zero)
    hit = np.isfinite(struck) & (struck < 190)
    levels = [Level("age", "80+", who, 1.0)]
    risk = time_at_risk(its, home, Events(np.flatnonzero(hit), home.end[hit]), levels, 90 * DAY)
    right, wrong = fit_excess(risk, levels, added), fit_excess(risk, levels, not added)
    truth = np.log([base, old, rise, tau])
    assert np.abs((right.fit.theta - truth) / np.sqrt(np.diag(right.fit.robust))).max() < 4
    assert right.fit.aic < wrong.fit.aic - 10


def test_wilson_is_the_score_interval():
    """Its ends are where the score test of a share just rejects."""
    low, high = wilson(12, 40)
    for end in (low, high):
        assert abs(12 / 40 - end) / np.sqrt(end * (1 - end) / 40) == pytest.approx(1.959964, rel=1e-6)


def test_no_maximum_is_none_and_not_nonsense():
    assert maximise(lambda t: -np.exp(t) * np.ones(3), np.zeros(1)) is None
    assert interval(0.0, 1.0) == (0.0, 0.0)
