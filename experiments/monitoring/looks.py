"""What the trial of Odense inside the model would have shown at each quarter of a year, and how exactly. Usage: looks.py [replications]

Writes looks.csv: a row for each replication, outcome and look, all that was counted from the first day until then.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pathsim.evidence.trials import run_trial
from pathsim.language import read_yaml
from pathsim.study.compose import compose

HERE = Path(__file__).parent
QUARTER = 91  # days
LOOKS = 12
OUTCOMES = ("cost", "acute_admissions")


def main(replications: int = 6) -> None:
    composed = compose(["scenario=odense_integrated_care"])
    trial = read_yaml(HERE.parent / "odense" / "trial.yaml")
    trial["outcomes"] = [
        {"what": what, "within": f"{QUARTER * look} d", "measure": "difference"} for what in OUTCOMES for look in range(1, LOOKS + 1)
    ]
    found = run_trial(composed.raw, composed.settings, trial, replications=replications, workers=1, folder=composed.folder)
    seen, true = found.seen.copy(), found.table.set_index("outcome")
    seen["look"] = np.tile(np.tile(np.arange(1, LOOKS + 1), len(OUTCOMES)), replications)
    seen["what"] = seen["outcome"].str.extract(r"^(.*) within")[0].str.replace(" ", "_")
    seen["true"], seen["true_se"] = (true[name].reindex(seen["outcome"]).to_numpy() for name in ("true", "true_se"))
    shown = ["replication", "what", "look", "estimate", "se", "true", "true_se", "n_intervention", "n_control", "control_level"]
    seen[shown].to_csv(HERE / "looks.csv", index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
