"""Drawing what is known of a person, attribute by attribute, in order of dependence (rule 28)."""

from __future__ import annotations

import numpy as np

from ..plan.model import Plan


def draw_facts(plan: Plan, evaluator, luck, person, given: frozenset[int] = frozenset()) -> None:
    """Sets the person's facts; those `given` are there already."""
    for index in plan.drawing_order:
        attribute = plan.attributes[index]
        if index in given or attribute.choice is None:
            continue
        if len(attribute.choice.options) == 1:
            low, high = attribute.choice.options[0]
        else:
            low, high = _pickers(plan, evaluator)[index](person, 0, luck.uniform(person, attribute.decision))
        if high > low:
            low += int(luck.uniform(person, attribute.within) * (high - low + 1))
        person.facts[index] = low


def _pickers(plan: Plan, evaluator) -> list:
    made = evaluator.__dict__.setdefault("pickers", None)
    if made is None:
        made = [None if a.choice is None else evaluator.choice(a.choice) for a in plan.attributes]
        evaluator.pickers = made
    return made


class Unborn:
    """A person before the run: the key of their luck and their facts."""

    def __init__(self, who: int, size: int):
        self.who, self.stream, self.counts, self.facts = who, 0, {}, [0] * size
        self.effects, self.tasks, self.enrolled, self.informed = {}, {}, 0, 1


def draw_citizens(plan: Plan, evaluator, luck, codes: np.ndarray, given: frozenset[int], names: np.ndarray) -> np.ndarray:
    """Codes of all attributes of all citizens: columns `given` as they are, the others drawn."""
    found = np.array(codes, dtype=np.int64)
    if len(given) == len(plan.attributes) or all(a.choice is None or a.index in given for a in plan.attributes):
        return found
    for row, who in zip(found, names.tolist(), strict=True):
        person = Unborn(who, len(plan.attributes))
        person.facts = row.tolist()
        draw_facts(plan, evaluator, luck, person, given)
        row[:] = person.facts
    return found
