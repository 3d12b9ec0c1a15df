"""Results where there is no room, no right to write, or another user at work: said in plain words, and nothing lost.

Needs root, to mount small disks and to be other people. Not being root is a failure, not a skip.
"""

import os
import subprocess
import sys

import pandas as pd
import pytest

from pathsim.cli import main

pytestmark = pytest.mark.system
WARD = """
about: {title: A ward, role: assumed}
units: {ward: {beds: 3}}
arrivals: {admissions: {rate: 0.2 per d, then: ward_stay}}
steps:
  ward_stay: {at: ward, for: {exponential: 10 d}, then: gone}
  gone:      {leave: well}
"""
# Whoever this is may read what root may, so that Python is found wherever it is; but may write no more than anybody.
SOMEBODY = ["setpriv", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
GROUP = 2001


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """The words of a sweep of 32 units, but for where its results go."""
    assert os.getuid() == 0, "must be run as root"
    system = tmp_path_factory.mktemp("ward") / "ward.yaml"
    system.write_text(WARD, encoding="utf-8")
    words = ["sweep", "-m", str(system), "name=ward", "units.ward.beds=4,5,6,7", "replications=8", "--unit-size=1", "workers=1"]
    return lambda results: [*words, f"results={results}"]


@pytest.fixture(scope="module")
def mine(ward, tmp_path_factory):
    """Where root has run the sweep, which nothing disturbed."""
    results = tmp_path_factory.mktemp("mine")
    assert main(ward(results)) == 0
    return results


@pytest.fixture(scope="module")
def undisturbed(mine):
    return (mine / "ward" / "table.parquet").read_bytes()


@pytest.fixture
def disk(tmp_path):
    """A disk of 160 kB, on which half of the sweep has room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount_again(folder, option):
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def test_a_full_disk_stops_the_sweep_and_loses_nothing(pathsim, ward, undisturbed, disk, tmp_path):
    code, said = pathsim(*ward(disk))
    assert code == 1 and str(disk) in said and "No space left on device. What is done is kept" in said and "Traceback" not in said, said
    done = len(list(disk.glob("units/*/*.parquet")))
    assert 8 <= done < 32
    assert f"{done} of 32 units done, 0 running, 0 failed, {32 - done} missing" in pathsim("status", disk / "ward")[1]

    elsewhere = tmp_path / "so_far.parquet"
    code, said = pathsim("collect", disk / "ward", "--to", elsewhere)
    assert code == 1 and "incomplete" in said, said
    assert len(pd.read_parquet(elsewhere)) == done
    code, said = pathsim("collect", disk / "ward")
    assert code == 2 and "No space left on device" in said and "--to FILE" in said, said

    mount_again(disk, "size=10m")
    code, said = pathsim(*ward(disk))
    assert code == 0 and f"{done} done" in said, said
    assert (disk / "ward" / "table.parquet").read_bytes() == undisturbed
    assert not list(disk.rglob(".*")), "nothing half is left"


def test_a_disk_too_full_for_the_table(pathsim, ward, undisturbed, disk):
    mount_again(disk, "size=10m")
    assert pathsim(*ward(disk))[0] == 0
    table = disk / "ward" / "table.parquet"
    table.unlink()
    ballast = disk / "ballast"
    with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - 12 * 1024)  # room for the plan
    code, said = pathsim(*ward(disk))
    assert code in (1, 2) and str(table) in said and "No space left on device" in said, said
    ballast.unlink()
    assert pathsim(*ward(disk))[0] == 0 and table.read_bytes() == undisturbed


def test_a_disk_that_may_only_be_read(pathsim, ward, disk):
    pathsim(*ward(disk))
    mount_again(disk, "ro")
    code, said = pathsim(*ward(disk))
    assert code == 2 and str(disk) in said and "can't be written (Read-only file system)" in said and "results=FOLDER" in said, said
    code, said = pathsim("retry", disk / "ward", "--missing")
    assert code == 1 and str(disk) in said and "Read-only file system" in said, said
    code, said = pathsim("status", disk / "ward")
    assert code == 0 and "of 32 units done" in said, said


def somebody(number, words):
    """Starts a command as another user, with the umask of who shares files with a group."""
    variables = os.environ | {"HOME": "/", "NUMBA_DISABLE_JIT": "1"}  # who has nowhere to keep a compiled engine
    return subprocess.Popen([*SOMEBODY, f"--reuid={number}", f"--regid={GROUP}", sys.executable, "-m", "pathsim", *words, "engine=simpy"], umask=0o002,
                            env=variables, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_another_user_without_the_right_to_write_is_told_so(ward, mine):
    before = {path: path.stat().st_mtime_ns for path in mine.rglob("*")}
    for folder in (mine, mine.parent / "new"):
        other = somebody(1001, ward(folder))
        said = other.communicate()[0]
        assert other.returncode == 2 and str(folder) in said and "can't be written (Permission denied)" in said and "Traceback" not in said, said
    assert before == {path: path.stat().st_mtime_ns for path in mine.rglob("*")}


def test_two_users_run_the_same_sweep_at_once_in_the_folder_of_their_group(ward, undisturbed, tmp_path):
    folder = tmp_path / "ours"
    folder.mkdir()
    os.chown(folder, 0, GROUP)
    folder.chmod(0o2775)
    both = [somebody(number, ward(folder)) for number in (1001, 1002)]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0] and "Traceback" not in "".join(said), said
    owners = {path.stat().st_uid for path in folder.glob("units/*/*.parquet")}
    assert owners == {1001, 1002}, "each did some of it"
    assert (folder / "ward" / "table.parquet").read_bytes() == undisturbed
    assert not list(folder.rglob(".*")), "nothing half is left"
