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

from pathsim.contacts.once import once
from pathsim.contacts.record import Run, is_yes

AGE_BANDS = {"0-17": 0, "18-64": 18, "65-74": 65, "75-84": 75, "85+": 85}
WORDS = ("education", "municipality")
OLDER = 65


class Grouping(NamedTuple):
    """A way of dividing the citizens: `code` is each citizen's level, -1 for none of them."""

    group: str
    levels: list[str]
    code: np.ndarray


@once
def groupings(run: Run) -> list[Grouping]:
    """All groupings of a run, in the order of the docstring above."""
    citizens, counted = run.citizens, run.counted
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


def age_bands(citizens: pd.DataFrame) -> Grouping:
    """Age in bands; a band without citizens is left out, and who has no age is in none."""
    age = citizens["age"].to_numpy()
    known = np.nan_to_num(np.asarray(age, dtype=float), nan=-1.0)
    band = np.searchsorted(list(AGE_BANDS.values()), known, side="right") - 1
    there = np.unique(band[band >= 0])
    place = np.append(np.full(len(AGE_BANDS), -1), -1)
    place[there] = np.arange(len(there))
    return Grouping("age", [list(AGE_BANDS)[b] for b in there], place[band])


@once
def strata(run: Run) -> Grouping | None:
    """Age band and sex of each citizen as one word, for standardising; None without both."""
    if "age" not in run.citizens or "sex" not in run.citizens:
        return None
    bands, sex = age_bands(run.citizens), run.citizens["sex"].astype("category").cat
    sexes = [*(str(word) for word in sex.categories), "nan"]
    words = [f"{band} {word}" for band in [*bands.levels, "unknown"] for word in sexes]
    band = np.where(bands.code >= 0, bands.code, len(bands.levels))
    return Grouping("strata", words, band * len(sexes) + np.where(sex.codes >= 0, sex.codes, len(sexes) - 1))


def standard_of(run: Run, person: np.ndarray | None = None) -> pd.Series:
    """A standard population: number by age band and sex, of these persons or of the citizens.

    Of the citizens newcomers in the place of the dead are left out, so that two scenarios over the
    same citizens have the same standard. Most citizens are young and most patients old: for a level
    near the crude one, take the persons of the index discharges of the base scenario, and use that
    table for all scenarios. Raises ValueError if age or sex is not recorded.
    """
    if strata(run) is None:
        raise ValueError("a standard population needs the columns age and sex")
    words, code = strata(run).levels, strata(run).code
    number = np.bincount(code[run.citizens["generation"].to_numpy() == 0] if person is None else code[person], minlength=len(words))
    return pd.Series(number, index=words, name="count")[number > 0].sort_index()


def _yes(which: np.ndarray) -> np.ndarray:
    return np.where(which, 0, -1)


def _codes(word) -> np.ndarray:
    return word.codes.to_numpy().astype(np.int64)
