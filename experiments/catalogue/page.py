"""Write docs/catalogue.md: every arrangement in plain words, and every proposal with the row in which it can be run.

    python experiments/catalogue/page.py

The page is made from the rows, the care models' own stories, the last table and influence.csv; a test finds it stale.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalogue import DOCUMENTS, Condition, Row, rows

from pathsim.contacts.registry import REGISTRY
from pathsim.language import care_models, read_yaml
from pathsim.study.compose import compose

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "catalogue.md"
HEAD = """# The catalogue of ways of working together

What authorities in Denmark and Norway have proposed, each as something that runs: with its mechanism, its price and a way to lose. Made by
`experiments/catalogue/page.py` from the rows; change those, not this page.

```
pathsim compare lever=[outreach]                                         # one against relay
pathsim compare lever=[outreach,volunteers] models=[relay,outreach+volunteers]   # two together: care models are joined by +
pathsim compare lever=[partnership,outreach] models=[relay,partnership,partnership+outreach]
pathsim compare scenario=dms_midt_troms                                  # a place with what is done there
pathsim compare region=langeland lever=[health_house]                    # somewhere else; sizes of levers are Esbjerg's
python experiments/catalogue/run.py                                      # all of them, one table
```

Sizes are assumed nearly everywhere, since nobody has measured them, so that **money and effects are an illustration** wherever the table
says so: it does where one of the five numbers that matter most for the row is assumed, or where it has not been worked out which those are.
Where two arrangements set the same thing, such as two kinds of acute team, they exclude each other and the check names both. Private
partners are out of scope, but for the psychologists of Odense.

Each arrangement has one condition under which it wins and one under which it loses on what it is for, and a test that it does. An arrangement
that wins on everything is listed as suspect under the table, since it must lack a price.
"""
NAMES = {"intermunicipal_2016": "cooperation between municipalities 2016", "camp_2012": "the camp 2012", "framework_2017": "framework paper 2017",
         "forms_2013": "new forms 2013", "midt_troms_2004": "Midt-Troms 2004"}


@cache
def models(choose: tuple[str, ...]) -> dict:
    return care_models(compose(list(choose)).raw)


def section(name: str, row: Row, scale: dict[str, list[str]]) -> str:
    """One arrangement, in English and Danish."""
    model = models(tuple(row.choose))[row.care_model]
    degree, dimensions, direction = scale[name]
    documents = "; ".join(f"{NAMES[document]}: {where}" for document, where in row.documents.items())
    choose = " ".join(row.choose)
    return "\n".join([
        f"### {name}", "", f"**{model.title} / {model.title_da}.** {model.story} *{model.story_da}*", "",
        f"- *Run it:* `pathsim compare {choose} models=[{row.base},{row.care_model}]`",
        f"- *Proposed in* {documents}.",
        f"- *On the scale:* {degree}; {' and '.join(dimensions.split())}; {direction}.",
        f"- *What it does:* {row.mechanism}", f"- *What it costs:* {row.price}", f"- *What is at stake:* {row.stake}",
        f"- *Wins* {_when(row.wins, row)}", f"- *Loses* {_when(row.loses, row)}", "",
    ])


def _when(condition: Condition, row: Row) -> str:
    name, *where = (condition.indicator or row.indicator).split(":")
    of = f", {where[1].replace('_', ' ')}" if where and where[1] != "all" else ""
    title = REGISTRY[name].title_en
    return f"on {title[0].lower() + title[1:]}{of} when: {condition.when.rstrip('.')}."


def mapped(known: dict[str, Row]) -> str:
    """Every proposal of the documents, with its rows or why it has none."""
    lines = []
    for document, proposals in read_yaml(HERE / "proposals.yaml").items():
        lines += ["", f"### {DOCUMENTS[document]}", "", "| proposed | in the catalogue |", "|---|---|"]
        for proposal in proposals:
            links = ", ".join(f"[{row}](#{row})" for row in proposal.get("rows", []))
            missing = set(proposal.get("rows", [])) - set(known)
            if missing:
                raise LookupError(f"{document}: no row {', '.join(sorted(missing))}")
            said = "; ".join(filter(None, [links, proposal.get("note"), f"none: {proposal['none']}" if "none" in proposal else ""]))
            lines.append(f"| {proposal['what']} | {said} |")
    return "\n".join(lines)


def page() -> str:
    known, scale = rows(), read_yaml(HERE / "continuum.yaml")
    table = HERE / "table.txt"
    return "\n".join([
        HEAD, "## The arrangements", "", *(section(name, row, scale) for name, row in known.items()),
        "## All of them against their base", "", "```", table.read_text(encoding="utf-8").rstrip() if table.exists() else "", "```", "",
        "## Every proposal of the five documents", mapped(known), "",
    ])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
