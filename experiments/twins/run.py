"""The long search for a care system on which the two engines differ.

    python experiments/twins/run.py --systems 2000 --seed 1

Random systems of the whole language run on both engines, whose records must be the same bit for bit.
At the end stands what the systems were and what happened in them, each at least 100 times, or else
the search has not looked there. A difference is shrunk and written out as YAML, and ends with code 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture import engine as shrinking
from twins.counted import all_words, counted, words
from twins.same import difference
from twins.systems import AT_ONCE, Case, cases
from twins.twins import run_case

from pathsim.compiled import run as run_compiled
from pathsim.engine import run as run_reference
from pathsim.faults import Faults

ENOUGH = 100
shrinking.MAX_SHRINKING_SECONDS = 60  # a system is made smaller for a minute, and then told of
SECONDS = 20  # many times what any of them takes
PLAINEST = {"population": {"citizens": 2, "starts": "s"}, "steps": {"s": {"wait": "1 h", "then": "home"}}}


class Found(NamedTuple):
    """What a part of the search has seen, and the first difference in it."""

    happened: Counter
    words: Counter
    refused: Counter
    problem: str | None


def search(systems: int, seed_: int, itself: bool) -> Found:
    """So many systems from one seed."""
    happened, had, refused = Counter(), Counter(), Counter()
    last: list[str] = []
    other = run_reference if itself else run_compiled

    @seed(seed_)
    @settings(max_examples=systems, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink])
    @given(cases())
    def agree(case: Case) -> None:
        try:
            with _Limit(SECONDS):
                first = run_case(case, run_reference)
        except Faults as faults:
            refused["systems"] += 1
            refused.update(re.sub(r"'[^']*'", "…", fault.message.split(". ")[0]) for fault in faults.faults)
            return
        except Exception:
            last[:] = [_written(case, f"the reference fails\n{traceback.format_exc(limit=-6)}")]
            raise
        if not last:
            happened.update(counted(first, case.raw))
            happened["systems"] += 1
            had.update(words(case.raw))
        try:
            with _Limit(SECONDS):
                apart = difference(first, run_case(case, other))
        except Exception:
            last[:] = [_written(case, f"the other engine fails\n{traceback.format_exc(limit=-6)}")]
            raise
        if apart is not None:
            last[:] = [_written(case, apart)]
            raise AssertionError(apart)

    try:
        agree()
    except BaseException as problem:
        if not last:
            raise
        if isinstance(problem, KeyboardInterrupt):
            raise
    return Found(happened, had, refused, last[0] if last else None)


class _Limit:
    """A run that never ends is an error."""

    def __init__(self, seconds: int):
        self.seconds = seconds

    def __enter__(self):
        def ring(*_):
            raise TimeoutError(f"no end within {self.seconds} s")

        self.before = signal.signal(signal.SIGALRM, ring)
        signal.alarm(self.seconds)

    def __exit__(self, *_):
        signal.alarm(0)
        signal.signal(signal.SIGALRM, self.before)


def _written(case: Case, what: str) -> str:
    header = f"# care model {case.model}, {case.days} days, seed {case.seed}\n"
    return f"{header}{yaml.safe_dump(case.raw, sort_keys=False, width=140, default_flow_style=None)}\n{what}"


def table(title: str, found: Counter, low: int) -> None:
    print(f"\n{title}")
    for name, n in sorted(found.items()):
        print(f"  {n:9,}  {name}{'   below ' + str(low) if n < low else ''}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--systems", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--itself", action="store_true", help="the reference against itself: what is looked at, and whether it holds")
    given_ = parser.parse_args()
    jobs = [(AT_ONCE, given_.seed * 10_000 + i, given_.itself) for i in range(given_.systems // AT_ONCE)]
    happened, had, refused = Counter(), Counter({word: 0 for word in all_words()}), Counter()
    if not given_.itself:
        run_case(Case(PLAINEST, "base", 1.0, 1), run_compiled)  # made ready once, before the processes part
    began = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(given_.processes) as pool:
        for found in pool.imap_unordered(_search, jobs):
            happened.update(found.happened)
            had.update(found.words)
            refused.update(found.refused)
            if (happened["systems"] + refused["systems"]) % 100 < AT_ONCE:
                print(f"{happened['systems'] + refused['systems']:,} systems, {time.perf_counter() - began:.0f} s", flush=True)
            if found.problem:
                pool.terminate()
                print(f"\n{found.problem}")
                return 1
    table("Words of the systems", had, ENOUGH)
    table("What happened", happened, ENOUGH)
    print(f"\n{refused.pop('systems', 0):,} systems were refused; why")
    for reason, n in refused.most_common(10):
        print(f"  {n:9,}  {reason}")
    rare = sorted(f"{name} ({n})" for found in (happened, had) for name, n in found.items() if n < ENOUGH and " in " not in name)
    print(f"\nBelow {ENOUGH}: {', '.join(rare) or 'none'}")
    return 0


def _search(job: tuple[int, int, bool]) -> Found:
    return search(*job)


if __name__ == "__main__":
    sys.exit(main())
