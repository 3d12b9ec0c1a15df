"""From written values to expressions: lookups become tables, distributions samples, tests questions."""

from __future__ import annotations

from typing import Any

from .. import draws
from ..language.domain import word
from ..language.drawn import Distribution, check_parameters
from ..language.facts import Fact, cover, dated
from ..language.quantities import DAY
from ..language.shares import DoneBy, Shares, SharesBy
from ..language.values import Evidence, Lookup, ModifiedValue
from ..language.words import AttributeBy
from .expressions import MOST_CASES, OBSERVED, Adjusted, Ask, Choice, Constant, Every, Expression, Is, Not, Sample, Some, Table, Weights, lift
from .model import DO, DRAW, SET, STOP, Action

ONE = Constant(1.0)
TOLERANCE = 1e-9


class Values:
    """Translates values of one system; `index` gives the number of every name by heading."""

    def __init__(self, facts: dict[str, Fact], index: dict[str, dict[str, int]], day_0, groups: dict[str, Any]):
        self.facts = facts
        self.index = index
        self.day_0 = day_0
        self.groups = groups
        self.dates: list[tuple[int, ...]] = []
        self.decisions: dict[str, int] = {}

    # Names of draws
    def decision(self, name: str) -> int:
        return self.decisions.setdefault(name, len(self.decisions))

    # Questions
    def ask(self, name: str) -> Ask:
        kind = self.facts[name].kind
        heading = {"attribute": "attributes", "group": "groups", "effect": "effects", "task": "tasks", "lever": "levers"}.get(kind)
        return Ask(kind, self.index[heading].get(name, -1)) if heading else Ask(kind)

    def table(self, by: str, cases: dict[str, Any], translate) -> Expression:
        """A lookup as a table over the codes of its fact."""
        if by == "date":
            return self._dated(cases, translate)
        if by in ("crowded", "full"):
            expression = translate(cases["rest"])
            for unit in sorted(cases.keys() - {"rest"}, reverse=True):  # the first of them that is so
                expression = Table(Ask(by, self.index["units"][unit]), (expression, translate(cases[unit])))
            return expression
        fact = self.facts[by]
        keys, _ = cover(fact, cases)
        by_code = {code: key for key, codes in keys.items() for code in codes}
        translated = {key: translate(case) for key, case in cases.items()}
        some = next(iter(translated.values()))
        entries = tuple(translated[by_code[code]] if code in by_code else some for code in range(fact.size))
        if all(entry == entries[0] for entry in entries):
            return entries[0]
        table = Table(self.ask(by), entries)
        if table.cases > MOST_CASES:
            raise ValueError(f"a lookup by '{by}' makes {table.cases:,} cases with those in it. Allowed: {MOST_CASES:,}")
        return table

    def _dated(self, cases: dict[str, Any], translate) -> Expression:
        periods, _ = dated(cases)
        cuts = tuple((day - self.day_0).days * DAY for day, _ in periods if day is not None)
        if cuts not in self.dates:
            self.dates.append(cuts)
        return Table(Ask("date", self.dates.index(cuts)), tuple(translate(cases[key]) for _, key in periods))

    # Values
    def value(self, written: Any, leaf=float) -> Expression:
        """Any `Value[…]`: plain, with its evidence, a lookup, or modified by levers."""
        if isinstance(written, Evidence):
            return self.value(written.value, leaf)
        if isinstance(written, Lookup):
            return self.table(written.by, written.cases, lambda case: self.value(case, leaf))
        if isinstance(written, ModifiedValue):
            times = tuple(self.value(factor) for factor in written.times)
            plus = tuple(self.value(added) for added in written.plus)
            base = self.value(written.base, leaf)
            inner = base if isinstance(base, Adjusted) else Adjusted(base)
            return Adjusted(inner.base, inner.times + times, inner.plus + plus) if not inner.plus else Adjusted(inner, times, plus)
        return Constant(leaf(written))

    def time(self, written: Any) -> Expression:
        """A drawn time: an expression of samples, with its multipliers and additions."""
        if isinstance(written, Evidence):
            return self.time(written.value)
        if isinstance(written, Lookup):
            return self.table(written.by, written.cases, self.time)
        if isinstance(written, ModifiedValue):
            base = self.time(written.base)
            times = tuple(self.value(factor) for factor in written.times)
            plus = tuple(self.value(added) for added in written.plus)
            return Adjusted(base, times, plus)
        if isinstance(written, Distribution):
            base = self._sample(written)
            times = self.factors(written.times)
            plus = () if written.plus is None else (self.value(written.plus),)
            return Adjusted(base, times, plus) if times or plus else base
        return Constant(Sample(draws.CONSTANT, float(written)))

    def _sample(self, written: Distribution) -> Expression:
        if written.observed is not None:
            return Constant(Sample(OBSERVED, 0.0, observed=tuple(sorted(written.observed))))
        for name, (fields, build) in _BUILDERS.items():
            parameters = getattr(written, name)
            if parameters is not None:
                given = [parameters] if not fields else [getattr(parameters, key) for key in fields]
                parts = [Constant(None) if part is None else self.value(part) for part in given]
                return lift(lambda *numbers: _built(name, fields, build, numbers), *parts)  # noqa: B023
        raise AssertionError("no distribution, which is never typed")

    def factors(self, multipliers: dict[str, Any]) -> tuple[Expression, ...]:
        """Multipliers as factors, in alphabetical order of the facts."""
        found = []
        for name in sorted(multipliers):
            factor = multipliers[name]
            if isinstance(factor, dict) and name in ("crowded", "full"):
                found += [Table(Ask(name, self.index["units"][unit]), (ONE, self.value(x))) for unit, x in sorted(factor.items())]
            elif isinstance(factor, dict):
                cases = {**factor, "rest": 1.0} if "rest" not in factor else factor
                found.append(self.table(name, cases, self.value))
            else:
                found.append(Table(self.ask(name), (ONE, self.value(factor))))
        return tuple(found)

    # Choices
    def choice(self, table: Any, options: list[str], codes: list[Any]) -> Choice:
        """A share table, or lookup of share tables, over all its options, in alphabetical order."""
        by_name = dict(sorted(zip(options, codes, strict=True)))
        return Choice(tuple(by_name.values()), self._weights(table, list(by_name), ()))

    def _weights(self, table: Any, options: list[str], outer: tuple) -> Expression:
        odds = self._odds(table.odds, options) + outer if hasattr(table, "odds") else outer
        if isinstance(table, (SharesBy, AttributeBy)):
            return self.table(table.by, table.cases, lambda case: self._weights(case, options, odds))
        if isinstance(table, Shares):
            parts = [self.value(table.options[name], _share) if name in table.options else Constant(0.0) for name in options]
            return lift(lambda *shares: Weights(_with_rest(shares), odds), *parts)
        if isinstance(table, (Evidence, float, int)) and not isinstance(table, bool):
            chance = float(table.value if isinstance(table, Evidence) else table)
            return Constant(Weights(tuple({"yes": chance, "no": 1.0 - chance}.get(name, 0.0) for name in options), odds))
        name = word(table[0] if isinstance(table, list) else table)
        return Constant(Weights(tuple(float(option == name) for option in options), odds))

    def _odds(self, odds: dict[str, Any], options: list[str]) -> tuple[tuple[int, Expression], ...]:
        found = []
        for option in sorted(odds):
            if option in options:
                given = odds[option]
                factors = self.factors(given) if isinstance(given, dict) else (self.value(given),)
                found += [(options.index(option), factor) for factor in factors]
        return tuple(found)

    # Tests
    def test(self, test: Any) -> Any:
        if test is None:
            return None
        if isinstance(test, str):
            return Is(self.ask(test), frozenset({1}))
        if isinstance(test, list):
            return Some(tuple(self.test(part) for part in test))
        if set(test) == {"not"}:
            return Not(self.test(test["not"]))
        return Every(tuple(self._is(name, words) for name, words in sorted(test.items())))

    def _is(self, name: str, words: Any) -> Any:
        given = [word(value) for value in (words if isinstance(words, list) else [words])]
        if name in ("crowded", "full"):
            return Some(tuple(Is(Ask(name, self.index["units"][unit]), frozenset({1})) for unit in given))
        return Is(self.ask(name), frozenset(code for key in given for code in self.facts[name].codes(key)))

    # Actions
    def actions(self, written: dict[str, Any], path: str) -> tuple[Action, ...]:
        """Facts are set, then effects begin, then tasks start, then the person is diverted (rule 3)."""
        found = []
        for name, done in written.items():
            kind = next(kind for kind in ("attribute", "effect", "task", "step") if name in self.index[kind + "s"])
            kind = "fact" if kind == "attribute" else kind
            heading = {"fact": "attributes", "effect": "effects", "task": "tasks", "step": "steps"}[kind]
            outcome = self._outcome(done, name, kind)
            found.append(Action(kind, self.index[heading][name], outcome, self.decision(f"{path}.{name}")))
        order = {"fact": 0, "effect": 1, "task": 2, "step": 3}
        return tuple(sorted(found, key=lambda action: (order[action.kind], action.target)))

    def _outcome(self, done: Any, name: str, kind: str) -> Expression:
        if isinstance(done, DoneBy):
            return self.table(done.by, done.cases, lambda case: self._outcome(case, name, kind))
        if isinstance(done, Evidence):
            return Constant((DO, float(done.value)))
        if isinstance(done, Shares):
            if kind != "fact":
                raise ValueError(f"shares were given for '{name}', which is no attribute. Write a chance, such as 0.4")
            options = list(done.options)
            fact = self.facts[name]
            codes = [min(fact.codes(option)) for option in options]
            return Constant((DRAW, self.choice(done, options, codes)))
        if isinstance(done, bool) or done in ("yes", "no"):
            yes = done in (True, "yes")
            return Constant((SET, int(yes)) if kind == "fact" else (DO, 1.0) if yes else (STOP, None))
        if isinstance(done, (int, float)):
            return Constant((DO, float(done)))
        return Constant((SET, min(self.facts[name].codes(done))))


def _built(kind: str, fields: tuple[str, ...], build, numbers: tuple) -> Sample:
    check_parameters(kind, dict(zip(fields, numbers, strict=False)))
    return build(*numbers)


def _share(value: Any) -> Any:
    return value if value == "rest" else float(value)


def _with_rest(shares: tuple) -> tuple[float, ...]:
    named, rests = sum(share for share in shares if share != "rest"), shares.count("rest")
    if rests > 1:
        raise ValueError(f"{rests} options are 'rest' in some case of a lookup. Only one can be")
    if rests and named > 1.0 + TOLERANCE:
        raise ValueError(f"the shares beside 'rest' sum to {named:g} in some case of a lookup. Make them sum to at most 1")
    if not rests and abs(named - 1.0) > TOLERANCE:
        raise ValueError(f"the shares sum to {named:g} in some case of a lookup. Make one of them 'rest'")
    return tuple(max(1.0 - named, 0.0) if share == "rest" else share for share in shares)


def _lognormal(mean, cv, sd, median) -> Sample:
    if mean <= 0.0 or cv == 0.0 or sd == 0.0 or median == mean:
        return Sample(draws.CONSTANT, mean)
    return Sample(draws.LOGNORMAL, *draws.lognormal_parameters(mean, cv=cv, sd=sd, median=median))


def _gamma(mean, cv) -> Sample:
    if mean <= 0.0:
        return Sample(draws.CONSTANT, 0.0)
    return Sample(draws.GAMMA, *draws.gamma_parameters(mean, cv))


_BUILDERS = {
    "exponential": ((), lambda mean: Sample(draws.EXPONENTIAL, mean)),
    "constant": ((), lambda value: Sample(draws.CONSTANT, value)),
    "lognormal": (("mean", "cv", "sd", "median"), _lognormal),
    "gamma": (("mean", "cv"), _gamma),
    "weibull": (("scale", "shape"), lambda scale, shape: Sample(draws.WEIBULL, scale, shape)),
    "normal": (("mean", "sd", "low"), lambda mean, sd, low: Sample(draws.NORMAL, mean, sd, low)),
    "uniform": (("low", "high"), lambda low, high: Sample(draws.UNIFORM, low, high)),
    "triangular": (("low", "mode", "high"), lambda low, mode, high: Sample(draws.TRIANGULAR, low, mode, high)),
}
