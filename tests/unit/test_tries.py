"""Trials are done once, kept whole, and handed back in order."""

from dataclasses import dataclass

import pytest

from pathsim.evidence.tries import Tries
from pathsim.study.replicate import StudyError


@dataclass(frozen=True)
class Squares:
    name: str = "squares"

    def digest(self):
        return self.name

    def __call__(self, trial):
        if trial == (99,):
            raise StudyError("no such thing")
        return {"square": float(trial[0]) ** 2}


def test_what_was_done_is_not_done_again(tmp_path):
    first = Tries(Squares(), tmp_path, 2)
    assert [one["square"] for one in first([(3,), (1,), (3,)])] == [9.0, 1.0, 9.0] and first.simulated == 2
    again = Tries(Squares(), tmp_path, 2)
    assert [one["square"] for one in again([(1,), (2,)])] == [1.0, 4.0] and again.simulated == 1
    assert Tries(Squares("others"), tmp_path, 1)([(1,)]) and len(list((tmp_path / "others").glob("*.json"))) == 1


def test_what_was_done_before_a_failure_is_kept(tmp_path):
    with pytest.raises(StudyError, match="no such thing"):
        Tries(Squares(), tmp_path, 1)([(5,), (99,)])
    kept = Tries(Squares(), tmp_path, 1)
    assert kept([(5,)]) == [{"square": 25.0}] and kept.simulated == 0


def test_half_a_file_is_no_result(tmp_path):
    Tries(Squares(), tmp_path, 1)([(4,)])
    [file] = (tmp_path / "squares").glob("*.json")
    file.write_text('{"squa')
    assert Tries(Squares(), tmp_path, 1)([(4,)]) == [{"square": 16.0}]
