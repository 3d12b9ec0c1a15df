"""What sweeps do once and not ten thousand times: counted, not timed."""

from collections import Counter

import hydra
import pyarrow.parquet as pq
import pytest

from pathsim import folders
from pathsim.study import identity
from pathsim.study.overrides import groups
from pathsim.study.sweep import collect, planning, worker
from pathsim.study.sweep import plan as plans
from pathsim.study.sweep.designs import design
from pathsim.study.sweep.scenarios import Composer

SYSTEM = """
about: {title: A ward, role: assumed}
population: {citizens: 40, deaths: replaced}
attributes: {age: {65-84: 0.8, 85-99: rest}, sex: {woman: 0.5, man: rest}}
groups: {women: {sex: woman}}
units: {ward: {beds: 2, sector: hospital, staff: {nurse: 0.3}}}
risks: {illness: {rate: 3 per y, then: ward_stay}}
steps: {ward_stay: {at: ward, for: {exponential: 5 d}, then: home}}
engine: simpy
warm_up: 0
"""


def composed(words):
    """The scenarios of a sweep of what is shipped, and their systems."""
    options = groups(folders.configs())
    found = design(words, options)
    composer = Composer([], folders.configs(), options)
    return zip(*[composer.scenario(one, found.parameters) for one in found.scenarios], strict=True)


def test_hydra_composes_once_for_each_set_of_choices(monkeypatch):
    asked, real = [], hydra.compose
    monkeypatch.setattr(hydra, "compose", lambda *given, **named: asked.append(tuple(given[1])) or real(*given, **named))
    scenarios, _ = composed(["region=langeland,toender", "levers.partnership.reach=0.2,0.5,0.8", "units.home_nursing.slots=range(30,35)"])
    assert len(scenarios) == 30 and len({one.key for one in scenarios}) == 30
    assert asked == [("region=langeland",), ("region=toender",)]


def test_what_no_scenario_changes_is_hashed_once(monkeypatch):
    hashed, real = [], identity.digest
    monkeypatch.setattr(identity, "digest", lambda value: hashed.append(value) or real(value))
    _, systems = composed(["levers.partnership.reach=0.2,0.5,0.8"])
    times = Counter(id(value) for value in hashed)
    raw = systems[0].raw
    shared = [heading for heading in raw if all(one.raw[heading] is raw[heading] for one in systems)]
    assert {"levers", "units", "steps", "risks", "attributes"} & set(shared) == {"units", "steps", "risks", "attributes"}
    assert {heading: times[id(raw[heading])] for heading in shared} == dict.fromkeys(shared, 1)
    assert [times[id(one.raw["levers"])] for one in systems] == [1, 1, 1]


@pytest.fixture
def planned(tmp_path):
    """A sweep of two scenarios of two units each, that is planned."""
    (tmp_path / "ward.yaml").write_text(SYSTEM, encoding="utf-8")
    words = [str(tmp_path / "ward.yaml"), "units.ward.beds=1,3", "replications=4", f"results={tmp_path}", "name=beds"]
    found = planning.plan_sweep(words, size=2)
    planning.claim(found.plan, found.folder)
    return found


@pytest.fixture
def done(planned):
    work = worker.Worker(planned.folder)
    assert [work(unit).how for unit in plans.all_units(planned.plan)] == [worker.DONE] * 4
    return planned


def test_a_process_lays_out_a_scenario_once_for_units_in_a_row(planned, monkeypatch):
    laid_out, real = [], worker.prepared
    monkeypatch.setattr(worker, "prepared", lambda system, models: laid_out.append(system.raw["units"]["ward"]["beds"]) or real(system, models))
    work = worker.Worker(planned.folder)
    for unit in plans.all_units(planned.plan):
        assert work(unit).how == worker.DONE
    assert laid_out == [1, 3]


def test_a_table_of_everybody_reads_the_first_row_group_of_each_file_and_no_other(done, monkeypatch):
    read, real = [], pq.ParquetFile.read_row_group

    def counted(file, number, **how):
        read.append((number, file.num_row_groups))
        return real(file, number, **how)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", counted)
    monkeypatch.setattr(pq.ParquetFile, "read", lambda *given, **named: pytest.fail("all of a file was read"))
    found = collect.collect(done.plan, done.folder, done.folder / "table.parquet")
    assert found.rows == 2 * 4 and read == [(0, 2)] * 4


def test_a_long_table_holds_only_rows_of_its_groups_while_it_is_made(done, monkeypatch):
    held, real = [], collect.long
    monkeypatch.setattr(collect, "long", lambda plan, parts: held.extend(parts) or real(plan, parts))
    collect.collect(done.plan, done.folder, done.folder / "long.parquet", ["women"])
    assert len(held) == 4 and all(set(part.table["group"].to_pylist()) == {"women"} for part in held)
