"""Claim: an indicator has one name, one meaning and one direction, and they are written here.

`better` says which way is good, all else equal; `neutral` is for what is neither, or good only in
balance (occupancy). Shares are between 0 and 1. "Per year" is per measured year of 365 days.
"""

# ruff: noqa: E501
from __future__ import annotations

from typing import NamedTuple


class Indicator(NamedTuple):
    """What a number is called (English, Danish), its unit, its good direction, its decimals."""

    name: str
    title_en: str
    title_da: str
    unit: str
    better: str
    decimals: int

    def title(self, language: str = "en") -> str:
        """The title in `en` or `da`."""
        return self.title_da if language == "da" else self.title_en


# name | English | Danish | unit | better | decimals
_PEOPLE = """
person_years | Person-years | Personår | person-years | neutral | 0
"""

# told for each branch; psychiatric names begin with psychiatric_
_HOSPITAL = """
admissions | {en} admissions | {da}e indlæggelser | per year | neutral | 0
acute_admissions | Acute {en} admissions | Akutte {da}e indlæggelser | per year | lower | 0
acute_admission_rate | Acute {en} admissions | Akutte {da}e indlæggelser | per 1,000 person-years | lower | 1
bed_days | {en} bed-days | {da}e sengedage | days per year | lower | 0
bed_day_rate | {en} bed-days | {da}e sengedage | days per 1,000 person-years | lower | 0
length_of_stay | {en} length of stay, mean | {da} liggetid, gennemsnit | days | neutral | 1
length_of_stay_median | {en} length of stay, median | {da} liggetid, median | days | neutral | 1
short_stays | {en} stays under 12 hours | {da}e sygehusophold under 12 timer | per year | neutral | 0
readmission_7 | Acute {en} readmission within 7 days | Akut {da} genindlæggelse inden 7 dage | share | lower | 3
readmission_30 | Acute {en} readmission within 30 days | Akut {da} genindlæggelse inden 30 dage | share | lower | 3
readmission_90 | Acute {en} readmission within 90 days | Akut {da} genindlæggelse inden 90 dage | share | lower | 3
readmission_30_standardised | Acute {en} readmission within 30 days, standardised by age and sex | Akut {da} genindlæggelse inden 30 dage, standardiseret for alder og køn | share | lower | 3
raw_readmission_7 | Hospital bed asked for again within 7 days, {en} | Ny {da} seng efterspurgt inden 7 dage | share | lower | 3
raw_readmission_30 | Hospital bed asked for again within 30 days, {en} | Ny {da} seng efterspurgt inden 30 dage | share | lower | 3
raw_readmission_90 | Hospital bed asked for again within 90 days, {en} | Ny {da} seng efterspurgt inden 90 dage | share | lower | 3
death_after_discharge_30 | Death at home within 30 days of {en} discharge, not readmitted | Død inden 30 dage efter {da} udskrivning uden genindlæggelse | share | lower | 3
delayed_days | Delayed-discharge days, {en} | Færdigbehandlingsdage, {da}e | days per year | lower | 0
contact_within_2 | Contact within 2 days of {en} discharge | Kontakt inden 2 dage efter {da} udskrivning | share | higher | 3
contact_within_7 | Contact within 7 days of {en} discharge | Kontakt inden 7 dage efter {da} udskrivning | share | higher | 3
days_to_first_contact | Days to first contact after {en} discharge, median | Dage til første kontakt efter {da} udskrivning, median | days | lower | 1
"""

_REST = """
days_waiting_for_ward | Bed-days waiting for another ward | Sengedage i vente på en anden afdeling | days per year | lower | 0
emergency_visits | Emergency department visits | Besøg i akutmodtagelsen | per year | lower | 0
emergency_visit_rate | Emergency department visits | Besøg i akutmodtagelsen | per 1,000 person-years | lower | 1
preventable_stays | Preventable acute hospital stays, 65 and over | Forebyggelige akutte sygehusophold, 65 år og derover | per year | lower | 0
preventable_stay_rate | Preventable acute hospital stays, 65 and over | Forebyggelige akutte sygehusophold, 65 år og derover | per 1,000 person-years | lower | 1
deaths | Deaths | Dødsfald | per year | lower | 0
death_rate | Deaths | Dødsfald | per 1,000 person-years | lower | 1
days_at_home | Days alive and at home | Dage i live og hjemme | days per person-year | higher | 1
sick_leave_weeks | Weeks of sick leave | Sygemeldingsuger | weeks per year | lower | 0
cost | Cost of care | Udgifter til behandling og pleje | {currency} per year | lower | 0
cost_per_person_year | Cost of care per citizen | Udgifter pr. borger | {currency} per person-year | lower | 0
staff_hours | Staff hours worked with patients | Personaletimer brugt på patienter | hours per year | lower | 0
staff_hours_on_duty | Staff hours on duty, used or not | Personaletimer på vagt, brugt eller ej | hours per year | lower | 0
contacts | Contacts | Kontakter | per year | neutral | 0
patient_travel | Time patients travel to care | Patienters rejsetid til behandling | hours per year | lower | 0
mean_in_use | Places in use, mean | Pladser i brug, gennemsnit | places | neutral | 1
occupancy | Bed occupancy | Belægning | share | neutral | 3
time_above_full | Time with more patients than staffed beds | Tid med flere patienter end normerede senge | share | lower | 3
utilisation | Use of visiting places while open | Udnyttelse af besøgspladser i åbningstiden | share | neutral | 3
wait_mean | Wait for a place, mean | Ventetid på en plads, gennemsnit | hours | lower | 1
wait_p90 | Wait for a place, 90th percentile | Ventetid på en plads, 90 %-fraktil | hours | lower | 1
share_waiting | Had to wait for a place | Måtte vente på en plads | share | lower | 3
share_gave_up | Gave up waiting | Opgav at vente | share | lower | 3
share_refused | Turned away | Afvist | share | lower | 3
still_waiting | Still waiting at the end | Venter stadig ved periodens slutning | contacts | lower | 0
handover_whole | Handovers that arrive whole | Overgange, hvor alt kommer med | share | higher | 3
handover_days | Time a handover takes, mean | Overgangens varighed, gennemsnit | days | lower | 1
missed_tasks | Tasks missed | Opgaver, der ikke blev nået | per year | lower | 0
"""

UNITS_DA = {
    "person-years": "personår",
    "per year": "pr. år",
    "per 1,000 person-years": "pr. 1.000 personår",
    "share": "andel",
    "days": "dage",
    "hours": "timer",
    "days per year": "dage pr. år",
    "days per 1,000 person-years": "dage pr. 1.000 personår",
    "days per person-year": "dage pr. personår",
    "weeks per year": "uger pr. år",
    "hours per year": "timer pr. år",
    "{currency} per year": "{currency} pr. år",
    "{currency} per person-year": "{currency} pr. personår",
    "places": "pladser",
    "contacts": "kontakter",
}


def _read(text: str, prefix: str = "", en: str = "", da: str = "") -> list[Indicator]:
    found = []
    for line in text.strip().splitlines():
        name, title_en, title_da, unit, better, decimals = (part.strip() for part in line.split("|"))
        titles = [_capital(title.format(en=en, da=da)) for title in (title_en, title_da)]
        found.append(Indicator(prefix + name, *titles, unit, better, int(decimals)))
    return found


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]


REGISTRY: dict[str, Indicator] = {
    indicator.name: indicator
    for indicator in [
        *_read(_PEOPLE),
        *_read(_HOSPITAL, "", "somatic", "somatisk"),
        *_read(_HOSPITAL, "psychiatric_", "psychiatric", "psykiatrisk"),
        *_read(_REST),
    ]
}


def unit_of(name: str, currency: str = "DKK", language: str = "en") -> str:
    """The unit of an indicator, in words.

    >>> unit_of("cost", "NOK"), unit_of("admissions", language="da")
    ('NOK per year', 'pr. år')
    """
    unit = REGISTRY[name].unit
    return (UNITS_DA[unit] if language == "da" else unit).format(currency=currency)
