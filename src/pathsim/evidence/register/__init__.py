"""One's own register: lengths of stay, hazards, routing and contact rates, with their standard errors and their source.

    from pathsim.evidence.register import fit
    found = fit("contacts.parquet", "citizens.parquet", window=("2023-01-01", "2025-01-01"), mapping="my_mapping.yaml")
    found.table      # estimate, standard error, interval, n
    found.patch      # those that have a place in the care system
"""

from .fitting import Fitted, fit

__all__ = ["Fitted", "fit"]
