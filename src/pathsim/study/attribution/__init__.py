"""Attribution: which lever contributes how much to the difference between two care models."""

from .coalitions import Coalitions, check
from .decompose import Attribution, attribute
from .players import Players, ends, players_of

__all__ = ["Attribution", "Coalitions", "Players", "attribute", "check", "ends", "players_of"]
