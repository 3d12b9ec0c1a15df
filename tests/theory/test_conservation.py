"""Conservation: whatever the system, nobody is lost, no place leaks, and the books balance to the millisecond.

Small random systems: a chain of steps over a few units with places, queues, patience, holding, opening
hours and surge, with tasks, effects and competing risks. Nearly everything happens at whole hours, so
that events tie.
"""

import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from pathsim.contacts import Run
from pathsim.contacts.identities import identities
from pathsim.engine.attributes import draw_citizens
from pathsim.engine.frames import citizens_frame, contacts_frame, events_frame, meta_of
from pathsim.engine.simulation import Simulation
from pathsim.faults import Faults
from pathsim.language import read_system
from pathsim.plan import lay_out

TIMES = st.sampled_from(["0 h", "1 h", "2 h", "5 h", "1 d", "30 h"]) | st.builds(lambda mean: {"exponential": mean}, st.sampled_from(["3 h", "1 d", "2 d"]))
LASTING = TIMES.filter(lambda time: time != "0 h")
SECTORS = st.sampled_from(["hospital", "municipality"])
WHERE = st.sampled_from(["home", "anywhere", ["home", "municipality"], "hospital", ["home", "hospital"]])

PHASES = [Phase.explicit, Phase.generate]  # shrinking takes minutes; the failing system is printed as it is
ACTIONS = st.fixed_dictionaries({}, optional={
    "shaken": st.booleans(), "t0": st.sampled_from([True, False, 0.5]), "t1": st.booleans(), "ill": st.booleans(), "s0": st.sampled_from([0.1, 0]),
})


@st.composite
def units(draw):
    found = {}
    for name in ("a", "b", "c", "d"):
        beds = draw(st.booleans()) if name != "d" else False  # d, at which tasks take place, has slots
        unit = {"beds" if beds else "slots": draw(st.sampled_from([0, 1, 1, 2, "unlimited"])), "sector": draw(SECTORS)}
        unit["queue"] = draw(st.sampled_from(["unlimited", 0, 1, 2]))
        unit["order"] = draw(st.sampled_from(["first_come", "due_first"]))
        if draw(st.booleans()):
            unit["open"] = draw(st.sampled_from([{"mon-fri": "8-16"}, {"mon-sun": "0-20"}, {"tue": "0-24", "wed-sat": "6-24"}]))
        if beds and draw(st.booleans()):
            unit["surge"] = {"places": 1, "done": {"shaken": True}}
        found[name] = unit
    return found


@st.composite
def at_step(draw, choices, then, elsewhere):
    unit = draw(st.sampled_from(choices))
    step = {"at": unit, "for": draw(LASTING), "priority": draw(st.sampled_from([1, 5, {"by": "hour", "0-12": 2, "12-24": 7}])), "then": then}
    step |= {"patience": draw(TIMES), "else": elsewhere}
    if draw(st.booleans()):
        step["hold"] = True
    for when in ("begun", "done"):
        if draw(st.booleans()):
            step[when] = draw(ACTIONS)
    if unit != "d" and draw(st.integers(0, 3)) == 0:
        step["with"] = "d"
    return step


@st.composite
def systems(draw):
    """A chain s0 → s1 → … → home of the persons' own, and v0, v1 of tasks."""
    n = draw(st.integers(2, 5))
    steps = {}
    for i in range(n):
        then = f"s{i + 1}" if i + 1 < n else "home"
        kind = draw(st.sampled_from(["at", "at", "at", "wait", "handover", "choose"]))
        hold = draw(st.booleans())
        if kind == "at":
            steps[f"s{i}"] = draw(at_step(["a", "b", "c", "d"], then, then))
        elif kind == "wait":
            steps[f"s{i}"] = {"wait": draw(LASTING), "hold": hold, "then": then} | ({"where": "home"} if draw(st.booleans()) else {})
        elif kind == "handover":
            steps[f"s{i}"] = {"handover": "practice", "takes": draw(LASTING), "complete": 0.5, "hold": hold, "lost": "home", "then": then}
        else:
            steps[f"s{i}"] = {"choose": {then: 0.7, "home": "rest"}} if then != "home" else {"wait": "1 h", "then": "home"}
    tasks = {}
    for i in range(2):
        steps[f"v{i}"] = draw(at_step(["d"], f"w{i}", "end"))
        steps[f"w{i}"] = {"wait": draw(LASTING), "then": "end"}
        tasks[f"t{i}"] = {"then": f"v{i}", "where": draw(WHERE), "away": draw(st.sampled_from(["postpone", "drop"]))}
        for field, values in (("after", TIMES), ("every", LASTING), ("expires", st.sampled_from(["5 h", "2 d"])), ("due", st.sampled_from(["1 h", "1 d"]))):
            if draw(st.booleans()):
                tasks[f"t{i}"][field] = draw(values)
        if "expires" in tasks[f"t{i}"] and "every" not in tasks[f"t{i}"]:
            tasks[f"t{i}"]["missed"] = {"shaken": True}
    return {
        "population": {
            "citizens": draw(st.integers(2, 7)), "deaths": draw(st.sampled_from(["replaced", "not_replaced"])), "starts": draw(st.sampled_from(["home", "s0"])),
        },
        "attributes": {"ill": [False, True]},
        "units": draw(units()),
        "arrivals": {"visitors": {"every": draw(LASTING), "then": "s1"}},
        "risks": {
            "fall": {"rate": "0.4 per d", "where": draw(WHERE), "times": {"ill": 2}, "done": {"t0": True, "t1": 0.5, "shaken": 0.5, "ill": 0.5}, "then": "s0"},
            "death": {"rate": "0.05 per d", "where": "anywhere", "then": "out"},
            "pain": {"rate": "0.2 per d", "done": {"t1": True}},
        },
        "effects": {"shaken": {"fall": {"0-5 h": 3, "5-30 h": 0.5}, "death": {"0-1 d": 2}}},
        "steps": steps | {"out": {"leave": "dead"}},
        "tasks": tasks,
    }


def trimmed(raw):
    """Without the units that no step uses, and the whereabouts where nobody can be."""
    used = {name for step in raw["steps"].values() if "at" in step for name in (step["at"], step.get("with"))}
    units = {name: unit for name, unit in raw["units"].items() if name in used}
    sectors = {"home", "anywhere"} | {unit["sector"] for unit in units.values() if "beds" in unit}
    for entry in (*raw["risks"].values(), *raw["tasks"].values()):
        where = entry.get("where", "home")
        entry["where"] = [name for name in ([where] if isinstance(where, str) else where) if name in sectors] or "home"
    return {**raw, "units": units}


def simulated(raw, seed, days=12):
    """The engine after a run, with its record."""
    try:
        plan = lay_out(read_system(raw), days)
    except Faults as faults:
        assert all("circle" in str(fault) or "die at once" in str(fault) for fault in faults.faults), faults
        assume(False)
    citizens = np.zeros((plan.citizens, len(plan.attributes)), dtype=np.int64)
    names = np.arange(plan.citizens)
    sim = Simulation(plan, citizens, seed, 0, names)
    sim._citizens = draw_citizens(plan, sim.evaluator, sim.luck, citizens, frozenset(), names)
    sim.run()
    meta = {**meta_of(plan, sim.places(), sim.routine), "warm_up": 0}
    return sim, Run(contacts_frame(sim.log), citizens_frame(plan, sim.people, {}), events_frame(sim.log), meta)


def walks_of(sim):
    return [walk for person in sim.people for walk in (person.walk, *person.tasks.values()) if walk is not None]


@given(systems(), st.integers(0, 10**6))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
def test_books_balance_and_nobody_is_lost(raw, seed):
    sim, run = simulated(trimmed(raw), seed)
    table = identities(run)
    assert (table["error"] == 0).all(), table[table["error"] != 0]
    check_places(sim, run)
    check_people(sim, run)
    check_times(run)


def check_places(sim, run):
    """No place leaks: what a pool counts as in use is what walks hold; and never more than there are."""
    held = [place for walk in walks_of(sim) for place in {walk.bed, walk.slot, walk.granted, *walk.others} - {None}]
    for pool in (pool for pools in sim.pools for pool in pools):
        assert pool.in_use == sum(place.pool is pool for place in held)
        waiting = [walk.request for walk in walks_of(sim) if walk.request is not None and walk.request.pool is pool]
        assert all(request.waiting for request in waiting)
        assert pool.waiting_without_place == sum(not request.holding for request in waiting)
        assert len(waiting) == sum(entry[-1].waiting for entry in pool.queue)
        assert not (waiting and pool.has_room()), "nobody waits where there is room"
        rows = run.contacts[(run.contacts["unit"] == pool.unit.name) & (run.contacts["begun"] >= 0)]
        back = np.where(rows["given_back"] >= 0, rows["given_back"], run.meta["horizon"])
        moves = sorted([(time, 1) for time in rows["begun"]] + [(time, -1) for time in back])
        level, highest = 0, 0
        for _, change in moves:  # what is given back at an instant comes before what is begun then
            level += change
            highest = max(highest, level)
        assert highest <= pool.places + pool.surge


def check_people(sim, run):
    """Everyone is somewhere: at home, or in a step whose contact is open and censored."""
    open_ones = set()
    for person in sim.people:
        walks = [walk for walk in (person.walk, *person.tasks.values()) if walk is not None]
        assert not (person.gone and walks)
        if person.walk is not None:
            assert person.walk.contact is not None, "a walk that nothing will wake is a lost person"
        beds = [walk.bed for walk in walks if walk.bed is not None]
        assert person.gone or person.where == (beds[0].pool.unit.sector if beds else 0)
        open_ones |= {contact.number for walk in walks for contact in (walk.contact, walk.joining) if contact is not None}
        open_ones |= {place.contact.number for walk in walks for place in walk.others if place.contact is not None}
    censored = {contact.number for contact in sim.log.contacts if contact.how == "censored"}
    assert censored == open_ones
    rows = run.contacts[run.contacts["task"].isna() & ~run.contacts["joint"]]
    for _, own in rows.groupby("person"):
        ended = np.where(own["ended"] >= 0, own["ended"], run.meta["horizon"])
        assert (own["asked"].to_numpy()[1:] >= ended[:-1]).all(), "one walk is in one step at a time"
    dead = run.citizens.set_index("person")["left"]
    last = run.contacts.groupby("person")[["asked", "begun", "ended", "given_back"]].max().max(axis=1)
    assert all(dead[person] < 0 or time <= dead[person] for person, time in last.items()), "nothing happens to who has left"
    if run.meta["horizon"] and sim.plan.deaths_replaced:
        living = run.citizens[(run.citizens["slot"] >= 0) & (run.citizens["left"] < 0)]
        assert sorted(living["slot"]) == list(range(sim.plan.citizens)), "every home is lived in"


def check_times(run):
    rows = run.contacts
    asked, begun, ended, back = (rows[name].to_numpy() for name in ("asked", "begun", "ended", "given_back"))
    horizon = run.meta["horizon"]
    assert (asked >= 0).all() and (np.max([asked, begun, ended, back], axis=0) < horizon).all()
    assert (begun[begun >= 0] >= asked[begun >= 0]).all()
    assert (ended[ended >= 0] >= np.maximum(asked, begun)[ended >= 0]).all()
    both = (back >= 0) & (ended >= 0) & (begun >= 0)
    assert (back[both] >= ended[both]).all()
    how = rows["how"].astype(str).to_numpy()
    assert (ended[how == "censored"] == -1).all() and (back[how == "censored"] == -1).all()
    assert (ended[how != "censored"] >= 0).all()
    assert (begun[how == "completed"] >= 0).all()
    assert (begun[np.isin(how, ["gave_up", "refused"])] == -1).all()
    missed = (rows["kind"] == "task").to_numpy()  # a task that never came to a step is written when it is missed
    assert np.all(np.diff(asked[~missed]) >= 0), "rows are written as they are asked for"


def test_a_place_that_leaks_is_seen():
    """The checks above can fail: a place taken and forgotten, a person whose alarm is lost."""
    raw = {
        "population": {"citizens": 2, "starts": "s0"}, "units": {"a": {"slots": 1}}, "day_0": datetime.date(2024, 1, 1).isoformat(),
        "steps": {"s0": {"at": "a", "for": "100 d", "then": "home"}},
    }
    sim, run = simulated(raw, 1)
    check_places(sim, run), check_people(sim, run)
    sim.pools[0][0].in_use += 1
    with pytest.raises(AssertionError):
        check_places(sim, run)
    sim.people[1].walk.contact = None
    with pytest.raises(AssertionError):
        check_people(sim, run)
