"""Chunks as the data frames of a record, the same as the reference engine's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..engine.evaluate import holds
from ..engine.frames import decode, group_tests
from ..plan import Plan
from . import tables as t
from .laid import reasons
from .replication import Chunk


class Words:
    """The words behind the codes of one plan."""

    def __init__(self, plan: Plan):
        arrivals = [arrival.name for arrival in plan.arrivals]
        already = [f"already.{plan.steps[there.step].name}" for there in plan.already]
        self.step = [step.name for step in plan.steps]
        self.unit = [unit.name for unit in plan.units]
        self.task = [task.name for task in plan.tasks]
        self.cause = [*(risk.name for risk in plan.risks), *arrivals]
        self.pool = [pool or None for unit in plan.units for pool in unit.pools]
        self.stream = [*arrivals, *already]
        self.reason = reasons(plan)
        names = [
            [risk.name for risk in plan.risks], [a.name for a in plan.attributes], [effect.name for effect in plan.effects],
            [lever.name for lever in plan.levers],
        ]
        self.first_name = np.cumsum([0, *map(len, names)])
        self.name = [name for some in names for name in some]
        self.values = [a.words for a in plan.attributes]


def contacts_frame(plan: Plan, words: Words, contacts: np.ndarray) -> pd.DataFrame:
    """One row for each contact, in the order in which they were asked for."""
    rows = contacts[np.argsort(contacts["number"])]
    columns: dict[str, Any] = {"person": rows["person"]}
    named = {"step": words.step, "unit": words.unit, "kind": t.KINDS, "task": words.task, "cause": words.cause, "from_step": words.step, "pool": words.pool,
             "how": t.HOWS}
    columns |= {name: categorical(rows[name], some) for name, some in named.items()}
    columns |= {name: rows[name] for name in ("asked", "begun", "ended", "given_back", "due", "patient_travel", "enrolled")}
    columns |= {name: rows[name] != 0 for name in ("acute", "in_surge", "joint", "from_start")}
    columns["complete"] = np.where(rows["complete"] < 0, np.nan, rows["complete"].astype(float))
    return pd.DataFrame({name: np.ascontiguousarray(column) if isinstance(column, np.ndarray) else column for name, column in columns.items()})


def categorical(codes: np.ndarray, words: Any) -> pd.Categorical:
    """Words in alphabetical order, those that occur; below 0 is none."""
    present = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(words)))
    used = sorted({words[code] for code in present if words[code] is not None})
    place = {word: i for i, word in enumerate(used)}
    lookup = np.array([*(place.get(word, -1) for word in words), -1], dtype=np.int16 if len(used) < 32_000 else np.int32)
    return pd.Categorical.from_codes(lookup[codes], categories=used)


def citizens_frame(plan: Plan, words: Words, came: np.ndarray, facts: np.ndarray, left: np.ndarray) -> pd.DataFrame:
    """One row for everyone who was ever in the model, with their attributes on entry and their groups."""
    order = np.argsort(came["number"])
    came, codes = came[order], facts[order].astype(np.int64)
    gone = np.full(len(came), -1, dtype=np.int64)
    why = np.full(len(came), -1, dtype=np.int64)
    at = np.searchsorted(came["number"], left["number"])
    gone[at], why[at] = left["left"], left["reason"]
    columns: dict[str, Any] = {
        "person": came["number"].copy(), "slot": came["slot"].astype(np.int64), "generation": came["generation"].astype(np.int64),
        "entered": came["entered"].copy(), "left": gone, "stream": categorical(came["arrival"], words.stream), "reason": categorical(why, words.reason),
    }
    for attribute in plan.attributes:
        columns[attribute.name] = decode(codes[:, attribute.index], attribute.words)
    for name, test in group_tests(plan).items():
        columns[f"group.{name}"] = holds(test, codes, plan)
    return pd.DataFrame(columns)


def events_frame(plan: Plan, words: Words, events: np.ndarray) -> pd.DataFrame:
    """Risks striking, facts set, effects begun, enrolments; in the order in which they happened."""
    what, value = events["what"].astype(np.int64), events["value"]
    fact = what == t.FACT_SET
    texts = {(a, code): _text(words.values[a], code) for a, code in set(zip(events["name"][fact].tolist(), value[fact].tolist(), strict=True))}
    used = sorted(set(texts.values()))
    place = {text: i for i, text in enumerate(used)}
    codes = np.full(len(events), -1, dtype=np.int64)
    for (a, code), text in texts.items():
        codes[fact & (events["name"] == a) & (value == code)] = place[text]
    return pd.DataFrame({
        "person": events["person"].copy(), "time": events["time"].copy(), "what": categorical(what, t.WHATS),
        "name": categorical(words.first_name[what] + events["name"], words.name), "value": categorical(codes, used),
    })


def _text(words: tuple[str, ...], code: int) -> str:
    return words[code] if words else str(code)


def together(chunks: list[Chunk]) -> Chunk:
    """All chunks of a run as one."""
    return Chunk(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
