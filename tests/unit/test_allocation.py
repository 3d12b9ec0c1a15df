"""Places are shared out and counted on small systems whose answers theory knows; what cannot be shared out is said."""

import argparse

import numpy as np
import pandas as pd
import pytest
import yaml

from pathsim.commands import allocate as allocate_command
from pathsim.commands import need as need_command
from pathsim.decide.allocation import Allocation, allocate, allocations, read_allocation, takes_of
from pathsim.decide.capacities import Capacities
from pathsim.decide.needed import Target, ask, planned, question
from pathsim.decide.sampled import Quantity, Sampler, quantity_of
from pathsim.decide.staffing import employed, places_at, unit_name, unit_of
from pathsim.faults import Faults
from pathsim.language import read_system
from pathsim.plan import lay_out
from pathsim.report import allocation as report
from pathsim.report import need as need_report
from pathsim.study.replicate import StudyError
from pathsim.study.sweep.planning import claim
from pathsim.study.sweep.worker import DONE, Worker
from pathsim.theory.stations import erlang_b, erlang_c

RATES = {"east": 2.0, "west": 1.0}  # a day; a stay is four days, and who finds no bed is turned away
LOSS = {
    "years": 1, "warm_up": 1, "workers": 1, "currency": "DKK",
    "units": {"east": {"beds": 6, "sector": "hospital", "queue": 0, "staff": {"nurse": 0.25}},
              "west": {"beds": 8, "sector": "hospital", "queue": 0, "staff": {"nurse": 0.25, "doctor": 0.05}}},
    "arrivals": {name: {"rate": f"{rate} per d", "then": f"{name}_stay"} for name, rate in RATES.items()},
    "steps": {"east_stay": {"at": "east", "for": "4 d", "else": "gone", "then": "gone"},
              "west_stay": {"at": "west", "for": "4 d", "else": "gone", "then": "gone"}, "gone": {"leave": "well"}},
    "costs": {name: {"price": 5000, "per": "d", "payer": "region", "operator": "region"} for name in RATES},
}
FORM = {
    "total": 14, "capacities": {"units.east.beds": {"from": 3, "to": 11, "step": 2}, "units.west.beds": {"from": 1, "to": 11}},
    "aim": "admissions", "make": "largest", "indifference": 25, "first": 4, "most": 16, "fresh": 4,
}
QUEUE = {
    "years": 1, "warm_up": 1, "replications": 4, "workers": 1,
    "units": {"ward": {"beds": 4, "sector": "hospital", "staff": {"nurse": 0.25}}}, "arrivals": {"people": {"rate": "4 per d", "then": "in_bed"}},
    "steps": {"in_bed": {"at": "ward", "for": {"exponential": "12 h"}, "then": "gone"}, "gone": {"leave": "well"}},
    "levers": {"more": {"changes": {"units": {"ward": {"beds": 9}}}}}, "care_models": {"as_is": {"levers": []}, "opened": {"levers": ["more"]}},
}


class Here:
    """Runs units in this process; can be told to stop."""

    def __init__(self, most=1000):
        self.ran, self.most = [], most

    def __call__(self, plan, folder, units):
        worker = Worker(folder)
        for unit in units:
            if len(self.ran) == self.most:
                raise StudyError("stopped")
            assert worker(unit).how == DONE
            self.ran.append(unit)


def command(verb, *words):
    """A verb as a person writes it; what it says is told to capsys."""
    parser = argparse.ArgumentParser()
    verb.arguments(parser)
    return verb.run(parser.parse_intermixed_args(words))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, system in (("loss", LOSS), ("queue", QUEUE)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(system))
    return tmp_path


def admissions(east, west):
    """A year, by Erlang's loss formula, which holds for stays of any length."""
    return sum(365 * rate * (1 - erlang_b(beds, 4 * rate)) for rate, beds in zip(RATES.values(), (east, west), strict=True))


def shared_out(form=FORM, texts=("loss.yaml",), run=None):
    form = read_allocation(form)
    capacities = Capacities(texts, list(form.capacities), form.of == "difference")
    takes = takes_of(form, capacities)
    rows = allocations(form, takes)
    return allocate(form, capacities.ways(rows, form.most + form.fresh, 4), takes, rows, run or Here())


def test_the_allocation_chosen_is_the_best_by_theory_or_within_the_indifference(here, capsys):
    stopped, again = Here(most=3), Here()
    with pytest.raises(StudyError):
        shared_out(run=stopped)
    found = shared_out(run=again)
    theory = {row: admissions(*row) for row in found.rows}
    assert set(theory) == {(3, 11), (5, 9), (7, 7), (9, 5), (11, 3)}
    chosen = found.rows[found.selection.chosen]
    assert found.selection.finished
    assert theory[chosen] > max(theory.values()) - 25
    worst = min(theory, key=theory.get)
    used = dict(zip(found.rows, found.selection.used, strict=True))
    assert used[worst] == 4 <= used[chosen]
    units = [(unit.scenario, unit.first, unit.number) for unit in stopped.ran + again.ran]
    assert len(set(units)) == len(units)  # nothing twice
    once_more = Here()
    pd.testing.assert_frame_equal(shared_out(run=once_more).table, found.table)
    assert not once_more.ran

    fresh = found.fresh.set_index("quantity")
    assert fresh.loc["admissions", "replications"] == 4
    for column, row in (("chosen", chosen), ("as_written", (6, 8))):
        value, high = fresh.loc["admissions", [column, f"{column}_high"]]
        assert value == pytest.approx(admissions(*row), abs=2 * (high - value))
    table = found.table
    assert table["status"].iloc[0] == "chosen"
    assert table["employed_nurse"].to_numpy() == pytest.approx(14 * 0.25 * 365 * 24 / 1600)
    assert table["employed_doctor"].to_numpy() == pytest.approx(table["units.west.beds"] * 0.05 * 365 * 24 / 1600)
    hours = 24 * 365 * (14 * 0.25 + table["units.west.beds"] * 0.05)
    assert table["staff_hours_on_duty"].to_numpy() == pytest.approx(hours.to_numpy(), rel=0.01)
    assert (table["cost"] > 0).all()

    said = report.text(found)
    assert "best of the 5, or within 25 of the best" in said
    assert "partly luck" in said
    assert "east 6 and west 8" in said
    danish = report.text(found._replace(ways=found.ways._replace(lang="da")))
    assert "bedste af de 5 eller højst 25 fra den bedste" in danish

    (here / "share.yaml").write_text(yaml.safe_dump(FORM))
    capsys.readouterr()
    assert command(allocate_command, "loss.yaml", "share.yaml") == 0  # all of it is in the store
    told = capsys.readouterr().out
    assert said in told
    pd.testing.assert_frame_equal(pd.read_csv(told.strip().splitlines()[-1]), table)
    assert command(allocate_command, "loss.yaml", "share.yaml", "--total", "6", "--dry-run") == 0
    assert "6 places, 2 allocations" in capsys.readouterr().out
    with pytest.raises(Faults, match="nothing says what is shared out"):
        command(allocate_command, "loss.yaml")


def test_a_limit_that_comes_first_is_said(here):
    found = shared_out(FORM | {"first": 3, "most": 3, "indifference": 0.5, "fresh": 2, "capacities": {
        "units.east.beds": {"from": 9, "to": 10}, "units.west.beds": {"from": 4, "to": 5}}})
    assert not found.selection.finished
    assert found.selection.not_told_apart
    assert "does NOT hold" in report.text(found)
    assert "gælder IKKE" in report.text(found._replace(ways=found.ways._replace(lang="da")))


@pytest.mark.parametrize(("more", "rows"), [
    ({"total": 6}, 2), ({"total": 30}, 1), ({"total": 14, "capacities": {"units.east.beds": {"from": 4, "to": 5, "takes": 2},
                                                                         "units.west.beds": {"from": 1, "to": 11}}}, 2),
])
def test_an_allocation_is_one_to_which_nothing_can_be_added(more, rows):
    form = read_allocation(FORM | more)
    takes = [one.takes or 1 for one in form.capacities.values()]
    found = allocations(form, takes)
    assert len(found) == rows
    ends = list(form.capacities.values())
    every = [(a, b) for a in range(ends[0].from_, ends[0].to + 1, ends[0].step) for b in range(ends[1].from_, ends[1].to + 1)
             if a * takes[0] + b * takes[1] <= form.total]
    best = [row for row in every if not any(other != row and all(np.array(other) >= row) for other in every)]
    assert sorted(found) == sorted(best)


def test_people_are_counted_by_opening_hours():
    system = read_system({"units": {
        "team": {"slots": 2, "staff": {"nurse": 1}},
        "office": {"slots": {"by": "town", "a": 3, "b": 1}, "open": {"mon-fri": "8-16"}, "staff": {"nurse": 1.25}},
    }, "attributes": {"town": ["a", "b"]}, "population": {"citizens": 2}, "risks": {"fall": {"rate": "1 per y", "then": "seen"}},
        "steps": {"seen": {"at": "team", "for": "1 h", "then": "settled"}, "settled": {"at": "office", "for": "1 h", "then": "home"}}})
    plan = lay_out(system, 10)
    assert employed(unit_of("units.team.slots", plan)) == pytest.approx({"nurse": 5.475})
    assert employed(unit_of("units.office.slots.a", plan), 1000) == pytest.approx({"nurse": 40 * 365 / 7 * 1.25 / 1000})
    assert [places_at(path, unit_of(path, plan)) for path in ("units.office.slots", "units.office.slots.b")] == [4, 1]
    with pytest.raises(Faults, match="Did you mean 'team'"):
        unit_of("units.taem.slots", plan)


@pytest.mark.parametrize(("form", "texts", "says"), [
    (FORM | {"total": 2}, (), "total: 2 was given, and the fewest places take 4"),
    (FORM | {"aim": "admisions"}, (), "aim: no indicator 'admisions'. Did you mean"),
    (FORM | {"make": None}, (), "good neither way"),
    (FORM | {"counted_as": "money"}, (), "what a place of units.east.beds costs a year"),
    (FORM | {"first": 20}, (), "first: 20 replications are more than most: 16"),
    (FORM | {"confidence": 95}, (), "confidence"),
    (FORM | {"totl": 3}, (), "Did you mean 'total'"),
    (FORM | {"of": "difference"}, (), "there is one care model"),
    (FORM | {"capacities": {"units.east.beds": {"from": 1, "to": 100}, "units.west.beds": {"from": 1, "to": 100}}, "total": 100}, (), "more than 60"),
    (FORM | {"capacities": {"units.east.beds": {"from": 5, "to": 1}}}, (), "Write the fewer places first"),
    (FORM | {"capacities": {"units.east.beds": {"from": 1, "to": 5, "takes": 0}}}, (), "takes nothing of the total"),
    (FORM | {"capacities": {"units.eats.beds": {"from": 1, "to": 5}}}, (), "Did you mean 'east'"),
    (FORM | {"capacities": {"risks.fall.rate": {"from": 1, "to": 5}}}, (), "is no capacity"),
    (FORM | {"capacities": {"units.ward.beds": {"from": 1, "to": 5}}}, ("queue.yaml",), "levers.more.changes.units.ward.beds"),
])
def test_what_cannot_be_shared_out_is_said(here, form, texts, says):
    with pytest.raises(Faults, match=says.replace("(", r"\(")):
        shared_out(form, texts or ("loss.yaml",), run=None)
    assert not list(here.glob("results"))


def test_how_many_are_needed_is_erlangs_number(here, capsys):
    target = Target(quantity_of("share_waiting:unit:ward", "--indicator"), 0.1, True)
    path, numbers, rest = question(["queue.yaml", "units.ward.beds=3,4,5,6", "care_model=as_is"])
    _, ways = planned(path, numbers, rest, 6)
    found = ask(target, numbers, ways, Here())
    theory = [erlang_c(beds, 2.0) for beds in numbers]
    assert found.table["mean"].to_numpy() == pytest.approx(theory, abs=4 * found.table["standard_error"].max())
    fewest = next(beds for beds, share in zip(numbers, theory, strict=True) if share <= 0.1)
    assert found.seen.low <= fewest <= found.seen.high
    assert found.seen.answer == fewest == 5
    said = need_report.text(found, 1600)
    assert "5 places; in full-time employees 6.8 nurses" in said
    assert "95 % interval: 5 (" in said
    assert "højst 10,0" in need_report.text(found._replace(ways=ways._replace(lang="da")), 1600)

    hard = ask(target._replace(value=1e-6), numbers, ways, Here(most=0))
    assert "None of those tried is enough: more than 6 places" in need_report.text(hard, 1600)
    capsys.readouterr()
    words = ["queue.yaml", "units.ward.beds=3,4,5,6", "care_model=as_is", "--indicator", "share_waiting:unit:ward"]
    assert command(need_command, *words, "--at-most", "0.1") == 0
    told = capsys.readouterr().out
    assert said in told
    pd.testing.assert_frame_equal(pd.read_csv(told.strip().splitlines()[-1]), found.table, check_dtype=False)
    with pytest.raises(Faults, match=r"--hours-a-year: 0 was given\.[^\n]*"):
        command(need_command, *words, "--at-most", "0.1", "--hours-a-year", "0")
    easy = ask(target._replace(value=0.9), numbers, ways, Here(most=0))
    assert "3 places: the fewest tried is enough" in need_report.text(easy, 1600)


@pytest.mark.parametrize(("texts", "says"), [
    (["queue.yaml"], "nothing varies"), (["queue.yaml", "units.ward.beds=3,4", "seed=1,2"], "varies. Let one"),
    (["queue.yaml", "units.ward.beds=a,b"], "no number of places"), (["queue.yaml", "risks.fall.rate=1,2"], "is no capacity"),
    (["queue.yaml", "units.ward.beds=3,4"], "changes nothing in opened, where 'ward' has 9 places"),
    (["queue.yaml", "care_model=as_is", "units.ward.beds=3,4", "replications=1"], "2 or more"),
])
def test_what_cannot_be_asked_is_said(here, texts, says):
    with pytest.raises(Faults, match=says):
        planned(*question(texts))


def test_what_is_not_told_is_said_once_it_is_known(here):
    """And a ward that cannot keep up, with one bed for two, is warned of."""
    path, numbers, rest = question(["queue.yaml", "units.ward.beds=1,5", "care_model=as_is", "replications=2", "years=0.5"])
    _, ways = planned(path, numbers, rest)
    claim(ways.plan, ways.folder)
    sampler = Sampler(ways.plan, ways.folder, Here())
    with pytest.raises(Faults, match=r"share_waiting:unit:wrad: is not told here\. Did you mean 'unit:ward'"):
        sampler([Quantity("share_waiting", "unit", "wrad")], [0, 1], 0, 2)
    assert np.isnan(sampler([Quantity("cost")], [0], 0, 2, lax=True)).all()
    assert {(caution.unit, number) for _, caution, number in sampler.warnings} == {("ward", 1)}
    assert unit_name("units.ward.beds") == "ward"
    assert Allocation.model_fields["hours_a_year"].default == 1600
