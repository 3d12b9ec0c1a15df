"""A search finds what is there to be found, goes on where it was stopped, and tells differences as a comparison does."""

import sys

import numpy as np
import pandas as pd
import pytest
import yaml

from pathsim.faults import Faults
from pathsim.study.compare import compare
from pathsim.study.compose import compose
from pathsim.study.replicate import StudyError, plan_study
from pathsim.study.sweep import plan as plans
from pathsim.study.sweep.collect import collect, everybody
from pathsim.study.sweep.planning import claim, plan_sweep
from pathsim.study.sweep.search import Aim, best, search
from pathsim.study.sweep.worker import DONE, Worker

SYSTEM = {
    "years": 0.2, "warm_up": 0, "replications": 3,
    "units": {"ward": {"beds": 20, "sector": "hospital"}},
    "arrivals": {"admissions": {"rate": "2 per d", "then": "ward_stay"}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"exponential": "4 d"}, "then": "discharge"}, "discharge": {"choose": {"at_home": 0.3, "gone": "rest"}},
        "at_home": {"wait": {"exponential": "9 d"}, "then": "ward_stay"}, "gone": {"leave": "well"},
    },
    "levers": {"shorter": {"changes": {"steps": {"ward_stay": {"for": {"exponential": "3 d"}}}}}},
}
WORDS = ["steps.discharge.choose.at_home=interval(0.05,0.6)", "units.ward.beds=18,20,22"]


@pytest.fixture
def words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "system.yaml").write_text(yaml.safe_dump(SYSTEM))
    return ["system.yaml", *WORDS]


class Here:
    """Runs units in this process; can be told to stop."""

    def __init__(self, most=1000):
        self.ran, self.most = 0, most

    def __call__(self, plan, folder, units):
        worker = Worker(folder)
        for unit in units:
            if self.ran == self.most:
                raise StudyError("stopped")
            assert worker(unit).how == DONE
            self.ran += 1


AIM = Aim("raw_readmission_30")


def run(words, here, aim=AIM, samples=14):
    return search([*words, "models=[base]"], samples, aim, None, here)


def test_it_comes_near_the_end_where_fewest_come_back(words):
    found = run(words, Here())
    shares = [scenario.values[0] for scenario in found.plan.scenarios]
    first = best(found, largest=False)[0]
    assert found.values[first] == min(found.values)
    assert shares[first] < 0.15
    assert np.mean(shares[10:]) < np.mean(shares[:10])  # the first ten are drawn at random
    table = everybody(found.plan, found.folder)
    assert found.values[first] == table[table["scenario"] == first + 1]["raw_readmission_30"].mean()
    assert best(found, largest=True)[0] == int(np.argmax(found.values))


def test_the_same_command_asks_for_the_same_points_and_goes_on_where_it_was_stopped(words):
    with pytest.raises(StudyError):
        run(words, Here(most=6))
    again = Here()
    found = run(words, again)
    assert again.ran == 14 - 6
    once_more = Here()
    assert run(words, once_more).values == found.values
    assert once_more.ran == 0


def test_the_aim_is_the_difference_where_there_are_two_models(words):
    found = search(words, 4, Aim("bed_days"), None, Here())
    table = everybody(found.plan, found.folder).pivot(index=["scenario", "replication"], columns="model", values="bed_days")
    first, last = found.plan.scenarios[0].models
    assert found.values == pytest.approx((table[last] - table[first]).groupby("scenario").mean().tolist(), rel=1e-12)
    assert max(found.values) < 0  # shorter stays, fewer bed-days


@pytest.mark.parametrize(("words_more", "samples", "aim", "says"), [
    ([], 0, AIM, "--samples"), ([], 4, Aim("raw_readmision_30"), "Did you mean"), ([], 4, Aim("utilisation"), "not told of everybody"),
    (["replications=1,2"], 4, AIM, "once for the whole sweep"),
])
def test_what_cannot_be_searched_is_said(words, words_more, samples, aim, says):
    with pytest.raises(Faults, match=says):
        search([*words, "models=[base]", *words_more], samples, aim, None, Here())


def test_without_optuna_it_says_how_to_have_it(words, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(Faults, match=r"pathsim-care\[optuna\]"):
        run(words, Here())


def test_differences_are_those_of_a_comparison(words):
    planned = plan_sweep(["system.yaml", "units.ward.beds=18,22"])
    claim(planned.plan, planned.folder)
    Here()(planned.plan, planned.folder, plans.all_units(planned.plan))
    collect(planned.plan, planned.folder, planned.folder / "differences.csv", differences=True)
    found = pd.read_csv(planned.folder / "differences.csv")
    for number, beds in enumerate((18, 22), start=1):
        composed = compose(["system.yaml", f"units.ward.beds={beds}", "minimum=3", "workers=1"])
        table = compare(plan_study(composed.raw, composed.settings, composed.folder, None)).table
        wanted = table[table["group"] == "all"].set_index("indicator")
        mine = found[found["scenario"] == number].set_index("indicator")
        assert set(mine.index) == set(wanted.index)
        columns = ["base", "value", "difference", "low", "high", "n"]
        pd.testing.assert_frame_equal(mine[columns], wanted.loc[mine.index, columns], check_names=False, check_dtype=False, rtol=1e-14)
        assert (mine["units.ward.beds"] == beds).all()
