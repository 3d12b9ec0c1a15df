"""Claim: which contacts a risk has caused is told by the extract, or by the system having only one risk that can.

An extract that names causes is believed where a first contact can be told from later ones. Any other is read
as registers are: an acute admission from home, if the risk surely leads to a hospital bed and no other does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pathsim.language import System
from pathsim.language.domain import targets
from pathsim.language.words import Choose, Do

from .exposure import AtHome, Events, admissions, at_home, episodes
from .extract import NEVER, Extract
from .system import CONTACT, first_contacts, is_hospital, leads_to_death, leads_to_ward, reached, where_of


class Watched(NamedTuple):
    """Who is at risk of what: the time at home of those whom it can strike, and when it struck."""

    home: AtHome
    events: Events


def woken_by(system: System, begun: set[str]) -> list[str]:
    """Risks that sleep until a discharge begins an effect, each with an effect that also says how it fades."""
    return [name for name, risk in system.risks.items() if isinstance(risk.who, str) and risk.who in begun and name in system.effects[risk.who]]


def watched(extract: Extract, system: System, name: str, who: np.ndarray, woken: list[str]) -> Watched | None:
    """Time at risk and events of a risk; None where contacts do not tell which are its own."""
    risk = system.risks[name]
    where = where_of(risk)
    everywhere = tuple(sorted({unit.sector for unit in system.units.values()})) if "anywhere" in where else where
    away = episodes(extract, everywhere)
    home = at_home(extract, away, who)
    if leads_to_death(system, risk.then):
        citizens = extract.citizens
        assert citizens is not None
        dead = who & citizens["dead"].to_numpy() & (citizens["left"].to_numpy() >= extract.start)
        return Watched(home, Events(np.flatnonzero(dead), citizens["left"].to_numpy()[dead]))
    strikes = _by_cause(extract, system, [name, *woken])
    if strikes is None:
        rivals = [other for other, entry in system.risks.items() if other != name and other not in woken and entry.then and _may_admit(system, entry.then)]
        if not leads_to_ward(system, risk.then) or rivals:
            return None
        strikes = admissions(away, extract)
    chosen = who[strikes.person]
    return Watched(home, Events(strikes.person[chosen], strikes.time[chosen]))


def _may_admit(system: System, first: str) -> bool:
    return any(is_hospital(system, system.steps[step]) for step in reached(system, [first]))


def _by_cause(extract: Extract, system: System, names: list[str]) -> Events | None:
    """The first contacts of walks begun by these risks, where the extract says so and a first contact can be told from later ones."""
    rows = extract.contacts
    if not {"cause", "step", "from_step"} <= extract.given or not rows["cause"].isin(names).any():
        return None
    before: set[str] = set()
    for name in names:
        then = system.risks[name].then
        contacts, ends = first_contacts(system, then) if then else (set(), {"home"})
        if ends:
            return None
        before |= _instants(system, str(then))
    again = {instant for entry in system.steps.values() if isinstance(entry, CONTACT) for to in targets(entry).values() for instant in _instants(system, to)}
    if before & again:
        return None
    first = rows["from_step"].isna().to_numpy() | rows["from_step"].isin(before).to_numpy()
    chosen = first & rows["cause"].isin(names).to_numpy() & rows["task"].isna().to_numpy() & ~rows["joint"].to_numpy()
    time = rows["asked"].to_numpy()
    chosen &= (time != NEVER) & (time >= extract.start) & (time < extract.end)
    return Events(rows["person"].to_numpy()[chosen], time[chosen])


def _instants(system: System, name: str) -> set[str]:
    """The steps of no time from here on."""
    found, todo = set(), [name]
    while todo:
        name = todo.pop()
        if isinstance(system.steps.get(name), (Choose, Do)) and name not in found:
            found.add(name)
            todo += list(targets(system.steps[name]).values())
    return found
