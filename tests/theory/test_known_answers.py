"""Both engines beside theory and published models: every known case agrees, and none would with stays 3 % longer.

The half-widths here are a few per cent of theory at most, so that the suite takes minutes; `pathsim verify` asks for 1 %.
The compiled engine is the fast one, so it is the more closely looked at; the twins see to it that both engines do the same.
A right engine fails anywhere among all cases once in a thousand suites.
"""

from functools import partial

import pytest

from pathsim.study.known import CASES
from pathsim.study.published import compare_treat_sim
from pathsim.study.run import simulate_raw
from pathsim.study.verify import printed, verify

PRECISION = {"compiled": 0.02, "simpy": 0.05}  # half-width, as a share of theory


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("engine", PRECISION)
def test_theory_holds(engine, case):
    table = verify(partial(simulate_raw, engine=engine), [case], precision=PRECISION[engine], workers=1)
    assert (table["verdict"] == "agrees").all(), printed(table)


@pytest.mark.parametrize("case", sorted(CASES))
def test_stays_three_per_cent_longer_are_seen(case):
    table = verify(partial(simulate_raw, engine="compiled"), [case], precision=0.05, slower=1.03, workers=1, most=2)
    assert (table["verdict"] == "differs").any(), printed(table)


@pytest.mark.parametrize("engine", PRECISION)
def test_the_published_clinic(engine):
    table = compare_treat_sim(partial(simulate_raw, engine=engine), replications=120)
    assert (table["verdict"] == "agrees").all(), table.to_string()
