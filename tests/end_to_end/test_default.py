"""The shipped municipality, small and with capacity that never binds: what partnership can and cannot do."""

import pytest

from pathsim.contacts import indicators
from pathsim.study.compose import compose
from pathsim.study.replicate import one_run, plan_study

SMALL = ["synthesis.municipalities.esbjerg.inhabitants=6000", "years=1", "warm_up=0", "seed=5"]
HOSPITAL = ["emergency", "acute_ward", "medical_ward", "geriatric_ward", "other_ward", "psychiatric_ward", "psychiatric_emergency"]
UNLIMITED_BEDS = ["acute_place", "temporary_place", "supported_housing", *HOSPITAL]
UNLIMITED_SLOTS = [
    "gp", "out_of_hours", "clinic", "acute_team", "home_nursing", "assessment", "rehabilitation", "district_psychiatry",
    "social_psychiatry", "psychology", "job_centre",
]  # fmt: skip
NEVER_BINDS = [
    *(f"units.{unit}.beds=unlimited" for unit in UNLIMITED_BEDS), *(f"units.{unit}.slots=unlimited" for unit in UNLIMITED_SLOTS),
    "~units.medical_ward.surge", "levers.joint_acute_team.changes.units.acute_team.slots=unlimited",
]  # fmt: skip
NOBODY_ELSE = [
    f"~arrivals.others_{name}"
    for name in ("gp", "out_of_hours", "emergency", "acute_ward", "medical", "geriatric", "clinic", "acute_team", "temporary",
                 "rehabilitation", "psychiatric", "psychiatric_emergency", "job_centre")
]  # fmt: skip
OTHERS_STEPS = [
    f"~steps.others_{name}"
    for name in ("gp_hour", "out_of_hours_hour", "emergency_stay", "acute_stay", "medical_stay", "boarding", "geriatric_stay",
                 "clinic_visit", "team_visit", "temporary_stay", "training", "go", "psychiatric_arrival", "psychiatric_stay", "meeting")
]  # fmt: skip
# Every clinical effect, and everything that makes care quicker or sends people another way, without effect.
WITHOUT_EFFECT = [
    "effects.letter_missing.relapse={0-30 d: 1}",
    "effects.reviewed.relapse={0-30 d: 1}", "effects.reviewed.worsening={0-45 d: 1}", "effects.trained.worsening={0-120 d: 1}",
    "effects.supported.crisis={0-60 d: 1}", "effects.supported.crisis_again={0-30 d: 1}",
    "levers.early_planning.changes.effects.well_planned.relapse={0-30 d: 1}",
    "levers.early_planning.changes.steps.medical_stay.for.times=1", "levers.early_planning.changes.steps.geriatric_stay.for.times=1",
    "~levers.early_planning.changes.steps.tell_municipality", "~levers.early_planning.changes.steps.await_home_care",
    "levers.team_follow_up.changes.effects.followed_up.relapse={0-30 d: 1}",
    "levers.team_follow_up.changes.effects.followed_up.worsening={0-30 d: 1}",
    "~levers.joint_acute_team.changes.steps", "~levers.pooled_places.changes.steps.assessed",
    "~levers.joint_psychiatry.changes.steps.tell_social_psychiatry",
    "~levers.shared_plan.changes.steps.call_gp",
    "levers.partnership.changes.steps.need_uncovered.done.sent_in=0",
    "levers.joint_return_to_work.reach=0",
]  # fmt: skip


def both(*overrides):
    """Relay and partnership, one replication each, on the small municipality."""
    composed = compose([*SMALL, *NEVER_BINDS, *NOBODY_ELSE, *OTHERS_STEPS, *overrides])
    prepared = plan_study(composed.raw, composed.settings, composed.folder, None)
    return [one_run(prepared, model, 0) for model in ("relay", "partnership")]


def walked(run, units=None):
    """Contacts as one can see them, of these units."""
    rows = run.contacts if units is None else run.contacts[run.contacts["unit"].isin(units)]
    told = rows[["person", "step", "unit", "asked", "begun", "ended", "given_back", "how"]].astype(object)
    return told.sort_values(["asked", "person", "step"], kind="stable").to_numpy().tolist()


def value(run, name):
    table = indicators(run)
    return float(table[(table["indicator"] == name) & (table["group"] == "all")]["value"].iloc[0])


def test_partnership_that_reaches_nobody_changes_nothing():
    relay, partnership = both("levers.partnership.reach=0", "levers.joint_return_to_work.reach=0")
    assert len(relay.contacts) > 2000
    assert walked(relay) == walked(partnership)


@pytest.fixture(scope="module")
def without_effect():
    return both(*WITHOUT_EFFECT)


def test_without_clinical_effect_partnership_moves_no_stay_where_capacity_never_binds(without_effect):
    relay, partnership = without_effect
    assert len(walked(relay, HOSPITAL)) > 300
    assert walked(relay, HOSPITAL) == walked(partnership, HOSPITAL)
    assert value(relay, "readmission_30") == value(partnership, "readmission_30")


def test_and_still_it_costs_more(without_effect):
    relay, partnership = without_effect
    assert value(partnership, "staff_hours") > value(relay, "staff_hours")
    assert value(partnership, "cost") > value(relay, "cost")


def test_contacts_of_those_not_enrolled_are_bit_identical():
    relay, partnership = both()
    enrolled = set(partnership.events.loc[partnership.events["what"] == "enrolled", "person"])
    deaths = {row.slot for run in (relay, partnership) for row in run.citizens.itertuples() if row.left >= 0}
    slots = [run.citizens["slot"].to_numpy() for run in (relay, partnership)]
    touched = {int(slots[1][person]) for person in enrolled} | deaths
    rows = [
        sorted(([int(mine[row[0]]), *row[1:]] for row in walked(run) if int(mine[row[0]]) not in touched), key=str)
        for run, mine in zip((relay, partnership), slots, strict=True)
    ]
    assert len(touched) > 300 and len(rows[0]) > 1000
    assert rows[0] == rows[1]
