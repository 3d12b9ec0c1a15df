"""Headings follow from the numbers: they win, lose and stay unclear as their intervals do."""

import math
import re

import pytest
from report_stand_in import results, row

from pathsim.contacts.registry import REGISTRY
from pathsim.report import findings
from pathsim.report.numbers import decimals_of_change, percent, spell, tell
from pathsim.report.terms import CARDS, MADE, OUTCOMES, TERMS
from pathsim.report.words import LANGUAGES, WORDS, outcome


def head(*rows, language="en"):
    return findings.headline(results(*rows), "new", language)


def test_a_model_that_wins_loses_or_does_both():
    fewer, more = row("bed_days", -10), row("staff_hours", 10)
    assert head(fewer) == "New: fewer hospital bed-days"
    assert head(more) == "New: more staff hours, and nothing that can be told to be better"
    assert head(fewer, more) == "New: fewer hospital bed-days, but more staff hours"
    assert head(fewer, more, language="da") == "Ny: færre sengedage på sygehus, men flere personaletimer"


def test_an_interval_that_holds_zero_says_nothing():
    assert head(row("bed_days", -10, half=11), row("cost", 3, half=4)) == "New: no difference from Old that can be told from zero"
    assert findings.way(row_of(row("bed_days", -1, half=math.nan))) == "unclear"
    assert findings.way(row_of(row("bed_days", -1, half=1))) == "unclear"  # zero is an end of it
    assert findings.way(row_of(row("bed_days", 0, half=0))) == "same"


def row_of(plain):
    return next(results(plain).differences.itertuples())


@pytest.mark.parametrize("name", OUTCOMES)
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_direction_agree_with_the_sign(name, sign, language):
    falling = {"en": ("fewer", "lower", "smaller"), "da": ("færre", "lavere", "mindre")}
    rising = {"en": ("more", "higher", "larger"), "da": ("flere", "højere", "større")}
    text = head(row(name, 10 * sign), language=language)
    assert any(word in text for word in (rising if sign > 0 else falling)[language])
    assert not any(word in text.replace("nothing", "") for word in (falling if sign > 0 else rising)[language])
    good = (sign > 0) == (REGISTRY[name].better == "higher")
    assert findings.reading(row_of(row(name, 10 * sign))) == ("better" if good else "worse")


def test_a_group_that_is_harmed_is_named_first():
    harmed = [row("readmission_30", 0.05, 0.01, "age", "85+", 0.2), row("readmission_30", -0.05, 0.01, "older", "yes", 0.2)]
    found = results(row("readmission_30", -0.01, 0.001, base=0.2), *harmed)
    rows = list(found.rows("new", group="age").itertuples()) + list(found.rows("new", group="older").itertuples())
    assert findings.group_headline(found, "new", rows, "en") == "New: more are readmitted among 85+ years"
    assert findings.who_headline(found, "new", "en") == "New: worse for 85+ years"
    assert findings.group_headline(found, "new", rows[1:], "en") == "New: fewer are readmitted in 1 of 1 groups, and in none more, as far as can be told"
    wide = results(row("readmission_30", 0.05, 0.06, "age", "85+", 0.2))
    assert findings.group_headline(wide, "new", list(wide.differences.itertuples()), "da") == "Ny: ingen gruppes ændring i genindlæggelse kan skelnes fra nul"
    assert "nobody is worse off" in findings.who_headline(wide, "new", "en")
    touched = findings.touched(found, "new")
    assert (len(touched.worse), len(touched.better), touched.looked_at) == (1, 1, 2)


def test_who_works_more_and_who_pays_more():
    found = results(row("staff_hours", 9, 1, "profession", "nurse"), row("staff_hours", -9, 1, "profession", "doctor"), row("cost", 5, 9, "payer", "region"))
    rows = list(found.rows("new", "staff_hours", "profession").itertuples())
    assert findings.staff_headline(found, "new", rows, "en") == "New: more work for nurses, less for doctors"
    assert findings.staff_headline(found, "new", rows[:1], "da") == "Ny: mere arbejde for sygeplejersker"
    assert findings.payers_headline(found, "new", "en") == "New: no payer's change can be told from zero"


def test_psychiatry_alone_has_its_own_main_outcomes():
    assert [r.indicator for r in findings.outcomes(results(row("psychiatric_bed_days", -3)), "new")] == ["psychiatric_bed_days"]
    both = results(row("bed_days", -3), row("psychiatric_bed_days", 3))
    assert [r.indicator for r in findings.outcomes(both, "new")] == ["bed_days"]


@pytest.mark.parametrize("pairs", [WORDS, TERMS, MADE, CARDS, {f"{n}{u}": (outcome("en", n, u), outcome("da", n, u)) for n in OUTCOMES for u in (False, True)}])
def test_both_languages_have_the_same_keys_and_placeholders(pairs):
    holes = re.compile(r"{(\w+)}")
    for key, pair in pairs.items():
        assert len(pair) == len(LANGUAGES) and all(pair), key
        assert sorted(holes.findall(pair[0])) == sorted(holes.findall(pair[1])), key


def test_every_indicator_that_is_shown_exists():
    assert set(findings.MAIN) <= set(REGISTRY) and set(findings.FOR_GROUPS) <= set(REGISTRY) and set(OUTCOMES) <= set(REGISTRY)


def test_numbers_keep_their_sign_and_deserve_their_digits():
    assert spell(-1234.5, "da", 1) == "−1.234,5" and spell(-0.04, "en", 1, signed=True) == "−0.0" and spell(-0.04, "en", 1) == "0.0"
    assert percent(0.1293, "da") == "12,9\u00a0%"
    told = tell(row_of(row("bed_days", -844, 463, base=5102)), "en")
    assert (told.difference, told.low, told.high, told.base) == ("−840", "−1,310", "−380", "5,100")
    # an end of the interval that is just below zero must not read as zero
    told = tell(row_of(row("bed_days", -844, 843.9, base=5102)), "en")
    assert told.high == "−0.1" and told.low == "−1,687.9"
    assert decimals_of_change([0.0, 0.0, 0.0]) == 0


def test_money_and_shares_are_told_in_their_own_units():
    told = tell(row_of(row("cost", -1.5e6, 0.5e6, base=33.5e6)), "da")
    assert (told.difference, told.unit) == ("−1,5", "mio. kr. pr. år")
    told = tell(row_of(row("readmission_30", -0.012, 0.004, base=0.13)), "da")
    assert (told.difference, told.change_unit, told.base) == ("−1,2", "procentpoint", "13,0\u00a0%")
