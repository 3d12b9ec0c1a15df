"""Claim: what a care system achieves can be read in one table, counted as the registers count.

`Indicators` gives one row per indicator and level of a group, in the order of the registry.
Population groups (`groups`) come first, then the groups that belong to one indicator: unit,
sector, place, profession, payer, operator, handover, task.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.costs import NOBODY, charges, hours_of
from pathsim.contacts.delays import delays
from pathsim.contacts.facts import held, holds, recorded
from pathsim.contacts.followup import first_contacts
from pathsim.contacts.groups import OLDER
from pathsim.contacts.life import HOME, deaths, place_of_death, time_in_bed
from pathsim.contacts.occupancy import Use, use_of
from pathsim.contacts.places import branch, code, has_come, of_unit, says, units
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.record import Run
from pathsim.contacts.registry import REGISTRY, unit_of
from pathsim.contacts.standard import Standards
from pathsim.contacts.stays import stays
from pathsim.contacts.tally import Rows, Tally, ratios, rows_of
from pathsim.contacts.waits import Waits
from pathsim.contacts.window import DAY, HOUR, WEEK, YEAR

__all__ = ["COLUMNS", "Indicators", "indicators"]

COLUMNS = ["indicator", "group", "level", "value", "numerator", "denominator", "unit"]
PREFIXES = ("", "psychiatric_")
FOLLOWED = (7, 30, 90)
SICK_LEAVE, PREVENTABLE = "on_sick_leave", "preventable"
IF_RECORDED = {"sick_leave_weeks": SICK_LEAVE, "preventable_stays": PREVENTABLE, "preventable_stay_rate": PREVENTABLE}


class Indicators:
    """What the table of indicators is made of, of one block after another. `use` is filled by its owner."""

    def __init__(self, use: Use):
        self._use, self._tally, self._waits, self.standards = use, Tally(), Waits(), Standards()
        self._recorded: set[str] = set()

    def add(self, run: Run) -> None:
        self._meta = run.meta
        self._recorded |= {name for name in (SICK_LEAVE, PREVENTABLE) if recorded(run, name)}
        self.standards.add(run)
        self._waits.add(run)
        self._tally.open(run)
        for part in (_people, _hospital, _again, _afterwards, _delayed, _acute, _life, _money, _contacts, _handovers):
            part(self._tally)
        self._tally.close()

    def table(self, standard: pd.Series | None = None) -> pd.DataFrame:
        """All rows (see `indicators`), in the order of the registry."""
        standard = self.standards.citizens() if standard is None else standard
        found = self._tally.told(standard) + _staff(self._use, self._meta) + _full(self._use) + _waited(self._waits)
        found = [rows for rows in found if rows.name not in IF_RECORDED or IF_RECORDED[rows.name] in self._recorded]
        order = {name: i for i, name in enumerate(REGISTRY)}
        found.sort(key=lambda rows: order[rows.name])
        return _framed(found, self._meta.get("currency", "DKK"))


def indicators(run: Run, standard: pd.Series | None = None) -> pd.DataFrame:
    """All indicators of one run, over its measured window.

    Columns: indicator, group, level, value, numerator, denominator, unit. The value is numerator /
    denominator, except for medians, percentiles and standardised shares; NaN where there is
    nothing to divide by. `standard`: numbers by "age band sex" (see `standard_of`), by default
    the citizens of this run.
    """
    found = Indicators(use_of(run))
    found.add(run)
    return found.table(standard)


def _framed(found: list[Rows], currency: str) -> pd.DataFrame:
    sizes = [len(rows.levels) for rows in found]
    columns = {
        "indicator": np.repeat([rows.name for rows in found], sizes),
        "group": np.repeat([rows.group for rows in found], sizes),
        "level": [str(level) for rows in found for level in rows.levels],
        "value": ratios(found),
        "numerator": np.concatenate([rows.numerator for rows in found]),
        "denominator": np.concatenate([rows.denominator for rows in found]),
        "unit": np.repeat([unit_of(rows.name, currency) for rows in found], sizes),
    }
    return pd.DataFrame(columns)[COLUMNS]


def _people(tally: Tally) -> None:
    tally.lived("person_years")


def _hospital(tally: Tally) -> None:
    """Admissions and bed-days of each branch."""
    run, window = tally.run, tally.run.window
    branches, begun, person = branch(run), run.contacts["begun"].to_numpy(), run.contacts["person"].to_numpy()
    official = stays(run, True)
    for b, prefix in enumerate(PREFIXES):
        mine = official[(official["branch"] == b).to_numpy()]
        came = mine[window.happens(mine["start"]) & ~mine["from_start"].to_numpy()]
        admitted, acute = came[came["admission"]], came[came["admission"] & came["acute"]]
        tally.per_year(f"{prefix}admissions", admitted["person"])
        tally.per_year(f"{prefix}acute_admissions", acute["person"])
        tally.rate(f"{prefix}acute_admission_rate", acute["person"])
        tally.per_year(f"{prefix}short_stays", came.loc[came["closed"] & ~came["admission"], "person"])

        beds = np.flatnonzero((branches == b) & (begun >= 0))
        days = window.inside(begun[beds], run.released[beds]) / DAY
        tally.per_year(f"{prefix}bed_days", person[beds], days)
        tally.rate(f"{prefix}bed_day_rate", person[beds], days)

        done = mine[mine["admission"] & mine["closed"] & window.happens(mine["end"])]
        length = (done["end"] - done["start"]).to_numpy() / DAY
        tally.ratio(f"{prefix}length_of_stay", done["person"], length)
        tally.median(f"{prefix}length_of_stay_median", done["person"], length)


def _again(tally: Tally) -> None:
    """Readmission, official and raw, and death after discharge."""
    run = tally.run
    index, asked = readmissions(run, True), readmissions(run, False)
    for b, prefix in enumerate(PREFIXES):
        index_b, asked_b = index[index["branch"] == b], asked[asked["branch"] == b]
        for days in FOLLOWED:
            cohort, requests = within(run, index_b, days), within(run, asked_b, days)
            tally.ratio(f"{prefix}readmission_{days}", cohort["person"], cohort["yes"])
            tally.ratio(f"{prefix}raw_readmission_{days}", requests["person"], requests["yes"])
        month = within(run, index_b, 30)
        name = f"{prefix}readmission_30_standardised"
        tally.standardised(name, month["person"], month["yes"].to_numpy())
        died = within(run, index_b, 30, "died")
        tally.ratio(f"{prefix}death_after_discharge_30", died["person"], died["yes"])


def _afterwards(tally: Tally) -> None:
    """The first contact after discharge."""
    window = tally.run.window
    met = first_contacts(tally.run)
    for b, prefix in enumerate(PREFIXES):
        mine = met[met["branch"] == b]
        for days in (2, 7):
            cohort = mine[window.followed(mine["discharged"], days)]
            soon = (cohort["after"] >= 0) & (cohort["after"] <= days * DAY)
            tally.ratio(f"{prefix}contact_within_{days}", cohort["person"], soon)
        cohort = mine[window.followed(mine["discharged"], 30)]
        after = cohort["after"].to_numpy()
        days = np.where((after >= 0) & (after <= 30 * DAY), after / DAY, np.inf)
        tally.median(f"{prefix}days_to_first_contact", cohort["person"], days)


def _delayed(tally: Tally) -> None:
    lain = delays(tally.run)
    days = tally.run.window.inside(lain["begin"].to_numpy(), lain["end"].to_numpy()) / DAY
    internal, person = lain["internal"].to_numpy(), lain["person"].to_numpy()
    for b, prefix in enumerate(PREFIXES):
        out = ~internal & (lain["branch"] == b).to_numpy()
        tally.per_year(f"{prefix}delayed_days", person[out], days[out])
    tally.per_year("days_waiting_for_ward", person[internal], days[internal])


def _acute(tally: Tally) -> None:
    """Emergency department visits, and the acute stays of older people that care might prevent."""
    run, window = tally.run, tally.run.window
    names = list(units(run)["unit"])
    emergency = run.meta.get("emergency") or [name for name in names if "emergency" in name]
    visits = has_come(run) & of_unit(code(run), [name in emergency for name in names], False)
    person = run.contacts["person"].to_numpy()
    tally.per_year("emergency_visits", person[visits])
    tally.rate("emergency_visit_rate", person[visits])

    if "age" not in run.citizens:
        return
    official = stays(run, True)
    older = (run.citizens["age"] >= OLDER).to_numpy(dtype=bool)
    acute = official[(official["acute"] & ~official["from_start"]).to_numpy() & window.happens(official["start"])]
    acute = acute[older[acute["person"]]]
    might = acute["person"].to_numpy()[holds(run, PREVENTABLE, acute["person"].to_numpy(), acute["asked"].to_numpy())]
    tally.per_year("preventable_stays", might)
    tally.rate("preventable_stay_rate", might, who=older)


def _life(tally: Tally) -> None:
    """Deaths, days at home, sick leave."""
    run = tally.run
    died, place = deaths(run), place_of_death(run)
    place = place[run.counted[died]]
    tally.per_year("deaths", died)
    tally.rate("death_rate", died)
    sectors = [HOME, *dict.fromkeys(units(run).query("bed")["sector"])]
    tally.rows("deaths", "place", sectors, [(place == s).sum() for s in sectors], per=tally.years)

    home = tally.person_years * YEAR - time_in_bed(run)
    tally.lived("days_at_home", home / DAY)

    off = held(run, SICK_LEAVE)
    weeks = run.window.inside(off["begin"].to_numpy(), off["end"].to_numpy()) / WEEK
    tally.per_year("sick_leave_weeks", off["person"], weeks)


def _money(tally: Tally) -> None:
    """Costs by citizen, payer, operator and unit."""
    run, costs = tally.run, tally.run.meta.get("costs")
    if not costs:
        return
    charged = charges(run)
    charged = charged[run.counted[charged["person"].to_numpy()]]
    tally.per_year("cost", charged["person"], charged["amount"])
    tally.rate("cost_per_person_year", charged["person"], charged["amount"], per=1)
    for who in ("payer", "operator"):
        paid = charged.groupby(who, observed=False)["amount"].sum()
        if all(cost.get(who) for cost in costs.values()):
            paid = paid.drop(NOBODY)
        tally.rows("cost", who, paid.index, paid, per=tally.years)
    names = units(run)["unit"]
    by_unit = np.bincount(charged["unit"], charged["amount"], minlength=len(names))
    priced = names.isin(list(costs)).to_numpy()
    tally.rows("cost", "unit", names[priced], by_unit[priced], per=tally.years)


def _contacts(tally: Tally) -> None:
    """Who came where, and what it took to travel there."""
    run, came, names = tally.run, has_come(tally.run), units(tally.run)["unit"]
    person = run.contacts["person"].to_numpy()[came]
    tally.per_year("contacts", person)
    tally.rows("contacts", "unit", names, np.bincount(code(run)[came], minlength=len(names)), per=tally.years)
    tally.per_year("patient_travel", person, run.contacts["patient_travel"].to_numpy()[came] / HOUR)


def _handovers(tally: Tally) -> None:
    """Messages between sectors (by step), and tasks that were not done in time."""
    run, window = tally.run, tally.run.window
    asked, ended = (run.contacts[c].to_numpy() for c in ("asked", "ended"))
    sent = run.contacts[says(run, "kind", "handover") & says(run, "how", "completed") & window.happens(asked)]
    sent = sent.assign(days=((sent["ended"] - sent["asked"]) / DAY).to_numpy())
    known = sent[sent["complete"].notna().to_numpy()]
    tally.ratio("handover_whole", known["person"], known["complete"])
    tally.ratio("handover_days", sent["person"], sent["days"])
    for name, some, column in (("handover_whole", known, "complete"), ("handover_days", sent, "days")):
        by_step = some.groupby("step", observed=True)[column].agg(["sum", "count"])
        tally.rows(name, "handover", by_step.index, by_step["sum"], by_step["count"])

    missed = says(run, "how", "missed") & window.happens(np.maximum(asked, ended))  # in the queue, or before any contact
    tally.per_year("missed_tasks", run.contacts["person"].to_numpy()[missed])
    task = run.contacts["task"].cat
    codes, words = task.codes.to_numpy(), np.asarray(task.categories)
    there = np.bincount(codes + 1, minlength=len(words) + 1)[1:] > 0  # tasks that anything in the record is about
    number = np.bincount(codes[missed] + 1, minlength=len(words) + 1)[1:]
    tally.rows("missed_tasks", "task", words[there], number[there], per=tally.years)


def _staff(use: Use, meta: dict) -> list[Rows]:
    """Staff hours by profession."""
    hours, years = hours_of(use, meta.get("routine_hours") or {}), use.window.years
    if not len(hours):
        return []
    found = []
    for name, some in (("staff_hours", hours["hours"] + hours["routine"]), ("staff_hours_on_duty", hours["on_duty"])):
        worked = some.groupby(hours["profession"]).sum()
        found += [rows_of(name, "all", ["all"], worked.sum(), years), rows_of(name, "profession", worked.index, worked, years)]
    return found


def _full(use: Use) -> list[Rows]:
    """How full units are."""
    table, length = use.by_unit(), use.window.length
    limited = table[np.isfinite(table["places"])]
    beds, slots = limited[limited["bed"]], limited[~limited["bed"]]
    sectors = use.by_sector().query("places < inf")
    hospital = sectors[sectors["name"] == "hospital"].assign(name="all")
    found = [
        rows_of("mean_in_use", "unit", table["name"], table["time"], length),
        rows_of("utilisation", "unit", slots["name"], slots["time"], slots["offered"]),
    ]
    for group, some in (("all", hospital), ("sector", sectors), ("unit", beds)):
        found.append(rows_of("occupancy", group, some["name"], some["time"], some["offered"]))
        found.append(rows_of("time_above_full", group, some["name"], some["above"], length))
    return found


def _waited(waits: Waits) -> list[Rows]:
    """How long one waits for units."""
    queue = waits.table()
    told = {
        "wait_mean": ("total_h", "queued"),
        "share_waiting": ("waited", "queued"),
        "share_gave_up": ("gave_up", "asked"),
        "share_refused": ("refused", "asked"),
    }
    found = [rows_of(name, "unit", queue["unit"], queue[top], queue[bottom]) for name, (top, bottom) in told.items()]
    found.append(rows_of("wait_p90", "unit", queue["unit"], queue["waited"], queue["queued"], queue["p90_h"]))
    found.append(rows_of("still_waiting", "unit", queue["unit"], queue["still_waiting"], 1))
    return found
