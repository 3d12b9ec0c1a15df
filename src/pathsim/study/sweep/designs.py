"""Which scenarios a sweep has: every combination of values (grid), points spread over intervals, or the rows of a list.

    units.ward.beds=14,16,18 region=odense,esbjerg          grid: six scenarios
    levers.partnership.reach=interval(0.2,0.9)              with a design of points: Latin hypercube (lhs) or Sobol
    units.ward.beds=int(interval(10,20)), tag(log,interval(0.01,1))

A list is a CSV file: a column a key, a row a scenario. Values of the command line are combined with each of its rows.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import exp, floor, isfinite, log, log10
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hydra.core.override_parser.types import IntervalSweep, Override, ValueType

from ...faults import Fault, Faults, fail, nearest
from ..overrides import is_file, parse, values_of

LOG = "log"
GRID, LHS, SOBOL = "grid", "lhs", "sobol"
DESIGNS = (GRID, LHS, SOBOL)
MOST = 1_000_000  # scenarios
DIGITS = 6  # of a point, by the width of its interval


class Design(NamedTuple):
    """scenarios: the arguments of each: overrides in the order of the command line, the swept ones with one value.
    parameters: keys of the swept ones, and where they stand in a scenario."""

    parameters: dict[str, int]
    scenarios: Iterator[tuple[Override, ...]]
    number: int


def design(texts: Sequence[str], options: dict[str, list[str]], kind: str = GRID, samples: int | None = None, listed: Path | None = None,
           seed: int = 1) -> Design:
    """The scenarios of a command line.

    >>> found = design(["a=1,2", "b=3", "c=range(0,2)"], {})
    >>> found.number, list(found.parameters), [[override.input_line for override in one] for one in found.scenarios][1]
    (4, ['a', 'c'], ['a=1', 'b=3', 'c=1'])

    Raises Faults.
    """
    overrides = parse(text for text in texts if not is_file(text))
    rows = _rows(listed) if listed else []
    columns = [override.key_or_group for override in rows[0]] if rows else []
    swept = [i for i, override in enumerate(overrides) if override.is_sweep_override()]
    faults = [Fault(overrides[i].input_line or "", "is a column of the list as well. Leave one of them out")
              for i in swept if overrides[i].key_or_group in columns]
    if faults:
        raise Faults(faults)
    pick, number = _points(overrides, swept, options, kind, samples, seed)
    if number * max(1, len(rows)) > MOST:
        raise fail("sweep", f"{number * max(1, len(rows))} scenarios. Allowed: up to {MOST}. Try --design sobol --samples 1024")
    parameters = {overrides[i].key_or_group: i for i in swept} | {name: len(overrides) + i for i, name in enumerate(columns)}
    if len(parameters) < len(swept) + len(columns):
        raise fail("sweep", "a key is swept twice. Name each once")

    def scenarios() -> Iterator[tuple[Override, ...]]:
        for values in pick:
            one = list(overrides)
            for i, override in zip(swept, values, strict=True):
                one[i] = override
            yield from ((*one, *row) for row in rows or [()])

    return Design(parameters, scenarios(), number * max(1, len(rows)))


def with_value(override: Override, value: float | int, text: str) -> Override:
    """The same override with one number, without reading a text once more (reading takes a millisecond)."""
    return dataclasses.replace(override, _value=value, value_type=ValueType.ELEMENT, input_line=f"{override.get_key_element()}={text}")


@lru_cache(maxsize=10_000)
def parsed(text: str) -> Override:
    """One change, read once."""
    return parse([text])[0]


def _points(
    overrides: list[Override], swept: list[int], options: dict[str, list[str]], kind: str, samples: int | None, seed: int,
) -> tuple[Iterator[tuple[Override, ...]], int]:
    """The values of the swept overrides, scenario by scenario, and how many there are."""
    axes = [axis_of(overrides[i], options) for i in swept]
    between = [str(overrides[i].input_line) for i in swept if overrides[i].value_type == ValueType.INTERVAL_SWEEP]
    if kind == GRID:
        if between:
            raise Faults(Fault(text, "an interval has no end of values. Add --design lhs or --design sobol, and --samples 256") for text in between)
        if samples is not None:
            raise fail("--samples", "a grid has as many scenarios as its values make. Add --design lhs or --design sobol")
        whole = [[axis(u) for u in _middles(len(axis))] for axis in axes]
        return product(*whole), int(np.prod([len(axis) for axis in axes], dtype=float))
    if not swept:
        raise fail("--design", "nothing varies. Write key=interval(low,high), or key=a,b,c")
    points = _spread(kind, len(swept), _number(kind, samples), seed)
    return (tuple(axis(u) for axis, u in zip(axes, point, strict=True)) for point in points.tolist()), len(points)


def _number(kind: str, samples: int | None) -> int:
    if samples is None or not 1 <= samples <= MOST:
        raise fail("--samples", f"{samples} was given. Allowed: a whole number from 1 to {MOST}, such as 256")
    if kind == SOBOL and samples & (samples - 1):
        below = 1 << (samples.bit_length() - 1)
        raise fail("--samples", f"{samples} was given. Sobol points are balanced in powers of two. Allowed: {below} or {2 * below}")
    return samples


def _spread(kind: str, dimensions: int, samples: int, seed: int) -> np.ndarray:
    """Points in the unit cube [sample, dimension]."""
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube(dimensions, rng=seed) if kind == LHS else qmc.Sobol(dimensions, scramble=True, rng=seed)
    return sampler.random(samples)


class _Values:
    """Values that are written: the unit interval in equal parts, one for each."""

    def __init__(self, override: Override, options: dict[str, list[str]]):
        head = override.get_key_element()
        self._values = [parsed(f"{head}={text}") for text in values_of(override, options)]
        if not self._values:
            raise fail(str(override.input_line), "is no value at all. Write some: a,b or range(first,last,step), whose last is not one of them")

    def __len__(self) -> int:
        return len(self._values)

    def __call__(self, u: float) -> Override:
        return self._values[min(floor(u * len(self)), len(self) - 1)]


class _Interval:
    """Values between two ends, both of them possible where they are whole numbers."""

    def __init__(self, override: Override, given: IntervalSweep):
        low, high, self._log = given.start, given.end, LOG in given.tags
        for tag in sorted(given.tags - {LOG}):
            raise fail(str(override.input_line), f"no tag '{tag}'. {nearest(tag, [LOG])}")
        self._whole = isinstance(low, int) and isinstance(high, int)
        if low is None or high is None or not low < high or not isfinite(high - low) or self._log and low <= 0:
            raise fail(str(override.input_line), "the first end must be below the second, both finite" + (", and above 0" if self._log else ""))
        self._override, self._low, self._high = override, low, high + 1 if self._whole else high

    def __len__(self) -> int:
        return 0

    def __call__(self, u: float) -> Override:
        if self._log:
            value = self._low * exp(u * log(self._high / self._low))
            width = value * log(self._high / self._low)
        else:
            width = self._high - self._low
            value = self._low + u * width
        number = min(floor(value), self._high - 1) if self._whole else min(max(round(value, DIGITS - floor(log10(width))), self._low), self._high)
        return with_value(self._override, number, repr(number))


def axis_of(override: Override, options: dict[str, list[str]]) -> _Values | _Interval:
    """The values of one that is swept, by a number from 0 up to 1; its length is that of written values, 0 for an interval."""
    value = override.value()
    return _Interval(override, value) if isinstance(value, IntervalSweep) else _Values(override, options)


def _middles(number: int) -> list[float]:
    return [(i + 0.5) / number for i in range(number)]


def _rows(path: Path) -> list[tuple[Override, ...]]:
    """The rows of a list. Raises Faults that name the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            lines = [(reader.line_num, line) for line in reader if line]
    except FileNotFoundError:
        raise fail(str(path), "no such file") from None
    except (OSError, ValueError, csv.Error) as problem:
        raise fail(str(path), f"can't be read as CSV ({problem})") from None
    if len(lines) < 2:
        raise fail(str(path), "has no scenarios. Write a line of keys, such as units.ward.beds, and a line of values for each scenario")
    (_, head), *body = lines
    rows: list[tuple[Override, ...]] = []
    faults = [Fault(f"{path}: {name or 'a column without a name'}", "name each column once, by a key") for name in sorted(set(head))
              if not name.strip() or head.count(name) > 1]
    for number, line in body:
        if len(line) != len(head) or not all(cell.strip() for cell in line):
            faults.append(Fault(f"{path}: line {number}", f"has {sum(map(bool, line))} values. Allowed: one for each of the {len(head)} keys"))
            continue
        try:
            row = tuple(parsed(f"{name.strip()}={cell.strip()}") for name, cell in zip(head, line, strict=True))
        except Faults as more:
            faults += [Fault(f"{path}: line {number}", str(fault)) for fault in more.faults]
            continue
        faults += [Fault(f"{path}: line {number}", f"{one.input_line} is several values. Give each a line of its own")
                   for one in row if one.is_sweep_override()]
        rows.append(row)
    if faults:
        raise Faults(faults)
    return rows
