"""Claim: from tables as registers write them comes an extract that can be counted, or all that is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pathsim.faults import Faults, fail
from pathsim.language import System
from pathsim.language.quantities import DAY

from .checking import check_people, check_times, check_twice, check_words
from .clock import Clock
from .extract import NEVER, Extract
from .mapping import coded, renamed
from .people import TRUTH, person_keys, read_people
from .reading import Raw, day_of, moment
from .rows import Told

NEEDED = ("person", "unit", "begun", "ended")
WORDS = ("unit", "step", "kind", "task", "cause", "from_step", "how")
HOW = {"completed", "gave_up", "refused", "displaced", "died", "missed", "censored"}
KINDS = {"at", "wait", "handover", "task"}
KEPT, LEFT_OUT = "kept", "left_out"


def read_extract(raw: Raw, mapping: dict[str, Any], systems: dict[str, System], window: tuple[Any, Any] | None = None, day_0: Any = None) -> Extract:
    """The extract, sound. window: (from, until), needed unless a kept run tells it. Raises Faults: all that is wrong."""
    told = Told()
    start, end, observed, zero = _window(raw.meta, window, day_0)
    frame = _columns(told, raw.contacts, mapping)
    rows, grid = _typed(told, frame, mapping, zero)
    _check_names(told, rows, systems)
    citizens, index = None, pd.Index(rows["key"].dropna().unique())
    if raw.citizens is not None:
        citizens, index = read_people(raw.citizens, mapping | {"day_0": zero}, next(iter(systems.values())), told, start)
        told.numbers = frame.index.to_numpy() + 1
    place = {key: i for i, key in reversed(list(enumerate(index)))}
    rows["person"] = rows["key"].map(lambda key: place.get(key, -1)).to_numpy(np.int64)
    units = {name: unit for system in systems.values() for name, unit in system.units.items() if unit.beds is not None}
    rows["bed"] = rows["unit"].isin(units).to_numpy() & (rows["kind"] == "at").to_numpy() & ~rows["joint"].to_numpy()
    rows["sector"] = [units[name].sector if bed else None for name, bed in zip(rows["unit"], rows["bed"], strict=True)]
    check_times(told, rows, start, end, not raw.meta)
    check_twice(told, rows, rows.get("contact"), end)
    if citizens is not None and len(citizens):
        check_people(told, rows, citizens, DAY)
    if told.faults:
        raise Faults(told.faults)
    given = frozenset(str(name) for name in frame if frame[name].notna().any())
    begun = rows["begun"].to_numpy()
    back = np.where(rows["given_back"] != NEVER, rows["given_back"], np.where(rows["ended"] != NEVER, rows["ended"], end))
    rows["released"] = np.maximum(back, begun)
    rows = rows.drop(columns=["key", "given_back", *(["contact"] if "contact" in rows else [])]).reset_index(drop=True)
    return Extract(rows, citizens, len(index), start, end, observed, given, grid, f"register {raw.sha256[:12]}")


def _columns(told: Told, given: pd.DataFrame, mapping: dict[str, Any]) -> pd.DataFrame:
    """The contacts under pathsim's names, without those of a type that the mapping leaves out; the index is the row in the file."""
    frame = renamed(given.reset_index(drop=True), mapping.get("contacts", {}))
    if not len(frame):
        raise fail("contacts", "the file is empty. Give one row a contact")
    there = ", ".join(map(str, list(given.columns)[:12]))
    for name in NEEDED:
        if name not in frame:
            told.whole(f"contacts: {name}", f"this column is missing. There are: {there}. Rename it, or use --mapping")
    if told.faults:
        raise Faults(told.faults)
    if "type" in frame:
        types = mapping.get("codes", {}).get("type", {})
        check_words(told, frame["type"], set(types), "contacts: type", "Say in the mapping's codes.type whether it is kept or left_out", frame["person"])
        frame = frame[~(frame["type"].map(types) == LEFT_OUT).to_numpy(bool)].drop(columns="type")
    told.numbers = frame.index.to_numpy() + 1
    return frame


def _window(meta: dict[str, Any], window: tuple[Any, Any] | None, day_0: Any) -> tuple[int, int, int, Any]:
    """(start, end, since when contacts are recorded, the date of day 0)."""
    zero = day_of(day_0, "day-0") or day_of(meta.get("day_0"), "meta.json: day_0")
    if window is None:
        if "horizon" not in meta:
            raise fail("contacts", "the window of the extract is not known: from when until when was every contact recorded? Add --from and --until")
        return int(meta.get("warm_up", 0)), int(meta["horizon"]), 0, zero
    if zero is None and not isinstance(window[0], int):
        zero = _first_day(window[0])
    start, end = (moment(given, zero, where) for given, where in zip(window, ("from", "until"), strict=True))
    if not start < end:
        raise fail("until", "the window ends before it begins. Turn --from and --until round")
    return start, end, start, zero


def _first_day(given: Any) -> Any:
    """The date of the window's beginning is day 0, where it is a date."""
    try:
        return pd.Timestamp(str(given)).date()
    except ValueError:
        return None


def _typed(told: Told, frame: pd.DataFrame, mapping: dict[str, Any], zero: Any) -> tuple[pd.DataFrame, int]:
    """All columns of an extract, in its types; and the grid on which times lie (ms)."""
    clock = Clock(told, zero, mapping.get("missing_hour", "fault"), mapping.get("times"))
    rows = pd.DataFrame(index=frame.index)
    rows["key"] = person_keys(frame["person"])
    told.rows("contacts: person", rows["key"].isna().to_numpy(), "no person. Fill in every row")
    if "contact" in frame:
        rows["contact"] = person_keys(frame["contact"])
    codes = mapping.get("codes", {})
    for name in WORDS:
        given = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype=object)
        table = mapping.get("units") if name == "unit" else codes.get(name)
        rows[name] = coded(given.astype(object).where(given.notna(), None), table).map(lambda value: None if value is None else str(value)).astype(object)
    rows["kind"] = rows["kind"].where(rows["kind"].notna(), "at")
    rows["begun"] = clock.read("contacts: begun", frame["begun"])
    rows["ended"] = clock.read("contacts: ended", frame["ended"], rows["begun"].to_numpy())
    grid = clock.grid
    for name, instead in (("asked", "begun"), ("given_back", None)):
        rows[name] = clock.read(f"contacts: {name}", frame[name]) if name in frame else rows[instead] if instead else NEVER
    if len(clock.kinds) > 1:
        told.whole("contacts", f"times are written in several ways ({', '.join(sorted(clock.kinds))}), so their zones may be mixed. Write all in one way")
    open_ = (rows["begun"] != NEVER) & (rows["ended"] == NEVER)
    rows["how"] = rows["how"].where(rows["how"].notna(), open_.map({True: "censored", False: "completed"}))
    for name in ("acute", "joint", "from_start"):
        rows[name] = _truth(told, frame, name, codes.get(name))
    rows["seen"] = ~rows["from_start"]
    needless = rows["how"].isin({"gave_up", "refused", "missed", "displaced", "died", "censored"})
    told.rows("contacts: begun", ((rows["begun"] == NEVER) & ~needless).to_numpy(), "no begin. Fill it in, or say in `how` why there is none")
    return rows, max(grid, 1)


def _truth(told: Told, frame: pd.DataFrame, name: str, codes: dict[str, Any] | None) -> np.ndarray:
    """A column of yes and no, however it is spelt; no where there is none."""
    if name not in frame:
        return np.zeros(len(frame), dtype=bool)
    text = coded(frame[name], codes).map(lambda value: None if value is None or value != value else str(value).lower())
    check_words(told, text, set(TRUTH), f"contacts: {name}", "Allowed: yes, no; or say in a mapping what it means", frame["person"], needed=True)
    return text.map(TRUTH).eq(True).to_numpy(bool)


def _check_names(told: Told, rows: pd.DataFrame, systems: dict[str, System]) -> None:
    """Units, steps and causes are those of the care system, under any of its care models."""
    def known(*headings: str) -> set[str]:
        return {name for system in systems.values() for heading in headings for name in getattr(system, heading)}

    mend = "Add it to the care system (--system), or say in a mapping what it is here"
    at_unit = (rows["kind"] == "at").to_numpy()
    told.rows("contacts: unit", at_unit & rows["unit"].isna().to_numpy(), "no unit. Fill it in, or say in `kind` that it is a wait or a handover")
    allowed = {
        "unit": known("units"), "step": known("steps"), "from_step": known("steps"), "task": known("tasks"),
        "cause": known("risks", "arrivals", "tasks"), "kind": KINDS, "how": HOW,
    }
    for name, words in allowed.items():
        more = f"Allowed: {', '.join(sorted(words))}" if name in ("kind", "how") else mend
        check_words(told, rows[name], words, f"contacts: {name}", more, rows["key"])
