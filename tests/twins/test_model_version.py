"""A change of what is computed needs a new model version: the records of a few systems are pinned by digest.

If this fails and the change is meant, raise MODEL_VERSION in pathsim/__init__.py and write the new digest here.
"""

import hashlib
from pathlib import Path

from pathsim import MODEL_VERSION, compiled
from pathsim.language import read_all, read_yaml
from pathsim.plan import lay_out
from pathsim.study.compose import compose
from pathsim.study.replicate import plan_study
from pathsim.study.run import encode

EVERYTHING = Path(__file__).parents[1] / "unit" / "everything.yaml"
DIGESTS = {2: ("201fdf2194243c502430c26f", "66145633afe7815d0981dd94")}


def digest(plan, people) -> str:
    """Of all tables of a record, in every column."""
    record = compiled.run(plan, *people, 7, 3)
    text = "".join(frame.to_csv(index=False) for frame in (record.contacts, record.citizens, record.events))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def test_records_are_those_of_the_model_version():
    composed = compose(["years=0.05", "warm_up=0"])
    prepared = plan_study(composed.raw, composed.settings, composed.folder, ["partnership"])
    default = digest(prepared.plans["partnership"], prepared.people["partnership"])
    everything = ""
    for system in read_all(read_yaml(EVERYTHING)).values():
        plan = lay_out(system, 90.0)
        everything += digest(plan, encode(plan, None))
    assert (default, hashlib.sha256(everything.encode()).hexdigest()[:24]) == DIGESTS[MODEL_VERSION]
