"""The plan as arrays: what the kernel interprets. Made once for a plan, read by every run of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..draws import decision_id
from ..engine.evaluate import Evaluator
from ..engine.risks import season_of
from ..language.quantities import OLDEST
from ..plan.expressions import Ask, Constant
from ..plan.model import NEVER, Plan, Risk, Step, Task
from . import tables as t
from .trees import Trees

MOST_BITS = 63  # of sectors and of levers
MOST_NAMES = 32_000
MOST_APPOINTMENTS = 50_000_000
ZERO = Constant(0.0)


def unfit(plan: Plan) -> str | None:
    """Why the compiled engine can't hold a plan, or None."""
    if max(len(plan.sectors), len(plan.levers)) > MOST_BITS:
        return f"it has more than {MOST_BITS} levers or sectors"
    if max(map(len, (plan.steps, plan.units, plan.tasks, plan.risks, plan.arrivals, *(a.words for a in plan.attributes)))) > MOST_NAMES:
        return f"it has more than {MOST_NAMES:,} names of a kind"
    if sum(len(unit.pools) * len_of_diary(unit, plan.horizon) for unit in plan.units if unit.diary) > MOST_APPOINTMENTS:
        return f"its diaries have more than {MOST_APPOINTMENTS:,} appointments"
    return None


def lay(plan: Plan, largest: np.ndarray) -> dict[str, np.ndarray]:
    """All arrays of a plan by name. `largest`: the greatest code of each attribute among the citizens."""
    return _Laid(plan, [_size(plan, a, int(code)) for a, code in zip(plan.attributes, largest, strict=True)]).arrays()


def periods_of(unit: Any, horizon: int) -> list[tuple[int, int]]:
    """When a diary has appointments: (from, to)."""
    times = unit.opening or [(0, True), (horizon, False)]
    starts = [time for time, opens in times if opens]
    ends = [time for time, opens in times if not opens and time > 0]
    return list(zip(starts, ends, strict=False))


def len_of_diary(unit: Any, horizon: int) -> int:
    return sum(max((end - start) // unit.diary, 0) for start, end in periods_of(unit, horizon))


def _size(plan: Plan, attribute: Any, largest: int) -> int:
    options = attribute.choice.options if attribute.choice is not None else ()
    oldest = OLDEST if plan.birthdays == attribute.index else 0
    return max(len(attribute.words), largest + 1, oldest + 1, *(high + 1 for _, high in options), 1)


class _Laid:
    def __init__(self, plan: Plan, sizes: list[int]):
        self.plan, self.trees = plan, Trees(plan, sizes)
        self.tables: dict[str, list] = {name: [] for name in (
            "forms", "form_of", "tasks", "task_of", "variants", "companions", "risks", "banded", "bands", "edges", "seasons", "levers", "standing",
            "streams", "already", "attributes", "name_ids", "units", "pools", "owned", "openings", "periods", "watch", "watching", "starting",
        )}
        self.appointments = 0

    def arrays(self) -> dict[str, np.ndarray]:
        plan, tables = self.plan, self.tables
        self._units()
        self._steps()
        self._tasks()
        self._risks()
        self._levers()
        self._sources()
        self._attributes()
        trees = self.trees
        kinds = {
            "forms": t.FORM, "tasks": t.TASK, "variants": t.VARIANT, "risks": t.RISK, "banded": t.BANDED, "bands": t.BAND, "edges": t.EDGE,
            "seasons": t.SEASON, "levers": t.LEVER, "streams": t.STREAM, "already": t.ALREADY, "attributes": t.ATTRIBUTE, "units": t.UNIT,
            "pools": t.POOL, "openings": t.OPENING, "periods": t.PERIOD, "watch": t.SPAN,
        }
        found = {name: _table(rows, kinds[name]) if name in kinds else np.array(rows, dtype=np.int64) for name, rows in tables.items()}
        found["owned"] = np.array(tables["owned"], dtype=np.float64)
        found |= {
            "nodes": _table(trees.nodes, t.NODE), "targets": np.array(trees.targets, dtype=np.int32), "amounts": _table(trees.amounts, t.AMOUNT),
            "changes": _table(trees.changes, t.CHANGE), "observed": np.array(trees.seen, dtype=np.float64),
            "constants": np.array(trees.constants, dtype=np.float64), "weights": _table(trees.weights, t.WEIGHTS),
            "shares": np.array(trees.shares, dtype=np.float64), "odds": _table(trees.odds, t.ODDS), "choices": _table(trees.choices, t.CHOICE),
            "options": _table(trees.options, t.OPTION), "outcomes": _table(trees.outcomes, t.OUTCOME), "actions": _table(trees.actions, t.ACTION),
            "lists": _table(trees.lists, t.SPAN),
            "decisions": np.array(plan.decisions, dtype=np.int64), "lasts": np.array([effect.lasts for effect in plan.effects], dtype=np.int64),
            "weekdays": plan.weekday_of_day.astype(np.int64), "months": plan.month_of_day.astype(np.int64),
            "dates": np.array([cut for cuts in plan.dates for cut in cuts], dtype=np.int64),
            "date_spans": np.cumsum([0, *map(len, plan.dates)]).astype(np.int64),
            "drawing_order": np.array(plan.drawing_order, dtype=np.int64),
        }
        return found

    # Units
    def _units(self) -> None:
        tables = self.tables
        for unit in self.plan.units:
            opening, periods = len(tables["openings"]), len(tables["periods"])
            tables["openings"] += unit.opening
            slots = self._diary(unit) if unit.diary else 0
            first = len(tables["pools"])
            own = unit.owner_by is not None and bool(unit.owned) and bool(unit.owned[0])
            tables["units"].append((
                unit.queue, unit.diary, first, len(unit.pools), _or_none(unit.pool_by), unit.owner_by if own else t.NONE, unit.sector,
                periods, len(tables["periods"]) - 1, slots, opening, len(tables["openings"]), unit.beds, unit.due_first,
            ))
            for i in range(len(unit.pools)):
                owned = unit.owned[i] if own else ()
                tables["pools"].append((
                    unit.places[i], unit.surge[i], 0, 0, 0, unit.index, len(tables["owned"]), len(owned), t.NONE, t.NONE, self.appointments,
                    not unit.opening,
                ))
                tables["owned"] += owned
                self.appointments += slots + 1 if unit.diary else 0

    def _diary(self, unit: Any) -> int:
        """The periods in which appointments lie, each with the number of its first one."""
        number = 0
        for start, end in periods_of(unit, self.plan.horizon):
            self.tables["periods"].append((start, number))
            number += max((end - start) // unit.diary, 0)
        self.tables["periods"].append((NEVER, number))
        return number

    # Steps
    def _steps(self) -> None:
        self._with_forms(self.plan.steps, "forms", "form_of", self._form)

    def _with_forms(self, entries: list, table: str, index: str, row: Any) -> None:
        """Each entry and, for each set of its levers, the form that is then carried out."""
        rows, by_set = self.tables[table], self.tables[index]
        rows += [None] * len(entries)
        for entry in entries:
            variant, first = len(self.tables["variants"]), len(by_set)
            self.tables["variants"] += zip(entry.levers, entry.fidelity, strict=True)
            by_set += [t.NONE] * 2 ** len(entry.levers)
            for chosen in range(2 ** len(entry.levers)):
                levers = tuple(lever for i, lever in enumerate(entry.levers) if chosen >> i & 1)
                if not levers:
                    by_set[first] = entry.index
                elif levers in entry.forms:
                    by_set[first + chosen] = len(rows)
                    rows.append(row(entry.forms[levers], 0, 0, 0))
            rows[entry.index] = row(entry, variant, len(self.tables["variants"]), first)

    def _form(self, step: Step, variant: int, variants: int, first: int) -> tuple:
        trees, companions = self.trees, self.tables["companions"]
        unit = self.plan.units[step.unit] if step.unit >= 0 else None
        mine = len(companions)
        companions += step.companions

        def travel(expression: Any) -> int:
            return t.NOTHING if unit is None or expression == ZERO else trees.amount(expression)

        return (
            step.notice, step.index, t.VERBS.index(step.verb), step.unit, step.then, t.HOME if step.otherwise is None else step.otherwise, step.lost,
            trees.amount(step.time), step.time_decision, trees.amount(step.patience), step.patience_decision, trees.amount(step.priority),
            trees.amount(step.share), step.decision, trees.choice(step.choice), trees.list_of(step.begun), trees.list_of(step.done),
            trees.list_of(unit.surge_done) if unit else 0, travel(unit and unit.patient_travel), travel(unit and unit.staff_travel),
            mine, len(companions), variant, variants, first, self._reason(step.reason),
            step.hold and not step.go_home, t.NONE if step.acute is None else int(step.acute), unit is not None and unit.diary > 0,
        )

    def _reason(self, reason: str) -> int:
        return reasons(self.plan).index(reason) if reason else t.NONE

    # Tasks
    def _tasks(self) -> None:
        self._with_forms(self.plan.tasks, "tasks", "task_of", self._task)
        starting = [(task.lever, task.index) for task in self.plan.tasks if task.who is not None]
        for lever in range(-1, len(self.plan.levers)):
            self.tables["starting"].append(len(self.tables["standing"]))
            self.tables["standing"] += [index for owner, index in starting if owner == (None if lever < 0 else lever)]
        self.tables["starting"].append(len(self.tables["standing"]))

    def _task(self, task: Task, variant: int, variants: int, first: int) -> tuple:
        trees = self.trees
        return (
            -1 if task.where is None else sum(1 << where for where in task.where), t.NONE if task.due is None else task.due,
            t.NONE if task.expires is None else task.expires, task.index, task.then, trees.test(task.who),
            trees.amount(task.after), task.decisions["after"], trees.amount(task.every), task.decisions["every"], task.decisions["phase"],
            trees.test(task.while_), trees.list_of(task.missed), _or_none(task.lever), variant, variants, first, task.drop,
        )

    # Risks
    def _risks(self) -> None:
        evaluator = Evaluator(self.plan, lambda *_: 0, lambda *_: 0)
        for risk in self.plan.risks:
            self.tables["risks"].append(self._risk(risk, evaluator))
        asks = [Ask(kind, i) for kind, n in self._asked() for i in range(n)]
        for ask in asks:
            first = len(self.tables["watching"])
            self.tables["watching"] += [risk.index for risk in self.plan.risks if ask in risk.asks or ask in self._edge_asks(risk)]
            self.tables["watch"].append((first, len(self.tables["watching"])))

    def _asked(self) -> list[tuple[str, int]]:
        """What can change for a person, in the order of the table `watch`."""
        plan = self.plan
        return [("attribute", len(plan.attributes)), ("effect", len(plan.effects)), ("task", len(plan.tasks)), ("lever", len(plan.levers)), ("informed", 1)]

    @staticmethod
    def _edge_asks(risk: Risk) -> set[Ask]:
        return {Ask("effect", effect) for effect, _ in risk.effects}

    def _risk(self, risk: Risk, evaluator: Evaluator) -> tuple:
        trees, tables = self.trees, self.tables
        banded, edges = len(tables["banded"]), len(tables["edges"])
        for effect, bands in risk.effects:
            first = len(tables["bands"])
            tables["bands"] += [(start, NEVER if end is None else end, trees.amount(x)) for start, end, x in bands]
            tables["banded"].append((effect, first, len(tables["bands"])))
            tables["edges"] += [(edge, effect) for start, end, _ in bands for edge in (start, NEVER if end is None else end) if edge > 0]
        asked = {effect for effect, _ in risk.effects} | {ask.index for ask in risk.asks if ask.kind == "effect"}
        tables["edges"] += [(self.plan.effects[effect].lasts, effect) for effect in sorted(asked)]
        season, seasons = self._season(season_of(risk.season, self.plan, evaluator))
        return (
            -1 if risk.where is None else sum(1 << where for where in risk.where), trees.amount(risk.rate), trees.test(risk.who), risk.decision,
            trees.list_of(risk.done), t.NOWHERE if risk.then is None else risk.then, season, seasons, banded, len(tables["banded"]),
            edges, len(tables["edges"]),
        )

    def _season(self, season: Any) -> tuple[int, int]:
        if season is None:
            return t.NONE, t.NONE
        first = len(self.tables["seasons"])
        self.tables["seasons"] += zip(season.starts, season.speeds, season.passed, strict=True)
        return first, len(self.tables["seasons"])

    # Levers and sources of people
    def _levers(self) -> None:
        trees = self.trees
        for lever in self.plan.levers:
            self.tables["levers"].append((
                lever.begins, trees.test(lever.who), _or_none(lever.parent), trees.amount(lever.reach), _or_none(lever.together),
                t.NOTHING if lever.at is None else lever.at, trees.amount(lever.ramp), trees.amount(lever.fidelity), _or_none(lever.fidelity_by),
                trees.amount(lever.alike), trees.list_of(lever.enrolled), lever.decision, lever.practice_decision,
            ))

    def _sources(self) -> None:
        plan, trees = self.plan, self.trees
        evaluator = Evaluator(plan, lambda *_: 0, lambda *_: 0)
        for arrival in plan.arrivals:
            first, last = self._season(None if arrival.rate is None else season_of((arrival.rate,), plan, evaluator))
            self.tables["streams"].append(
                (0.0, 0, arrival.stream, arrival.decision, trees.amount(arrival.every), first, last, arrival.then, trees.list_of(arrival.with_)))
        for there in plan.already:
            left, low, time = there.left, 0.0, t.NOTHING
            if isinstance(left, tuple):
                kind, low = t.UNIFORM_LEFT, left[1]
            elif isinstance(left, str):
                kind = t.FRESH if left == "fresh" else t.PART
            else:
                kind, time = t.DRAWN_LEFT, trees.amount(left)
            decision = plan.decision_names.index(f"steps.{plan.steps[there.step].name}.already.left")
            self.tables["already"].append((low, there.stream, there.step, there.inside, there.waiting, kind, time, trees.list_of(there.with_), decision))

    def _attributes(self) -> None:
        names = self.tables["name_ids"]
        for a in self.plan.attributes:
            self.tables["attributes"].append((self.trees.choice(a.choice), a.decision, a.within, a.first, len(names) if a.words else t.NONE))
            names += [decision_id(word) for word in a.words]


def reasons(plan: Plan) -> list[str]:
    """Why people leave, death first, then in alphabetical order."""
    forms = [form for step in plan.steps for form in (step, *step.forms.values())]
    return ["dead", *sorted({form.reason for form in forms if form.reason} - {"dead"})]


def _or_none(index: int | None) -> int:
    return t.NONE if index is None else index


def _table(rows: list, kind: np.dtype) -> np.ndarray:
    return np.array([tuple(row) for row in rows], dtype=kind)
