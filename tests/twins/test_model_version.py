"""A change of what is computed needs a new model version: the records of systems that do not change are pinned by digest.

The shipped municipality is none of them: its numbers are data, and move with the evidence. If this
fails and the change is meant, raise MODEL_VERSION in pathsim/__init__.py and write the new digest here.
"""

import hashlib
from pathlib import Path

from pathsim import MODEL_VERSION, compiled, folders
from pathsim.language import read_all, read_yaml
from pathsim.plan import lay_out
from pathsim.study.run import encode

EVERYTHING = Path(__file__).parents[1] / "unit" / "everything.yaml"
DIGESTS = {2: {"everything": "66145633afe7815d0981dd94", "known": "430fb1473c9ce5b4b5ad84f3"}}


def digest(plan, people) -> str:
    """Of all tables of a record, in every column."""
    record = compiled.run(plan, *people, 7, 3)
    text = "".join(frame.to_csv(index=False) for frame in (record.contacts, record.citizens, record.events))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def of(files) -> str:
    """Of the records of all care models of some files, over a quarter of a year."""
    text = ""
    for file in files:
        for system in read_all(read_yaml(file)).values():
            plan = lay_out(system, 90.0)
            text += digest(plan, encode(plan, None))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def test_records_are_those_of_the_model_version():
    known = sorted((folders.configs() / "known").glob("*.yaml"))
    assert {"everything": of([EVERYTHING]), "known": of(known)} == DIGESTS[MODEL_VERSION]
