"""The engines side by side on a few fixed systems, in a process of its own: numba reads its settings when it is imported.

    NUMBA_DISABLE_JIT=1 python -m twins.aside 12 8

(in the folder tests). So many systems of at most so many days. Says on one line how the kernel ran, and what parts the engines.
"""

import sys

import numba
import numpy as np
from twins.fixed import fixed
from twins.same import difference
from twins.twins import run_case

from pathsim.compiled import run as run_compiled
from pathsim.compiled.memory import World
from pathsim.draws.jit import jit_inner


@jit_inner
def _read(w, i):
    return w.rows[i].field


@numba.njit
def _read_row(w, i):
    return _read(w, i)


def _is_checked(i: int) -> bool:
    """Whether a row outside a table is told of, three calls deep as in the kernel."""
    try:
        _read_row(World({"rows": np.zeros(2, np.dtype([("field", "i4")]))}, {}), i)
    except IndexError:
        return True
    return False


def main() -> None:
    systems, longest = map(int, sys.argv[1:])
    how = "uncompiled" if numba.config.DISABLE_JIT else "checked" if all(map(_is_checked, (-1, 2))) else "compiled"
    for n, (case, record) in enumerate(fixed(systems, longest), 1):
        apart = difference(record, run_case(case, run_compiled))
        if apart is not None:
            print(f"{how}: system {n} of {systems}, care model {case.model}, {case.days} days, seed {case.seed}: {apart}")
            return
    print(f"{how}: no difference on {systems} systems")


if __name__ == "__main__":
    main()
