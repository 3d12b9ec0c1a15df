"""Claim: how often people come to a unit is counted per person-year lived here, by age; and from outside, per day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pathsim.language import System

from .estimates import Estimate, positive
from .extract import NEVER, Extract
from .hazards import age_bands
from .rates import YEAR_MS, ratio
from .system import number


def contact_rates(extract: Extract) -> Iterator[Estimate]:
    """Contacts begun at each unit per person-year, by age; nothing without citizens."""
    if extract.citizens is None:
        return
    rows, counted = extract.contacts, extract.counted
    begun, person = rows["begun"].to_numpy(), rows["person"].to_numpy()
    entered, left = extract.citizens["entered"].to_numpy(), extract.citizens["left"].to_numpy()
    until = np.where(left == NEVER, extract.end, np.minimum(left, extract.end))
    years = np.where(counted, np.maximum(until - np.maximum(entered, extract.start), 0), 0) / YEAR_MS
    came = (begun >= extract.start) & (begun < extract.end) & ~rows["joint"].to_numpy() & rows["seen"].to_numpy() & counted[person]
    for unit, its in rows[came & rows["unit"].notna().to_numpy()].groupby("unit", observed=True, sort=True):
        counts = np.bincount(its["person"].to_numpy(), minlength=extract.people)
        for label, who in [("all", counted), *((f"age {band}", who & counted) for band, who in age_bands(extract))]:
            rate = ratio(counts[who], years[who])
            yield positive("contacts", str(unit), label, "per y", rate.n, rate.persons, rate.value, rate.se, whole=f"contacts {unit}")


def arrival_rates(extract: Extract, system: System) -> Iterator[Estimate]:
    """Streams of people from outside, where the extract names them: how many a day came."""
    citizens = extract.citizens
    if citizens is None or citizens["stream"].isna().all():
        return
    entered = citizens["entered"].to_numpy()
    inside = (entered >= extract.start) & (entered < extract.end)
    for name, arrival in system.arrivals.items():
        n = int((inside & (citizens["stream"] == name).to_numpy(bool)).sum())
        if n:
            plain = arrival.rate is not None and number(arrival.rate) is not None
            path = ("arrivals", name, "rate") if plain else ()
            note = "" if plain else "not written: the system has a timetable, or times between arrivals"
            yield positive("arrivals", name, "rate", "per d", n, n, n / extract.days, np.sqrt(n) / extract.days, path=path, note=note)


