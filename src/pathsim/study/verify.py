"""A simulator is believed where its answers are known: simulation beside theory, with a verdict.

Each case of `configs/known` is run in independent replications until the half-width of the 95 %
interval is a small enough share of the theory; then |z| must stay under a bound so wide that a
right simulator fails anywhere in the whole suite once in a thousand, and so narrow that stays
3 % longer are seen (`slower=1.03` must fail).

Controls cut the work: the mean of a wait is regressed on how many came and how long they
stayed in the same replication, and read off where these have the mean that the input gives.
A controlled wait would hardly notice a wrong service rate, so the controls are checks themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import nullcontext
from functools import cache
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from pathsim.language.quantities import DAY
from pathsim.study import reading
from pathsim.study.known import CASES, Quantity, read
from pathsim.study.laws import broken_laws
from pathsim.study.measures import MEASURES, View, measure
from pathsim.study.reading import System

Simulate = Callable[[System, int, int, float], Any]  # (system, seed, replication, days) -> run

PILOT = 24  # replications to begin with
LARGEST_SWING = 0.25  # standard deviation of the mean of one replication, as a share of theory
ENOUGH = 1e5  # contacts of the pilot at the least: stays 3 % longer must be seen
SLOWER = 1.03
PER_DAY = {"d": 1, "h": 24, "min": 1440}


class Estimate(NamedTuple):
    """A mean over replications with its standard error and degrees of freedom."""

    mean: float
    error: float
    df: int


def controlled(values: np.ndarray, controls: np.ndarray) -> Estimate:
    """Mean of `values` [replication], adjusted for `controls` [replication, k] less their true means.

    Ordinary least squares: the intercept is the estimate, its standard error the usual one with
    one degree of freedom less for each control (Lavenberg and Welch 1981). Controls that do not
    vary are left out.

    >>> controlled(np.array([1.0, 2.0, 3.0]), np.empty((3, 0))).mean
    2.0
    """
    spread = controls.std(axis=0)
    controls = controls[:, spread > 1e-9 * np.abs(controls).max(axis=0, initial=0)]
    design = np.column_stack([np.ones(len(values)), controls])
    inverse = np.linalg.pinv(design.T @ design)
    weights = inverse @ design.T @ values
    df = len(values) - design.shape[1]
    residual = values - design @ weights
    return Estimate(float(weights[0]), math.sqrt(float(residual @ residual) / df * inverse[0, 0]), df)


def bound(alarm: float, checks: int, df: float) -> float:
    """|z| that `checks` right answers together pass but for a share `alarm` of suites (Sidak)."""
    each = -math.expm1(math.log1p(-alarm) / checks)
    return float(stats.t.isf(each / 2, df))


def target(system: System, precision: float) -> float:
    """Half-width to reach, as a share of theory: twice as wide where the busiest unit is over .85."""
    return precision * (2 if reading.busiest(system) > 0.85 else 1)


@cache
def theory_of(name: str) -> dict[Quantity, float]:
    """What theory says of a case as its file has it; asked for in each replication, worked out once."""
    return CASES[name].theory(read(name))


def checks() -> int:
    """How many comparisons the whole suite makes; the bound does not depend on what is run."""
    return sum(len(theory_of(name)) for name in CASES)


def days_of(name: str, precision: float, controls: bool = True) -> float:
    """Length of the window of each replication, in days.

    Long enough for the pilot to be precise. And never so short that the mean of one replication,
    uncontrolled, varies by more than LARGEST_SWING: means of busy wards are skewed, and
    a t interval of skewed means, or of ratios of small numbers, is too narrow.
    """
    case, system = CASES[name], read(name)
    precise = case.contacts / (case.gain if controls else 1) * (0.01 / target(system, precision)) ** 2 / PILOT
    normal = case.contacts * (0.01 / 1.96 / LARGEST_SWING) ** 2
    return max(max(precise, normal, ENOUGH / PILOT) / reading.contacts_per_day(system), 2 * case.warm_up)


def replicate(
    simulate: Simulate, name: str, system: System, seed: int, replication: int, days: float
) -> tuple[dict[Quantity, float], list[str], int]:
    """One replication: every quantity of the case, the laws it broke, how many contacts it took."""
    case = CASES[name]
    start, end = round(case.warm_up * DAY), round((case.warm_up + days) * DAY)
    run = simulate(system, seed, replication, case.warm_up + days + case.settle)
    view = View(run, start, end)
    values = {quantity: measure(view, quantity) for quantity in theory_of(name)}
    return values, broken_laws(run), len(run.contacts)


def compare(
    name: str, runs: list[tuple[dict[Quantity, float], list[str], int]], precision: float, alarm: float, use_controls: bool
) -> pd.DataFrame:
    """The rows of one case, with the half-width `wanted` of each."""
    case, system = CASES[name], read(name)
    expected = theory_of(name)
    values = {quantity: np.array([found[quantity] for found, _, _ in runs]) for quantity in expected}
    inputs = [quantity for quantity in expected if quantity[0] in case.controls] if use_controls else []
    offsets = np.array([values[other] - expected[other] for other in inputs]).reshape(len(inputs), len(runs)).T
    found = {
        quantity: controlled(values[quantity], offsets if quantity not in inputs else offsets[:, :0]) for quantity in expected
    }
    limits = {quantity: bound(alarm, checks(), found[quantity].df) for quantity in expected}
    wanted = {
        quantity: math.inf if quantity in inputs else target(system, precision) * abs(theory)
        for quantity, theory in expected.items()
    }
    telling, needed = _telltale(expected, case.theory(reading.slowed(system, SLOWER)), found, limits, inputs or list(expected))
    wanted[telling] = min(wanted[telling], needed)
    rows = [_row(name, quantity, expected[quantity], found[quantity], wanted[quantity], limits[quantity]) for quantity in expected]
    broken = sum(len(laws) for _, laws, _ in runs)
    rows.append(
        dict(case=name, quantity="laws broken", theory=0.0, estimate=float(broken), half_width=0.0, z=0.0,
             verdict="differs" if broken else "agrees", wanted=0.0)
    )
    return pd.DataFrame(rows)


def _telltale(
    expected: dict[Quantity, float],
    slower: dict[Quantity, float],
    found: dict[Quantity, Estimate],
    limits: dict[Quantity, float],
    among: list[Quantity],
) -> tuple[Quantity, float]:
    """The quantity that would tell best of stays 3 % longer, and the half-width it needs for that.

    A controlled quantity cannot tell: its controls take the difference away. Three standard
    errors beyond the bound, so that the difference is missed once in a thousand times.
    """
    shift = {quantity: abs(slower[quantity] - expected[quantity]) for quantity in among}
    best = max(among, key=lambda quantity: shift[quantity] / max(found[quantity].error, 1e-12 * abs(expected[quantity])))
    return best, float(stats.t.isf(0.025, found[best].df)) * shift[best] / (limits[best] + 3)


def _row(name: str, quantity: Quantity, theory: float, found: Estimate, wanted: float, limit: float) -> dict[str, Any]:
    half_width = float(stats.t.isf(0.025, found.df)) * found.error
    # whole milliseconds leave a hair's breadth even where nothing varies
    off = found.mean - theory
    z = off / found.error if found.error > 1e-9 * abs(theory) else (0.0 if abs(off) < 1e-6 * abs(theory) else math.inf)
    verdict = "differs" if abs(z) >= limit else "agrees" if half_width <= wanted else "not precise enough"
    scale = PER_DAY[CASES[name].unit] ** MEASURES[quantity[0]][1]
    return dict(case=name, quantity=label(name, quantity), theory=theory * scale, estimate=found.mean * scale,
                half_width=half_width * scale, z=z, verdict=verdict, wanted=wanted * scale)


def label(name: str, quantity: Quantity) -> str:
    """A quantity for people: `Wq seen (min)`."""
    unit, dimension = CASES[name].unit, MEASURES[quantity[0]][1]
    return " ".join(str(part) for part in quantity) + {0: "", 1: f" ({unit})", -1: f" (per {unit})"}[dimension]


def more(table: pd.DataFrame, done: int, most: int) -> int:
    """How many replications are still wanted: the half-width shrinks with the root of their number."""
    wide = table[table["verdict"] == "not precise enough"]
    if wide.empty:
        return 0
    ratio = float((wide["half_width"] / wide["wanted"]).max())
    return max(0, min(math.ceil(done * ratio**2 * 1.1), most * PILOT) - done)


def verify(
    simulate: Simulate,
    cases: Iterable[str] | None = None,
    *,
    precision: float = 0.01,
    slower: float = 1.0,
    seed: int = 1,
    workers: int | None = None,
    alarm: float = 0.001,
    controls: bool = True,
    most: int = 8,
) -> pd.DataFrame:
    """Run cases (default all) and set them beside theory: one row for each quantity.

    Columns case, quantity, theory, estimate, half_width, z, verdict (agrees, differs, not
    precise enough); `attrs["cost"]` has replications and contacts of each case. `slower` makes
    every stay that many times as long in what is simulated, not in theory (`most=2` is then
    enough: it need not be precise to be wrong). `most` caps replications at that many pilots. `simulate` must be a
    function of a module, or a `partial` of one, since replications run in processes; `workers=1` runs in this one.
    """
    names = list(CASES) if cases is None else list(cases)
    systems = {name: reading.slowed(read(name), slower) if slower != 1 else read(name) for name in names}
    lengths = {name: days_of(name, precision, controls) for name in names}
    runs: dict[str, list] = {name: [] for name in names}
    tables: dict[str, pd.DataFrame] = {}
    wanted = dict.fromkeys(names, PILOT)
    pool = nullcontext() if workers == 1 else ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    with pool as executor:
        while wanted:
            waiting = {
                name: [
                    _submit(executor, replicate, simulate, name, systems[name], seed, len(runs[name]) + i, lengths[name])
                    for i in range(number)
                ]
                for name, number in wanted.items()
            }
            for name, results in waiting.items():
                runs[name] += [result() for result in results]
                tables[name] = compare(name, runs[name], precision, alarm, controls)
            wanted = {
                name: number
                for name in waiting
                if (number := more(tables[name], len(runs[name]), most))
            }
    result = pd.concat([tables[name] for name in names], ignore_index=True).drop(columns="wanted")
    result.attrs["cost"] = {
        name: {"replications": len(done), "contacts": sum(contacts for _, _, contacts in done)}
        for name, done in runs.items()
    }
    return result


def _submit(executor: Executor | None, function: Callable, *arguments: Any) -> Callable[[], Any]:
    if executor is None:
        value = function(*arguments)
        return lambda: value
    future: Future = executor.submit(function, *arguments)
    return future.result


def printed(table: pd.DataFrame) -> str:
    """The table for a terminal, and a last line that says it all."""
    shown = table.to_string(
        index=False,
        formatters={"theory": "{:.6g}".format, "estimate": "{:.6g}".format, "half_width": "{:.2g}".format, "z": "{:+.2f}".format},
    )
    counts = table["verdict"].value_counts()
    summary = ", ".join(f"{counts[v]} {v}" for v in ("agrees", "differs", "not precise enough") if v in counts)
    return f"{shown}\n\n{len(table)} checks: {summary}"
