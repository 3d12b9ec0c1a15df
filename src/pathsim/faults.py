"""What is wrong with an input, said once for all faults, in words that lead to the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: where it is (file and key) and what was given, what is allowed, how to mend it."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class Faults(Exception):
    """All faults of an input together. The command line prints them and ends with code 2.

    >>> print(Faults([Fault("units.ward.beds", "-3 was given. Allowed: 0 or more")]))
    units.ward.beds: -3 was given. Allowed: 0 or more
    """

    exit_code = 2

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self):
        return Faults, (self.faults,)


def fail(where: str, message: str) -> Faults:
    """A single fault, ready to raise."""
    return Faults([Fault(where, message)])


def nearest(word: str, words: Iterable[str]) -> str:
    """The mend for a misspelt word.

    >>> nearest("dischrage", ["discharge", "gone"])
    "Did you mean 'discharge'?"
    """
    words = sorted(words)
    close = difflib.get_close_matches(str(word), words, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    if not words:
        return "There are none to choose from"
    shown = ", ".join(words[:12]) + (", …" if len(words) > 12 else "")
    return f"Allowed: {shown}"
