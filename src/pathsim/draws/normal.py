"""The inverse of the normal distribution: algorithm AS 241 (PPND16).

Source: Wichura, "The percentage points of the normal distribution", Applied Statistics 37, 1988.
Relative error about 1e-16, on our own logarithm and the exact square root of IEEE.
"""

import math

from pathsim.draws.elementary import log
from pathsim.draws.jit import jit


@jit("float64(float64)")
def _centre(r):
    """z/q within |q| ≤ 0.425, r = 0.425² − q²."""
    top = 2509.0809287301227
    top = top * r + 33430.57558358813
    top = top * r + 67265.7709270087
    top = top * r + 45921.95393154987
    top = top * r + 13731.69376550946
    top = top * r + 1971.5909503065513
    top = top * r + 133.14166789178438
    top = top * r + 3.3871328727963665
    bottom = 5226.495278852854
    bottom = bottom * r + 28729.085735721943
    bottom = bottom * r + 39307.89580009271
    bottom = bottom * r + 21213.794301586597
    bottom = bottom * r + 5394.196021424751
    bottom = bottom * r + 687.1870074920579
    bottom = bottom * r + 42.31333070160091
    bottom = bottom * r + 1.0
    return top / bottom


@jit("float64(float64)")
def _shoulder(r):
    """z out to a tail of e⁻²⁵, r = √(−log tail) − 1.6."""
    top = 0.0007745450142783414
    top = top * r + 0.022723844989269184
    top = top * r + 0.2417807251774506
    top = top * r + 1.2704582524523684
    top = top * r + 3.6478483247632045
    top = top * r + 5.769497221460691
    top = top * r + 4.630337846156546
    top = top * r + 1.4234371107496835
    bottom = 1.0507500716444169e-09
    bottom = bottom * r + 0.0005475938084995345
    bottom = bottom * r + 0.015198666563616457
    bottom = bottom * r + 0.14810397642748008
    bottom = bottom * r + 0.6897673349851
    bottom = bottom * r + 1.6763848301838038
    bottom = bottom * r + 2.053191626637759
    bottom = bottom * r + 1.0
    return top / bottom


@jit("float64(float64)")
def _far_tail(r):
    """z beyond a tail of e⁻²⁵, r = √(−log tail) − 5."""
    top = 2.0103343992922881e-07
    top = top * r + 2.7115555687434876e-05
    top = top * r + 0.0012426609473880784
    top = top * r + 0.026532189526576124
    top = top * r + 0.29656057182850487
    top = top * r + 1.7848265399172913
    top = top * r + 5.463784911164114
    top = top * r + 6.657904643501103
    bottom = 2.0442631033899397e-15
    bottom = bottom * r + 1.421511758316446e-07
    bottom = bottom * r + 1.8463183175100548e-05
    bottom = bottom * r + 0.0007868691311456133
    bottom = bottom * r + 0.014875361290850615
    bottom = bottom * r + 0.1369298809227358
    bottom = bottom * r + 0.599832206555888
    bottom = bottom * r + 1.0
    return top / bottom


@jit("float64(float64)")
def standard_normal(u):
    """The standard normal number with u of the distribution below it.

    >>> standard_normal(0.5), round(standard_normal(0.975), 9)
    (0.0, 1.959963985)
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _centre(0.180625 - q * q)
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    z = _shoulder(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -z if q < 0.0 else z
