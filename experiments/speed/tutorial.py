"""The closed care loop as SimPy's tutorials write it: one generator a patient, `with resource.request()`.

It draws with the same luck as the engine and records the same contacts, so that both do the same work.
"""

import pandas as pd
import simpy

from pathsim.draws import EXPONENTIAL, LOGNORMAL, decision_id, keyed_draw, lognormal_parameters, uniform

DAY = 86_400_000
DECISIONS = {name: decision_id(f"steps.{name}") for name in ("living.wait", "gp_visit.for", "referral.choose", "ward_stay.for", "municipal_stay.for")}
GP, WARD, MUNICIPAL = (lognormal_parameters(mean * DAY, cv=cv) for mean, cv in ((0.02, 0.5), (5.0, 0.8), (8.0, 0.7)))
COLUMNS = ["person", "step", "unit", "asked", "begun", "ended", "given_back"]


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


def patient(env, number, luck, gp, ward, municipal, contacts):
    """Lives at home, sees the doctor, and one time in four is admitted and moves on to a municipal place."""
    while True:
        yield env.timeout(luck.exponential("living.wait", 90.0 * DAY))
        asked = env.now
        with gp.request() as request:
            yield request
            begun = env.now
            yield env.timeout(luck.lognormal("gp_visit.for", *GP))
        contacts.append((number, "gp_visit", "gp", asked, begun, env.now, env.now))
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
                    contacts.append((number, "ward_stay", "ward", asked, begun, ended, env.now))
                    begun = env.now
                    yield env.timeout(luck.lognormal("municipal_stay.for", *MUNICIPAL))
            contacts.append((number, "municipal_stay", "municipal", ended, begun, env.now, env.now))


def simulate(citizens: int, days: float, seed: int = 1) -> pd.DataFrame:
    """The completed contacts of one replication; times in whole ms."""
    env = simpy.Environment()
    gp, ward, municipal = (simpy.Resource(env, capacity=places) for places in (5, 290, 450))
    contacts: list[tuple] = []
    for number in range(citizens):
        env.process(patient(env, number, Luck(seed, number), gp, ward, municipal, contacts))
    env.run(until=int(days * DAY))
    return pd.DataFrame(contacts, columns=COLUMNS)
