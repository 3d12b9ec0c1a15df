"""The care systems with known answers: what theory says of each, from the numbers in its file.

A case is a file of `configs/known` and a function from the system, as read from that file, to
the expected values. A quantity is a tuple that also says how it is measured (see `measures`):
`("Wq", "seen")` is the mean wait for step `seen`. Times are in days, whatever the file uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pathsim import theory
from pathsim.folders import configs
from pathsim.language import read_yaml
from pathsim.study import reading
from pathsim.study.reading import System

Quantity = tuple
Theory = Callable[[System], dict[Quantity, float]]


@dataclass(frozen=True)
class Case:
    """What is expected of a case, and how much to simulate.

    `contacts` is how many it takes, without controls, until the half-width of the hardest
    quantity is 1 % of the theory, and `gain` how many times fewer with them; both were measured
    and only set the length of the runs. `warm_up` and `settle` (days before and after the
    window) are many times what the system needs to forget and to serve who is waiting.
    `controls` are the kinds of quantity whose mean is given by the input alone; they are judged
    by z, but need not be precise.
    """

    theory: Theory
    contacts: float
    gain: float
    warm_up: float
    settle: float
    unit: str = "d"
    controls: tuple[str, ...] = ()


def folder() -> Path:
    """Where the cases are."""
    return configs() / "known"


def read(name: str) -> System:
    return read_yaml(folder() / f"{name}.yaml")


def inputs(system: System, *steps: str) -> dict[Quantity, float]:
    """Arrivals and mean stays, which the input gives: checks in themselves, and controls."""
    arrivals = sum(reading.arrival_rate(stream) for stream in system["arrivals"].values())
    return {("arrivals",): arrivals} | {("mean stay", step): reading.stay(system, step)[0] for step in steps}


def unlimited(system: System, step: str) -> dict[Quantity, float]:
    """What the same luck would do in an unlimited ward: known from the input, and a strong control."""
    unit = system["steps"][step]["at"]
    load, n = reading.load(system, unit), reading.places(system, unit)
    return {
        ("P(N>=n) unlimited", step, n): theory.poisson_tail(load, n),
        ("over n unlimited", step, n): theory.poisson_excess(load, n),
    }


def many_places(system: System, step: str = "seen") -> dict[Quantity, float]:
    """M/M/c with enough places for an unlimited ward to be a likeness."""
    return queue(system, step) | unlimited(system, step)


def queue(system: System, step: str = "seen") -> dict[Quantity, float]:
    """M/M/c, or M/G/1 where the stay is not exponential."""
    lam, (mean, cv2) = reading.step_rate(system, step), reading.stay(system, step)
    c = reading.places(system, system["steps"][step]["at"])
    found = theory.mmc(lam, mean, c) if cv2 == 1 else theory.mg1(lam, mean, cv2)
    return {("P(wait)", step): found.p_wait, ("Wq", step): found.Wq, ("Lq", step): found.Lq} | inputs(system, step)


def priority(system: System) -> dict[Quantity, float]:
    ranks = system["steps"]["seen"]["priority"]
    streams = sorted(
        system["arrivals"], key=lambda name: reading.looked_up(ranks, system["arrivals"][name]["with"])
    )
    stay = reading.stay(system, "seen")
    waits = theory.priority_mg1([(reading.step_rate(system, "seen", name), *stay) for name in streams])
    return {("Wq", "seen", name): wait for name, wait in zip(streams, waits, strict=True)} | inputs(system, "seen")


def limited(system: System) -> dict[Quantity, float]:
    unit = system["units"]["clinic"]
    c = unit["slots"]
    lam, (mean, _) = reading.step_rate(system, "seen"), reading.stay(system, "seen")
    found = theory.mmck(lam, mean, c, c + unit["queue"])
    return {
        ("P(refused)", "seen"): found.p_block,
        ("Lq", "seen"): found.Lq,
        ("Wq", "seen"): found.Wq,
    } | inputs(system, "seen")


def reneging(system: System) -> dict[Quantity, float]:
    lam, (mean, _) = reading.step_rate(system, "seen"), reading.stay(system, "seen")
    patience, _ = reading.mean_cv2(system["steps"]["seen"]["patience"])
    found = theory.erlang_a(lam, mean, reading.places(system, "clinic"), patience)
    return {
        ("P(gave up)", "seen"): found.p_abandon,
        ("Lq", "seen"): found.Lq,
        ("Wq", "seen"): found.Wq,
        ("P(wait)", "seen"): found.p_wait,
    } | inputs(system, "seen")


def never_full(system: System, beds: dict[str, tuple[int, ...]]) -> dict[Quantity, float]:
    """Poisson occupancy: how often n beds would be full, for each unit and its ns."""
    found = {("in use", unit): reading.load(system, unit) for unit in beds}
    for unit, numbers in beds.items():
        for n in numbers:
            found["P(N=n|N<=n)", unit, n] = theory.share_full(found["in use", unit], n)
    return found


def one_ward_never_full(system: System, n: int) -> dict[Quantity, float]:
    tail = theory.poisson_tail(reading.load(system, "ward"), n)
    return never_full(system, {"ward": (n,)}) | {("P(N>=n)", "ward", n): tail} | inputs(system, "ward_stay")


def blocked(system: System) -> dict[Quantity, float]:
    """The wait for rehabilitation is the time blocked on the ward."""
    means = [reading.stay(system, step)[0] for step in ("ward_stay", "rehab_stay")]
    found = theory.blocked_tandem(reading.step_rate(system, "ward_stay"), *means)
    return {
        ("Wq", "ward_stay"): found.Wq,
        ("P(wait)", "rehab_stay"): found.p_blocked,
        ("Wq", "rehab_stay"): found.blocked,
        ("in use", "ward"): found.in_first,
    } | inputs(system, "ward_stay", "rehab_stay")


def tandem(system: System) -> dict[Quantity, float]:
    return queue(system, "ward_stay") | queue(system, "rehab_stay")


def loop(system: System, within: float = 30.0) -> dict[Quantity, float]:
    lam = sum(reading.arrival_rate(stream) for stream in system["arrivals"].values())
    los, home = (reading.stay(system, step)[0] for step in ("ward_stay", "at_home"))
    p = reading.shares(system["steps"]["discharge"], {})["at_home"]
    beds = reading.places(system, "ward")
    found = theory.readmission_loop(lam, los, p, home, beds, within)
    return {
        ("requests", "ward_stay"): found.admissions,
        ("share in use", "ward", beds): found.rho,
        ("P(wait)", "ward_stay"): found.p_wait,
        ("Wq", "ward_stay"): found.Wq,
        ("care per patient", "ward_stay"): found.bed_days,
        ("in step", "at_home"): found.home_census,
        ("returned within", "ward_stay", within): found.share_30,
        ("share to", "at_home", "ward_stay"): p,
    } | inputs(system, "ward_stay", "at_home") | unlimited(system, "ward_stay")


INPUT = ("arrivals", "mean stay", "share to")
LIKE_UNLIMITED = (*INPUT, "P(N>=n) unlimited", "over n unlimited")
STROKE_BEDS = {"acute_unit": (9, 10, 11, 12, 13), "rehab_unit": (10, 12, 13, 14, 15)}
HOURS = partial(Case, unit="h", controls=INPUT)
MINUTES = partial(Case, many_places, unit="min", controls=LIKE_UNLIMITED, warm_up=2, settle=1)
LOOPS = partial(Case, loop, controls=LIKE_UNLIMITED)

CASES: dict[str, Case] = {
    "mm1": HOURS(queue, 4.7e6, 2.5, warm_up=40, settle=20),
    "md1": HOURS(queue, 3.5e6, 2, warm_up=40, settle=20),
    "mg1_gamma": HOURS(queue, 4.5e6, 2, warm_up=40, settle=20),
    "mg1_lognormal": HOURS(queue, 4e6, 2, warm_up=40, settle=20),
    "mm5": HOURS(many_places, 1.1e7, 4, warm_up=10, settle=5, controls=LIKE_UNLIMITED),
    "mm3": Case(partial(many_places, step="ward_stay"), 5.4e6, 3, 1000, 500, controls=LIKE_UNLIMITED),
    "priority": HOURS(priority, 6.6e6, 2.4, warm_up=40, settle=20),
    "mm3_6": HOURS(limited, 3.7e6, 3.9, warm_up=10, settle=5),
    "mm1_5": HOURS(limited, 1.9e6, 2.7, warm_up=10, settle=5),
    "erlang_a": HOURS(reneging, 1.6e6, 7, warm_up=10, settle=5),
    "infinite_servers": Case(partial(one_ward_never_full, n=9), 9.1e5, 2.4, 200, 200, controls=("in use",)),
    "blocked_tandem": Case(blocked, 5.8e6, 1.8, 1000, 200, controls=INPUT),
    "jackson_tandem": Case(tandem, 8.2e6, 1.9, 1000, 200, controls=INPUT),
    "clinic_4min_3": MINUTES(8.9e6, 1.8),
    "clinic_4min_4": MINUTES(1.1e7, 3.7),
    "clinic_4min_5": MINUTES(7.5e6, 5),
    "clinic_4min_6": MINUTES(3e7, 6),
    "clinic_3min_6": MINUTES(1e7, 6),
    "clinic_3min_7": MINUTES(2e7, 6),
    "readmission_loop_75": LOOPS(2e8, 16, 200, 225),
    "readmission_loop_20": LOOPS(4.8e7, 4.3, 400, 450),
    "readmission_loop_55": LOOPS(5.6e7, 5, 400, 180),
    "stroke": Case(partial(never_full, beds=STROKE_BEDS), 1.3e7, 1.5, 500, 0, controls=("in use",)),
}
