"""Laying a care system out: every entry with its names resolved to numbers, for one horizon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import draws
from ..faults import Fault, Faults, fail
from ..language.domain import companions, facts_of, options, sectors_of, targets, where_names, word, words_of
from ..language.quantities import DAY, parse_band, parse_period
from ..language.steps import UpToStay
from ..language.system import System
from ..language.words import At, Choose, Do, Handover, Leave, Wait
from . import calendar
from .expressions import CALENDAR, Adjusted, Ask, Constant, Expression, asks, test_asks
from .model import END, HOME, NEVER, Already, Arrival, Attribute, Effect, Lever, Plan, Risk, Step, Task
from .units import lay_out_unit, one_number
from .values import Values

NUMBERED = ("attributes", "groups", "units", "steps", "tasks", "effects", "risks", "levers", "arrivals")


def lay_out(system: System, days: float) -> Plan:
    """The plan of `system` for a run of so many days. Raises Faults for what only shows when laid out."""
    horizon = int(round(days * DAY))
    if not 0 < horizon <= 5000 * 365 * DAY:
        raise fail("years", "a run lasts more than 0 and at most 5000 years")
    return _Layout(system, horizon).plan()


class _Layout:
    def __init__(self, system: System, horizon: int):
        self.system, self.horizon = system, horizon
        self.facts = facts_of(system)
        self.index = {heading: {name: i for i, name in enumerate(sorted(system.entries[heading]))} for heading in NUMBERED}
        self.index["levers"] = {name: i for i, name in enumerate(sorted(system.levers_on))}
        self.values = Values(self.facts, self.index, system.day_0, system.groups)
        self.sectors = ["home", *sorted(sectors_of(system))]
        self.weekdays, self.months = calendar.days_of(system.day_0, horizon, system.holidays)
        self.faults: list[Fault] = []

    def plan(self) -> Plan:
        system, values = self.system, self.values
        laid = {
            "attributes": self._each("attributes", self._attribute),
            "units": self._each("units", lambda i, name: lay_out_unit(i, system.units[name], self)),
            "steps": self._each("steps", self._step),
            "tasks": self._each("tasks", self._task),
            "effects": self._each("effects", self._effect),
            "risks": self._each("risks", self._risk),
            "levers": self._each("levers", self._lever),
            "arrivals": self._each("arrivals", self._arrival),
        }
        already = [there for there in self._each("steps", self._already) if there is not None]
        if self.faults:
            raise Faults(self.faults)
        plan = Plan(
            model=system.model, day_0=system.day_0, horizon=self.horizon, **laid, drawing_order=_drawing_order(laid["attributes"]),
            groups=[values.test(system.groups[name]) for name in self.index["groups"]], group_names=list(self.index["groups"]),
            sectors=self.sectors,
            already=already, dates=values.dates, decisions=[], decision_names=[],
            weekday_of_day=self.weekdays, month_of_day=self.months,
        )
        self._population(plan)
        self._decisions(plan)
        if self.faults:
            raise Faults(self.faults)
        return plan

    def _each(self, heading: str, lay: Callable[[int, str], Any]) -> list[Any]:
        """Every entry of a heading laid out; what only shows now is a fault of that entry."""
        found = []
        for name, i in self.index[heading].items():
            try:
                found.append(lay(i, name))
            except ValueError as problem:
                self.faults.append(Fault(f"{heading}.{name}", str(problem)))
        return found

    def _population(self, plan: Plan) -> None:
        population = self.system.population
        if population is None:
            return
        plan.starts = self._target(population.starts)
        plan.deaths_replaced = population.deaths == "replaced"
        plan.citizens = population.citizens or 0
        if population.birthdays:
            plan.birthdays = self.index["attributes"]["age"]
            plan.birthday_decision = self.values.decision("population.birthday")

    def _decisions(self, plan: Plan) -> None:
        """Names are luck: each draw has a 32-bit name, and two names may not meet."""
        plan.decision_names = list(self.values.decisions)
        plan.decisions = [draws.decision_id(name) for name in plan.decision_names]
        seen: dict[int, str] = {}
        for name, number in zip(plan.decision_names, plan.decisions, strict=True):
            if number in seen:
                self.faults.append(Fault(name, f"shares its luck with '{seen[number]}' by an accident of names. Rename one of them"))
            seen[number] = name

    def _target(self, name: str) -> int:
        return {"home": HOME, "end": END}[name] if name in ("home", "end") else self.index["steps"][name]

    def _where(self, where: Any) -> frozenset[int] | None:
        names = where_names(where)
        return None if "anywhere" in names else frozenset(self.sectors.index(name) for name in names)

    def _season(self, expression: Expression | tuple, path: str):
        """Splits factors into those of the calendar and the rest; a mixture is a fault."""
        kinds = {ask.kind for ask in asks(expression)}
        if kinds & CALENDAR and kinds - CALENDAR:
            self.faults.append(Fault(path, "depends on the calendar and on something else in one lookup. Write them as two multipliers"))
        return bool(kinds & CALENDAR)

    # People
    def _attribute(self, i: int, name: str) -> Attribute:
        entry = self.system.attributes[name]
        fact = self.facts[name]
        words = fact.words
        if isinstance(entry, list):
            return Attribute(i, name, words, None, -1, -1, (), words.index(word(entry[0])))
        names = list(words or words_of(entry))
        codes = [(names.index(n), names.index(n)) for n in names] if words else [parse_band(n) for n in names]
        choice = self.values.choice(entry, names, codes)
        after = tuple(sorted({deep.index for ask in asks(choice) for deep in self.behind(ask) if deep.kind == "attribute"}))
        return Attribute(
            i, name, words, choice, self.values.decision(f"attributes.{name}"), self.values.decision(f"attributes.{name}.within"), after
        )

    # Steps
    def _step(self, i: int, name: str) -> Step:
        base = self._form(name, self.system.steps[name])
        forms = {
            tuple(sorted(self.index["levers"][lever] for lever in levers)): self._form(name, form)
            for levers, form in self.system.forms.get(("steps", name), {}).items()
        }
        return Step(**{**base.__dict__, **self._carried_out(name, forms)})

    def _form(self, name: str, step: Any) -> Step:
        values, path = self.values, f"steps.{name}"
        common: dict[str, Any] = {"index": self.index["steps"][name], "name": name}
        common |= {edge: self._target(to) for edge, to in targets(step).items() if edge == "then"}
        for key in ("begun", "done"):
            if getattr(step, key, None):
                common[key] = values.actions(getattr(step, key), f"{path}.{key}")
        common |= {key: getattr(step, key) for key in ("hold", "acute") if hasattr(step, key)}
        if isinstance(step, At):
            return Step(**common, verb="at", **self._at(step, path))
        if isinstance(step, Wait):
            return Step(**common, verb="wait", time=values.time(step.wait), time_decision=values.decision(f"{path}.wait"), go_home=step.where == "home")
        if isinstance(step, Choose):
            names = options(step.choose)
            choice = values.choice(step.choose, names, [self._target(n) for n in names])
            return Step(**common, verb="choose", choice=choice, decision=values.decision(f"{path}.choose"))
        if isinstance(step, Handover):
            return Step(
                **common, verb="handover", time=values.time(step.takes), time_decision=values.decision(f"{path}.takes"),
                share=values.value(step.complete), decision=values.decision(f"{path}.complete"),
                lost=self._target(step.lost) if step.lost else common["then"],
            )
        if isinstance(step, Do):
            return Step(**common, verb="do", done=values.actions(step.do, f"{path}.do"))
        assert isinstance(step, Leave)
        return Step(**common, verb="leave", reason=step.leave)

    def _at(self, step: At, path: str) -> dict[str, Any]:
        values = self.values
        return {
            "unit": self.index["units"][step.at], "companions": tuple(self.index["units"][name] for name in companions(step)),
            "time": None if step.for_ is None else values.time(step.for_), "time_decision": values.decision(f"{path}.for"),
            "priority": values.value(step.priority, int),
            "patience": None if step.patience is None else values.time(step.patience), "patience_decision": values.decision(f"{path}.patience"),
            "otherwise": None if step.else_ is None else self._target(step.else_),
            "share": values.value(step.comes), "decision": values.decision(f"{path}.comes"), "notice": int(step.notice),
        }

    def _already(self, i: int, name: str) -> Already | None:
        """Who is in a step on day 0."""
        step = self.system.steps[name]
        if not isinstance(step, At) or step.already is None:
            return None
        there, values = step.already, self.values
        left: Any = there.left
        if isinstance(left, UpToStay):
            left = ("uniform", left.uniform.low)
        elif not isinstance(left, str):
            left = values.time(left)
        values.decision(f"steps.{name}.already.left")
        return Already(
            i, int(one_number(values.value(there.in_), "already.in")), int(one_number(values.value(there.waiting), "already.waiting")), left,
            values.actions(there.with_, f"steps.{name}.already"), draws.decision_id(f"already.{name}"),
        )

    # Tasks, effects, risks, levers, arrivals
    def _task(self, i: int, name: str) -> Task:
        base = self._task_form(name, self.system.tasks[name])
        forms = {
            tuple(sorted(self.index["levers"][lever] for lever in levers)): self._task_form(name, form)
            for levers, form in self.system.forms.get(("tasks", name), {}).items()
        }
        return Task(**{**base.__dict__, **self._carried_out(name, forms)})

    def _carried_out(self, name: str, forms: dict) -> dict[str, Any]:
        """The levers that alter an entry, and the draws that say whether each is carried out."""
        levers = tuple(sorted({lever for key in forms for lever in key}))
        names = list(self.index["levers"])
        decisions = tuple(self.values.decision(f"levers.{names[lever]}.fidelity.{name}") for lever in levers)
        return {"levers": levers, "fidelity": decisions, "forms": forms}

    def _task_form(self, name: str, task: Any) -> Task:
        values, path = self.values, f"tasks.{name}"
        lever = next((lever for lever in self.system.levers_on if name in self.system.added["tasks"]
                      and name in (self.system.levers[lever].changes.get("tasks") or {})), None)
        return Task(
            self.index["tasks"][name], name, self._target(task.then), values.test(task.who), values.time(task.after),
            None if task.every is None else values.time(task.every), values.test(task.while_), self._where(task.where),
            task.away == "drop", None if task.due is None else int(task.due), None if task.expires is None else int(task.expires),
            values.actions(task.missed, f"{path}.missed"),
            {key: values.decision(f"{path}.{key}") for key in ("after", "every", "phase")},
            self.index["levers"][lever] if lever else None,
        )

    def _effect(self, i: int, name: str) -> Effect:
        ends = [parse_period(band)[1] for bands in self.system.effects[name].values() for band in bands]
        return Effect(i, name, max((NEVER if end is None else end for end in ends), default=NEVER))

    def _risk(self, i: int, name: str) -> Risk:
        risk, values, path = self.system.risks[name], self.values, f"risks.{name}"
        rate = values.value(risk.rate)
        factors = values.factors(risk.times)
        seasonal = [factor for factor in factors if self._season(factor, f"{path}.times")]
        if self._season(rate, f"{path}.rate"):
            seasonal.insert(0, rate)
            rate = Constant(1.0)
        speed = Adjusted(rate, tuple(factor for factor in factors if factor not in seasonal))
        effects = tuple(
            (e, tuple(sorted(((*parse_period(band), values.value(x)) for band, x in self.system.effects[effect][name].items()), key=lambda b: b[0])))
            for effect, e in self.index["effects"].items() if name in self.system.effects[effect]
        )
        who = values.test(risk.who)
        asked = {inner for ask in (*asks(speed), *test_asks(who), *(a for _, bands in effects for *_, x in bands for a in asks(x)))
                 for inner in self.behind(ask)}
        for ask in asked:
            if ask.kind in ("crowded", "full") or (ask.kind in CALENDAR):
                self.faults.append(Fault(path, f"its clock can't follow '{ask.kind}' here. Let a step or task have an effect"))
        return Risk(
            i, name, who, speed, tuple(seasonal), effects, self._where(risk.where), values.actions(risk.done, f"{path}.done"),
            None if risk.then is None else self._target(risk.then), values.decision(path), frozenset(asked),
            frozenset(inner for ask in test_asks(who) for inner in self.behind(ask)),
        )

    def behind(self, ask: Ask) -> set[Ask]:
        """What a question about a group really asks."""
        if ask.kind != "group":
            return {ask}
        return self.behind_test(list(self.index["groups"])[ask.index])

    def behind_test(self, group: str) -> set[Ask]:
        """All that a group asks, groups in it seen through."""
        return {deep for inner in test_asks(self.values.test(self.system.groups[group])) for deep in self.behind(inner)}

    def _lever(self, i: int, name: str) -> Lever:
        lever, values = self.system.levers[name], self.values
        parent = self.index["levers"].get(lever.who) if isinstance(lever.who, str) else None
        if parent is None and isinstance(lever.who, str) and lever.who in self.system.names["levers"]:
            self.faults.append(Fault(f"levers.{name}.who", f"the lever '{lever.who}' is not switched on in this care model. Add it to its levers"))
        attribute = self.index["attributes"]
        return Lever(
            i, name, None if parent is not None or lever.who in self.system.names["levers"] else values.test(lever.who), parent,
            values.value(lever.reach), attribute[lever.together] if lever.together else None,
            self._target(lever.at) if lever.at else None, int(lever.begins), values.value(lever.ramp), values.value(lever.fidelity),
            attribute[lever.fidelity_by] if lever.fidelity_by else None, values.value(lever.alike),
            values.actions(lever.enrolled, f"levers.{name}.enrolled"), values.decision(f"levers.{name}"),
            values.decision(f"levers.{name}.practice"),
        )

    def _arrival(self, i: int, name: str) -> Arrival:
        arrival, values, path = self.system.arrivals[name], self.values, f"arrivals.{name}"
        rate = None if arrival.rate is None else values.value(arrival.rate)
        every = None if arrival.every is None else values.time(arrival.every)
        if {ask.kind for ask in asks(rate or every)} - CALENDAR:
            self.faults.append(Fault(path, "arrivals depend on the calendar only. Write one stream for each group"))
        return Arrival(
            i, name, rate, every, values.actions(arrival.with_, f"{path}.with"),
            self._target(arrival.then), draws.decision_id(f"arrivals.{name}"), values.decision(path),
        )


def _drawing_order(attributes: list[Attribute]) -> list[int]:
    """Attributes in order of dependence, alphabetical among those that are ready."""
    order: list[int] = []
    while len(order) < len(attributes):
        ready = [a.index for a in attributes if a.index not in order and set(a.after) <= set(order)]
        order += ready
        if not ready:
            raise AssertionError("a circle of attributes, which the checks find")
    return order
