"""Warnings: found where they should be, and silent where not."""

import numpy as np
import pytest

from pathsim.contacts.byhand import contact, run_of
from pathsim.contacts.warnings import Caution, mser5, signs, warnings
from pathsim.contacts.window import DAY

GP = {"kind": "slots", "sector": "practice", "places": {"": 1}}


def queue(n, every, takes, places=1):
    """One after the other at a unit: asked at `every` hours, served for `takes`, in turn."""
    free, rows = [0.0] * places, []
    for i in range(n):
        asked = i * every
        begun = max(asked, min(free))
        free[free.index(min(free))] = begun + takes
        rows.append((asked, begun, begun + takes))
    return rows


def visits(rows, until, **more):
    found = []
    for asked, begun, ended in rows:
        begun, ended = (t if t < until else None for t in (begun, ended))
        how = "completed" if ended is not None else "censored"
        found.append(contact(0, "gp", begun, ended, asked=asked, how=how, **more))
    return found


@pytest.mark.parametrize(("takes", "codes"), [(1.2, ["overload", "waiting"]), (0.8, [])])
def test_more_work_than_places_and_nobody_gives_up(takes, codes):
    run = run_of(*visits(queue(240, 1, takes), 240), units={"gp": GP}, days=10)
    assert [c.code for c in warnings(run)] == codes


def test_somebody_giving_up_is_an_outlet():
    rows = visits(queue(240, 1, 1.2), 240)
    rows.append(contact(1, "gp", None, 9, asked=5, given_back=None, how="gave_up"))
    assert signs(run_of(*rows, units={"gp": GP}, days=10)).overloaded() == []


def test_a_unit_open_half_the_week_can_do_half():
    rows = visits(queue(240, 1, 0.6), 240)
    assert signs(run_of(*rows, units={"gp": GP}, days=10)).overloaded() == []
    (found,) = signs(run_of(*rows, units={"gp": GP | {"open_hours_per_week": 84}}, days=10)).overloaded()
    assert (found.value, found.limit) == pytest.approx((0.6, 0.5))


def test_each_pool_is_looked_at_alone():
    units = {"gp": GP | {"places": {"a": 1, "b": 9}}}
    rows = visits(queue(240, 1, 1.2), 240, pool="a") + visits(queue(240, 1, 0.1), 240, pool="b")
    (found,) = signs(run_of(*rows, units=units, days=10)).overloaded()
    assert (found.unit, found.pool) == ("gp", "a")


def test_few_waiting_are_not_warned_of():
    rows = visits(queue(200, 1, 0.5), 240)
    rows += [contact(0, "gp", None, None, asked=239, given_back=None, how="censored")] * 10
    assert signs(run_of(*rows, units={"gp": GP}, days=10)).still_waiting() == []
    rows += rows[-1:] * 5
    (found,) = signs(run_of(*rows, units={"gp": GP}, days=10)).still_waiting()
    assert found.value == pytest.approx(15 / 215)


def filling(days, warm_up, stay, seed=1, rate=6):
    """Beds that fill from empty: the census settles after a few mean stays."""
    rng = np.random.default_rng(seed)
    begun = np.sort(rng.uniform(0, days * 24, rng.poisson(rate * days)))
    ended = begun + rng.exponential(stay * 24, len(begun))
    rows = [contact(0, "ward", b, e if e < days * 24 else None) for b, e in zip(begun, ended, strict=True)]
    return run_of(*rows, days=days, warm_up=warm_up)


def test_settling_after_the_warm_up_is_seen_and_before_it_not():
    (found,) = signs(filling(300, 0, stay=20)).short_warm_up()
    assert 20 <= found.value <= 150
    assert found.limit == 0
    assert signs(filling(300, 120, stay=20)).short_warm_up() == []
    assert [len(signs(filling(300, 30, stay=1, seed=s)).short_warm_up()) for s in range(5)] == [0] * 5


def test_a_season_is_not_taken_for_settling():
    rng = np.random.default_rng(2)
    days = np.arange(4 * 365)
    rate = 6 * (1 + 0.4 * np.cos(2 * np.pi * days / 365))
    begun = np.repeat(days, rng.poisson(rate)) * 24.0
    rows = [contact(0, "ward", b, min(b + 48, 4 * 365 * 24)) for b in begun]
    assert signs(run_of(*rows, days=4 * 365, warm_up=365)).short_warm_up() == []


def test_mser_cuts_nothing_from_noise_and_no_more_than_half():
    assert mser5(np.random.default_rng(0).normal(size=500)) <= 100
    assert mser5(np.append(np.full(180, 9.0), np.zeros(20))) <= 100


def test_warnings_in_words():
    caution = Caution("overload", "gp", "odense", 1.25, 1.0)
    assert caution.text() != caution.text("da")
    for language in ("en", "da"):
        assert "gp, odense" in caution.text(language)
        assert "1.25" in caution.text(language)
    assert "30" in Caution("warm_up", "", "", 30, 10 * DAY).text()


def test_an_empty_run_has_no_warnings():
    assert warnings(run_of()) == []
