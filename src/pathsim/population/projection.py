"""A later year: each age band of a municipality grows as that of the country.

What changes is how many people there are of each age. Who of an age is ill, frail or has help stays
as the tables say. The figures are data (configs/synthesis/projection.yaml), and say where they are from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import Field, ValidationError, model_validator

from pathsim.faults import Faults
from pathsim.population.ages import ALL_BANDS
from pathsim.population.reading import fault_of
from pathsim.population.tables import Part, words_to

FIRST, LAST = 2024, 2040  # the years a study may be set in

Inhabitants = Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2)]


class Projection(Part):
    """Inhabitants of a country by age band in several years."""

    title: str
    base: int
    years: Annotated[list[int], Field(min_length=2)]
    thousands: words_to("Thousands", ALL_BANDS, Inhabitants)

    @model_validator(mode="after")
    def _fits(self) -> Projection:
        if self.years != sorted(set(self.years)):
            raise ValueError(f"years: {self.years} was given. Allowed: each once, in order")
        if not (self.years[0] <= self.base <= FIRST and self.years[-1] >= LAST):
            raise ValueError(f"years {self.years[0]} to {self.years[-1]} and base {self.base} were given. Allowed: a base up to {FIRST} and years to {LAST}")
        for band, numbers in self.thousands.items():
            if len(numbers) != len(self.years):
                raise ValueError(f"thousands.{band}: {len(numbers)} numbers were given. Allowed: one for each of {len(self.years)} years")
        return self

    def growth(self, year: int) -> dict[str, float]:
        """Inhabitants of each band in that year for each one of the base year."""
        return {band: self._at(band, year) / self._at(band, self.base) for band in ALL_BANDS}

    def _at(self, band: str, year: int) -> float:
        return float(np.interp(year, self.years, self.thousands[band]))


def read_projection(data: Mapping[str, Any], file: str = "projection") -> Projection:
    """The projection, checked. Raises Faults with every fault."""
    try:
        return Projection.model_validate(data)
    except ValidationError as error:
        raise Faults(fault_of(file, fault, Projection) for fault in error.errors()) from None
