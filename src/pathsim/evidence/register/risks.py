"""Claim: a risk of the care system is a rate, multipliers by what is known of people, and what a discharge does to it.

A Poisson regression with the multipliers that the system names. Where the system has a second risk that a
discharge wakes, the two are fitted together: a risk of one's own, and an excess that is added to it and fades.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pathsim.language import System
from pathsim.language.quantities import DAY, parse_period

from .estimates import Estimate, positive
from .excess import Excess, band_mean, fit_excess, time_at_risk
from .extract import Extract
from .likelihood import delta
from .rates import Level, by_band, poisson, usable
from .strikes import Watched, watched, woken_by
from .system import discharge_effects, factor, holds, leads_to_ward, levels_of


def risk_estimates(extract: Extract, system: System, name: str, smallest: int) -> Iterator[Estimate]:
    """A risk of the system: its rate and multipliers, and what a discharge adds or multiplies."""
    risk = system.risks[name]
    mask = holds(system, extract, risk.who)
    if mask is None:
        return  # asleep, or for people whom the extract does not know
    levels, unknown = levels_of(system, extract, risk.times)
    begun = discharge_effects(system)
    unknown += [effect for effect, on in system.effects.items() if name in on and effect not in begun]
    on = [effect for effect in sorted(begun) if name in system.effects[effect]]
    others = woken_by(system, begun)
    woken = [other for other in others if leads_to_ward(system, system.risks[other].then)] if leads_to_ward(system, risk.then) else []
    seen = watched(extract, system, name, mask & extract.counted, woken)
    if seen is None:
        return
    why = f"marginal: the system also has {', '.join(unknown)}, which the extract does not tell" if unknown else ""
    if woken and not on:
        if len(woken) == 1:
            yield from _added(extract, system, name, woken[0], seen, levels, why, smallest)
        return
    if len(on) > 1:
        on, why = [], why or "not written: several effects begin at a discharge"
    yield from _multiplied(extract, system, name, on[0] if on else None, seen, levels, why, smallest)


def _multiplied(
    extract: Extract, system: System, name: str, effect: str | None, seen: Watched, levels: list[Level], why: str, smallest: int,
) -> Iterator[Estimate]:
    """Rate × multipliers × the bands of an effect that a discharge begins."""
    keys = sorted(system.effects[effect][name], key=lambda key: (parse_period(key) or (0, 0))[0]) if effect else []
    periods = [parse_period(key) or (0, 0) for key in keys]
    last = periods[-1][1] if periods else None
    if periods and last is None:
        keys, periods = keys[:-1], periods[:-1]
        why = why or "not written: the effect has no end"
        last = periods[-1][1] if periods else None
    bands = [*periods, (int(last) if last else -10**18, None)]
    counts, years = by_band(extract, seen.home, seen.events, bands)
    levels = usable(levels, counts.sum(axis=1), smallest)
    enough = [b for b in range(len(keys)) if counts[:, b].sum() > 0]
    if len(enough) < len(keys):  # a band in which nothing happened has no logarithm
        years[:, [b for b in range(len(keys)) if b not in enough]] = 0.0
    found = poisson(counts, years, levels, enough)
    if found is None:
        return
    yield from _own(system, name, found.fit.theta, found.fit.robust, found.levels, counts.sum(axis=1), why)
    first = 1 + len(found.levels)
    for i, b in enumerate(found.bands):
        value, se = _exp(found.fit.theta, found.fit.robust, first + i)
        n, persons = int(counts[:, b].sum()), int((counts[:, b] > 0).sum())
        path = () if why else ("effects", str(effect), name, keys[b])
        yield positive("risk", name, f"{effect} {keys[b]}", "ratio", n, persons, value, se, path=path, note=why)


def _own(
    system: System, name: str, theta: np.ndarray, covariance: np.ndarray, levels: list[Level], events: np.ndarray, why: str,
) -> Iterator[Estimate]:
    """The rate, and the multipliers that were free."""
    value, se = _exp(theta, covariance, 0)
    n, persons = int(events.sum()), int((events > 0).sum())
    yield positive("risk", name, "rate", "per y", n, persons, value, se, path=() if why else ("risks", name, "rate"), note=why)
    for i, level in enumerate(levels):
        value, se = _exp(theta, covariance, 1 + i)
        n, persons = int(events[level.who].sum()), int((events[level.who] > 0).sum())
        word = (level.word,) if isinstance(system.risks[name].times[level.attribute], dict) else ()
        path = () if why else ("risks", name, "times", level.attribute, *word)
        yield positive("risk", name, f"times {level.attribute} {level.word}", "ratio", n, persons, value, se, path=path, note=why)


def _added(
    extract: Extract, system: System, name: str, woken: str, seen: Watched, levels: list[Level], why: str, smallest: int,
) -> Iterator[Estimate]:
    """A risk of one's own, and beside it a second one that a discharge wakes: rate, and how it fades."""
    effect = str(system.risks[woken].who)
    keys = sorted(system.effects[effect][woken], key=lambda key: (parse_period(key) or (0, 0))[0])
    periods = [parse_period(key) or (0, 0) for key in keys]
    if periods[-1][1] is None:
        return
    offset, unknown = factor(system, extract, system.risks[woken].times)
    if unknown:
        why = why or f"marginal: {woken} also has {', '.join(unknown)}, which the extract does not tell"
    memory = int(periods[-1][1])
    counts, _ = by_band(extract, seen.home, seen.events, [(0, memory), (memory, None)])
    levels = usable(levels, counts.sum(axis=1), smallest)
    risk = time_at_risk(extract, seen.home, seen.events, levels, memory, np.log(offset))
    found = fit_excess(risk, levels)
    if found is None:
        return
    theta, covariance = found.fit.theta, found.fit.robust
    yield from _own(system, name, theta, covariance, found.levels, counts.sum(axis=1), why)
    yield from _faded(found, woken, effect, dict(zip(keys, periods, strict=True)), why)


def _faded(found: Excess, woken: str, effect: str, bands: dict[str, tuple[int, int | None]], why: str) -> Iterator[Estimate]:
    theta, covariance, n, persons = found.fit.theta, found.fit.robust, found.early, found.early_persons
    value, se = _exp(theta, covariance, len(theta) - 2)
    yield positive("risk", woken, "rate", "per y", n, persons, value, se, path=() if why else ("risks", woken, "rate"), note=why)
    value, se = _exp(theta, covariance, len(theta) - 1)
    yield positive("risk", woken, "tau", "d", n, persons, value, se, note="its bands follow from it")
    for key, (low, high) in bands.items():
        edges = low / DAY, float(high or 0) / DAY
        value, se = delta(lambda t, edges=edges: band_mean(t, *edges), theta, covariance)
        path = () if why else ("effects", effect, woken, key)
        yield positive("risk", woken, f"{effect} {key}", "ratio", n, persons, value, se, path=path, note=why or "the mean of exp(-s/tau) over the band")


def _exp(theta: np.ndarray, covariance: np.ndarray, i: int) -> tuple[float, float]:
    value = float(np.exp(theta[i]))
    return value, value * float(np.sqrt(covariance[i, i]))
