"""From a command line to one plain dictionary: groups, files, changes, sweeps, and what is refused."""

import textwrap

import pytest

from pathsim.cli import main
from pathsim.faults import Faults
from pathsim.language import read_all
from pathsim.study.compose import compose
from pathsim.study.overrides import expand, groups
from pathsim.study.settings import Settings, read_settings

CONFIG = """
defaults: [{region: north}, {lever: [team]}, _self_]
seed: 3
stop: {indicator: readmission_30, half_width: 0.01}
"""
NORTH = """
# @package _global_
about: {title: North}
units: {ward: {beds: 12, sector: hospital}, team: {slots: 1}}
arrivals: {patients: {rate: 1 per d, then: stay}}
steps: {stay: {at: ward, for: {lognormal: {mean: 5 d, cv: 0.8}}, then: visit}, visit: {at: team, for: 1 h, then: out}, out: {leave: well}}
"""
SOUTH = NORTH.replace("North", "South").replace("12", "20")
TEAM = """
# @package _global_
levers: {more: {reach: {value: 0.4, range: [0.1, 0.9], source: F001, role: literature}, fidelity: 1, changes: {units: {team: {slots: 2}}}}}
"""


@pytest.fixture
def configs(tmp_path):
    for name, text in {"config": CONFIG, "region/north": NORTH, "region/south": SOUTH, "lever/team": TEAM}.items():
        path = tmp_path / "configs" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "configs"


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(NORTH + "seed: 9\n")
    return str(path)


def faults(args, configs):
    with pytest.raises(Faults) as found:
        compose(args, configs)
    return str(found.value)


def test_the_shipped_system_is_composed_from_its_groups(configs):
    found = compose([], configs)
    assert found.raw["units"]["ward"]["beds"] == 12
    assert "more" in found.raw["levers"]
    assert (found.settings.seed, found.settings.stop.half_width, found.origin) == (3, 0.01, "north")
    assert "defaults" not in found.raw and "hydra" not in found.raw


def test_a_group_is_chosen_and_a_number_changed(configs):
    found = compose(["region=south", "units.ward.beds=14", "seed=5", "~lever"], configs)
    assert (found.raw["about"]["title"], found.raw["units"]["ward"]["beds"], found.settings.seed) == ("South", 14, 5)
    assert "levers" not in found.raw
    assert found.origin == "south"
    assert found.changed == ["units.ward.beds", "seed"]


def test_a_changed_number_keeps_no_evidence(configs):
    for change in ("levers.more.reach=0.2", "levers.more.reach.value=0.2"):
        reach = compose([change], configs).raw["levers"]["more"]["reach"]
        assert reach in (0.2, {"value": 0.2})


def test_braces_merge_and_reach_bands(tmp_path, configs):
    path = tmp_path / "bands.yaml"
    path.write_text(NORTH + "risks: {worsening: {rate: 1 per y, times: {age: {65-84: 3, 85+: 4}}, then: stay}}\n")
    found = compose([str(path), "risks.worsening.times.age={85+: 5}"], configs)
    assert found.raw["risks"]["worsening"]["times"]["age"] == {"65-84": 3, "85+": 5}


def test_another_distribution_replaces_the_old_one(own, configs):
    found = compose([own, "steps.stay.for={exponential: 4 d}"], configs)
    assert found.raw["steps"]["stay"]["for"] == {"exponential": "4 d"}


def test_adding_and_taking_away(own, configs):
    found = compose([own, "+units.ward.queue=4", "~arrivals.patients", "++units.ward.beds=3"], configs)
    assert found.raw["units"]["ward"] == {"beds": 3, "sector": "hospital", "queue": 4}
    assert found.raw["arrivals"] == {}


def test_a_file_stands_for_the_shipped_system(own, configs):
    found = compose([own, "years=2"], configs)
    assert "levers" not in found.raw
    assert (found.settings.seed, found.settings.years, found.origin) == (9, 2.0, "own")


def test_later_files_are_patches(own, tmp_path, configs):
    patch = tmp_path / "scenario.yaml"
    patch.write_text("units: {ward: {beds: 30}}\nabout: null\n")
    found = compose([own, str(patch)], configs)
    assert found.raw["units"]["ward"] == {"beds": 30, "sector": "hospital"}
    assert "about" not in found.raw
    chosen = compose(["region=south", str(patch)], configs)
    assert chosen.raw["units"]["ward"]["beds"] == 30 and "levers" in chosen.raw


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("defaults: [region: north]\n", "Hydra"),
        ("hydra: {callbacks: {x: {_target_: os.system}}}\n", "Hydra"),
        ("about: {_target_: os.system}\n", "would run code"),
        ("about: {title: '${oc.env:HOME}'}\n", "refers to something else"),
        ("steps: {a: {wait: 1 d, then: home}}\nsteps: {}\n", "stands twice"),
    ],
)
def test_a_file_is_data_and_nothing_else(tmp_path, configs, text, said):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    assert said in faults([str(path)], configs)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("units.ward.bedz=14", "Did you mean 'beds'?"),
        ("unitz.ward.beds=14", "Did you mean 'units'?"),
        ("sede=4", "Did you mean 'seed'?"),
        ("region=nort", "Did you mean 'north'?"),
        ("region=north,south", "Add -m"),
        ("units.ward.beds=3,4", "Add -m"),
        ("+units.ward.beds=3", "is there already"),
        ("~units.ward.bedz", "Did you mean 'beds'?"),
        ("hydra.run.dir=x", "Hydra itself"),
        ("units.ward.beds=${oc.env:HOME}", "refers to something else"),
        ("risks.a.85+=3", "in braces"),
        ("units", "neither a file"),
        ("+steps.stay.for={times: 2}", "only a lever"),
        ("seed=-1", "whole number from 0"),
        ("stop.indicator=readmision_30", "Did you mean 'readmission_30'?"),
        ("+seeds=3", "Did you mean"),
    ],
)
def test_faults_name_the_key_and_the_mend(configs, change, said):
    from pathsim.language import read_all

    with pytest.raises(Faults) as found:
        read_all(compose([change], configs).raw)
    assert said in str(found.value)
    assert found.value.exit_code == 2


def test_all_faults_at_once(own, configs):
    said = faults([own, "units.ward.bedz=1", "sede=3", "~nothing"], configs)
    assert len(said.splitlines()) == 3
    said = faults([own, "seed=-1", "years=0", "steps.stay.at=wrd"], configs)
    assert all(part in said for part in ("seed:", "years:", "Did you mean 'ward'?"))


def test_sweeps_are_expanded_in_order(configs):
    jobs = [swept for _, swept in expand(["region=glob(*)", "units.ward.beds=range(10,12)", "seed=3"], groups(configs))]
    assert jobs == [[f"region={region}", f"units.ward.beds={beds}"] for region in ("north", "south") for beds in (10, 11)]
    dictionaries = [args for args, _ in expand(["a=choice({exponential: 4 d},{b: 2})"], {})]
    assert len(dictionaries) == 2
    with pytest.raises(Faults, match="an interval"):
        list(expand(["a=interval(0,1)"], {}))


def test_settings_have_defaults_where_null():
    assert read_settings({"seed": None, "workers": None}) == Settings()


def test_nothing_is_written(tmp_path, configs, monkeypatch):
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    compose(["region=south"], configs)
    assert sorted(tmp_path.rglob("*")) == before


def test_changes_in_the_environment_change_nothing(configs, monkeypatch):
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    text = textwrap.dedent("about: {title: '${oc.env:HOME}'}\n")
    (configs / "region" / "north.yaml").write_text("# @package _global_\n" + text)
    assert "refers to something else" in faults([], configs)


def test_models_joined_by_plus_have_the_levers_of_both():
    composed = compose(["lever=[partnership,outreach]", "models=[relay,partnership+outreach]"])
    joined = composed.raw["care_models"]["partnership+outreach"]
    assert joined["levers"] == [*composed.raw["care_models"]["partnership"]["levers"], "outreach"] and " + " in joined["title_da"]


def test_a_joined_model_of_which_a_part_is_unknown_is_a_fault(capsys):
    assert main(["compare", "models=[relay,partnership+outreech]"]) == 2
    assert "partnership+outreech" in capsys.readouterr().err


def test_a_lever_that_cannot_be_read_is_the_only_fault():
    """The unit that it adds has a price, which is not at fault as well."""
    composed = compose(["levers.partnership.reach=2"])
    with pytest.raises(Faults) as found:
        read_all(composed.raw)
    assert [fault.where for fault in found.value.faults] == ["levers.partnership.reach"]
