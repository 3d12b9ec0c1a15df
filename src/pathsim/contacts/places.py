"""Claim: where care happens decides what it counts as; a unit's kind and sector are enough.

A bed in sector `hospital` is somatic hospital care, one in `psychiatry` psychiatric hospital
care; those two are the branches that official stays are counted in. Any other bed (a temporary
place, supported housing) is municipal or private, and a slot is a visit.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pathsim.contacts.once import once
from pathsim.contacts.record import Run

BRANCHES = ("somatic", "psychiatric")
BRANCH_OF_SECTOR = {"hospital": 0, "psychiatry": 1}
HOURS_A_WEEK = 168


@once
def units(run: Run) -> pd.DataFrame:
    """One row per unit, in the order of the codes of `contacts.unit`.

    Columns: kind, sector, places (all pools together; inf if unlimited), bed (bool), branch (0, 1,
    or -1 outside hospital), open_share (of the week), staff (dict).
    """
    described = run.meta.get("units", {})
    rows = []
    for name in run.contacts["unit"].cat.categories:
        unit = described.get(name, {})
        bed = unit.get("kind", "slots") == "beds"
        sector = unit.get("sector", "care")
        rows.append(
            {
                "unit": name,
                "kind": "beds" if bed else "slots",
                "sector": sector,
                "places": float(sum(pools(unit).values())),
                "bed": bed,
                "branch": BRANCH_OF_SECTOR.get(sector, -1) if bed else -1,
                "open_share": unit.get("open_hours_per_week", HOURS_A_WEEK) / HOURS_A_WEEK,
                "staff": unit.get("staff") or {},
            }
        )
    columns = ["unit", "kind", "sector", "places", "bed", "branch", "open_share", "staff"]
    return pd.DataFrame(rows, columns=columns).astype({"bed": bool, "branch": int})


def pools(unit: dict) -> dict:
    """Places by pool; a unit that has one pool for all may give a bare number."""
    places = unit.get("places", math.inf)
    return places if isinstance(places, dict) else {"": places}


@once
def code(run: Run) -> np.ndarray:
    """The unit of each contact as a row of `units`, -1 for none."""
    return run.contacts["unit"].cat.codes.to_numpy().astype(np.int64)


def of_unit(codes: np.ndarray, values, otherwise):
    """A property of the unit, for each contact.

    >>> of_unit(np.array([1, -1]), [10, 20], 0).tolist()
    [20, 0]
    """
    return np.append(np.asarray(values), otherwise)[codes]


@once
def says(run: Run, column: str, *words: str) -> np.ndarray:
    """Contacts with one of these words in a column of words; codes are looked up, not words compared."""
    said = run.contacts[column].cat
    return np.append(said.categories.isin(words), False)[said.codes.to_numpy()]


@once
def is_at(run: Run) -> np.ndarray:
    """Contacts at a unit (not waits, handovers, missed tasks)."""
    return says(run, "kind", "at") & (code(run) >= 0)


@once
def is_own(run: Run) -> np.ndarray:
    """Contacts at a unit, once for a joint contact."""
    return is_at(run) & ~run.contacts["joint"].to_numpy()


@once
def branch(run: Run) -> np.ndarray:
    """0 somatic hospital bed, 1 psychiatric hospital bed, -1 else; once for a joint contact."""
    return np.where(is_own(run), of_unit(code(run), units(run)["branch"], -1), -1)


@once
def in_bed(run: Run) -> np.ndarray:
    """Contacts with a bed anywhere; once for a joint contact."""
    return of_unit(code(run), units(run)["bed"], False) & is_own(run)


@once
def has_come(run: Run) -> np.ndarray:
    """Contacts begun at a unit inside the window; once for a joint contact, and nobody who was there on day 0."""
    return is_own(run) & ~run.contacts["from_start"].to_numpy() & run.window.happens(run.contacts["begun"].to_numpy())


@once
def queue_exit(run: Run) -> np.ndarray:
    """When the wait for a place ended: called, gave up, displaced; the horizon if still waiting."""
    begun, ended = run.contacts["begun"].to_numpy(), run.contacts["ended"].to_numpy()
    return np.where(begun >= 0, begun, np.where(ended >= 0, ended, run.window.end))
