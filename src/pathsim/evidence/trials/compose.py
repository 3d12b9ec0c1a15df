"""Claim: a trial changes who is offered what, and nothing else: it is written in the language of the care system itself.

Three levers without content say who has been asked, who takes part, and who is in the intervention
arm; what is tried hangs on the last one. So the record's `enrolled` events tell the trial, and a
trial of nothing leaves every contact as it was.

    trial_asked (who is eligible, at the step, while recruitment lasts)
      └ trial_recruited (who consents, while there is room)
          └ trial_intervention (the arm)
              └ the levers that are tried

Three care models are made: `trial` with the levers; `all`, with staff for twice as many where half are in the intervention arm
and the trial says how much staff it has; and `none`, the world in which the levers do not exist.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, NamedTuple

from ...faults import Fault, Faults, fail, nearest
from ...language import System, care_models, merge, read_all
from ...language.evidence import still_spoken_of
from ...language.quantities import DAY
from ...study.settings import YEAR, Settings
from .design import Trial

NONE, TRIAL, ALL = "none", "trial", "all"
ASKED, RECRUITED, INTERVENTION, STAFF = "trial_asked", "trial_recruited", "trial_intervention", "trial_staff"
ARM, PLACE, ELIGIBLE = "trial_arm", "trial_place", "trial_eligible"
CONTROL, TREATED = "control", "intervention"
OWN = (ASKED, RECRUITED, INTERVENTION, STAFF, ARM, PLACE, ELIGIBLE)
WAVES = 6  # most steps of a stepped wedge
SHARED = ("groups", "attributes")  # what both worlds must know, as eligibility may ask about it
LEFT = ("enrolled", "changes", "fidelity", "fidelity_by", "alike", "over", "about")  # what is kept of a lever that is tried


class Composed(NamedTuple):
    """raw: the system with the trial in it, and its two care models. begins, ends: of recruitment, ms from day 0.
    horizon: days. levers: what is tried. added: names by which it is known that it was delivered."""

    raw: dict[str, Any]
    systems: dict[str, System]
    begins: int
    ends: int
    horizon: float
    levers: tuple[str, ...]
    added: frozenset[str]
    notes: tuple[str, ...]


def composed(raw: dict[str, Any], settings: Settings, trial: Trial) -> Composed:
    """The care system with the trial in it. Raises Faults: all that is wrong with either."""
    read_all(raw)
    given = raw
    levers = raw.get("levers") or {}
    background = _background(raw, trial)
    faults = [Fault("trial.levers", f"no lever '{name}'. {nearest(name, levers)}") for name in trial.levers if name not in levers]
    faults += [
        Fault("trial.levers", f"'{name}' is switched on for everyone in the care model '{trial.care_model or 'base'}'. Choose another care_model")
        for name in trial.levers if name in background
    ]
    faults += [
        Fault(f"{heading}.{name}", "is a name that a trial needs for itself. Choose another one")
        for heading in ("attributes", "groups", "levers") for name in OWN if name in (raw.get(heading) or {})
    ]
    if faults:
        raise Faults(faults)
    warm_up = int(settings.warm_up * YEAR) * DAY
    begins, ends = warm_up + int(trial.recruitment.from_), warm_up + int(trial.ends)
    horizon = (ends + trial.followed) / DAY
    for name in trial.levers:
        raw = _self_contained(raw, name, trial)
    raw = _shared(raw, [*background, *trial.levers])
    who = trial.who if trial.who is not None else _who(levers, trial)
    patch = _markers(raw, trial, who, begins, ends, settings)
    patch["levers"] |= {name: _tried(raw["levers"][name], trial) for name in trial.levers}
    raw = merge({key: part for key, part in raw.items() if key != "care_models"}, {key: part for key, part in patch.items() if key != "levers"})
    raw["levers"] = {**raw["levers"], **patch["levers"]}
    raw["levers"] = _sized(raw, trial) | {STAFF: _staff_for_all(raw, trial)}
    none = [*background, ASKED, RECRUITED, INTERVENTION]
    raw["care_models"] = {model: {"levers": [*none, *more]} for model, more in ((NONE, []), (TRIAL, trial.levers), (ALL, [*trial.levers, STAFF]))}
    raw = still_spoken_of(raw, given)  # a trial's consent takes the place of reach and ramp
    systems = read_all(raw, usage=False)  # what only other levers use may stand idle
    units = systems[TRIAL].units
    for outcome in trial.outcomes:
        if outcome.at and outcome.at not in units:
            raise fail("trial.outcomes", f"no unit '{outcome.at}'. {nearest(outcome.at, units)}")
    return Composed(raw, systems, begins, ends, horizon, tuple(trial.levers), _added(raw, trial), _notes(raw, trial))


def _background(raw: dict[str, Any], trial: Trial) -> list[str]:
    """The levers that are on for everybody: those of the care model in which the trial is held."""
    models = care_models(raw)
    if trial.care_model is not None and trial.care_model not in models:
        raise fail("trial.care_model", f"no care model '{trial.care_model}'. {nearest(trial.care_model, models)}")
    return list(models[trial.care_model or next(iter(models))].levers)


def _who(levers: dict[str, Any], trial: Trial) -> Any:
    """Whom the levers are for, up to the first that does not hang on another. Raises Faults where they differ."""
    found = []
    for name in trial.levers:
        who = name
        while isinstance(who, str) and who in levers:
            who = levers[who].get("who")
        if who not in found:
            found.append(who)
    if len(found) > 1:
        raise fail("trial.who", f"the levers {', '.join(trial.levers)} are for different people. Write who is eligible")
    return found[0]


def _self_contained(raw: dict[str, Any], name: str, trial: Trial) -> dict[str, Any]:
    """The system in which a lever has all that it speaks of: what those above it would add, it adds itself, unused."""
    levers, above = raw["levers"], levers_above(raw["levers"], name)
    changes = levers[name].get("changes") or {}
    for other in above:
        if other in trial.levers:
            break
        for heading, entries in (levers[other].get("changes") or {}).items():
            new = {key: part for key, part in (entries or {}).items() if key not in (raw.get(heading) or {})}
            if heading == "tasks":
                new = {key: {word: value for word, value in part.items() if word != "who"} for key, part in new.items()}
            changes = {**changes, heading: merge(new, changes.get(heading) or {})}
    return {**raw, "levers": {**levers, name: {**levers[name], "changes": changes}}}


def levers_above(levers: dict[str, Any], name: str) -> list[str]:
    """The levers that a lever hangs on, the nearest first.

    >>> levers_above({"a": {"who": "frail"}, "b": {"who": "a"}, "c": {"who": "b"}}, "c")
    ['b', 'a']
    """
    found: list[str] = []
    who = levers[name].get("who")
    while isinstance(who, str) and who in levers and who not in found:
        found.append(who)
        who = levers[who].get("who")
    return found


def _shared(raw: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The system that knows the groups and attributes that these levers add, whether they are on or not."""
    raw = {**raw, "levers": dict(raw["levers"])}
    for name in names:
        changes = dict(raw["levers"][name].get("changes") or {})
        for heading in SHARED:
            raw[heading] = {**(changes.pop(heading, None) or {}), **(raw.get(heading) or {})}
        raw["levers"][name] = {**raw["levers"][name], "changes": changes}
    return raw


def _markers(raw: dict[str, Any], trial: Trial, who: Any, begins: int, ends: int, settings: Settings) -> dict[str, Any]:
    """The levers without content, and the attributes and the group that they ask about."""
    day_0 = datetime.date.fromisoformat(str(raw.get("day_0") or "2024-01-01"))
    end = (day_0 + datetime.timedelta(days=ends // DAY)).isoformat()
    asked: dict[str, Any] = {"begins": f"{begins // DAY} d", "reach": {"by": "date", f"until {end}": 1, f"from {end}": 0}}
    if trial.at:
        asked["at"] = trial.at
    patch: dict[str, Any] = {"attributes": {ARM: [CONTROL, TREATED, *waves()], PLACE: [False, True]}}
    if who is not None:
        patch["groups"] = {ELIGIBLE: who}
        asked["who"] = ELIGIBLE
    return patch | {"levers": {
        ASKED: asked,
        RECRUITED: {"who": ASKED, "reach": {"by": PLACE, "yes": trial.consent, "no": 0}},
        INTERVENTION: {"who": RECRUITED, "reach": {"by": ARM, CONTROL: 0, TREATED: 1, **_waves(day_0, begins, ends)}},
    }}


def waves() -> list[str]:
    return [f"wave_{i}" for i in range(1, WAVES + 1)]


def _waves(day_0: datetime.date, begins: int, ends: int) -> dict[str, Any]:
    """A cluster of the n-th wave goes over to the intervention after n of WAVES + 1 equal periods of recruitment."""
    found = {}
    for name, time in zip(waves(), starts(begins, ends), strict=True):
        date = (day_0 + datetime.timedelta(days=time // DAY)).isoformat()
        found[name] = {"by": "date", f"until {date}": 0, f"from {date}": 1}
    return found


def starts(begins: int, ends: int) -> list[int]:
    """When each wave starts, in ms; at midnight.

    >>> [time // DAY for time in starts(0, 70 * DAY)]
    [10, 20, 30, 40, 50, 60]
    """
    return [begins + round((ends - begins) / DAY * i / (WAVES + 1)) * DAY for i in range(1, WAVES + 1)]


def _tried(lever: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """A lever as part of the trial: one that hangs on another of them stays as it is, others are for the intervention arm, all of it at once."""
    if lever.get("who") in trial.levers:
        return lever
    return {"who": INTERVENTION} | {word: lever[word] for word in LEFT if word in lever}


def _sized(raw: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """The levers, with the places of units as the trial says: also of a unit that is there anyway, which the trial adds staff to. Raises Faults."""
    levers, units = dict(raw["levers"]), raw.get("units") or {}
    of_lever = {unit: name for name in trial.levers for unit in (levers[name].get("changes") or {}).get("units") or {}}
    for unit, places in trial.units.items():
        if unit not in of_lever and unit not in units:
            raise fail(f"trial.units.{unit}", f"no such unit. {nearest(unit, {*of_lever, *units})}")
        name = of_lever.get(unit, trial.levers[0])
        changes = levers[name].get("changes") or {}
        part = (changes.get("units") or {}).get(unit) or {}
        kind = "beds" if "beds" in {**units.get(unit, {}), **part} else "slots"
        levers[name] = {**levers[name], "changes": {**changes, "units": {**(changes.get("units") or {}), unit: {**part, kind: places}}}}
    return levers


def _staff_for_all(raw: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """What the trial adds to its units, for the intervention arm, in the world in which everyone is in that arm; nobody is enrolled in it."""
    units = {}
    for unit, places in trial.units.items():
        before = {kind: part for kind, part in ((raw.get("units") or {}).get(unit) or {}).items() if kind in ("beds", "slots")}
        kind, number = next(iter(before.items()), (None, 0))
        number = number.get("value", None) if isinstance(number, dict) else number
        if isinstance(number, (int, float)) and places > number:
            units[unit] = {kind or _kind(raw, trial, unit): math.ceil(number + (places - number) / trial.ratio)}
    return {"reach": 0, "over": list(trial.levers), "changes": {"units": units}}


def _kind(raw: dict[str, Any], trial: Trial, unit: str) -> str:
    """Beds or slots, of a unit that only the levers know."""
    parts = [((raw["levers"][name].get("changes") or {}).get("units") or {}).get(unit) or {} for name in trial.levers]
    return "beds" if any("beds" in part for part in parts) else "slots"


def _added(raw: dict[str, Any], trial: Trial) -> frozenset[str]:
    """Steps, tasks and effects that are met because of what is tried: the levers bring them, or begin them on enrolment."""
    levers = [raw["levers"][name] for name in trial.levers]
    brought = {
        name for lever in levers for heading in ("steps", "tasks", "effects")
        for name in (lever.get("changes") or {}).get(heading) or {} if name not in (raw.get(heading) or {})
    }
    return frozenset(brought.union(*(lever.get("enrolled") or {} for lever in levers)))


def _notes(raw: dict[str, Any], trial: Trial) -> tuple[str, ...]:
    """What a reader of the results should know of how this was set up."""
    altered = {step for name in trial.levers for step in (raw["levers"][name].get("changes") or {}).get("steps") or {}}
    if trial.at in altered:
        return (f"people are recruited on coming to '{trial.at}', so what the levers alter in that very step is met only the next time they come there",)
    return ()


