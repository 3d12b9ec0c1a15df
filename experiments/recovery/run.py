"""Simulates registers with known parameters, fits them, and asks how often the 95 % intervals hold the truth.

    python experiments/recovery/run.py [extracts]        # 60 of each system: some three minutes on one core

Each extract is cut out of a longer run as a register would be: only what lies in its window, the last contacts
without an end, the first without the time before. Prints, for each parameter, truth, mean estimate, bias in standard
errors of the mean, and coverage with its exact binomial interval.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from scipy.stats import beta

import pathsim
from pathsim.evidence.register import fit
from pathsim.evidence.register.patch import TIME_UNITS

YEAR = 365 * 86_400_000
MULTIPLIED = {
    "population": {"citizens": 1500, "deaths": "replaced"},
    "attributes": {"age": {"65-74": 0.5, "75-84": 0.3, "85-99": 0.2}, "copd": 0.2},
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}, "gp": {"slots": "unlimited", "sector": "practice"}},
    "risks": {
        "worsening": {"rate": "0.6 per y", "times": {"age": {"75-84": 1.5, "85+": 2.2}, "copd": 1.4}, "then": "ward_stay"},
        "death": {"rate": "0.03 per y", "times": {"age": {"85+": 4}}, "where": "anywhere", "then": "died"},
    },
    "effects": {"fragile": {"worsening": {"0-7 d": 6, "7-30 d": 2.5}}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"lognormal": {"mean": "6 d", "cv": 1.0}}, "done": {"fragile": True}, "then": "decides"},
        "decides": {"choose": {"see_gp": 0.4, "home": "rest"}},
        "see_gp": {"at": "gp", "for": {"exponential": "20 min"}, "then": "home"},
        "died": {"leave": "dead"},
    },
}
# The excess added to a person's own risk, as in the default: rate 8 a year, fading with exp(-t / 8 d), in bands of it.
EDGES = (0, 1, 2, 3, 4, 6, 8, 11, 14, 18, 23, 30, 40, 60)
TAU = 8.0
FADED = {f"{a}-{b} d": float(TAU * (np.exp(-a / TAU) - np.exp(-b / TAU)) / (b - a)) for a, b in zip(EDGES, EDGES[1:], strict=False)}
ADDED = MULTIPLIED | {
    "risks": {
        "worsening": {"rate": "0.8 per y", "times": {"age": {"75-84": 1.5, "85+": 2.2}, "copd": 1.4}, "then": "ward_stay"},
        "relapse": {"who": "fragile", "rate": "8 per y", "then": "ward_stay"},
    },
    "effects": {"fragile": {"relapse": FADED}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"gamma": {"mean": "6 d", "cv": 0.7}}, "done": {"fragile": True}, "then": "home"},
    },
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}},
}


def extract_of(system: dict, seed: int, years: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a register would have of the years after the first: contacts that touch the window, without causes."""
    run = pathsim.simulate(system, days=365 * (1 + years), seed=seed)
    rows = run.contacts[(run.contacts["ended"] < 0) | (run.contacts["ended"] >= YEAR)]
    return rows.drop(columns="cause"), run.citizens[(run.citizens["left"] < 0) | (run.citizens["left"] >= YEAR)]


def truth_of(system: dict) -> dict[tuple[str, str], float]:
    """Every number of the system as the table of estimates names it, in its units (days, per year)."""
    found = {}
    for name, step in system["steps"].items():
        for kind, given in step.get("for", {}).items():
            found[name, "mean"] = days(given["mean"] if isinstance(given, dict) else given)
            if kind != "exponential":
                found[name, "cv"] = given["cv"]
        found |= {(name, option): share for option, share in step.get("choose", {}).items() if share != "rest"}
    for name, risk in system["risks"].items():
        found[name, "rate"] = float(risk["rate"].split()[0])
        for attribute, times in risk.get("times", {}).items():
            words = times if isinstance(times, dict) else {"yes": times}
            found |= {(name, f"times {attribute} {word}"): number for word, number in words.items()}
    for name, effect in system["effects"].items():
        found |= {(risk, f"{name} {band}"): number for risk, bands in effect.items() for band, number in bands.items()}
    if "relapse" in system["risks"]:
        found["relapse", "tau"] = TAU
    return found


def days(written: str) -> float:
    number, unit = written.split()
    return float(number) * dict(TIME_UNITS)[unit]


def replicate(system: dict, extracts: int, first_seed: int = 1000) -> pd.DataFrame:
    """One row for each parameter of each extract: truth, estimate, se, low, high."""
    truth, found = truth_of(system), []
    for seed in range(first_seed, first_seed + extracts):
        contacts, citizens = extract_of(system, seed)
        found.append(fit(contacts, citizens, window=(YEAR, 3 * YEAR), system=system).table)
    rows = pd.concat(found)
    keys = list(zip(rows["about"], rows["parameter"], strict=True))
    return rows.assign(truth=[truth.get(key, np.nan) for key in keys])[[key in truth for key in keys]]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Truth, mean estimate, bias in standard errors of the mean, coverage and its exact 95 % interval."""
    lines = []
    for (about, parameter), its in rows.groupby(["about", "parameter"], sort=False):
        n, k = len(its), int(((its["low"] <= its["truth"]) & (its["truth"] <= its["high"])).sum())
        error = its["estimate"] - its["truth"]
        lines.append({
            "parameter": f"{about} {parameter}", "truth": its["truth"].iloc[0], "mean": its["estimate"].mean(),
            "bias_in_se": error.mean() / (error.std(ddof=1) / np.sqrt(n)), "se_told": its["se"].mean(), "se_seen": error.std(ddof=1), "extracts": n,
            "coverage": k / n, "from": beta.ppf(0.025, k, n - k + 1) if k else 0.0, "to": beta.ppf(0.975, k + 1, n - k) if k < n else 1.0,
        })
    return pd.DataFrame(lines)


if __name__ == "__main__":
    extracts = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    for name, system in (("multiplied excess", MULTIPLIED), ("added excess", ADDED)):
        table = summary(replicate(system, extracts))
        print(f"\n{name}: {extracts} extracts of two years, {system['population']['citizens']} citizens")
        print(table.to_string(index=False, float_format="{:.4g}".format))
        own = table[~table["parameter"].str.contains(" fragile .* d$") | (name == "multiplied excess")]  # bands that follow from tau are told once
        k, n = round((own["coverage"] * own["extracts"]).sum()), int(own["extracts"].sum())
        print(f"all intervals together: {k} of {n} hold the truth ({k / n:.3f})")
