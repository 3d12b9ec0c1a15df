"""Claim: what a care system achieves can be read in one table, counted as the registers count.

`indicators(run)` gives one row per indicator and level of a group, in the order of the registry.
Population groups (`groups`) come first, then the groups that belong to one indicator: unit,
sector, place, profession, payer, operator, handover, task.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pathsim.contacts.costs import NOBODY, charges, staff_hours
from pathsim.contacts.delays import delays
from pathsim.contacts.facts import held, holds, recorded
from pathsim.contacts.followup import first_contacts
from pathsim.contacts.groups import OLDER, counts
from pathsim.contacts.life import HOME, deaths, place_of_death, time_in_bed
from pathsim.contacts.occupancy import occupancy, waits
from pathsim.contacts.places import branch, code, is_at, of_unit, units
from pathsim.contacts.readmissions import readmissions, within
from pathsim.contacts.record import Run
from pathsim.contacts.stays import stays
from pathsim.contacts.tally import COLUMNS, Tally
from pathsim.contacts.window import DAY, HOUR, WEEK, YEAR

__all__ = ["COLUMNS", "indicators"]

PREFIXES = ("", "psychiatric_")
FOLLOWED = (7, 30, 90)
SICK_LEAVE, PREVENTABLE = "on_sick_leave", "preventable"


def indicators(run: Run, standard: pd.Series | None = None) -> pd.DataFrame:
    """All indicators of one run, over its measured window.

    Columns: indicator, group, level, value, numerator, denominator, unit. The value is numerator /
    denominator, except for medians, percentiles and standardised shares; NaN where there is
    nothing to divide by. `standard`: numbers by "age band sex" (see `standard_of`), by default
    the citizens of this run.
    """
    tally = Tally(run, standard)
    official, raw = stays(run), stays(run, official=False)
    _people(tally)
    _hospital(tally, official)
    _again(tally, official, raw)
    _afterwards(tally, official)
    _delayed(tally)
    _acute(tally, official)
    _life(tally)
    _money(tally)
    _units(tally)
    _handovers(tally)
    return tally.table()


def _people(tally: Tally) -> None:
    tally.total("person_years", np.arange(len(tally.run.citizens)), tally.person_years)


def _hospital(tally: Tally, official: pd.DataFrame) -> None:
    """Admissions and bed-days of each branch."""
    run, window = tally.run, tally.run.window
    branches, begun, person = branch(run), run.contacts["begun"].to_numpy(), run.contacts["person"].to_numpy()
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
        tally.median(f"{prefix}length_of_stay_median", done["person"].to_numpy(), length)


def _again(tally: Tally, official: pd.DataFrame, raw: pd.DataFrame) -> None:
    """Readmission, official and raw, and death after discharge."""
    run = tally.run
    index, asked = readmissions(run, True, official), readmissions(run, False, raw)
    for b, prefix in enumerate(PREFIXES):
        index_b, asked_b = index[index["branch"] == b], asked[asked["branch"] == b]
        for days in FOLLOWED:
            cohort, requests = within(run, index_b, days), within(run, asked_b, days)
            tally.ratio(f"{prefix}readmission_{days}", cohort["person"], cohort["yes"])
            tally.ratio(f"{prefix}raw_readmission_{days}", requests["person"], requests["yes"])
        month = within(run, index_b, 30)
        name = f"{prefix}readmission_30_standardised"
        tally.standardised(name, month["person"].to_numpy(), month["yes"].to_numpy())
        died = within(run, index_b, 30, "died")
        tally.ratio(f"{prefix}death_after_discharge_30", died["person"], died["yes"])


def _afterwards(tally: Tally, official: pd.DataFrame) -> None:
    """The first contact after discharge."""
    window = tally.run.window
    met = first_contacts(tally.run, official)
    for b, prefix in enumerate(PREFIXES):
        mine = met[met["branch"] == b]
        for days in (2, 7):
            cohort = mine[window.followed(mine["discharged"], days)]
            soon = (cohort["after"] >= 0) & (cohort["after"] <= days * DAY)
            tally.ratio(f"{prefix}contact_within_{days}", cohort["person"], soon)
        cohort = mine[window.followed(mine["discharged"], 30)]
        after = cohort["after"].to_numpy()
        days = np.where((after >= 0) & (after <= 30 * DAY), after / DAY, np.inf)
        tally.median(f"{prefix}days_to_first_contact", cohort["person"].to_numpy(), days)


def _delayed(tally: Tally) -> None:
    lain = delays(tally.run)
    days = tally.run.window.inside(lain["begin"].to_numpy(), lain["end"].to_numpy()) / DAY
    internal, person = lain["internal"].to_numpy(), lain["person"].to_numpy()
    for b, prefix in enumerate(PREFIXES):
        out = ~internal & (lain["branch"] == b).to_numpy()
        tally.per_year(f"{prefix}delayed_days", person[out], days[out])
    tally.per_year("days_waiting_for_ward", person[internal], days[internal])


def _acute(tally: Tally, official: pd.DataFrame) -> None:
    """Emergency department visits, and the acute stays of older people that care might prevent."""
    run, window = tally.run, tally.run.window
    names = list(run.contacts["unit"].cat.categories)
    emergency = run.meta.get("emergency") or [name for name in names if "emergency" in name]
    begun = run.contacts["begun"].to_numpy()
    came = is_at(run) & ~(run.contacts["joint"] | run.contacts["from_start"]).to_numpy() & window.happens(begun)
    visits = came & of_unit(code(run), [name in emergency for name in names], False)
    person = run.contacts["person"].to_numpy()
    tally.per_year("emergency_visits", person[visits])
    tally.rate("emergency_visit_rate", person[visits])

    if "age" not in run.citizens or not recorded(run, PREVENTABLE):
        return
    older = (run.citizens["age"] >= OLDER).to_numpy(dtype=bool)
    acute = official[(official["acute"] & ~official["from_start"]).to_numpy() & window.happens(official["start"])]
    acute = acute[older[acute["person"]]]
    might = holds(run, PREVENTABLE, acute["person"].to_numpy(), acute["asked"].to_numpy())
    tally.per_year("preventable_stays", acute["person"].to_numpy()[might])
    tally.rate("preventable_stay_rate", acute["person"].to_numpy()[might], who=older)


def _life(tally: Tally) -> None:
    """Deaths, days at home, sick leave."""
    run = tally.run
    died, place = deaths(run), place_of_death(run)
    place = place[counts(run.citizens)[died]]
    tally.per_year("deaths", died)
    tally.rate("death_rate", died)
    sectors = [HOME, *dict.fromkeys(units(run).query("bed")["sector"])]
    tally.rows("deaths", "place", sectors, [(place == s).sum() for s in sectors], tally.years)

    everyone = np.arange(len(run.citizens))
    home = tally.person_years * YEAR - time_in_bed(run)
    tally.ratio("days_at_home", everyone, home / DAY, tally.person_years)

    if recorded(run, SICK_LEAVE):
        off = held(run, SICK_LEAVE)
        weeks = run.window.inside(off["begin"].to_numpy(), off["end"].to_numpy()) / WEEK
        tally.per_year("sick_leave_weeks", off["person"], weeks)


def _money(tally: Tally) -> None:
    """Costs by citizen, payer, operator and unit; staff hours by profession."""
    run = tally.run
    if run.meta.get("costs"):
        charged = charges(run)
        charged = charged[counts(run.citizens)[charged["person"].to_numpy()]]
        tally.per_year("cost", charged["person"], charged["amount"])
        tally.rate("cost_per_person_year", charged["person"], charged["amount"], per=1)
        for who in ("payer", "operator"):
            paid = charged.groupby(who, observed=False)["amount"].sum()
            if all(cost.get(who) for cost in run.meta["costs"].values()):
                paid = paid.drop(NOBODY)
            tally.rows("cost", who, paid.index, paid, tally.years)
        names = units(run)["unit"]
        by_unit = np.bincount(charged["unit"], charged["amount"], minlength=len(names))
        priced = names.isin(list(run.meta["costs"])).to_numpy()
        tally.rows("cost", "unit", names[priced], by_unit[priced], tally.years)
    hours = staff_hours(run)
    if len(hours):
        worked = (hours["hours"] + hours["routine"]).groupby(hours["profession"]).sum()
        tally.rows("staff_hours", "all", ["all"], worked.sum(), tally.years)
        tally.rows("staff_hours", "profession", worked.index, worked, tally.years)
        paid = hours.groupby("profession")["on_duty"].sum()
        tally.rows("staff_hours_on_duty", "all", ["all"], paid.sum(), tally.years)
        tally.rows("staff_hours_on_duty", "profession", paid.index, paid, tally.years)


def _units(tally: Tally) -> None:
    """How full units are, and how long one waits for them."""
    run, years, length = tally.run, tally.years, tally.run.window.length
    codes, table = code(run), units(run)
    begun = run.contacts["begun"].to_numpy()
    came = is_at(run) & ~(run.contacts["joint"] | run.contacts["from_start"]).to_numpy() & run.window.happens(begun)
    tally.per_year("contacts", run.contacts["person"].to_numpy()[came])
    tally.rows("contacts", "unit", table["unit"], np.bincount(codes[came], minlength=len(table)), years)
    travelled = run.contacts["patient_travel"].to_numpy()[came] / HOUR
    tally.per_year("patient_travel", run.contacts["person"].to_numpy()[came], travelled)

    use = occupancy(run)
    tally.rows("mean_in_use", "unit", use["name"], use["time"], length)
    beds, slots = use[use["bed"] & np.isfinite(use["places"])], use[~use["bed"] & np.isfinite(use["places"])]
    tally.rows("utilisation", "unit", slots["name"], slots["time"], slots["offered"])
    sectors = occupancy(run, by="sector").query("places < inf")
    hospital = sectors[sectors["name"] == "hospital"].assign(name="all")
    for group, some in (("all", hospital), ("sector", sectors), ("unit", beds)):
        tally.rows("occupancy", group, some["name"], some["time"], some["offered"])
        tally.rows("time_above_full", group, some["name"], some["above"], length)

    queue = waits(run)
    tally.rows("wait_mean", "unit", queue["unit"], queue["total_h"], queue["queued"])
    tally.rows("wait_p90", "unit", queue["unit"], queue["waited"], queue["queued"], queue["p90_h"])
    tally.rows("share_waiting", "unit", queue["unit"], queue["waited"], queue["queued"])
    tally.rows("share_gave_up", "unit", queue["unit"], queue["gave_up"], queue["asked"])
    tally.rows("share_refused", "unit", queue["unit"], queue["refused"], queue["asked"])
    tally.rows("still_waiting", "unit", queue["unit"], queue["still_waiting"], 1)


def _handovers(tally: Tally) -> None:
    """Messages between sectors (by step), and tasks that were not done in time."""
    rows, window = tally.run.contacts, tally.run.window
    sent = rows[(rows["kind"] == "handover").to_numpy(dtype=bool) & window.happens(rows["asked"])]
    sent = sent[(sent["how"] == "completed").to_numpy(dtype=bool)]
    sent = sent.assign(days=((sent["ended"] - sent["asked"]) / DAY).to_numpy())
    known = sent[sent["complete"].notna().to_numpy()]
    tally.ratio("handover_whole", known["person"], known["complete"])
    tally.ratio("handover_days", sent["person"], sent["days"])
    for name, some, column in (("handover_whole", known, "complete"), ("handover_days", sent, "days")):
        by_step = some.groupby("step", observed=True)[column].agg(["sum", "count"])
        tally.rows(name, "handover", by_step.index, by_step["sum"], by_step["count"])

    missed = rows[(rows["how"] == "missed").to_numpy(dtype=bool)]  # in the queue, or before any contact
    missed = missed[window.happens(np.maximum(missed["asked"], missed["ended"]))]
    tally.per_year("missed_tasks", missed["person"])
    by_task = missed["task"].value_counts().sort_index()
    tally.rows("missed_tasks", "task", by_task.index, by_task, tally.years)
