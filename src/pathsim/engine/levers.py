"""Levers at work: who is enrolled and when, and what is carried out for them (rules 35–40).

Each person has one draw for each lever, so the same people are first in every scenario and a larger
reach includes a smaller one. Each time an enrolled person comes to an altered step, one draw for
each lever decides whether it is carried out; if not, the step is as in the base.
"""

from __future__ import annotations

from ..draws import decision_id
from .walks import whole


class Levers:
    def __init__(self, sim):
        self.sim, self.levers = sim, sim.plan.levers
        self.children = {lever.index: [c for c in self.levers if c.parent == lever.index] for lever in self.levers}
        self.on_the_way = {}
        for lever in self.levers:
            if lever.at is not None:
                self.on_the_way.setdefault(lever.at, []).append(lever)
        self.actions = {lever.index: sim.actions(lever.enrolled) for lever in self.levers}
        self.standing = {lever.index: [task for task in sim.plan.tasks if task.lever == lever.index and task.who is not None] for lever in self.levers}

    def meet(self, person) -> None:
        """A newcomer meets the levers: those without a step or a parent are decided now."""
        for lever in self.levers:
            if lever.at is None and lever.parent is None:
                self._plan_enrolment(person, lever)

    def seen(self, person, step: int) -> None:
        """A step at which levers enrol, seen for the first time after their start."""
        for lever in self.on_the_way.get(step, ()):
            if not person.enrolled >> lever.index & 1 and (lever.parent is None or person.enrolled >> lever.parent & 1):
                time = self._time(person, lever)
                if time is not None and time <= self.sim.now:
                    self.sim.alarm(self.sim.now, lambda _, lever=lever: self._enrol(person, lever))

    def _draw(self, person, lever) -> float:
        if lever.together is not None:
            return self._shared(person, lever.together, lever.decision)
        person.counts.pop(lever.decision, None)  # one draw a person, however often it is asked about
        return self.sim.luck.uniform(person, lever.decision)

    def _shared(self, person, attribute: int, decision: int) -> float:
        """The draw of all who share a value of an attribute; it belongs to the word, wherever that is listed."""
        code, words = person.facts[attribute], self.sim.plan.attributes[attribute].words
        return self.sim.luck.shared(decision_id(words[code]) if words else code, decision)

    def _time(self, person, lever) -> int | None:
        """When this person would be enrolled: the lower the draw the sooner; None if never."""
        sim = self.sim
        reach, draw = sim.value(lever.reach)(person, sim.now), self._draw(person, lever)
        if draw >= reach:
            return None
        return lever.begins + whole(sim.value(lever.ramp)(person, sim.now) * (draw / reach))

    def _plan_enrolment(self, person, lever) -> None:
        time = self._time(person, lever)
        if time is not None:
            self.sim.alarm(max(time, self.sim.now), lambda _: self._enrol(person, lever))

    def _enrol(self, person, lever) -> None:
        sim = self.sim
        if person.gone or person.enrolled >> lever.index & 1:
            return
        if lever.who is not None and not sim.test(lever.who)(person, sim.now):
            return
        person.enrolled |= 1 << lever.index
        sim.log.event(person, sim.now, "enrolled", lever.name)
        sim.lever_changed(person, lever.index)
        sim.perform(person, self.actions[lever.index])
        for task in self.standing[lever.index]:
            if sim.test(task.who)(person, sim.now):
                sim.start_standing(person, task)
        for child in self.children[lever.index]:
            if child.at is None:
                self._plan_enrolment(person, child)

    def form_of(self, person, entry):
        """The form of a step or task that is carried out for this person, now."""
        carried_out = tuple(
            lever for lever, decision in zip(entry.levers, entry.fidelity, strict=True)
            if person.enrolled >> lever & 1 and self._carried_out(person, self.levers[lever], decision)
        )
        return entry.forms[carried_out] if carried_out else entry

    def _carried_out(self, person, lever, decision: int) -> bool:
        sim = self.sim
        fidelity = sim.value(lever.fidelity)(person, sim.now)
        draw = sim.luck.uniform(person, decision)
        if lever.fidelity_by is not None:
            alike = sim.value(lever.alike)(person, sim.now)
            if draw < alike:
                draw = self._shared(person, lever.fidelity_by, lever.practice_decision)
            else:
                draw = (draw - alike) / (1.0 - alike)
        return draw < fidelity


