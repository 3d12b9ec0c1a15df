"""A register extract that contradicts itself: every kind of fault is found, in one message, with its rows, and nothing is written."""

import json

import numpy as np
import pandas as pd
import pytest

from pathsim.cli import main
from pathsim.evidence.register import fit
from pathsim.faults import Faults

SYSTEM = {
    "population": {"citizens": 40},
    "attributes": {"age": {"65-99": 1}, "copd": 0.2},
    "units": {"ward": {"beds": "unlimited", "sector": "hospital"}, "gp": {"slots": "unlimited", "sector": "practice"}},
    "risks": {"worsening": {"rate": "1 per y", "times": {"copd": 1.5}, "then": "ward_stay"}},
    "steps": {
        "ward_stay": {"at": "ward", "for": {"exponential": "5 d"}, "then": "choice"},
        "choice": {"choose": {"see_gp": 0.5, "home": "rest"}},
        "see_gp": {"at": "gp", "for": "20 min", "then": "home"},
    },
}
WINDOW = ("2023-01-01", "2024-01-01")
FIRST = 770_000_001  # persons have numbers that are seen if they are printed


def contacts(people=40):
    """Each person is in the ward once, some days at a time, and sees the doctor later."""
    rng = np.random.default_rng(5)
    rows = []
    for i in range(people):
        begun = pd.Timestamp("2023-02-01 08:00") + pd.Timedelta(days=6 * i)
        ended = begun + pd.Timedelta(minutes=int(1440 * rng.exponential(5)) + 1)
        rows.append((FIRST + i, "ward", begun, ended, "yes"))
        rows.append((FIRST + i, "gp", ended + pd.Timedelta(days=1), ended + pd.Timedelta(days=1, minutes=20), "no"))
    frame = pd.DataFrame(rows, columns=["person", "unit", "begun", "ended", "acute"])
    for name in ("begun", "ended"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%dT%H:%M").astype(object)
    return frame.astype({"unit": object, "acute": object})


def citizens(people=40):
    return pd.DataFrame({
        "person": range(FIRST, FIRST + people), "age": 80, "copd": "no", "left": pd.Series([None] * people, dtype=object),
        "reason": pd.Series([None] * people, dtype=object), "born": "1940-05-01",
    }).astype({"copd": object, "age": object, "born": object})


def put(frame, row, **values):
    """`row` counts from 1, as in messages."""
    for name, value in values.items():
        frame.loc[row - 1, name] = value
    return frame


def dead(frame, row, when):
    return put(frame, row, left=when, reason="dead")


def with_row(frame, row, **values):
    """The row once more at the end, with these values."""
    more = pd.concat([frame, frame.iloc[[row - 1]]], ignore_index=True)
    return put(more, len(more), **values)


HOSTILE = {
    "negative stay": (lambda c, p: (put(c, 3, ended="2023-02-01T00:00"), p), "contacts: ended", "row 3: ends before it begins"),
    "overlap": (lambda c, p: (with_row(c, 1, begun="2023-02-01T08:01", ended="2023-02-20T08:00"), p), "contacts: begun", "row 81: overlapping admissions"),
    "unknown unit": (lambda c, p: (put(c, 5, unit="warde"), p), "contacts: unit", "row 5: 'warde' is not known"),
    "no unit": (lambda c, p: (put(c, 5, unit=None), p), "contacts: unit", "row 5: no unit"),
    "unknown code": (lambda c, p: (put(c, 7, acute="ATA2"), p), "contacts: acute", "row 7: 'ata2' is not known"),
    "duplicate person": (lambda c, p: (c, with_row(p, 2)), "citizens: person", "row 41: this person has a row already"),
    "duplicate contact": (lambda c, p: (with_row(c, 4), p), "contacts", "row 81: the same contact is there already"),
    "unknown person": (lambda c, p: (put(c, 9, person=990_000_009), p), "contacts: person", "row 9: this person is not among the citizens"),
    "no person": (lambda c, p: (put(c.astype({"person": object}), 9, person=None), p), "contacts: person", "row 9: no person"),
    "after death": (lambda c, p: (c, dead(p, 1, "2023-01-20T12:00")), "contacts: begun", "rows 1, 2: begins after the person's death"),
    "long after death": (
        lambda c, p: (put(c, 1, ended="2023-03-01T00:00").drop(index=1), dead(p, 1, "2023-02-02T12:00")), "contacts: ended", "row 1: goes on for more",
    ),
    "before birth": (lambda c, p: (c, put(p, 2, born="2023-06-01", age=0)), "contacts: begun", "rows 3, 4: begins before the person's birth"),
    "after the window": (lambda c, p: (put(c, 79, ended="2024-02-01T10:00"), p), "contacts: ended", "row 79: ends after the window"),
    "before the window": (lambda c, p: (put(c, 1, begun="2022-02-01T10:00", ended="2022-02-02T10:00"), p), "contacts: ended", "row 1: is over before"),
    "not a time": (lambda c, p: (put(c, 2, begun="31/02/2023"), p), "contacts: begun", "row 2: not a time"),
    "no begin": (lambda c, p: (put(c, 2, begun=None), p), "contacts: begun", "row 2: no begin"),
    "mixed zones": (lambda c, p: (put(c, 1, begun="2023-02-01T08:00+01:00"), p), "contacts: begun", "row 1: mixed time zones"),
    "foreign offset": (lambda c, p: (put(zoned(c), 3, begun="2023-02-07T08:00+05:00"), p), "contacts: begun", "row 3: an offset that Copenhagen does not have"),
    "winter offset in summer": (lambda c, p: (put(zoned(c), 61, begun="2023-07-31T08:00+01:00"), p), "contacts: begun", "row 61: an offset"),
    "some in UTC": (lambda c, p: (put(zoned(c), 3, begun="2023-02-07T07:00Z"), p), "contacts: begun", "row 3: mixed time zones"),
    "missing hour": (lambda c, p: (put(c, 17, begun="2023-03-26T02:30"), p), "contacts: begun", "row 17: in the hour that is left out in spring"),
    "missing column": (lambda c, p: (c.drop(columns="unit"), p), "contacts: unit", "this column is missing"),
    "empty": (lambda c, p: (c.iloc[:0], p), "contacts", "the file is empty"),
    "no citizens": (lambda c, p: (c, p.iloc[:0]), "citizens", "the file is empty"),
    "age": (lambda c, p: (c, put(p, 6, age="old")), "citizens: age", "row 6: not an age"),
    "unknown word": (lambda c, p: (c, put(p, 6, copd="maybe")), "citizens: copd", "row 6: 'maybe' is none of its words"),
    "left before entered": (lambda c, p: (c, p.assign(entered="2023-01-05", left="2023-01-04", reason="moved")), "citizens: left", "left before entered"),
}


def zoned(frame):
    """The same times with Copenhagen's offsets."""
    for name in ("begun", "ended"):
        local = pd.to_datetime(frame[name]).dt.tz_localize("Europe/Copenhagen")
        frame[name] = local.map(lambda time: time.isoformat()).astype(object)
    return frame


def faults_of(contacts, citizens):
    with pytest.raises(Faults) as raised:
        fit(contacts, citizens, window=WINDOW, system=SYSTEM)
    return [str(fault) for fault in raised.value.faults]


def test_the_sound_extract_has_no_faults():
    assert len(fit(contacts(), citizens(), window=WINDOW, system=SYSTEM).table)
    assert len(fit(zoned(contacts()), citizens(), window=WINDOW, system=SYSTEM).table)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_fault_is_told_with_its_row(kind):
    change, where, message = HOSTILE[kind]
    told = faults_of(*change(contacts(), citizens()))
    assert any(fault.startswith(f"{where}: ") and message in fault for fault in told), told


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_message_names_a_person(kind):
    change, _, _ = HOSTILE[kind]
    text = "\n".join(faults_of(*change(contacts(), citizens())))
    assert "7700000" not in text and "9900000" not in text


def test_all_faults_are_told_at_once():
    c, p = contacts(), citizens()
    c = put(put(put(c, 3, ended="2023-02-01T00:00"), 5, unit="warde"), 7, acute="ATA2")
    told = "\n".join(faults_of(c, with_row(put(p, 6, age="old"), 2)))
    for message in ("negative stay", "'warde'", "'ata2'", "not an age", "has a row already"):
        assert message in told


def test_many_rows_are_counted_and_not_listed():
    c = contacts()
    c.loc[10:29, "unit"] = "nowhere"
    assert any("rows 11, 12, 13 and 17 more: 'nowhere'" in fault for fault in faults_of(c, citizens()))


def test_a_person_number_in_the_wrong_column_is_not_printed():
    told = "\n".join(faults_of(put(put(contacts(), 5, unit="010140-1234"), 6, unit=str(FIRST + 2)), citizens()))
    assert "010140" not in told and "7700000" not in told and "a person number is not known" in told


def test_the_command_line_ends_with_2_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "system.yaml").write_text(json.dumps(SYSTEM))
    put(contacts(), 3, ended="2023-02-01T00:00").to_csv(tmp_path / "contacts.csv", index=False)
    citizens().to_csv(tmp_path / "citizens.csv", index=False)
    arguments = ["--from", WINDOW[0], "--until", WINDOW[1], "--system", str(tmp_path / "system.yaml"), "--results", str(tmp_path / "results")]
    assert main(["fit", str(tmp_path / "contacts.csv"), *arguments]) == 2
    assert "row 3: ends before it begins" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(("more", "message"), [
    ({"window": None}, "the window of the extract is not known"),
    ({"window": ("2024-01-01", "2023-01-01")}, "ends before it begins"),
    ({"window": ("soon", "later")}, "is no time"),
    ({"window": ("0 d", "400 d")}, "not that of day 0"),
    ({"citizens": "citizens.csv"}, "Give both in the same way"),
    ({"smallest": 4}, "the limit can be raised, not lowered"),
    ({"mapping": "lpr4"}, "no mapping 'lpr4'. Did you mean 'lpr3'?"),
    ({"mapping": {"unit": {}}}, "no such word. Did you mean 'units'?"),
])
def test_faults_of_the_request(more, message):
    with pytest.raises(Faults, match=message.replace("'", ".").replace("?", ".")):
        fit(contacts(), **{"citizens": citizens(), "window": WINDOW, "system": SYSTEM} | more)
