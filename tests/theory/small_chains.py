"""Small care systems with exponential times, drawn at random in families that each try some rules of the language."""

import numpy as np


class Pen:
    """Writes numbers drawn at random into a system."""

    def __init__(self, *key):
        self.rng = np.random.default_rng(key)

    def hours(self, low=4, high=40):
        return f"{self.rng.uniform(low, high):.2f} h"

    def time(self, low=4, high=40):
        return {"exponential": self.hours(low, high)}

    def rate(self, low=0.4, high=2.0):
        return f"{self.rng.uniform(low, high):.3f} per d"

    def share(self, low=0.1, high=0.6):
        return round(float(self.rng.uniform(low, high)), 3)

    def number(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def one_of(self, *options):
        return options[self.rng.integers(len(options))]


def stream(then, rate, **more):
    return {"rate": rate, "then": then, **more}


def loss(pen):
    """Full wards send people on to others; a queue has little room or none (rule 11)."""
    return {
        "units": {"near": {"beds": pen.number(1, 3), "queue": pen.number(0, 2)}, "far": {"slots": pen.number(1, 3), "queue": pen.number(0, 2)}},
        "arrivals": {"one": stream("in_near", pen.rate()), "two": {"every": pen.time(12, 48), "then": "in_far"}},
        "steps": {
            "in_near": {"at": "near", "for": pen.time(), "else": "in_far", "then": "gone"},
            "in_far": {"at": "far", "for": pen.time(), "else": pen.one_of("gone", "later"), "then": pen.one_of("gone", "in_near", "later")},
            "later": {"wait": pen.time(4, 60), "then": "decides"},
            "decides": {"choose": {"in_near": pen.share(), "gone": "rest"}},
            "gone": {"leave": "well"},
        },
    }


def patience(pen):
    """Who waits too long goes elsewhere (rule 12); the same people may come again."""
    return {
        "units": {"ward": {"beds": pen.number(1, 3)}, "team": {"slots": pen.number(1, 2)}},
        "arrivals": {"one": stream("in_ward", pen.rate(0.5, 1.6)), "two": stream("seen", pen.rate(0.3, 0.9))},
        "steps": {
            "in_ward": {"at": "ward", "for": pen.time(10, 40), "patience": pen.time(4, 30), "else": pen.one_of("seen", "gone"), "then": "gone"},
            "seen": {"at": "team", "for": pen.time(4, 16), "patience": pen.one_of(pen.time(4, 24), "0 d"), "else": "gone", "then": "decides"},
            "decides": {"choose": {"in_ward": pen.share(0.1, 0.4), "gone": "rest"}},
            "gone": {"leave": "well"},
        },
    }


def priorities(pen):
    """Order of the queue by priority, then by the time of asking; care is not interrupted (rule 10)."""
    ranks = pen.rng.permutation([1, 5, 5, 8])[:3].tolist()
    steps = {
        f"seen_{who}": {"at": "clinic", "for": pen.time(4, 24), "priority": rank, "else": "gone", "then": "gone"}
        for who, rank in zip("abc", ranks, strict=True)
    }
    if pen.one_of(True, False):
        steps["seen_a"] |= {"patience": pen.time(10, 40)}
    return {
        "units": {"clinic": {"slots": pen.number(1, 2), "queue": pen.number(3, 5)}},
        "arrivals": {who: stream(f"seen_{who}", pen.rate(0.4, 1.2)) for who in "abc"},
        "steps": {**steps, "gone": {"leave": "well"}},
    }


def held(pen):
    """A bed is kept until the next is obtained (rules 7, 8 and 11)."""
    last = {"at": "home_care", "hold": True, "for": pen.time(10, 50), "then": "gone"}
    if pen.one_of(True, False):
        last |= {"patience": pen.time(10, 60), "else": "gone"}
    return {
        "units": {
            "ward": {"beds": pen.number(1, 2), "queue": pen.number(0, 2), "sector": "hospital"},
            "place": {"beds": 1}, "home_care": {pen.one_of("beds", "slots"): 1},
        },
        "arrivals": {"one": stream("in_ward", pen.rate(0.6, 2.0))},
        "steps": {
            "in_ward": {"at": "ward", "for": pen.time(), "else": "gone", "then": "decides"},
            "decides": {"choose": {"letter": pen.share(0.3, 0.7), "gone": "rest"}},
            "letter": {
                "handover": "care", "takes": pen.time(2, 12), "complete": pen.share(0.5, 0.9), "hold": True,
                "then": "in_place", "lost": pen.one_of("again", "last"),
            },
            "again": {"wait": pen.time(2, 12), "hold": pen.one_of(True, False), "then": "in_place"},
            "in_place": {"at": "place", "hold": True, "for": pen.time(), "patience": pen.time(20, 80), "else": "last", "then": "last"},
            "last": last,
            "gone": {"leave": "well"},
        },
    }


def loops(pen):
    """Readmission: home for a while and back to the same ward."""
    return {
        "units": {"ward": {"beds": pen.number(1, 3), "queue": pen.number(1, 3)}, "clinic": {"slots": "unlimited"}},
        "arrivals": {"one": stream("in_ward", pen.rate(0.3, 0.9))},
        "steps": {
            "in_ward": {"at": "ward", "for": pen.time(15, 60), "else": pen.one_of("gone", "at_home"), "then": "discharge"},
            "discharge": {"choose": {"at_home": pen.share(0.2, 0.5), "checked": pen.share(0.1, 0.3), "gone": "rest"}},
            "checked": {"at": "clinic", "for": pen.time(2, 8), "then": "at_home"},
            "at_home": {"wait": pen.time(10, 40), "then": pen.one_of("in_ward", "decides")},
            "decides": {"choose": {"in_ward": pen.share(0.3, 0.7), "gone": "rest"}},
            "gone": {"leave": "well"},
        },
    }


def visits(pen):
    """A visit from a bed, a slot kept until there is a bed, and going on in the same place (rules 8 and 9)."""
    return {
        "units": {
            "ward": {"beds": pen.number(1, 2), "queue": 1}, "scanner": {"slots": 1, "queue": 1},
            "emergency": {"slots": pen.number(1, 2), "queue": pen.number(0, 1)},
        },
        "arrivals": {"one": stream("seen", pen.rate(0.8, 2.5))},
        "steps": {
            "seen": {"at": "emergency", "for": pen.time(2, 10), "else": "gone", "then": "decides"},
            "decides": {"choose": {"watched": pen.share(0.2, 0.4), "in_ward": pen.share(0.2, 0.5), "gone": "rest"}},
            "watched": {"at": "emergency", "for": pen.time(4, 20), "hold": pen.one_of(True, False), "else": "in_ward", "then": "in_ward"},
            "in_ward": {"at": "ward", "for": pen.time(), "hold": True, "patience": pen.time(10, 40), "else": "gone", "then": "after"},
            "after": {"choose": {"scan": pen.share(0.3, 0.6), "gone": "rest"}},
            "scan": {
                "at": "scanner", "for": pen.time(1, 8), "hold": True, "patience": pen.time(4, 20), "else": "rests",
                "then": pen.one_of("rests", "in_ward_again"),
            },
            "in_ward_again": {"at": "ward", "for": pen.time(4, 20), "hold": True, "else": "gone", "then": "gone"},
            "rests": {"wait": pen.time(2, 10), **pen.one_of({"hold": True}, {"where": "home"}), "then": "gone"},
            "gone": {"leave": "well"},
        },
    }


def pools(pen):
    """Whose places are meant goes by what the person is; facts decide about times, turns and ways (rules 3, 14 and 15)."""
    return {
        "attributes": {"town": {"odense": pen.share(), "nyborg": "rest"}, "severity": ["mild", "serious"]},
        "units": {"gp": {"slots": {"by": "town", "odense": 1, "nyborg": 1}, "per": "town", "queue": pen.one_of(0, 0, 1)}, "ward": {"beds": 1, "queue": 1}},
        "arrivals": {"one": stream("seen", pen.rate(1.0, 2.5), **{"with": {"severity": {"serious": pen.share(), "mild": "rest"}}})},
        "steps": {
            "seen": {
                "at": "gp", "for": {"by": "severity", "mild": pen.time(4, 12), "serious": pen.time(8, 20)}, "else": "decides",
                "priority": {"by": "severity", "mild": 5, "serious": 2}, "done": {"severity": {"mild": pen.share(), "serious": "rest"}}, "then": "decides",
            },
            "decides": {"choose": {"by": "severity", "serious": {"in_ward": 0.8, "gone": "rest"}, "mild": {"in_ward": pen.share(0.1, 0.3), "gone": "rest"}}},
            "in_ward": {
                "at": "ward", "for": {**pen.time(8, 24), "times": {"severity": {"serious": 1.5}}}, "else": "gone",
                "begun": {"severity": {"mild": 0.5, "serious": "rest"}}, "then": "checks",
            },
            "checks": {"choose": {"seen": 0.3, "gone": "rest", "odds": {"seen": {"severity": {"serious": 2.5}}}}},
            "gone": {"leave": "well"},
        },
    }


def crowded(pen):
    """A choice that asks how full a unit is, at the moment at which it is made (rule 3)."""
    asked = pen.one_of("crowded", "full")
    return {
        "units": {"ward": {"beds": pen.number(2, 4), "crowded": pen.one_of(0.5, 0.75)}, "place": {"beds": pen.number(1, 3), "queue": pen.number(0, 2)}},
        "arrivals": {"one": stream("triage", pen.rate(1.0, 2.5)), "two": stream("in_place", pen.rate(0.2, 0.8))},
        "steps": {
            "triage": {
                "choose": {"by": asked, "ward": {"in_place": 0.7, "in_ward": pen.share(0.1, 0.25), "gone": "rest"}, "rest": {"in_ward": 0.9, "gone": "rest"}},
            },
            "in_ward": {"at": "ward", "for": pen.time(10, 40), "patience": pen.time(4, 20), "else": "gone", "then": "discharge"},
            "discharge": {"choose": {"by": asked, "ward": {"gone": 0.9, "in_place": "rest"}, "rest": {"gone": 0.3, "in_place": "rest"}}},
            "in_place": {"at": "place", "for": pen.time(10, 40), "hold": pen.one_of(True, False), "else": "gone", "then": "gone"},
            "gone": {"leave": "well"},
        },
    }


def citizens(pen):
    """Citizens struck at home, where they also are while they queue or are visited; not in a bed (rules 6, 17 and 20)."""
    return {
        "population": {"citizens": pen.number(4, 6)},
        "units": {"ward": {"beds": pen.number(1, 2), "sector": "hospital"}, "team": {"slots": 1}},
        "risks": {"worse": {"rate": pen.rate(0.2, 0.7), "then": "in_ward"}, "fall": {"rate": pen.rate(0.2, 0.7), "then": "visited"}},
        "steps": {
            "visited": {"at": "team", "for": pen.time(4, 20), "then": "decides"},
            "decides": {"choose": {"in_ward": pen.share(), "home": "rest"}},
            "in_ward": {"at": "ward", "for": pen.time(10, 40), "then": pen.one_of("home", "rests")},
            "rests": {"wait": pen.time(10, 40), "hold": pen.one_of(True, False), "then": "home"},
        },
    }


def struck(pen):
    """Risks where their clocks run: anywhere, in a bed only; the dead are replaced (rules 17, 20 and 29)."""
    return {
        "population": {"citizens": pen.number(3, 6), "deaths": "replaced"},
        "units": {"ward": {"beds": pen.number(1, 2), "sector": "hospital"}, "place": {"beds": 1, "sector": "municipality", "queue": pen.number(0, 1)}},
        "risks": {
            "worse": {"rate": pen.rate(0.2, 0.8), "where": ["home", "municipality"], "then": "in_ward"},
            "infection": {"rate": pen.rate(0.2, 0.6), "where": "hospital", "then": pen.one_of("in_ward", "in_place")},
            "death": {"rate": pen.rate(0.1, 0.3), "where": "anywhere", "then": "dead"},
        },
        "steps": {
            "in_ward": {
                "at": "ward", "for": pen.time(10, 40), "hold": pen.one_of(True, False), "patience": pen.time(20, 60), "else": "home", "then": "in_place",
            },
            "in_place": {"at": "place", "for": pen.time(10, 40), "hold": pen.one_of(True, False), "else": "home", "then": "home"},
            "dead": {"leave": "dead"},
        },
    }


def facts(pen):
    """Facts that steps and risks set change the speed of risks at once (rules 15, 21 and 22)."""
    return {
        "population": {"citizens": pen.number(2, 5)},
        "attributes": {"severity": ["mild", "serious"]},
        "groups": {"ill": {"severity": "serious"}},
        "units": {"ward": {"beds": 1, "sector": "hospital"}, "gp": {"slots": 1}},
        "risks": {
            "decline": {"rate": pen.rate(0.2, 0.6), "where": "anywhere", "who": {"severity": "mild"}, "done": {"severity": {"serious": 0.8, "mild": "rest"}}},
            "worse": {"rate": pen.rate(0.2, 0.6), "times": {"ill": pen.number(2, 4)}, "then": "call"},
        },
        "steps": {
            "call": {"choose": {"by": "ill", "yes": {"in_ward": 0.7, "seen": "rest"}, "no": {"in_ward": 0.2, "seen": "rest"}}},
            "seen": {
                "at": "gp", "for": pen.time(4, 20), "priority": {"by": "ill", "yes": 1, "no": 6},
                "done": {"severity": {"mild": pen.share(), "serious": "rest"}}, "then": "home",
            },
            "in_ward": {
                "at": "ward", "for": {"by": "ill", "yes": pen.time(15, 40), "no": pen.time(5, 15)}, "begun": {"severity": "serious"},
                "done": {"severity": "mild"}, "then": "home",
            },
        },
    }


def mixed(pen):
    """Citizens and people from outside ask for the same places; a risk is for citizens only."""
    return {
        "population": {"citizens": pen.number(2, 3)},
        "attributes": {"lives_here": ["yes", "no"]},
        "units": {"ward": {"beds": pen.number(1, 2), "sector": "hospital", "queue": pen.number(1, 2)}, "team": {"slots": 1, "queue": 1}},
        "arrivals": {"others": stream(pen.one_of("others_ward", "seen"), pen.rate(0.4, 1.2), **{"with": {"lives_here": "no"}})},
        "risks": {"worse": {"who": {"lives_here": "yes"}, "rate": pen.rate(0.3, 1.0), "then": "in_ward"}},
        "steps": {
            "others_ward": {"at": "ward", "for": pen.time(), "priority": pen.one_of(1, 5, 9), "else": "gone", "then": "gone"},
            "seen": {"at": "team", "for": pen.time(4, 16), "else": "gone", "then": "others_ward"},
            "in_ward": {"at": "ward", "for": pen.time(), "else": "home", "then": "visited"},
            "visited": {"at": "team", "for": pen.time(4, 16), "else": "home", "then": "home"},
            "gone": {"leave": "well"},
        },
    }


FAMILIES = {family.__name__: family for family in (loss, patience, priorities, held, loops, visits, pools, crowded, citizens, struck, facts, mixed)}


def reachable(raw):
    """The system without the steps that nothing leads to."""

    def targets(step):
        found = {step[word] for word in ("then", "else", "lost") if word in step}
        tables = [step.get("choose", {})]
        for table in tables:  # a lookup of tables, or a table of shares
            tables += [entry for entry in table.values() if isinstance(entry, dict)] if "by" in table else []
            found |= set(table) - {"by"} if "by" not in table else set()
        return found & raw["steps"].keys()

    there = {entry["then"] for heading in ("arrivals", "risks") for entry in raw.get(heading, {}).values() if "then" in entry}
    while new := {target for name in there for target in targets(raw["steps"][name])} - there:
        there |= new
    return {**raw, "steps": {name: step for name, step in raw["steps"].items() if name in there}}
