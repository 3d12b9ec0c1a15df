"""What is to be shared out, and what for: capacities with their bounds, what a place takes, the total, the aim. All of it is data.

An allocation is a number of places of each capacity, within bounds and total, to which nothing more can be added. The best of
them is chosen by ranking and selection: those that are surely worse are run no further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError, model_validator

from ..contacts.registry import REGISTRY
from ..faults import Fault, Faults, fail
from ..language import plain, read_yaml
from ..language.forms import fault_of
from ..language.values import Form, Number
from ..study.stopping import interval
from ..study.sweep.planning import claim
from .capacities import Capacities, Ways
from .sampled import Quantity, Run, Sampler, Warnings, quantity_of
from .selection import Selection, select
from .staffing import HOURS_A_YEAR, employed

MOST = 60  # allocations
MOST_TRIED = 200_000  # combinations looked through to find them
PLACES, PEOPLE, MONEY = "places", "people", "money"
PRICES = (Quantity("cost"), Quantity("staff_hours_on_duty"))

Whole = Annotated[int, Field(ge=0)]


class Capacity(Form):
    """From how many places to how many, and what one takes."""

    from_: Whole = Field(alias="from", description="the fewest places")
    to: Whole = Field(description="the most")
    step: Annotated[int, Field(ge=1)] = Field(1, description="places are added so many at a time")
    takes: Number | None = Field(None, description="what a place takes of the total; default 1, or the people that must be employed for it")

    @model_validator(mode="after")
    def _in_order(self):
        if self.from_ > self.to:
            raise ValueError(f"from {self.from_} to {self.to} is nothing. Write the fewer places first")
        return self


class Allocation(Form):
    """What is to be shared out, and what for."""

    title: str = ""
    title_da: str = ""
    total: Number = Field(description="what there is to share out, those places that there must be at least included")
    counted_as: Literal["places", "people", "money"] = Field(PLACES, description="of what: places, people employed full time, or money a year")
    hours_a_year: Annotated[float, Field(gt=0, le=8784)] = Field(HOURS_A_YEAR, description="which one who is employed full time is at work (assumed)")
    capacities: dict[str, Capacity] = Field(min_length=1, description="by their path: units.NAME.slots, levers.LEVER.changes.units.NAME.beds")
    aim: str = Field("bed_days", description="an indicator, or one of a group: wait_mean:unit:acute_team")
    make: Literal["smallest", "largest"] | None = Field(None, description="default: as is good for the indicator")
    of: Literal["last", "difference"] = Field("last", description="the last care model, or that less the first")
    indifference: Annotated[float, Field(gt=0)] = Field(description="a difference in the aim that nobody minds")
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    first: Annotated[int, Field(ge=2)] = Field(6, description="replications of every allocation before any is left")
    most: Annotated[int, Field(ge=2)] = Field(30, description="replications of an allocation at most")
    fresh: Annotated[int, Field(ge=2)] = Field(12, description="replications more in which the chosen one is judged")

    @model_validator(mode="after")
    def _in_order(self):
        if self.first > self.most:
            raise ValueError(f"first: {self.first} replications are more than most: {self.most}. Make most larger")
        if self.counted_as == MONEY and (free := [path for path, one in self.capacities.items() if one.takes is None]):
            raise ValueError(f"counted as money, so say what a place of {free[0]} costs a year: takes: 800000")
        return self

    @property
    def largest(self) -> bool:
        """Raises Faults where the indicator has no good direction and none is said."""
        better = REGISTRY[self.quantity.indicator].better
        if self.make is None and better == "neutral":
            raise fail("make", f"{self.aim} is good neither way. Write  make: smallest  or  make: largest")
        return self.make == "largest" if self.make else better == "higher"

    @property
    def quantity(self) -> Quantity:
        return quantity_of(self.aim, "aim")


class Found(NamedTuple):
    """table: a row for each allocation. fresh: of the chosen, of the system as written, and their difference, in replications that chose nothing."""

    form: Allocation
    ways: Ways
    rows: tuple[tuple[int, ...], ...]
    selection: Selection
    table: pd.DataFrame
    fresh: pd.DataFrame
    warnings: Warnings


def read_allocation(given: str | Path | Mapping[str, Any], total: float | None = None) -> Allocation:
    """From a file (YAML) or plain data. total: another than is written. Raises Faults: all that is wrong, at once."""
    label, data = ("allocation", dict(given)) if isinstance(given, Mapping) else (str(given), read_yaml(given))
    if total is not None:
        data = data | {"total": total}
    try:
        found = Allocation.model_validate(plain(data, label))
    except ValidationError as problem:
        raise Faults(fault_of(label, error, Allocation) for error in problem.errors(include_url=False)) from None
    assert found.largest in (True, False)
    return found


def takes_of(form: Allocation, ways: Capacities) -> tuple[float, ...]:
    """What one more place of each capacity takes of the total. Raises Faults where that would be nothing."""
    found, faults = [], []
    for (path, one), unit in zip(form.capacities.items(), ways.units, strict=True):
        staff = sum(employed(unit, form.hours_a_year).values())
        takes = one.takes if one.takes is not None else staff if form.counted_as == PEOPLE else 1.0
        if not takes > 0:
            faults.append(Fault(f"capacities.{path}", "a place takes nothing of the total, so there is no end to them. Write  takes: NUMBER"))
        found.append(takes)
    if faults:
        raise Faults(faults)
    return tuple(found)


def allocations(form: Allocation, takes: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """Every number of places of each within bounds and total to which nothing can be added. Raises Faults: none, or too many.

    >>> one = Capacity(**{"from": 1, "to": 4})
    >>> allocations(Allocation(total=5, indifference=1, capacities={"units.a.slots": one, "units.b.slots": one}), [1, 1])
    ((1, 4), (2, 3), (3, 2), (4, 1))
    """
    capacities = list(form.capacities.values())
    least = sum(one.from_ * each for one, each in zip(capacities, takes, strict=True))
    if least > form.total + _slack(form):
        raise fail("total", f"{form.total:g} was given, and the fewest places take {least:g}. Raise it, or lower a bound")
    found = []
    for tried, (row, left) in enumerate(_within(capacities, takes, form.total + _slack(form))):
        if all(number + one.step > one.to or one.step * each > left for number, one, each in zip(row, capacities, takes, strict=True)):
            found.append(row)
        if len(found) > MOST or tried > MOST_TRIED:
            raise fail("capacities", f"there are more than {MOST} allocations. Bring bounds nearer together, take longer steps (step: 2), "
                       "or leave a capacity out")
    return tuple(found)


def _slack(form: Allocation) -> float:
    """For sums that are not exact."""
    return 1e-9 * max(1.0, form.total)


def _within(capacities: Sequence[Capacity], takes: Sequence[float], total: float) -> Iterator[tuple[tuple[int, ...], float]]:
    """Numbers of places whose sum is within the total, with what is left of it."""
    if not capacities:
        yield (), total
        return
    (first, *others), (each, *rest) = capacities, takes
    needed = sum(one.from_ * take for one, take in zip(others, rest, strict=True))
    numbers = range(first.from_, first.to + 1, first.step)
    for number in numbers:
        left = total - number * each
        if left < needed:
            break
        if not others and number + first.step <= first.to and first.step * each <= left:
            continue  # of the last as many as there can be
        for more, over in _within(others, rest, left):
            yield (number, *more), over


def allocate(form: Allocation, ways: Ways, takes: Sequence[float], rows: Sequence[tuple[int, ...]], run: Run) -> Found:
    """Runs allocations until one is known to be the best or good enough; then that one and the care system as written, afresh.

    Raises Faults for what can't be written or is not told, and StudyError.
    """
    claim(ways.plan, ways.folder)
    sampler, against = Sampler(ways.plan, ways.folder, run), form.of == "difference"
    selection = select(
        lambda some, first, number: sampler([form.quantity], some, first, number, against)[0],
        len(rows), form.indifference, form.confidence, form.first, form.most, form.largest,
    )
    now, chosen = len(rows), selection.chosen
    prices = [sampler(PRICES, [one], 0, int(selection.used[one]), lax=True).mean(axis=2)[:, 0] for one in range(len(rows))]
    fresh = np.concatenate([sampler([form.quantity], [chosen, now], form.most, form.fresh, against),
                            sampler(PRICES, [chosen, now], form.most, form.fresh, lax=True)])
    return Found(form, ways, tuple(rows), selection, _table(form, ways, takes, rows, selection, np.array(prices)), _fresh(form, fresh),
                 sampler.warnings)


def staff_of(form: Allocation, ways: Ways, row: Sequence[int]) -> dict[str, float]:
    """The full-time people of an allocation, by profession."""
    found: dict[str, float] = {}
    for number, unit in zip(row, ways.units, strict=True):
        for job, each in sorted(employed(unit, form.hours_a_year).items()):
            found[job] = found.get(job, 0.0) + number * each
    return found


def _table(
    form: Allocation, ways: Ways, takes: Sequence[float], rows: Sequence[tuple[int, ...]], selection: Selection, prices: np.ndarray,
) -> pd.DataFrame:
    """A row for each allocation, the best mean first. difference: from the chosen one, in the replications of both, with its 95 % interval."""
    difference = interval(selection.y - selection.y[selection.chosen])
    table = pd.DataFrame(rows, columns=list(form.capacities))
    table["takes"] = np.array(rows) @ np.array(takes)
    for job, numbers in pd.DataFrame([staff_of(form, ways, row) for row in rows]).items():
        table[f"employed_{job}"] = numbers
    told = {"replications": selection.used, "mean": selection.means, "difference": difference.mean, "low": difference.low, "high": difference.high}
    status = ["chosen" if one == selection.chosen else "not told apart" if one in selection.survivors else "worse" for one in range(len(rows))]
    table = table.assign(**told, status=status, cost=prices[:, 0], staff_hours_on_duty=prices[:, 1])
    return table.sort_values(["status", "mean"], key=lambda column: column if column.name == "status" else column * (-1 if form.largest else 1),
                             kind="stable", ignore_index=True)


def _fresh(form: Allocation, y: np.ndarray) -> pd.DataFrame:
    """y[quantity, chosen or as written, replication]: a row for each quantity."""
    chosen, now, difference = interval(y[:, 0]), interval(y[:, 1]), interval(y[:, 0] - y[:, 1])
    columns = {"quantity": [form.aim, *(str(price) for price in PRICES)], "replications": y.shape[2]}
    for name, found in (("chosen", chosen), ("as_written", now), ("difference", difference)):
        columns |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
    return pd.DataFrame(columns)


def replications_at_most(form: Allocation, number: int) -> int:
    """Of all scenarios together; the first looks alone are `first` of each."""
    return number * form.most + 2 * form.fresh
