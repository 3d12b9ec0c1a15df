"""Claim: where a choice leads is seen by what comes next; the one way that leaves no contact is what remains.

A share is a proportion, with Wilson's interval (Wilson 1927). A choice that depends on people (odds, a lookup)
keeps its numbers, since one share for all is not what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pathsim.language import System
from pathsim.language.domain import options, targets
from pathsim.language.shares import Shares
from pathsim.language.words import Choose

from .estimates import Estimate
from .extract import NEVER, Extract
from .likelihood import Z
from .system import CONTACT, first_contacts


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of k in n.

    >>> [round(x, 4) for x in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    centre, half = (k + Z**2 / 2) / (n + Z**2), Z / (n + Z**2) * np.sqrt(k * (n - k) / n + Z**2 / 4)
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def routing_estimates(extract: Extract, system: System) -> Iterator[Estimate]:
    """Shares of each choice; where the extract has no steps, shares from unit to unit."""
    if not {"step", "from_step"} <= extract.given:
        yield from _from_unit_to_unit(extract)
        return
    for name, step in system.steps.items():
        if isinstance(step, Choose):
            yield from _choice(extract, system, name, step)


def _share(about: str, option: str, k: int, n: int, persons: int, path: tuple[str, ...], note: str) -> Estimate:
    share = k / n
    low, high = wilson(k, n)
    se = float(np.sqrt(share * (1 - share) / n))
    return Estimate("routing", about, option, "share", k, persons, share, se, low, high, path, note, whole=f"routing {about}")


def _choice(extract: Extract, system: System, name: str, step: Choose) -> Iterator[Estimate]:
    """What followed each time that someone came to a choice from a contact that was completed."""
    before = [other for other, entry in system.steps.items() if isinstance(entry, CONTACT) and getattr(entry, "then", None) == name]
    strange = [entry for entry in system.steps.values() if name in targets(entry).values() and not (isinstance(entry, CONTACT) and entry.then == name)]
    starts = [risk.then for risk in system.risks.values()] + [task.then for task in system.tasks.values()] + [a.then for a in system.arrivals.values()]
    ways = {option: first_contacts(system, option) for option in options(step.choose)}
    seen = [contact for contacts, _ in ways.values() for contact in contacts]
    silent = [option for option, (_, ends) in ways.items() if ends]
    hidden = any(contacts - {option} for option, (contacts, _) in ways.items())  # behind a step of no time: `from_step` names that one
    if not before or strange or name in starts or len(seen) != len(set(seen)) or len(silent) > 1 or hidden:
        return
    rows = extract.contacts
    came = rows[rows["step"].isin(before) & (rows["how"] == "completed") & _inside(extract, rows["ended"])]
    after = rows[(rows["from_step"] == name) & _inside(extract, rows["asked"])]
    total = len(came)
    if not total:
        return
    plain = isinstance(step.choose, Shares) and not step.choose.odds
    note = "" if plain else "not written: the choice depends on people"
    counted = {}
    for option, (contacts, ends) in ways.items():
        if not ends:
            its = after[after["step"].isin(contacts)]
            counted[option] = len(its), its["person"].nunique()
    left = total - sum(k for k, _ in counted.values())
    if silent:
        counted[silent[0]] = left, min(left, came["person"].nunique())
    path = ("steps", name, "choose")
    written = next((option for option, value in getattr(step.choose, "options", {}).items() if value == "rest"), None)
    rest = written or max(counted, key=lambda option: counted[option][0])
    beside = () if written else (((*path, rest), "rest"),)
    for option, (k, persons) in counted.items():
        found = _share(name, option, k, total, persons, (*path, option) if plain and option != rest else (), note)
        yield replace(found, beside=beside) if found.path else found


def _inside(extract: Extract, time: pd.Series) -> np.ndarray:
    time = time.to_numpy()
    return (time >= extract.start) & (time < extract.end)


def _from_unit_to_unit(extract: Extract, gap: int = 4 * 3_600_000) -> Iterator[Estimate]:
    """What a person came to within 4 hours of the end of a contact: the official rule of one stay (G001)."""
    rows = extract.contacts[(extract.contacts["begun"].to_numpy() != NEVER) & extract.contacts["unit"].notna().to_numpy()]
    rows = rows.sort_values(["person", "begun", "ended"], kind="stable")
    person, begun, ended = (rows[name].to_numpy() for name in ("person", "begun", "ended"))
    unit = rows["unit"].astype(object).to_numpy()
    followed = np.append((person[1:] == person[:-1]) & (begun[1:] - ended[:-1] <= gap) & (begun[1:] >= ended[:-1]), False)
    following = np.where(followed, np.append(unit[1:], None), "elsewhere")
    there = (ended != NEVER) & (ended >= extract.start) & (ended < extract.end - gap)
    pairs = pd.DataFrame({"unit": unit[there], "to": following[there], "person": person[there]})
    for name, its in pairs.groupby("unit", sort=True):
        for to, those in its.groupby("to", sort=True):
            yield _share(str(name), str(to), len(those), len(its), those["person"].nunique(), (), "the next unit within 4 h")
