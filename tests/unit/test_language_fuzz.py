"""Whatever is written: a care system that runs, or faults that say what is wrong. Never anything else."""

import os
import random
import signal
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from mutations import mutate

from pathsim.faults import Faults
from pathsim.language import merge, plain, read_all, read_text, read_yaml, reference
from pathsim.plan import lay_out
from pathsim.plan.expressions import Adjusted, Constant, Table
from pathsim.study.run import encode, simulate_plan

HERE = Path(__file__).parent
CONFIGS = HERE.parents[1] / "configs"
SEEDS = int(os.environ.get("PATHSIM_FUZZ", "25"))
SECONDS = 30  # many times what any of them takes
DAYS = 3
MOST_EVENTS = 20_000
MOST_PEOPLE = 500
FILES = {path.stem: path for path in sorted((CONFIGS / "known").glob("*.yaml"))} | {"everything": HERE / "everything.yaml"}
EXAMPLES = {f"example_{path.stem}": path for path in sorted(reference.EXAMPLES.glob("*.yaml"))}
LOADED = {name: read_yaml(path) for name, path in (FILES | EXAMPLES).items()}


@contextmanager
def time_limit(seconds):
    def ring(*_):
        raise TimeoutError(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def greatest(expression):
    """The greatest number in an expression, to tell an absurd load."""
    if isinstance(expression, Constant):
        return expression.value if isinstance(expression.value, float) else 0.0
    if isinstance(expression, Table):
        return max(map(greatest, expression.entries))
    if isinstance(expression, Adjusted):
        value = greatest(expression.base)
        for factor in expression.times:
            value *= max(1.0, greatest(factor))
        return value
    return 0.0


def bearable(plan) -> bool:
    """Whether a run of a few days is small: fuzzing looks for what breaks, not for what takes long."""
    people = plan.citizens + sum(there.inside + there.waiting for there in plan.already)
    coming = sum(greatest(arrival.rate) * plan.horizon for arrival in plan.arrivals if arrival.rate is not None)
    striking = sum(greatest(risk.rate) * 50 for risk in plan.risks) * plan.horizon * max(people + coming, 1)
    return people <= MOST_PEOPLE and coming <= MOST_EVENTS and striking <= MOST_EVENTS


def attempt(data) -> str:
    """Read, lay out and run: 'fault', 'skipped' or 'ran'. Anything but Faults is a failure."""
    try:
        with time_limit(SECONDS):
            systems = read_all(plain(data))
            plans = {name: lay_out(system, DAYS) for name, system in systems.items()}
    except Faults as faults:
        assert faults.faults and all(fault.message.strip() for fault in faults.faults)
        assert all(len(str(fault)) < 2000 for fault in faults.faults)
        assert not any("Input should" in fault.message for fault in faults.faults), "said in the words of the validator"
        return "fault"
    outcome = "skipped"
    for name, plan in plans.items():
        if not bearable(plan):
            continue
        citizens = pd.DataFrame({"citizen": range(5)}) if systems[name].population and systems[name].population.from_ else None
        with time_limit(SECONDS):
            simulate_plan(plan, systems[name], 1, 0, 0.0, encode(plan, citizens), engine="simpy")
        outcome = "ran"
    return outcome


@pytest.mark.parametrize("name", FILES)
def test_a_valid_file_runs(name):
    assert attempt(LOADED[name]) in ("ran", "skipped")


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", ["everything", "everything_again", "priority", "erlang_a", "blocked_tandem", "readmission_loop_20"])
def test_a_mutated_file_runs_or_says_what_is_wrong(name, seed):
    rng = random.Random(f"{name} {seed}")
    base = LOADED[name.removesuffix("_again")]
    for _ in range(4):
        attempt(mutate(base, rng))


@pytest.mark.parametrize("seed", range(max(SEEDS // 5, 1)))
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_mutated_example_runs_or_says_what_is_wrong(name, seed):
    rng = random.Random(f"{name} {seed}")
    attempt(mutate(LOADED[name], rng))


@pytest.mark.parametrize("seed", range(max(SEEDS // 5, 1)))
def test_the_shipped_system_mutated_is_laid_out_or_says_what_is_wrong(seed):
    raw: dict = {}
    for group in ("pathway", "population", "region", "payers", "lever"):
        for path in sorted((CONFIGS / group).glob("*.yaml")):
            raw = merge(raw, read_yaml(path))
    raw = {heading: part for heading, part in raw.items() if heading not in ("synthesis", "defaults")}
    attempt(mutate(raw, random.Random(f"shipped {seed}")))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_mutated_text_is_read_or_says_what_is_wrong(seed):
    """The text itself: characters lost, doubled and swapped."""
    rng = random.Random(seed)
    text = FILES[rng.choice(list(FILES))].read_text(encoding="utf-8")
    for _ in range(20):
        letters = list(text)
        for _ in range(rng.choice((1, 3, 30))):
            i = rng.randrange(len(letters))
            letters[i] = rng.choice(["", letters[i] * 2, *"{}[]:,&*!|>%@`#'\"-?\n\t 0aé\u2028"])
        try:
            with time_limit(SECONDS):
                read_text("".join(letters))
        except Faults as faults:
            assert str(faults).strip()


LAUGHS = "a0: &a0 [x, x]\n" + "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12))
MERGES = "a0: &a0 {k0: 1}\n" + "\n".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}], k{i}: 1}}" for i in range(1, 12))


@pytest.mark.parametrize("text", [
    LAUGHS, MERGES, "[" * 50_000, "{a: " * 5_000, "- " * 20_000, "a: &a [*a, *a]", "&a {b: *a}", "- &a [1]\n- [" + "*a, " * 1000 + "*a]",
    "a: " + "9" * 10_000, "a: 0x" + "f" * 10_000, "0" * 10_000 + ": 1", "a: !!python/object/apply:os.system [true]", "a: !!timestamp x", "a: !!bool x",
    "a: !!int ''", "a: !!float []", "? {a: b}\n: c", "? [a]\n: c", "~: 1", ".nan: 1", "1.5: 1", "a: 1\na: 2", "<<: 1", "<<: {a: 1}", "on: 1", "a: off",
    "\x00", "\ufeffa: 1", "%YAML 9.9\n---\na: 1", "a: 1\n---\nb: 2", "!x a", "a: !x b", "'", "a: |\n" + "x" * 30_000, "null", "3", "hello", "[a]", "",
    "a: ${oc.env:HOME}", "steps: {x: {leave: '${b}'}}", "_target_: os.system", "steps: {_target_: {leave: x}}",
])  # fmt: skip
def test_strange_texts(text):
    try:
        with time_limit(SECONDS):
            data = read_text(text)
            attempt(data)
    except Faults as faults:
        assert str(faults).strip() and len(str(faults)) < 5_000


def test_what_cannot_be_read_as_text(tmp_path):
    (tmp_path / "latin.yaml").write_bytes("a: blåbær".encode("latin-1"))
    (tmp_path / "large.yaml").write_bytes(b"#" * 5_000_001)
    for name in ("latin.yaml", "large.yaml", "missing.yaml", "."):
        with pytest.raises(Faults):
            read_yaml(tmp_path / name)


def test_the_words_of_the_file_format_are_told_of():
    with pytest.raises(Faults, match="'on' is read as yes"):
        read_text("units: {ward: {beds: 3, on: 4}}")
    with pytest.raises(Faults, match="refers to something else"):
        read_text("about: {title: '${oc.env:HOME}'}")
    assert read_text("a: {yes: 0.5, no: 'no'}") == {"a": {"yes": 0.5, "no": False}}
    assert read_text("day_0: 2026-01-05") == {"day_0": "2026-01-05"}
