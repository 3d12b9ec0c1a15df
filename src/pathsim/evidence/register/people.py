"""Claim: who could have had contacts is known only from a list of people, one row each.

Reads the citizens of an extract: who they are (kept only as an index), when they came and left, and those of
their attributes that the care system knows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pathsim.language import System
from pathsim.language.domain import attribute_fact, word
from pathsim.language.quantities import DAY

from .clock import Clock
from .extract import NEVER
from .mapping import coded, renamed
from .rows import Told, may_say, rows_of

OLDEST = 130
A_YEAR = 365.25 * DAY
TRUTH = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def person_keys(column: pd.Series) -> pd.Series:
    """Persons' numbers as text, however a file holds them; None where there is none.

    >>> person_keys(pd.Series([1.0, 2, None])).tolist()[:2]
    ['1', '2']
    """
    def key(value: Any) -> str | None:
        if value is None or value != value or str(value).strip() == "":
            return None
        return str(int(value)) if isinstance(value, (float, np.floating)) and float(value).is_integer() else str(value).strip()

    return column.map(key).astype(object)


def read_people(frame: pd.DataFrame, mapping: dict[str, Any], system: System, told: Told, start: int) -> tuple[pd.DataFrame, pd.Index]:
    """The citizens in the types of `Extract`, and their numbers. What is wrong is told."""
    frame = renamed(frame.reset_index(drop=True), mapping.get("citizens", {}))
    codes = mapping.get("codes", {})
    if "person" not in frame:
        told.whole("citizens: person", f"this column is missing. There are: {', '.join(map(str, list(frame.columns)[:12]))}")
        return pd.DataFrame(), pd.Index([])
    if not len(frame):
        told.whole("citizens", "the file is empty. Give one row a person, or leave it out")
        return pd.DataFrame(), pd.Index([])
    told.numbers = None
    keys = person_keys(frame["person"])
    told.rows("citizens: person", keys.isna().to_numpy(), "no person. Fill in every row")
    told.rows("citizens: person", keys.duplicated(keep="first").to_numpy() & keys.notna().to_numpy(), "this person has a row already. Keep one row a person")
    clock = Clock(told, mapping.get("day_0"), mapping.get("missing_hour", "fault"), mapping.get("times"))
    found = pd.DataFrame(index=frame.index)
    found["entered"] = clock.read("citizens: entered", frame["entered"]) if "entered" in frame else NEVER
    found["left"], found["dead"] = _leaving(frame, clock)
    both = (found["entered"] != NEVER) & (found["left"] != NEVER)
    told.rows("citizens: left", (both & (found["left"] < found["entered"])).to_numpy(), "left before entered. Turn them round, or correct the row")
    slot = pd.to_numeric(frame["slot"], errors="coerce").to_numpy() if "slot" in frame else np.zeros(len(frame))
    found["counted"] = slot >= 0
    found["stream"] = frame.get("stream")
    found["born"] = clock.read("citizens: born", frame["born"]) if "born" in frame else NEVER
    unborn = (found["left"] != NEVER) & (found["born"] != NEVER) & (found["left"] < found["born"])
    told.rows("citizens: left", unborn.to_numpy(), "left before birth. Correct the row")
    _attributes(frame, found, codes, system, told, start)
    return found, pd.Index(keys)


def _leaving(frame: pd.DataFrame, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """When each left, and whether by death. A date of death without a time of day means until its end."""
    left = clock.read("citizens: left", frame["left"]) if "left" in frame else np.full(len(frame), NEVER)
    dead = (frame["reason"].astype(str) == "dead").to_numpy() & (left != NEVER) if "reason" in frame else np.zeros(len(frame), dtype=bool)
    if "died" in frame:
        own = Clock(clock.told, clock.day_0, clock.missing_hour, clock.written)
        died = own.read("citizens: died", frame["died"])
        died = np.where((died != NEVER) & (own.grid == DAY), died + DAY, died)
        earlier = (died != NEVER) & ((left == NEVER) | (died <= left))
        left, dead = np.where(earlier, died, left), dead | earlier
    return left, dead


def _attributes(frame: pd.DataFrame, found: pd.DataFrame, codes: dict[str, Any], system: System, told: Told, start: int) -> None:
    """Attributes of the system, as it writes them; and age, from the date of birth if need be, at the beginning or on entry."""
    if "age" not in frame and (found["born"] != NEVER).any():
        at = np.maximum(found["entered"].to_numpy(), start)
        age = np.floor((at - found["born"].to_numpy()) / A_YEAR)
        found["age"] = np.where(found["born"] != NEVER, np.clip(age, 0, OLDEST), np.nan)
    if "age" in frame:
        age = pd.to_numeric(frame["age"], errors="coerce")
        told.rows("citizens: age", ((age.isna() & frame["age"].notna()) | (age < 0) | (age > OLDEST)).to_numpy(), f"not an age. Allowed: 0 to {OLDEST}")
        found["age"] = np.floor(age)
    for name, entry in system.attributes.items():
        if name == "age" or name not in frame:
            continue
        fact = attribute_fact(name, entry)
        column = coded(frame[name], codes.get(name))
        there = column.notna()
        if not fact.words:
            numbers = pd.to_numeric(column, errors="coerce")
            told.rows(f"citizens: {name}", (there & (numbers.isna() | (numbers != np.floor(numbers)))).to_numpy(), "not a whole number. Correct it")
            found[name] = numbers
            continue
        words = column.map(_yes_no if fact.words == ("no", "yes") else _text)
        wrong = there & ~words.isin(fact.words)
        for value in list(dict.fromkeys(column[wrong]))[:3]:
            where = rows_of((wrong & (column == value)).to_numpy(bool), told.numbers)
            told.whole(f"citizens: {name}", f"{where}: {may_say(value, frame['person'])} is none of its words. Allowed: {', '.join(fact.words[:12])}")
        found[name] = words.where(~wrong, None)


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


def _yes_no(value: Any) -> str | None:
    return None if value is None or value != value else word(TRUTH.get(str(value).lower(), value))
