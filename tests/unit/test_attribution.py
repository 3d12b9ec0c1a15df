"""Parts of a difference: the axioms that define them, the orders that make them, and care systems whose parts are known."""

from itertools import permutations
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim.cli import main
from pathsim.faults import Faults
from pathsim.language import read_text
from pathsim.study.attribution import Coalitions, Players, attribute, check, ends, players_of
from pathsim.study.attribution import shapley as game
from pathsim.study.compare import compare
from pathsim.study.compose import compose
from pathsim.study.replicate import plan_study

FEW = settings(max_examples=60, deadline=None)


@st.composite
def games(draw, most=5, free=False):
    """Who hangs on whom, and what each closed coalition gives in two replications."""
    n = draw(st.integers(1, most))
    above = tuple(None if free or i == 0 else draw(st.sampled_from([None, *range(i)])) for i in range(n))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return above, {coalition: numbers.normal(0, 100, 2) for coalition in game.closed(above)}


def orders_that_can_be(above):
    n = len(above)
    return [order for order in permutations(range(n)) if all(above[i] is None or order.index(above[i]) < order.index(i) for i in range(n))]


@FEW
@given(games())
def test_values_are_means_over_the_orders_that_can_be(given):
    above, worth = given
    by_hand = np.mean([game.along(worth, order) for order in orders_that_can_be(above)], axis=0)
    np.testing.assert_allclose(game.shapley(worth, above), by_hand, atol=1e-10)


@FEW
@given(games())
def test_shared_values_are_means_over_all_orders(given):
    above, worth = given
    n = len(above)
    by_hand = np.zeros((n, 2))
    orders = list(permutations(range(n)))
    for order in orders:
        for k, i in enumerate(order):
            before = game.together(order[:k])
            by_hand[i] += (worth[game.reduced(before | 1 << i, above)] - worth[game.reduced(before, above)]) / len(orders)
    np.testing.assert_allclose(game.shared(worth, above), by_hand, atol=1e-10)


@FEW
@given(games())
def test_efficiency(given):
    above, worth = given
    whole = worth[max(worth)] - worth[0]
    for values in (game.shapley(worth, above), game.shared(worth, above)):
        np.testing.assert_allclose(values.sum(axis=0), whole, rtol=0, atol=1e-11)


@FEW
@given(games(), st.data())
def test_a_null_player_gets_exactly_nothing(given, data):
    above, worth = given
    leaves = [i for i in range(len(above)) if i not in above]
    null = data.draw(st.sampled_from(leaves))
    worth = {coalition: worth[coalition & ~(1 << null)] for coalition in worth}
    for values in (game.shapley, game.shared, game.first_in, game.last_out):
        assert (values(worth, above)[null] == 0).all()
    assert all((one == 0).all() for pair, one in game.interactions(worth, above).items() if null in pair)


@FEW
@given(games(), st.data())
def test_symmetry(given, data):
    above, worth = given
    leaves = [i for i in range(len(above)) if i not in above]
    alike = [(i, j) for i in leaves for j in leaves if i < j and above[i] == above[j]]
    if not alike:
        return
    i, j = data.draw(st.sampled_from(alike))

    def turned(coalition):
        swapped = coalition & ~(1 << i | 1 << j)
        return swapped | (coalition >> i & 1) << j | (coalition >> j & 1) << i

    worth = {coalition: worth[coalition] + worth[turned(coalition)] for coalition in worth}
    for values in (game.shapley(worth, above), game.shared(worth, above), game.first_in(worth, above), game.last_out(worth, above)):
        np.testing.assert_allclose(values[i], values[j], atol=1e-10)


@FEW
@given(games(), st.integers(0, 2**32 - 1))
def test_additivity(given, seed):
    above, one = given
    numbers = np.random.default_rng(seed)
    other = {coalition: numbers.normal(0, 100, 2) for coalition in one}
    both = {coalition: one[coalition] + other[coalition] for coalition in one}
    for values in (game.shapley, game.shared):
        np.testing.assert_allclose(values(both, above), values(one, above) + values(other, above), atol=1e-10)


@FEW
@given(games(most=6))
def test_coalitions_are_counted_without_making_them(given):
    above, worth = given
    assert game.how_many(above) == len(worth) == len({game.reduced(coalition, above) for coalition in range(1 << len(above))})


@FEW
@given(games())
def test_sampled_orders_are_unbiased(given):
    """Each permutation is drawn equally often, so their settled orders have to give the exact value on average."""
    above, worth = given
    values = np.mean([game.along(worth, game.settled(order, above)) for order in permutations(range(len(above)))], axis=0)
    np.testing.assert_allclose(values, game.shapley(worth, above), atol=1e-10)


def test_drawn_orders_can_be_and_come_in_pairs():
    above = (None, 0, 0, None, 3, None)
    for one, other in game.drawn_orders(50, above, 1):
        for order in (one, other):
            assert sorted(order) == list(range(6)) and all(above[i] is None or order.index(above[i]) < order.index(i) for i in range(6))
    assert all(one == other[::-1] for one, other in game.drawn_orders(20, (None,) * 6, 1))
    assert game.drawn_orders(5, above, 1) == game.drawn_orders(5, above, 1) != game.drawn_orders(5, above, 2)


def test_pairs_interact_as_much_as_they_do_only_together():
    free = (None,) * 3
    only_together = {coalition: np.array(10.0 * (coalition & 3 == 3) + 2 * (coalition & 4 == 4)) for coalition in range(8)}
    assert {pair: float(one) for pair, one in game.interactions(only_together, free).items()} == {(0, 1): 10, (0, 2): 0, (1, 2): 0}
    all_three = {coalition: np.array(6.0 * (coalition == 7)) for coalition in range(8)}
    assert {float(one) for one in game.interactions(all_three, free).values()} == {3.0}


# Stays of eight days; each of two levers halves them; one hangs on the first and adds a day; one does nothing.
SYSTEM = dedent("""
    units: {ward: {beds: unlimited, sector: hospital}}
    arrivals: {people: {every: 1 d, then: comes}}
    steps: {comes: {wait: 1 h, then: ward_stay}, ward_stay: {at: ward, for: 8 d, then: gone}, gone: {leave: well}}
    levers:
      half:  {about: {title: Halved, title_da: Halveret}, changes: {steps: {ward_stay: {for: {times: 0.5}}}}}
      again: {changes: {steps: {ward_stay: {for: {times: 0.5}}}}}
      after: {who: half, changes: {steps: {ward_stay: {for: {plus: 1 d}}}}}
      idle:  {changes: {steps: {ward_stay: {for: {times: 1}}}}}
    care_models:
      as_it_is: {levers: []}
      changed:  {levers: [half, again, after, idle]}
""")
STUDY = {"replications": 3, "minimum": 3, "years": 0.2, "warm_up": 0, "workers": 1, "engine": "simpy"}
STAY = "length_of_stay"


def attributed(text, indicators=(STAY, "bed_days"), method="shapley", orders=None, **more):
    """The parts of a system, coalitions run here and counted."""
    composed = compose([], data=read_text(text) | STUDY | more)
    first, second = ends(composed.raw, composed.settings)
    prepared = plan_study(composed.raw, composed.settings, composed.folder, [first, second])
    players, work, seen = players_of(composed.raw, first, second), Coalitions(prepared.study), []
    check(work, players)

    def run(trials):
        seen.extend(trials)
        return [work(trial) for trial in trials]

    result = compare(prepared)
    table = result.indicators[result.indicators["group"] == "all"]
    values = tuple(table[table["model"] == model].pivot(index="replication", columns="indicator", values="value") for model in result.models)
    return attribute(players, run, values, indicators, method, orders, composed.settings.seed), seen, result


def parts(found, indicator, what, kind="lever"):
    rows = found.table[(found.table["indicator"] == indicator) & (found.table["kind"] == kind)]
    return dict(zip(rows["lever"], rows[what], strict=True))


def test_known_parts():
    found, seen, _ = attributed(SYSTEM)
    assert parts(found, STAY, "first_in") == pytest.approx({"half": -4, "again": -4, "after": 1, "idle": 0})  # 8 → 4; 8 → 4; 4 → 5
    assert parts(found, STAY, "last_out") == pytest.approx({"half": -1, "again": -2, "after": 1, "idle": 0})  # of 3: 4; 5; 2
    assert parts(found, STAY, "shapley") == pytest.approx({"half": -10 / 3, "again": -8 / 3, "after": 1, "idle": 0})
    # over all orders `after` shares its day with `half`, on which it hangs
    assert parts(found, STAY, "shared") == pytest.approx({"half": -2.5, "again": -3, "after": 0.5, "idle": 0})
    assert parts(found, STAY, "shapley", "total") == {"": pytest.approx(-5)}
    assert parts(found, STAY, "first_in", "interaction") == {"": pytest.approx(2)}
    pairs = found.pairs[found.pairs["indicator"] == STAY].set_index(["lever", "other"])
    assert pairs["interaction"].to_dict() == pytest.approx(
        {("half", "again"): 2, ("half", "after"): 1, ("half", "idle"): 0, ("again", "after"): 0, ("again", "idle"): 0, ("after", "idle"): 0}
    )
    assert pairs.index[pairs["hangs"]].tolist() == [("half", "after")]
    # twelve coalitions are closed; the two ends are known already
    assert found.coalitions == 10 and len(seen) == len(set(seen)) == 30
    assert all("half" in levers for levers, _ in seen if "after" in levers)


@pytest.mark.parametrize("more", [{"method": "steps"}, {"orders": 6}, {}])
def test_parts_add_up_to_the_difference_that_compare_tells(more):
    # shares and rates by chance, so that nothing adds up by itself
    text = SYSTEM.replace("every: 1 d", "rate: 1 per d").replace("for: 8 d", "for: {exponential: 8 d}").replace("beds: unlimited", "beds: 6")
    names = (STAY, "bed_days", "readmission_30", "days_to_first_contact", "delayed_days", "contacts")
    found, _, result = attributed(text, names, **more)
    for name in names:
        [total] = result.table[(result.table["indicator"] == name) & (result.table["group"] == "all")].to_dict("records")
        rows = found.table[found.table["indicator"] == name]
        if not np.isfinite(total["difference"]):
            assert rows["n"].eq(0).all() and rows["first_in"].isna().all()
            continue
        for what in ("first_in", "last_out") + (() if more.get("method") else ("shapley",)):
            before = "" if what == "shapley" else f"{what}_"
            last = rows.iloc[-1]
            assert (last["kind"], last[what]) == ("total", pytest.approx(total["difference"], rel=1e-12))
            assert (last[f"{before}low"], last[f"{before}high"]) == pytest.approx((total["low"], total["high"]), rel=1e-12)
            added = rows[what].iloc[:-1].sum() if what != "shapley" else rows.loc[rows["kind"] == "lever", what].sum()
            assert added == pytest.approx(total["difference"], rel=1e-12, abs=1e-9)
        for what in ("first_in", "first_in_low", "first_in_high", "last_out", "shapley", "low", "high"):
            idle = rows.loc[rows["lever"] == "idle", what].iloc[0]
            assert idle == 0 or (np.isnan(idle) and more.get("method")), "the same luck: what does nothing gives exactly nothing"


def test_intervals_are_the_spread_over_replications():
    text = SYSTEM.replace("for: 8 d", "for: {exponential: 8 d}")
    found, _, _ = attributed(text, (STAY,))
    rows = found.table.set_index("lever")
    assert (rows["n"] == 3).all() and rows.loc["half", "low"] < rows.loc["half", "shapley"] < rows.loc["half", "high"]
    one, _, _ = attributed(text, (STAY,), replications=1, minimum=1)
    assert one.table["low"].isna().all() and one.table["shapley"].notna().sum() == 5


def test_sampling_is_near_the_exact_value_and_says_how_near():
    numbers = np.random.default_rng(7)
    above = (None, 0, 0, None, None, 3)
    names = tuple("abcdef")
    players = Players("first", "second", names, above, frozenset(), names)
    closed = game.closed(above)
    worth = {players.levers(coalition): numbers.normal(0, 10, 4) for coalition in closed}
    tables = tuple(pd.DataFrame({"cost": worth[players.levers(coalition)]}) for coalition in (0, 63))

    def run(trials):
        return [{"cost": worth[levers][replication]} for levers, replication in trials]

    exact = attribute(players, run, tables, ["cost"]).table
    off = []
    for seed in range(40):
        sampled = attribute(players, run, tables, ["cost"], orders=30, seed=seed)
        levers = sampled.table[sampled.table["kind"] == "lever"]
        off.append((levers["shapley"] - exact["shapley"][:6]) / levers["sampling_error"])
        assert levers["shapley"].sum() == pytest.approx(exact["shapley"].iloc[-1], abs=1e-9)
        assert sampled.how == "sampled" and sampled.orders == 30
    spread = np.array(off)  # [seed, lever]: about a t of 14 degrees of freedom, whose standard deviation is 1.08
    assert abs(spread.mean(axis=0)).max() < 4 * 1.08 / np.sqrt(40) and 0.8 < spread.std() < 1.4
    assert exact["sampling_error"].dropna().eq(0).all()


def test_too_many_coalitions_are_sampled():
    names = tuple("abcdefghi")
    players = Players("first", "second", names, (None,) * 9, frozenset(), names)
    asked = []

    def run(trials):
        asked.extend(trials)
        return [{"cost": float(len(levers) ** 2)} for levers, _ in trials]

    ends_of = tuple(pd.DataFrame({"cost": [value]}) for value in (0.0, 81.0))
    found = attribute(players, run, ends_of, ["cost"])
    assert found.how == "sampled" and found.orders == 20 and len(asked) == len(set(asked)) == found.coalitions < 200
    assert attribute(players, run, ends_of, ["cost"], method="steps").coalitions == 18


def test_what_the_first_model_has_is_in_every_coalition():
    more = {"care_models": {"begun": {"levers": ["half"]}, "changed": {"levers": ["half", "again", "after"]}}}
    raw = read_text(SYSTEM) | more
    players = players_of(raw, "begun", "changed")
    assert players.names == ("again", "after") and players.above == (None, None)
    assert [players.levers(coalition) for coalition in range(4)] == [("half",), ("half", "again"), ("half", "after"), ("half", "again", "after")]


def test_a_lever_that_needs_what_another_brings_is_a_fault_that_says_so():
    text = SYSTEM.replace("again: {changes: {", "again: {changes: {units: {team: {slots: 1, sector: municipality}}, ")
    text = text.replace("ward_stay: {for: {times: 1}}", "ward_stay: {then: seen}, seen: {at: team, for: 1 h, then: gone}")
    with pytest.raises(Faults, match="with no other levers on than idle.*let a lever bring all that it needs"):
        attributed(text)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(SYSTEM + "replications: 1\nyears: 0.1\nwarm_up: 0\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("args", "said"), [
    (["care_model=nobody"], "no care model 'nobody'"),
    (["care_model=as_it_is"], "is the first one"),
    (["models=[changed]"], "only one to compare"),
    (["models=[changed,as_it_is]"], "is not in 'as_it_is'"),
    (["care_models.changed.levers=[hlaf]"], "no lever 'hlaf'"),
    (["care_models.changed.levers=[]"], "no lever that 'as_it_is' has not"),
    (["care_models.changed.levers=[after]"], "is not switched on"),
    (["--indicators", "cots"], "Did you mean 'cost'"),
    (["--indicators", "readmission_30_standardised"], "has no parts"),
    (["--orders", "1"], "Allowed: 4 or more"),
    (["--orders", "-7", "--method", "steps"], "steps have no orders"),
    (["replications=0"], "replications"),
])
def test_hostile_arguments(folder, capsys, args, said):
    assert main(["attribute", "small.yaml", *args]) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_unknown_methods_are_refused(folder):
    with pytest.raises(SystemExit) as end:
        main(["attribute", "small.yaml", "--method", "guess"])
    assert end.value.code == 2
