"""pathsim as others have it: built as a wheel, installed elsewhere, used by somebody else in a folder of their own, without the checkout.

Needs hatchling and no network.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pathsim
from pathsim.cli import main

pytestmark = pytest.mark.system
CHECKOUT = Path(__file__).parents[2]
SYSTEM = """
about: {title: A ward, role: assumed}
population: {citizens: 60, deaths: replaced}
attributes: {age: {65-84: 0.8, 85-99: rest}, sex: {woman: 0.5, man: rest}}
units: {ward: {beds: 2, sector: hospital, staff: {nurse: 0.3}}}
risks: {illness: {rate: 3 per y, then: ward_stay}}
steps: {ward_stay: {at: ward, for: {exponential: 5 d}, then: home}}
engine: simpy
years: 1
warm_up: 0
"""
SWEEP = ("sweep", "-m", "ward.yaml", "units.ward.beds=1,3", "replications=4", "workers=2", "name=beds", "--unit-size", "2")
COLLECT = ("collect", "results/beds", "--to", "x.csv")


class User:
    """Somebody with a folder and a home, and pathsim in one place only."""

    def __init__(self, folder: Path, installed: Path):
        self.folder = folder
        (folder / "ward.yaml").write_text(SYSTEM, encoding="utf-8")
        (folder / "home").mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NUMBA", "COV", "PATHSIM"))}
        self.environment = kept | {"HOME": str(folder / "home"), "PYTHONPATH": str(installed)}

    def python(self, *words: str) -> str:
        done = subprocess.run([sys.executable, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pathsim(self, *words: str) -> str:
        return self.python("-m", "pathsim", *words)


def results(folder: Path) -> dict[str, bytes]:
    """Tables and units, by their names."""
    names = [*folder.glob("results/*/table.parquet"), *folder.glob("results/units/*/*"), *folder.glob("*.csv")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in names}


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip, quietly = [sys.executable, "-m", "pip"], ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", str(CHECKOUT), "--no-build-isolation", *quietly, "--wheel-dir", str(wheels)], check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", str(wheel), *quietly, "--target", str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def user(installed, tmp_path_factory) -> User:
    return User(tmp_path_factory.mktemp("user"), installed)


def test_it_is_the_installed_one_with_its_own_configurations(user, installed):
    where = user.python("-c", "import pathsim, pathsim.folders\nprint(pathsim.__file__, pathsim.folders.configs())").split()
    assert where == [str(installed / "pathsim" / "__init__.py"), str(installed / "pathsim" / "configs")]
    listed = user.pathsim("list")
    assert "partnership" in listed and "odense" in listed


def test_a_sweep_of_a_file_of_ones_own_gives_what_the_checkout_gives(user, tmp_path, monkeypatch):
    user.pathsim(*SWEEP)
    assert "4 of 4 units done, 0 running, 0 failed, 0 missing" in user.pathsim("status", "results/beds")
    user.pathsim(*COLLECT)
    assert Path(pathsim.__file__).is_relative_to(CHECKOUT)
    (tmp_path / "ward.yaml").write_text(SYSTEM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main([*SWEEP]) == 0 and main([*COLLECT]) == 0
    found = results(user.folder)
    assert found == results(tmp_path)
    assert {"x.csv", "results/beds/table.parquet"} < set(found) and len(found) == 2 + 4
    assert found["x.csv"].count(b"\n") == 1 + 2 * 4  # a row a scenario and replication


def test_a_sweep_of_what_is_shipped_is_planned(user):
    said = user.pathsim("sweep", "-m", "region=esbjerg,odense", "levers.partnership.reach=0.2,0.5", "--dry-run")
    assert "4 scenarios × 12 replications" in said and "; 0 done" in said
    assert not list(user.folder.glob("results/*region*"))
