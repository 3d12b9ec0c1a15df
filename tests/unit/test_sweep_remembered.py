"""What a process remembers of a base never stands for another base, whatever differs between two scenarios."""

import pytest

from pathsim.study import replicate as replication
from pathsim.study.compose import compose
from pathsim.study.replicate import plan_study, replicate
from pathsim.study.sweep import remembered
from pathsim.study.sweep.remembered import Remembered

SYSTEM = {
    "seed": 3, "years": 0.3, "warm_up": 0,
    "attributes": {"frail": {"yes": 0.3, "no": "rest"}},
    "population": {"citizens": 60, "starts": "home"},
    "groups": {"frail_ones": {"frail": True}},
    "units": {"ward": {"beds": 3, "sector": "hospital"}},
    "costs": {"ward": {"price": 100, "per": "d", "payer": "region"}},
    "risks": {"fall": {"rate": {"by": "frail", "yes": "20 per y", "no": "5 per y"}, "then": "ward_stay"}},
    "steps": {"ward_stay": {"at": "ward", "for": {"exponential": "5 d"}, "then": "home"}},
    "levers": {"more": {"changes": {"units": {"ward": {"beds": 4}}}}, "faster": {"changes": {"steps": {"ward_stay": {"for": {"exponential": "3 d"}}}}}},
    "care_models": {"base": {"levers": []}, "more": {"levers": ["more"]}},
}
CHANGES = [
    [], ["levers.more.changes.units.ward.beds=5"], ["units.ward.beds=2"], ["seed=4"], ["years=0.4"], ["warm_up=1"], ["population.citizens=61"],
    ["costs.ward.price=200"], ["+currency=NOK"], ["groups.frail_ones.frail=false"], ["risks.fall.rate.yes='40 per y'"],
    ["care_models.base.levers=[faster]"], ["care_models.more.levers=[more,faster]"], ["synthesis.municipalities={somewhere:{inhabitants:5000}}"],
]


def prepared(changes):
    composed = compose(changes, data=SYSTEM)
    return plan_study(composed.raw, composed.settings, composed.folder, None)


def test_other_citizens_are_another_base(tmp_path):
    part, seen = Remembered(), set()
    for number, words in enumerate((["yes"] * 50 + ["no"] * 10, ["no"] * 60)):
        file = tmp_path / f"{number}.csv"
        file.write_text("frail\n" + "\n".join(words) + "\n")
        study = prepared(["~population.citizens", f"+population.from={file}"])
        with_it, without = replicate(study, 0, None, part), replicate(study, 0, None)
        assert with_it.indicators.equals(without.indicators)
        seen.add(without.indicators.to_csv())
    assert len(seen) == 2


@pytest.fixture
def ran(monkeypatch):
    """The parts that were run and not remembered."""
    calls = []

    def counted(study, model, number, runs, standard):
        calls.append((model, number))
        return replication.part_of(study, model, number, runs, standard)

    monkeypatch.setattr(remembered, "part_of", counted)
    return calls


def test_what_comes_out_is_what_would_have_come_out_without_it():
    part = Remembered()
    different = set()
    for changes in (*CHANGES, *CHANGES):
        study = prepared(changes)
        for number in (0, 1):
            with_it, without = replicate(study, number, None, part), replicate(study, number, None)
            assert with_it.indicators.equals(without.indicators), changes
            assert with_it.curves.equals(without.curves), changes
            assert with_it.cautions == without.cautions, changes
            base = without.indicators[without.indicators["model"] == "base"]
            different.add(base.to_csv())
    assert len(different) >= 16  # most changes do change the base, so a wrong memory would have shown


def test_the_base_of_scenarios_that_change_a_lever_is_run_once(ran):
    part = Remembered()
    for beds in (4, 5, 6):
        replicate(prepared([f"levers.more.changes.units.ward.beds={beds}"]), 0, None, part)
    assert ran.count(("base", 0)) == 1
    assert ran.count(("more", 0)) == 3


def test_it_forgets_what_was_not_asked_for_longest(ran, monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 2)
    study, part = prepared([]), Remembered()
    for number in (0, 1, 0, 2, 0, 1):
        replicate(study, number, None, part)
    assert [number for model, number in ran if model == "base"] == [0, 1, 2, 1]
