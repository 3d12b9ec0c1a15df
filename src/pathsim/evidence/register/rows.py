"""Claim: a fault in an extract is told by its kind and its rows, never by whose it is.

Row 1 is the first contact, or the first citizen, below the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from pathsim.faults import Fault

ROWS_SHOWN = 3
LIKE_A_PERSON = re.compile(r"\d{6}[- ]?[0-9A-Za-z]{4}")  # a Danish personal number


class Told:
    """The faults found so far, in the order in which they were found."""

    def __init__(self):
        self.faults: list[Fault] = []
        self.numbers: np.ndarray | None = None  # of the rows that are looked at, where some have been left out

    def rows(self, where: str, wrong: np.ndarray, message: str) -> None:
        """One fault of all rows that are `wrong` [n], if any."""
        wrong = np.asarray(wrong, dtype=bool)
        if wrong.any():
            self.faults.append(Fault(where, f"{rows_of(wrong, self.numbers)}: {message}"))

    def whole(self, where: str, message: str) -> None:
        self.faults.append(Fault(where, message))


def rows_of(wrong: np.ndarray, numbers: np.ndarray | None = None) -> str:
    """The first rows of many; numbers [n]: what the rows are called, else 1, 2, …

    >>> rows_of(np.array([False, True, True, True, True]))
    'rows 2, 3, 4 and 1 more'
    """
    rows = np.flatnonzero(wrong) + 1 if numbers is None else numbers[wrong]
    text = ("row " if len(rows) == 1 else "rows ") + ", ".join(map(str, rows[:ROWS_SHOWN]))
    return text + (f" and {len(rows) - ROWS_SHOWN} more" if len(rows) > ROWS_SHOWN else "")


def may_say(value: object, persons: Iterable[object]) -> str:
    """A code as given, unless it is, or looks like, a person's number that has slipped into its column.

    >>> may_say("ward_9", []), may_say("0101501234", []), may_say("77", ["77"])
    ("'ward_9'", 'a person number', 'a person number')
    """
    text = str(value)
    if LIKE_A_PERSON.fullmatch(text.strip()) or text in {str(person) for person in persons}:
        return "a person number"
    return repr(text if len(text) <= 40 else text[:37] + "…")
