"""Every number of the shipped configurations has a role and, where it has one, a source that suits it.

What is looked for is planted as well, so that each of these tests is seen to fail.
"""

import dataclasses
import re
from functools import cache

import pytest

from pathsim.evidence.listing import confidence
from pathsim.evidence.numbers import of_study
from pathsim.evidence.sources import USES, sources
from pathsim.faults import Faults
from pathsim.folders import configs
from pathsim.language import merge, read_all, read_yaml
from pathsim.study.compose import compose
from pathsim.study.overrides import groups

GROUPS = groups(configs())
REGIONS = GROUPS["region"]
WITHOUT = [f"~{group}" for group in ("calibration",) if group in GROUPS]  # numbers as they were set by hand
ID = re.compile(r"\b[A-G]\d{3}\b")
NOT_ITS_OWN = ("", "about")  # a role that nobody said, or that the default for users' own files gave
# What holds many numbers of many kinds, and may not be spoken of as one
HEADING = re.compile(r"(?:levers\.[^.]+\.changes\.[^.]+|levers\.[^.]+|synthesis\.[^.]+|[^.]+)(.*)")


@cache
def shipped(region, *more):
    return compose([f"region={region}", *more])


@cache
def as_shipped(region, *more):
    return of_study(shipped(region, *more))


def found(region, patch=None, *more):
    composed = shipped(region, *more)
    return of_study(composed._replace(raw=merge(composed.raw, patch))) if patch else as_shipped(region, *more)


# What may be wrong with a list of numbers; each gives the paths at fault.


def without_a_role(numbers):
    return {number.name for number in numbers if number.said in NOT_ITS_OWN}


def of_unknown_sources(numbers):
    return {number.name for number in numbers if set(number.source) - set(sources())}


def without_a_source(numbers):
    return {number.name for number in numbers if number.role in ("measured", "literature", "calibrated") and not number.source}


def badly_sourced(numbers):
    return {number.name for number in numbers if number.role != "assumed" and confidence(number) == "low"}


def of_unsaid_ranges(numbers):
    return {number.name for number in numbers if number.range is not None and number.covers is None}


def called_scenario(numbers):
    return {number.name for number in numbers if number.role == "scenario"}


CHECKS = (without_a_role, of_unknown_sources, without_a_source, badly_sourced, of_unsaid_ranges, called_scenario)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("more", [(), tuple(WITHOUT)], ids=["default", "before it was fitted"])
@pytest.mark.parametrize("region", REGIONS)
def test_the_numbers_that_come_with_pathsim(region, more, check):
    numbers = found(region, None, *more)
    assert len(numbers) > 900
    assert not check(numbers)


CHOICES = [f"{group}={name}" for group in ("lever", "scenario") for name in GROUPS.get(group, ()) if name != "partnership"]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_numbers_of_each_arrangement(choice):
    composed = compose([choice])
    numbers = of_study(composed)
    assert {check.__name__: found for check in CHECKS if (found := check(numbers))} == {}
    assert {number.path for number in numbers if number.path[0] != "synthesis"} == set(told(composed.raw))
    assert not too_wide(composed.raw["evidence"])


@pytest.mark.parametrize(("patch", "check", "path"), [
    ({"steps": {"brand_new": {"wait": "3 d", "then": "home"}}}, without_a_role, "steps.brand_new.wait"),
    ({"risks": {"worsening": {"times": {"strained": 1.2}}}}, without_a_role, "risks.worsening.times.strained"),
    ({"units": {"gp": {"queue": 7}}}, without_a_role, "units.gp.queue"),
    ({"evidence": {"units.*.open": None}}, without_a_role, "units.gp.open.mon-fri"),
    ({"evidence": {"units.gp.slots": {"source": "C999"}}}, of_unknown_sources, "units.gp.slots"),
    ({"costs": {"clinic": {"price": {"value": 1, "role": "assumed", "source": "a book"}}}}, of_unknown_sources, "costs.clinic.price"),
    ({"units": {"gp": {"slots": {"value": 12, "role": "literature"}}}}, without_a_source, "units.gp.slots"),
    ({"units": {"gp": {"slots": {"value": 12, "role": "measured"}}}}, without_a_source, "units.gp.slots"),
    ({"risks": {"stress": {"rate": {"value": "1.5 per y", "role": "calibrated"}}}}, without_a_source, "risks.stress.rate"),
    ({"risks": {"stress": {"rate": {"value": "1 per y", "role": "calibrated", "source": ["B001", "E018"]}}}}, badly_sourced, "risks.stress.rate"),
    ({"costs": {"gp": {"price": {"value": 5000, "role": "measured", "source": "E018"}}}}, badly_sourced, "costs.gp.price"),
    ({"costs": {"gp": {"price": {"value": 5, "range": [4, 6], "role": "assumed"}}}}, of_unsaid_ranges, "costs.gp.price"),
    ({"costs": {"gp": {"price": {"value": 5, "role": "scenario"}}}}, called_scenario, "costs.gp.price"),
    ({"evidence": {"synthesis.municipalities.esbjerg.inhabitants": None}}, without_a_role, "synthesis.municipalities.esbjerg.inhabitants"),
])  # fmt: skip
def test_a_planted_number_is_found(patch, check, path):
    assert check(found("esbjerg", patch)) >= {path}


def told(node, path=()):
    """Every figure that stands in plain data, found by its looks alone."""
    figure = re.compile(r"[\d.]+( (s|min|h|d|w|y))?( per (s|min|h|d|w|y))?|unlimited")
    if isinstance(node, dict):
        for key, part in node.items():
            if key not in ("about", "note", "source", "role", "covers", "range", "groups", "who", "while", "day_0", "holidays", "care_models", "evidence"):
                yield from told(part, path if key == "value" else (*path, key))
    elif not isinstance(node, (bool, list)) and (figure.fullmatch(str(node)) or re.fullmatch(r"\d+-\d+", str(node))):
        yield path


@pytest.mark.parametrize("region", REGIONS)
def test_no_figure_is_passed_over(region):
    numbers = {number.path for number in found(region) if number.path[0] != "synthesis"}
    assert numbers == set(told(shipped(region).raw))


def too_wide(paths):
    """Paths that speak of all numbers of a heading, or of a lever, at once."""
    return [path for path in paths if not HEADING.fullmatch(path)[1].replace(".", "").strip("*")]


@pytest.mark.parametrize("region", REGIONS)
def test_no_path_speaks_of_a_whole_heading(region):
    assert len(shipped(region).raw["evidence"]) > 150
    assert not too_wide(shipped(region).raw["evidence"])
    wide = ["steps", "steps.*", "steps.*.*", "levers.partnership", "levers.*.changes.steps", "levers.*.changes.units.*", "synthesis.tables"]
    assert too_wide([*wide, "steps.others_*", "steps.*.priority", "levers.*.reach", "levers.*.changes.units.*.staff"]) == wide


def test_a_path_of_a_shipped_file_that_fits_nothing_is_a_fault():
    with pytest.raises(Faults, match=r"steps\.medical_stay\.fr: fits no number"):
        read_all(merge(shipped("esbjerg").raw, {"evidence": {"steps.medical_stay.fr": {"role": "assumed"}}}))


def test_placeholders_of_prices_are_assumed():
    numbers = [number for number in found("esbjerg") if any(sources()[name].confidence == "low" for name in number.source)]
    assert len(numbers) >= 10 and {number.role for number in numbers} == {"assumed"}


@pytest.mark.parametrize("file", sorted((configs() / "known").glob("*.yaml")), ids=lambda file: file.stem)
def test_a_system_of_mathematics_says_once_what_it_is(file):
    """The systems of configs/known are no statement about the world; one role and one source for all their numbers."""
    about = read_yaml(file)["about"]
    assert about["role"] in ("assumed", "literature") and about["source"]


# The list of sources


def cited_by_numbers():
    """Of the default, of the default before it was fitted, and of each arrangement."""
    given = [(region, None, *more) for region in REGIONS for more in [(), *([WITHOUT] if WITHOUT else [])]]
    files = [configs() / group / f"{name}.yaml" for group in GROUPS for name in GROUPS[group]]
    return {name for one in given for number in found(*one) for name in number.source} | {name for file in files for name in named_in(read_yaml(file))}


def named_in(node):
    """The sources that plain data names, without composing it."""
    if not isinstance(node, dict):
        return set()
    own = node.get("source") or []
    return {*([own] if isinstance(own, str) else own), *(name for part in node.values() for name in named_in(part))}


def unused(listed, cited):
    """Rows that nothing uses: they are for no target, check or definition, and no number cites them."""
    return {row.id for row in listed if not {"target", "check", "definition"} & set(row.uses) and row.id not in cited}


def test_every_source_is_used():
    cited = cited_by_numbers()
    assert len(sources()) > 170 and not unused(sources().values(), cited)
    idle = dataclasses.replace(sources()["B058"], id="B999", used_for="number: nothing")
    assert unused([*sources().values(), idle], cited) == {"B999"}
    assert unused(sources().values(), cited - {"E010"}) == {"E010"}


def test_targets_are_not_of_low_confidence_and_their_sources_are_there():
    synthetic = read_yaml(configs() / "synthesis" / "danish.yaml")["targets"]
    named = {name for target in synthetic.values() for name in ID.findall(str(target["source"]))}
    for name in named | {row.id for row in sources().values() if "target" in row.uses}:
        assert "target" in sources()[name].uses and sources()[name].confidence != "low", name


def test_a_source_says_how_it_is_used():
    for row in sources().values():
        assert row.uses and set(row.uses) <= set(USES), row.id
        assert row.quantity and row.population and row.source and row.value + row.unit, row.id
        assert len(row.used_for.partition(": ")[2]) > 10, row.id
        assert bool(row.covers) == bool(row.low and row.high), row.id
        assert "as above" not in row.quantity + row.population + row.source and "/work" not in str(row), row.id
