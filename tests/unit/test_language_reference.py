"""The reference page: made from the types, complete, up to date, and all its examples run."""

import inspect
import re

import pandas as pd
import pytest

from pathsim.language import read_all, read_yaml, reference
from pathsim.language.patches import MODIFIERS
from pathsim.language.steps import VERBS, Entry
from pathsim.language.words import HEADINGS, SINGLE
from pathsim.study.run import simulate_system

CITIZENS = pd.DataFrame({"citizen": range(20), "age": range(40, 60)})
RULES = 54


def test_the_page_is_up_to_date():
    stale = f"run  python -m {reference.__name__}"
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), stale


@pytest.mark.parametrize("name", reference.examples())
def test_an_example_runs(name):
    for system in read_all(read_yaml(reference.EXAMPLES / f"{name}.yaml")).values():
        citizens = CITIZENS if system.population is not None and system.population.from_ else None
        run = simulate_system(system, days=5.0, citizens=citizens)
        assert len(run.contacts) or system.population is not None


def test_every_word_is_explained_and_has_an_example():
    used = reference.used()
    for name, form in reference.forms().items():
        for field, info in form.model_fields.items():
            assert info.description, f"{name}.{field} has no meaning"
            if field not in Entry.model_fields or not issubclass(form, Entry) or form is Entry:
                assert (name, info.alias or field) in used, f"no example uses {name}.{info.alias or field}"
    for heading in (*HEADINGS, *SINGLE):
        assert ("", heading) in used, f"no example has {heading}:"
    assert {*HEADINGS, *SINGLE} == set(reference.ABOUT_HEADINGS)


def test_every_form_and_example_is_on_the_page():
    text = inspect.cleandoc((reference.HERE / "reference.md").read_text(encoding="utf-8"))
    tables, examples = (set(re.findall(r"\{\{" + kind + r" (\w+)\}\}", text)) for kind in ("words", "example"))
    assert examples == set(reference.examples())
    assert set(reference.forms()) - tables == {"UpToStay", "StayRange"}  # said in words under `already`


def test_what_is_no_word_of_a_form_is_on_the_page_too():
    page = reference.page()
    assert "{{" not in page.replace("{{times", "")
    for word in (*VERBS, *MODIFIERS, "rest", "by", "odds", "not", "informed", "crowded", "full", "holiday", "weekday", "hour", "month", "date"):
        assert f"`{word}" in page or f"`{{{word}" in page, word


def test_the_rules_are_numbered_without_a_gap():
    meaning = reference.page().split("## 4. Meaning")[1].split("## 5.")[0]
    assert [int(number) for number in re.findall(r"^(\d+)\. ", meaning, re.M)] == list(range(1, RULES + 1))


def test_every_rule_that_the_code_cites_is_there():
    cited = set()
    for path in (reference.HERE.parent).rglob("*.py"):
        for text in re.findall(r"\brules? (\d+(?:(?:–|-|, | and )\d+)*)", path.read_text(encoding="utf-8")):
            cited |= {int(number) for number in re.findall(r"\d+", text)}
    assert cited and max(cited) <= RULES


def test_the_page_says_nothing_of_where_anything_was_made():
    assert not re.search(r"/(work|home|tmp|root)/|shared/", reference.page())
