"""Claim: between two care models there are levers that come in, and which of them can act without which is known.

A lever whose `who` is another lever hangs on it: the language has no care model with the one and without the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...faults import fail, nearest
from ...language import care_models
from ..replicate import compared_models
from ..settings import Settings
from .shapley import bits


@dataclass(frozen=True)
class Players:
    """names: the levers that the second model has and the first has not. above: the player that each hangs on, or None.
    order: all levers of the second model, as it lists them; base: those of the first."""

    first: str
    second: str
    names: tuple[str, ...]
    above: tuple[int | None, ...]
    base: frozenset[str]
    order: tuple[str, ...]

    def levers(self, coalition: int) -> tuple[str, ...]:
        """What is switched on."""
        on = {self.names[i] for i in bits(coalition)} | self.base
        return tuple(name for name in self.order if name in on)


def ends(raw: Mapping[str, Any], settings: Settings) -> tuple[str, str]:
    """The two care models: the first of those to compare, and `care_model` or the last. Raises Faults."""
    models = compared_models(dict(raw), settings.models)
    known = care_models(raw)
    second = settings.care_model or models[-1]
    if second not in known:
        raise fail("care_model", f"no care model '{second}'. {nearest(second, known)}")
    if second == models[0]:
        others = ", ".join(name for name in known if name != second)
        raise fail("care_model", f"'{second}' is the first one, which the other is compared with. Choose another: {others}")
    return models[0], second


def players_of(raw: Mapping[str, Any], first: str, second: str) -> Players:
    """The levers between two care models. Raises Faults where there are none, or where the first has what the second has not."""
    known = care_models(raw)
    base, order = known[first].levers, tuple(dict.fromkeys(known[second].levers))
    lost = [name for name in base if name not in order]
    if lost:
        raise fail(f"care_models.{first}.levers", f"'{lost[0]}' is not in '{second}'. A difference is attributed to levers that come in: "
                                                  f"let '{second}' have all levers of '{first}', or choose others")
    names = tuple(name for name in order if name not in base)
    if not names:
        raise fail(f"care_models.{second}.levers", f"no lever that '{first}' has not. Add one, or choose another care model")
    who = {name: (raw["levers"][name] or {}).get("who") for name in names}
    above = tuple(names.index(who[name]) if isinstance(who[name], str) and who[name] in names else None for name in names)
    return Players(first, second, names, above, frozenset(base), order)
