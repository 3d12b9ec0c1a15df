"""Claim: a published trial is a noisy, small, diluted look at an effect; the same look can be had in the model, beside the truth.

    from pathsim.evidence.trials import Trial, run_trial
    found = run_trial(raw, settings, Trial(levers=["team"], at="ward_stay", recruits=600), replications=50)
    found.table

- `design`: what a trial is; `compose`: the care system with the trial in it; `arms`: who is in which arm
- `clock`: the record counted from each participant's recruitment; `outcomes`: what is counted of it
- `estimators`: what a statistician makes of it; `designs`: what other designs would have claimed
- `run`: replications, the truth, and the tables
"""

from .design import Outcome, Trial, read_trial
from .run import Found, run_trial

__all__ = ["Found", "Outcome", "Trial", "read_trial", "run_trial"]
