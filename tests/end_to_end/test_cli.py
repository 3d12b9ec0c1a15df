"""The command line as people use it, on systems of seconds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from small import VISITS

from pathsim.cli import VERBS, main
from pathsim.contacts import load

SYSTEM = VISITS + """
about: {title: Small}
population: {citizens: 60}
replications: 3
minimum: 2
batch: 1
years: 0.4
warm_up: 0
workers: 1
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(SYSTEM)
    monkeypatch.chdir(tmp_path)
    no_report(monkeypatch)
    return tmp_path


def no_report(monkeypatch):
    """The report has tests of its own, and takes longer than all of this."""
    monkeypatch.setattr("pathsim.commands.compare._there", lambda module: False)


def run(*args, **environment):
    return subprocess.run(
        [sys.executable, "-m", "pathsim.cli", *args], capture_output=True, text=True, env=os.environ | environment, timeout=300
    )


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_help_is_quick_and_names_every_verb():
    times = []
    for _ in range(3):
        began = time.perf_counter()
        found = run("--help")
        times.append(time.perf_counter() - began)
    assert found.returncode == 0 and all(verb in found.stdout for verb in VERBS)
    assert min(times) < 0.5


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb, capsys):
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    assert end.value.code == 0 and f"pathsim {verb}" in capsys.readouterr().out


def test_compare_writes_all_that_is_promised(folder, capsys):
    assert main(["compare", "small.yaml", "seed=5"]) == 0
    results = folder / "results" / "small-relay-partnership"
    found = files(results)
    assert {"indicators.csv", "differences.csv", "config.yaml", "manifest.json", "runs/relay/contacts.parquet"} <= set(found)
    manifest = json.loads((results / "manifest.json").read_text())
    assert (manifest["seed"], manifest["replications"], manifest["models"]) == (5, 3, ["relay", "partnership"])
    assert "chance alone" in manifest["interval"] and manifest["overrides"] == ["seed=5"]
    table = pd.read_csv(results / "differences.csv")
    assert list(table) == ["model", "against", "indicator", "group", "level", "unit", "base", "value", "difference", "low", "high", "n"]
    indicators = pd.read_csv(results / "indicators.csv")
    assert set(indicators["replication"]) == {0, 1, 2} and set(indicators["model"]) == {"relay", "partnership"}
    days = table.query("indicator == 'admissions' and group == 'all'").iloc[0]
    by_hand = indicators.query("indicator == 'admissions' and group == 'all'").pivot(index="replication", columns="model", values="value")
    assert days["difference"] == pytest.approx((by_hand["partnership"] - by_hand["relay"]).mean())
    assert load(results / "runs" / "relay").meta["model"] == "relay"
    assert "3 replications" in capsys.readouterr().out
    assert not list((folder / "results").glob(".*")), "the staging folder is gone"


def test_the_same_bytes_on_any_number_of_processes_and_any_hash_seed(folder):
    texts = []
    for workers, seed in (("1", "1"), ("2", "2")):
        found = run("compare", "small.yaml", "keep=indicators", f"workers={workers}", f"results=r{workers}", PYTHONHASHSEED=seed)
        assert found.returncode == 0, found.stderr
        place = folder / f"r{workers}" / "small-relay-partnership"
        texts.append([(place / name).read_bytes() for name in ("indicators.csv", "differences.csv", "config.yaml")])
    assert texts[0] == texts[1]


def test_a_comparison_in_processes_stops_where_one_process_stops(folder):
    mark = "stop={indicator: admissions, half_width: 60}"
    numbers = []
    for workers in (1, 2):
        assert main(["compare", "small.yaml", "replications=8", mark, f"workers={workers}", f"results=r{workers}", "keep=all"]) == 0
        place = folder / f"r{workers}" / "small-relay-partnership"
        numbers.append((place / "indicators.csv").read_bytes() + (place / "differences.csv").read_bytes())
        manifest = json.loads((place / "manifest.json").read_text())
        assert 2 <= manifest["replications"] < 8 and manifest["ended"] == "narrow enough"
        assert len(list((place / "runs").iterdir())) == 2 * manifest["replications"]
    assert numbers[0] == numbers[1]


def test_results_run_again_from_their_own_configuration(folder):
    assert main(["compare", "small.yaml", "units.ward.beds=5", "name=first"]) == 0
    before = (folder / "results/first/indicators.csv").read_bytes()
    (folder / "results/first/config.yaml").rename(folder / "again.yaml")
    assert main(["compare", "again.yaml"]) == 0
    assert (folder / "results/first/indicators.csv").read_bytes() == before
    assert [path.name for path in (folder / "results").iterdir()] == ["first"], "the same study takes the place of itself"


def test_another_study_of_that_name_is_kept(folder, capsys):
    for beds in (4, 5, 6):
        assert main(["simulate", "small.yaml", f"units.ward.beds={beds}", "name=mine", "replications=1"]) == 0
    found = {path.name: (path / "config.yaml").read_text() for path in (folder / "results").iterdir()}
    assert {name: text.split("ward: {beds: ")[1][0] for name, text in found.items()} == {"mine.1": "4", "mine.2": "5", "mine": "6"}
    assert "is now" in capsys.readouterr().err


def test_what_is_not_ours_is_kept_too(folder):
    (folder / "results/mine").mkdir(parents=True)
    (folder / "results/mine/thesis.txt").write_text("years of work")
    assert main(["simulate", "small.yaml", "name=mine", "replications=1", "keep=indicators"]) == 0
    assert (folder / "results/mine.1/thesis.txt").read_text() == "years of work"
    assert not (folder / "results/mine/runs").exists()


@pytest.mark.parametrize(
    "args",
    [
        ["simulate", "small.yaml", "units.ward.bedz=3"],
        ["simulate", "nothing.yaml"],
        ["simulate", "small.yaml", "steps.ward_stay.at=wrad"],
        ["simulate", "small.yaml", "seed=-1"],
        ["simulate", "small.yaml", "care_model=relai"],
        ["compare", "small.yaml", "models=[relay]"],
        ["compare", "small.yaml", "units.ward.beds=3,4"],
        ["compare", "small.yaml", "~levers", "~care_models"],
        ["simulate", "small.yaml", "population={from: people.csv, citizens: null}"],
        ["simulat", "small.yaml"],
        ["show", "unitz", "small.yaml"],
        ["list", "everything"],
        ["trace", "small.yaml", "person=1000"],
        ["verify", "mm99"],
        ["explain", "small.yaml", "care_model=partnershp"],
        ["draw", "small.yaml", "care_model=partnershp"],
    ],
)
def test_faults_end_with_2_and_leave_nothing(folder, capsys, args):
    before = files(folder)
    assert main(args) == 2
    said = capsys.readouterr()
    assert said.err and "Traceback" not in said.err and not said.out
    assert files(folder) == before
    assert not (folder / "results").exists()


def test_multirun_runs_every_job_and_says_which_failed(folder, capsys):
    assert main(["simulate", "-m", "small.yaml", "units.ward.beds=3,many,5", "replications=1", "seed=2"]) == 1
    assert sorted(path.name for path in (folder / "results").iterdir()) == ["small-relay--beds=3", "small-relay--beds=5"]
    said = capsys.readouterr().err
    assert "1 of 3 jobs failed: units.ward.beds=many" in said
    assert main(["simulate", "small.yaml", "seed=range(1,3)", "units.ward.beds=3,4", "-m", "replications=1", "name=sweep"]) == 0
    assert len(list((folder / "results").glob("sweep--seed=*,beds=*"))) == 4


def test_several_files(folder):
    (folder / "more.yaml").write_text("units: {ward: {beds: 9}}\nreplications: 1\n")
    assert main(["simulate", "small.yaml", "more.yaml"]) == 0
    manifest = json.loads((folder / "results/small-relay/manifest.json").read_text())
    assert manifest["replications"] == 1
    assert load(folder / "results/small-relay/runs/relay").meta["units"]["ward"]["places"] == 9


def test_citizens_from_a_file_beside_the_system(folder):
    place = folder / "elsewhere"
    place.mkdir()
    text = SYSTEM.replace("population: {citizens: 60}", "population: {from: people.csv}")
    (place / "mine.yaml").write_text(text)
    (place / "people.csv").write_text("age,sex\n" + "70,woman\n30,man\n" * 20)
    assert main(["simulate", "elsewhere/mine.yaml", "replications=1"]) == 0
    citizens = load(folder / "results/mine-relay/runs/relay").citizens
    assert sorted(citizens["age"].unique()) == [30, 70] and len(citizens) == 40
    assert main(["simulate", "results/mine-relay/config.yaml", "replications=1"]) == 0, "the file is found from there as well"


@pytest.mark.parametrize(("rows", "said"), [("17,woman", "a citizen has 17"), ("70,womn", "womn"), ("70,woman,3", "cells")])
def test_citizens_at_fault(folder, capsys, rows, said):
    (folder / "mine.yaml").write_text(SYSTEM.replace("{citizens: 60}", "{from: people.csv}"))
    (folder / "people.csv").write_text(f"age,sex\n{rows}\n")
    assert main(["check", "mine.yaml"]) == 2
    assert said in capsys.readouterr().err


def test_check_explain_show_list_trace_and_schema(folder, capsys):
    assert main(["check", "small.yaml"]) == 0
    assert capsys.readouterr().out.startswith("fine: 1 step, 1 unit")
    assert main(["explain", "small.yaml", "care_model=partnership"]) == 0
    said = capsys.readouterr().out
    assert "new unit team" in said and "0.9 [0.5 to 1.0; literature, F001]" in said and "1 h [assumed]" in said
    assert said.index("For everyone") < said.index("new unit team") < said.index("For those enrolled") < said.index("new step seen")
    assert main(["explain", "small.yaml", "levers.visits.fidelity=0.3"]) == 0
    assert "fidelity: 0.3 [scenario]" in capsys.readouterr().out
    assert main(["show", "units", "small.yaml", "units.ward.beds=7"]) == 0
    assert "ward: {beds: 7, sector: hospital}" in capsys.readouterr().out
    assert main(["list", "models", "indicators", "sweep", "small.yaml"]) == 0
    said = capsys.readouterr().out
    assert "care model partnership: visits" in said and "levers.visits.fidelity=0.9   0.5 to 1.0" in said and "readmission_30:" in said
    assert main(["trace", "small.yaml", "days=300"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Person ") and "Worsening strikes." in said and "at ward for" in said
    assert main(["schema"]) == 0
    assert "replications" in json.loads(capsys.readouterr().out)["properties"]
    assert files(folder) == ["small.yaml"]


def test_draw(folder, capsys):
    assert main(["draw", "small.yaml", "-o", "small.svg"]) == 0
    assert capsys.readouterr().out == "small.svg\n"
    assert "<svg" in (folder / "small.svg").read_text()


def test_shown_reads_back_as_the_same_system(folder, capsys):
    assert main(["show", "small.yaml"]) == 0
    shown = capsys.readouterr().out
    (folder / "shown.yaml").write_text(shown)
    assert main(["show", "shown.yaml"]) == 0
    assert capsys.readouterr().out == shown


def test_explain_warns_of_sharing_that_costs_nothing(folder, capsys):
    (folder / "shared.yaml").write_text(
        SYSTEM.replace("attributes: {", "attributes: {town: {east: 0.5, west: rest}, all_of_it: {by: town, rest: one}, ")
        .replace("{beds: 4, sector: hospital}", "{beds: 4, per: town, sector: hospital}")
        .replace("units: {team:", "units: {ward: {shared_by: all_of_it}, team:")
    )
    assert main(["explain", "shared.yaml"]) == 0
    assert "Warning: ward is shared by all_of_it" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_error():
    found = subprocess.run(
        f"{sys.executable} -m pathsim.cli list indicators | head -1", shell=True, capture_output=True, text=True, timeout=60
    )
    assert found.returncode == 0 and not found.stderr


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _hears_ctrl_c():
    """Also where the tests themselves run in the background, which is deaf to it and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _started(folder, workers=2, settled=4.0):
    """A study that takes a while, `settled` seconds after its worker processes began."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pathsim.cli", "simulate", "small.yaml", "years=90", "replications=5000", "minimum=5000", "engine=simpy", f"workers={workers}"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, start_new_session=True, preexec_fn=_hears_ctrl_c,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        workers_now = [child for child in _children(process.pid) if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]
        if len(workers_now) == workers and list(folder.glob("results/.*")):
            time.sleep(settled)
            return process, workers_now
        time.sleep(0.05)
    raise AssertionError("the workers did not start")


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")


@needs_proc
def test_workers_are_deaf_to_ctrl_c_from_their_first_moment(folder):
    process, workers = _started(folder, settled=0.0)
    for worker in workers:
        os.kill(worker, signal.SIGINT)
    time.sleep(2)
    assert not any(_gone(worker) for worker in workers)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said


@needs_proc
def test_ctrl_c_ends_cleanly(folder):
    process, workers = _started(folder)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to parent and workers
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said
    time.sleep(0.5)
    assert all(_gone(worker) for worker in workers)
    assert files(folder) == ["small.yaml"]


@needs_proc
def test_ctrl_c_ends_threads_as_well(folder):
    assert main(["simulate", "small.yaml", "replications=1", "years=1", "results=first"]) == 0  # the engine is compiled by now
    process = subprocess.Popen(
        [sys.executable, "-m", "pathsim.cli", "simulate", "small.yaml", "years=90", "replications=5000", "minimum=5000", "workers=2"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, start_new_session=True, preexec_fn=_hears_ctrl_c,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(folder.glob("results/.*")):
        time.sleep(0.05)
    time.sleep(10)  # compiled code is loaded by now: what interrupts that is lost in a callback of its loader
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said
    assert files(folder / "results") == []


@needs_proc
def test_workers_die_with_a_killed_parent(folder):
    process, workers = _started(folder)
    process.kill()
    process.communicate(timeout=60)
    time.sleep(1)
    assert all(_gone(worker) for worker in workers)


@needs_proc
def test_a_killed_worker_is_told_of(folder):
    process, workers = _started(folder)
    os.kill(workers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1 and "Try fewer: workers=1" in said and "Traceback" not in said
    assert files(folder) == ["small.yaml"]
