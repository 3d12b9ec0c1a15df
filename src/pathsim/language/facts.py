"""What can be asked about: a person's attributes, and what every system knows besides.

Each fact has a domain of small whole numbers (codes), so that a lookup by a fact is a table.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..faults import nearest
from . import quantities as q
from .drawn import DISTRIBUTIONS
from .steps import VERBS

MONTHS = tuple(str(month) for month in range(1, 13))
CALENDAR = ("hour", "weekday", "month", "date")
WORKING_DAYS = (*q.WEEKDAYS, "holiday")
GIVEN = (*CALENDAR, "crowded", "full", "informed")
RESERVED = {*DISTRIBUTIONS, *VERBS, *GIVEN, "home", "end", "rest", "by", "odds", "times", "plus", "yes", "no", "anywhere", "holiday", "value", "stay"}


@dataclass(frozen=True)
class Fact:
    """A fact and the codes it can have.

    kind: attribute, group, effect, task, lever, informed, hour, weekday, month, date, crowded or full.
    words: the words of codes 0, 1, …; empty where the fact is a whole number.
    low, high: the range of a whole number.
    """

    name: str
    kind: str
    words: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    @property
    def yes_no(self) -> bool:
        return self.words == ("no", "yes")

    @property
    def size(self) -> int:
        return len(self.words) if self.words else self.high + 1

    def codes(self, key: str) -> set[int]:
        """The codes that a word or band means. Raises ValueError with the mend."""
        if self.words and key in self.words:
            return {self.words.index(key)}
        if self.kind == "weekday":
            days = q.parse_days(key)
            if days is not None:
                return set(days)
        elif not self.words or self.kind in ("hour", "month"):
            band = self._band(key)
            if band:
                return band
        if self.words:
            raise ValueError(f"'{key}' is no value of '{self.name}'. {nearest(key, self.words)}")
        raise ValueError(f"'{key}' is no band of '{self.name}', which runs from {self.low} to {self.high}. Write 65-74 or 85+")

    def _band(self, key: str) -> set[int]:
        band = q.parse_band(key)
        if band is None:
            return set()
        low, high = band
        if self.kind == "hour":  # 8-16: the start is in, the end is not
            return set(range(low, min(high, 24))) if high > low else {low} if low < 24 else set()
        if self.kind == "month":
            return {month - 1 for month in range(low, min(high, 12) + 1) if month >= 1}
        return set(range(max(low, 0), min(high, self.high) + 1))

    @property
    def domain(self) -> set[int]:
        return set(range(len(self.words))) if self.words else set(range(self.low, self.high + 1))


YES_NO = ("no", "yes")
CALENDAR_FACTS = {
    "hour": Fact("hour", "hour", tuple(str(hour) for hour in range(24))),
    "weekday": Fact("weekday", "weekday", WORKING_DAYS),
    "month": Fact("month", "month", MONTHS),
    "date": Fact("date", "date"),
    "informed": Fact("informed", "informed", YES_NO),
}


def cover(fact: Fact, keys: Iterable[str]) -> tuple[dict[str, set[int]], list[str]]:
    """The codes of each key of a lookup by `fact`, and what is wrong: words that are none, overlaps, gaps."""
    found: dict[str, set[int]] = {}
    wrong: list[str] = []
    seen: set[int] = set()
    keys = list(keys)
    for key in keys:
        if key == "rest":
            continue
        try:
            codes = fact.codes(key)
        except ValueError as problem:
            wrong.append(str(problem))
            continue
        if fact.kind == "weekday" and key != "holiday" and "holiday" not in keys and 6 in codes:
            codes = codes | {7}  # a holiday counts as a Sunday unless it is named
        if codes & seen:
            wrong.append(f"'{key}' overlaps another case of '{fact.name}'. Let each value stand in one case")
        seen |= codes
        found[key] = codes
    missing = fact.domain - seen
    if "rest" in keys:
        found["rest"] = missing
    elif missing and not wrong:
        if fact.words:
            names = [fact.words[code] for code in sorted(missing)]
            wrong.append(f"nothing for {fact.name} '{names[0]}'. Add it, or 'rest'")
        else:
            wrong.append(f"nothing for {fact.name} {min(missing)}. Add its band, or 'rest'")
    return found, wrong


_DATED = re.compile(r"(until|from) (\d{4}-\d{2}-\d{2})")


def dated(keys: Iterable[str]) -> tuple[list[tuple[datetime.date | None, str]], list[str]]:
    """The periods of a lookup by date, in order of their beginnings: (first day or None, key)."""
    found: dict[datetime.date | None, str] = {}
    ends: set[datetime.date] = set()
    wrong: list[str] = []
    for key in keys:
        match = _DATED.fullmatch(key)
        try:
            day = datetime.date.fromisoformat(match[2]) if match else None
        except ValueError:
            match = None
        if key != "rest" and not match:
            wrong.append(f"'{key}' is no period of dates. Write until 2027-01-01, from 2027-01-01 or rest")
        elif key == "rest" or match[1] == "until":
            if None in found:
                wrong.append(f"'{key}' and '{found[None]}' are both before the first date")
            found[None] = key
            if match:
                ends.add(day)
        else:
            found[day] = key
    if not wrong and None not in found:
        wrong.append("nothing before the first date. Add until DATE, or 'rest'")
    starts = sorted(day for day in found if day is not None)
    if not wrong and ends and (not starts or ends != {starts[0]}):
        wrong.append("the periods leave a gap or overlap. Let `from` begin where `until` ends")
    first = [(None, found[None])] if None in found else []
    return first + [(day, found[day]) for day in starts], wrong
