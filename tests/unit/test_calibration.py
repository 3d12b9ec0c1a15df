"""A calibration is tried where the answer is known: figures that are straight lines of the free quantities, with noise."""


from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
import yaml

from pathsim import folders
from pathsim.evidence.calibration.fitting import alike, fit, unlearned
from pathsim.evidence.calibration.patch import patch_of, written
from pathsim.evidence.calibration.targets import _typed, read_targets
from pathsim.faults import Faults
from pathsim.inputs.quantities import Parameter, applied, faded, found, tenths
from pathsim.inputs.written import parts
from pathsim.language import merge, read_yaml
from pathsim.language.quantities import DAY
from pathsim.study.compose import compose

SYSTEM = {
    "risks": {"fall": {"rate": "0.2 per y", "times": {"age": {"65-74": 1.5, "75+": {"value": 3.0, "source": "B001"}}}}},
    "effects": {"home": {"fall": {"0-4 d": 0.8, "4-8 d": 0.5, "8-60 d": 0}}},
    "steps": {"decides": {"choose": {"ward": 0.2, "home": "rest"}}},
}


def moved(x, **words):
    parameter = Parameter(title="a", **words)
    return parameter.moved(SYSTEM, x)[parameter.places[0]]


def test_each_form_moves_what_it_says():
    assert moved(np.log(2), places="risks.fall.rate") == "0.4 per y"
    assert moved(np.log(2), places="risks.fall.times.age", form="scale") == {"65-74": 3.0, "75+": 6.0}
    assert moved(np.log(2), places="risks.fall.times.age", form="power") == {"65-74": 2.25, "75+": 9.0}
    assert moved(np.log(2), places="risks.fall.times.age", form="excess") == {"65-74": 2.0, "75+": 5.0}
    assert moved(np.log(4), places="steps.decides.choose.ward", form="share") == 0.5  # odds of a quarter become 1
    assert moved(0.0, places="steps.decides.choose.home", form="share") == "rest"
    bands = moved(np.log(2), places="effects.home.fall", form="fade", start="4 d")
    assert bands == {band: faded(band, 8 * DAY) for band in ("0-4 d", "4-8 d", "8-60 d")} and bands["0-4 d"] > bands["4-8 d"] > bands["8-60 d"] > 0


@pytest.mark.parametrize("shape", [0.5, 1.04, 3.0])
def test_tenths_have_mean_one_and_the_spread_of_the_gamma(shape):
    means = np.array(tenths(shape))
    assert abs(means.mean() - 1) < 1e-3 and (np.diff(means) > 0).all()
    assert 0.8 / shape < means.var() < 1 / shape  # a little is lost within the tenths


def test_at_zero_nothing_is_moved_but_its_evidence():
    parameters = {"rate": Parameter(title="r", places="risks.fall.rate"), "age": Parameter(title="a", places="risks.fall.times.age", form="power")}
    same = applied(SYSTEM, parameters, {"rate": 0.0, "age": 0.0})
    assert same["risks"]["fall"]["rate"] == "0.2 per y" and same["risks"]["fall"]["times"]["age"] == {"65-74": 1.5, "75+": 3.0}


TARGETS = {
    "targets": {
        "readmission_65": {"value": 20.0, "allowance": 0.5, "because": "place", "source": "B001"},
        "admissions_80": {"value": 0.4, "allowance": 0.02, "because": "place", "source": "B084"},
        "stay_80": {"value": 5.6, "allowance": 5.0, "because": "place", "source": "B060", "use": "check"},
    },
    "parameters": {
        "level": {"title": "level", "places": "risks.fall.rate", "prior": 0.5},
        "twin": {"title": "twin", "places": "risks.fall.rate", "prior": 0.5},
        "excess": {"title": "excess", "places": "risks.fall.times.age", "form": "power", "prior": 0.5},
        "idle": {"title": "idle", "places": "effects.home.fall", "form": "fade", "start": "4 d", "prior": 0.3},
    },
}
TRUTH = np.array([0.3, 0.0, -0.2, 0.0])


def world(noise):
    """A work whose figures are known: `level` and `twin` do the same, `idle` does nothing."""

    def tries(trials):
        found = []
        for x, replication in trials:
            chance = np.random.default_rng([7, replication]).normal(0, noise, 3)
            level = np.array(x) - TRUTH
            found.append({
                "readmission_65": 20 + 6 * (level[0] + level[1]) + 8 * level[2] + chance[0],
                "admissions_80": 0.4 * np.exp(level[0] + level[1]) + 0.02 * chance[1],
                "stay_80": 5.0 + chance[2],
            })
        return found

    return tries


def test_known_quantities_are_found_and_twins_are_told():
    targets = _typed(TARGETS, "test")
    posterior = fit(targets, world(noise=0.1), each=120)
    both = posterior.mean[0] + posterior.mean[1]
    a = np.array([1.0, 1.0, 0, 0])
    assert abs(both - 0.3) < 2.6 * np.sqrt(a @ posterior.covariance @ a)  # a false alarm in a hundred, were the seed not fixed
    assert abs(posterior.mean[2] + 0.2) < 2.6 * posterior.sd[2]
    assert posterior.sd[2] < 0.4 * posterior.prior[2]
    [(one, other, r)] = alike(posterior)
    assert {one, other} == {"level", "twin"} and r < -0.9
    assert [name for name, share in unlearned(posterior, least=0.95)] == ["idle"]


def test_a_posterior_covers_the_truth_as_often_as_it_says():
    """Targets that were themselves seen with their stated error: 95 % intervals of the sum hold the truth as often as chance allows."""
    inside = 0
    for seed in range(60):
        seen = np.random.default_rng([11, seed]).normal([20.0, 0.4], [0.5, 0.02])
        given = deepcopy(TARGETS)
        for name, value in zip(("readmission_65", "admissions_80"), seen, strict=True):
            given["targets"][name]["value"] = float(value)
        truth_of_prior = np.random.default_rng([12, seed]).normal(0, 1, 4) * [0.5, 0.5, 0.5, 0.3]

        def tries(trials, center=truth_of_prior):
            return world(0.02)([(tuple(np.array(x) - center + TRUTH), r) for x, r in trials])

        posterior = fit(_typed(given, "test"), tries, each=60)
        a = np.array([1.0, 1.0, 0, 0])
        inside += abs(a @ (posterior.mean - truth_of_prior)) < 1.96 * np.sqrt(a @ posterior.covariance @ a)
    assert 51 <= inside <= 60  # binomial(60, 0.95): fewer than 51 once in 1,000


def test_the_patch_is_a_care_system_with_roles_and_ranges():
    targets = _typed(TARGETS, "test")
    posterior = fit(targets, world(noise=0.1), each=60)
    draws = posterior.draws(200, 1)
    patch = yaml.safe_load(written(patch_of(SYSTEM, targets, posterior, draws), "test", "test.csv"))
    rate = patch["risks"]["fall"]["rate"]
    assert rate["role"] == "calibrated" and rate["covers"] == 0.95
    low, value, high = (float(text.split()[0]) for text in (rate["range"][0], rate["value"], rate["range"][1]))
    assert low < value < high
    assert set(patch["effects"]["home"]["fall"]) == set(SYSTEM["effects"]["home"]["fall"])
    assert list(patch) == ["inputs", "risks", "effects"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"targets": {"readmision_65": {"value": 1, "allowance": 1, "because": "x", "source": "B001"}}}, "nothing measures 'readmision_65'"),
        ({"targets": {"readmission_65": {"range": [19, 21]}}}, "a range needs covers"),
        ({"targets": {"readmission_65": {"allowance": 0}}}, "greater than 0"),
        ({"targets": {"readmission_65": {"use": "both"}}}, "Allowed: fit, check"),
        ({"parameters": {"level": {"form": "twist"}}}, "Allowed: scale, power"),
        ({"parameters": {"level": {"prior": -1}}}, "more than 0"),
        ({"study": {"years": 90}}, "less than or equal to 20"),
    ],
)
def test_a_faulty_file_of_targets_is_told(change, says):
    with pytest.raises(Faults, match=says):
        _typed(merge(TARGETS, change), "my_targets.yaml")


def test_shipped_targets_are_typed_and_none_is_fitted_without_a_reason():
    targets = read_targets("danish")
    assert len(targets.fitted) > 40 and len(targets.parameters) > 25
    assert all(target.because for target in targets.targets.values())
    with pytest.raises(Faults, match="Did you mean 'danish'"):
        read_targets("danisk")




def test_the_shipped_patch_is_what_its_draws_and_targets_give():
    """A number changed by hand, a target file that moved on, a system that lost a place: all are seen."""
    targets, draws = read_targets("danish"), pd.read_csv(folders.configs() / "calibration" / "danish.csv")
    patch = read_yaml(folders.configs() / "calibration" / "danish.yaml")
    raw = compose(["~calibration"]).raw
    assert list(draws) == list(targets.parameters)
    for name, parameter in targets.parameters.items():
        low, high = np.quantile(draws[name], [0.025, 0.975])  # a middle outside them widens the range
        for place in parameter.places:
            cases = list(_cases(found(patch, place), *(parameter.moved(raw, x)[place] for x in (low, high))))
            assert cases
            for value, one, other in cases:
                middle = parts(value["value"])[0]
                low_end, high_end = (pick(middle, parts(one)[0], parts(other)[0]) for pick in (min, max))
                given = [parts(end)[0] for end in value["range"]] if "range" in value else [middle, middle]
                assert given == pytest.approx([low_end, high_end], rel=0.02), place


def _cases(value, one, other):
    """Numbers of the patch beside the same numbers at the ends."""
    if isinstance(value, dict) and "value" not in value:
        for key in value:
            yield from _cases(value[key], one[key], other[key])
    elif value != "rest":
        yield value, one, other


def test_the_default_stands_on_the_patch():
    """What the patch says is what the default has: no later group or file takes it away."""
    patch, raw = read_yaml(folders.configs() / "calibration" / "danish.yaml"), compose([]).raw
    for parameter in read_targets("danish").parameters.values():
        for place in parameter.places:
            for value, here, _ in _cases(found(patch, place), found(raw, place), found(raw, place)):
                assert here["value"] == value["value"] and here["role"] == "calibrated", place
