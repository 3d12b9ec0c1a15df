"""Prints the default figures of a results folder beside published ones. Usage: run.py results/<name> [model]"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from pathsim.contacts import load
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.stays import stays
from pathsim.contacts.window import DAY

HERE = Path(__file__).parent


def measures(indicators: pd.DataFrame, run) -> dict[str, float]:
    """What the model gives, under the names of targets.csv."""
    mean = indicators.groupby(["indicator", "group", "level"])["value"].mean()

    def at(indicator: str, group: str = "all", level: str = "all") -> float:
        return float(mean.get((indicator, group, level), np.nan))

    inhabitants = run.meta["inhabitants"]
    table = stays(run)
    index = within(run, readmissions(run, True, table), 30)
    age = run.citizens["age"].to_numpy()[index["person"]]
    somatic, older = (index["branch"] == 0).to_numpy(), age >= 65
    days = index["after"].to_numpy() / DAY
    again = days[index["yes"].to_numpy() & somatic & older]
    psychiatric = days[index["yes"].to_numpy() & ~somatic]

    def share(which) -> float:
        return 100 * float(index["yes"].to_numpy()[somatic & which].mean())

    fact = run.citizens.iloc[index["person"]]
    ages = np.append(run.citizens["age"].to_numpy(), 0)
    done = table[(table["branch"] == 0) & table["admission"] & table["closed"] & run.window.happens(table["end"])]
    stay, of = ((done["end"] - done["start"]) / DAY).to_numpy(), ages[done["person"]]
    medical = _admitted(run, table)
    return {
        "readmission_65": share(older), "readmission_80": share(age >= 78),
        "readmission_copd": share(fact["copd"].to_numpy()), "readmission_care_home": share((fact["care"] == "care_home").to_numpy()),
        "time_q1": np.quantile(again, 0.25), "time_q2": np.quantile(again, 0.5), "time_q3": np.quantile(again, 0.75),
        "first_week": 100 * np.mean(again <= 7),
        "admitted_65": medical, "admissions_80": _rate(run, table, 80),
        "stay_65_79": stay[(of >= 65) & (of < 80)].mean(), "stay_80": stay[of >= 80].mean(),
        "delayed_per_1000": 1000 * at("delayed_days") / inhabitants, "preventable_per_1000": at("preventable_stay_rate"),
        "occupancy_medical": 100 * at("occupancy", "unit", "medical_ward"),
        "team_courses_per_1000": 1000 * _first_team_contacts(run) / run.window.years / inhabitants,
        "died_in_hospital_65": 100 * float((~table["alive"] & table["admission"])[(table["branch"] == 0) & (ages[table["person"]] >= 65)].mean()),
        "died_30": 100 * at("death_after_discharge_30", "65+", "yes"),
        "deaths_65_74": at("death_rate", "age", "65-74") / 10, "deaths_75_84": at("death_rate", "age", "75-84") / 10,
        "deaths_85": at("death_rate", "age", "85+") / 10,
        "psychiatric_readmission": 100 * at("psychiatric_readmission_30"), "psychiatric_3_days": 100 * np.mean(psychiatric <= 3),
        "psychiatric_admissions_per_1000": 1000 * at("psychiatric_admissions") / (inhabitants * 0.797),
        "psychiatric_stay": at("psychiatric_length_of_stay"),
        "psychiatric_delayed_per_1000": 1000 * at("psychiatric_delayed_days") / inhabitants,
        "gp_home_65": 100 * at("handover_whole", "handover", "letter"),
    }


def _citizens(run) -> np.ndarray:
    return (run.citizens["slot"] >= 0).to_numpy()


def _admitted(run, table) -> float:
    """Share of 65+ alive at the end of the last year with a somatic admission in it."""
    last = (table["start"] >= run.window.end - 365 * DAY) & table["admission"] & (table["branch"] == 0)
    alive = _citizens(run) & (run.citizens["age"] >= 65).to_numpy() & (run.citizens["left"] < 0).to_numpy()
    had = np.zeros(len(run.citizens), dtype=bool)
    had[table.loc[last, "person"]] = True
    return 100 * float(had[alive].mean())


def _rate(run, table, age: int) -> float:
    old = _citizens(run) & (run.citizens["age"] >= age).to_numpy()
    came = table[(table["branch"] == 0) & table["admission"] & table["acute"] & run.window.happens(table["start"])]
    left = np.where(run.citizens["left"] < 0, run.window.end, run.citizens["left"])
    years = (np.maximum(left, run.window.start) - np.maximum(run.citizens["entered"], run.window.start)).clip(0) / (365 * DAY)
    return float(old[came["person"]].sum() / years[old].sum())


def _first_team_contacts(run) -> int:
    contacts = run.contacts
    first = (contacts["step"].isin(["call_team", "others_team_visit"])) & run.window.happens(contacts["begun"])
    return int(first.sum())


def main(folder: str, model: str = "relay") -> None:
    folder_ = Path(folder)
    indicators = pd.read_csv(folder_ / "indicators.csv")
    given = measures(indicators[indicators["model"] == model], load(folder_ / "runs" / model))
    targets = pd.read_csv(HERE / "targets.csv")
    missed = 0
    print(f"{'':58}{'model':>9}{'target':>9}   allowed")
    for row in targets.itertuples():
        value = given[row.measure]
        inside = row.low <= value <= row.high
        missed += not inside
        said = f"{row.low:g}-{row.high:g} {row.unit}{'' if inside else '   MISS'}   [{row.source.split(':')[0][:44]}]"
        print(f"{row.title[:56]:58}{value:9.3g}{row.target:9.3g}   {said}")
    print(f"{len(targets) - missed} of {len(targets)} within the distance allowed")


if __name__ == "__main__":
    main(*sys.argv[1:])
