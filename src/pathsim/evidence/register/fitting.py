"""Claim: from one's own register to a care system's parameters in one call, and nothing personal comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pathsim.faults import fail
from pathsim.language import read_all
from pathsim.study.compose import Composed, compose

from .contact_rates import arrival_rates, contact_rates
from .estimates import SMALLEST, Estimate, shown, table
from .extract import Extract
from .extracting import read_extract
from .hazards import hazard_estimates
from .mapping import read_mapping
from .patch import check_patch, patch_of
from .reading import Raw, fingerprint, read_files
from .risks import risk_estimates
from .routing import routing_estimates
from .stays import stay_estimates


@dataclass(frozen=True)
class Fitted:
    """table: every estimate that may be shown. patch: those that have a place in the system, in its language.
    hidden: how many estimates rest on too few. source: `register` and the extract's fingerprint. days: of the window."""

    table: pd.DataFrame
    patch: dict[str, Any]
    hidden: int
    source: str
    sha256: str
    days: float
    notes: list[str] = field(default_factory=list)


def fit(
    contacts: str | Path | pd.DataFrame, citizens: str | Path | pd.DataFrame | None = None, *, window: tuple[Any, Any] | None = None,
    system: Composed | dict[str, Any] | None = None, mapping: str | dict[str, Any] | None = None, day_0: Any = None, smallest: int = SMALLEST,
) -> Fitted:
    """Estimates of a care system's parameters from contacts (and citizens), as files or tables. Raises Faults.

    window: (from, until) in which all contacts were recorded: dates, times since day 0 ("365 d") or ms. system: the
    care system that says which parameters there are; default the shipped one. smallest: counts below it are not shown.
    """
    if isinstance(smallest, bool) or not isinstance(smallest, int) or smallest < SMALLEST:
        raise fail("smallest", f"{smallest!r} was given. Allowed: a whole number of {SMALLEST} or more; the limit can be raised, not lowered")
    composed = system if isinstance(system, Composed) else compose([], data=system) if system else compose([])
    systems = read_all(composed.raw)
    raw = _read(contacts, citizens)
    extract = read_extract(raw, read_mapping(mapping), systems, window, day_0)
    estimates, hidden = shown(all_estimates(extract, next(iter(systems.values())), smallest), smallest)
    patch = patch_of(estimates, extract.source)
    check_patch(composed.raw, patch)
    return Fitted(table(estimates), patch, hidden, extract.source, raw.sha256, extract.days, notes(extract))


def _read(contacts: str | Path | pd.DataFrame, citizens: str | Path | pd.DataFrame | None) -> Raw:
    """Both as files, or both as tables."""
    if citizens is not None and isinstance(contacts, pd.DataFrame) is not isinstance(citizens, pd.DataFrame):
        raise fail("citizens", "one of contacts and citizens was given as a file and the other as a table. Give both in the same way")
    if not isinstance(contacts, pd.DataFrame):
        return read_files(contacts, citizens)  # type: ignore[arg-type]
    people = citizens if isinstance(citizens, pd.DataFrame) else None
    return Raw(_plain(contacts), None if people is None else _plain(people), fingerprint(contacts, people), {})


def all_estimates(extract: Extract, system: Any, smallest: int) -> list[Estimate]:
    """Every estimate, in the order of the table."""
    found = [*stay_estimates(extract, system), *hazard_estimates(extract, smallest)]
    if extract.citizens is not None:
        for name in system.risks:
            found += risk_estimates(extract, system, name, smallest)
    return [*found, *routing_estimates(extract, system), *arrival_rates(extract, system), *contact_rates(extract)]


def notes(extract: Extract) -> list[str]:
    """What the extract did not hold, and what follows from it."""
    found = []
    if extract.citizens is None:
        found.append("no citizens: time at risk is not known, so no hazards and no contact rates")
    if "acute" not in extract.given:
        found.append("no column acute: every admission was taken for acute")
    if "step" not in extract.given:
        found.append("no column step: stays are by unit, and routing is from unit to unit")
    return found


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    words = [name for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    return frame.astype({name: object for name in words})
