"""Tiny care systems, traced by hand: who comes when, and the whole contact table in hours.

`trace` lets named people come at given hours to the step `start`; `assert_contacts` compares the
complete record with a table written by hand, so that a row too many is a failure as well.
"""

from textwrap import dedent

import pandas as pd

from pathsim.draws import EXPONENTIAL, decision_id, keyed_draw, uniform
from pathsim.language import merge, read_system, read_text
from pathsim.study.run import simulate_system

# A ward, and visits after it: who lives there, and the study, are added to it.
VISITS = """
attributes: {age: {18-64: 0.6, 65-99: rest}, sex: {woman: 0.5, man: rest}}
units:
  ward: {beds: 4, sector: hospital}
risks:
  worsening: {rate: 1.5 per y, then: ward_stay}
effects:
  fragile: {worsening: {0-30 d: 6}}
steps:
  ward_stay: {at: ward, for: {exponential: 5 d}, done: {fragile: yes}, then: home}
levers:
  visits:
    fidelity: {value: 0.9, range: [0.5, 1.0], source: F001, role: literature}
    changes:
      units: {team: {slots: 2, sector: municipality}}
      tasks: {visit: {then: seen, after: 1 d, expires: 10 d}}
      steps:
        seen: {at: team, for: 1 h, done: {fragile: no}, then: end}
        ward_stay: {done: {visit: yes}}
care_models:
  relay: {levers: []}
  partnership: {levers: [visits]}
"""

HOUR = 3_600_000
SHORT = {"from": "from_step", "back": "given_back"}
TIMES = {"asked", "begun", "ended", "given_back", "due", "patient_travel"}


def simulate(text, days=2.0, seed=1, replication=0, model=None, citizens=None, more=None, engines=("simpy", "compiled")):
    """One replication of a system in YAML, with what `more` merges over it; on both engines, which must agree."""
    system = read_system(merge(read_text(dedent(text)), more or {}), model)
    first, *others = [simulate_system(system, seed, replication, days, citizens=citizens, engine=engine) for engine in engines]
    for other in others:
        for name in ("contacts", "citizens", "events"):
            pd.testing.assert_frame_equal(getattr(first, name), getattr(other, name), check_exact=True)
        assert first.meta == other.meta
    return first


def trace(text, days=2.0, facts=None, more=None, model=None, seed=1, **comes):
    """`comes` names people and the hour at which each comes to the step `start`."""
    names = list(comes)
    arriving = {
        "population": {"citizens": len(names), "starts": "come"},
        "attributes": {"who": names},
        "steps": {"come": {"wait": {"by": "who", **{name: f"{hour} h" for name, hour in comes.items()}}, "then": "start"}},
    }
    citizens = pd.DataFrame({"who": names, **(facts or {})})
    return simulate(text, days, seed, 0, model, citizens, merge(arriving, more or {}))


def assert_contacts(run, expected, without=("come",)):
    """The complete record, but for the steps `without`: columns as headed, times in hours, - for none."""
    header, *rows = [line.split() for line in dedent(expected).strip().splitlines()]
    assert [" ".join(row) for row in table(run, header, without)] == [" ".join(row) for row in rows]


def table(run, header, without=("come",)):
    contacts = run.contacts[~run.contacts["step"].isin(without)]
    label = labels(run)
    columns = []
    for name in header:
        column = contacts[SHORT.get(name, name)]
        if name == "person":
            columns.append([label[number] for number in column])
        elif SHORT.get(name, name) in TIMES:
            columns.append(["-" if ms < 0 else hours(ms) for ms in column])
        else:
            columns.append([_word(value) for value in column])
    return list(zip(*columns, strict=True))


def labels(run):
    """What people are called: by name, with a ' for each who died before; else by stream and number."""
    found = []
    for row in run.citizens.to_dict("records"):
        name = row.get("who")
        found.append(f"{name}{chr(39) * row['generation']}" if row["slot"] >= 0 else f"{row['stream']}{row['person']}")
    return found


def events(run, *what):
    """(person, hour, name, value) of the events of these kinds."""
    label = labels(run)
    chosen = run.events[run.events["what"].isin(what)]
    return [(label[row.person], float(hours(row.time)), row.name_, _word(row.value)) for row in chosen.rename(columns={"name": "name_"}).itertuples()]


def hours(ms):
    return f"{ms / HOUR:.6g}"


def budget(risk, who=0, nth=0, seed=1, replication=0, stream=0):
    """The unit-exponential budget of a person's n-th episode of a risk, from the definition of luck."""
    return keyed_draw(EXPONENTIAL, 1.0, 0.0, 0.0, seed, replication, who, stream, decision_id(f"risks.{risk}"), nth)


def luck(decision, who=0, nth=0, seed=1, replication=0, stream=0):
    """The uniform number of a person's n-th draw for a decision, from the definition of luck."""
    return uniform(seed, replication, who, stream, decision_id(decision), nth)


def _word(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if pd.isna(value) else str(value)
