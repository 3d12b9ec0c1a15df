"""How fast are the engines beside SimPy as its tutorials write it? All in one process, by turns.

    python experiments/speed/run.py            # everything
    python experiments/speed/run.py --short    # small, less than a minute
    python experiments/speed/run.py plain --times 9

An event is a request, a grant or a release. What counts is the ratio: the events a second belong to
the machine and to whatever else it does. Seconds are those of the processor.
"""

import argparse
import gc
import statistics
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import loops  # noqa: E402
import tutorial  # noqa: E402
from loops import Loop, count_events, timed  # noqa: E402

from pathsim import compiled, engine  # noqa: E402
from pathsim.study.compose import compose  # noqa: E402
from pathsim.study.replicate import plan_study  # noqa: E402

PARTS = {
    "plain": "the care loop", "hours": "the care loop with opening hours, priorities and patience", "many": "many citizens on the compiled engine",
    "municipality": "the default study",
}
LARGE = {"plain": PARTS["plain"], "areas": f"{PARTS['hours']}, doctors by area"}
TUTORIAL, OWN_LUCK, OURS, CHUNKS, ROWS, TABLES = "tutorial", "tutorial, own luck", "SimPy engine", "compiled, in chunks", "compiled, kept", "compiled, tables"


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Both must have done the same work: the same contacts to the millisecond, but for the order at ties."""
    over = (ours["given_back"] >= 0) | (ours["how"] == "gave_up")
    done = ours[(ours["kind"] == "at") & over][tutorial.COLUMNS].astype({"step": str, "unit": str, "how": str})
    frames = [frame[tutorial.COLUMNS].sort_values(["person", "asked", "step"]).reset_index(drop=True) for frame in (done, theirs)]
    pd.testing.assert_frame_equal(*frames, check_dtype=False)


def one_round(name: str, a_loop: Loop, days: float, own_luck: bool) -> tuple[dict[str, float], int]:
    """CPU seconds of each, one after the other over the same citizens, and the number of events."""
    by_hand = (tutorial.simulate, name, a_loop.places, len(a_loop.citizens), days)
    given = (*a_loop[:4], 1, 0)
    seconds = {}
    gc.collect()
    seconds[TUTORIAL], contacts = timed(*by_hand)
    theirs = tutorial.frame(contacts)
    del contacts
    gc.collect()
    seconds[CHUNKS] = loops.counted(a_loop).seconds
    seconds[ROWS], chunks = timed(loops.compiled, a_loop)
    del chunks
    seconds[OURS], record = timed(engine.run, *given)
    seconds[TABLES], again = timed(compiled.run, *given)
    pd.testing.assert_frame_equal(record.contacts, again.contacts)
    same(record.contacts, theirs)
    events = count_events(record.contacts)
    if own_luck:
        del record, again, theirs
        gc.collect()
        seconds[OWN_LUCK], _ = timed(*by_hand, 1, tutorial.OwnLuck)
    return seconds, events


def beside(name: str, given: argparse.Namespace) -> None:
    a_loop = loops.loop(name, given.citizens, given.days)
    one_round(name, loops.loop(name, 200, 30.0), 30.0, False)  # compiled code is loaded before anything is timed
    rounds = []
    for _ in range(given.times):
        seconds, events = one_round(name, a_loop, given.days, given.own_luck)
        rounds.append(seconds)
    print(f"\n{PARTS[name]}: {given.citizens:,} citizens, {given.days:,.0f} days, {events:,} events, {given.times} times")
    for who in [who for who in (TUTORIAL, OWN_LUCK, OURS, CHUNKS, ROWS, TABLES) if who in seconds]:
        rate = statistics.median(events / seconds[who] for seconds in rounds)
        ratios = [seconds[TUTORIAL] / seconds[who] for seconds in rounds]
        print(f"  {who:20} {rate:11,.0f} events/s   {told(ratios)} x the tutorial", flush=True)


def told(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):6.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def many(given: argparse.Namespace) -> None:
    """The compiled engine alone, with places in proportion."""
    for name in ("plain", "areas"):
        loops.counted(loops.loop(name, 200, 30.0))
        a_loop = loops.loop(name, given.many, given.days)
        found = [loops.counted(a_loop) for _ in range(given.many_times)]
        rates = [one.events / one.seconds for one in found]
        print(f"\n{LARGE[name]}: {given.many:,} citizens, {given.days:,.0f} days, {found[0].events:,} events, {given.many_times} times")
        print(f"  {CHUNKS:20} {statistics.median(rates):11,.0f} events/s   ({min(rates):,.0f} to {max(rates):,.0f})")
        print(f"  {found[0].in_use:,.0f} bytes of rows in use a citizen, {found[0].set_aside:,.0f} set aside", flush=True)


def municipality(given: argparse.Namespace) -> None:
    """The default study, each of its care models on both engines."""
    composed = compose(given.study)
    prepared = plan_study(composed.raw, composed.settings, composed.folder, None)
    for model, plan in list(prepared.plans.items())[: 1 if given.short else None]:
        asked = (plan, *prepared.people[model], 1, 0)
        compiled.run(*asked)
        ratios, rates = [], []
        for _ in range(given.times):
            gc.collect()
            ours, record = timed(engine.run, *asked)
            fast, again = timed(compiled.run, *asked)
            pd.testing.assert_frame_equal(record.contacts, again.contacts)
            ratios.append(ours / fast)
            rates.append(fast)
        n = len(asked[1])
        print(f"\n{composed.origin}, {model}: {n:,} citizens, {composed.settings.days:,.0f} days, {len(record.contacts):,} contacts, {given.times} times")
        print(f"  {OURS:20} {statistics.median(rates) * statistics.median(ratios):8.2f} s")
        print(f"  {TABLES:20} {statistics.median(rates):8.2f} s   {told(ratios)} x the SimPy engine", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all if none is named")
    options.add_argument("--short", action="store_true", help="small and once: does it work?")
    options.add_argument("--citizens", type=int, default=20_000)
    options.add_argument("--days", type=float, default=1095.0)
    options.add_argument("--times", type=int, default=5, help="how often each is run")
    options.add_argument("--many", type=int, default=1_000_000, help="citizens of the part `many`")
    options.add_argument("--many-times", type=int, default=2)
    options.add_argument("--own-luck", action="store_true", help="time the tutorial with Python's own random numbers as well")
    options.add_argument("--study", nargs="*", default=[], help="the part `municipality`: what `pathsim compare` would be given")
    given = options.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        options.error(f"no part {', '.join(unknown)}")
    if given.short:
        given.citizens, given.days, given.times, given.many, given.many_times = 4_000, 365.0, 1, 50_000, 1
        given.study = given.study or ["warm_up=0"]
    for part in given.parts or PARTS:
        if part == "many":
            many(given)
        elif part == "municipality":
            municipality(given)
        else:
            beside(part, given)


if __name__ == "__main__":
    main()
