"""What does a person cost? Time and memory of the compiled engine against the size of the population.

    python experiments/speed/population.py            # 10,000 to 1,000,000 citizens
    python experiments/speed/population.py --most 100000 --days 100

Writes population.csv, .svg and .png to results/speed. Seconds are those of the processor.
"""

import argparse
import statistics
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import loops  # noqa: E402

RESULTS = Path(__file__).parents[2] / "results" / "speed"
LOOPS = {
    "plain": ("care loop", "#1f5a7a", "o"),
    "areas": ("with hours, priorities, patience; doctors by area", "#4f8a3c", "^"),
    "hours": ("the same; one queue for all doctors", "#c0562b", "s"),
}
ENOUGH = 30.0  # seconds after which one size is not run again


def measure(name: str, citizens: int, days: float, times: int) -> dict[str, object]:
    a_loop = loops.loop(name, citizens, days)
    found: list[loops.Counted] = []
    while len(found) < times and sum(one.seconds for one in found) < ENOUGH:
        found.append(loops.counted(a_loop))
    seconds = statistics.median(one.seconds for one in found) * 365 / days
    return {
        "loop": name, "citizens": citizens, "seconds_a_year": seconds, "microseconds_a_citizen_and_year": 1e6 * seconds / citizens,
        "events_a_second": found[0].events * 365 / days / seconds, "bytes_in_use_a_citizen": found[0].in_use,
    }


def draw(table: pd.DataFrame) -> None:
    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none"})
    figure, (total, each) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, (label, colour, mark) in LOOPS.items():
        rows = table[table["loop"] == name]
        total.loglog(rows["citizens"], rows["seconds_a_year"], color=colour, marker=mark, label=label)
        each.semilogx(rows["citizens"], rows["microseconds_a_citizen_and_year"], color=colour, marker=mark)
    first = table[table["loop"] == "plain"].iloc[0]
    ends = table["citizens"].agg(["min", "max"])
    total.loglog(ends, first["seconds_a_year"] * ends / first["citizens"], color="0.6", linestyle=":", label="in proportion to the population")
    total.set(title="CPU seconds for one simulated year", xlabel="citizens")
    each.set(title="CPU microseconds a citizen and simulated year", xlabel="citizens", ylim=(0, None))
    total.legend(frameon=False, loc="upper left")
    for axis in (total, each):
        axis.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
        axis.yaxis.set_major_formatter(lambda y, _: f"{y:,g}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    for kind in ("svg", "png"):
        figure.savefig(RESULTS / f"population.{kind}", dpi=150)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most", type=int, default=1_000_000, help="the largest population")
    options.add_argument("--days", type=float, default=365.0)
    options.add_argument("--times", type=int, default=3, help="how often each is run; the median counts")
    given = options.parse_args()
    sizes = [n for n in (10_000, 30_000, 100_000, 300_000, 1_000_000) if n <= given.most]
    rows = []
    print("| loop | citizens | s a simulated year | µs a citizen and year | events/s | bytes a citizen |\n|---|--:|--:|--:|--:|--:|")
    for name in LOOPS:
        loops.counted(loops.loop(name, 200, 30.0))  # compiled code is loaded before anything is timed
        for citizens in sizes:
            row = measure(name, citizens, given.days, given.times)
            rows.append(row)
            print("| {} | {:,} | {:.2f} | {:.1f} | {:,.0f} | {:.0f} |".format(*row.values()), flush=True)
    table = pd.DataFrame(rows)
    draw(table)
    table.to_csv(RESULTS / "population.csv", index=False)
    print(f"\nFigure and table: {RESULTS}")


if __name__ == "__main__":
    main()
