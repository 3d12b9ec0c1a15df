"""Claim: results are for someone; each is also told for the groups one may ask about.

A person's group is what the person came with (`citizens`), so nobody changes group by being
treated. Where a system has citizens of its own, results are theirs: people from elsewhere, who use
the same units, take up places and staff, and are counted there alone. The groups: all; age bands; 65 and over; education; municipality; and the yes-or-no
columns `group.NAME`, those that meta["groups"] names if it does. Each only where it is recorded.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pathsim.contacts.record import Run, is_yes

AGE_BANDS = {"0-17": 0, "18-64": 18, "65-74": 65, "75-84": 75, "85+": 85}
WORDS = ("education", "municipality")
OLDER = 65


class Grouping(NamedTuple):
    """A way of dividing the citizens: `code` is each citizen's level, -1 for none of them."""

    group: str
    levels: list[str]
    code: np.ndarray


def groupings(run: Run) -> list[Grouping]:
    """All groupings of a run, in the order of the docstring above."""
    citizens, counted = run.citizens, counts(run.citizens)
    found = [Grouping("all", ["all"], _yes(counted))]
    if "age" in citizens:
        older = _yes(citizens["age"].to_numpy() >= OLDER)
        found += [age_bands(citizens), Grouping("65+", ["yes"], older)]
    for name in WORDS:
        if name in citizens:
            word = citizens[name].astype("category").cat
            found.append(Grouping(name, [str(w) for w in word.categories], _codes(word)))
    recorded = [name.removeprefix("group.") for name in citizens if str(name).startswith("group.")]
    for name in run.meta.get("groups", recorded):
        column = f"group.{name}"
        if column in citizens:
            found.append(Grouping(name, ["yes"], _yes(is_yes(citizens[column]))))
    return [Grouping(g.group, g.levels, np.where(counted, g.code, -1)) for g in found]


def counts(citizens: pd.DataFrame) -> np.ndarray:
    """Who is counted: where there are citizens, they alone; people from elsewhere only fill the units."""
    here = citizens["slot"].to_numpy() >= 0
    return here if here.any() else np.ones(len(citizens), dtype=bool)


def age_bands(citizens: pd.DataFrame) -> Grouping:
    """Age in bands; a band without citizens is left out, and who has no age is in none."""
    age = citizens["age"].to_numpy()
    known = np.nan_to_num(np.asarray(age, dtype=float), nan=-1.0)
    band = np.searchsorted(list(AGE_BANDS.values()), known, side="right") - 1
    there = np.unique(band[band >= 0])
    place = np.append(np.full(len(AGE_BANDS), -1), -1)
    place[there] = np.arange(len(there))
    return Grouping("age", [list(AGE_BANDS)[b] for b in there], place[band])


def strata(citizens: pd.DataFrame) -> pd.Series | None:
    """Age band and sex of each citizen as one word, for standardising; None without both."""
    if "age" not in citizens or "sex" not in citizens:
        return None
    bands = age_bands(citizens)
    band = np.append(np.array(bands.levels, dtype=object), "unknown")[bands.code]
    return pd.Series(band + " " + citizens["sex"].astype(str).to_numpy(dtype=object), index=citizens.index)


def standard_of(run: Run, person: np.ndarray | None = None) -> pd.Series:
    """A standard population: number by age band and sex, of these persons or of the citizens.

    Of the citizens newcomers in the place of the dead are left out, so that two scenarios over the
    same citizens have the same standard. Most citizens are young and most patients old: for a level
    near the crude one, take the persons of the index discharges of the base scenario, and use that
    table for all scenarios. Raises ValueError if age or sex is not recorded.
    """
    names = strata(run.citizens)
    if names is None:
        raise ValueError("a standard population needs the columns age and sex")
    some = names[run.citizens["generation"] == 0] if person is None else names.iloc[person]
    return some.value_counts().sort_index()


def _yes(which: np.ndarray) -> np.ndarray:
    return np.where(which, 0, -1)


def _codes(word) -> np.ndarray:
    return word.codes.to_numpy().astype(np.int64)
