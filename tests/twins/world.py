"""The names of a random system, so that whatever refers to something refers to what is there.

Names are decided first, their entries are drawn afterwards. Which facts may be asked about depends on
where: whoever is being drawn has attributes only, a clock of a risk can't follow the hour.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from .dice import Dice

YES_NO = ("no", "yes")
WORDS = {
    "town": ("north", "south", "west"), "area": ("coast", "inland"), "practice": ("one", "two"), "sex": ("woman", "man"),
    "severity": ("mild", "serious", "worst"), "frailty": ("none", "some", "severe"), "copd": YES_NO, "alone": YES_NO, "ill": YES_NO, "told": YES_NO,
}
NUMBERS = {"age": (0, 99), "count": (0, 7)}
CALENDAR = ("hour", "weekday", "month", "date")
KINDS = {
    "drawing": ("attribute", "attribute", "fixed"),
    "calendar": CALENDAR,
    "steady": ("attribute", "attribute", "steady", "effect", "task", "lever", "informed"),
    "threshold": ("attribute", "steady", "effect", "task", "lever", "informed", *CALENDAR),
    "any": ("attribute", "attribute", "group", "effect", "task", "lever", "informed", "crowded", "full", *CALENDAR),
}
BED_SECTORS = ("hospital", "municipality")


@dataclass
class World:
    """What a system is about: its days and its names by kind."""

    dice: Dice
    days: int
    day_0: datetime.date
    names: dict[str, list[str]]
    beds: list[str]
    slots: list[str]
    diaries: list[str]
    risks: list[str]
    own: list[str]  # steps of a person's own walk, in an order in which one may go on at once
    care: list[str]  # steps of tasks, likewise
    sectors: dict[str, str] = field(default_factory=dict)  # of the units with beds
    units: dict[str, dict] = field(default_factory=dict)
    slow_tasks: set[str] = field(default_factory=set)  # those that never begin at once
    replaced: bool = False
    leaves: list[str] = field(default_factory=lambda: ["died", "gone"])

    @property
    def all_units(self) -> list[str]:
        return [*self.beds, *self.slots, *self.diaries]

    def asked(self, scope: str, dated: bool = True) -> str:
        """A fact that may be asked about: first of which kind, then which of them."""
        kinds = [kind for kind in KINDS[scope] if self.names[kind] and (dated or kind != "date")]
        return self.dice.pick(self.names[self.dice.pick(kinds)])

    def yes_no(self, name: str) -> bool:
        return name not in (*CALENDAR, "crowded", "full", *NUMBERS) and WORDS.get(name, YES_NO) == YES_NO


def world(dice: Dice) -> World:
    counted = {kind: [f"{letter}{i}" for i in range(dice.number(least, most))] for kind, letter, least, most in (
        ("effect", "e", 1, 3), ("task", "k", 1, 4), ("lever", "l", 1, 3), ("risk", "r", 1, 4), ("group", "g", 0, 4),
        ("beds", "b", 1, 3), ("slots", "c", 1, 3), ("diary", "d", 0, 1), ("own", "s", 4, 8), ("care", "t", 2, 5),
    )}
    names = {kind: counted[kind] for kind in ("effect", "task", "lever")}
    names |= {kind: [kind] for kind in (*CALENDAR, "informed", "crowded", "full")}
    names |= {"attribute": [], "group": [], "fixed": [], "steady": [], "groups to be": counted["group"]}
    day_0 = datetime.date.fromisoformat(dice.pick(("2024-01-01", "2024-01-29", "2024-12-20", "2026-03-27", "2023-02-26")))
    return World(
        dice, dice.number(3, 16), day_0, names, counted["beds"], counted["slots"], counted["diary"], counted["risk"], counted["own"], counted["care"],
        replaced=dice.chance(50),
    )
