"""Claim: whatever a reader is told in English is told in Danish too, with the same numbers.

Every sentence of the report stands here once, as a pair (English, Danish). Numbers come in through
named placeholders, already spelt, and both languages have the same ones.
"""

from __future__ import annotations

from .terms import OUTCOMES, TERMS

LANGUAGES = ("en", "da")

WORDS: dict[str, tuple[str, str]] = {
    # the head of the page
    "other_language": ("På dansk", "In English"),
    "skip": ("Go to the content", "Gå til indholdet"),
    "kind": ("Comparison of care models by simulation", "Sammenligning af samarbejdsmodeller ved simulation"),
    "question": ("What happens if {base} becomes {models}?", "Hvad sker der, hvis {base} bliver til {models}?"),
    "stamp": (
        "Illustration: the inputs' uncertainty is not in these intervals, and many numbers are assumed.",
        "Illustration: usikkerheden om modellens input er ikke med i intervallerne, og mange tal er antaget.",
    ),
    "place": ("Place", "Sted"),
    "citizens": ("Citizens", "Borgere"),
    "years": ("Years measured", "Målte år"),
    "runs": ("Runs of each model", "Kørsler af hver model"),
    "and": ("and", "og"),
    "or": ("or", "eller"),
    "more_of_them": ("{n} more", "{n} andre"),
    # headings made by rule
    "head.gain": ("{model}: {gains}", "{model}: {gains}"),
    "head.both": ("{model}: {gains}, but {losses}", "{model}: {gains}, men {losses}"),
    "head.loss": (
        "{model}: {losses}, and nothing that can be told to be better",
        "{model}: {losses}, og intet, der kan siges at være bedre",
    ),
    "head.unclear": (
        "{model}: no difference from {base} that can be told from zero",
        "{model}: ingen forskel fra {base}, der kan skelnes fra nul",
    ),
    "unclear": ("cannot be told from zero", "kan ikke skelnes fra nul"),
    "one_run": ("One run only: chance cannot be judged", "Kun én kørsel: tilfældet kan ikke bedømmes"),
    "probably": ("probably between {low} and {high} (chance alone)", "sandsynligvis mellem {low} og {high} (kun tilfældet)"),
    "from_to": ("from {base} to {value}", "fra {base} til {value}"),
    "readmitted_yearly": (
        "{difference} readmissions per year, probably between {low} and {high}",
        "{difference} genindlæggelser pr. år, sandsynligvis mellem {low} og {high}",
    ),
    "readmitted_yearly_one": ("{difference} readmissions per year", "{difference} genindlæggelser pr. år"),
    "per_1000": ("days per 1,000 citizens per year", "dage pr. 1.000 borgere pr. år"),
    "points": ("percentage points", "procentpoint"),
    "reading.better": ("better", "bedre"),
    "reading.worse": ("worse", "dårligere"),
    "reading.changed": ("changed", "ændret"),
    "reading.same": ("the same", "uændret"),
    "reading.unclear": ("cannot be told from zero", "kan ikke skelnes fra nul"),
    # what is compared
    "compared": ("What is compared?", "Hvad sammenlignes?"),
    "switched_on": ("Switched on: {levers}.", "Slået til: {levers}."),
    "nothing_on": ("As it is: nothing is switched on.", "Som det er: intet er slået til."),
    "same_luck": (
        "The models have the same citizens, the same places and the same luck, so differences come from the way of working.",
        "Modellerne har de samme borgere, de samme pladser og det samme held, så forskelle kommer af måden at arbejde på.",
    ),
    "answer": ("The answer at a glance", "Svaret kort"),
    "against": ("{model} against {base}", "{model} mod {base}"),
    # figures
    "read": ("How to read it: {text}", "Sådan læses figuren: {text}"),
    "numbers_of": ("The numbers of this figure", "Figurens tal"),
    "beds.head": (
        "{model}: {fewer} hospital beds in use on an average day (probably {low} to {high})",
        "{model}: {fewer} sygehussenge i brug en gennemsnitlig dag (sandsynligvis {low} til {high})",
    ),
    "beds.head_unclear": (
        "{model}: the change in hospital beds in use cannot be told from zero",
        "{model}: ændringen i sygehussenge i brug kan ikke skelnes fra nul",
    ),
    "beds.more": ("{n} more", "{n} flere"),
    "beds.fewer": ("{n} fewer", "{n} færre"),
    "beds.read": (
        "the line is the mean number of patients in a hospital bed, week by week in the first measured year; "
        "the band holds the days of that week, from the quietest to the busiest tenth; the thin line is {base}, the dashed line the staffed beds ({basis}).",
        "linjen er det gennemsnitlige antal patienter i en sygehusseng, uge for uge i det første målte år; "
        "båndet rummer ugens dage, fra den roligste til den travleste tiendedel; den tynde linje er {base}, den stiplede de normerede senge ({basis}).",
    ),
    "beds.alt": ("Hospital beds in use by week, one panel for each model.", "Sygehussenge i brug uge for uge, en rude for hver model."),
    "basis.one": ("one simulated run as an example", "én simuleret kørsel som eksempel"),
    "basis.all": ("all {n} runs together", "alle {n} kørsler under ét"),
    "week": ("Week", "Uge"),
    "quarter": ("Weeks", "Uger"),
    "beds_in_use": ("Hospital beds in use", "Sygehussenge i brug"),
    "staffed": ("{n} staffed beds", "{n} normerede senge"),
    "return.head": (
        "{share} of those discharged are acutely readmitted within 30 days under {model}, {base_share} under {base}",
        "{share} af de udskrevne genindlægges akut inden 30 dage i {model}, {base_share} i {base}",
    ),
    "return.read": (
        "each line counts up, day by day after discharge, the share to whom it has happened; the higher line is more ({basis}).",
        "hver linje lægger sammen, dag for dag efter udskrivning, hvor stor en andel det er sket for; den øverste linje er flest ({basis}).",
    ),
    "return.alt": (
        "Share acutely readmitted, and share who have had a first contact, by day since discharge.",
        "Andel akut genindlagt og andel med en første kontakt efter dage siden udskrivning.",
    ),
    "curve.readmitted": ("Acutely readmitted", "Akut genindlagt"),
    "curve.contact": ("Seen by someone after discharge", "Set af nogen efter udskrivning"),
    "day": ("Days since discharge", "Dage siden udskrivning"),
    "group.head_worse": ("{model}: more are readmitted among {worse}", "{model}: flere genindlægges blandt {worse}"),
    "group.head_better": (
        "{model}: fewer are readmitted in {k} of {n} groups, and in none more, as far as can be told",
        "{model}: færre genindlægges i {k} af {n} grupper, og i ingen flere, så vidt det kan siges",
    ),
    "group.head_unclear": (
        "{model}: no group's change in readmission can be told from zero",
        "{model}: ingen gruppes ændring i genindlæggelse kan skelnes fra nul",
    ),
    "group.read": (
        "each row is a group of patients and each dot a model; left is fewer readmitted. "
        "Hollow dots: the change cannot be told from zero. Groups overlap.",
        "hver række er en gruppe patienter og hver prik en model; til venstre er færre genindlagt. "
        "Hule prikker: ændringen kan ikke skelnes fra nul. Grupperne overlapper.",
    ),
    "group.alt": (
        "Share acutely readmitted within 30 days by group, a dot for each model.",
        "Andel akut genindlagt inden 30 dage efter gruppe, en prik for hver model.",
    ),
    "group.axis": ("Acutely readmitted within 30 days", "Akut genindlagt inden 30 dage"),
    "staff.head_both": ("{model}: more work for {more}, less for {less}", "{model}: mere arbejde for {more}, mindre for {less}"),
    "staff.head_more": ("{model}: more work for {more}", "{model}: mere arbejde for {more}"),
    "staff.head_less": ("{model}: less work for {less}", "{model}: mindre arbejde for {less}"),
    "staff.head_unclear": (
        "{model}: no profession's change in hours can be told from zero",
        "{model}: ingen faggruppes ændring i timer kan skelnes fra nul",
    ),
    "staff.read": (
        "bars to the right are more hours than under {base}, bars to the left fewer; the thin line is the interval, and pale bars cannot be told from zero.",
        "søjler mod højre er flere timer end i {base}, søjler mod venstre færre; den tynde streg er intervallet, og blege søjler kan ikke skelnes fra nul.",
    ),
    "staff.alt": ("Change in staff hours per year by profession.", "Ændring i personaletimer pr. år efter faggruppe."),
    "staff.axis": ("Change in hours per year", "Ændring i timer pr. år"),
    "pays.head_both": ("{model}: more to pay for {more}, less for {less}", "{model}: mere at betale for {more}, mindre for {less}"),
    "pays.head_more": ("{model}: more to pay for {more}", "{model}: mere at betale for {more}"),
    "pays.head_less": ("{model}: less to pay for {less}", "{model}: mindre at betale for {less}"),
    "pays.head_unclear": ("{model}: no payer's change can be told from zero", "{model}: ingen betalers ændring kan skelnes fra nul"),
    "pays": ("Who pays more, and who less?", "Hvem betaler mere, og hvem mindre?"),
    "reading.up": ("more", "mere"),
    "reading.down": ("less", "mindre"),
    # who gets worse
    "who": ("Who gets worse, and who better?", "Hvem får det dårligere, og hvem bedre?"),
    "who.head_worse": ("{model}: worse for {worse}", "{model}: dårligere for {worse}"),
    "who.head_none": (
        "{model}: nobody is worse off that can be told from zero",
        "{model}: ingen er stillet dårligere, så det kan skelnes fra nul",
    ),
    "who.many": (
        "{n} comparisons were looked at; chance alone would make about {k} of them look different, for better or worse.",
        "{n} sammenligninger er set efter; tilfældet alene ville få omkring {k} af dem til at se forskellige ud, på godt eller ondt.",
    ),
    "who.waiting": ("those who wait for {unit}", "de, der venter på {unit}"),
    "who.age": ("{band} years", "{band} år"),
    "who.worse": ("Worse", "Dårligere"),
    "who.better": ("Better", "Bedre"),
    "who.better_of": ("Who is better off with {model}", "Hvem er bedre stillet med {model}"),
    "who.counts": (
        "Worse: {worse}. Better: {better}. Cannot be told from zero: {unclear}.",
        "Dårligere: {worse}. Bedre: {better}. Kan ikke skelnes fra nul: {unclear}.",
    ),
    "col.who": ("Who", "Hvem"),
    "col.indicator": ("Indicator", "Indikator"),
    "col.difference": ("Difference", "Forskel"),
    "col.interval": ("95 % interval, chance alone", "95 %-interval, kun tilfældet"),
    "col.interval_short": ("95 %, chance alone", "95 %, kun tilfældet"),
    "col.reading": ("Reading", "Læsning"),
    "col.group": ("Group", "Gruppe"),
    "col.low": ("Quiet day", "Rolig dag"),
    "col.mean": ("Mean", "Gennemsnit"),
    "col.high": ("Busy day", "Travl dag"),
    # all indicators
    "all": ("All main indicators", "Alle hovedindikatorer"),
    "all.note": (
        "The whole measured time, every group and unit, and each run stand in indicators.csv and differences.csv beside this page.",
        "Hele den målte tid, alle grupper og enheder og hver kørsel står i indicators.csv og differences.csv ved siden af denne side.",
    ),
    "section.hospital": ("Hospital", "Sygehus"),
    "section.after": ("After discharge and between sectors", "Efter udskrivning og mellem sektorer"),
    "section.psychiatry": ("Psychiatry", "Psykiatri"),
    "section.citizens": ("Citizens", "Borgere"),
    "section.resources": ("Staff and money", "Personale og penge"),
    "money.freed": (
        "Freed bed-days and hours are capacity; they become money only if beds or posts are closed or used for others.",
        "Frigjorte sengedage og timer er kapacitet; de bliver først til penge, hvis senge eller stillinger nedlægges eller bruges til andre.",
    ),
    # the rest
    "warnings": ("Warnings", "Advarsler"),
    "warnings.none": ("None.", "Ingen."),
    "not_shown": ("What the model does not show", "Det viser modellen ikke"),
    "not.inputs": (
        "How sure the inputs are: the intervals hold chance between runs only. With other assumptions the answer may turn.",
        "Hvor sikre input er: intervallerne rummer kun tilfældet mellem kørsler. Med andre antagelser kan svaret vende.",
    ),
    "not.life": (
        "Quality of life, the patients' own experience, and the time of relatives.",
        "Livskvalitet, patienternes egen oplevelse og de pårørendes tid.",
    ),
    "not.change": (
        "What it costs to change: training, leadership, common records, and the months before it works.",
        "Hvad omstillingen koster: uddannelse, ledelse, fælles journal og månederne, før det virker.",
    ),
    "not.staff": (
        "Whether the staff can be found: places are taken to be staffed.",
        "Om personalet kan findes: pladser regnes som bemandede.",
    ),
    "not.cause": (
        "Proof: a model shows what follows from its assumptions, and a trial shows what happened.",
        "Bevis: en model viser, hvad der følger af dens antagelser, og et forsøg viser, hvad der skete.",
    ),
    "made": ("How it was made", "Sådan er den lavet"),
    "made.text": (
        "Every citizen is followed one by one, and the same seed gives the same result. Each difference is the mean of "
        "paired runs, and its interval tells how far chance alone may move it.",
        "Hver borger følges enkeltvis, og samme frø giver samme resultat. Hver forskel er gennemsnittet af "
        "parrede kørsler, og dens interval siger, hvor langt tilfældet alene kan flytte den.",
    ),
    # the drawing
    "draw.system": ("Care system", "Behandlingssystem"),
    "draw.tasks": ("Care beside life: tasks", "Pleje ved siden af livet: opgaver"),
    "draw.held": ("the bed one came from is held meanwhile", "sengen, man kom fra, holdes imens"),
    "draw.dashed": ("gives up waiting, or the message is lost", "opgiver at vente, eller beskeden går tabt"),
    "draw.lever": ("changed (frame) or added (dashed) by a lever", "ændret (ramme) eller tilføjet (stiplet) af et greb"),
    "draw.gives up": ("gives up", "opgiver"),
    "draw.or_gives_up": ("or gives up", "eller opgiver"),
    "draw.others": ("Others who take places", "Andre, der optager pladser"),
    "draw.lost": ("lost", "går tabt"),
    "draw.arrive": ("{rate} arrive", "{rate} ankommer"),
    "draw.arrive_every": ("one every {time}", "én for hver {time}"),
    "draw.anywhere": ("strikes anywhere", "rammer overalt"),
    "draw.strikes": ("strikes: {where}", "rammer: {where}"),
    "draw.every": ("every {time}", "hver {time}"),
    "draw.once": ("once", "én gang"),
    "draw.after": ("after {time}", "efter {time}"),
    "draw.by": ("begun by {what}", "begyndes af {what}"),
    "draw.everyone": ("everyone starts here", "alle begynder her"),
    "draw.day_0": ("here on day 0", "her på dag 0"),
    "draw.beds": ("{unit}, {places}\u00a0beds", "{unit}, {places}\u00a0senge"),
    "draw.places": ("{unit}, {places}\u00a0places", "{unit}, {places}\u00a0pladser"),
    "draw.unlimited": ("unlimited", "ubegrænset antal"),
    "draw.appointment": ("by appointment", "efter aftale"),
    "draw.wait": ("wait {time}", "vent {time}"),
    "draw.message": ("message to {sector}, {time}", "besked til {sector}, {time}"),
    "draw.per_day": ("{rate} per day", "{rate} pr. dag"),
    "draw.per_year": ("{rate} per year", "{rate} pr. år"),
    "ends.home": ("home", "hjem"), "ends.end": ("end", "slut"), "ends.dead": ("dead", "død"),
    "sector.home": ("home", "hjem"), "sector.practice": ("practice", "almen praksis"), "sector.municipality": ("municipality", "kommune"),
    "sector.hospital": ("hospital", "sygehus"), "sector.psychiatry": ("psychiatry", "psykiatri"),
    "time.min": ("min", "min"), "time.h": ("h", "t"), "time.d": ("d", "d"), "time.y": ("y", "år"),
}


def say(language: str, key: str, **numbers: object) -> str:
    """A sentence with its placeholders filled in.

    >>> say("da", "beds.fewer", n="5")
    '5 færre'
    """
    return _pick(WORDS[key], language).format(**numbers)


def outcome(language: str, name: str, up: bool) -> str:
    """What is said when a main outcome moves.

    >>> outcome("en", "bed_days", False)
    'fewer hospital bed-days'
    """
    return _pick(OUTCOMES[name.removeprefix("psychiatric_")][up], language)


def term(language: str, name: str) -> str:
    """A name from a care system, as people say it where that is known.

    >>> term("da", "nurse"), term("da", "night_ward")
    ('sygeplejersker', 'night ward')
    """
    return _pick(TERMS[name], language) if name in TERMS else name.replace("_", " ")


def listing(language: str, parts: list[str], most: int = 4, word: str = "and") -> str:
    """Some things in a row, with `and` before the last.

    >>> listing("en", ["a", "b", "c"]), listing("da", ["a", "b"]), listing("en", list("abcdef"))
    ('a, b and c', 'a og b', 'a, b, c, d and 2 more')
    """
    shown = list(parts[:most])
    if len(parts) > most:
        shown.append(say(language, "more_of_them", n=len(parts) - most))
    return f" {say(language, word)} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[LANGUAGES.index(language)]
