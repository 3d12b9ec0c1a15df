"""The engine beside theory and published models: every known case agrees, and none would with stays 3 % longer.

The half-widths here are at most 5 % of theory, so that the suite takes minutes; `pathsim verify` asks for 1 %.
A right engine fails anywhere among all cases once in a thousand suites.
"""

import pytest

from pathsim.study.known import CASES
from pathsim.study.published import compare_treat_sim
from pathsim.study.run import simulate_raw
from pathsim.study.verify import printed, verify


@pytest.mark.parametrize("case", sorted(CASES))
def test_theory_holds(case):
    table = verify(simulate_raw, [case], precision=0.05, workers=1)
    assert (table["verdict"] == "agrees").all(), printed(table)


@pytest.mark.parametrize("case", sorted(CASES))
def test_stays_three_per_cent_longer_are_seen(case):
    table = verify(simulate_raw, [case], precision=0.05, slower=1.03, workers=1, most=2)
    assert (table["verdict"] == "differs").any(), printed(table)


def test_the_published_clinic():
    table = compare_treat_sim(simulate_raw, replications=120)
    assert (table["verdict"] == "agrees").all(), table.to_string()
