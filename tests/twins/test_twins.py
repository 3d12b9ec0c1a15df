"""Both engines give the same record on random systems of the whole language: contact for contact, bit for bit."""

import os

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from twins.same import difference
from twins.systems import AT_ONCE, cases
from twins.twins import run_case

from pathsim.compiled import run as run_compiled
from pathsim.engine import run as run_reference
from pathsim.faults import Faults

SYSTEMS = int(os.environ.get("PATHSIM_TWINS", "300"))


@pytest.mark.parametrize("part", range(max(SYSTEMS // AT_ONCE, 1)))
def test_the_engines_agree_on_random_systems(part):

    @seed(part)
    @settings(max_examples=AT_ONCE, database=None, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
    @given(cases())
    def agree(case):
        try:
            first = run_case(case, run_reference)
        except Faults:
            assume(False)
        found = difference(first, run_case(case, run_compiled))
        assert found is None, found

    agree()
