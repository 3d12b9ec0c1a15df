"""Everything that is shipped, on both engines: the same record, bit for bit, and the same bytes of results."""

import pandas as pd
import pytest
from twins.same import difference

from pathsim import compiled, engine
from pathsim.contacts import blocks
from pathsim.folders import configs
from pathsim.language import read_all, read_yaml, reference
from pathsim.plan import lay_out
from pathsim.study import engines
from pathsim.study.compose import compose
from pathsim.study.replicate import plan_study, replicate
from pathsim.study.run import encode

SMALL = pd.DataFrame({"citizen": range(40), "age": [20 + 2 * i for i in range(40)]})
FILES = [*(("known", path.stem) for path in sorted((configs() / "known").glob("*.yaml"))), *(("examples", name) for name in reference.examples())]


def path_of(folder: str, name: str):
    return (configs() / "known" if folder == "known" else reference.EXAMPLES) / f"{name}.yaml"


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_shipped_file_gives_the_same_record(folder, name):
    raw = {key: value for key, value in read_yaml(path_of(folder, name)).items() if key not in ("seed", "years", "warm_up")}
    for system in read_all(raw).values():
        plan = lay_out(system, 60.0 if folder == "known" else 400.0)
        people = encode(plan, SMALL if system.population is not None and system.population.from_ else None)
        found = difference(engine.run(plan, *people, 5, 1), compiled.run(plan, *people, 5, 1))
        assert found is None, found


@pytest.mark.parametrize("model", ["relay", "partnership"])
def test_the_default_gives_the_same_record(model):
    composed = compose(["years=0.15", "warm_up=0"])
    prepared = plan_study(composed.raw, composed.settings, composed.folder, [model])
    plan, people = prepared.plans[model], prepared.people[model]
    found = difference(engine.run(plan, *people, 1, 0), compiled.run(plan, *people, 1, 0))
    assert found is None, found


def test_results_are_the_same_bytes_whatever_the_engine(monkeypatch):
    """Also where a run is told in many blocks."""
    for module in (blocks, engines):
        monkeypatch.setattr(module, "BLOCK", 7_000)
    monkeypatch.setattr(blocks.split, "__defaults__", (7_000,))
    told = {}
    for name in ("simpy", "compiled"):
        composed = compose(["years=0.1", "warm_up=0", f"engine={name}"])
        outcome = replicate(plan_study(composed.raw, composed.settings, composed.folder, None), 0, None)
        told[name] = outcome.indicators.to_csv(), outcome.curves.to_csv(), outcome.cautions
    assert told["simpy"] == told["compiled"]
