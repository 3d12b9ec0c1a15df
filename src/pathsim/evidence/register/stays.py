"""Claim: the contacts of one step are lengths of the same thing; where an extract has no steps, those of one unit are.

What the care system multiplies a drawn time by (age, frailty) is divided out, and what it adds (travel) is
taken off, so that the estimate is of the number that is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from pathsim.language import System
from pathsim.language.drawn import Distribution
from pathsim.language.quantities import DAY
from pathsim.language.values import Evidence
from pathsim.language.words import At, Handover, Wait

from .estimates import Estimate, positive
from .extract import NEVER, Extract
from .lengths import Stays, fit_lengths
from .likelihood import delta
from .system import citizens_steps, factor, number

WORD_OF = {At: "for", Wait: "wait", Handover: "takes"}


def stay_estimates(extract: Extract, system: System) -> Iterator[Estimate]:
    """Mean and spread of the time at each step, or at each unit."""
    rows = extract.contacts[seen_at_all(extract)]
    if "step" in extract.given:
        for name, its in rows[rows["step"].notna()].groupby("step", observed=True, sort=True):
            yield from _estimates(extract, system, its, str(name), str(name))
        return
    mine = citizens_steps(system)
    for unit, its in rows[rows["unit"].notna()].groupby("unit", observed=True, sort=True):
        steps = [name for name in sorted(mine) if isinstance(system.steps[name], At) and system.steps[name].at == unit]
        for name in steps or [""]:
            yield from _estimates(extract, system, its, str(unit), name)


def seen_at_all(extract: Extract) -> np.ndarray:
    """Contacts that began, once for a joint contact, of which some lies in the window [n]."""
    rows = extract.contacts
    begun, ended = rows["begun"].to_numpy(), rows["ended"].to_numpy()
    there = (begun != NEVER) & rows["seen"].to_numpy() & ~rows["joint"].to_numpy() & (begun < extract.end)
    return there & ((ended == NEVER) | (ended > extract.start) | ((ended == begun) & (begun >= extract.start)))


def stays_of(extract: Extract, rows: pd.DataFrame, scale: np.ndarray | float = 1.0, shift: float = 0.0) -> Stays:
    """Lengths in days with delayed entry and censoring; scale [people]: divided out; shift: days taken off."""
    begun, ended = rows["begun"].to_numpy(), rows["ended"].to_numpy()
    open_ = (ended == NEVER) | (ended > extract.end)
    stop = np.where(open_, extract.end, ended)
    done = ~open_ & (rows["how"] == "completed").to_numpy(bool)
    person = rows["person"].to_numpy()
    by = np.broadcast_to(scale, extract.people)[person]
    grid = extract.grid / DAY

    def days(ms: np.ndarray) -> np.ndarray:
        return np.maximum(ms / DAY - shift, 0.0) / by

    length = np.round((stop - begun) / extract.grid) * extract.grid  # a day of 23 or 25 hours is a day
    entry = np.where(begun < extract.start, extract.start - begun, 0)
    return Stays(days(length), days(entry), done, person, grid)


def _estimates(extract: Extract, system: System, rows: pd.DataFrame, about: str, name: str) -> Iterator[Estimate]:
    step = system.steps.get(name) if name else None
    path, raw, scale, shift, why = _place(extract, system, name, step)
    stays = stays_of(extract, rows, scale, shift)
    n, persons = int(stays.ended.sum()), len(np.unique(stays.person[stays.ended]))
    found = fit_lengths(stays)
    if found is None:
        return
    if about != name and name and not why:
        why_note = f"all contacts of {about}"
    else:
        why_note = why
    if found.family is None or found.fit is None:
        value = found.constant
        yield Estimate("stay", name or about, "constant", "d", n, persons, value, 0.0, value, value, path, why_note, _beside(path, raw, None))
        return
    kind, theta, covariance = found.family, found.fit.theta, found.fit.covariance
    best = ", ".join(f"{family} {aic - min(found.aic.values()):.1f}" for family, aic in sorted(found.aic.items(), key=lambda pair: pair[1]))
    note = f"{kind.name}; AIC above the best: {best}" + (f". {why_note}" if why_note else "")
    for i, word in enumerate(kind.words):
        value, se = float(np.exp(theta[i])), float(np.exp(theta[i]) * np.sqrt(covariance[i, i]))
        inner = path + ((kind.name,) if kind.name == "exponential" else (kind.name, word)) if path else ()
        unit = "ratio" if word in ("cv", "shape") else "d"
        yield positive("stay", name or about, word, unit, n, persons, value, se, path=inner, note=note, beside=_beside(path, raw, kind.name))
    if kind.name == "weibull":
        for word, function in (("mean", kind.mean), ("cv", kind.cv)):
            value, se = delta(function, theta, covariance)
            yield positive("stay", name or about, word, "d" if word == "mean" else "ratio", n, persons, value, se, note="follows from scale and shape")


def _place(extract: Extract, system: System, name: str, step: Any) -> tuple[tuple[str, ...], Any, np.ndarray | float, float, str]:
    """Where in the system the time stands, as it is written there, what multiplies it and what is added (days); or why it is not written."""
    word = WORD_OF.get(type(step))
    drawn = getattr(step, "for_" if word == "for" else word, None) if word else None
    if drawn is None:
        return (), None, 1.0, 0.0, "no step of the system has this time"
    path, raw, shift = ("steps", name, str(word)), system.raw["steps"][name][str(word)], 0.0
    if isinstance(step, At):
        travel = number(system.units[step.at].staff_travel)
        if travel is None:
            return (), None, 1.0, 0.0, "not written: the travel in it depends on the hour"
        shift = travel / DAY
    if isinstance(drawn, Distribution):
        plus = number(drawn.plus) if drawn.plus is not None else 0.0
        scale, unknown = factor(system, extract, drawn.times)
        if unknown or plus is None:
            return (), None, 1.0, shift, f"not written: the system multiplies it by {', '.join(unknown) or 'what'}, which the extract does not tell"
        return path, raw, scale, shift + plus / DAY, ""
    if not isinstance(drawn, (Evidence, float, int)):
        return (), None, 1.0, shift, "not written: the system has a table of it, and one estimate is no table"
    return path, raw, 1.0, shift, ""


def _beside(path: tuple[str, ...], raw: Any, family: str | None) -> tuple[tuple[tuple[str, ...], Any], ...]:
    """What of the old time must stay (multipliers) or go (another measure of spread) with the new one."""
    if not path or not isinstance(raw, dict):
        return ()
    kept = [((*path, key), raw[key]) for key in ("times", "plus") if raw.get(key) is not None]
    old = raw.get(family) if family else None
    gone = [((*path, str(family), key), None) for key in ("sd", "median") if isinstance(old, dict) and old.get(key) is not None]
    return tuple(kept + gone)
