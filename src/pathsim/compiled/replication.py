"""One replication on the compiled engine: the plan is laid out, the kernel runs, records are taken away in chunks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..engine.evaluate import Evaluator
from ..engine.routine import routine_slots
from ..plan import Plan
from . import tables as t
from .laid import lay
from .log import close_all
from .memory import World
from .simulation import DONE, draw_citizens, open_units, run_on

CHUNK = 1 << 16  # rows
MOST_BUCKETS = 1 << 18
STATE = (  # numbers that begin at 0
    "now", "event_number", "bucket", "in_heap", "contact_number", "person_number", "waiting", "n_contacts", "n_events", "n_came", "n_left", "stage",
    "doing", "doing_n", "first_citizen", "going_to",
)


class Chunk(NamedTuple):
    """Some of what a run leaves: contacts that are over, events, who came (and with which facts), who left."""

    contacts: np.ndarray
    events: np.ndarray
    came: np.ndarray
    facts: np.ndarray
    left: np.ndarray


class Ran(NamedTuple):
    """What describes a run that is over: places by pool, less routine work; slots of routine work by unit and pool."""

    places: list[float]
    routine: dict[int, list[float]]


Take = Callable[[Chunk], None]


def simulate(plan: Plan, citizens: np.ndarray, names: np.ndarray, given: frozenset[int], seed: int, replication: int, take: Take) -> Ran:
    """Runs to the horizon; `take` is called with each chunk, whose arrays are its own to keep."""
    return Run(plan, citizens, names, given, seed, replication).to_the_end(take)


class Run:
    """A world with what Python does for it: it makes tables larger and takes records away."""

    def __init__(self, plan: Plan, citizens: np.ndarray, names: np.ndarray, given: frozenset[int], seed: int, replication: int):
        laid = lay(plan, citizens.max(axis=0, initial=0))
        laid["columns"], counted = _columns(plan)
        laid["given"] = np.array([a in given for a in range(len(plan.attributes))], dtype=np.int8)
        spare, spare_pieces = _spare(plan, laid)
        kept = _kept(plan, laid, citizens, names, counted, spare, spare_pieces)
        numbers = dict.fromkeys(STATE, 0) | {
            "seed": seed, "replication": replication, "horizon": plan.horizon, "width": plan.horizon // len(kept["buckets"]) + 1,
            "birthdays": t.NONE if plan.birthdays is None else plan.birthdays, "birthday_decision": plan.birthday_decision, "starts": plan.starts,
            "replaced": int(plan.deaths_replaced), "spare": spare, "spare_pieces": spare_pieces, "marked": t.NONE, "going": t.NONE,
            "n_already": len(plan.already),
            "n_citizens": len(citizens), "n_attributes": len(plan.attributes), "n_effects": len(plan.effects), "n_risks": len(plan.risks),
            "n_tasks": len(plan.tasks), "n_levers": len(plan.levers), "n_units": len(plan.units), "n_streams": len(plan.arrivals), "n_counts": counted,
        }
        self.plan, self.widths = plan, {"facts": len(plan.attributes), "effects": len(plan.effects), "counts": counted, "clocks": len(plan.risks)}
        self.world = World(laid | kept, numbers)

    def to_the_end(self, take: Take) -> Ran:
        world = self.world
        draw_citizens(world)
        routine = self._routine()
        open_units(world)
        self._make_room(take)
        while run_on(world) != DONE:
            self._make_room(take)
        row = 0
        while row < world.used[t.CONTACTS]:
            self._hand_on(take)
            row = close_all(world, row)
        self._hand_on(take)
        return Ran(world.pools["places"].tolist(), routine)

    def _citizens(self) -> np.ndarray:
        """Codes of the citizens of day 0 [citizen, attribute]."""
        return self.world.tables["citizens"].reshape(self.world.n_citizens, self.world.n_attributes)

    def _make_room(self, take: Take) -> None:
        """Room for what one event can ask for, in every table and in what goes out."""
        world = self.world
        spare, used = world.spare, world.used
        if max(world.n_contacts, world.n_events, world.n_came, world.n_left) + spare > CHUNK:
            self._hand_on(take)
        called = spare + world.waiting
        needs = {"walks": (t.WALKS, spare), "cares": (t.CARES, spare), "requests": (t.REQUESTS, spare), "contacts": (t.CONTACTS, spare),
                 "pieces": (t.PIECES, world.spare_pieces), "places": (t.PLACES, called), "events": (t.EVENTS, called), "heap": (t.EVENTS, called)}
        for name, (which, need) in needs.items():
            self._grow(name, int(used[which]), need)
        if used[t.PEOPLE] + 2 > len(world.people):
            for name in ("people", "facts", "effects", "counts", "clocks"):
                width = self.widths.get(name, 1)
                self._grow(name, int(used[t.PEOPLE]) * width, 2 * width, len(world.people) // 2 * width)

    def _grow(self, name: str, used: int, need: int, more: int | None = None) -> None:
        """A larger table with the same rows, where there is no room for so many more."""
        table = self.world.tables[name]
        if more is not None or used + need > len(table):
            larger = np.zeros(len(table) + need + (len(table) // 2 if more is None else more), dtype=table.dtype)
            larger[:used] = table[:used]
            self.world.put(name, larger)

    def _routine(self) -> dict[int, list[float]]:
        """Routine work takes slots, to the nearest whole one."""
        plan = self.plan
        found = routine_slots(plan, Evaluator(plan, lambda *_: 0, lambda *_: 0), self._citizens())
        for unit, slots in found.items():
            for i, taken in enumerate(slots):
                pool = self.world.pools[self.world.units[unit].first_pool + i]
                pool.places = max(pool.places - int(taken + 0.5), 0.0)
        return found

    def _hand_on(self, take: Take) -> None:
        """What has gathered goes to `take`, which may keep it: the next chunk has arrays of its own."""
        world, width = self.world, self.widths["facts"]
        counts = {"out_contacts": world.n_contacts, "out_events": world.n_events, "out_came": world.n_came, "out_facts": world.n_came * width,
                  "out_left": world.n_left}
        parts = []
        for name, n in counts.items():
            array = world.tables[name]
            parts.append(array[:n])
            if n:
                world.put(name, np.empty_like(array))
        parts[3] = parts[3].reshape(world.n_came, width)
        take(Chunk(*parts))
        world.n_contacts = world.n_events = world.n_came = world.n_left = 0


def _columns(plan: Plan) -> tuple[np.ndarray, int]:
    """The counter of each decision, NONE for what is drawn once in a life; and how many counters there are."""
    once = {plan.birthday_decision} | {d for lever in plan.levers for d in (lever.decision, lever.practice_decision)}
    once |= {d for a in plan.attributes for d in (a.decision, a.within)} | {arrival.decision for arrival in plan.arrivals}
    counted = [d for d in range(len(plan.decisions)) if d not in once]
    columns = np.full(len(plan.decisions), t.NONE, dtype=np.int64)
    columns[counted] = np.arange(len(counted))
    return columns, len(counted)


def _spare(plan: Plan, laid: dict[str, np.ndarray]) -> tuple[int, int]:
    """The most rows that one event can ask for: every walk of a person goes through every step at most once
    before time passes."""
    forms, companions = laid["forms"], laid["forms"]["companions_last"] - laid["forms"]["companions"]
    a_walk = len(forms) * (2 + int(companions.max(initial=0))) + len(laid["actions"]) + len(plan.levers) + 4
    edges = laid["risks"]["edges_last"] - laid["risks"]["edges"]
    return 64 + (2 + len(plan.tasks)) * a_walk, 64 + len(plan.risks) * (int(edges.max(initial=0)) + 2)


def _kept(plan: Plan, laid: dict[str, np.ndarray], citizens: np.ndarray, names: np.ndarray, counted: int, spare: int, spare_pieces: int) -> dict[str, Any]:
    """The tables of a run, empty, about as large as the citizens need."""
    n, attributes, risks, chunk = len(citizens), len(plan.attributes), len(plan.risks), CHUNK + spare
    there = sum(already.inside + already.waiting for already in plan.already)  # they come before a table can grow
    people, buckets = n + there + 64, int(min(max(16 * n, 1 << 12), MOST_BUCKETS, plan.horizon))
    appointments = _appointments(laid)
    return {
        "own_use": np.zeros(len(laid["owned"]), dtype=np.int64),
        "booked": np.zeros(len(appointments), dtype=np.int32), "later": appointments, "opening_next": np.zeros(len(plan.units), dtype=np.int64),
        "citizens": np.array(citizens, dtype=np.int16).reshape(-1), "names": np.array(names, dtype=np.int64),
        "people": np.zeros(people, t.PERSON), "facts": np.zeros(people * attributes, dtype=np.int16),
        "effects": np.zeros(people * len(plan.effects), dtype=np.int64), "counts": np.zeros(people * counted, dtype=np.int32),
        "clocks": np.zeros(people * risks, t.CLOCK), "pieces": np.zeros(spare_pieces, t.PIECE),
        "walks": np.zeros(n + spare, t.WALK), "cares": np.zeros(spare, t.CARE), "places": np.zeros(spare, t.PLACE),
        "requests": np.zeros(spare, t.REQUEST), "contacts": np.zeros(n + spare, t.CONTACT), "events": np.zeros(n + spare, t.EVENT),
        "free": np.full(8, t.NONE, dtype=np.int64), "used": np.zeros(8, dtype=np.int64),
        "buckets": np.full(buckets, t.NONE, dtype=np.int32), "heap": np.zeros(n + spare, t.DUE),
        "touched": np.zeros(risks, dtype=np.int8), "scratch": np.zeros(max([1, *(choice.count for choice in laid["choices"])])),
        "out_contacts": np.zeros(chunk, t.CONTACT), "out_events": np.zeros(chunk, t.LOGGED), "out_came": np.zeros(chunk, t.CAME),
        "out_facts": np.zeros(chunk * attributes, dtype=np.int16), "out_left": np.zeros(chunk, t.LEFT),
    }


def _appointments(laid: dict[str, np.ndarray]) -> np.ndarray:
    """For each appointment of each diary the next that may be free: at first itself."""
    pools, units = laid["pools"], laid["units"]
    return np.concatenate([np.zeros(0, dtype=np.int64), *(np.arange(units[p.unit].slots + 1) for p in pools if units[p.unit].length)])
