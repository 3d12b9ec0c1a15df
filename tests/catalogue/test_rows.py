"""Each arrangement of the catalogue can win and can lose, in what it is for.

The interval is that of paired replications with fixed seeds and holds 95 %: an arrangement that did nothing would
pass one of its two tests one time in forty, however long the runs are. Runs of the first year, without a warm-up, see less than
`run.py` does, and so are only harder to pass. So that a small change elsewhere fails none of them, `replications` of a row are
as many as put the interval's end nearest to zero at least half its half-width away; three do for most.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "experiments" / "catalogue"))
from catalogue import DOCUMENTS, better, differences, pick, rows

ROWS = rows()
SHORT = {"years": 1, "warm_up": 0, "workers": 1, "keep": "indicators"}


@pytest.mark.parametrize("name", ROWS)
def test_it_can_win_and_lose(name):
    row = ROWS[name]
    for condition, given in (("wins", row.wins), ("loses", row.loses)):
        indicator = given.indicator or row.indicator
        found = pick(differences(row, [*row.quick, *given.set], **SHORT), indicator)
        gain = sorted(better(indicator) * found[end] for end in ("low", "high"))
        assert gain[0] > 0 if condition == "wins" else gain[1] < 0, (condition, indicator, found["base"], found["value"], gain)


@pytest.mark.parametrize("name", ROWS)
def test_it_loses_on_what_it_is_for_or_says_on_what(name):
    row = ROWS[name]
    assert (row.loses.indicator or row.indicator).split(":")[0] in {row.indicator.split(":")[0], *(also.split(":")[0] for also in row.also)}
    assert set(row.documents) <= set(DOCUMENTS)
