"""Luck belongs to the patient: one uniform number for each draw, a function of what is decided.

u = f(seed, replication, who, stream, decision, count) by Philox4x32-10, a counter-based generator:
there is no state, so no draw moves another. Two scenarios meet the same people with the same luck,
and a step, a unit or a lever that is added leaves every other draw as it was, bit for bit.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

import hashlib
from collections.abc import Iterable

import numpy as np

from pathsim.draws.jit import jit

# All typed: an unsigned number with a signed one would silently become a float.
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
STEP_0 = np.uint64(0x9E3779B9)  # golden ratio
STEP_1 = np.uint64(0xBB67AE85)  # square root of 3, less 1
WORD = np.uint64(0xFFFFFFFF)
BITS_12 = np.uint64(12)
BITS_20 = np.uint64(20)
BITS_32 = np.uint64(32)
TO_UNIT = 2.0**-52


@jit("UniTuple(uint64, 4)(uint64, uint64, uint64, uint64, uint64, uint64)")
def philox4x32(counter_0, counter_1, counter_2, counter_3, key_0, key_1):
    """Ten rounds of Philox4x32: four 32-bit words from a counter of four and a key of two.

    Words of 32 bits are kept in 64, where their products are exact.

    >>> [f"{word:08x}" for word in philox4x32(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    a, b = np.uint64(counter_0), np.uint64(counter_1)
    c, d = np.uint64(counter_2), np.uint64(counter_3)
    k, m = np.uint64(key_0), np.uint64(key_1)
    for _ in range(10):
        left = MULTIPLIER_0 * a
        right = MULTIPLIER_1 * c
        a, b = (right >> BITS_32) ^ b ^ k, right & WORD
        c, d = (left >> BITS_32) ^ d ^ m, left & WORD
        k = (k + STEP_0) & WORD
        m = (m + STEP_1) & WORD
    return a, b, c, d


@jit("float64(uint64, uint64)")
def unit(word_0, word_1):
    """(k + ½)·2⁻⁵² of the 52 leading bits k: strictly inside (0, 1), and 1 − u is exact as well.

    With 53 bits the largest value would round to exactly 1.
    """
    k = (np.uint64(word_0) << BITS_20) | (np.uint64(word_1) >> BITS_12)
    return (float(k) + 0.5) * TO_UNIT


@jit("float64(int64, int64, int64, int64, int64, int64)")
def uniform(seed, replication, who, stream, decision, count):
    """The uniform number, strictly inside (0, 1), of one decision.

    seed, replication: the run. who: the person, within the stream (of arrivals, or of residents)
    from which they came. decision: `decision_id` of its name. count: how often this person has
    come to it. Each a whole number from 0 to 2³² − 1, else ValueError.

    >>> uniform(1, 0, 17, 0, decision_id("ward_stay"), 0)
    0.4925568014237772
    """
    if (seed | replication | who | stream | decision | count) >> 32 != 0:
        raise ValueError("every part of a draw's key is a whole number from 0 to 2**32 - 1")
    words = philox4x32(
        np.uint64(who),
        np.uint64(stream),
        np.uint64(decision),
        np.uint64(count),
        np.uint64(seed),
        np.uint64(replication),
    )
    return unit(words[0], words[1])


@jit("float64[::1](int64, int64, Array(int64, 1, 'C', readonly=True), int64, int64, int64)")
def _uniforms(seed, replication, who, stream, decision, count):
    numbers = np.empty(who.size)
    for i in range(who.size):
        numbers[i] = uniform(seed, replication, who[i], stream, decision, count)
    return numbers


def uniforms(
    seed: int, replication: int, who: np.ndarray, stream: int, decision: int, count: int
) -> np.ndarray:
    """`uniform` for an array of persons (1-d, whole numbers): the same bits, one by one."""
    if np.asarray(who).dtype.kind not in "iu":
        raise ValueError(f"persons are whole numbers, not {np.asarray(who).dtype}")
    persons = np.ascontiguousarray(who, dtype=np.int64)
    return _uniforms(seed, replication, persons, stream, decision, count)


def decision_id(name: str) -> int:
    """A stable 32-bit number for the name of what is decided: the same in every process.

    >>> decision_id("ward_stay")
    467154782
    """
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest(), "little")


def decision_ids(names: Iterable[str]) -> dict[str, int]:
    """The numbers of all of a model's decisions; ValueError if two names share one.

    Two decisions with one number would have the same luck. Among 1,000 names the chance is 1 in
    10,000; then one of them must be renamed.
    """
    owner: dict[int, str] = {}
    for name in names:
        other = owner.setdefault(decision_id(name), name)
        if other != name:
            raise ValueError(f"{other!r} and {name!r} would share their luck. Rename one of them")
    return {name: number for number, name in owner.items()}
