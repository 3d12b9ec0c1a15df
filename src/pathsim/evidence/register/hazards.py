"""Claim: the acute hazard of a population is told by group and by time since discharge, with nothing supposed but that time.

Counts over person-time; and both forms that the excess after a discharge may have (see `excess`). What of it
is a risk of the care system is in `risks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pathsim.language.quantities import DAY

from .estimates import Estimate, positive
from .excess import fit_excess, time_at_risk
from .exposure import admissions, at_home, episodes
from .extract import Extract
from .rates import Level, Rate, by_band, ratio, usable
from .strikes import Watched

DAYS = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, 90), (90, 180), (180, 365))
AGES = ((0, 17), (18, 64), (65, 74), (75, 84), (85, 200))
FORMS = {"added": "h = base + E exp(-s/tau)", "multiplied": "h = base (1 + A exp(-s/tau))"}
MEMORY = 90  # days after discharge within which an excess is looked for where the system names none


def hazard_estimates(extract: Extract, smallest: int) -> Iterator[Estimate]:
    """All that can be said about hazards; nothing without citizens, since the time at risk is then not known."""
    if extract.citizens is None:
        return
    away = episodes(extract)
    home = at_home(extract, away, extract.counted)
    seen = Watched(home, admissions(away, extract))
    yield from _by_group(extract, seen)
    yield from _since_discharge(extract, seen)
    yield from _shapes(extract, seen, age_levels(extract), "acute admission", smallest)


def age_bands(extract: Extract) -> Iterator[tuple[str, np.ndarray]]:
    """Bands of age, and who is in each [people]; none where age is not told."""
    age = extract.attribute("age")
    for low, high in AGES if age is not None and age.dtype.kind in "iuf" else ():
        yield f"{low}-{high}" if high < 200 else f"{low}+", age.between(low, high).to_numpy(bool)


def age_levels(extract: Extract) -> list[Level]:
    found = [Level("age", band, who, 1.0) for band, who in age_bands(extract) if (who & extract.counted).any()]
    return [found[0]._replace(free=False), *found[1:]] if found else []


def per_year(kind: str, about: str, parameter: str, rate: Rate, **more: Any) -> Estimate:
    return positive(kind, about, parameter, "per y", rate.n, rate.persons, rate.value, rate.se, **more)


def _by_group(extract: Extract, seen: Watched) -> Iterator[Estimate]:
    counts, years = by_band(extract, seen.home, seen.events, [(-10**18, None)])
    yield per_year("hazard", "acute admission", "all", ratio(counts[:, 0], years[:, 0]), whole="hazard")
    for band, who in age_bands(extract):
        yield per_year("hazard", "acute admission", f"age {band}", ratio(counts[who, 0], years[who, 0]), whole="hazard")
    sex = extract.attribute("sex")
    for word in sorted(set(sex.dropna().astype(str))) if sex is not None else ():
        who = (sex.astype(str) == word).to_numpy(bool)
        yield per_year("hazard", "acute admission", f"sex {word}", ratio(counts[who, 0], years[who, 0]), whole="hazard by sex")


def _since_discharge(extract: Extract, seen: Watched) -> Iterator[Estimate]:
    bands = [*((low * DAY, high * DAY) for low, high in DAYS), (DAYS[-1][1] * DAY, None)]
    counts, years = by_band(extract, seen.home, seen.events, bands)
    for b, (low, high) in enumerate([*DAYS, (DAYS[-1][1], None)]):
        label = f"{low}-{high} d" if high else f"{low}+ d, or none seen for so long"
        yield per_year("since discharge", "acute admission", label, ratio(counts[:, b], years[:, b]), whole="since discharge")


def _shapes(extract: Extract, seen: Watched, levels: list[Level], about: str, smallest: int) -> Iterator[Estimate]:
    """Both forms of the excess, with their AIC."""
    memory = MEMORY * DAY
    counts, _ = by_band(extract, seen.home, seen.events, [(0, memory), (memory, None)])
    levels = usable(levels, counts.sum(axis=1), smallest)
    risk = time_at_risk(extract, seen.home, seen.events, levels, memory)
    found = {form: fit_excess(risk, levels, form == "added") for form in ("added", "multiplied")}
    best = min((fit.fit.aic for fit in found.values() if fit), default=np.nan)
    for form, excess in found.items():
        if excess is None:
            continue
        note = f"{FORMS[form]}, s to {MEMORY} d; AIC above the best: {excess.fit.aic - best:.1f}"
        for word, place, unit in (("E" if form == "added" else "A", -2, "per y" if form == "added" else "ratio"), ("tau", -1, "d")):
            value = float(np.exp(excess.fit.theta[place]))
            se = value * float(np.sqrt(excess.fit.robust[place, place]))
            yield positive("shape", about, f"{form}: {word}", unit, excess.early, excess.early_persons, value, se, note=note)
