"""What is uncertain: unknowns move what they should and nothing else; a posterior keeps its covariance; a draw is a function of seed, name and number."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pathsim.commands.list import _unknowns as listed
from pathsim.faults import Faults
from pathsim.inputs.drawing import at, z_of
from pathsim.inputs.posterior import Calibrated, read_posterior
from pathsim.inputs.spread import spread
from pathsim.inputs.unknowns import Inputs, Together, unknowns_of
from pathsim.language.evidence import Number, numbers
from pathsim.study.compose import compose
from pathsim.study.identity import Identity
from pathsim.study.settings import Settings, read_settings


def ranged(value, low, high, role="assumed", covers=0.9):
    return {"value": value, "range": [low, high], "covers": covers, "role": role}


@pytest.fixture
def system():
    return {
        "levers": {"a": {"reach": ranged(0.6, 0.3, 0.8), "fidelity": ranged(0.5, 0.2, 0.8)}, "b": {"fidelity": ranged(0.6, 0.3, 0.9)}},
        "risks": {"fall": {"rate": ranged("2 per y", "1 per y", "4 per y", "calibrated"), "times": {"age": {
            "65-74": {"value": 1, "role": "calibrated"}, "75+": ranged(2, 1.5, 3, "calibrated")}}}},
        "effects": {"home": {"fall": {"0-8 d": {"value": 0.6321, "role": "calibrated"}, "8-30 d": {"value": 0.1235, "role": "calibrated"}}}},
        "units": {"ward": {"beds": 4}},
    }


@pytest.fixture
def inputs(tmp_path):
    rng = np.random.default_rng(5)
    draws = rng.multivariate_normal([0.1, 0.0, 0.05], [[0.04, 0.018, 0], [0.018, 0.09, 0], [0, 0, 0.01]], 300)
    with (tmp_path / "p.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["level", "slope", "fade"], *draws.tolist()])
    (tmp_path / "q.yaml").write_text("""
parameters:
  level: {title: level, places: risks.fall.rate}
  slope: {title: slope, places: risks.fall.times.age, form: power}
  fade:  {title: fade, places: effects.home.fall, form: fade, start: 8 d}
""")
    together = {"carried_out": Together(of="levers.*.fidelity", title="how well")}
    return Inputs(together=together, posterior=Calibrated(draws=str(tmp_path / "p.csv"), quantities=str(tmp_path / "q.yaml"))), draws


def test_what_is_one_unknown_moves_together_and_nothing_else_moves(system, inputs):
    unknowns = unknowns_of(system, inputs[0])
    assert list(unknowns.by_name) == ["carried_out", "levers.a.reach", "calibration.level", "calibration.slope", "calibration.fade"]
    edge = stats.norm.ppf(0.95)
    moved = at(system, unknowns.values(system, {"carried_out": edge}))
    assert moved["levers"]["a"]["fidelity"] == {"value": pytest.approx(0.8), "role": "scenario"}
    assert moved["levers"]["b"]["fidelity"]["value"] == pytest.approx(0.9)
    assert moved["levers"]["a"]["reach"] == system["levers"]["a"]["reach"]
    assert moved["risks"] is system["risks"] and moved["units"] is system["units"]


def test_at_0_all_is_as_written(system, inputs):
    unknowns = unknowns_of(system, inputs[0])
    assert unknowns.values(system, dict.fromkeys(unknowns.by_name, 0.0)) == {}


def test_components_of_a_posterior_give_back_its_covariance(inputs):
    given, draws = inputs
    mixing = read_posterior(given.posterior).mixing
    assert np.allclose(mixing @ mixing.T, np.cov(draws.T))
    alike = np.corrcoef(draws.T)[0, 1]
    assert alike > 0.2 and mixing[0, 0] > mixing[0, 1] > 0  # a component is most like its quantity, and moves its neighbour a little
    assert np.allclose(mixing / draws.std(axis=0, ddof=1)[:, None], (mixing / draws.std(axis=0, ddof=1)[:, None]).T)  # the symmetric root


def test_quantities_move_by_their_forms(system, inputs):
    given, draws = inputs
    unknowns = unknowns_of(system, given)
    posterior = unknowns.posterior
    z = {"calibration.level": 1.0, "calibration.slope": -2.0, "calibration.fade": 0.5}
    level, slope, fade = posterior.mixing @ [1.0, -2.0, 0.5]
    values = unknowns.values(system, z)
    assert float(values["risks", "fall", "rate"].split()[0]) == pytest.approx(2 * np.exp(level), rel=1e-3)
    assert values["risks", "fall", "times", "age", "75+"] == pytest.approx(2 ** np.exp(slope), rel=1e-3)
    assert values["risks", "fall", "times", "age", "65-74"] == 1
    tau = 8 * np.exp(posterior.mean[2] + fade)
    assert values["effects", "home", "fall", "0-8 d"] == pytest.approx(tau / 8 * (1 - np.exp(-8 / tau)), rel=1e-3)


def test_a_number_that_is_calibrated_no_more_is_not_moved(system, inputs):
    system["risks"]["fall"]["rate"] = 3  # as from the command line
    unknowns = unknowns_of(system, inputs[0])
    assert "calibration.level" not in unknowns.by_name
    values = unknowns.values(system, {"calibration.slope": 1.0})
    assert ("risks", "fall", "rate") not in values and ("risks", "fall", "times", "age", "75+") in values


def test_draws_are_normal_independent_and_keyed(system, inputs):
    unknowns = unknowns_of(system, inputs[0])
    table = np.array([list(z_of(unknowns, draw, 1).values()) for draw in range(1, 1001)])
    assert (np.abs(table.mean(axis=0)) < 4 / np.sqrt(1000)).all()  # five of them: a false alarm once in 3,000
    assert (np.abs(np.corrcoef(table.T)[np.triu_indices(5, 1)]) < 4 / np.sqrt(1000)).all()
    assert min(stats.kstest(column, "norm").pvalue for column in table.T) > 1e-3 / 5
    fewer = unknowns_of({"levers": {"a": {"reach": system["levers"]["a"]["reach"]}}}, Inputs())
    assert z_of(fewer, 7, 1)["levers.a.reach"] == z_of(unknowns, 7, 1)["levers.a.reach"]
    assert z_of(unknowns, 7, 1) != z_of(unknowns, 7, 2) != z_of(unknowns, 8, 2)


@given(st.floats(-6, 6))
def test_a_number_moves_one_way(z):
    [one] = numbers({"levers": {"a": {"reach": ranged(0.6, 0.3, 0.8)}}})
    assert spread(one)(min(z + 0.1, 6)) >= spread(one)(z)


def test_a_symmetric_share_is_nearly_a_beta():
    """The beta with the same ends of the range has nearly the same quantiles: which of the two is taken decides nothing."""
    from scipy.optimize import fsolve

    low, high = 0.27, 0.82
    a, b = fsolve(lambda p: [stats.beta.cdf(low, *np.exp(p)) - 0.05, stats.beta.cdf(high, *np.exp(p)) - 0.95], [0.5, 0.3])
    at_z = spread(Number(("levers", "x", "fidelity"), 0.56, "assumed", range=(low, high), covers=0.9))
    for p in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert at_z(stats.norm.ppf(p)) == pytest.approx(stats.beta.ppf(p, np.exp(a), np.exp(b)), abs=0.02)


def test_a_draw_has_luck_and_name_of_its_own():
    assert Settings().luck(5) == 5
    numbers = {Settings(draw=draw, replications=3).luck(r) for draw in (1, 2, 3) for r in range(3)} | {Settings().luck(r) for r in range(100)}
    assert len(numbers) == 109
    name = lambda **how: Identity().of({}, Settings(**how), ["relay"], Path())  # noqa: E731
    assert len({name(), name(draw=1), name(draw=2)}) == 3
    assert name(shift={"a": 1.0}) == name()  # what is shifted is in the system itself


@pytest.mark.parametrize(("given", "says"), [
    ({"draw": 0}, "draw: 0 was given"), ({"draw": 1.5}, "draw: 1.5"), ({"shift": {"a": 7}}, "-6 to 6"), ({"shift": 3}, "standard deviations"),
    ({"shift": {"a": {"b": "x"}}}, "a.b: 'x'"), ({"draw": 1, "replications": 20_000}, "Take more draws"),
    ({"inputs": {"posterior": {"draws": "a"}}}, "quantities"),
])
def test_faults_of_settings(given, says):
    with pytest.raises(Faults, match=says):
        read_settings(given)


def test_faults_of_a_posterior(tmp_path, system, inputs):
    given = inputs[0].posterior
    with pytest.raises(Faults, match="no 'dansih'. Did you mean 'danish'"):
        read_posterior(Calibrated(draws="dansih", quantities="danish"))
    bad = tmp_path / "bad.csv"
    bad.write_text("level,slop\n1,2\n")
    with pytest.raises(Faults) as found:
        read_posterior(Calibrated(draws=str(bad), quantities=given.quantities))
    assert {"slop", "slope", "fade"} <= {str(fault).split(": ")[1] for fault in found.value.faults}
    for text in ("level,slope,fade\n", "level,slope,fade\n1,2,x\n1,2,3\n", "level,slope,fade\n1,2\n1,2,3\n", ""):
        bad.write_text(text)
        with pytest.raises(Faults):
            read_posterior(Calibrated(draws=str(bad), quantities=given.quantities))


def test_the_shipped_study_is_drawn_and_is_a_care_system():
    """Every unknown of the default is there, and a far draw still lays out."""
    from pathsim.language import read_all
    from pathsim.study.drawn import known

    written = compose([])
    names = known(written.raw, written.settings.inputs).by_name
    assert {"reach", "fidelity", "visit", "unmet_need", "price_bed_day", "calibration.relapse"} <= set(names)
    assert all(one.title != one.name for one in names.values())  # each has words that a reader understands
    drawn = compose(["draw=12"]).raw
    read_all(drawn)
    assert not known(drawn, written.settings.inputs).by_name  # nothing is drawn twice, the calibrated numbers neither
    far = compose([f"shift={{{', '.join(f'{name}: 2.5' for name in names if '.' not in name)}}}"]).raw
    assert far["levers"]["partnership"]["reach"]["value"] > 0.86
    read_all(far)
    with pytest.raises(Faults, match="shift.raech: no unknown of that name. Did you mean 'reach'"):
        compose(["shift.raech=1"])
    lines = list(listed([]))
    assert len(lines) == len(names) and "shift.reach: share that it reaches / andelen, det når (implementation; 0.43 to 0.86; assumed)" in lines
    fixed = compose(["levers.partnership.reach=0.4", "draw=3"]).raw
    assert fixed["levers"]["partnership"]["reach"] == 0.4  # what is set on the command line is not uncertain
