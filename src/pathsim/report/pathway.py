"""Claim: a pathway is what takes time; what takes none (a choice, a fact noted) is a way between.

So the graph that is drawn has a node for every step with time in it and for everything that begins
a walk, and its edges carry the shares that the choices between them give. Only a choice where many
ways meet and part has a box too. A share that depends on the person is a range over the cases as
written; odds make it approximate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pathsim.language import System
from pathsim.language.domain import targets, where_names

from .spoken import percent_of, rate_text, shares, span, span_text, spread, spread_of_places
from .words import WORDS, say

ENDS = ("home", "end")
TIMED = ("at", "wait", "handover")
MEET, PART = 2, 3  # a choice with so many ways in and out has a box


@dataclass
class Node:
    """A box: what begins a walk, a step with time in it, or (in small systems) where a walk ends."""

    name: str
    kind: str  # begin, at, wait, handover, choose, end
    lines: list[str] = field(default_factory=list)
    sector: str = ""
    hold: bool = False
    changed: str = ""  # "", changed, new
    exits: list[Way] = field(default_factory=list)
    title: str = ""  # where it is not the name


@dataclass
class Way:
    """An edge: how many of those who leave `source` take it (low to high), and through which timeless steps."""

    source: str
    target: str
    low: float
    high: float
    kind: str = "then"  # then, gives up, lost
    about: bool = False  # odds make it approximate
    changed: bool = False
    via: list[str] = field(default_factory=list)
    or_gives_up: bool = False  # whoever gives up goes the same way

    def text(self, language: str = "en") -> str:
        """The share in per cent, nothing where everybody goes."""
        low, high = round(100 * min(self.low, 1)), round(100 * min(self.high, 1))
        if self.kind == "gives up":
            return ""
        if low == high == 100 and not self.about:
            return ""
        share = f"{percent_of(self.low, language)} %" if low == high else f"{low}–{high} %"
        return ("≈ " if self.about else "") + share + (f" {say(language, 'draw.or_gives_up')}" if self.or_gives_up else "")


@dataclass
class Graph:
    nodes: dict[str, Node]
    ways: list[Way]


def graph(system: System, ends_as_nodes: bool = False, language: str = "en") -> Graph:
    """The whole pathway of a system under its care model."""
    found = _built(system, language, set())
    if ends_as_nodes:
        return _ends_drawn(found)
    return _joined(_built(system, language, _meeting_places(system, found)))


def _built(system: System, language: str, boxed: set[str]) -> Graph:
    builder = _Builder(system, language, boxed)
    for node, first in _beginnings(system, language):
        builder.nodes[node.name] = node
        builder.leave(node.name, first, Way(node.name, "", 1.0, 1.0))
    while builder.todo:
        builder.step(builder.todo.pop(0))
    return Graph(builder.nodes, list(builder.ways.values()))


def _meeting_places(system: System, found: Graph) -> set[str]:
    """Choices that several boxes lead to and that lead to several."""
    sources: dict[str, set[str]] = {}
    for way in [*found.ways, *(way for node in found.nodes.values() for way in node.exits)]:
        for name in way.via:
            sources.setdefault(name, set()).add(way.source)
    return {n for n, some in sources.items() if len(some) >= MEET and len(targets(system.steps[n])) >= PART}


def _joined(found: Graph) -> Graph:
    """Whoever gives up where the others go on to goes with them."""
    then = {(way.source, way.target): way for way in found.ways if way.kind == "then"}
    for way in [way for way in found.ways if way.kind == "gives up"]:
        if with_others := then.get((way.source, way.target)):
            with_others.or_gives_up, with_others.changed = True, with_others.changed or way.changed
            with_others.via = list(dict.fromkeys([*with_others.via, *way.via]))
            found.ways.remove(way)
    return found


def _beginnings(system: System, language: str) -> Iterator[tuple[Node, str]]:
    """Arrivals, risks, tasks, the step everyone starts in, steps people are diverted to or are in on day 0."""
    for name, arrival in system.arrivals.items():
        line = say(language, "draw.arrive", rate=rate_text(arrival.rate, language)) if arrival.rate is not None else ""
        line = line or say(language, "draw.arrive_every", time=span_text(arrival.every, language))
        yield Node(f"arrivals.{name}", "begin", [line]), arrival.then
    for first in dict.fromkeys(risk.then for risk in system.risks.values() if risk.then):
        names = [name for name, risk in system.risks.items() if risk.then == first]  # all that lead to one step
        where = list(dict.fromkeys(w for name in names for w in where_names(system.risks[name].where)))
        line = say(language, "draw.strikes", where=", ".join(sector_text(w, language) for w in where))
        title = ", ".join(_plain(name) for name in names)
        yield Node(f"risks.{names[0]}", "begin", [say(language, "draw.anywhere") if "anywhere" in where else line], title=title), first
    for name, task in system.tasks.items():
        every = say(language, "draw.every", time=span_text(task.every, language)) if task.every is not None else say(language, "draw.once")
        after = ", " + say(language, "draw.after", time=span_text(task.after, language)) if span(task.after)[1] > 0 else ""
        new = "new" if name in system.added.get("tasks", ()) else "changed" if ("tasks", name) in system.forms else ""
        starters = _starters(system, name)
        by = [say(language, "draw.by", what=", ".join(starters[:2]) + (" …" if len(starters) > 2 else ""))] if starters else []
        yield Node(f"tasks.{name}", "begin", [every + after, *by], changed=new), task.then
    if system.population and system.population.starts not in ENDS:
        yield Node("population", "begin", [say(language, "draw.everyone")]), system.population.starts
    reached = {t for step in system.steps.values() for t in targets(step).values()}
    for name, step in system.steps.items():
        if getattr(step, "already", None) and name not in reached:
            yield Node(f"day_0.{name}", "begin", [say(language, "draw.day_0")]), name


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _starters(system: System, task: str) -> list[str]:
    """What begins a task: steps (in any form), risks, levers on enrolment."""
    found = [name for name in system.steps if any(task in acts for form in system.steps_and_forms(name) for acts in _acts(form))]
    found += [name for name, risk in system.risks.items() if task in risk.done]
    found += [name for name in system.levers_on if task in system.levers[name].enrolled]
    return [_plain(name) for name in found]


def _acts(step: Any) -> list[dict]:
    """The actions of a step: when begun, when done, or as its whole."""
    return [actions for word in ("begun", "done", "do") if (actions := getattr(step, word, None))]


class _Builder:
    def __init__(self, system: System, language: str, boxed: set[str]):
        self.system, self.language, self.boxed = system, language, boxed
        self.nodes: dict[str, Node] = {}
        self.ways: dict[tuple[str, str, str], Way] = {}
        self.todo: list[str] = []

    def step(self, name: str) -> None:
        """The ways out of a step that has a box."""
        step = self.system.steps[name]
        if name in self.boxed:
            for option, (low, high, about, changed) in self._options(name, step).items():
                self.leave(name, option, Way(name, "", low, high, about=about, changed=changed))
            return
        for edge, target in targets(step).items():
            share = (1.0, 1.0)
            if edge in ("then", "lost") and hasattr(step, "complete") and step.lost:
                whole = spread(step.complete)
                share = whole if edge == "then" else (1 - whole[1], 1 - whole[0])
            kind = {"else": "gives up", "lost": "lost"}.get(edge, "then")
            self.leave(name, target, Way(name, "", *share, kind=kind))
        self._diverted(name, step)
        for form in self.system.forms.get(("steps", name), {}).values():
            for edge, target in targets(form).items():
                if targets(step).get(edge) != target:
                    self.leave(name, target, Way(name, "", 0.0, 1.0, changed=True, kind={"else": "gives up", "lost": "lost"}.get(edge, "then")))

    def _diverted(self, name: str, step: Any) -> None:
        for actions in _acts(step):
            for target, chance in actions.items():
                if target in self.system.steps:
                    self.leave(name, target, Way(name, "", *spread(chance)))

    def leave(self, source: str, target: str, way: Way) -> None:
        """Follow a way through timeless steps to where time passes again, or to the end."""
        step = self.system.steps.get(target)
        verb = type(step).__name__.lower() if step is not None else "end"
        if verb == "choose" and target not in self.boxed:
            here = _through(way, target, ("steps", target) in self.system.forms)
            for option, (low, high, about, new) in self._options(target, step).items():
                part = Way(source, "", way.low * low, way.high * high, way.kind, way.about or about, here.changed and (way.changed or new), here.via)
                self.leave(source, option, part)
        elif verb == "do":
            self._diverted_from(source, target, step, way)
            self.leave(source, step.then, _through(way, target, way.changed))
        elif verb in TIMED or target in self.boxed:
            if target not in self.nodes:
                self.nodes[target] = node_of(self.system, target, self.language)
                self.todo.append(target)
            self._add(Way(source, target, way.low, way.high, way.kind, way.about, way.changed, way.via))
        else:
            via = [*way.via, target] if step is not None else way.via
            self._add(Way(source, step.leave if verb == "leave" else target, way.low, way.high, way.kind, way.about, way.changed, via), out=True)

    def _diverted_from(self, source: str, name: str, step: Any, way: Way) -> None:
        for target, chance in step.do.items():
            if target in self.system.steps:
                low, high = spread(chance)
                self.leave(source, target, Way(source, "", way.low * low, way.high * high, way.kind, way.about, way.changed, [*way.via, name]))

    def _options(self, name: str, step: Any) -> dict[str, tuple[float, float, bool, bool]]:
        """Option → share from, to, approximate, changed by a lever."""
        base = shares(step.choose)
        found = {option: (*value, False) for option, value in base.items()}
        for form in self.system.forms.get(("steps", name), {}).values():
            table = shares(form.choose) if hasattr(form, "choose") else {t: (1.0, 1.0, False) for t in targets(form).values()}
            for option, (low, high, about) in table.items():
                if option not in found:
                    found[option] = (0.0, high, about, True)
                elif (low, high, about) != base.get(option) or _odds(form, option) != _odds(step, option):
                    found[option] = (*found[option][:2], found[option][2] or about, True)
        return found

    def _add(self, way: Way, out: bool = False) -> None:
        """Ways between the same two are one; ways out of the pathway stand on the box they leave."""
        exits, key = self.nodes[way.source].exits, (way.source, way.target, way.kind)
        there = next((w for w in exits if (w.target, w.kind) == key[1:]), None) if out else self.ways.get(key)
        if there is not None:
            _merge(there, way)
        elif out:
            exits.append(way)
        else:
            self.ways[key] = way


def _merge(there: Way, way: Way) -> None:
    there.low, there.high = min(there.low + way.low, 1.0), min(there.high + way.high, 1.0)
    there.about, there.changed = there.about or way.about, there.changed or way.changed
    there.via = list(dict.fromkeys([*there.via, *way.via]))


def _through(way: Way, name: str, changed: bool) -> Way:
    return Way(way.source, way.target, way.low, way.high, way.kind, way.about, way.changed or changed, [*way.via, name])


def _odds(step: Any, option: str) -> Any:
    odds = getattr(getattr(step, "choose", None), "odds", None) or {}
    return odds.get(option)


def _ends_drawn(found: Graph) -> Graph:
    """Ends as boxes of their own: a simple view for small systems."""
    for node in list(found.nodes.values()):
        for way in node.exits:
            found.nodes.setdefault(f"end.{way.target}", Node(f"end.{way.target}", "end"))
            way.target = f"end.{way.target}"
            found.ways.append(way)
        node.exits = []
    return found


def sector_text(sector: str, language: str) -> str:
    """A sector as people say it."""
    return say(language, f"sector.{sector}") if f"sector.{sector}" in WORDS else _plain(sector)


def node_of(system: System, name: str, language: str) -> Node:
    """The box of a step with time in it."""
    step = system.steps[name]
    verb = type(step).__name__.lower()
    changed = "new" if name in system.added.get("steps", ()) else "changed" if ("steps", name) in system.forms else ""
    hold = bool(getattr(step, "hold", False))
    if verb == "at":
        unit = system.units[step.at]
        what = "draw.beds" if unit.beds is not None else "draw.places"
        time = span_text(step.for_, language) if step.for_ is not None else say(language, "draw.appointment")
        lines = [say(language, what, unit=_plain(step.at), places=spread_of_places(unit.places, language)), time]
        return Node(name, "at", lines, unit.sector, hold, changed)
    if verb == "choose":
        return Node(name, "choose", [], "choose", False, changed)
    if verb == "wait":
        return Node(name, "wait", [say(language, "draw.wait", time=span_text(step.wait, language))], "home" if not hold else "", hold, changed)
    message = say(language, "draw.message", sector=sector_text(step.handover, language), time=span_text(step.takes, language))
    return Node(name, "handover", [message], step.handover, hold, changed)
