"""Run the systems with known answers, and set what comes out beside theory.

  pathsim verify
  pathsim verify mm1 mm3_6 --precision 0.02

Exit code 1 if anything differs. With --slower 1.03 every stay is 3 % longer in what is simulated, and it must.
"""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cases", nargs="*", help="names of configs/known; default all that have a theory")
    parser.add_argument("--precision", type=float, default=0.01, help="half-width of the intervals, as a share of theory")
    parser.add_argument("--slower", type=float, default=1.0, help="a deliberate error: stays so many times as long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=None, help="processes; default one a core")
    parser.add_argument("--engine", choices=("auto", "compiled", "simpy"), default="auto", help="both do the same; simpy takes many times as long")


def run(options: argparse.Namespace) -> int:
    from functools import partial

    from ..faults import Fault, Faults, nearest
    from ..study.known import CASES, read
    from ..study.run import check_seed, simulate_raw
    from ..study.verify import printed, verify

    faults = [Fault(name, f"no such case. {nearest(name, CASES)}") for name in options.cases if name not in CASES]
    if not 0 < options.precision < 1 or not options.slower > 0:
        faults.append(Fault("verify", "the precision lies between 0 and 1, and slower is more than 0"))
    if faults:
        raise Faults(faults)
    check_seed(options.seed, 0)
    simulate = partial(simulate_raw, engine=options.engine)
    simulate(read("mm1"), options.seed, 0, 1.0)  # what has to be compiled is, once and not in every process
    table = verify(simulate, options.cases or None, precision=options.precision, slower=options.slower, seed=options.seed, workers=options.workers)
    print(printed(table))
    return int((table["verdict"] == "differs").any())
