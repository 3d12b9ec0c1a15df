"""The two care loops as SimPy's tutorials write them: one generator a patient, `with resource.request()`.

They draw with the same luck as the engines and record the same contacts, so that all do the same work.
`OwnLuck` draws with Python's `random` instead, as a tutorial would.
"""

import random

import pandas as pd
import simpy

from pathsim.draws import EXPONENTIAL, LOGNORMAL, decision_id, keyed_draw, lognormal_parameters, uniform

HOUR = 3_600_000
DAY = 24 * HOUR
NAMES = (
    "attributes.urgent", "living.wait", "gp_visit.for", "gp_visit.patience", "referral.choose", "ward_stay.for", "ward_stay.patience", "municipal_stay.for",
)
DECISIONS = {name: decision_id(name if name.startswith("attributes") else f"steps.{name}") for name in NAMES}
GP, WARD, MUNICIPAL = (lognormal_parameters(mean * DAY, cv=cv) for mean, cv in ((0.02, 0.5), (5.0, 0.8), (8.0, 0.7)))
COLUMNS = ["person", "step", "unit", "asked", "begun", "ended", "given_back", "how"]


class Luck:
    """A patient's draws, by name and by how often they came to it."""

    def __init__(self, seed: int, patient: int):
        self.seed, self.patient, self.counts = seed, patient, dict.fromkeys(DECISIONS, 0)

    def _key(self, name: str):
        count = self.counts[name]
        self.counts[name] = count + 1
        return self.seed, 0, self.patient, 0, DECISIONS[name], count

    def exponential(self, name: str, mean: float) -> int:
        return int(keyed_draw(EXPONENTIAL, mean, 0.0, 0.0, *self._key(name)) + 0.5)

    def lognormal(self, name: str, mu: float, sigma: float) -> int:
        return int(keyed_draw(LOGNORMAL, mu, sigma, 0.0, *self._key(name)) + 0.5)

    def chance(self, name: str) -> float:
        return uniform(*self._key(name))

    def unused(self, name: str) -> None:
        """The engines draw patience only for who has to wait."""
        self.counts[name] -= 1


class OwnLuck:
    """The same from one stream of Python's own."""

    def __init__(self, seed: int, patient: int):
        pass

    def exponential(self, name: str, mean: float) -> int:
        return int(random.expovariate(1.0 / mean) + 0.5)

    def lognormal(self, name: str, mu: float, sigma: float) -> int:
        return int(random.lognormvariate(mu, sigma) + 0.5)

    def chance(self, name: str) -> float:
        return random.random()

    def unused(self, name: str) -> None:
        pass


def patient(env, number, luck, gp, ward, municipal, contacts):
    """Lives at home, sees the doctor, and one time in four is admitted and moves on to a municipal place."""
    while True:
        yield env.timeout(luck.exponential("living.wait", 90.0 * DAY))
        asked = env.now
        with gp.request() as request:
            yield request
            begun = env.now
            yield env.timeout(luck.lognormal("gp_visit.for", *GP))
        contacts.append((number, "gp_visit", "gp", asked, begun, env.now, env.now, "completed"))
        if luck.chance("referral.choose") >= 0.75:  # options in alphabetical order: living, ward_stay
            asked = env.now
            with ward.request() as bed:
                yield bed
                begun = env.now
                yield env.timeout(luck.lognormal("ward_stay.for", *WARD))
                ended = env.now
                with municipal.request() as place:
                    yield place
                    ward.release(bed)  # the ward bed is held until the municipal place is there
                    contacts.append((number, "ward_stay", "ward", asked, begun, ended, env.now, "completed"))
                    begun = env.now
                    yield env.timeout(luck.lognormal("municipal_stay.for", *MUNICIPAL))
            contacts.append((number, "municipal_stay", "municipal", ended, begun, env.now, env.now, "completed"))


def impatient(env, number, luck, gp, ward, municipal, contacts):
    """The same, but who is urgent goes first, and who waits too long for doctor or ward goes back to living."""
    priority = 1 if luck.chance("attributes.urgent") >= 0.8 else 2  # no, yes
    while True:
        yield env.timeout(luck.exponential("living.wait", 90.0 * DAY))
        asked = env.now
        with gp.request(priority=priority) as request:
            answer = yield request | env.timeout(luck.exponential("gp_visit.patience", 2.0 * DAY))
            if request not in answer:
                contacts.append((number, "gp_visit", "gp", asked, -1, env.now, -1, "gave_up"))
                continue
            begun = env.now
            if begun == asked:
                luck.unused("gp_visit.patience")
            yield env.timeout(luck.lognormal("gp_visit.for", *GP))
        contacts.append((number, "gp_visit", "gp", asked, begun, env.now, env.now, "completed"))
        if luck.chance("referral.choose") >= 0.75:
            asked = env.now
            with ward.request(priority=priority) as bed:
                answer = yield bed | env.timeout(luck.exponential("ward_stay.patience", 2.0 * DAY))
                if bed not in answer:
                    contacts.append((number, "ward_stay", "ward", asked, -1, env.now, -1, "gave_up"))
                    continue
                begun = env.now
                if begun == asked:
                    luck.unused("ward_stay.patience")
                yield env.timeout(luck.lognormal("ward_stay.for", *WARD))
                ended = env.now
                with municipal.request() as place:
                    yield place
                    ward.release(bed)
                    contacts.append((number, "ward_stay", "ward", asked, begun, ended, env.now, "completed"))
                    begun = env.now
                    yield env.timeout(luck.lognormal("municipal_stay.for", *MUNICIPAL))
            contacts.append((number, "municipal_stay", "municipal", ended, begun, env.now, env.now, "completed"))


def closed(env, gp):
    """One doctor who is not there at night and at weekends: asks before all patients, and keeps the slot until opening."""
    while True:
        with gp.request(priority=-1) as request:
            yield request
            yield env.timeout(until(env.now, 8))
        yield env.timeout(until(env.now, 16))


def until(now: int, hour: int) -> int:
    """The time to this hour of the next day from Monday to Friday; day 0 is a Monday."""
    day, passed = divmod(now, DAY)
    if passed >= hour * HOUR:
        day += 1
    while day % 7 > 4:
        day += 1
    return day * DAY + hour * HOUR - now


def simulate(loop: str, places: tuple[int, ...], citizens: int, days: float, seed: int = 1, luck: type = Luck) -> list[tuple]:
    """The contacts of one replication that came to an end; times in whole ms."""
    env = simpy.Environment()
    contacts: list[tuple] = []
    if loop == "plain":
        walk, units = patient, [simpy.Resource(env, capacity=n) for n in places]
    else:
        walk, units = impatient, [simpy.PriorityResource(env, capacity=n) for n in places]
        for _ in range(places[0]):
            env.process(closed(env, units[0]))
    for number in range(citizens):
        env.process(walk(env, number, luck(seed, number), *units, contacts))
    env.run(until=int(days * DAY))
    return contacts


def frame(contacts: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(contacts, columns=COLUMNS).assign(kind="at")
