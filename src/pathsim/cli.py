"""The command line: `pathsim VERB [files and changes]`. Each verb is a small file in `commands`.

Nothing heavy is imported before it is needed. What is wrong with an input is printed whole, with
exit code 2 and nothing written; 1 is for what went wrong on the way, 130 for Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from . import __version__
from .faults import Faults, nearest

VERBS = {
    "compare": "compare care models for the same people with the same luck",
    "simulate": "simulate one care model",
    "sweep": "run thousands of scenarios, here or on a cluster, and lose nothing",
    "status": "say where a sweep stands",
    "collect": "write one table of a sweep, for pandas or R",
    "retry": "run again what failed in a sweep",
    "shard": "run a share of a sweep: what a task of a cluster does",
    "futures": "draw all that is uncertain many times, and say how sure a comparison is",
    "sensitivity": "move each unknown to both ends, by the simulator itself",
    "years": "run the years ahead, and say when beds and nurses run out",
    "equality": "say who gains and who loses, those who get worse first",
    "allocate": "share a budget or staff out over capacities, with a guarantee",
    "need": "say how many are needed, with an interval",
    "monitor": "say when a pilot should stop, on what could be known",
    "attribute": "say which lever contributes how much to a difference",
    "goals": "read a comparison by the eight national goals",
    "check": "say what is wrong with a care system, or that nothing is",
    "explain": "say in words what a care model changes",
    "evidence": "list the numbers, assumptions first, with where each comes from",
    "show": "print the care system as composed, or one heading of it",
    "list": "print what there is: regions, levers, care models, indicators, what can be swept",
    "trace": "tell the story of one patient",
    "draw": "draw the pathways",
    "schema": "write the JSON Schema of configurations",
    "calibrate": "fit the free numbers to published figures, with their ranges",
    "fit": "estimate parameters from a register extract, as a patch over a care system",
    "new": "make a region of your own from a small form",
    "trial": "hold a trial inside the model: what it would see, beside the true effect",
    "validate": "predict published interventions and compare with what was found",
    "verify": "run the systems with known answers beside theory",
}
EPILOG = """
Without a file the shipped care systems are composed: region=esbjerg, pathway=somatic, lever=[partnership] …
A file of one's own stands for them; further files are patches over it. Numbers are changed by their path:

  pathsim compare
  pathsim compare region=esbjerg units.medical_ward.beds=180 years=2
  pathsim compare -m levers.partnership.reach=0.2,0.5,0.8
  pathsim simulate my_system.yaml units.ward.beds=80 seed=7
  pathsim check my_system.yaml a_scenario.yaml
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except Faults as faults:
        print(faults, file=sys.stderr)
        return Faults.exit_code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="pathsim", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Patient pathways across hospital, general practice and municipality, simulated.\n\n"
        + "\n".join(f"  {verb:12} {what}" for verb, what in VERBS.items()), epilog=EPILOG,
    )
    parser.add_argument("verb", help="one of the above; pathsim VERB --help tells more")
    parser.add_argument("--version", action="version", version=f"pathsim {__version__}")
    if not argv:
        parser.print_help()
        return 0
    verb = parser.parse_args(argv[:1]).verb
    if verb not in VERBS:
        print(f"pathsim: no verb '{verb}'. {nearest(verb, VERBS)}", file=sys.stderr)
        return Faults.exit_code
    command = import_module(f".commands.{verb}", __package__)
    own = argparse.ArgumentParser(
        prog=f"pathsim {verb}", description=command.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.arguments(own)
    return command.run(own.parse_intermixed_args(argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
