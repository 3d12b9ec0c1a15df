"""The regions that come with pathsim, from their inhabitants: `python -m pathsim.evidence.region.shipped` writes configs/region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ... import folders
from ...population import municipalities
from . import places, writing
from .sizes import Town

ODENSE_AREA, SOENDERJYLLAND = 459_928, 234_149  # inhabitants of the areas of two hospitals, summed from syddanmark.yaml
HOSPITAL = "Its hospital serves {area:,} inhabitants (as in syddanmark.yaml), so that patients meet wards of the size they meet there."
IN_PART = "Its hospital is as large as Esbjerg's per inhabitant: which area it serves is not known here."
SCALED = """
Capacities are assumed unless they say otherwise, and in proportion to those of esbjerg.yaml: what serves a municipality to
Esbjerg's 115,465 inhabitants, what serves a hospital's area to the 236,136 of Sydvestjysk Sygehus. Whole places, and at least one.

Made by pathsim.evidence.region.shipped, not by hand: a change here is lost with the next.
"""
UNVERIFIED = """
Which municipality belongs to which planning area (its hospital's, and its psychiatric department's) is unverified: it is recalled, and not
looked up in the hospital plan. The numbers of inhabitants are of about 2022 (A041, A073){bornholm}. Shares of 65 and over are known of four
municipalities (A034); the others have what makes the region's 17 per cent (A027).
"""
RECALLED = "its number of inhabitants is recalled and unverified ({id}); the country's list has {old:,} in 2007 (A061)"
OLD_SHARE = {"role": "assumed", "source": ["A038", "A036"], "note": "that of 2009, moved as the country's"}


SHARES = {"koebenhavn": 0.103, "hoersholm": 0.272, "hvidovre": 0.17, "ishoej": 0.17}  # A034, of 2017


class Region(NamedTuple):
    """A region with the words that stand above it. area: of its hospital. evidence: of its inhabitants."""

    towns: Mapping[Town, str]
    comment: str
    title: str
    title_da: str
    evidence: Mapping[str, Any]
    area: int | None = None


def capital(planning_areas: tuple[str, ...]) -> dict[Town, str]:
    """Municipalities of the Capital Region, by planning area."""
    known = municipalities()
    there = known[(known["region"] == "Hovedstaden") & known["planning_area"].isin(planning_areas)]
    return {Town(str(name), int(row["inhabitants"]), SHARES.get(str(name), 0.207)): row["planning_area"].lower() for name, row in there.iterrows()}


def _shares(names: tuple[str, ...]) -> dict[str, Any]:
    known = {_of(name, "share_65_plus"): {"role": "measured", "source": "A034"} for name in names}
    return {_of("*", "share_65_plus"): {"role": "assumed", "source": ["A027", "A034"], "note": "what makes the region's 17 per cent"}, **known}


def _of(town: str, words: str) -> str:
    return f"synthesis.municipalities.{town}.{words}"


def _recalled(name: str, number: int, source: str) -> dict[str, Any]:
    old = int(municipalities().loc[name, "inhabitants"])
    return {_of(name, "inhabitants"): {"role": "assumed", "source": source, "note": f"{number:,} as recalled, unverified; {old:,} in 2007 (A061)"}}


def _unsure(name: str, source: str) -> str:
    return RECALLED.format(id=source, old=int(municipalities().loc[name, "inhabitants"]))


LISTED = {"role": "measured", "source": "A073", "note": "about 2022"}
GLADSAXE = {_of("gladsaxe", "inhabitants"): {"role": "measured", "source": "A041"}}
PROPORTION = {"attributes.municipality": {"role": "measured", "source": ["A041", "A073"], "note": "in proportion to inhabitants"}}

SHIPPED = {
    "odense": Region(
        {Town("odense", 205_332, 0.182): ""},
        "Odense, a municipality of 205,332 (A039, about 2022-23). " + HOSPITAL.format(area=ODENSE_AREA), "Odense", "Odense",
        {_of("odense", "inhabitants"): {"role": "measured", "source": "A039"}, _of("odense", "share_65_plus"): OLD_SHARE}, ODENSE_AREA,
    ),
    "toender": Region(
        {Town("toender", 36_500): ""},
        f"Tønder, a municipality of about 36,500: {_unsure('toender', 'A043')}. " + HOSPITAL.format(area=SOENDERJYLLAND),
        "Tønder", "Tønder", _recalled("toender", 36_500, "A043"), SOENDERJYLLAND,
    ),
    "silkeborg": Region(
        {Town("silkeborg", 98_000): ""}, f"Silkeborg, a municipality of about 98,000: {_unsure('silkeborg', 'A042')}. " + IN_PART,
        "Silkeborg", "Silkeborg", _recalled("silkeborg", 98_000, "A042"),
    ),
    "langeland": Region(
        {Town("langeland", 12_300, 0.304): ""},
        f"Langeland, an island municipality of about 12,300: {_unsure('langeland', 'A044')}. Three in ten are 65 or over. "
        + HOSPITAL.format(area=ODENSE_AREA),
        "Langeland", "Langeland",
        {**_recalled("langeland", 12_300, "A044"), _of("langeland", "share_65_plus"): {**OLD_SHARE, "source": ["A037", "A036"]}}, ODENSE_AREA,
    ),
    "gladsaxe": Region(
        capital(("Midt",)),
        "Gladsaxe with the eight other municipalities of its cluster, planning area Midt of the Capital Region (Herlev and Gentofte Hospital)."
        + UNVERIFIED.format(bornholm=""),
        "Gladsaxe and its cluster (Midt)", "Gladsaxe med sin klynge (Midt)",
        {_of("*", "inhabitants"): LISTED, **GLADSAXE, **_shares(()), **PROPORTION},
    ),
    "hovedstaden": Region(
        capital(("Nord", "Midt", "Byen", "Syd", "Bornholm")),
        "The Capital Region: 29 municipalities in the four planning areas Nord, Midt, Byen and Syd, and Bornholm. København is one place here, and "
        "has one hospital with Frederiksberg." + UNVERIFIED.format(bornholm=", Bornholm's of 2007 (A061)"),
        "The Capital Region of Denmark", "Region Hovedstaden",
        {_of("*", "inhabitants"): LISTED, **GLADSAXE, _of("bornholm", "inhabitants"): {"role": "measured", "source": "A061", "note": "of 2007"},
         **_shares(tuple(SHARES)), **PROPORTION},
    ),
}


def region(name: str) -> dict[str, Any]:
    """The plain data of a shipped region, but for what is said about it."""
    made = SHIPPED[name]
    if len(made.towns) == 1:
        return places.one(next(iter(made.towns)), made.area)
    return places.several(made.towns, "cluster")


def text(name: str) -> str:
    made = SHIPPED[name]
    about = {"title": made.title, "title_da": made.title_da, "role": "assumed"}
    return writing.text(region(name), made.comment + "\n" + SCALED, about, made.evidence)


if __name__ == "__main__":
    for each in SHIPPED:
        (folders.configs() / "region" / f"{each}.yaml").write_text(text(each), encoding="utf-8")
