"""What the default partnership's mechanisms imply together for readmission, before any trial of it. Usage: run.py [draws]"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pathsim.evidence.prediction import Prediction, mechanisms_drawn, relative_risk
from pathsim.evidence.tries import Tries
from pathsim.language import merge, read_all
from pathsim.plan import lay_out
from pathsim.study.citizens import citizens_of
from pathsim.study.compose import compose
from pathsim.study.engines import get_ready
from pathsim.study.pool import cores

GROUP = "target_group"
SUITABLE = {"groups": {"frail_or_multimorbid": [{"frailty": ["frail", "severe"]}, {"conditions": "2+"}], GROUP: {"age": "65+", "frail_or_multimorbid": True}}}

TEAMS = {"partnership": "coordinator", "early_planning": "planning_meeting", "joint_acute_team": "acute_team"}


def main(how_many: int = 100) -> None:
    composed = compose(["years=3"])
    raw, settings = merge(composed.raw, SUITABLE), composed.settings
    systems = read_all(raw)
    citizens = citizens_of(systems, settings, composed.folder)
    for system in systems.values():
        get_ready(lay_out(system, settings.days), settings.engine)
    values = mechanisms_drawn(raw, how_many, 1)
    full = tuple(one | {name: 1.0 for name in one if name.endswith((".fidelity", "partnership.reach"))} for one in values)
    unlimited = {"levers": {lever: {"changes": {"units": {unit: {"slots": "unlimited"}}}} for lever, unit in TEAMS.items()}}
    for title, some, extra in (("with its implementation", values, {}), ("at full delivery, staff without limit", full, unlimited)):
        work = Prediction(raw, settings, citizens, "relay", "partnership", GROUP, some, extra)
        tries = Tries(work, Path("results/prior_prediction.trials"), cores(), lambda done: print(done, file=sys.stderr) if done % 25 == 0 else None)
        rr = relative_risk(tries([(i, 0) for i in range(how_many)]), "relay", "partnership")
        low, middle, high = np.quantile(rr, [0.05, 0.5, 0.95])
        print(f"{title}: relative risk of readmission within 30 days, median {middle:.3f}, 90 % of {how_many} draws {low:.3f} … {high:.3f}; "
              f"worse than relay in {np.mean(rr > 1):.0%}; exactly 1 in {np.sum(rr == 1)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
