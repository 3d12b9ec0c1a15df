"""A tiny simulator of the small systems in `configs/known`, independent of the real engine.

It lets the estimators of `verify` be tested before, and without, any engine: heap of events,
float milliseconds rounded to whole ones, numpy's generator, no common random numbers.
"""

import heapq
import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd

from pathsim.contacts import Run
from pathsim.language.quantities import DAY, parse_rate, parse_time
from pathsim.study.reading import looked_up, mean_cv2, shares

HOUR = 3_600_000
COLUMNS = ["person", "step", "unit", "kind", "cause", "asked", "begun", "ended", "given_back", "how"]


def draw(rng, drawn):
    mean, cv2 = mean_cv2(drawn)
    if isinstance(drawn, str):
        return round(mean * DAY)
    [shape] = drawn
    if shape == "exponential":
        value = rng.exponential(mean)
    elif shape == "gamma":
        value = rng.gamma(1 / cv2, mean * cv2)
    elif shape == "normal":
        value = max(rng.normal(mean, mean * cv2**0.5), parse_time(drawn[shape]["low"]) / DAY)
    else:
        value = rng.lognormal(np.log(mean) - np.log1p(cv2) / 2, np.log1p(cv2) ** 0.5)
    return round(value * DAY)


class Clinic:
    """Persons walk through steps; `row` is the contact under way, `kept` the row whose place is held."""

    def __init__(self, system, rng, horizon):
        self.system, self.rng, self.horizon = system, rng, horizon
        self.number, self.heap, self.contacts, self.people = itertools.count(), [], [], []
        self.free, self.queues = {}, {unit: [] for unit in system["units"]}
        for name, unit in system["units"].items():
            places = unit.get("beds", unit.get("slots"))
            self.free[name] = np.inf if places == "unlimited" else places

    def at(self, time, what, *arguments):
        if time < self.horizon:
            heapq.heappush(self.heap, (time, next(self.number), what, arguments))

    def run(self):
        for name in self.system["arrivals"]:
            self.next_arrival(0, name)
        while self.heap:
            time, _, what, arguments = heapq.heappop(self.heap)
            what(time, *arguments)
        return self

    def next_arrival(self, now, name):
        stream = self.system["arrivals"][name]
        if "every" in stream:
            hour = now // HOUR % 24
            self.at(now + draw(self.rng, looked_up(stream["every"], {"hour": hour})), self.arrive, name)
            return
        budget = self.rng.exponential()
        while True:  # the cumulative rate, hour by hour where it is a timetable
            rate = parse_rate(looked_up(stream["rate"], {"hour": now // HOUR % 24}))
            end = (now // HOUR + 1) * HOUR if isinstance(stream["rate"], dict) else np.inf
            if rate > 0 and now + budget / rate < end:
                self.at(round(now + budget / rate), self.arrive, name)
                return
            if end >= self.horizon:
                return
            budget, now = budget - rate * (end - now), end

    def arrive(self, now, name):
        stream = self.system["arrivals"][name]
        person = SimpleNamespace(id=len(self.people), cause=name, facts=stream.get("with", {}), entered=now, left=-1)
        self.people.append(person)
        self.go(now, person, stream["then"], None)
        self.next_arrival(now, name)

    def go(self, now, person, name, kept):
        step = self.system["steps"][name]
        if kept is not None and not step.get("hold"):
            self.give_back(now, kept)
            kept = None
        if "leave" in step:
            person.left = now
        elif "choose" in step:
            table = shares(step, person.facts)
            self.go(now, person, list(table)[self.rng.choice(len(table), p=list(table.values()))], None)
        elif "wait" in step:
            row = self.write(person, name, None, "wait", now)
            row.begun = now
            self.at(now + draw(self.rng, step["wait"]), self.done, person, step, row)
        else:
            self.ask(now, person, name, step, kept)

    def ask(self, now, person, name, step, kept):
        unit = step["at"]
        row = self.write(person, name, unit, "at", now)
        waiting = sum(entry[2].how == "censored" for entry in self.queues[unit]) if "queue" in self.system["units"][unit] else 0
        if self.free[unit] > 0:
            self.free[unit] -= 1
            self.begin(now, person, step, row, kept)
        elif waiting >= self.system["units"][unit].get("queue", np.inf):
            row.how, row.ended = "refused", now
            self.go(now, person, step["else"], None)
        else:
            rank = looked_up(step.get("priority", 5), person.facts)
            heapq.heappush(self.queues[unit], (rank, next(self.number), row, person, step, kept))
            if "patience" in step:
                self.at(now + draw(self.rng, step["patience"]), self.give_up, person, step, row)

    def give_up(self, now, person, step, row):
        if row.begun < 0:
            row.how, row.ended = "gave_up", now
            self.go(now, person, step["else"], None)

    def begin(self, now, person, step, row, kept):
        row.begun = now
        self.at(now + draw(self.rng, looked_up(step["for"], person.facts)), self.done, person, step, row)
        if kept is not None:
            self.give_back(now, kept)

    def done(self, now, person, step, row):
        row.ended, row.how = now, "completed"
        self.go(now, person, step["then"], row if row.unit else None)

    def give_back(self, now, row):
        row.given_back = now
        queue = self.queues[row.unit]
        while queue:
            _, _, asked, person, step, kept = heapq.heappop(queue)
            if asked.how == "censored":
                self.begin(now, person, step, asked, kept)
                return
        self.free[row.unit] += 1

    def write(self, person, step, unit, kind, now):
        row = SimpleNamespace(person=person.id, step=step, unit=unit, kind=kind, cause=person.cause,
                              asked=now, begun=-1, ended=-1, given_back=-1, how="censored")
        self.contacts.append(row)
        return row


def simulate(system, seed, replication, days):
    horizon = round(days * DAY)
    clinic = Clinic(system, np.random.default_rng([seed, replication]), horizon).run()
    contacts = pd.DataFrame({c: [getattr(row, c) for row in clinic.contacts] for c in COLUMNS}).assign(joint=False)
    contacts = contacts.astype({c: "category" for c in ("step", "unit", "kind", "cause", "how")})
    citizens = pd.DataFrame({
        "person": range(len(clinic.people)), "slot": -1,
        "stream": pd.Categorical([p.cause for p in clinic.people]),
        "entered": [p.entered for p in clinic.people], "left": [p.left for p in clinic.people],
    })
    units = {name: {"kind": "beds" if "beds" in u else "slots", "places": np.inf if (n := u.get("beds", u.get("slots"))) == "unlimited" else n}
             for name, u in system["units"].items()}
    return Run(contacts, citizens, None, {"horizon": horizon, "units": units})
