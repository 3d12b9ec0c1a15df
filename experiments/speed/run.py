"""How fast is the engine beside SimPy as its tutorials write it? Both in one process, by turns.

    python experiments/speed/run.py [--citizens 20000] [--days 365] [--times 3]

An event is a request, a grant or a release. What counts is the ratio: the events a second belong to
the machine and to whatever else it does.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import tutorial  # noqa: E402

from pathsim.language import read_system, read_text  # noqa: E402
from pathsim.plan import lay_out  # noqa: E402
from pathsim.study.run import simulate_plan  # noqa: E402

CARE_LOOP = """
units:
  gp:        {slots: 5}
  ward:      {beds: 290, sector: hospital}
  municipal: {beds: 450, sector: municipality}
steps:
  living:         {wait: {exponential: 90 d}, then: gp_visit}
  gp_visit:       {at: gp, for: {lognormal: {mean: 0.02 d, cv: 0.5}}, then: referral}
  referral:       {choose: {ward_stay: 0.25, living: rest}}
  ward_stay:      {at: ward, for: {lognormal: {mean: 5 d, cv: 0.8}}, then: municipal_stay}
  municipal_stay: {at: municipal, for: {lognormal: {mean: 8 d, cv: 0.7}}, hold: yes, then: living}
"""


def engine(citizens: int, days: float, seed: int = 1) -> pd.DataFrame:
    system = read_system({**read_text(CARE_LOOP), "population": {"citizens": citizens, "starts": "living"}})
    return simulate_plan(lay_out(system, days), system, seed, 0, 0.0, None).contacts


def timed(function, *arguments) -> tuple[float, pd.DataFrame]:
    start = time.process_time()
    contacts = function(*arguments)
    return time.process_time() - start, contacts


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Both must have done the same work: the same contacts to the millisecond, but for the order at ties."""
    done = ours[(ours["kind"] == "at") & (ours["given_back"] >= 0)][tutorial.COLUMNS].astype({"step": str, "unit": str})
    frames = [frame.sort_values(["person", "asked", "step"]).reset_index(drop=True) for frame in (done, theirs)]
    pd.testing.assert_frame_equal(*frames, check_dtype=False)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--citizens", type=int, default=20_000)
    options.add_argument("--days", type=float, default=365.0)
    options.add_argument("--times", type=int, default=3, help="how often each is run")
    given = options.parse_args()
    engine(200, 30.0), tutorial.simulate(200, 30.0)  # compiled code is loaded before anything is timed
    ratios, rates = [], {"engine": [], "tutorial": []}
    for _ in range(given.times):
        ours, contacts = timed(engine, given.citizens, given.days)
        theirs, plain = timed(tutorial.simulate, given.citizens, given.days)
        same(contacts, plain)
        events = 3 * len(plain)
        rates["engine"].append(events / ours)
        rates["tutorial"].append(events / theirs)
        ratios.append(theirs / ours)
    for name, found in rates.items():
        print(f"{name:9} {statistics.median(found):9,.0f} events/s  ({min(found):,.0f}–{max(found):,.0f})")
    print(f"{'ratio':9} {statistics.median(ratios):9.2f}           ({min(ratios):.2f}–{max(ratios):.2f})   {len(plain):,} contacts each")


if __name__ == "__main__":
    main()
