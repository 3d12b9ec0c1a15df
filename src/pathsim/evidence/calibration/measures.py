"""Claim: a published figure is compared with the same figure of simulated contacts, counted as the source counts.

Each measure reads one relay run and gives one number. Stays, admissions, readmissions and deaths are those of
`contacts`; what is here only says *of whom* a source speaks and, where it publishes an adjusted ratio, runs the
published regression: a crude share is no hazard ratio. The index of a measure after discharge is a somatic admission
that ended alive in the window with all days of follow-up inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import pandas as pd

from ...contacts.indicators import indicators
from ...contacts.life import time_at_risk
from ...contacts.places import code, units
from ...contacts.readmissions import readmissions, within
from ...contacts.record import Run, is_yes
from ...contacts.stays import stays
from ...contacts.window import DAY, YEAR
from .regression import hazard_ratios, odds_ratios

SOMATIC, PSYCHIATRIC = 0, 1
HELPED_MOST = ("help_2_to_8h", "help_over_8h")
CARED_FOR = ("nursing", "help_under_2h", *HELPED_MOST)


class View:
    """One run with what several measures ask about."""

    def __init__(self, run: Run):
        self.run = run
        self.inhabitants = float(run.meta["inhabitants"])

    def fact(self, name: str, person: np.ndarray | None = None) -> np.ndarray:
        column = self.run.citizens[name].to_numpy()
        return column if person is None else column[person]

    def yes(self, name: str, person: np.ndarray) -> np.ndarray:
        return is_yes(self.run.citizens[name])[person]

    @cached_property
    def citizen(self) -> np.ndarray:
        return self.run.counted

    @cached_property
    def indicators(self) -> pd.Series:
        return indicators(self.run).set_index(["indicator", "group", "level"])["value"]

    def at(self, indicator: str, group: str = "all", level: str = "all") -> float:
        return float(self.indicators.get((indicator, group, level), np.nan))

    @cached_property
    def stays(self) -> pd.DataFrame:
        """Official stays with the length in days."""
        table = stays(self.run)
        return table.assign(days=(table["end"] - table["start"]) / DAY)

    @cached_property
    def index(self) -> pd.DataFrame:
        """Discharges alive with their stay's length (days) and first unit."""
        table = self.stays[(self.stays["admission"] & self.stays["alive"] & self.run.window.happens(self.stays["end"])).to_numpy()]
        return readmissions(self.run).assign(days=table["days"].to_numpy(), unit=table["unit"].to_numpy(), acute=table["acute"].to_numpy())

    def after(self, days: float, outcome: str = "readmitted", branch: int = SOMATIC) -> pd.DataFrame:
        return within(self.run, self.index[(self.index["branch"] == branch).to_numpy()], days, outcome)

    @cached_property
    def month(self) -> pd.DataFrame:
        """Somatic discharges of those of 65 and over, followed 30 days."""
        table = self.after(30)
        return table[self.fact("age", table["person"].to_numpy()) >= 65]

    def rate(self, of: np.ndarray) -> float:
        """Acute somatic admissions per person-year of the citizens `of` (a mask)."""
        came = self.stays[(self.stays["branch"] == SOMATIC) & self.stays["admission"] & self.stays["acute"]]
        came = came[self.run.window.happens(came["start"]) & ~came["from_start"].to_numpy()]
        return float(of[came["person"].to_numpy()].sum() / (time_at_risk(self.run)[of].sum() / YEAR))

    @cached_property
    def admitted(self) -> np.ndarray:
        """Citizens with a somatic admission in the last year."""
        last = (self.stays["start"] >= self.run.window.end - YEAR) & self.stays["admission"] & (self.stays["branch"] == SOMATIC)
        had = np.zeros(len(self.run.citizens), dtype=bool)
        had[self.stays.loc[last, "person"]] = True
        return had

    @cached_property
    def alive(self) -> np.ndarray:
        return self.citizen & (self.run.citizens["left"].to_numpy() < 0)

    @cached_property
    def adjusted(self) -> dict[str, float]:
        """Hazard ratios of readmission and death within 30 days, and odds ratios by home care, as the sources adjust them."""
        person, yes = self.month["person"].to_numpy(), self.month["yes"].to_numpy()
        again = hazard_ratios(self._facts(person, conditions=True), yes)
        dead = within(self.run, self.month, 30, "died")
        short = (dead["days"] < 2).to_numpy()
        who = dead["person"].to_numpy()[short]
        death = hazard_ratios(self._facts(who), dead["yes"].to_numpy()[short])
        brief = (self.month["days"] < 2).to_numpy()
        care = odds_ratios(self._facts(person[brief], care=True), yes[brief])
        died = odds_ratios(self._facts(who, care=True), dead["yes"].to_numpy()[short])
        return {f"again_{k}": v for k, v in again.items()} | {f"death_{k}": v for k, v in death.items()} | {
            "again_care": care["most_help"], "death_care": died["most_help"]
        }

    def _facts(self, person: np.ndarray, conditions: bool = False, care: bool = False) -> dict[str, np.ndarray]:
        age, index = self.fact("age", person), self.fact("comorbidity", person)
        found = {"76-85": (age >= 76) & (age <= 85), "86+": age >= 86, "man": self.fact("sex", person) == "man",
                 "charlson_1_2": (index >= 1) & (index <= 2), "charlson_3": index >= 3}
        if conditions:
            found |= {name: self.yes(name, person) for name in ("copd", "heart_failure")}
        if care:
            word = self.fact("care", person)
            found |= {"most_help": np.isin(word, HELPED_MOST), "some_care": np.isin(word, ("nursing", "help_under_2h")), "care_home": word == "care_home"}
        return found


def _share(table: pd.DataFrame, which: np.ndarray | None = None) -> float:
    yes = table["yes"].to_numpy()
    return 100 * float(np.mean(yes if which is None else yes[which]))


def _again(view: View, condition: str) -> float:
    return _share(view.month, view.yes(condition, view.month["person"].to_numpy()))


def _multimorbid_with_care(view: View) -> float:
    person = view.month["person"].to_numpy()
    return _share(view.month, (view.fact("age", person) >= 75) & (view.fact("conditions", person) >= 2) & np.isin(view.fact("care", person), CARED_FOR))


def _waited(view: View, share: float, branch: int = SOMATIC) -> float:
    """A quantile of the days to readmission among those readmitted within 30 days."""
    table = view.month if branch == SOMATIC else view.after(30, branch=PSYCHIATRIC)
    return float(np.quantile(table["after"].to_numpy()[table["yes"].to_numpy()] / DAY, share))


def _soon(view: View, days: float, branch: int = SOMATIC) -> float:
    table = view.month if branch == SOMATIC else view.after(30, branch=PSYCHIATRIC)
    after = table["after"].to_numpy()[table["yes"].to_numpy()]
    return 100 * float(np.mean(after <= days * DAY))


def _aged(view: View, table: pd.DataFrame, low: int, high: int = 200) -> np.ndarray:
    age = view.fact("age", table["person"].to_numpy())
    return (age >= low) & (age <= high)


def _stayed(view: View, low: int, high: int = 200) -> np.ndarray:
    """Days of somatic admissions that ended in the window."""
    done = view.stays[(view.stays["branch"] == SOMATIC) & view.stays["admission"] & view.stays["closed"] & view.run.window.happens(view.stays["end"])]
    return done["days"].to_numpy()[_aged(view, done, low, high)]


def _ward(view: View, unit: str, low: int, share: float) -> float:
    """A quantile of the days of stays that touched a ward."""
    rows = view.run.contacts
    person, begun, back = (rows[column].to_numpy() for column in ("person", "begun", "given_back"))
    here = code(view.run) == list(units(view.run)["unit"]).index(unit)
    which = np.flatnonzero(here & (begun >= 0) & (back >= 0))
    which = which[_old_citizens(view, low)[person[which]]]
    return float(np.quantile((back[which] - begun[which]) / DAY, share))


def _died_in_hospital(view: View, which: Callable[[pd.DataFrame], np.ndarray]) -> float:
    done = view.stays[(view.stays["branch"] == SOMATIC) & view.stays["admission"] & view.stays["closed"] & view.run.window.happens(view.stays["end"])]
    return 100 * float(np.mean(~done["alive"].to_numpy()[which(done)]))


def _in_home(view: View, table: pd.DataFrame) -> np.ndarray:
    return view.fact("care", table["person"].to_numpy()) == "care_home"


def _died_after(view: View, days: float, which: Callable[[pd.DataFrame], np.ndarray]) -> float:
    """Per cent who died within so many days of discharge, readmitted or not."""
    table = view.index[(view.index["branch"] == SOMATIC).to_numpy() & view.run.window.followed(view.index["discharged"].to_numpy(), days)]
    table = table[which(table)]
    person = table["person"].to_numpy()
    return 100 * float(np.mean(view.run.dead[person] & (view.run.left[person] - table["discharged"].to_numpy() <= days * DAY)))


def _times_admitted(view: View) -> float:
    """Somatic admissions per person with at least one, 65 and over, over the whole window."""
    came = view.stays[(view.stays["branch"] == SOMATIC) & view.stays["admission"] & view.run.window.happens(view.stays["start"])]
    person = came["person"].to_numpy()[_aged(view, came, 65)]
    return len(person) / len(np.unique(person))


def _team(view: View) -> tuple[float, float]:
    """First contacts of the acute team per 1,000 inhabitants and year, and the median days of a course."""
    rows = view.run.contacts
    mine = rows[(rows["unit"] == "acute_team") & (rows["begun"] >= 0)]
    first = mine[mine["step"].isin(["call_team", "others_team_visit"]) & view.run.window.happens(mine["begun"])]
    called = mine[mine["step"] == "call_team"].sort_values("begun")
    visits = mine[mine["step"] == "team_visit"].sort_values("begun").assign(at=lambda table: table["begun"])
    calls = called[["person", "begun"]].assign(called=called["begun"])
    near = pd.merge_asof(visits, calls, on="begun", by="person", tolerance=7 * DAY)
    last = near.groupby(["person", "called"])["ended"].max()
    days = (last.to_numpy() - last.index.get_level_values("called").to_numpy()) / DAY
    single = np.zeros(max(len(called) - len(days), 0))
    return 1000 * len(first) / view.run.window.years / view.inhabitants, float(np.median(np.concatenate([days, single])))


def _with_care(view: View) -> float:
    """Per cent of those of 65 and over admitted in the last year who have municipal care."""
    who = np.flatnonzero(view.alive & view.admitted & (view.fact("age") >= 65))
    return 100 * float(np.mean(view.fact("care", who) != "none"))


def _part(view: View, low: int) -> float:
    """Those of `low` years and over admitted in the last year, of all of 65 and over."""
    old = view.alive & (view.fact("age") >= 65)
    return 100 * float((view.admitted & old & (view.fact("age") >= low)).sum() / old.sum())


def _old_citizens(view: View, low: int, home: bool | None = None) -> np.ndarray:
    mask = view.citizen & (view.fact("age") >= low)
    if home is None:
        return mask
    return mask & ((view.fact("care") == "care_home") == home)


def _gp(view: View, low: int) -> float:
    """Simulated contacts with the GP per person-year: what answers an event; booked consultations are none."""
    rows, who = view.run.contacts, _old_citizens(view, low)
    came = (rows["unit"] == "gp").to_numpy() & view.run.window.happens(rows["begun"].to_numpy())
    return float(who[rows["person"].to_numpy()[came]].sum() / (time_at_risk(view.run)[who].sum() / YEAR))


MEASURES: dict[str, Callable[[View], float]] = {
    "readmission_65": lambda v: _share(v.month),
    "readmission_75_after_2_days": lambda v: _share(v.month, (v.month["days"] >= 2).to_numpy() & _aged(v, v.month, 75)),
    "readmission_copd": lambda v: _again(v, "copd"),
    "readmission_heart_failure": lambda v: _again(v, "heart_failure"),
    "readmission_care_home": lambda v: _share(v.month, _in_home(v, v.month)),
    "readmission_multimorbid_care": _multimorbid_with_care,
    "readmission_26_weeks_78": lambda v: _share((t := v.after(182)), _aged(v, t, 78)),
    "readmission_hr_man": lambda v: v.adjusted["again_man"],
    "readmission_hr_charlson_3": lambda v: v.adjusted["again_charlson_3"],
    "readmission_hr_copd": lambda v: v.adjusted["again_copd"],
    "readmission_hr_heart_failure": lambda v: v.adjusted["again_heart_failure"],
    "readmission_or_most_help": lambda v: v.adjusted["again_care"],
    "readmission_first_quartile": lambda v: _waited(v, 0.25),
    "readmission_median": lambda v: _waited(v, 0.50),
    "readmission_third_quartile": lambda v: _waited(v, 0.75),
    "readmission_first_week": lambda v: _soon(v, 7),
    "psychiatric_readmission": lambda v: _share(v.after(30, branch=PSYCHIATRIC)),
    "psychiatric_readmission_year": lambda v: _share(v.after(365, branch=PSYCHIATRIC)),
    "psychiatric_within_3_days": lambda v: _soon(v, 3, PSYCHIATRIC),
    "psychiatric_admissions": lambda v: 1000 * v.at("psychiatric_admissions") / (0.797 * v.inhabitants),
    "psychiatric_stay": lambda v: v.at("psychiatric_length_of_stay"),
    "psychiatric_stay_median": lambda v: v.at("psychiatric_length_of_stay_median"),
    "psychiatric_delayed_days": lambda v: 1000 * v.at("psychiatric_delayed_days") / v.inhabitants,
    "admitted_in_a_year_65": lambda v: _part(v, 65),
    "admitted_in_a_year_80": lambda v: _part(v, 80),
    "admitted_with_care": _with_care,
    "admissions_80": lambda v: v.rate(_old_citizens(v, 80)),
    "admissions_care_home": lambda v: v.rate(_old_citizens(v, 65, home=True)),
    "admissions_80_at_home": lambda v: v.rate(_old_citizens(v, 80, home=False)),
    "times_admitted": _times_admitted,
    "stay_65_79": lambda v: float(np.mean(_stayed(v, 65, 79))),
    "stay_80": lambda v: float(np.mean(_stayed(v, 80))),
    "geriatric_first_quartile": lambda v: _ward(v, "geriatric_ward", 75, 0.25),
    "geriatric_median": lambda v: _ward(v, "geriatric_ward", 75, 0.5),
    "geriatric_third_quartile": lambda v: _ward(v, "geriatric_ward", 75, 0.75),
    "delayed_days": lambda v: 1000 * v.at("delayed_days") / v.inhabitants,
    "occupancy_medical": lambda v: 100 * v.at("occupancy", "unit", "medical_ward"),
    "preventable_stays": lambda v: v.at("preventable_stay_rate"),
    "died_in_hospital_care_home": lambda v: _died_in_hospital(v, lambda t: _in_home(v, t)),
    "died_in_hospital_65": lambda v: _died_in_hospital(v, lambda t: _aged(v, t, 65)),
    "died_30_days_care_home": lambda v: _died_after(v, 30, lambda t: _in_home(v, t)),
    "died_30_days_short_stay": lambda v: _died_after(v, 30, lambda t: _aged(v, t, 65) & (t["days"] < 1).to_numpy()),
    "died_180_days_65": lambda v: _died_after(v, 180, lambda t: _aged(v, t, 65)),
    "died_180_days_copd": lambda v: _died_after(v, 180, lambda t: v.yes("copd", t["person"].to_numpy()) & _aged(v, t, 40)),
    "died_360_days_heart_failure": lambda v: _died_after(v, 360, lambda t: v.yes("heart_failure", t["person"].to_numpy())),
    "death_hr_76_85": lambda v: v.adjusted["death_76-85"],
    "death_hr_86": lambda v: v.adjusted["death_86+"],
    "death_hr_charlson_1_2": lambda v: v.adjusted["death_charlson_1_2"],
    "death_hr_charlson_3": lambda v: v.adjusted["death_charlson_3"],
    "death_or_most_help": lambda v: v.adjusted["death_care"],
    "deaths_65_74": lambda v: v.at("death_rate", "age", "65-74") / 10,
    "deaths_75_84": lambda v: v.at("death_rate", "age", "75-84") / 10,
    "deaths_85": lambda v: v.at("death_rate", "age", "85+") / 10,
    "team_courses": lambda v: _team(v)[0],
    "team_course_days": lambda v: _team(v)[1],
    "letters_whole": lambda v: 100 * v.at("handover_whole", "handover", "letter"),
    "gp_contacts_65": lambda v: _gp(v, 65),
    "gp_contacts_80": lambda v: _gp(v, 80),
}


def measured(run: Run, names: list[str]) -> dict[str, float]:
    """The named measures of one run; one that has nothing to count is NaN."""
    view = View(run)
    found = {}
    with np.errstate(all="ignore"):
        for name in names:
            try:
                found[name] = float(MEASURES[name](view))
            except (ValueError, KeyError, IndexError, ZeroDivisionError):  # nobody of that kind in this run
                found[name] = float("nan")
    return found
