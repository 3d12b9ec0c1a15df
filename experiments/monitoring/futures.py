"""What the model made of Odense's partnership before it was tried: all that is uncertain drawn at once, a future a row. Usage: futures.py [draws]

In each future the arrangement is offered to every older patient of Odense against to no one, for three years, with luck of its own. Writes
futures.csv: how much more cost and how many more acute admissions a year for each of them, over the first year and over all three. What
is written is kept: a run that was stopped goes on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pathsim.evidence.trials import run_trial
from pathsim.language import read_yaml
from pathsim.study.compose import compose

HERE = Path(__file__).parent
FILE = HERE / "futures.csv"
OUTCOMES = ("cost", "acute_admissions")
YEAR = 364  # days: whole quarters, as the looks


def main(how_many: int = 100) -> None:
    trial = read_yaml(HERE.parent / "odense" / "trial.yaml")
    trial["outcomes"] = [{"what": what, "within": f"{days} d", "measure": "difference"} for days in (YEAR, 3 * YEAR) for what in OUTCOMES]
    if not FILE.exists():
        FILE.write_text("draw,first_cost,first_acute_admissions,cost,acute_admissions\n", encoding="utf-8")
    done = len(FILE.read_text(encoding="utf-8").splitlines()) - 1
    for draw in range(done + 1, how_many + 1):
        composed = compose(["scenario=odense_integrated_care", f"draw={draw}"])
        settings = composed.settings.model_copy(update={"seed": composed.settings.seed + draw})
        found = run_trial(composed.raw, settings, trial, replications=1, workers=1, folder=composed.folder)
        yearly = found.table["true"].to_numpy() * 365 / np.repeat([YEAR, 3 * YEAR], len(OUTCOMES))
        with FILE.open("a", encoding="utf-8") as out:
            out.write(",".join([str(draw), *(f"{value:.6g}" for value in yearly)]) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
