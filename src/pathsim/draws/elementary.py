"""Logarithm and exponential with the same bits on every processor.

The C library's `log` and `exp` give other last bits on processors with and without fused
multiply-add. These use + − × ÷ on IEEE doubles alone, and moving of exponent bits. Errors, tested
against 60 digits: log and exp below 1 unit in the last place, log1p below 2; log_gamma below
1e-14 × max(1, |result|).

The series are the textbook ones, cut where the next term is below 2⁻⁵⁷ of the result; the order of
the last few sums, small before large, keeps the error below one unit.
"""

import math

import numpy as np

from pathsim.draws.jit import jit

LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # 32 bits: its product with an exponent is exact
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # the rest of log 2
PER_LN2 = float.fromhex("0x1.71547652b82fep+0")
SQRT2 = float.fromhex("0x1.6a09e667f3bcdp+0")
HALF_LOG_TWO_PI = float.fromhex("0x1.d67f1c864beb5p-1")
SMALLEST_NORMAL = 2.0**-1022
TWO_54 = 2.0**54
LARGEST_EXP = 709.782712893384  # exp of the next double is infinite
SMALLEST_EXP = -745.1332191019411  # exp of the double before is 0
MANTISSA = np.int64(0xFFFFFFFFFFFFF)
ONE_BITS = np.int64(1023 << 52)


@jit("float64(float64)")
def log(x):
    """Natural logarithm; −inf at 0, nan below.

    x = m·2ᵏ with m within √½ … √2, and log m = 2 artanh s with s = (m − 1)/(m + 1).

    >>> log(1.0), log(10.0)
    (0.0, 2.302585092994046)
    """
    if not (0.0 < x < math.inf):
        return -math.inf if x == 0.0 else (x if x == math.inf else math.nan)
    k = -1023
    if x < SMALLEST_NORMAL:
        x = x * TWO_54
        k -= 54
    bits = np.float64(x).view(np.int64)
    k += int(bits >> 52)
    m = float(np.int64((bits & MANTISSA) | ONE_BITS).view(np.float64))
    if m > SQRT2:
        m *= 0.5
        k += 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    # 2 artanh s = 2s + s·rest, and 2s = f − s·f
    rest = 2.0 / 17.0 + z * (2.0 / 19.0 + z * (2.0 / 21.0))
    rest = 2.0 / 11.0 + z * (2.0 / 13.0 + z * (2.0 / 15.0 + z * rest))
    rest = z * (2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * (2.0 / 9.0 + z * rest))))
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + rest) + k * LN2_LOW)) - f)


@jit("float64(float64)")
def log1p(x):
    """log(1 + x), as exact for small x; −inf at −1, nan below.

    >>> log1p(1e-20)
    1e-20
    """
    w = 1.0 + x
    if w == 1.0 or not (0.0 < w < math.inf):
        return x if w == 1.0 else log(w)
    lost = x - (w - 1.0) if x < 1.0 else 1.0 - (w - x)
    return log(w) + lost / w


@jit("float64(int64)")
def _two_to(k):
    return float(np.int64((k + 1023) << 52).view(np.float64))


@jit("float64(float64)")
def exp(x):
    """e to the power of x, by x = k·log 2 + r with |r| ≤ ½ log 2 and the power series of r.

    >>> exp(0.0), exp(1.0)
    (1.0, 2.718281828459045)
    """
    if not (SMALLEST_EXP <= x <= LARGEST_EXP):
        return 0.0 if x < SMALLEST_EXP else (math.inf if x > LARGEST_EXP else math.nan)
    k = math.floor(x * PER_LN2 + 0.5)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    p = 1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800))
    p = 1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r * p))
    p = 1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * p))
    p = r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * p)))
    t = p - low
    s = high + t
    y = 1.0 + s
    y += ((1.0 - y) + s) + ((high - s) + t)  # what the two sums have rounded off
    if k > 1000:
        return y * _two_to(k - 1) * 2.0
    if k < -1000:
        return y * _two_to(k + 100) * _two_to(-100)
    return y * _two_to(k)


@jit("float64(float64)")
def log_gamma(x):
    """log Γ(x) for x > 0, by Stirling's series from 10 on and Γ(x + 1) = x Γ(x) below.

    >>> abs(log_gamma(5.0) - log(24.0)) < 1e-14
    True
    """
    product = 1.0
    while x < 10.0:
        product *= x
        x += 1.0
    z = 1.0 / (x * x)
    series = 1 / 1188 - z * (691 / 360360 - z * (1 / 156))
    series = 1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * series)))
    return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + series / x - log(product)
