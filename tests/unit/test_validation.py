"""Studies, pooled sizes and scores, against what they should be by hand."""

import math

import numpy as np
import pytest
import yaml

from pathsim.evidence.pooling import pooled
from pathsim.evidence.sources import sources
from pathsim.evidence.trials.compose import composed
from pathsim.evidence.validation import studies as shelf
from pathsim.evidence.validation.predict import Prediction
from pathsim.evidence.validation.run import posterior_of, row_of, summary
from pathsim.evidence.validation.scores import crps, crps_normal
from pathsim.evidence.validation.studies import LEVER, Row, read_pool, read_studies, without
from pathsim.faults import Faults
from pathsim.study.compose import compose

STUDIES = read_studies()


def test_the_score_is_distance_less_half_the_spread():
    draws, seen = np.random.default_rng(3).normal(0.2, 0.5, 60), 0.4
    by_hand = np.abs(draws - seen).mean() - np.abs(draws[:, None] - draws[None]).mean() / 2
    assert crps(draws, seen) == pytest.approx(by_hand)
    many = np.random.default_rng(4).normal(0.2, 0.5, 40_000)
    assert crps(many, seen) == pytest.approx(crps_normal(0.2, 0.5, seen), abs=0.006)  # four standard errors of a mean of 40,000


def test_a_vaguer_and_a_surer_forecast_both_lose_on_average():
    rng = np.random.default_rng(5)
    seen = rng.normal(0, 1, 4000)
    honest, sure, vague = (np.mean([crps_normal(0, sd, x) for x in seen]) for sd in (1.0, 0.4, 2.5))
    assert honest < sure and honest < vague


def test_studies_that_agree_are_pooled_by_their_precision():
    y, se = np.array([-0.2, -0.25, -0.15]), np.array([0.1, 0.2, 0.4])
    found = pooled(y, se)
    w = se**-2.0
    assert found.tau == 0 and found.mean == pytest.approx(w @ y / w.sum()) and found.error == pytest.approx(w.sum() ** -0.5)


def test_the_spread_between_places_is_found():
    rng = np.random.default_rng(6)
    taus = [pooled(rng.normal(-0.2, math.hypot(0.3, 0.1), 40), np.full(40, 0.1)).tau for _ in range(40)]
    assert np.mean(taus) == pytest.approx(0.3, abs=0.03)  # sd of one some 0.037, of the mean 0.006, and a little bias
    with pytest.raises(ValueError, match="one study"):
        pooled([0.1], [0.1])


def test_a_new_place_is_less_sure_than_the_mean():
    found = pooled([-0.7, -0.2, 0.0, -0.4, 0.1], [0.1] * 5)
    assert found.predicted(0.0) == pytest.approx(found.mean)
    assert found.predicted(1.645) - found.predicted(0.0) > 1.645 * math.hypot(found.error, found.tau)  # few studies: t and not normal


@pytest.mark.parametrize("name", [name for name, study in STUDIES.items() if study.effect is not None])
def test_a_study_is_left_out_of_its_own_prediction(name):
    study, pool = STUDIES[name], read_pool()
    moved = [Row(row.study, row.mechanism, row.log - 3.0, row.error) if row.study == name else row for row in pool]
    assert without(name, study.mechanism, moved) == without(name, study.mechanism, pool)
    if any(row.study == name for row in pool):
        assert without("nobody", study.mechanism, moved) != without("nobody", study.mechanism, pool)


def test_every_study_says_what_was_learnt_from_it_and_stands_on_a_source_that_was_read():
    assert {study.used_for for study in STUDIES.values()} == {"prior", "fitted", "held_out"}
    assert sum(study.used_for == "held_out" for study in STUDIES.values()) >= 5
    low = [(name, one) for name, study in STUDIES.items() for one in study.source if sources()[one].confidence == "low"]
    assert low == []


def test_rows_of_the_pool_are_those_of_their_sources():
    rows = [line.split(",") for line in (shelf.folders.configs() / "studies" / "pool.csv").read_text().splitlines()[1:]]
    assert all(row[5] in sources() for row in rows)


@pytest.mark.parametrize("name", list(STUDIES))
def test_every_study_is_a_trial_of_the_shipped_system(name):
    system = compose(["~calibration"])
    prediction = Prediction(name, STUDIES[name], system.raw, system.settings, *posterior_of("danish"))
    raw = prediction.system(0)
    made = composed(raw, system.settings, STUDIES[name].trial)
    assert LEVER in made.levers
    if STUDIES[name].effect:
        other = prediction.system(1)
        assert raw["levers"][LEVER] != other["levers"][LEVER]  # the size is drawn


def figures(log, n=20):
    rng = np.random.default_rng(8)
    return [{"log": float(x), "se": 0.1, "control": 0.2, "true": log, "delivered": 0.8, "n": 600.0} for x in rng.normal(log, 0.1, n)]


def test_a_row_tells_a_hit_from_a_miss():
    horsens = STUDIES["horsens_2018"]
    hit, miss = row_of("horsens_2018", horsens, figures(0.0)), row_of("horsens_2018", horsens, figures(-0.7))
    assert hit["inside_90"] and not miss["inside_90"]
    assert hit["crps"] < 0.05 < miss["crps"] and miss["crps"] > miss["crps_no_effect"]
    assert hit["published_low"] == pytest.approx(0.8, abs=0.005) and miss["bias"] == pytest.approx(-0.7, abs=0.1)


def test_the_interval_of_shares_is_that_of_katz():
    published = STUDIES["pedersen_2016"].published
    assert published.error == pytest.approx(math.sqrt(1 / 79.8 - 1 / 665 + 1 / 152.95 - 1 / 665), rel=1e-3)


def test_the_summary_counts_what_the_table_says():
    import pandas as pd

    table = pd.DataFrame([row_of(name, STUDIES[name], figures(0.0)) for name in ("horsens_2018", "patina_2022", "pedersen_2016")])
    [first, held] = summary(table).to_dict("records")[:2]
    assert first["n"] == 3 and held["n"] == 1 and first["inside_90"] == int(table["inside_90"].sum())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"used_for": "both"}, "Allowed: prior, fitted, held_out"),
        ({"source": ["F999"]}, "no 'F999' among the sources"),
        ({"published": {"estimate": 0.8}}, "give an estimate with a range"),
        ({"effect": {"at": ["effects.x"], "delivered": 1.4}}, "less than or equal to 1"),
        ({"trail": 1}, "no such word here"),
    ],
)
def test_a_faulty_study_is_told(tmp_path, change, says):
    whole = yaml.safe_load((shelf.folders.configs() / "studies" / "horsens_2018.yaml").read_text())
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(whole | change))
    with pytest.raises(Faults, match=says):
        read_studies(tmp_path)
