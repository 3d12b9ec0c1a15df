"""What queueing theory knows exactly, as plain functions.

A simulator that is wrong looks just like one that is right. These formulas are the
yardstick: `pathsim verify` sets every case of `configs/known` beside them. Rates and
times may be in any unit as long as it is one (10 a day goes with a stay in days).
"""

from pathsim.theory.networks import (
    BlockedTandem,
    Loop,
    bed_days_saved,
    blocked_tandem,
    jackson_tandem,
    poisson_excess,
    poisson_occupancy,
    poisson_tail,
    readmission_loop,
    share_full,
)
from pathsim.theory.official import OfficialLoop, official_loop_theory
from pathsim.theory.stations import (
    Limited,
    Queue,
    Reneging,
    birth_death,
    erlang_a,
    erlang_b,
    erlang_c,
    md1,
    mg1,
    mm1,
    mmc,
    mmck,
    priority_mg1,
)

__all__ = [
    "BlockedTandem",
    "Limited",
    "Loop",
    "OfficialLoop",
    "Queue",
    "Reneging",
    "bed_days_saved",
    "birth_death",
    "blocked_tandem",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "jackson_tandem",
    "md1",
    "mg1",
    "mm1",
    "mmc",
    "mmck",
    "official_loop_theory",
    "poisson_excess",
    "poisson_occupancy",
    "poisson_tail",
    "priority_mg1",
    "readmission_loop",
    "share_full",
]
