"""A run told in blocks of persons: counted, kept and put together again, it is the run itself."""

import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pathsim.contacts import Run, discharged, indicators, load
from pathsim.contacts.account import account
from pathsim.contacts.blocks import BLOCK, split, together
from pathsim.contacts.byhand import UNITS, contact, ms, run_of
from pathsim.contacts.census import Census
from pathsim.contacts.counted import whole_sums
from pathsim.contacts.curves import curves
from pathsim.contacts.files import saved
from pathsim.contacts.groups import AGE_BANDS
from pathsim.contacts.identities import identities
from pathsim.contacts.readmissions import readmissions
from pathsim.contacts.stays import stays
from pathsim.contacts.warnings import warnings
from pathsim.contacts.window import DAY, Window

PEOPLE, DAYS = 12, 200
WORDS = ("step", "unit", "kind", "task", "pool", "how")
COSTS = {
    "gp": {"price": 160.1, "per": "contact", "payer": "region", "operator": "practice"},
    "ward": {"price": 1000.3, "per": "d", "payer": "region"},
    "temporary": {"price": 24.7, "per": "h", "waiting": 2000.9, "payer": [(None, "municipality"), ("2026-03-01", "region")], "operator": "municipality"},
}


def eventful(seed: int) -> Run:
    """A run in which everything happens that is counted: people of all kinds, with all kinds of contacts, few of each."""
    rng = np.random.default_rng(seed)
    people = int(rng.integers(1, PEOPLE))
    rows = [_contact(rng, int(person)) for person in rng.integers(0, people, rng.integers(0, 60))]
    slot = np.where(rng.random(people) < rng.choice([0, 0.5, 1]), np.arange(people), -1)
    left = np.where(rng.random(people) < 0.3, rng.integers(0, DAYS * DAY, people), -1)
    citizens = {
        "slot": slot, "generation": rng.integers(0, 2, people), "left": left, "reason": np.where(left >= 0, rng.choice(["dead", "moved"], people), None),
        "age": rng.integers(-1, 100, people), "sex": rng.choice(["woman", "man"], people),
        "education": pd.Categorical(rng.choice(["short", "long"], people), categories=["short", "middle", "long"]),
        "municipality": rng.choice(["vejle", "aarhus", "odense"], people), "group.frail": rng.random(people) < 0.4,
    }  # fmt: skip
    if rng.random() < 0.5:
        citizens["preventable"] = rng.random(people) < 0.5
    facts = [
        (int(rng.integers(people)), float(rng.integers(0, DAYS * 24)), str(rng.choice(["preventable", "on_sick_leave"])), str(rng.choice(["yes", "no"])))
        for _ in range(rng.integers(0, 6))
    ]  # fmt: skip
    return run_of(*rows, people=people, days=DAYS, warm_up=int(rng.integers(0, 60)), events=facts, citizens=citizens,
                  day_0="2026-01-05", costs=COSTS, routine_hours={"gp": 20.5})  # fmt: skip


def _contact(rng, person: int) -> dict:
    asked, waited, care, kept = rng.integers(0, DAYS * 24), rng.integers(0, 30) * rng.integers(0, 2), rng.integers(0, 200), rng.integers(0, 60)
    kind = rng.choice(["at", "at", "at", "at", "handover", "task"])
    if kind == "handover":
        return contact(person, None, None, float(asked + waited), asked=float(asked), kind=kind, step=str(rng.choice(["letter", "call"])),
                       given_back=None, complete=float(rng.choice([0, 1, np.nan])))  # fmt: skip
    if kind == "task":
        return contact(person, None, None, float(asked), asked=0.0, kind=kind, task=str(rng.choice(["plan", "review"])), how="missed", given_back=None)
    unit = str(rng.choice(list(UNITS)))
    more = {"pool": str(rng.choice(["a", "b"])) if unit == "temporary" else None, "acute": bool(rng.random() < 0.5), "step": str(rng.choice(["seen", "stay"]))}
    more |= {"joint": bool(rng.random() < 0.1), "from_start": bool(rng.random() < 0.1), "patient_travel": int(rng.integers(0, 9))}
    if rng.random() < 0.2:
        how = str(rng.choice(["gave_up", "refused", "censored"]))
        ended = None if how == "censored" else float(asked + waited)
        return contact(person, unit, None, ended, asked=float(asked), given_back=None, how=how, **more)
    times = [float(t) if t < DAYS * 24 else None for t in np.cumsum([asked, waited, care, kept])]
    return contact(person, unit, times[1], times[2], asked=times[0], given_back=times[3], how="completed" if times[3] is not None else "censored", **more)


def as_an_engine_tells_it(block: Run) -> Run:
    """With the words alone that occur in the block, and with its persons numbered as in the whole."""
    frames = {name: getattr(block, name).copy() for name in ("contacts", "citizens", "events")}
    for frame in frames.values():
        for name in frame:
            if name in (*WORDS, "what", "name", "value", "reason", "stream"):
                frame[name] = frame[name].cat.remove_unused_categories()
    person = (frames["citizens"].pop("id") if "id" in block.citizens else block.citizens["person"]).to_numpy()
    for frame in frames.values():
        frame["person"] = person[frame["person"].to_numpy()]
    return Run(**frames, meta=block.meta)


ADDED_UP = "day|length_of_stay|person_year|sick_leave|cost|staff_hours|travel|wait_mean"  # sums of what is not whole


def same(told: pd.DataFrame, whole: pd.DataFrame) -> None:
    """Counts and whole milliseconds are equal, other sums to the last bits."""
    pd.testing.assert_frame_equal(told, whole, check_exact=False, rtol=1e-12, atol=1e-12)
    if "indicator" in whole:
        counts = ~whole["indicator"].str.contains(ADDED_UP)
        assert (told["numerator"] == whole["numerator"])[counts].all()
        assert (told["denominator"] == whole["denominator"])[counts & (whole["unit"] == "share")].all()


@pytest.mark.parametrize("told", [lambda block: block, as_an_engine_tells_it], ids=["cut", "engine"])
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([1, 3, 7, PEOPLE]))
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
def test_a_run_in_blocks_is_counted_as_the_whole(told, seed, size):
    run = eventful(seed)
    standard, found = discharged(run), account(map(told, split(run, size)))
    same(found.indicators(), indicators(run))
    same(found.indicators(standard), indicators(run, standard))
    same(found.curves(), curves(run))
    pd.testing.assert_frame_equal(found.identities(), identities(run))
    assert found.warnings() == warnings(run)
    assert (standard is None) == (found.discharged() is None)
    if standard is not None:
        pd.testing.assert_series_equal(found.discharged(), standard)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None, phases=[Phase.generate])
def test_what_a_person_has_is_the_same_in_a_block(seed):
    run = eventful(seed)
    for count in (stays, readmissions):
        for official in (True, False):
            parts = [count(block, official).assign(person=lambda t, k=k: t["person"] + 3 * k) for k, block in enumerate(split(run, 3))]
            told = pd.concat(parts, ignore_index=True).sort_values(["branch", "person"], kind="stable", ignore_index=True)
            pd.testing.assert_frame_equal(told, count(run, official), check_categorical=False)


def test_blocks_hold_everything_of_a_range_of_persons_in_its_order():
    run = eventful(9)
    assert list(split(run)) == [run], "what is small enough is one block"
    blocks = list(split(run, 4))
    assert [block.citizens["id"].tolist() for block in blocks[1:]] == [list(range(i, min(i + 4, len(run.citizens)))) for i in range(4, len(run.citizens), 4)]
    for frame in ("contacts", "events"):
        parts = [getattr(block, frame).assign(person=getattr(block, frame)["person"] + 4 * k) for k, block in enumerate(blocks)]
        whole = getattr(run, frame)
        whole = whole.iloc[np.argsort(whole["person"].to_numpy() // 4, kind="stable")].reset_index(drop=True)
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert BLOCK > PEOPLE


def test_blocks_of_a_register_extract_keep_their_numbers():
    contacts = pd.DataFrame({"person": [900, 17, 900], "unit": ["ward", "gp", "ward"], "begun": [0, ms(5), ms(240)], "ended": [ms(30), ms(6), -1]})
    run = Run(contacts, pd.DataFrame({"person": [17, 900]}), meta={"horizon": 20 * DAY, "units": UNITS})
    assert [block.citizens["id"].tolist() for block in split(run, 1)] == [[17], [900]]
    assert [block.contacts["person"].tolist() for block in split(run, 1)] == [[0], [0, 0]]


@pytest.mark.parametrize("told", [lambda block: block, as_an_engine_tells_it], ids=["cut", "engine"])
@pytest.mark.parametrize("seed", range(4))
def test_a_run_kept_block_by_block_comes_back_whole(tmp_path, told, seed):
    run = eventful(seed)
    for _ in saved(map(told, split(run, 3)), run.meta, tmp_path / "run"):
        pass
    back = load(tmp_path / "run")
    whole = together(split(run, 3), run.meta)
    for name in ("contacts", "citizens", "events"):
        mine, theirs = (getattr(one, name).astype(object) for one in (back, whole))
        pd.testing.assert_frame_equal(mine[list(theirs)].where(mine.notna(), None), theirs.where(theirs.notna(), None))
    same(indicators(back), indicators(run))


def test_what_fails_between_blocks_leaves_nothing(tmp_path):
    run = eventful(9)
    passing = saved(split(run, 3), run.meta, tmp_path / "run")
    next(passing)
    passing.close()
    assert list(tmp_path.iterdir()) == []


def test_a_block_is_let_go_once_it_is_counted():
    seen = []

    def watched():
        for block in split(eventful(9), 4):
            assert not [known for known in seen if known() is not None]
            seen.append(weakref.ref(block))
            yield block
            del block

    account(watched())
    assert len(seen) > 1


def test_blocks_must_know_the_same_units():
    one, other = run_of(), run_of(units={"gp": UNITS["gp"]})
    with pytest.raises(ValueError, match="same units"):
        account([one, other])


def test_age_bands_are_united_in_their_order():
    assert list(AGE_BANDS) == sorted(AGE_BANDS), "what `united` relies on"


def test_more_people_than_a_staircase_can_tell_apart_are_not_counted_wrongly():
    with pytest.raises(OverflowError, match="blocks"):
        Census(Window(0, 2**40)).add(np.array([2**40]), np.array([0]), np.array([5]))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-(2**55), 2**55)), max_size=20))
def test_whole_numbers_are_added_up_exactly(items):
    group, amount = np.array(items, dtype=np.int64).reshape(-1, 2).T
    assert whole_sums(group, amount, 3).tolist() == [sum(a for g, a in items if g == i) for i in range(3)]
