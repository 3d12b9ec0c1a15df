"""The same study in each of the years ahead, as a sweep: other citizens, another calendar, and as many places as are paid for.

A year is a scenario. Its citizens are those of the projection (`synthesis.year`). Time zero lies so that what is measured begins
on 1 January of the year: whoever pays from a date on pays. Holidays go on as they are listed. Everybody else, who comes from
outside, grows with the ages of the country, or by a yearly percentage. Places are as today, or grow by one.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .. import folders
from ..engine.evaluate import Evaluator
from ..engine.routine import routine_slots
from ..faults import Fault, Faults, fail
from ..language import read_yaml
from ..population.projection import FIRST, LAST, Projection, read_projection
from .citizens import SYNTHETIC, projection_file
from .compose import Base, Composed, apart, base_of, changed
from .identity import Identity
from .overrides import groups
from .replicate import Prepared
from .settings import YEAR
from .sweep.planning import Planned, folder_of, planned_of
from .sweep.scenarios import Scenario, check, models_of
from .sweep.units import length, seconds

PARAMETER = "synthesis.year"
OURS = (PARAMETER, "day_0")
NEED = {"children": 0.0, "18-29": 1.0, "30-44": 1.0, "45-54": 1.0, "55-64": 1.0, "65-69": 2.5, "70-74": 2.5, "75-79": 2.5,
        "80-84": 5.0, "85-89": 5.0, "90-99": 5.0}
"""What somebody from outside asks for by age, those of 18 to 64 being 1. Assumed: stays rise with age (B096), and people of 80 and over
have more than twice the bed-days of those of 65 to 79 (B025)."""

_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")


class Growth(NamedTuple):
    """In per cent a year: visiting places, beds, and everybody else; None for everybody else: by the ages of the country."""

    staff: float = 0.0
    beds: float = 0.0
    others: float | None = None


def years_of(first: int, last: int, every: int) -> list[int]:
    """The years, the last one always among them. Raises Faults.

    >>> years_of(2026, 2031, 2)
    [2026, 2028, 2030, 2031]
    """
    faults = [Fault(f"--{name}", f"{year} was given. Allowed: {FIRST} to {LAST}") for name, year in (("first", first), ("last", last))
              if not FIRST <= year <= LAST]
    if first >= last:
        faults.append(Fault("--first", f"{first} is not before {last}, the last year. Give an earlier one"))
    if every < 1:
        faults.append(Fault("--every", f"{every} was given. Allowed: a whole number from 1"))
    if faults:
        raise Faults(faults)
    return sorted({*range(first, last, every), last})


def plan_years(texts: Sequence[str], years: Sequence[int], growth: Growth) -> Planned:
    """Composes and checks a scenario a year. Raises Faults: nothing is written."""
    configs = folders.configs()
    parts = apart(list(texts), groups(configs))
    mine = [str(change.input_line) for change in parts.changes if change.key_or_group in OURS]
    if mine:
        raise Faults(Fault(text, "is set for each of the years. Leave it out") for text in mine)
    composed = changed(base_of(parts, configs), parts.changes, parts.texts)
    if not isinstance(composed.raw.get("population"), dict) or composed.raw["population"].get("from") != SYNTHETIC:
        raise fail("population.from", "nobody ages but synthetic citizens. Write  population: {from: synthetic}  and who lives where")
    projection = read_projection(read_yaml(projection_file()), str(projection_file()))
    models, identity = models_of(composed), Identity()
    scenarios: list[Scenario] = []
    bases = [Base(in_year(composed, year, growth, projection), composed.folder, composed.origin) for year in years]
    found = [changed(base, [], []) for base in bases]
    for number, (year, one) in enumerate(zip(years, found, strict=True)):
        each = seconds(one.raw, one.settings, len(models))
        key = identity.of(one.raw, one.settings, models, one.folder)
        scenarios.append(Scenario(number, (), (year,), models, key, length(each), each))
    first = check(((scenarios[i], found[i]) for i in (0, len(years) - 1)), [PARAMETER])
    plan = planned_of(list(texts), [PARAMETER], scenarios, composed.settings, bases)
    return Planned(plan, folder_of(composed, ["years"], [scenario.key for scenario in scenarios]), first)


def standing(prepared: Prepared) -> dict[str, dict[str, tuple[float, float]]]:
    """Places that routine work takes, and places there are: by care model and unit, where places are limited and all of the citizens is known."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for model, plan in prepared.plans.items():
        codes, _, given = prepared.people[model]
        if any(attribute.choice is not None and attribute.index not in given for attribute in plan.attributes):
            continue
        taken = routine_slots(plan, Evaluator(plan, lambda *_: 0, lambda *_: 0), codes)
        units = {plan.units[index].name: (sum(slots), sum(plan.units[index].places)) for index, slots in taken.items()}
        found[model] = {name: numbers for name, numbers in units.items() if numbers[1] < math.inf}
    return found


def in_year(composed: Composed, year: int, growth: Growth, projection: Projection) -> dict[str, Any]:
    """The study in a year, as plain data."""
    settings, past = composed.settings, year - projection.base
    begins = datetime.date(year, 1, 1) - datetime.timedelta(days=round(YEAR * settings.warm_up))
    ends = begins + datetime.timedelta(days=round(settings.days))
    listed = [datetime.date.fromisoformat(str(day)) for day in composed.raw.get("holidays") or ()]
    others = (1 + growth.others / 100) ** past if growth.others is not None else need(projection, year) / need(projection, projection.base)
    slots, beds = ((1 + percent / 100) ** past for percent in (growth.staff, growth.beds))
    raw = composed.raw | {
        "day_0": begins.isoformat(), "holidays": [day.isoformat() for day in holidays(listed, begins, ends)],
        "units": places(composed.raw.get("units"), slots, beds), "levers": _levers(composed.raw.get("levers"), slots, beds),
        "arrivals": {name: _stream(stream, others) for name, stream in (composed.raw.get("arrivals") or {}).items()},
    }
    return settings.model_dump(exclude_none=True) | {"synthesis": settings.synthesis.model_dump(exclude_none=True) | {"year": year}} | raw


def need(projection: Projection, year: int) -> float:
    """What the country's inhabitants ask for by their ages."""
    then, start = projection.growth(year), projection.growth(projection.years[0])
    return sum(weight * projection.thousands[band][0] * then[band] / start[band] for band, weight in NEED.items())


def _levers(levers: Any, slots: float, beds: float) -> Any:
    """What levers add or set is places as well."""
    return {
        name: lever | {"changes": lever["changes"] | {"units": places(lever["changes"]["units"], slots, beds)}}
        if isinstance(lever, dict) and (lever.get("changes") or {}).get("units") else lever
        for name, lever in (levers or {}).items()
    }


def places(units: Any, slots: float, beds: float) -> dict[str, Any]:
    """Units with as many times the visiting places and beds, in whole places, and at least one where there was one.

    >>> places({"gp": {"slots": {"by": "town", "a": 10, "b": 1}}, "ward": {"beds": 30}}, 1.26, 1.0)
    {'gp': {'slots': {'by': 'town', 'a': 13, 'b': 1}}, 'ward': {'beds': 30}}
    """
    def times(unit: Any) -> Any:
        by = {"slots": slots, "beds": beds}
        return {word: scaled(value, by[word], _whole) if by.get(word, 1.0) != 1.0 else value for word, value in unit.items()} \
            if isinstance(unit, dict) else unit

    return {name: times(unit) for name, unit in (units or {}).items()}


def _stream(stream: Any, factor: float) -> Any:
    """People from outside who come so many times as often."""
    if not isinstance(stream, dict):
        return stream
    by = {"rate": factor, "every": 1 / factor}
    return {word: scaled(value, by[word], _quantity) if word in by else value for word, value in stream.items()}


def scaled(value: Any, factor: float, leaf: Callable[[Any, float], Any]) -> Any:
    """A value of the language times a factor, in all of its cases; a number with its evidence becomes a bare one, as it is another number."""
    if not isinstance(value, dict):
        return leaf(value, factor)
    if "value" in value:
        return scaled(value["value"], factor, leaf)
    return {key: part if key in ("by", "times", "odds") else scaled(part, factor, leaf) for key, part in value.items()}


def _whole(value: Any, factor: float) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return max(int(value * factor + 0.5), 1) if value > 0 else value


def _quantity(value: Any, factor: float) -> Any:
    found = _NUMBER.match(value) if isinstance(value, str) else None
    return f"{float(found[1]) * factor:.8g}{value[found.end():]}" if found else value


def holidays(listed: Sequence[datetime.date], begins: datetime.date, ends: datetime.date) -> list[datetime.date]:
    """The holidays between two dates: those that are listed, and each of them in every year on its date, or, where two of the years
    listed have it as far from Easter, as far from Easter."""
    from_easter = [(day - easter(day.year)).days for day in listed]
    moves = {gap for gap in from_easter if from_easter.count(gap) > 1}
    dates = {(day.month, day.day) for day, gap in zip(listed, from_easter, strict=True) if gap not in moves}
    found = set(listed)
    for year in range(begins.year, ends.year + 1):
        found |= {easter(year) + datetime.timedelta(days=gap) for gap in moves}
        found |= {datetime.date(year, month, day) for month, day in dates if (month, day) != (2, 29)}
    return sorted(day for day in found if begins <= day <= ends)


def easter(year: int) -> datetime.date:
    """Easter Sunday (Gauss's rule as mended by Butcher and others).

    >>> easter(2026).isoformat(), easter(2038).isoformat()
    ('2026-04-05', '2038-04-25')
    """
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    month, day = divmod(h + i - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)
