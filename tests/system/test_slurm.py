"""Sweeps on a real Slurm of two nodes: tasks, workers, nodes and the controller are killed, and nothing is lost or done twice.

Needs Slurm and munge (Debian: slurm-wlm, munge), and root to start them. Not found is a failure, not a skip.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from system.cluster import PATIENCE, Cluster, Task, kill, until

from pathsim.study.sweep import plan as plans
from pathsim.study.sweep import shards

pytestmark = pytest.mark.system
WARD = """
about: {title: A ward from which some come back, role: assumed}
units:
  ward: {beds: 3}
arrivals:
  admissions: {rate: 0.2 per d, then: ward_stay}
steps:
  ward_stay: {at: ward, for: {exponential: 10 d}, then: discharge}
  discharge: {choose: {at_home: 0.2, gone: rest}}
  at_home:   {wait: {exponential: 20 d}, then: ward_stay}
  gone:      {leave: well}
"""
TEAM = """
about: {title: A team that visits those who fall, role: assumed}
population: {from: one.csv}
attributes: {age: {18-99: 1}}
units: {team: {slots: 1}}
risks: {fall: {rate: 2 per y, then: visit}}
steps: {visit: {at: team, for: 1 h, then: home}}
"""
SWEEP = ["units.ward.beds=range(3,8)", "steps.discharge.choose.at_home=0.05,0.1,0.15,0.2,0.25", "replications=8", "--unit-size=1"]
UNITS, TASKS = 200, 4
SLURM = ["hydra/launcher=slurm", "hydra.launcher.memory=1G"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("slurm"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SLURM_CONF", str(cluster.conf))
            cluster.start()
            yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def ward(tmp_path):
    """The words of a sweep of a ward, but for where it runs; and the folder of the sweep."""
    system = tmp_path / "ward.yaml"
    system.write_text(WARD, encoding="utf-8")
    return lambda results, *more: ["sweep", "-m", str(system), f"results={tmp_path / results}", "name=ward", *(more or SWEEP)]


def share(folder: Path, task: Task, of: int, todo: str = "todo-1.txt") -> list:
    """The units of a task that are not done."""
    plan = plans.read(folder)
    return shards.still_to_do(plan, folder, shards.read_list(plan, folder / todo)[task.number::of])


def caught(cluster: Cluster, folder: Path, task: Task, of: int, meanwhile) -> int:
    """The worker of a task, stopped when it has run some of its units and has more to run."""
    all_ = len(shards.read_list(plans.read(folder), folder / "todo-1.txt")[task.number::of])
    until(lambda: len(share(folder, task, of)) < all_, f"task {task.name} runs units", meanwhile)
    worker = cluster.worker(task)
    assert worker, f"task {task.name} has no worker"
    os.kill(worker, signal.SIGSTOP)
    assert share(folder, task, of), f"task {task.name} was done before anything happened to it"
    return worker


def running(cluster: Cluster, node: str, but: set[int], meanwhile) -> Task:
    """A task that runs on a node, and not one of those."""
    def found():
        return [task for task in cluster.queue() if task.state == "RUNNING" and task.node == node and task.number not in but]

    return until(found, f"a task runs on {node}", meanwhile)[0]


def test_whatever_is_killed_nothing_is_lost_or_done_twice(cluster, pathsim, ward, tmp_path):
    sweep, folder = ward("cluster"), tmp_path / "cluster" / "ward"

    def look():
        code, said = pathsim("status", folder)
        assert code == 0 and f"of {UNITS} units done" in said and not ("tasks running" in said and "to go on" in said), said

    code, said = pathsim(*sweep, *SLURM, f"hydra.launcher.tasks={TASKS}")
    assert code == 0 and f"{TASKS} tasks, {UNITS} units" in said, said

    # a worker of one task; that of another waits for what comes to its node
    first, dead = running(cluster, "node1", set(), look), running(cluster, "node2", set(), look)
    worker = caught(cluster, folder, first, TASKS, look)
    caught(cluster, folder, dead, TASKS, look)
    before = share(folder, first, TASKS)
    kill(worker)
    assert until(lambda: cluster.worker(first), "another worker in its place", look) != worker
    until(lambda: len(share(folder, first, TASKS)) < len(before), "it goes on", look)

    # the same command again
    code, said = pathsim(*sweep, *SLURM)
    assert code == 1 and "is on the cluster already" in said and first.job in said, said
    assert {task.job for task in cluster.queue()} == {first.job} and not (folder / "todo-2.txt").exists()

    # a node
    assert cluster.worker(dead) and share(folder, dead, TASKS), "it is in the middle of its units"
    cluster.kill_node("node2")
    back = running(cluster, "node1", {first.number, dead.number}, look)
    caught(cluster, folder, back, TASKS, look)
    until(lambda: dead not in cluster.queue(), "the node is found to be down", look)
    assert dead.number in {task.number for task in cluster.queue()}, "its task waits again"

    # a task put back into the queue, and one that is cancelled
    assert cluster.worker(back) and share(folder, back, TASKS), "it is in the middle of its units"
    cluster.call("scontrol", "requeue", back.name)
    until(lambda: back not in cluster.queue(), "it is put back", look)
    gone = running(cluster, "node1", {first.number, dead.number, back.number}, look)
    caught(cluster, folder, gone, TASKS, look)
    cluster.call("scancel", gone.name)
    cluster.daemon("node2")
    until(lambda: cluster.is_up("node2"), "the node is back", look)

    # to the end, and once more for what was cancelled
    until(lambda: not cluster.queue(), "the array ends", look)
    missing = plans.to_do(plans.read(folder), plans.there(plans.read(folder), folder))
    assert missing and missing == share(folder, gone, TASKS), "all is done but what was cancelled"
    code, said = pathsim(*sweep, *SLURM, "hydra.launcher.tasks=2", "--wait")
    assert code == 0 and f"{len(missing)} units" in said, said
    assert not cluster.queue() and f"{UNITS} of {UNITS} units done" in pathsim("status", folder)[1]
    assert not list((folder / "failed").glob("*"))
    assert pathsim(*sweep, *SLURM)[0] == 0 and not cluster.queue(), "there is nothing to submit"

    # the same table as when nothing happened
    code, said = pathsim(*ward("here"), "workers=2")
    assert code == 0, said
    table = pd.read_parquet(folder / "table.parquet")
    assert not table.duplicated(["scenario", "model", "replication"]).any() and len(table) == 25 * 8
    assert (folder / "table.parquet").read_bytes() == (tmp_path / "here" / "ward" / "table.parquet").read_bytes()


def test_a_unit_that_fails_on_the_cluster_is_named_and_tried_again(cluster, pathsim, tmp_path):
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("age\n" + "70\n80\n" * 40, encoding="utf-8")
    folder = tmp_path / "results" / "team"
    sweep = ["sweep", "-m", tmp_path / "team.yaml", f"results={folder.parent}", "name=team", "population.from=one.csv,two.csv", "units.team.slots=1,2",
             "replications=4", "--unit-size=2", "workers=1", *SLURM, "hydra.launcher.tasks=1", "hydra.launcher.options=[--hold]"]
    code, said = pathsim(*sweep)
    assert code == 0, said
    assert "0 of 8 units done, 0 running, 0 failed, 8 missing; on the cluster 0 tasks running, 1 waiting" in pathsim("status", folder)[1]
    code, said = pathsim(*sweep)
    assert code == 1 and "0 tasks running, 1 waiting" in said and "Traceback" not in said, said

    two = (tmp_path / "two.csv").rename(tmp_path / "elsewhere.csv")
    cluster.call("scontrol", "release", cluster.queue()[0].job)
    until(lambda: not cluster.queue(), "the array ends")
    code, said = pathsim("status", folder)
    assert code == 0 and "4 of 8 units done, 0 running, 4 failed, 0 missing" in said, said
    assert said.count("two.csv: can't be read: No such file or directory") == 4 and os.uname().nodename in said and "Traceback" not in said, said
    commands = [line.split()[1:] for line in said.splitlines() if line.strip().startswith("pathsim shard")]
    assert len(commands) == 4

    code, said = pathsim(*commands[0])
    assert code == 2 and "two.csv" in said, said
    two.rename(tmp_path / "two.csv")
    code, said = pathsim(*commands[0])
    assert code == 0, said
    assert "5 of 8 units done, 0 running, 3 failed, 0 missing" in pathsim("status", folder)[1]
    code, said = pathsim("retry", folder)
    assert code == 0 and str(folder / "table.parquet") in said, said
    assert "8 of 8 units done, 0 running, 0 failed, 0 missing" in pathsim("status", folder)[1]


def test_the_controller_goes_down_and_comes_back(cluster, pathsim, ward, tmp_path):
    sweep, folder = ward("results", "units.ward.beds=3,4,5", "replications=16", "--unit-size=1"), tmp_path / "results" / "ward"
    submit = [*sweep, *SLURM, "hydra.launcher.tasks=2", "--wait"]
    told = tmp_path / "told.txt"
    with told.open("w") as file:
        waiting = subprocess.Popen([sys.executable, "-m", "pathsim", *submit], stdout=file, stderr=subprocess.STDOUT)
    try:
        task = running(cluster, "node1", set(), lambda: None)
        worker = caught(cluster, folder, task, 2, lambda: None)
        cluster.written_down(task)
        cluster.kill_controller()
        code, said = pathsim(*submit)
        assert code == 1 and "Unable to contact slurm controller" in said and "What is done is kept" in said and "Traceback" not in said, said
        code, said = pathsim("status", folder)
        assert code == 0 and "Slurm does not answer" in said, said
        left = len(share(folder, task, 2))
        os.kill(worker, signal.SIGCONT)
        until(lambda: len(share(folder, task, 2)) < left, "the task goes on without the controller")
        until(lambda: "Waiting until Slurm answers" in told.read_text(), "who waits for the sweep says that Slurm does not answer")
        assert waiting.poll() is None
        cluster.daemon("slurmctld")
        waiting.wait(PATIENCE)
    finally:
        waiting.kill()
    assert waiting.returncode == 0 and "Traceback" not in told.read_text(), told.read_text()
    assert not cluster.queue() and (folder / "table.parquet").exists() and not (folder / "todo-2.txt").exists()
    assert "48 of 48 units done, 0 running, 0 failed, 0 missing" in pathsim("status", folder)[1]


def test_what_slurm_refuses_is_said(cluster, pathsim, ward, tmp_path):
    code, said = pathsim(*ward("results", "units.ward.beds=3,4", "replications=2"), *SLURM, "hydra.launcher.memory=999G")
    assert code == 1 and "Memory specification can not be satisfied" in said and "sbatch: sbatch" not in said and "Traceback" not in said, said
    assert not cluster.queue()
