"""The same study in each of the years ahead, as a sweep: other citizens, another calendar, and as many places as are paid for.

A year is a scenario. Its citizens are those of the projection (`synthesis.year`). Time zero lies so that what is measured begins
on 1 January of the year: whoever pays from a date on pays. Holidays go on as they are listed. Everybody else, who comes from
outside, grows with the ages of the country, or by a yearly percentage. Places are as today, or grow by one.

With draws there is a scenario for each year and draw of all that is uncertain. A draw is the same in every year: what is unknown
is, and so is its luck.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hydra.core.override_parser.types import Override

from .. import folders
from ..engine.evaluate import Evaluator
from ..engine.routine import routine_slots
from ..faults import Fault, Faults, fail
from ..language import read_yaml
from ..population.projection import FIRST, LAST, Projection, read_projection
from .citizens import SYNTHETIC, projection_file
from .compose import Base, Composed, apart, base_of, changed
from .drawn import known
from .identity import Identity
from .overrides import groups
from .replicate import Prepared
from .settings import MOST_DRAWS, YEAR
from .sweep.designs import parsed
from .sweep.planning import Planned, folder_of, planned_of
from .sweep.scenarios import Scenario, check, models_of
from .sweep.units import length, seconds

PARAMETER = "synthesis.year"
OURS = (PARAMETER, "day_0")
DRAW = "draw"
DRAWN = (DRAW, "shift", "replications")
"""What draws say themselves."""

FEWEST = 2  # draws
AS_WRITTEN = ("draw=null", "shift=null")
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


def plan_years(texts: Sequence[str], years: Sequence[int], growth: Growth, draws: int | None = None) -> Planned:
    """Composes a scenario a year, or a year and draw, and lays out the first and the last. Raises Faults: nothing is written."""
    configs = folders.configs()
    parts = apart(list(texts), groups(configs))
    _checked(parts.changes, draws)
    base = base_of(parts, configs)
    given = changed(base, parts.changes, parts.texts).settings
    composed = changed(base, [*parts.changes, *map(parsed, AS_WRITTEN)], parts.texts)  # a year is made of what is written, and then drawn
    if not isinstance(composed.raw.get("population"), dict) or composed.raw["population"].get("from") != SYNTHETIC:
        raise fail("population.from", "nobody ages but synthetic citizens. Write  population: {from: synthetic}  and who lives where")
    if draws and not known(composed.raw, composed.settings.inputs).by_name:
        raise fail("--draws", "no number has a range that says what it covers: all futures are alike. Write value, range and covers of a number")
    projection = read_projection(read_yaml(projection_file()), str(projection_file()))
    drawn = given.model_dump(include=set(DRAWN), exclude_none=True) | ({"replications": 1} if draws else {})
    bases = [Base(in_year(composed, year, growth, projection) | drawn, composed.folder, composed.origin) for year in years]
    models, identity, scenarios, ends = models_of(composed), Identity(), [], []
    cases = [(number, year, draw) for number, year in enumerate(years) for draw in (range(1, draws + 1) if draws else [None])]
    for case in cases:
        scenario, one = _scenario(bases, case, models, identity)
        scenarios.append(scenario)
        if case in (cases[0], cases[-1]):
            ends.append((scenario, one))
    parameters = [PARAMETER, DRAW] if draws else [PARAMETER]
    first = check(ends, parameters)
    plan = planned_of(list(texts), parameters, scenarios, composed.settings.model_copy(update=drawn), bases)
    return Planned(plan, folder_of(composed, ["years", *parameters[1:]], [scenario.key for scenario in scenarios]), first)


def _checked(changes: Sequence[Override], draws: int | None) -> None:
    """Raises Faults for what years or draws say themselves, and for too few draws."""
    faults = [Fault(str(change.input_line), "is set for each of the years. Leave it out") for change in changes if change.key_or_group in OURS]
    if draws is not None:
        faults += [Fault(str(change.input_line), "is what --draws says: each draw is run once. Leave it out")
                   for change in changes if change.key_or_group.partition(".")[0] in DRAWN]
        if not FEWEST <= draws <= MOST_DRAWS:
            faults.append(Fault("--draws", f"{draws} was given. Allowed: a whole number from {FEWEST} to {MOST_DRAWS}, such as 100"))
    if faults:
        raise Faults(faults)


def _scenario(bases: Sequence[Base], case: tuple[int, int, int | None], models: tuple[str, ...], identity: Identity) -> tuple[Scenario, Composed]:
    """The scenario of a case: the number of its base, the year, and the draw if there is one."""
    number, year, draw = case
    texts, values = ((), (year,)) if draw is None else ((f"{DRAW}={draw}",), (year, draw))
    one = changed(bases[number], [parsed(text) for text in texts], list(texts))
    each = seconds(one.raw, one.settings, len(models))
    return Scenario(number, texts, values, models, identity.of(one.raw, one.settings, models, one.folder), length(each), each), one


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
    """A value of the language times a factor, in all of its cases. A number with its evidence becomes a bare one, as it is another number;
    one that is uncertain stays as uncertain."""
    if not isinstance(value, dict):
        return leaf(value, factor)
    if "value" in value:
        bare = scaled(value["value"], factor, leaf)
        ends = [scaled(end, factor, leaf) for end in value.get("range") or ()]
        uncertain = "covers" in value and len(set(ends)) == 2
        return {"value": bare, "range": ends, "covers": value["covers"], "role": "assumed"} if uncertain else bare
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
