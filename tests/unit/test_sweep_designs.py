"""Which scenarios a sweep has: grids, points and lists, and what is refused."""

from itertools import product
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim.faults import Faults
from pathsim.study.sweep.designs import LHS, MOST, SOBOL, design
from pathsim.study.sweep.planning import plan_sweep

OPTIONS = {"region": ["north", "south"]}
TINY = """
population: {citizens: 10}
units: {ward: {beds: 4}, clinic: {slots: 1}}
risks: {worsening: {rate: 1 per y, then: ward_stay}}
steps: {ward_stay: {at: ward, for: {exponential: 5 d}, then: seen}, seen: {at: clinic, for: 1 h, then: home}}
"""


def scenarios(*texts, **how):
    """Each scenario as the texts of its command line."""
    return [[override.input_line for override in one] for one in design(texts, OPTIONS, **how).scenarios]


def points(*texts, **how):
    """The values of each scenario."""
    return [[override.value() for override in one] for one in design(texts, OPTIONS, **how).scenarios]


def fault(*texts, **how):
    with pytest.raises(Faults) as found:
        list(design(texts, OPTIONS, **how).scenarios)
    return str(found.value)


def listed(folder, text):
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.lists(st.lists(st.integers(-99, 99), min_size=2, max_size=4, unique=True), min_size=1, max_size=4))
def test_a_grid_is_the_product_of_its_values(axes):
    texts = [f"k{i}={','.join(map(str, values))}" for i, values in enumerate(axes)]
    found = design([*texts, "fixed=1"], OPTIONS)
    got = [[override.value() for override in one] for one in found.scenarios]
    assert got == [[*one, 1] for one in product(*axes)] and found.number == len(got)
    assert list(found.parameters) == [f"k{i}" for i in range(len(axes))]


def test_values_as_users_of_hydra_write_them():
    assert scenarios("a=range(1,6,2)", "region=glob(*)", "b=[x,y],[z]") == [
        [f"a={a}", f"region={region}", f"b={b}"] for a, region, b in product((1, 3, 5), ("north", "south"), ("[x,y]", "[z]"))
    ]
    assert scenarios("+a=1,2", "~b", "c={x:1},{x:2}", "file.yaml") == [[f"+a={a}", "~b", f"c={c}"] for a, c in product((1, 2), ("{x:1}", "{x:2}"))]
    assert points("a=null,true,1.5,'a text'") == [[None], [True], [1.5], ["a text"]]
    assert scenarios("a=1") == [["a=1"]]


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.integers(1, 40), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_a_latin_hypercube_has_one_point_in_each_stratum_of_every_parameter(samples, dimensions, seed):
    texts = [f"k{i}=interval({-i},{i + 3})" for i in range(dimensions)]
    found = points(*texts, kind=LHS, samples=samples, seed=seed)
    assert len(found) == samples
    for i, column in enumerate(zip(*found, strict=True)):
        width, rounded = (2 * i + 3) / samples, 2e-6 * (2 * i + 3)
        for number, value in enumerate(sorted(column)):
            assert -i + number * width - rounded <= value <= -i + (number + 1) * width + rounded


@pytest.mark.parametrize("power", range(1, 7))
def test_sobol_points_are_balanced_in_every_parameter(power):
    samples = 2**power
    found = points("a=interval(0,1)", "b=interval(0,1)", "c=interval(0,1)", kind=SOBOL, samples=samples)
    for column in zip(*found, strict=True):
        assert sorted(int(value * samples) for value in column) == list(range(samples))


@pytest.mark.parametrize("kind", [LHS, SOBOL])
def test_the_same_command_has_the_same_points_and_another_seed_others(kind):
    texts = ["a=interval(0,1)", "b=int(interval(1,9))", "c=x,y", "region=north,south"]
    first = scenarios(*texts, kind=kind, samples=16, seed=7)
    assert first == scenarios(*texts, kind=kind, samples=16, seed=7)
    assert first != scenarios(*texts, kind=kind, samples=16, seed=8)
    assert [one[2:] for one in first].count(["c=x", "region=north"]) < 16
    assert [one[2] for one in first].count("c=x") == 8, "written values have equal parts of the points"


@pytest.mark.parametrize("kind", [LHS, SOBOL])
@pytest.mark.parametrize("text", ["a=int(interval(-1,3))", "a=tag(log,int(interval(2,9)))"])
def test_whole_numbers_include_both_ends(kind, text):
    found = [value for (value,) in points(text, kind=kind, samples=256)]
    assert all(isinstance(value, int) for value in found)
    low, high = (-1, 3) if "log" not in text else (2, 9)
    assert set(found) == set(range(low, high + 1))
    if "log" not in text:
        assert max(found.count(value) for value in range(low, high + 1)) - min(found.count(value) for value in range(low, high + 1)) <= 2


def test_intervals_on_a_log_scale_are_even_in_their_logarithms():
    found = sorted(value for (value,) in points("a=tag(log,interval(0.01,100))", kind=LHS, samples=40))
    for number, value in enumerate(found):
        assert number / 40 - 1e-5 <= log(value / 0.01) / log(1e4) <= (number + 1) / 40 + 1e-5


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(0, 99))
def test_points_are_within_their_interval_and_apart_however_narrow_it_is(low, width, seed):
    high = low + width
    if not low < high or (high - low) < 1e-9 * max(abs(low), abs(high)):
        return
    found = [value for (value,) in points(f"a=interval({low!r},{high!r})", kind=LHS, samples=8, seed=seed)]
    assert all(low <= value <= high for value in found) and len(set(found)) == 8


def test_a_list_is_a_column_a_key_and_a_row_a_scenario(tmp_path):
    path = listed(tmp_path, '\ufeffa,"b.c" ,region\r\n1,"[x,y]",north\r\n\r\n 2 ,"{p: ""q r""}",south\r\n\n')
    assert scenarios("z=5", listed=path) == [["z=5", "a=1", "b.c=[x,y]", "region=north"], ["z=5", "a=2", 'b.c={p: "q r"}', "region=south"]]
    found = design(["z=5"], OPTIONS, listed=path)
    assert list(found.parameters) == ["a", "b.c", "region"] and found.number == 2


def test_values_of_the_command_line_are_combined_with_each_row(tmp_path):
    path = listed(tmp_path, "a,b\n1,2\n3,4\n")
    found = design(["x=7,8", "y=9"], OPTIONS, listed=path)
    assert found.number == 4 and list(found.parameters) == ["x", "a", "b"]
    assert [[override.input_line for override in one] for one in found.scenarios] == [
        [f"x={x}", "y=9", f"a={a}", f"b={b}"] for x in (7, 8) for a, b in ((1, 2), (3, 4))
    ]
    spread = points("x=interval(0,1)", kind=LHS, samples=3, listed=path)
    assert len(spread) == 6 and [one[1:] for one in spread] == [[1, 2], [3, 4]] * 3 and len({one[0] for one in spread}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no scenarios"),
        ("a,b\n", "has no scenarios"),
        ("a,b\n1,2\n3\n", "line 3: has 1 values. Allowed: one for each of the 2 keys"),
        ("a,b\n1,2,3\n", "line 2: has 3 values"),
        ("a,b\n1,\n", "line 2: has 1 values"),
        ("a\n1\n\n\n2,3\n", "line 5: has 2 values"),
        ('a\n"1,2"\n', "line 2: a=1,2 is several values. Give each a line of its own"),
        ('a\n"range(1,3)"\n', "is several values"),
        ("a,a\n1,2\n", "a: name each column once"),
        ("a,\n1,2\n", "a column without a name"),
        ("a\nit's\n", "line 2: a=it's: the value can't be read. Put it in quotes"),
        ("a;b\n1;2\n", "line 2: a;b=1;2: the key can't be read"),
        (b"a\n\xff\n", "can't be read as CSV"),
        ("hydra.job.name\nx\n", "line 2: hydra.job.name=x: is for Hydra itself"),
    ],
)
def test_faults_of_a_list_name_file_and_line(tmp_path, text, said):
    path = listed(tmp_path, text)
    found = fault(listed=path)
    assert said in found and all(line.startswith(str(path)) for line in found.splitlines())


def test_all_faults_of_a_list_are_said_at_once(tmp_path):
    assert len(fault(listed=listed(tmp_path, "a,b\n1\n2,it's\n3,4\n5,\n")).splitlines()) == 3


def test_a_list_that_is_not_there(tmp_path):
    assert "no such file" in fault(listed=tmp_path / "none.csv")
    assert "can't be read" in fault(listed=tmp_path)


@pytest.mark.parametrize(
    ("texts", "how", "said"),
    [
        (["a=interval(0,1)"], {}, "an interval has no end of values. Add --design lhs"),
        (["a=1,2"], {"samples": 4}, "--samples: a grid has as many scenarios as its values make"),
        (["a=interval(0,1)"], {"kind": LHS}, "--samples"),
        (["a=interval(0,1)"], {"kind": LHS, "samples": 0}, "a whole number from 1"),
        (["a=interval(0,1)"], {"kind": SOBOL, "samples": 100}, "Allowed: 64 or 128"),
        (["a=1"], {"kind": SOBOL, "samples": 8}, "nothing varies"),
        (["a=interval(1,1)"], {"kind": LHS, "samples": 2}, "the first end must be below the second"),
        (["a=interval(0,inf)"], {"kind": LHS, "samples": 2}, "both finite"),
        (["a=tag(log,interval(0,1))"], {"kind": LHS, "samples": 2}, "and above 0"),
        (["a=tag(lgo,interval(1,2))"], {"kind": LHS, "samples": 2}, "no tag 'lgo'. Did you mean 'log'?"),
        (["a=1,2", "b=1,2", "a=3,4"], {}, "a key is swept twice"),
        (["a=range(3,3)"], {}, "no value at all"),
        (["a=range(0,1000000000)"], {}, "more than 1000000 values"),
        (["a=glob(*)"], {}, "glob chooses files of a group. Groups: region"),
        (["region=glob(x*)"], {}, "nothing fits"),
        (["a=range(0,1100)", "b=range(0,1100)"], {}, f"1210000 scenarios. Allowed: up to {MOST}"),
        (["a=(1,2"], {}, "can't be read"),
        (["beds"], {}, "neither a file (.yaml) nor a change"),
    ],
)
def test_faults_are_said_in_words(texts, how, said):
    assert said in fault(*texts, **how)


def test_a_key_that_is_swept_and_in_the_list(tmp_path):
    assert "a=1,2: is a column of the list as well" in fault("a=1,2", listed=listed(tmp_path, "a\n1\n"))


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY)
    return str(path)


@pytest.mark.parametrize("key", ["name", "results", "replications", "workers", "lang"])
def test_what_a_whole_sweep_has_one_of_is_no_parameter(tiny, tmp_path, key):
    for texts, given_list in (([tiny, f"{key}=1,2"], None), ([tiny], listed(tmp_path, f"{key}\n1\n2\n"))):
        with pytest.raises(Faults, match=f"{key}: is said once for the whole sweep"):
            plan_sweep(texts, listed=given_list)


def test_faults_of_the_system_name_the_scenario_and_the_nearest_key(tiny, tmp_path):
    for texts, given_list, said in (
        ([tiny, "units.ward.bedz=3,4"], None, "Did you mean 'beds'?"),
        ([tiny], listed(tmp_path, "units.wrad.beds\n3\n"), "Did you mean 'ward'?"),
        ([tiny, "units.ward.beds=3,-4"], None, "units.ward.beds=-4: units.ward.beds"),
        ([tiny, "region=esbjrg,odense"], None, "Did you mean 'esbjerg'?"),
    ):
        with pytest.raises(Faults) as found:
            plan_sweep(texts, listed=given_list)
        assert said in str(found.value)


def test_every_fault_of_every_value_is_said_once(tiny):
    with pytest.raises(Faults) as found:
        plan_sweep([tiny, "units.ward.beds=3,-4", "units.clinic.slots=1,-1", "years=1,2"])
    assert sorted(str(one).split(" was given")[0] for one in found.value.faults) == [
        "units.ward.beds=-4 units.clinic.slots=1 years=1: units.ward.beds: -4",
        "units.ward.beds=3 units.clinic.slots=-1 years=1: units.clinic.slots: -1",
    ]
