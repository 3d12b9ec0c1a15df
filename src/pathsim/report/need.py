"""Claim: how many are needed is told as an interval, in places and in people employed, with the price of each number."""

from __future__ import annotations

from ..decide.need import NONE
from ..decide.needed import Needed
from ..decide.staffing import employed
from .attribution import model_title
from .numbers import percent, spell
from .places import Told, aligned, now, path_title, people, price
from .words import listing

WORDS = {
    "at_most": ("How many places, {path}, so that this is at most {target} in {model}: {what}?",
                "Hvor mange pladser, {path}, før dette er højst {target} i {model}: {what}?"),
    "at_least": ("How many places, {path}, so that this is at least {target} in {model}: {what}?",
                 "Hvor mange pladser, {path}, før dette er mindst {target} i {model}: {what}?"),
    "need": ("{answer}. 95 % interval: {interval} (chance alone, {n} runs of each).",
             "{answer}. 95 %-interval: {interval} (kun tilfældet, {n} kørsler af hvert antal)."),
    "answer": ("{places}; in full-time employees {people}", "{places}; i fuldtidsansatte {people}"),
    "none": ("None of those tried is enough: more than {places}", "Ingen af de prøvede er nok: flere end {places}"),
    "fewest": ("{places}: the fewest tried is enough, and fewer may be; in full-time employees {people}",
               "{places}: det laveste prøvede antal er nok, og færre kan være det; i fuldtidsansatte {people}"),
    "one": ("1 place", "1 plads"), "many": ("{number} places", "{number} pladser"),
    "more": ("more than {most}", "flere end {most}"), "or_fewer": ("{number} or fewer", "{number} eller færre"),
    "to": ("{low} to {high}", "{low} til {high}"),
    "places": ("places", "pladser"), "employed": ("employed", "ansatte"), "mean": ("mean", "gennemsnit"), "smoothed": ("smoothed", "udjævnet"),
    "likely": ("enough, probability", "nok, sandsynlighed"), "cost": ("cost, million", "udgift, mio."), "on_duty": ("hours on duty", "timer på vagt"),
    "pair": ("{0} and {1}", "{0} og {1}"),
    "against": (
        "Between {pairs} places more of them are worse, by more than chance. The answer takes for granted that it does not, and may mislead.",
        "Mellem {pairs} pladser bliver det værre med flere af dem, ud over tilfældet. Svaret forudsætter, at det ikke sker, og kan vildlede.",
    ),
    "inputs": (
        "Smoothed: more places never do harm in the long run. How uncertain the inputs are is not in the interval.",
        "Udjævnet: flere pladser skader aldrig i det lange løb. Usikkerheden om modellens input er ikke med i intervallet.",
    ),
}


def word(key: str, lang: str, **told: object) -> str:
    return WORDS[key][lang == "da"].format(**told)


def text(found: Needed, hours_a_year: float) -> str:
    """The question, a row for each number of places, the answer with its interval, and what a place takes."""
    ways, seen, target, lang = found.ways, found.seen, found.target, found.ways.lang
    told = Told(target.quantity, ways, [*seen.mean, target.value])
    head = word("at_most" if target.at_most else "at_least", lang, path=path_title(ways.plan.parameters[0], lang), what=told.title,
                target=f"{told.level(target.value)} {told.unit}", model=model_title(ways.raw, ways.model, lang))
    said = [word("need", lang, answer=_answer(found, hours_a_year), interval=_interval(found), n=found.replications)]
    if seen.against:
        said.append(word("against", lang, pairs=listing(lang, [word("pair", lang).format(*pair) for pair in seen.against])))
    return "\n".join([head, "", *_lines(found, told, hours_a_year), "", *said, word("inputs", lang), now(ways), price(ways, hours_a_year)])


def _lines(found: Needed, told: Told, hours_a_year: float) -> list[str]:
    lang, each = found.ways.lang, sum(employed(found.ways.units[0], hours_a_year).values())
    lines = [[word(name, lang) for name in ("places", "employed", "mean", "smoothed", "on_duty", "cost", "likely")]]
    for row in found.table.to_dict("records"):
        lines.append([spell(row["places"], lang), spell(each * row["places"], lang, 1), told.level(row["mean"]), told.level(row["smoothed"]),
                      spell(row["staff_hours_on_duty"], lang), spell(row["cost"] / 1e6, lang, 2), percent(row["likely_enough"], lang, 0)])
    return aligned(lines)


def _answer(found: Needed, hours_a_year: float) -> str:
    seen, lang = found.seen, found.ways.lang
    if seen.none_suffices:
        return word("none", lang, places=_places(seen.capacities[-1], lang))
    staff = {job: each * seen.answer for job, each in employed(found.ways.units[0], hours_a_year).items()}
    return word("fewest" if seen.fewest_suffices else "answer", lang, places=_places(seen.answer, lang), people=people(staff, lang))


def _places(number: float, lang: str) -> str:
    return word("one" if number == 1 else "many", lang, number=f"{number:g}")


def _interval(found: Needed) -> str:
    """From one number to another; what lies beyond those tried is said to."""
    seen, lang = found.seen, found.ways.lang
    fewest, most = (f"{seen.capacities[end]:g}" for end in (0, -1))
    beyond = word("more", lang, most=most)
    low, high = (beyond if end == NONE else f"{end:g}" for end in (seen.low, seen.high))
    if seen.low == seen.capacities[0]:
        low = word("or_fewer", lang, number=fewest)
    return low if seen.low == seen.high else word("to", lang, low=low, high=high)
