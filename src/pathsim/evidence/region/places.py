"""One municipality, or several with a hospital for each of their areas, as the plain data of a region file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import sizes
from .sizes import ESBJERG, SYDVESTJYSK, Care, Town

AS_THERE = "in proportion to Esbjerg's"
LEVER_UNITS = {  # lever → unit that it adds, with Esbjerg's number
    "partnership": ("coordinator", 26), "early_planning": ("planning_meeting", 3), "joint_psychiatry": ("network_meeting", 2),
    "joint_return_to_work": ("return_to_work_team", 4),
}
OF_AN_AREA = ("out_of_hours", "district_psychiatry", "supported_housing", "planning_meeting", "network_meeting")  # of a hospital's, as per inhabitant
ONE_HOUSED, ALL_HOUSED = 6, 6.04  # people in supported housing on day 0 in Esbjerg, alone and in the region of Southern Denmark
Count = Callable[[str, int], Any]  # unit, Esbjerg's places → places here


def one(town: Town, area: float | None = None) -> dict[str, Any]:
    """A municipality, with the units that serve it. area: inhabitants its hospital serves; default in proportion to Esbjerg's."""
    area, care = area or town.inhabitants * SYDVESTJYSK / ESBJERG, sizes.care_of(town)

    def count(unit: str, places: int) -> int:
        return sizes.in_proportion(unit, places, int(area)) if unit in sizes.AREA else _of_town(unit, places, town, care)

    there = {"municipality": [town.name], "practice": sizes.practices(town, alone=True)}
    return _region([town], there, _units(count, {}), sizes.everyone_else(town.inhabitants, area), _levers(count, {}))


def several(towns: Mapping[Town, str], attribute: str) -> dict[str, Any]:
    """Municipalities with the area of the hospital (and psychiatric department) to which each belongs; `attribute` is what an area is called."""
    cares = {town: sizes.care_of(town) for town in towns}
    areas = {area: sum(town.inhabitants for town in towns if towns[town] == area) for area in dict.fromkeys(towns.values())}

    def count(unit: str, places: int) -> dict[str, Any] | int:
        if unit in sizes.AREA or unit in OF_AN_AREA:
            there = sizes.CALLED_ELSEWHERE.get(unit, places)
            found = {area: sizes.in_proportion(unit, there, people) for area, people in areas.items()}
            return {"by": attribute, **found} if len(found) > 1 else next(iter(found.values()))
        return {"by": "municipality", **{town.name: _of_town(unit, places, town, cares[town]) for town in towns}}

    per = {unit: attribute for unit in (*sizes.AREA, *OF_AN_AREA)} if len(areas) > 1 else dict.fromkeys((*sizes.AREA, *OF_AN_AREA))
    people = sum(areas.values())
    largest = max(towns, key=lambda town: town.inhabitants)
    there = {
        "municipality": {town.name: "rest" if town == largest else round(town.inhabitants / people, 5) for town in towns},
        attribute: {"by": "municipality", **{town.name: area for town, area in towns.items()}},
        "practice": [name for town in towns for name in sizes.practices(town, alone=False)],
    }
    units, levers = _units(count, per, "municipality"), _levers(count, per, "municipality", attribute)
    return _region(list(towns), there, units, sizes.everyone_else(people, people), levers)


def _of_town(unit: str, places: int, town: Town, care: Care) -> int:
    if unit == "home_nursing":
        return sizes.home_nursing(town, care)
    if unit == "coordinator":
        return sizes.coordinators(care, places)
    return sizes.in_proportion(unit, places, town.inhabitants)


def _region(towns: list[Town], attributes: dict[str, Any], units: Any, arrivals: Any, levers: Any) -> dict[str, Any]:
    people = sum(town.inhabitants for town in towns)
    housed = sizes.whole((ONE_HOUSED if len(towns) == 1 else ALL_HOUSED) * people / ESBJERG)
    return {
        "synthesis": {"municipalities": {town.name: town.written() for town in towns}},
        "attributes": attributes,
        "units": units,
        "arrivals": arrivals,
        "steps": {"housing_stay": {"already": {"in": housed}}},
        "levers": {**levers, "joint_acute_team": joint_team(units)},
    }


def joint_team(units: Mapping[str, Any]) -> dict[str, Any]:
    """As many nurses from the hospital as the municipality has on duty."""
    slots = units["acute_team"]["slots"]
    both = {key: n if key == "by" else 2 * n for key, n in slots.items()} if isinstance(slots, Mapping) else 2 * slots
    return {"changes": {"units": {"acute_team": {"slots": both}}}}


def _units(count: Count, per: Mapping[str, str | None], otherwise: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for unit, there in sizes.esbjerg()["units"].items():
        word = "beds" if "beds" in there else "slots"
        shared = per.get(unit, otherwise)
        found[unit] = {**({"per": shared} if shared else {}), word: count(unit, there[word])}
        if "surge" in there:
            found[unit]["surge"] = {**there["surge"], "places": count(unit, there["surge"]["places"])}
    return found


def _levers(count: Count, per: Mapping[str, str | None], otherwise: str | None = None, pooled: str | None = None) -> dict[str, Any]:
    """What partnership's levers add; with several municipalities, the temporary places of an area in common. The team: see `joint_team`."""
    levers: dict[str, Any] = {}
    for lever, (unit, places) in LEVER_UNITS.items():
        shared = per.get(unit, otherwise)
        levers[lever] = {"changes": {"units": {unit: {**({"per": shared} if shared else {}), "slots": count(unit, places)}}}}
    if pooled:
        levers["pooled_places"] = {"changes": {"units": {"temporary_place": {"shared_by": pooled, "own_first": True}}}}
    return levers
