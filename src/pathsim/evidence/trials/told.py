"""Claim: what a trial shows is read in ratios and amounts, with the truth beside it."""

from __future__ import annotations

import math

import pandas as pd

from ...language.quantities import DAY
from .design import DIFFERENCE, Trial

RANGE = 1.96
NOTHING = "–"
DESIGNS = {
    "before_after": "before and after", "matched": "matched comparators",
    "difference_in_differences": "difference in differences", "stepped_wedge": "stepped wedge",
}


def text(trial: Trial, table: pd.DataFrame, claims: pd.DataFrame, notes: tuple[str, ...]) -> str:
    """The report of a trial, as plain text."""
    parts = [heading(trial, table), main_table(table).to_string(index=False)]
    if len(claims):
        parts.append("What other designs would have claimed of the same truth:\n" + design_table(claims).to_string(index=False))
    parts.append(
        "True: everyone offered it against no one, same people and same luck, with its 95 % interval. One trial sees: the mean of such trials and where\n"
        "95 % of them fall. Finds it: the share with p < 0.05. Covers it: the share of 95 % intervals that hold the truth. Spill-over: the control arm\n"
        "against the same people where no one is offered it. All of it is chance in this model; whether the model is right is another question."
    )
    return "\n\n".join([*parts, *(f"note: {note}" for note in notes)])


def heading(trial: Trial, table: pd.DataFrame) -> str:
    """What was tried, on whom, how."""
    first = table.iloc[0]
    by = f"by {trial.randomised_by}"
    asked = f"on coming to '{trial.at}', day {trial.recruitment.from_ / DAY:g} to {trial.recruitment.to / DAY:g}" if trial.at else "all on the first day"
    got = "" if math.isnan(first["delivered"]) else f"; {first['delivered']:.0%} of the intervention arm met what is tried"
    return (
        f"{trial.title or 'Trial of ' + ', '.join(trial.levers)}\n"
        f"randomised {by}; recruited {asked}; followed {trial.follow_up / DAY:g} d\n"
        f"{table['n_intervention'].max():.0f} + {table['n_control'].max():.0f} participants, {first['replications']} times{got}"
    )


def main_table(table: pd.DataFrame) -> pd.DataFrame:
    """The truth beside what trials of this size would see."""
    rows = []
    for row in table.to_dict("records"):
        rows.append({
            "outcome": f"{row['outcome']} ({row['measure']})", "in control": number(row["control_level"]),
            "true": spread(row["true"], row["true_se"], row["measure"]), "one trial sees": spread(row["seen_mean"], row["seen_sd"], row["measure"]),
            "finds it": share(row["power"]), "covers it": share(row["coverage"]), "wrong sign": share(row["wrong_sign"]),
            "spill-over": spread(row["spill_over"], row["spill_over_se"], row["measure"]),
        })
    return pd.DataFrame(rows)


def design_table(claims: pd.DataFrame) -> pd.DataFrame:
    """What other designs claim; a design that can't say anything about an outcome is left out."""
    rows = []
    for row in claims[claims["seen_mean"].notna()].to_dict("records"):
        rows.append({
            "design": DESIGNS[row["design"]], "outcome": f"{row['outcome']} ({row['measure']})", "true": shown(row["true"], row["measure"]),
            "claims": spread(row["seen_mean"], row["seen_sd"], row["measure"]), "claims an effect": share(row["power"]),
            "covers the truth": share(row["coverage"]), "people": number(row["n"]),
        })
    return pd.DataFrame(rows)


def spread(value: float, sd: float, measure: str) -> str:
    """A number with the range of 1.96 standard deviations; ratios are logarithms until here.

    >>> spread(math.log(0.5), 0.1, "rate ratio"), spread(-1.0, 0.25, "difference")
    ('0.50 (0.41 to 0.61)', '-1.00 (-1.49 to -0.51)')
    """
    if math.isnan(value):
        return NOTHING
    if math.isnan(sd):
        return shown(value, measure)
    low, high = (shown(value + sign * RANGE * sd, measure) for sign in (-1, 1))
    return f"{shown(value, measure)} ({low} to {high})"


def shown(value: float, measure: str) -> str:
    """A ratio or an amount."""
    if math.isnan(value):
        return NOTHING
    return number(value) if measure == DIFFERENCE else number(math.exp(value))


def number(value: float) -> str:
    """Three digits or so.

    >>> number(0.12345), number(1234.5), number(0.00485)
    ('0.12', '1,234', '0.0049')
    """
    if math.isnan(value):
        return NOTHING
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"


def share(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.0%}"
