"""An extract under the names of the Danish National Patient Register says the same as one under pathsim's."""

import numpy as np
import pandas as pd
import pytest

import pathsim
from pathsim.cli import main
from pathsim.evidence.register import fit
from pathsim.evidence.register.mapping import read_mapping
from pathsim.faults import Faults
from pathsim.language.quantities import DAY

SYSTEM = {
    "population": {"citizens": 300},
    "attributes": {"age": {"70-79": 0.5, "80-89": 0.5}, "sex": {"woman": 0.5, "man": "rest"}},
    "units": {"medical_ward": {"beds": "unlimited", "sector": "hospital"}},
    "risks": {"worsening": {"rate": "2 per y", "times": {"age": {"80+": 2}, "sex": {"man": 1.3}}, "then": "in_bed"}},
    "steps": {"in_bed": {"at": "medical_ward", "for": {"lognormal": {"mean": "5 d", "cv": 0.8}}, "then": "home"}},
}
SOR = "123451000016009"
MINE = {"base": "lpr3", "units": {SOR: "medical_ward"}}
WINDOW = ("2023-01-01", "2024-01-01")


@pytest.fixture(scope="module")
def run():
    return pathsim.simulate(SYSTEM, days=365, seed=8)


def local(ms):
    """Instants as a register writes them: local time, to the minute; None: not ended."""
    time = pd.Series(pd.to_datetime(ms, unit="ms") + (pd.Timestamp("2022-12-31T23:00") - pd.Timestamp(0))).dt.tz_localize("UTC")
    return time.dt.floor("min").dt.tz_convert("Europe/Copenhagen").dt.tz_localize(None).where(np.asarray(ms) >= 0)


def lpr3(run):
    """The same contacts in two tables of LPR3, with what is not needed beside them."""
    rows = run.contacts
    begun, ended = local(rows["begun"].to_numpy()), local(rows["ended"].to_numpy())
    contacts = pd.DataFrame({
        "DW_EK_KONTAKT": [f"{10**15 + i}" for i in range(len(rows))], "CPR": (rows["person"] + 10**9).astype(str).to_numpy(),
        "SORENHED_ANS": SOR, "dato_start": begun.dt.strftime("%Y-%m-%d"), "tidspunkt_start": begun.dt.strftime("%H:%M:%S"),
        "dato_slut": ended.dt.strftime("%Y-%m-%d"), "tidspunkt_slut": ended.dt.strftime("%H:%M:%S"),
        "aktionsdiagnose": "DJ449", "prioritet": "ATA1", "kontakttype": "ALCA00",
    })
    virtual = contacts.iloc[:7].assign(DW_EK_KONTAKT=[f"{2 * 10**15 + i}" for i in range(7)], kontakttype="ALCA03")
    people = run.citizens
    citizens = pd.DataFrame({
        "CPR": (people["person"] + 10**9).astype(str), "FOED_DAG": [f"{2022 - age}-07-01" for age in people["age"]],
        "KOEN": people["sex"].map({"woman": "2", "man": "1"}).astype(object),
    })
    return pd.concat([contacts, virtual], ignore_index=True).astype(object), citizens


def test_it_says_the_same_under_the_names_of_lpr3(run):
    """Ages are made from dates of birth, minutes are cut: the rest is the same to a thousandth."""
    own = fit(run.contacts.drop(columns=["step", "from_step", "cause", "task"]), run.citizens, window=(0, 365 * DAY), system=SYSTEM).table
    theirs = fit(*lpr3(run), window=WINDOW, system=SYSTEM, mapping=MINE).table
    assert own[["kind", "about", "parameter", "n"]].equals(theirs[["kind", "about", "parameter", "n"]])
    assert np.allclose(own["estimate"], theirs["estimate"], rtol=2e-3) and np.allclose(own["se"], theirs["se"], rtol=1e-2)


def test_the_shipped_mapping_alone_does_not_know_the_departments(run):
    with pytest.raises(Faults, match=f"'{SOR}' is not known"):
        fit(*lpr3(run), window=WINDOW, system=SYSTEM, mapping="lpr3")


def test_a_type_of_contact_that_nobody_has_judged_is_a_fault(run):
    contacts, citizens = lpr3(run)
    contacts.loc[3, "kontakttype"] = "ALCA01"
    with pytest.raises(Faults, match="row 4: 'ALCA01' is not known. Say in the mapping's codes.type"):
        fit(contacts, citizens, window=WINDOW, system=SYSTEM, mapping=MINE)
    kept = MINE | {"codes": {"type": {"ALCA01": "kept"}}}
    assert len(fit(contacts, citizens, window=WINDOW, system=SYSTEM, mapping=kept).table)


def test_rows_keep_their_numbers_when_others_are_left_out(run):
    """Virtual contacts are put first: a fault in the last row is still told of the last row of the file."""
    contacts, citizens = lpr3(run)
    contacts = pd.concat([contacts.iloc[-7:], contacts.iloc[:-7]], ignore_index=True)
    contacts.loc[len(contacts) - 1, "prioritet"] = "ATA9"
    with pytest.raises(Faults, match=f"row {len(contacts)}: 'ata9'"):
        fit(contacts, citizens, window=WINDOW, system=SYSTEM, mapping=MINE)


def test_columns_that_are_not_named_are_not_read(run):
    contacts, citizens = lpr3(run)
    one = fit(contacts, citizens, window=WINDOW, system=SYSTEM, mapping=MINE).table
    other = fit(contacts.assign(aktionsdiagnose=object()), citizens, window=WINDOW, system=SYSTEM, mapping=MINE).table
    pd.testing.assert_frame_equal(one, other)


def test_lpr_a_writes_date_and_time_in_one(run):
    contacts, citizens = lpr3(run)
    for name, (day, hour) in {"kont_starttidspunkt": ("dato_start", "tidspunkt_start"), "kont_sluttidspunkt": ("dato_slut", "tidspunkt_slut")}.items():
        contacts[name] = pd.to_datetime(contacts[day] + " " + contacts[hour])
        contacts = contacts.drop(columns=[day, hour])
    renamed = contacts.rename(columns={"CPR": "pnr", "SORENHED_ANS": "kont_ans", "kontakttype": "kont_type"})
    both = (fit(c, p, window=WINDOW, system=SYSTEM, mapping=MINE).table for c, p in ((renamed, citizens), lpr3(run)))
    pd.testing.assert_frame_equal(*both)


def test_from_files_with_semicolons_and_a_mapping_in_a_file(run, tmp_path, capsys):
    contacts, citizens = lpr3(run)
    contacts.to_csv(tmp_path / "kontakter.csv", index=False, sep=";")
    citizens.to_csv(tmp_path / "citizens.csv", index=False, sep=";")
    import yaml

    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(MINE))
    (tmp_path / "system.yaml").write_text(yaml.safe_dump(SYSTEM))
    arguments = ["--mapping", str(tmp_path / "mine.yaml"), "--system", str(tmp_path / "system.yaml"), "--results", str(tmp_path / "results")]
    assert main(["fit", str(tmp_path / "kontakter.csv"), "--from", WINDOW[0], "--until", WINDOW[1], *arguments]) == 0
    assert "worsening: rate" in capsys.readouterr().out


@pytest.mark.parametrize(("mapping", "message"), [
    ({"missing_hour": "shift"}, "Allowed: fault, forward"), ({"codes": "ATA1"}, "write names with their values"), ("mine.yaml", "no such file"),
])
def test_faults_of_a_mapping(mapping, message):
    with pytest.raises(Faults, match=message):
        read_mapping(mapping)
