"""What a run leaves behind: contacts, events, and who was there."""

from __future__ import annotations

NOT_YET = -1
COMPLETED, GAVE_UP, REFUSED, DISPLACED, DIED, MISSED, CENSORED = (
    "completed", "gave_up", "refused", "displaced", "died", "missed", "censored",
)


class Contact:
    """One contact: a place asked for, a wait, a message, or a task that was missed."""

    __slots__ = (
        "number", "person", "step", "unit", "kind", "task", "cause", "from_step", "pool", "asked", "begun", "ended", "given_back",
        "how", "acute", "in_surge", "joint", "complete", "from_start", "enrolled", "due", "patient_travel",
    )

    def __init__(self, number, walk, step, unit, kind, asked):
        person = walk.person
        self.number, self.person, self.enrolled = number, person.number, person.enrolled
        self.step, self.unit, self.kind, self.asked = step, unit, kind, asked
        self.task, self.cause, self.from_step, self.acute, self.due = walk.task_name, walk.cause, walk.came_from, walk.acute, walk.due
        self.begun = self.ended = self.given_back = NOT_YET
        self.in_surge = self.joint = self.from_start = False
        self.pool = self.complete = None
        self.how, self.patient_travel = CENSORED, 0


class Log:
    """Contacts in the order in which they were asked for; events in the order in which they happened."""

    def __init__(self):
        self.contacts: list[Contact] = []
        self.events: list[tuple[int, int, str, str, str | None]] = []

    def contact(self, walk, step: str, unit: str | None, kind: str, asked: int) -> Contact:
        contact = Contact(len(self.contacts), walk, step, unit, kind, asked)
        self.contacts.append(contact)
        return contact

    def event(self, person, time: int, what: str, name: str, value: str | None = None) -> None:
        self.events.append((person.number, time, what, name, value))
