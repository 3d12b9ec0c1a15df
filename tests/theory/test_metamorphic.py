"""What must be so between two systems that differ in one thing, whatever the numbers (no known answer needed)."""

import numpy as np
import pytest
from small import simulate

SEEDS = range(4)

WARD = """
    units: {ward: {beds: 8, sector: hospital}}
    arrivals: {patients: {rate: 1.5 per d, then: ward_stay}}
    steps:
      ward_stay: {at: ward, for: {lognormal: {mean: 5 d, cv: 0.9}}, then: gone}
      gone: {leave: well}
    """
LONGER = {"steps": {"ward_stay": {"for": {"lognormal": {"mean": "5.2 d", "cv": 0.9}}}}}


def waits(run):
    """Time from asking to beginning, or to the horizon, in days."""
    rows = run.contacts[run.contacts["kind"] == "at"]
    return (np.where(rows["begun"] >= 0, rows["begun"], run.meta["horizon"]) - rows["asked"]).to_numpy() / 86_400_000


def struck(run, name="worsening"):
    return int(((run.events["what"] == "strike") & (run.events["name"] == name)).sum())


def person_years(run):
    return (run.left - run.citizens["entered"].to_numpy()).sum() / 86_400_000 / 365


def hours_of(run, unit):
    """Hours of care given at a unit."""
    rows = run.contacts[(run.contacts["unit"] == unit) & (run.contacts["ended"] >= 0) & (run.contacts["begun"] >= 0)]
    return (rows["ended"] - rows["begun"]).sum() / 3_600_000


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_bed_makes_nobody_wait_longer(seed):
    """First come, first served, each with a stay of their own: so for every single patient (Kiefer and Wolfowitz)."""
    few = simulate(WARD, 200.0, seed)
    more = simulate(WARD, 200.0, seed, more={"units": {"ward": {"beds": 9}}})
    assert len(few.contacts) == len(more.contacts) > 200
    assert (waits(more) <= waits(few)).all()
    assert waits(more).mean() < waits(few).mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_longer_stay_makes_nobody_wait_less(seed):
    short = simulate(WARD, 200.0, seed)
    long = simulate(WARD, 200.0, seed, more=LONGER)
    assert (waits(long) >= waits(short)).all() and waits(long).mean() > waits(short).mean()


# Discharged patients are fragile; a nurse who comes in time halves the risk.
FOLLOW_UP = """
    population: {citizens: 400, starts: first}
    attributes: {already_in: 0.1}
    units: {ward: {beds: unlimited, sector: hospital}, nurse: {slots: 1, staff: {nurse: 1}}}
    risks: {worsening: {rate: 1.5 per y, then: ward_stay}}
    effects:
      fragile: {worsening: {0-30 d: 6}}
      seen: {worsening: {0-30 d: 0.5}}
    tasks: {follow_up: {then: visit, after: 1 d, expires: 30 d}}
    steps:
      first: {choose: {by: already_in, yes: {ward_stay: 1}, no: {home: 1}}}
      ward_stay: {at: ward, for: {exponential: 5 d}, then: discharged}
      discharged: {do: {fragile: yes, follow_up: yes}, then: home}
      visit: {at: nurse, for: {exponential: 24 h}, patience: 20 d, else: end, done: {seen: yes}, then: end}
    """


def test_fewer_nurses_not_fewer_readmissions():
    """Paired over seeds; what the difference of few against many may be by chance: none of the sums falls."""
    found = {}
    for slots in (1, 2, 6):
        runs = [simulate(FOLLOW_UP, 250.0, seed, more={"units": {"nurse": {"slots": slots}}}) for seed in SEEDS]
        found[slots] = np.array([struck(run) for run in runs])
    noise = 2 * np.sqrt(found[1].sum())  # an unpaired Poisson bound; the pairs are far closer
    assert found[2].sum() >= found[6].sum() - noise and found[1].sum() >= found[2].sum() - noise
    assert found[1].sum() > 1.1 * found[6].sum(), "the team matters in this system"


def test_who_waits_for_a_bed_worsens_and_dies_meanwhile():
    """With too few beds people queue at home, where their clocks run: no fewer strikes and deaths a person-year."""
    system = """
        population: {citizens: 200, deaths: replaced, starts: lives}
        units: {ward: {beds: 30, sector: hospital}}
        risks:
          worsening: {rate: 3 per y, then: ward_stay}
          death: {rate: 0.5 per y, then: dead}
        steps:
          lives: {wait: 1 d, then: home}
          ward_stay: {at: ward, for: {exponential: 12 d}, then: home}
          dead: {leave: dead}
        """
    for seed in SEEDS:
        rates, queued_deaths = {}, {}
        for beds in (4, 30):
            run = simulate(system, 365.0, seed, more={"units": {"ward": {"beds": beds}}})
            rates[beds] = {name: struck(run, name) / person_years(run) for name in ("worsening", "death")}
            rows = run.contacts[run.contacts["step"] == "ward_stay"]
            queued_deaths[beds] = ((rows["how"] == "died") & (rows["begun"] < 0)).sum()
        for name, low in (("worsening", 300), ("death", 60)):
            assert rates[4][name] >= rates[30][name] * (1 - 2 / np.sqrt(low)), name
        assert queued_deaths[4] > 5 and queued_deaths[30] <= queued_deaths[4]


def strikes_of(run):
    rows = run.events[run.events["what"] == "strike"]
    return rows[["person", "name", "time"]].astype({"name": str}).reset_index(drop=True)


def test_no_effect_no_difference():
    """Visits that do nothing: the strikes are those without visits, to the rounding of a millisecond."""
    nothing = {"effects": {"seen": {"worsening": {"0-30 d": 1}}}}
    none = {"steps": {"discharged": {"do": {"follow_up": None}}, "visit": None}, "tasks": None, "effects": {"seen": None}, "units": {"nurse": None}}
    for seed in SEEDS:
        one, other = strikes_of(simulate(FOLLOW_UP, 250.0, seed, more=nothing)), strikes_of(simulate(FOLLOW_UP, 250.0, seed, more=none))
        assert len(one) == len(other) > 300
        one, other = one.sort_values(["person", "time"]), other.sort_values(["person", "time"])
        assert (one["person"].to_numpy() == other["person"].to_numpy()).all()
        assert np.abs(one["time"].to_numpy() - other["time"].to_numpy()).max() <= 5


# A programme for all: planned visits by the team that also answers those who worsen.
PROGRAMME = """
    population: {citizens: 300, starts: lives}
    units: {ward: {beds: unlimited, sector: hospital}, team: {slots: TEAM, staff: {nurse: 1}}}
    risks: {worsening: {rate: 2 per y, then: call_team}}
    effects:
      fragile: {worsening: {0-30 d: 4}}
      seen: {worsening: {0-60 d: BENEFIT}}
    steps:
      lives: {wait: 1 d, then: home}
      call_team: {at: team, for: 2 h, patience: 6 h, else: ward_stay, then: home}
      ward_stay: {at: ward, for: {exponential: 6 d}, then: discharged}
      discharged: {do: {fragile: yes}, then: home}
    levers:
      programme:
        fidelity: 1
        enrolled: {rounds: yes}
        changes:
          tasks: {rounds: {then: round, after: {uniform: {low: 0 d, high: 10 d}}, every: 10 d}}
          steps: {round: {at: team, for: 75 min, PRIORITY done: {seen: yes}, then: end}}
    """


def programme(team, benefit, priority=5):
    return PROGRAMME.replace("TEAM", str(team)).replace("BENEFIT", str(benefit)).replace("PRIORITY", f"priority: {priority},")


def both(system, seed, days=200.0):
    return [simulate(system, days, seed, model=model) for model in ("base", "changed")]


def test_with_effects_at_1_a_programme_costs_hours_and_changes_nothing_else_where_places_are_unlimited():
    for seed in SEEDS:
        base, changed = both(programme("unlimited", 1), seed)
        assert hours_of(changed, "team") > hours_of(base, "team") + 300 * 200 / 10 * 1.0
        one, other = strikes_of(base).sort_values(["person", "time"]), strikes_of(changed).sort_values(["person", "time"])
        assert list(one["person"]) == list(other["person"]) and len(one) > 200
        assert np.abs(one["time"].to_numpy() - other["time"].to_numpy()).max() <= 5
        stays = [(run.contacts["step"] == "ward_stay").sum() for run in (base, changed)]
        assert stays == [0, 0], "an unlimited team always comes"


def test_with_effects_at_1_a_programme_acts_through_capacity_alone():
    """The same team is busier: more of those who worsen are not reached in time."""
    for seed in SEEDS:
        base, changed = both(programme(1, 1), seed)
        stays = [(run.contacts["step"] == "ward_stay").sum() for run in (base, changed)]
        assert stays[1] > stays[0] and struck(changed) >= struck(base)


def test_a_programme_that_works_wins_with_a_team_of_its_size_and_loses_when_it_saturates_its_team():
    """Perfect fidelity and a real benefit: what it adds for the team to do decides."""
    def admissions(team):
        runs = [both(programme(team, 0.7), seed) for seed in SEEDS]
        return np.array([[(run.contacts["step"] == "ward_stay").sum() + struck(run) for run in pair] for pair in runs]).sum(axis=0)

    enough, saturated = admissions(6), admissions(1)
    assert enough[1] < enough[0]
    assert saturated[1] > saturated[0]


def test_twice_the_rate_is_half_the_time():
    system = "population: {citizens: 300, starts: lives}\nsteps: {lives: {wait: 1 d, then: home}}\nrisks: {worsening: {rate: 0.5 per y}}"
    slow = strikes_of(simulate(system, 20 * 365.0)).groupby("person")["time"].first()
    fast = strikes_of(simulate(system, 20 * 365.0, more={"risks": {"worsening": {"rate": "1 per y"}}})).groupby("person")["time"].first()
    assert len(slow) > 290
    assert np.abs(slow - 2 * fast.loc[slow.index]).max() <= 2
    mean = slow.mean() / 86_400_000 / 365  # truncated at 20 years: a share e^-10 of the people
    assert mean == pytest.approx(2.0, abs=4 * 2.0 / np.sqrt(300))
