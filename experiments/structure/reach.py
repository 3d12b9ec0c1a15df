"""Who is reached: the same average, but by odds that fall, or rise, with frailty and with what makes people hard to reach.

    python experiments/structure/reach.py

The odds are assumed; the constant is solved on the synthetic citizens of the default whom the lever `partnership` may enrol, so that as many
of them are reached as without it. Printed are the numbers of configs/structure/partnership_selection*.yaml.
"""

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from pathsim.folders import configs
from pathsim.language import read_yaml
from pathsim.population import synthesise

REACH = 0.67
FRAILTY = {"robust": 1.0, "pre_frail": 0.7, "frail": 0.45, "severe": 0.25}
HARD = 0.5  # who lives alone or has dementia
INHABITANTS = 115_465


def candidates(seed: int) -> pd.DataFrame:
    """Frailty, and who is hard to reach, of those whom `partnership` may enrol."""
    people = synthesise(read_yaml(configs() / "synthesis" / "danish.yaml"), "esbjerg", INHABITANTS, seed)
    old = people["age"] >= 65
    may = old & (people["frailty"].isin(["frail", "severe"]) | (people["conditions"] >= 2)) | yes(people["severe_mental_illness"])
    hard = yes(people["lives_alone"]) | yes(people["dementia"])
    return pd.DataFrame({"frailty": people["frailty"].astype(str), "hard": hard})[may]


def yes(column: pd.Series) -> pd.Series:
    return column.astype(str).isin(["yes", "True"])


def solved(people: pd.DataFrame, power: int) -> dict[tuple[str, bool], float]:
    """The reach of each kind of person; power -1 turns the odds round."""
    def reach(constant: float) -> dict[tuple[str, bool], float]:
        odds = {(frailty, hard): constant * (FRAILTY[frailty] * (HARD if hard else 1)) ** power for frailty in FRAILTY for hard in (True, False)}
        return {kind: value / (1 + value) for kind, value in odds.items()}

    def excess(constant: float) -> float:
        found = reach(constant)
        return float(np.average(list(found.values()), weights=[shares.get(kind, 0) for kind in found])) - REACH

    shares = people.value_counts(normalize=True).to_dict()
    return reach(brentq(excess, 1e-3, 1e3))


def main() -> None:
    people = pd.concat([candidates(seed) for seed in range(1, 6)])
    print(people.value_counts(normalize=True).round(3).to_string(), f"\n{len(people) / 5:,.0f} people")
    for name, power in (("partnership_selection", 1), ("partnership_selection_reversed", -1)):
        print(name)
        for frailty in FRAILTY:
            print("  ", frailty, *(f"{'yes' if hard else 'no'}: {solved(people, power)[frailty, hard]:.3f}" for hard in (True, False)))


if __name__ == "__main__":
    main()
