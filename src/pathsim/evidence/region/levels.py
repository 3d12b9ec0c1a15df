"""Six figures that Danish municipalities can look up, each tied to one level of the model: a rate, a mean or a share."""

from __future__ import annotations

from typing import NamedTuple

from ...inputs.quantities import Parameter

OLDER = ("65+", "yes")
EVERYBODY = ("all", "all")


class Level(NamedTuple):
    """A local figure. indicator, group: of the model, which times `times` is the figure (per inhabitant where it is a number a year).

    low, high: what is taken for possible; outside it a figure is likely to be in another unit. moves: the level that is fitted to it.
    """

    title: str
    title_da: str
    unit: str
    where: str
    indicator: str
    group: tuple[str, str]
    times: float
    low: float
    high: float
    moves: Parameter
    per_inhabitant: bool = False


LEVELS = {
    "acute_admissions_65": Level(
        "Acute somatic admissions of those of 65 and over", "Akutte somatiske indlæggelser blandt borgere på 65 år og derover",
        "per 1,000 of them and year", "eSundhed; de medicinske, for operationer er ikke i modellen",
        "acute_admission_rate", OLDER, 1, 20, 1500, Parameter(places="risks.worsening.rate", title="how often people fall ill"),
    ),
    "readmissions_65": Level(
        "Acute readmissions within 30 days of discharge, 65 and over", "Akutte genindlæggelser inden 30 dage, 65 år og derover",
        "per cent of discharges", "eSundhed: genindlæggelser", "readmission_30", OLDER, 100, 2, 60,
        Parameter(places="risks.relapse.rate", title="the early excess after a discharge"),
    ),
    "length_of_stay_65": Level(
        "Mean length of a somatic stay, 65 and over", "Gennemsnitlig liggetid, somatik, 65 år og derover", "days",
        "eSundhed: sengedage over indlæggelser",
        "length_of_stay", OLDER, 1, 0.5, 30,
        Parameter(
            places=["steps.medical_stay.for.lognormal.mean", "steps.boarding.for.lognormal.mean", "steps.geriatric_stay.for.lognormal.mean"],
            title="the mean stay at a ward",
        ),
    ),
    "delayed_days": Level(
        "Bed-days after treatment has ended", "Færdigbehandlingsdage, somatik", "per 1,000 inhabitants of all ages and year",
        "Sundhedsdatastyrelsen: færdigbehandlede patienter", "delayed_days", EVERYBODY, 1000, 0.05, 300,
        Parameter(places="steps.ready.choose.discharged", form="share", title="the share discharged without the municipality"), per_inhabitant=True,
    ),
    "deaths_65": Level(
        "Deaths of those of 65 and over", "Dødsfald blandt borgere på 65 år og derover", "per 1,000 of them and year",
        "Statistikbanken: FOD207 over FOLK1A",
        "death_rate", OLDER, 1, 5, 200, Parameter(places="risks.death.rate", title="how often people die at home"),
    ),
    "preventable_stays_65": Level(
        "Preventable hospital stays of those of 65 and over", "Forebyggelige sygehusophold blandt borgere på 65 år og derover",
        "per 1,000 of them and year", "eSundhed: forebyggelige sygehusophold", "preventable_stay_rate", OLDER, 1, 3, 500,
        Parameter(places=["risks.worsening.done.preventable.yes.yes", "risks.relapse.done.preventable.yes.yes"], form="share",
                  title="the share of illness that could have been prevented"),
    ),
}
