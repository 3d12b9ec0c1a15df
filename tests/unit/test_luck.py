"""Luck belongs to the patient (rules 40 and 41): what is added, moved or queued for changes nobody's draws."""

import copy
import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from small import simulate

import pathsim.engine.simulation as simulation
from pathsim.engine.luck import Luck

SYSTEM = """
    population: {citizens: 120, deaths: replaced}
    attributes:
      town: {north: 0.4, south: 0.4, east: rest}
      age: {60-69: 0.5, 70-79: 0.3, 80-89: rest}
      frail: {by: age, 60-79: 0.2, 80+: 0.6}
      severity: [mild, serious]
      noticed: [early, late]
    groups:
      weak: [frail, {age: 85+}]
    units:
      nurse: {slots: {by: town, north: 1, south: 1, east: 1}, open: {mon-fri: 8-16}}
      doctor: {slots: 2}
      ward: {beds: 12, sector: hospital}
      rehab: {beds: 4, sector: municipality}
    arrivals:
      visitors: {rate: {by: hour, 8-20: 0.4 per h, rest: 0.05 per h}, with: {severity: {mild: 0.7, serious: rest}}, then: triage}
    risks:
      worse:
        rate: 4 per y
        times: {age: {80+: 2}, frail: 1.5}
        where: [home, municipality]
        done: {severity: {mild: 0.6, serious: rest}, noticed: {early: 0.5, late: rest}}
        then: triage
      death: {rate: 0.4 per y, where: anywhere, times: {weak: 3}, then: dead}
    effects:
      fragile: {worse: {0-3 d: 8, 3-30 d: 3}, death: {0-30 d: 2}}
      seen: {worse: {0-20 d: 0.7}}
    tasks:
      check: {who: weak, then: visit, every: {uniform: {low: 10 d, high: 20 d}}}
      letter_home: {then: letter, where: [home, municipality], due: 2 d, expires: 20 d}
    steps:
      triage: {choose: {by: severity, mild: {consult: 0.6, ward_stay: 0.1, home: rest}, serious: {ward_stay: 0.8, consult: rest}, odds: {consult: {weak: 0.7}}}}
      consult: {at: doctor, for: {lognormal: {mean: 5 h, cv: 0.6}}, priority: {by: noticed, early: 3, late: 5}, patience: 2 d, else: triage_again, then: home}
      triage_again: {wait: {exponential: 8 h}, then: ward_stay}
      ward_stay: {at: ward, for: {gamma: {mean: 4 d, cv: 0.9}, times: {frail: 1.3}}, patience: {exponential: 3 d}, else: home, then: ready}
      ready: {choose: {rehab_stay: 0.3, discharged: rest, odds: {rehab_stay: {frail: 3}}}}
      rehab_stay: {at: rehab, for: {weibull: {scale: 8 d, shape: 1.4}}, hold: yes, then: discharged}
      discharged: {do: {fragile: 0.9, letter_home: yes}, then: home}
      letter: {handover: practice, takes: {lognormal: {mean: 2 d, cv: 0.5}}, complete: 0.7, then: visit, lost: end}
      visit: {at: nurse, for: {triangular: {low: 10 min, mode: 20 min, high: 60 min}}, patience: 6 d, else: end, done: {seen: 0.8}, then: end}
      dead: {leave: dead}
    """
LEVER = {"levers": {"team": {"who": "weak", "reach": 0.5, "fidelity": 0.8, "changes": {
    "tasks": {"follow_up": {"then": "team_visit", "after": "1 d"}},
    "steps": {
        "team_visit": {"at": "nurse", "for": "1 h", "done": {"seen": True}, "then": "end"},
        "discharged": {"do": {"follow_up": True}}, "ward_stay": {"for": {"times": 0.8}},
    },
}}}}
UNLIMITED = {"units": {name: {"slots": "unlimited"} for name in ("doctor",)} | {
    "nurse": {"slots": "unlimited", "per": "town"}, "ward": {"beds": "unlimited"}, "rehab": {"beds": "unlimited"}}}
ADDED = {
    "a step": {"steps": {"dead": None, "farewell": {"wait": "1 h", "then": "gone"}, "gone": {"leave": "dead"}}, "risks": {"death": {"then": "farewell"}}},
    "a unit": {"units": {"office": {"slots": 1}}, "arrivals": {"clerks": {"rate": "1 per d", "then": "works"}},
               "steps": {"works": {"at": "office", "for": {"exponential": "2 h"}, "then": "off"}, "off": {"leave": "well"}}},
    "an arrival stream": {"arrivals": {"drills": {"rate": "2 per d", "then": "triage"}}},
    "a bed": {"units": {"ward": {"beds": 13}}},
    "an attribute": {"attributes": {"eyes": {"blue": 0.5, "brown": "rest"}}, "groups": {"bright": {"eyes": "blue"}},
                     "risks": {"stumble": {"rate": "1 per y", "who": "bright"}}},
    "a lever": LEVER,
}


class Recorder(Luck):
    """Luck that remembers: {(who, stream, decision, how-manieth): number}."""

    drawn: dict = {}

    def uniform(self, person, decision):
        count = person.counts.get(decision, 0)
        found = super().uniform(person, decision)
        self.drawn[person.who, person.stream, self.decisions[decision], count] = found
        return found

    def sample(self, person, decision, sample):
        count = person.counts.get(decision, 0)
        found = super().sample(person, decision, sample)
        self.drawn[person.who, person.stream, self.decisions[decision], count, "time"] = found
        return found


@pytest.fixture
def drawn(monkeypatch):
    """f(more, …) → all draws of a run."""

    def run(more=None, seed=1, replication=0, model=None):
        Recorder.drawn = {}
        monkeypatch.setattr(simulation, "Luck", Recorder)
        simulate(SYSTEM, 60.0, seed, replication, model, more=more, engines=("simpy",))
        return Recorder.drawn

    return run


def digest(run):
    frames = (run.contacts.astype(object), run.citizens.astype(object), run.events.astype(object))
    return hashlib.sha256("".join(frame.to_csv(index=False) for frame in frames).encode()).hexdigest()


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_leaves_every_other_draw_as_it_was(drawn, what):
    base, more = drawn(), drawn(ADDED[what], model="changed" if what == "a lever" else None)
    common = base.keys() & more.keys()
    assert [key for key in common if base[key] != more[key]] == []
    assert len(common) > 0.8 * len(base), "most draws are met in both"
    assert base.keys() != more.keys() or what == "a bed", "the addition was at work"


def contacts_of(run, chosen):
    """The contacts of some citizens, without the numbers of rows: (slot, generation) and the rest."""
    keys = run.citizens[["slot", "generation"]].to_numpy()
    rows = run.contacts.drop(columns="person").astype(object).where(run.contacts.drop(columns="person").notna(), None)
    people = [tuple(key) for key in keys[run.contacts["person"]]]
    return [(who, *row) for who, row in zip(people, rows.itertuples(index=False), strict=True) if who in chosen]


def not_reached(*runs):
    """(slot, generation) of the citizens that are enrolled in nothing."""
    found = None
    for run in runs:
        enrolled = set(run.events.loc[run.events["what"] == "enrolled", "person"])
        here = {(row.slot, row.generation) for row in run.citizens.itertuples() if row.slot >= 0 and row.person not in enrolled}
        found = here if found is None else found & here
    return found


def test_where_places_never_run_out_a_lever_leaves_the_contacts_of_others_as_they_were():
    more = {**UNLIMITED, **LEVER}
    base, changed = simulate(SYSTEM, 60.0, model="base", more=more), simulate(SYSTEM, 60.0, model="changed", more=more)
    others = not_reached(base, changed)
    assert 40 < len(others) < len(not_reached(base))
    assert contacts_of(base, others) == contacts_of(changed, others)
    reached = not_reached(base) - others
    assert contacts_of(base, reached) != contacts_of(changed, reached)


def test_where_places_run_out_their_contacts_move_but_not_their_luck(drawn):
    base, changed = simulate(SYSTEM, 60.0, model="base", more=LEVER), simulate(SYSTEM, 60.0, model="changed", more=LEVER)
    others = not_reached(base, changed)
    assert contacts_of(base, others) != contacts_of(changed, others), "they meet in the same queues"
    one, two = drawn(LEVER, model="base"), drawn(LEVER, model="changed")
    theirs = [key for key in one.keys() & two.keys() if key[:2] in others]
    assert len(theirs) > 500 and all(one[key] == two[key] for key in theirs)


def test_a_lever_that_reaches_nobody_differs_by_exactly_nothing():
    more = copy.deepcopy(LEVER)
    more["levers"]["team"]["reach"] = 0
    base, changed = simulate(SYSTEM, 60.0, model="base", more=more), simulate(SYSTEM, 60.0, model="changed", more=more)
    assert len(base.contacts) > 300
    assert base.contacts.astype(object).equals(changed.contacts.astype(object))
    assert base.events.astype(object).equals(changed.events.astype(object))
    assert base.citizens["left"].equals(changed.citizens["left"])


def test_neither_does_one_that_is_never_carried_out():
    more = copy.deepcopy(LEVER)
    more["levers"]["team"]["fidelity"] = 0
    base, changed = simulate(SYSTEM, 60.0, model="base", more=more), simulate(SYSTEM, 60.0, model="changed", more=more)
    assert base.contacts.drop(columns="enrolled").astype(object).equals(changed.contacts.drop(columns="enrolled").astype(object))


def shuffled(value, rng):
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(part, rng) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("order", range(3))
def test_the_order_of_keys_in_a_file_has_no_meaning(order):
    from textwrap import dedent

    from pathsim.language import merge, read_system, read_text
    from pathsim.study.run import simulate_system

    raw = merge(read_text(dedent(SYSTEM)), LEVER)
    one = simulate_system(read_system(raw, "changed"), days=60)
    two = simulate_system(read_system(shuffled(raw, random.Random(order)), "changed"), days=60)
    assert one.contacts.astype(object).equals(two.contacts.astype(object))
    assert one.events.astype(object).equals(two.events.astype(object))
    columns = sorted(one.citizens)
    assert one.citizens[columns].astype(object).equals(two.citizens[columns].astype(object))


def test_neither_has_the_process_nor_its_hash_seed():
    program = "import test_luck, small; print(test_luck.digest(small.simulate(test_luck.SYSTEM, 30.0, model='changed', more=test_luck.LEVER)))"
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    found = {digest(simulate(SYSTEM, 30.0, model="changed", more=LEVER))}
    for hash_seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        found.add(subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True).stdout.strip())
    assert len(found) == 1


def test_seed_and_replication_change_everything(drawn):
    base = drawn()
    assert base == drawn()
    for other in (drawn(seed=2), drawn(replication=1)):
        common = base.keys() & other.keys()
        fixed = {key for key in common if key[-1] == "time" and base[key] == round(base[key])}  # times without chance
        assert len(common) > 1000
        assert [key for key in common - fixed if base[key] == other[key]] == []
