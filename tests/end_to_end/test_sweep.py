"""Sweeps as people use them: what is there is used, what fails is told and tried again."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from swept import GRID, UNIT, files, group, left_over, named, needs_proc, stamps, sweep_in, table, until, workers

LONG = ("sweep", "-m", "tiny.yaml", "units.ward.beds=range(1,40)", "replications=40", "workers=2", *UNIT)
BROKEN = """
import os
import signal

import pathsim.study.sweep.worker as worker

replicate = worker.replicate


def broken(study, *given):
    if study.study.raw["units"]["ward"]["beds"] == 5:
        {how}
    return replicate(study, *given)


worker.replicate = broken
"""


def injected(folder, how):
    """A script after which scenarios with five beds fail: as sitecustomize.py it breaks any Python process that sees its folder."""
    path = folder / "injected" / "sitecustomize.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(BROKEN.format(how=how))
    return path


def test_what_is_there_is_not_run_again(warm, tiny):
    """Thirty replications after twenty are ten; one value more is that value; fewer replications are collected from what there is."""
    results = tiny / "results"
    assert warm.run(*GRID, "replications=4", cwd=tiny).code == 0
    first, few = stamps(results), (sweep_in(results) / "table.parquet").read_bytes()
    more = warm.run(*GRID, "replications=6", cwd=tiny)
    assert more.code == 0 and "6 done" in more.err and "to do: 3 units, 6 replications" in more.err
    second = stamps(results)
    assert first | second == second | first and sorted(name.rpartition(".")[0][41:] for name in second.keys() - first.keys()) == ["4-5"] * 3
    assert table(results).groupby("units.ward.beds")["replication"].apply(list).to_dict() == {beds: list(range(6)) for beds in (3, 4, 5)}
    wider = warm.run("sweep", "-m", "tiny.yaml", "units.ward.beds=5,6,3,4", *UNIT, "replications=6", "name=wider", cwd=tiny)
    third = stamps(results)
    assert wider.code == 0 and second.items() <= third.items() and len({name[:40] for name in third.keys() - second.keys()}) == 1
    fewer = warm.run(*GRID, "replications=4", cwd=tiny)
    assert fewer.code == 0 and "6 done" in fewer.err and stamps(results) == third
    (again,) = (path for path in results.glob("*/table.parquet") if path.parent.name != "wider")
    assert again.read_bytes() == few
    odd = warm.run(*GRID, "replications=5", "--unit-size", "5", cwd=tiny)
    assert odd.code == 0 and stamps(results) == third, "units that were cut in another way count as well"


def test_the_same_bytes_on_any_number_of_processes_and_on_both_engines(warm, tiny):
    found = []
    for how in (["workers=1"], ["workers=2"], ["workers=2", "engine=simpy"]):
        ended = warm.run(*GRID, "models=[relay,partnership]", "results=here", *how, cwd=tiny)
        assert ended.code == 0, ended.err
        here = files(tiny / "here")
        found.append({name: data for name, data in here.items() if not name.endswith("plan.json")})
        shutil.rmtree(tiny / "here")
    assert found[0] == found[1] == found[2] and len(found[0]) == 4


def test_two_who_run_the_same_sweep_at_the_same_time(warm, tiny):
    both = [warm.start(*GRID, "replications=4", "workers=2", cwd=tiny) for _ in range(2)]
    assert [one.end().code for one in both] == [0, 0]
    assert not left_over(tiny / "results") and len(stamps(tiny / "results")) == 6
    alone = warm.run(*GRID, "replications=4", "results=alone", cwd=tiny)
    assert alone.code == 0 and table(tiny / "alone").equals(table(tiny / "results"))
    assert (sweep_in(tiny / "alone") / "table.parquet").read_bytes() == (sweep_in(tiny / "results") / "table.parquet").read_bytes()


@needs_proc
@pytest.mark.parametrize("how", ["ctrl_c", "term"])
def test_who_is_stopped_leaves_nobody_behind(warm, tiny, how):
    running = warm.start(*LONG, cwd=tiny)
    until(lambda: len(stamps(tiny / "results")) >= 2)
    assert len(workers(running.pid)) == 2
    if how == "ctrl_c":
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to all
    else:
        os.kill(running.pid, signal.SIGTERM)
    ended = running.end(10)
    until(lambda: not group(running.pid), 2.0)
    assert "Traceback" not in ended.err and not ended.out
    if how == "ctrl_c":
        assert ended.code == 130 and "What is done is kept" in ended.err
        assert not left_over(tiny / "results")
    else:
        assert ended.code == -signal.SIGTERM


def test_a_unit_at_which_processes_die_is_tried_three_times_and_stops_no_other(warm, tiny):
    deadly = injected(tiny, 'print(file=open("deaths", "a")), os.kill(os.getpid(), signal.SIGKILL)')
    ended = warm.run(*GRID, "replications=4", "workers=2", cwd=tiny, first=deadly)
    assert ended.code == 1 and "2 failed, 0 missing of 6 units" in ended.err and "killed by signal 9" in ended.err
    assert len((tiny / "deaths").read_text()) == 6, "three times each of two units"
    assert len(stamps(tiny / "results")) == 4 and "(incomplete: 4 of 6 units)" in ended.out
    told = warm.run("status", named(tiny), cwd=tiny)
    assert told.code == 0 and "4 of 6 units done, 0 running, 2 failed, 0 missing" in told.out and "beds=5" in told.err and "fewer workers" in told.err
    assert warm.run("retry", named(tiny), cwd=tiny, first=deadly).code == 1
    assert len((tiny / "deaths").read_text()) == 12
    assert warm.run("retry", named(tiny), cwd=tiny).code == 0
    assert not left_over(tiny / "results") and len(table(tiny / "results")) == 12


def test_a_scenario_that_fails_says_why_and_how_to_see_it_again(warm, tiny):
    broken = injected(tiny, 'raise RuntimeError("the fifth bed is broken")')
    for attempt in (1, 2):
        ended = warm.run(*GRID, cwd=tiny, first=broken)
        assert ended.code == 1 and "1 failed, 0 missing of 3 units" in ended.err and len(stamps(tiny / "results")) == 2
        (path,) = sweep_in(tiny / "results").glob("failed/*")
        note = json.loads(path.read_text())
        assert note["attempt"] == attempt and note["host"] and note["scenario"] == "units.ward.beds=5"
        assert note["why"].startswith("Traceback") and "in broken" in note["why"] and note["why"].endswith("RuntimeError: the fifth bed is broken\n")
        assert note["again"] in ended.err
    environment = {"PYTHONPATH": str(broken.parent), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    shell = subprocess.run(note["again"], shell=True, cwd=tiny, env=os.environ | environment, capture_output=True, text=True, timeout=300)
    assert shell.returncode == 1 and "in broken" in shell.stderr and "RuntimeError: the fifth bed is broken" in shell.stderr
    alone = warm.run(*shlex.split(note["again"])[1:], cwd=tiny)
    assert alone.code == 0 and "beds=5" in alone.err and not left_over(tiny / "results"), "it is mended"
    ended = warm.run("collect", named(tiny), cwd=tiny)
    assert ended.code == 0 and len(table(tiny / "results")) == 6


def test_a_fault_that_only_a_combination_has_is_found_in_its_unit(warm, tiny):
    text = (tiny / "tiny.yaml").read_text()
    (tiny / "tiny.yaml").write_text(text.replace("{woman: 0.5, man: rest}", "{woman: 0.3, man: 0.3, other: rest}"))
    ended = warm.run("sweep", "-m", "tiny.yaml", "attributes.sex.woman=0.3,0.6", "attributes.sex.man=0.3,0.6", *UNIT, cwd=tiny)
    assert ended.code == 1 and "1 failed, 0 missing of 4 units" in ended.err and "attributes.sex.woman=0.6 attributes.sex.man=0.6" in ended.err
    (path,) = sweep_in(tiny / "results").glob("failed/*")
    note = json.loads(path.read_text())
    alone = warm.run(*shlex.split(note["again"])[1:], cwd=tiny)
    assert alone.code == 2 and note["why"] in alone.err and "Traceback" not in alone.err + note["why"]


def test_what_is_read_changes_after_it_was_planned(warm, tiny):
    text = (tiny / "tiny.yaml").read_text()
    (tiny / "tiny.yaml").write_text(text.replace("{citizens: 40}", "{from: people.csv}"))
    (tiny / "people.csv").write_text("age,sex\n" + "70,woman\n30,man\n" * 20)
    planned = warm.run(*GRID, "hydra/launcher=commands", cwd=tiny)
    shard = shlex.split(planned.out)[3:]
    (tiny / "people.csv").write_text("age,sex\n" + "71,woman\n30,man\n" * 20)
    ended = warm.run(*shard, cwd=tiny)
    assert ended.code == 1 and "has changed since this sweep was planned. Run the same command again" in ended.err
    assert not stamps(tiny / "results") and not left_over(tiny / "results")
    assert warm.run(*GRID, cwd=tiny).code == 0


@pytest.mark.parametrize("results", ["tiny.yaml/below", "/proc/nobody/here", "/dev/null"])
def test_a_folder_that_can_not_be_written(warm, tiny, results):
    before = files(tiny)
    ended = warm.run(*GRID, f"results={results}", cwd=tiny)
    assert ended.code == 2 and "can't be written" in ended.err and "results=FOLDER" in ended.err and "Traceback" not in ended.err
    assert not ended.out and files(tiny) == before


def test_a_full_disk_stops_it_and_the_same_command_goes_on(warm, tiny):
    """The size of a file is limited, for want of a disk that is full: the plan has room and a unit has not."""
    full = warm.run(*GRID, cwd=tiny, most=6000)
    assert full.code == 1 and "too large" in full.err and "the same command goes on" in full.err and "Traceback" not in full.err
    assert not stamps(tiny / "results") and not left_over(tiny / "results") and not full.out
    assert warm.run(*GRID, cwd=tiny).code == 0
    path = sweep_in(tiny / "results") / "table.parquet"
    data = path.read_bytes()
    path.unlink()
    path.mkdir()
    (path / "in_the_way").touch()
    known = stamps(tiny / "results")
    ended = warm.run(*GRID, cwd=tiny)
    assert ended.code == 1 and f"{path.relative_to(tiny)}: " in ended.err and "Traceback" not in ended.err and not ended.out
    shutil.rmtree(path)
    assert warm.run(*GRID, cwd=tiny).code == 0 and path.read_bytes() == data and stamps(tiny / "results") == known


def test_files_that_were_cut_off_or_damaged_are_run_again(warm, tiny):
    results = tiny / "results"
    assert warm.run(*GRID, cwd=tiny).code == 0
    whole = {path: path.read_bytes() for path in (results / "units").glob("*/*")}
    right = (sweep_in(results) / "table.parquet").read_bytes()
    cut, spoilt, _ = whole
    cut.write_bytes(whole[cut][:-100])
    ended = warm.run(*GRID, cwd=tiny)
    assert ended.code == 0 and "2 done" in ended.err and cut.read_bytes() == whole[cut]
    data = bytearray(whole[spoilt])
    data[200] ^= 255
    spoilt.write_bytes(data)
    ended = warm.run("collect", named(tiny), cwd=tiny)
    assert ended.code == 1 and f"{spoilt.relative_to(tiny)}: was damaged and is set aside" in ended.err and "incomplete" in ended.err
    assert spoilt.with_name(spoilt.name + ".damaged").read_bytes() == data and not spoilt.exists()
    ended = warm.run(*GRID, cwd=tiny)
    assert ended.code == 0 and "2 done" in ended.err and spoilt.read_bytes() == whole[spoilt]
    assert (sweep_in(results) / "table.parquet").read_bytes() == right
