"""Walks: a person's own way through the steps, and the tasks that go on beside it.

A walk is a Python generator that yields where time passes; `wake` goes on with it. What it holds and
waits for is kept here, so that a walk can be stopped at any moment and leaves nothing behind.
"""

from __future__ import annotations

from .log import DISPLACED, MISSED, NOT_YET

GONE = -3  # the person has left the model


class Walk:
    """A person's own walk."""

    task = task_name = None
    due = NOT_YET

    def __init__(self, sim, person, cause: str | None, acute: bool):
        self.sim, self.person, self.cause, self.acute = sim, person, cause, acute
        self.came_from: str | None = None
        self.bed = self.slot = self.request = self.granted = self.alarm = self.script = None
        self.others: list = []  # places at companion units
        self.contact = self.joining = None  # the contact that is open, and that of a companion unit waited for
        self.running = False

    # Time
    def sleep(self, until: int) -> None:
        self.alarm = self.sim.alarm(until, self.wake)

    def wake(self, _=None) -> None:
        """Go on, with the place that one was called to, if any."""
        place, self.granted, self.alarm = self.granted, None, None
        self.running = True
        try:
            self.script.send(place)
        except StopIteration:
            self.finished()
        finally:
            self.running = False

    def start(self, script) -> None:
        self.script = script
        self.wake()

    def finished(self) -> None:
        """Home again: nothing is held any more."""
        if not self.person.gone:
            self.give_back_all()
            if self.person.walk is self:
                self.person.walk = None

    # Places
    def called(self, place) -> None:
        """A place came free for this walk; it goes on at this instant, as the next event."""
        if self.alarm is not None:
            self.alarm.cancel()
        self.request, self.granted = None, place
        self.alarm = self.sim.alarm(self.sim.now, self.wake)

    def obtained(self, place) -> None:
        """Care begins in this place; a place held until now is given back (rule 8)."""
        if place.pool.unit.beds:
            old_bed, old_slot = self.bed, self.slot
            self.bed, self.slot = place, None
            self._moved()
            for old in (old_bed, old_slot):
                if old is not None and old is not place:
                    self.sim.give_back(old)
        else:
            old, self.slot = self.slot, place
            if old is not None and old is not place:
                self.sim.give_back(old)

    def bring(self, hold: bool) -> None:
        """Each step decides about the place brought to it (rules 7 and 8)."""
        if not hold:
            self.give_back_all()
        elif self.bed is not None:
            self.give_back_slot()

    def give_back_slot(self) -> None:
        slot, self.slot = self.slot, None
        if slot is not None:
            self.sim.give_back(slot)

    def give_back_all(self) -> None:
        if self.slot is None and self.bed is None and not self.others:
            return
        places = [place for place in (self.slot, self.bed, *self.others) if place is not None]
        self.slot = self.bed = None
        self.others = []
        self._moved()
        for place in places:
            self.sim.give_back(place)

    def _moved(self) -> None:
        self.sim.whereabouts(self.person, self.bed.pool.unit.sector if self.bed is not None else 0)

    # Stopping
    def stop(self, how: str) -> None:
        """Ends what is queued or in progress, at once; the contact says how."""
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None
        if self.request is not None:
            self.request.pool.withdraw(self.request)
            self.request = None
        for contact in (self.contact, self.joining, *(place.contact for place in self.others)):
            if contact is not None:
                contact.how, contact.ended = how, self.sim.now
                if contact.begun >= 0:
                    contact.given_back = self.sim.now
        self.contact = self.joining = None
        granted, self.granted = self.granted, None
        if granted is not None:
            self.sim.give_back(granted)
        self.give_back_all()
        if not self.running and self.script is not None:
            self.script.close()

    def steps(self, step: int):
        """The walk itself: step after step, until home, the end, or out of the model."""
        sim = self.sim
        while step >= 0:
            form = sim.carried_out(self.person, step)
            if form.instant:
                following = form.verb(sim, self, form)
            else:
                following = yield from form.verb(sim, self, form)
            self.came_from, step = form.name, following
        return step


class TaskWalk(Walk):
    """Care beside life (rules 23–27): a walk that may repeat, be postponed, and expire."""

    def __init__(self, sim, person, form):
        super().__init__(sim, person, None, False)
        self.task, self.task_name, self.started = form, form.name, sim.now
        self.index = form.index
        self.cause = person.walk.cause if person.walk is not None else None
        self.active = self.postponed = False
        self.due = sim.now + form.due if form.due is not None else NOT_YET
        self.expiry = sim.alarm(sim.now + form.expires, self.expired) if form.expires is not None else None

    def life(self, delay: float | None):
        """After a delay, at the earliest as the next event: wait until whereabouts allow it, walk, and repeat."""
        sim, task, person = self.sim, self.task, self.person
        if delay is not None:
            self.sleep(sim.now + whole(max(delay, 0.0)))
            yield
        while True:
            while task.where is not None and person.where not in task.where:
                self.postponed = True
                yield
            self.postponed, self.active = False, True
            self.came_from = None
            yield from self.steps(task.then)
            self.active = False
            self.give_back_all()
            if task.every is None or person.gone:
                return
            task = self.task = sim.carried_out_task(person, sim.plan.tasks[self.index])
            if task.every is None:
                return
            self.sleep(sim.now + whole(sim.time(task.every)(person, sim.now, task.decisions["every"])))
            yield
            if task.while_ is not None and not sim.test(task.while_)(person, sim.now):
                return

    def _moved(self) -> None:
        """A task never takes a bed, so it moves nobody."""

    def whereabouts_changed(self) -> None:
        """Away: what is under way is displaced, and postponed or dropped. Back: it begins again."""
        allowed = self.task.where is None or self.person.where in self.task.where
        if self.postponed and allowed and self.alarm is None:
            self.alarm = self.sim.alarm(self.sim.now, self.wake)
        elif self.active and not allowed:
            self.stop(DISPLACED)
            self.active = False
            if self.task.drop:
                self.over()
            else:
                self.start(self.life(None))

    def expired(self, _) -> None:
        """A task done once that has not finished is missed; a repeated one has had its course."""
        self.expiry = None
        once = self.task.every is None
        was_open = self.contact is not None
        self.stop(MISSED if once else DISPLACED)
        self.over()
        if once:
            if not was_open:
                contact = self.sim.log.contact(self, self.sim.plan.steps[self.task.then].name, None, "task", self.started)
                contact.how, contact.ended, contact.given_back = MISSED, self.sim.now, self.sim.now
            self.sim.perform(self.person, self.sim.actions(self.task.missed))

    def finished(self) -> None:
        self.give_back_all()
        self.over()

    def over(self) -> None:
        if self.expiry is not None:
            self.expiry.cancel()
            self.expiry = None
        if self.person.tasks.get(self.index) is self:
            del self.person.tasks[self.index]
            self.sim.task_changed(self.person, self.index)


def whole(time: float) -> int:
    """A drawn time as whole milliseconds."""
    return int(time + 0.5)
