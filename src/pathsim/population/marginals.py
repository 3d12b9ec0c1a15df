"""What the tables add up to, beside what is published.

A table by age and sex is partly guessed; its totals are known. They are compared here, on all
adults, before anybody is left out of the simulation. A miss is a finding about the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pathsim.population.reading import validate
from pathsim.population.tables import Tables

HELP = ["help_under_2h", "help_2_to_8h", "help_over_8h"]


def marginals(citizens: pd.DataFrame, tables: Mapping[str, Any] | Tables) -> pd.DataFrame:
    """One row for each target: low and high (what is published), model, source. Shares of 1.

    citizens: all adults, `synthesise(..., everyone=True)`; of the simulated alone the shares of
    everything below 65 would be too high. Targets are the tables'; a quantity without one has NaN.
    """
    targets = validate(tables).targets
    rows = []
    for quantity, model in quantities(citizens).items():
        target = targets.get(quantity)
        value = target.value if target else float("nan")
        low, high = value if isinstance(value, list) else (value, value)
        rows.append((quantity, low, high, model, target.source if target else ""))
    return pd.DataFrame(rows, columns=["quantity", "low", "high", "model", "source"]).set_index(
        "quantity"
    )


def quantities(citizens: pd.DataFrame) -> dict[str, float]:
    """The shares that published totals speak of; `danish.yaml` gives targets and sources."""
    age, woman, alone = citizens["age"], citizens["sex"] == "woman", citizens["lives_alone"]
    old = age >= 65
    two = citizens["conditions"] >= 2
    physical = citizens["conditions"] > citizens["depression"].astype(int)
    home = citizens["care"] != "care_home"
    has_help = citizens["care"].isin(HELP)

    def share(what: pd.Series, of: pd.Series | None = None) -> float:
        return float((what if of is None else what[of]).mean())

    return {
        "two_or_more_conditions_65_plus": share(two, old),
        "two_or_more_conditions": share(two),
        "two_or_more_conditions_low_education": share(two, citizens["education"] == "low"),
        "two_or_more_conditions_high_education": share(two, citizens["education"] == "high"),
        "physical_and_mental_condition": share(physical & citizens["depression"]),
        "copd": share(citizens["copd"]),
        "diabetes": share(citizens["diabetes"]),
        "depression": share(citizens["depression"]),
        "heart_failure_50_to_74": share(citizens["heart_failure"], (age >= 50) & (age < 75)),
        "heart_failure_75_plus": share(citizens["heart_failure"], age >= 75),
        "heart_failure_85_plus": share(citizens["heart_failure"], age >= 85),
        "dementia_65_plus": share(citizens["dementia"], old),
        "dementia_85_plus": share(citizens["dementia"], age >= 85),
        "single_65_plus": share(alone, old),
        "single_men_65_plus": share(alone & ~woman, old),
        "single_women_65_plus": share(alone & woman, old),
        "care_home_65_plus": share(~home, old),
        "home_help_65_plus": share(has_help, old),
        "any_municipal_care_65_plus": share(citizens["care"] != "none", old),
        "home_help_single_women_65_plus": share(has_help, old & alone & woman),
        "home_help_single_men_65_plus": share(has_help, old & alone & ~woman),
        "home_help_women_in_couples_65_plus": share(has_help, old & ~alone & woman),
        "frail_in_own_home_65_plus": share(
            citizens["frailty"].isin(["frail", "severe"]), old & home
        ),
    }
