"""The store of a sweep: what is missing, what is taken once, files that are whole or not there, and clocks that are wrong."""

import contextlib
import io
import json
import os
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim.commands import status
from pathsim.study.sweep import beats, failures, store, whole
from pathsim.study.sweep import plan as plans
from pathsim.study.sweep.collect import _each_once, collect
from pathsim.study.sweep.plan import Plan
from pathsim.study.sweep.scenarios import Scenario
from pathsim.study.sweep.state import state
from pathsim.study.sweep.store import Damaged, Done, done, is_whole, path_of, read, set_aside, warnings_of, write
from pathsim.study.sweep.units import Unit, missing
from pathsim.study.sweep.whole import tidy

KEY = "ab" * 32
HOUR = 3600.0
WARNINGS = [["relay", "waiting", "ward", "", 0.21, 0.05]]
ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)).map(lambda one: range(one[0], one[0] + one[1])), max_size=8)
quick = settings(deadline=None, max_examples=200, derandomize=True)


def indicators(first=0, number=2):
    """A table like that of a unit; a value tells its replication."""
    rows = [("relay", replication, indicator, group, "all", replication + 0.25, 1.0, 4.0, "days")
            for replication in range(first, first + number) for indicator in ("bed_days", "admissions") for group in ("all", "older")]
    names = ["model", "replication", "indicator", "group", "level", "value", "numerator", "denominator", "unit"]
    return pd.DataFrame(rows, columns=names)


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def unit(tmp_path):
    path = path_of(tmp_path / "units", KEY, 0, 2)
    write(path, indicators(), WARNINGS)
    return path


@pytest.fixture
def sweep(tmp_path):
    """A plan of two scenarios, of which all but the last unit is done, and its folder."""
    scenarios = [Scenario(0, (f"a={i}",), (i,), ("relay",), letter * 64, 2, 0.1) for i, letter in enumerate("cd")]
    plan = Plan(["-m", "a=0,1"], ["a"], 4, None, "en", [], scenarios, {})
    folder = tmp_path / "results" / "mine"
    plans.write(plan, folder)
    for unit in plans.all_units(plan)[:-1]:
        write(plans.unit_path(plan, folder, unit), indicators(unit.first, unit.number), WARNINGS)
    return plan, folder


@quick
@given(ranges, st.integers(1, 80), st.integers(1, 30))
def test_what_is_missing_is_what_is_not_done_cut_at_multiples(there, replications, size):
    found = list(missing(3, there, replications, size))
    covered = [replication for unit in found for replication in range(unit.first, unit.first + unit.number)]
    assert covered == [one for one in range(replications) if not any(one in part for part in there)], "each once, in order"
    assert all(isinstance(unit, Unit) and unit.scenario == 3 and unit.number >= 1 for unit in found)
    assert all(unit.first // size == (unit.first + unit.number - 1) // size for unit in found), "none goes over a multiple"
    for one, other in zip(found, found[1:], strict=False):
        assert one.first + one.number < other.first or other.first % size == 0, "no cut but at multiples"


@quick
@given(ranges, st.integers(1, 80))
def test_each_replication_is_taken_once_however_files_overlap(there, replications):
    chosen = _each_once([Done(part, Path(str(part))) for part in there], replications)
    taken = [replication for one, keep in chosen for replication in (one.replications if keep is None else keep)]
    assert taken == [one for one in range(replications) if any(one in part for part in there)]
    assert all(keep is None or set(keep) < set(one.replications) for one, keep in chosen)


def test_a_unit_is_read_as_it_was_written(unit):
    everything, everybody = read(unit, False), read(unit, True)
    sort = ["replication", "indicator", "group"]
    assert everything.to_pandas().sort_values(sort, ignore_index=True).equals(indicators().sort_values(sort, ignore_index=True))
    assert everybody.to_pandas().equals(indicators().query("group == 'all'").reset_index(drop=True))
    assert warnings_of(everything) == WARNINGS
    assert pq.read_table(unit).num_rows == 8, "any reader of Parquet can read it"
    assert done(unit.parent.parent, [KEY, "ff" * 32]) == {KEY: [Done(range(0, 2), unit)]}


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_a_write_that_is_interrupted_leaves_nothing(tmp_path, monkeypatch, where, problem):
    def broken(*given, **named):
        raise problem

    def half(path, data):
        with open(path, "wb") as file:
            file.write(data[: len(data) // 2])
        raise problem

    path = path_of(tmp_path / "units", KEY, 0, 2)
    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "write_bytes", half) if where == "write" else (os, where, broken)))
        with pytest.raises(type(problem)):
            write(path, indicators(), [])
    assert files(tmp_path) == []
    if isinstance(problem, OSError):
        assert problem.filename == str(path), "it is named by what it should have been"
    write(path, indicators(), [])
    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "write_bytes", half) if where == "write" else (os, where, broken)))
        with pytest.raises(type(problem)):
            write(path, indicators(4), [])
    assert files(tmp_path) == [path.name] and read(path, True).to_pandas()["replication"].min() == 0, "what was there before is as it was"


def test_a_file_that_is_cut_off_anywhere_is_not_whole(unit):
    data = unit.read_bytes()
    for size in reversed(range(len(data))):
        os.truncate(unit, size)
        assert not is_whole(unit)
        assert size % 50 or not done(unit.parent.parent, [KEY])
    with pytest.raises(Damaged):
        read(unit, True)
    unit.write_bytes(data + b"\0")
    assert not is_whole(unit)
    unit.write_bytes(data)
    assert is_whole(unit)


def test_a_byte_that_has_changed_is_seen_or_changes_nothing(unit):
    data = unit.read_bytes()
    right = read(unit, False)
    seen, places = 0, range(0, len(data), 3)
    for place in places:
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << place % 8
        unit.write_bytes(spoilt)
        try:
            found = read(unit, False)
            assert found.equals(right, check_metadata=True), f"byte {place} of {len(data)}"
        except Damaged:
            seen += 1
    assert seen > 0.9 * len(places)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.binary(max_size=400))
def test_what_is_no_unit_at_all_is_not_whole(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "nothing.parquet"
    path.write_bytes(data)
    assert not is_whole(path)
    path.write_bytes(store.MAGIC + data + store.MAGIC)
    assert not is_whole(path)


def test_strays_in_the_store_are_not_taken_for_units(unit):
    for name in (f"{KEY[:40]}.parquet", f"{KEY[:40]}.a-b.parquet", f"{KEY[:40]}.0-1", f".{unit.name}.host.1.part", f"{unit.name}.damaged", "x.0-1.parquet"):
        unit.with_name(name).write_bytes(unit.read_bytes())
    unit.with_name(f"{KEY[:40]}.4-5.parquet").mkdir()
    assert done(unit.parent.parent, [KEY]) == {KEY: [Done(range(0, 2), unit)]}
    unit.parent.rename(unit.parent.with_name("other"))
    unit.parent.write_text("a file where a folder should be")
    assert done(unit.parent.parent, [KEY]) == {}


def killed_while_writing(path):
    """What a writer leaves that was killed, as a process of that number would name it."""
    process = subprocess.Popen(["sleep", "60"])
    number = os.getpid
    try:
        os.getpid = lambda: process.pid
        with contextlib.suppress(ZeroDivisionError), whole.whole(path) as part:
            part.write_bytes(b"half")
            kept = part.rename(part.with_name("kept"))
            raise ZeroDivisionError
        kept.rename(part)
    finally:
        os.getpid = number
    return part, process


def test_what_dead_writers_of_this_machine_left_is_taken_away_and_nothing_else(unit, monkeypatch):
    folder = unit.parent.parent
    left, process = killed_while_writing(unit.with_name("other.parquet"))
    top, second = killed_while_writing(folder / "plan.json")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "gethostname", lambda: "elsewhere")
        foreign, third = killed_while_writing(unit.with_name("foreign.parquet"))
    odd = [unit.with_name(name) for name in (".part", ".x.part", f".x.{socket.gethostname()}.part", f".x.{socket.gethostname()}.nobody.part")]
    for path in odd:
        path.touch()
    tidy(folder)
    assert all(path.exists() for path in (unit, left, top, foreign, *odd)), "its writer lives, is elsewhere, or is none"
    for one in (process, second, third):
        one.kill()
        one.wait()
    tidy(folder)
    assert not left.exists() and not top.exists()
    assert all(path.exists() for path in (unit, foreign, *odd))
    tidy(folder / "nowhere")


def test_a_damaged_file_is_set_aside_and_only_its_unit_is_missing(sweep):
    plan, folder = sweep
    unit = plans.all_units(plan)[0]
    path = plans.unit_path(plan, folder, unit)
    data = bytearray(path.read_bytes())
    data[60] ^= 255
    path.write_bytes(data)
    found = collect(plan, folder, folder / "table.parquet")
    assert found.damaged == [path] and not path.exists() and found.rows == 4
    assert plans.to_do(plan, plans.there(plan, folder)) == [unit, plans.all_units(plan)[-1]]
    assert set_aside(path.with_name(path.name + ".damaged")).exists()


def dated(folder, seconds):
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (seconds, seconds))


@pytest.mark.parametrize("clock", [0.0, 1e9, 4e9])
def test_times_of_files_change_nothing(sweep, clock):
    """A clock that jumped, files that were copied: what is done is known by names alone."""
    plan, folder = sweep
    before = collect(plan, folder, folder / "before.csv")
    dated(folder.parent, clock)
    assert plans.read(folder) == plan
    assert plans.to_do(plan, plans.there(plan, folder)) == plans.all_units(plan)[-1:]
    assert collect(plan, folder, folder / "after.csv") == before
    assert (folder / "after.csv").read_bytes() == (folder / "before.csv").read_bytes()


@pytest.mark.parametrize("ahead", [-HOUR, 0.0, HOUR])
def test_the_clock_of_a_machine_says_nothing_of_who_is_alive(sweep, monkeypatch, ahead):
    """Age is told by the clock that stamps files, against a file that is stamped now."""
    plan, folder = sweep
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + ahead)
    beat = beats.Beat(folder, workers=2)
    beat.tell(3, 0, 1, now=True)
    alive, silent = beats.beats(folder)
    assert [one["done"] for one in alive] == [3] and not silent
    assert state(plan, folder).running == 1, "no more than there are units to be done"
    beat.end()
    assert beats.beats(folder) == ([], [])


@pytest.mark.parametrize(("stamped", "counts"), [(-HOUR, False), (-30.0, True), (HOUR, True)])
def test_a_sign_of_life_is_told_by_its_stamp(sweep, stamped, counts):
    """A minute without a sign is silence; a stamp in the future (its clock was set back since) is none."""
    plan, folder = sweep
    beats.Beat(folder, 1).tell(0, 0, 1, now=True)
    (path,) = (folder / "running").glob("*.json")
    sign = json.loads(path.read_text())
    for host in (socket.gethostname(), "elsewhere"):
        path.write_text(json.dumps(sign | {"host": host}))
        os.utime(path, (path.stat().st_mtime + stamped,) * 2)
        alive, silent = beats.beats(folder)
        assert (len(alive), len(silent)) == ((1, 0) if counts else (0, 1))
        now = state(plan, folder)
        assert (now.running, now.missing, now.done) == ((1, 0, 3) if counts else (0, 1, 3))


def test_a_process_of_this_machine_that_is_gone_is_silent_at_once(sweep):
    plan, folder = sweep
    process = subprocess.Popen(["true"])
    process.wait()
    beats.Beat(folder, 1).tell(0, 0, 1, now=True)
    (path,) = (folder / "running").glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pid": process.pid}))
    assert [len(part) for part in beats.beats(folder)] == [0, 1]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as told:
        assert status._tell(plan, folder, single=True) == 1
    assert "3 of 4 units done, 0 running, 0 failed, 1 missing" in said.getvalue() and "has said nothing for a minute" in told.getvalue()
    beats.forget_the_dead(folder)
    assert beats.beats(folder) == ([], [])


def test_signs_of_life_are_rare_and_may_fail(sweep, monkeypatch):
    _, folder = sweep
    beat = beats.Beat(folder, 1)
    beat.tell(0, 0, 1)
    beat.tell(1, 0, 0)
    assert [one["done"] for one in beats.beats(folder)[0]] == [0], "ten seconds between two"
    monkeypatch.setattr(os, "replace", lambda *given: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    beat.tell(1, 0, 0, now=True)
    assert [one["done"] for one in beats.beats(folder)[0]] == [0] and np.isfinite(beats._now(folder))


def test_files_that_nobody_here_wrote_are_passed_over(tmp_path):
    for where in (beats.FOLDER, failures.FOLDER):
        (tmp_path / where).mkdir()
        for number, text in enumerate(("", "[]", "{}", "null", '{"unit": "x"}', '{"host": "a", "pid": 1, "workers": "two", "done": 1, "seconds": 2}')):
            (tmp_path / where / f"{number}.json").write_text(text)
    assert beats.beats(tmp_path) == ([], [])
    assert failures.failures(tmp_path) == []
