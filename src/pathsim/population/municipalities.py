"""The 98 Danish municipalities: what they are called here and how large they are."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from pathsim.faults import Fault, nearest

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "-": "_", " ": "_"})


@cache
def municipalities() -> pd.DataFrame:
    """Name (as a word), official code, region, centroid and inhabitants of each municipality.

    `inhabitants` are those of `year`: about 2022 where a recent list had the municipality and 2007
    otherwise, so give a number of your own where it matters. `planning_area` (Capital Region only)
    is unverified.

    >>> int(municipalities().loc["esbjerg", "inhabitants"])
    115465
    """
    with files("pathsim.population").joinpath("municipalities.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col="name", keep_default_na=False)


def word(name: str) -> str:
    """The name as it is written in a care system: lower case, ASCII.

    >>> word("Høje-Taastrup")
    'hoeje_taastrup'
    """
    return name.strip().lower().translate(LETTERS)


def municipality_faults(name: object, *, danish: bool) -> list[Fault]:
    """What is wrong with the name: no word, or not the word of a Danish municipality.

    >>> [str(fault) for fault in municipality_faults("Tønder", danish=True)]
    ["municipality: 'Tønder' was given. Allowed: a Danish municipality. Write it as 'toender'"]
    """
    if danish and name not in municipalities().index:
        known = municipalities().index
        written = word(str(name))
        mend = f"Write it as '{written}'" if written in known else nearest(written, known)
        allowed = "a Danish municipality"
    elif not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        mend = f"Write it as '{word(str(name))}'"
        allowed = "a word of a-z, 0-9 and _ that begins with a letter"
    else:
        return []
    return [Fault("municipality", f"{name!r} was given. Allowed: {allowed}. {mend}")]
