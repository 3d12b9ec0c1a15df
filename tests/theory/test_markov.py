"""The exact solver beside closed formulas, and both engines beside the exact solver.

Systems drawn at random are simulated once each, from ten relaxation times on, and every measure is set beside its
exact mean in exact standard errors; so are all measures of a kind in a family together. A right engine fails here
once in a thousand suites (`ALARM`, shared by all comparisons). Four systems whose stays are 5 % too long, and two
whose discipline is wrong, must be found in each family.
"""

import math
from functools import cache
from importlib import import_module

import numpy as np
import pytest
from scipy import stats
from small_chains import FAMILIES, Pen, reachable

from pathsim import theory
from pathsim.engine.places import Pool
from pathsim.language import merge, read_system
from pathsim.language.quantities import DAY
from pathsim.plan import lay_out
from pathsim.study.run import encode
from pathsim.theory import followed
from pathsim.theory.markov import solve

ENGINES = {"simpy": "pathsim.engine", "compiled": "pathsim.compiled"}
SYSTEMS = 9  # of each family
STATES = 1500  # at most, of a system drawn at random
CONTACTS = {"simpy": 4_000, "compiled": 120_000}  # simulated of each system
FEW = 20_000  # are enough to find what is wrong
RETURN = 3.0  # days within which coming back is compared
ALARM = 0.001
COMPARISONS = len(ENGINES) * len(FAMILIES) * (SYSTEMS * 27 + 20)  # more than there are


def plan_of(raw, days=1.0):
    return lay_out(read_system(raw), days)


def station(lam, mean, c, queue="unlimited", **more):
    """One unit, in days."""
    seen = {"at": "unit", "for": {"exponential": f"{mean} d"}, "then": "gone", **more} | ({} if queue == "unlimited" else {"else": "gone"})
    return {
        "units": {"unit": {"beds": c, "queue": queue}}, "arrivals": {"people": {"rate": f"{lam} per d", "then": "seen"}},
        "steps": {"seen": seen, "gone": {"leave": "well"}},
    }


# --- the solver beside closed formulas ---------------------------------------------------------


@pytest.mark.parametrize("lam, mean, c", [(0.8, 1, 1), (2.5, 1, 3), (10, 0.3, 5)])
def test_waiting_in_one_queue(lam, mean, c):
    found, known = solve(plan_of(station(lam, mean, c))), theory.mmc(lam, mean, c)
    assert found.tail < 1e-10
    assert found["queueing", "unit"] == pytest.approx(known.Lq, rel=1e-6)
    assert found.ratio(("waiting", "seen"), ("asked", "seen")) == pytest.approx(known.Wq, rel=1e-6)
    assert found.ratio(("queued", "seen"), ("asked", "seen")) == pytest.approx(known.p_wait, rel=1e-8)
    assert found["in use", "unit"] == pytest.approx(lam * mean, rel=1e-8)


@pytest.mark.parametrize("lam, mean, c, queue", [(0.8, 1, 1, 3), (2.5, 1, 3, 3), (4, 0.5, 2, 0), (3, 1, 2, 5)])
def test_a_limited_queue(lam, mean, c, queue):
    found, known = solve(plan_of(station(lam, mean, c, queue))), theory.mmck(lam, mean, c, c + queue)
    assert found.tail == 0 and len(found.states) == c + queue + 1
    assert found.ratio(("refused", "seen"), ("asked", "seen")) == pytest.approx(known.p_block, rel=1e-12)
    assert found["queueing", "unit"] == pytest.approx(known.Lq, rel=1e-12)
    assert found["completed", "seen"] == pytest.approx(known.throughput, rel=1e-12)
    if queue == 0:
        assert found.ratio(("refused", "seen"), ("asked", "seen")) == pytest.approx(theory.erlang_b(c, lam * mean), rel=1e-12)


def test_giving_up():
    found = solve(plan_of(station(5, 1, 4, patience={"exponential": "2 d"}, **{"else": "gone"})))
    known = theory.erlang_a(5, 1, 4, 2)
    assert found.ratio(("gave_up", "seen"), ("asked", "seen")) == pytest.approx(known.p_abandon, rel=1e-9)
    assert found["queueing", "unit"] == pytest.approx(known.Lq, rel=1e-9)


def test_priorities_at_one_place_and_at_two():
    raw = station(0.25, 1, 1, priority=1)
    urgent = {"arrivals": {"others": {"rate": "0.3 per d", "then": "later"}}, "steps": {"later": {"at": "unit", "for": {"exponential": "1 d"}, "then": "gone"}}}
    found = solve(plan_of(merge(raw, urgent)))
    waits = [found.ratio(("waiting", step), ("asked", step)) for step in ("seen", "later")]
    assert waits == pytest.approx(theory.priority_mg1([(0.25, 1, 1), (0.3, 1, 1)]), rel=1e-8)
    raw = merge(raw, {"units": {"unit": {"beds": 2}}, "arrivals": {"people": {"rate": "0.5 per d"}, "others": {"rate": "0.6 per d"}}})
    found = solve(plan_of(merge(urgent, raw)))
    first = theory.erlang_c(2, 1.1) / (2 - 0.5)  # Cobham for several places and equal means
    waits = [found.ratio(("waiting", step), ("asked", step)) for step in ("seen", "later")]
    assert waits == pytest.approx([first, first / (1 - 1.1 / 2)], rel=1e-7)


def test_queues_one_after_the_other():
    raw = merge(station(0.5, 1, 1), {
        "units": {"second": {"slots": 2}},
        "steps": {"seen": {"then": "seen_again"}, "seen_again": {"at": "second", "for": {"exponential": "2 d"}, "then": "gone"}},
    })
    found, known = solve(plan_of(raw)), theory.jackson_tandem(0.5, [(1, 1), (2, 2)])
    assert [found["queueing", unit] for unit in ("unit", "second")] == pytest.approx([queue.Lq for queue in known], rel=1e-7)
    raw = merge(raw, {
        "arrivals": {"people": {"rate": "0.3 per d"}}, "units": {"second": {"slots": None, "beds": 1, "queue": 0}},  # who holds a place is never turned away
        "steps": {"seen_again": {"hold": True, "for": {"exponential": "1 d"}, "else": "gone"}},
    })
    found, known = solve(plan_of(raw)), theory.blocked_tandem(0.3, 1, 1)
    assert found["refused", "seen_again"] == 0
    assert found["queueing", "unit"] == pytest.approx(known.Lq, rel=1e-7)
    assert found["queueing", "second"] == pytest.approx(known.blocked * 0.3, rel=1e-7)
    assert found["in use", "unit"] == pytest.approx(known.in_first, rel=1e-7)


@pytest.mark.parametrize("citizens, c", [(1, 1), (4, 1), (6, 2)])
def test_citizens_who_fall_ill_and_queue_for_a_bed(citizens, c):
    """Machine repair, but that who queues is at home: a strike displaces them and they ask anew, which leaves the numbers as they were."""
    raw = {
        "population": {"citizens": citizens}, "units": {"ward": {"beds": c, "sector": "hospital"}},
        "risks": {"worse": {"rate": "0.3 per d", "then": "in_ward"}}, "steps": {"in_ward": {"at": "ward", "for": {"exponential": "2 d"}, "then": "home"}},
    }
    found = solve(plan_of(raw))
    n = np.arange(citizens + 1)
    share = theory.birth_death(0.3 * (citizens - n[:-1]), np.minimum(n[1:], c) / 2)
    assert found["in use", "ward"] == pytest.approx(float(share @ np.minimum(n, c)), rel=1e-10)
    assert found["waiting", "in_ward"] == pytest.approx(float(share @ np.maximum(n - c, 0)), rel=1e-10)
    assert found["displaced", "in_ward"] == pytest.approx(0.3 * found["waiting", "in_ward"], rel=1e-10)
    assert found["asked", "in_ward"] == pytest.approx(0.3 * (found["at home", ""] + found["waiting", "in_ward"]), rel=1e-10)


def test_how_long_a_queue_takes():
    """Who has to wait in M/M/c waits an exponential time of rate c / mean - lam."""
    found = solve(plan_of(station(2, 1, 3)))
    assert [followed.called(found, "seen", days) for days in (0.5, 2)] == pytest.approx([-math.expm1(-0.5), -math.expm1(-2)], rel=1e-8)
    found = solve(plan_of(station(5, 1, 4, patience={"exponential": "2 d"}, **{"else": "gone"})))
    assert followed.called(found, "seen") == pytest.approx(1 - found["gave_up", "seen"] / found["queued", "seen"], rel=1e-9)


def test_coming_back():
    raw = merge(station(1, 1, 2, 3), {
        "steps": {"seen": {"then": "out"}, "out": {"choose": {"at_home": 0.3, "gone": "rest"}}, "at_home": {"wait": {"exponential": "10 d"}, "then": "seen"}}
    })
    found = solve(plan_of(raw))
    assert followed.returned(found, "seen") == pytest.approx(0.3, rel=1e-9)
    assert followed.returned(found, "seen", 30) == pytest.approx(0.3 * -math.expm1(-3), rel=1e-9)
    assert found["asked", "seen"] == pytest.approx(1 + 0.3 * found["completed", "seen"], rel=1e-9)
    assert found.visits("seen") == pytest.approx(found["asked", "seen"], rel=1e-9)


def test_the_standard_error_of_a_count_and_of_a_mean_number():
    """A Poisson stream has as much variance as mean; of M/M/1 the variance of the mean number is known: 2 rho (1 + rho) / (1 - rho)^4 / mu."""
    found = solve(plan_of(station(0.5, 1, 1)))
    assert found.error({("asked", "seen"): 1.0}, 100) ** 2 * 100 == pytest.approx(0.5, rel=1e-6)
    assert found.error({("queueing", "unit"): 1.0, ("in use", "unit"): 1.0}, 1) ** 2 == pytest.approx(2 * 0.5 * 1.5 / 0.5**4, rel=1e-4)
    assert solve(plan_of(station(0.5, 1, 1, 0))).relaxation == pytest.approx(1 / 1.5, rel=1e-12)


@pytest.mark.parametrize("changed, sentence", [
    ({"steps": {"seen": {"for": "1 d"}}}, "not exponential"),
    ({"steps": {"seen": {"for": {"exponential": "1 d", "plus": "1 h"}}}}, "something added"),
    ({"units": {"unit": {"open": {"mon-fri": "8-16"}}}}, "opening hours"),
    ({"steps": {"seen": {"already": {"in": 1}}}}, "already"),
    ({"arrivals": {"people": {"rate": "1.1 per d"}}}, "more than 500 states"),
    ({"attributes": {"old": 0.5}, "population": {"citizens": 2}, "risks": {"fall": {"who": "old", "rate": "2 per y", "then": "seen"}}}, "left to chance"),
])
def test_what_is_not_within_reach_is_said(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        solve(plan_of(merge(station(0.5, 1, 1), changed)), limit=500)


# --- the engines beside the solver -------------------------------------------------------------


@cache
def drawn(family, number):
    """A system drawn at random with its exact solution: the first of the draws that has few enough states."""
    for attempt in range(50):
        raw = reachable(FAMILIES[family](Pen(sorted(FAMILIES).index(family), number, attempt)))
        try:
            return raw, solve(plan_of(raw), limit=STATES)
        except ValueError as problem:
            if "more than" not in str(problem):
                raise
    raise AssertionError(f"no small system in the family {family}")


def simulated(engine, raw, found, contacts, seed):
    """A run from ten times the relaxation on: (plan, its contact table, start in ms, days counted)."""
    start, days = 10 * found.relaxation, contacts / sum(found[measure] for measure in asks(found))
    plan = plan_of(raw, start + days)
    record = import_module(ENGINES[engine]).run(plan, *encode(plan, None)[:2], frozenset(), seed, 0)
    return plan, record.contacts, round(start * DAY), (plan.horizon - round(start * DAY)) / DAY


def asks(found):
    return [("asked", step.name) for step in found.moves.plan.steps if step.time is not None]


def counted(plan, contacts, start):
    """The measures of a `Stationary`, from the contact table of a run."""
    end = plan.horizon
    step, how, unit = (contacts[name].astype(object).to_numpy() for name in ("step", "how", "unit"))
    asked, begun, ended, back = (contacts[name].to_numpy() for name in ("asked", "begun", "ended", "given_back"))
    until = {"ended": np.where(ended >= 0, ended, end), "back": np.where(back >= 0, back, end)}
    called = np.where(begun >= 0, begun, until["ended"])

    def time(chosen, since, till):
        return float((np.clip(till, start, end) - np.clip(since, start, end))[chosen].sum()) / (end - start)

    def number(chosen, at):
        return float((chosen & (at >= start)).sum()) / ((end - start) / DAY)

    found = {}
    for name in {unit.name for unit in plan.units}:
        found["in use", name] = time((unit == name) & (begun >= 0), begun, until["back"])
        found["queueing", name] = time((unit == name), asked, called)
    for name in {form.name for form in plan.steps if form.time is not None}:
        here = step == name
        found["waiting", name] = time(here, asked, called)
        found["in care", name] = time(here & (begun >= 0), begun, until["ended"])
        found["asked", name], found["begun", name] = number(here, asked), number(here & (begun >= 0), begun)
        found["queued", name] = number(here & (called > asked), asked)
        for word in ("completed", "refused", "gave_up", "displaced", "died"):
            found[word, name] = number(here & (how == word), ended)
    return found


def takes_time(found, step):
    """Whether all queueing for a step does: who finds no queue, and is called in the moment of asking by a place
    that they gave back themselves, leaves no trace of it in a record."""
    queued, begun = (found._counts.get((what, step), np.zeros(1)) for what in ("queued", "begun"))
    return not (queued * begun * (found._levels["waiting", step][found._source] == 0)).any()


def comparisons(found, days):
    """What is compared: (kind, name, weighted sum of measures) whose exact mean may be 0; nothing that happens too seldom to be normal."""
    seldom, at_units = 200 / days, {step.name for step in found.moves.plan.steps if step.unit >= 0}
    for unit in found.moves.plan.units:
        steps = [step.name for step in found.moves.plan.steps if step.unit == unit.index]
        for what, often in (("in use", "begun"), ("queueing", "queued")):
            if sum(found[often, step] for step in steps) > seldom:
                yield what, unit.name, {(what, unit.name): 1.0}
    for _, step in asks(found):
        if found["asked", step] > seldom:
            yield "asked", step, {("asked", step): 1.0}
        if found["completed", step] > seldom:
            mean = found.ratio(("in care", step), ("completed", step))
            yield "stay" if step in at_units else "pause", step, {("in care", step): 1.0, ("completed", step): -mean}
        if found["queued", step] > seldom:
            yield "wait", step, {("waiting", step): 1.0, ("asked", step): -found.ratio(("waiting", step), ("asked", step))}
        for what in ("queued", "refused", "gave_up", "displaced", "died"):
            if found[what, step] > seldom and found[what, step] < 0.99 * found["asked", step] and (what != "queued" or takes_time(found, step)):
                yield what, step, {(what, step): 1.0, ("asked", step): -found.ratio((what, step), ("asked", step))}


def scores(engine, family, number, contacts, change=lambda raw: raw):
    """By how many standard errors a run is off: (kind, name) → z; the name `all` is for all of a kind together."""
    raw, found = drawn(family, number)
    seed = sorted(FAMILIES).index(family) * SYSTEMS + number  # luck goes by names, and these are the same in a family
    plan, table, start, days = simulated(engine, change(raw), found, contacts, seed)
    values, result, together = counted(plan, table, start), {}, {}

    def score(combination):
        return sum(weight * (values.get(measure, 0.0) - found[measure]) for measure, weight in combination.items()) / found.error(combination, days)

    for kind, name, combination in comparisons(found, days):
        result[kind, name] = score(combination)
        # so weighted, a change by the same percentage everywhere is seen best
        percent = found[next(iter(combination))] / found.error(combination, days) ** 2
        for measure, weight in combination.items():
            summed = together.setdefault(kind, {})
            summed[measure] = summed.get(measure, 0.0) + weight * percent
    result |= {(kind, "all"): score(combination) for kind, combination in together.items()}
    if len(found.states) <= 200:  # following somebody makes many more
        result |= {what: z for what, z in by_person(found, table, start, plan.horizon)}
    return result


def by_person(found, contacts, start, end):
    """What is not a mean over time: who comes back to the busiest step in time, and who of its queue begins in time."""
    rows = contacts.sort_values(["person", "asked"], kind="stable")
    step = max((step for _, step in asks(found)), key=lambda step: found["completed", step])
    here = rows[rows["step"] == step]
    soon = (here["person"].shift(-1) == here["person"]) & (here["asked"].shift(-1) - here["ended"] <= RETURN * DAY)
    these = (here["how"] == "completed") & here["ended"].between(start, end - RETURN * DAY)
    yield from batches("returned", step, soon[these], here["ended"], followed.returned(found, step, RETURN))

    step = max((step for _, step in asks(found)), key=lambda step: found["queued", step])
    if found["queued", step] > 0 and takes_time(found, step):
        wait = found.ratio(("waiting", step), ("queued", step))
        here = rows[rows["step"] == step]
        soon = (here["begun"] >= 0) & (here["begun"] - here["asked"] <= wait * DAY)
        queued = (here["begun"] != here["asked"]) & (here["how"] != "refused")
        these = queued & here["asked"].between(start, end - wait * DAY)
        yield from batches("called", step, soon[these], here["asked"], followed.called(found, step, wait))


def batches(kind, step, happens, when, chance):
    """How far a share of people is off, from 25 batches of them one after the other."""
    happens = happens[when[happens.index].sort_values(kind="stable").index].to_numpy()
    if len(happens) >= 500 and 0.01 < chance < 0.99:
        means = np.array([batch.mean() for batch in np.array_split(happens, 25)])
        t = (means.mean() - chance) / (means.std(ddof=1) / 5)
        yield (kind, step), math.copysign(stats.norm.isf(stats.t.sf(abs(t), 24)), t)


def off(runs):
    """What differs: comparisons of single systems, and all those of a kind taken together, beyond the bound."""
    bound = stats.norm.isf(ALARM / 2 / COMPARISONS)
    found = {(number, *what): z for number, result in runs.items() for what, z in result.items()}
    for kind in sorted({kind for _, kind, _ in found}):
        scores_of_kind = [z for (_, other, name), z in found.items() if other == kind and (name == "all" or kind in ("returned", "called"))]
        if scores_of_kind:
            found["all systems", kind, "all"] = sum(scores_of_kind) / math.sqrt(len(scores_of_kind))
    return {what: round(z, 1) for what, z in found.items() if not abs(z) < bound}


@pytest.mark.parametrize("family", FAMILIES)
def test_who_asks_is_accounted_for(family):
    for number in range(SYSTEMS):
        found = drawn(family, number)[1]
        for _, step in asks(found):
            ended = sum(found[how, step] for how in ("completed", "refused", "gave_up", "displaced", "died"))
            assert ended == pytest.approx(found["asked", step], rel=1e-6)
        assert found.tail < 1e-10 and found.residual < 1e-12


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_does_as_the_chain(engine, family):
    assert not off({number: scores(engine, family, number, CONTACTS[engine]) for number in range(SYSTEMS)})


# --- the test of the test ----------------------------------------------------------------------


def longer(raw, times=1.05):
    """Every stay at a unit is longer."""
    steps = {name: {**step, "for": _longer(step["for"], times)} if "at" in step else step for name, step in raw["steps"].items()}
    return {**raw, "steps": steps}


def _longer(time, times):
    if "exponential" in time:
        return {**time, "exponential": f"{float(time['exponential'].split()[0]) * times:.4f} h"}
    return {case: entry if case == "by" else _longer(entry, times) for case, entry in time.items()}


def each(heading, **changes):
    """The same words changed in every entry of a heading that has them; None takes them away."""
    def change(raw):
        entries = {name: {**entry, **{word: new for word, new in changes.items() if word in entry}} for name, entry in raw[heading].items()}
        return {**raw, heading: {name: {word: value for word, value in entry.items() if value is not None} for name, entry in entries.items()}}

    return change


def certain_patience(raw):
    """As long a patience, but always the same."""
    drawn = {name: step for name, step in raw["steps"].items() if isinstance(step.get("patience"), dict)}
    return {**raw, "steps": raw["steps"] | {name: {**step, "patience": step["patience"]["exponential"]} for name, step in drawn.items()}}


WRONG = {  # another discipline, in the same words
    "loss": each("units", queue=3),
    "patience": certain_patience,
    "priorities": each("steps", priority=5),
    "held": each("steps", hold=False),
    "loops": lambda raw: merge(raw, {"steps": {"at_home": {"wait": {"exponential": None, "lognormal": {"mean": "40 h", "cv": 1}}}}}),
    "visits": each("steps", hold=False),
    "pools": lambda raw: merge(raw, {"units": {"gp": {"slots": 2, "per": None}}}),
    "crowded": lambda raw: merge(raw, {"steps": {step: {"choose": {"rest": raw["steps"][step]["choose"]["ward"]}} for step in ("triage", "discharge")}}),
    "citizens": lambda raw: merge(raw, {"risks": {"worse": {"where": "anywhere"}}}),
    "struck": lambda raw: merge(raw, {"risks": {"death": {"where": "home"}}}),
    "facts": each("steps", priority=5, begun=None),
    "mixed": lambda raw: merge(raw, {"risks": {"worse": {"where": "anywhere"}}}),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_stays_five_per_cent_longer_are_found(family):
    assert off({number: scores("compiled", family, number, FEW, longer) for number in range(4)})


@pytest.mark.parametrize("family", ["held", "citizens"])
def test_last_come_first_served_is_found(monkeypatch, family):
    """It leaves most means as they are, but not the chance of being called in time."""
    right = Pool.wait
    monkeypatch.setattr(Pool, "wait", lambda pool, request, priority, since: right(pool, request, priority, -since))
    assert off({number: scores("simpy", family, number, FEW) for number in range(2)})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_wrong_discipline_is_found(family):
    assert off({number: scores("compiled", family, number, FEW, WRONG[family]) for number in range(2)})
