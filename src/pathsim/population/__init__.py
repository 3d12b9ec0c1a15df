"""Citizens: everybody who has an illness or is old, drawn from tables or read from a file."""

from pathsim.population.files import from_table, read_citizens
from pathsim.population.marginals import marginals
from pathsim.population.municipalities import municipalities
from pathsim.population.projection import read_projection
from pathsim.population.reading import read_tables, validate
from pathsim.population.synthesis import synthesise
from pathsim.population.tables import Tables

__all__ = [
    "Tables",
    "from_table",
    "marginals",
    "municipalities",
    "read_citizens",
    "read_projection",
    "read_tables",
    "synthesise",
    "validate",
]
