"""Claim: names have words that people say: outcomes and their ways, what systems often hold, what a manifest says.

Any other name is shown as its author wrote it.
"""

from __future__ import annotations

# name: (English, Danish)
TERMS: dict[str, tuple[str, str]] = {
    "all": ("all", "alle"),
    "65+": ("65 and over", "65 år og derover"),
    "home": ("home", "hjemmet"),
    # professions
    "nurse": ("nurses", "sygeplejersker"),
    "doctor": ("doctors", "læger"),
    "carer": ("care assistants", "social- og sundhedspersonale"),
    "therapist": ("therapists", "terapeuter"),
    "caseworker": ("caseworkers", "sagsbehandlere"),
    "social_worker": ("social workers", "socialrådgivere"),
    "psychologist": ("psychologists", "psykologer"),
    # sectors and payers
    "region": ("the region", "regionen"),
    "municipality": ("the municipality", "kommunen"),
    "practice": ("general practice", "almen praksis"),
    "hospital": ("the hospital", "sygehuset"),
    "psychiatry": ("psychiatry", "psykiatrien"),
    "state": ("the state", "staten"),
    # groups of citizens
    "older": ("older people", "ældre"),
    "older_frail": ("frail older people", "skrøbelige ældre"),
    "multimorbid": ("people with several diseases", "borgere med flere sygdomme"),
    "chronic": ("the chronically ill", "kronisk syge"),
    "working_age": ("people of working age", "borgere i den erhvervsaktive alder"),
    "strained": ("people under mental strain", "psykisk belastede"),
    "severe_mental_illness": ("people with severe mental illness", "borgere med svær psykisk sygdom"),
    "short": ("short education", "kort uddannelse"),
    "medium": ("medium education", "mellemlang uddannelse"),
    "long": ("long education", "lang uddannelse"),
    # units
    "gp": ("the GP", "egen læge"),
    "out_of_hours": ("the out-of-hours doctor", "lægevagten"),
    "emergency": ("the emergency department", "akutmodtagelsen"),
    "clinic": ("the clinic", "ambulatoriet"),
    "acute_ward": ("the acute ward", "akutafdelingen"),
    "medical_ward": ("the medical ward", "medicinsk afdeling"),
    "geriatric_ward": ("the geriatric ward", "geriatrisk afdeling"),
    "acute_team": ("the acute team", "akutteamet"),
    "acute_place": ("an acute place", "en akutplads"),
    "temporary_place": ("a temporary place", "en midlertidig plads"),
    "home_nursing": ("home nursing", "hjemmesygeplejen"),
    "assessment": ("assessment", "visitationen"),
    "rehabilitation": ("rehabilitation", "genoptræning"),
    "psychiatric_emergency": ("the psychiatric emergency department", "psykiatrisk akutmodtagelse"),
    "psychiatric_ward": ("the psychiatric ward", "psykiatrisk afdeling"),
    "district_psychiatry": ("district psychiatry", "distriktspsykiatrien"),
    "social_psychiatry": ("social psychiatry", "socialpsykiatrien"),
    "supported_housing": ("supported housing", "botilbud"),
    "psychology": ("the psychologist", "psykologen"),
    "job_centre": ("the job centre", "jobcenteret"),
    "coordinator": ("the coordinator", "koordinatoren"),
    # levers
    "partnership": ("partnership", "partnerskab"),
    "early_planning": ("planning from admission", "planlægning fra indlæggelsen"),
    "joint_acute_team": ("a joint acute team", "fælles akutteam"),
    "shared_plan": ("one shared plan", "én fælles plan"),
    "team_follow_up": ("follow-up by the team", "opfølgning ved teamet"),
    "pooled_places": ("pooled places", "fælles pladser"),
    "joint_psychiatry": ("joint psychiatry", "fælles psykiatri"),
    "joint_return_to_work": ("joint return to work", "fælles tilbage til arbejde"),
}
# main outcomes: what is said when they fall, and when they rise
OUTCOMES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "readmission_30": (("a smaller share readmitted", "en mindre andel genindlagt"), ("a larger share readmitted", "en større andel genindlagt")),
    "bed_days": (("fewer hospital bed-days", "færre sengedage på sygehus"), ("more hospital bed-days", "flere sengedage på sygehus")),
    "delayed_days": (("fewer delayed-discharge days", "færre færdigbehandlingsdage"), ("more delayed-discharge days", "flere færdigbehandlingsdage")),
    "staff_hours": (("fewer staff hours", "færre personaletimer"), ("more staff hours", "flere personaletimer")),
    "cost": (("lower costs of care", "lavere udgifter"), ("higher costs of care", "højere udgifter")),
    "days_at_home": (("fewer days alive and at home", "færre dage i live og hjemme"), ("more days alive and at home", "flere dage i live og hjemme")),
}
CARDS: dict[str, tuple[str, str]] = {
    "readmission_30": ("Acute readmissions within 30 days", "Akutte genindlæggelser inden 30 dage"),
    "bed_days": ("Hospital bed-days", "Sengedage på sygehus"),
    "delayed_days": ("Delayed-discharge days", "Færdigbehandlingsdage"),
    "staff_hours": ("Staff hours", "Personaletimer"),
    "cost": ("Cost of care", "Udgifter til behandling og pleje"),
    "days_at_home": ("Days alive and at home", "Dage i live og hjemme"),
}
# what a manifest says
MADE: dict[str, tuple[str, str]] = {
    "command": ("Command", "Kommando"),
    "name": ("Name", "Navn"),
    "models": ("Models", "Modeller"),
    "seed": ("Seed", "Frø"),
    "replications": ("Runs of each model", "Kørsler af hver model"),
    "ended": ("Stopped because of", "Stoppet på grund af"),
    "interval": ("Interval", "Interval"),
    "overrides": ("Changed on the command line", "Ændret på kommandolinjen"),
    "years": ("Years measured", "Målte år"),
    "warm_up": ("Warm-up", "Indkøring"),
    "config_sha256": ("Hash of the study (SHA-256)", "Hash af undersøgelsen (SHA-256)"),
    "engine": ("Engine", "Motor"),
    "model_version": ("Model version", "Modelversion"),
    "pathsim": ("pathsim version", "pathsim-version"),
    "git_commit": ("Commit", "Commit"),
    "python": ("Python version", "Python-version"),
    "finished": ("Made", "Lavet"),
    "wall_seconds": ("Seconds it took", "Sekunder, det tog"),
    "citizens": ("Citizens", "Borgere"),
}
