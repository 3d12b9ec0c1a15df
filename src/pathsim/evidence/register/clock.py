"""Claim: a Danish register writes local time; what a simulator needs is time that has passed.

Times are read as local time of Copenhagen, or with their offset, and become whole ms since midnight of day 0, so a
stay over a change of the clock has its true length. In autumn an hour comes twice: a begin is read as the first,
an end too unless it would then lie before its begin. In spring an hour is missing: a time in it is no local time,
and says that the clock was another one.
"""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pathsim.language.quantities import DAY, HOUR, MINUTE, SECOND

from .extract import NEVER
from .rows import Told

ZONE = "Europe/Copenhagen"
SAME_ZONE = {"Europe/Copenhagen", "Europe/Berlin", "Europe/Stockholm", "Europe/Oslo", "CET"}
UTC = {"UTC", "Etc/UTC", "utc", "Z", "+00:00"}
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?")
WHOLE = re.compile(r"-?\d{1,16}(?:\.0+)?")
ANY_DAY = date(2024, 1, 1)  # where the fault has been told
GRIDS = (DAY, HOUR, 30 * MINUTE, 15 * MINUTE, 10 * MINUTE, 5 * MINUTE, MINUTE, SECOND)


def midnight(day: date) -> pd.Timestamp:
    """When a day begins in Copenhagen."""
    return pd.Timestamp(day).tz_localize(ZoneInfo(ZONE)).tz_convert("UTC")


class Clock:
    """Reads columns of times; tells what is wrong. missing_hour: `fault`, or `forward` (read as an hour later)."""

    def __init__(self, told: Told, day_0: date | None, missing_hour: str = "fault", written: str | None = None):
        self.told, self.day_0, self.missing_hour, self.written = told, day_0, missing_hour, written
        self.grid = DAY
        self.kinds: set[str] = set()

    def read(self, where: str, column: pd.Series, not_before: np.ndarray | None = None) -> np.ndarray:
        """ms since midnight of day 0 [n]; NEVER where nothing is written. not_before [n]: begins, for ends in the hour that comes twice."""
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            return self._with_zone(where, column)
        text = self._texts(column)
        there = text.notna() & (text != "") & (text != "NaT")
        if not there.any():
            return np.full(len(column), NEVER)
        given = text.where(there, None)
        if not self.written and given[there].str.fullmatch(WHOLE).all():
            return self._whole(where, given, there.to_numpy(bool))
        return self._local(where, given, there.to_numpy(bool), not_before)

    def _texts(self, column: pd.Series) -> pd.Series:
        if column.dtype.kind == "M":
            return column.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").where(column.notna(), None).astype(object)
        return column.map(lambda value: None if value is None or value != value else str(value).strip()).astype(object)

    def _whole(self, where: str, text: pd.Series, there: np.ndarray) -> np.ndarray:
        """Milliseconds since day 0, as pathsim writes them; -1: it did not happen."""
        self.kinds.add("ms")
        ms = np.array([int(float(t)) if ok else NEVER for t, ok in zip(text, there, strict=True)], dtype=np.int64)
        if there.sum() > 1 and ((ms[there] >= 19000101) & (ms[there] <= 21001231)).all():
            self.told.whole(where, "whole numbers such as 20230131 were given, which look like dates. Write 2023-01-31, or the mapping's `times: \"%Y%m%d\"`")
        ms = np.where(ms == -1, NEVER, ms)
        self._notice(ms[ms != NEVER])
        return ms

    def _with_zone(self, where: str, column: pd.Series) -> np.ndarray:
        zone = str(column.dt.tz)
        if zone not in SAME_ZONE | UTC:
            self.told.whole(where, f"times of the zone {zone} were given. Allowed: {ZONE}, UTC, or local times without a zone")
        self.kinds.add("instant")
        return self._passed(where, column.dt.tz_convert("UTC"))

    def _local(self, where: str, text: pd.Series, there: np.ndarray, not_before: np.ndarray | None) -> np.ndarray:
        if self.written:
            moments, bad = pd.to_datetime(text, format=self.written, errors="coerce"), None
            offsets = np.zeros(len(text), dtype=bool)
        else:
            found = text.map(lambda t: ISO.fullmatch(t) if t else None)
            bad = there & found.isna().to_numpy()
            offsets = found.map(lambda m: bool(m and m[1])).to_numpy(bool)
            moments = pd.to_datetime(text.where(~bad & ~offsets, None).map(lambda t: t.replace(",", ".") if t else None), format="ISO8601", errors="coerce")
        bad = (there & moments.isna().to_numpy() & ~offsets) if bad is None else bad | (there & ~offsets & moments.isna().to_numpy())
        allowed = f"The mapping says {self.written}" if self.written else "Write 2023-01-31T14:05, or whole ms from day 0"
        self.told.rows(where, bad, f"not a time. {allowed}")
        if offsets.any() and (there & ~offsets & ~bad).any():
            wrong = offsets if offsets.sum() * 2 < there.sum() else there & ~offsets
            self.told.rows(where, wrong, "mixed time zones: some times have an offset and others none. Write all of them in one way")
        found = np.full(len(text), NEVER)
        if offsets.any():
            found[offsets] = self._instants(where, text, offsets)
        naive = there & ~offsets & ~bad
        if naive.any():
            found[naive] = self._wall(where, moments, naive, not_before)
        return found

    def _instants(self, where: str, text: pd.Series, offsets: np.ndarray) -> np.ndarray:
        """Times with an offset: those of Copenhagen at that time, or all in UTC."""
        self.kinds.add("instant")
        its = text[offsets]
        moments = pd.to_datetime(its.str.replace(",", "."), utc=True, format="ISO8601", errors="coerce")
        wrong = np.zeros(len(text), dtype=bool)
        wrong[offsets] = moments.isna().to_numpy()
        self.told.rows(where, wrong, "not a time. Write 2023-01-31T14:05+01:00")
        shift = its.str.extract(r"(Z|z|[+-]\d{2}:?\d{2})$")[0].map(_minutes).to_numpy(float)
        utc = shift == 0
        real = moments.dt.tz_convert(ZONE).map(lambda m: m.utcoffset().total_seconds() / 60 if m == m else np.nan).to_numpy(float)
        foreign = ~utc & (shift != real) & ~np.isnan(real)
        wrong = np.zeros(len(text), dtype=bool)
        wrong[offsets] = foreign
        self.told.rows(where, wrong, "an offset that Copenhagen does not have on that day (+01:00 in winter, +02:00 in summer). Correct it, or write UTC")
        if utc.any() and (~utc & ~foreign).any():
            wrong = np.zeros(len(text), dtype=bool)
            wrong[offsets] = utc if utc.sum() * 2 < len(utc) else ~utc
            self.told.rows(where, wrong, "mixed time zones: some times are in UTC and others local. Write all of them in one way")
        return self._passed(where, moments)

    def _wall(self, where: str, moments: pd.Series, naive: np.ndarray, not_before: np.ndarray | None) -> np.ndarray:
        """Local times without an offset."""
        self.kinds.add("local")
        its = moments[naive]
        wall = (its - pd.Timestamp(0)).to_numpy().astype("timedelta64[ms]").astype(np.int64)
        self._notice(wall)
        first = its.dt.tz_localize(ZONE, ambiguous=np.ones(len(its), dtype=bool), nonexistent="NaT")
        missing = first.isna().to_numpy() & its.notna().to_numpy()
        if missing.any() and self.missing_hour == "fault":
            wrong = np.zeros(len(naive), dtype=bool)
            wrong[naive] = missing
            self.told.rows(where, wrong, "in the hour that is left out in spring, so not local time of Copenhagen. Write UTC as 2023-03-26T02:30Z, "
                                         "or the mapping's `missing_hour: forward`")
        if missing.any():
            first = its.dt.tz_localize(ZONE, ambiguous=np.ones(len(its), dtype=bool), nonexistent=pd.Timedelta("1h"))
        second = its.dt.tz_localize(ZONE, ambiguous=np.zeros(len(its), dtype=bool), nonexistent=pd.Timedelta("1h"))
        first_ms, second_ms = self._passed(where, first), self._passed(where, second)
        if not_before is None:
            return first_ms
        return np.where(first_ms < not_before[naive], second_ms, first_ms)

    def _passed(self, where: str, moments: pd.Series) -> np.ndarray:
        """ms from midnight of day 0."""
        if self.day_0 is None:
            self.told.whole(where, "dates were given, but not that of day 0, from which other times count. Add --day-0")
        passed = (moments.dt.tz_convert("UTC") - midnight(self.day_0 or ANY_DAY)).to_numpy().astype("timedelta64[ms]").astype(np.int64)
        found = np.where(moments.isna().to_numpy(), NEVER, passed)
        if "local" not in self.kinds:
            self._notice(found[found != NEVER])
        return found

    def _notice(self, ms: np.ndarray) -> None:
        """Keep the coarsest grid on which all times so far lie."""
        while self.grid > 1 and (ms % self.grid).any():
            self.grid = next((grid for grid in GRIDS if grid < self.grid), 1)


def _minutes(offset: str) -> float:
    """Minutes east of Greenwich of an offset.

    >>> _minutes("+02:00"), _minutes("Z"), _minutes("-0330")
    (120.0, 0.0, -210.0)
    """
    if offset in ("Z", "z"):
        return 0.0
    digits = offset[1:].replace(":", "")
    return (int(digits[:2]) * 60 + int(digits[2:])) * (-1.0 if offset[0] == "-" else 1.0)
