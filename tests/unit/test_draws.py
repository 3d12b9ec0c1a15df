"""The keyed generator, the entry points of the engines, and how their code is compiled."""

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pathsim import draws
from pathsim.draws import jit, kinds, philox

ONES = 0xFFFFFFFF
KEY = (1, 2, 3, 4, draws.decision_id("ward_stay"), 6)


def words(text: str) -> tuple[int, ...]:
    return tuple(int(word, 16) for word in text.split())


# Random123's own table of known answers: philox4x32, 10 rounds. Counter and key, words.
ZEROS, FULL = "00000000 " * 6, "ffffffff " * 6
DIGITS_OF_PI = "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0"
KNOWN = [
    (words(ZEROS), words("6627e8d5 e169c58d bc57ac4c 9b00dbd8")),
    (words(FULL), words("408f276d 41c83b0e a20bc7c6 6d5451fd")),
    (words(DIGITS_OF_PI), words("d16cfe09 94fdcceb 5001e420 24126ea1")),
]


@pytest.mark.parametrize(("counter_and_key", "expected"), KNOWN)
def test_philox_gives_the_published_words(counter_and_key, expected):
    assert philox.philox4x32(*counter_and_key) == expected


def test_philox_is_philox_for_any_key():
    def plain(a, b, c, d, k, m):
        for _ in range(10):
            left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
            a, b, c, d = (right >> 32) ^ b ^ k, right & ONES, (left >> 32) ^ d ^ m, left & ONES
            k, m = (k + 0x9E3779B9) & ONES, (m + 0xBB67AE85) & ONES
        return a, b, c, d

    for row in np.random.default_rng(5).integers(0, 2**32, (300, 6)).tolist():
        assert philox.philox4x32(*row) == plain(*row)


def test_uniform_is_made_of_the_published_words():
    (who, stream, decision, count, seed, replication), (first, second, _, _) = KNOWN[2]
    k = (first << 20) + (second >> 12)
    u = draws.uniform(seed, replication, who, stream, decision, count)
    assert u == (k + 0.5) / 2**52


def test_uniform_is_strictly_inside_at_the_extreme_words():
    assert philox.unit(0, 0) == 2.0**-53
    assert philox.unit(ONES, ONES) == 1 - 2.0**-53 < 1
    assert 1 - philox.unit(ONES, ONES) == philox.unit(0, 0)


@pytest.mark.parametrize("place", range(6))
def test_each_part_of_the_key_gives_other_luck(place):
    start = [list(KEY) for _ in range(2000)]
    for value, key in enumerate(start):
        key[place] = value
    assert len({draws.uniform(*key) for key in start}) == 2000
    key = list(KEY)
    key[place] = ONES
    assert 0 < draws.uniform(*key) < 1
    for outside in (-1, 2**32):
        key[place] = outside
        with pytest.raises(ValueError, match="whole number from 0 to"):
            draws.uniform(*key)


def test_parts_of_the_key_are_not_interchangeable():
    assert len({draws.uniform(*key) for key in itertools.permutations(range(6))}) == 720


def test_neighbours_are_independent_and_uniform():
    n = 50_000
    base = draws.uniforms(*KEY[:2], np.arange(n + 1), *KEY[3:])
    assert stats.kstest(base, "uniform").pvalue > 0.001
    others = [base[1:]]
    for place in (0, 1, 3, 4, 5):
        key = list(KEY)
        key[place] += 1
        others.append(draws.uniforms(*key[:2], np.arange(n), *key[3:]))
    for other in others:
        assert abs(np.corrcoef(base[:n], other)[0, 1]) < 4 / np.sqrt(n)


def test_an_array_of_persons_has_the_bits_of_each():
    persons = np.array([0, 5, 17, ONES, 5], dtype=np.uint32)
    persons.setflags(write=False)
    expected = [draws.uniform(1, 2, int(who), 4, 5, 6) for who in persons]
    assert draws.uniforms(1, 2, persons, 4, 5, 6).tolist() == expected
    assert draws.uniforms(1, 2, np.repeat(persons, 2)[::2], 4, 5, 6).tolist() == expected
    with pytest.raises(ValueError, match="whole numbers, not float64"):
        draws.uniforms(1, 2, np.array([1.0]), 4, 5, 6)
    with pytest.raises(ValueError, match="whole number from 0 to"):
        draws.uniforms(1, 2, np.array([-1]), 4, 5, 6)


def test_names_that_would_share_their_luck_are_refused():
    owner: dict[int, str] = {}
    for i in itertools.count():  # by the birthday problem after some 80,000 names
        name = f"step_{i}"
        twin = owner.setdefault(draws.decision_id(name), name)
        if twin != name:
            break
    with pytest.raises(ValueError, match=f"'{twin}' and '{name}' would share"):
        draws.decision_ids(["home", twin, name])
    assert draws.decision_ids(["home", twin, twin]) == {
        "home": draws.decision_id("home"),
        twin: draws.decision_id(twin),
    }


PARAMETERS = {
    kinds.CONSTANT: (3.0, 0.0, 0.0),
    kinds.EXPONENTIAL: (5.0, 0.0, 0.0),
    kinds.LOGNORMAL: (1.2, 0.7, 0.0),
    kinds.GAMMA: (1.7, 3.0, 0.0),
    kinds.WEIBULL: (5.0, 0.7, 0.0),
    kinds.NORMAL: (10.0, 3.0, 9.0),
    kinds.UNIFORM: (2.0, 7.0, 0.0),
    kinds.TRIANGULAR: (1.0, 2.0, 6.0),
}


@pytest.mark.parametrize("kind", PARAMETERS)
def test_keyed_draw_is_the_draw_at_the_keyed_uniform(kind):
    a, b, c = PARAMETERS[kind]
    assert draws.keyed_draw(kind, a, b, c, *KEY) == draws.draw(kind, a, b, c, draws.uniform(*KEY))


def test_keyed_observed_is_the_quantile_at_the_keyed_uniform():
    times = np.array([1.0, 2.0, 4.0, 8.0])
    assert draws.keyed_observed(times, *KEY) == draws.observed(draws.uniform(*KEY), times)


@pytest.mark.parametrize("kind", [-1, 8])
def test_an_unknown_kind_is_refused(kind):
    with pytest.raises(ValueError, match="no such kind"):
        draws.draw(kind, 1.0, 1.0, 1.0, 0.5)


def plain_environment(source: Path, **changes: str) -> dict[str, str]:
    """Ours without its numba settings, so that the tests mean the same under any of them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    return {**ours, "PYTHONPATH": str(source), **changes}


def run(script: str, source: Path = jit.PACKAGE.parent, **changes: str) -> str:
    """What a fresh process prints."""
    environment = plain_environment(source, **changes)
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


EVERYTHING = f"""
from pathsim import draws
for kind, (a, b, c) in {PARAMETERS}.items():
    for who in range(60):
        print(kind, draws.keyed_draw(kind, a, b, c, 1, 2, who, 3, 4, 5).hex())
for shape in (0.05, 0.6, 8.0, 300.0):
    for u in (2.0**-53, 1e-9, 0.01, 0.3, 0.5, 0.9, 0.999, 1 - 2.0**-53):
        print(draws.draw(draws.GAMMA, shape, 1.0, 0.0, u).hex())
print(draws.lognormal_parameters(5.0, cv=0.8), draws.mean(draws.WEIBULL, 5.0, 0.7, 0.0))
print(draws.decision_id("ward_stay"))
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"NUMBA_DISABLE_JIT": "1", "PYTHONHASHSEED": "1"},
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "PYTHONHASHSEED": "2"},
    ],
    ids=["uncompiled", "plain processor"],
)
def test_same_bits_however_compiled_and_whatever_the_hash_seed(environment, tmp_path):
    assert run(EVERYTHING, XDG_CACHE_HOME=str(tmp_path), **environment) == run(EVERYTHING)


@pytest.fixture
def small(tmp_path):
    """A copy of the package with just the normal sampler and what it stands on."""
    folder = tmp_path / "source" / "pathsim" / "draws"
    folder.mkdir(parents=True)
    for name in ("jit.py", "elementary.py", "normal.py"):
        shutil.copy(jit.PACKAGE / "draws" / name, folder)
    for place in (folder, folder.parent):
        (place / "__init__.py").touch()
    return tmp_path / "source"


HITS = """
from pathsim.draws.jit import CACHE
from pathsim.draws.normal import standard_normal as f
print(f(0.99), sum(f.stats.cache_hits.values()), CACHE)
"""


def hits(source: Path, cache: Path) -> tuple[float, int]:
    value, count, _ = run(HITS, source, XDG_CACHE_HOME=str(cache)).split(maxsplit=2)
    return float(value), int(count)


def test_the_cache_is_used_and_never_stale(small, tmp_path):
    value, count = hits(small, tmp_path)
    assert count == 0
    assert hits(small, tmp_path) == (value, 1)
    callee = small / "pathsim" / "draws" / "elementary.py"
    text = callee.read_text(encoding="utf-8")
    changed = text.replace("return k * LN2_HIGH - (", "return 1e-3 + k * LN2_HIGH - (")
    assert changed != text
    callee.write_text(changed, encoding="utf-8")
    other, count = hits(small, tmp_path)
    assert other != value
    assert count == 0
    assert hits(small, tmp_path) == (other, 1)


def test_two_processes_may_compile_at_once(small, tmp_path):
    environment = plain_environment(small, XDG_CACHE_HOME=str(tmp_path))
    both = [
        subprocess.Popen([sys.executable, "-c", HITS], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    values = [float(process.communicate()[0].split()[0]) for process in both]
    assert values == [draws.draw(draws.NORMAL, 0.0, 1.0, -9.0, 0.99)] * 2
    assert hits(small, tmp_path) == (values[0], 1)


def test_an_unwritable_home_falls_back_and_then_does_without(small, tmp_path):
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null/cache"}
    assert str(tmp_path) in run(HITS, small, **nowhere, TMPDIR=str(tmp_path))
    none = "import tempfile; tempfile.tempdir = '/dev/null'" + HITS
    assert run(none, small, **nowhere).endswith("0 None")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="directories have no owner here")
def test_a_strangers_directory_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jit.cache_directory("x") == tmp_path / "pathsim" / "x"
    stranger = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    place = jit.cache_directory("x")
    assert place is None or not place.is_relative_to(tmp_path)


def test_the_hash_covers_what_compiled_code_imports(tmp_path, monkeypatch):
    package = tmp_path / "pathsim"
    sources = {
        "draws/__init__.py": "",
        "draws/jit.py": "",
        "engine/__init__.py": "",
        "engine/kernel.py": "from . import codes\nimport pathsim.hours\n@jit\ndef f(): pass\n",
        "engine/codes.py": "from ..deep.words import DAY\n",
        "deep/words.py": "DAY = 1\n",
        "hours.py": "def g():\n    from pathsim.late import h\n",
        "late.py": "",
        "report.py": "# compiled with @jit? no\nfrom pathsim.engine import kernel\n",
    }
    for name, text in sources.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    found = {path.relative_to(package).as_posix() for path in jit.compiled_sources(package)}
    assert found == {
        "draws/jit.py",
        "engine/__init__.py",
        "engine/kernel.py",
        "engine/codes.py",
        "deep/words.py",
        "hours.py",
        "late.py",
    }
    with monkeypatch.context() as changed:
        before = jit.cache_name(package)
        changed.setenv("NUMBA_BOUNDSCHECK", "other")
        assert jit.cache_name(package) != before
    (package / "report.py").write_text("", encoding="utf-8")
    assert jit.cache_name(package) == before
    (package / "deep" / "words.py").write_text("DAY = 2\n", encoding="utf-8")
    assert jit.cache_name(package) != before


def test_code_outside_the_package_is_compiled_but_not_kept():
    twice = jit.jit("int64(int64)")(lambda x: 2 * x)
    assert twice(21) == 42
    assert jit.jit(lambda x: x + 1)(1) == 2
    assert not getattr(twice, "stats", None) or not twice.stats.cache_path
