"""The citizens of a study are the same people in every replication and under every care model.

They are synthetic (drawn from tables, municipality by municipality), or come from a file, or are
drawn by the language itself, where the care system only gives their number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from .. import folders
from ..faults import Fault, Faults, fail, nearest
from ..language import System, read_yaml
from ..language.domain import attribute_fact, word
from ..population import read_citizens, read_projection, synthesise
from ..population.ages import grown, shares_of_bands
from ..population.reading import validate
from .settings import Settings, Synthesis

SYNTHETIC = "synthetic"
NUMBER = "citizen"  # the column that keys a citizen's luck
MOST = 2**32


def citizens_of(systems: Mapping[str, System], settings: Settings, folder: Path) -> pd.DataFrame | None:
    """One row a citizen, one column an attribute, and `citizen`, a number of one's own.

    None where the language draws them. A file is looked for in `folder`. Raises Faults.
    """
    population = next(iter(systems.values())).population
    if population is None or population.from_ is None:
        return None
    citizens = synthetic(settings) if population.from_ == SYNTHETIC else from_file(folder / population.from_, systems.values())
    _check(citizens, systems.values())
    return citizens


def synthetic(settings: Settings) -> pd.DataFrame:
    """The citizens of all municipalities of a study; numbers and practices of each follow those before."""
    given = settings.synthesis
    if not given.municipalities:
        raise fail("synthesis.municipalities", "nobody lives here. Write {esbjerg: {inhabitants: 115465}}")
    written = tuple(file.read_text(encoding="utf-8") for file in (tables_file(given.tables), projection_file()))
    return _drawn(given.model_dump_json(), settings.seed, written).copy()


@lru_cache(maxsize=3)
def _drawn(synthesis: str, seed: int, written: tuple[str, ...]) -> pd.DataFrame:
    """A sweep draws the same citizens for each of its jobs. written: what the files say, so that a changed file is read again."""
    given = Synthesis.model_validate_json(synthesis)
    tables, growth, people = read_yaml(tables_file(given.tables)), _growth(given), inhabitants_of(given)
    parts, before = [], 0
    for name, size in given.municipalities.items():
        part = synthesise(tables, name, size.inhabitants, seed, size.share_65_plus, own_ages=size.ages, growth=growth)
        part = part.reset_index(names=NUMBER)
        part[NUMBER] += before
        if len(given.municipalities) > 1:
            part["practice"] = name + "_" + part["practice"].astype(str)
        before += people[name]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def inhabitants_of(given: Synthesis) -> dict[str, int]:
    """How many live in each municipality, in the year in which the study is set."""
    growth = _growth(given)
    if growth is None:
        return {name: size.inhabitants for name, size in given.municipalities.items()}
    ages = validate(read_yaml(tables_file(given.tables))).ages
    return {name: grown(shares_of_bands(ages, size.share_65_plus, size.ages), size.inhabitants, growth)[1] for name, size in given.municipalities.items()}


def _growth(given: Synthesis) -> dict[str, float] | None:
    """By how much each age band has grown in the year in which the study is set."""
    if given.year is None:
        return None
    return read_projection(read_yaml(projection_file()), str(projection_file())).growth(given.year)


def projection_file() -> Path:
    return folders.configs() / "synthesis" / "projection.yaml"


def tables_file(name: str) -> Path:
    """The file of the tables: one of configs/synthesis, or one's own."""
    shipped = folders.configs() / "synthesis"
    path = Path(name) if name.endswith((".yaml", ".yml")) else shipped / f"{name}.yaml"
    if not path.is_file():
        raise fail("synthesis.tables", f"no '{name}'. {nearest(name, [file.stem for file in shipped.glob('*.yaml')])}")
    return path


def from_file(path: Path, systems: Iterable[System]) -> pd.DataFrame:
    """Citizens from Parquet or CSV. Attributes that have no column are drawn by the language; a
    column that is no attribute is a fault."""
    kinds: dict[str, type | tuple[str, ...]] = {NUMBER: int}
    for system in systems:
        for name, entry in system.attributes.items():
            fact = attribute_fact(name, entry)
            kinds[name] = bool if fact.words == ("no", "yes") else fact.words or int
    columns = _columns(path)
    unknown = [name for name in columns if name not in kinds]
    if unknown:
        raise Faults(Fault(f"{path}: {name}", f"is no attribute. {nearest(name, kinds)}, or take the column out") for name in unknown)
    citizens = read_citizens(path, {name: kind for name, kind in kinds.items() if name in columns})
    if NUMBER in citizens and (citizens[NUMBER].duplicated().any() or not citizens[NUMBER].between(0, MOST - 1).all()):
        raise fail(f"{path}: {NUMBER}", f"every citizen needs a number of one's own from 0 to {MOST - 1}")
    return citizens


def _check(citizens: pd.DataFrame, systems: Iterable[System]) -> None:
    """Every value is one that the care system has declared."""
    faults = []
    for system in systems:
        birthdays = bool(system.population and system.population.birthdays)
        for name, entry in system.attributes.items():
            if name not in citizens:
                continue
            fact, column = attribute_fact(name, entry, birthdays), citizens[name]
            if fact.words:
                wrong = sorted({word(one) if column.dtype == bool else str(one) for one in column.unique().tolist()} - set(fact.words))
                allowed = ", ".join(fact.words[:12]) + (", …" if len(fact.words) > 12 else "")
            else:
                wrong = sorted(column[~column.between(fact.low, fact.high)].unique())
                allowed = f"{fact.low}-{fact.high}"
            if wrong:
                faults.append(Fault(f"attributes.{name}", f"a citizen has {wrong[0]}. Allowed: {allowed}. Add it to the attribute"))
    if faults:
        raise Faults(faults)


def _columns(path: Path) -> list[str]:
    """The names of the columns; none where the file can't be read, which reading it will say."""
    try:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            return pq.read_schema(path).names
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, ValueError):
        return []


def data_files(raw: Mapping[str, Any], settings: Settings, folder: Path) -> dict[str, Path]:
    """The files beside the configuration that the citizens depend on, by what they are."""
    source = (raw.get("population") or {}).get("from")
    if source is None:
        return {}
    if source != SYNTHETIC:
        return {"citizens": folder / source}
    later = {} if settings.synthesis.year is None else {"projection": projection_file()}
    return {"synthesis": tables_file(settings.synthesis.tables)} | later
