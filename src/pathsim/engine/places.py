"""Places and queues: a free place is taken at once, a place given back goes to the head of the queue.

Rules 2, 8–14 of the language. A pool is the places that the same people share; a unit has one pool,
or one for each value of an attribute.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left

from ..language.quantities import DAY
from ..plan.model import NEVER, Unit


class Place:
    """A place in use, with the contacts that are written down as being in it."""

    __slots__ = ("pool", "owner", "contact", "in_surge")

    def __init__(self, pool, owner, in_surge):
        self.pool, self.owner, self.in_surge, self.contact = pool, owner, in_surge, None


class Request:
    """Someone who asked and waits. `holding` counts not towards a limited queue."""

    __slots__ = ("walk", "pool", "owner", "holding", "waiting")

    def __init__(self, walk, pool, owner, holding):
        self.walk, self.pool, self.owner, self.holding, self.waiting = walk, pool, owner, holding, True


class Pool:
    def __init__(self, unit: Unit, index: int, horizon: int):
        self.unit, self.name = unit, unit.pools[index] or None
        self.places, self.surge = unit.places[index], unit.surge[index]
        self.owned = list(unit.owned[index]) if unit.owned and unit.owner_by is not None else None
        self.in_use_of = [0] * len(self.owned) if self.owned else None
        self.open = not unit.opening
        self.in_use = 0
        self.queue: list[tuple] = []
        self.waiting_without_place = 0
        self.asked = 0
        self.diary = Diary(self, horizon) if unit.diary else None

    def has_room(self) -> bool:
        return self.open and self.in_use < self.places + self.surge

    def take(self, owner: int = -1) -> Place:
        """A place; with owners, one of one's own first, else the first that is free."""
        self.in_use += 1
        if self.in_use_of is not None:
            owner = self._owner_of_place(owner)
            self.in_use_of[owner] += 1
        return Place(self, owner, self.places < self.in_use <= self.places + self.surge)

    def owner_of(self, person) -> int:
        """Whose places come first for this person, where they are anyone's."""
        return -1 if self.in_use_of is None else person.facts[self.unit.owner_by]

    def _owner_of_place(self, own: int) -> int:
        if self.in_use_of[own] < self.owned[own]:
            return own
        free = [i for i, number in enumerate(self.owned) if self.in_use_of[i] < number]
        return free[0] if free else own

    def wait(self, request: Request, priority: int, since: int) -> None:
        self.asked += 1
        heapq.heappush(self.queue, (priority, since, self.asked, request))
        if not request.holding:
            self.waiting_without_place += 1

    def withdraw(self, request: Request) -> None:
        """Who gives up, is displaced or is called waits no more; the entry in the queue is passed over."""
        request.waiting = False
        if not request.holding:
            self.waiting_without_place -= 1

    def give_back(self, place: Place) -> None:
        self.in_use -= 1
        if self.in_use_of is not None:
            self.in_use_of[place.owner] -= 1
        self.call(place.owner)

    def call(self, owner: int = -1) -> None:
        """Free places go to the head of the queue; with owners, to the first of one's own, if any."""
        while self.queue and self.has_room():
            request = self._next(owner)
            if request is None:
                return
            self.withdraw(request)
            request.walk.called(self.take(request.owner))

    def _next(self, owner: int) -> Request | None:
        if self.in_use_of is not None:
            own = [entry for entry in self.queue if entry[-1].waiting and entry[-1].owner == owner]
            if own:
                return min(own)[-1]
        while self.queue and not self.queue[0][-1].waiting:
            heapq.heappop(self.queue)
        return heapq.heappop(self.queue)[-1] if self.queue else None


class Diary:
    """Appointments of a fixed length in the opening hours; each is offered as often as there are slots."""

    def __init__(self, pool: Pool, horizon: int):
        unit = pool.unit
        self.pool, self.length = pool, unit.diary
        opening = unit.opening or tuple((day * DAY, True) for day in range(1))
        starts = [time for time, opens in opening if opens]
        ends = [time for time, opens in opening if not opens and time > 0]
        if not unit.opening:
            starts, ends = [0], [horizon]
        self.starts, self.ends = starts, ends
        self.booked: dict[int, int] = {}
        self.later: dict[int, int] = {}

    def next_free(self, earliest: int) -> int:
        """The first appointment at or after `earliest` that is free; NEVER if there is none."""
        time, passed = self._at_or_after(earliest), []
        while time < NEVER and self.booked.get(time, 0) >= self.pool.places:
            passed.append(time)
            time = self.later.get(time) or self._at_or_after(time + 1)
        for full in passed:
            self.later[full] = time  # next time, what is full is passed over at once
        return time

    def book(self, time: int) -> None:
        self.booked[time] = self.booked.get(time, 0) + 1

    def _at_or_after(self, t: int) -> int:
        i = bisect_left(self.ends, t + self.length)
        while i < len(self.ends):
            start = self.starts[i] if i < len(self.starts) else NEVER
            time = start if t <= start else start + -(-(t - start) // self.length) * self.length
            if time + self.length <= self.ends[i]:
                return time
            i += 1
        return NEVER
