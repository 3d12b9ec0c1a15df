"""Every number of the known answers to its printed digits, and how the formulas relate to each other."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathsim import theory

settings.register_profile("theory", deadline=None, max_examples=60)
settings.load_profile("theory")

loads = st.floats(0.05, 40)
shares = st.floats(0.05, 0.97)
times = st.floats(0.1, 20)
places = st.integers(1, 40)


def printed(value: float, shown: str) -> bool:
    """Equal to the digits shown."""
    return f"{value:.{len(shown.partition('.')[2])}f}".lstrip("0") == shown.lstrip("0")


# --- the numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, shown",
    [
        (theory.mm1(0.8, 1).Wq, "4.0"),
        (theory.md1(0.8, 1).Wq, "2.0"),
        (theory.mg1(0.8, 1, 0.5).Wq, "3.0"),
        (theory.mmc(10, 1 / 3, 5).p_wait, ".32667"),
        (theory.mmc(10, 1 / 3, 5).Wq, ".06533"),
        (theory.mmc(0.2, 10, 3).p_wait, ".44444"),
        (theory.mmc(0.2, 10, 3).Wq, "4.44444"),
        (theory.priority_mg1([(0.3, 1, 1), (0.5, 1, 1)])[0], "1.142857"),
        (theory.priority_mg1([(0.3, 1, 1), (0.5, 1, 1)])[1], "5.714286"),
        (theory.mmck(2.5, 1, 3, 6).p_block, ".102417"),
        (theory.mmck(2.5, 1, 3, 6).Lq, ".700530"),
        (theory.mmck(2.5, 1, 3, 6).Wq, ".312185"),
        (theory.erlang_a(5, 1, 4, 2).p_abandon, ".259026"),
        (theory.erlang_a(5, 1, 4, 2).Lq, "2.590255"),
        (theory.erlang_a(5, 1, 4, 2).Wq, ".518051"),
        (theory.erlang_a(5, 1, 4, 2).p_wait, ".820951"),
        (theory.poisson_tail(8.1455, 9), ".428"),
        (theory.share_full(8.1455, 9), ".181"),
        (theory.erlang_b(22, 8.1455 + 9.7182), ".063"),
        (theory.erlang_b(26, 8.1455 + 9.7182), ".016"),
    ],
)
def test_building_blocks(value, shown):
    assert printed(value, shown)


@pytest.mark.parametrize(
    "every, c, p_wait, Wq, Lq",
    [
        (4, 3, ".70225", "14.04494", "3.51124"),
        (4, 4, ".31986", "2.13238", ".53309"),
        (4, 5, ".13037", ".52149", ".13037"),
        (4, 6, ".04744", ".13556", ".03389"),
        (3, 6, ".14822", ".55581", ".18527"),
        (3, 7, ".06126", ".16708", ".05569"),
    ],
)
def test_clinic(every, c, p_wait, Wq, Lq):
    found = theory.mmc(1 / every, 10, c)
    assert printed(found.p_wait, p_wait) and printed(found.Wq, Wq) and printed(found.Lq, Lq)


@pytest.mark.parametrize(
    "lam, los, p, home, beds, shown",
    [
        (10, 5, 0.20, 15, 75, ["12.5", ".8333", ".08386", ".03354", "6.25", "37.5", ".17293"]),
        (2, 7, 0.18, 30, 20, ["2.4390", ".8537", ".39590", ".94687", "8.5366", "13.1707", ".11378"]),
        (6, 6, 0.25, 12, 55, ["8.0", ".8727", ".23870", ".20460", "8.0", "24.0", ".22948"]),
    ],
)
def test_readmission_loop(lam, los, p, home, beds, shown):
    found = theory.readmission_loop(lam, los, p, home, beds)
    assert [column for column, value, digits in zip(found._fields, found, shown, strict=True) if not printed(value, digits)] == []


@pytest.mark.parametrize(
    "load, delays",
    [
        (8.1455, {9: ".181", 10: ".128", 11: ".087", 12: ".056", 13: ".034"}),
        (9.7182, {10: ".202", 12: ".109", 13: ".075", 14: ".050", 15: ".031"}),
        (8.3555, {9: ".191", 10: ".138", 11: ".095", 12: ".062", 13: ".038"}),
    ],
)
def test_stroke_delays(load, delays):
    assert [n for n, shown in delays.items() if not printed(theory.share_full(load, n), shown)] == []


# --- one formula against another -----------------------------------------------------------


@given(c=places, load=loads)
def test_erlang_b_recursion_is_the_sum(c, load):
    terms = [c_log * math.log(load) - math.lgamma(c_log + 1) for c_log in range(c + 1)]
    top = max(terms)
    assert theory.erlang_b(c, load) == pytest.approx(
        math.exp(terms[-1] - top) / math.fsum(math.exp(t - top) for t in terms), rel=1e-10
    )


@given(c=places, rho=shares)
def test_erlang_b_is_the_poisson_occupancy_cut_at_c(c, rho):
    load = c * rho
    below = 1 - theory.poisson_tail(load, c + 1)
    assert theory.erlang_b(c, load) == pytest.approx(theory.poisson_occupancy(load, c) / below, rel=1e-9)


@given(n=st.integers(0, 60), load=loads)
def test_poisson_excess_is_the_sum_of_the_tails(n, load):
    tails = math.fsum(theory.poisson_tail(load, k) for k in range(n + 1, n + 200))
    assert theory.poisson_excess(load, n) == pytest.approx(tails, rel=1e-6, abs=1e-12)


@given(c=places, load=loads, mean=times)
def test_no_queue_is_erlang_b(c, load, mean):
    found = theory.mmck(load / mean, mean, c, c)
    assert found.p_block == pytest.approx(theory.erlang_b(c, load), rel=1e-9)
    assert found.Wq == 0


@given(c=st.integers(1, 12), rho=st.floats(0.05, 0.9), mean=times)
def test_a_long_limit_is_no_limit(c, rho, mean):
    lam = c * rho / mean
    limited, free = theory.mmck(lam, mean, c, c + 600), theory.mmc(lam, mean, c)
    assert limited.Wq == pytest.approx(free.Wq, rel=1e-8)
    assert limited.p_block < 1e-20


@given(c=st.integers(1, 12), rho=st.floats(0.05, 0.9), mean=times)
def test_endless_patience_is_no_reneging(c, rho, mean):
    lam = c * rho / mean
    patient, free = theory.erlang_a(lam, mean, c, patience=1e9 * mean), theory.mmc(lam, mean, c)
    assert patient.Wq == pytest.approx(free.Wq, rel=1e-5)
    assert patient.p_wait == pytest.approx(free.p_wait, rel=1e-5)


@given(c=places, load=loads, mean=times)
def test_no_patience_is_erlang_b(c, load, mean):
    assert theory.erlang_a(load / mean, mean, c, patience=1e-7 * mean).p_abandon == pytest.approx(
        theory.erlang_b(c, load), rel=1e-3, abs=1e-9
    )


@given(c=places, load=loads, mean=times)
def test_patience_like_the_service_is_a_ward_never_full(c, load, mean):
    """With patience of the mean of the service everybody leaves at one rate, so the number there is Poisson."""
    found = theory.erlang_a(load / mean, mean, c, patience=mean)
    waiting = sum((n - c) * theory.poisson_occupancy(load, n) for n in range(c, c + 300))
    assert found.Lq == pytest.approx(waiting, rel=1e-8, abs=1e-14)
    assert found.p_wait == pytest.approx(theory.poisson_tail(load, c), rel=1e-8)


def test_erlang_a_at_a_crowd_of_thousands_stays_finite():
    found = theory.erlang_a(lam=2000, mean=1, c=1900, patience=100)
    # nearly all places are always in use, so who is not served gives up: the fluid limit
    assert found.p_abandon == pytest.approx(1 - 1900 / 2000, rel=1e-3)


@given(c=places, load=loads, mean=times, patience=times)
def test_erlang_a_conserves_people(c, load, mean, patience):
    """Those served keep the places busy: (1 - P(abandon)) load is the mean number in care, under c."""
    found = theory.erlang_a(load / mean, mean, c, patience)
    assert 0 <= found.p_abandon <= found.p_wait <= 1
    assert (1 - found.p_abandon) * load <= c * (1 + 1e-9)


@given(data=st.lists(st.tuples(shares, times, st.floats(0, 4)), min_size=1, max_size=5), rho=shares)
def test_priority_conserves_the_work_waiting(data, rho):
    """Kleinrock's conservation law: priorities move the wait about; sum of rho_i Wq_i does not change."""
    total = sum(weight for weight, _, _ in data)
    classes = [(rho * weight / total / mean, mean, cv2) for weight, mean, cv2 in data]
    waits = theory.priority_mg1(classes)
    left = sum(lam * mean**2 * (1 + cv2) for lam, mean, cv2 in classes) / 2
    work = sum(lam * mean * wait for (lam, mean, _), wait in zip(classes, waits, strict=True))
    assert work == pytest.approx(left * rho / (1 - rho), rel=1e-9)
    assert waits == sorted(waits)


@given(c=st.integers(1, 30), rho=shares, mean=times)
def test_little_and_the_order_of_erlang_b_and_c(c, rho, mean):
    found = theory.mmc(c * rho / mean, mean, c)
    assert found.Lq == pytest.approx(found.Wq * c * rho / mean)
    assert theory.erlang_b(c, c * rho) <= found.p_wait <= 1
    assert theory.mmc(c * rho / mean, mean, c + 1).Wq < found.Wq


@given(rho=shares, mean=times, cv2=st.floats(0, 5))
def test_pollaczek_khinchine_lies_on_a_line(rho, mean, cv2):
    lam = rho / mean
    assert theory.mg1(lam, mean, cv2).Wq == pytest.approx((1 + cv2) / 2 * theory.mmc(lam, mean, 1).Wq)


@given(c=st.integers(1, 10), extra=st.integers(0, 10), load=loads, mean=times)
def test_little_in_a_limited_queue(c, extra, load, mean):
    found = theory.mmck(load / mean, mean, c, c + extra)
    assert found.throughput == pytest.approx(load / mean * (1 - found.p_block))
    assert found.Lq == pytest.approx(found.throughput * found.Wq)


# --- networks ------------------------------------------------------------------------------


@given(first=times, second=times, share=st.floats(0.05, 0.9))
def test_blocked_tandem_keeps_its_laws(first, second, share):
    limit = theory.blocked_tandem(1e-3, first, second).limit
    lam = share * limit
    found = theory.blocked_tandem(lam, first, second)
    # Little's law for the first place; the blocked time is the residual of an exponential service
    assert found.in_first == pytest.approx(lam * (first + found.blocked), rel=1e-8)
    assert found.blocked == pytest.approx(found.p_blocked * second, rel=1e-8)
    # blocking only adds to the wait at the first
    assert found.Wq > theory.mm1(lam, first).Wq


def test_blocked_tandem_at_its_limit():
    """1 / E max of two services: 2/3 for equal ones (and no steady state from there on)."""
    rng = np.random.default_rng(7)
    longest = np.maximum(rng.exponential(2, 400_000), rng.exponential(3, 400_000))
    error = longest.std() / math.sqrt(len(longest))
    assert abs(1 / theory.blocked_tandem(0.01, 2, 3).limit - longest.mean()) < 4 * error
    with pytest.raises(ValueError, match="no steady state"):
        theory.blocked_tandem(2 / 3, 1, 1)


def test_blocked_tandem_with_a_fast_second_is_mm1():
    assert theory.blocked_tandem(0.8, 1, 1e-6).Wq == pytest.approx(theory.mm1(0.8, 1).Wq, rel=1e-4)


def test_blocked_tandem_by_simulation():
    """Begin of care at the first by recursion: B(n) = max(A(n), D(n-1)), D the departure from the first."""
    rng = np.random.default_rng(11)
    runs = []
    for _ in range(30):
        arrivals = np.cumsum(rng.exponential(2, 20_000))
        left_first = left_second = 0.0
        waits = []
        for arrived, one, two in zip(arrivals, rng.exponential(1, 20_000), rng.exponential(1, 20_000), strict=True):
            begun = max(arrived, left_first)
            waits.append(begun - arrived)
            left_first = max(begun + one, left_second)
            left_second = left_first + two
        runs.append(np.mean(waits[1000:]))
    error = np.std(runs, ddof=1) / math.sqrt(len(runs))
    assert abs(np.mean(runs) - theory.blocked_tandem(0.5, 1, 1).Wq) < 4 * error


def test_jackson_tandem_is_each_alone():
    first, second = theory.jackson_tandem(0.6, [(1, 1), (2, 2)])
    assert first == theory.mmc(0.6, 1, 1) and second == theory.mmc(0.6, 2, 2)


@given(los=times, p=st.floats(0.05, 0.9), share=st.floats(0, 1))
def test_bed_days_saved_is_the_difference_of_two_loops(los, p, share):
    less = p * share
    beds = math.ceil(2 * los / (1 - p)) + 1
    before = theory.readmission_loop(1, los, p, 10, beds).bed_days
    after = theory.readmission_loop(1, los, p - less, 10, beds).bed_days
    assert theory.bed_days_saved(los, p, less) == pytest.approx(before - after, abs=1e-9 * before)


@pytest.mark.parametrize(
    "call",
    [
        lambda: theory.mmc(3, 1, 3),
        lambda: theory.mm1(1, 1),
        lambda: theory.priority_mg1([(0.5, 1, 1), (0.5, 1, 1)]),
        lambda: theory.readmission_loop(1, 5, 0.5, 10, 10),
    ],
)
def test_no_steady_state_is_an_error(call):
    with pytest.raises(ValueError, match="no steady state"):
        call()


# --- the official rules --------------------------------------------------------------------


def test_the_gentler_the_rules_the_nearer_to_the_raw_loop():
    raw = theory.readmission_loop(10, 5, 0.2, 15, 75)
    missing = [
        raw.share_30 - theory.official_loop_theory(10, 5, 0.2, 15, joined=rule / 24, counted=rule / 24).share_30
        for rule in (0.5, 1, 2)
    ]
    assert 0 < missing[0] < missing[1] < missing[2] < 0.02 * raw.share_30
    assert missing[0] == pytest.approx(missing[1] / 2, rel=0.05)


def test_rules_must_fit_the_grid():
    with pytest.raises(ValueError, match="whole number of steps"):
        theory.official_loop_theory(10, 5, 0.2, 15, joined=1e-9)


def test_official_loop_short_stays():
    """9.5 % of Exp(5 d) stays are shorter than 12 h."""
    assert printed(theory.official_loop_theory(10, 5, 0.2, 15).share_short, ".095")


@pytest.mark.parametrize("los, p, home, wait", [(5, 0.2, 15, (0.0, 1.0)), (1, 0.6, 1, (0.0, 1.0)), (2, 0.5, 3, (0.4, 0.5))])
def test_official_loop_by_counting(los, p, home, wait):
    """The rules applied to a long line of contacts, without any formula."""
    official = theory.official_loop_theory(1, los, p, home, p_wait=wait[0], delay=wait[1])
    found = np.array([_count(np.random.default_rng([3, i]), los, p, home, *wait) for i in range(20)])
    error = found.std(axis=0, ddof=1) / math.sqrt(len(found))
    z = (found.mean(axis=0) - [official.share_counted, official.share_30]) / error
    assert np.abs(z).max() < 4


def _count(rng, los, p, home, p_wait, delay, contacts=100_000):
    stay = rng.exponential(los, contacts)
    gap = rng.exponential(home, contacts) + (rng.random(contacts) < p_wait) * rng.exponential(delay, contacts)
    gap[rng.random(contacts) >= p] = 1e3  # the next contact is somebody else's, long after
    begun = np.concatenate([[0], np.cumsum(stay + gap)[:-1]])
    ended = begun + stay
    last = gap > 4 / 24
    first = np.concatenate([[True], last[:-1]])
    begun, ended = begun[first][: last.sum()], ended[last]
    admitted = ended - begun >= 0.5
    begun, ended = begun[admitted], ended[admitted]
    return admitted.mean(), (begun[1:] - ended[:-1] <= 30).mean()
