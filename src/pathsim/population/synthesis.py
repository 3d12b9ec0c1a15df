"""Citizens follow published tables exactly, and one latent burden ties what they have together.

Age, sex, education and household come first, then a burden nobody sees, then conditions,
frailty, care and mental health, each by rank and cut within its band of age: the share is the
table's to the person, and who has it is decided by a score of what came before, plus noise.
Published shares therefore hold whatever the dependence between them; the dependence itself is
assumed. Hidden risk (`vulnerability`) is independent of everything seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np
import pandas as pd

from pathsim.faults import Fault, Faults
from pathsim.population.ages import by_year, grown, shares_of_bands
from pathsim.population.municipalities import municipality_faults
from pathsim.population.ranks import Crowd, Luck, cut
from pathsim.population.reading import validate
from pathsim.population.tables import BANDS, CONDITIONS, HOURS, Tables

FIRST_AGES = np.array([int(band.split("-")[0]) for band in BANDS])
NAMED = [condition for condition in CONDITIONS if condition != "depression"]
EDUCATION = ("low", "middle", "high")
FRAILTY = ("robust", "pre_frail", "frail", "severe")
CARE = ("none", "nursing", *reversed(HOURS), "care_home")
CAUSES = ("stress", "anxiety", "depression", "none")
MOST_OTHER = 15  # with the largest mean allowed, one person in 200,000 would have more
LARGEST = 20_000_000


def synthesise(
    tables: Mapping[str, Any] | Tables,
    municipality: str,
    inhabitants: int,
    seed: int,
    share_65_plus: float | None = None,
    everyone: bool = False,
    own_ages: Mapping[str, float] | None = None,
    growth: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The citizens of a municipality, one row for each who is to be simulated.

    Those are everybody of 65 and over, and of 18-64 those with a named condition (any but
    depression), with two conditions of any kind, with a severe mental illness or another
    psychiatric history, or strained; with `everyone` all adults. The index is the citizen's number
    in the municipality (from 0; children have numbers and no rows).

    inhabitants: of all ages. share_65_plus, own_ages: of the municipality itself, see
    `shares_of_bands`. growth: by how much each band grows in a later year, in which the practices
    stay as many as they are. The same arguments give the same bits on any
    machine, and a changed table changes no draw of another attribute. Raises Faults.
    """
    tables = validate(tables)
    _check(tables, municipality, inhabitants, seed, share_65_plus)
    shares, people = shares_of_bands(tables.ages, share_65_plus, own_ages), inhabitants
    if growth is not None:
        shares, people = grown(shares, inhabitants, growth)
    ages = by_year(shares, tables.ages)
    crowd, age = _adults(Luck(seed, municipality, np.arange(people)), ages)
    practices = max(1, int(inhabitants / tables.inhabitants_per_practice.value + 0.5))
    columns = {
        "municipality": pd.Categorical.from_codes(np.zeros(len(age), np.int8), [municipality]),
        "practice": _practice(crowd, practices),
        "age": age,
        **_household(crowd, tables),
        **_illness(crowd, tables),
        **_care(crowd, tables),
        **_mind(crowd, tables),
        "vulnerability": _tenth(crowd, "vulnerability"),
        "psychiatric_vulnerability": _tenth(crowd, "psychiatric_vulnerability"),
    }
    citizens = pd.DataFrame(columns, index=pd.Index(crowd.luck.number, name="citizen"))
    return citizens if everyone else citizens[is_simulated(citizens)]


def is_simulated(citizens: pd.DataFrame) -> pd.Series:
    """Who of all adults has a row of their own; the others meet the model only as background."""
    return (
        (citizens["age"] >= 65)
        | citizens[NAMED].any(axis=1)
        | (citizens["conditions"] >= 2)
        | citizens["severe_mental_illness"]
        | citizens["psychiatric_history"]
        | citizens["strained"]
    )


def _check(
    tables: Tables, municipality: str, inhabitants: int, seed: int, share: float | None
) -> None:
    faults = municipality_faults(municipality, danish=tables.municipalities == "danish")
    for where, number, least, most in [
        ("inhabitants", inhabitants, 1, LARGEST),
        ("seed", seed, 0, 2**32 - 1),
    ]:
        if (
            isinstance(number, bool)
            or not isinstance(number, int | np.integer)
            or not least <= number <= most
        ):
            message = (
                f"{number!r} was given. Allowed: a whole number from {least} to {most}. Change it"
            )
            faults.append(Fault(where, message))
    if share is not None and not (isinstance(share, int | float) and 0 < share < 1):
        message = f"{share!r} was given. Allowed: between 0 and 1. Give a fraction, not per cent"
        faults.append(Fault("share_65_plus", message))
    if faults:
        raise Faults(faults)


def _adults(luck: Luck, ages: np.ndarray) -> tuple[Crowd, np.ndarray]:
    """All inhabitants are ranked by age, so a changed share moves only those at its edge."""
    years = cut(luck.uniform("age"), np.zeros(len(luck.number), np.int64), ages[None, :])
    adult = years < len(ages)
    age = years[adult] + FIRST_AGES[0]
    band = np.searchsorted(FIRST_AGES, age, side="right") - 1
    return Crowd(Luck(luck.seed, luck.municipality, luck.number[adult]), band), age


def _household(crowd: Crowd, tables: Tables) -> dict[str, Any]:
    """Sex, education and living alone; then the burden that hangs on them."""
    woman = cut(crowd.luck.uniform("sex"), crowd.band, _shares(tables.women.share)) == 0
    of = tables.education.share
    education = cut(crowd.luck.uniform("education"), crowd.band, _shares(of["low"], of["middle"]))
    of = tables.lives_alone.share
    by_sex = np.concatenate([_shares(of["man"]), _shares(of["woman"])])
    alone = cut(crowd.luck.uniform("lives_alone"), crowd.band + len(BANDS) * woman, by_sex) == 0
    crowd.known |= {
        "woman": woman,
        "lives_alone": alone,
        "low_education": education == 0,
        "high_education": education == 2,
    }
    crowd.known["burden"] = crowd.score("burden", tables.burden.score)
    return {
        "sex": _words((~woman).astype(np.int64), ("woman", "man")),
        "education": _words(education, EDUCATION),
        "lives_alone": alone,
    }


def _illness(crowd: Crowd, tables: Tables) -> dict[str, Any]:
    """The six conditions with names, how many others, an index of comorbidity, and frailty."""
    ill = {
        name: cut(crowd.score(name, of.score), crowd.band, _shares(of.share)) == 0
        for name, of in tables.conditions.items()
    }
    of = tables.other_conditions
    most_first = np.array([_poisson(of.mean[band]) for band in BANDS])
    other = MOST_OTHER - cut(crowd.score("other_conditions", of.score), crowd.band, most_first)
    conditions = sum(ill.values()) + other
    # As Charlson's index: the severe condition counts twice, depression not at all, and of the
    # others the first is taken to be harmless and no more than two to matter.
    comorbidity = sum(ill[name] for name in NAMED) + ill["cancer"] + np.clip(other - 1, 0, 2)
    crowd.known |= ill | {"conditions": np.minimum(conditions, 6)}
    crowd.known["frailty"] = crowd.score("frailty", tables.frailty.score)
    of = tables.frailty.share
    worst_first = _shares(of["severe"], of["frail"], of["pre_frail"])
    frailty = cut(crowd.known["frailty"], crowd.band, worst_first)
    return {
        **ill,
        "conditions": conditions,
        "comorbidity": comorbidity,
        "frailty": _words(3 - frailty, FRAILTY),
    }


def _care(crowd: Crowd, tables: Tables) -> dict[str, Any]:
    """A care home by age and sex; of the others help and nursing at home by age and household."""
    of = tables.care_home.share
    by_sex = np.concatenate([_shares(of["man"]), _shares(of["woman"])])
    cell = crowd.band + len(BANDS) * crowd.known["woman"]
    resident = cut(crowd.score("care_home", tables.care_home.score), cell, by_sex) == 0
    home = tables.home_care
    most_first = np.concatenate(
        [
            np.hstack(
                [
                    _shares(home.help[who]) * [home.hours[word] for word in HOURS],
                    _shares(home.nursing),
                ]
            )
            for who in ("together", "alone")
        ]
    )
    cell = (crowd.band + len(BANDS) * crowd.known["lives_alone"])[~resident]
    score = crowd.score("home_care", home.score)[~resident]
    care = np.full(len(resident), CARE.index("care_home"))
    care[~resident] = len(HOURS) + 1 - cut(score, cell, most_first)
    return {"care": _words(care, CARE)}


def _mind(crowd: Crowd, tables: Tables) -> dict[str, Any]:
    """Severe mental illness, another history, and strain, of which sick leave is a part."""

    def has(name: str, among: np.ndarray) -> np.ndarray:
        """The share is of the whole band, also where only some can have it."""
        of = getattr(tables, name)
        score = np.where(among, crowd.score(name, of.score), -np.inf)
        return (cut(score, crowd.band, _shares(of.share)) == 0) & among

    everybody = np.ones(len(crowd.band), bool)
    severe = has("severe_mental_illness", everybody)
    strained = has("strained", everybody)
    cause = np.full(len(severe), CAUSES.index("none"))
    of = tables.strain_cause
    score = crowd.score("strain_cause", of.score)[strained]
    shares = np.array([[of.share["depression"], of.share["anxiety"]]])
    cause[strained] = 2 - cut(score, np.zeros(len(score), np.int64), shares)
    return {
        "severe_mental_illness": severe,
        "psychiatric_history": has("psychiatric_history", ~severe),
        "strained": strained,
        "on_sick_leave": has("on_sick_leave", strained),
        "strain_cause": _words(cause, CAUSES),
    }


def _practice(crowd: Crowd, practices: int) -> pd.Categorical:
    """Chance alone, each practice as likely."""
    digits = max(2, len(str(practices)))
    names = [f"practice_{number + 1:0{digits}}" for number in range(practices)]
    chosen = (crowd.luck.uniform("practice") * practices).astype(np.int64)
    return _words(np.minimum(chosen, practices - 1), names)


def _tenth(crowd: Crowd, attribute: str) -> np.ndarray:
    """1 to 10, equally likely: which tenth of a hidden risk."""
    return 1 + np.minimum((crowd.luck.uniform(attribute) * 10).astype(np.int64), 9)


def _words(codes: np.ndarray, words: Any) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, list(words))


def _shares(*tables: Mapping[str, float]) -> np.ndarray:
    """(bands, words) of one share table for each word; a band that is not there has none."""
    return np.array([[table.get(band, 0.0) for table in tables] for band in BANDS])


def _poisson(mean: float) -> list[float]:
    """Chances of MOST_OTHER events (or more), of one fewer, ... of 1.

    In decimal arithmetic: the C library's exp has not the same last bit everywhere.
    """
    with localcontext(Context(prec=28)):
        rate = Decimal(mean)
        chances = [(-rate).exp()]
        for events in range(1, MOST_OTHER):
            chances.append(chances[-1] * rate / events)
        chances.append(1 - sum(chances))
    return [max(0.0, float(chance)) for chance in reversed(chances[1:])]
