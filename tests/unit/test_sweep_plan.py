"""Plans of sweeps: read back as they were, named by what matters and nothing else, composed fast and right."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from swept import SYSTEM

from pathsim import folders
from pathsim.faults import Faults
from pathsim.study import identity
from pathsim.study.compare import compare
from pathsim.study.compose import compose
from pathsim.study.identity import Identity
from pathsim.study.overrides import groups
from pathsim.study.replicate import plan_study, replicate
from pathsim.study.sweep import plan as plans
from pathsim.study.sweep import shards
from pathsim.study.sweep.collect import collect
from pathsim.study.sweep.designs import design
from pathsim.study.sweep.planning import plan_sweep, planned_of
from pathsim.study.sweep.scenarios import Composer
from pathsim.study.sweep.store import read
from pathsim.study.sweep.units import Unit
from pathsim.study.sweep.worker import DONE, Worker


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(SYSTEM)
    return tmp_path


def key(*texts):
    """The name of the first scenario."""
    return plan_sweep(["tiny.yaml", *texts]).plan.scenarios[0].key


def resolved(plan):
    """As it is written: folders are whole paths."""
    return replace(plan, bases=[base._replace(folder=base.folder.resolve()) for base in plan.bases])


@pytest.mark.parametrize(
    "texts",
    [
        ["units.ward.beds=3,4"],
        ["years=0.1,0.30000000000000004,1e-1", "seed=1,4294967295"],
        ["models=[relay],[relay,partnership]", "units.ward.sector=hospital,'a b','æøå'", "units.ward.beds=unlimited,2"],
        ["attributes.sex={woman: 0.2},{woman: 0.3}", "+day_0='2026-01-05','2027-01-04'", "~levers.visits.fidelity.range"],
    ],
)
def test_a_plan_read_back_is_the_same_plan(tiny, texts):
    planned = plan_sweep(["tiny.yaml", *texts], size=2)
    plans.write(planned.plan, tiny / "mine")
    found = plans.read(tiny / "mine")
    assert found == resolved(planned.plan)
    assert [[type(value) for value in one.values] for one in found.scenarios] == [[type(value) for value in one.values] for one in planned.plan.scenarios]
    for number, scenario in enumerate(found.scenarios):
        one = plans.composed(found, number)
        assert Identity().of(one.raw, one.settings, scenario.models, one.folder) == scenario.key


def test_points_and_lists_read_back_as_the_same_plan(tiny):
    (tiny / "list.csv").write_text("units.ward.beds,attributes.sex\n3,{woman: 0.25}\n5,{woman: 0.75}\n")
    for how in ({"kind": "lhs", "samples": 5, "listed": Path("list.csv")}, {"kind": "sobol", "samples": 8}):
        planned = plan_sweep(["tiny.yaml", "levers.visits.fidelity=interval(0.5,1)"], **how)
        plans.write(planned.plan, tiny / "mine")
        assert plans.read(tiny / "mine") == resolved(planned.plan)
        again = plan_sweep(["tiny.yaml", "levers.visits.fidelity=interval(0.5,1)"], **how)
        assert again.plan.scenarios == planned.plan.scenarios and again.folder == planned.folder, "the same command is the same sweep"


NUMBERS = [
    "units.ward.beds=5", "units.ward.beds=4.0", "risks.worsening.rate='1.6 per y'", "attributes.age={18-64: 0.61}", "levers.visits.fidelity=0.8",
    "population.citizens=41", "seed=2", "years=0.3", "warm_up=1", "models=[partnership]", "models=[relay,partnership]",
    "models=[partnership,relay]", "about.title=Other", "synthesis.municipalities={odder: {inhabitants: 9}}",
]


def test_the_name_changes_with_whatever_numbers_depend_on(tiny, monkeypatch):
    found = {text: key(text) for text in ["", *NUMBERS] if text} | {"as it is": key()}
    same = found.pop("units.ward.beds=4.0")
    assert len(set(found.values())) == len(found)
    assert same not in set(found.values()) - {found["as it is"]}
    assert key("~models") == found["models=[relay,partnership]"], "all of them, named or not"
    monkeypatch.setattr(identity, "MODEL_VERSION", identity.MODEL_VERSION + 1)
    assert key() not in found.values()


@pytest.mark.parametrize(
    "text", ["replications=99", "workers=3", "engine=simpy", "results=elsewhere", "name=mine", "lang=da", "keep=all", "stop={half_width: 0.1}",
             "minimum=1", "batch=3", "seed=1", "care_model=relay", "replications=20"],
)
def test_the_name_does_not_change_with_how_much_and_where(tiny, text):
    assert key(text) == key()


def test_the_name_changes_with_what_files_hold_and_not_with_their_times_or_place(tiny):
    (tiny / "tiny.yaml").write_text(SYSTEM.replace("{citizens: 40}", "{from: people.csv}"))
    rows = "age,sex\n" + "70,woman\n30,man\n" * 20
    (tiny / "people.csv").write_text(rows)
    first = key()
    os.utime(tiny / "people.csv", (1, 1))
    assert key() == first
    (tiny / "people.csv").write_text(rows.replace("70", "71", 1))
    os.utime(tiny / "people.csv", (2, 2))
    assert key() != first
    (tiny / "there").mkdir()
    (tiny / "there" / "people.csv").write_text(rows)
    (tiny / "there" / "tiny.yaml").write_text((tiny / "tiny.yaml").read_text())
    assert plan_sweep(["there/tiny.yaml"]).plan.scenarios[0].key == first
    tables = (folders.configs() / "synthesis" / "danish.yaml").read_text()
    (tiny / "tables.yaml").write_text(tables)
    own = ["population={from: synthetic, citizens: null}", "synthesis.municipalities={odder: {inhabitants: 500}}", "synthesis.tables=tables.yaml"]
    (tiny / "tiny.yaml").write_text(SYSTEM)
    one = compose(["tiny.yaml", *own])
    second = Identity().of(one.raw, one.settings, ("relay",), one.folder)
    (tiny / "tables.yaml").write_text(tables + "# more\n")
    assert Identity().of(one.raw, one.settings, ("relay",), one.folder) != second


def backwards(value):
    """The same, written in the other order."""
    return {name: backwards(part) for name, part in reversed(value.items())} if isinstance(value, dict) else value


def test_the_order_in_which_things_are_written_changes_neither_name_nor_numbers(tiny):
    raw = yaml.safe_load(SYSTEM)
    found = []
    for data in (raw, backwards(raw)):
        one = compose([], data=data)
        found.append((Identity().of(one.raw, one.settings, ("relay", "partnership"), one.folder),
                      replicate(plan_study(one.raw, one.settings, one.folder, ["relay", "partnership"]), 0, None).indicators))
    assert found[0][0] == found[1][0]
    pd.testing.assert_frame_equal(found[0][1], found[1][1], check_exact=True)


def composer(texts):
    """The scenarios of a command line as a sweep composes them, laid out nowhere."""
    options = groups(folders.configs())
    found, made = design(texts, options), Composer([Path(text) for text in texts if text.endswith(".yaml")], folders.configs(), options)
    return [(one, *made.scenario(one, found.parameters, 1)) for one in found.scenarios], found, made


@pytest.mark.parametrize(
    "texts",
    [
        ["region=langeland,toender", "units.medical_ward.crowded=0.8", "~levers.partnership.reach", "seed=2"],
        ["lever=[outreach,volunteers]", "pathway=[somatic],[somatic,psychiatric]", "+units.medical_ward.queue=50", "~costs", "years=2"],
    ],
)
def test_composing_fast_is_composing_right(texts, tmp_path):
    """Each scenario is what its own words compose from scratch; read back from a plan it is the same."""
    found, parameters, made = composer(texts)
    scenarios = [scenario for _, scenario, _ in found]
    plans.write(planned_of(texts, list(parameters.parameters), scenarios, found[0][2].settings, made.bases), tmp_path)
    plan = plans.read(tmp_path)
    for number, (words, scenario, composed) in enumerate(found):
        right = compose([override.input_line for override in words])
        assert composed == right
        again = plans.composed(plan, number)
        assert (again.raw, again.settings, again.origin) == (right.raw, right.settings, right.origin)
        assert json.dumps(again.raw) == json.dumps(right.raw), "in the same order"
        assert Identity().of(right.raw, right.settings, scenario.models, right.folder) == scenario.key


def test_composing_files_fast_is_composing_them_right(tiny):
    (tiny / "more.yaml").write_text("units: {ward: {beds: 9}}\n")
    texts = ["tiny.yaml", "more.yaml", "levers.visits.fidelity=0.5,1", "+units.ward.queue=3,4", "~effects.fragile"]
    texts += ["care_models.partnership.levers=[],[visits]"]
    found, _, made = composer(texts)
    assert len(found) == 8 and len(made.bases) == 1
    for words, _, composed in found:
        assert composed == compose(["tiny.yaml", "more.yaml", *[override.input_line for override in words]])._replace(overrides=composed.overrides)


def test_names_are_the_same_in_a_process_that_hashes_in_another_way():
    texts = ["region=langeland", "years=1,2"]
    program = f"from test_sweep_plan import composer; print([one.key for _, one, _ in composer({texts})[0]])"
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    here = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120,
                           env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(here)})
    assert found.stdout.strip() == str([one.key for _, one, _ in composer(texts)[0]]), found.stderr


def test_units_have_the_numbers_of_a_comparison(tiny):
    """The twin of the two ways: replication by replication, every indicator and group, and in the table."""
    texts = ["tiny.yaml", "levers.visits.fidelity=0.5,1", "units.ward.beds=2", "replications=3", "models=[relay,partnership]", "years=0.3"]
    planned = plan_sweep(texts, size=2)
    plans.write(planned.plan, planned.folder)
    worker = Worker(planned.folder)
    units = plans.all_units(planned.plan)
    assert len(units) == 4 and all(worker(unit).how == DONE for unit in units)
    collect(planned.plan, planned.folder, tiny / "table.parquet")
    table = pd.read_parquet(tiny / "table.parquet")
    for number, scenario in enumerate(planned.plan.scenarios):
        one = compose(["tiny.yaml", *scenario.changes, "minimum=3", "workers=1", "keep=indicators"])
        right = compare(plan_study(one.raw, one.settings, one.folder, ["relay", "partnership"]))
        mine = pd.concat([read(plans.unit_path(planned.plan, planned.folder, unit), False).to_pandas() for unit in units if unit.scenario == number])
        sort = ["model", "replication", "indicator", "group", "level"]
        pd.testing.assert_frame_equal(mine.sort_values(sort, ignore_index=True), right.indicators.sort_values(sort, ignore_index=True), check_exact=True)
        rows = table[table["scenario"] == number + 1].set_index(["model", "replication"])
        assert len(rows) == 6 and set(rows["levers.visits.fidelity"]) == set(scenario.values)
        everybody = right.indicators.query("group == 'all' and level == 'all'").pivot(index=["model", "replication"], columns="indicator", values="value")
        pd.testing.assert_frame_equal(rows[everybody.columns].sort_index(), everybody.sort_index(), check_exact=True, check_names=False)


def test_scenarios_that_are_the_same_are_run_once_and_told_twice(tiny):
    planned = plan_sweep(["tiny.yaml", "units.ward.beds=3,3,4"], size=2)
    assert [unit.scenario for unit in plans.all_units(planned.plan)] == [0, 2]
    plans.write(planned.plan, planned.folder)
    worker = Worker(planned.folder)
    for unit in plans.all_units(planned.plan):
        worker(unit)
    assert collect(planned.plan, planned.folder, tiny / "table.csv").rows == 6
    assert list(pd.read_csv(tiny / "table.csv")["scenario"]) == [1, 1, 2, 2, 3, 3]


def test_a_unit_is_found_by_its_name_and_a_list_by_its_lines(tiny):
    planned = plan_sweep(["tiny.yaml", "units.ward.beds=3,4", "replications=5"], size=2)
    plan, units = planned.plan, plans.all_units(planned.plan)
    assert [plans.unit_of(plan, plans.unit_name(plan, unit)) for unit in units] == units
    for name in ("", "x.0-1", ".0-1", plan.scenarios[0].key, f"{plan.scenarios[0].key}.3-1", f"{plan.scenarios[0].key}.a-b"):
        with pytest.raises(Faults, match="no unit"):
            plans.unit_of(plan, name)
    (tiny / "mine").mkdir()
    lists = [shards.write_list(tiny / "mine", some) for some in (units, units[:2])]
    assert [shards.read_list(plan, path) for path in lists] == [units, units[:2]]
    whole = [unit for number in range(3) for unit in units[number::3]]
    assert sorted(whole) == sorted(units), "shards have each unit once"
    for text, said in (("0 0\n", "can't be read"), ("9 0 1\n", "names scenarios that the plan has not"), ("a b c\n", "can't be read")):
        lists[0].write_text(text)
        with pytest.raises(Faults, match=said):
            shards.read_list(plan, lists[0])
    plans.write(plan, tiny / "mine")
    assert Worker(tiny / "mine")(units[0]).how == DONE
    assert shards.still_to_do(plan, tiny / "mine", [units[0], units[1], Unit(0, 1, 2)]) == [units[1], Unit(0, 1, 2)]


def test_a_unit_that_somebody_has_done_meanwhile_is_not_done_twice(tiny, monkeypatch):
    planned = plan_sweep(["tiny.yaml"], size=2)
    plans.write(planned.plan, planned.folder)
    (unit,) = plans.all_units(planned.plan)
    worker, path = Worker(planned.folder), plans.unit_path(planned.plan, planned.folder, unit)
    assert worker(unit).how == DONE
    data, known = path.read_bytes(), path.stat()
    assert worker(unit).how == DONE and path.stat() == known
    path.write_bytes(data[:-1])
    assert worker(unit).how == DONE and path.read_bytes() == data, "one that is cut off is not done"


def test_a_sweep_of_another_kind_under_the_same_name_is_kept(tiny):
    from pathsim.study.sweep.planning import claim

    for beds in ("3,4", "5,6", "7,8"):
        planned = plan_sweep(["tiny.yaml", f"units.ward.beds={beds}", "name=mine"])
        claim(planned.plan, planned.folder)
    kept = {path.parent.name: plans.read(path.parent).command[1] for path in (tiny / "results").glob("*/plan.json")}
    assert kept == {"mine.1": "units.ward.beds=3,4", "mine.2": "units.ward.beds=5,6", "mine": "units.ward.beds=7,8"}
    (tiny / "results" / "thesis").mkdir()
    (tiny / "results" / "thesis" / "chapter.txt").write_text("years of work")
    planned = plan_sweep(["tiny.yaml", "units.ward.beds=3,4", "name=thesis"])
    with pytest.raises(Faults, match="holds something else"):
        claim(planned.plan, planned.folder)
