"""pathsim: patient pathways across hospital, general practice and municipality, simulated.

    import pathsim
    system = pathsim.load("system.yaml")
    run = pathsim.simulate(system, days=365)
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
# Raised when results change: a run is named by the model that made it.
MODEL_VERSION = 2
__all__ = ["MODEL_VERSION", "__version__", "compare", "load", "simulate"]


def __getattr__(name: str) -> Any:
    """The functions for notebooks, imported when they are first asked for."""
    if name in ("load", "simulate", "compare"):
        from . import api

        return getattr(api, name)
    raise AttributeError(name)
