"""The parameters of a small care system, read from its file as theory needs them.

Theory must not be told the numbers a second time: it reads them from the same plain
dictionary the simulator is given. Only what the cases of `configs/known` use is read.
Times are in days, rates per day.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pathsim.language.quantities import DAY, parse_rate, parse_time

System = dict[str, Any]


def days(text: str) -> float:
    """
    >>> days("36 h")
    1.5
    """
    return parse_time(text) / DAY


def looked_up(value: Any, facts: dict[str, Any]) -> Any:
    """A value once its `by` tables are read for a person with these facts."""
    while isinstance(value, dict) and "by" in value:
        value = value.get(str(facts.get(value["by"])), value.get("rest"))
    return value


def mean_cv2(drawn: Any) -> tuple[float, float]:
    """Mean in days and squared coefficient of variation of a drawn or fixed time.

    >>> mean_cv2("12 h"), mean_cv2({"exponential": "5 d"}), mean_cv2({"lognormal": {"mean": "2 d", "sd": "1 d"}})
    ((0.5, 0.0), (5.0, 1.0), (2.0, 0.25))
    """
    if isinstance(drawn, str):
        return days(drawn), 0.0
    [(shape, spread)] = drawn.items()
    if shape == "exponential":
        return days(spread), 1.0
    mean = days(spread["mean"])
    cv = spread["cv"] if "cv" in spread else days(spread["sd"]) / mean
    return mean, cv**2


def arrival_rate(stream: dict[str, Any]) -> float:
    """Arrivals a day of a stream with one constant rate.

    >>> arrival_rate({"rate": "10 per h"}), arrival_rate({"every": {"exponential": "6 h"}})
    (240.0, 4.0)
    """
    if "rate" in stream:
        return parse_rate(stream["rate"]) * DAY
    return 1 / mean_cv2(stream["every"])[0]


def hourly_arrivals(stream: dict[str, Any], hours: int) -> float:
    """Expected arrivals in the first `hours` of day 0 of a timetable by hour."""
    return math.fsum(
        parse_rate(looked_up(stream["rate"], {"hour": hour})) * DAY / 24 for hour in range(hours)
    )


def places(system: System, unit: str) -> float:
    given = system["units"][unit]
    number = given.get("beds", given.get("slots"))
    return math.inf if number == "unlimited" else number


def shares(step: dict[str, Any], facts: dict[str, Any]) -> dict[str, float]:
    """Where a step leads and how often; nothing for who leaves."""
    if "choose" not in step:
        return {step["then"]: 1.0} if "then" in step else {}
    table = dict(looked_up(step["choose"], facts))
    for name, share in table.items():
        if share == "rest":
            table[name] = 1 - math.fsum(s for s in table.values() if s != "rest")
    return table


def traffic(system: System) -> dict[str, dict[str, float]]:
    """Arrivals a day at every step, for each stream: the traffic equations v = a + v P.

    Nobody is assumed to be turned away or to give up.
    """
    steps = list(system["steps"])
    found = {}
    for name, stream in system["arrivals"].items():
        routes = np.zeros((len(steps), len(steps)))
        for i, step in enumerate(steps):
            for then, share in shares(system["steps"][step], stream.get("with", {})).items():
                routes[i, steps.index(then)] = share
        outside = np.zeros(len(steps))
        outside[steps.index(stream["then"])] = arrival_rate(stream)
        found[name] = dict(zip(steps, np.linalg.solve(np.eye(len(steps)) - routes.T, outside).tolist(), strict=True))
    return found


def step_rate(system: System, step: str, stream: str | None = None) -> float:
    """Arrivals a day at a step, of one stream or of all."""
    return math.fsum(v[step] for name, v in traffic(system).items() if stream in (None, name))


def contacts_per_day(system: System) -> float:
    return math.fsum(step_rate(system, name) for name, step in system["steps"].items() if "at" in step or "wait" in step)


def stay(system: System, step: str) -> tuple[float, float]:
    """Mean and squared cv of the stay at a step where it depends on nothing."""
    verb = system["steps"][step]
    return mean_cv2(verb.get("for", verb.get("wait")))


def load(system: System, unit: str) -> float:
    """Offered load of a unit: mean places in use if nobody is ever turned away or kept waiting."""
    return math.fsum(
        rate * mean_cv2(looked_up(step["for"], system["arrivals"][stream].get("with", {})))[0]
        for stream, rates in traffic(system).items()
        for name, rate in rates.items()
        if (step := system["steps"][name]).get("at") == unit and rate > 0
    )


def busiest(system: System) -> float:
    """The largest offered load per place; 0 where there is always a place."""
    return max(load(system, unit) / places(system, unit) for unit in system["units"])


def slowed(system: System, factor: float) -> System:
    """The same care system with every stay at a unit `factor` times as long."""

    def stretched(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: old if key == "by" else stretched(old) for key, old in value.items()}
        if isinstance(value, str):
            return f"{days(value) * factor:.12f} d"
        return value

    steps = {
        name: {**step, "for": stretched(step["for"])} if "for" in step else step
        for name, step in system["steps"].items()
    }
    return {**system, "steps": steps}
